//! A learner's card: shown to her alone, and taken in on another device as code or as a photo.
//!
//! The card is a key, so it stands in no address and on no page that a browser opens again by
//! itself: it comes only as the answer to a form, and goes on to the next one in a form.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Multipart, State};
use axum::response::Response;
use axum::routing::{get, post};
use hocvu_core::Error;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{
    Address, CARD_CHARS_MAX, Card, CardError, LearnerView, NAME_CHARS_MAX, TakeInRequest,
};
use hocvu_core::text::{Messages, grouped};

use super::assess::after_sign_in;
use super::me::{code_fault, pass_on_soon, unprocessable};
use super::person::{PersonFaults, PersonFields, PersonForm};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::html::{self, Page, redirect, you};
use crate::kiosk::qr::{self, PICTURE_BYTES_MAX, PictureFault};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::upload::{self, Upload};
use crate::kiosk::{PageError, Visitor};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    let photo = post(photo).layer(DefaultBodyLimit::max(PICTURE_BYTES_MAX + upload::AROUND_BYTES));
    Router::new()
        .route("/me/card", get(ask).post(show))
        .route("/people/card", get(form).post(typed))
        .route("/people/card/photo", photo)
        .route("/people/card/who", post(take_in))
}

// Her own card.

#[derive(Template)]
#[template(path = "me_card.html")]
struct MyCard {
    page: Page,
    title: String,
    you: String,
    has_pin: bool,
    fault: Option<String>,
    /// The card as a picture and as text, once she has asked for it.
    shown: Option<(String, String)>,
}

async fn ask(visitor: Visitor) -> Result<Response, PageError> {
    html::show(&my_card(&visitor, None, None)?)
}

fn my_card(
    visitor: &Visitor,
    fault: Option<String>,
    shown: Option<(String, String)>,
) -> Result<MyCard, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?);
    let title = t.card_title(learner.name.as_deref().unwrap_or_default(), &visitor.you());
    Ok(MyCard {
        page: visitor.page(title.clone()),
        title,
        you: visitor.you(),
        has_pin: learner.has_pin,
        fault,
        shown,
    })
}

async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let (t, learner) = (visitor.t, visitor.require_learner()?.clone());
    let pin = field(&fields, "pin").unwrap_or_default().trim().to_owned();
    let with_name = field(&fields, "name") == Some("yes");
    let card = on_core(&app, move |core| core.learners().show_card(learner.id, &pin, with_name));
    let text = match card.await {
        Ok(card) => card.to_text(),
        Err(PageError::Core(error)) => {
            let fault = code_fault(t, &visitor.you(), &error).ok_or(PageError::Core(error))?;
            return html::show(&my_card(&visitor, Some(fault), None)?).map(unprocessable);
        }
        Err(error) => return Err(error),
    };
    let picture = qr::svg(&text, &t.card_qr()).ok_or(PageError::Internal)?;
    html::show(&my_card(&visitor, None, Some((picture, grouped(&text))))?)
}

// A card from another device.

#[derive(Template)]
#[template(path = "take_in.html")]
struct TakeIn {
    page: Page,
    photo_bytes_max: String,
    chars_max: usize,
    typed: String,
    code_fault: Option<String>,
    photo_fault: Option<String>,
}

#[derive(Default)]
struct Faults {
    code: Option<String>,
    photo: Option<String>,
}

fn form_page(visitor: &Visitor, typed: String, faults: Faults) -> Result<Response, PageError> {
    let t = visitor.t;
    let mut page = visitor.page(t.takein_title()).for_nobody();
    // The address of an upload has the form's token in it; nobody comes back there.
    page.path = "/people/card".into();
    let is_faulty = faults.code.is_some() || faults.photo.is_some();
    let shown = html::show(&TakeIn {
        page,
        photo_bytes_max: t.size(PICTURE_BYTES_MAX as u64),
        // Spaces between the groups are typed too.
        chars_max: 2 * CARD_CHARS_MAX,
        typed,
        code_fault: faults.code,
        photo_fault: faults.photo,
    })?;
    Ok(if is_faulty { unprocessable(shown) } else { shown })
}

async fn form(visitor: Visitor) -> Result<Response, PageError> {
    form_page(&visitor, String::new(), Faults::default())
}

async fn typed(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let code = field(&fields, "card").unwrap_or_default().to_owned();
    match card_of(visitor.t, &code) {
        Ok(card) => who(&app, &visitor, &card).await,
        Err(fault) => form_page(&visitor, code, Faults { code: Some(fault), ..Faults::default() }),
    }
}

/// Reads a card's code, or says what is wrong with it.
fn card_of(t: &Messages, code: &str) -> Result<Card, String> {
    if code.trim().is_empty() {
        return Err(t.takein_code_missing());
    }
    Card::from_text(code).map_err(|error| match error {
        CardError::NotOne => t.takein_not_a_card(),
        CardError::Mistyped => t.takein_mistyped(),
    })
}

async fn photo(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, PageError> {
    let t = visitor.t;
    let read = match upload::whole(form, "photo", PICTURE_BYTES_MAX).await {
        Ok(bytes) => qr::read(bytes).await.map_err(|fault| match fault {
            PictureFault::NoPicture => t.takein_photo_kind(),
            PictureFault::TooLarge => t.takein_photo_large(),
            PictureFault::NoCode => t.takein_photo_no_code(),
        }),
        Err(Upload::Missing) => Err(t.takein_photo_missing()),
        Err(Upload::Cut) => Err(t.takein_photo_cut()),
        Err(Upload::Large) => Err(t.takein_photo_large()),
    };
    match read.and_then(|code| card_of(t, &code)) {
        Ok(card) => who(&app, &visitor, &card).await,
        Err(fault) => {
            let faults = Faults { photo: Some(fault), ..Faults::default() };
            form_page(&visitor, String::new(), faults)
        }
    }
}

#[derive(Template)]
#[template(path = "take_in_who.html")]
struct Who {
    page: Page,
    card: String,
    person: PersonFields,
}

/// Asks what the owner of a card is called here; whoever is here already is let in at her door.
async fn who(app: &App, visitor: &Visitor, card: &Card) -> Result<Response, PageError> {
    let id = card.learner();
    if let Some(learner) = on_core(app, move |core| core.learners().get(id)).await? {
        return Ok(at_her_door(visitor, &learner));
    }
    let mut person = PersonForm::empty();
    person.name = card.name.clone().unwrap_or_default();
    who_page(visitor, card, person, PersonFaults::default())
}

/// The card proves that she may see herself in this browser; her PIN is asked all the same.
fn at_her_door(visitor: &Visitor, learner: &LearnerView) -> Response {
    let id = learner.id;
    visitor.change(|session| session.enrol(id));
    visitor.say(visitor.t.takein_here());
    redirect(&format!("/people/{id}"))
}

fn who_page(
    visitor: &Visitor,
    card: &Card,
    person: PersonForm,
    faults: PersonFaults,
) -> Result<Response, PageError> {
    let t = visitor.t;
    let mut page = visitor.page(t.takein_who_title()).for_nobody();
    page.path = "/people/card".into();
    let mut person = person.show(t, faults);
    // Her group is in her record.
    person.groups.clear();
    html::show(&Who { page, card: card.to_text(), person })
}

async fn take_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let t = visitor.t;
    let code = field(&fields, "card").unwrap_or_default().to_owned();
    let card = match card_of(t, &code) {
        Ok(card) => card,
        Err(fault) => {
            return form_page(&visitor, code, Faults { code: Some(fault), ..Faults::default() });
        }
    };
    let form = PersonForm::read(&fields);
    let faults = PersonFaults { group: None, ..form.faults(t) };
    let Some(person) = form.request(None).filter(|_| faults.name.is_none()) else {
        return who_page(&visitor, &card, form, faults).map(unprocessable);
    };
    let (request, id) = (TakeInRequest { card: card.clone(), person }, card.learner());
    let taken = on_core(&app, move |core| {
        if let Some(learner) = core.learners().get(id)? {
            return Ok(Taken::Before(Box::new(learner)));
        }
        core.learners().take_in(&request).map(Taken::Now)
    });
    match taken.await {
        Ok(Taken::Before(learner)) => Ok(at_her_door(&visitor, &learner)),
        Ok(Taken::Now(learner)) => {
            visitor.change(|session| session.sign_in(learner));
            let address = form.address.unwrap_or(Address::Ban);
            visitor.say(t.takein_done(&form.name, &you(t, address)));
            pass_on_soon(&app);
            Ok(redirect(&after_sign_in(&visitor, "/home")))
        }
        Err(PageError::Core(Error::Invalid { what: "card of somebody erased", .. })) => {
            let faults = Faults { code: Some(t.takein_erased()), ..Faults::default() };
            form_page(&visitor, String::new(), faults)
        }
        Err(PageError::Core(Error::Invalid { what: "name", .. })) => {
            let name = match form.name.chars().count() > NAME_CHARS_MAX {
                true => t.add_name_long(i64::try_from(NAME_CHARS_MAX).unwrap_or(i64::MAX)),
                false => t.add_name_missing(),
            };
            let faults = PersonFaults { name: Some(name), ..PersonFaults::default() };
            who_page(&visitor, &card, form, faults).map(unprocessable)
        }
        Err(error) => Err(error),
    }
}

/// Whether a learner came with her card now, or was here before.
enum Taken {
    Now(LearnerId),
    Before(Box<LearnerView>),
}
