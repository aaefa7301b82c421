//! Writes the example course as a pack signed with keys made on the spot, and prints the fingerprint
//! that the publisher would hand out on paper. The browser tests install it.
//!
//! Usage: `signed_pack FILE`

use std::process::ExitCode;

use hocvu::author::{new_course, read_course};
use hocvu::commands::course::pack_of;
use hocvu_core::course::Day;
use hocvu_core::ids::PublisherId;
use hocvu_core::pack::{Publisher, Root, RootChain, SecretKey, SignedRoot, Signer};
use hocvu_core::ports::SystemEntropy;

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
    let (root, key) = (SecretKey::generate(&SystemEntropy), SecretKey::generate(&SystemEntropy));
    let id = PublisherId::parse("so-gd").expect("it is an id");
    let publisher = Publisher {
        id: id.clone(),
        name: "Sở Giáo dục".into(),
        keys: vec![key.public()],
        courses: None,
        generation: 1,
    };
    let first = Root::first("Tỉnh", 1, vec![root.public()], vec![publisher]);
    let signed = SignedRoot::new(&first).expect("the root is sound").sign(&root);
    let roots = RootChain::begin(signed).expect("it is signed");
    let fingerprint = roots.fingerprint();
    let signer = Signer::new(roots, id, key).expect("the root names the publisher's key");
    (pack_of(&course, Some(&signer)).expect("the course is packed"), fingerprint)
}
