//! SQLite: open, migrate, one writer, readers. What to do with a damaged database is `upkeep`'s.
//!
//! Everything durable on a device lies in one data folder: `hocvu.db` and `blobs/`. A call that
//! returned has reached the disk (WAL, `synchronous=FULL`, one fsync a commit).

mod connection;
mod migrate;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{Doing, Error, Result};
use crate::platform::{self, FolderLock};
pub(crate) use connection::{Cached, open_reader, open_writer};
pub(crate) use migrate::migrate;

/// Readers that are kept open for the next call.
const IDLE_READERS_MAX: usize = 4;

/// A data folder, held against other processes.
pub(crate) struct Held {
    folder: PathBuf,
    _lock: FolderLock,
}

impl Held {
    /// Takes the data folder, making it where it does not exist; `InUse` when another process has
    /// it.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        platform::make_private_folder(folder)?;
        Ok(Self { folder: folder.to_owned(), _lock: FolderLock::take(folder)? })
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The open database of a data folder.
pub(crate) struct Store {
    held: Held,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    ended_uncleanly: bool,
    #[cfg(feature = "testing")]
    crash: Mutex<Option<Crash>>,
}

/// A power cut at a commit, for the simulator: the change is on the disk or not, and nobody is told.
#[cfg(feature = "testing")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// How many commits go well before it.
    pub after: u32,
    /// Whether the commit at which it happens reaches the disk.
    pub is_committed: bool,
}

impl Store {
    /// Opens the database, making it where it does not exist, and brings the schema up to date.
    ///
    /// Fails with `NewerVersion` when a newer program wrote it (nothing is touched then), `Damaged`
    /// when the file is no readable database, or holds nothing though `held_record` says that it
    /// held a record.
    pub(crate) fn open(held: Held, held_record: bool) -> Result<Self> {
        let folder = held.folder();
        let ended_uncleanly = folder.join(RUNNING).exists();
        let path = folder.join(DATABASE);
        let mut writer = connection::open_writer(&path)?;
        if held_record && migrate::version(&writer)? == 0 {
            return Err(Error::Damaged { detail: "the file holds nothing any more".into() });
        }
        migrate::migrate(&mut writer)?;
        if !ended_uncleanly {
            fs::write(folder.join(RUNNING), b"")
                .map_err(|source| Error::file("noting the start", folder, source))?;
        }
        Ok(Self {
            held,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            ended_uncleanly,
            #[cfg(feature = "testing")]
            crash: Mutex::new(None),
        })
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.held.folder()
    }

    /// Whether the process before this one ended without closing the store.
    pub(crate) fn ended_uncleanly(&self) -> bool {
        self.ended_uncleanly
    }

    /// Runs a change in one transaction: all of it is on the disk when this returns, or none.
    pub(crate) fn write<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).doing(doing)?;
        let value = change(&tx)?;
        #[cfg(feature = "testing")]
        if let Some(crash) = self.crash_now() {
            if crash.is_committed {
                tx.commit().doing(doing)?;
            }
            let source = std::io::Error::other("the power went");
            return Err(Error::file(doing, self.folder(), source));
        }
        tx.commit().doing(doing)?;
        Ok(value)
    }

    /// Lets the power go at one of the next commits.
    #[cfg(feature = "testing")]
    pub(crate) fn crash_at(&self, crash: Option<Crash>) {
        *lock(&self.crash) = crash;
    }

    /// From the commit at which the power went on, every further change fails too.
    #[cfg(feature = "testing")]
    fn crash_now(&self) -> Option<Crash> {
        let mut crash = lock(&self.crash);
        let now = crash.as_mut()?;
        if now.after > 0 {
            now.after -= 1;
            return None;
        }
        crash.replace(Crash { after: 0, is_committed: false })
    }

    /// Lets the file grow by so many pages and no further.
    #[cfg(feature = "testing")]
    pub(crate) fn limit_pages(&self, pages: Option<u32>) -> Result<()> {
        let doing = "limiting the disk";
        self.with_writer(|conn| {
            let count: u32 =
                conn.query_row("PRAGMA page_count", [], |row| row.get(0)).doing(doing)?;
            let most = pages.map_or(0xffff_fffe, |more| count + more);
            conn.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(())).doing(doing)
        })
    }

    /// Runs something on the writer outside of a transaction, such as a checkpoint.
    pub(crate) fn with_writer<T>(&self, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        run(&lock(&self.writer))
    }

    /// Reads a consistent state without waiting for writers.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = lock(&self.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => connection::open_reader(&self.folder().join(DATABASE))?,
        };
        let tx = reader.transaction().doing("beginning to read")?;
        let value = read(&tx);
        drop(tx);
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS_MAX {
            readers.push(reader);
        }
        value
    }

    /// Notes that the database is damaged: the next start salvages what can be read.
    pub(crate) fn note_damage(&self) -> Result<()> {
        note_damage(self.folder())
    }

    /// Reads a data folder that nobody has open, whatever state it is in, and changes nothing that
    /// is recorded there.
    pub(crate) fn examine<T>(
        folder: &Path,
        read: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        let path = folder.join(DATABASE);
        if !path.exists() {
            return Err(Error::NotFound { what: "data folder" });
        }
        let _lock = FolderLock::take(folder)?;
        if has_unreadable_log(folder)? {
            // Looking would cost the log: see there.
            return Err(Error::Damaged { detail: "the file is empty, its log is not".into() });
        }
        let conn = connection::open_reader(&path)?;
        migrate::check_known(migrate::version(&conn)?, migrate::SCHEMA_VERSION)?;
        read(&conn)
    }

    /// Copies a consistent state of the database into a new file, while people go on learning.
    pub(crate) fn copy_into(&self, path: &Path) -> Result<()> {
        let doing = "copying the database";
        let reader = connection::open_reader(&self.folder().join(DATABASE))?;
        platform::create_private(path)?;
        let to = path.to_string_lossy();
        reader.execute("VACUUM INTO ?1", [to]).doing(doing)?;
        Ok(())
    }

    /// Checks a database that was just restored: it is whole, ours, holds a record and is not of a
    /// newer version. Then takes the mark of its installation from it, so that what is restored is a
    /// new replica, also where its own marker still lies.
    pub(crate) fn settle_restored(folder: &Path) -> Result<()> {
        let doing = "checking the restored database";
        let conn = connection::open_writer(&folder.join(DATABASE))?;
        if migrate::version(&conn)? == 0 {
            return Err(Error::Damaged { detail: "it holds no record".into() });
        }
        let said: String =
            conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).doing(doing)?;
        if said != "ok" {
            return Err(Error::Damaged { detail: said });
        }
        // Marks are drawn; none is all zeros.
        conn.execute("UPDATE installation SET marker = zeroblob(16)", []).doing(doing)?;
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).doing(doing)
    }

    /// Deletes the copies of damaged databases that were set aside.
    pub(crate) fn remove_set_aside(&self) -> Result<()> {
        let fail = |source| Error::file("removing what was set aside from", self.folder(), source);
        for entry in fs::read_dir(self.folder()).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            if entry.file_name().to_string_lossy().starts_with(SET_ASIDE) {
                fs::remove_dir_all(entry.path()).map_err(fail)?;
            }
        }
        Ok(())
    }

    /// Moves everything from the write-ahead log into the database and empties the log, so that
    /// nothing erased is left in it.
    pub(crate) fn truncate_log(&self) -> Result<()> {
        lock(&self.readers).clear();
        self.with_writer(|conn| {
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .doing("emptying the write-ahead log")
        })
    }
}

impl Drop for Store {
    /// A clean end: the log is emptied, and the next start need not check the file.
    fn drop(&mut self) {
        let emptied = self.truncate_log();
        if emptied.is_ok() && !self.folder().join(DAMAGED).exists() {
            let _ = fs::remove_file(self.folder().join(RUNNING));
        }
    }
}

/// Notes that a folder's database is damaged: the next opening salvages what can be read.
pub(crate) fn note_damage(folder: &Path) -> Result<()> {
    platform::write_durably(&folder.join(DAMAGED), b"")
}

/// Whether the database is missing or empty while its log holds something. SQLite would take the log
/// for a leftover and delete it: nothing may open such a database before the log was saved.
pub(crate) fn has_unreadable_log(folder: &Path) -> Result<bool> {
    let log = format!("{DATABASE}-wal");
    Ok(file_bytes(&folder.join(DATABASE))?.is_none_or(|bytes| bytes == 0)
        && file_bytes(&folder.join(log))?.is_some_and(|bytes| bytes > 0))
}

/// How long a file is; `None` when there is none.
pub(crate) fn file_bytes(path: &Path) -> Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some(file.len())),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::file("looking at", path, source)),
    }
}

/// The database's file name in the data folder.
pub(crate) const DATABASE: &str = "hocvu.db";

/// Exists while the store is open, and after an unclean end.
const RUNNING: &str = "hocvu.running";

/// Exists when a check found the database damaged: the next start salvages.
pub(crate) const DAMAGED: &str = "hocvu.damaged";

/// How the folders begin that a damaged database is set aside in.
pub(crate) const SET_ASIDE: &str = "damaged-";

/// A panic elsewhere rolled its transaction back, so what the lock guards is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
