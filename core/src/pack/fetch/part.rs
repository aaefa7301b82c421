//! The part: bytes of an update behind its last whole piece, as a file, so that a program that ends
//! in the middle of a sound goes on there. It is not synced: what a power cut makes of it is found to
//! be wrong when the piece is whole, and fetched again.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::ids::CourseId;
use crate::platform;

const FOLDER: &str = "fetch";
const DOING: &str = "keeping what was fetched";
/// What a file begins with: which bytes these are.
const NAME_BYTES: usize = 32;

/// Where the bytes of one fetch are kept.
pub(super) struct Part {
    path: PathBuf,
    file: Option<File>,
    /// The bytes behind the last whole piece.
    pub(super) bytes: Vec<u8>,
    /// How many of them were read from a file and not from a mirror just now.
    pub(super) resumed: usize,
}

impl Part {
    /// Takes up what is kept of a place in an update, or begins anew.
    pub(super) fn open(data: &Path, course: &CourseId, name: &PartName<'_>, most: usize) -> Self {
        let path = data.join(FOLDER).join(course.as_str());
        let kept = platform::read_bounded(&path, (most + NAME_BYTES) as u64).ok().flatten();
        let kept = kept.filter(|kept| kept.starts_with(&name.hash()));
        let bytes = kept.map_or(Vec::new(), |kept| kept[NAME_BYTES..].to_vec());
        Self { path, file: None, resumed: bytes.len(), bytes }
    }

    /// Adds bytes that came.
    pub(super) fn add(&mut self, name: &PartName<'_>, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        if self.file.is_none() {
            return self.write_anew(name);
        }
        let fail = |source| Error::file(DOING, &self.path, source);
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes)).map_err(fail)
    }

    /// Begins at another place: the first bytes are done with.
    pub(super) fn advance(&mut self, name: &PartName<'_>, bytes: usize) -> Result<()> {
        self.bytes.drain(..bytes);
        self.resumed = 0;
        self.write_anew(name)
    }

    /// Forgets the bytes.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.resumed = 0;
        self.file = None;
        // What stays is overwritten by the next, or named otherwise than what is wanted.
        let _ = fs::remove_file(&self.path);
    }

    fn write_anew(&mut self, name: &PartName<'_>) -> Result<()> {
        let fail = |source| Error::file(DOING, &self.path, source);
        let folder = self.path.parent().expect("it lies in a folder");
        platform::make_private_folder(folder)?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(&self.path)
            .map_err(fail)?;
        file.write_all(&name.hash()).and_then(|()| file.write_all(&self.bytes)).map_err(fail)?;
        self.file = Some(file);
        Ok(())
    }
}

/// Which bytes a part holds: of which update, as which mirror names it, from where on.
pub(super) struct PartName<'a> {
    pub(super) to: &'a [u8; 32],
    pub(super) tag: &'a str,
    pub(super) place: u64,
}

impl PartName<'_> {
    fn hash(&self) -> [u8; NAME_BYTES] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.to).update(&self.place.to_le_bytes()).update(self.tag.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

/// Removes what is kept of a course that is no more on its way.
pub(super) fn forget(data: &Path, course: &CourseId) {
    let _ = fs::remove_file(data.join(FOLDER).join(course.as_str()));
}
