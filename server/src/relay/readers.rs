//! Connections that only read, so that replies are written while other requests are taken in. They
//! see what is committed and nothing else.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::Connection;

use super::{Result, store};

/// Connections kept open; as many as read at once on a small computer.
const IDLE_MAX: usize = 4;

/// See the module.
pub(super) struct Readers {
    folder: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// Held by each reader, so that the log can be emptied when there is none.
    gate: RwLock<()>,
}

impl Readers {
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), idle: Mutex::default(), gate: RwLock::default() }
    }

    /// Reads one consistent state. Whoever finds something to be written gets an error (see
    /// [`super::RelayError::is_read_only`]) and does it on the connection that writes.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _gate = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        let idle = self.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => store::open_reader(&self.folder)?,
        };
        let tx = conn.unchecked_transaction()?;
        let value = read(&tx);
        drop(tx);
        let mut idle = self.idle();
        if idle.len() < IDLE_MAX {
            idle.push(conn);
        }
        value
    }

    /// Does something while nobody reads.
    pub(super) fn without<T>(&self, act: impl FnOnce() -> T) -> T {
        let _gate = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        act()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
