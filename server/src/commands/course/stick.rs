//! `hocvu course export` and `import`: what a data folder hands on, as one file.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use hocvu_core::ids::CourseId;
use hocvu_core::pack::{FetchView, OfferView, StickReport};
use hocvu_core::{Error, HocvuCore, Result};

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

/// Options of `hocvu course import`.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// The file, as `hocvu course export` wrote it
    file: PathBuf,
    /// Trust the root with this fingerprint from now on, because you compared it; once for each
    #[arg(long = "trust", value_name = "FINGERPRINT")]
    trust: Vec<String>,
    /// The data folder
    #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
    data: PathBuf,
}

/// Takes the file in. A file that is no stick ends with 2; what did not come, for whatever reason,
/// with 1.
pub(super) fn import(args: &ImportArgs) -> ExitCode {
    let core = match open(&args.data) {
        Ok(core) => core,
        Err(error) => return complain(&error),
    };
    match take_in(&core, args) {
        Ok(report) if tell(&report) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error @ (Error::Pack(_) | Error::Invalid { .. })) => {
            refuse(format!("{}: {error}", args.file.display()))
        }
        Err(error) => fail(error),
    }
}

fn take_in(core: &HocvuCore, args: &ImportArgs) -> Result<StickReport> {
    let report = core.packs().import_stick(&args.file, show)?;
    let mut trusted = false;
    for unknown in &report.listing.unknown {
        let plain = |text: &str| text.replace(' ', "").to_lowercase();
        if args.trust.iter().any(|wanted| plain(wanted) == plain(&unknown.fingerprint)) {
            core.packs().trust_root(&unknown.roots, &unknown.fingerprint)?;
            trusted = true;
        }
    }
    if !trusted {
        return Ok(report);
    }
    let again = core.packs().import_stick(&args.file, show)?;
    Ok(StickReport { came: [report.came, again.came].concat(), ..again })
}

/// How far a course is, where somebody looks on.
fn show(offer: &OfferView, view: &FetchView) {
    let mut to = std::io::stderr();
    if to.is_terminal() {
        let _ = write!(to, "\r{}: {} of {} bytes ", offer.course, view.bytes_done, view.bytes);
    }
}

/// Says what came and what did not. Whether all did.
fn tell(report: &StickReport) -> bool {
    for offer in &report.came {
        println!("{} {}: {}", offer.course, offer.order, offer.title);
    }
    for (offer, trouble) in &report.left {
        eprintln!("hocvu: {} {} did not come: {trouble:?}", offer.course, offer.order);
    }
    for unknown in &report.listing.unknown {
        eprintln!(
            "hocvu: {} is not known here. Compare the fingerprint of its root with what it tells, \
             then repeat with --trust {:?}",
            unknown.publisher, unknown.fingerprint
        );
    }
    for reason in &report.listing.refused {
        eprintln!("hocvu: a catalogue was refused: {reason}");
    }
    if report.is_cut {
        eprintln!("hocvu: the file ends before its time: not all that it lists is on it");
    }
    let listing = &report.listing;
    let is_whole = report.left.is_empty() && !report.is_cut;
    let is_known = listing.unknown.is_empty() && listing.refused.is_empty();
    if is_whole && is_known && report.came.is_empty() {
        println!("everything on it was here already");
    }
    is_whole && is_known
}
