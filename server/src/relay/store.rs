//! The relay's database: one file, WAL, one fsync a commit.

use std::path::Path;

use hocvu_core::Ports;
use hocvu_core::platform::{read_bounded, write_durably};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};

use super::{CELL, RelayCounts, Result, admission};

const SCHEMA: &str = include_str!("schema.sql");
const SCHEMA_VERSION: i64 = 1;
/// Statements kept compiled; more than the relay has.
const STATEMENTS_MAX: usize = 256;
/// Bytes of the marker file: incarnation and openings.
const MARKER_BYTES: usize = 16;
/// Openings that are remembered: years of a computer that is turned off every evening.
const OPENINGS_MAX: i64 = 2_000;
/// Marks of openings lie in 15 bits of a cursor.
const MARK_MAX: u16 = 0x7fff;
const APPLICATION_ID: i64 = 0x6876_726c; // "hvrl"
/// The database's file name in the data folder.
pub(super) const DATABASE: &str = "relay.db";

/// What can go wrong in a relay.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database failed.
    #[error("the relay's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database was written by a newer version, or by another program; it was not touched.
    #[error("relay.db is of version {0}, which this program does not know; it was not touched")]
    Version(i64),
    /// The marker file could not be read or written.
    #[error("the relay's marker: {0}")]
    Marker(hocvu_core::Error),
    /// The key store failed.
    #[error("the relay's key store: {0}")]
    Keys(std::io::Error),
    /// The key is there and is none.
    #[error("the relay's key is damaged: put it back from a backup, or give out a new join code")]
    KeyDamaged,
    /// What a courier's bundle carried does not read back.
    #[error("what the courier's bundle carried cannot be read: export another")]
    CourierDamaged,
    /// A segment does not read back.
    #[error("segment {0} of the relay is damaged")]
    SegmentDamaged(i64),
    /// A join code that is none.
    #[error(transparent)]
    JoinCode(#[from] hocvu_core::sync::JoinCodeError),
    /// A join code for devices, where a hub's is wanted.
    #[error(
        "this join code is for phones: ask that station for its hub code, which its volunteer's page \
         and `hocvu hub code` show"
    )]
    NotForHubs,
    /// This relay's own join code, where another's is wanted.
    #[error("this is this station's own code: the one of the station above is wanted")]
    OwnCode,
}

impl RelayError {
    pub(super) fn keys(error: std::io::Error) -> Self {
        Self::Keys(error)
    }

    /// Whether something was to be written on a connection that only reads.
    pub(super) fn is_read_only(&self) -> bool {
        let Self::Database(error) = self else { return false };
        error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly)
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that opens the relay's database")]
pub(super) fn open(folder: &Path) -> Result<Connection> {
    let conn = Connection::open(folder.join(DATABASE))?;
    set_up(&conn)?;
    // Small pages: rows are a few hundred bytes, or a few thousand that would fill large pages badly,
    // and a commit writes less.
    conn.execute_batch(
        "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;",
    )?;
    Ok(conn)
}

/// Opens a database that is there and up to date, and changes nothing about it; `None` where a program
/// has yet to make it. Another process may have it open.
pub(super) fn open_made(folder: &Path) -> Result<Option<Connection>> {
    if !folder.join(DATABASE).is_file() {
        return Ok(None);
    }
    let conn = open(folder)?;
    match conn.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        SCHEMA_VERSION => Ok(Some(conn)),
        0 => Ok(None),
        other => Err(RelayError::Version(other)),
    }
}

/// A further connection that writes nothing.
#[allow(clippy::disallowed_methods, reason = "the one place that opens the relay's database")]
pub(super) fn open_reader(folder: &Path) -> Result<Connection> {
    let conn = Connection::open(folder.join(DATABASE))?;
    set_up(&conn)?;
    conn.execute_batch(
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024;",
    )?;
    Ok(conn)
}

fn set_up(conn: &Connection) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    // Else SQLite plans a kept statement anew whenever its LIMIT is bound.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Brings the schema up to date and makes what a relay has from its first day.
pub(super) fn prepare(conn: &mut Connection, marker_path: &Path, ports: &Ports) -> Result<()> {
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    // A command may write beside this program: waiting for it comes before reading.
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match version {
        0 => {
            tx.execute_batch(SCHEMA)?;
            tx.execute_batch(&format!(
                "PRAGMA user_version = {SCHEMA_VERSION}; PRAGMA application_id = {APPLICATION_ID};"
            ))?;
        }
        SCHEMA_VERSION => {}
        other => return Err(RelayError::Version(other)),
    }
    let marker = settle(&tx, marker_path, ports)?;
    admission::make_tokens(&tx, ports)?;
    tx.commit()?;
    write_durably(marker_path, &marker).map_err(RelayError::Marker)?;
    Ok(())
}

/// Copies a consistent state into a new file that says of itself that it is a backup: no marker
/// agrees with it.
#[allow(clippy::disallowed_methods, reason = "the one place that opens the relay's database")]
pub(super) fn copy_into(conn: &Connection, path: &Path) -> Result<()> {
    conn.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
    let copy = Connection::open(path)?;
    copy.execute("UPDATE self SET opened = -1 WHERE cell = ?1", [CELL])?;
    Ok(())
}

/// Empties the write-ahead log, so that nothing erased is left in it.
pub(super) fn empty_log(conn: &Connection) -> Result<()> {
    Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

/// Compares the marker file with the database. The database is written first, so that a cut between
/// the two leaves it one ahead; anything else means that an older state was put back or the folder
/// was copied: another incarnation begins. Returns the marker to be written.
fn settle(tx: &Transaction<'_>, marker_path: &Path, ports: &Ports) -> Result<Vec<u8>> {
    let held = read_bounded(marker_path, MARKER_BYTES as u64).map_err(RelayError::Marker)?;
    let sql = "SELECT incarnation, opened FROM self WHERE cell = :cell";
    let stored = tx.prepare_cached(sql)?.query_row(named_params! { ":cell": CELL }, |row| {
        Ok((row.get::<_, [u8; 8]>("incarnation")?, row.get::<_, i64>("opened")?))
    });
    let marker =
        |incarnation: [u8; 8], opened: i64| [&incarnation[..], &opened.to_be_bytes()].concat();
    let stored = stored.optional()?;
    let same = stored.filter(|(incarnation, opened)| {
        let is = |opened: i64| held.as_ref() == Some(&marker(*incarnation, opened));
        is(*opened) || is(*opened - 1)
    });
    let mut drawn = [0; 8];
    ports.entropy.fill(&mut drawn);
    let (incarnation, opened) = match same {
        Some((incarnation, opened)) => (incarnation, opened + 1),
        None => (drawn, 1),
    };
    let sql = "INSERT INTO self (cell, incarnation, opened, newest)
               VALUES (:cell, :incarnation, :opened, 0)
               ON CONFLICT (cell) DO UPDATE
               SET incarnation = excluded.incarnation, opened = excluded.opened";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":cell": CELL,
        ":incarnation": incarnation,
        ":opened": opened,
    })?;
    note_opening(tx, drawn, same.is_some())?;
    Ok(marker(incarnation, opened))
}

/// Notes that this relay was opened. Where the marker told that it goes on from elsewhere, no cursor
/// of before is good any more.
fn note_opening(tx: &Transaction<'_>, drawn: [u8; 8], is_same: bool) -> Result<()> {
    if !is_same {
        tx.prepare_cached("DELETE FROM opening WHERE cell = :cell")?
            .execute(named_params! { ":cell": CELL })?;
    }
    let sql = "INSERT INTO opening (cell, opening_no, mark, incarnation, newest_before)
               SELECT :cell, 1 + coalesce(max(opening_no), 0), :mark, :incarnation,
                   (SELECT newest FROM self WHERE cell = :cell)
               FROM opening WHERE cell = :cell";
    let mark = u16::from_be_bytes([drawn[0], drawn[1]]) & MARK_MAX;
    let row = named_params! { ":cell": CELL, ":mark": mark, ":incarnation": drawn };
    tx.prepare_cached(sql)?.execute(row)?;
    let sql = "DELETE FROM opening
               WHERE cell = :cell AND opening_no <= -:most + (
                   SELECT max(opening_no) FROM opening WHERE cell = :cell)";
    tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":most": OPENINGS_MAX })?;
    Ok(())
}

/// What this relay says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Itself {
    /// For senders who begin anew.
    pub(super) incarnation: [u8; 8],
    /// What cursors that are given now are marked with.
    pub(super) mark: u16,
    /// The number given last.
    pub(super) newest: i64,
}

/// What this relay says of itself since it was opened.
pub(super) fn itself(conn: &Connection) -> Result<Itself> {
    let sql = "SELECT opening.incarnation, mark, newest FROM opening JOIN self USING (cell)
               WHERE cell = :cell ORDER BY opening_no DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(named_params! { ":cell": CELL }, |row| {
        Ok(Itself {
            incarnation: row.get("incarnation")?,
            mark: row.get("mark")?,
            newest: row.get("newest")?,
        })
    })?)
}

/// Whether a number was given in an opening with this mark, in the course of things that led here.
pub(super) fn gave(conn: &Connection, mark: u16, no: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM opening AS giving
                   WHERE cell = :cell AND mark = :mark AND :no <= coalesce(
                       (SELECT newest_before FROM opening AS next
                        WHERE next.cell = :cell AND next.opening_no = giving.opening_no + 1),
                       (SELECT newest FROM self WHERE cell = :cell))) AS gave";
    let row = named_params! { ":cell": CELL, ":mark": mark, ":no": no };
    Ok(conn.prepare_cached(sql)?.query_row(row, |row| row.get("gave"))?)
}

/// Whether senders began anew in an opening that led here.
pub(super) fn is_known(conn: &Connection, incarnation: [u8; 8]) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM opening
                              WHERE cell = :cell AND incarnation = :incarnation) AS known";
    let row = named_params! { ":cell": CELL, ":incarnation": incarnation };
    Ok(conn.prepare_cached(sql)?.query_row(row, |row| row.get("known"))?)
}

/// How SQLite goes about a statement on this database, a line a step.
#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "an empty database in memory")]
pub(super) fn plan_of(sql: &str, params: impl rusqlite::Params) -> Vec<String> {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = plan.query_map(params, |row| row.get("detail")).unwrap();
    steps.collect::<rusqlite::Result<_>>().unwrap()
}

/// Gives the next number: cursors of senders point at them.
pub(super) fn next_number(conn: &Connection) -> Result<i64> {
    let sql = "UPDATE self SET newest = newest + 1 WHERE cell = :cell RETURNING newest";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(named_params! { ":cell": CELL }, |row| row.get("newest"))?)
}

/// Events that the upstream has given no receipt for, set aside for a round or not; 0 without an
/// upstream. Reads what waits and nothing else: it is asked again and again.
pub(super) fn waiting(conn: &Connection) -> Result<u64> {
    let sql = "SELECT
                   (SELECT coalesce(sum(events), 0) FROM segment
                    WHERE cell = :cell AND passed = 0 AND damaged != 1)
                   + (SELECT coalesce(sum(events), 0) FROM segment
                      WHERE cell = :cell AND passed = 2 AND damaged != 1) AS waiting
               FROM upstream WHERE cell = :cell";
    let mut statement = conn.prepare_cached(sql)?;
    let row = named_params! { ":cell": CELL };
    let waiting = statement.query_row(row, |row| row.get::<_, i64>("waiting")).optional()?;
    Ok(waiting.unwrap_or(0).unsigned_abs())
}

/// The relay in figures. Reads every segment's row.
pub(super) fn counts(conn: &Connection) -> Result<RelayCounts> {
    let waiting = waiting(conn)?;
    let sql = "SELECT
                   (SELECT coalesce(sum(events), 0) FROM segment
                    WHERE cell = :cell AND damaged = 0) AS events,
                   (SELECT count(*) FROM segment WHERE cell = :cell) AS segments,
                   (SELECT coalesce(sum(length(batch)), 0) FROM segment WHERE cell = :cell) AS bytes,
                   (SELECT count(*) FROM segment
                    WHERE cell = :cell AND damaged != 0) AS damaged,
                   (SELECT count(DISTINCT replica) FROM segment WHERE cell = :cell) AS replicas,
                   (SELECT count(*) FROM sender WHERE cell = :cell) AS senders,
                   (SELECT count(*) FROM erased WHERE cell = :cell) AS erased,
                   (SELECT coalesce(sum(events), 0) FROM extract WHERE cell = :cell) AS told";
    let n = |n: i64| n.unsigned_abs();
    Ok(conn.prepare_cached(sql)?.query_row(named_params! { ":cell": CELL }, |row| {
        Ok(RelayCounts {
            events: n(row.get("events")?),
            segments: n(row.get("segments")?),
            bytes: n(row.get("bytes")?),
            damaged: n(row.get("damaged")?),
            replicas: n(row.get("replicas")?),
            senders: n(row.get("senders")?),
            erased: n(row.get("erased")?),
            waiting,
            told: n(row.get("told")?),
        })
    })?)
}
