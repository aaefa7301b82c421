//! Keeping a device's data well: the doctor, the check in the background, backup and restore.

mod backup;
mod check;
mod doctor;
#[cfg(test)]
mod tests;

pub use backup::{PASSPHRASE_CHARS_MIN, restore};
pub use doctor::{DoctorFault, DoctorReport, examine};
pub(crate) use doctor::{projected_erased, projected_place};
