//! People on a shared device.

use std::sync::Arc;

use hocvu_core::Error;
use hocvu_core::ids::{Lang, LearnerId};
use hocvu_core::learner::{
    AddLearnerRequest as CoreAddLearnerRequest, Address, Card, Group,
    LearnerView as CoreLearnerView, PersonRequest as CorePersonRequest, Purpose,
    TakeInRequest as CoreTakeInRequest,
};
use hocvu_core::text::{Messages, Qr, grouped, you};

use crate::failure::HocvuFailure;
use crate::hocvu::House;
use crate::text::QrView;

/// How a learner wants to be addressed.
#[uniffi::remote(Enum)]
#[uniffi(name = "AddressView")]
pub enum Address {
    /// bà
    Ba,
    /// ông
    Ong,
    /// cô
    Co,
    /// chú
    Chu,
    /// anh
    Anh,
    /// chị
    Chi,
    /// em
    Em,
    /// bạn
    Ban,
}

/// The groups that the movement counts.
#[uniffi::remote(Enum)]
#[uniffi(name = "GroupView")]
pub enum Group {
    /// Not said.
    Unknown,
    /// Public sector.
    PublicSector,
    /// Pupil or student.
    Student,
    /// Adult citizen.
    Citizen,
    /// Worker in an enterprise or co-operative.
    Worker,
}

/// What a learner agrees to, each by itself.
#[uniffi::remote(Enum)]
#[uniffi(name = "PurposeRequest")]
pub enum Purpose {
    /// Her record is kept on this device. Without it there is no profile.
    Record,
    /// Her record is passed on for the figures of her commune.
    Count,
}

/// A learner as lists and pages show her.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LearnerView {
    /// Her id: 32 hex digits.
    pub id: LearnerId,
    /// Her name; none when the key store forgot it and it has to be asked once more.
    pub name: Option<String>,
    /// How she wants to be addressed.
    pub address: Address,
    /// The same in words, as texts take it for `you`.
    pub you: String,
    /// Her pictogram, from 0.
    pub pictogram: u8,
    /// Her group.
    pub group: Group,
    /// Who agrees for a child.
    pub guardian: Option<String>,
    /// Whether a PIN protects her profile.
    pub has_pin: bool,
    /// Whether she agreed to be counted.
    pub counts: bool,
}

impl LearnerView {
    fn of(learner: CoreLearnerView, lang: &Lang) -> Self {
        Self {
            you: you(Messages::get(lang), learner.address),
            id: learner.id,
            name: learner.name,
            address: learner.address,
            pictogram: learner.pictogram,
            group: learner.group,
            guardian: learner.guardian,
            has_pin: learner.has_pin,
            counts: learner.counts,
        }
    }
}

/// Who a learner is.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PersonRequest {
    /// 1 to 60 characters.
    pub name: String,
    /// How she wants to be addressed.
    pub address: Address,
    /// From 0, below 16.
    pub pictogram: u8,
    /// Who agrees for a child.
    pub guardian: Option<String>,
}

impl From<PersonRequest> for CorePersonRequest {
    fn from(request: PersonRequest) -> Self {
        let PersonRequest { name, address, pictogram, guardian } = request;
        Self { name, address, pictogram, guardian }
    }
}

/// A new learner.
#[derive(Debug, Clone, uniffi::Record)]
pub struct AddLearnerRequest {
    /// Who she is.
    pub person: PersonRequest,
    /// Her group; not `Unknown`.
    pub group: Group,
    /// Whether she is a child: then a guardian is named.
    pub is_child: bool,
    /// Whether she agreed that her record is kept on this device; required.
    pub consent_record: bool,
    /// Whether she agreed to be counted.
    pub consent_count: bool,
}

impl From<AddLearnerRequest> for CoreAddLearnerRequest {
    fn from(request: AddLearnerRequest) -> Self {
        Self {
            person: request.person.into(),
            group: request.group,
            is_child: request.is_child,
            consent_record: request.consent_record,
            consent_count: request.consent_count,
        }
    }
}

/// A learner who comes with her card.
#[derive(Debug, Clone, uniffi::Record)]
pub struct TakeInRequest {
    /// The card as it was scanned or typed.
    pub card: String,
    /// Who she is on this device.
    pub person: PersonRequest,
}

/// A learner's card. Whoever has its text can read and add to her record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CardView {
    /// As text for a QR code, or to be typed.
    pub text: String,
    /// Whose it is.
    pub learner: LearnerId,
    /// Her group when the card was made.
    pub group: Group,
    /// Her name, if she wished it to be on the card.
    pub name: Option<String>,
}

impl From<Card> for CardView {
    fn from(card: Card) -> Self {
        Self { text: card.to_text(), learner: card.learner(), group: card.group, name: card.name }
    }
}

/// A card as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShownCardView {
    /// Its text in groups of four letters, to be read off and typed.
    pub typed: String,
    /// Its text as a QR code.
    pub qr: QrView,
}

fn read_card(text: &str) -> hocvu_core::Result<Card> {
    Ok(Card::from_text(text)?)
}

/// The room of learners.
#[derive(uniffi::Object)]
pub struct LearnerRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl LearnerRoom {
    /// Everybody on this device, in the order in which they were added.
    pub fn list(&self) -> Result<Vec<LearnerView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            let learners = core.learners().list()?;
            Ok(learners.into_iter().map(|learner| LearnerView::of(learner, lang)).collect())
        })
    }

    /// One learner; none when she is not on this device (any more).
    pub fn get(&self, learner: LearnerId) -> Result<Option<LearnerView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            Ok(core.learners().get(learner)?.map(|learner| LearnerView::of(learner, lang)))
        })
    }

    /// Adds a learner and notes what she agreed to. Fails with `Invalid` for `name`, `pictogram`,
    /// `guardian`, `group` or `consent`.
    pub fn add(&self, request: AddLearnerRequest) -> Result<LearnerId, HocvuFailure> {
        self.house.ask(|core, _| core.learners().add(&request.into()))
    }

    /// Changes who a learner is; also how her name is given once more after the key was lost.
    pub fn set_person(
        &self,
        learner: LearnerId,
        request: PersonRequest,
    ) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().set_person(learner, &request.into()))
    }

    /// Changes a learner's group.
    pub fn set_group(&self, learner: LearnerId, group: Group) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().set_group(learner, group))
    }

    /// Notes that a learner agrees to a purpose, or does so no more. Taking back `Record` is refused
    /// with `Invalid`: erase her instead.
    pub fn set_consent(
        &self,
        learner: LearnerId,
        purpose: Purpose,
        given: bool,
    ) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().set_consent(learner, purpose, given))
    }

    /// Sets a PIN of four digits, or takes it away with none.
    pub fn set_pin(&self, learner: LearnerId, pin: Option<String>) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().set_pin(learner, pin.as_deref()))
    }

    /// Compares a PIN; a learner without one passes. Fails with `CodeRefused`. Takes a tenth of a
    /// second and more, on purpose.
    pub fn check_pin(&self, learner: LearnerId, pin: &str) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().check_pin(learner, pin))
    }

    /// Sets a PIN of four digits, or takes it away with none, at the word of whoever knows the one so
    /// far; a learner without one needs none. Fails with `CodeRefused`, and with `Invalid` for `pin`
    /// or, where others would try it first, for `easy pin`.
    pub fn change_pin(
        &self,
        learner: LearnerId,
        old: &str,
        new: Option<String>,
    ) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().change_pin(learner, old, new.as_deref()))
    }

    /// Everything that is kept about a learner, as readable JSON.
    pub fn export(&self, learner: LearnerId) -> Result<String, HocvuFailure> {
        self.house.ask(|core, _| core.learners().export(learner))
    }

    /// Her card, to be shown to another device of hers, with her name on it if she wishes.
    pub fn card(&self, learner: LearnerId, name: Option<String>) -> Result<CardView, HocvuFailure> {
        self.house.ask(|core, _| {
            let mut card = core.learners().card(learner)?;
            card.name = name;
            Ok(card.into())
        })
    }

    /// Her card to be shown, for whoever knows her PIN; a learner without one passes. Her name is on
    /// it if she wishes. Fails with `CodeRefused`.
    pub fn show_card(
        &self,
        learner: LearnerId,
        pin: &str,
        with_name: bool,
    ) -> Result<ShownCardView, HocvuFailure> {
        self.house.ask(|core, _| {
            let text = core.learners().show_card(learner, pin, with_name)?.to_text();
            let qr = Qr::of(&text).ok_or(Error::NotFound { what: "picture of the card" })?;
            Ok(ShownCardView { typed: grouped(&text), qr: qr.into() })
        })
    }

    /// Reads a card as somebody scanned or typed it, without taking anybody in. Fails with `Invalid`
    /// for `card` or `kind of card`.
    pub fn read_card(&self, text: &str) -> Result<CardView, HocvuFailure> {
        self.house.ask(|_, _| read_card(text).map(CardView::from))
    }

    /// Takes in a learner by her card: this device holds her from now on, and the next sync brings
    /// what her other devices recorded. Fails with `Invalid` for `card`, `kind of card` or, where she
    /// was erased, `card of somebody erased`.
    pub fn take_in(&self, request: TakeInRequest) -> Result<LearnerId, HocvuFailure> {
        self.house.ask(|core, _| {
            let card = read_card(&request.card)?;
            core.learners().take_in(&CoreTakeInRequest { card, person: request.person.into() })
        })
    }

    /// Erases a learner everywhere; relays are told with the next sync. Cannot be undone. Fails with
    /// `Invalid` for `erasure` on a device that did not add her.
    pub fn erase(&self, learner: LearnerId) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().erase(learner))
    }

    /// Removes a learner from this device only. What is not counted elsewhere is lost: show
    /// `SyncRoom.whereIs` and offer the export first.
    pub fn remove(&self, learner: LearnerId) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.learners().remove(learner))
    }
}
