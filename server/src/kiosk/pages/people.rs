//! Who is learning: pick a card, add somebody, give a PIN, change over.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hocvu_core::Error;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{AddLearnerRequest, Address, LearnerView, NAME_CHARS_MAX};
use hocvu_core::text::{Messages, capitalised, fold_marks, normalise};
use serde::Deserialize;

use super::assess::after_sign_in;
use super::person::{PersonFaults, PersonFields, PersonForm};
use super::quiz::id;
use crate::kiosk::app::LIST_OPEN_UNTIL;
use crate::kiosk::html::{self, Page, full_name, pictogram, pictogram_name, redirect, you};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::{App, PageError, Visitor, assets, on_core};

/// Cards on a page; more are found by name or on further pages.
const CARDS_A_PAGE: usize = 24;

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(people))
        .route("/people/new", get(form).post(add))
        .route("/people/switch", post(switch))
        .route("/people/{id}", get(door).post(enter))
}

// Who are you?

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    q: String,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "people.html")]
struct People {
    page: Page,
    cards: Vec<Card>,
    new_sign: &'static str,
    is_empty: bool,
    /// Whether there are so many that a name is asked for.
    is_searchable: bool,
    typed: String,
    note: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    place: String,
}

struct Card {
    href: String,
    name: String,
    label: String,
    picture: &'static str,
}

async fn people(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let (learners, is_open) = seen_by(&app, &visitor).await?;
    let t = visitor.t;
    let typed: String = wanted.q.trim().chars().take(NAME_CHARS_MAX).collect();
    let is_searchable = learners.len() > CARDS_A_PAGE;
    let found = find(&learners, &typed);
    let note = match (found.is_empty(), typed.is_empty()) {
        (true, false) => Some(t.people_find_none(&typed)),
        _ if is_open && !visitor.is_loopback => Some(t.people_list_open()),
        _ if !sees_all(&visitor) => Some(t.people_enrolled_here()),
        (true, true) => Some(t.people_nobody()),
        _ => Some(t.people_hint()),
    };
    let pages = found.len().div_ceil(CARDS_A_PAGE).max(1);
    let page = wanted.page.unwrap_or(1).clamp(1, pages);
    let cards = found.iter().skip((page - 1) * CARDS_A_PAGE).take(CARDS_A_PAGE);
    let link = |page: usize| format!("/?page={page}&q={}", url_words(&typed));
    let small = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    html::show(&People {
        page: visitor.page(t.people_title()).for_nobody(),
        cards: cards.map(|learner| card(t, learner)).collect(),
        new_sign: assets::NEW,
        is_empty: learners.is_empty(),
        is_searchable,
        typed: typed.clone(),
        note,
        previous: (page > 1).then(|| link(page - 1)),
        next: (page < pages).then(|| link(page + 1)),
        place: if pages > 1 { t.page_of(small(page), small(pages)) } else { String::new() },
    })
}

/// The learners that this visitor may pick from, and whether the volunteer has opened the list for
/// all phones. Elsewhere than at the kiosk itself people see only who has learnt in their browser.
async fn seen_by(app: &App, visitor: &Visitor) -> Result<(Vec<LearnerView>, bool), PageError> {
    let (all, known, now_s) = (sees_all(visitor), visitor.session().enrolled, visitor.now_s);
    on_core(app, move |core| {
        let open_until = core.device().setting(LIST_OPEN_UNTIL)?;
        let is_open =
            open_until.and_then(|until| until.parse().ok()).is_some_and(|s: i64| now_s < s);
        let mut learners = core.learners().list()?;
        learners.retain(|learner| all || is_open || known.contains(&learner.id));
        Ok((learners, is_open))
    })
    .await
}

fn sees_all(visitor: &Visitor) -> bool {
    visitor.is_loopback || visitor.is_volunteer()
}

/// Learners whose name has the typed words in it, with or without marks.
fn find<'a>(learners: &'a [LearnerView], typed: &str) -> Vec<&'a LearnerView> {
    let fold = |text: &str| fold_marks(&normalise(text));
    let typed = fold(typed);
    let name = |learner: &LearnerView| fold(learner.name.as_deref().unwrap_or_default());
    learners.iter().filter(|learner| typed.is_empty() || name(learner).contains(&typed)).collect()
}

fn card(t: &Messages, learner: &LearnerView) -> Card {
    let picture = pictogram_name(t, learner.pictogram);
    let name = full_name(t, learner);
    let label = match &learner.name {
        Some(own) => capitalised(t.people_card(own, &picture, &you(t, learner.address)).trim()),
        None => format!("{name}, {picture}"),
    };
    let href = format!("/people/{}", learner.id);
    Card { href, name, label, picture: html::pictogram(learner.pictogram) }
}

/// Words as part of an address.
fn url_words(words: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    words.bytes().fold(String::new(), |mut address, byte| {
        match plain(byte) {
            true => address.push(char::from(byte)),
            false => address.push_str(&format!("%{byte:02X}")),
        }
        address
    })
}

// Come in.

#[derive(Template)]
#[template(path = "door.html")]
struct Door {
    page: Page,
    action: String,
    picture: &'static str,
    has_pin: bool,
    title: String,
    label: String,
    fault: Option<String>,
}

async fn door(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(learner): Path<String>,
) -> Result<Response, PageError> {
    let learner = known(&app, &visitor, &learner).await?;
    html::show(&door_page(&visitor, &learner, None))
}

async fn known(app: &App, visitor: &Visitor, text: &str) -> Result<LearnerView, PageError> {
    let wanted: LearnerId = id(text)?;
    let (learners, _) = seen_by(app, visitor).await?;
    let found = learners.into_iter().find(|learner| learner.id == wanted);
    found.ok_or(PageError::Core(Error::NotFound { what: "learner" }))
}

fn door_page(visitor: &Visitor, learner: &LearnerView, fault: Option<String>) -> Door {
    let t = visitor.t;
    let own = learner.name.clone().unwrap_or_default();
    let address = you(t, learner.address);
    let title = match learner.has_pin {
        true => t.pin_title(&own, &address),
        false => full_name(t, learner),
    };
    let mut page = visitor.page(title.clone()).for_nobody();
    page.you.clone_from(&address);
    Door {
        page,
        action: format!("/people/{}", learner.id),
        picture: pictogram(learner.pictogram),
        has_pin: learner.has_pin,
        title,
        label: t.pin_enter(&address),
        fault,
    }
}

#[derive(Deserialize)]
struct Pin {
    pin: Option<String>,
}

async fn enter(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(learner): Path<String>,
    Form(form): Form<Pin>,
) -> Result<Response, PageError> {
    let learner = known(&app, &visitor, &learner).await?;
    let id = learner.id;
    if learner.has_pin {
        let Some(pin) = form.pin else { return Ok(redirect(&format!("/people/{id}"))) };
        let checked = on_core(&app, move |core| core.learners().check_pin(id, pin.trim())).await;
        let t = visitor.t;
        let wait = |wait_s: u32| t.pin_wait(wait_s.into(), &you(t, learner.address));
        let fault = match checked {
            Ok(()) => None,
            Err(PageError::Core(Error::CodeWrong { wait_s: 0 })) => Some(t.pin_wrong()),
            Err(PageError::Core(Error::CodeWrong { wait_s })) => {
                Some(format!("{} {}", t.pin_wrong(), wait(wait_s)))
            }
            Err(PageError::Core(Error::CodeWait { wait_s })) => Some(wait(wait_s)),
            Err(PageError::Core(Error::Invalid { .. })) => Some(t.pin_form()),
            Err(error) => return Err(error),
        };
        if fault.is_some() {
            let page = html::show(&door_page(&visitor, &learner, fault))?;
            return Ok((StatusCode::FORBIDDEN, page).into_response());
        }
    }
    visitor.change(|session| session.sign_in(id));
    // The key store forgot the name: ask it once more.
    let next = if learner.name.is_none() { "/me/name" } else { "/home" };
    Ok(redirect(&after_sign_in(&visitor, next)))
}

/// Ends a learner's turn.
async fn switch(visitor: Visitor) -> Response {
    if let Some(learner) = &visitor.learner {
        let name = learner.name.clone().unwrap_or_default();
        visitor.say(visitor.t.turn_changed(&name, &visitor.you()));
    }
    visitor.change(|session| session.learner = None);
    redirect("/")
}

// Add somebody.

/// What a new learner agreed to, and a child's guardian for it.
#[derive(Default)]
struct Agreed {
    guardian: String,
    by_guardian: bool,
    by_child: bool,
    record: bool,
    count: bool,
}

impl Agreed {
    fn read(fields: &[(String, String)]) -> Self {
        let is_ticked = |name| field(fields, name) == Some("yes");
        Self {
            guardian: field(fields, "guardian").unwrap_or_default().trim().to_owned(),
            by_guardian: is_ticked("guardian_agrees"),
            by_child: is_ticked("child_agrees"),
            record: is_ticked("consent_record"),
            count: is_ticked("consent_count"),
        }
    }

    /// Whether a child is added: then something stands in the part that only children need.
    fn is_for_child(&self) -> bool {
        !self.guardian.is_empty() || self.by_guardian || self.by_child
    }

    fn faults(&self, t: &Messages) -> AgreedFaults {
        let guardian = match self.is_for_child() {
            true if self.guardian.is_empty() || !self.by_guardian => Some(t.guardian_missing()),
            true if !self.by_child => Some(t.guardian_child_missing()),
            _ => None,
        };
        let consent = (!self.record).then(|| t.consent_record_missing());
        AgreedFaults { guardian, consent }
    }
}

/// What is missing of it, each beside its field.
#[derive(Default)]
struct AgreedFaults {
    guardian: Option<String>,
    consent: Option<String>,
}

#[derive(Template)]
#[template(path = "add.html")]
struct Add {
    page: Page,
    /// Says how many faults there are, and leads to each field that has one.
    fault_count: String,
    jumps: Vec<(&'static str, String)>,
    person: PersonFields,
    agreed: Agreed,
    faults: AgreedFaults,
    is_child: bool,
}

async fn form(visitor: Visitor) -> Result<Response, PageError> {
    let faults = (PersonFaults::default(), AgreedFaults::default());
    html::show(&add_page(&visitor, (PersonForm::empty(), Agreed::default()), faults))
}

fn add_page(
    visitor: &Visitor,
    (person, agreed): (PersonForm, Agreed),
    (person_faults, faults): (PersonFaults, AgreedFaults),
) -> Add {
    let t = visitor.t;
    let jumps: Vec<_> = [
        ("name", &person_faults.name, t.add_jump_name()),
        ("address", &person_faults.address, t.add_jump_address()),
        ("pictogram", &person_faults.pictogram, t.add_jump_picture()),
        ("group", &person_faults.group, t.add_jump_group()),
        ("child", &faults.guardian, t.add_jump_guardian()),
        ("consent", &faults.consent, t.add_jump_consent()),
    ]
    .into_iter()
    .filter_map(|(to, fault, words)| fault.as_ref().map(|_| (to, words)))
    .collect();
    Add {
        page: visitor.page(t.add_title()).for_nobody(),
        fault_count: t.form_has_faults(i64::try_from(jumps.len()).unwrap_or(i64::MAX)),
        jumps,
        person: person.show(t, person_faults),
        is_child: agreed.is_for_child(),
        agreed,
        faults,
    }
}

async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, PageError> {
    let t = visitor.t;
    let (person, agreed) = (PersonForm::read(&fields), Agreed::read(&fields));
    let mut faults = (person.faults(t), agreed.faults(t));
    if faults.0.name.is_none() && is_taken(&app, &visitor, &person).await? {
        faults.0.name = Some(t.add_name_taken(&person.name));
    }
    let Some(request) = add_request(&person, &agreed, &faults) else {
        return again(&visitor, (person, agreed), faults);
    };
    let added = on_core(&app, move |core| core.learners().add(&request)).await;
    let learner = match added {
        Ok(learner) => learner,
        Err(PageError::Core(Error::Invalid { what, .. })) => {
            return again(&visitor, (person, agreed), refused(t, what));
        }
        Err(error) => return Err(error),
    };
    visitor.change(|session| session.sign_in(learner));
    let address = person.address.unwrap_or(Address::Ban);
    visitor.say(t.add_done(&person.name, &you(t, address)));
    Ok(redirect(&after_sign_in(&visitor, "/home")))
}

/// Whether somebody whom the visitor sees is called the same.
async fn is_taken(app: &App, visitor: &Visitor, person: &PersonForm) -> Result<bool, PageError> {
    let name = normalise(&person.name);
    let (learners, _) = seen_by(app, visitor).await?;
    let is_same = |learner: &LearnerView| {
        learner.name.as_deref().map(normalise).as_ref() == Some(&name)
            && Some(learner.address) == person.address
    };
    Ok(learners.iter().any(is_same))
}

fn again(
    visitor: &Visitor,
    form: (PersonForm, Agreed),
    faults: (PersonFaults, AgreedFaults),
) -> Result<Response, PageError> {
    let page = html::show(&add_page(visitor, form, faults))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What the core is asked for, unless something is missing.
fn add_request(
    person: &PersonForm,
    agreed: &Agreed,
    (person_faults, faults): &(PersonFaults, AgreedFaults),
) -> Option<AddLearnerRequest> {
    let is_faulty =
        person_faults.name.is_some() || faults.guardian.is_some() || faults.consent.is_some();
    let guardian = Some(agreed.guardian.clone()).filter(|guardian| !guardian.is_empty());
    let request = AddLearnerRequest {
        person: person.request(guardian)?,
        group: person.group?,
        is_child: agreed.is_for_child(),
        consent_record: agreed.record,
        consent_count: agreed.count,
    };
    (!is_faulty).then_some(request)
}

/// Where the core refused what looked right here, such as a name of unseen characters.
fn refused(t: &Messages, what: &str) -> (PersonFaults, AgreedFaults) {
    let (mut person, mut agreed) = (PersonFaults::default(), AgreedFaults::default());
    match what {
        "guardian" => agreed.guardian = Some(t.guardian_missing()),
        "consent" => agreed.consent = Some(t.consent_record_missing()),
        "group" => person.group = Some(t.add_group_missing()),
        _ => person.name = Some(t.add_name_missing()),
    }
    (person, agreed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_in_addresses() {
        assert_eq!(url_words("Lan"), "Lan");
        assert_eq!(url_words("ô &"), "%C3%B4%20%26");
    }
}
