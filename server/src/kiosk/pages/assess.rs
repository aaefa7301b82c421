//! The self-assessment: what it is, its beginning, and whether a guest's becomes a learner's.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::HocvuCore;
use hocvu_core::ids::{AttemptId, GuestId, Lang, LearnerId};
use hocvu_core::quiz::{AttemptPage, QuizUse, Taker, policy};

use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::session::Visitor;

/// How many questions an unhurried reader answers in a minute.
const A_MINUTE: i64 = 2;

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
    let lang = visitor.lang.clone();
    let (asked, state) = on_core(&app, move |core| {
        let asked = questions_asked(core)?;
        let state = if asked == 0 { Open::NoItems } else { open(core, taker, &lang)? };
        Ok((asked, state))
    })
    .await?;
    let t = visitor.t;
    html::show(&AssessTemplate {
        page: visitor.page(t.assess_title()),
        you: visitor.you(),
        length: (asked > 0).then(|| t.assess_length(asked, (asked + A_MINUTE - 1) / A_MINUTE)),
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

/// How many questions a self-assessment has on this device.
fn questions_asked(core: &HocvuCore) -> hocvu_core::Result<i64> {
    let mut of_each = BTreeMap::new();
    for item in core.courses().assessment_items()? {
        *of_each.entry(item.question.competence).or_insert(0usize) += 1;
    }
    let most = policy().asked_per_competence;
    let asked: usize = of_each.values().map(|items| (*items).min(most)).sum();
    Ok(i64::try_from(asked).unwrap_or(i64::MAX))
}

fn open(core: &HocvuCore, taker: Option<Taker>, lang: &Lang) -> hocvu_core::Result<Open> {
    let Some(taker) = taker else { return Ok(Open::Fresh) };
    let unfinished = core.quizzes().unfinished(taker)?;
    let assessment = unfinished.into_iter().find(|(_, purpose)| *purpose == QuizUse::Assessment);
    if let Some((id, _)) = assessment {
        let view = core.quizzes().attempt(taker, id, lang)?;
        if let AttemptPage::Question { number, .. } = view.page {
            return Ok(Open::UnderWay(id, number));
        }
    }
    let done = match taker {
        Taker::Learner(learner) => core.quizzes().last_assessment(learner)?,
        Taker::Guest(guest) => {
            let id = AttemptId::Guest(guest);
            found(core.quizzes().result(taker, id, lang))?.map(|_| id)
        }
    };
    Ok(done.map_or(Open::Fresh, Open::Done))
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
