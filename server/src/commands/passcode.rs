//! `hocvu passcode reset`: mends a forgotten passcode, for whoever sits at the computer.

use std::path::Path;
use std::process::ExitCode;

use super::serve::{complain, open};

/// Removes the volunteer's passcode. A folder that holds no data is left as it is.
pub fn reset(data: &Path) -> ExitCode {
    if !data.join("hocvu.db").exists() {
        eprintln!("{} is no data folder of hocvu. Name the right one with --data.", data.display());
        return ExitCode::from(2);
    }
    match open(data).and_then(|core| core.device().remove_passcode()) {
        Ok(()) => {
            println!(
                "The passcode is removed. Start hocvu and set a new one on the volunteer's page."
            );
            ExitCode::SUCCESS
        }
        Err(error) => complain(&error),
    }
}
