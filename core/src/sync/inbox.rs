//! What a reply changes: receipts, copies of events, erasures. All of it in one transaction, and
//! nothing of it unless every signature in it holds.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, named_params};

use super::batch::{EVENTS_MAX, events_from_bytes};
use super::bundle::Expected;
use super::lacking::Lacking;
use super::message::{Answer, EVENTS, Erasure, Held, Status};
use super::outbox::{Carried, Reached, reached};
use super::relays::Relay;
use super::reply::{ReplyRead, read_reply};
use super::trouble::Trouble;
use crate::device::Notice;
use crate::error::{Doing, Result};
use crate::ids::LearnerId;
use crate::journal::{
    COPIES_MAX, Chain, CopiedEvent, Event, LEARNER_HELD, Slot, Writing, become_new_replica, chains,
    last_seq, link_after, of_kind, own_replica, receive, slots,
};
use crate::plant::{self, Plant};
use crate::progress::refold;
use crate::store::Cached;

/// Chains that a device begins at the word of relays: more forks are no clone's doing.
const FORKS_BELIEVED_MAX: usize = 64;

/// A receipt whose signature holds: who gave it, and what it says.
type Given = ([u8; 32], Held);

/// A reply, opened and read; nothing was stored yet.
pub(super) struct Reply {
    answer: Answer,
    events: Vec<Event>,
    erasures: Vec<Erasure>,
    /// Why it broke off, if it did.
    broken: Option<Trouble>,
}

/// What storing a reply changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    pub(super) copies: u64,
    pub(super) erased: Vec<LearnerId>,
    pub(super) more: bool,
    pub(super) forked: bool,
    /// Whether a receipt says more than before.
    pub(super) moved: bool,
    /// Whether the relay holds less of a chain than it did.
    pub(super) lost: bool,
    /// Whether the relay knows since now that somebody is held here.
    pub(super) held: bool,
    pub(super) trouble: Option<Trouble>,
    pub(super) retry_after_s: u32,
}

/// Opens a reply. One that broke off counts as far as whole frames reach.
pub(super) fn open(expected: &Expected, bytes: &[u8]) -> Result<Reply, Trouble> {
    let mut events = Vec::new();
    let read = read_reply(expected, bytes, |frame| {
        // A frame of another kind is one that a later version of relays adds.
        if frame.kind == EVENTS {
            events.extend(events_from_bytes(&frame.payload).map_err(|_| Trouble::BadReply)?);
            // A few bytes can stand for many events: memory has an end before they have.
            if events.len() > EVENTS_MAX {
                return Err(Trouble::BadReply);
            }
        }
        Ok(())
    })?;
    let ReplyRead { answer, erasures, broken } = read;
    Ok(Reply { answer, events, erasures, broken })
}

impl Reply {
    /// The receipts about chains here, by who gave them; `Err` where one is not signed.
    fn receipts(
        &self,
        conn: &Connection,
        relay: &Relay,
        expected: &Expected,
    ) -> Result<Result<Vec<Given>, Trouble>> {
        let own = own_replica(conn)?;
        let request = expected.request_id();
        let check = |receipt: &super::message::Receipt| {
            receipt.check(&relay.key.sign, &request, own).map_err(|_| Trouble::BadReply)
        };
        Ok(self.answer.receipts.iter().map(check).collect())
    }

    /// Stores everything. Returns `trouble` and changes nothing but the relay's row where the reply
    /// cannot be believed.
    pub(super) fn store(
        self,
        w: &Writing<'_>,
        relay: &mut Relay,
        expected: &Expected,
        carried: &Carried,
    ) -> Result<Taken> {
        let receipts = match self.receipts(w.tx, relay, expected)? {
            Ok(receipts) => receipts,
            Err(trouble) => return Ok(Taken { trouble: Some(trouble), ..Taken::default() }),
        };
        let mut asked_above = carried.cursor;
        let mut taken = Taken::default();
        if relay.incarnation != Some(*self.answer.incarnation) {
            if relay.incarnation.is_some() {
                relay.cursor = 0;
                relay.holdings = Vec::new();
                forget_what_was_told(w.tx, relay.relay_no)?;
            }
            // A relay does not go on from a cursor of another incarnation.
            asked_above = 0;
            relay.incarnation = Some(*self.answer.incarnation);
        }
        relay.clock_ahead_s = Some(self.answer.time_s.saturating_sub(w.now_s));
        relay.reached_s = Some(w.now_s);
        if let Some(bytes_max) = self.answer.bytes_max {
            let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
            relay.pace.limit(bytes_max);
        }
        taken.retry_after_s = self.answer.wait_s();
        taken.trouble = match self.answer.status {
            None | Some(Status::Taken) => None,
            Some(Status::Later) => Some(Trouble::Busy),
            Some(Status::NotAdmitted) => Some(Trouble::NotAdmitted),
        };
        if let Some(word) = self.answer.counting.filter(|word| word.is_signed(&relay.counting)) {
            // The code was given out before whom it names had an upstream.
            relay.counting = *word.counting;
        }
        if let Some(told) = carried.holdings.as_ref().filter(|_| taken.trouble.is_none()) {
            // An answer to an older request says that something older was told: it is told anew.
            relay.holdings = told.to_vec();
        }
        if taken.trouble != Some(Trouble::NotAdmitted) {
            relay.answered = relay.answered.max(carried.no);
            self.store_receipts(w, relay, carried, &receipts, &mut taken)?;
            if taken.lost {
                // It has another incarnation, or cannot know: it was asked for everything.
                forget_what_was_told(w.tx, relay.relay_no)?;
            }
            self.note_carried(w.tx, relay, carried)?;
        }
        self.store_copies(w, &mut taken)?;
        self.store_erasures(w, relay, &mut taken)?;
        let before = relay.cursor;
        if self.broken.is_none() || plant::is(Plant::MoveCursorOfHalfReply) {
            // A cursor that was taken back since the request was made stays where it is: somebody was
            // taken in whom this reply knows nothing of.
            if relay.cursor >= asked_above {
                relay.cursor = self.answer.cursor.unwrap_or(relay.cursor);
            }
            // A relay that always has more and never brings it is not asked without end.
            taken.more = self.answer.more == Some(true) && relay.cursor != before;
        } else {
            taken.trouble = taken.trouble.or(self.broken);
        }
        // What the relay has of a learner was passed over while it did not know that she is here.
        if taken.held && asked_above != 0 {
            relay.cursor = 0;
            taken.more = true;
        }
        if taken.forked && chains(w.tx)?.len() >= FORKS_BELIEVED_MAX {
            // Relays keep all branches, so going on loses nothing; a new replica at every word of a
            // relay that lies would have no end.
            taken.forked = false;
            taken.trouble = Some(Trouble::BadReply);
        }
        if taken.forked {
            become_new_replica(w)?;
            Notice::NewReplica.note(w.tx)?;
            relay.cursor = 0;
        }
        Ok(taken)
    }

    /// The same for a reply that a courier brought. It may answer an older request than what is known:
    /// then its receipts are passed over. The relay's clock is asked only where it answered one file
    /// twice.
    pub(super) fn store_from_file(
        mut self,
        w: &Writing<'_>,
        relay: &mut Relay,
        expected: &Expected,
        carried: &Carried,
    ) -> Result<Taken> {
        let doing = "comparing receipts";
        let sql = "SELECT coalesce(max(at_s), :least) AS at_s FROM receipt
                   WHERE relay_no = :relay_no";
        let row = named_params! { ":relay_no": relay.relay_no, ":least": i64::MIN };
        let newest: i64 = w.tx.query_row_cached(sql, row, |row| row.get("at_s")).doing(doing)?;
        let is_old = carried.no < relay.answered
            || (carried.no == relay.answered && self.answer.time_s < newest);
        if is_old {
            // What it says of chains and of itself was overtaken; what it brings is still good.
            self.answer.receipts.clear();
            let mut taken = Taken::default();
            self.store_copies(w, &mut taken)?;
            self.store_erasures(w, relay, &mut taken)?;
            return Ok(taken);
        }
        self.store(w, relay, expected, carried)
    }

    /// The answer to the newest request is the truth, also where it says less than before.
    fn store_receipts(
        &self,
        w: &Writing<'_>,
        relay: &Relay,
        carried: &Carried,
        receipts: &[Given],
        taken: &mut Taken,
    ) -> Result<()> {
        let own = own_replica(w.tx)?;
        for chain in chains(w.tx)? {
            let replica = chain.replica();
            let about = |by: &[u8; 32]| {
                let by = *by;
                receipts
                    .iter()
                    .filter(move |(giver, held)| *giver == by && held.replica == replica)
                    .map(|(_, held)| held)
            };
            let (mut best, mut forked) = (None::<Held>, false);
            for held in about(&relay.key.sign) {
                if is_ours(w.tx, &chain, held)? {
                    best = best.filter(|best| best.seq >= held.seq).or_else(|| Some(held.clone()));
                } else {
                    forked = true;
                }
            }
            if plant::is(Plant::AcknowledgeByCount) {
                let arrived = self.answer.frames >= carried.frames;
                best = sent_of(w.tx, relay.relay_no, &chain, arrived.then_some(carried))?;
            }
            let before = receipted(w.tx, relay.relay_no, &chain)?;
            save_receipt(w.tx, relay.relay_no, &chain, (&before, best.as_ref()))?;
            let after = receipted(w.tx, relay.relay_no, &chain)?;
            taken.moved |= after.moved_from(&before);
            taken.lost |= after.seq < before.seq;
            taken.held |= replica == own && takes_in(w.tx, &chain, &before, &after)?;
            taken.forked |= forked && replica == own;
            if relay.counting == relay.key.sign {
                save_counted(w.tx, &relay.counting, &chain, best.as_ref())?;
                continue;
            }
            let mut counted = None::<&Held>;
            for held in about(&relay.counting) {
                if is_ours(w.tx, &chain, held)? {
                    let newer = |best: &&Held| (best.at_s, best.seq) >= (held.at_s, held.seq);
                    counted = counted.filter(newer).or(Some(held));
                }
            }
            if counted.is_some_and(|held| is_newer(w.tx, relay, &chain, held).unwrap_or(true)) {
                save_counted(w.tx, &relay.counting, &chain, counted)?;
            }
        }
        Ok(())
    }

    /// Notes, once a relay has answered, which erasures of the bundle it knows.
    fn note_carried(&self, tx: &Transaction<'_>, relay: &Relay, carried: &Carried) -> Result<()> {
        if self.answer.frames < carried.frames {
            return Ok(());
        }
        for learner in &carried.erasures {
            let sql = "INSERT OR IGNORE INTO erasure_told (relay_no, learner_id)
                       VALUES (:relay_no, :learner_id)";
            let row = named_params! { ":relay_no": relay.relay_no, ":learner_id": learner.0 };
            tx.execute_cached(sql, row).doing("noting which erasures are known")?;
        }
        Ok(())
    }

    /// Events of learners here that other replicas made. What is held already, in whichever chain of
    /// this device, changes nothing.
    fn store_copies(&self, w: &Writing<'_>, taken: &mut Taken) -> Result<()> {
        let mut by_learner: BTreeMap<LearnerId, Vec<CopiedEvent>> = BTreeMap::new();
        let chains = chains(w.tx)?;
        for event in &self.events {
            let Some(learner) = event.learner else { continue };
            if is_held(w.tx, &chains, event)? {
                continue;
            }
            let link = *blake3::hash(&event.to_bytes()).as_bytes();
            by_learner.entry(learner).or_default().push(CopiedEvent { event: event.clone(), link });
        }
        for (learner, copies) in by_learner {
            let Ok(learner_no) = crate::learner::learner_no(w.tx, learner) else { continue };
            let mut new = 0;
            for some in copies.chunks(COPIES_MAX) {
                new += receive(w, (learner_no, learner), some)?;
            }
            if new > 0 && !plant::is(Plant::SkipRefold) {
                refold(w.tx, learner_no, learner)?;
                taken.copies += new as u64;
            }
        }
        Ok(())
    }

    /// Erasures of learners here, by those who may: the replica that added her, this relay, or the
    /// counting server behind it.
    fn store_erasures(&self, w: &Writing<'_>, relay: &Relay, taken: &mut Taken) -> Result<()> {
        for erasure in &self.erasures {
            let by_relay = *erasure.by == relay.key.sign || *erasure.by == relay.counting;
            if !(erasure.is_by_origin() || by_relay) {
                continue;
            }
            if crate::learner::erase_by_word(w, erasure)? {
                taken.erased.push(erasure.learner);
            }
        }
        Ok(())
    }
}

/// The planted mistake [`Plant::AcknowledgeByCount`]: what was sent, as if it had been receipted,
/// whatever the relay says of it later.
fn sent_of(
    conn: &Connection,
    relay_no: i64,
    chain: &Chain,
    carried: Option<&Carried>,
) -> Result<Option<Held>> {
    let sent = carried.and_then(|carried| carried.ranges.get(&chain.chain_no));
    let seq = sent.map_or(0, |(_, last)| *last).max(receipted(conn, relay_no, chain)?.seq);
    let link = link_after(conn, chain, seq)?.filter(|_| seq > 0);
    let (replica, lacking) = (chain.replica(), Lacking::default());
    Ok(link.map(|link| Held { replica, seq, link, at_s: 0, lacking }))
}

/// Whether a receipt speaks of the branch that lies here.
fn is_ours(conn: &Connection, chain: &Chain, held: &Held) -> Result<bool> {
    if held.seq > last_seq(conn, chain.chain_no)? {
        return Ok(false);
    }
    Ok(link_after(conn, chain, held.seq)? == Some(held.link))
}

fn is_held(conn: &Connection, chains: &[Chain], event: &Event) -> Result<bool> {
    let Some(chain) = chains.iter().find(|chain| chain.replica() == event.replica) else {
        return Ok(false);
    };
    let mut same = false;
    slots(conn, chain.chain_no, (event.seq, event.seq), |slot| {
        same = matches!(&slot, Slot::Held { event: held, .. } if **held == *event);
        Ok(())
    })?;
    Ok(same)
}

/// What a relay's receipt for a chain says; without one, that it holds nothing.
fn receipted(conn: &Connection, relay_no: i64, chain: &Chain) -> Result<Reached> {
    Ok(reached(conn, relay_no, chain.chain_no)?.unwrap_or_default())
}

/// Whether a relay has since now an event which says that somebody is held here: also of one who was
/// added here, since another device of hers may have been quicker.
fn takes_in(conn: &Connection, chain: &Chain, before: &Reached, after: &Reached) -> Result<bool> {
    let is_as_before = after.lacking.clone().up_to(before.seq) == before.lacking;
    let first_hash = before.lacking.stretches().first().filter(|_| !is_as_before);
    let from = first_hash.map_or(before.seq + 1, |(first, _)| *first);
    if from > after.seq {
        return Ok(false);
    }
    let held = of_kind(conn, LEARNER_HELD, chain.chain_no, (from, after.seq))?;
    Ok(held.into_iter().any(|seq| after.has(seq) && !before.has(seq)))
}

/// Stores a relay's receipt in the place of what it said before, or that it gives none.
fn save_receipt(
    tx: &Transaction<'_>,
    relay_no: i64,
    chain: &Chain,
    (before, held): (&Reached, Option<&Held>),
) -> Result<()> {
    let doing = "keeping a receipt";
    let key = named_params! { ":relay_no": relay_no, ":chain_no": chain.chain_no };
    let is_lower = held.is_none_or(|held| held.seq < before.seq);
    if is_lower && plant::is(Plant::KeepHigherReceipt) {
        return Ok(());
    }
    let sql = "DELETE FROM receipt WHERE relay_no = :relay_no AND chain_no = :chain_no";
    let Some(held) = held else {
        tx.execute_cached(sql, key).doing(doing)?;
        return Ok(());
    };
    let seq = i64::try_from(held.seq).expect("seq is below 2^40");
    let sql = "INSERT OR REPLACE INTO receipt (relay_no, chain_no, seq, link, at_s, lacking)
               VALUES (:relay_no, :chain_no, :seq, :link, :at_s, :lacking)";
    let row = named_params! {
        ":relay_no": relay_no,
        ":chain_no": chain.chain_no,
        ":seq": seq,
        ":link": held.link,
        ":at_s": held.at_s,
        ":lacking": held.lacking,
    };
    tx.execute_cached(sql, row).doing(doing)?;
    Ok(())
}

/// Whether a receipt of the counting server that was passed down says more than the one held. One that
/// reaches further is believed whatever its clock said: the server's clock may have been set back.
fn is_newer(conn: &Connection, relay: &Relay, chain: &Chain, held: &Held) -> Result<bool> {
    let doing = "comparing receipts";
    let sql = "SELECT NOT EXISTS (
                   SELECT 1 FROM counted
                   WHERE counting_key = :counting_key AND chain_no = :chain_no AND at_s > :at_s
                       AND seq >= :seq
               ) AS newer";
    let row = named_params! {
        ":counting_key": relay.counting,
        ":chain_no": chain.chain_no,
        ":at_s": held.at_s,
        ":seq": i64::try_from(held.seq).unwrap_or(i64::MAX),
    };
    conn.query_row_cached(sql, row, |row| row.get("newer")).doing(doing)
}

fn save_counted(
    tx: &Transaction<'_>,
    counting: &[u8; 32],
    chain: &Chain,
    held: Option<&Held>,
) -> Result<()> {
    let doing = "keeping what was counted";
    let Some(held) = held else {
        let sql = "DELETE FROM counted WHERE counting_key = :counting_key AND chain_no = :chain_no";
        let key = named_params! { ":counting_key": counting, ":chain_no": chain.chain_no };
        tx.execute_cached(sql, key).doing(doing)?;
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO counted (counting_key, chain_no, seq, link, at_s, lacking)
               VALUES (:counting_key, :chain_no, :seq, :link, :at_s, :lacking)";
    let row = named_params! {
        ":counting_key": counting,
        ":chain_no": chain.chain_no,
        ":seq": i64::try_from(held.seq).expect("seq is below 2^40"),
        ":link": held.link,
        ":at_s": held.at_s,
        ":lacking": held.lacking,
    };
    tx.execute_cached(sql, row).doing(doing)?;
    Ok(())
}

/// The relay was restored from a backup: what it was told since may be unknown to it.
fn forget_what_was_told(tx: &Transaction<'_>, relay_no: i64) -> Result<()> {
    let doing = "asking a restored relay anew";
    if plant::is(Plant::KeepHigherReceipt) || plant::is(Plant::AcknowledgeByCount) {
        return Ok(());
    }
    let row = named_params! { ":relay_no": relay_no };
    tx.execute_cached("DELETE FROM erasure_told WHERE relay_no = :relay_no", row).doing(doing)?;
    Ok(())
}
