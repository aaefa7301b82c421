//! What a volunteer wants to know of a relay, and may decide: who brings something, since when
//! something waits for the upstream, how many bytes that takes, and the most that it may take.

use hocvu_core::course::Day;
use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::replica_id;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::{CELL, Relay, Result};

/// A device that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderView {
    /// Whose bundles they are.
    pub replica: ReplicaId,
    /// When it was admitted, by this computer's clock.
    pub admitted_s: i64,
    /// When it came last, by this computer's clock.
    pub seen_s: i64,
}

/// Bytes that went to and came from the upstream over the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UpstreamTraffic {
    /// In this month, by this computer's clock.
    pub bytes: u64,
    /// The most in a month, where the volunteer set it.
    pub bytes_max: Option<u64>,
}

impl Relay {
    /// Devices that were let in, the one that came last first, and how many there are in all.
    pub fn senders(&self, most: usize) -> Result<(Vec<SenderView>, u64)> {
        self.read(|conn| {
            let sql = "SELECT public_key, admitted_s, seen_s FROM sender
                       WHERE cell = :cell AND is_relay = 0 ORDER BY seen_s DESC, sender_no LIMIT :most";
            let mut statement = conn.prepare_cached(sql)?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows =
                statement.query_map(named_params! { ":cell": CELL, ":most": most }, |row| {
                    Ok(SenderView {
                        replica: replica_id(&row.get("public_key")?),
                        admitted_s: row.get("admitted_s")?,
                        seen_s: row.get("seen_s")?,
                    })
                })?;
            let senders = rows.collect::<rusqlite::Result<_>>()?;
            let sql = "SELECT count(*) AS n FROM sender WHERE cell = :cell AND is_relay = 0";
            let cell = named_params! { ":cell": CELL };
            let all: i64 = conn.prepare_cached(sql)?.query_row(cell, |row| row.get("n"))?;
            Ok((senders, all.unsigned_abs()))
        })
    }

    /// Since when the oldest of what the upstream has given no receipt for lies here, by this
    /// computer's clock; `None` where nothing waits.
    pub fn waiting_since(&self) -> Result<Option<i64>> {
        self.read(|conn| {
            let sql = "SELECT min(taken_s) AS since_s FROM segment
                       WHERE cell = :cell AND passed IN (0, 2) AND damaged != 1 AND events > 0";
            let cell = named_params! { ":cell": CELL };
            Ok(conn.prepare_cached(sql)?.query_row(cell, |row| row.get("since_s"))?)
        })
    }

    /// Bytes of this month to and from the upstream, and their limit. Files that couriers carry are
    /// not counted.
    pub fn upstream_traffic(&self) -> Result<UpstreamTraffic> {
        let now_s = self.ports.clock.now_s();
        self.read(|conn| traffic(conn, now_s))
    }

    /// Limits the bytes of a month to and from the upstream, or lifts the limit.
    pub fn set_upstream_bytes_max(&self, bytes: Option<u64>) -> Result<()> {
        let bytes = bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
        self.write(|tx| {
            let sql = "UPDATE self SET upstream_bytes_max = :bytes WHERE cell = :cell";
            tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":bytes": bytes })?;
            Ok(())
        })
    }

    /// Whether this month's bytes are used up.
    pub(super) fn is_upstream_budget_spent(&self) -> Result<bool> {
        let traffic = self.upstream_traffic()?;
        Ok(traffic.bytes_max.is_some_and(|most| traffic.bytes >= most))
    }

    /// How many bytes of this month courses may have from the upstream; `None`: without end. A quarter of
    /// the month is left to the record.
    pub fn upstream_room(&self) -> Result<Option<u64>> {
        let UpstreamTraffic { bytes, bytes_max } = self.upstream_traffic()?;
        Ok(bytes_max.map(|most| (most / 4 * 3).saturating_sub(bytes)))
    }

    /// Notes bytes that were moved to or from the upstream now.
    pub fn note_upstream_bytes(&self, bytes: usize) -> Result<()> {
        let month = month_of(self.ports.clock.now_s());
        self.write(|tx| add(tx, month, bytes))
    }
}

fn traffic(conn: &Connection, now_s: i64) -> Result<UpstreamTraffic> {
    let sql = "SELECT bytes FROM traffic WHERE cell = :cell AND month = :month";
    let row = named_params! { ":cell": CELL, ":month": month_of(now_s) };
    let bytes: Option<i64> =
        conn.prepare_cached(sql)?.query_row(row, |row| row.get("bytes")).optional()?;
    let sql = "SELECT upstream_bytes_max FROM self WHERE cell = :cell";
    let cell = named_params! { ":cell": CELL };
    let most: Option<i64> =
        conn.prepare_cached(sql)?.query_row(cell, |row| row.get("upstream_bytes_max"))?;
    Ok(UpstreamTraffic {
        bytes: bytes.unwrap_or(0).unsigned_abs(),
        bytes_max: most.map(i64::unsigned_abs),
    })
}

fn add(tx: &Transaction<'_>, month: i64, bytes: usize) -> Result<()> {
    let sql = "INSERT INTO traffic (cell, month, bytes) VALUES (:cell, :month, :bytes)
               ON CONFLICT (cell, month) DO UPDATE SET bytes = bytes + excluded.bytes";
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    tx.prepare_cached(sql)?
        .execute(named_params! { ":cell": CELL, ":month": month, ":bytes": bytes })?;
    Ok(())
}

/// Months since year 0, as people in Vietnam count them.
fn month_of(now_s: i64) -> i64 {
    let day = Day::in_vietnam(now_s);
    i64::from(day.year) * 12 + i64::from(day.month) - 1
}
