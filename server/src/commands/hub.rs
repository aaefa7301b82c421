//! `hocvu hub`: what the volunteer of another station needs to pass on to this one.

use std::path::PathBuf;
use std::process::ExitCode;

use hocvu_core::sync::JoinCode;

use super::bundle::relay_of;
use super::{fail, refuse};

/// Options of `hocvu hub`.
#[derive(Debug, clap::Subcommand)]
pub enum HubCommand {
    /// Print the code with which another station passes on to this one
    ///
    /// Give it to that station's volunteer alone, for `hocvu serve --upstream` or the page "Gửi và
    /// nhận": a hub may bring the work of many, and erase whom it serves. Phones join with the code
    /// on /join. Stop the kiosk first, or use the volunteer's page, which shows the same code.
    Code {
        /// Name of this place in the code
        #[arg(long, default_value = "hocvu", value_name = "NAME")]
        name: String,
        /// Address in the code, such as http://192.168.1.5:8080; without one only couriers get here
        #[arg(long, value_name = "URL")]
        address: Option<String>,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
}

/// Runs `hocvu hub`. Bad input ends with 2, anything else that fails with 1.
pub fn run(command: &HubCommand) -> ExitCode {
    let HubCommand::Code { name, address, data } = command;
    match relay_of(data).and_then(|(_core, relay)| {
        let addresses = address.iter().cloned().collect();
        let code = relay.hub_code(name, addresses).map_err(fail)?.to_text();
        // What nobody could read is not given out.
        JoinCode::from_text(&code).map_err(refuse)?;
        Ok(code)
    }) {
        Ok(code) => {
            println!("{code}");
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}
