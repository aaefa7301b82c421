//! Who learns on this device, and who finished what.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::course::Day;
use hocvu_core::ids::{Lang, LearnerId};
use hocvu_core::learner::{CourseDone, LearnerView, OverviewView};
use hocvu_core::progress::CourseProgressView;
use hocvu_core::quiz::Taker;
use hocvu_core::text::{Messages, fold_marks};
use hocvu_core::{Error, HocvuCore, Result as CoreResult};

use super::csv::Csv;
use super::{passcode_fault, signed_in};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::pages::me::{Leaving, download, leaving, pass_on_soon, unprocessable};
use crate::kiosk::pages::person::group_words;
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

/// The columns of the table. They are the same whatever the reader's language, so that tables of
/// several devices can be put together; `docs/formats.md` tells them.
const COLUMNS: [&str; 10] = [
    "Tên",
    "Nhóm",
    "Mã khóa học",
    "Khóa học",
    "Số bài đã xong",
    "Số bài của khóa",
    "Xong khóa",
    "Luyện tập: số câu đúng",
    "Luyện tập: số câu",
    "Ngày học gần nhất",
];

async fn csv(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let lang = Lang::parse("vi").map_err(|_| PageError::Internal)?;
    let t = Messages::get(&lang);
    let table = on_core(&app, move |core| table(core, t, &lang)).await?;
    let name = t.csv_file_name(&Day::in_vietnam(visitor.now_s).iso());
    Ok(download(&name, "text/csv; charset=utf-8", table.into_bytes()))
}

/// A row for each learner and course.
fn table(core: &HocvuCore, t: &Messages, lang: &Lang) -> CoreResult<Csv> {
    let mut table = Csv::new();
    table.row(&COLUMNS);
    let last_active = core.learners().last_active()?;
    for learner in core.learners().list()? {
        let name = html::full_name(t, &learner);
        let (group, _) = group_words(t, learner.group);
        let day = last_active.get(&learner.id).map(|s| Day::in_vietnam(*s).iso());
        let day = day.unwrap_or_default();
        for of in core.progress().home(learner.id, lang)?.courses {
            let is_done = of.of > 0 && of.done >= of.of;
            let is_done = if is_done { t.csv_yes() } else { t.csv_no() };
            let practised = practised(core, learner.id, &of, lang)?;
            let (correct, asked) = practised
                .map(|(correct, asked)| (correct.to_string(), asked.to_string()))
                .unwrap_or_default();
            let (id, title) = (of.course.id.as_str(), &of.course.title);
            let (n, all) = (of.done.to_string(), of.of.to_string());
            table.row(&[&name, &group, id, title, &n, &all, &is_done, &correct, &asked, &day]);
        }
    }
    Ok(table)
}

/// Answers right and answers given in the last finished attempt at each practice quiz of a course.
fn practised(
    core: &HocvuCore,
    learner: LearnerId,
    course: &CourseProgressView,
    lang: &Lang,
) -> CoreResult<Option<(u32, u32)>> {
    let mut sum = None;
    for attempt in course.quizzes.iter().filter_map(|quiz| quiz.last) {
        let result = core.quizzes().result(Taker::Learner(learner), attempt, lang)?;
        let (correct, answered) = sum.unwrap_or((0, 0));
        sum = Some((correct + result.correct, answered + result.answered));
    }
    Ok(sum)
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
    /// Who may be let go, as in a sentence: "bà Lan".
    you: String,
    recorded: i64,
    chosen: Option<Leaving>,
    fault: Option<String>,
}

async fn one(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(learner): Path<String>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    one_page(&app, &visitor, id(&learner)?, None, None).await
}

async fn one_page(
    app: &App,
    visitor: &Visitor,
    learner: LearnerId,
    chosen: Option<Leaving>,
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
        you: called(t, &found.learner),
        row,
        recorded: i64::try_from(found.answered).unwrap_or(i64::MAX),
        chosen,
        fault,
    })
}

/// A learner as a sentence names her.
fn called(t: &Messages, learner: &LearnerView) -> String {
    match &learner.name {
        Some(name) => t.people_name_inside(name, &html::you(t, learner.address)),
        None => t.people_nameless(),
    }
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
    let chosen = Leaving::read(&fields);
    let again = |fault| one_page(&app, &visitor, learner, chosen, Some(fault));
    let leaving = match leaving(t, &fields) {
        Ok(leaving) => leaving,
        Err(fault) => return again(fault).await.map(unprocessable),
    };
    let typed = field(&fields, "proof").unwrap_or_default().to_owned();
    let hub = app.hub.clone();
    let done = on_core(&app, move |core| {
        core.device().check_passcode(&typed)?;
        leaving.carry_out(core, hub.as_deref().map(|hub| &*hub.relay), learner)
    });
    match done.await {
        Ok(()) => {
            pass_on_soon(&app);
            visitor.change(|session| {
                session.forget(learner);
                session.learner = session.learner.filter(|current| *current != learner);
            });
            visitor.say(leaving.said(t));
            Ok(html::redirect("/volunteer/learners"))
        }
        Err(PageError::Core(error)) => match passcode_fault(t, &error) {
            Some(fault) => again(fault).await.map(unprocessable),
            None => Err(PageError::Core(error)),
        },
        Err(error) => Err(error),
    }
}
