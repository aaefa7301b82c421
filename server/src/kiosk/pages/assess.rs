//! The self-assessment: what it is, its beginning, and whether a guest's becomes a learner's.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::ids::{AttemptId, GuestId, LearnerId};
use hocvu_core::quiz::{AssessmentView, AttemptPage, Taker};

use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::session::Visitor;

/// The routes of the self-assessment outside of its questions.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/assess", get(show).post(start))
        .route("/assess/attach", get(ask_attach).post(attach))
        .route("/assess/discard", post(discard))
}

/// Where somebody goes who has just been signed in: to the question whether the self-assessment that
/// she took as a guest is hers, or to the given page.
pub fn after_sign_in(visitor: &Visitor, to: &str) -> String {
    if visitor.session().guest.is_some() { "/assess/attach".into() } else { to.to_owned() }
}

#[derive(Template)]
#[template(path = "assess.html")]
struct AssessTemplate {
    page: Page,
    you: String,
    length: Option<String>,
    state: Open,
    is_guest: bool,
}

/// What lies there already.
enum Open {
    /// There are no items on this device.
    NoItems,
    /// Nothing was begun.
    Fresh,
    /// Under way: the number of the next question, from 1.
    UnderWay(AttemptId, u32),
    /// Done before.
    Done(AttemptId),
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let taker = known_taker(&visitor);
    let view = on_core(&app, move |core| core.quizzes().assessment(taker)).await?;
    let state = match &view {
        AssessmentView { questions: 0, .. } => Open::NoItems,
        AssessmentView { unfinished: Some((id, number)), .. } => Open::UnderWay(*id, *number),
        AssessmentView { last: Some(id), .. } => Open::Done(*id),
        _ => Open::Fresh,
    };
    let (asked, minutes) = (i64::from(view.questions), i64::from(view.minutes));
    let t = visitor.t;
    html::show(&AssessTemplate {
        page: visitor.page(t.assess_title()),
        you: visitor.you(),
        length: (asked > 0).then(|| t.assess_length(asked, minutes)),
        state,
        is_guest: visitor.learner.is_none(),
    })
}

fn known_taker(visitor: &Visitor) -> Option<Taker> {
    match &visitor.learner {
        Some(learner) => Some(Taker::Learner(learner.id)),
        None => visitor.session().guest.map(Taker::Guest),
    }
}

/// What is not there is none, other errors stay.
fn found<T>(result: hocvu_core::Result<T>) -> hocvu_core::Result<Option<T>> {
    match result {
        Err(hocvu_core::Error::NotFound { .. } | hocvu_core::Error::Invalid { .. }) => Ok(None),
        other => other.map(Some),
    }
}

async fn start(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let known = known_taker(&visitor);
    let (taker, id) = on_core(&app, move |core| {
        let quizzes = core.quizzes();
        let taker = known.unwrap_or_else(|| Taker::Guest(quizzes.new_guest()));
        Ok((taker, quizzes.start_assessment(taker)?))
    })
    .await?;
    if let Taker::Guest(guest) = taker {
        visitor.change(|session| session.guest = Some(guest));
    }
    Ok(html::redirect(&format!("/attempt/{id}")))
}

#[derive(Template)]
#[template(path = "assess_attach.html")]
struct AttachTemplate {
    page: Page,
    save: String,
}

/// A learner who took a self-assessment before she had a name here.
fn guest_and_learner(visitor: &Visitor) -> Result<(GuestId, LearnerId), PageError> {
    let learner = visitor.require_learner()?.id;
    let guest = visitor.session().guest.ok_or_else(|| PageError::Go("/assess".into()))?;
    Ok((guest, learner))
}

async fn ask_attach(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let (guest, _) = guest_and_learner(&visitor)?;
    let lang = visitor.lang.clone();
    let held = on_core(&app, move |core| {
        found(core.quizzes().attempt(Taker::Guest(guest), AttemptId::Guest(guest), &lang))
    });
    if held.await?.is_none() {
        visitor.change(|session| session.guest = None);
        return Ok(html::redirect("/home"));
    }
    let t = visitor.t;
    let page = visitor.page(t.assess_attach_title());
    let name = visitor.learner.as_ref().and_then(|learner| learner.name.clone());
    let save = t.assess_attach_to(&name.unwrap_or_default(), &visitor.you());
    html::show(&AttachTemplate { page, save })
}

async fn attach(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let (guest, learner) = guest_and_learner(&visitor)?;
    let lang = visitor.lang.clone();
    let attached = on_core(&app, move |core| {
        let Some(id) = core.quizzes().attach(guest, learner)? else { return Ok(None) };
        let view = core.quizzes().attempt(Taker::Learner(learner), id, &lang)?;
        Ok(Some((id, matches!(view.page, AttemptPage::Finished))))
    });
    let attached = attached.await?;
    visitor.change(|session| session.guest = None);
    let name = visitor.learner.as_ref().and_then(|learner| learner.name.clone());
    Ok(match attached {
        Some((id, is_finished)) => {
            visitor.say(visitor.t.assess_attached(&name.unwrap_or_default(), &visitor.you()));
            let more = if is_finished { "/result" } else { "" };
            html::redirect(&format!("/attempt/{id}{more}"))
        }
        None => html::redirect("/home"),
    })
}

async fn discard(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    if let Some(guest) = visitor.session().guest {
        on_core(&app, move |core| core.quizzes().discard_guest(guest)).await?;
        visitor.change(|session| session.guest = None);
        visitor.say(visitor.t.assess_discarded());
    }
    Ok(html::redirect(if visitor.learner.is_some() { "/home" } else { "/" }))
}
