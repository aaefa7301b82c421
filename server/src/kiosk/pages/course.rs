//! One course: its lessons and its practice.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hocvu_core::course::{CourseView, LessonView, QuizView};
use hocvu_core::ids::{AttemptId, CourseId};
use hocvu_core::progress::Stage;
use hocvu_core::quiz::QuizUse;

use super::quiz::id;
use crate::kiosk::html::{self, Page, lang_attribute};
use crate::kiosk::pages::home::Go;
use crate::kiosk::{App, PageError, Visitor, on_core};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/course/{course}", get(show))
        .route("/course/{course}/media/{file}", get(media))
}

#[derive(Template)]
#[template(path = "course.html")]
struct Course {
    page: Page,
    lang: String,
    title: String,
    summary: String,
    picture: String,
    state: String,
    done: u32,
    of: u32,
    go: Option<Go>,
    lessons: Vec<LessonLine>,
    teaches: Vec<String>,
    quizzes: Vec<QuizLine>,
    /// Version and licence.
    edition: String,
    licence: String,
    untranslated: bool,
}

struct LessonLine {
    href: String,
    lang: String,
    title: String,
    state: String,
    class: &'static str,
    minutes: String,
}

struct QuizLine {
    start: String,
    lang: String,
    title: String,
    note: String,
    /// Whether there is an attempt to go on with.
    is_unfinished: bool,
    last: Option<String>,
}

/// A course as this visitor sees it, with or without progress.
struct Seen {
    course: CourseView,
    picture: String,
    lessons: Vec<(LessonView, Stage, u32)>,
    quizzes: Vec<(QuizView, Option<AttemptId>, Option<AttemptId>)>,
}

async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(course): Path<String>,
) -> Result<Response, PageError> {
    let course: CourseId = id(&course)?;
    let seen = see(&app, &visitor, course).await?.ok_or(PageError::NotFound)?;
    html::show(&page(&visitor, &seen))
}

async fn see(app: &App, visitor: &Visitor, id: CourseId) -> Result<Option<Seen>, PageError> {
    let lang = visitor.lang.clone();
    let learner = visitor.learner.as_ref().map(|learner| learner.id);
    on_core(app, move |core| {
        let courses = core.courses();
        let (course, lessons, quizzes) = match learner {
            Some(learner) => {
                let Some(seen) = core.progress().course(learner, &id, &lang)? else {
                    return Ok(None);
                };
                let lessons = seen.lessons.into_iter().map(|l| (l.lesson, l.stage, l.screen));
                let quizzes = seen.quizzes.into_iter().map(|q| (q.quiz, q.unfinished, q.last));
                (seen.course, lessons.collect(), quizzes.collect())
            }
            None => {
                let Some(course) = courses.get(&id, &lang)? else { return Ok(None) };
                let lessons = courses.lessons(&id, &lang)?.into_iter();
                let quizzes = courses.quizzes(&id, &lang)?.into_iter();
                let lessons = lessons.map(|lesson| (lesson, Stage::New, 0)).collect::<Vec<_>>();
                let quizzes = quizzes.map(|quiz| (quiz, None, None)).collect::<Vec<_>>();
                (course, lessons, quizzes)
            }
        };
        let picture = html::ornament(courses.picture(&id, &course.picture)?.as_deref());
        Ok(Some(Seen { course, picture, lessons, quizzes }))
    })
    .await
}

fn page(visitor: &Visitor, seen: &Seen) -> Course {
    let (t, course) = (visitor.t, &seen.course);
    let is_done = |stage: &Stage| *stage == Stage::Finished;
    let done = seen.lessons.iter().filter(|(_, stage, _)| is_done(stage)).count();
    let next = seen.lessons.iter().position(|(_, stage, _)| !is_done(stage));
    let (done, of) = (count(done), count(seen.lessons.len()));
    let is_learner = visitor.learner.is_some();
    let state = match (done, of) {
        _ if !is_learner => {
            format!("{}, {}", t.count_lessons(of.into()), t.lesson_minutes(course.minutes.into()))
        }
        (done, of) if done == of && of > 0 => t.course_done(),
        (done, of) => t.course_done_of(done.into(), of.into()),
    };
    let go = next.map(|at| {
        let (lesson, stage, screen) = &seen.lessons[at];
        let words = match (at, stage) {
            (0, Stage::New) => t.courses_first(&lesson.title),
            _ => t.courses_next(&lesson.title),
        };
        let href = format!("/course/{}/lesson/{}/{}", course.id, lesson.id, screen + 1);
        Go::link(words, href)
    });
    let practice = seen.quizzes.iter().filter(|(quiz, ..)| quiz.r#use == QuizUse::Practice);
    Course {
        page: visitor.page(course.title.clone()),
        lang: lang_attribute(t, &course.lang),
        title: course.title.clone(),
        summary: course.summary.clone(),
        picture: seen.picture.clone(),
        state,
        done,
        of,
        go,
        lessons: seen
            .lessons
            .iter()
            .enumerate()
            .map(|(at, lesson)| line(visitor, &course.id, lesson, is_learner && Some(at) == next))
            .collect(),
        teaches: course.competences.iter().filter_map(|code| t.skill(code)).collect(),
        quizzes: match is_learner {
            true => practice.map(|quiz| quiz_line(visitor, &course.id, quiz)).collect(),
            false => Vec::new(),
        },
        edition: t.course_version(course.order.version.into()),
        licence: t.course_licence(&course.licence),
        untranslated: course.lang.as_str() != t.lang(),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn line(
    visitor: &Visitor,
    course: &CourseId,
    (lesson, stage, screen): &(LessonView, Stage, u32),
    is_next: bool,
) -> LessonLine {
    let t = visitor.t;
    let (state, class) = match stage {
        Stage::Finished => (t.lesson_state_done(), "done"),
        Stage::Begun => (t.lesson_state_open(), "open"),
        Stage::New if is_next => (t.lesson_state_next(), "open"),
        Stage::New => (String::new(), "new"),
    };
    let screen = if *stage == Stage::Begun { screen + 1 } else { 1 };
    LessonLine {
        href: format!("/course/{course}/lesson/{}/{screen}", lesson.id),
        lang: lang_attribute(t, &lesson.lang),
        title: lesson.title.clone(),
        state,
        class,
        minutes: t.lesson_minutes(lesson.minutes.into()),
    }
}

fn quiz_line(
    visitor: &Visitor,
    course: &CourseId,
    (quiz, unfinished, last): &(QuizView, Option<AttemptId>, Option<AttemptId>),
) -> QuizLine {
    let t = visitor.t;
    QuizLine {
        start: format!("/course/{course}/quiz/{}", quiz.id),
        lang: lang_attribute(t, &quiz.lang),
        title: quiz.title.clone(),
        note: t.course_practice_note(quiz.questions.into()),
        is_unfinished: unfinished.is_some(),
        last: last.map(|attempt| format!("/attempt/{attempt}/result")),
    }
}

/// A sound of a course; pictures stand in their pages.
async fn media(
    State(app): State<Arc<App>>,
    _: Visitor,
    Path((course, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let course: CourseId = id(&course)?;
    if !file.ends_with(".opus") || file.len() > 60 {
        return Err(PageError::NotFound);
    }
    let bytes = on_core(&app, move |core| core.courses().picture(&course, &file)).await?;
    let bytes = bytes.ok_or(PageError::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "audio/ogg")], bytes).into_response())
}
