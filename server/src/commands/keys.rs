//! `hocvu keys …`: makes the keys that roots and courses are signed with. It speaks English, as authors do.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hocvu_core::Error;
use hocvu_core::pack::SecretKey;
use hocvu_core::ports::SystemEntropy;

/// What publishers do with keys.
#[derive(Debug, clap::Subcommand)]
pub enum KeysCommand {
    /// Make a key pair: the secret half into a new file, the public half onto the screen
    ///
    /// Whoever has the file publishes in your name: keep it off computers that others use, and keep
    /// a copy. An existing file is never written over.
    New {
        /// File to make for the secret key
        file: PathBuf,
    },
    /// Show the public half of a key, which others may know
    Show {
        /// File of the secret key
        file: PathBuf,
    },
}

/// Runs a command.
pub fn run(command: &KeysCommand) -> ExitCode {
    match command {
        KeysCommand::New { file } => new(file),
        KeysCommand::Show { file } => show(file),
    }
}

fn show(file: &Path) -> ExitCode {
    match SecretKey::read_file(file) {
        Ok(key) => {
            println!("{}", key.public());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::from(2)
        }
    }
}

fn new(file: &Path) -> ExitCode {
    let key = SecretKey::generate(&SystemEntropy);
    match key.write_file(file) {
        Ok(()) => {
            println!("{}", key.public());
            ExitCode::SUCCESS
        }
        Err(error @ Error::Invalid { .. }) => {
            eprintln!("{error}. Choose another name.");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        assert_eq!(new(&file), ExitCode::SUCCESS);
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(new(&file), ExitCode::from(2));
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }
}
