//! Checks inside lessons, practice and self-assessment.

use std::sync::Arc;

use hocvu_core::ids::{
    AttemptId, CompetenceCode, CourseId, GuestId, LearnerId, LessonId, QuestionId, QuizId,
};
use hocvu_core::quiz::{
    AssessmentView as CoreAssessmentView, AttemptPage, AttemptView as CoreAttemptView,
    CompetenceResult, HelpfulLesson, QuizUse, ResultView as CoreResultView, Taker, parse_number,
};

use crate::failure::HocvuFailure;
use crate::hocvu::House;
use crate::question::{AnswerView, QuestionView, ResponseRequest};

/// What questions are for.
#[uniffi::remote(Enum)]
#[uniffi(name = "QuizUseView")]
pub enum QuizUse {
    /// Inside lessons: answered at once, tried again.
    Check,
    /// A practice quiz at the end.
    Practice,
    /// The self-assessment.
    Assessment,
}

/// Who takes a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TakerRequest {
    /// A learner; what she does is recorded.
    Learner {
        /// Who.
        id: LearnerId,
    },
    /// Somebody without a profile; nothing is recorded until it is attached to one.
    Guest {
        /// From `QuizRoom.newGuest`.
        id: GuestId,
    },
}

impl From<TakerRequest> for Taker {
    fn from(request: TakerRequest) -> Self {
        match request {
            TakerRequest::Learner { id } => Self::Learner(id),
            TakerRequest::Guest { id } => Self::Guest(id),
        }
    }
}

/// Where an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum AttemptPageView {
    /// The next question.
    Question {
        /// From 1.
        number: u32,
        /// How many there are.
        of: u32,
        /// Index to answer it with.
        index: u32,
        /// The question.
        question: Box<QuestionView>,
    },
    /// All is answered or it was stopped: show the result.
    Finished,
}

/// An attempt at a quiz or self-assessment.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AttemptView {
    /// Its id.
    pub id: AttemptId,
    /// Practice or self-assessment.
    pub purpose: QuizUse,
    /// The quiz's name; empty for the self-assessment.
    pub title: String,
    /// The course of a practice quiz.
    pub course: Option<CourseId>,
    /// Questions answered.
    pub answered: u32,
    /// Questions drawn.
    pub of: u32,
    /// Where it stands.
    pub page: AttemptPageView,
}

impl From<CoreAttemptView> for AttemptView {
    fn from(attempt: CoreAttemptView) -> Self {
        let page = match attempt.page {
            AttemptPage::Question { number, of, index, question } => AttemptPageView::Question {
                number,
                of,
                index,
                question: Box::new((*question).into()),
            },
            AttemptPage::Finished => AttemptPageView::Finished,
        };
        let CoreAttemptView { id, purpose, title, course, answered, of, .. } = attempt;
        Self { id, purpose, title, course, answered, of, page }
    }
}

/// A lesson that would help with a competence.
#[uniffi::remote(Record)]
#[uniffi(name = "HelpfulLessonView")]
pub struct HelpfulLesson {
    /// The course.
    pub course: CourseId,
    /// The lesson in it.
    pub lesson: LessonId,
    /// The lesson's name.
    pub title: String,
}

/// What an attempt says of one competence.
#[uniffi::remote(Record)]
#[uniffi(name = "CompetenceResultView")]
pub struct CompetenceResult {
    /// The competence; `TextRoom.skill` names it.
    pub competence: CompetenceCode,
    /// Questions answered.
    pub answered: u32,
    /// Points earned.
    pub points: u32,
    /// Points possible in what was answered.
    pub possible: u32,
    /// 0 to 4, or none: too few answers to say anything.
    pub dots: Option<u8>,
    /// Answers still needed until something can be said.
    pub missing: u32,
    /// Dots of the last finished self-assessment before this one.
    pub before: Option<u8>,
    /// Lessons that would help most, at most three.
    pub lessons: Vec<HelpfulLesson>,
}

/// The result of a finished attempt.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ResultView {
    /// The attempt.
    pub id: AttemptId,
    /// Practice or self-assessment.
    pub purpose: QuizUse,
    /// The quiz's name; empty for the self-assessment.
    pub title: String,
    /// The course of a practice quiz.
    pub course: Option<CourseId>,
    /// Points earned.
    pub points: u32,
    /// Points possible in what was answered.
    pub possible: u32,
    /// Questions answered with all points.
    pub correct: u32,
    /// Questions answered.
    pub answered: u32,
    /// By competence, in the order of the codes.
    pub competences: Vec<CompetenceResult>,
    /// The answers for review; practice only.
    pub answers: Vec<AnswerView>,
    /// Version of the policy data, whose thresholds are not confirmed; self-assessment only.
    pub policy: Option<u32>,
}

impl From<CoreResultView> for ResultView {
    fn from(result: CoreResultView) -> Self {
        Self {
            id: result.id,
            purpose: result.purpose,
            title: result.title,
            course: result.course,
            points: result.points,
            possible: result.possible,
            correct: result.correct,
            answered: result.answered,
            competences: result.competences,
            answers: result.answers.into_iter().map(AnswerView::from).collect(),
            policy: result.policy,
        }
    }
}

/// The self-assessment of this device, and how far somebody is with it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AssessmentView {
    /// How many questions it has; 0 where no course brings any.
    pub questions: u32,
    /// How long an unhurried reader takes, in minutes.
    pub minutes: u32,
    /// The attempt that waits to be gone on with.
    pub unfinished: Option<AttemptId>,
    /// The number of its next question, from 1.
    pub next: Option<u32>,
    /// The last finished one.
    pub last: Option<AttemptId>,
}

impl From<CoreAssessmentView> for AssessmentView {
    fn from(view: CoreAssessmentView) -> Self {
        let CoreAssessmentView { questions, minutes, unfinished, last } = view;
        let (unfinished, next) = unfinished.unzip();
        Self { questions, minutes, unfinished, next, last }
    }
}

/// The room of quizzes.
#[derive(uniffi::Object)]
pub struct QuizRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl QuizRoom {
    /// The check of a lesson, in the order drawn for this try.
    pub fn check(
        &self,
        learner: LearnerId,
        course: &CourseId,
        question: &QuestionId,
    ) -> Result<QuestionView, HocvuFailure> {
        self.house
            .ask(|core, lang| Ok(core.quizzes().check(learner, course, question, lang)?.into()))
    }

    /// Grades and records the answer to a check. It may be tried again as often as she likes; only
    /// the first answer of a visit counts. `tenths`: the time taken in tenths of a second.
    pub fn answer_check(
        &self,
        learner: LearnerId,
        course: &CourseId,
        question: &QuestionId,
        response: ResponseRequest,
        tenths: u32,
    ) -> Result<AnswerView, HocvuFailure> {
        self.house.ask(|core, lang| {
            let quizzes = core.quizzes();
            let said =
                quizzes.answer_check(learner, course, question, response.into(), tenths, lang)?;
            Ok(said.into())
        })
    }

    /// What is said to an answer to a check without recording anything: somebody's without a profile.
    pub fn judge_check(
        &self,
        course: &CourseId,
        question: &QuestionId,
        response: ResponseRequest,
    ) -> Result<AnswerView, HocvuFailure> {
        self.house.ask(|core, lang| {
            Ok(core.quizzes().judge_check(course, question, response.into(), lang)?.into())
        })
    }

    /// Begins a practice quiz, or goes on with the unfinished one.
    pub fn start_practice(
        &self,
        learner: LearnerId,
        course: &CourseId,
        quiz: &QuizId,
    ) -> Result<AttemptView, HocvuFailure> {
        self.house.ask(|core, lang| {
            let id = core.quizzes().start_practice(learner, course, quiz)?;
            Ok(core.quizzes().attempt(Taker::Learner(learner), id, lang)?.into())
        })
    }

    /// The self-assessment of this device, and how far a learner, a guest or, with none, nobody is
    /// with it.
    pub fn assessment(&self, taker: Option<TakerRequest>) -> Result<AssessmentView, HocvuFailure> {
        self.house.ask(|core, _| Ok(core.quizzes().assessment(taker.map(Taker::from))?.into()))
    }

    /// Begins a self-assessment across all courses, or goes on with the unfinished one.
    pub fn start_assessment(&self, taker: TakerRequest) -> Result<AttemptView, HocvuFailure> {
        self.house.ask(|core, lang| {
            let id = core.quizzes().start_assessment(taker.into())?;
            Ok(core.quizzes().attempt(taker.into(), id, lang)?.into())
        })
    }

    /// Where an attempt stands: its next question, or that it is finished.
    pub fn attempt(
        &self,
        taker: TakerRequest,
        attempt: AttemptId,
    ) -> Result<AttemptView, HocvuFailure> {
        self.house.ask(|core, lang| Ok(core.quizzes().attempt(taker.into(), attempt, lang)?.into()))
    }

    /// Grades and records an answer; once this returns, it is on the disk. The first answer counts:
    /// the same call again, or another answer to the same question, gives the first grade. After the
    /// last question the attempt is finished by itself. `tenths`: the time taken in tenths of a second.
    pub fn answer(
        &self,
        taker: TakerRequest,
        attempt: AttemptId,
        index: u32,
        response: ResponseRequest,
        tenths: u32,
    ) -> Result<AnswerView, HocvuFailure> {
        self.house.ask(|core, lang| {
            let quizzes = core.quizzes();
            let said =
                quizzes.answer(taker.into(), attempt, index, response.into(), tenths, lang)?;
            Ok(said.into())
        })
    }

    /// What was said to an answer, for a screen that is made again; none when there is none yet.
    pub fn answered(
        &self,
        taker: TakerRequest,
        attempt: AttemptId,
        index: u32,
    ) -> Result<Option<AnswerView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            let said = core.quizzes().answered(taker.into(), attempt, index, lang)?;
            Ok(said.map(AnswerView::from))
        })
    }

    /// Ends an attempt before its last question; ending it twice changes nothing.
    pub fn finish(&self, taker: TakerRequest, attempt: AttemptId) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.quizzes().finish(taker.into(), attempt))
    }

    /// The result of a finished attempt; an unfinished one is refused with `Invalid`.
    pub fn result(
        &self,
        taker: TakerRequest,
        attempt: AttemptId,
    ) -> Result<ResultView, HocvuFailure> {
        self.house.ask(|core, lang| Ok(core.quizzes().result(taker.into(), attempt, lang)?.into()))
    }

    /// A learner's last finished self-assessment.
    pub fn last_assessment(&self, learner: LearnerId) -> Result<Option<AttemptId>, HocvuFailure> {
        self.house.ask(|core, _| core.quizzes().last_assessment(learner))
    }

    /// An id for somebody without a profile. Nothing is stored by this.
    pub fn new_guest(&self) -> Result<GuestId, HocvuFailure> {
        self.house.ask(|core, _| Ok(core.quizzes().new_guest()))
    }

    /// Records a guest's self-assessment as a learner's: all of it or nothing. None when the guest has
    /// none (any more).
    pub fn attach(
        &self,
        guest: GuestId,
        learner: LearnerId,
    ) -> Result<Option<AttemptId>, HocvuFailure> {
        self.house.ask(|core, _| core.quizzes().attach(guest, learner))
    }

    /// Forgets a guest's self-assessment.
    pub fn discard_guest(&self, guest: GuestId) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.quizzes().discard_guest(guest))
    }

    /// Reads a number as people in Vietnam type it (`1.500,25`), × 1,000; none when it is no number.
    pub fn read_number(&self, typed: &str) -> Option<i64> {
        parse_number(typed)
    }
}
