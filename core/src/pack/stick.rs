//! The stick: a mirror in one file, for where no network is. Magic bytes, a listing with its length
//! (u32), then the updates in the listing's order, each with its length (u64), both little-endian. It
//! is believed as little as any mirror.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::PackError;
use super::fetch::{
    Fetch, FetchAnswer, FetchChoice, FetchRequest, FetchTrouble, FetchView, Flow, Mirrors, goal,
};
use super::listing::{LISTING_BYTES_MAX, Listing, update_path};
use super::offers::{ListingReport, MirrorAddress, OfferView};
use super::packs::{Installed, Packs};
use crate::error::{Error, Result};
use crate::sync::RelayKey;

/// What a stick begins with.
pub const STICK_MAGIC: &[u8; 8] = b"hocvustk";

const WHAT: &str = "stick";
/// How much is read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// What came of a stick.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StickReport {
    /// Courses that came from it: new ones, newer editions, pictures and sounds that were not here.
    pub came: Vec<OfferView>,
    /// Courses that are on it and did not come, each with the reason.
    pub left: Vec<(OfferView, FetchTrouble)>,
    /// What came of its catalogues.
    pub listing: ListingReport,
    /// Whether it ends before its time: not all that it lists is on it.
    pub is_cut: bool,
}

/// What a file of courses was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A course's pack.
    Pack(Installed),
    /// A stick.
    Stick(StickReport),
}

impl Packs<'_> {
    /// Takes in a file of courses, whichever kind it is, as [`Packs::install_file`] or
    /// [`Packs::import_stick`].
    pub fn take_file(
        &self,
        path: &Path,
        progress: impl FnMut(&OfferView, &FetchView),
    ) -> Result<Taken> {
        let mut head = Vec::new();
        let fail = |source| Error::file("reading a course", path, source);
        let file = File::open(path).map_err(fail)?;
        file.take(STICK_MAGIC.len() as u64).read_to_end(&mut head).map_err(fail)?;
        Ok(match head == STICK_MAGIC {
            true => Taken::Stick(self.import_stick(path, progress)?),
            false => Taken::Pack(self.install_file(path)?),
        })
    }

    /// Takes in what is on a stick: catalogues with their roots, and of each course that it has what
    /// is not here; `progress` is told which course is on its way and how far. What an earlier time
    /// brought is not read again. Fails with [`PackError`] where the file is no stick.
    pub fn import_stick(
        &self,
        path: &Path,
        mut progress: impl FnMut(&OfferView, &FetchView),
    ) -> Result<StickReport> {
        let mut stick = Stick::open(path)?;
        let listing = self.take_catalogues(&stick.listing)?;
        let mut report = StickReport { listing, is_cut: stick.is_cut, ..StickReport::default() };
        for offer in self.offers()? {
            let goal = self.core.store.read(|conn| goal(conn, &offer.course))?;
            if !goal.is_some_and(|goal| stick.has(&goal.manifest)) {
                continue;
            }
            let mirrors = Mirrors::Only(vec![mirror()]);
            let choice = FetchChoice { with_media: true, mirrors, bytes_max: None };
            let mut fetch = match self.fetch(&offer.course, &choice) {
                Ok(fetch) => fetch,
                // It came by another way meanwhile; or it is on its way by one.
                Err(Error::NotFound { .. } | Error::Pack(_)) => continue,
                Err(Error::Invalid { .. }) => {
                    report.left.push((offer, FetchTrouble::Busy));
                    continue;
                }
                Err(error) => return Err(error),
            };
            match stick.run(&mut fetch, |view| progress(&offer, view))?.trouble {
                None => report.came.push(offer),
                Some(trouble) => report.left.push((offer, trouble)),
            }
        }
        Ok(report)
    }
}

/// The mirror that a file is: in the house, and found by no beacon.
fn mirror() -> MirrorAddress {
    let relay = RelayKey { sign: [0; 32], seal: [0; 32] };
    MirrorAddress { relay, addresses: Vec::new(), is_near: true }
}

/// A stick that is read.
struct Stick {
    path: PathBuf,
    file: File,
    listing: Listing,
    /// Where each update lies, by the path that a mirror gives it under.
    updates: BTreeMap<String, Place>,
    is_cut: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    at: u64,
    bytes: u64,
    tag: String,
}

impl Stick {
    fn open(path: &Path) -> Result<Self> {
        let fail = |source| Error::file("reading a stick", path, source);
        let mut file = File::open(path).map_err(fail)?;
        let size = file.metadata().map_err(fail)?.len();
        let mut head = [0; 12];
        let mut read = |into: &mut [u8]| match file.read_exact(into) {
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(PackError::file(WHAT, "is cut short").into())
            }
            read => read.map_err(fail),
        };
        read(&mut head)?;
        if head[..8] != *STICK_MAGIC {
            return Err(PackError::file(WHAT, "is something else").into());
        }
        let length = u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
        if length > LISTING_BYTES_MAX {
            return Err(PackError::file(WHAT, "has too large a listing").into());
        }
        let mut listing = vec![0; length];
        read(&mut listing)?;
        let name = blake3::hash(&listing).to_hex();
        let listing = Listing::decode(&listing)?;
        let mut stick =
            Self { path: path.to_owned(), file, listing, updates: BTreeMap::new(), is_cut: false };
        stick.find_updates(&name, (head.len() + length) as u64, size)?;
        Ok(stick)
    }

    /// Finds where updates lie; of a stick that is cut, those that are whole.
    fn find_updates(&mut self, name: &str, mut at: u64, size: u64) -> Result<()> {
        for (no, offer) in self.listing.updates.iter().enumerate() {
            self.is_cut = at + 8 > size;
            if self.is_cut {
                break;
            }
            let mut length = [0; 8];
            let read = self.file.seek(SeekFrom::Start(at));
            let read = read.and_then(|_| self.file.read_exact(&mut length));
            read.map_err(|source| Error::file("reading a stick", &self.path, source))?;
            let (from, bytes) = (at + 8, u64::from_le_bytes(length));
            self.is_cut = bytes > size - from;
            if self.is_cut {
                break;
            }
            let path = update_path(&offer.to, offer.from.as_deref());
            let tag = format!("{name}-{no}");
            self.updates.insert(path, Place { at: from, bytes, tag });
            at = from + bytes;
        }
        Ok(())
    }

    /// Whether it lists an update to the edition with this manifest.
    fn has(&self, manifest: &[u8; 32]) -> bool {
        self.listing.updates.iter().any(|offer| *offer.to == *manifest)
    }

    /// Runs a fetch to its end.
    fn run(
        &mut self,
        fetch: &mut Fetch<'_>,
        mut progress: impl FnMut(&FetchView),
    ) -> Result<FetchView> {
        while let Some(request) = fetch.next_request()? {
            self.answer(&request, fetch, &mut progress)?;
        }
        Ok(fetch.view().clone())
    }

    /// Answers as a mirror does: a range of the bytes that are known, or else all of them.
    fn answer(
        &mut self,
        request: &FetchRequest,
        fetch: &mut Fetch<'_>,
        progress: &mut impl FnMut(&FetchView),
    ) -> Result<()> {
        let from_nothing = request.path.split('?').next().unwrap_or_default();
        let found = self.updates.get(&request.path).or_else(|| self.updates.get(from_nothing));
        let Some(place) = found else {
            let why = if self.is_cut { FetchTrouble::Cut } else { FetchTrouble::NotThere };
            return fetch.answered(FetchAnswer::Trouble(why)).map(drop);
        };
        let is_known = request.tag.as_ref().is_none_or(|tag| *tag == place.tag);
        let (from, to) = if is_known { request.range } else { (0, None) };
        let end = to.map_or(place.bytes, |to| (to + 1).min(place.bytes));
        if from >= end {
            return fetch.answered(FetchAnswer::Trouble(FetchTrouble::Altered)).map(drop);
        }
        let answer = FetchAnswer::Bytes { from, tag: place.tag.clone() };
        let mut flow = fetch.answered(answer)?;
        let fail = |source| Error::file("reading a stick", &self.path, source);
        self.file.seek(SeekFrom::Start(place.at + from)).map_err(fail)?;
        let mut left = end - from;
        let mut piece = vec![0; PIECE_BYTES];
        while flow == Flow::More && left > 0 {
            let want = PIECE_BYTES.min(usize::try_from(left).unwrap_or(PIECE_BYTES));
            self.file.read_exact(&mut piece[..want]).map_err(fail)?;
            flow = fetch.take(&piece[..want])?;
            left -= want as u64;
            progress(fetch.view());
        }
        fetch.close(None)
    }
}
