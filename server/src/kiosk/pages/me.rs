//! What a learner decides about herself: name, picture, PIN, consent, a copy of everything, erasing.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response as Answer};
use axum::routing::get;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{LearnerView, Purpose, is_easy_pin, is_pin};
use hocvu_core::text::Messages;
use hocvu_core::{Error, HocvuCore};

use super::person::{PersonFaults, PersonFields, PersonForm};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;
use crate::relay::Relay;

/// The routes of a learner's own matters.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/me", get(show))
        .route("/me/edit", get(ask_person).post(set_person))
        .route("/me/name", get(ask_person))
        .route("/me/pin", get(ask_pin).post(set_pin))
        .route("/me/consent", get(ask_consent).post(set_consent))
        .route("/me/export", get(ask_export))
        .route("/me/export/file", get(export))
        .route("/me/erase", get(ask_erase).post(erase))
}

/// A page again, because something in its form was missing.
pub(super) fn unprocessable(shown: Answer) -> Answer {
    (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
}

fn called(learner: &LearnerView) -> String {
    learner.name.clone().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "me.html")]
struct MeTemplate {
    page: Page,
    title: String,
    picture: &'static str,
    recorded: i64,
    you: String,
    has_pin: bool,
    name_lost: bool,
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let learner = visitor.require_learner()?.clone();
    let recorded = recorded(&app, &visitor, &learner).await?;
    let (t, you) = (visitor.t, visitor.you());
    let title = t.me_title(&called(&learner), &you);
    html::show(&MeTemplate {
        page: visitor.page(title.clone()),
        title,
        picture: html::pictogram(learner.pictogram),
        recorded,
        you,
        has_pin: learner.has_pin,
        name_lost: learner.name.is_none(),
    })
}

/// How many answers of hers lie on this device.
async fn recorded(app: &App, visitor: &Visitor, learner: &LearnerView) -> Result<i64, PageError> {
    let (id, lang) = (learner.id, visitor.lang.clone());
    let home = on_core(app, move |core| core.progress().home(id, &lang)).await?;
    Ok(i64::try_from(home.recorded).unwrap_or(i64::MAX))
}

#[derive(Template)]
#[template(path = "me_edit.html")]
struct EditTemplate {
    page: Page,
    person: PersonFields,
    /// Who agrees for a child; none for somebody else.
    guardian: Option<String>,
    name_lost: bool,
}

async fn ask_person(visitor: Visitor) -> Result<Answer, PageError> {
    let person = PersonForm::of(visitor.require_learner()?);
    edit_page(&visitor, person, PersonFaults::default())
}

fn edit_page(
    visitor: &Visitor,
    person: PersonForm,
    faults: PersonFaults,
) -> Result<Answer, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?);
    html::show(&EditTemplate {
        page: visitor.page(t.me_edit()),
        guardian: learner.guardian.as_ref().map(|_| person.guardian.clone()),
        person: person.show(t, faults),
        name_lost: learner.name.is_none(),
    })
}

async fn set_person(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?.clone());
    let person = PersonForm::read(&fields).or(&learner);
    let guardian = Some(person.guardian.clone()).filter(|name| !name.is_empty());
    // Somebody whose group nobody knows need not say it to change her name.
    let faults = PersonFaults { group: None, ..person.faults(t) };
    let Some(request) = person.request(guardian).filter(|_| faults.name.is_none()) else {
        return edit_page(&visitor, person, faults).map(unprocessable);
    };
    let (id, before) = (learner.id, learner.group);
    let group = person.group.unwrap_or(before);
    let done = on_core(&app, move |core| {
        core.learners().set_person(id, &request)?;
        if group == before { Ok(()) } else { core.learners().set_group(id, group) }
    });
    match done.await {
        Err(PageError::Core(Error::Invalid { what: "name" | "guardian", .. })) => {
            let faults = PersonFaults { name: Some(t.add_name_missing()), ..Default::default() };
            edit_page(&visitor, person, faults).map(unprocessable)
        }
        Err(error) => Err(error),
        Ok(()) => {
            let address = person.address.unwrap_or(learner.address);
            visitor.say(t.me_saved(&person.name, &html::you(t, address)));
            Ok(html::redirect("/me"))
        }
    }
}

#[derive(Template)]
#[template(path = "me_pin.html")]
struct PinTemplate {
    page: Page,
    title: String,
    you: String,
    has_pin: bool,
    fault: Option<String>,
}

async fn ask_pin(visitor: Visitor) -> Result<Answer, PageError> {
    pin_page(&visitor, None)
}

fn pin_page(visitor: &Visitor, fault: Option<String>) -> Result<Answer, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?);
    let title = if learner.has_pin { t.pin_change() } else { t.pin_offer() };
    html::show(&PinTemplate {
        page: visitor.page(title.clone()),
        title,
        you: visitor.you(),
        has_pin: learner.has_pin,
        fault,
    })
}

async fn set_pin(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?.clone());
    let typed = |name| field(&fields, name).unwrap_or_default().trim().to_owned();
    let (old, new, again) = (typed("old"), typed("new"), typed("again"));
    let is_removal = field(&fields, "remove").is_some();
    let fault = match (is_removal, is_pin(&new)) {
        (true, _) => None,
        (false, false) => Some(t.pin_form()),
        (false, true) if new != again => Some(t.pin_differs()),
        (false, true) if is_easy_pin(&new) => Some(t.pin_easy()),
        (false, true) => None,
    };
    if fault.is_some() {
        return pin_page(&visitor, fault).map(unprocessable);
    }
    let done = on_core(&app, move |core| {
        let new = (!is_removal).then_some(new.as_str());
        core.learners().change_pin(learner.id, &old, new)
    });
    match done.await {
        Ok(()) => {
            visitor.say(if is_removal { t.pin_removed() } else { t.pin_set(&visitor.you()) });
            Ok(html::redirect("/me"))
        }
        Err(PageError::Core(error)) => match code_fault(t, &visitor.you(), &error) {
            Some(fault) => pin_page(&visitor, Some(fault)).map(unprocessable),
            None => Err(PageError::Core(error)),
        },
        Err(error) => Err(error),
    }
}

/// What is said to a wrong PIN.
pub(super) fn code_fault(t: &Messages, you: &str, error: &Error) -> Option<String> {
    match error {
        Error::CodeWrong { wait_s: 0 } => Some(t.pin_wrong()),
        Error::CodeWrong { wait_s } | Error::CodeWait { wait_s } => {
            Some(t.pin_wait(i64::from(*wait_s), you))
        }
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "me_consent.html")]
struct ConsentTemplate {
    page: Page,
    you: String,
    counts: bool,
}

async fn ask_consent(visitor: Visitor) -> Result<Answer, PageError> {
    let learner = visitor.require_learner()?;
    let page = visitor.page(visitor.t.consent_title());
    html::show(&ConsentTemplate { page, you: visitor.you(), counts: learner.counts })
}

async fn set_consent(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let id = visitor.require_learner()?.id;
    let given = match field(&fields, "count") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(PageError::BadRequest),
    };
    on_core(&app, move |core| core.learners().set_consent(id, Purpose::Count, given)).await?;
    let t = visitor.t;
    visitor.say(if given { t.saved() } else { t.consent_withdrawn(&visitor.you()) });
    Ok(html::redirect("/me/consent"))
}

#[derive(Template)]
#[template(path = "me_export.html")]
struct ExportTemplate {
    page: Page,
    you: String,
}

async fn ask_export(visitor: Visitor) -> Result<Answer, PageError> {
    visitor.require_learner()?;
    let page = visitor.page(visitor.t.export_title());
    html::show(&ExportTemplate { page, you: visitor.you() })
}

async fn export(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    let id = visitor.require_learner()?.id;
    let json = on_core(&app, move |core| core.learners().export(id)).await?;
    Ok(download("hocvu.json", "application/json; charset=utf-8", json.into_bytes()))
}

/// A file to be kept; `name` is ASCII without quotes.
pub(super) fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Answer {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes).into_response()
}

/// From where a learner goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// From this device only.
    Here,
    /// From everywhere.
    Everywhere,
}

impl Leaving {
    /// What was chosen in the form; nothing is supposed.
    pub(super) fn read(fields: &[(String, String)]) -> Option<Self> {
        match field(fields, "where") {
            Some("here") => Some(Self::Here),
            Some("everywhere") => Some(Self::Everywhere),
            _ => None,
        }
    }

    /// Lets a learner go. Where she was added on another device, only the word of a relay's
    /// volunteer erases her everywhere: `relay` is there when it is the volunteer who asks.
    pub(super) fn carry_out(
        self,
        core: &HocvuCore,
        relay: Option<&Relay>,
        learner: LearnerId,
    ) -> hocvu_core::Result<()> {
        match self {
            Self::Here => core.learners().remove(learner),
            Self::Everywhere => match (core.learners().erase(learner), relay) {
                (Err(Error::Invalid { what: "erasure", .. }), Some(relay)) => {
                    core.learners().erase_by_relay(learner, relay.secret())
                }
                (done, _) => done,
            },
        }
    }

    /// What is said afterwards.
    pub(super) fn said(self, t: &Messages) -> String {
        match self {
            Self::Here => t.remove_done(),
            Self::Everywhere => t.erase_done(),
        }
    }
}

/// Reads what was chosen and whether it was understood, or says what is missing.
pub(super) fn leaving(t: &Messages, fields: &[(String, String)]) -> Result<Leaving, String> {
    let leaving = Leaving::read(fields).ok_or_else(|| t.erase_where_missing())?;
    field(fields, "understood").map(|_| leaving).ok_or_else(|| t.erase_confirm_missing())
}

#[derive(Template)]
#[template(path = "me_erase.html")]
struct EraseTemplate {
    page: Page,
    title: String,
    you: String,
    recorded: i64,
    chosen: Option<Leaving>,
    proof: String,
    fault: Option<String>,
}

async fn ask_erase(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    erase_page(&app, &visitor, None, None).await
}

async fn erase_page(
    app: &App,
    visitor: &Visitor,
    chosen: Option<Leaving>,
    fault: Option<String>,
) -> Result<Answer, PageError> {
    let learner = visitor.require_learner()?.clone();
    let recorded = recorded(app, visitor, &learner).await?;
    let (t, you) = (visitor.t, visitor.you());
    let title = t.erase_title(&called(&learner), &you);
    let proof = if learner.has_pin { t.erase_proof(&you) } else { t.erase_proof_volunteer() };
    let page = visitor.page(title.clone());
    html::show(&EraseTemplate { page, title, you, recorded, chosen, proof, fault })
}

async fn erase(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?.clone());
    let chosen = Leaving::read(&fields);
    let leaving = match leaving(t, &fields) {
        Ok(leaving) => leaving,
        Err(fault) => {
            return erase_page(&app, &visitor, chosen, Some(fault)).await.map(unprocessable);
        }
    };
    let proof = field(&fields, "proof").unwrap_or_default().trim().to_owned();
    let id = learner.id;
    let hub = app.hub.clone();
    let done = on_core(&app, move |core| {
        let proven = prove(core, &learner, &proof)?;
        let hub = hub.filter(|_| proven == Proven::Volunteer);
        leaving.carry_out(core, hub.as_deref().map(|hub| &*hub.relay), id)
    });
    match done.await {
        Ok(()) => {
            pass_on_soon(&app);
            visitor.change(|session| {
                session.learner = None;
                session.forget(id);
            });
            visitor.say(leaving.said(t));
            Ok(html::redirect("/"))
        }
        Err(PageError::Core(Error::Invalid { what: "erasure", .. })) => {
            let fault = Some(t.erase_added_elsewhere());
            erase_page(&app, &visitor, chosen, fault).await.map(unprocessable)
        }
        Err(PageError::Core(error)) => match code_fault(t, &visitor.you(), &error) {
            Some(fault) => erase_page(&app, &visitor, chosen, Some(fault)).await.map(unprocessable),
            None => Err(PageError::Core(error)),
        },
        Err(error) => Err(error),
    }
}

/// Whoever removes or erases a learner proves to be her, by her PIN, or the volunteer, by the passcode. Where
/// there is neither, nobody can have proved anything.
fn prove(core: &HocvuCore, learner: &LearnerView, proof: &str) -> hocvu_core::Result<Proven> {
    let by_passcode = core.device().has_passcode()?;
    if learner.has_pin && (is_pin(proof) || !by_passcode) {
        return core.learners().check_pin(learner.id, proof).map(|()| Proven::Herself);
    }
    if by_passcode {
        return core.device().check_passcode(proof).map(|()| Proven::Volunteer);
    }
    Err(Error::CodeWrong { wait_s: 0 })
}

/// Who it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proven {
    Herself,
    Volunteer,
}

/// Lets the relay hear of it at once, and not only when the background looks next.
pub(super) fn pass_on_soon(app: &App) {
    if let Some(hub) = &app.hub {
        hub.doing.sync_now();
    }
}
