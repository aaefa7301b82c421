//! How far a learner is, and what she could do next.

use std::sync::Arc;

use hocvu_core::course::LessonView as CoreLessonView;
use hocvu_core::ids::{AttemptId, CompetenceCode, CourseId, LearnerId, LessonId, QuizId};
use hocvu_core::progress::{
    CourseProgressView as CoreCourseProgressView, HomeView as CoreHomeView, LessonProgressView,
    MasteryView, Next, QuizProgressView as CoreQuizProgressView, Stage,
};
use hocvu_core::quiz::QuizUse;

use crate::course::{CourseView, QuizListView};
use crate::failure::HocvuFailure;
use crate::hocvu::House;

/// How far a learner is with a lesson.
#[uniffi::remote(Enum)]
#[uniffi(name = "StageView")]
pub enum Stage {
    /// Not begun.
    New,
    /// Begun.
    Begun,
    /// Finished at least once.
    Finished,
}

/// A lesson and how far a learner is with it.
#[uniffi::remote(Record)]
pub struct LessonProgressView {
    /// The lesson.
    pub lesson: CoreLessonView,
    /// How far she is.
    pub stage: Stage,
    /// The screen that she last saw, from 0.
    pub screen: u32,
}

/// A practice quiz and a learner's attempts at it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QuizProgressView {
    /// The quiz.
    pub quiz: QuizListView,
    /// The attempt that waits to be gone on with.
    pub unfinished: Option<AttemptId>,
    /// The last finished attempt.
    pub last: Option<AttemptId>,
}

impl From<CoreQuizProgressView> for QuizProgressView {
    fn from(quiz: CoreQuizProgressView) -> Self {
        let CoreQuizProgressView { quiz, unfinished, last } = quiz;
        Self { quiz: quiz.into(), unfinished, last }
    }
}

/// A course and how far a learner is with it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CourseProgressView {
    /// The course.
    pub course: CourseView,
    /// Lessons finished.
    pub done: u32,
    /// Lessons there are.
    pub of: u32,
    /// In order.
    pub lessons: Vec<LessonProgressView>,
    /// Practice quizzes.
    pub quizzes: Vec<QuizProgressView>,
}

impl From<CoreCourseProgressView> for CourseProgressView {
    fn from(course: CoreCourseProgressView) -> Self {
        let CoreCourseProgressView { course, done, of, lessons, quizzes } = course;
        let quizzes = quizzes.into_iter().map(QuizProgressView::from).collect();
        Self { course: course.into(), done, of, lessons, quizzes }
    }
}

/// What a learner could do next: one thing.
#[uniffi::remote(Enum)]
#[uniffi(name = "NextView")]
pub enum Next {
    /// Go on with a quiz or self-assessment.
    Attempt {
        /// Which.
        id: AttemptId,
        /// Practice or self-assessment.
        purpose: QuizUse,
        /// The quiz's name; empty for the self-assessment.
        title: String,
    },
    /// Go on with a lesson or begin it.
    Lesson {
        /// The course.
        course: CourseId,
        /// The lesson in it.
        lesson: LessonId,
        /// Its name.
        title: String,
        /// The screen to go on at, from 0.
        screen: u32,
    },
    /// Practise what a course taught.
    Quiz {
        /// The course.
        course: CourseId,
        /// The quiz in it.
        quiz: QuizId,
        /// Its name.
        title: String,
    },
    /// Assess herself.
    Assessment,
    /// All is done.
    AllDone,
}

/// A learner's first screen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HomeView {
    /// What she could do next.
    pub next: Next,
    /// All courses.
    pub courses: Vec<CourseProgressView>,
    /// Answers of hers that lie on this device.
    pub recorded: u64,
}

impl From<CoreHomeView> for HomeView {
    fn from(home: CoreHomeView) -> Self {
        let courses = home.courses.into_iter().map(CourseProgressView::from).collect();
        Self { next: home.next, courses, recorded: home.recorded }
    }
}

/// What is known of one competence.
#[uniffi::remote(Record)]
pub struct MasteryView {
    /// The competence; `TextRoom.skill` names it.
    pub competence: CompetenceCode,
    /// Answers that counted.
    pub answered: u32,
    /// 0 to 4, or none: too few answers to say anything.
    pub dots: Option<u8>,
    /// Answers still needed until something can be said.
    pub missing: u32,
}

/// The room of progress.
#[derive(uniffi::Object)]
pub struct ProgressRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl ProgressRoom {
    /// A learner's first screen: what is next, all courses, how much is recorded.
    pub fn home(&self, learner: LearnerId) -> Result<HomeView, HocvuFailure> {
        self.house.ask(|core, lang| Ok(core.progress().home(learner, lang)?.into()))
    }

    /// One course and how far a learner is with it; none when it is not installed.
    pub fn course(
        &self,
        learner: LearnerId,
        course: &CourseId,
    ) -> Result<Option<CourseProgressView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            Ok(core.progress().course(learner, course, lang)?.map(CourseProgressView::from))
        })
    }

    /// What is known of each competence that a learner has answered about.
    pub fn mastery(&self, learner: LearnerId) -> Result<Vec<MasteryView>, HocvuFailure> {
        self.house.ask(|core, _| core.progress().mastery(learner))
    }

    /// Notes the screen that a learner sees, from 0; the first time also that she began the lesson.
    pub fn see_screen(
        &self,
        learner: LearnerId,
        course: &CourseId,
        lesson: &LessonId,
        screen: u32,
    ) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.progress().see_screen(learner, course, lesson, screen))
    }

    /// Notes that a learner finished a lesson.
    pub fn finish_lesson(
        &self,
        learner: LearnerId,
        course: &CourseId,
        lesson: &LessonId,
    ) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.progress().finish_lesson(learner, course, lesson))
    }
}
