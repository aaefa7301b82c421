//! Single events of learners here that other replicas made: vouched for by a relay's reply, never
//! sent up, never receipted. They may arrive in any order; the learner is then folded anew.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Event;
use super::chain::Link;
use super::words::Words;
use super::write::Writing;
use crate::error::{Doing, Error, Result};
use crate::ids::{LearnerId, ReplicaId};
use crate::store::Cached;

/// The most copies taken in by one call.
pub const COPIES_MAX: usize = 10_000;

/// How far a foreign lamport counter may lift one's own: a liar cannot use up the counter.
pub const LAMPORT_AHEAD_MAX: u64 = 1 << 32;

/// An event that somebody else's relay vouches for, and the link that it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedEvent {
    /// The event; it names a learner.
    pub event: Event,
    /// The hash of its bytes: tells branches of a forked chain apart.
    pub link: Link,
}

/// Keeps copies of events about one learner; those that are held already change nothing. The caller
/// folds her anew in the same transaction. Returns how many were new.
pub(crate) fn receive(
    w: &Writing<'_>,
    (learner_no, learner): (i64, LearnerId),
    copies: &[CopiedEvent],
) -> Result<usize> {
    if copies.len() > COPIES_MAX {
        return Err(Error::invalid("copies", format!("more than {COPIES_MAX} at once")));
    }
    let (mut new, mut lamport) = (0, 0);
    for copy in copies {
        if copy.event.learner != Some(learner) {
            return Err(Error::invalid("copy", "it is about somebody else"));
        }
        Event::from_bytes(&copy.event.to_bytes())
            .map_err(|e| Error::invalid("copy", e.to_string()))?;
        new += insert(w, learner_no, copy)?;
        lamport = lamport.max(copy.event.lamport);
    }
    // Once for all: a step for each event would lead a liar's list to the end of the counter.
    adopt_lamport(w, lamport)?;
    Ok(new)
}

fn insert(
    w: &Writing<'_>,
    learner_no: i64,
    CopiedEvent { event, link }: &CopiedEvent,
) -> Result<usize> {
    let doing = "keeping a copied event";
    let sql = "INSERT INTO copied_event
                   (learner_no, replica, seq, link, lamport, time_s, kind, kind_version, body)
               VALUES
                   (:learner_no, :replica, :seq, :link, :lamport, :time_s, :kind, :kind_version,
                    :body)
               ON CONFLICT DO NOTHING";
    let mut statement = w.tx.prepare_cached(sql).doing(doing)?;
    let row = named_params! {
        ":learner_no": learner_no,
        ":replica": event.replica.0,
        ":seq": i64::try_from(event.seq).expect("seq is below 2^40"),
        ":link": link,
        ":lamport": i64::try_from(event.lamport).expect("checked when it was read"),
        ":time_s": event.time_s,
        ":kind": event.kind,
        ":kind_version": event.kind_version,
        ":body": super::words::shorten(w.tx, event)?,
    };
    statement.execute(row).doing(doing)
}

/// Lifts the own counter to the foreign one, at most [`LAMPORT_AHEAD_MAX`] above itself.
fn adopt_lamport(w: &Writing<'_>, foreign: u64) -> Result<()> {
    let doing = "adopting a lamport counter";
    let own = super::write::lamport(w.tx)?;
    let adopted = foreign.min(own.saturating_add(LAMPORT_AHEAD_MAX));
    if foreign > adopted {
        note_far(w, foreign)?;
    }
    if adopted > own {
        let sql = "UPDATE installation SET lamport_seen = :lamport";
        let lamport = i64::try_from(adopted).unwrap_or(i64::MAX);
        w.tx.execute_cached(sql, named_params! { ":lamport": lamport }).doing(doing)?;
    }
    Ok(())
}

/// The setting that holds the highest foreign counter that was not adopted in full.
const FAR: &str = "lamport-far";

fn note_far(w: &Writing<'_>, foreign: u64) -> Result<()> {
    let most = far(w.tx)?.unwrap_or(0).max(foreign);
    let sql = "INSERT OR REPLACE INTO setting (name, value) VALUES (:name, :value)";
    let row = named_params! { ":name": FAR, ":value": most.to_string() };
    w.tx.execute_cached(sql, row).doing("noting a counter")?;
    Ok(())
}

/// A counter above which this device has not come yet though copies here have it: what is appended
/// below it has its place in a fold before them.
pub(crate) fn far(conn: &Connection) -> Result<Option<u64>> {
    let doing = "reading a counter";
    let mut statement =
        conn.prepare_cached("SELECT value FROM setting WHERE name = :name").doing(doing)?;
    let value = statement.query_row(named_params! { ":name": FAR }, |row| row.get("value"));
    let value: Option<String> = value.optional().doing(doing)?;
    Ok(value.and_then(|value| value.parse().ok()))
}

/// All copies about a learner.
pub(super) fn copies_of(conn: &Connection, learner_no: i64) -> Result<Vec<(Event, Link)>> {
    let doing = "reading copied events";
    let sql = "SELECT replica, seq, link, lamport, time_s, kind, kind_version, body, learner_id
               FROM copied_event JOIN learner USING (learner_no)
               WHERE learner_no = :learner_no
               ORDER BY replica, seq, link";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query(named_params! { ":learner_no": learner_no }).doing(doing)?;
    let (mut words, mut copies) = (Words::new(conn), Vec::new());
    while let Some(row) = rows.next().doing(doing)? {
        let (mut event, link) = copy(row).doing(doing)?;
        event.body = words.expand(event.seq, &event.body)?;
        copies.push((event, link));
    }
    Ok(copies)
}

fn copy(row: &Row<'_>) -> rusqlite::Result<(Event, Link)> {
    let event = Event {
        replica: ReplicaId(row.get("replica")?),
        seq: row.get::<_, i64>("seq")?.unsigned_abs(),
        lamport: row.get::<_, i64>("lamport")?.unsigned_abs(),
        time_s: row.get("time_s")?,
        learner: Some(LearnerId(row.get("learner_id")?)),
        kind: row.get("kind")?,
        kind_version: row.get("kind_version")?,
        body: row.get("body")?,
    };
    Ok((event, row.get("link")?))
}
