//! The relays that this device has joined, as rows.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::join::JoinCode;
use super::pace::{LEAST_BYTES, Pace};
use super::request_no::RequestNo;
use super::seal::RelayKey;
use crate::error::{Doing, Error, Result};
use crate::store::Cached;

/// The most relays that a device joins.
pub const RELAYS_MAX: usize = 8;

/// A joined relay.
#[derive(Debug, Clone)]
pub(super) struct Relay {
    pub(super) relay_no: i64,
    pub(super) key: RelayKey,
    pub(super) counting: [u8; 32],
    pub(super) name: String,
    pub(super) addresses: Vec<String>,
    pub(super) token: Option<Vec<u8>>,
    pub(super) incarnation: Option<[u8; 8]>,
    pub(super) cursor: u64,
    pub(super) pace: Pace,
    pub(super) plain: bool,
    pub(super) failures: u32,
    pub(super) trouble: u8,
    pub(super) tried_s: Option<i64>,
    pub(super) reached_s: Option<i64>,
    pub(super) wait_s: u32,
    pub(super) clock_ahead_s: Option<i64>,
    /// How many files were made for it; [`count_file`] alone changes that.
    pub(super) files: i64,
    /// The request whose answer was taken in last.
    pub(super) answered: RequestNo,
    /// What stands for the holdings that it was told last.
    pub(super) holdings: Vec<u8>,
}

const COLUMNS: &str = "
    SELECT relay_no, sign_key, seal_key, counting_key, name, addresses, token, incarnation, cursor,
        bundle_bytes_max, bundle_bytes_passed, bundle_bytes_cut, reply_bytes_max, plain,
        failures, trouble, tried_s, reached_s, wait_s, clock_ahead_s, files,
        answered, holdings
    FROM relay";

fn relay(row: &Row<'_>) -> rusqlite::Result<Relay> {
    let addresses: String = row.get("addresses")?;
    let bytes = |n: i64| usize::try_from(n).unwrap_or(LEAST_BYTES);
    let known = |n: Option<i64>| n.map(bytes);
    Ok(Relay {
        relay_no: row.get("relay_no")?,
        key: RelayKey { sign: row.get("sign_key")?, seal: row.get("seal_key")? },
        counting: row.get("counting_key")?,
        name: row.get("name")?,
        addresses: addresses.lines().map(String::from).collect(),
        token: row.get("token")?,
        incarnation: row.get("incarnation")?,
        cursor: row.get::<_, i64>("cursor")?.unsigned_abs(),
        pace: Pace {
            bytes_max: bytes(row.get("bundle_bytes_max")?),
            passed: known(row.get("bundle_bytes_passed")?),
            cut: known(row.get("bundle_bytes_cut")?),
            reply_bytes_max: known(row.get("reply_bytes_max")?),
            ..Pace::default()
        },
        plain: row.get("plain")?,
        failures: row.get("failures")?,
        trouble: row.get("trouble")?,
        tried_s: row.get("tried_s")?,
        reached_s: row.get("reached_s")?,
        wait_s: row.get("wait_s")?,
        clock_ahead_s: row.get("clock_ahead_s")?,
        files: row.get("files")?,
        answered: row.get("answered")?,
        holdings: row.get("holdings")?,
    })
}

/// All joined relays, in the order in which they were joined.
pub(super) fn list(conn: &Connection) -> Result<Vec<Relay>> {
    let doing = "listing relays";
    let sql = format!("{COLUMNS} ORDER BY relay_no");
    let mut statement = conn.prepare_cached(&sql).doing(doing)?;
    let rows = statement.query_map([], relay).doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}

/// One relay.
pub(super) fn get(conn: &Connection, relay_no: i64) -> Result<Relay> {
    let doing = "reading a relay";
    let sql = format!("{COLUMNS} WHERE relay_no = :relay_no");
    let mut statement = conn.prepare_cached(&sql).doing(doing)?;
    let row = named_params! { ":relay_no": relay_no };
    let found = statement.query_row(row, relay).optional().doing(doing)?;
    found.ok_or(Error::NotFound { what: "relay" })
}

/// Joins a relay; of one that is joined already, name, addresses and token become the code's.
pub(super) fn join(tx: &Transaction<'_>, code: &JoinCode) -> Result<i64> {
    let doing = "joining a relay";
    let known = list(tx)?;
    let is_known = known.iter().any(|r| r.key.sign == code.relay.sign);
    if !is_known && known.len() >= RELAYS_MAX {
        return Err(Error::invalid("join code", "this device has joined too many relays"));
    }
    let sql = "INSERT INTO relay
                   (sign_key, seal_key, counting_key, name, addresses, token, bundle_bytes_max)
               VALUES
                   (:sign_key, :seal_key, :counting_key, :name, :addresses, :token, :bytes_max)
               ON CONFLICT (sign_key) DO UPDATE
               SET seal_key = excluded.seal_key, counting_key = excluded.counting_key,
                   name = excluded.name, addresses = excluded.addresses, token = excluded.token,
                   failures = 0, trouble = 0, wait_s = 0
               RETURNING relay_no";
    let row = named_params! {
        ":sign_key": code.relay.sign,
        ":seal_key": code.relay.seal,
        ":counting_key": code.counting,
        ":name": code.name,
        ":addresses": code.addresses.join("\n"),
        ":token": code.token,
        ":bytes_max": Pace::default().bytes_max as i64,
    };
    tx.query_row_cached(sql, row, |row| row.get("relay_no")).doing(doing)
}

/// Stores what changes of a relay from one exchange to the next.
pub(super) fn save(tx: &Transaction<'_>, relay: &Relay) -> Result<()> {
    let doing = "noting where a relay stands";
    let sql = "UPDATE relay
               SET counting_key = :counting_key, addresses = :addresses,
                   incarnation = :incarnation, cursor = :cursor,
                   bundle_bytes_max = :bytes_max, bundle_bytes_passed = :passed,
                   bundle_bytes_cut = :cut, reply_bytes_max = :reply_bytes_max,
                   plain = :plain, failures = :failures, trouble = :trouble, tried_s = :tried_s,
                   reached_s = :reached_s, wait_s = :wait_s, clock_ahead_s = :clock_ahead_s,
                   answered = :answered, holdings = :holdings
               WHERE relay_no = :relay_no";
    let pace = &relay.pace;
    let row = named_params! {
        ":relay_no": relay.relay_no,
        ":counting_key": relay.counting,
        ":addresses": relay.addresses.join("\n"),
        ":incarnation": relay.incarnation,
        ":cursor": i64::try_from(relay.cursor).unwrap_or(i64::MAX),
        ":bytes_max": pace.bytes_max as i64,
        ":passed": pace.passed.map(|bytes| bytes as i64),
        ":cut": pace.cut.map(|bytes| bytes as i64),
        ":reply_bytes_max": pace.reply_bytes_max.map(|bytes| bytes as i64),
        ":plain": relay.plain,
        ":failures": relay.failures,
        ":trouble": relay.trouble,
        ":tried_s": relay.tried_s,
        ":reached_s": relay.reached_s,
        ":wait_s": relay.wait_s,
        ":clock_ahead_s": relay.clock_ahead_s,
        ":answered": relay.answered,
        ":holdings": relay.holdings,
    };
    tx.prepare_cached(sql).doing(doing)?.execute(row).doing(doing)?;
    Ok(())
}

/// Counts one more file for a relay, and gives its number.
pub(super) fn count_file(tx: &Transaction<'_>, relay_no: i64) -> Result<i64> {
    let doing = "counting the files made for a relay";
    let sql = "UPDATE relay SET files = files + 1 WHERE relay_no = :relay_no RETURNING files";
    tx.query_row_cached(sql, named_params! { ":relay_no": relay_no }, |row| row.get("files"))
        .doing(doing)
}

/// Leaves a relay. Nothing recorded goes; what only it had received counts as being here.
pub(super) fn leave(tx: &Transaction<'_>, relay_no: i64) -> Result<()> {
    let row = named_params! { ":relay_no": relay_no };
    tx.execute_cached("DELETE FROM relay WHERE relay_no = :relay_no", row)
        .doing("leaving a relay")?;
    Ok(())
}

/// Lets every relay hand out from its beginning once more: a learner is held here since now.
pub(crate) fn ask_for_everything(tx: &Transaction<'_>) -> Result<()> {
    tx.execute_cached("UPDATE relay SET cursor = 0", []).doing("asking relays for everything")?;
    Ok(())
}
