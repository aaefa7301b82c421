//! People on a shared device: who they are, their PIN, their consent, removal and erasure.

mod code;
mod export;
mod learners;
mod person;

pub(crate) use code::{VOLUNTEER, check_code, has_code, remove_code, set_code};
pub(crate) use learners::learner_no;
pub use learners::{
    AddLearnerRequest, CourseDone, Group, LearnerView, Learners, OverviewView, PersonRequest,
    Purpose,
};
pub use person::{Address, NAME_CHARS_MAX, PICTOGRAMS};
pub(crate) use person::{PERSON_KEY, PersonKey};
