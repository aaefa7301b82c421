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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;

    use hocvu_core::Ports;
    use hocvu_core::platform::FileKeyStore;
    use hocvu_core::ports::{SystemClock, SystemEntropy};

    use super::*;

    /// A folder with an empty relay's database, the connection that writes, and those that read.
    fn relay() -> (tempfile::TempDir, Connection, Readers) {
        let folder = tempfile::tempdir().unwrap();
        let ports = Ports {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keys: Arc::new(FileKeyStore::new(folder.path().join("keys"))),
        };
        let mut conn = store::open(folder.path()).unwrap();
        store::prepare(&mut conn, &folder.path().join("marker"), &ports).unwrap();
        let readers = Readers::of(folder.path());
        (folder, conn, readers)
    }

    fn newest(conn: &Connection) -> Result<i64> {
        Ok(store::itself(conn)?.newest)
    }

    #[test]
    fn what_a_reader_would_write_is_left_to_the_connection_that_writes() {
        let (_folder, conn, readers) = relay();
        let error = readers.read(store::next_number).unwrap_err();
        assert!(error.is_read_only(), "{error}");
        assert_eq!(newest(&conn).unwrap(), 0);
        assert_eq!(store::next_number(&conn).unwrap(), 1);
        assert_eq!(readers.read(newest).unwrap(), 1, "it reads on, and what is new");
    }

    #[test]
    fn a_reader_sees_one_state_whatever_is_committed_meanwhile() {
        let (_folder, conn, readers) = relay();
        let seen = readers.read(|reader| {
            let before = newest(reader)?;
            store::next_number(&conn)?;
            Ok((before, newest(reader)?))
        });
        assert_eq!(seen.unwrap(), (0, 0));
        assert_eq!(readers.read(newest).unwrap(), 1);
    }

    #[test]
    fn the_log_is_emptied_once_nobody_reads_and_is_empty_then() {
        let (folder, conn, readers) = relay();
        let log = || std::fs::metadata(folder.path().join("relay.db-wal")).unwrap().len();
        store::next_number(&conn).unwrap();
        assert!(log() > 0);
        let (entered, enters) = channel();
        let (leave, leaves) = channel::<()>();
        std::thread::scope(|scope| {
            let readers = &readers;
            let reader = scope.spawn(move || {
                readers.read(|conn| {
                    let before = newest(conn)?;
                    entered.send(()).unwrap();
                    leaves.recv().unwrap();
                    Ok((before, newest(conn)?))
                })
            });
            enters.recv().unwrap();
            assert!(readers.gate.try_write().is_err(), "whoever empties it waits for who reads");
            store::next_number(&conn).unwrap();
            leave.send(()).unwrap();
            readers.without(|| store::empty_log(&conn)).unwrap();
            assert_eq!(log(), 0);
            assert_eq!(reader.join().unwrap().unwrap(), (1, 1));
        });
        assert_eq!(readers.read(newest).unwrap(), 2, "whoever was idle reads on");
    }
}
