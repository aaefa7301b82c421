//! The program: picks a command. Without one it serves the kiosk.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hocvu::commands::{bundle, course, hub, keys, passcode, root, serve, upkeep};

/// Learn to use phones and the network safely, offline.
///
/// Without a command this serves the village kiosk, as `hocvu serve` does.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the village kiosk to this computer or to the phones around
    ///
    /// The first page answers at once: courses are built in, and no network is used. Ctrl-C stops
    /// it; whatever was answered is kept.
    Serve(serve::ServeArgs),
    /// Write, check, build and look at a course
    #[command(subcommand)]
    Course(course::CourseCommand),
    /// Make keys that roots and courses are signed with
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Say whose courses devices may take: make, sign and renew a root
    ///
    /// A root names publishers and their keys. Its holders sign it; a device takes it once somebody
    /// compared its fingerprint, and follows every later version by itself. In this order: `new`,
    /// `publisher`, `sign` (each holder), `finish`; for a change `next` and then the same again.
    #[command(subcommand)]
    Root(root::RootCommand),
    /// Mend a forgotten passcode of the volunteer
    Passcode {
        #[command(subcommand)]
        command: PasscodeCommand,
    },
    /// Carry the record in files where no network is
    #[command(subcommand)]
    Bundle(bundle::BundleCommand),
    /// Let other stations pass on to this one, or shut one out
    #[command(subcommand)]
    Hub(hub::HubCommand),
    /// Check a data folder and say what is wrong with it
    ///
    /// Checks the file, every event and everything computed from the events; changes nothing. Stop
    /// the kiosk first. Ends with 0 when all is well, with 1 when there are faults, with 2 when the
    /// folder cannot be checked.
    Doctor(upkeep::DoctorArgs),
    /// Write everything of a data folder into one file, sealed with a passphrase
    ///
    /// Stop the kiosk first, or use the volunteer's page instead, which works while it runs.
    Backup(upkeep::BackupArgs),
    /// Make a data folder of a backup
    ///
    /// Nothing is restored over what is there: the folder must not exist or be empty.
    Restore(upkeep::RestoreArgs),
}

#[derive(Debug, Subcommand)]
enum PasscodeCommand {
    /// Remove the passcode, so that the volunteer's page asks for a new one
    ///
    /// Stop the kiosk first: a data folder is used by one program at a time. Nothing else changes.
    Reset {
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    serve::start_log();
    match cli.command {
        None => serve::run(&cli.serve),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Course(command)) => course::run(&command, serve::today()),
        Some(Command::Keys(command)) => keys::run(&command),
        Some(Command::Root(command)) => root::run(&command),
        Some(Command::Passcode { command: PasscodeCommand::Reset { data } }) => {
            passcode::reset(&data)
        }
        Some(Command::Bundle(command)) => bundle::run(&command),
        Some(Command::Hub(command)) => hub::run(&command),
        Some(Command::Doctor(args)) => upkeep::doctor(&args),
        Some(Command::Backup(args)) => upkeep::backup(&args),
        Some(Command::Restore(args)) => upkeep::restore(&args),
    }
}
