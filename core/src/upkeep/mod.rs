//! Keeping a device's data well: the doctor, the check in the background, salvage, backup and
//! restore.

mod backup;
mod carve;
mod check;
mod doctor;
mod salvage;
#[cfg(test)]
mod tests;

#[cfg(feature = "testing")]
pub use backup::seal_stream;
pub use backup::{Further, PASSPHRASE_CHARS_MIN, restore};
pub use doctor::{DoctorFault, DoctorReport, examine};
use doctor::{projected_erased, projected_place};
pub(crate) use salvage::{Former, salvage};
