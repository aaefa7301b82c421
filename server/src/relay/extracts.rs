//! Extracts: what the upstream told of learners whom devices behind this hub hold. Kept apart from
//! segments, since nobody behind this hub has brought it: it is told to devices and to hubs below, and
//! never passed on nor receipted.
//!
//! Every event in one stands under its replica's signed head, and an event that a segment has is in
//! none: what comes from below takes its place.

use std::collections::{BTreeSet, HashSet};

use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::{Event, Link, replica_id};
use hocvu_core::sync::{Batch, BatchSlot, Extract};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::erase::is_erased;
use super::segments::{
    events_of, forget_learners, forget_learners_unread, learners_of, linked_events, note_holders,
    note_learners, overlapping, set_aside,
};
use super::store::next_number;
use super::{CELL, RelayError, Result, down};

/// An extract as it lies in the database.
struct Held {
    no: i64,
    before: Link,
    batch: Batch,
}

const COLUMNS: &str = "SELECT extract_no, link_before, batch FROM extract";

fn raw(row: &Row<'_>) -> rusqlite::Result<(i64, Link, Vec<u8>)> {
    Ok((row.get("extract_no")?, row.get("link_before")?, row.get("batch")?))
}

/// `None` where it does not read back.
fn held(conn: &Connection, (no, before, bytes): (i64, Link, Vec<u8>)) -> Result<Option<Held>> {
    let Ok(batch) = Batch::from_bytes(&bytes) else {
        ask_again(conn, no)?;
        return Ok(None);
    };
    Ok(Some(Held { no, before, batch }))
}

/// Takes an extract out that turned out damaged. The upstream has what it said: it is asked for
/// everything anew.
pub(super) fn ask_again(conn: &Connection, no: i64) -> Result<()> {
    tracing::error!(extract = no, "an extract is damaged: the upstream is asked again");
    delete(conn, no)?;
    forget_learners_unread(conn, no)?;
    let sql = "UPDATE upstream SET cursor = 0 WHERE cell = :cell";
    conn.prepare_cached(sql)?.execute(named_params! { ":cell": CELL })?;
    Ok(())
}

/// The link before an extract's first slot, and its slots.
pub(super) fn read(conn: &Connection, no: i64) -> Result<Option<(Link, Batch)>> {
    let sql = format!("{COLUMNS} WHERE cell = :cell AND extract_no = :extract_no");
    let row = named_params! { ":cell": CELL, ":extract_no": no };
    let Some(found) = conn.prepare_cached(&sql)?.query_row(row, raw).optional()? else {
        return Ok(None);
    };
    Ok(held(conn, found)?.map(|held| (held.before, held.batch)))
}

/// Whether there are any: a relay that is no hub has none.
pub(super) fn are_there(conn: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM extract WHERE cell = :cell) AS found";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(named_params! { ":cell": CELL }, |row| row.get("found"))?)
}

/// Extracts of a chain that have any of these numbers.
fn of_chain(conn: &Connection, replica: ReplicaId, (first, last): (u64, u64)) -> Result<Vec<Held>> {
    let sql = format!(
        "{COLUMNS} WHERE cell = :cell AND replica = :replica AND last >= :first
             AND +first <= :last"
    );
    let params = named_params! {
        ":cell": CELL,
        ":replica": replica.0,
        ":first": i64::try_from(first).unwrap_or(i64::MAX),
        ":last": i64::try_from(last).unwrap_or(i64::MAX),
    };
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params, raw)?;
    let rows: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    rows.into_iter().filter_map(|row| held(conn, row).transpose()).collect()
}

/// What became of an extract.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    /// Events that are new here.
    pub(super) events: u64,
    /// Whether it proves of a replica that it holds somebody, which was not known.
    pub(super) is_proof: bool,
    /// Whether events were passed over since nothing proves that their replica holds their learner:
    /// whoever has a key can make such events, and nobody folds them.
    pub(super) passed_over: bool,
}

/// Keeps what of an extract is new here and about learners whom devices behind this hub hold.
pub(super) fn take(tx: &Transaction<'_>, extract: &Extract, links: &[Link]) -> Result<Kept> {
    let wanted = wanted_among(tx, &extract.batch)?;
    if wanted.is_empty() {
        return Ok(Kept::default());
    }
    let mut batch = extract.batch.clone();
    let is_among = |all: &BTreeSet<LearnerId>, event: &Event| {
        event.learner.is_some_and(|learner| all.contains(&learner))
    };
    forget(&mut batch.slots, links, |event, _| !is_among(&wanted, event));
    let is_proof = note_holders(tx, &batch)?;
    let before = events_of(&batch).count();
    let proven = proven_among(tx, replica_id(&batch.public_key), wanted)?;
    forget(&mut batch.slots, links, |event, _| !is_among(&proven, event));
    let passed_over = events_of(&batch).count() < before;
    let known = known(tx, &batch)?;
    forget(&mut batch.slots, links, |_, link| known.contains(link));
    let events = events_of(&batch).count() as u64;
    if events > 0 {
        put(tx, next_number(tx)?, (extract.before, batch), links)?;
    }
    Ok(Kept { events, is_proof, passed_over })
}

/// Those of some learners whom a replica is known to hold.
fn proven_among(
    conn: &Connection,
    replica: ReplicaId,
    mut learners: BTreeSet<LearnerId>,
) -> Result<BTreeSet<LearnerId>> {
    let sql = "SELECT learner FROM holder WHERE cell = :cell AND replica = :replica";
    let mut statement = conn.prepare_cached(sql)?;
    let row = named_params! { ":cell": CELL, ":replica": replica.0 };
    let rows = statement.query_map(row, |row| Ok(LearnerId(row.get("learner")?)))?;
    let held: BTreeSet<_> = rows.collect::<rusqlite::Result<_>>()?;
    learners.retain(|learner| held.contains(learner));
    Ok(learners)
}

/// Learners in a batch whom some device behind this hub holds, without those who were erased.
fn wanted_among(conn: &Connection, batch: &Batch) -> Result<BTreeSet<LearnerId>> {
    let mut wanted = BTreeSet::new();
    for learner in learners_of(batch) {
        let sql = "SELECT EXISTS (SELECT 1 FROM holder
                                  WHERE cell = :cell AND learner = :learner) AS is_here";
        let row = named_params! { ":cell": CELL, ":learner": learner.0 };
        let is_here = conn.prepare_cached(sql)?.query_row(row, |row| row.get("is_here"))?;
        if is_here && !is_erased(conn, learner)? {
            wanted.insert(learner);
        }
    }
    Ok(wanted)
}

/// The links after events of a stretch that lie here, in segments or extracts.
fn known(conn: &Connection, batch: &Batch) -> Result<HashSet<Link>> {
    let replica = replica_id(&batch.public_key);
    let range = (batch.first, batch.first + batch.slots.len() as u64 - 1);
    let mut known = HashSet::new();
    let mut note = |batch: &Batch, links: &[Link]| {
        known.extend(linked_events(batch, links).map(|(_, link)| *link));
    };
    for segment in overlapping(conn, replica, range)? {
        let read = segment.batch().and_then(|batch| Ok((segment.links(&batch)?, batch)));
        match read {
            Ok((links, batch)) => note(&batch, &links),
            Err(RelayError::SegmentDamaged(no)) => set_aside(conn, no)?,
            Err(error) => return Err(error),
        }
    }
    for held in of_chain(conn, replica, range)? {
        if let Ok(links) = held.batch.verify(&held.before) {
            note(&held.batch, &links);
        }
    }
    Ok(known)
}

/// Puts hashes in the place of some events.
fn forget(slots: &mut [BatchSlot], links: &[Link], is_gone: impl Fn(&Event, &Link) -> bool) {
    for (slot, link) in slots.iter_mut().zip(links) {
        if slot.event().is_some_and(|event| is_gone(event, link)) {
            slot.forget();
        }
    }
}

/// Stores an extract from its first event on, if it has one.
fn put(
    tx: &Transaction<'_>,
    no: i64,
    (before, mut batch): (Link, Batch),
    links: &[Link],
) -> Result<()> {
    let first = batch.slots.iter().position(|slot| slot.event().is_some());
    let Some(first) = first else { return Ok(()) };
    let before = if first == 0 { before } else { links[first - 1] };
    batch.slots.drain(..first);
    batch.first += first as u64;
    let number = |n: u64| i64::try_from(n).expect("numbers are below 2^40");
    let sql = "INSERT INTO extract
                   (cell, extract_no, replica, first, last, link_before, events, batch)
               VALUES
                   (:cell, :extract_no, :replica, :first, :last, :link_before, :events, :batch)";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":cell": CELL,
        ":extract_no": no,
        ":replica": replica_id(&batch.public_key).0,
        ":first": number(batch.first),
        ":last": number(batch.first + batch.slots.len() as u64 - 1),
        ":link_before": before,
        ":events": number(events_of(&batch).count() as u64),
        ":batch": batch.to_bytes(),
    })?;
    note_learners(tx, no, &batch)
}

fn delete(conn: &Connection, no: i64) -> Result<()> {
    let sql = "DELETE FROM extract WHERE cell = :cell AND extract_no = :extract_no";
    conn.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":extract_no": no })?;
    Ok(())
}

/// Takes some events out of an extract; one that has none left goes.
fn shrink(
    tx: &Transaction<'_>,
    mut held: Held,
    is_gone: impl Fn(&Event, &Link) -> bool,
) -> Result<()> {
    let Ok(links) = held.batch.verify(&held.before) else { return ask_again(tx, held.no) };
    let before = events_of(&held.batch).count();
    let was_about = learners_of(&held.batch);
    forget(&mut held.batch.slots, &links, is_gone);
    let left = events_of(&held.batch).count();
    if left == before {
        return Ok(());
    }
    delete(tx, held.no)?;
    forget_learners(tx, held.no, was_about)?;
    if left == 0 {
        return down::owe_no_more(tx, held.no);
    }
    put(tx, held.no, (held.before, held.batch), &links)
}

/// What a segment has is in no extract any more.
pub(super) fn give_way(tx: &Transaction<'_>, batch: &Batch, before: &Link) -> Result<()> {
    let replica = replica_id(&batch.public_key);
    let range = (batch.first, batch.first + batch.slots.len() as u64 - 1);
    let extracts = of_chain(tx, replica, range)?;
    if extracts.is_empty() {
        return Ok(());
    }
    let Ok(links) = batch.verify(before) else { return Ok(()) };
    let has: HashSet<Link> = linked_events(batch, &links).map(|(_, link)| *link).collect();
    for held in extracts {
        shrink(tx, held, |_, link| has.contains(link))?;
    }
    Ok(())
}

/// Forgets a learner who was erased.
pub(super) fn forget_learner(tx: &Transaction<'_>, learner: LearnerId) -> Result<()> {
    let sql = format!(
        "{COLUMNS} WHERE cell = :cell AND extract_no IN
             (SELECT segment_no FROM segment_learner WHERE cell = :cell AND learner = :learner)"
    );
    let who = named_params! { ":cell": CELL, ":learner": learner.0 };
    let rows: Vec<_> =
        tx.prepare_cached(&sql)?.query_map(who, raw)?.collect::<rusqlite::Result<_>>()?;
    for row in rows {
        // What does not read back is gone with that: it could not be cleaned of her.
        if let Some(held) = held(tx, row)? {
            shrink(tx, held, |event, _| event.learner == Some(learner))?;
        }
    }
    Ok(())
}

/// Every event in extracts, with the link after it.
pub(super) fn for_each(conn: &Connection, see: &mut dyn FnMut(&Event, &Link)) -> Result<()> {
    let sql = format!("{COLUMNS} WHERE cell = :cell ORDER BY extract_no");
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map(named_params! { ":cell": CELL }, raw)?;
    for row in rows {
        let (_, before, bytes) = row?;
        let Ok(batch) = Batch::from_bytes(&bytes) else { continue };
        let Ok(links) = batch.verify(&before) else { continue };
        linked_events(&batch, &links).for_each(|(event, link)| see(event, link));
    }
    Ok(())
}
