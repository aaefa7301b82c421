//! How far a learner has come: what is open, what is next, what she can do, course by course. Only
//! numbers that can be counted again from her record.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response as Answer;
use axum::routing::get;
use hocvu_core::progress::{CourseProgressView, HomeView, MasteryView, Next};
use hocvu_core::text::Messages;

use super::result::{SkillRow, dots, skill_name};
use super::whereabouts::{self, Whereabouts};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::session::Visitor;

/// The routes of a learner's progress.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/progress", get(show))
}

#[derive(Template)]
#[template(path = "progress.html")]
struct ProgressTemplate {
    page: Page,
    title: String,
    you: String,
    recorded: i64,
    /// Whether a lesson is done; somebody may have answered nothing in it.
    has_done: bool,
    next: Option<(String, String)>,
    skills: Vec<SkillRow>,
    courses: Vec<CourseRow>,
    last_assessment: Option<String>,
    whereabouts: Whereabouts,
}

struct CourseRow {
    href: String,
    title: String,
    lang: String,
    said: String,
    done: u32,
    of: u32,
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let learner = visitor.require_learner()?.clone();
    let (id, lang) = (learner.id, visitor.lang.clone());
    let (home, mastery, last, known) = on_core(&app, move |core| {
        let progress = core.progress();
        let last = core.quizzes().last_assessment(id)?;
        let known = whereabouts::known(core, id)?;
        Ok((progress.home(id, &lang)?, progress.mastery(id)?, last, known))
    })
    .await?;
    let (t, you) = (visitor.t, visitor.you());
    let title = t.progress_title(learner.name.as_deref().unwrap_or_default(), &you);
    html::show(&ProgressTemplate {
        page: visitor.page(title.clone()),
        title,
        recorded: i64::try_from(home.recorded).unwrap_or(i64::MAX),
        has_done: home.courses.iter().any(|course| course.done > 0),
        next: next(t, &home),
        skills: mastery.iter().map(|mastery| skill_row(t, mastery)).collect(),
        courses: home.courses.iter().map(|course| course_row(t, course)).collect(),
        last_assessment: last.map(|id| format!("/attempt/{id}/result")),
        whereabouts: Whereabouts::of(t, &known, learner.counts, &you),
        you,
    })
}

/// Where the green button goes, and what it says.
fn next(t: &Messages, home: &HomeView) -> Option<(String, String)> {
    match &home.next {
        Next::Attempt { id, title, .. } => {
            let title = if title.is_empty() { t.assess_title() } else { title.clone() };
            Some((format!("/attempt/{id}"), t.courses_resume_quiz(&title)))
        }
        Next::Lesson { course, lesson, title, .. } => {
            Some((format!("/course/{course}/lesson/{lesson}"), t.courses_next(title)))
        }
        Next::Quiz { course, title, .. } => {
            Some((format!("/course/{course}"), t.courses_next_quiz(title)))
        }
        Next::Assessment => Some(("/assess".into(), t.assess_title())),
        Next::AllDone => None,
    }
}

fn skill_row(t: &Messages, mastery: &MasteryView) -> SkillRow {
    let note = match mastery.dots {
        Some(_) => String::new(),
        None => t.assess_too_few_more(i64::from(mastery.missing)),
    };
    let name = skill_name(t, &mastery.competence);
    SkillRow { name, dots: mastery.dots.map(|level| dots(t, level)), note }
}

fn course_row(t: &Messages, course: &CourseProgressView) -> CourseRow {
    let (done, of) = (course.done, course.of);
    let begun = course.lessons.iter().any(|l| l.stage != hocvu_core::progress::Stage::New);
    let said =
        if begun { t.course_done_of(i64::from(done), i64::from(of)) } else { t.course_not_begun() };
    CourseRow {
        href: format!("/course/{}", course.course.id),
        title: course.course.title.clone(),
        lang: course.course.lang.to_string(),
        said,
        done,
        of,
    }
}
