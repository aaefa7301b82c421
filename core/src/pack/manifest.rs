//! The manifest: what a pack is and which files it consists of, each with size and hash.
//!
//! Whoever signs the manifest signs every byte of the pack. Its exact bytes are kept, so that keys
//! of a newer program survive an older one.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};

use super::canonical;
use super::{Order, PackError, PackPath};
use crate::ids::{CompetenceCode, CourseId, Lang};

/// The newest form of packs, roots and catalogues that this program reads.
pub const FORMAT: u32 = 1;

/// The most files of a pack: lessons and quizzes in each language, and media.
pub(super) const FILES_MAX: usize = 2_000;

/// The most bytes of all files of a pack together.
pub(super) const PACK_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The most bytes of a file of words.
pub(super) const TEXT_BYTES_MAX: u64 = 1024 * 1024;

/// The most bytes of a sound.
pub(super) const AUDIO_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The most languages of a course.
const LANGUAGES_MAX: usize = 16;

/// The most competences of a course.
const COMPETENCES_MAX: usize = 64;

/// The most characters of a title.
const TITLE_CHARS_MAX: usize = 200;

/// What a pack is: the part that its publisher signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Manifest {
    /// Form of the pack; a newer one is refused.
    #[n(0)]
    pub format: u32,
    /// The course inside.
    #[n(1)]
    pub course: CourseId,
    /// The publisher's generation of keys; 0 for the packs embedded in the program.
    #[n(2)]
    pub generation: u32,
    /// The course's version; 1 or more.
    #[n(3)]
    pub version: u32,
    /// Id of the publisher; empty for the packs embedded in the program.
    #[n(4)]
    pub publisher: String,
    /// The language that everything exists in.
    #[n(5)]
    pub language: Lang,
    /// All languages that something exists in, in order.
    #[n(6)]
    pub languages: Vec<Lang>,
    /// The course's name in its language.
    #[n(7)]
    pub title: String,
    /// What the course teaches.
    #[n(8)]
    pub competences: Vec<CompetenceCode>,
    /// In the order of their paths, bytes compared.
    #[n(9)]
    pub files: Vec<FileEntry>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct FileEntry {
    /// Where it lies, such as `lessons/vi/ma-otp.cbor`.
    #[n(0)]
    pub path: String,
    /// How many bytes it has.
    #[n(1)]
    pub size: u64,
    /// BLAKE3 of the bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub hash: [u8; 32],
}

impl Manifest {
    /// Reads a manifest and checks all that it says about itself.
    pub fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        refuse_newer("pack", NAME, bytes)?;
        let manifest: Self = canonical::decode(NAME, bytes)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The bytes that are signed.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// How new it is.
    pub fn order(&self) -> Order {
        Order { generation: self.generation, version: self.version }
    }

    /// How many bytes all files have together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&FileEntry> {
        let found = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        found.ok().map(|at| &self.files[at])
    }

    fn check(&self) -> Result<(), PackError> {
        let bad = |why: String| Err(PackError::file(NAME, why));
        if self.version == 0 {
            return bad("has version 0; versions begin with 1".into());
        }
        if (self.generation == 0) != self.publisher.is_empty() {
            return bad("has a generation without a publisher, or the other way round".into());
        }
        if self.title.is_empty() || self.title.chars().count() > TITLE_CHARS_MAX {
            return bad(format!("has a title that is not 1 to {TITLE_CHARS_MAX} characters long"));
        }
        let ascending = self.languages.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || self.languages.len() > LANGUAGES_MAX {
            return bad("has languages that are out of order or too many".into());
        }
        if self.competences.len() > COMPETENCES_MAX {
            return bad(format!("has more than {COMPETENCES_MAX} competences"));
        }
        self.check_files()
    }

    fn check_files(&self) -> Result<(), PackError> {
        if self.files.len() > FILES_MAX {
            return Err(PackError::file(NAME, format!("lists more than {FILES_MAX} files")));
        }
        let mut languages = BTreeSet::new();
        let mut before: Option<&str> = None;
        let mut bytes = 0;
        for file in &self.files {
            let path =
                PackPath::parse(&file.path).map_err(|why| PackError::file(&file.path, why))?;
            if before == Some(&file.path) {
                return Err(PackError::file(&file.path, "is listed twice"));
            }
            if before.is_some_and(|before| before > file.path.as_str()) {
                return Err(PackError::file(&file.path, "is listed out of order"));
            }
            before = Some(&file.path);
            if file.size > path.bytes_max() {
                let why = format!("has {} bytes; at most {} fit", file.size, path.bytes_max());
                return Err(PackError::file(&file.path, why));
            }
            bytes += file.size;
            languages.extend(path.lang().cloned());
        }
        if bytes > PACK_BYTES_MAX {
            let why = format!("lists {bytes} bytes; at most {PACK_BYTES_MAX} fit");
            return Err(PackError::file(NAME, why));
        }
        if !languages.contains(&self.language) || !languages.iter().eq(&self.languages) {
            return Err(PackError::file(NAME, "names other languages than its files have"));
        }
        Ok(())
    }
}

/// What the manifest is called in messages, and in the folder form.
pub(super) const NAME: &str = "manifest.cbor";

/// Refuses a form that only a newer program can read, before anything else is looked at.
pub(super) fn refuse_newer(what: &'static str, file: &str, bytes: &[u8]) -> Result<(), PackError> {
    match canonical::format_of(bytes) {
        Some(1..=FORMAT) => Ok(()),
        Some(found @ FORMAT..) => Err(PackError::NewerFormat { what, found, known: FORMAT }),
        _ => Err(PackError::file(file, format!("is no {what}"))),
    }
}
