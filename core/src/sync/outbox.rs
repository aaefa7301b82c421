//! What a relay lacks, read from the journal and packed into batches.
//!
//! A learner who did not agree to be counted is not passed on: in the place of her events go their
//! hashes, so that the chain still verifies and nobody can tell what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteVec;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::batch::{Batch, BatchSlot, EVENTS_MAX};
use super::lacking::Lacking;
use super::relays::Relay;
use super::request_no::RequestNo;
use crate::error::{Doing, Result};
use crate::ids::LearnerId;
use crate::journal::{
    Chain, Deed, Event, Link, Slot, chain_and_seq, chains, last_seq, link_after, next_link,
    sign_head, signed_head, slot_of, slots,
};
use crate::learner::Purpose;
use crate::plant::{self, Plant};
use crate::store::Cached;

/// Unbroken links get frames that grow from here: a thousand answers, since each further frame costs
/// its head and what its model has to learn anew.
const FIRST_FRAME_BYTES: usize = 8 * 1024;
/// The most bytes that a frame of events grows to: what a cut can cost.
const FRAME_BYTES_WISHED: usize = 32 * 1024;
/// What a batch costs beside its events: key, signature, a learner's id and salt.
const BATCH_BYTES: usize = 150;
/// A batch with one event is not smaller.
pub(super) const LEAST_BATCH_BYTES: usize = 200;
/// What an event costs on the wire before it is known better.
const EVENT_BYTES_GUESSED: usize = 7;
/// What stands for the link after a lost event where nobody here knows it. Nothing rests on it: a head
/// proves the link after the last lost slot alone.
const UNKNOWN_LINK: Link = [0; 32];
/// How often a batch that fits is packed anew because there is room for more.
const GROWN_MAX: u32 = 2;

/// What a relay is known to hold of a chain: all up to a number, but for what it lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) seq: u64,
    pub(super) lacking: Lacking,
}

impl Reached {
    /// Whether it holds the event of a number.
    pub(super) fn has(&self, seq: u64) -> bool {
        seq <= self.seq && !self.lacking.has(seq)
    }

    /// Whether it holds more than it did.
    pub(super) fn moved_from(&self, before: &Self) -> bool {
        let still_lacks = || self.lacking.clone().up_to(before.seq).count();
        self.seq > before.seq || self.seq == before.seq && still_lacks() < before.lacking.count()
    }

    /// Reads a row of `receipt` or `counted`.
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let seq = row.get::<_, i64>("seq")?.unsigned_abs();
        Ok(Self { seq, lacking: row.get("lacking")? })
    }
}

/// What is told to a relay of one chain.
pub(super) struct ChainState {
    pub(super) chain: Chain,
    pub(super) last: u64,
    pub(super) reached: Option<Reached>,
    /// What is to be sent, as stretches in rising order: where the relay has hashes of somebody who
    /// has agreed since, and what lies behind all that it holds. Nothing that cannot be proven.
    pub(super) wanted: Vec<(u64, u64)>,
    /// What goes along behind that once the relay took nothing: a batch attaches to a link that the
    /// relay holds, and of what it lacks a relay may hold a link that is not the true one.
    pub(super) around: Vec<(u64, u64)>,
    /// The first and the last number whose event can be proven.
    pub(super) provable: (u64, u64),
    /// How many events of those who agree the relay has hashes of.
    pub(super) hashes: u64,
}

/// What was put into a bundle, to be compared with the receipts.
#[derive(Debug, Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub(super) struct Carried {
    /// By chain: from which number to which.
    #[n(0)]
    pub(super) ranges: BTreeMap<i64, (u64, u64)>,
    /// Erasures that went along.
    #[n(1)]
    pub(super) erasures: Vec<LearnerId>,
    /// Events, without gaps.
    #[n(2)]
    pub(super) events: u64,
    /// Frames of the bundle.
    #[n(3)]
    pub(super) frames: u32,
    /// The cursor that the request named; 0 where it asked for everything.
    #[n(4)]
    pub(super) cursor: u64,
    /// Where the request stands among all to this relay.
    #[n(5)]
    pub(super) no: RequestNo,
    /// What stands for the holdings that it told; absent: it told none.
    #[n(6)]
    pub(super) holdings: Option<ByteVec>,
}

/// All chains here and where the relay stands with each, oldest first.
pub(super) fn chain_states(conn: &Connection, relay: &Relay) -> Result<Vec<ChainState>> {
    let all = chains(conn)?.into_iter().map(|chain| {
        let last = last_seq(conn, chain.chain_no)?;
        let reached = reached(conn, relay.relay_no, chain.chain_no)?;
        let held = reached.clone().unwrap_or_default();
        let provable = provable(conn, &chain, last)?;
        let (mut wanted, mut around) = (Vec::new(), Vec::new());
        let mut hashes = 0;
        for seq in agreed_among(conn, chain.chain_no, &held.lacking)? {
            if seq < provable.0 || seq > provable.1 {
                continue;
            }
            extend(&mut wanted, (seq, seq));
            if let Some((first, _)) = held.lacking.stretch_of(seq).filter(|_| relay.plain) {
                extend(&mut around, (first, seq));
            }
            hashes += 1;
        }
        if provable.0.max(held.seq + 1) <= provable.1 {
            extend(&mut wanted, (held.seq + 1, provable.1));
        }
        let is_wanted =
            |(from, to): &(u64, u64)| wanted.iter().any(|wish| wish.0 <= *from && *to <= wish.1);
        around.retain(|stretch| !is_wanted(stretch));
        Ok(ChainState { chain, last, reached, wanted, around, provable, hashes })
    });
    all.collect()
}

/// The first and the last number of a chain whose event can be proven to others; the first is higher
/// where there are none. With the chain's key all can. Without it one head is there, and that proves
/// what lies behind the last event that was lost and nothing before: its hash would be needed.
fn provable(conn: &Connection, chain: &Chain, last: u64) -> Result<(u64, u64)> {
    if chain.secret_key.is_some() {
        return Ok((1, last));
    }
    let Some((head, _)) = signed_head(conn, chain.chain_no)? else { return Ok((1, 0)) };
    Ok((last_lost(conn, chain.chain_no, head)? + 1, head))
}

/// The highest number up to another one whose hash nobody here knows, or 0. Of lost events that follow
/// each other the first alone has a row.
fn last_lost(conn: &Connection, chain_no: i64, to: u64) -> Result<u64> {
    let doing = "finding what was lost";
    let sql = "WITH lost AS (
                   SELECT slot FROM gap WHERE slot BETWEEN :from AND :to AND hash IS NULL
                   UNION ALL
                   SELECT slot FROM event WHERE slot BETWEEN :from AND :to AND learner_no NOT IN
                       (SELECT learner_no FROM salt WHERE chain_no = :chain_no)),
               first_of_last AS (SELECT max(slot) AS slot FROM lost)
               SELECT slot IS NOT NULL AS any, min(
                   coalesce((SELECT min(slot) FROM event
                             WHERE slot > first_of_last.slot AND slot <= :to), :to + 1),
                   coalesce((SELECT min(slot) FROM gap
                             WHERE slot > first_of_last.slot AND slot <= :to), :to + 1)) AS behind
               FROM first_of_last";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let range = named_params! {
        ":from": slot_of(chain_no, 1),
        ":to": slot_of(chain_no, to),
        ":chain_no": chain_no,
    };
    let (any, behind): (bool, i64) =
        statement.query_row(range, |row| Ok((row.get("any")?, row.get("behind")?))).doing(doing)?;
    Ok(if any { chain_and_seq(behind - 1).1 } else { 0 })
}

/// What a relay said last of a chain.
pub(super) fn reached(conn: &Connection, relay_no: i64, chain_no: i64) -> Result<Option<Reached>> {
    let doing = "reading a receipt";
    let sql = "SELECT seq, lacking FROM receipt
               WHERE relay_no = :relay_no AND chain_no = :chain_no";
    let params = named_params! { ":relay_no": relay_no, ":chain_no": chain_no };
    conn.query_row_cached(sql, params, Reached::from_row).optional().doing(doing)
}

/// The numbers, of those that a relay has hashes of, whose events may be passed on now.
fn agreed_among(conn: &Connection, chain_no: i64, lacking: &Lacking) -> Result<Vec<u64>> {
    let doing = "reading what a relay has hashes of";
    let (Some((first, _)), Some((_, last))) =
        (lacking.stretches().first(), lacking.stretches().last())
    else {
        return Ok(Vec::new());
    };
    let sql = "SELECT slot FROM event LEFT JOIN learner_state USING (learner_no)
               WHERE slot BETWEEN :first AND :last
                   AND (learner_no = 0 OR consents & :counts != 0)
               ORDER BY slot";
    let params = named_params! {
        ":first": slot_of(chain_no, *first),
        ":last": slot_of(chain_no, *last),
        ":counts": Purpose::Count.bit(),
    };
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query(params).doing(doing)?;
    let mut agreed = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let (_, seq) = chain_and_seq(row.get("slot").doing(doing)?);
        if lacking.has(seq) {
            agreed.push(seq);
        }
    }
    Ok(agreed)
}

/// Adds what is wanted behind all that is wanted so far. What lies near goes with it: a batch more
/// costs as much as so many events.
fn extend(wanted: &mut Vec<(u64, u64)>, (first, last): (u64, u64)) {
    const NEAR: u64 = 32;
    match wanted.last_mut() {
        Some((_, end)) if first <= *end + NEAR => *end = last,
        _ => wanted.push((first, last)),
    }
}

/// Learners here who agreed to be counted: number by id.
pub(super) fn counting_learners(conn: &Connection) -> Result<BTreeSet<LearnerId>> {
    let doing = "reading who agreed";
    let sql = "SELECT learner_id FROM learner JOIN learner_state USING (learner_no)
               WHERE consents & :counts != 0";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! { ":counts": Purpose::Count.bit() };
    let rows = statement.query_map(params, |row| Ok(LearnerId(row.get("learner_id")?)));
    rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
}

/// Packs what a relay lacks of a chain, batch by batch, into the room that is left.
pub(super) struct Packer<'a> {
    pub(super) conn: &'a Connection,
    pub(super) counting: &'a BTreeSet<LearnerId>,
    /// Plain CBOR in the place of columns: the relay could not read the columns.
    pub(super) plain: bool,
    /// The size that the next batch is to have.
    pub(super) wished: usize,
    pub(super) carried: Carried,
}

impl<'a> Packer<'a> {
    pub(super) fn new(
        conn: &'a Connection,
        counting: &'a BTreeSet<LearnerId>,
        relay: &Relay,
    ) -> Self {
        let wished = if relay.pace.cut.is_some() { usize::MAX } else { FIRST_FRAME_BYTES };
        Self { conn, counting, plain: relay.plain, wished, carried: Carried::default() }
    }

    /// The next batch of a stretch of a chain, of at most `room` bytes, and the number after it.
    /// `None`: nothing is left, or nothing fits.
    pub(super) fn next_batch(
        &mut self,
        state: &ChainState,
        (from, to): (u64, u64),
        room: usize,
        must: bool,
    ) -> Result<Option<(Vec<u8>, u64)>> {
        if from > to {
            return Ok(None);
        }
        let room_now = room.min(self.wished).min(FRAME_BYTES_WISHED);
        let left = usize::try_from(to - from + 1).unwrap_or(usize::MAX).min(EVENTS_MAX);
        let guess = room_now.saturating_sub(BATCH_BYTES) / EVENT_BYTES_GUESSED;
        let (mut count, mut too_many) = (guess.clamp(1, left), left + 1);
        let (mut best, mut grown) = (None, 0);
        while let Some(batch) = self.pack(state, from, count)? {
            let bytes = if self.plain { batch.to_plain_bytes() } else { batch.to_sent_bytes() };
            let slots = batch.slots.len();
            // Without the chain's key the batch ends at the head that was signed, or nowhere.
            let is_least = slots == 1 || state.chain.secret_key.is_none();
            let size = bytes.len();
            if size <= room_now || (is_least && (must || size <= room)) {
                let is_full = size + size / 16 >= room_now || slots < count;
                best = Some((batch, bytes));
                let more = how_many_fit(slots, size, room_now).min(too_many - 1);
                if is_least && size > room_now || is_full || grown == GROWN_MAX || more <= slots {
                    break;
                }
                (count, grown) = (more, grown + 1);
            } else if is_least || best.is_some() {
                break;
            } else {
                too_many = slots;
                count = how_many_fit(slots, size, room_now).clamp(1, slots - 1);
            }
        }
        let Some((batch, bytes)) = best else { return Ok(None) };
        self.wished = self.wished.saturating_mul(2);
        let next = batch.first + batch.slots.len() as u64;
        self.note(state, &batch);
        Ok(Some((bytes, next)))
    }

    fn note(&mut self, state: &ChainState, batch: &Batch) {
        let last = batch.first + batch.slots.len() as u64 - 1;
        let range = self.carried.ranges.entry(state.chain.chain_no).or_insert((batch.first, last));
        *range = (range.0.min(batch.first), range.1.max(last));
        let is_event = |slot: &&BatchSlot| matches!(slot, BatchSlot::Event { .. });
        self.carried.events += batch.slots.iter().filter(is_event).count() as u64;
    }

    /// A batch of at most `count` slots. It ends before a slot that was lost behind others, and the
    /// next one begins there. A chain whose key is gone can be sent only up to the head that was signed
    /// last; there, all that lies before a lost slot goes as lost too, since nothing proves it.
    fn pack(&self, state: &ChainState, from: u64, count: usize) -> Result<Option<Batch>> {
        let chain = &state.chain;
        let mut to = from + count as u64 - 1;
        let mut kept_signature = None;
        if chain.secret_key.is_none() {
            match signed_head(self.conn, chain.chain_no)? {
                Some((seq, signature)) if seq >= from && seq - from < EVENTS_MAX as u64 => {
                    to = seq;
                    kept_signature = Some(signature);
                }
                _ => return Ok(None),
            }
        }
        let Some((slots, link)) = self.slots_between(state, (from, to))? else { return Ok(None) };
        let last = from + slots.len() as u64 - 1;
        let signature = match (kept_signature, chain.signing_key()) {
            (Some(signature), _) if last == to => signature,
            (None, Some(key)) => sign_head(&key, last, &link),
            _ => return Ok(None),
        };
        let public_key = chain.public_key;
        Ok(Some(Batch { public_key, first: from, slots, signature }))
    }

    /// The slots of a stretch, up to where a lost one stands behind others or no link is known any
    /// more, and the link after them.
    fn slots_between(
        &self,
        state: &ChainState,
        (from, to): (u64, u64),
    ) -> Result<Option<(Vec<BatchSlot>, Link)>> {
        let chain = &state.chain;
        let mut read = Vec::new();
        slots(self.conn, chain.chain_no, (from, to), |slot| {
            read.push(slot);
            Ok(())
        })?;
        let mut read = read.into_iter().peekable();
        let mut found: Vec<BatchSlot> = Vec::with_capacity(read.len());
        let mut known = None;
        for seq in from..=to {
            // Of lost events that follow each other the first alone has a row.
            let slot = read.next_if(|slot| slot.seq() == seq);
            let hash = slot.as_ref().and_then(Slot::hash);
            if hash.is_none() && found.last().is_some_and(|last| !last.is_lost()) {
                break;
            }
            let after = match (&slot, &hash, read.peek()) {
                (Some(slot), Some(hash), _) => Some(next_link(slot.link(), hash)),
                (_, _, Some(next)) => Some(*next.link()).filter(|_| next.seq() == seq + 1),
                _ if seq == to => link_after(self.conn, chain, seq)?,
                _ => None,
            };
            let lost = || BatchSlot::Lost(after.unwrap_or(UNKNOWN_LINK));
            found.push(match (slot, hash) {
                (_, None) => lost(),
                _ if seq < state.provable.0 => lost(),
                (Some(Slot::Held { event, salt: Some(salt), .. }), _) if self.may_go(&event) => {
                    BatchSlot::Event { event: *event, salt }
                }
                (_, Some(hash)) => BatchSlot::Erased(hash),
            });
            known = after.map(|link| (found.len(), link)).or(known);
        }
        Ok(known.map(|(count, link)| {
            found.truncate(count);
            (found, link)
        }))
    }

    /// Whether an event is passed on as it is: nobody forbids it, and every reader will take it. That
    /// a device took a learner in by her card goes in any case: or nothing of hers would come here,
    /// her consent among it.
    fn may_go(&self, event: &Event) -> bool {
        let goes = |learner| self.counting.contains(&learner) || plant::is(Plant::IgnoreConsent);
        let agreed = event.learner.is_none_or(goes);
        let taken_in = || match event.deed() {
            Some(Deed::LearnerHeld(held)) => held.origin != event.replica,
            _ => false,
        };
        (agreed || taken_in()) && Event::from_bytes(&event.to_bytes()).is_ok()
    }
}

/// How many slots fill the room, as far as a batch of some slots tells.
fn how_many_fit(slots: usize, bytes: usize, room: usize) -> usize {
    let events_bytes = bytes.saturating_sub(BATCH_BYTES).max(1);
    slots * room.saturating_sub(BATCH_BYTES) / events_bytes * 98 / 100
}

#[cfg(test)]
mod tests;
