//! The volunteer's pages, behind a passcode.
//!
//! The passcode is set at this very computer, or elsewhere with the code that the console printed.
//! Whoever typed it is the volunteer for half an hour after the last page.

mod above;
mod backup;
mod commune;
mod courier;
mod courses;
mod csv;
mod hubs;
mod learners;
mod published;
mod sync;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answer};
use axum::routing::{get, post};
use hocvu_core::device::{Notice, PASSCODE_CHARS_MIN};
use hocvu_core::text::Messages;
use hocvu_core::{Error, HocvuCore};

use crate::kiosk::app::{App, LIST_OPEN_UNTIL, on_core};
use crate::kiosk::commune as places;
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;

/// How long the volunteer stays signed in after the last page.
const SIGNED_IN_S: i64 = 30 * 60;
/// Wrong tries at the console's code, eight digits, before it is void.
const CONSOLE_TRIES_MAX: u32 = 30;
/// For how long the list of learners is opened to every phone.
const LIST_OPEN_MINUTES: i64 = 60;

/// The routes of the volunteer.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/volunteer", get(show))
        .route("/volunteer/enter", post(enter))
        .route("/volunteer/leave", post(leave))
        .route("/volunteer/passcode", get(ask_passcode).post(set_passcode))
        .route("/volunteer/list", post(open_list))
        .route("/volunteer/notice", post(dismiss))
        .merge(backup::routes())
        .merge(commune::routes())
        .merge(courier::routes())
        .merge(above::routes())
        .merge(courses::routes())
        .merge(published::routes())
        .merge(hubs::routes())
        .merge(learners::routes())
        .merge(sync::routes())
}

/// Removes what a stop left behind of backups on their way and of uploads.
pub fn remove_leftovers(core: &HocvuCore) {
    for folder in [backup::OUTGOING, courses::UPLOADS] {
        let folder = core.folder().join(folder);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, folder = %folder.display(), "leftovers were not removed");
            }
            _ => {}
        }
    }
}

/// Lets the volunteer go on, and everybody else to where the passcode is asked.
fn signed_in(visitor: &Visitor) -> Result<(), PageError> {
    still_signed_in(visitor)?;
    stay(visitor);
    Ok(())
}

/// The same for a page that opens itself again: that nobody reads it keeps nobody signed in.
fn still_signed_in(visitor: &Visitor) -> Result<(), PageError> {
    if visitor.is_volunteer() { Ok(()) } else { Err(PageError::Go("/volunteer".into())) }
}

fn stay(visitor: &Visitor) {
    let until = visitor.now_s.saturating_add(SIGNED_IN_S);
    visitor.change(|session| session.volunteer_until_s = until);
}

fn passcode_min() -> i64 {
    i64::try_from(PASSCODE_CHARS_MIN).unwrap_or(i64::MAX)
}

#[derive(Template)]
#[template(path = "volunteer.html")]
struct VolunteerTemplate {
    page: Page,
    notices: Vec<NoticeRow>,
    list_is_open: bool,
    list_minutes: i64,
    learners: String,
    commune: String,
    version: String,
    only_here: bool,
    /// Whether this program is a relay too.
    has_relay: bool,
}

struct NoticeRow {
    words: String,
    name: &'static str,
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    if !visitor.is_volunteer() {
        let is_set = on_core(&app, |core| core.device().has_passcode()).await?;
        return if is_set { enter_page(&visitor, None) } else { set_page(&visitor, false, None) };
    }
    stay(&visitor);
    let (notices, open_until, learners, commune) = on_core(&app, |core| {
        let device = core.device();
        let open_until = device.setting(LIST_OPEN_UNTIL)?;
        Ok((device.notices()?, open_until, core.learners().list()?.len(), device.commune()?))
    })
    .await?;
    let t = visitor.t;
    let until: i64 = open_until.and_then(|until| until.parse().ok()).unwrap_or(0);
    let place = commune.as_deref().and_then(places::get);
    html::show(&VolunteerTemplate {
        page: visitor.page(t.volunteer_title()).for_nobody(),
        notices: notices.into_iter().map(|notice| notice_row(t, notice)).collect(),
        list_is_open: visitor.now_s < until,
        list_minutes: LIST_OPEN_MINUTES,
        learners: t.volunteer_learners_count(i64::try_from(learners).unwrap_or(i64::MAX)),
        commune: match place {
            Some(place) => t.commune_set(place.name, place.province),
            None => t.commune_unset(),
        },
        version: t.device_version(env!("CARGO_PKG_VERSION")),
        only_here: app.options.loopback_only,
        has_relay: app.hub.is_some(),
    })
}

fn notice_row(t: &Messages, notice: Notice) -> NoticeRow {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match notice {
        Notice::Salvaged { lost } => {
            let words = format!("{} {}", t.damaged_lost(count(lost)), t.damaged_backup_hint());
            NoticeRow { words, name: "salvaged" }
        }
        Notice::NewReplica => NoticeRow { words: t.copied_folder(), name: "replica" },
        Notice::NamesLost => NoticeRow { words: t.key_lost(), name: "names" },
    }
}

async fn dismiss(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let notice = match field(&fields, "name") {
        Some("salvaged") => Notice::Salvaged { lost: 0 },
        Some("replica") => Notice::NewReplica,
        Some("names") => Notice::NamesLost,
        _ => return Err(PageError::BadRequest),
    };
    on_core(&app, move |core| core.device().dismiss(notice)).await?;
    Ok(html::redirect("/volunteer"))
}

#[derive(Template)]
#[template(path = "volunteer_enter.html")]
struct EnterTemplate {
    page: Page,
    fault: Option<String>,
}

fn enter_page(visitor: &Visitor, fault: Option<String>) -> Result<Answer, PageError> {
    let page = visitor.page(visitor.t.volunteer_title()).for_nobody();
    html::show(&EnterTemplate { page, fault })
}

async fn enter(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let typed = field(&fields, "passcode").unwrap_or_default().to_owned();
    match on_core(&app, move |core| core.device().check_passcode(&typed)).await {
        Ok(()) => {
            stay(&visitor);
            Ok(html::redirect("/volunteer"))
        }
        Err(PageError::Core(Error::NotFound { .. })) => Ok(html::redirect("/volunteer")),
        Err(PageError::Core(error)) => match passcode_fault(visitor.t, &error) {
            Some(fault) => {
                let shown = enter_page(&visitor, Some(fault))?;
                Ok((StatusCode::FORBIDDEN, shown).into_response())
            }
            None => Err(PageError::Core(error)),
        },
        Err(error) => Err(error),
    }
}

/// What is said to a wrong passcode.
fn passcode_fault(t: &Messages, error: &Error) -> Option<String> {
    match error {
        Error::CodeWrong { wait_s: 0 } => Some(t.passcode_wrong()),
        Error::CodeWrong { wait_s } | Error::CodeWait { wait_s } => {
            Some(t.passcode_wait(i64::from(*wait_s)))
        }
        _ => None,
    }
}

async fn leave(visitor: Visitor) -> Answer {
    visitor.change(|session| session.volunteer_until_s = 0);
    visitor.say(visitor.t.volunteer_left());
    html::redirect("/")
}

#[derive(Template)]
#[template(path = "volunteer_passcode.html")]
struct PasscodeTemplate {
    page: Page,
    title: String,
    min: i64,
    needs_old: bool,
    needs_code: bool,
    fault: Option<String>,
}

async fn ask_passcode(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let is_set = on_core(&app, |core| core.device().has_passcode()).await?;
    if is_set {
        signed_in(&visitor)?;
    }
    set_page(&visitor, is_set, None)
}

fn set_page(visitor: &Visitor, is_set: bool, fault: Option<String>) -> Result<Answer, PageError> {
    let t = visitor.t;
    let title = if is_set { t.passcode_change() } else { t.passcode_set_title() };
    let page = visitor.page(title.clone()).for_nobody();
    let needs_code = !visitor.is_loopback;
    let min = passcode_min();
    html::show(&PasscodeTemplate { page, title, min, needs_old: is_set, needs_code, fault })
}

async fn set_passcode(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let t = visitor.t;
    let typed = |name| field(&fields, name).unwrap_or_default().to_owned();
    let (old, new, code) = (typed("old"), typed("new"), typed("code"));
    let is_set = on_core(&app, |core| core.device().has_passcode()).await?;
    let again = |fault: String, status: StatusCode| {
        set_page(&visitor, is_set, Some(fault)).map(|shown| (status, shown).into_response())
    };
    if !visitor.is_loopback && !is_console_code(&code, &app.options.volunteer_code) {
        return again(t.passcode_console_wrong(), StatusCode::FORBIDDEN);
    }
    if new.chars().count() < PASSCODE_CHARS_MIN {
        return again(t.passcode_short(passcode_min()), StatusCode::UNPROCESSABLE_ENTITY);
    }
    if new != typed("again") {
        return again(t.passcode_differs(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let set = on_core(&app, move |core| {
        if core.device().has_passcode()? {
            core.device().check_passcode(&old)?;
        }
        core.device().set_passcode(&new)
    });
    match set.await {
        Ok(()) => {
            stay(&visitor);
            visitor.say(t.passcode_set());
            // The commune is asked for once, right after.
            Ok(html::redirect(if is_set { "/volunteer" } else { "/volunteer/commune" }))
        }
        Err(PageError::Core(Error::Invalid { .. })) => {
            again(t.passcode_short(passcode_min()), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(PageError::Core(error)) => match passcode_fault(t, &error) {
            Some(fault) => again(fault, StatusCode::FORBIDDEN),
            None => Err(PageError::Core(error)),
        },
        Err(error) => Err(error),
    }
}

/// Compares the console's code. After too many wrong tries it is good for nothing until the program
/// is started again and prints another; the passcode can still be set at this very computer.
fn is_console_code(typed: &str, code: &str) -> bool {
    static WRONG_TRIES: AtomicU32 = AtomicU32::new(0);
    if WRONG_TRIES.load(Ordering::Relaxed) >= CONSOLE_TRIES_MAX {
        return false;
    }
    let is_right = is_same(typed, code);
    if !is_right {
        WRONG_TRIES.fetch_add(1, Ordering::Relaxed);
    }
    is_right
}

/// Compares secrets in a time that tells nothing of them; an empty one is never right.
fn is_same(typed: &str, secret: &str) -> bool {
    let bare = |text: &str| blake3::hash(text.trim().as_bytes());
    !secret.trim().is_empty() && bare(typed) == bare(secret)
}

async fn open_list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let until = match field(&fields, "open") {
        Some("yes") => visitor.now_s.saturating_add(LIST_OPEN_MINUTES * 60),
        _ => 0,
    };
    let until = until.to_string();
    on_core(&app, move |core| core.device().set_setting(LIST_OPEN_UNTIL, &until)).await?;
    Ok(html::redirect("/volunteer"))
}
