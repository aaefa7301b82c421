//! The room of progress: how far a learner is, and what she could do next.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::fold::{LearnerFold, Stage};
use super::project::{load, record, stages};
use crate::course::courses::current_edition;
use crate::course::{CourseView, LessonView, QuizView};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{AttemptId, CompetenceCode, CourseId, Lang, LearnerId, LessonId, QuizId};
use crate::journal::{Deed, LessonPlace};
use crate::learner::learner_no;
use crate::quiz::{Attempt, HelpfulLesson, QuizUse};
use crate::store::Cached;

/// How many lessons are named as helpful.
const HELPFUL_MAX: usize = 3;

/// A lesson and how far a learner is with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonProgressView {
    /// The lesson.
    pub lesson: LessonView,
    /// How far she is.
    pub stage: Stage,
    /// The screen that she last saw, from 0.
    pub screen: u32,
}

/// A practice quiz and a learner's attempts at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizProgressView {
    /// The quiz.
    pub quiz: QuizView,
    /// The attempt that waits to be gone on with.
    pub unfinished: Option<AttemptId>,
    /// The last finished attempt.
    pub last: Option<AttemptId>,
}

/// A course and how far a learner is with it.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What a learner could do next: one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A learner's first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeView {
    /// What she could do next.
    pub next: Next,
    /// All courses.
    pub courses: Vec<CourseProgressView>,
    /// Answers of hers that lie on this device.
    pub recorded: u64,
}

/// What is known of one competence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasteryView {
    /// The competence.
    pub competence: CompetenceCode,
    /// Answers that counted.
    pub answered: u32,
    /// 0 to 4, or `None`: too few answers to say anything.
    pub dots: Option<u8>,
    /// Answers still needed until something can be said.
    pub missing: u32,
}

/// The room of progress; see [`HocvuCore::progress`].
pub struct Progress<'a> {
    pub(crate) core: &'a HocvuCore,
}

impl Progress<'_> {
    /// A learner's first page: what is next, all courses, how much is recorded.
    pub fn home(&self, learner: LearnerId, lang: &Lang) -> Result<HomeView> {
        let (fold, marks) = self.state(learner)?;
        let courses = self.core.courses().list(lang)?;
        let courses = courses.into_iter().map(|course| self.view(course, &fold, &marks, lang));
        let courses = courses.collect::<Result<Vec<_>>>()?;
        let answered = |mastery: &super::Mastery| u64::from(mastery.answered);
        let assessed =
            fold.attempts.values().filter(|a| a.start.purpose == QuizUse::Assessment).map(|a| {
                let results = a.results.clone().unwrap_or_else(|| a.tally());
                results.iter().map(|r| u64::from(r.answered)).sum::<u64>()
            });
        let recorded = fold.mastery.values().map(answered).chain(assessed).sum();
        Ok(HomeView { next: next(&courses, &fold, &marks), courses, recorded })
    }

    /// One course and how far a learner is with it.
    pub fn course(
        &self,
        learner: LearnerId,
        course: &CourseId,
        lang: &Lang,
    ) -> Result<Option<CourseProgressView>> {
        let (fold, marks) = self.state(learner)?;
        let course = self.core.courses().get(course, lang)?;
        course.map(|course| self.view(course, &fold, &marks, lang)).transpose()
    }

    /// What is known of each competence that a learner has answered about.
    pub fn mastery(&self, learner: LearnerId) -> Result<Vec<MasteryView>> {
        let (fold, _) = self.state(learner)?;
        let view = |(competence, mastery): (CompetenceCode, super::Mastery)| MasteryView {
            competence,
            answered: mastery.answered,
            dots: mastery.dots(),
            missing: mastery.missing(),
        };
        Ok(fold.mastery.into_iter().map(view).collect())
    }

    /// Notes the screen that a learner sees; the first time also that she began the lesson.
    pub fn see_screen(
        &self,
        learner: LearnerId,
        course: &CourseId,
        lesson: &LessonId,
        screen: u32,
    ) -> Result<()> {
        self.core.write("noting the screen of a lesson", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            let doing = "noting the screen of a lesson";
            let key = (course.clone(), lesson.clone());
            if stages(w.tx, who.0, Some(&key))?.is_empty() {
                record(w, who, &Deed::LessonBegun(place(w.tx, course, lesson)?))?;
            }
            let sql = "INSERT OR REPLACE INTO bookmark
                           (learner_no, course_id, lesson_id, screen, turn)
                       SELECT :learner_no, :course, :lesson, :screen, coalesce(max(turn), 0) + 1
                       FROM bookmark WHERE learner_no = :learner_no";
            let row = named_params! {
                ":learner_no": who.0,
                ":course": course.as_str(),
                ":lesson": lesson.as_str(),
                ":screen": screen,
            };
            w.tx.execute_cached(sql, row).doing(doing)?;
            Ok(())
        })
    }

    /// Notes that a learner finished a lesson; doing it again later is noted again, doing it twice
    /// in a row is not.
    pub fn finish_lesson(
        &self,
        learner: LearnerId,
        course: &CourseId,
        lesson: &LessonId,
    ) -> Result<()> {
        self.core.write("finishing a lesson", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            let doing = "finishing a lesson";
            let row = named_params! {
                ":learner_no": who.0,
                ":course": course.as_str(),
                ":lesson": lesson.as_str(),
            };
            let sql = "DELETE FROM bookmark WHERE learner_no = :learner_no
                           AND course_id = :course AND lesson_id = :lesson";
            let was_open = w.tx.execute_cached(sql, row).doing(doing)? > 0;
            let key = (course.clone(), lesson.clone());
            let finished = stages(w.tx, who.0, Some(&key))?;
            if was_open || finished.get(&key) != Some(&Stage::Finished) {
                record(w, who, &Deed::LessonFinished(place(w.tx, course, lesson)?))?;
            }
            let row = named_params! { ":learner_no": who.0, ":course": course.as_str() };
            let sql = "DELETE FROM check_try
                       WHERE learner_no = :learner_no AND course_id = :course";
            w.tx.execute_cached(sql, row).doing(doing)?;
            Ok(())
        })
    }

    fn state(&self, learner: LearnerId) -> Result<(LearnerFold, Bookmarks)> {
        self.core.store.read(|conn| {
            let no = learner_no(conn, learner)?;
            Ok((load(conn, no)?, bookmarks(conn, no)?))
        })
    }

    fn view(
        &self,
        course: CourseView,
        fold: &LearnerFold,
        marks: &Bookmarks,
        lang: &Lang,
    ) -> Result<CourseProgressView> {
        let lesson = |lesson: LessonView| {
            let key = (course.id.clone(), lesson.id.clone());
            let stage = fold.lessons.get(&key).copied().unwrap_or(Stage::New);
            let screen = marks.get(&key).map_or(0, |mark| mark.screen);
            LessonProgressView {
                stage,
                screen: screen.min(lesson.screens.saturating_sub(1)),
                lesson,
            }
        };
        let lessons = self.core.courses().lessons(&course.id, lang)?;
        let lessons: Vec<_> = lessons.into_iter().map(lesson).collect();
        let quizzes = self.core.courses().quizzes(&course.id, lang)?.into_iter();
        let practice = quizzes.filter(|quiz| quiz.r#use == QuizUse::Practice);
        let quizzes = practice.map(|quiz| quiz_view(quiz, &course.id, fold)).collect();
        let count = |n: usize| u32::try_from(n).expect("a course has few lessons");
        let done = count(lessons.iter().filter(|l| l.stage == Stage::Finished).count());
        Ok(CourseProgressView { of: count(lessons.len()), done, lessons, quizzes, course })
    }
}

struct Bookmark {
    screen: u32,
    turn: i64,
}

type Bookmarks = BTreeMap<(CourseId, LessonId), Bookmark>;

fn bookmarks(conn: &Connection, learner_no: i64) -> Result<Bookmarks> {
    let doing = "reading bookmarks";
    let sql = "SELECT course_id, lesson_id, screen, turn FROM bookmark
               WHERE learner_no = :learner_no";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query(named_params! { ":learner_no": learner_no }).doing(doing)?;
    let mut marks = BTreeMap::new();
    while let Some(row) = rows.next().doing(doing)? {
        let course = CourseId::parse(&row.get::<_, String>("course_id").doing(doing)?);
        let lesson = LessonId::parse(&row.get::<_, String>("lesson_id").doing(doing)?);
        let (screen, turn) = (row.get("screen").doing(doing)?, row.get("turn").doing(doing)?);
        if let (Ok(course), Ok(lesson)) = (course, lesson) {
            marks.insert((course, lesson), Bookmark { screen, turn });
        }
    }
    Ok(marks)
}

fn place(conn: &Connection, course: &CourseId, lesson: &LessonId) -> Result<LessonPlace> {
    let none = || Error::NotFound { what: "lesson" };
    let (course_no, edition) = current_edition(conn, course)?.ok_or_else(none)?;
    let doing = "finding a lesson";
    let sql = "SELECT 1 FROM lesson WHERE course_no = :course_no AND lesson_id = :lesson LIMIT 1";
    let params = named_params! { ":course_no": course_no, ":lesson": lesson.as_str() };
    conn.query_row_cached(sql, params, |_| Ok(())).optional().doing(doing)?.ok_or_else(none)?;
    let version = edition.order.version;
    Ok(LessonPlace { course: course.clone(), lesson: lesson.clone(), version })
}

fn quiz_view(quiz: QuizView, course: &CourseId, fold: &LearnerFold) -> QuizProgressView {
    let of_quiz = |a: &Attempt| {
        a.start.quiz.as_ref() == Some(&quiz.id)
            && a.start.editions.iter().any(|e| e.course == *course)
    };
    let newest = |finished: bool| {
        let fits = |a: &Attempt| of_quiz(a) && a.results.is_some() == finished;
        let found = fold.attempts.iter().filter(|(_, a)| fits(a)).max_by_key(|(_, a)| a.started);
        found.map(|((replica, seq), _)| AttemptId::Recorded { replica: *replica, seq: *seq })
    };
    QuizProgressView { unfinished: newest(false), last: newest(true), quiz }
}

/// What comes next: go on with what was begun last; else the next lesson of the first unfinished
/// course that was begun, or of the first course; else practise; else assess.
fn next(courses: &[CourseProgressView], fold: &LearnerFold, marks: &Bookmarks) -> Next {
    let open = fold.attempts.iter().filter(|(_, a)| a.results.is_none());
    if let Some(((replica, seq), attempt)) = open.max_by_key(|(_, a)| a.started) {
        let id = AttemptId::Recorded { replica: *replica, seq: *seq };
        let quizzes = courses.iter().flat_map(|c| &c.quizzes);
        let title =
            quizzes.filter(|q| q.unfinished == Some(id)).map(|q| q.quiz.title.clone()).next();
        return Next::Attempt {
            id,
            purpose: attempt.start.purpose,
            title: title.unwrap_or_default(),
        };
    }
    let lesson_of = |course: &CourseProgressView, lesson: &LessonProgressView| Next::Lesson {
        course: course.course.id.clone(),
        lesson: lesson.lesson.id.clone(),
        title: lesson.lesson.title.clone(),
        screen: lesson.screen,
    };
    let all = courses.iter().flat_map(|c| c.lessons.iter().map(move |l| (c, l)));
    let turn = |(c, l): &(&CourseProgressView, &LessonProgressView)| {
        marks.get(&(c.course.id.clone(), l.lesson.id.clone())).map(|mark| mark.turn)
    };
    let begun = all.filter(|(_, l)| l.stage == Stage::Begun).max_by_key(turn);
    if let Some((course, lesson)) = begun {
        return lesson_of(course, lesson);
    }
    let is_open = |c: &&CourseProgressView| c.done < c.of;
    let course = courses.iter().filter(is_open).find(|c| c.done > 0);
    if let Some(course) = course.or_else(|| courses.iter().find(is_open)) {
        let new = course.lessons.iter().find(|l| l.stage != Stage::Finished);
        if let Some(lesson) = new {
            let unpractised =
                courses.iter().filter(|c| c.done == c.of && c.course.id != course.course.id);
            return quiz_left(unpractised).unwrap_or_else(|| lesson_of(course, lesson));
        }
    }
    if let Some(quiz) = quiz_left(courses.iter()) {
        return quiz;
    }
    let assessed = |a: &Attempt| a.start.purpose == QuizUse::Assessment;
    if !courses.is_empty() && !fold.attempts.values().any(assessed) {
        return Next::Assessment;
    }
    Next::AllDone
}

/// The first practice quiz that was never finished.
fn quiz_left<'a>(mut courses: impl Iterator<Item = &'a CourseProgressView>) -> Option<Next> {
    courses.find_map(|c| {
        c.quizzes.iter().find(|q| q.last.is_none()).map(|q| Next::Quiz {
            course: c.course.id.clone(),
            quiz: q.quiz.id.clone(),
            title: q.quiz.title.clone(),
        })
    })
}

/// Lessons that teach a competence: those of a course first, if one is named, and of these those
/// that she has not finished; else in the courses' order.
pub(crate) fn helpful_lessons(
    conn: &Connection,
    learner_no: Option<i64>,
    competence: &CompetenceCode,
    near: Option<&CourseId>,
    lang: &Lang,
) -> Result<Vec<HelpfulLesson>> {
    let doing = "finding lessons that help";
    let stages = learner_no.map(|no| stages(conn, no, None)).transpose()?.unwrap_or_default();
    let sql = "SELECT course_id, lesson_id, lesson.body AS body
               FROM course JOIN lesson USING (course_no)
               WHERE current = 1 AND lesson.lang = coalesce(
                   (SELECT lang FROM lesson AS wanted WHERE wanted.course_no = course.course_no
                        AND wanted.lesson_id = lesson.lesson_id AND wanted.lang = :lang),
                   language)
               ORDER BY order_no, course_id, place";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query(named_params! { ":lang": lang.as_str() }).doing(doing)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let body = row.get_ref("body").doing(doing)?;
        let lesson =
            body.as_blob().ok().and_then(|b| minicbor::decode::<crate::course::Lesson>(b).ok());
        let course = CourseId::parse(&row.get::<_, String>("course_id").doing(doing)?);
        if let (Some(lesson), Ok(course)) =
            (lesson.filter(|l| l.competences.contains(competence)), course)
        {
            let key = (course.clone(), lesson.id.clone());
            let finished = stages.get(&key) == Some(&Stage::Finished);
            let far = near.is_some_and(|near| *near != course);
            let lesson = HelpfulLesson { course, lesson: lesson.id, title: lesson.title };
            found.push(((far, finished), lesson));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    Ok(found.into_iter().map(|(_, lesson)| lesson).take(HELPFUL_MAX).collect())
}
