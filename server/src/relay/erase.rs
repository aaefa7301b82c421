//! Erasures: kept for good, by id and what proves the right to the word, and handed on to everyone who
//! has anything of hers.

use std::collections::BTreeSet;

use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::{Deed, Event, replica_id};
use hocvu_core::plant::{self, Plant};
use hocvu_core::sync::{Batch, Erasure, Holder, RelaySecret};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::admission::Sender;
use super::segments::{
    COLUMNS, Segment, events_of, forget, holds, insert, learners_of, remove, remove_unread,
    segment, set_aside,
};
use super::store::next_number;
use super::{CELL, RelayError, Result, down, extracts};

/// Takes somebody's word in. Says whether it is new; a word of somebody who may not say so counts
/// for nothing.
pub(super) fn take(
    tx: &Transaction<'_>,
    sender: &Sender,
    own: &RelaySecret,
    payload: &[u8],
) -> Result<bool> {
    let Ok(word) = Erasure::from_payload(payload) else { return Ok(false) };
    let may = word.is_by_origin()
        || *word.by == own.key().sign
        || (sender.is_relay
            && replica_id(&word.by) == sender.replica
            && (word.shown().is_some() || has_brought(tx, sender.no, word.learner)?));
    if !may {
        return Ok(false);
    }
    apply(tx, own, &word)
}

/// Whether a relay ever brought events about a learner, of a device that holds her by her card:
/// anybody can make events that name her.
pub(super) fn has_brought(conn: &Connection, sender_no: i64, learner: LearnerId) -> Result<bool> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM brought JOIN holder USING (cell, learner, replica)
                   WHERE cell = :cell AND learner = :learner AND sender_no = :sender_no) AS sent";
    let row = named_params! {
        ":cell": CELL,
        ":learner": learner.0,
        ":sender_no": sender_no,
    };
    Ok(conn.prepare_cached(sql)?.query_row(row, |row| row.get("sent"))?)
}

/// Notes of whom a relay brought events.
pub(super) fn note_brought(tx: &Transaction<'_>, sender: &Sender, batch: &Batch) -> Result<()> {
    let replica = replica_id(&batch.public_key);
    for learner in learners_of(batch) {
        let sql = "INSERT OR IGNORE INTO brought (cell, learner, replica, sender_no)
                   VALUES (:cell, :learner, :replica, :sender_no)";
        let row = named_params! {
            ":cell": CELL,
            ":learner": learner.0,
            ":replica": replica.0,
            ":sender_no": sender.no,
        };
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// Forgets a learner: hashes in the place of her events, her salts gone with them. The word of
/// another relay, which nobody here can judge, is handed on as this relay's own.
pub(super) fn apply(tx: &Transaction<'_>, own: &RelaySecret, word: &Erasure) -> Result<bool> {
    let learner = word.learner;
    if is_erased(tx, learner)? {
        keep_shown(tx, own, word)?;
        return Ok(false);
    }
    let own_word = Erasure::by_relay(own, learner);
    let segments = segments_about(tx, learner)?;
    let shown = shown_by(word, &segments)
        .map(|(card_key, holder)| own_word.clone().showing(card_key, holder));
    let word = if word.is_by_origin() { word } else { &own_word };
    let no = next_number(tx)?;
    if !plant::is(Plant::ForgetErasure) {
        let sql = "INSERT INTO erased (cell, learner, erasure_no, word, shown)
                   VALUES (:cell, :learner, :erasure_no, :word, :shown)";
        let row = named_params! {
            ":cell": CELL,
            ":learner": learner.0,
            ":erasure_no": no,
            ":word": word.to_payload(),
            ":shown": shown.map(|word| word.to_payload()),
        };
        tx.prepare_cached(sql)?.execute(row)?;
    }
    let who = named_params! { ":cell": CELL, ":learner": learner.0 };
    let sql = "INSERT OR IGNORE INTO told_of_erasure (cell, replica, learner)
               SELECT cell, replica, learner FROM holder
               WHERE cell = :cell AND learner = :learner";
    tx.prepare_cached(sql)?.execute(who)?;
    // A hub may have brought nothing that was new here, and holds it all the same.
    let sql = "SELECT DISTINCT sender_no FROM brought WHERE cell = :cell AND learner = :learner";
    let hubs: Vec<i64> = tx
        .prepare_cached(sql)?
        .query_map(who, |row| row.get("sender_no"))?
        .collect::<rusqlite::Result<_>>()?;
    for hub in hubs {
        tell_sender(tx, learner, hub)?;
    }
    for held in segments {
        let mut batch = match held.batch() {
            Ok(batch) => batch,
            Err(RelayError::SegmentDamaged(no)) => {
                // What does not read back cannot be cleaned of her: all of it goes. Whoever has the
                // true events sends them again, without hers.
                tell_sender(tx, learner, held.sender_no)?;
                set_aside(tx, no)?;
                remove_unread(tx, no)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        tell_sender(tx, learner, held.sender_no)?;
        remove(tx, held.no, &batch)?;
        down::owe_no_more(tx, held.no)?;
        forget(&mut batch.slots, &BTreeSet::from([learner]));
        let links = (held.link_before, held.link_last);
        insert(tx, &batch, links, (held.sender_no, held.passed), &batch.to_bytes())?;
        keep_aside(tx, held.damaged)?;
    }
    extracts::forget_learner(tx, learner)?;
    tx.prepare_cached("DELETE FROM holder WHERE cell = :cell AND learner = :learner")?
        .execute(who)?;
    Ok(true)
}

/// Keeps a holder that a word shows where none was known, and tells the upstream anew: it may have
/// refused the word without one.
fn keep_shown(tx: &Transaction<'_>, own: &RelaySecret, word: &Erasure) -> Result<()> {
    let Some((card_key, holder)) = word.shown() else { return Ok(()) };
    let sql = "SELECT word FROM erased
               WHERE cell = :cell AND learner = :learner AND shown IS NULL";
    let who = named_params! { ":cell": CELL, ":learner": word.learner.0 };
    let held: Option<Vec<u8>> =
        tx.prepare_cached(sql)?.query_row(who, |row| row.get("word")).optional()?;
    let is_bare =
        |held: &Vec<u8>| Erasure::from_payload(held).is_ok_and(|held| !held.is_by_origin());
    if !held.as_ref().is_some_and(is_bare) {
        return Ok(());
    }
    let shown = Erasure::by_relay(own, word.learner).showing(card_key, holder.clone());
    let sql = "UPDATE erased SET shown = :shown, erasure_no = :erasure_no
               WHERE cell = :cell AND learner = :learner";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":cell": CELL,
        ":learner": word.learner.0,
        ":shown": shown.to_payload(),
        ":erasure_no": next_number(tx)?,
    })?;
    Ok(())
}

fn segments_about(conn: &Connection, learner: LearnerId) -> Result<Vec<Segment>> {
    let sql = format!(
        "{COLUMNS} WHERE cell = :cell AND segment_no IN
             (SELECT segment_no FROM segment_learner WHERE cell = :cell AND learner = :learner)
         ORDER BY segment_no"
    );
    let who = named_params! { ":cell": CELL, ":learner": learner.0 };
    Ok(conn.prepare(&sql)?.query_map(who, segment)?.collect::<rusqlite::Result<_>>()?)
}

/// The holder that gives a relay's word its weight at the upstream: the one that the word shows, else
/// one among her events here. The word of who added her needs none.
fn shown_by(word: &Erasure, segments: &[Segment]) -> Option<([u8; 32], Holder)> {
    if word.is_by_origin() {
        return None;
    }
    if let Some((card_key, holder)) = word.shown() {
        return Some((card_key, holder.clone()));
    }
    let shows = |event: &Event| match event.deed() {
        Some(Deed::LearnerHeld(deed)) if holds(event) == Some(word.learner) => {
            let (replica, origin) = (event.replica, deed.origin);
            Some((deed.card_key, Holder { replica, origin, signature: deed.signature.into() }))
        }
        _ => None,
    };
    segments.iter().find_map(|held| events_of(&held.batch().ok()?).find_map(shows))
}

/// Lets the segment that was put in last stand as the one that it replaces did: set aside or not.
fn keep_aside(tx: &Transaction<'_>, damaged: i64) -> Result<()> {
    let sql = "UPDATE segment SET damaged = :damaged
               WHERE cell = :cell AND segment_no = (SELECT newest FROM self WHERE cell = :cell)";
    tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":damaged": damaged })?;
    Ok(())
}

pub(super) fn is_erased(conn: &Connection, learner: LearnerId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM erased
                              WHERE cell = :cell AND learner = :learner) AS gone";
    let mut statement = conn.prepare_cached(sql)?;
    let row = named_params! { ":cell": CELL, ":learner": learner.0 };
    Ok(statement.query_row(row, |row| row.get("gone"))?)
}

/// Notes that somebody has to be told of an erasure, now or again.
pub(super) fn tell(tx: &Transaction<'_>, learner: LearnerId, replica: ReplicaId) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO told_of_erasure (cell, replica, learner)
               VALUES (:cell, :replica, :learner)";
    let row = named_params! { ":cell": CELL, ":replica": replica.0, ":learner": learner.0 };
    let new = tx.prepare_cached(sql)?.execute(row)?;
    if new > 0 {
        // A cursor may be past the erasure's number: it gets a new one, and is heard of again.
        let sql = "UPDATE erased SET erasure_no = :erasure_no
                   WHERE cell = :cell AND learner = :learner";
        tx.prepare_cached(sql)?.execute(named_params! {
            ":cell": CELL,
            ":learner": learner.0,
            ":erasure_no": next_number(tx)?,
        })?;
    }
    Ok(())
}

fn tell_sender(tx: &Transaction<'_>, learner: LearnerId, sender_no: i64) -> Result<()> {
    let sql = "SELECT public_key FROM sender WHERE cell = :cell AND sender_no = :sender_no";
    let row = named_params! { ":cell": CELL, ":sender_no": sender_no };
    let mut statement = tx.prepare_cached(sql)?;
    let keys: Vec<[u8; 32]> =
        statement.query_map(row, |row| row.get("public_key"))?.collect::<rusqlite::Result<_>>()?;
    for key in keys {
        tell(tx, learner, replica_id(&key))?;
    }
    Ok(())
}

/// Erasures that a sender has to hear of, above a number: number and signed word.
pub(super) fn to_tell(
    conn: &Connection,
    replica: ReplicaId,
    above: i64,
) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT erasure_no, word FROM erased JOIN told_of_erasure USING (cell, learner)
               WHERE cell = :cell AND replica = :replica AND erasure_no > :above
               ORDER BY erasure_no";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":replica": replica.0, ":above": above };
    let rows = statement.query_map(params, |row| Ok((row.get("erasure_no")?, row.get("word")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
