//! What is there to learn: lists, lessons, search.

use std::sync::Arc;

use hocvu_core::course::{
    CourseView as CoreCourseView, LessonView as CoreLessonView, QuizView, SearchHit,
};
use hocvu_core::ids::{CompetenceCode, CourseId, Lang, LearnerId, LessonId, QuizId};
use hocvu_core::quiz::QuizUse;

use crate::failure::HocvuFailure;
use crate::hocvu::House;
use crate::lesson::LessonView;

/// A course as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CourseView {
    /// Its id.
    pub id: CourseId,
    /// The language of the title and summary, which may be another than was chosen.
    pub lang: Lang,
    /// Its name.
    pub title: String,
    /// What it is about, in one sentence.
    pub summary: String,
    /// Name of its pictogram; `CourseRoom.media` has its SVG.
    pub picture: String,
    /// What it teaches.
    pub competences: Vec<CompetenceCode>,
    /// SPDX name of the licence.
    pub licence: String,
    /// How many lessons it has.
    pub lessons: u32,
    /// How long an unhurried reader takes for all lessons, in minutes.
    pub minutes: u32,
}

impl From<CoreCourseView> for CourseView {
    fn from(course: CoreCourseView) -> Self {
        Self {
            id: course.id,
            lang: course.lang,
            title: course.title,
            summary: course.summary,
            picture: course.picture,
            competences: course.competences,
            licence: course.licence,
            lessons: u32::try_from(course.lessons.len()).unwrap_or(u32::MAX),
            minutes: course.minutes,
        }
    }
}

/// A lesson as a list shows it.
#[uniffi::remote(Record)]
#[uniffi(name = "LessonListView")]
pub struct CoreLessonView {
    /// Its id within the course.
    pub id: LessonId,
    /// The language of its title and of its words.
    pub lang: Lang,
    /// Its name.
    pub title: String,
    /// How long an unhurried reader takes, in minutes.
    pub minutes: u32,
    /// How many screens it has.
    pub screens: u32,
}

/// A course and its lessons.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CourseLessonsView {
    /// The course.
    pub course: CourseView,
    /// In order.
    pub lessons: Vec<CoreLessonView>,
}

/// A quiz as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QuizListView {
    /// Its id within the course.
    pub id: QuizId,
    /// What it is for.
    pub purpose: QuizUse,
    /// The language of its title.
    pub lang: Lang,
    /// Its name; empty where it is not a practice quiz.
    pub title: String,
    /// How many questions it has.
    pub questions: u32,
}

impl From<QuizView> for QuizListView {
    fn from(quiz: QuizView) -> Self {
        let QuizView { id, r#use: purpose, lang, title, questions, .. } = quiz;
        Self { id, purpose, lang, title, questions }
    }
}

/// A piece of a found text.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchPieceView {
    /// Its words.
    pub text: String,
    /// Whether it was searched for.
    pub is_match: bool,
}

/// A lesson that holds what was searched for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchHitView {
    /// Its course.
    pub course: CourseId,
    /// Which lesson.
    pub lesson: LessonId,
    /// The language of its words.
    pub lang: Lang,
    /// Its name.
    pub title: String,
    /// Some of its words around the first that was found.
    pub pieces: Vec<SearchPieceView>,
}

impl From<SearchHit> for SearchHitView {
    fn from(hit: SearchHit) -> Self {
        let piece =
            |(text, is_match): (&str, bool)| SearchPieceView { text: text.to_owned(), is_match };
        let pieces = hit.snippet.pieces().into_iter().map(piece).collect();
        let SearchHit { course, lesson, lang, title, .. } = hit;
        Self { course, lesson, lang, title, pieces }
    }
}

/// The room of courses.
#[derive(uniffi::Object)]
pub struct CourseRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl CourseRoom {
    /// All installed courses in their order.
    pub fn list(&self) -> Result<Vec<CourseView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            Ok(core.courses().list(lang)?.into_iter().map(CourseView::from).collect())
        })
    }

    /// One course and its lessons, for somebody without a profile; none when it is not installed. A
    /// learner's is `ProgressRoom.course`.
    pub fn lessons(&self, course: &CourseId) -> Result<Option<CourseLessonsView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            let Some(found) = core.courses().get(course, lang)? else { return Ok(None) };
            let lessons = core.courses().lessons(course, lang)?;
            Ok(Some(CourseLessonsView { course: found.into(), lessons }))
        })
    }

    /// Opens a lesson with everything that it shows, for a learner or, with none, for somebody without
    /// a profile. Records nothing; see `ProgressRoom.seeScreen`. None when there is no such lesson.
    pub fn lesson(
        &self,
        learner: Option<LearnerId>,
        course: &CourseId,
        lesson: &LessonId,
    ) -> Result<Option<LessonView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            Ok(core.courses().page(learner, course, lesson, lang)?.map(LessonView::from))
        })
    }

    /// The bytes of a picture (SVG) or sound of a course; none where it is not held (any more).
    pub fn media(&self, course: &CourseId, file: &str) -> Result<Option<Vec<u8>>, HocvuFailure> {
        self.house.ask(|core, _| core.courses().picture(course, file))
    }

    /// Searches all lessons, at most 20 hits, the best first; with or without diacritics.
    pub fn search(&self, typed: &str) -> Result<Vec<SearchHitView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            Ok(core.courses().search(typed, lang)?.into_iter().map(SearchHitView::from).collect())
        })
    }
}
