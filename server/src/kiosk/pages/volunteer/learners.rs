//! Who learns on this device, and who finished what.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::Error;
use hocvu_core::course::Day;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{CourseDone, OverviewView};
use hocvu_core::text::{Messages, fold_marks};

use super::csv::Csv;
use super::{passcode_fault, signed_in};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::pages::me::{download, group_words};
use crate::kiosk::pages::quiz::id;
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;

/// Learners a page.
const PAGE: usize = 50;

/// The routes of the volunteer's table.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/volunteer/learners", get(list))
        .route("/volunteer/learners.csv", get(csv))
        .route("/volunteer/learners/{id}", get(one))
        .route("/volunteer/learners/{id}/pin", post(reset_pin))
        .route("/volunteer/learners/{id}/erase", post(erase))
}

#[derive(Template)]
#[template(path = "volunteer_learners.html")]
struct ListTemplate {
    page: Page,
    count: String,
    typed: String,
    rows: Vec<Row>,
    place: String,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    href: String,
    name: String,
    group: String,
    lessons: String,
    answered: String,
    has_pin: bool,
}

fn lessons(t: &Messages, courses: &[CourseDone]) -> String {
    let sum = |of: fn(&CourseDone) -> u32| courses.iter().map(|c| i64::from(of(c))).sum();
    t.count_of(sum(|c| c.done), sum(|c| c.of))
}

fn row(t: &Messages, overview: &OverviewView) -> Row {
    let learner = &overview.learner;
    Row {
        href: format!("/volunteer/learners/{}", learner.id),
        name: html::full_name(t, learner),
        group: group_words(t, learner.group).0,
        lessons: lessons(t, &overview.courses),
        answered: t.count_questions(i64::try_from(overview.answered).unwrap_or(i64::MAX)),
        has_pin: learner.has_pin,
    }
}

async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(query): Query<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let (t, lang) = (visitor.t, visitor.lang.clone());
    let all = on_core(&app, move |core| core.learners().overview(&lang)).await?;
    let typed: String = field(&query, "q").unwrap_or_default().chars().take(60).collect();
    let wanted = fold_marks(typed.trim());
    let has_name = |overview: &&OverviewView| {
        let name = overview.learner.name.as_deref().unwrap_or_default();
        wanted.is_empty() || fold_marks(name).contains(&wanted)
    };
    let found: Vec<&OverviewView> = all.iter().filter(has_name).collect();
    let pages = found.len().div_ceil(PAGE).max(1);
    let asked = field(&query, "page").and_then(|page| page.parse::<usize>().ok());
    let at = asked.unwrap_or(1).clamp(1, pages);
    let href = |page: usize| {
        let q: String = wanted.bytes().map(|b| format!("%{b:02X}")).collect();
        format!("/volunteer/learners?page={page}&q={q}")
    };
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    html::show(&ListTemplate {
        page: visitor.page(t.volunteer_learners()).for_nobody(),
        count: t.volunteer_learners_count(number(all.len())),
        rows: found.iter().skip((at - 1) * PAGE).take(PAGE).map(|o| row(t, o)).collect(),
        typed,
        place: if pages > 1 { t.page_of(number(at), number(pages)) } else { String::new() },
        previous: (at > 1).then(|| href(at - 1)),
        next: (at < pages).then(|| href(at + 1)),
    })
}

async fn csv(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let (t, lang) = (visitor.t, visitor.lang.clone());
    let all = on_core(&app, move |core| core.learners().overview(&lang)).await?;
    let mut table = Csv::new();
    table.row(&[
        &t.csv_name(),
        &t.csv_group(),
        &t.csv_course(),
        &t.csv_lessons_done(),
        &t.csv_lessons(),
        &t.csv_course_done(),
    ]);
    for overview in &all {
        let name = html::full_name(t, &overview.learner);
        let (group, _) = group_words(t, overview.learner.group);
        for course in &overview.courses {
            let is_done = course.of > 0 && course.done >= course.of;
            let done = if is_done { t.csv_yes() } else { t.csv_no() };
            let (n, of) = (course.done.to_string(), course.of.to_string());
            table.row(&[&name, &group, &course.title, &n, &of, &done]);
        }
    }
    let Day { year, month, day } = Day::in_vietnam(visitor.now_s);
    let name = t.csv_file_name(&format!("{year}-{month:02}-{day:02}"));
    Ok(download(&name, "text/csv; charset=utf-8", table.into_bytes()))
}

#[derive(Template)]
#[template(path = "volunteer_learner.html")]
struct OneTemplate {
    page: Page,
    row: Row,
    picture: &'static str,
    courses: Vec<(String, String)>,
    ask_pin: String,
    address: String,
    fault: Option<String>,
}

async fn one(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(learner): Path<String>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    one_page(&app, &visitor, id(&learner)?, None).await
}

async fn one_page(
    app: &App,
    visitor: &Visitor,
    learner: LearnerId,
    fault: Option<String>,
) -> Result<Answer, PageError> {
    let (t, lang) = (visitor.t, visitor.lang.clone());
    let all = on_core(app, move |core| core.learners().overview(&lang)).await?;
    let found = all.into_iter().find(|overview| overview.learner.id == learner);
    let found = found.ok_or(PageError::Core(Error::NotFound { what: "learner" }))?;
    let row = row(t, &found);
    let done = |course: &CourseDone| {
        (course.title.clone(), t.course_done_of(i64::from(course.done), i64::from(course.of)))
    };
    html::show(&OneTemplate {
        page: visitor.page(row.name.clone()).for_nobody(),
        picture: html::pictogram(found.learner.pictogram),
        courses: found.courses.iter().map(done).collect(),
        ask_pin: t.volunteer_reset_pin_ask(&row.name),
        address: row.href.clone(),
        row,
        fault,
    })
}

async fn reset_pin(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(learner): Path<String>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let learner: LearnerId = id(&learner)?;
    let found = on_core(&app, move |core| {
        core.learners().set_pin(learner, None)?;
        core.learners().get(learner)
    });
    let found = found.await?.ok_or(PageError::Core(Error::NotFound { what: "learner" }))?;
    visitor.say(visitor.t.volunteer_reset_pin_done(&html::full_name(visitor.t, &found)));
    Ok(html::redirect(&format!("/volunteer/learners/{learner}")))
}

async fn erase(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(learner): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let (t, learner) = (visitor.t, id::<LearnerId>(&learner)?);
    if field(&fields, "understood").is_none() {
        let fault = Some(t.erase_confirm_missing());
        return one_page(&app, &visitor, learner, fault).await;
    }
    let typed = field(&fields, "proof").unwrap_or_default().to_owned();
    let done = on_core(&app, move |core| {
        core.device().check_passcode(&typed)?;
        core.learners().erase(learner)
    });
    match done.await {
        Ok(()) => {
            visitor.change(|session| {
                session.forget(learner);
                session.learner = session.learner.filter(|current| *current != learner);
            });
            visitor.say(t.erase_done());
            Ok(html::redirect("/volunteer/learners"))
        }
        Err(PageError::Core(error)) => match passcode_fault(t, &error) {
            Some(fault) => one_page(&app, &visitor, learner, Some(fault)).await,
            None => Err(PageError::Core(error)),
        },
        Err(error) => Err(error),
    }
}
