//! Packs: what a course travels in.
//!
//! A pack is a set of files under a manifest. The paths, all of them made by `course build`:
//! `course/<lang>.cbor` ([`crate::course::CourseInfo`]), `facts/<lang>.cbor` (a list of
//! [`crate::course::Fact`]), `lessons/<lang>/<id>.cbor` ([`crate::course::Lesson`]),
//! `quizzes/<lang>/<id>.cbor` ([`crate::quiz::Quiz`]), `media/<file>`.

mod archive;
mod blobs;
mod build;
mod canonical;
mod catalogue;
mod content;
mod cover;
mod fetch;
#[cfg(test)]
pub(crate) mod fixture;
mod held;
#[cfg(feature = "http")]
pub mod http;
mod install;
mod keys;
mod listing;
mod manifest;
mod offers;
pub(crate) mod packs;
mod path;
mod quota;
mod stage;
mod stick;
#[cfg(test)]
mod tests;
mod trust;
mod update;

pub(crate) use blobs::Medium;
pub use build::{PackInfo, build, build_folder};
pub use catalogue::{Catalogue, CataloguePack, build_catalogue};
pub use fetch::{
    Fetch, FetchAnswer, FetchChoice, FetchRequest, FetchTrouble, FetchView, Flow, Mirrors,
};
pub use held::HeldEdition;
pub(crate) use held::published_and_held;
pub(crate) use install::rebuild_search;
pub use keys::{PublicKey, SecretKey};
pub use listing::{
    COURSES_PATH, LISTING_BYTES_MAX, LISTING_TYPE, Listing, UPDATE_TYPE, UpdateOffer, update_path,
};
pub use manifest::{FORMAT, FileEntry, Manifest};
pub use offers::{
    ListingReport, ListingRequest, MirrorAddress, OfferView, PublishedView, UnknownPublisher,
};
pub use packs::{Installed, InstalledPackView, Packs, RootView, SignatureView, StorageView};
pub use stick::{STICK_MAGIC, StickReport, Taken};
pub use trust::{Publisher, Root, RootChain, SignedRoot, Signer};
pub use update::{Edition, START_BYTES, Update, apply_update, build_update};

use minicbor::{Decode, Encode};

use crate::ids::CourseId;
use path::PackPath;

/// Why a pack, catalogue or root was refused; what is held keeps working.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A file is missing, cut short, altered, too large or not what it should be.
    #[error("{file}: {why}")]
    File {
        /// The file within the pack, or the pack's own name.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// Made for a newer program.
    #[error(
        "the {what} is of format {found}, this program reads up to {known}: it needs a newer hocvu"
    )]
    NewerFormat {
        /// What was offered: `pack`, `root` or `catalogue`.
        what: &'static str,
        /// Its format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// Nobody signed it, and it is not part of the program.
    #[error("the pack of course {course} is not signed")]
    Unsigned {
        /// The course inside.
        course: CourseId,
    },
    /// Signed under a root that nobody on this device has confirmed. Whoever compares the
    /// fingerprint with what the publisher tells, and finds them equal, calls `trust_root`.
    #[error("{publisher} is not known here; the fingerprint of its root is {fingerprint}")]
    UnknownRoot {
        /// 32 hex digits in groups of four.
        fingerprint: String,
        /// Name of the publisher, as the root claims.
        publisher: String,
        /// The roots, as `trust_root` takes them.
        roots: Vec<u8>,
    },
    /// The fingerprint that somebody confirmed is not that of the root.
    #[error("the root's fingerprint is {fingerprint}, not the one that was confirmed")]
    FingerprintDiffers {
        /// The root's fingerprint.
        fingerprint: String,
    },
    /// Not, or no longer, signed by somebody who may.
    #[error("publisher {publisher} {why}")]
    Signature {
        /// Id of the publisher.
        publisher: String,
        /// What is wrong, as the end of a sentence.
        why: String,
    },
    /// The course that is held came from under another root.
    #[error("course {course} is held from {held}, which nobody under this root may replace")]
    OtherRoot {
        /// The course.
        course: CourseId,
        /// Name of the publisher whose pack is held.
        held: String,
    },
    /// A newer order is held already.
    #[error("{what}: version {offered} is offered, but {held} is held and newer")]
    Older {
        /// The course, or `catalogue`.
        what: String,
        /// What is held.
        held: Order,
        /// What was offered.
        offered: Order,
    },
    /// The same order is held with other contents.
    #[error("course {course}: version {order} is held with other contents; raise the version")]
    SameVersion {
        /// The course.
        course: CourseId,
        /// What is held and offered.
        order: Order,
    },
}

impl PackError {
    pub(crate) fn file(file: &str, why: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), why: why.into() }
    }
}

/// How new something signed is: the generation of its publisher's keys goes before the version, so
/// that a stolen key, once replaced, never outbids the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Order {
    /// Raised when the publisher's keys are replaced; 0 for what is embedded in the program.
    #[n(0)]
    pub generation: u32,
    /// Raised with every change.
    #[n(1)]
    pub version: u32,
}

impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.generation, self.version)
    }
}
