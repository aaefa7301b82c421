//! What the scenarios share: a device on a temporary folder with the starter courses, somebody who
//! answers at random from a seed, and what is read back of a learner's record.

mod answering;
mod device;
pub mod disk;
mod link;
mod practice;
mod record;
mod replica;

pub use answering::{Seeded, right_response};
pub use device::{
    Device, SetClock, add_learner, copy_folder, course_folder, pack_of, ports, starter_course,
    starter_packs,
};
pub use link::{Fault, Link, RelayServer};
pub use practice::Practice;
pub use record::{Acknowledged, check_acknowledged, fingerprint, recorded_answers, response_json};
pub use replica::{Bundle, LightReplica};
