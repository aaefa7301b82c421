//! The catalogue: what a publisher offers, signed, so that nobody can hide a newer pack by offering
//! an older list.

use minicbor::{Decode, Encode};

use super::archive::OpenPack;
use super::cover::Cover;
use super::keys::Context;
use super::manifest::{FORMAT, Manifest, refuse_newer};
use super::trust::{Claim, RootChain, Signer};
use super::{Order, PackError, canonical};
use crate::ids::{CourseId, Lang};

const NAME: &str = "catalogue";
const PACKS_MAX: usize = 1_000;
const TITLE_CHARS_MAX: usize = 200;

/// What a publisher offers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Catalogue {
    /// Form of the catalogue; a newer one is refused.
    #[n(0)]
    pub format: u32,
    /// The publisher's generation of keys.
    #[n(1)]
    pub generation: u32,
    /// 1 or more; raised with every change.
    #[n(2)]
    pub version: u32,
    /// Id of the publisher.
    #[n(3)]
    pub publisher: String,
    /// The packs on offer, in the order of their courses.
    #[n(4)]
    pub packs: Vec<CataloguePack>,
}

/// A pack on offer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CataloguePack {
    /// The course inside.
    #[n(0)]
    pub course: CourseId,
    /// The course's version.
    #[n(1)]
    pub version: u32,
    /// The course's name in its language.
    #[n(2)]
    pub title: String,
    /// The languages that something of it exists in.
    #[n(3)]
    pub languages: Vec<Lang>,
    /// Bytes of all its files together.
    #[n(4)]
    pub bytes: u64,
    /// BLAKE3 of the pack's manifest: whoever signs the catalogue signs every byte of the pack.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub manifest: [u8; 32],
}

impl CataloguePack {
    /// What a catalogue says of a pack in its one-file form, signed or not.
    pub fn of(pack: &[u8]) -> Result<Self, PackError> {
        let open = OpenPack::read("pack", pack)?;
        let manifest = *blake3::hash(&open.cover.body).as_bytes();
        let bytes = open.manifest.bytes();
        let Manifest { course, version, title, languages, .. } = open.manifest;
        Ok(Self { course, version, title, languages, bytes, manifest })
    }
}

impl Catalogue {
    /// How new it is.
    pub fn order(&self) -> Order {
        Order { generation: self.generation, version: self.version }
    }

    /// Reads a signed catalogue and the roots that it carries. It is signed under these, as far as
    /// the newest of them says; whether anybody here trusts them nobody has asked yet.
    pub fn read_signed(bytes: &[u8]) -> Result<(Self, RootChain), PackError> {
        let open = OpenCatalogue::read(bytes)?;
        open.roots.authorise(&open.claim())?;
        Ok((open.catalogue, open.roots))
    }

    /// Reads what this signer's publisher offered before, with the version of the newest root that it
    /// carries; `None`: it is somebody else's. Refused where the signer's roots are the older ones.
    pub fn read_own(bytes: &[u8], signer: &Signer) -> Result<Option<(Self, u32)>, PackError> {
        let (catalogue, roots) = Self::read_signed(bytes)?;
        let is_own = catalogue.publisher == signer.publisher().as_str();
        if !is_own || roots.id() != signer.roots().id() {
            return Ok(None);
        }
        let (published, known) = (roots.newest().version, signer.roots().newest().version);
        RootChain::longer(signer.roots().clone(), roots)?;
        if published > known {
            let why = format!(
                "end at version {known}, but what is published has version {published}: use the \
                 newer file of roots"
            );
            return Err(PackError::file("roots", why));
        }
        Ok(Some((catalogue, published)))
    }

    fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        refuse_newer(NAME, NAME, bytes)?;
        let catalogue: Self = canonical::decode(NAME, bytes)?;
        let ascending = catalogue.packs.windows(2).all(|pair| pair[0].course < pair[1].course);
        if !ascending || catalogue.packs.len() > PACKS_MAX || catalogue.version == 0 {
            return Err(PackError::file(NAME, "has packs out of order, too many, or version 0"));
        }
        if catalogue.packs.iter().any(|pack| pack.title.chars().count() > TITLE_CHARS_MAX) {
            return Err(PackError::file(NAME, "has a title that is too long"));
        }
        Ok(catalogue)
    }
}

/// Makes a signed catalogue: same input, same bytes.
pub fn build_catalogue(
    version: u32,
    mut packs: Vec<CataloguePack>,
    signer: &Signer,
) -> Result<Vec<u8>, PackError> {
    packs.sort_by(|a, b| a.course.cmp(&b.course));
    let catalogue = Catalogue {
        format: FORMAT,
        generation: signer.generation(),
        version,
        publisher: signer.publisher().to_string(),
        packs,
    };
    let body = canonical::encode(&catalogue);
    Catalogue::decode(&body)?;
    Ok(signer.cover(Context::Catalogue, body).encode())
}

/// A catalogue whose cover was read and whose roots follow each other; nobody has said yet that
/// these roots are trusted.
pub(super) struct OpenCatalogue {
    pub(super) catalogue: Catalogue,
    pub(super) cover: Cover,
    pub(super) roots: RootChain,
}

impl OpenCatalogue {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PackError> {
        let cover = Cover::decode(NAME, bytes)?;
        let roots = RootChain::verify(&cover.roots)?;
        let catalogue = Catalogue::decode(&cover.body)?;
        Ok(Self { catalogue, cover, roots })
    }

    pub(super) fn claim(&self) -> Claim<'_> {
        Claim {
            context: Context::Catalogue,
            cover: &self.cover,
            publisher: &self.catalogue.publisher,
            generation: self.catalogue.generation,
            courses: self.catalogue.packs.iter().map(|pack| &pack.course).collect(),
        }
    }
}
