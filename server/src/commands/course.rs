//! `hocvu course …`: what authors call. It speaks English and gives exit code 2 on bad input.

mod publish;
mod show;
mod stick;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hocvu_core::course::Day;
use hocvu_core::ids::PublisherId;
use hocvu_core::pack::{self, RootChain, SecretKey, Signer};
use hocvu_core::platform::read_bounded;
use hocvu_core::{Error, Result};

use crate::author::{self, Course, NewCourseError};

const SUCCESS: u8 = 0;
const FAILURE: u8 = 1;
/// Bad input: something the caller can mend.
const BAD_INPUT: u8 = 2;
/// The most bytes of a file of roots.
pub(super) const ROOTS_BYTES_MAX: u64 = 1024 * 1024;

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
    /// Build a course's folder into one file that kiosks install
    ///
    /// The same folder always gives the same bytes. Kiosks take only signed files: name a key, the
    /// roots and the publisher to sign. Faults stop the build, as in `course check`.
    Build {
        /// The course's folder, the one that holds course.toml
        dir: PathBuf,
        /// File to write; by default the course's id with .hocvu, in the current folder
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// What the pack is signed with.
        #[command(flatten)]
        signing: Signing,
    },
    /// Send courses to a server that hands them on
    ///
    /// Each folder is checked and built as by `course build`; your catalogue on the server is signed
    /// anew with what changed. Courses that are there unchanged are not sent again, and a run that
    /// broke off is simply repeated. Without a folder the catalogue is signed again, which is how a
    /// newer root reaches devices.
    Publish(publish::PublishArgs),
    /// Write what a data folder hands on into one file, for where no network is
    ///
    /// The file holds the courses, whole and as updates from older editions, the catalogues and all
    /// roots. A kiosk may be running on the data folder meanwhile.
    Export(stick::ExportArgs),
    /// Take in courses from a file that `course export` wrote, as from a memory stick
    ///
    /// Of each course comes what is newer than what the data folder has; everything is checked as if
    /// it came over a network. A run that broke off is simply repeated. Stop the kiosk first; its
    /// volunteer's page takes the same file in.
    Import(stick::ImportArgs),
    /// Look at a course in the kiosk's pages while writing it
    ///
    /// The folder is read again whenever a file in it has changed: load the page again to see it.
    /// Faults are shown as a page. What is answered meanwhile is thrown away at the end.
    Show {
        /// The course's folder, the one that holds course.toml
        dir: PathBuf,
        /// Address and port to serve; the next free port is taken if this one is in use
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
        listen: SocketAddr,
    },
}

/// What a pack is signed with: all of it or nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct Signing {
    /// Secret key of the publisher, as `hocvu keys new` made it
    #[arg(long, value_name = "FILE", requires_all = ["roots", "publisher"])]
    key: Option<PathBuf>,
    /// File of the roots that name the publisher, as `hocvu root finish` wrote it
    #[arg(long, alias = "root", value_name = "FILE", requires = "key")]
    roots: Option<PathBuf>,
    /// Id of the publisher in the newest root
    #[arg(long, value_name = "ID", requires = "key")]
    publisher: Option<PublisherId>,
}

/// Runs a command; `today` is the day that facts are compared with.
pub fn run(command: &CourseCommand, today: Day) -> ExitCode {
    ExitCode::from(match command {
        CourseCommand::New { dir } => new(dir, today),
        CourseCommand::Check { dir } => check(dir, today),
        CourseCommand::Build { dir, out, signing } => build(dir, out.as_deref(), signing),
        CourseCommand::Publish(args) => publish::run(args),
        CourseCommand::Export(args) => return stick::export(args),
        CourseCommand::Import(args) => return stick::import(args),
        CourseCommand::Show { dir, listen } => return show::run(dir, *listen),
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

fn build(dir: &Path, out: Option<&Path>, signing: &Signing) -> u8 {
    let course = match author::read_course(dir) {
        Ok(course) => course,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            eprintln!("{} faults in {}; nothing was built", faults.len(), dir.display());
            return BAD_INPUT;
        }
    };
    let bytes = match signer(signing).and_then(|signer| pack_of(&course, signer.as_ref())) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{error}; nothing was built");
            return BAD_INPUT;
        }
    };
    let beside = PathBuf::from(format!("{}.hocvu", course.id));
    let out = out.unwrap_or(&beside);
    // Written like any other file, readable by everybody: packs are made to be handed on.
    if let Err(error) = std::fs::write(out, &bytes) {
        eprintln!("{}: {error}", out.display());
        return FAILURE;
    }
    let signed = if signing.key.is_some() { "signed" } else { "not signed" };
    println!("{}: {} version {}, {signed}", out.display(), course.id, course.version);
    SUCCESS
}

/// The pack of a course.
pub fn pack_of(course: &Course, signer: Option<&Signer>) -> Result<Vec<u8>> {
    Ok(pack::build(&course.files(), &course.pack_info(), signer)?)
}

fn signer(signing: &Signing) -> Result<Option<Signer>> {
    let (Some(key), Some(roots), Some(publisher)) =
        (&signing.key, &signing.roots, &signing.publisher)
    else {
        return Ok(None);
    };
    let key = SecretKey::read_file(key)?;
    let roots = read_bounded(roots, ROOTS_BYTES_MAX)?.ok_or(Error::NotFound { what: "roots" })?;
    Ok(Some(Signer::new(RootChain::decode(&roots)?, publisher.clone(), key)?))
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
    fn a_built_course_installs_and_builds_alike() {
        let parent = tempfile::tempdir().unwrap();
        let (dir, out) = (parent.path().join("khoa-hoc"), parent.path().join("a.hocvu"));
        let unsigned = Signing { key: None, roots: None, publisher: None };
        assert_eq!(build(&dir, Some(&out), &unsigned), BAD_INPUT, "no folder yet");
        assert_eq!(new(&dir, Day { year: 2026, month: 11, day: 22 }), SUCCESS);
        assert_eq!(build(&dir, Some(&out), &unsigned), SUCCESS);
        let bytes = std::fs::read(&out).unwrap();
        assert_eq!(build(&dir, Some(&out), &unsigned), SUCCESS);
        assert_eq!(std::fs::read(&out).unwrap(), bytes);
        let signing = Signing {
            key: Some(parent.path().join("no-key")),
            roots: Some(out.clone()),
            publisher: Some(PublisherId::parse("xa").unwrap()),
        };
        assert_eq!(build(&dir, Some(&out), &signing), BAD_INPUT);
    }

    #[test]
    fn each_command_needs_a_folder() {
        let error = Program::try_parse_from(["hocvu", "check"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
        assert!(Program::try_parse_from(["hocvu", "new", "a"]).is_ok());
    }
}
