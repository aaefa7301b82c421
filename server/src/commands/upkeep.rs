//! `hocvu doctor`, `backup` and `restore`: looking after a data folder that no kiosk has open.
//!
//! A passphrase is typed or stands in a file, never in an argument: those are seen by every program
//! on the computer and stay in the shell's history.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use hocvu_core::Error;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::KeyStore;
use hocvu_core::upkeep::{self, DoctorFault, DoctorReport, PASSPHRASE_CHARS_MIN};

use super::serve::{complain, open, open_relay};
use super::{needs_data, refuse};

/// The most bytes of a file with a passphrase.
const PASSPHRASE_BYTES_MAX: u64 = 4096;

/// Options of `hocvu doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// The data folder
    #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
    pub data: PathBuf,
}

/// Options of `hocvu backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// File to write; one of that name is replaced once the new one is whole
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The data folder
    #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
    pub data: PathBuf,
    /// File whose first line is the passphrase; without it the passphrase is asked for twice
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Options of `hocvu restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
    /// The data folder to make; it must not exist or be empty
    #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
    pub data: PathBuf,
    /// File whose first line is the passphrase; without it the passphrase is asked for
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Says what is right and wrong in a data folder.
pub fn doctor(args: &DoctorArgs) -> ExitCode {
    if let Err(code) = needs_data(&args.data) {
        return code;
    }
    match upkeep::examine(&args.data) {
        Ok(report) => {
            print!("{}", told(&args.data, &report));
            if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        // So damaged that nothing in it could be looked at.
        Err(Error::Damaged { detail }) => {
            let faults = vec![DoctorFault::File { said: detail }];
            print!("{}", told(&args.data, &DoctorReport { faults, ..DoctorReport::default() }));
            ExitCode::FAILURE
        }
        Err(Error::OlderVersion { found, known }) => refuse(format!(
            "{} was written by an older hocvu (version {found} of the data, this one reads \
             {known}). Nothing was changed. Start it once with hocvu serve, which brings it up to \
             date, stop it, and ask the doctor again.",
            args.data.display()
        )),
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

fn told(data: &Path, report: &DoctorReport) -> String {
    use std::fmt::Write as _;
    let mut told = format!(
        "{}: {} learners; {} events in {} chains, {} copies of other devices' events; \
         {} pictures and sounds\n",
        data.display(),
        report.learners,
        report.events,
        report.chains,
        report.copies,
        report.media
    );
    if report.erased > 0 {
        let _ =
            writeln!(told, "{} events were erased because somebody asked for it.", report.erased);
    }
    if report.lost > 0 {
        let _ = writeln!(told, "{} events were lost by damage in the past.", report.lost);
    }
    if report.is_clean() {
        told.push_str("No faults.\n");
        return told;
    }
    for fault in &report.faults {
        let _ = writeln!(told, "fault: {fault}");
    }
    let listed = u64::try_from(report.faults.len()).unwrap_or(u64::MAX);
    let faults = listed.saturating_add(report.faults_unlisted);
    let _ = writeln!(
        told,
        "{faults} faults, of which {listed} are listed. Nothing was changed. Copy the folder to \
         another disk before anything else; the next start of hocvu saves what can be read."
    );
    told
}

/// Writes a sealed backup.
pub fn backup(args: &BackupArgs) -> ExitCode {
    if let Err(code) = needs_data(&args.data) {
        return code;
    }
    // Said before anybody thinks up a passphrase.
    let folder = args.output.parent().filter(|folder| !folder.as_os_str().is_empty());
    if args.output.is_dir() || folder.is_some_and(|folder| !folder.is_dir()) {
        return refuse(format!(
            "{} is no file that can be written. Name a file in a folder that exists with -o.",
            args.output.display()
        ));
    }
    let passphrase = match passphrase(args.passphrase_file.as_deref(), true) {
        Ok(passphrase) => passphrase,
        Err(code) => return code,
    };
    let written = open(&args.data).and_then(|core| match open_relay(core.folder()) {
        Ok(relay) => relay.backup(&core, &args.output, &passphrase),
        Err(error) => Err(Error::File {
            doing: "opening the relay in",
            path: args.data.clone(),
            source: io::Error::other(error),
        }),
    });
    match written {
        Ok(()) => {
            println!("{} is written.", args.output.display());
            println!("Keep the passphrase apart from it: without it nobody can open the file.");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

/// Makes a data folder of a backup.
pub fn restore(args: &RestoreArgs) -> ExitCode {
    if !args.file.is_file() {
        return refuse(format!("there is no file {}.", args.file.display()));
    }
    if let Ok(mut held) = fs::read_dir(&args.data)
        && held.next().is_some()
    {
        return refuse(format!(
            "{} is not empty, and nothing is restored over what is there. Name a new folder with \
             --data.",
            args.data.display()
        ));
    }
    let passphrase = match passphrase(args.passphrase_file.as_deref(), false) {
        Ok(passphrase) => passphrase,
        Err(code) => return code,
    };
    let keys_of =
        |data: &Path| -> Arc<dyn KeyStore> { Arc::new(FileKeyStore::new(data.join("keys"))) };
    let restored = std::path::absolute(&args.data)
        .map_err(|source| Error::File { doing: "finding", path: args.data.clone(), source })
        .and_then(|data| upkeep::restore(&args.file, &passphrase, &data, keys_of));
    match restored {
        Ok(()) => {
            println!("{} is restored. Start it with hocvu serve --data.", args.data.display());
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

/// The passphrase from its file or the terminal, at least as long as it must be when it is new.
fn passphrase(file: Option<&Path>, is_new: bool) -> Result<String, ExitCode> {
    let passphrase = match file {
        Some(file) => first_line(file)?,
        None => typed(is_new)?,
    };
    if is_new && passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
        return Err(refuse(format!(
            "the passphrase is too short: it needs at least {PASSPHRASE_CHARS_MIN} characters; a \
             few words are good."
        )));
    }
    Ok(passphrase)
}

fn first_line(file: &Path) -> Result<String, ExitCode> {
    let mut text = String::new();
    let read = File::open(file)
        .and_then(|opened| opened.take(PASSPHRASE_BYTES_MAX).read_to_string(&mut text));
    if let Err(error) = read {
        return Err(refuse(format!(
            "the passphrase in {} cannot be read: {error}",
            file.display()
        )));
    }
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn typed(is_new: bool) -> Result<String, ExitCode> {
    if !io::stdin().is_terminal() {
        return Err(refuse(
            "there is no terminal to ask for the passphrase on. Put it into a file and name that \
             with --passphrase-file.",
        ));
    }
    let ask = |words| {
        rpassword::prompt_password(words)
            .map_err(|error| refuse(format!("the passphrase could not be asked for: {error}")))
    };
    let first = ask("Passphrase: ")?;
    if is_new && ask("The same again: ")? != first {
        return Err(refuse("the two are not the same. Nothing was done."));
    }
    Ok(first)
}

/// 2 for what the caller can mend by asking differently, 1 for what broke.
fn failed(error: &Error) -> ExitCode {
    match error {
        Error::Backup { .. } | Error::Invalid { .. } => refuse(format!("{error}.")),
        Error::InUse { .. } | Error::ReadOnly { .. } | Error::NewerVersion { .. } => {
            complain(error);
            ExitCode::from(2)
        }
        _ => complain(error),
    }
}
