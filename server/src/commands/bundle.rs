//! `hocvu bundle`: the record on a stick or a phone, where no network is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hocvu_core::platform::{read_bounded, write_durably};
use hocvu_core::sync::{BUNDLE_BYTES_MAX, JoinCode, Status, Trouble};

use super::serve::{complain, complain_of_relay, open, open_relay};
use super::{fail, refuse};
use crate::relay::{Brought, Relay};
use crate::syncing::bring_in;

/// Options of `hocvu bundle`.
#[derive(Debug, clap::Subcommand)]
pub enum BundleCommand {
    /// Write what another relay lacks into a file that only it can read
    ///
    /// Whoever carries the file sees its size and whom it is for, nothing more. Taking it in twice,
    /// late or never does no harm: what gives no receipt is in the next file again.
    Export {
        /// Hub code of the relay that the file is for; remembered as this one's upstream
        #[arg(long, value_name = "HUB-CODE")]
        to: Option<String>,
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
    /// Take in a file that a courier brought
    ///
    /// A bundle for this relay is answered with a file of receipts for the courier to take back; a
    /// file of receipts is taken in.
    Import {
        /// The file that the courier brought
        file: PathBuf,
        /// The file of receipts to write; FILE.reply if not given
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
}

/// Runs `hocvu bundle`. Bad input ends with 2, anything else that fails with 1.
pub fn run(command: &BundleCommand) -> ExitCode {
    let done = match command {
        BundleCommand::Export { to, output, data } => export(to.as_deref(), output, data),
        BundleCommand::Import { file, output, data } => import(file, output.as_deref(), data),
    };
    done.unwrap_or_else(|code| code)
}

/// Opens a data folder that exists, and its relay with everything that the kiosk recorded in it.
pub(super) fn relay_of(data: &Path) -> Result<(hocvu_core::HocvuCore, Relay), ExitCode> {
    if !data.is_dir() {
        return Err(refuse(format!("{} is no data folder", data.display())));
    }
    let core = open(data).map_err(|error| complain(&error))?;
    let relay = open_relay(core.folder()).map_err(fail)?;
    Ok((core, relay))
}

fn export(to: Option<&str>, output: &Path, data: &Path) -> Result<ExitCode, ExitCode> {
    let (core, relay) = relay_of(data)?;
    if let Some(code) = to {
        let code = JoinCode::from_text(code).map_err(refuse)?;
        relay.set_upstream(&code).map_err(|error| complain_of_relay(&error))?;
    }
    bring_in(&core, &relay, "hocvu", true).map_err(|error| complain(&error))?;
    let packed = relay.export().map_err(fail)?;
    let Some((bytes, events)) = packed else {
        return Err(refuse("this relay has no upstream: say whom the file is for with --to"));
    };
    write_durably(output, &bytes).map_err(|error| complain(&error))?;
    println!("{}: {events} events, {} bytes", output.display(), bytes.len());
    Ok(ExitCode::SUCCESS)
}

fn import(file: &Path, output: Option<&Path>, data: &Path) -> Result<ExitCode, ExitCode> {
    let bytes = read_bounded(file, BUNDLE_BYTES_MAX as u64).map_err(refuse)?;
    let bytes = bytes.ok_or_else(|| refuse(format!("{} does not exist", file.display())))?;
    let (core, relay) = relay_of(data)?;
    let brought = relay
        .import(&bytes)
        .map_err(fail)?
        .map_err(|refused| refuse(format!("{}: {refused}", file.display())))?;
    match brought {
        // Whoever is not let in gets nothing back but the volunteer's word.
        Brought::Request { took, .. } if took.status == Some(Status::NotAdmitted) => {
            let why = match took.is_shut_out {
                true => {
                    "the station that sends it is shut out here: hocvu hub list shows it, and \
                         hocvu hub let-in takes from it again"
                }
                false => {
                    "it was made with a code that lets nobody in here, or lets nobody in any \
                          more: give its sender the present one"
                }
            };
            return Err(refuse(format!("{}: {why}", file.display())));
        }
        Brought::Request { reply, took } => {
            let output = output.map_or_else(|| with_reply(file), Path::to_owned);
            write_durably(&output, &reply).map_err(|error| complain(&error))?;
            println!("{}: {} new events", file.display(), took.events);
            println!("Receipts for the courier to take back: {}", output.display());
        }
        Brought::Reply { waiting, trouble: None } => {
            bring_in(&core, &relay, "hocvu", true).map_err(|error| complain(&error))?;
            println!("{}: receipts taken in, {waiting} events still wait", file.display());
        }
        Brought::Reply { trouble: Some(trouble), .. } => {
            // What came whole before a damaged place was taken in.
            bring_in(&core, &relay, "hocvu", true).map_err(|error| complain(&error))?;
            let why = match trouble {
                Trouble::Cut => "it is cut off: only what came whole of it was taken in".to_owned(),
                Trouble::BadReply => {
                    "it was damaged: only what could be read and proven of it was taken in"
                        .to_owned()
                }
                trouble => format!("{trouble:?}"),
            };
            return Err(refuse(format!("{}: {why}", file.display())));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn with_reply(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".reply");
    name.into()
}
