//! Taking an attempt: its next question, answering it, its end; the same for practice and
//! self-assessment, for learners and guests.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::guest::{GuestState, load_guest, save_guest};
use super::judging::{answer_deed, bounded, judged};
use super::practice::practice_course;
use super::quizzes::{Quizzes, Taker};
use super::result::quiz_title;
use super::view::question_view;
use super::{AnswerView, Attempt, AttemptPage, AttemptView, GivenAnswer, Question, Response};
use crate::course::courses::{self, current_edition};
use crate::course::{Edition, InLang};
use crate::error::{Doing, Error, Result};
use crate::ids::{AttemptId, CourseId, GuestId, Lang, LearnerId};
use crate::journal::{
    AnswerGiven, Deed, QuizFinished, Writing, chains, events_between, events_of_learner,
    own_replica,
};
use crate::learner::learner_no;
use crate::progress::{attempts, record};

/// An attempt found for its taker.
pub(super) struct Found {
    pub(super) attempt: Attempt,
    pub(super) learner: Option<(i64, LearnerId)>,
    pub(super) guest: Option<GuestState>,
}

impl Quizzes<'_> {
    /// Where an attempt stands: its next question, or that it is finished.
    pub fn attempt(&self, taker: Taker, id: AttemptId, lang: &Lang) -> Result<AttemptView> {
        self.core.store.read(|conn| {
            let found = find(conn, taker, id)?;
            let guest_stopped = found.guest.as_ref().is_some_and(|state| state.finished);
            let finished = found.attempt.results.is_some() || guest_stopped;
            let attempt = replayed(conn, &found, id)?;
            let of = count(attempt.start.questions.len());
            let answered = count(attempt.answers.len());
            let page = match attempt.next_index().filter(|_| !finished) {
                None => AttemptPage::Finished,
                Some(index) => {
                    let (course, question) = drawn(conn, &attempt, index, lang)?;
                    let question =
                        Box::new(question_view(&course, &question.1, attempt.start.seed));
                    AttemptPage::Question { number: answered + 1, of, index, question }
                }
            };
            let title = quiz_title(conn, &attempt, lang)?;
            let course = practice_course(&attempt);
            Ok(AttemptView {
                id,
                purpose: attempt.start.purpose,
                title,
                course,
                answered,
                of,
                page,
            })
        })
    }

    /// Grades and records an answer. The first answer counts: the same call again, or another
    /// answer to the same question, gives the first grade. After the last question the attempt is
    /// finished by itself. `tenths` is the time taken in tenths of a second.
    pub fn answer(
        &self,
        taker: Taker,
        id: AttemptId,
        index: u32,
        response: Response,
        tenths: u32,
        lang: &Lang,
    ) -> Result<AnswerView> {
        self.core.write("recording an answer", |w| {
            let found = find(w.tx, taker, id)?;
            if found.attempt.results.is_some() {
                return answer_given(w.tx, &found, id, index, lang)?
                    .ok_or(Error::NotFound { what: "question" });
            }
            let (course, question) = drawn(w.tx, &found.attempt, index, lang)?;
            if let Some(given) = found.attempt.answer(index) {
                let given = given.response.clone();
                return judged(w.tx, &course, &question, found.attempt.start.seed, given, lang);
            }
            let response = bounded(response)?;
            let view = judged(w.tx, &course, &question, found.attempt.start.seed, response, lang)?;
            let mut deed =
                answer_deed(&course, &question.1.value, &view, found.attempt.start.purpose, tenths);
            record_answer(w, found, id, &mut deed)?;
            Ok(view)
        })
    }

    /// What was said to an answer, for a page that is loaded again; `None` when there is none yet.
    pub fn answered(
        &self,
        taker: Taker,
        id: AttemptId,
        index: u32,
        lang: &Lang,
    ) -> Result<Option<AnswerView>> {
        self.core.store.read(|conn| answer_given(conn, &find(conn, taker, id)?, id, index, lang))
    }

    /// Ends an attempt before its last question; ending it twice changes nothing.
    pub fn finish(&self, taker: Taker, id: AttemptId) -> Result<()> {
        self.core.write("finishing a quiz", |w| {
            let found = find(w.tx, taker, id)?;
            finish(w, found, id)
        })
    }
}

fn record_answer(
    w: &Writing<'_>,
    found: Found,
    id: AttemptId,
    deed: &mut AnswerGiven,
) -> Result<()> {
    let is_last = found.attempt.start.questions.len() == found.attempt.answers.len() + 1;
    match (found.learner, found.guest, id) {
        (Some(who), _, AttemptId::Recorded { replica, seq }) => {
            deed.attempt = Some(seq);
            deed.attempt_replica = (replica != own_replica(w.tx)?).then_some(replica);
            record(w, who, &Deed::AnswerGiven(deed.clone()))?;
        }
        (None, Some(mut state), AttemptId::Guest(guest)) => {
            state.answers.push(deed.clone());
            save_guest(w, guest, &state)?;
        }
        _ => return Err(Error::NotFound { what: "attempt" }),
    }
    if is_last {
        let taker = match (found.learner, id) {
            (Some((_, learner)), _) => Taker::Learner(learner),
            (None, AttemptId::Guest(guest)) => Taker::Guest(guest),
            _ => return Err(Error::NotFound { what: "attempt" }),
        };
        finish(w, find(w.tx, taker, id)?, id)?;
    }
    Ok(())
}

pub(super) fn finish(w: &Writing<'_>, found: Found, id: AttemptId) -> Result<()> {
    match (found.learner, found.guest, id) {
        (Some(who), _, AttemptId::Recorded { replica, seq }) if found.attempt.results.is_none() => {
            let finished = QuizFinished {
                attempt: seq,
                attempt_replica: (replica != own_replica(w.tx)?).then_some(replica),
                results: found.attempt.tally(),
            };
            record(w, who, &Deed::QuizFinished(finished))?;
            Ok(())
        }
        (None, Some(state), AttemptId::Guest(guest)) => {
            save_guest(w, guest, &GuestState { finished: true, ..state })
        }
        _ => Ok(()),
    }
}

pub(super) fn find(conn: &Connection, taker: Taker, id: AttemptId) -> Result<Found> {
    let none = Error::NotFound { what: "attempt" };
    match (taker, id) {
        (Taker::Learner(learner), AttemptId::Recorded { replica, seq }) => {
            let no = learner_no(conn, learner)?;
            let doing = "finding an attempt";
            let sql = "SELECT state FROM attempt
                       WHERE learner_no = :learner_no AND replica = :replica AND seq = :seq";
            let params = named_params! {
                ":learner_no": no,
                ":replica": replica.0,
                ":seq": i64::try_from(seq).unwrap_or(i64::MAX),
            };
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let state: Option<Vec<u8>> =
                statement.query_row(params, |row| row.get("state")).optional().doing(doing)?;
            let attempt = crate::progress::decode_attempt(&state.ok_or(none)?)?;
            Ok(Found { attempt, learner: Some((no, learner)), guest: None })
        }
        (Taker::Guest(guest), AttemptId::Guest(owner)) if guest == owner => {
            let state = load_guest(conn, guest)?.ok_or(none)?;
            Ok(Found { attempt: state.attempt(), learner: None, guest: Some(state) })
        }
        _ => Err(none),
    }
}

pub(super) fn unfinished_of(
    conn: &Connection,
    learner_no: i64,
    fits: impl Fn(&Attempt) -> bool,
) -> Result<Option<AttemptId>> {
    let open = attempts(conn, learner_no, false)?.into_iter().find(|(_, a)| fits(a));
    Ok(open.map(|((replica, seq), _)| AttemptId::Recorded { replica, seq }))
}

/// The question that an attempt asks at an index: of the edition that it was drawn from, or, where
/// that is not here (any more), of the current one.
pub(super) fn drawn(
    conn: &Connection,
    attempt: &Attempt,
    index: u32,
    lang: &Lang,
) -> Result<(CourseId, (i64, InLang<Question>))> {
    let none = || Error::NotFound { what: "question" };
    let drawn = attempt.start.questions.get(index as usize).ok_or_else(none)?;
    let edition = attempt.start.editions.get(usize::from(drawn.edition)).ok_or_else(none)?;
    let course_no = match courses::edition_no(conn, edition)? {
        Some(course_no) => course_no,
        None => current_edition(conn, &edition.course)?.ok_or_else(none)?.0,
    };
    let question = courses::question(conn, course_no, &drawn.question, lang)?.ok_or_else(none)?;
    Ok((edition.course.clone(), (course_no, question)))
}

/// A finished attempt's questions and answers lie in the journal only.
pub(super) fn replayed(conn: &Connection, found: &Found, id: AttemptId) -> Result<Attempt> {
    let none = || Error::NotFound { what: "attempt" };
    let (Some((no, _)), AttemptId::Recorded { replica, seq }) = (found.learner, id) else {
        return Ok(found.attempt.clone());
    };
    if found.attempt.results.is_none() {
        return Ok(found.attempt.clone());
    }
    let own = chains(conn)?.into_iter().find(|chain| chain.replica() == replica);
    let events = match (own, found.attempt.last_seq) {
        (Some(chain), Some(last)) => events_between(conn, no, chain.chain_no, (seq, last))?,
        _ => events_of_learner(conn, no)?.into_iter().map(|(event, _)| event).collect(),
    };
    let started =
        events.iter().find(|e| e.replica == replica && e.seq == seq).and_then(|e| e.deed());
    let Some(Deed::QuizStarted(started)) = started else { return Err(none()) };
    let mut attempt = Attempt::begin(started, found.attempt.started);
    for event in &events {
        let Some(Deed::AnswerGiven(answer)) = event.deed() else { continue };
        let of = answer.attempt_replica.unwrap_or(event.replica);
        if answer.attempt == Some(seq) && of == replica {
            attempt.give(&answer);
        }
    }
    Ok(attempt)
}

fn answer_given(
    conn: &Connection,
    found: &Found,
    id: AttemptId,
    index: u32,
    lang: &Lang,
) -> Result<Option<AnswerView>> {
    let attempt = replayed(conn, found, id)?;
    let Some(GivenAnswer { response, .. }) = attempt.answer(index).cloned() else {
        return Ok(None);
    };
    let (course, question) = drawn(conn, &attempt, index, lang)?;
    judged(conn, &course, &question, attempt.start.seed, response, lang).map(Some)
}

/// Editions that unfinished attempts were drawn from: they stay until those are finished.
pub(crate) fn editions_in_use(conn: &Connection) -> Result<Vec<Edition>> {
    let doing = "finding the editions in use";
    let mut editions = Vec::new();
    let mut statement =
        conn.prepare("SELECT state FROM attempt WHERE finished = 0").doing(doing)?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>("state")).doing(doing)?;
    for state in rows {
        editions.extend(crate::progress::decode_attempt(&state.doing(doing)?)?.start.editions);
    }
    let mut statement = conn.prepare("SELECT guest_id FROM guest_attempt").doing(doing)?;
    let rows = statement.query_map([], |row| row.get::<_, [u8; 16]>("guest_id")).doing(doing)?;
    for guest in rows {
        if let Some(state) = load_guest(conn, GuestId(guest.doing(doing)?))? {
            editions.extend(state.started.editions);
        }
    }
    Ok(editions)
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).expect("an attempt has few questions")
}
