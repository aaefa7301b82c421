//! Writes the example course as a pack signed with keys made on the spot, and prints the fingerprint
//! that the publisher would hand out on paper. The browser tests install it.
//!
//! Usage: `signed_pack FILE`

use std::process::ExitCode;

use hocvu::author::{new_course, read_course};
use hocvu::commands::course::pack_of;
use hocvu_core::course::Day;
use hocvu_tests::new_publisher;

fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1) else {
        eprintln!("Usage: signed_pack FILE");
        return ExitCode::from(2);
    };
    let (pack, fingerprint) = signed_pack();
    if let Err(error) = std::fs::write(&file, pack) {
        eprintln!("signed_pack: writing {}: {error}", file.display());
        return ExitCode::FAILURE;
    }
    println!("{fingerprint}");
    ExitCode::SUCCESS
}

fn signed_pack() -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let dir = folder.path().join("khoa-moi");
    new_course(&dir, Day { year: 2026, month: 11, day: 22 }).expect("the example is written");
    let course = read_course(&dir).expect("the example has no fault");
    let signer = new_publisher();
    let fingerprint = signer.roots().fingerprint();
    (pack_of(&course, Some(&signer)).expect("the course is packed"), fingerprint)
}
