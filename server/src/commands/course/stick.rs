//! `hocvu course export`: what a data folder hands on, as one file.

use std::path::PathBuf;
use std::process::ExitCode;

use hocvu_core::Error;
use hocvu_core::ids::CourseId;

use crate::commands::serve::{complain, open};
use crate::commands::{fail, needs_data, refuse};
use crate::mirror::Mirror;
use crate::mirror::stick::Stick;

/// Options of `hocvu course export`.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// Ids of the courses; all that are published here if none is named
    #[arg(value_name = "COURSE")]
    courses: Vec<CourseId>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The data folder
    #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
    data: PathBuf,
}

/// Writes the file. Bad input ends with 2, anything else that fails with 1.
pub(super) fn export(args: &ExportArgs) -> ExitCode {
    if let Err(code) = needs_data(&args.data) {
        return code;
    }
    match open(&args.data) {
        Ok(core) => {
            if let Err(error) = Mirror::new(core.folder()).keep(&core) {
                eprintln!("hocvu: not everything could be made ready: {error}");
            }
        }
        // The program that runs on it keeps the folder ready.
        Err(Error::InUse { .. }) => {}
        Err(error) => return complain(&error),
    }
    let stick = match Stick::of(&args.data, &args.courses) {
        Ok(Some(stick)) if !stick.courses.is_empty() => stick,
        Ok(_) => {
            return refuse(format!("no course is published in {}", args.data.display()));
        }
        Err(error @ Error::Invalid { .. }) => return refuse(error),
        Err(error) => return fail(error),
    };
    let (bytes, courses) = (stick.bytes(), stick.courses.clone());
    if let Err(error) = stick.write_file(&args.output) {
        return fail(error);
    }
    let courses: Vec<&str> = courses.iter().map(CourseId::as_str).collect();
    println!("{}: {bytes} bytes, {}", args.output.display(), courses.join(", "));
    ExitCode::SUCCESS
}
