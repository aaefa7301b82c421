//! What goes up: segments that the upstream has given no receipt for, erasures that it was not told,
//! and questions about chains.

use std::collections::{BTreeMap, BTreeSet};

use hocvu_core::ids::ReplicaId;
use hocvu_core::sync::{
    BATCH, CHAINS_MAX, Cursor, ERASURE, Exchange, Expected, FRAMES_MAX, OPENING, Opening,
    RequestWriter, Role, counting_named,
};
use rusqlite::{Connection, Transaction, named_params};

use super::super::segments::{COLUMNS, heads_asked, segment};
use super::super::{CELL, Relay, Result};
use super::Upstream;

/// Chains asked about in one request, beside those that are sent: all in turn.
pub(super) const ASKED_MAX: i64 = 64;
/// Chains whose batches go into one bundle: each brings receipts of all its branches back.
const CHAINS_SENT_MAX: usize = 1_024;
/// Erasures told in one bundle.
const ERASURES_MAX: i64 = 256;

/// What a bundle carried.
#[derive(Debug, Clone, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub(super) struct Sent {
    #[n(0)]
    pub(super) frames: u32,
    #[n(1)]
    pub(super) bytes: u64,
    /// The number of the last erasure in it.
    #[n(2)]
    pub(super) told: i64,
    /// The last segment; everything before it that waited went along.
    #[n(3)]
    pub(super) last_segment: i64,
    /// Segments by their frames.
    #[n(4)]
    pub(super) segments: BTreeMap<u32, i64>,
    /// Chains that it asked about.
    #[n(5)]
    pub(super) asked: Vec<ReplicaId>,
    /// The cursor that it named.
    #[n(6)]
    pub(super) cursor: u64,
}

impl Sent {
    pub(super) fn bytes(&self) -> usize {
        usize::try_from(self.bytes).expect("a bundle lay in memory")
    }
}

/// Packs a bundle for the upstream.
pub(super) fn pack(
    relay: &Relay,
    conn: &Connection,
    upstream: &Upstream,
    now_s: i64,
) -> Result<Option<(Exchange, Expected, Sent)>> {
    let sql =
        format!("{COLUMNS} WHERE cell = :cell AND passed = 0 AND damaged != 1 ORDER BY segment_no");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(named_params! { ":cell": CELL })?;
    let mut batches: Vec<(ReplicaId, i64, Vec<u8>)> = Vec::new();
    let mut sent_of = BTreeSet::new();
    let mut last_segment = 0;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let held = segment(row)?;
        let replica = held.replica;
        let is_full = bytes + held.bytes.len() > upstream.bytes_max
            || batches.len() + ERASURES_MAX as usize + 1 >= FRAMES_MAX
            || (sent_of.len() >= CHAINS_SENT_MAX && !sent_of.contains(&replica));
        if is_full && !batches.is_empty() {
            break;
        }
        bytes += held.bytes.len() + 24;
        sent_of.insert(replica);
        last_segment = held.no;
        batches.push((replica, held.no, held.bytes));
    }
    drop(rows);
    let mut asked: Vec<ReplicaId> = batches.iter().map(|(replica, ..)| *replica).collect();
    asked.extend(in_turn(conn, upstream.asked)?);
    asked.sort_unstable();
    asked.dedup();
    let mut heads = Vec::new();
    for replica in &asked {
        heads.extend(heads_asked(conn, *replica)?);
    }
    heads.truncate(CHAINS_MAX);
    let entropy = relay.ports.entropy.as_ref();
    let Ok(mut writer) = RequestWriter::begin(&upstream.code.relay, entropy) else {
        return Ok(None);
    };
    let opening = Opening {
        sender: relay.key().sign.into(),
        role: Some(Role::Relay),
        token: upstream.code.token.clone().map(Into::into),
        time_s: now_s,
        cursor: upstream
            .incarnation
            .map(|incarnation| Cursor { incarnation: incarnation.into(), number: upstream.cursor }),
        chains: Some(asked.clone()),
        reply_bytes_max: None,
        heads: Some(heads).filter(|heads| !heads.is_empty()),
        counting: counting_named(&upstream.code.counting, &upstream.code.relay.sign),
    };
    let payload = opening.sign_with(&relay.secret, upstream.code.relay.id(), writer.enc());
    writer.add(OPENING, &payload);
    let (told, cursor) = (upstream.erasures_told, upstream.cursor);
    let mut sent = Sent { frames: 1, told, last_segment, asked, cursor, ..Sent::default() };
    for (no, word) in untold_erasures(conn, upstream.erasures_told)? {
        writer.add(ERASURE, &word);
        sent.told = no;
        sent.frames += 1;
    }
    for (_, no, batch) in &batches {
        writer.add(BATCH, batch);
        sent.segments.insert(sent.frames, *no);
        sent.frames += 1;
    }
    let (body, expected) = writer.finish();
    sent.bytes = body.len() as u64;
    let addresses = upstream.code.addresses.clone();
    let exchange = Exchange { relay: upstream.code.relay, addresses, body };
    Ok(Some((exchange, expected, sent)))
}

/// Chains to ask about although nothing of them is sent: an upstream that lost something says less.
fn in_turn(conn: &Connection, asked: i64) -> Result<Vec<ReplicaId>> {
    let sql = "WITH chains AS (SELECT DISTINCT replica FROM segment WHERE cell = :cell)
               SELECT replica FROM chains ORDER BY replica
               LIMIT :most OFFSET (
                   SELECT CASE WHEN count(*) <= :most THEN 0 ELSE :from % count(*) END FROM chains)";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":most": ASKED_MAX, ":from": asked };
    let rows = statement.query_map(params, |row| Ok(ReplicaId(row.get("replica")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Erasures that the upstream has not confirmed, as far as one bundle takes them.
fn untold_erasures(conn: &Connection, told: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT erasure_no, word FROM erased
               WHERE cell = :cell AND erasure_no > :told ORDER BY erasure_no LIMIT :most";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":told": told, ":most": ERASURES_MAX };
    let rows = statement.query_map(params, |row| Ok((row.get("erasure_no")?, row.get("word")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Sets aside for this round what the upstream got and gave no receipt for, so that it does not
/// stand before everything else for ever. Says how much it is.
pub(super) fn set_aside(tx: &Transaction<'_>, up_to: i64) -> Result<usize> {
    let sql = "UPDATE segment SET passed = 2
               WHERE cell = :cell AND passed = 0 AND segment_no <= :up_to";
    Ok(tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":up_to": up_to })?)
}

/// Tries what was set aside once more; says whether there is any.
pub(super) fn try_again(tx: &Transaction<'_>) -> Result<bool> {
    let sql = "UPDATE segment SET passed = 0 WHERE cell = :cell AND passed = 2";
    Ok(tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL })? > 0)
}

/// Whether anything waits that was not tried in this round.
pub(super) fn is_untried(conn: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM segment
                              WHERE cell = :cell AND passed = 0 AND damaged != 1) AS untried";
    Ok(conn
        .prepare_cached(sql)?
        .query_row(named_params! { ":cell": CELL }, |row| row.get("untried"))?)
}
