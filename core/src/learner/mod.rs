//! People on a shared device: who they are, their PIN, their consent, removal and erasure.

mod card;
mod code;
mod export;
mod group;
mod learners;
mod person;
mod pin;
mod view;

pub use card::{CARD_CHARS_MAX, Card, CardError};
pub(crate) use code::{VOLUNTEER, check_code, has_code, remove_code, set_code};
pub use group::Group;
pub use learners::Learners;
pub(crate) use learners::{erase_by_word, learner_no};
pub use person::{Address, NAME_CHARS_MAX, PICTOGRAMS};
pub(crate) use person::{PERSON_KEY, PersonKey};
pub use pin::{is_easy_pin, is_pin};
pub use view::{
    AddLearnerRequest, CourseDone, LearnerView, OverviewView, PersonRequest, Purpose, TakeInRequest,
};
