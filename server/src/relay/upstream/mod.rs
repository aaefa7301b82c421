//! The way up of a hub: it passes on what it holds, unaltered or erased, and brings receipts and
//! erasures back. Its upstream is another relay; it works for weeks without.
//!
//! Here is where a hub stands with its upstream; `round` goes from one exchange to the next, `up` packs
//! what goes up, `down` takes in what comes back, `courier` does both with files.

mod courier;
mod down;
mod round;
mod up;

use hocvu_core::pack::MirrorAddress;
use hocvu_core::sync::{JoinCode, LEAST_BYTES, Pace, RelaySecret, RequestNo, Role, Succession};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::{CELL, Relay, RelayError, Result, store};
pub use courier::Brought;
pub use round::UpstreamRound;

/// Bundles to the upstream begin with this; see [`Pace`] for how they shrink and grow.
const FIRST_BYTES: usize = 1 << 20;

/// Where the way up stands, for the volunteer's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamView {
    /// What people call the upstream.
    pub name: String,
    /// Events that it has given no receipt for.
    pub waiting: u64,
    /// When it was last tried and last answered, by this computer's clock.
    pub tried_s: Option<i64>,
    /// See `tried_s`.
    pub reached_s: Option<i64>,
    /// Seconds after the last try before the next one that nobody asks for.
    pub wait_s: u32,
    /// What was in the way, as the name of a [`Trouble`].
    pub trouble: Option<String>,
}

struct Upstream {
    code: JoinCode,
    incarnation: Option<[u8; 8]>,
    cursor: u64,
    pace: Pace,
    asked: i64,
    files: i64,
    answered: RequestNo,
    failures: u32,
    erasures_told: i64,
    /// What stands for the holdings that it was told last.
    holdings: Vec<u8>,
}

/// The word that the counting server which a sender goes by counts no more, where that is so.
pub(super) fn succession(
    conn: &Connection,
    own: &RelaySecret,
    named: Option<[u8; 8]>,
) -> Result<Option<Succession>> {
    let key = own.key().sign;
    if named.is_none_or(|named| key.starts_with(&named)) {
        let counting = code(conn)?.map(|code| code.counting).filter(|counting| *counting != key);
        return Ok(counting.map(|counting| Succession::by_relay(own, counting)));
    }
    let sql = "SELECT counting, signature FROM succession
               WHERE cell = :cell AND substr(by, 1, 8) = :named";
    let mut statement = conn.prepare_cached(sql)?;
    let row = named_params! { ":cell": CELL, ":named": named };
    let found = statement.query_row(row, |row| {
        let (counting, signature): ([u8; 32], [u8; 64]) =
            (row.get("counting")?, row.get("signature")?);
        Ok(Succession { counting: counting.into(), signature: signature.into() })
    });
    Ok(found.optional()?)
}

/// The join code of the upstream, if there is one.
pub(super) fn code(conn: &Connection) -> Result<Option<JoinCode>> {
    Ok(get(conn)?.map(|upstream| upstream.code))
}

fn get(conn: &Connection) -> Result<Option<Upstream>> {
    let sql = "SELECT join_code, incarnation, cursor, bundle_bytes_max, bundle_bytes_passed,
                   bundle_bytes_cut, reply_bytes_max, asked, files, answered, failures,
                   erasures_told, holdings
               FROM upstream WHERE cell = :cell";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_row(named_params! { ":cell": CELL }, |row| {
        let code = match JoinCode::from_text(&row.get::<_, String>("join_code")?) {
            Ok(code) => code,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(Upstream {
            code,
            incarnation: row.get("incarnation")?,
            cursor: row.get::<_, i64>("cursor")?.unsigned_abs(),
            pace: pace(row)?,
            asked: row.get("asked")?,
            files: row.get("files")?,
            answered: row.get("answered")?,
            failures: row.get("failures")?,
            erasures_told: row.get("erasures_told")?,
            holdings: row.get("holdings")?,
        }))
    });
    Ok(found.optional()?.transpose()?)
}

fn pace(row: &Row<'_>) -> rusqlite::Result<Pace> {
    let bytes = |n: i64| usize::try_from(n).unwrap_or(LEAST_BYTES);
    let known = |n: Option<i64>| n.map(bytes);
    Ok(Pace {
        bytes_max: bytes(row.get("bundle_bytes_max")?),
        passed: known(row.get("bundle_bytes_passed")?),
        cut: known(row.get("bundle_bytes_cut")?),
        reply_bytes_max: known(row.get("reply_bytes_max")?),
        ..Pace::up_to(FIRST_BYTES)
    })
}

/// Keeps what is known of the link.
fn save_pace(tx: &Transaction<'_>, pace: &Pace) -> Result<()> {
    let sql = "UPDATE upstream
               SET bundle_bytes_max = :bytes_max, bundle_bytes_passed = :passed,
                   bundle_bytes_cut = :cut, reply_bytes_max = :reply_bytes_max
               WHERE cell = :cell";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":cell": CELL,
        ":bytes_max": pace.bytes_max as i64,
        ":passed": pace.passed.map(|bytes| bytes as i64),
        ":cut": pace.cut.map(|bytes| bytes as i64),
        ":reply_bytes_max": pace.reply_bytes_max.map(|bytes| bytes as i64),
    })?;
    Ok(())
}

impl Relay {
    /// Makes this relay a hub: everything is passed on to the relay that a code names. The same code
    /// again changes nothing; another one begins anew.
    pub fn set_upstream(&self, code: &JoinCode) -> Result<()> {
        if code.relay == self.key() {
            return Err(RelayError::OwnCode);
        }
        if code.admits != Role::Relay {
            return Err(RelayError::NotForHubs);
        }
        self.write(|tx| {
            let same = self::code(tx)?.is_some_and(|held| held.relay == code.relay);
            let sql = "INSERT INTO upstream (cell, join_code, bundle_bytes_max)
                       VALUES (:cell, :join_code, :bytes)
                       ON CONFLICT (cell) DO UPDATE SET join_code = excluded.join_code";
            let bytes = FIRST_BYTES as i64;
            let row =
                named_params! { ":cell": CELL, ":join_code": code.to_text(), ":bytes": bytes };
            tx.prepare_cached(sql)?.execute(row)?;
            if !same {
                begin_anew(tx, None)?;
            }
            Ok(())
        })
    }

    /// The upstream in its role of giving courses; `None` without one.
    pub fn upstream_mirror(&self) -> Result<Option<MirrorAddress>> {
        self.read(|conn| Ok(code(conn)?.map(|code| MirrorAddress::of(&code))))
    }

    /// Where the way up stands; `None` without an upstream.
    pub fn upstream(&self) -> Result<Option<UpstreamView>> {
        self.read(|conn| {
            let Some(upstream) = get(conn)? else { return Ok(None) };
            let waiting = store::waiting(conn)?;
            let sql = "SELECT tried_s, reached_s, wait_s, trouble FROM upstream
                       WHERE cell = :cell";
            let view =
                conn.prepare_cached(sql)?.query_row(named_params! { ":cell": CELL }, |row| {
                    Ok(UpstreamView {
                        name: upstream.code.name,
                        waiting,
                        tried_s: row.get("tried_s")?,
                        reached_s: row.get("reached_s")?,
                        wait_s: row.get("wait_s")?,
                        trouble: row.get("trouble")?,
                    })
                })?;
            Ok(Some(view))
        })
    }
}

/// The upstream is another one, or was restored: what it holds is asked anew.
fn begin_anew(tx: &Transaction<'_>, incarnation: Option<[u8; 8]>) -> Result<()> {
    let cell = named_params! { ":cell": CELL };
    tx.prepare_cached("UPDATE segment SET passed = 0 WHERE cell = :cell")?.execute(cell)?;
    tx.prepare_cached("DELETE FROM counted WHERE cell = :cell")?.execute(cell)?;
    let sql = "UPDATE upstream
               SET incarnation = :incarnation, cursor = 0, erasures_told = 0, holdings = x''
               WHERE cell = :cell";
    tx.prepare_cached(sql)?
        .execute(named_params! { ":cell": CELL, ":incarnation": incarnation })?;
    Ok(())
}
