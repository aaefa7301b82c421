//! Links and heads at any number of a chain: what sync compares and signs.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::chain::{self, Link};
use super::read::{Chain, Slot, slots};
use super::{SEQ_MAX, chain_and_seq, slot_of};
use crate::error::{Doing, Result};
use crate::store::Cached;

/// The highest number of a chain that has a row, 0 where it has none.
pub(crate) fn last_seq(conn: &Connection, chain_no: i64) -> Result<u64> {
    let doing = "finding the newest event";
    let sql = "SELECT max(
                   coalesce((SELECT max(slot) FROM event WHERE slot BETWEEN :from AND :to), 0),
                   coalesce((SELECT max(slot) FROM gap WHERE slot BETWEEN :from AND :to), 0))
                   AS slot";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let range = named_params! {
        ":from": slot_of(chain_no, 1),
        ":to": slot_of(chain_no, SEQ_MAX),
    };
    let slot: i64 = statement.query_row(range, |row| row.get("slot")).doing(doing)?;
    Ok(if slot == 0 { 0 } else { chain_and_seq(slot).1 })
}

/// The link after a number of a chain, or `None` where it cannot be known here.
pub(crate) fn link_after(conn: &Connection, chain: &Chain, seq: u64) -> Result<Option<Link>> {
    if seq == 0 {
        return Ok(Some(chain::first_link(&chain.public_key)));
    }
    let doing = "reading a link";
    // Each row has the link before it.
    let sql = "SELECT link FROM event WHERE slot = :slot
               UNION ALL SELECT link FROM gap WHERE slot = :slot";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    if seq < SEQ_MAX {
        let next = named_params! { ":slot": slot_of(chain.chain_no, seq + 1) };
        let link = statement.query_row(next, |row| row.get("link")).optional().doing(doing)?;
        if link.is_some() {
            return Ok(link);
        }
    }
    let mut after = None;
    slots(conn, chain.chain_no, (seq, seq), |slot: Slot| {
        after = slot.hash().map(|hash| chain::next_link(slot.link(), &hash));
        Ok(())
    })?;
    Ok(after)
}

/// The newest signed head of a chain, for a chain whose key is gone.
pub(crate) fn signed_head(conn: &Connection, chain_no: i64) -> Result<Option<(u64, [u8; 64])>> {
    let doing = "reading a head";
    let sql = "SELECT seq, signature FROM head WHERE chain_no = :chain_no";
    conn.query_row_cached(sql, named_params! { ":chain_no": chain_no }, |row| {
        Ok((row.get::<_, i64>("seq")?.unsigned_abs(), row.get("signature")?))
    })
    .optional()
    .doing(doing)
}
