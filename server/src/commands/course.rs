//! `hocvu course …`: what authors call. It speaks English and gives exit code 2 on bad input.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hocvu_core::course::Day;

use crate::author::{self, NewCourseError};

const SUCCESS: u8 = 0;
const FAILURE: u8 = 1;
/// Bad input: something the caller can mend.
const BAD_INPUT: u8 = 2;

/// What authors do with a course's folder. Each command is one variant and one arm of [`run`].
#[derive(Debug, clap::Subcommand)]
pub enum CourseCommand {
    /// Make a new folder with a small example course to write over
    ///
    /// The example is in Vietnamese and has every kind of question. The folder must be new or empty.
    New {
        /// Folder to make
        dir: PathBuf,
    },
    /// Check a course's folder and name file, line and remedy of each fault
    ///
    /// Faults go to standard error, one a line, and the exit code is 2 if there are any. Warnings
    /// are marked as such and keep nothing from being built.
    Check {
        /// The course's folder, the one that holds course.toml
        dir: PathBuf,
    },
}

/// Runs a command; `today` is the day that facts are compared with.
pub fn run(command: &CourseCommand, today: Day) -> ExitCode {
    ExitCode::from(match command {
        CourseCommand::New { dir } => new(dir, today),
        CourseCommand::Check { dir } => check(dir, today),
    })
}

fn new(dir: &Path, today: Day) -> u8 {
    match author::new_course(dir, today) {
        Ok(()) => {
            println!(
                "{} holds an example course; write over it, then check it with",
                dir.display()
            );
            println!("    hocvu course check {}", dir.display());
            SUCCESS
        }
        Err(error @ NewCourseError::NotEmpty(_)) => {
            eprintln!("{error}");
            BAD_INPUT
        }
        Err(error) => {
            eprintln!("{error}");
            FAILURE
        }
    }
}

fn check(dir: &Path, today: Day) -> u8 {
    match author::check(dir, today) {
        Ok(checked) => {
            for warning in &checked.warnings {
                eprintln!("warning: {warning}");
            }
            let course = &checked.course;
            let warnings = checked.warnings.len();
            println!("{} version {}: no fault, {warnings} warnings", course.id, course.version);
            SUCCESS
        }
        Err(faults) => {
            for fault in &faults {
                eprintln!("{fault}");
            }
            eprintln!("{} faults in {}", faults.len(), dir.display());
            BAD_INPUT
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Parser, error::ErrorKind};

    #[derive(Debug, Parser)]
    struct Program {
        #[command(subcommand)]
        command: CourseCommand,
    }

    #[test]
    fn exit_codes_tell_right_from_wrong_folders() {
        let today = Day { year: 2026, month: 11, day: 22 };
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("khoa-hoc");
        assert_eq!(check(&dir, today), BAD_INPUT, "no folder yet");
        assert_eq!(new(&dir, today), SUCCESS);
        assert_eq!(check(&dir, today), SUCCESS);
        assert_eq!(new(&dir, today), BAD_INPUT, "not empty any more");
        std::fs::write(dir.join("x.txt"), "x").unwrap();
        assert_eq!(check(&dir, today), BAD_INPUT);
        assert_eq!(new(&dir.join("x.txt/y"), today), FAILURE, "a file is in the way");
    }

    #[test]
    fn each_command_needs_a_folder() {
        let error = Program::try_parse_from(["hocvu", "check"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
        assert!(Program::try_parse_from(["hocvu", "new", "a"]).is_ok());
    }
}
