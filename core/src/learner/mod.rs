//! People on a shared device: who they are, their PIN, their consent, removal and erasure.

mod card;
mod code;
mod export;
mod learners;
mod person;

pub use card::{CARD_CHARS_MAX, Card, CardError};
pub(crate) use code::{VOLUNTEER, check_code, has_code, remove_code, set_code};
pub use learners::{
    AddLearnerRequest, CourseDone, Group, LearnerView, Learners, OverviewView, PersonRequest,
    Purpose, TakeInRequest,
};
pub(crate) use learners::{erase_by_word, learner_no};
pub use person::{Address, NAME_CHARS_MAX, PICTOGRAMS};
pub(crate) use person::{PERSON_KEY, PersonKey};
