//! Small segments become larger ones. A device that comes after every lesson would otherwise leave
//! hundreds of bytes of row, key, signature and salts behind for each answer.
//!
//! Segments are of sizes, four times as many slots each. Of the small sizes any two that follow each
//! other on one branch become one, of the larger ones four do, so that an event is coded anew a few
//! times and never again.
//! What the upstream has no receipt for stays as it came: what is on its way must be recognised.
//! All this is done after replies went out, in commits of its own, and best while nobody waits. What a
//! power cut keeps from being done is done when the chain is added to the next time.
//! Nothing that anybody sees changes: links, receipts and branches are those of the events, and the
//! numbers that cursors point at stay with their slots as the segment's parts.

use std::collections::{BTreeMap, BTreeSet};

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::Link;
use hocvu_core::sync::{Batch, Head, Lacking};
use hocvu_core::varint;
use rusqlite::{OptionalExtension, Transaction, named_params};

use super::segments::{NewRow, by_no, insert_row, remove, set_aside};
use super::{CELL, Relay, RelayError, Result, down};

/// Slots below which two segments become one already: there, nearly all bytes are beside the events.
const SMALL_SLOTS: u64 = 16;
/// Segments of so many slots stay as they are.
const LARGE_SLOTS: u64 = 256;
/// The most slots and bytes of what is merged: it has to pass a bad link to another upstream later.
const SLOTS_MAX: u64 = 1_024;
const BYTES_MAX: u64 = 32 * 1024;
/// Segments looked at behind the newest one of a branch.
const LOOKED_AT: usize = 24;

/// Chains that are looked at in one commit: somebody may wait for it.
const CHAINS_AT_ONCE: usize = 4;
/// How often a chain is added to before its segments are merged even while requests wait: fewer than
/// are looked at, or the older ones would stay small.
const ADDED_MAX: usize = 12;
/// Chains that are remembered; any other is looked at when it is added to the next time.
const CHAINS_MAX: usize = 32_768;

/// Where chains end that were added to since their segments were merged.
#[derive(Default)]
pub(super) struct Tails {
    all: BTreeMap<ReplicaId, Tail>,
    /// Those of them that were added to often.
    due: BTreeSet<ReplicaId>,
}

/// Where segments are to be merged, oldest end first, and how often was added behind the end before
/// the last.
struct Tail {
    ends: Vec<(u64, Link)>,
    added: usize,
}

/// Which chains are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that were added to often.
    Due,
    All,
}

impl Tails {
    /// Notes that something was put at the ends of chains.
    pub(super) fn note<'a>(&mut self, heads: impl Iterator<Item = &'a Head>) {
        for head in heads {
            if self.all.len() == CHAINS_MAX && !self.all.contains_key(&head.replica) {
                continue;
            }
            let tail = self.all.entry(head.replica).or_insert(Tail { ends: Vec::new(), added: 0 });
            // Of many at once some are merged first: no more than are looked at lie between two ends.
            if tail.added < ADDED_MAX {
                tail.ends.pop();
            } else {
                tail.added = 0;
                self.due.insert(head.replica);
            }
            tail.ends.push((head.seq, *head.link));
            tail.added += 1;
        }
    }

    fn take(&mut self, which: Which) -> Vec<(ReplicaId, Vec<(u64, Link)>)> {
        let mut some: Vec<ReplicaId> = self.due.iter().take(CHAINS_AT_ONCE).copied().collect();
        if which == Which::All && some.is_empty() {
            some.extend(self.all.keys().take(CHAINS_AT_ONCE));
        }
        let mut taken = Vec::with_capacity(some.len());
        for replica in some {
            self.due.remove(&replica);
            taken.extend(self.all.remove(&replica).map(|tail| (replica, tail.ends)));
        }
        taken
    }
}

impl Relay {
    /// Makes larger segments of the small ones that requests left behind: a service does it when
    /// nobody waits.
    pub fn tidy_up(&self) {
        while self.tidy(Which::All) {}
    }

    /// Merges what has become small and many at the ends of a few chains. Says whether there were any
    /// to look at. What fails here is only not merged.
    pub(super) fn tidy(&self, which: Which) -> bool {
        let ends = self.tails().take(which);
        let merge = |tx: &Transaction<'_>| {
            let chains = ends.iter().map(|(replica, ends)| (*replica, ends));
            chains
                .flat_map(|(replica, ends)| ends.iter().map(move |end| (replica, *end)))
                .try_for_each(|(replica, end)| tail(tx, replica, end))
        };
        // What turns out damaged is set aside, and the rest is looked at anew.
        while let Err(error) = self.write(merge) {
            let RelayError::SegmentDamaged(no) = error else {
                tracing::warn!(%error, "segments could not be merged");
                break;
            };
            if let Err(error) = self.write(|tx| set_aside(tx, no)) {
                tracing::error!(%error, segment = no, "a damaged segment could not be set aside");
                break;
            }
        }
        !ends.is_empty()
    }
}

/// A stretch of a segment's slots under the number that it had when it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) no: i64,
    pub(super) slots: u64,
}

/// A segment's row without its batch.
struct Candidate {
    no: i64,
    first: u64,
    last: u64,
    link_before: Link,
    sender_no: i64,
    taken_s: i64,
    passed: i64,
    parts: Vec<Part>,
    bytes: u64,
    /// Whether its first slot is no event.
    begins_with_gap: bool,
}

impl Candidate {
    fn slots(&self) -> u64 {
        self.last - self.first + 1
    }
}

/// The parts of a segment as they are stored.
pub(super) fn parts_of(no: i64, slots: u64, stored: Option<&[u8]>) -> Result<Vec<Part>> {
    let Some(mut rest) = stored else { return Ok(vec![Part { no, slots }]) };
    let mut parts: Vec<Part> = Vec::new();
    while !rest.is_empty() {
        let mut number = || varint::take(&mut rest).map_err(|_| RelayError::SegmentDamaged(no));
        let (step, slots) = (number()?, number()?);
        let before = parts.last().map_or(0, |part| part.no);
        let no = before.checked_add_unsigned(step).ok_or(RelayError::SegmentDamaged(no))?;
        parts.push(Part { no, slots });
    }
    let all: u64 = parts.iter().map(|part| part.slots).fold(0, u64::saturating_add);
    if all == slots { Ok(parts) } else { Err(RelayError::SegmentDamaged(no)) }
}

fn to_bytes(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut before) = (Vec::new(), 0);
    for part in parts {
        varint::put(&mut bytes, (part.no - before).unsigned_abs());
        varint::put(&mut bytes, part.slots);
        before = part.no;
    }
    bytes
}

/// Merges what has become small and many at the end of a branch.
fn tail(tx: &Transaction<'_>, replica: ReplicaId, end: (u64, Link)) -> Result<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM upstream WHERE cell = :cell) AS is_hub";
    let cell = named_params! { ":cell": CELL };
    let is_hub: bool = tx.prepare_cached(sql)?.query_row(cell, |row| row.get("is_hub"))?;
    let mut run: Vec<Candidate> = Vec::new();
    let mut at = end;
    for _ in 0..LOOKED_AT {
        let Some(next) = ending_at(tx, replica, at)? else { break };
        at = (next.first - 1, next.link_before);
        let settled = !is_hub || next.passed == 1;
        let fits = run.last().is_none_or(|newer| {
            (newer.sender_no, newer.passed) == (next.sender_no, next.passed)
                && newer.parts[0].no > next.no
        });
        if settled && fits {
            let is_led_by_lost = next.begins_with_gap && is_led_by_lost(tx, next.no)?;
            run.push(next);
            if is_led_by_lost {
                break;
            }
        } else if !run.is_empty() {
            break;
        }
    }
    let count = how_many(&run);
    if count > 1 {
        run.truncate(count);
        merge(tx, &run)?;
    }
    Ok(())
}

/// Whether lost slots lead a segment: nothing could stand before it in one batch, since no head would
/// vouch for that any more.
fn is_led_by_lost(tx: &Transaction<'_>, no: i64) -> Result<bool> {
    let held = by_no(tx, no)?.expect("it was found in this transaction");
    Ok(held.batch()?.lost_slots() > 0)
}

/// How many of these segments, the newest first, become one.
fn how_many(run: &[Candidate]) -> usize {
    let size = |slots: u64| slots.max(1).ilog2() / 2;
    let Some(newest) = run.first() else { return 0 };
    let (mut count, mut slots, mut bytes) = (1, newest.slots(), newest.bytes);
    loop {
        let level = size(slots);
        if slots >= LARGE_SLOTS {
            return count;
        }
        let (mut more, mut sum, mut size_of_all) = (0, slots, bytes);
        for next in &run[count..] {
            let fits = sum + next.slots() <= SLOTS_MAX && size_of_all + next.bytes <= BYTES_MAX;
            if size(next.slots()) > level || !fits {
                break;
            }
            more += 1;
            sum += next.slots();
            size_of_all += next.bytes;
        }
        let together = if slots < SMALL_SLOTS { 2 } else { 4 };
        if more + 1 < together {
            return count;
        }
        (count, slots, bytes) = (count + more, sum, size_of_all);
    }
}

/// The plus keeps SQLite from walking through all segments in their order to find the first one.
const ENDING_AT: &str = "
    SELECT segment_no, first, last, link_before, sender_no, taken_s, passed, parts, lacking,
        length(batch) AS bytes
    FROM segment
    WHERE cell = :cell AND replica = :replica AND last = :seq AND link_last = :link AND damaged = 0
    ORDER BY +segment_no LIMIT 1";

/// The segment that ends in a link, if it was not set aside.
fn ending_at(
    tx: &Transaction<'_>,
    replica: ReplicaId,
    (seq, link): (u64, Link),
) -> Result<Option<Candidate>> {
    let row = named_params! {
        ":cell": CELL,
        ":replica": replica.0,
        ":seq": i64::try_from(seq).expect("numbers are below 2^40"),
        ":link": link,
    };
    let n = |n: i64| n.unsigned_abs();
    let found = tx.prepare_cached(ENDING_AT)?.query_row(row, |row| {
        let parts: Option<Vec<u8>> = row.get("parts")?;
        let lacking: Lacking = row.get::<_, Option<_>>("lacking")?.unwrap_or_default();
        let first = n(row.get("first")?);
        let candidate = Candidate {
            no: row.get("segment_no")?,
            first,
            last: n(row.get("last")?),
            link_before: row.get("link_before")?,
            sender_no: row.get("sender_no")?,
            taken_s: row.get("taken_s")?,
            passed: row.get("passed")?,
            parts: Vec::new(),
            bytes: n(row.get("bytes")?),
            begins_with_gap: lacking.has(first),
        };
        Ok((candidate, parts))
    });
    let Some((mut found, parts)) = found.optional()? else { return Ok(None) };
    found.parts = parts_of(found.no, found.slots(), parts.as_deref())?;
    Ok(Some(found))
}

/// Puts one segment in the place of these, which follow each other, the newest first.
fn merge(tx: &Transaction<'_>, run: &[Candidate]) -> Result<()> {
    let (newest, oldest) = (&run[0], &run[run.len() - 1]);
    let (mut slots, mut parts, mut signed) = (Vec::new(), Vec::new(), None);
    for candidate in run.iter().rev() {
        let held = by_no(tx, candidate.no)?.expect("it was found in this transaction");
        let batch = held.batch()?;
        remove(tx, candidate.no, &batch)?;
        if candidate.no != newest.no {
            down::owe_merged(tx, candidate.no, newest.no)?;
        }
        slots.extend(batch.slots);
        parts.extend_from_slice(&candidate.parts);
        signed = Some((batch.public_key, batch.signature, held.link_last));
    }
    let (public_key, signature, link_last) = signed.expect("a run has a segment");
    let batch = Batch { public_key, first: oldest.first, slots, signature };
    let links = batch.verify(&oldest.link_before);
    if links.ok().and_then(|links| links.last().copied()) != Some(link_last) {
        return Err(RelayError::SegmentDamaged(newest.no));
    }
    let bytes = batch.to_bytes();
    let row = NewRow {
        no: newest.no,
        from_no: parts[0].no,
        parts: Some(to_bytes(&parts)),
        taken_s: run.iter().map(|candidate| candidate.taken_s).min(),
        sender_no: newest.sender_no,
        passed: newest.passed == 1,
    };
    insert_row(tx, &batch, (oldest.link_before, link_last), &row, &bytes)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::store::plan_of;

    fn run(slots: &[u64]) -> Vec<Candidate> {
        let candidate = |slots: &u64| Candidate {
            no: 1,
            first: 1,
            last: *slots,
            link_before: [0; 32],
            sender_no: 1,
            taken_s: 0,
            passed: 0,
            parts: Vec::new(),
            bytes: 300,
            begins_with_gap: false,
        };
        slots.iter().map(candidate).collect()
    }

    #[test]
    fn some_of_a_size_become_one_and_sizes_follow_each_other() {
        for (slots, merged) in [
            (&[1][..], 1),
            (&[1, 1, 1], 3),
            (&[1, 4], 1),
            (&[1, 3, 4], 3),
            (&[1, 3, 12, 16, 16], 3),
            (&[1, 3, 12, 16, 16, 16], 6),
            (&[25, 25, 25], 1),
            (&[25, 25, 25, 25, 100, 100, 100], 7),
            (&[1, 256, 256, 256, 256], 1),
            (&[300, 1, 1, 1, 1], 1),
            (&[250, 250, 250, 250, 250], 4),
        ] {
            assert_eq!(how_many(&run(slots)), merged, "{slots:?}");
        }
        assert_eq!(how_many(&[]), 0);
    }

    #[test]
    fn the_end_of_a_branch_is_found_without_reading_what_others_sent() {
        let row =
            named_params! { ":cell": CELL, ":replica": [0u8; 16], ":seq": 1, ":link": [0u8; 32] };
        let steps = plan_of(ENDING_AT, row);
        assert!(steps[0].contains("(cell=? AND replica=? AND last=?)"), "{steps:#?}");
    }

    #[test]
    fn parts_survive_being_stored_and_what_does_not_add_up_is_damage() {
        let parts = [(3, 1), (900, 200), (901, 16_000)];
        let parts = parts.map(|(no, slots)| Part { no, slots });
        let bytes = to_bytes(&parts);
        assert_eq!(parts_of(901, 16_201, Some(&bytes)).unwrap(), parts);
        assert_eq!(parts_of(7, 5, None).unwrap(), [Part { no: 7, slots: 5 }]);
        for (slots, stored) in [(16_200, &bytes[..]), (5, &[0x80]), (5, &[0x80; 12]), (0, &[1])] {
            assert!(parts_of(901, slots, Some(stored)).is_err());
        }
    }

    fn replica(n: usize) -> ReplicaId {
        ReplicaId((n as u128).to_be_bytes())
    }

    /// A chain is added to so many times; each end is one further.
    fn add(tails: &mut Tails, chain: usize, times: std::ops::RangeInclusive<u64>) {
        for seq in times {
            let head = Head { replica: replica(chain), seq, link: [seq as u8; 32].into() };
            tails.note([head].iter());
        }
    }

    /// The chains of what is taken, and the numbers that their ends have.
    fn taken(tails: &mut Tails, which: Which) -> Vec<(ReplicaId, Vec<u64>)> {
        let ends = |(replica, ends): (ReplicaId, Vec<(u64, Link)>)| {
            (replica, ends.into_iter().map(|(seq, _)| seq).collect())
        };
        tails.take(which).into_iter().map(ends).collect()
    }

    #[test]
    fn a_chain_is_due_once_so_much_was_added_that_older_ends_would_be_out_of_sight() {
        let mut tails = Tails::default();
        let most = ADDED_MAX as u64;
        add(&mut tails, 1, 1..=most);
        assert_eq!(taken(&mut tails, Which::Due), []);
        add(&mut tails, 1, most + 1..=most + 1);
        assert_eq!(taken(&mut tails, Which::Due), [(replica(1), vec![most, most + 1])]);
        assert_eq!(taken(&mut tails, Which::All), [], "what was taken is forgotten");
        // Between two ends that are kept lies no more than is looked at from the later one.
        add(&mut tails, 1, 1..=5 * most + 3);
        let (_, ends) = taken(&mut tails, Which::Due).pop().unwrap();
        assert_eq!(ends, [most, 2 * most, 3 * most, 4 * most, 5 * most, 5 * most + 3]);
        assert!(ends.windows(2).all(|two| two[1] - two[0] < LOOKED_AT as u64));
    }

    #[test]
    fn while_nobody_waits_every_chain_is_taken_at_its_newest_end_and_those_due_go_first() {
        let mut tails = Tails::default();
        let chains = CHAINS_AT_ONCE + 2;
        (0..chains).for_each(|chain| add(&mut tails, chain, 1..=3));
        assert_eq!(taken(&mut tails, Which::Due), []);
        let last = chains - 1;
        add(&mut tails, last, 4..=4 + ADDED_MAX as u64);
        let due = taken(&mut tails, Which::All);
        assert_eq!(due.iter().map(|(replica, _)| *replica).collect::<Vec<_>>(), [replica(last)]);
        let some = taken(&mut tails, Which::All);
        assert_eq!(some.len(), CHAINS_AT_ONCE, "somebody may wait for the commit");
        assert!(some.iter().all(|(_, ends)| ends == &[3]), "{some:?}");
        assert_eq!(taken(&mut tails, Which::All).len(), 1);
        assert_eq!(taken(&mut tails, Which::All), []);
    }

    #[test]
    fn as_many_chains_are_due_at_once_as_one_commit_looks_at() {
        let mut tails = Tails::default();
        let chains = CHAINS_AT_ONCE + 1;
        (0..chains).for_each(|chain| add(&mut tails, chain, 1..=ADDED_MAX as u64 + 1));
        assert_eq!(taken(&mut tails, Which::Due).len(), CHAINS_AT_ONCE);
        assert_eq!(taken(&mut tails, Which::Due).len(), 1);
        assert_eq!(taken(&mut tails, Which::Due), []);
    }

    #[test]
    fn only_so_many_chains_are_remembered_and_those_go_on() {
        let mut tails = Tails::default();
        (0..=CHAINS_MAX).for_each(|chain| add(&mut tails, chain, 1..=1));
        assert_eq!(tails.all.len(), CHAINS_MAX);
        assert!(!tails.all.contains_key(&replica(CHAINS_MAX)));
        add(&mut tails, 0, 2..=2);
        assert_eq!(taken(&mut tails, Which::All)[0], (replica(0), vec![2]));
        add(&mut tails, CHAINS_MAX, 2..=2);
        assert!(tails.all.contains_key(&replica(CHAINS_MAX)), "there is a place again");
    }
}
