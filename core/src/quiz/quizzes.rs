//! The room of quizzes: starts attempts, grades and records answers, shows results.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::draw::{draw_assessment, shuffle};
use super::view::{answer_view, question_view};
use super::{
    AnswerView, Attempt, AttemptPage, AttemptView, CompetenceResult, GivenAnswer, Grade, Question,
    QuestionView, QuizUse, Response, ResultView, dots, grade, policy,
};
use crate::course::courses::{self, current_edition};
use crate::course::{Edition, Fact, InLang};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{AttemptId, CourseId, GuestId, Lang, LearnerId, QuestionId, QuizId};
use crate::journal::{
    AnswerGiven, CompetencePoints, Deed, DrawnQuestion, Event, QuizFinished, QuizStarted, Writing,
    chains, events_between, events_of_learner, own_replica,
};
use crate::learner::learner_no;
use crate::ports::draw;
use crate::progress::{helpful_lessons, load, record};

/// The longest time that an answer is said to have taken: an hour, in tenths of a second.
const TENTHS_MAX: u32 = 36_000;

/// Guests' attempts that are kept before the oldest is let go.
const GUESTS_MAX: u32 = 200;

/// What the order of a check's options is drawn from where no learner's tries are counted.
const GUEST_SEED: u64 = 0;

/// Who takes a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// A learner; what she does is recorded.
    Learner(LearnerId),
    /// Somebody without a profile; nothing is recorded until it is attached to one.
    Guest(GuestId),
}

/// The room of quizzes; see [`HocvuCore::quizzes`].
pub struct Quizzes<'a> {
    pub(crate) core: &'a HocvuCore,
}

/// A guest's attempt: the deeds that would have been recorded.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
struct GuestState {
    #[n(0)]
    started: QuizStarted,
    #[n(1)]
    answers: Vec<AnswerGiven>,
    #[n(2)]
    finished: bool,
}

impl GuestState {
    fn attempt(&self) -> Attempt {
        let mut attempt = Attempt::begin(&self.started, 0);
        for answer in &self.answers {
            attempt.give(answer);
        }
        attempt
    }
}

/// An attempt found for its taker.
struct Found {
    attempt: Attempt,
    learner: Option<(i64, LearnerId)>,
    guest: Option<GuestState>,
}

impl Quizzes<'_> {
    /// Begins a practice quiz, or goes on with the unfinished one.
    pub fn start_practice(
        &self,
        learner: LearnerId,
        course: &CourseId,
        quiz: &QuizId,
    ) -> Result<AttemptId> {
        let seed = u64::from_le_bytes(draw(self.core.ports.entropy.as_ref()));
        self.core.write("starting a quiz", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            if let Some(id) = unfinished_of(w.tx, who.0, |a| {
                a.quiz.as_ref() == Some(quiz) && a.editions.iter().any(|e| e.course == *course)
            })? {
                return Ok(id);
            }
            let started = draw_practice(w.tx, course, quiz, seed)?;
            let event = record(w, who, &Deed::QuizStarted(started))?;
            Ok(AttemptId::Recorded { replica: event.replica, seq: event.seq })
        })
    }

    /// Begins a self-assessment across all courses, or goes on with the unfinished one. A repeat
    /// asks unseen items first.
    pub fn start_assessment(&self, taker: Taker) -> Result<AttemptId> {
        let seed = u64::from_le_bytes(draw(self.core.ports.entropy.as_ref()));
        self.core.write("starting a self-assessment", |w| match taker {
            Taker::Learner(learner) => {
                let who = (learner_no(w.tx, learner)?, learner);
                let is_open = |a: &Attempt| a.purpose == QuizUse::Assessment;
                if let Some(id) = unfinished_of(w.tx, who.0, is_open)? {
                    return Ok(id);
                }
                let started = assessment(w.tx, &seen_items(w.tx, who.0)?, seed)?;
                let event = record(w, who, &Deed::QuizStarted(started))?;
                Ok(AttemptId::Recorded { replica: event.replica, seq: event.seq })
            }
            Taker::Guest(guest) => {
                let held = load_guest(w.tx, guest)?;
                if held.is_none_or(|state| state.finished) {
                    let started = assessment(w.tx, &BTreeMap::new(), seed)?;
                    let state = GuestState { started, answers: Vec::new(), finished: false };
                    save_guest(w, guest, &state)?;
                }
                Ok(AttemptId::Guest(guest))
            }
        })
    }

    /// An id for somebody without a profile.
    pub fn new_guest(&self) -> GuestId {
        GuestId(draw(self.core.ports.entropy.as_ref()))
    }

    /// Where an attempt stands: its next question, or that it is finished.
    pub fn attempt(&self, taker: Taker, id: AttemptId, lang: &Lang) -> Result<AttemptView> {
        self.core.store.read(|conn| {
            let Found { attempt, guest, .. } = find(conn, taker, id)?;
            let guest_stopped = guest.is_some_and(|state| state.finished);
            let finished = attempt.results.is_some() || guest_stopped;
            let of = count(attempt.questions.len());
            let answered = count(attempt.answers.len());
            let page = match attempt.next_index().filter(|_| !finished) {
                None => AttemptPage::Finished,
                Some(index) => {
                    let (course, question) = drawn(conn, &attempt, index, lang)?;
                    let question = Box::new(question_view(&course, &question.1, attempt.seed));
                    AttemptPage::Question { number: answered + 1, of, index, question }
                }
            };
            let title = quiz_title(conn, &attempt, lang)?;
            let course = practice_course(&attempt);
            Ok(AttemptView { id, purpose: attempt.purpose, title, course, answered, of, page })
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
                return self::answered(w.tx, &found, id, index, lang)?
                    .ok_or(Error::NotFound { what: "question" });
            }
            let (course, question) = drawn(w.tx, &found.attempt, index, lang)?;
            if let Some(given) = found.attempt.answer(index) {
                let given = given.response.clone();
                return judged(w.tx, &course, &question, found.attempt.seed, given, lang);
            }
            let response = bounded(response)?;
            let view = judged(w.tx, &course, &question, found.attempt.seed, response, lang)?;
            let mut deed =
                answer_deed(&course, &question.1.value, &view, found.attempt.purpose, tenths);
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
        self.core.store.read(|conn| self::answered(conn, &find(conn, taker, id)?, id, index, lang))
    }

    /// Ends an attempt before its last question; ending it twice changes nothing.
    pub fn finish(&self, taker: Taker, id: AttemptId) -> Result<()> {
        self.core.write("finishing a quiz", |w| {
            let found = find(w.tx, taker, id)?;
            finish(w, found, id)
        })
    }

    /// The result of a finished attempt; an unfinished one is refused.
    pub fn result(&self, taker: Taker, id: AttemptId, lang: &Lang) -> Result<ResultView> {
        self.core.store.read(|conn| {
            let found = find(conn, taker, id)?;
            result(conn, &found, id, lang)
        })
    }

    /// Attempts that wait to be gone on with, newest first.
    pub fn unfinished(&self, taker: Taker) -> Result<Vec<(AttemptId, QuizUse)>> {
        self.core.store.read(|conn| match taker {
            Taker::Learner(learner) => {
                let attempts = load(conn, learner_no(conn, learner)?)?.attempts;
                let mut open: Vec<_> =
                    attempts.into_iter().filter(|(_, a)| a.results.is_none()).collect();
                open.sort_by_key(|(_, a)| std::cmp::Reverse(a.started));
                let id = |(replica, seq)| AttemptId::Recorded { replica, seq };
                Ok(open.into_iter().map(|(key, a)| (id(key), a.purpose)).collect())
            }
            Taker::Guest(guest) => {
                let open = load_guest(conn, guest)?.filter(|state| !state.finished);
                Ok(open.map(|s| (AttemptId::Guest(guest), s.started.purpose)).into_iter().collect())
            }
        })
    }

    /// A learner's last finished self-assessment.
    pub fn last_assessment(&self, learner: LearnerId) -> Result<Option<AttemptId>> {
        self.core.store.read(|conn| {
            let attempts = load(conn, learner_no(conn, learner)?)?.attempts;
            let done = |a: &Attempt| a.purpose == QuizUse::Assessment && a.results.is_some();
            let last = attempts.into_iter().filter(|(_, a)| done(a)).max_by_key(|(_, a)| a.started);
            Ok(last.map(|((replica, seq), _)| AttemptId::Recorded { replica, seq }))
        })
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

    /// The check of a lesson, in the order drawn for this try.
    pub fn check(
        &self,
        learner: LearnerId,
        course: &CourseId,
        question: &QuestionId,
        lang: &Lang,
    ) -> Result<QuestionView> {
        self.core.store.read(|conn| {
            let tries = last_try(conn, learner_no(conn, learner)?, course, question)?;
            let tries = tries.map_or(0, |(tries, _)| tries);
            let (_, question) = check_question(conn, course, question, lang)?;
            Ok(question_view(course, &question, check_seed(learner, tries)))
        })
    }

    /// Grades and records the answer to a check. It may be tried again as often as she likes; only
    /// the first answer of a visit counts, and the same answer again changes nothing.
    pub fn answer_check(
        &self,
        learner: LearnerId,
        course: &CourseId,
        question: &QuestionId,
        response: Response,
        tenths: u32,
        lang: &Lang,
    ) -> Result<AnswerView> {
        let response = bounded(response)?;
        self.core.write("recording a check", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            let found = check_question(w.tx, course, question, lang)?;
            let before = last_try(w.tx, who.0, course, question)?;
            let tries = before.as_ref().map_or(0, |(tries, _)| *tries);
            let seed = check_seed(learner, tries);
            let view = judged(w.tx, course, &found, seed, response.clone(), lang)?;
            if before.is_some_and(|(_, last)| last == response) {
                return Ok(view);
            }
            let mut deed = answer_deed(course, &found.1.value, &view, QuizUse::Check, tenths);
            deed.again = (tries > 0).then_some(true);
            record(w, who, &Deed::AnswerGiven(deed))?;
            save_try(w.tx, who.0, course, question, tries + 1, &response)?;
            Ok(view)
        })
    }

    /// The check of a lesson for a guest: nobody's answer to it is stored, so the order of its
    /// options stays the same. What she answers goes to [`Quizzes::judge_check`].
    pub fn guest_check(
        &self,
        course: &CourseId,
        question: &QuestionId,
        lang: &Lang,
    ) -> Result<QuestionView> {
        self.core.store.read(|conn| {
            let (_, question) = check_question(conn, course, question, lang)?;
            Ok(question_view(course, &question, GUEST_SEED))
        })
    }

    /// What is said to an answer to a check, a guest's or one whose page is loaded again. Records
    /// nothing.
    pub fn judge_check(
        &self,
        course: &CourseId,
        question: &QuestionId,
        response: Response,
        lang: &Lang,
    ) -> Result<AnswerView> {
        let response = bounded(response)?;
        self.core.store.read(|conn| {
            let found = check_question(conn, course, question, lang)?;
            judged(conn, course, &found, GUEST_SEED, response, lang)
        })
    }
}

/// Grades the answer to a question of an edition and says what there is to say.
fn judged(
    conn: &Connection,
    course: &CourseId,
    (course_no, question): &(i64, InLang<Question>),
    seed: u64,
    response: Response,
    lang: &Lang,
) -> Result<AnswerView> {
    let graded = graded(&question.value, &response)?;
    let fact = fact_of(conn, *course_no, &question.value, lang)?;
    let shown = question_view(course, question, seed);
    Ok(answer_view(shown, &question.value, response, graded, fact))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).expect("an attempt has few questions")
}

/// Cuts what was typed to what is kept.
fn bounded(response: Response) -> Result<Response> {
    use unicode_normalization::UnicodeNormalization;
    match response {
        Response::Text(typed) => {
            let typed: String = typed.trim().nfc().take(super::TYPED_CHARS_MAX).collect();
            if typed.is_empty() {
                return Err(Error::invalid("response", "nothing was typed"));
            }
            Ok(Response::Text(typed))
        }
        Response::Multiple(mut chosen) => {
            chosen.sort_unstable();
            chosen.dedup();
            if chosen.is_empty() {
                return Err(Error::invalid("response", "nothing was chosen"));
            }
            Ok(Response::Multiple(chosen))
        }
        other => Ok(other),
    }
}

fn graded(question: &Question, response: &Response) -> Result<Grade> {
    grade(question, response).map_err(|mismatch| Error::invalid("response", mismatch.to_string()))
}

fn answer_deed(
    course: &CourseId,
    question: &Question,
    view: &AnswerView,
    purpose: QuizUse,
    tenths: u32,
) -> AnswerGiven {
    AnswerGiven {
        course: course.clone(),
        question: question.id.clone(),
        version: question.version,
        response: view.response.clone(),
        correct: view.correct,
        points: view.points,
        possible: view.possible,
        competences: vec![question.competence.clone()],
        purpose,
        tenths: tenths.min(TENTHS_MAX),
        attempt: None,
        attempt_replica: None,
        again: None,
    }
}

fn record_answer(
    w: &Writing<'_>,
    found: Found,
    id: AttemptId,
    deed: &mut AnswerGiven,
) -> Result<()> {
    let is_last = found.attempt.questions.len() == found.attempt.answers.len() + 1;
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

fn finish(w: &Writing<'_>, found: Found, id: AttemptId) -> Result<()> {
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

fn find(conn: &Connection, taker: Taker, id: AttemptId) -> Result<Found> {
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

fn unfinished_of(
    conn: &Connection,
    learner_no: i64,
    fits: impl Fn(&Attempt) -> bool,
) -> Result<Option<AttemptId>> {
    let attempts = load(conn, learner_no)?.attempts;
    let open = attempts.into_iter().find(|(_, a)| a.results.is_none() && fits(a));
    Ok(open.map(|((replica, seq), _)| AttemptId::Recorded { replica, seq }))
}

fn draw_practice(
    conn: &Connection,
    course: &CourseId,
    quiz: &QuizId,
    seed: u64,
) -> Result<QuizStarted> {
    let none = || Error::NotFound { what: "quiz" };
    let (course_no, edition) = current_edition(conn, course)?.ok_or_else(none)?;
    let own = Lang::parse("vi").expect("a language");
    let listed = courses::quizzes(conn, course_no, &own)?;
    let practice = |q: &&crate::course::QuizView| q.id == *quiz && q.r#use == QuizUse::Practice;
    let info = listed.iter().find(practice).ok_or_else(none)?;
    let mut keys = courses::questions_of(conn, course_no, quiz)?;
    if info.shuffle {
        shuffle(&mut keys, seed, "questions");
    }
    let drawn = |key: crate::course::QuestionKey| DrawnQuestion {
        edition: 0,
        question: key.id,
        version: key.version,
    };
    Ok(QuizStarted {
        purpose: QuizUse::Practice,
        editions: vec![edition],
        quiz: Some(quiz.clone()),
        seed,
        questions: keys.into_iter().map(drawn).collect(),
        policy: None,
    })
}

fn assessment(
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
    for ((replica, seq), attempt) in load(conn, learner_no)?.attempts {
        if attempt.purpose != QuizUse::Assessment {
            continue;
        }
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

/// The question that an attempt asks at an index: of the edition that it was drawn from, or, where
/// that is not here (any more), of the current one.
fn drawn(
    conn: &Connection,
    attempt: &Attempt,
    index: u32,
    lang: &Lang,
) -> Result<(CourseId, (i64, InLang<Question>))> {
    let none = || Error::NotFound { what: "question" };
    let drawn = attempt.questions.get(index as usize).ok_or_else(none)?;
    let edition = attempt.editions.get(usize::from(drawn.edition)).ok_or_else(none)?;
    let course_no = match courses::edition_no(conn, edition)? {
        Some(course_no) => course_no,
        None => current_edition(conn, &edition.course)?.ok_or_else(none)?.0,
    };
    let question = courses::question(conn, course_no, &drawn.question, lang)?.ok_or_else(none)?;
    Ok((edition.course.clone(), (course_no, question)))
}

fn fact_of(
    conn: &Connection,
    course_no: i64,
    question: &Question,
    lang: &Lang,
) -> Result<Option<Fact>> {
    let Some(id) = &question.fact else { return Ok(None) };
    Ok(courses::facts(conn, course_no, lang)?.remove(id).map(|fact| fact.value))
}

/// A finished attempt's questions and answers lie in the journal only.
fn replayed(conn: &Connection, found: &Found, id: AttemptId) -> Result<Attempt> {
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
    let mut attempt = Attempt::begin(&started, found.attempt.started);
    for event in &events {
        let Some(Deed::AnswerGiven(answer)) = event.deed() else { continue };
        let of = answer.attempt_replica.unwrap_or(event.replica);
        if answer.attempt == Some(seq) && of == replica {
            attempt.give(&answer);
        }
    }
    Ok(attempt)
}

fn answered(
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
    judged(conn, &course, &question, attempt.seed, response, lang).map(Some)
}

fn result(conn: &Connection, found: &Found, id: AttemptId, lang: &Lang) -> Result<ResultView> {
    let attempt = &found.attempt;
    let guest_done = found.guest.as_ref().is_some_and(|state| state.finished);
    let points = match &attempt.results {
        Some(results) => results.clone(),
        None if guest_done => attempt.tally(),
        None => return Err(Error::invalid("attempt", "it is not finished")),
    };
    let replay = replayed(conn, found, id)?;
    let mut answers = Vec::new();
    for given in replay.answers.iter().filter(|_| attempt.purpose == QuizUse::Practice) {
        // A question that no edition here has any more leaves only its points.
        if let Ok((course, question)) = drawn(conn, &replay, given.index, lang) {
            answers.push(judged(
                conn,
                &course,
                &question,
                replay.seed,
                given.response.clone(),
                lang,
            )?);
        }
    }
    let before = previous(conn, found)?;
    let competences = points.iter().map(|p| competence_result(conn, p, found, &before, lang));
    let sum =
        |of: fn(&CompetencePoints) -> u32| points.iter().map(of).fold(0u32, u32::saturating_add);
    Ok(ResultView {
        id,
        purpose: attempt.purpose,
        title: quiz_title(conn, attempt, lang)?,
        course: practice_course(attempt),
        points: sum(|p| p.points),
        possible: sum(|p| p.possible),
        correct: count(replay.answers.iter().filter(|a| a.points >= a.possible).count()),
        answered: count(replay.answers.len()),
        competences: competences.collect::<Result<_>>()?,
        answers,
        policy: attempt.policy,
    })
}

/// Results of the last finished self-assessment before this one.
fn previous(conn: &Connection, found: &Found) -> Result<Vec<CompetencePoints>> {
    let Some((no, _)) = found.learner.filter(|_| found.attempt.purpose == QuizUse::Assessment)
    else {
        return Ok(Vec::new());
    };
    let attempts = load(conn, no)?.attempts.into_values();
    let earlier = attempts.filter(|a| {
        a.purpose == QuizUse::Assessment && a.results.is_some() && a.started < found.attempt.started
    });
    Ok(earlier.max_by_key(|a| a.started).and_then(|a| a.results).unwrap_or_default())
}

fn competence_result(
    conn: &Connection,
    points: &CompetencePoints,
    found: &Found,
    before: &[CompetencePoints],
    lang: &Lang,
) -> Result<CompetenceResult> {
    let enough = |p: &CompetencePoints| p.answered >= policy().answered_min;
    let shown = |p: &CompetencePoints| enough(p).then(|| dots(p.points, p.possible));
    let now = shown(points);
    let needs_help =
        found.attempt.purpose == QuizUse::Assessment && now.is_none_or(|dots| dots < 4);
    let lessons = if needs_help {
        helpful_lessons(conn, found.learner.map(|(no, _)| no), &points.competence, lang)?
    } else {
        Vec::new()
    };
    let same = |p: &&CompetencePoints| p.competence == points.competence;
    Ok(CompetenceResult {
        competence: points.competence.clone(),
        answered: points.answered,
        points: points.points,
        possible: points.possible,
        dots: now,
        missing: policy().answered_min.saturating_sub(points.answered),
        before: before.iter().find(same).and_then(shown),
        lessons,
    })
}

fn practice_course(attempt: &Attempt) -> Option<CourseId> {
    let edition = attempt.editions.first().filter(|_| attempt.quiz.is_some());
    edition.map(|e| e.course.clone())
}

fn quiz_title(conn: &Connection, attempt: &Attempt, lang: &Lang) -> Result<String> {
    let (Some(quiz), Some(edition)) = (&attempt.quiz, attempt.editions.first()) else {
        return Ok(String::new());
    };
    let course_no = match courses::edition_no(conn, edition)? {
        Some(course_no) => Some(course_no),
        None => current_edition(conn, &edition.course)?.map(|(no, _)| no),
    };
    let Some(course_no) = course_no else { return Ok(String::new()) };
    let listed = courses::quizzes(conn, course_no, lang)?;
    Ok(listed.into_iter().find(|q| q.id == *quiz).map(|q| q.title).unwrap_or_default())
}

fn load_guest(conn: &Connection, guest: GuestId) -> Result<Option<GuestState>> {
    let doing = "reading a guest's self-assessment";
    let sql = "SELECT state FROM guest_attempt WHERE guest_id = :guest_id";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let row = named_params! { ":guest_id": guest.0 };
    let state: Option<Vec<u8>> =
        statement.query_row(row, |row| row.get("state")).optional().doing(doing)?;
    let damaged = |error| Error::Damaged { detail: format!("a guest's attempt: {error}") };
    state.map(|bytes| minicbor::decode(&bytes).map_err(damaged)).transpose()
}

fn save_guest(w: &Writing<'_>, guest: GuestId, state: &GuestState) -> Result<()> {
    let doing = "keeping a guest's self-assessment";
    let sql = "INSERT INTO guest_attempt (guest_id, started_s, state)
               VALUES (:guest_id, :started_s, :state)
               ON CONFLICT (guest_id) DO UPDATE SET state = excluded.state";
    let row = named_params! {
        ":guest_id": guest.0,
        ":started_s": w.now_s,
        ":state": minicbor::to_vec(state).expect("writing to memory cannot fail"),
    };
    w.tx.execute(sql, row).doing(doing)?;
    let sql = "DELETE FROM guest_attempt WHERE guest_id IN (
                   SELECT guest_id FROM guest_attempt WHERE guest_id <> :guest_id
                   ORDER BY started_s DESC LIMIT -1 OFFSET :others)";
    let row = named_params! { ":guest_id": guest.0, ":others": GUESTS_MAX - 1 };
    w.tx.execute(sql, row).doing(doing)?;
    Ok(())
}

fn remove_guest(tx: &Transaction<'_>, guest: GuestId) -> Result<()> {
    let row = named_params! { ":guest_id": guest.0 };
    tx.execute("DELETE FROM guest_attempt WHERE guest_id = :guest_id", row)
        .doing("forgetting a guest")?;
    Ok(())
}

fn check_question(
    conn: &Connection,
    course: &CourseId,
    question: &QuestionId,
    lang: &Lang,
) -> Result<(i64, InLang<Question>)> {
    let none = || Error::NotFound { what: "question" };
    let (course_no, _) = current_edition(conn, course)?.ok_or_else(none)?;
    let found = courses::question(conn, course_no, question, lang)?.ok_or_else(none)?;
    Ok((course_no, found))
}

/// The order of a check's options changes with each try and with nothing else.
fn check_seed(learner: LearnerId, tries: u32) -> u64 {
    let (first, _) = learner.0.split_at(8);
    u64::from_le_bytes(first.try_into().expect("8 bytes")).wrapping_add(tries.into())
}

fn last_try(
    conn: &Connection,
    learner_no: i64,
    course: &CourseId,
    question: &QuestionId,
) -> Result<Option<(u32, Response)>> {
    let doing = "reading the last try of a check";
    let sql = "SELECT tries, response FROM check_try
               WHERE learner_no = :learner_no AND course_id = :course AND question_id = :question";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! {
        ":learner_no": learner_no,
        ":course": course.as_str(),
        ":question": question.as_str(),
    };
    let row = statement.query_row(params, |row| Ok((row.get("tries")?, row.get("response")?)));
    let row: Option<(u32, Vec<u8>)> = row.optional().doing(doing)?;
    Ok(row.and_then(|(tries, bytes)| Some((tries, minicbor::decode(&bytes).ok()?))))
}

fn save_try(
    tx: &Transaction<'_>,
    learner_no: i64,
    course: &CourseId,
    question: &QuestionId,
    tries: u32,
    response: &Response,
) -> Result<()> {
    let doing = "noting a try of a check";
    let sql = "INSERT INTO check_try (learner_no, course_id, question_id, tries, response)
               VALUES (:learner_no, :course, :question, :tries, :response)
               ON CONFLICT DO UPDATE SET tries = excluded.tries, response = excluded.response";
    let row = named_params! {
        ":learner_no": learner_no,
        ":course": course.as_str(),
        ":question": question.as_str(),
        ":tries": tries,
        ":response": minicbor::to_vec(response).expect("writing to memory cannot fail"),
    };
    tx.execute(sql, row).doing(doing)?;
    Ok(())
}

/// Editions that unfinished attempts were drawn from: they stay until those are finished.
pub(crate) fn editions_in_use(conn: &Connection) -> Result<Vec<Edition>> {
    let doing = "finding the editions in use";
    let mut editions = Vec::new();
    let mut statement =
        conn.prepare("SELECT state FROM attempt WHERE finished = 0").doing(doing)?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>("state")).doing(doing)?;
    for state in rows {
        editions.extend(crate::progress::decode_attempt(&state.doing(doing)?)?.editions);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::fixture::{CourseFixture, course_id, lang};
    use crate::testing::TestDevice;

    fn rows(core: &HocvuCore) -> i64 {
        let sql = "SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM check_try)
                       + (SELECT count(*) FROM guest_attempt)";
        let count = |conn: &Connection| conn.query_row(sql, [], |row| row.get(0)).doing("counting");
        core.store.read(count).unwrap()
    }

    #[test]
    fn a_guest_sees_and_answers_a_check_and_nothing_is_stored() {
        let device = TestDevice::new();
        let core = device.open();
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let (course, check) = (course_id("otp"), QuestionId::parse("otp-la-gi").unwrap());
        let quizzes = core.quizzes();
        let before = rows(&core);

        let shown = quizzes.guest_check(&course, &check, &lang("vi")).unwrap();
        let judge = |chosen| {
            quizzes.judge_check(&course, &check, Response::Single(chosen), &lang("vi")).unwrap()
        };
        let (right, wrong) = (judge(0), judge(1));
        assert_eq!((right.correct, wrong.correct), (true, false));
        assert_eq!(right.question, shown, "the answer's page shows the options in the same order");
        assert_eq!(quizzes.guest_check(&course, &check, &lang("vi")).unwrap(), shown);
        assert_eq!(rows(&core), before);

        let nothing = QuestionId::parse("khong-co").unwrap();
        let refused = quizzes.guest_check(&course, &nothing, &lang("vi")).unwrap_err();
        assert!(matches!(refused, Error::NotFound { what: "question" }), "{refused:?}");
    }
}
