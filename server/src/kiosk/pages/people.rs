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
use hocvu_core::learner::{
    AddLearnerRequest, Address, Group, LearnerView, PICTOGRAMS, PersonRequest,
};
use hocvu_core::text::{Messages, capitalised, fold_marks, normalise};
use serde::Deserialize;

use super::assess::after_sign_in;
use super::quiz::id;
use crate::kiosk::app::LIST_OPEN_UNTIL;
use crate::kiosk::html::{self, Page, full_name, pictogram, pictogram_name, redirect, you};
use crate::kiosk::{App, PageError, Visitor, assets, on_core};

/// Cards on a page; more are found by name or on further pages.
const CARDS_A_PAGE: usize = 24;
/// The most characters of a name.
const NAME_CHARS_MAX: usize = 40;

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

#[derive(Deserialize, Default)]
#[serde(default)]
struct AddForm {
    name: String,
    address: String,
    pictogram: String,
    group: String,
    child: Option<String>,
    guardian: String,
    guardian_agrees: Option<String>,
    child_agrees: Option<String>,
    consent_record: Option<String>,
    consent_count: Option<String>,
}

/// What is missing or wrong, each beside its field.
#[derive(Default)]
struct AddFaults {
    name: Option<String>,
    address: Option<String>,
    pictogram: Option<String>,
    group: Option<String>,
    guardian: Option<String>,
    consent: Option<String>,
}

impl AddFaults {
    fn count(&self) -> i64 {
        let all = [
            &self.name,
            &self.address,
            &self.pictogram,
            &self.group,
            &self.guardian,
            &self.consent,
        ];
        i64::try_from(all.iter().filter(|fault| fault.is_some()).count()).unwrap_or(i64::MAX)
    }
}

#[derive(Template)]
#[template(path = "add.html")]
struct Add {
    page: Page,
    form: AddForm,
    faults: AddFaults,
    fault_count: i64,
    name_max: usize,
    addresses: Vec<Choice>,
    pictures: Vec<Choice>,
    groups: Vec<Choice>,
}

struct Choice {
    value: String,
    words: String,
    note: String,
    picture: &'static str,
    is_chosen: bool,
}

async fn form(visitor: Visitor) -> Result<Response, PageError> {
    html::show(&add_page(&visitor, AddForm::default(), AddFaults::default()))
}

fn add_page(visitor: &Visitor, form: AddForm, faults: AddFaults) -> Add {
    let t = visitor.t;
    let choice = |value: String, chosen: &str, words, note, picture| {
        let is_chosen = value == chosen;
        Choice { value, words, note, picture, is_chosen }
    };
    let addresses = Address::ALL.into_iter().map(|address| {
        choice(address.code().into(), &form.address, address_choice(t, address), String::new(), "")
    });
    let pictures = (0..PICTOGRAMS).map(|number| {
        let (words, svg) = (pictogram_name(t, number), pictogram(number));
        choice(number.to_string(), &form.pictogram, words, String::new(), svg)
    });
    let groups = group_choices(t).into_iter().map(|(group, words, note)| {
        choice(group.number().to_string(), &form.group, words, note, "")
    });
    let (addresses, pictures, groups) = (addresses.collect(), pictures.collect(), groups.collect());
    Add {
        page: visitor.page(t.add_title()).for_nobody(),
        fault_count: faults.count(),
        form,
        faults,
        name_max: NAME_CHARS_MAX,
        addresses,
        pictures,
        groups,
    }
}

/// A form of address where it is chosen.
pub(super) fn address_choice(t: &Messages, address: Address) -> String {
    match address {
        Address::Ba => t.address_choice_ba(),
        Address::Ong => t.address_choice_ong(),
        Address::Co => t.address_choice_co(),
        Address::Chu => t.address_choice_chu(),
        Address::Anh => t.address_choice_anh(),
        Address::Chi => t.address_choice_chi(),
        Address::Em => t.address_choice_em(),
        Address::Ban => t.address_choice_ban(),
    }
}

/// The groups of the movement: name and who is meant.
pub(super) fn group_choices(t: &Messages) -> [(Group, String, String); 4] {
    [
        (Group::Citizen, t.group_adult(), t.group_adult_note()),
        (Group::Student, t.group_student(), t.group_student_note()),
        (Group::Worker, t.group_worker(), t.group_worker_note()),
        (Group::PublicSector, t.group_public(), t.group_public_note()),
    ]
}

async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(form): Form<AddForm>,
) -> Result<Response, PageError> {
    let taken = {
        let name = normalise(form.name.trim());
        let (learners, _) = seen_by(&app, &visitor).await?;
        let same = |l: &LearnerView| {
            l.name.as_deref().map(normalise).as_ref() == Some(&name)
                && l.address.code() == form.address
        };
        learners.iter().any(same)
    };
    let request = match read_add(visitor.t, &form, taken) {
        Ok(request) => request,
        Err(faults) => return again(&visitor, form, *faults),
    };
    let added = on_core(&app, move |core| core.learners().add(&request)).await;
    let learner = match added {
        Ok(learner) => learner,
        Err(PageError::Core(Error::Invalid { what, .. })) => {
            let faults = refused(visitor.t, what);
            return again(&visitor, form, faults);
        }
        Err(error) => return Err(error),
    };
    visitor.change(|session| session.sign_in(learner));
    let address = Address::parse(&form.address).unwrap_or(Address::Ban);
    visitor.say(visitor.t.add_done(form.name.trim(), &you(visitor.t, address)));
    Ok(redirect(&after_sign_in(&visitor, "/home")))
}

fn again(visitor: &Visitor, form: AddForm, faults: AddFaults) -> Result<Response, PageError> {
    let page = html::show(&add_page(visitor, form, faults))?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Reads the form, or says all that is missing at once.
fn read_add(
    t: &Messages,
    form: &AddForm,
    is_taken: bool,
) -> Result<AddLearnerRequest, Box<AddFaults>> {
    let mut faults = AddFaults::default();
    let name = form.name.trim();
    faults.name = match name.chars().count() {
        0 => Some(t.add_name_missing()),
        NAME_CHARS_MAX.. => Some(t.add_name_long(NAME_CHARS_MAX as i64)),
        _ if is_taken => Some(t.add_name_taken(name)),
        _ => None,
    };
    let address = Address::parse(&form.address);
    faults.address = address.is_none().then(|| t.add_address_missing());
    let pictogram = form.pictogram.parse().ok().filter(|number| *number < PICTOGRAMS);
    faults.pictogram = pictogram.is_none().then(|| t.add_picture_missing());
    let group = group_choices(t).into_iter().map(|(group, ..)| group);
    let group = group.into_iter().find(|group| group.number().to_string() == form.group);
    faults.group = group.is_none().then(|| t.add_group_missing());
    let is_child = form.child.is_some();
    let guardian = form.guardian.trim();
    if is_child && (guardian.is_empty() || form.guardian_agrees.is_none()) {
        faults.guardian = Some(t.guardian_missing());
    } else if is_child && form.child_agrees.is_none() {
        faults.guardian = Some(t.guardian_child_missing());
    }
    faults.consent = form.consent_record.is_none().then(|| t.consent_record_missing());
    let (Some(address), Some(pictogram), Some(group), 0) =
        (address, pictogram, group, faults.count())
    else {
        return Err(Box::new(faults));
    };
    let guardian = is_child.then(|| guardian.to_owned());
    Ok(AddLearnerRequest {
        person: PersonRequest { name: name.to_owned(), address, pictogram, guardian },
        group,
        is_child,
        consent_record: true,
        consent_count: form.consent_count.is_some(),
    })
}

/// Where the core refused what looked right here, such as a name of unseen characters.
fn refused(t: &Messages, what: &str) -> AddFaults {
    let mut faults = AddFaults::default();
    match what {
        "guardian" => faults.guardian = Some(t.guardian_missing()),
        "consent" => faults.consent = Some(t.consent_record_missing()),
        "group" => faults.group = Some(t.add_group_missing()),
        _ => faults.name = Some(t.add_name_missing()),
    }
    faults
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
