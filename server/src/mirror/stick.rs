//! The stick: a mirror in one file, for where no network is. Magic bytes, the listing with its length,
//! then the updates in the listing's order, each with its length. What the listing's catalogues say is
//! signed; whoever takes the file in checks everything, as from any mirror.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use hocvu_core::ids::CourseId;
use hocvu_core::pack::{Catalogue, LISTING_BYTES_MAX, Listing, STICK_MAGIC};
use hocvu_core::{Error, Result};

use super::Kept;
use super::store::{Key, listing_beside, open_update};

const PIECE_BYTES: usize = 64 * 1024;

/// A stick that can be written.
pub struct Stick {
    data: PathBuf,
    head: Vec<u8>,
    updates: Vec<(Key, Kept)>,
    /// The courses on it.
    pub courses: BTreeSet<CourseId>,
}

impl Stick {
    /// What the mirror of a data folder gives just now, of these courses or of all; a program may be
    /// serving the folder meanwhile. `None` where nothing was ever kept.
    pub fn of(data: &Path, courses: &[CourseId]) -> Result<Option<Self>> {
        let Some(listing) = listing_beside(data, LISTING_BYTES_MAX as u64)? else {
            return Ok(None);
        };
        let listing = Listing::decode(&listing)?;
        let of_manifest = courses_of(&listing)?;
        let wanted = |course: &CourseId| courses.is_empty() || courses.contains(course);
        let (mut offers, mut updates, mut on_it) = (Vec::new(), Vec::new(), BTreeSet::new());
        for offer in listing.updates {
            let Some(course) = of_manifest.get(&*offer.to).filter(|course| wanted(course)) else {
                continue;
            };
            let key: Key = (*offer.to, offer.from.as_ref().map(|from| **from));
            // One that was dropped since the listing was written is no longer needed.
            let Some((_, kept)) = open_update(data, &key)? else { continue };
            on_it.insert(course.clone());
            updates.push((key, kept));
            offers.push(offer);
        }
        if let Some(missing) = courses.iter().find(|course| !on_it.contains(*course)) {
            let why = format!("{missing} is not published here, or not here whole");
            return Err(Error::Invalid { what: "course", why });
        }
        let catalogues = listing.catalogues.into_iter().map(Into::into).collect();
        let listing = Listing::new(catalogues, offers).encode();
        let mut head = STICK_MAGIC.to_vec();
        let length = u32::try_from(listing.len()).expect("a listing has at most 4 MiB");
        head.extend(length.to_le_bytes());
        head.extend(listing);
        Ok(Some(Self { data: data.to_owned(), head, updates, courses: on_it }))
    }

    /// How many bytes the file will have.
    pub fn bytes(&self) -> u64 {
        let updates = self.updates.iter().map(|(_, kept)| 8 + kept.bytes);
        self.head.len() as u64 + updates.sum::<u64>()
    }

    /// Writes it piece by piece; fails where the mirror dropped something of it meanwhile.
    pub fn write(self, mut to: impl Write) -> io::Result<()> {
        to.write_all(&self.head)?;
        let mut piece = vec![0; PIECE_BYTES];
        for (key, kept) in self.updates {
            let changed = || io::Error::other("the courses changed meanwhile: begin again");
            let opened = open_update(&self.data, &key).map_err(io::Error::other)?;
            let opened = opened.filter(|(_, now)| *now == kept);
            let (mut file, mut left) = (opened.ok_or_else(changed)?.0, kept.bytes);
            to.write_all(&left.to_le_bytes())?;
            while left > 0 {
                let want = PIECE_BYTES.min(usize::try_from(left).unwrap_or(PIECE_BYTES));
                file.read_exact(&mut piece[..want])?;
                to.write_all(&piece[..want])?;
                left -= want as u64;
            }
        }
        to.flush()
    }

    /// Writes it into a file, beside it first: a cut leaves what was there.
    pub fn write_file(self, path: &Path) -> Result<()> {
        let fail = |source| Error::File { doing: "writing", path: path.to_owned(), source };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside: PathBuf = path.with_file_name(format!(".{name}.new"));
        let written = File::create(&beside).and_then(|mut file| {
            self.write(&mut file)?;
            file.sync_all()?;
            std::fs::rename(&beside, path)
        });
        written.map_err(|source| {
            let _ = std::fs::remove_file(&beside);
            fail(source)
        })
    }
}

/// Which course a manifest is of, as the catalogues say.
fn courses_of(listing: &Listing) -> Result<BTreeMap<[u8; 32], CourseId>> {
    let mut courses = BTreeMap::new();
    for signed in &listing.catalogues {
        let (catalogue, _) = Catalogue::read_signed(signed)?;
        courses.extend(catalogue.packs.into_iter().map(|pack| (pack.manifest, pack.course)));
    }
    Ok(courses)
}
