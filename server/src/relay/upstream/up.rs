//! What goes up: segments that the upstream has given no receipt for, erasures that it was not told,
//! and questions about chains.

use std::collections::{BTreeMap, BTreeSet};

use hocvu_core::ids::ReplicaId;
use hocvu_core::sync::{
    BATCH, CHAINS_MAX, Cursor, ERASURE, Exchange, Expected, FRAMES_MAX, HOLDINGS_MAX, Head,
    Holding, OPENING, Opening, Pace, RequestNo, RequestWriter, Role, counting_named,
};
use minicbor::bytes::ByteVec;
use rusqlite::{Connection, Transaction, named_params};

use super::super::segments::{COLUMNS, Segment, heads_asked, segment};
use super::super::{CELL, Relay, Result, holdings};
use super::Upstream;

/// Chains asked about in one request, and in one round, beside those that are sent: all in turn.
const ASKED_MAX: i64 = 64;
/// The same over a link that is known to break.
const ASKED_OVER_BREAKS_MAX: i64 = 8;
/// Chains whose batches go into one bundle: each brings receipts of all its branches back.
const CHAINS_SENT_MAX: usize = 1_024;
/// Erasures told in one bundle.
const ERASURES_MAX: i64 = 256;
/// What a bundle has beside its token, batches, erasures and chains: its header and opening.
const OPENING_BYTES: usize = 224;
/// What a frame costs beside its payload.
const FRAME_BYTES: usize = 20;
/// What a chain costs that is asked about, and each end of it that is.
const CHAIN_BYTES: usize = 18;
const HEAD_BYTES: usize = 60;
/// What an answer has beside its receipts; what a receipt costs there, and one that was passed down.
const ANSWER_BYTES: usize = 120;
const RECEIPT_BYTES: usize = 150;
const PASSED_BYTES: usize = 190;
/// No segment is smaller: a key, a signature, a learner and her salt.
const LEAST_SEGMENT_BYTES: usize = 150;

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
    /// How many of the chains that it asked about were only in their turn.
    #[n(3)]
    pub(super) in_turn: u32,
    /// Segments by their frames.
    #[n(4)]
    pub(super) segments: BTreeMap<u32, i64>,
    /// Chains that it asked about.
    #[n(5)]
    pub(super) asked: Vec<ReplicaId>,
    /// The cursor that it named.
    #[n(6)]
    pub(super) cursor: u64,
    /// Whether more waited than it had room for.
    #[n(7)]
    pub(super) was_full: bool,
    /// Whether it had one segment and nothing that could have been left out.
    #[n(8)]
    pub(super) is_least: bool,
    /// Whether what waits is known to be too large for the link, and was left out for that.
    #[n(9)]
    pub(super) left_out: bool,
    /// Where the request stands among all to the upstream.
    #[n(10)]
    pub(super) no: RequestNo,
    /// The key of the upstream that it was made for.
    #[cbor(n(11), with = "minicbor::bytes")]
    pub(super) to: [u8; 32],
    /// What stands for the holdings that it told; absent: it told none.
    #[n(12)]
    pub(super) holdings: Option<ByteVec>,
}

impl Sent {
    pub(super) fn bytes(&self) -> usize {
        usize::try_from(self.bytes).expect("a bundle lay in memory")
    }
}

/// What is left of a bundle, and of the reply to it.
struct Room {
    bytes_max: usize,
    bytes: usize,
    /// Receipts that the reply has room for.
    receipts: usize,
}

impl Room {
    fn of(upstream: &Upstream) -> Self {
        let Pace { bytes_max, cut, reply_bytes_max, .. } = upstream.pace;
        // A link that breaks on the way up is taken to break on the way down, until that is known.
        let reply_bytes_max = reply_bytes_max.or(cut.map(|_| bytes_max));
        let is_counting = upstream.code.counting == upstream.code.relay.sign;
        let receipt = RECEIPT_BYTES + if is_counting { 0 } else { PASSED_BYTES };
        let fit = |bytes: usize| (bytes.saturating_sub(ANSWER_BYTES) / receipt).max(1);
        let token = upstream.code.token.as_ref().map_or(0, Vec::len);
        let bytes = bytes_max.saturating_sub(OPENING_BYTES + token);
        let receipts = reply_bytes_max.map_or(CHAINS_MAX, fit).min(CHAINS_MAX);
        Self { bytes_max, bytes, receipts }
    }

    /// What a bundle would have with so many bytes more.
    fn with(&self, bytes: usize) -> usize {
        self.bytes_max - self.bytes + bytes
    }

    fn take(&mut self, bytes: usize, receipts: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.receipts = self.receipts.saturating_sub(receipts);
    }
}

/// What goes into a bundle.
#[derive(Default)]
struct Chosen {
    erasures: Vec<(i64, Vec<u8>)>,
    /// Segments' numbers and batches.
    batches: Vec<(i64, Vec<u8>)>,
    asked: BTreeSet<ReplicaId>,
    heads: Vec<Head>,
    in_turn: u32,
    was_full: bool,
    is_least: bool,
    left_out: bool,
}

impl Chosen {
    fn new(conn: &Connection, upstream: &Upstream, probes: bool) -> Result<Self> {
        let mut room = Room::of(upstream);
        let mut chosen = Self::default();
        for (no, word) in untold_erasures(conn, upstream.erasures_told)? {
            let bytes = word.len() + FRAME_BYTES;
            if bytes > room.bytes && !chosen.erasures.is_empty() {
                break;
            }
            room.take(bytes, 0);
            chosen.erasures.push((no, word));
        }
        chosen.add_segments(conn, &upstream.pace, (&mut room, probes))?;
        let breaks = upstream.pace.cut.is_some() || upstream.pace.reply_bytes_max.is_some();
        let most = match (breaks, chosen.batches.is_empty()) {
            (false, _) => ASKED_MAX,
            (true, true) => ASKED_OVER_BREAKS_MAX,
            (true, false) => 1,
        };
        for replica in in_turn(conn, upstream.asked, most)? {
            if !chosen.fits_chain(conn, replica, (&mut room, 0))? && !chosen.asked.is_empty() {
                break;
            }
            chosen.ask(conn, replica, &mut room)?;
            chosen.in_turn += 1;
        }
        Ok(chosen)
    }

    /// Segments in their order. On a link that is known to break one that does not fit is passed over,
    /// with those that follow it on its chain and would not attach without it: what is smaller does
    /// not wait for it. It goes alone in the end, whole, since its proof stands at its end.
    fn add_segments(
        &mut self,
        conn: &Connection,
        pace: &Pace,
        (room, probes): (&mut Room, bool),
    ) -> Result<()> {
        let sql = format!(
            "{COLUMNS} WHERE cell = :cell AND passed = 0 AND damaged != 1 ORDER BY segment_no"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query(named_params! { ":cell": CELL })?;
        let mut first_over: Option<Segment> = None;
        let mut passed_over = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let held = segment(row)?;
            if passed_over.contains(&held.replica) {
                continue;
            }
            let has_place = self.batches.len() + ERASURES_MAX as usize + 1 < FRAMES_MAX
                && (self.asked.len() < CHAINS_SENT_MAX || self.asked.contains(&held.replica));
            let bytes = held.bytes.len() + FRAME_BYTES;
            if has_place && self.fits_chain(conn, held.replica, (room, bytes))? {
                self.add(conn, held, room)?;
                continue;
            }
            self.was_full = true;
            passed_over.insert(held.replica);
            first_over.get_or_insert(held);
            if pace.cut.is_none() || room.bytes < LEAST_SEGMENT_BYTES || !has_place {
                break;
            }
        }
        let Some(held) = first_over else { return Ok(()) };
        if self.batches.is_empty() && self.erasures.is_empty() {
            let bytes = room.with(held.bytes.len() + FRAME_BYTES + CHAIN_BYTES);
            self.left_out = !probes && pace.cut.is_some_and(|cut| bytes >= cut);
            self.is_least = !self.left_out;
            if self.is_least {
                self.add(conn, held, room)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, conn: &Connection, held: Segment, room: &mut Room) -> Result<()> {
        room.take(held.bytes.len() + FRAME_BYTES, 0);
        self.ask(conn, held.replica, room)?;
        self.batches.push((held.no, held.bytes));
        Ok(())
    }

    /// Whether a chain can be asked about, and so many bytes go along.
    fn fits_chain(
        &self,
        conn: &Connection,
        replica: ReplicaId,
        (room, bytes): (&mut Room, usize),
    ) -> Result<bool> {
        if self.asked.contains(&replica) {
            return Ok(bytes <= room.bytes);
        }
        let heads = heads_asked(conn, replica)?.len();
        let fits = bytes + CHAIN_BYTES + heads * HEAD_BYTES <= room.bytes;
        Ok(fits && heads < room.receipts)
    }

    fn ask(&mut self, conn: &Connection, replica: ReplicaId, room: &mut Room) -> Result<()> {
        if self.asked.insert(replica) {
            let heads = heads_asked(conn, replica)?;
            room.take(CHAIN_BYTES + heads.len() * HEAD_BYTES, 1 + heads.len());
            self.heads.extend(heads);
        }
        Ok(())
    }
}

/// Packs a bundle for the upstream. What is known to be too large for the link goes along only where it
/// probes.
pub(super) fn pack(
    relay: &Relay,
    conn: &Connection,
    upstream: &Upstream,
    probes: bool,
) -> Result<Option<(Exchange, Expected, Sent)>> {
    let mut chosen = Chosen::new(conn, upstream, probes)?;
    chosen.heads.truncate(CHAINS_MAX);
    let asked: Vec<ReplicaId> = chosen.asked.iter().copied().collect();
    let entropy = relay.ports.entropy.as_ref();
    let Ok(mut writer) = RequestWriter::begin(&upstream.code.relay, entropy) else {
        return Ok(None);
    };
    let holdings = untold_holdings(conn, upstream, &chosen)?;
    let told = holdings.as_deref().map(Holding::mark);
    let opening = Opening {
        sender: relay.key().sign.into(),
        role: Some(Role::Relay),
        token: upstream.code.token.clone().map(Into::into),
        time_s: relay.ports.clock.now_s(),
        cursor: upstream
            .incarnation
            .map(|incarnation| Cursor { incarnation: incarnation.into(), number: upstream.cursor }),
        chains: Some(asked.clone()),
        reply_bytes_max: upstream.pace.reply_bytes_max.and_then(|bytes| u32::try_from(bytes).ok()),
        heads: Some(chosen.heads).filter(|heads| !heads.is_empty()),
        counting: counting_named(&upstream.code.counting, &upstream.code.relay.sign),
        holdings,
    };
    let payload = opening.sign_with(&relay.secret, upstream.code.relay.id(), writer.enc());
    writer.add(OPENING, &payload);
    let mut sent = Sent {
        frames: 1,
        told: upstream.erasures_told,
        in_turn: chosen.in_turn,
        asked,
        cursor: upstream.cursor,
        was_full: chosen.was_full,
        is_least: chosen.is_least,
        left_out: chosen.left_out,
        no: RequestNo::behind_files(upstream.files),
        to: upstream.code.relay.sign,
        holdings: told.map(Into::into),
        ..Sent::default()
    };
    for (no, word) in &chosen.erasures {
        writer.add(ERASURE, word);
        sent.told = *no;
        sent.frames += 1;
    }
    for (no, batch) in &chosen.batches {
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

/// What the devices here and behind hold, unless the upstream was told.
fn untold_holdings(
    conn: &Connection,
    upstream: &Upstream,
    chosen: &Chosen,
) -> Result<Option<Vec<Holding>>> {
    let mut all = holdings::all(conn)?;
    if all.len() > HOLDINGS_MAX {
        // What many hold goes before what somebody may have made up.
        all.sort_by_key(|held| std::cmp::Reverse(held.devices));
        all.truncate(HOLDINGS_MAX);
        all.sort();
    }
    let has_more = !chosen.batches.is_empty() || !chosen.erasures.is_empty();
    let is_due = Holding::mark(&all) != upstream.holdings;
    Ok((is_due && Holding::may_go(&all, &upstream.pace, has_more)).then_some(all))
}

/// Chains to ask about although nothing of them is sent: an upstream that lost something says less.
/// Behind the last one stands the first.
fn in_turn(conn: &Connection, asked: i64, most: i64) -> Result<Vec<ReplicaId>> {
    let sql = "WITH chains AS (SELECT DISTINCT replica FROM segment WHERE cell = :cell),
                   numbered AS (SELECT replica, row_number() OVER (ORDER BY replica) - 1 AS n,
                                    count(*) OVER () AS chains
                                FROM chains)
               SELECT replica FROM numbered
               ORDER BY (n + chains - :from % chains) % chains LIMIT :most";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":most": most, ":from": asked };
    let rows = statement.query_map(params, |row| Ok(ReplicaId(row.get("replica")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many chains a round asks about in their turn, in as many exchanges as the link needs.
pub(super) fn asked_a_round(conn: &Connection) -> Result<i64> {
    let sql = "SELECT count(*) AS chains FROM (SELECT DISTINCT replica FROM segment
                                               WHERE cell = :cell LIMIT :most)";
    let row = named_params! { ":cell": CELL, ":most": ASKED_MAX };
    Ok(conn.prepare_cached(sql)?.query_row(row, |row| row.get("chains"))?)
}

/// Erasures that the upstream has not confirmed, as far as one bundle takes them.
fn untold_erasures(conn: &Connection, told: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT erasure_no, coalesce(shown, word) AS word FROM erased
               WHERE cell = :cell AND erasure_no > :told ORDER BY erasure_no LIMIT :most";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":told": told, ":most": ERASURES_MAX };
    let rows = statement.query_map(params, |row| Ok((row.get("erasure_no")?, row.get("word")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether the upstream has yet to be told an erasure, or anything waits that was not tried.
pub(super) fn is_more_left(conn: &Connection, told: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM erased
                              WHERE cell = :cell AND erasure_no > :told) AS untold";
    let row = named_params! { ":cell": CELL, ":told": told };
    let untold: bool = conn.prepare_cached(sql)?.query_row(row, |row| row.get("untold"))?;
    Ok(untold || is_untried(conn)?)
}

/// Sets aside for this round what the upstream got and gave no receipt for, so that it does not
/// stand before everything else for ever. Says how much it is.
pub(super) fn set_aside(tx: &Transaction<'_>, sent: &Sent) -> Result<usize> {
    let sql = "UPDATE segment SET passed = 2
               WHERE cell = :cell AND passed = 0 AND segment_no = :segment_no";
    let mut statement = tx.prepare_cached(sql)?;
    let mut aside = 0;
    for no in sent.segments.values() {
        aside += statement.execute(named_params! { ":cell": CELL, ":segment_no": no })?;
    }
    Ok(aside)
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
