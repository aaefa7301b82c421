//! What the room of learners shows and is asked: the purposes of consent, a learner as
//! lists show her, and the requests that add or change one.

use super::card::Card;
use super::group::Group;
use super::person::Address;
use crate::ids::{CourseId, LearnerId};

/// What a learner agrees to, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Her record is kept on this device. Without it there is no profile.
    Record,
    /// Her record is passed on for the figures of her commune.
    Count,
}

impl Purpose {
    /// The bit of [`crate::progress`]'s consents.
    pub(crate) fn bit(self) -> u32 {
        1 << self.number()
    }

    pub(super) fn number(self) -> u8 {
        match self {
            Self::Record => 1,
            Self::Count => 2,
        }
    }
}

/// A learner as lists and pages show her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnerView {
    /// Her id.
    pub id: LearnerId,
    /// Her name; `None` when the key store forgot it and it has to be asked once more.
    pub name: Option<String>,
    /// How she wants to be addressed.
    pub address: Address,
    /// Her pictogram, below [`super::PICTOGRAMS`].
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

/// Who a learner is.
#[derive(Debug, Clone)]
pub struct PersonRequest {
    /// 1 to [`super::NAME_CHARS_MAX`] characters.
    pub name: String,
    /// How she wants to be addressed.
    pub address: Address,
    /// Below [`super::PICTOGRAMS`].
    pub pictogram: u8,
    /// Who agrees for a child.
    pub guardian: Option<String>,
}

/// A new learner.
#[derive(Debug, Clone)]
pub struct AddLearnerRequest {
    /// Who she is.
    pub person: PersonRequest,
    /// Her group.
    pub group: Group,
    /// Whether she is a child: then a guardian is named.
    pub is_child: bool,
    /// Whether she agreed that her record is kept on this device; required.
    pub consent_record: bool,
    /// Whether she agreed to be counted.
    pub consent_count: bool,
}

/// A learner who comes with her card.
#[derive(Debug, Clone)]
pub struct TakeInRequest {
    /// Her card.
    pub card: Card,
    /// Who she is on this device.
    pub person: PersonRequest,
}

/// How far a learner is with a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseDone {
    /// The course.
    pub course: CourseId,
    /// Its name.
    pub title: String,
    /// Lessons finished.
    pub done: u32,
    /// Lessons there are.
    pub of: u32,
}

/// A row of the volunteer's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewView {
    /// Who.
    pub learner: LearnerView,
    /// Every installed course.
    pub courses: Vec<CourseDone>,
    /// Answers on this device.
    pub answered: u64,
}
