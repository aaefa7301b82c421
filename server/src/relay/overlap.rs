//! Where a batch overlaps what is held of its chain: what of it is new, and which slots it replaces.
//!
//! A head proves what lies behind the lost slots that lead a segment, and the link after the last of
//! them; of the others' links nothing is known but that somebody said them. So they hide nothing:
//! what a batch has in their place is new, and they go, with all up to where both last agree, since
//! the batch has that too. What is behind stays proven from there on.

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::{Event, Link};
use hocvu_core::plant::{self, Plant};
use hocvu_core::sync::{Batch, BatchSlot};
use rusqlite::{Connection, Transaction};

use super::segments::{Segment, Work, events_of, insert, overlapping, remove};
use super::{Result, down};

/// What reading a segment costs beside its slots, in slots.
const SEGMENT_WORK: usize = 64;

/// A segment with its batch and the link after each of its slots.
pub(super) struct Known {
    pub(super) segment: Segment,
    pub(super) batch: Batch,
    pub(super) links: Vec<Link>,
}

impl Known {
    /// Whether its link after a number is proven, and not only said by whoever sent a lost slot.
    pub(super) fn is_proven(&self, seq: u64) -> bool {
        seq + 1 >= self.segment.first + self.batch.lost_slots() as u64
    }

    /// Its slot of a number, and the link after it.
    fn at(&self, seq: u64) -> Option<(&BatchSlot, &Link)> {
        let at = usize::try_from(seq.checked_sub(self.segment.first)?).ok()?;
        Some((self.batch.slots.get(at)?, self.links.get(at)?))
    }
}

/// What is held of a chain between two numbers, on whichever branch.
pub(super) fn known(
    conn: &Connection,
    replica: ReplicaId,
    between: (u64, u64),
    work: &mut Work,
) -> Result<Vec<Known>> {
    let mut all = Vec::new();
    for segment in overlapping(conn, replica, between)? {
        all.push(read(segment, work)?);
    }
    Ok(all)
}

/// A segment with all that it proves.
pub(super) fn read(segment: Segment, work: &mut Work) -> Result<Known> {
    let batch = segment.batch()?;
    work.spend(SEGMENT_WORK + batch.slots.len());
    let links = segment.links(&batch)?;
    Ok(Known { segment, batch, links })
}

/// A batch against all that is held between its first and its last number.
pub(super) struct Overlap {
    /// From which number on the batch is new; `None` where nothing of it is.
    pub(super) new_from: Option<u64>,
    /// Segments of which it has everything up to a number, and more: it stands in their place there.
    replaced: Vec<(Known, u64)>,
    /// All others.
    pub(super) beside: Vec<Known>,
}

impl Overlap {
    pub(super) fn of(batch: &Batch, links: &[Link], all: Vec<Known>) -> Self {
        let agree = |known: &Known, seq: u64, link: &Link| {
            let theirs = known.at(seq).map(|(_, theirs)| theirs);
            theirs.is_some_and(|theirs| theirs == link || plant::is(Plant::IdentityWithoutLink))
        };
        let end = batch.first + links.len() as u64 - 1;
        let mut held_until = None;
        let mut missing = None;
        for ((seq, slot), link) in (batch.first..).zip(&batch.slots).zip(links) {
            let has = |known: &Known| {
                let is_filled = known.at(seq).is_some_and(|(theirs, _)| !theirs.is_lost());
                agree(known, seq, link) && (is_filled || slot.is_lost() && known.is_proven(seq))
            };
            if all.iter().any(has) {
                held_until = Some(seq);
            } else if !slot.is_lost() || seq == end {
                // Lost slots hide nothing, but where the batch ends has to be held in any case.
                missing = Some(seq);
                break;
            }
        }
        let Some(missing) = missing else {
            return Self { new_from: None, replaced: Vec::new(), beside: all };
        };
        let new_from = Some(held_until.map_or(batch.first, |held| held + 1));
        let (mut replaced, mut beside) = (Vec::new(), Vec::new());
        for known in all {
            let numbered =
                links.iter().enumerate().rev().map(|(at, link)| (batch.first + at as u64, link));
            let mut from_missing = numbered.take_while(|(seq, _)| *seq >= missing);
            match from_missing.find(|(seq, link)| agree(&known, *seq, link)) {
                Some((until, _)) => replaced.push((known, until)),
                None => beside.push(known),
            }
        }
        Self { new_from, replaced, beside }
    }

    /// Whether it stands in the place of anything.
    pub(super) fn replaces_some(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// Gives what stays of the batch the events that only the replaced slots have. Says whether there
    /// were any.
    pub(super) fn hand_over(&self, kept: &mut Batch, links: &[Link]) -> bool {
        let mut any = false;
        for ((seq, slot), link) in (kept.first..).zip(&mut kept.slots).zip(links) {
            if !matches!(slot, BatchSlot::Erased(_)) {
                continue;
            }
            let has = |known: &Known| match known.at(seq) {
                Some((event @ BatchSlot::Event { .. }, theirs)) if theirs == link => {
                    Some(event.clone())
                }
                _ => None,
            };
            if let Some(event) = self.replaced.iter().find_map(|(known, _)| has(known)) {
                *slot = event;
                any = true;
            }
        }
        any
    }

    /// How many events of what stays of the batch take the place of hashes and lost slots.
    pub(super) fn filled(&self, kept: &Batch) -> u64 {
        let is_gap = |event: &Event| {
            self.replaced.iter().any(|(known, until)| {
                let theirs = known.at(event.seq).filter(|_| event.seq <= *until);
                theirs.is_some_and(|(slot, _)| slot.event().is_none())
            })
        };
        events_of(kept).filter(|event| is_gap(event)).count() as u64
    }

    /// Takes out what the batch stands in the place of; it lies there already. Returns how many events
    /// went.
    pub(super) fn replace(self, tx: &Transaction<'_>) -> Result<u64> {
        let mut gone = 0;
        for (Known { segment, mut batch, links }, until) in self.replaced {
            remove(tx, segment.no, &batch)?;
            down::owe_no_more(tx, segment.no)?;
            let replaced = usize::try_from(until + 1 - segment.first).expect("a segment is short");
            let rest = batch.slots.split_off(replaced);
            gone += events_of(&batch).count() as u64;
            if !rest.is_empty() {
                let batch = Batch { first: until + 1, slots: rest, ..batch };
                let ends = (links[replaced - 1], segment.link_last);
                let sender = (segment.sender_no, segment.passed);
                insert(tx, &batch, ends, sender, &batch.to_bytes())?;
            }
        }
        Ok(gone)
    }
}
