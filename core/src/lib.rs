//! hocvu-core: all rules and all storage of a hocvu device. `core/README.md` has the map and the
//! glossary.

pub mod course;
pub mod device;
mod error;
mod hocvu;
pub mod ids;
pub mod journal;
pub mod learner;
pub mod pack;
pub mod plant;
pub mod platform;
pub mod ports;
#[cfg(feature = "testing")]
pub mod probe;
pub mod progress;
#[cfg(feature = "qr")]
pub mod qr;
pub mod quiz;
mod store;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod text;
pub mod upkeep;
pub mod varint;

pub use error::{Error, Result};
pub use hocvu::{HocvuCore, OpenRequest, Ports};
