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
use std::path::Path;
use std::process::ExitCode;

/// Refuses a folder that no device was ever opened in.
fn needs_data(data: &Path) -> Result<(), ExitCode> {
    if data.join("hocvu.db").exists() {
        return Ok(());
    }
    Err(refuse(format!(
        "{} is no data folder of hocvu. Name the right one with --data.",
        data.display()
    )))
}

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
