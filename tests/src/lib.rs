//! What the scenarios share: a device on a temporary folder with the starter courses, somebody who
//! answers at random from a seed, and what is read back of a learner's record.

mod answering;
mod browser;
mod device;
pub mod disk;
mod link;
mod practice;
mod program;
mod publisher;
mod record;
mod replica;

pub use answering::{Seeded, right_response};
pub use browser::{Browser, Form, Reply, form};
pub use device::{
    Device, SetClock, add_learner, copy_folder, course_folder, pack_of, ports, starter_course,
    starter_packs,
};
pub use link::{Fault, Link, RelayServer, Stage};
pub use practice::Practice;
pub use program::{Machine, Serving, code_on};
pub use publisher::new_publisher;
pub use record::{Acknowledged, check_acknowledged, fingerprint, recorded_answers, response_json};
pub use replica::{Bundle, LightReplica};
