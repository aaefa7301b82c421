//! Reads an author's folder into memory: only the files that a course may have, within bounds.
//!
//! Nothing outside of the folder is ever read: symbolic links and special files are refused, and
//! names are too plain to lead anywhere. Names that begin with a point (`.git`, `.DS_Store`) are
//! passed over, since tools make them and nobody misspells a course file so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use hocvu_core::course::{PICTURE_BYTES_MAX, check_picture};
use hocvu_core::ids::{ID_CHARS_MAX, Lang};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fault::{At, Faults};

const TEXT_BYTES_MAX: usize = 256 * 1024;
const AUDIO_BYTES_MAX: usize = 4 * 1024 * 1024;
const COURSE_BYTES_MAX: usize = 64 * 1024 * 1024;
pub(super) const LESSONS_MAX: usize = 100;
const MEDIA_MAX: usize = 300;
/// No folder of a valid course has as many entries; reading on would only cost memory.
const ENTRIES_MAX: usize = 1_000;

/// A text file: NFC, without a byte order mark.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) file: Arc<str>,
    pub(super) text: String,
    starts: Vec<usize>,
}

impl Source {
    pub(super) fn new(file: &str, text: String) -> Self {
        let newlines = text.match_indices('\n').map(|(i, _)| i + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        Self { file: file.into(), text, starts }
    }

    /// The line that a byte of the text lies in.
    pub(super) fn at(&self, offset: usize) -> At {
        let line = self.starts.partition_point(|start| *start <= offset);
        At { file: self.file.clone(), line: line.max(1) }
    }
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Text files by path.
    pub(super) texts: BTreeMap<String, Source>,
    /// Pictures and audio by file name.
    pub(super) media: BTreeMap<String, Vec<u8>>,
    /// Files that are there but could not be taken; what they hold is unknown, not missing.
    pub(super) broken: BTreeSet<String>,
    bytes: usize,
}

impl Folder {
    /// Whether a file, or anything in a folder (`lessons/`), could not be read, so that what lacks
    /// may lie there.
    pub(super) fn is_unsure(&self, path: &str) -> bool {
        self.broken.iter().any(|b| {
            b.is_empty()
                || b.starts_with(path)
                || b.trim_end_matches('/') == path.trim_end_matches('/')
        })
    }
}

/// Where in the tree a folder lies, which decides what it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Lessons,
    Quizzes,
    Media,
    LessonsOf,
    QuizzesOf,
}

/// Reads the folder of a course.
pub(super) fn read_folder(dir: &Path, faults: &Faults) -> Folder {
    let mut folder = Folder::default();
    if !dir.is_dir() {
        faults.add(
            &At::file(&dir.display().to_string()),
            "there is no such folder",
            "Give the folder of a course, or make one with `hocvu course new DIR`.",
        );
        folder.broken.insert(String::new());
        return folder;
    }
    Reader { folder: &mut folder, faults }.dir(dir, "", Place::Root);
    folder
}

struct Reader<'a> {
    folder: &'a mut Folder,
    faults: &'a Faults,
}

impl Reader<'_> {
    /// Depth is bounded by `Place`: no place leads to itself.
    fn dir(&mut self, dir: &Path, prefix: &str, place: Place) {
        let shown = if prefix.is_empty() { "." } else { prefix.trim_end_matches('/') };
        let mut names = match names_in(dir) {
            Ok(names) => names,
            Err(error) => {
                self.folder.broken.insert(prefix.to_owned());
                let what = format!("the folder cannot be read: {error}");
                return self.faults.add(&At::file(shown), what, "Allow reading it.");
            }
        };
        if names.len() > ENTRIES_MAX {
            let what = format!("the folder holds more than {ENTRIES_MAX} files");
            self.faults.add(&At::file(shown), what, "Split the course in two.");
            names.truncate(ENTRIES_MAX);
        }
        names.sort();
        for name in names.iter().filter(|n| !n.as_encoded_bytes().starts_with(b".")) {
            let shown = name.to_string_lossy();
            self.entry(&dir.join(name), &format!("{prefix}{shown}"), &shown, place);
        }
    }

    fn entry(&mut self, on_disk: &Path, path: &str, name: &str, place: Place) {
        let at = At::file(path);
        let kind = match fs::symlink_metadata(on_disk) {
            Ok(metadata) => metadata,
            Err(error) => return self.unreadable(path, &error),
        };
        if kind.is_symlink() || !(kind.is_file() || kind.is_dir()) {
            self.folder.broken.insert(path.to_owned());
            let what = "this is a link or a special file";
            return self.faults.add(&at, what, "Put the file itself into the folder.");
        }
        if kind.is_dir() {
            return match subfolder(place, name) {
                Some(next) => self.dir(on_disk, &format!("{path}/"), next),
                None => self.faults.add(&at, "a course has no such folder", folder_remedy(place)),
            };
        }
        let fits = match place {
            Place::Root => matches!(name, "course.toml" | "facts.toml"),
            Place::Lessons | Place::LessonsOf => is_file_name(name, &[".md"]),
            Place::Quizzes | Place::QuizzesOf => is_file_name(name, &[".toml"]),
            Place::Media => is_file_name(name, &[".svg", ".opus"]),
        };
        if !fits {
            return self.faults.add(&at, "a course has no such file", file_remedy(place));
        }
        if place == Place::Media {
            self.media(on_disk, path, name);
        } else {
            self.text(on_disk, path);
        }
    }

    fn unreadable(&mut self, path: &str, error: &std::io::Error) {
        self.folder.broken.insert(path.to_owned());
        let what = format!("the file cannot be read: {error}");
        self.faults.add(&At::file(path), what, "Allow reading it, or copy it anew.");
    }

    fn bytes(&mut self, on_disk: &Path, path: &str, bytes_max: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let limit = bytes_max as u64 + 1;
        if let Err(error) =
            fs::File::open(on_disk).and_then(|file| file.take(limit).read_to_end(&mut bytes))
        {
            self.unreadable(path, &error);
            return None;
        }
        if bytes.len() > bytes_max {
            self.folder.broken.insert(path.to_owned());
            let what = format!("the file has more than {} KiB", bytes_max / 1024);
            self.faults.add(&At::file(path), what, "Make it smaller or split it.");
            return None;
        }
        let before = self.folder.bytes;
        self.folder.bytes += bytes.len();
        if self.folder.bytes > COURSE_BYTES_MAX {
            self.folder.broken.insert(path.to_owned());
            if before <= COURSE_BYTES_MAX {
                let what = "with this file the course has more than 64 MiB";
                self.faults.add(&At::file(path), what, "Remove or shrink media.");
            }
            return None;
        }
        Some(bytes)
    }

    fn text(&mut self, on_disk: &Path, path: &str) {
        let Some(bytes) = self.bytes(on_disk, path, TEXT_BYTES_MAX) else { return };
        match take_text(path, &bytes, self.faults) {
            Some(source) => {
                self.folder.texts.insert(path.to_owned(), source);
            }
            None => {
                self.folder.broken.insert(path.to_owned());
            }
        }
    }

    fn media(&mut self, on_disk: &Path, path: &str, name: &str) {
        if self.folder.media.len() == MEDIA_MAX {
            let what = format!("the course has more than {MEDIA_MAX} media files");
            self.faults.add(&At::file(path), what, "Remove some, or split the course.");
        }
        let is_picture = name.ends_with(".svg");
        let bytes_max = if is_picture { PICTURE_BYTES_MAX } else { AUDIO_BYTES_MAX };
        let Some(bytes) = self.bytes(on_disk, path, bytes_max) else { return };
        if is_picture {
            if let Err(error) = check_picture(&bytes) {
                let at = At { file: path.into(), line: error.line };
                let remedy = "Use only the part of SVG that docs/formats.md, \"Pictures\", lists.";
                self.faults.add(&at, error.why, remedy);
            }
        } else if !is_mono_opus(&bytes) {
            let remedy = "Convert it: `opusenc --downmix-mono --bitrate 24 IN.wav OUT.opus`.";
            self.faults.add(&At::file(path), "this is no mono Opus sound in Ogg", remedy);
        }
        self.folder.media.insert(name.to_owned(), bytes);
    }
}

/// At most one entry more than a folder may have.
fn names_in(dir: &Path) -> std::io::Result<Vec<std::ffi::OsString>> {
    let entries = fs::read_dir(dir)?.take(ENTRIES_MAX + 1);
    entries.map(|entry| entry.map(|e| e.file_name())).collect()
}

fn subfolder(place: Place, name: &str) -> Option<Place> {
    match (place, name) {
        (Place::Root, "lessons") => Some(Place::Lessons),
        (Place::Root, "quizzes") => Some(Place::Quizzes),
        (Place::Root, "media") => Some(Place::Media),
        (Place::Lessons, name) if Lang::parse(name).is_ok() => Some(Place::LessonsOf),
        (Place::Quizzes, name) if Lang::parse(name).is_ok() => Some(Place::QuizzesOf),
        _ => None,
    }
}

fn folder_remedy(place: Place) -> &'static str {
    match place {
        Place::Root => "Its folders are lessons, quizzes and media: rename or remove this one.",
        Place::Lessons | Place::Quizzes => {
            "Only a translation has a folder here, named by its language, such as `en`."
        }
        _ => "Move its files one level up and remove it.",
    }
}

fn file_remedy(place: Place) -> &'static str {
    match place {
        Place::Root => "Here stand course.toml and facts.toml only: move, rename or remove it.",
        Place::Lessons | Place::LessonsOf => {
            "Lessons are named like 02-ma-otp.md, with a-z, 0-9 and -: rename or remove it."
        }
        Place::Quizzes | Place::QuizzesOf => {
            "Quizzes are named like luyen-tap.toml, with a-z, 0-9 and -: rename or remove it."
        }
        Place::Media => {
            "Media are named like khoa.svg or loi-chao.opus, with a-z, 0-9 and -: rename or \
             remove it."
        }
    }
}

/// Whether a name is plain letters, digits and `-`, then one of the endings.
pub(super) fn is_file_name(name: &str, endings: &[&str]) -> bool {
    let Some(stem) = endings.iter().find_map(|e| name.strip_suffix(e)) else { return false };
    // Room for a lesson's number before an id of full length.
    (1..=ID_CHARS_MAX + 5).contains(&stem.len())
        && !stem.starts_with('-')
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn take_text(path: &str, bytes: &[u8], faults: &Faults) -> Option<Source> {
    let line_of = |offset: usize| 1 + bytes[..offset].iter().filter(|b| **b == b'\n').count();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = At { file: path.into(), line: line_of(error.valid_up_to()) };
            faults.add(&at, "the file is not UTF-8 text", "Save it as UTF-8.");
            return None;
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| is_hidden(*c) && !is_break(*c)) {
        let line = 1 + text[..offset].matches('\n').count();
        let what = format!("the invisible character U+{:04X} stands here", u32::from(c));
        faults.add(&At { file: path.into(), line }, what, "Remove it; retype the line.");
        return None;
    }
    let text = if is_nfc(text) { text.to_owned() } else { text.nfc().collect() };
    Some(Source::new(path, text))
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
}

/// Control characters, and marks that reorder words on the screen.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether the bytes begin with the first page of an Ogg stream that holds an Opus head of one
/// channel (RFC 3533, section 6; RFC 7845, section 5.1).
fn is_mono_opus(bytes: &[u8]) -> bool {
    let head = || {
        let segments = usize::from(*bytes.get(26)?);
        bytes.get(27 + segments..27 + segments + 19)
    };
    bytes.starts_with(b"OggS\0")
        && head().is_some_and(|h| h.starts_with(b"OpusHead\x01") && h[9] == 1)
}
