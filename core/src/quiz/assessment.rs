//! The self-assessment: items across all courses, unseen ones first.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::draw::draw_assessment;
use super::guest::{begin_as_guest, load_guest};
use super::quizzes::{Quizzes, Taker};
use super::taking::{Found, count, unfinished_of};
use super::{AssessmentView, Attempt, QuizUse, policy};
use crate::course::{Edition, courses};
use crate::error::{Error, Result};
use crate::ids::{AttemptId, CourseId, GuestId, LearnerId, QuestionId};
use crate::journal::{
    CompetencePoints, Deed, DrawnQuestion, Event, QuizStarted, chains, events_between,
    events_of_learner,
};
use crate::learner::learner_no;
use crate::ports::draw;
use crate::progress::{attempts, record};

/// How many questions an unhurried reader answers in a minute.
const QUESTIONS_A_MINUTE: u32 = 2;

impl Quizzes<'_> {
    /// Begins a self-assessment across all courses, or goes on with the unfinished one. A repeat
    /// asks unseen items first.
    pub fn start_assessment(&self, taker: Taker) -> Result<AttemptId> {
        let seed = u64::from_le_bytes(draw(self.core.ports.entropy.as_ref()));
        self.core.write("starting a self-assessment", |w| match taker {
            Taker::Learner(learner) => {
                let who = (learner_no(w.tx, learner)?, learner);
                let is_open = |a: &Attempt| a.start.purpose == QuizUse::Assessment;
                if let Some(id) = unfinished_of(w.tx, who.0, is_open)? {
                    return Ok(id);
                }
                let started = assessment(w.tx, &seen_items(w.tx, who.0)?, seed)?;
                let event = record(w, who, &Deed::QuizStarted(started))?;
                Ok(AttemptId::Recorded { replica: event.replica, seq: event.seq })
            }
            Taker::Guest(guest) => begin_as_guest(w, guest, seed),
        })
    }

    /// The self-assessment of this device, and how far somebody is with it.
    pub fn assessment(&self, taker: Option<Taker>) -> Result<AssessmentView> {
        self.core.store.read(|conn| {
            let questions = questions_asked(conn)?;
            let (unfinished, last) = match taker {
                Some(Taker::Learner(learner)) => of_learner(conn, learner_no(conn, learner)?)?,
                Some(Taker::Guest(guest)) => of_guest(conn, guest)?,
                None => (None, None),
            };
            let minutes = questions.div_ceil(QUESTIONS_A_MINUTE);
            Ok(AssessmentView { questions, minutes, unfinished, last })
        })
    }

    /// A learner's last finished self-assessment.
    pub fn last_assessment(&self, learner: LearnerId) -> Result<Option<AttemptId>> {
        self.core.store.read(|conn| last_of(conn, learner_no(conn, learner)?))
    }
}

/// The attempt to go on with and the number of its next question, and the last finished one.
type Stand = (Option<(AttemptId, u32)>, Option<AttemptId>);

fn of_learner(conn: &Connection, learner_no: i64) -> Result<Stand> {
    let is_open = |a: &Attempt| a.start.purpose == QuizUse::Assessment;
    let open = attempts(conn, learner_no, false)?.into_iter().find(|(_, a)| is_open(a));
    let open = open.map(|((replica, seq), attempt)| {
        (AttemptId::Recorded { replica, seq }, count(attempt.answers.len()) + 1)
    });
    Ok((open, last_of(conn, learner_no)?))
}

fn of_guest(conn: &Connection, guest: GuestId) -> Result<Stand> {
    let id = AttemptId::Guest(guest);
    Ok(match load_guest(conn, guest)? {
        None => (None, None),
        Some(state) if state.finished => (None, Some(id)),
        Some(state) => (Some((id, count(state.attempt().answers.len()) + 1)), None),
    })
}

fn last_of(conn: &Connection, learner_no: i64) -> Result<Option<AttemptId>> {
    let done = attempts(conn, learner_no, true)?.into_iter();
    let done = done.filter(|(_, a)| a.start.purpose == QuizUse::Assessment);
    let last = done.max_by_key(|(_, a)| a.started);
    Ok(last.map(|((replica, seq), _)| AttemptId::Recorded { replica, seq }))
}

/// How many questions a self-assessment has on this device.
fn questions_asked(conn: &Connection) -> Result<u32> {
    let mut of_each = BTreeMap::new();
    for item in courses::assessment_items(conn)? {
        *of_each.entry(item.question.competence).or_insert(0usize) += 1;
    }
    let most = policy().asked_per_competence;
    Ok(count(of_each.values().map(|items| (*items).min(most)).sum()))
}

pub(super) fn assessment(
    conn: &Connection,
    seen: &BTreeMap<(CourseId, QuestionId), u32>,
    seed: u64,
) -> Result<QuizStarted> {
    let items = courses::assessment_items(conn)?;
    let items = draw_assessment(&items, seen, policy().asked_per_competence, seed);
    if items.is_empty() {
        return Err(Error::NotFound { what: "quiz" });
    }
    let mut editions: Vec<Edition> = Vec::new();
    let mut questions = Vec::new();
    for item in items {
        let place = editions.iter().position(|e| *e == item.edition).unwrap_or_else(|| {
            editions.push(item.edition.clone());
            editions.len() - 1
        });
        let edition = u8::try_from(place)
            .map_err(|_| Error::invalid("quiz", "drawn from more than 256 courses"))?;
        let (question, version) = (item.question.id, item.question.version);
        questions.push(DrawnQuestion { edition, question, version });
    }
    Ok(QuizStarted {
        purpose: QuizUse::Assessment,
        editions,
        quiz: None,
        seed,
        questions,
        policy: Some(policy().version),
    })
}

/// How often each item was asked of a learner in self-assessments before.
fn seen_items(conn: &Connection, learner_no: i64) -> Result<BTreeMap<(CourseId, QuestionId), u32>> {
    let mut seen = BTreeMap::new();
    let chains = chains(conn)?;
    // None is unfinished: a new one is begun only then.
    let done = attempts(conn, learner_no, true)?.into_iter();
    for ((replica, seq), _) in done.filter(|(_, a)| a.start.purpose == QuizUse::Assessment) {
        let own = chains.iter().find(|chain| chain.replica() == replica);
        let events = match own {
            Some(chain) => events_between(conn, learner_no, chain.chain_no, (seq, seq))?,
            None => {
                events_of_learner(conn, learner_no)?.into_iter().map(|(event, _)| event).collect()
            }
        };
        let is_start = |event: &&Event| event.replica == replica && event.seq == seq;
        let Some(Deed::QuizStarted(started)) = events.iter().find(is_start).and_then(Event::deed)
        else {
            continue;
        };
        for drawn in started.questions {
            if let Some(edition) = started.editions.get(usize::from(drawn.edition)) {
                *seen.entry((edition.course.clone(), drawn.question)).or_default() += 1;
            }
        }
    }
    Ok(seen)
}

/// Results of the last finished self-assessment before this one.
pub(super) fn previous(conn: &Connection, found: &Found) -> Result<Vec<CompetencePoints>> {
    let Some((no, _)) =
        found.learner.filter(|_| found.attempt.start.purpose == QuizUse::Assessment)
    else {
        return Ok(Vec::new());
    };
    let done = attempts(conn, no, true)?.into_values();
    let earlier = done
        .filter(|a| a.start.purpose == QuizUse::Assessment && a.started < found.attempt.started);
    Ok(earlier.max_by_key(|a| a.started).and_then(|a| a.results).unwrap_or_default())
}
