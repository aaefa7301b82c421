//! Appending to this installation's chain, in the same transaction as what follows from it.

use ed25519_dalek::SigningKey;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::chain::{self, Link};
use super::read::{Slot, slots};
use super::{Deed, Event, LAMPORT_AHEAD_MAX, LearnerHeld, SEQ_MAX, chain_and_seq, slot_of, words};
use crate::error::{Doing, Error, Result};
use crate::ids::{LearnerId, ReplicaId};
use crate::ports::{Entropy, draw};
use crate::store::Cached;

/// A change under way: its transaction, and the time and randomness it may use.
pub(crate) struct Writing<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    pub(crate) entropy: &'a dyn Entropy,
    pub(crate) now_s: i64,
}

/// What the next event of the own chain needs to know.
struct Tip {
    chain_no: i64,
    public_key: [u8; 32],
    began_s: i64,
    seq: u64,
    link: Link,
    lamport: u64,
}

/// The replica that this installation appends to.
pub(crate) fn own_replica(conn: &Connection) -> Result<ReplicaId> {
    let doing = "reading the installation";
    let sql = "SELECT public_key FROM installation JOIN chain USING (chain_no)";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let key = statement.query_row([], |row| row.get("public_key")).doing(doing)?;
    Ok(chain::replica_id(&key))
}

/// Begins a new chain with a new key. The former key, if any, stays: it signs heads of what lies
/// here, so that relays take it, and nothing is ever appended to the former chain.
pub(crate) fn begin_chain(w: &Writing<'_>) -> Result<i64> {
    let doing = "beginning a new replica";
    let key = SigningKey::from_bytes(&draw(w.entropy));
    let sql = "INSERT INTO chain (chain_no, public_key, secret_key, began_s)
               SELECT coalesce(max(chain_no) + 1, 0), :public_key, :secret_key, :began_s FROM chain
               RETURNING chain_no";
    let row = named_params! {
        ":public_key": key.verifying_key().to_bytes(),
        ":secret_key": key.to_bytes(),
        ":began_s": w.now_s,
    };
    w.tx.query_row_cached(sql, row, |row| row.get("chain_no")).doing(doing)
}

fn tip(tx: &Transaction<'_>) -> Result<Tip> {
    let doing = "finding the newest event";
    let sql = "SELECT chain_no, public_key, began_s, lamport_seen,
                   (SELECT max(slot) FROM event WHERE slot < (chain_no + 1) << 40) AS event_slot,
                   (SELECT max(slot) FROM gap WHERE slot < (chain_no + 1) << 40) AS gap_slot
               FROM installation JOIN chain USING (chain_no)";
    let mut statement = tx.prepare_cached(sql).doing(doing)?;
    let (mut tip, seen, newest) = statement
        .query_row([], |row| {
            let slots: [Option<i64>; 2] = [row.get("event_slot")?, row.get("gap_slot")?];
            let tip = Tip {
                chain_no: row.get("chain_no")?,
                public_key: row.get("public_key")?,
                began_s: row.get("began_s")?,
                seq: 0,
                link: [0; 32],
                lamport: 0,
            };
            Ok((tip, row.get::<_, i64>("lamport_seen")?, slots.into_iter().flatten().max()))
        })
        .doing(doing)?;
    tip.lamport = seen.unsigned_abs();
    match newest.map(chain_and_seq).filter(|(chain_no, _)| *chain_no == tip.chain_no) {
        None => tip.link = chain::first_link(&tip.public_key),
        Some((_, seq)) => slots(tx, tip.chain_no, (seq, seq), |slot| {
            let unknown = || Error::Damaged { detail: format!("the newest event, {seq}, is lost") };
            let hash = slot.hash().ok_or_else(unknown)?;
            tip.seq = seq;
            tip.link = chain::next_link(slot.link(), &hash);
            if let Slot::Held { event, .. } = slot {
                tip.lamport = tip.lamport.max(event.lamport);
            }
            Ok(())
        })?,
    }
    Ok(tip)
}

/// Goes on as a new replica: what was appended before stays, nothing is ever appended to it again.
/// The new replica holds every learner that the old one held, by her card's signature.
pub(crate) fn become_new_replica(w: &Writing<'_>) -> Result<()> {
    let doing = "beginning a new replica";
    let reached = i64::try_from(lamport(w.tx)?).unwrap_or(i64::MAX);
    let chain_no = begin_chain(w)?;
    let sql = "UPDATE installation
               SET chain_no = :chain_no, lamport_seen = max(lamport_seen, :reached)";
    w.tx.execute_cached(sql, named_params! { ":chain_no": chain_no, ":reached": reached })
        .doing(doing)?;
    // Relays do not hand a replica its own events: what its chain has elsewhere is asked for now.
    crate::sync::ask_for_everything(w.tx)?;
    hold_learners(w)
}

/// The highest counter of all that lies here, for an installation that has none yet: a new one, or
/// one whose database was salvaged.
pub(crate) fn highest_lamport(tx: &Transaction<'_>) -> Result<i64> {
    let doing = "finding the highest counter";
    let sql = "WITH own AS (
                   SELECT max(
                       (SELECT coalesce(max((slot & 0xffffffffff) + lamport_ahead), 0) FROM event),
                       (SELECT coalesce(max(slot & 0xffffffffff), 0) FROM gap)) AS own)
               SELECT max(own, min(own + :ahead,
                   (SELECT coalesce(max(lamport), 0) FROM copied_event))) AS lamport
               FROM own";
    let ahead = i64::try_from(LAMPORT_AHEAD_MAX).expect("2^32 fits");
    tx.query_row_cached(sql, named_params! { ":ahead": ahead }, |row| row.get("lamport"))
        .doing(doing)
}

/// Lets the own replica hold every learner here, by her card's signature.
pub(crate) fn hold_learners(w: &Writing<'_>) -> Result<()> {
    let doing = "holding the learners";
    let replica = own_replica(w.tx)?;
    let sql = "SELECT learner_no, learner_id, card_seed, origin, coalesce(grp, 0) AS grp
               FROM learner LEFT JOIN learner_state USING (learner_no) ORDER BY learner_no";
    let mut statement = w.tx.prepare(sql).doing(doing)?;
    let rows = statement.query_map([], |row| {
        let card = SigningKey::from_bytes(&row.get("card_seed")?);
        let held = LearnerHeld {
            card_key: card.verifying_key().to_bytes(),
            signature: chain::sign_held(&card, replica),
            origin: ReplicaId(row.get("origin")?),
            group: row.get("grp")?,
        };
        Ok(((row.get("learner_no")?, LearnerId(row.get("learner_id")?)), held))
    });
    let learners: Vec<_> = rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)?;
    for (who, held) in learners {
        append(w, Some(who), &Deed::LearnerHeld(held))?;
    }
    Ok(())
}

/// The highest counter that this installation has used or adopted.
pub(super) fn lamport(tx: &Transaction<'_>) -> Result<u64> {
    tip(tx).map(|tip| tip.lamport)
}

/// Appends what happened to the own chain. The caller updates the projections in the same
/// transaction.
pub(crate) fn append(
    w: &Writing<'_>,
    learner: Option<(i64, LearnerId)>,
    deed: &Deed,
) -> Result<Event> {
    let tip = tip(w.tx)?;
    let (kind, kind_version, body) = deed.to_body();
    let seq = tip.seq + 1;
    if seq > SEQ_MAX {
        return Err(Error::invalid("event", "the chain is full"));
    }
    let lamport = tip.lamport.max(tip.seq) + 1;
    let event = Event {
        replica: chain::replica_id(&tip.public_key),
        seq,
        lamport,
        time_s: w.now_s,
        learner: learner.map(|(_, id)| id),
        kind,
        kind_version,
        body,
    };
    let learner_no = learner.map_or(0, |(no, _)| no);
    ensure_salt(w, tip.chain_no, learner_no)?;
    let doing = "appending to the journal";
    let sql = "INSERT INTO event
                   (slot, learner_no, kind, kind_version, lamport_ahead, after_s, link, body)
               VALUES
                   (:slot, :learner_no, :kind, :kind_version, :lamport_ahead, :after_s, :link,
                    :body)";
    let mut statement = w.tx.prepare_cached(sql).doing(doing)?;
    let row = named_params! {
        ":slot": slot_of(tip.chain_no, seq),
        ":learner_no": learner_no,
        ":kind": kind,
        ":kind_version": kind_version,
        ":lamport_ahead": i64::try_from(lamport - seq).unwrap_or(i64::MAX),
        ":after_s": w.now_s.wrapping_sub(tip.began_s),
        ":link": tip.link,
        ":body": words::shorten(w.tx, &event)?,
    };
    statement.execute(row).doing(doing)?;
    Ok(event)
}

fn ensure_salt(w: &Writing<'_>, chain_no: i64, learner_no: i64) -> Result<()> {
    let doing = "drawing a salt";
    let key = named_params! { ":chain_no": chain_no, ":learner_no": learner_no };
    let sql = "SELECT 1 FROM salt WHERE chain_no = :chain_no AND learner_no = :learner_no";
    let mut statement = w.tx.prepare_cached(sql).doing(doing)?;
    if statement.query_row(key, |_| Ok(())).optional().doing(doing)?.is_none() {
        let sql = "INSERT INTO salt (chain_no, learner_no, salt)
                   VALUES (:chain_no, :learner_no, :salt)";
        let row = named_params! {
            ":chain_no": chain_no,
            ":learner_no": learner_no,
            ":salt": draw::<32>(w.entropy),
        };
        w.tx.execute_cached(sql, row).doing(doing)?;
    }
    Ok(())
}

/// Puts hashes in the place of all events about a learner and forgets her salts: the chains still
/// verify, and nothing says any more what the hashes stand for.
pub(crate) fn erase_events(tx: &Transaction<'_>, learner_no: i64) -> Result<u64> {
    let doing = "erasing a learner's events";
    let reached = tip(tx)?.lamport;
    let mut erased = Vec::new();
    for chain in super::chains(tx)? {
        slots(tx, chain.chain_no, (1, SEQ_MAX), |slot| {
            let hash = slot.hash();
            if let Slot::Held { event, link, .. } = slot {
                erased.push((slot_of(chain.chain_no, event.seq), event.learner, link, hash));
            }
            Ok(())
        })?;
    }
    let sql = "SELECT learner_id FROM learner WHERE learner_no = :learner_no";
    let row = named_params! { ":learner_no": learner_no };
    let id = LearnerId(tx.query_row_cached(sql, row, |row| row.get("learner_id")).doing(doing)?);
    erased.retain(|(_, learner, ..)| *learner == Some(id));
    for (slot, _, link, hash) in &erased {
        let sql = "INSERT INTO gap (slot, link, hash) VALUES (:slot, :link, :hash)";
        let gap = named_params! { ":slot": slot, ":link": link, ":hash": hash };
        tx.execute_cached(sql, gap).doing(doing)?;
    }
    tx.execute_cached("DELETE FROM event WHERE learner_no = :learner_no", row).doing(doing)?;
    tx.execute_cached("DELETE FROM salt WHERE learner_no = :learner_no", row).doing(doing)?;
    let sql = "UPDATE installation SET lamport_seen = max(lamport_seen, :reached)";
    let reached = i64::try_from(reached).unwrap_or(i64::MAX);
    tx.execute_cached(sql, named_params! { ":reached": reached }).doing(doing)?;
    Ok(erased.len() as u64)
}

/// Signs the newest head of the own chain unless it is signed, so that it can be neither shortened
/// nor altered unseen.
pub(crate) fn sign_newest_head(tx: &Transaction<'_>) -> Result<()> {
    let doing = "signing the journal's head";
    let sql = "SELECT coalesce(head.seq, 0) < max(
                   coalesce((SELECT max(slot) FROM event), 0),
                   coalesce((SELECT max(slot) FROM gap), 0)) - (own.chain_no << 40)
               FROM installation AS own LEFT JOIN head USING (chain_no)";
    let mut statement = tx.prepare_cached(sql).doing(doing)?;
    // A folder that is just being made has no chain yet.
    let is_behind = statement.query_row([], |row| row.get(0)).optional().doing(doing)?;
    if is_behind != Some(true) {
        return Ok(());
    }
    let tip = tip(tx)?;
    let own = super::chains(tx)?.into_iter().find(|chain| chain.chain_no == tip.chain_no);
    let Some(key) = own.and_then(|chain| chain.signing_key()).filter(|_| tip.seq > 0) else {
        return Ok(());
    };
    let sql = "INSERT INTO head (chain_no, seq, link, signature)
               VALUES (:chain_no, :seq, :link, :signature)
               ON CONFLICT (chain_no) DO UPDATE
               SET seq = excluded.seq, link = excluded.link, signature = excluded.signature
               WHERE seq < excluded.seq";
    let row = named_params! {
        ":chain_no": tip.chain_no,
        ":seq": i64::try_from(tip.seq).expect("seq is below 2^40"),
        ":link": tip.link,
        ":signature": chain::sign_head(&key, tip.seq, &tip.link),
    };
    tx.execute_cached(sql, row).doing(doing)?;
    Ok(())
}
