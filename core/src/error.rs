//! What can go wrong in the core. What people read of it comes from `text`, never from `Display`.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Shorthand for what the core's calls return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as a caller can act on it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database refused for a reason that has no variant of its own.
    #[error("while {doing}: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file could not be read or written.
    #[error("while {doing} {path:?}: {source}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no room left; nothing was changed.
    #[error("the disk is full while {doing}; nothing was changed")]
    DiskFull {
        /// What was being done.
        doing: &'static str,
    },
    /// The data folder may not be written.
    #[error("{path:?} cannot be written: it is read-only or belongs to somebody else")]
    ReadOnly {
        /// The folder or file.
        path: PathBuf,
    },
    /// Another process has the data folder open.
    #[error("{path:?} is in use by another running hocvu")]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The database was written by a newer version; it was not touched.
    #[error("the data is of version {found}, this program knows up to {known}; it was not touched")]
    NewerVersion {
        /// The database's version.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// The database was written by an older version, and only looking was asked for: opening it
    /// brings it up to date.
    #[error("the data is of version {found}, this program reads {known}; it was not touched")]
    OlderVersion {
        /// The database's version.
        found: u32,
        /// The version that is read here.
        known: u32,
    },
    /// The database belongs to some other program; it was not touched.
    #[error("{path:?} is some other program's database; it was not touched")]
    NotOurs {
        /// The database.
        path: PathBuf,
    },
    /// The database file is damaged.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// Something named does not exist (any more).
    #[error("there is no such {what}")]
    NotFound {
        /// What kind of thing was named.
        what: &'static str,
    },
    /// A request that does not make sense.
    #[error("the {what} is not acceptable: {why}")]
    Invalid {
        /// What was refused.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// A PIN or passcode was wrong; the next try is possible after a while.
    #[error("the code is wrong; next try in {wait_s} s")]
    CodeWrong {
        /// Seconds until the next try is looked at; 0 when at once.
        wait_s: u32,
    },
    /// A PIN or passcode was not even looked at: too many wrong tries lately.
    #[error("too many wrong tries; next try in {wait_s} s")]
    CodeWait {
        /// Seconds until the next try is looked at.
        wait_s: u32,
    },
    /// A pack, catalogue or root was refused; what is held keeps working.
    #[error(transparent)]
    Pack(#[from] crate::pack::PackError),
    /// A backup was refused.
    #[error("the backup cannot be used: {why}")]
    Backup {
        /// Why.
        why: &'static str,
    },
}

impl Error {
    /// Says what was being done when SQLite failed, and tells a full disk, a read-only file and
    /// damage from the rest.
    pub(crate) fn database(doing: &'static str, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { doing },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path: "hocvu.db".into() },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { detail: source.to_string() }
            }
            _ if lacks_room(&source) => Self::DiskFull { doing },
            _ => Self::Database { doing, source },
        }
    }

    /// Says what was being done on which file.
    pub(crate) fn file(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{
            PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match source.kind() {
            StorageFull | QuotaExceeded => Self::DiskFull { doing },
            PermissionDenied | ReadOnlyFilesystem => Self::ReadOnly { path: path.to_owned() },
            _ => Self::File { doing, path: path.to_owned(), source },
        }
    }

    pub(crate) fn invalid(what: &'static str, why: impl Into<String>) -> Self {
        Self::Invalid { what, why: why.into() }
    }
}

/// Whether SQLite found no room for the index of its log, which it reports as a failure of the disk.
fn lacks_room(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi;
    error.sqlite_error().is_some_and(|error| {
        let room = [ffi::SQLITE_IOERR_SHMOPEN, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMMAP];
        room.contains(&error.extended_code)
    })
}

/// Adds what was being done to an error of SQLite.
pub(crate) trait Doing<T> {
    fn doing(self, what: &'static str) -> Result<T>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, what: &'static str) -> Result<T> {
        self.map_err(|source| Error::database(what, source))
    }
}
