//! Reads a pack's files and takes them apart, side by side, before anything of it reaches the
//! database.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use super::archive::OpenPack;
use super::content::Content;
use super::manifest::FileEntry;
use super::{PackError, blobs};
use crate::error::{Error, Result};

/// How many files may be read before those ahead of them were taken apart.
const FILES_AHEAD_MAX: usize = 4;

/// Threads that take files apart. Cheap phones have four cores, laptops of villages two.
const TAKERS: usize = 2;

/// Reads and checks every file; sounds lie in `blobs/`, durable, when this returns.
pub(super) fn stage(data: &Path, pack: &mut OpenPack<'_>) -> Result<Content> {
    let (content, has_sound) = take_in(data, pack)?;
    content.check(&pack.manifest)?;
    if has_sound {
        blobs::settle(data)?;
    }
    Ok(content)
}

/// Reads files on this thread and takes them apart on others. Of several faults the one counts whose
/// file comes first: what is taken apart comes before what is read meanwhile.
fn take_in(data: &Path, pack: &mut OpenPack<'_>) -> Result<(Content, bool)> {
    let (send, files) = mpsc::sync_channel(FILES_AHEAD_MAX);
    let table = &Table { data, files: Mutex::new(Some(files)), sounds: Mutex::new(()) };
    let (read, taken) = thread::scope(|scope| {
        let taking = [(); TAKERS].map(|()| scope.spawn(move || table.take_apart()));
        let mut no = 0;
        let read = pack.each_file(|entry, bytes| {
            no += 1;
            // Refused when another thread found a fault, which is told below.
            let stopped = |_| PackError::file(&entry.path, "was not read any more");
            send.send((no, entry.clone(), bytes)).map_err(|e| stopped(e).into())
        });
        drop(send);
        let end = |panic| std::panic::resume_unwind(panic);
        (read, taking.map(|taking| taking.join().unwrap_or_else(end)))
    });
    let (mut content, mut has_sound) = (Content::default(), false);
    let mut first: Option<Fault> = None;
    for part in taken {
        match part {
            Ok((part, sound)) => {
                content.join(part);
                has_sound |= sound;
            }
            Err(fault) if first.as_ref().is_none_or(|first| fault.0 < first.0) => {
                first = Some(fault);
            }
            Err(_) => {}
        }
    }
    match first {
        Some((_, error)) => Err(error),
        None => read.map(|()| (content, has_sound)),
    }
}

/// A file of a pack with its number and its bytes.
type Numbered = (usize, FileEntry, Vec<u8>);

/// The number of a file of a pack, and what is wrong with it.
type Fault = (usize, Error);

/// Where files of a pack lie, with their numbers, until one of the takers takes them apart.
struct Table<'a> {
    data: &'a Path,
    /// Nothing once a taker left, with a fault or at the end: then no more is read or taken.
    files: Mutex<Option<mpsc::Receiver<Numbered>>>,
    /// Held while a sound is written: two files may be one sound.
    sounds: Mutex<()>,
}

impl Table<'_> {
    /// Takes files apart until none comes; says also whether a sound was among them.
    fn take_apart(&self) -> Result<(Content, bool), Fault> {
        let _leaving = Leaving(self);
        let (mut content, mut has_sound) = (Content::default(), false);
        while let Some((no, entry, bytes)) = self.next() {
            match self.take(&mut content, &entry, bytes) {
                Ok(sound) => has_sound |= sound,
                Err(error) => return Err((no, error)),
            }
        }
        Ok((content, has_sound))
    }

    fn next(&self) -> Option<Numbered> {
        lock(&self.files).as_ref()?.recv().ok()
    }

    fn take(&self, content: &mut Content, entry: &FileEntry, bytes: Vec<u8>) -> Result<bool> {
        let sound = content.take(entry, bytes)?;
        if let Some(sound) = &sound {
            let _alone = lock(&self.sounds);
            blobs::write(self.data, &entry.hash, sound)?;
        }
        Ok(sound.is_some())
    }
}

/// Whoever reads must not wait for takers who are gone, whatever made them go.
struct Leaving<'a>(&'a Table<'a>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        *lock(&self.0.files) = None;
    }
}

/// What a lock guards here is whole whenever it is let go, also by a panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
