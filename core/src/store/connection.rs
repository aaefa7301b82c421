//! The one place that opens SQLite connections, with what each of them needs.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params, Row};

use crate::error::{Doing, Result};

/// Statements kept compiled a connection; more than the program has.
const STATEMENTS_MAX: usize = 256;

/// How long a reader waits for a checkpoint that holds the file for itself.
const BUSY_TIMEOUT_MS: u64 = 5_000;

/// Opens the writer, making the file where it does not exist.
pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let set = |pragma: &str| conn.execute_batch(pragma).doing("setting up the database");
    set("PRAGMA page_size = 4096")?;
    set("PRAGMA journal_mode = WAL")?;
    set("PRAGMA synchronous = FULL")?;
    if cfg!(target_vendor = "apple") {
        set("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")?;
    }
    set("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")?;
    set("PRAGMA journal_size_limit = 4194304")?;
    Ok(conn)
}

/// Opens a reader that cannot change anything.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that opens connections")]
fn open(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).doing("opening the database")?;
    conn.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS)).doing("opening the database")?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Else SQLite plans a cached statement anew whenever its LIMIT is bound, which can take longer
    // than to run it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .doing("opening the database")?;
    let safe =
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -2000";
    conn.execute_batch(safe).doing("opening the database")?;
    Ok(conn)
}

/// What [`Connection`] does with a statement that it compiles each time, with one that is kept: to
/// compile a statement takes longer than to run it.
pub(crate) trait Cached {
    /// Runs a statement that gives no rows; gives how many rows it changed.
    fn execute_cached(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize>;

    /// Reads the one row that a statement gives.
    fn query_row_cached<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T>;
}

impl Cached for Connection {
    fn execute_cached(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.prepare_cached(sql)?.execute(params)
    }

    fn query_row_cached<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.prepare_cached(sql)?.query_row(params, read)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_planned_once_whatever_is_bound_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let conn = open_writer(&folder.path().join("t.db")).unwrap();
        conn.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT").unwrap();
        let mut statement = conn.prepare("SELECT a FROM t ORDER BY b LIMIT ?1").unwrap();
        for most in [5, 6, 7] {
            assert!(!statement.exists([most]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
