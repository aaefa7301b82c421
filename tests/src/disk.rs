//! What a disk would hold had the power gone: a model fed with the calls that a process made.
//!
//! The log is what `strace -f -y -xx` writes. A write is on the disk when a sync of its file that
//! began after it has ended; a name is there when its folder was synced.

use std::collections::BTreeMap;

/// The longest log that is read, far above what a run of a hundred answers writes.
pub const LOG_BYTES_MAX: usize = 256 << 20;

/// One call of the process, as far as the model cares; paths are whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A file was opened, and made if it was not there.
    Open(String),
    /// Bytes were written at an offset.
    Write(String, usize, Vec<u8>),
    /// A file was cut or lengthened.
    Truncate(String, usize),
    /// A sync of a file or folder ended; it began before the call of this number.
    Sync(String, usize),
    /// A name was removed.
    Unlink(String),
    /// Bytes were written to standard output. This counts from when it began.
    Say(Vec<u8>),
}

/// Reads a log; says which line it does not understand.
pub fn read_log(log: &str) -> Result<Vec<Call>, String> {
    if log.len() > LOG_BYTES_MAX {
        return Err(format!("the log has more than {LOG_BYTES_MAX} bytes"));
    }
    let mut reader = LogReader::default();
    for (number, line) in log.lines().enumerate() {
        reader.line(line).ok_or_else(|| {
            let start: String = line.chars().take(120).collect();
            format!("line {} of the log is not understood: {start}", number + 1)
        })?;
    }
    Ok(reader.calls)
}

#[derive(Default)]
struct LogReader {
    calls: Vec<Call>,
    /// Calls that have begun and not ended, by thread: their text and how many calls were before.
    begun: BTreeMap<String, (String, usize)>,
    /// Where the next plain write to an open file goes.
    offsets: BTreeMap<String, usize>,
}

impl LogReader {
    fn line(&mut self, line: &str) -> Option<()> {
        let (thread, rest) = line.split_once(' ')?;
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            return Some(());
        }
        if let Some(text) = rest.strip_suffix(" <unfinished ...>") {
            if let Some(said) = said(text) {
                self.calls.push(Call::Say(said));
            }
            self.begun.insert(thread.to_owned(), (text.to_owned(), self.calls.len()));
            return Some(());
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let (_, end) = resumed.split_once(" resumed>")?;
            let (text, began) = self.begun.remove(thread)?;
            return if said(&text).is_some() {
                Some(())
            } else {
                self.call(&format!("{text}{end}"), began)
            };
        }
        if let Some(said) = said(rest) {
            self.calls.push(Call::Say(said));
            return Some(());
        }
        self.call(rest, self.calls.len())
    }

    /// Takes in a whole call. One that failed did nothing.
    fn call(&mut self, text: &str, began: usize) -> Option<()> {
        let (head, result) = text.rsplit_once(" = ")?;
        let (name, args) = head.trim_end().strip_suffix(')')?.split_once('(')?;
        if result.starts_with('-') || result.starts_with('?') {
            return Some(());
        }
        let args: Vec<&str> = args.split(", ").collect();
        let done = result.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>();
        let call = match (name, args.as_slice()) {
            ("openat", _) => {
                let (fd, path) = descriptor(result)?;
                self.offsets.insert(fd, 0);
                Call::Open(path)
            }
            ("lseek", [file, ..]) => {
                self.offsets.insert(descriptor(file)?.0, done.ok()?);
                return Some(());
            }
            ("write", [file, data, _]) => {
                let (fd, path) = descriptor(file)?;
                let mut bytes = bytes_of(data)?;
                bytes.truncate(done.ok()?);
                let offset = self.offsets.entry(fd).or_default();
                let at = *offset;
                *offset += bytes.len();
                Call::Write(path, at, bytes)
            }
            ("pwrite64", [file, data, _, offset]) => {
                let mut bytes = bytes_of(data)?;
                bytes.truncate(done.ok()?);
                Call::Write(descriptor(file)?.1, offset.parse().ok()?, bytes)
            }
            ("ftruncate", [file, len]) => Call::Truncate(descriptor(file)?.1, len.parse().ok()?),
            ("fsync" | "fdatasync", [file]) => Call::Sync(descriptor(file)?.1, began),
            ("unlink", [path]) => Call::Unlink(String::from_utf8(bytes_of(path)?).ok()?),
            _ => return None,
        };
        self.calls.push(call);
        Some(())
    }
}

/// What a write to standard output says.
fn said(text: &str) -> Option<Vec<u8>> {
    let (_, args) = text.strip_prefix("write(1<")?.split_once(">, ")?;
    bytes_of(args.split(", ").next()?)
}

/// Reads `3<\x2f\x61>`: the number and the path of an open file.
fn descriptor(text: &str) -> Option<(String, String)> {
    let (fd, rest) = text.split_once('<')?;
    let (path, _) = rest.split_once('>')?;
    let path = String::from_utf8(unescape(path)?).ok()?;
    Some((fd.to_owned(), path))
}

/// Reads `"\x61\x62"`; a string that the log cuts short is refused.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    unescape(text.strip_prefix('"')?.strip_suffix('"')?)
}

fn unescape(text: &str) -> Option<Vec<u8>> {
    if !text.starts_with("\\x") {
        return Some(text.as_bytes().to_vec());
    }
    let mut codes = text.split("\\x");
    codes.next();
    codes.map(|code| u8::from_str_radix(code, 16).ok()).collect()
}

/// How much of what was not synced reached the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// Nothing.
    Dropped,
    /// All but the last write, of which a part is there.
    LastTorn,
    /// The first half.
    FirstHalf,
    /// Every other write.
    EveryOther,
    /// All of one file and nothing of the others: its path's end.
    Only(&'static str),
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, data) => {
                if bytes.len() < at + data.len() {
                    bytes.resize(at + data.len(), 0);
                }
                bytes[*at..at + data.len()].copy_from_slice(data);
            }
            Self::Truncate(len) => bytes.resize(*len, 0),
        }
    }

    fn torn(&self) -> Self {
        match self {
            Self::Write(at, data) => Self::Write(*at, data[..data.len() / 2].to_vec()),
            Self::Truncate(len) => Self::Truncate(*len),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct File {
    synced: Vec<u8>,
    /// With the number of the call.
    unsynced: Vec<(usize, Change)>,
}

/// Some named files, as they are and as the disk has them.
#[derive(Debug, Clone)]
pub struct Disk {
    folder: String,
    files: Vec<File>,
    /// By path: the file under the name on the disk, and the one that the process sees.
    names: BTreeMap<String, [Option<usize>; 2]>,
    calls: usize,
}

impl Disk {
    /// Begins with files of one folder that are on the disk; `None` where there is none.
    pub fn new(folder: &str, files: &[(&str, Option<Vec<u8>>)]) -> Self {
        let mut disk =
            Self { folder: folder.to_owned(), files: Vec::new(), names: BTreeMap::new(), calls: 0 };
        for (name, bytes) in files {
            let number = bytes.clone().map(|synced| {
                disk.files.push(File { synced, unsynced: Vec::new() });
                disk.files.len() - 1
            });
            disk.names.insert(format!("{folder}/{name}"), [number; 2]);
        }
        disk
    }

    /// Takes in the next call.
    pub fn apply(&mut self, call: &Call) {
        let number = self.calls;
        self.calls += 1;
        match call {
            Call::Open(path) => {
                let files = &mut self.files;
                if let Some([_, now @ None]) = self.names.get_mut(path) {
                    files.push(File::default());
                    *now = Some(files.len() - 1);
                }
            }
            Call::Write(path, at, bytes) => {
                self.change(path, number, Change::Write(*at, bytes.clone()));
            }
            Call::Truncate(path, len) => self.change(path, number, Change::Truncate(*len)),
            Call::Sync(path, began) if *path == self.folder => {
                let _ = began;
                self.names.values_mut().for_each(|[durable, now]| *durable = *now);
            }
            Call::Sync(path, began) => self.sync(path, *began),
            Call::Unlink(path) => {
                if let Some([_, now]) = self.names.get_mut(path) {
                    *now = None;
                }
            }
            Call::Say(_) => {}
        }
    }

    /// Whether a call makes something of these files durable.
    pub fn is_boundary(&self, call: &Call) -> bool {
        matches!(call, Call::Sync(path, _) if *path == self.folder || self.names.contains_key(path))
    }

    fn seen(&mut self, path: &str) -> Option<&mut File> {
        let number = self.names.get(path)?[1]?;
        self.files.get_mut(number)
    }

    fn change(&mut self, path: &str, number: usize, change: Change) {
        if let Some(file) = self.seen(path) {
            file.unsynced.push((number, change));
        }
    }

    fn sync(&mut self, path: &str, began: usize) {
        let Some(file) = self.seen(path) else { return };
        let File { synced, unsynced } = file;
        unsynced.retain(|(number, change)| {
            let is_covered = *number < began;
            if is_covered {
                change.apply(synced);
            }
            !is_covered
        });
    }

    /// The files as the disk has them if the power goes now; `None` where there is none.
    pub fn after_cut(&self, unsynced: Unsynced) -> BTreeMap<String, Option<Vec<u8>>> {
        let mut order: Vec<usize> =
            self.files.iter().flat_map(|f| &f.unsynced).map(|u| u.0).collect();
        order.sort_unstable();
        let place = |number: usize| order.partition_point(|n| *n < number);
        let mut found = BTreeMap::new();
        for (path, [durable, now]) in &self.names {
            let file = if unsynced == Unsynced::Dropped { durable } else { now };
            let bytes = file.map(|file| {
                let File { synced, unsynced: changes } = &self.files[file];
                let mut bytes = synced.clone();
                for (number, change) in changes {
                    let place = place(*number);
                    match unsynced {
                        Unsynced::LastTorn if place + 1 == order.len() => {
                            change.torn().apply(&mut bytes);
                        }
                        Unsynced::LastTorn => change.apply(&mut bytes),
                        Unsynced::FirstHalf if place < order.len() / 2 => change.apply(&mut bytes),
                        Unsynced::EveryOther if place % 2 == 0 => change.apply(&mut bytes),
                        Unsynced::Only(end) if path.ends_with(end) => change.apply(&mut bytes),
                        _ => {}
                    }
                }
                bytes
            });
            found.insert(path.clone(), bytes);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk() -> Disk {
        Disk::new("/d", &[("a", Some(b"old".to_vec())), ("b", None)])
    }

    fn text(found: &BTreeMap<String, Option<Vec<u8>>>, path: &str) -> Option<String> {
        found[path].clone().map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_log_with_interleaved_threads_is_read() {
        let log = "7 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x64\", O_RDWR) = 3<\\x2f\\x64>\n\
                   7 lseek(3<\\x2f\\x64>, 5, SEEK_SET) = 5\n\
                   7 fsync(3<\\x2f\\x64> <unfinished ...>\n\
                   8 write(3<\\x2f\\x64>, \"\\x61\\x62\", 2) = 2\n\
                   8 write(1<\\x70>, \"\\x6f\\x6b\", 2 <unfinished ...>\n\
                   7 <... fsync resumed>) = 0\n\
                   8 <... write resumed>) = 2\n\
                   8 +++ exited with 0 +++\n";
        let calls = [
            Call::Open("/d".into()),
            Call::Write("/d".into(), 5, b"ab".to_vec()),
            Call::Say(b"ok".to_vec()),
            Call::Sync("/d".into(), 1),
        ];
        assert_eq!(read_log(log).unwrap(), calls);
        assert!(read_log("7 write(3<\\x2f>, \"\\x61\"..., 9) = 9").is_err());
        assert!(read_log("7 sync_file_range(3, 0, 0) = 0").is_err());
    }

    #[test]
    fn what_was_not_synced_is_dropped_or_torn() {
        let mut disk = disk();
        disk.apply(&Call::Write("/d/a".into(), 0, b"NEWER".to_vec()));
        assert_eq!(text(&disk.after_cut(Unsynced::Dropped), "/d/a").unwrap(), "old");
        assert_eq!(text(&disk.after_cut(Unsynced::LastTorn), "/d/a").unwrap(), "NEd");
        // A sync that began before the write says nothing about it.
        disk.apply(&Call::Sync("/d/a".into(), 0));
        assert_eq!(text(&disk.after_cut(Unsynced::Dropped), "/d/a").unwrap(), "old");
        disk.apply(&Call::Sync("/d/a".into(), 2));
        assert_eq!(text(&disk.after_cut(Unsynced::Dropped), "/d/a").unwrap(), "NEWER");
    }

    #[test]
    fn a_new_name_needs_a_sync_of_its_folder() {
        let mut disk = disk();
        disk.apply(&Call::Open("/d/b".into()));
        disk.apply(&Call::Write("/d/b".into(), 0, b"x".to_vec()));
        disk.apply(&Call::Sync("/d/b".into(), 2));
        assert_eq!(text(&disk.after_cut(Unsynced::Dropped), "/d/b"), None);
        disk.apply(&Call::Sync("/d".into(), 3));
        assert_eq!(text(&disk.after_cut(Unsynced::Dropped), "/d/b").unwrap(), "x");
        disk.apply(&Call::Unlink("/d/b".into()));
        assert_eq!(text(&disk.after_cut(Unsynced::Dropped), "/d/b").unwrap(), "x");
        assert_eq!(text(&disk.after_cut(Unsynced::LastTorn), "/d/b"), None);
    }
}
