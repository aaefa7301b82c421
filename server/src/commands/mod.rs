//! The program's commands: each is one folder or file, `main.rs` only picks.

pub mod bundle;
pub mod course;
pub mod hub;
pub mod keys;
pub mod passcode;
pub mod root;
pub mod serve;
pub mod upkeep;

use std::fmt::Display;
use std::process::ExitCode;

/// Says what the caller can mend by asking differently.
fn refuse(why: impl Display) -> ExitCode {
    eprintln!("hocvu: {why}");
    ExitCode::from(2)
}

/// Says what broke.
fn fail(why: impl Display) -> ExitCode {
    eprintln!("hocvu: {why}");
    ExitCode::FAILURE
}
