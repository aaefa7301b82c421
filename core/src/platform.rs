//! The one place that calls the platform: paths, permissions, locks, durable writes.
//!
//! Everything else speaks of files only through these functions, so that a port to another system
//! looks here and nowhere else.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::ports::KeyStore;

/// Makes a folder and its parents where they do not exist, readable by the owner only.
pub fn make_private_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|source| Error::file("making the folder", path, source))
}

/// The file in a folder that its lock is on.
pub const LOCK: &str = "hocvu.lock";

/// Holds a folder against other processes for as long as it lives; the system lets go of it when
/// the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock(File);

impl FolderLock {
    /// Takes the lock, or fails with [`Error::InUse`].
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| Error::file("opening the lock", &path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(Error::file("locking", &path, source)),
        }
    }
}

impl Drop for FolderLock {
    /// Unlocks, and does not leave it to the closing of the file. A process that is being started
    /// shares this one's open files until it runs its own program (only then does close-on-exec, which
    /// the standard library sets on every file, take them from it), and a lock that is merely closed
    /// here stays with that copy for the moment.
    fn drop(&mut self) {
        // A file that cannot be unlocked is unlocked by being closed.
        let _ = self.0.unlock();
    }
}

/// Makes the names in a folder durable. Windows has no such call and needs none.
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|source| Error::file("syncing the folder", path, source))
}

/// Writes a file so that after any cut there is either the old one or the whole new one, readable
/// by the owner only.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    write_synced(path, bytes)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// Like [`write_durably`], but the name is durable only after [`sync_folder`]: for many files that
/// nothing names yet.
pub fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let fail = |source| Error::file("writing", path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| fail(io::ErrorKind::InvalidInput.into()))?;
    let beside = folder.join(format!(".{}.new", name.to_string_lossy()));
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = (|| {
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if let Err(source) = written {
        let _ = fs::remove_file(&beside);
        return Err(fail(source));
    }
    Ok(())
}

/// Makes a file anew, readable by the owner only.
pub fn create_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(|source| Error::file("making", path, source))
}

/// Reads a file of at most `bytes_max` bytes; `None` when there is none.
pub fn read_bounded(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    let Some(bytes) = read_start(path, bytes_max.saturating_add(1))? else { return Ok(None) };
    if bytes.len() as u64 > bytes_max {
        let source = io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large");
        return Err(Error::file("reading", path, source));
    }
    Ok(Some(bytes))
}

/// Reads at most the first `bytes_max` bytes of a file; `None` when there is none.
pub fn read_start(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    use std::io::Read;
    let fail = |source| Error::file("reading", path, source);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(fail(source)),
    };
    let mut bytes = Vec::new();
    file.take(bytes_max).read_to_end(&mut bytes).map_err(fail)?;
    Ok(Some(bytes))
}

/// Removes a file so that it does not come back after a cut.
pub fn remove_durably(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(|source| Error::file("removing", path, source))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// Where this system keeps state that belongs to an installation and to no backup.
pub fn state_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return named("LOCALAPPDATA").map(|local| local.join("hocvu"));
    }
    named("XDG_STATE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| named("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("hocvu"))
}

/// How many bytes this program can still write on the disk that a folder is on; `None` where the system
/// does not say. A phone's shell knows better: its system makes room by itself when it is asked.
#[cfg(unix)]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    // Blocks that only the system's administrator may fill are not counted.
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// How many bytes this program can still write on the disk that a folder is on; `None` here.
#[cfg(not(unix))]
pub fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// Keys as files in a folder, each readable by the owner only.
#[derive(Debug, Clone)]
pub struct FileKeyStore {
    folder: PathBuf,
}

impl FileKeyStore {
    /// Keys in this folder, which is made at the first `put`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl KeyStore for FileKeyStore {
    fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        read_bounded(&self.folder.join(name), 4096).map_err(io::Error::other)
    }

    fn put(&self, name: &str, secret: &[u8]) -> io::Result<()> {
        make_private_folder(&self.folder).map_err(io::Error::other)?;
        write_durably(&self.folder.join(name), secret).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let held = FolderLock::take(folder.path()).unwrap();
        assert!(matches!(FolderLock::take(folder.path()), Err(Error::InUse { .. })));
        drop(held);
        FolderLock::take(folder.path()).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_was_let_go_is_free_while_other_programs_are_being_started() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let starter = scope.spawn(|| {
                let mut started = 0;
                while !done.load(Ordering::SeqCst) {
                    // With a folder to begin in, a process is forked and not spawned in one call.
                    let status = std::process::Command::new("true").current_dir("/").status();
                    assert!(status.unwrap().success());
                    started += 1;
                }
                started
            });
            for round in 0..20_000 {
                let held = FolderLock::take(folder.path());
                if held.is_err() {
                    done.store(true, Ordering::SeqCst);
                }
                held.unwrap_or_else(|error| panic!("round {round}: {error}"));
            }
            done.store(true, Ordering::SeqCst);
            assert!(starter.join().unwrap() > 0);
        });
    }

    #[test]
    fn keys_are_kept_and_readable_by_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let keys = FileKeyStore::new(folder.path().join("keys"));
        assert_eq!(keys.get("a").unwrap(), None);
        keys.put("a", b"one").unwrap();
        keys.put("a", b"two").unwrap();
        assert_eq!(keys.get("a").unwrap().as_deref(), Some(&b"two"[..]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("keys/a")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_disk_of_a_folder_says_what_it_still_takes() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_bytes(folder.path()).unwrap() > 0);
        assert_eq!(free_bytes(&folder.path().join("not there")), None);
    }

    #[test]
    fn a_file_above_its_bound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write_durably(&path, &[0; 11]).unwrap();
        assert!(read_bounded(&path, 10).is_err());
        assert_eq!(read_bounded(&path, 11).unwrap().unwrap().len(), 11);
    }
}
