//! The update: what brings a course from the edition that somebody holds, or from none, to another.
//!
//! It begins with the new manifest; then come pieces, texts first. A piece is one zstd frame around
//! one or more files that changed, made with what the older edition has at the same paths as its
//! prefix: so a file of which a line changed costs that line. Nobody signs an update: the catalogue
//! names the manifest by its hash, the manifest every file. Whoever makes one from the same editions
//! may come to other bytes, so its bytes are named by a tag, never by the editions.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use super::archive::WINDOW_LOG_MAX;
use super::manifest::{FILES_MAX, FORMAT, FileEntry, Manifest, refuse_newer};
use super::{PackError, PackPath, canonical};

/// What an update begins with.
const MAGIC: &[u8; 8] = b"hocvuupd";
/// What stands before the head: the magic bytes, the beginning of the older manifest's hash (zeros:
/// made from nothing), the head's length.
pub const START_BYTES: usize = 8 + 8 + 4;
/// The most bytes of a head, as it travels and as it is.
const HEAD_BYTES_MAX: usize = 1024 * 1024;
/// Small files share a piece up to so many bytes, and a picture's piece is sooner done.
const TEXTS_OF_PIECE_BYTES: u64 = 256 * 1024;
const PICTURES_OF_PIECE_BYTES: u64 = 64 * 1024;
/// The most bytes that a piece with more than one file may have in all: a reader holds them at once.
const PIECE_BYTES_MAX: u64 = 1024 * 1024;
/// Words are worth the effort; what is compressed already, such as a sound, is not.
const TEXT_LEVEL: i32 = 19;
const MEDIA_LEVEL: i32 = 6;

const WHAT: &str = "update";

/// The manifest of an edition, and its files.
pub struct Edition<'a> {
    /// The manifest's exact bytes.
    pub body: &'a [u8],
    /// Reads a file of it.
    pub read: &'a dyn Fn(&FileEntry) -> crate::Result<Vec<u8>>,
}

/// An update that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The update.
    pub bytes: Vec<u8>,
    /// How many of them are the manifest and the texts, which come first.
    pub text_bytes: u64,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Head {
    #[n(0)]
    format: u32,
    #[n(1)]
    manifest: ByteVec,
    #[n(2)]
    pieces: Vec<WirePiece>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct WirePiece {
    #[n(0)]
    bytes: u32,
    #[n(1)]
    files: Vec<u16>,
}

/// Makes the update to an edition, from an older one or from nothing: same input, same bytes.
pub fn build_update(to: &Edition<'_>, from: Option<&Edition<'_>>) -> crate::Result<Update> {
    let manifest = Manifest::decode(to.body)?;
    let older = from.map(|from| Manifest::decode(from.body)).transpose()?;
    let mut pieces = Vec::new();
    let mut text_bytes = 0;
    for files in groups(&manifest, older.as_ref()) {
        let mut content = Vec::new();
        for file in &files {
            content.extend((to.read)(&manifest.files[usize::from(*file)])?);
        }
        let mut base = Vec::new();
        if let (Some(from), Some(older)) = (from, &older) {
            for entry in bases(&manifest, older, &files) {
                base.extend((from.read)(entry)?);
            }
        }
        let is_text = files.first().is_some_and(|file| kind(&manifest, *file) == FileKind::Text);
        let frame = compress(&content, &base, if is_text { TEXT_LEVEL } else { MEDIA_LEVEL });
        text_bytes += if is_text { frame.len() as u64 } else { 0 };
        pieces.push((files, frame));
    }
    let wire = |(files, frame): &(Vec<u16>, Vec<u8>)| WirePiece {
        bytes: u32::try_from(frame.len()).expect("a file has at most 4 MiB"),
        files: files.clone(),
    };
    let head = Head {
        format: FORMAT,
        manifest: to.body.to_vec().into(),
        pieces: pieces.iter().map(wire).collect(),
    };
    let base = from.map_or(&[][..], |from| from.body);
    let head = compress(&canonical::encode(&head), base, TEXT_LEVEL);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(from.map_or([0; 8], |from| named(from.body)));
    bytes.extend(u32::try_from(head.len()).expect("a head is small").to_le_bytes());
    bytes.extend(head);
    text_bytes += bytes.len() as u64;
    pieces.iter().for_each(|(_, frame)| bytes.extend_from_slice(frame));
    Ok(Update { bytes, text_bytes })
}

/// The beginning of a manifest's hash.
fn named(body: &[u8]) -> [u8; 8] {
    *blake3::hash(body).as_bytes().first_chunk().expect("a hash is longer")
}

/// What of a course a file is: the order in which files travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FileKind {
    /// Words: without all of them there is no edition.
    Text,
    /// A picture.
    Picture,
    /// A sound.
    Sound,
}

impl FileKind {
    /// What lies at a path that a checked manifest lists.
    pub(super) fn of(path: &str) -> Self {
        match PackPath::parse(path) {
            Ok(PackPath::Picture(_)) => Self::Picture,
            Ok(PackPath::Audio(_)) => Self::Sound,
            _ => Self::Text,
        }
    }
}

fn kind(manifest: &Manifest, file: u16) -> FileKind {
    FileKind::of(&manifest.files[usize::from(file)].path)
}

/// Which files of a manifest lie in which piece: those that the older edition does not have under any
/// path, each content once.
fn groups(manifest: &Manifest, older: Option<&Manifest>) -> Vec<Vec<u16>> {
    let mut had: std::collections::BTreeSet<&[u8; 32]> =
        older.iter().flat_map(|older| older.files.iter().map(|file| &file.hash)).collect();
    let mut files: Vec<u16> = Vec::new();
    for (no, entry) in (0..).zip(&manifest.files) {
        if had.insert(&entry.hash) {
            files.push(no);
        }
    }
    files.sort_by_key(|file| kind(manifest, *file));
    let mut groups: Vec<Vec<u16>> = Vec::new();
    let mut open: Option<(FileKind, u64)> = None;
    for file in files {
        let (kind, entry) = (kind(manifest, file), &manifest.files[usize::from(file)]);
        let before = older.and_then(|older| older.file(&entry.path));
        let size = entry.size.max(before.map_or(0, |before| before.size));
        let most = match kind {
            FileKind::Text => TEXTS_OF_PIECE_BYTES,
            FileKind::Picture => PICTURES_OF_PIECE_BYTES,
            FileKind::Sound => 0,
        };
        match (&mut open, groups.last_mut()) {
            (Some((of, bytes)), Some(group)) if *of == kind && *bytes + size <= most => {
                *bytes += size;
                group.push(file);
            }
            _ => {
                open = Some((kind, size));
                groups.push(vec![file]);
            }
        }
    }
    groups
}

/// What a piece of these files is made from: what the older edition has at their paths.
fn bases<'a>(manifest: &Manifest, older: &'a Manifest, files: &[u16]) -> Vec<&'a FileEntry> {
    let path = |file: &u16| manifest.files[usize::from(*file)].path.as_str();
    files.iter().filter_map(|file| older.file(path(file))).collect()
}

fn compress(content: &[u8], base: &[u8], level: i32) -> Vec<u8> {
    let whole = "compressing into memory cannot fail";
    let mut encoder =
        zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), level, base).expect(whole);
    let reach = (content.len() + base.len()).max(1024) as u64;
    let window_log = (u64::BITS - (reach - 1).leading_zeros()).min(WINDOW_LOG_MAX);
    encoder.window_log(window_log).expect(whole);
    encoder.long_distance_matching(!base.is_empty() && level < TEXT_LEVEL).expect(whole);
    encoder.set_pledged_src_size(Some(content.len() as u64)).expect(whole);
    encoder.write_all(content).expect(whole);
    encoder.finish().expect(whole)
}

/// Reads a frame that gives at most, or exactly, so many bytes; nothing may follow it.
fn decompress(frame: &[u8], base: &[u8], bytes_max: usize) -> Result<Vec<u8>, &'static str> {
    const DAMAGED: &str = "is damaged";
    let mut stream = zstd::stream::read::Decoder::with_ref_prefix(frame, base)
        .and_then(|mut stream| stream.window_log_max(WINDOW_LOG_MAX).map(|()| stream))
        .map_err(|_| DAMAGED)?
        .single_frame();
    let mut content = Vec::new();
    (&mut stream).take(bytes_max as u64 + 1).read_to_end(&mut content).map_err(|_| DAMAGED)?;
    if content.len() > bytes_max {
        return Err("holds more than it may");
    }
    if stream.finish().is_empty() { Ok(content) } else { Err(DAMAGED) }
}

/// What stands before the head of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// The beginning of the hash of the manifest that it is made from; `None`: from nothing.
    pub(super) from: Option<[u8; 8]>,
    /// Bytes of the head.
    pub(super) head_bytes: usize,
}

impl Start {
    pub(super) fn read(bytes: &[u8; START_BYTES]) -> Result<Self, PackError> {
        let fail = |why: &str| Err(PackError::file(WHAT, why));
        let Some(rest) = bytes.strip_prefix(MAGIC) else { return fail("is none") };
        let (from, length) = rest.split_first_chunk::<8>().expect("12 bytes are left");
        let length = u32::from_le_bytes(length.try_into().expect("4 bytes are left"));
        let head_bytes = usize::try_from(length).unwrap_or(usize::MAX);
        if head_bytes > HEAD_BYTES_MAX {
            return fail("has a head that is too large");
        }
        Ok(Self { from: Some(*from).filter(|from| *from != [0; 8]), head_bytes })
    }

    /// Whether it is made from the edition with this manifest.
    pub(super) fn is_from(&self, body: &[u8]) -> bool {
        self.from == Some(named(body))
    }
}

/// An update whose head was read: what it brings, and where.
pub(super) struct OpenUpdate {
    pub(super) manifest: Manifest,
    /// The manifest's exact bytes.
    pub(super) body: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
}

/// One frame of an update, around one or more files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it begins, counted from the update's first byte.
    pub(super) at: u64,
    /// How many bytes it has.
    pub(super) bytes: usize,
    /// Which files of the manifest are in it.
    pub(super) files: Vec<u16>,
}

impl Piece {
    /// Where the next one begins.
    pub(super) fn end(&self) -> u64 {
        self.at + self.bytes as u64
    }
}

impl OpenUpdate {
    /// Reads a head; the manifest in it must be the one of this hash. `from`: the manifest that the
    /// update is made from.
    pub(super) fn read(
        start: &Start,
        head: &[u8],
        from: Option<&[u8]>,
        hash: &[u8; 32],
    ) -> Result<Self, PackError> {
        let fail = |why: &str| PackError::file(WHAT, why);
        let base = if start.from.is_some() { from.unwrap_or_default() } else { &[] };
        let bytes = decompress(head, base, HEAD_BYTES_MAX).map_err(fail)?;
        refuse_newer(WHAT, WHAT, &bytes)?;
        let head_bytes = head.len();
        let head: Head = canonical::decode(WHAT, &bytes)?;
        if blake3::hash(&head.manifest).as_bytes() != hash {
            return Err(fail("is of another course or version"));
        }
        let body = head.manifest.to_vec();
        let manifest = Manifest::decode(&body)?;
        let mut pieces = Vec::new();
        let mut seen = [false; FILES_MAX];
        let mut at = (START_BYTES + head_bytes) as u64;
        for piece in head.pieces {
            let mut size = 0;
            for file in &piece.files {
                let file = usize::from(*file);
                let entry = manifest.files.get(file).ok_or(fail("names a file that is none"))?;
                if std::mem::replace(&mut seen[file], true) {
                    return Err(fail("holds a file twice"));
                }
                size += entry.size;
            }
            let is_large = piece.files.len() > 1 && size > PIECE_BYTES_MAX;
            // What cannot be compressed grows by little.
            let is_empty = piece.files.is_empty() || piece.bytes == 0;
            if is_large || is_empty || u64::from(piece.bytes) > size + size / 64 + 512 {
                return Err(fail("has a piece that is empty or too large"));
            }
            let bytes = usize::try_from(piece.bytes).expect("a piece is small");
            pieces.push(Piece { at, bytes, files: piece.files });
            at += u64::from(piece.bytes);
        }
        Ok(Self { manifest, body, pieces })
    }

    /// The files of the older edition that a piece is made from; what they hold, one behind the
    /// other, is its base.
    pub(super) fn bases<'a>(&self, piece: &Piece, older: &'a Manifest) -> Vec<&'a FileEntry> {
        bases(&self.manifest, older, &piece.files)
    }

    /// Takes a piece apart; every file is what the manifest says.
    pub(super) fn files(
        &self,
        piece: &Piece,
        frame: &[u8],
        base: &[u8],
    ) -> Result<Vec<(&FileEntry, Vec<u8>)>, PackError> {
        let entries: Vec<&FileEntry> =
            piece.files.iter().map(|file| &self.manifest.files[usize::from(*file)]).collect();
        let size: u64 = entries.iter().map(|entry| entry.size).sum();
        let size = usize::try_from(size).expect("a manifest was checked: no file is that large");
        let first = &entries[0].path;
        let content = decompress(frame, base, size).map_err(|why| PackError::file(first, why))?;
        if content.len() != size {
            return Err(PackError::file(first, "is cut short"));
        }
        let mut rest = &content[..];
        let mut files = Vec::new();
        for entry in entries {
            let (bytes, behind) = rest.split_at(entry.size as usize);
            rest = behind;
            if *blake3::hash(bytes).as_bytes() != entry.hash {
                return Err(PackError::file(&entry.path, "was altered or damaged"));
            }
            files.push((entry, bytes.to_vec()));
        }
        Ok(files)
    }
}

/// Puts an update together again: what a whole course is made of. For tests and tools; a device takes
/// in piece by piece.
pub fn apply_update(
    update: &[u8],
    hash: &[u8; 32],
    from: Option<&Edition<'_>>,
) -> crate::Result<(Manifest, BTreeMap<String, Vec<u8>>)> {
    let cut = || PackError::file(WHAT, "is cut short");
    let (start, rest) = update.split_first_chunk::<START_BYTES>().ok_or_else(cut)?;
    let start = Start::read(start)?;
    let head = rest.get(..start.head_bytes).ok_or_else(cut)?;
    let open = OpenUpdate::read(&start, head, from.map(|from| from.body), hash)?;
    let older = from.map(|from| Manifest::decode(from.body)).transpose()?;
    let older = older.as_ref().filter(|_| start.from.is_some());
    let mut held: BTreeMap<[u8; 32], Vec<u8>> = BTreeMap::new();
    for piece in &open.pieces {
        let mut base = Vec::new();
        if let (Some(from), Some(older)) = (from, older) {
            for entry in open.bases(piece, older) {
                base.extend((from.read)(entry)?);
            }
        }
        let at = usize::try_from(piece.at).map_err(|_| cut())?;
        let frame = update.get(at..at + piece.bytes).ok_or_else(cut)?;
        for (entry, bytes) in open.files(piece, frame, &base)? {
            held.insert(entry.hash, bytes);
        }
    }
    let mut files = BTreeMap::new();
    for entry in &open.manifest.files {
        let bytes = match (held.get(&entry.hash), from, older) {
            (Some(bytes), _, _) => bytes.clone(),
            (None, Some(from), Some(older)) => {
                let kept = older.files.iter().find(|old| old.hash == entry.hash);
                (from.read)(kept.ok_or_else(|| PackError::file(&entry.path, "is missing"))?)?
            }
            _ => return Err(PackError::file(&entry.path, "is missing").into()),
        };
        files.insert(entry.path.clone(), bytes);
    }
    Ok((open.manifest, files))
}
