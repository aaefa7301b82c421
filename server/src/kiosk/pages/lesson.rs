//! A lesson, one screen a page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use hocvu_core::course::{Block, Day, Fact, InLang, Lesson};
use hocvu_core::ids::{CourseId, FactId, Lang, LearnerId, LessonId, QuestionId};
use hocvu_core::progress::Stage;
use hocvu_core::quiz::{QuestionView, QuizUse};
use hocvu_core::{HocvuCore, Result as CoreResult};

use super::check::check_of;
use super::home::Go;
use super::quiz::id;
use crate::kiosk::html::{self, Blocks, Page, lang_attribute};
use crate::kiosk::question::{FormRequest, question_form};
use crate::kiosk::{App, PageError, Visitor, on_core};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/course/{course}/lesson/{lesson}", get(resume))
        .route("/course/{course}/lesson/{lesson}/done", get(done).post(finish))
        .route("/course/{course}/lesson/{lesson}/{screen}", get(show))
}

/// Goes to the screen that the learner was on.
async fn resume(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, lesson)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (course, lesson): (CourseId, LessonId) = (id(&course)?, id(&lesson)?);
    let learner = visitor.learner.as_ref().map(|learner| learner.id);
    let lang = visitor.lang.clone();
    let (course_id, lesson_id) = (course.clone(), lesson.clone());
    let screen = on_core(&app, move |core| {
        let Some(learner) = learner else { return Ok(0) };
        let seen = core.progress().course(learner, &course_id, &lang)?;
        let lessons = seen.map(|seen| seen.lessons).unwrap_or_default();
        let at = lessons.into_iter().find(|at| at.lesson.id == lesson_id);
        Ok(at.filter(|at| at.stage == Stage::Begun).map_or(0, |at| at.screen))
    })
    .await?;
    Ok(html::redirect(&format!("/course/{course}/lesson/{lesson}/{}", screen + 1)))
}

/// A lesson with all that one of its screens shows.
struct Opened {
    lesson: InLang<Lesson>,
    course_title: String,
    /// From 0, within the lesson.
    screen: usize,
    facts: BTreeMap<FactId, InLang<Fact>>,
    pictures: BTreeMap<String, Vec<u8>>,
    checks: BTreeMap<QuestionId, (QuestionView, Option<Vec<u8>>)>,
}

#[derive(Template)]
#[template(path = "lesson.html")]
struct Screen {
    page: Page,
    lang: String,
    course_href: String,
    course_title: String,
    title: String,
    place: String,
    /// Pieces of the screen as HTML; the words of the course are in their own language.
    pieces: Vec<Piece>,
    back: Option<String>,
    next: Option<String>,
    finish: String,
    has_check: bool,
    untranslated: bool,
}

enum Piece {
    Words(String),
    Check(String),
}

async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, lesson, screen)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let (course, lesson): (CourseId, LessonId) = (id(&course)?, id(&lesson)?);
    let screen: usize = id(&screen)?;
    let learner = visitor.learner.as_ref().map(|learner| learner.id);
    let (lang, at) = (visitor.lang.clone(), screen.saturating_sub(1));
    let course_id = course.clone();
    let opened = on_core(&app, move |core| {
        let opened = open(core, &course_id, &lesson, at, learner, &lang)?;
        if let (Some(learner), Some(opened)) = (learner, &opened) {
            let screen = u32::try_from(opened.screen).unwrap_or(u32::MAX);
            core.progress().see_screen(learner, &course_id, &lesson, screen)?;
        }
        Ok(opened)
    })
    .await?;
    html::show(&screen_page(&visitor, &course, &opened.ok_or(PageError::NotFound)?))
}

/// Reads a lesson and what its screen needs. A screen past the end, as after an update, is the last.
fn open(
    core: &HocvuCore,
    course: &CourseId,
    lesson: &LessonId,
    screen: usize,
    learner: Option<LearnerId>,
    lang: &Lang,
) -> CoreResult<Option<Opened>> {
    let courses = core.courses();
    let Some(lesson) = courses.lesson(course, lesson, lang)? else { return Ok(None) };
    let Some(last) = lesson.value.screens.len().checked_sub(1) else { return Ok(None) };
    let screen = screen.min(last);
    let blocks = &lesson.value.screens[screen].blocks;
    let mut pictures = BTreeMap::new();
    let files: BTreeSet<&str> = blocks.iter().filter_map(picture_file).collect();
    for file in files {
        if let Some(svg) = courses.picture(course, file)? {
            pictures.insert(file.to_owned(), svg);
        }
    }
    let has_facts = blocks.iter().any(|block| matches!(block, Block::Fact { .. }));
    let facts = if has_facts { courses.facts(course, lang)? } else { BTreeMap::new() };
    let mut checks = BTreeMap::new();
    for block in blocks {
        let Block::Check(question) = block else { continue };
        let view = check_of(core, learner, course, question, lang)?;
        let picture = match &view.picture {
            Some(picture) => courses.picture(course, &picture.file)?,
            None => None,
        };
        checks.insert(question.clone(), (view, picture));
    }
    let course_title = courses.get(course, lang)?.map(|course| course.title).unwrap_or_default();
    Ok(Some(Opened { lesson, course_title, screen, facts, pictures, checks }))
}

fn picture_file(block: &Block) -> Option<&str> {
    match block {
        Block::Picture { file, .. } => Some(file),
        _ => None,
    }
}

fn screen_page(visitor: &Visitor, course: &CourseId, opened: &Opened) -> Screen {
    let (t, lesson) = (visitor.t, &opened.lesson.value);
    let address = format!("/course/{course}/lesson/{}", lesson.id);
    let (number, of) = (opened.screen + 1, lesson.screens.len());
    let place = t.lesson_screen_of(small(number), small(of));
    Screen {
        page: visitor.page(format!("{} ({number}/{of})", lesson.title)),
        lang: lang_attribute(t, &opened.lesson.lang),
        course_href: format!("/course/{course}"),
        course_title: opened.course_title.clone(),
        title: lesson.title.clone(),
        place,
        pieces: pieces(visitor, course, opened),
        back: (number > 1).then(|| format!("{address}/{}", number - 1)),
        next: (number < of).then(|| format!("{address}/{}", number + 1)),
        finish: format!("{address}/done"),
        has_check: !opened.checks.is_empty(),
        untranslated: number == 1 && opened.lesson.lang.as_str() != t.lang(),
    }
}

fn small(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn pieces(visitor: &Visitor, course: &CourseId, opened: &Opened) -> Vec<Piece> {
    let media = format!("/course/{course}/media/");
    let words = Blocks {
        t: visitor.t,
        lang: &opened.lesson.lang,
        facts: &opened.facts,
        pictures: &opened.pictures,
        media: &media,
        today: Day::in_vietnam(visitor.now_s),
    };
    let blocks = &opened.lesson.value.screens[opened.screen].blocks;
    let mut pieces = Vec::new();
    for run in blocks.chunk_by(|a, b| is_words(a) && is_words(b)) {
        let check = match &run[0] {
            Block::Check(question) => opened.checks.get(question),
            _ => None,
        };
        pieces.push(match check {
            Some((view, picture)) => {
                Piece::Check(check_form(visitor, opened, view, picture.as_deref()))
            }
            None => Piece::Words(words.html(run)),
        });
    }
    pieces
}

fn is_words(block: &Block) -> bool {
    !matches!(block, Block::Check(_))
}

fn check_form(
    visitor: &Visitor,
    opened: &Opened,
    question: &QuestionView,
    svg: Option<&[u8]>,
) -> String {
    let picture = question.picture.as_ref().map(|p| html::picture(visitor.t, svg, &p.alt));
    let screen = (opened.screen + 1).to_string();
    question_form(
        FormRequest {
            messages: visitor.t,
            you: &visitor.you(),
            action: &format!("/course/{}/check/{}", question.course, question.id),
            csrf: &visitor.csrf(),
            hidden: vec![
                ("lesson".into(), opened.lesson.value.id.to_string()),
                ("screen".into(), screen),
            ],
            now_s: visitor.now_s,
            picture,
            given: &[],
            fault: None,
            is_heading: false,
        },
        question,
    )
}

/// Notes that the lesson is finished.
async fn finish(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, lesson)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (course, lesson): (CourseId, LessonId) = (id(&course)?, id(&lesson)?);
    let to = format!("/course/{course}/lesson/{lesson}/done");
    if let Some(learner) = visitor.learner.as_ref().map(|learner| learner.id) {
        on_core(&app, move |core| core.progress().finish_lesson(learner, &course, &lesson)).await?;
    }
    Ok(html::redirect(&to))
}

#[derive(Template)]
#[template(path = "lesson_done.html")]
struct Done {
    page: Page,
    lang: String,
    lesson_title: String,
    go: Go,
    course_done: bool,
    course_href: String,
    again: String,
}

async fn done(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, lesson)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (course, lesson): (CourseId, LessonId) = (id(&course)?, id(&lesson)?);
    let (lang, learner) = (visitor.lang.clone(), visitor.learner.as_ref().map(|l| l.id));
    let course_id = course.clone();
    let (lessons, finished, practice) = on_core(&app, move |core| {
        let lessons = core.courses().lessons(&course_id, &lang)?;
        let quizzes = core.courses().quizzes(&course_id, &lang)?;
        let practice = quizzes.into_iter().find(|quiz| quiz.r#use == QuizUse::Practice);
        let seen = match learner {
            Some(learner) => core.progress().course(learner, &course_id, &lang)?,
            None => None,
        };
        let finished: BTreeSet<LessonId> = seen
            .into_iter()
            .flat_map(|seen| seen.lessons)
            .filter(|lesson| lesson.stage == Stage::Finished)
            .map(|lesson| lesson.lesson.id)
            .collect();
        Ok((lessons, finished, practice))
    })
    .await?;
    let at = lessons.iter().position(|other| other.id == lesson).ok_or(PageError::NotFound)?;
    // The next that is not done: those behind this one first, then those that were passed over.
    let is_open = |other: &&hocvu_core::course::LessonView| !finished.contains(&other.id);
    let next = lessons[at + 1..].iter().chain(&lessons[..at]).find(is_open);
    let t = visitor.t;
    let go = match (next, practice) {
        (Some(next), _) => Go::link(
            t.lesson_done_next(&next.title),
            format!("/course/{course}/lesson/{}", next.id),
        ),
        (None, Some(quiz)) if learner.is_some() => Go {
            words: t.lesson_done_practice(),
            href: format!("/course/{course}/quiz/{}", quiz.id),
            is_post: true,
        },
        _ => Go::link(t.courses_title(), "/home".into()),
    };
    html::show(&Done {
        page: visitor.page(t.lesson_done_title(&visitor.you())),
        lang: lang_attribute(t, &lessons[at].lang),
        lesson_title: lessons[at].title.clone(),
        go,
        course_done: next.is_none() && learner.is_some(),
        again: format!("/course/{course}/lesson/{lesson}/1"),
        course_href: format!("/course/{course}"),
    })
}
