//! What comes back from the upstream: receipts, erasures, and extracts about learners whom devices
//! behind this hub hold. All of it is stored at once.

use std::collections::BTreeSet;

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::Link;
use hocvu_core::sync::{
    Answer, EVENTS_MAX, EXTRACT, Erasure, Expected, Extract, Held, JoinCode, Lacking, Receipt,
    ReplyRead, RequestId, Trouble, read_reply,
};
use rusqlite::{Transaction, named_params};

use super::super::lacking::of_batch;
use super::super::segments::{Segment, overlapping};
use super::super::{CELL, Relay, Result, erase, extracts};
use super::round::wait_after;
use super::up::{Sent, is_more_left, set_aside};
use super::{begin_anew, get};

/// The most slots of extracts that are looked at in one reply: more than any honest one has. What an
/// extract costs beside its slots.
const SLOTS_MAX: usize = 1 << 20;
const EXTRACT_SLOTS: usize = 64;

/// A reply, opened and read; nothing was stored yet.
pub(super) struct Down {
    pub(super) answer: Answer,
    erasures: Vec<Erasure>,
    /// With the link after each of their slots.
    extracts: Vec<(Extract, Vec<Link>)>,
    /// Why it broke off, if it did.
    pub(super) broken: Option<Trouble>,
}

/// What storing a reply changed.
#[derive(Default)]
pub(super) struct Stored {
    /// Whether a receipt covers something that none did.
    pub(super) passed: bool,
    /// Whether the upstream is another one, or lost something: everything goes up again.
    pub(super) is_anew: bool,
    /// Whether anything was set aside for this round.
    pub(super) aside: bool,
    /// Events that it told, as far as they are new.
    pub(super) told: u64,
    /// Whether it was told erasures, and anything is left that this bundle had no room for.
    pub(super) words_left: bool,
    /// Whether it has more to tell.
    pub(super) more: bool,
}

/// Opens a reply.
pub(super) fn open(expected: &Expected, body: &[u8]) -> Result<Down, Trouble> {
    let (mut extracts, mut slots) = (Vec::new(), 0);
    let read = read_reply(expected, body, |frame| {
        if frame.kind != EXTRACT {
            return Ok(());
        }
        // One that does not hold hinders no other.
        let Ok((extract, links)) = Extract::from_payload(&frame.payload) else {
            tracing::warn!("the upstream told something that does not hold");
            // It may have taken as long to read as any.
            slots += EVENTS_MAX;
            return Ok(());
        };
        slots += EXTRACT_SLOTS + links.len();
        // A few bytes can stand for very many slots.
        if slots > SLOTS_MAX {
            return Err(Trouble::BadReply);
        }
        extracts.push((extract, links));
        Ok(())
    })?;
    let ReplyRead { answer, erasures, broken } = read;
    Ok(Down { answer, erasures, extracts, broken })
}

impl Down {
    /// Stores all of it, or nothing where a receipt is not signed.
    pub(super) fn store(
        &self,
        tx: &Transaction<'_>,
        relay: &Relay,
        expected: &Expected,
        sent: &Sent,
    ) -> Result<Result<Stored, Trouble>> {
        let answer = &self.answer;
        let Some(mut upstream) = get(tx)? else { return Ok(Ok(Stored::default())) };
        // The upstream was changed since: what the former one says is no longer heeded.
        if sent.to != upstream.code.relay.sign {
            return Ok(Err(Trouble::OtherRelay));
        }
        if sent.no < upstream.answered {
            // It said something older, and later: what is held is told once more.
            note_holdings(tx, sent)?;
            return self.store_overtaken(tx, relay).map(Ok);
        }
        let request = expected.request_id();
        let own = hocvu_core::journal::replica_id(&relay.key().sign);
        let mut receipts = Vec::with_capacity(answer.receipts.len());
        for receipt in &answer.receipts {
            match receipt.check(&upstream.code.relay.sign, &request, own) {
                Ok((by, held)) => receipts.push((by, held, receipt)),
                Err(_) => return Ok(Err(Trouble::BadReply)),
            }
        }
        let is_anew = upstream.incarnation != Some(*answer.incarnation);
        if is_anew {
            begin_anew(tx, Some(*answer.incarnation))?;
        }
        note_holdings(tx, sent)?;
        let mut passed = false;
        let arrived = sent.segments.range(..answer.frames).map(|(_, no)| *no).collect();
        for (by, held, _) in &receipts {
            if *by == upstream.code.relay.sign {
                passed |= mark_passed(tx, held, &arrived)?;
            }
        }
        follow_counting(tx, &mut upstream.code, answer)?;
        keep_counted(tx, &sent.asked, &receipts, (&upstream.code.counting, &request))?;
        let (told, is_behind) = self.keep_brought(tx, relay)?;
        // A cursor that was taken back since the request was made stays: what was told turned out
        // damaged.
        let now = get(tx)?.map_or(0, |upstream| upstream.cursor);
        let is_behind = is_behind || !is_anew && now == 0 && sent.cursor != 0;
        let cursor = if is_behind { Some(0) } else { self.cursor() };
        let asked_to_wait = answer.wait_s();
        let (failures, wait_s) = match self.broken {
            None => (0, asked_to_wait),
            Some(_) => {
                let failures = upstream.failures.saturating_add(1);
                (failures, wait_after(relay, failures).max(asked_to_wait))
            }
        };
        let all_arrived = answer.frames >= sent.frames;
        let sql = "UPDATE upstream
                   SET cursor = coalesce(:cursor, cursor), failures = :failures, tried_s = :now_s,
                       reached_s = :now_s, wait_s = :wait_s, trouble = :trouble,
                       asked = :asked, answered = max(answered, :no),
                       erasures_told = max(erasures_told, :told)
                   WHERE cell = :cell";
        tx.prepare_cached(sql)?.execute(named_params! {
            ":cell": CELL,
            ":cursor": cursor.map(|cursor| i64::try_from(cursor).unwrap_or(i64::MAX)),
            ":now_s": relay.ports.clock.now_s(),
            ":failures": failures,
            ":trouble": self.broken.map(|trouble| format!("{trouble:?}")),
            ":wait_s": wait_s,
            ":asked": upstream.asked.wrapping_add(sent.in_turn.into()),
            ":no": sent.no,
            // Who lost what it was told is told all of it again, not what this request left out.
            ":told": if all_arrived && !is_anew { sent.told } else { 0 },
        })?;
        // An upstream that always has more and never brings it is not asked without end.
        let has_moved = cursor.is_some_and(|cursor| cursor != upstream.cursor);
        let more = is_behind || answer.more == Some(true) && has_moved;
        let aside = all_arrived && set_aside(tx, sent)? > 0;
        let has_told = all_arrived && sent.told > upstream.erasures_told;
        let words_left = has_told && is_more_left(tx, sent.told)?;
        Ok(Ok(Stored { passed, is_anew, aside, told, words_left, more }))
    }

    /// Stores a reply to an older request than what is known: what it says of chains and of the upstream
    /// was overtaken, what it brings is still good.
    fn store_overtaken(&self, tx: &Transaction<'_>, relay: &Relay) -> Result<Stored> {
        let (told, is_behind) = self.keep_brought(tx, relay)?;
        if is_behind {
            tx.prepare_cached("UPDATE upstream SET cursor = 0 WHERE cell = :cell")?
                .execute(named_params! { ":cell": CELL })?;
        }
        Ok(Stored { told, ..Stored::default() })
    }

    /// Keeps what is good whichever request it answers: erasures, then extracts. Says how many events
    /// are new, and whether others have to be asked for anew.
    fn keep_brought(&self, tx: &Transaction<'_>, relay: &Relay) -> Result<(u64, bool)> {
        for word in &self.erasures {
            erase::apply(tx, &relay.secret, word)?;
        }
        keep_told(tx, &self.extracts)
    }

    /// Where the hub stands now. Of a reply that broke off whole extracts count, each of which has all
    /// erasures before it.
    fn cursor(&self) -> Option<u64> {
        match self.broken {
            None => self.answer.cursor,
            Some(_) => self.extracts.last().map(|(extract, _)| extract.cursor),
        }
    }
}

/// Marks what the upstream's receipt covers of what has just arrived there, from the link back on its
/// branch, where it lacks nothing that lies here. Says whether anything is new.
fn mark_passed(tx: &Transaction<'_>, held: &Held, arrived: &BTreeSet<i64>) -> Result<bool> {
    let mut moved = false;
    let (mut seq, mut link) = (held.seq, held.link);
    while seq > 0 {
        let ends_there = |segment: &Segment| {
            segment.last == seq && segment.link_last == link && arrived.contains(&segment.no)
        };
        let found = overlapping(tx, held.replica, (seq, seq))?.into_iter().find(ends_there);
        let Some(found) = found else { break };
        let lacks_only = |ours: &Lacking| held.lacking.is_within((found.first, found.last), ours);
        let as_here = || found.batch().is_ok_and(|batch| lacks_only(&of_batch(&batch)));
        if lacks_only(&Lacking::default()) || as_here() {
            let sql = "UPDATE segment SET passed = 1
                       WHERE cell = :cell AND segment_no = :segment_no AND passed = 0";
            let row = named_params! { ":cell": CELL, ":segment_no": found.no };
            moved |= tx.prepare_cached(sql)?.execute(row)? > 0;
        }
        (seq, link) = (found.first - 1, found.link_before);
    }
    Ok(moved)
}

/// Keeps what the counting server said of the chains that were asked about, and nothing older: the
/// newest answer is the truth, whatever its clock said.
fn keep_counted(
    tx: &Transaction<'_>,
    asked: &[ReplicaId],
    receipts: &[([u8; 32], Held, &Receipt)],
    (counting, request): (&[u8; 32], &RequestId),
) -> Result<()> {
    for replica in asked {
        let sql = "DELETE FROM counted WHERE cell = :cell AND replica = :replica";
        tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":replica": replica.0 })?;
    }
    for (by, held, receipt) in receipts.iter().filter(|(by, ..)| by == counting) {
        let sql = "INSERT OR REPLACE INTO counted
                       (cell, replica, by, seq, link, at_s, request, signature, lacking)
                   VALUES (:cell, :replica, :by, :seq, :link, :at_s, :request, :signature,
                           :lacking)";
        let row = named_params! {
            ":cell": CELL,
            ":replica": held.replica.0,
            ":by": by,
            ":seq": i64::try_from(held.seq).unwrap_or(i64::MAX),
            ":link": held.link,
            ":at_s": held.at_s,
            ":request": receipt.passed.map_or(*request, |passed| *passed.request),
            ":signature": *receipt.signature,
            ":lacking": held.lacking,
        };
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// Whom the code names counts no more, by its own word, which is kept for those below: their codes name
/// it too.
fn follow_counting(tx: &Transaction<'_>, code: &mut JoinCode, answer: &Answer) -> Result<()> {
    let Some(word) = answer.counting.filter(|word| word.is_signed(&code.counting)) else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO succession (cell, by, counting, signature)
               VALUES (:cell, :by, :counting, :signature)";
    let row = named_params! {
        ":cell": CELL,
        ":by": code.counting,
        ":counting": *word.counting,
        ":signature": *word.signature,
    };
    tx.prepare_cached(sql)?.execute(row)?;
    code.counting = *word.counting;
    let sql = "UPDATE upstream SET join_code = :join_code WHERE cell = :cell";
    tx.prepare_cached(sql)?
        .execute(named_params! { ":cell": CELL, ":join_code": code.to_text() })?;
    // What the upstream said in a counting server's place counts no more.
    tx.prepare_cached("DELETE FROM counted WHERE cell = :cell")?
        .execute(named_params! { ":cell": CELL })?;
    Ok(())
}

/// Keeps what the upstream told. Returns how many events are new, and whether everything has to be told
/// anew: of what was passed over something is proven since.
fn keep_told(tx: &Transaction<'_>, extracts: &[(Extract, Vec<Link>)]) -> Result<(u64, bool)> {
    let cell = named_params! { ":cell": CELL };
    let (mut told, mut is_behind) = (0, false);
    for (extract, links) in extracts {
        let kept = extracts::take(tx, extract, links)?;
        told += kept.events;
        if kept.is_proof {
            let sql = "UPDATE upstream SET passed_over = 0 WHERE cell = :cell AND passed_over = 1";
            is_behind |= tx.prepare_cached(sql)?.execute(cell)? > 0;
        }
        if kept.passed_over {
            let sql = "UPDATE upstream SET passed_over = 1 WHERE cell = :cell";
            tx.prepare_cached(sql)?.execute(cell)?;
        }
    }
    Ok((told, is_behind))
}

/// Notes which holdings the upstream was told.
fn note_holdings(tx: &Transaction<'_>, sent: &Sent) -> Result<()> {
    let Some(told) = &sent.holdings else { return Ok(()) };
    let sql = "UPDATE upstream SET holdings = :holdings WHERE cell = :cell";
    let row = named_params! { ":cell": CELL, ":holdings": told.as_slice() };
    tx.prepare_cached(sql)?.execute(row)?;
    Ok(())
}
