//! The two forms of a pack: one file, and a folder.
//!
//! Both begin with the cover: the roots, the manifest and its signature. In the one-file form the
//! files follow as one zstd stream in the manifest's order. A reader takes one file at a time, each
//! no larger than the manifest says and only with the right hash, so that nothing that a stream
//! holds can fill the memory or the disk.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::PackError;
use super::cover::Cover;
use super::manifest::{FILES_MAX, FileEntry, Manifest, NAME};

/// What the one-file form begins with.
const MAGIC: &[u8; 8] = b"hocvupak";

/// The most bytes of a cover.
pub(super) const COVER_BYTES_MAX: u32 = 2 * 1024 * 1024;

/// zstd's level for contents up to so many bytes, which is slow to make, as quick to read as any and
/// smallest; and the one for larger contents, where that would take seconds.
const SMALL_BYTES_MAX: usize = 256 * 1024;
const SMALL_LEVEL: i32 = 19;
const LARGE_LEVEL: i32 = 3;

/// A reader's window is at most 2^23 bytes, which is what an old phone can spare.
pub(super) const WINDOW_LOG_MAX: u32 = 23;

/// A pack whose cover was read; its files come one by one.
pub(super) struct OpenPack<'a> {
    pub(super) cover: Cover,
    pub(super) manifest: Manifest,
    name: String,
    source: Source<'a>,
}

type Stream<'a> = zstd::stream::read::Decoder<'static, Box<dyn BufRead + 'a>>;

enum Source<'a> {
    Archive(Stream<'a>),
    Folder(PathBuf),
}

impl<'a> OpenPack<'a> {
    /// Opens the one-file form; `name` is what the pack is called in messages.
    pub(super) fn read(name: &str, bytes: impl BufRead + 'a) -> Result<Self, PackError> {
        let mut bytes: Box<dyn BufRead + 'a> = Box::new(bytes);
        let fail = |why: &str| PackError::file(name, why);
        let cut = |_: io::Error| fail("is cut short; copy it again");
        let mut magic = [0; 8];
        bytes.read_exact(&mut magic).map_err(|_| fail("is no pack"))?;
        if magic != *MAGIC {
            return Err(fail("is no pack"));
        }
        let mut length = [0; 4];
        bytes.read_exact(&mut length).map_err(cut)?;
        let length = u32::from_le_bytes(length);
        if length > COVER_BYTES_MAX {
            return Err(fail("has a cover that is too large"));
        }
        let mut cover = Vec::new();
        bytes.by_ref().take(u64::from(length)).read_to_end(&mut cover).map_err(cut)?;
        if cover.len() as u64 != u64::from(length) {
            return Err(fail("is cut short; copy it again"));
        }
        let cover = Cover::decode(name, &cover)?;
        let manifest = Manifest::decode(&cover.body)?;
        let stream = open_stream(bytes).map_err(|error| fail(&error.to_string()))?;
        Ok(Self { cover, manifest, name: name.to_owned(), source: Source::Archive(stream) })
    }

    /// Opens a pack file.
    pub(super) fn open_file(path: &Path) -> Result<Self, PackError> {
        let name = name_of(path);
        let file = File::open(path).map_err(|error| PackError::file(&name, error.to_string()))?;
        OpenPack::read(&name, BufReader::new(file))
    }

    /// Opens the folder form, in which nothing may lie but what the manifest lists.
    pub(super) fn open_folder(folder: &Path) -> Result<Self, PackError> {
        let cover = read_plain(folder, NAME, u64::from(COVER_BYTES_MAX))?;
        let cover = Cover::decode(NAME, &cover)?;
        let manifest = Manifest::decode(&cover.body)?;
        check_folder(folder, &manifest)?;
        let source = Source::Folder(folder.to_owned());
        Ok(Self { cover, manifest, name: name_of(folder), source })
    }

    /// Gives every file to `take` in the manifest's order, each already found unaltered; then
    /// checks that nothing follows.
    pub(super) fn each_file(
        &mut self,
        mut take: impl FnMut(&FileEntry, Vec<u8>) -> crate::Result<()>,
    ) -> crate::Result<()> {
        for entry in &self.manifest.files {
            let bytes = self.source.file(entry)?;
            if *blake3::hash(&bytes).as_bytes() != entry.hash {
                return Err(PackError::file(&entry.path, "was altered or damaged").into());
            }
            take(entry, bytes)?;
        }
        Ok(self.source.end(&self.name)?)
    }
}

impl Source<'_> {
    fn file(&mut self, entry: &FileEntry) -> Result<Vec<u8>, PackError> {
        match self {
            Self::Archive(stream) => {
                // The manifest was checked: no file is too large to make room for at once.
                let mut bytes = Vec::with_capacity(usize::try_from(entry.size).unwrap_or(0));
                let read = stream.by_ref().take(entry.size).read_to_end(&mut bytes);
                match read {
                    Ok(_) if bytes.len() as u64 == entry.size => Ok(bytes),
                    Ok(_) => Err(PackError::file(&entry.path, "is missing or cut short")),
                    Err(error) => {
                        let why = format!("is damaged or cut short ({error})");
                        Err(PackError::file(&entry.path, why))
                    }
                }
            }
            Self::Folder(folder) => {
                let bytes = read_plain(folder, &entry.path, entry.size)?;
                if bytes.len() as u64 != entry.size {
                    return Err(PackError::file(&entry.path, "is cut short; copy it again"));
                }
                Ok(bytes)
            }
        }
    }

    fn end(&mut self, name: &str) -> Result<(), PackError> {
        let Self::Archive(stream) = self else { return Ok(()) };
        match stream.read(&mut [0]) {
            Ok(0) => {}
            Ok(_) => return Err(PackError::file(name, "holds more than its manifest lists")),
            Err(_) => return Err(PackError::file(name, "is cut short; copy it again")),
        }
        match stream.get_mut().fill_buf() {
            Ok([]) => Ok(()),
            _ => Err(PackError::file(name, "has bytes behind its end")),
        }
    }
}

fn open_stream<'a>(bytes: Box<dyn BufRead + 'a>) -> io::Result<Stream<'a>> {
    let mut stream = Stream::with_buffer(bytes)?;
    stream.window_log_max(WINDOW_LOG_MAX)?;
    Ok(stream.single_frame())
}

/// Writes the one-file form around files that were compressed.
pub(super) fn write(cover: &Cover, stream: &[u8]) -> Vec<u8> {
    let cover = cover.encode();
    let mut out = MAGIC.to_vec();
    out.extend(u32::try_from(cover.len()).expect("a cover is small").to_le_bytes());
    out.extend(cover);
    out.extend_from_slice(stream);
    out
}

/// Compresses files, one behind the other: same input, same bytes.
pub(super) fn compress(files: &[&[u8]]) -> Vec<u8> {
    let whole = "compressing into memory cannot fail";
    let bytes: usize = files.iter().map(|file| file.len()).sum();
    let level = if bytes <= SMALL_BYTES_MAX { SMALL_LEVEL } else { LARGE_LEVEL };
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), level).expect(whole);
    encoder.set_pledged_src_size(Some(bytes as u64)).expect(whole);
    for file in files {
        io::Write::write_all(&mut encoder, file).expect(whole);
    }
    encoder.finish().expect(whole)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Reads a file of a folder that must be a plain file of at most so many bytes.
fn read_plain(folder: &Path, path: &str, bytes_max: u64) -> Result<Vec<u8>, PackError> {
    let fail = |why: &str| PackError::file(path, why);
    let full = folder.join(path);
    let about = fs::symlink_metadata(&full).map_err(|_| fail("is missing"))?;
    if !about.is_file() {
        return Err(fail("is a link or a folder, not a file"));
    }
    let mut bytes = Vec::new();
    let read = File::open(&full).and_then(|f| f.take(bytes_max + 1).read_to_end(&mut bytes));
    read.map_err(|error| fail(&format!("cannot be read ({error})")))?;
    if bytes.len() as u64 > bytes_max {
        return Err(fail("is larger than it may be"));
    }
    Ok(bytes)
}

/// Refuses links and whatever the manifest does not list.
fn check_folder(folder: &Path, manifest: &Manifest) -> Result<(), PackError> {
    let listed: BTreeSet<&str> = manifest.files.iter().map(|f| f.path.as_str()).collect();
    let mut seen = 0;
    let mut open = vec![(String::new(), 0)];
    while let Some((within, depth)) = open.pop() {
        let fail = |error: io::Error| PackError::file(&within, error.to_string());
        for entry in fs::read_dir(folder.join(&within)).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if within.is_empty() { name } else { format!("{within}/{name}") };
            let kind = entry.file_type().map_err(fail)?;
            seen += 1;
            if seen > 2 * FILES_MAX {
                return Err(PackError::file(&path, "is one file too many"));
            }
            if kind.is_symlink() {
                return Err(PackError::file(&path, "is a link; a pack holds files only"));
            } else if kind.is_dir() && depth < 2 {
                open.push((path, depth + 1));
            } else if path != NAME && !listed.contains(path.as_str()) {
                return Err(PackError::file(&path, "is not listed in the manifest; remove it"));
            }
        }
    }
    Ok(())
}
