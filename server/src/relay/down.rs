//! The way down: what a hub is told of learners whom devices behind it hold, and what others recorded
//! of them. Of everybody else it gets hashes, in chains that it can check.
//!
//! A hub is never told what it showed in the very same request that it has. Nothing is left out for
//! having come from it before: its cursor and what it holds lie in one database, so a hub that was
//! restored from a backup shows by its cursor what it may have lost.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::Link;
use hocvu_core::plant::{self, Plant};
use hocvu_core::sync::{Batch, Extract, FRAME_BYTES_MAX};
use rusqlite::{Connection, Transaction, named_params};

use super::admission::Sender;
use super::erase::has_brought;
use super::extracts;
use super::merge::{Part, parts_of};
use super::segments::{Work, by_no, events_of, holds, set_aside};
use super::store::next_number;
use super::{CELL, Result};

/// Segments and extracts looked at for one reply.
const SEGMENTS_MAX: usize = 2_048;
/// What a frame has beside its payload.
const SPARE_BYTES: usize = 64;

/// What a hub showed in a request that it has.
#[derive(Default)]
pub(super) struct Shown {
    /// Numbers of segments that came new in it.
    pub(super) numbers: BTreeSet<i64>,
    /// Links after events that were held already.
    pub(super) links: HashSet<Link>,
}

/// A hub that asks.
pub(super) struct Asking<'a> {
    pub(super) sender_no: i64,
    /// The number up to which it was told everything.
    pub(super) cursor: i64,
    pub(super) shown: &'a Shown,
}

impl Asking<'_> {
    /// Whether anything was numbered above its cursor that it did not just bring: most often nothing
    /// was, and then nobody has to look whom it serves.
    pub(super) fn may_lack_some(&self, newest: i64) -> bool {
        let brought = self.shown.numbers.range(self.cursor + 1..).count();
        newest - self.cursor > i64::try_from(brought).unwrap_or(i64::MAX)
    }
}

/// An extract for a hub, under the number after which it goes on.
pub(super) struct Telling {
    pub(super) no: i64,
    before: Link,
    batch: Batch,
}

impl Telling {
    /// The frame, with the cursor's number that belongs to it; `None` where no frame can hold it.
    pub(super) fn payload(self, cursor: u64) -> Option<Vec<u8>> {
        let payload = Extract { cursor, before: self.before, batch: self.batch }.to_payload();
        (payload.len() + SPARE_BYTES <= FRAME_BYTES_MAX).then_some(payload)
    }
}

/// What may wait for a hub, in the order in which it arrived: a row of one of two tables.
struct Candidate {
    /// The number that it counts under for this hub.
    position: i64,
    no: i64,
    parts: Vec<Part>,
    is_extract: bool,
    is_owed: bool,
}

/// What is looked through for a hub, one after the other.
pub(super) struct Waiting<'a> {
    hub: Asking<'a>,
    candidates: std::vec::IntoIter<Candidate>,
    looked_at: usize,
    /// Learners looked up, and whether devices behind the hub hold them.
    served: BTreeMap<LearnerId, bool>,
}

impl<'a> Waiting<'a> {
    pub(super) fn find(conn: &Connection, hub: Asking<'a>) -> Result<Self> {
        let candidates = candidates(conn, &hub)?.into_iter();
        Ok(Self { hub, candidates, looked_at: 0, served: BTreeMap::new() })
    }

    /// The next extract; `Err` names the number before which one reply's work ended.
    pub(super) fn next(&mut self, conn: &Connection) -> Result<Option<Result<Telling, i64>>> {
        while let Some(candidate) = self.candidates.next() {
            if self.looked_at == SEGMENTS_MAX {
                return Ok(Some(Err(candidate.position)));
            }
            self.looked_at += 1;
            if let Some(telling) = self.tell(conn, &candidate)? {
                return Ok(Some(Ok(telling)));
            }
        }
        Ok(None)
    }

    /// From the first event that the hub is to be told to the head that proves it. `None` where
    /// nothing is to be told, or nothing can be proven.
    fn tell(&mut self, conn: &Connection, candidate: &Candidate) -> Result<Option<Telling>> {
        let Some((link_before, batch)) = read(conn, candidate)? else { return Ok(None) };
        let Ok(links) = batch.verify(&link_before) else {
            match candidate.is_extract {
                true => extracts::ask_again(conn, candidate.no)?,
                false => set_aside(conn, candidate.no)?,
            }
            return Ok(None);
        };
        let provable = batch.lost_slots();
        let mut arrived = Vec::with_capacity(batch.slots.len());
        for part in &candidate.parts {
            let slots = usize::try_from(part.slots).unwrap_or(usize::MAX);
            arrived.extend(std::iter::repeat_n(part.no, slots.min(batch.slots.len())));
        }
        let mut first = None;
        let mut slots = Vec::new();
        for (at, mut slot) in batch.slots.into_iter().enumerate().skip(provable) {
            if let Some(event) = slot.event() {
                let is_served = match event.learner {
                    Some(learner) => self.serves(conn, learner)?,
                    None => false,
                };
                let no = arrived.get(at).copied().unwrap_or(candidate.no);
                let is_new = (candidate.is_owed || no > self.hub.cursor)
                    && !self.hub.shown.numbers.contains(&no)
                    && !self.hub.shown.links.contains(&links[at]);
                if is_served && is_new {
                    first.get_or_insert(at);
                }
                if !is_served {
                    slot.forget();
                }
            }
            if first.is_some() {
                slots.push(slot);
            }
        }
        let Some(first) = first else { return Ok(None) };
        let before = if first == 0 { link_before } else { links[first - 1] };
        let batch = Batch { first: batch.first + first as u64, slots, ..batch };
        Ok(Some(Telling { no: candidate.position, before, batch }))
    }

    fn serves(&mut self, conn: &Connection, learner: LearnerId) -> Result<bool> {
        if let Some(is_served) = self.served.get(&learner) {
            return Ok(*is_served);
        }
        let is_served = has_brought(conn, self.hub.sender_no, learner)?;
        self.served.insert(learner, is_served);
        Ok(is_served)
    }
}

/// The link before a candidate's first slot, and its slots; `None` where it does not read back.
fn read(conn: &Connection, candidate: &Candidate) -> Result<Option<(Link, Batch)>> {
    if candidate.is_extract {
        return extracts::read(conn, candidate.no);
    }
    let Some(held) = by_no(conn, candidate.no)? else { return Ok(None) };
    match held.batch() {
        Ok(batch) => Ok(Some((held.link_before, batch))),
        Err(_) => {
            set_aside(conn, candidate.no)?;
            Ok(None)
        }
    }
}

/// Everything about learners whom devices behind the hub hold that arrived above its cursor, or that
/// lay here already when it brought word of that.
const WAITING: &str = "
    WITH served AS (
        SELECT DISTINCT segment_no FROM brought
            CROSS JOIN holder USING (cell, learner, replica)
            CROSS JOIN segment_learner USING (cell, learner)
        WHERE brought.cell = :cell AND brought.sender_no = :sender_no AND segment_no > :cursor),
    wanted AS (
        SELECT segment_no, max(owed_no) AS owed_no FROM (
            SELECT segment_no, 0 AS owed_no FROM served
            UNION ALL
            SELECT segment_no, owed_no FROM owed
            WHERE cell = :cell AND sender_no = :sender_no AND owed_no > :cursor)
        GROUP BY segment_no)
    SELECT segment.segment_no AS no, owed_no, last - first + 1 AS slots, parts, 0 AS is_extract
        FROM wanted CROSS JOIN segment ON segment.cell = :cell
            AND segment.segment_no = wanted.segment_no AND damaged != 1
    UNION ALL
    SELECT extract_no, owed_no, last - first + 1, NULL, 1
        FROM wanted CROSS JOIN extract ON extract.cell = :cell
            AND extract_no = wanted.segment_no";

fn candidates(conn: &Connection, hub: &Asking<'_>) -> Result<Vec<Candidate>> {
    let mut statement = conn.prepare_cached(WAITING)?;
    let row = named_params! {
        ":cell": CELL,
        ":sender_no": hub.sender_no,
        ":cursor": hub.cursor,
    };
    let mut rows = statement.query(row)?;
    let mut candidates = Vec::new();
    while let Some(row) = rows.next()? {
        let (no, owed_no): (i64, i64) = (row.get("no")?, row.get("owed_no")?);
        let slots = row.get::<_, i64>("slots")?.unsigned_abs();
        let parts: Option<Vec<u8>> = row.get("parts")?;
        let Ok(parts) = parts_of(no, slots, parts.as_deref()) else { continue };
        let is_new = |no: &i64| *no > hub.cursor && !hub.shown.numbers.contains(no);
        let arrived = parts.iter().map(|part| part.no).find(is_new);
        let owed = (owed_no > 0).then_some(owed_no);
        let Some(position) = arrived.into_iter().chain(owed).min() else { continue };
        let (is_extract, is_owed) = (row.get("is_extract")?, owed_no > 0);
        candidates.push(Candidate { position, no, parts, is_extract, is_owed });
    }
    candidates.sort_unstable_by_key(|candidate| candidate.position);
    Ok(candidates)
}

/// Whatever is held of learners whom a device behind a hub holds by this batch is owed to the hub from
/// now on: it arrived before anybody asked for it there. The same batch again says the same again,
/// since a hub that was restored brings once more what it had forgotten.
pub(super) fn owe(
    tx: &Transaction<'_>,
    sender: &Sender,
    batch: &Batch,
    work: &mut Work,
) -> Result<()> {
    if !sender.is_relay {
        return Ok(());
    }
    let learners: BTreeSet<_> = events_of(batch).filter_map(holds).collect();
    for learner in learners {
        work.spend(owe_learner(tx, sender.no, learner)?);
    }
    Ok(())
}

/// The same to every hub that brought events about a learner before it was known that their replica
/// holds her.
pub(super) fn owe_to_all(
    tx: &Transaction<'_>,
    learner: LearnerId,
    replica: ReplicaId,
) -> Result<()> {
    let sql = "SELECT sender_no FROM brought
               WHERE cell = :cell AND learner = :learner AND replica = :replica";
    let row = named_params! { ":cell": CELL, ":learner": learner.0, ":replica": replica.0 };
    let hubs: Vec<i64> = tx
        .prepare_cached(sql)?
        .query_map(row, |row| row.get("sender_no"))?
        .collect::<rusqlite::Result<_>>()?;
    for sender_no in hubs {
        owe_learner(tx, sender_no, learner)?;
    }
    Ok(())
}

/// Returns how many segments and extracts are owed.
fn owe_learner(tx: &Transaction<'_>, sender_no: i64, learner: LearnerId) -> Result<usize> {
    if plant::is(Plant::ForgetWhatIsOwed) {
        return Ok(0);
    }
    let sql = "SELECT segment_no FROM segment_learner
               WHERE cell = :cell AND learner = :learner ORDER BY segment_no";
    let row = named_params! { ":cell": CELL, ":learner": learner.0 };
    let numbers: Vec<i64> = tx
        .prepare_cached(sql)?
        .query_map(row, |row| row.get("segment_no"))?
        .collect::<rusqlite::Result<_>>()?;
    for segment_no in &numbers {
        let sql = "INSERT INTO owed (cell, sender_no, segment_no, owed_no)
                   VALUES (:cell, :sender_no, :segment_no, :owed_no)
                   ON CONFLICT DO UPDATE SET owed_no = excluded.owed_no";
        tx.prepare_cached(sql)?.execute(named_params! {
            ":cell": CELL,
            ":sender_no": sender_no,
            ":segment_no": segment_no,
            ":owed_no": next_number(tx)?,
        })?;
    }
    Ok(numbers.len())
}

/// What was owed of a segment is owed of the one that it has become a part of.
pub(super) fn owe_merged(tx: &Transaction<'_>, from: i64, to: i64) -> Result<()> {
    let sql = "INSERT INTO owed (cell, sender_no, segment_no, owed_no)
               SELECT cell, sender_no, :to, owed_no FROM owed
               WHERE cell = :cell AND segment_no = :from
               ON CONFLICT DO UPDATE SET owed_no = max(owed_no, excluded.owed_no)";
    tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":from": from, ":to": to })?;
    owe_no_more(tx, from)
}

/// A segment or extract is gone: what is put in its place arrives under a new number.
pub(super) fn owe_no_more(tx: &Transaction<'_>, no: i64) -> Result<()> {
    let sql = "DELETE FROM owed WHERE cell = :cell AND segment_no = :segment_no";
    tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":segment_no": no })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::store::plan_of;

    #[test]
    fn what_waits_for_a_hub_is_found_by_whom_it_serves() {
        let row = named_params! { ":cell": CELL, ":sender_no": 1, ":cursor": 1 };
        let steps = plan_of(WAITING, row);
        for narrow in [
            "(cell=? AND sender_no=?)",
            "(cell=? AND learner=? AND segment_no>?)",
            "(cell=? AND sender_no=? AND owed_no>?)",
            "(cell=? AND segment_no=?)",
            "(cell=? AND extract_no=?)",
        ] {
            assert!(steps.iter().any(|step| step.contains(narrow)), "{narrow}: {steps:#?}");
        }
    }
}
