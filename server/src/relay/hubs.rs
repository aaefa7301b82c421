//! Whom this relay lets in as a hub, and the volunteer's word on it: a code that leaked is replaced, a
//! hub is shut out and let in again. What was taken in stays as it is in any case.

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::replica_id;
use hocvu_core::sync::Role;
use rusqlite::{Connection, Row, named_params};

use super::{CELL, Relay, Result, admission};

/// A relay that was let in to pass on the work of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubView {
    /// Its id, made of its key as a replica's is.
    pub id: ReplicaId,
    /// When it was let in, by this computer's clock.
    pub admitted_s: i64,
    /// When it was here last and was let in, by this computer's clock.
    pub seen_s: i64,
    /// Events that it brought and that were new here.
    pub events: u64,
    /// Since when nothing of it is taken, by this computer's clock; `None` where it may send.
    pub shut_out_s: Option<i64>,
}

impl Relay {
    /// What this relay is called in the list of the one above it.
    pub fn hub_id(&self) -> ReplicaId {
        replica_id(&self.key().sign)
    }

    /// Replaces the code that admits hubs. The old one admits nobody any more; hubs that were let in
    /// with it stay.
    pub fn renew_hub_code(&self) -> Result<()> {
        self.write(|tx| admission::replace_token(tx, Role::Relay, &self.ports))
    }

    /// Hubs that were ever let in, the one that came last first, and how many there are in all.
    pub fn hubs(&self, most: usize) -> Result<(Vec<HubView>, u64)> {
        self.read(|conn| {
            let sql = format!("{COLUMNS} ORDER BY seen_s DESC, sender_no LIMIT :most");
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut statement = conn.prepare_cached(&sql)?;
            let hubs = statement
                .query_map(named_params! { ":cell": CELL, ":most": most }, |row| Ok(read(row)?.1))?
                .collect::<rusqlite::Result<_>>()?;
            let sql = "SELECT count(*) AS n FROM sender WHERE cell = :cell AND is_relay = 1";
            let cell = named_params! { ":cell": CELL };
            let all: i64 = conn.prepare_cached(sql)?.query_row(cell, |row| row.get("n"))?;
            Ok((hubs, all.unsigned_abs()))
        })
    }

    /// Takes nothing more from a hub, whatever code it shows. What it brought and was told stays; the
    /// people behind it are heard by any other way. Says how it stands now; `None` where no hub of that
    /// id was ever let in.
    pub fn shut_out(&self, hub: ReplicaId) -> Result<Option<HubView>> {
        let now_s = self.ports.clock.now_s();
        self.set_shut_out(hub, Some(now_s))
    }

    /// Takes from a hub again that was shut out. Says the same as [`Relay::shut_out`].
    pub fn let_in(&self, hub: ReplicaId) -> Result<Option<HubView>> {
        self.set_shut_out(hub, None)
    }

    fn set_shut_out(&self, hub: ReplicaId, since_s: Option<i64>) -> Result<Option<HubView>> {
        self.write(|tx| {
            let Some(sender_no) = number_of(tx, hub)? else { return Ok(None) };
            // Who is shut out already was so since then.
            let sql = "UPDATE sender
                       SET shut_out_s = CASE WHEN :since_s IS NULL THEN NULL
                           ELSE coalesce(shut_out_s, :since_s) END
                       WHERE cell = :cell AND sender_no = :sender_no";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":sender_no": sender_no,
                ":since_s": since_s,
            })?;
            let sql = format!("{COLUMNS} AND sender_no = :sender_no");
            let row = named_params! { ":cell": CELL, ":sender_no": sender_no };
            Ok(Some(tx.prepare_cached(&sql)?.query_row(row, |row| Ok(read(row)?.1))?))
        })
    }
}

const COLUMNS: &str = "
    SELECT sender_no, public_key, admitted_s, seen_s, events_new, shut_out_s FROM sender
    WHERE cell = :cell AND is_relay = 1";

/// A hub and its number.
fn read(row: &Row<'_>) -> rusqlite::Result<(i64, HubView)> {
    let view = HubView {
        id: replica_id(&row.get("public_key")?),
        admitted_s: row.get("admitted_s")?,
        seen_s: row.get("seen_s")?,
        events: row.get::<_, i64>("events_new")?.unsigned_abs(),
        shut_out_s: row.get("shut_out_s")?,
    };
    Ok((row.get("sender_no")?, view))
}

/// An id is made of a key and lies in no table, so all hubs are looked through: a volunteer asks, no
/// sender does.
fn number_of(conn: &Connection, hub: ReplicaId) -> Result<Option<i64>> {
    let mut statement = conn.prepare_cached(COLUMNS)?;
    let mut rows = statement.query(named_params! { ":cell": CELL })?;
    while let Some(row) = rows.next()? {
        let (sender_no, view) = read(row)?;
        if view.id == hub {
            return Ok(Some(sender_no));
        }
    }
    Ok(None)
}
