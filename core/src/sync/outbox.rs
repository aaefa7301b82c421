//! What a relay lacks, read from the journal and packed into batches.
//!
//! A learner who did not agree to be counted is not passed on: in the place of her events go their
//! hashes, so that the chain still verifies and nobody can tell what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Transaction, named_params};

use super::batch::{Batch, BatchSlot, EVENTS_MAX};
use super::relays::Relay;
use crate::error::{Doing, Result};
use crate::ids::LearnerId;
use crate::journal::{
    Chain, Deed, Event, Link, Slot, chains, last_seq, link_after, next_link, sign_head,
    signed_head, slot_of, slots,
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
/// How often a batch that fits is packed anew because there is room for more.
const GROWN_MAX: u32 = 2;

/// What a relay is known to hold of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) seq: u64,
    pub(super) link: Link,
}

/// What is told to a relay of one chain.
pub(super) struct ChainState {
    pub(super) chain: Chain,
    pub(super) last: u64,
    pub(super) reached: Option<Reached>,
    /// Where sending begins: behind what the relay holds, or earlier where it got hashes of
    /// somebody who has agreed since.
    pub(super) from: u64,
}

/// What was put into a bundle, to be compared with the receipts.
#[derive(Debug, Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub(super) struct Carried {
    /// By chain: from which number to which.
    #[n(0)]
    pub(super) ranges: BTreeMap<i64, (u64, u64)>,
    /// Learners whose hashes went in the place of events: chain, learner, first number.
    #[n(1)]
    pub(super) withheld: Vec<(i64, i64, u64)>,
    /// Erasures that went along.
    #[n(2)]
    pub(super) erasures: Vec<LearnerId>,
    /// Events, without gaps.
    #[n(3)]
    pub(super) events: u64,
    /// Frames of the bundle.
    #[n(4)]
    pub(super) frames: u32,
    /// The cursor that the request named; 0 where it asked for everything.
    #[n(5)]
    pub(super) cursor: u64,
    /// The slot that the journal had come to: what tells an older request from a newer one, whatever
    /// clocks say.
    #[n(6)]
    pub(super) at: i64,
    /// The last number of each batch, in the order of the bundle: its frame, its chain, the number.
    #[n(7)]
    pub(super) ends: Vec<(u32, i64, u64)>,
}

impl Carried {
    /// From which number to which a chain's slots arrived, where so many frames did.
    pub(super) fn arrived(&self, chain_no: i64, frames: u32) -> Option<(u64, u64)> {
        let (from, _) = self.ranges.get(&chain_no)?;
        let of_chain = |(frame, chain, _): &&(u32, i64, u64)| *chain == chain_no && *frame < frames;
        let to = self.ends.iter().filter(of_chain).map(|(_, _, last)| *last).max()?;
        Some((*from, to))
    }
}

/// All chains here and where the relay stands with each, oldest first.
pub(super) fn chain_states(conn: &Connection, relay: &Relay) -> Result<Vec<ChainState>> {
    let all = chains(conn)?.into_iter().map(|chain| {
        let last = last_seq(conn, chain.chain_no)?;
        let reached = reached(conn, relay.relay_no, chain.chain_no)?;
        let behind = reached.map_or(1, |reached| reached.seq + 1);
        let from = resend_from(conn, relay.relay_no, chain.chain_no)?;
        Ok(ChainState { chain, last, reached, from: from.map_or(behind, |seq| seq.min(behind)) })
    });
    all.collect()
}

fn reached(conn: &Connection, relay_no: i64, chain_no: i64) -> Result<Option<Reached>> {
    let doing = "reading a receipt";
    let sql = "SELECT seq, link FROM receipt WHERE relay_no = :relay_no AND chain_no = :chain_no";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! { ":relay_no": relay_no, ":chain_no": chain_no };
    let mut rows = statement.query(params).doing(doing)?;
    let Some(row) = rows.next().doing(doing)? else { return Ok(None) };
    let seq = row.get::<_, i64>("seq").doing(doing)?.unsigned_abs();
    Ok(Some(Reached { seq, link: row.get("link").doing(doing)? }))
}

/// The first number that went as a hash about somebody who agrees now.
fn resend_from(conn: &Connection, relay_no: i64, chain_no: i64) -> Result<Option<u64>> {
    let doing = "reading what was withheld";
    let sql = "SELECT min(seq) AS seq FROM withheld JOIN learner_state USING (learner_no)
               WHERE relay_no = :relay_no AND chain_no = :chain_no AND consents & :counts != 0";
    let params = named_params! {
        ":relay_no": relay_no,
        ":chain_no": chain_no,
        ":counts": Purpose::Count.bit(),
    };
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let seq: Option<i64> = statement.query_row(params, |row| row.get("seq")).doing(doing)?;
    Ok(seq.map(i64::unsigned_abs))
}

impl ChainState {
    /// Whether anything behind what the relay holds can be proven: with the chain's key, or by the
    /// head that was signed last.
    pub(super) fn can_be_sent(&self, conn: &Connection) -> Result<bool> {
        let head = || signed_head(conn, self.chain.chain_no);
        Ok(self.chain.secret_key.is_some() || head()?.is_some_and(|(seq, _)| seq >= self.from))
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

    /// The next batch of a chain from a number on, of at most `room` bytes, and the number after
    /// it. `None`: nothing is left, or nothing fits.
    pub(super) fn next_batch(
        &mut self,
        state: &ChainState,
        from: u64,
        room: usize,
        must: bool,
    ) -> Result<Option<(Vec<u8>, u64)>> {
        if from > state.last {
            return Ok(None);
        }
        let room_now = room.min(self.wished).min(FRAME_BYTES_WISHED);
        let left = usize::try_from(state.last - from + 1).unwrap_or(usize::MAX).min(EVENTS_MAX);
        let guess = room_now.saturating_sub(BATCH_BYTES) / EVENT_BYTES_GUESSED;
        let (mut count, mut too_many) = (guess.clamp(1, left), left + 1);
        let (mut best, mut grown) = (None, 0);
        while let Some((batch, read)) = self.pack(state, from, count)? {
            let bytes = if self.plain { batch.to_plain_bytes() } else { batch.to_sent_bytes() };
            let slots = batch.slots.len();
            // Without the chain's key the batch ends at the head that was signed, or nowhere.
            let is_least = slots == 1 || state.chain.secret_key.is_none();
            let size = bytes.len();
            if size <= room_now || (is_least && (must || size <= room)) {
                let is_full = size + size / 16 >= room_now || slots < count;
                best = Some((batch, read, bytes));
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
        let Some((batch, read, bytes)) = best else { return Ok(None) };
        self.wished = self.wished.saturating_mul(2);
        let next = batch.first + batch.slots.len() as u64;
        self.note(state, &batch, read);
        Ok(Some((bytes, next)))
    }

    fn note(&mut self, state: &ChainState, batch: &Batch, read: Withheld) {
        let chain_no = state.chain.chain_no;
        let last = batch.first + batch.slots.len() as u64 - 1;
        let range = self.carried.ranges.entry(chain_no).or_insert((batch.first, last));
        range.1 = last;
        self.carried.ends.push((self.carried.frames, chain_no, last));
        for (learner_no, seq) in read {
            let known = |(chain, learner, _): &(i64, i64, u64)| {
                (*chain, *learner) == (chain_no, learner_no)
            };
            if !self.carried.withheld.iter().any(known) {
                self.carried.withheld.push((chain_no, learner_no, seq));
            }
        }
        let is_event = |slot: &&BatchSlot| matches!(slot, BatchSlot::Event { .. });
        self.carried.events += batch.slots.iter().filter(is_event).count() as u64;
    }

    /// A batch of `count` slots, and whose events went as hashes. A chain whose key is gone can be
    /// sent only up to the head that was signed last.
    fn pack(
        &self,
        state: &ChainState,
        from: u64,
        count: usize,
    ) -> Result<Option<(Batch, Withheld)>> {
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
        let mut slots_read = Vec::with_capacity(count);
        let mut withheld = Withheld::new();
        slots(self.conn, chain.chain_no, (from, to), |slot| {
            slots_read.push(slot);
            Ok(())
        })?;
        if slots_read.first().map(Slot::seq) != Some(from) {
            return Ok(None);
        }
        let mut batch_slots = Vec::with_capacity(slots_read.len());
        let mut link = None;
        for slot in slots_read {
            let seq = slot.seq();
            let before = *slot.link();
            let Some(hash) = slot.hash() else {
                let Some(after) = link_after(self.conn, chain, seq)? else { break };
                batch_slots.push(BatchSlot::Lost(after));
                link = Some(after);
                continue;
            };
            link = Some(next_link(&before, &hash));
            batch_slots.push(match slot {
                Slot::Held { event, salt: Some(salt), .. } if self.may_go(&event) => {
                    BatchSlot::Event { event: *event, salt }
                }
                Slot::Held { event, .. } => {
                    if let Some(learner) = event.learner {
                        let no = crate::learner::learner_no(self.conn, learner)?;
                        withheld.entry(no).or_insert(seq);
                    }
                    BatchSlot::Erased(hash)
                }
                _ => BatchSlot::Erased(hash),
            });
        }
        let Some(link) = link else { return Ok(None) };
        let last = from + batch_slots.len() as u64 - 1;
        let signature = match (kept_signature, chain.signing_key()) {
            (Some(signature), _) if last == to => signature,
            (None, Some(key)) => sign_head(&key, last, &link),
            _ => return Ok(None),
        };
        let batch =
            Batch { public_key: chain.public_key, first: from, slots: batch_slots, signature };
        Ok(Some((batch, withheld)))
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

/// Learners whose hashes went in the place of events, with the first number.
type Withheld = BTreeMap<i64, u64>;

/// Notes that of a stretch of a chain a relay may hold hashes only, since it did not come from here:
/// it is sent once more, so that events fill them.
pub(super) fn note_doubtful(
    tx: &Transaction<'_>,
    relay_no: i64,
    chain_no: i64,
    (from, to): (u64, u64),
) -> Result<()> {
    let sql = "INSERT INTO withheld (relay_no, chain_no, learner_no, seq)
               SELECT :relay_no, :chain_no, learner_no, :from
               FROM event JOIN learner USING (learner_no)
               WHERE slot BETWEEN :first AND :last
               GROUP BY learner_no
               ON CONFLICT DO UPDATE SET seq = min(seq, excluded.seq)";
    let row = named_params! {
        ":relay_no": relay_no,
        ":chain_no": chain_no,
        ":from": i64::try_from(from).expect("seq is below 2^40"),
        ":first": slot_of(chain_no, from),
        ":last": slot_of(chain_no, to),
    };
    tx.execute_cached(sql, row).doing("noting what may be hashes")?;
    Ok(())
}

/// Notes whose hashes go to a relay in the place of events, before they go: where the reply is lost, a
/// receipt that comes later covers them all the same.
pub(super) fn note_withheld(tx: &Transaction<'_>, relay_no: i64, carried: &Carried) -> Result<()> {
    let doing = "noting what is withheld";
    for (chain_no, learner_no, seq) in &carried.withheld {
        // A relay that lost something gets hashes from an earlier number on than before.
        let sql = "INSERT INTO withheld (relay_no, chain_no, learner_no, seq)
                   SELECT :relay_no, :chain_no, learner_no, :seq
                   FROM learner WHERE learner_no = :learner_no
                   ON CONFLICT DO UPDATE SET seq = min(seq, excluded.seq)";
        let row = named_params! {
            ":relay_no": relay_no,
            ":chain_no": chain_no,
            ":learner_no": learner_no,
            ":seq": i64::try_from(*seq).expect("seq is below 2^40"),
        };
        tx.execute_cached(sql, row).doing(doing)?;
    }
    Ok(())
}
