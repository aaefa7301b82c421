//! Self-assessments of people without a profile: kept apart from the journal, since nobody consented,
//! until one is attached to a learner or forgotten.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::Attempt;
use super::assessment::assessment;
use super::quizzes::{Quizzes, Taker};
use super::taking::{find, finish};
use crate::error::{Doing, Error, Result};
use crate::ids::{AttemptId, GuestId, LearnerId};
use crate::journal::{AnswerGiven, Deed, QuizStarted, Writing};
use crate::learner::learner_no;
use crate::ports::draw;
use crate::progress::record;
use crate::store::Cached;

/// Guests' attempts that are kept before the oldest is let go.
const GUESTS_MAX: u32 = 200;

/// A guest's attempt: the deeds that would have been recorded.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub(super) struct GuestState {
    #[n(0)]
    pub(super) started: QuizStarted,
    #[n(1)]
    pub(super) answers: Vec<AnswerGiven>,
    #[n(2)]
    pub(super) finished: bool,
}

impl GuestState {
    pub(super) fn attempt(&self) -> Attempt {
        let mut attempt = Attempt::begin(self.started.clone(), 0);
        for answer in &self.answers {
            attempt.give(answer);
        }
        attempt
    }
}

impl Quizzes<'_> {
    /// An id for somebody without a profile.
    pub fn new_guest(&self) -> GuestId {
        GuestId(draw(self.core.ports.entropy.as_ref()))
    }

    /// Records a guest's self-assessment as a learner's, with her consent: all of it or nothing.
    /// `None` when the guest has none (any more).
    pub fn attach(&self, guest: GuestId, learner: LearnerId) -> Result<Option<AttemptId>> {
        self.core.write("attaching a self-assessment", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            let Some(state) = load_guest(w.tx, guest)? else { return Ok(None) };
            let event = record(w, who, &Deed::QuizStarted(state.started))?;
            let id = AttemptId::Recorded { replica: event.replica, seq: event.seq };
            for answer in state.answers {
                let attempt = Some(event.seq);
                record(w, who, &Deed::AnswerGiven(AnswerGiven { attempt, ..answer }))?;
            }
            if state.finished {
                finish(w, find(w.tx, Taker::Learner(learner), id)?, id)?;
            }
            remove_guest(w.tx, guest)?;
            Ok(Some(id))
        })
    }

    /// Forgets a guest's self-assessment.
    pub fn discard_guest(&self, guest: GuestId) -> Result<()> {
        self.core.write("forgetting a guest", |w| remove_guest(w.tx, guest))
    }
}

/// Begins a guest's self-assessment, or goes on with the unfinished one.
pub(super) fn begin_as_guest(w: &Writing<'_>, guest: GuestId, seed: u64) -> Result<AttemptId> {
    let held = load_guest(w.tx, guest)?;
    if held.is_none_or(|state| state.finished) {
        let started = assessment(w.tx, &BTreeMap::new(), seed)?;
        let state = GuestState { started, answers: Vec::new(), finished: false };
        save_guest(w, guest, &state)?;
    }
    Ok(AttemptId::Guest(guest))
}

pub(super) fn load_guest(conn: &Connection, guest: GuestId) -> Result<Option<GuestState>> {
    let doing = "reading a guest's self-assessment";
    let sql = "SELECT state FROM guest_attempt WHERE guest_id = :guest_id";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let row = named_params! { ":guest_id": guest.0 };
    let state: Option<Vec<u8>> =
        statement.query_row(row, |row| row.get("state")).optional().doing(doing)?;
    let damaged = |error| Error::Damaged { detail: format!("a guest's attempt: {error}") };
    state.map(|bytes| minicbor::decode(&bytes).map_err(damaged)).transpose()
}

pub(super) fn save_guest(w: &Writing<'_>, guest: GuestId, state: &GuestState) -> Result<()> {
    let doing = "keeping a guest's self-assessment";
    let sql = "INSERT INTO guest_attempt (guest_id, started_s, state)
               VALUES (:guest_id, :started_s, :state)
               ON CONFLICT (guest_id) DO UPDATE SET state = excluded.state";
    let row = named_params! {
        ":guest_id": guest.0,
        ":started_s": w.now_s,
        ":state": minicbor::to_vec(state).expect("writing to memory cannot fail"),
    };
    w.tx.execute_cached(sql, row).doing(doing)?;
    let sql = "DELETE FROM guest_attempt WHERE guest_id IN (
                   SELECT guest_id FROM guest_attempt WHERE guest_id <> :guest_id
                   ORDER BY started_s DESC LIMIT -1 OFFSET :others)";
    let row = named_params! { ":guest_id": guest.0, ":others": GUESTS_MAX - 1 };
    w.tx.execute_cached(sql, row).doing(doing)?;
    Ok(())
}

fn remove_guest(tx: &Transaction<'_>, guest: GuestId) -> Result<()> {
    let row = named_params! { ":guest_id": guest.0 };
    tx.execute_cached("DELETE FROM guest_attempt WHERE guest_id = :guest_id", row)
        .doing("forgetting a guest")?;
    Ok(())
}
