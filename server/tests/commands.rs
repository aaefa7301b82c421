//! The program's commands, run as processes: what they print and how they end.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hocvu_core::learner::{AddLearnerRequest, Address, Group, PersonRequest};
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{SystemClock, SystemEntropy};
use hocvu_core::{HocvuCore, OpenRequest, Ports};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One test at a time: a process just being started holds, for a moment, the folder locks of all
/// threads of this one.
static ALONE: Mutex<()> = Mutex::new(());

/// A place with data folders; the program's state stays in it too.
struct Place {
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Place {
    fn new() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { folder: tempfile::tempdir().unwrap(), _alone: alone }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn core(&self, name: &str) -> HocvuCore {
        let data = self.at(name);
        let ports = Ports {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keys: Arc::new(FileKeyStore::new(data.join("keys"))),
        };
        HocvuCore::open(&OpenRequest { data, marker: self.at(&format!("{name}.marker")) }, ports)
            .unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_hocvu"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("XDG_STATE_HOME", self.at("state"))
            .env("LC_ALL", "en_GB.UTF-8")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }

    /// A data folder with one learner.
    fn with_lan(&self) {
        let core = self.core("here");
        let (name, address) = ("Lan".to_owned(), Address::Ba);
        let lan = AddLearnerRequest {
            person: PersonRequest { name, address, pictogram: 0, guardian: None },
            group: Group::PublicSector,
            is_child: false,
            consent_record: true,
            consent_count: false,
        };
        core.learners().add(&lan).unwrap();
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn the_doctor_finds_a_fresh_folder_whole_and_says_what_is_in_it() {
    let place = Place::new();
    place.with_lan();
    let output = place.run(&["doctor", "--data", "here"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let said = said(&output);
    assert!(said.contains("1 learners") && said.contains("No faults."), "{said}");
}

#[test]
fn the_doctor_tells_a_fault_and_ends_with_one() {
    let place = Place::new();
    place.with_lan();
    let file = place.at("here/hocvu.db");
    let mut bytes = fs::read(&file).unwrap();
    for at in (4096..bytes.len()).step_by(97) {
        bytes[at] ^= 0x55;
    }
    fs::write(&file, &bytes).unwrap();
    let output = place.run(&["doctor", "--data", "here"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("fault: "), "{}", said(&output));
    assert_eq!(fs::read(&file).unwrap(), bytes, "nothing is changed");
}

#[test]
fn a_folder_without_data_is_refused_and_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.at("empty")).unwrap();
    for command in [&["doctor", "--data", "empty"][..], &["backup", "-o", "x", "--data", "empty"]] {
        let output = place.run(command);
        assert_eq!(code(&output), 2);
        assert!(said(&output).contains("empty is no data folder"), "{}", said(&output));
    }
    assert!(is_empty(&place.at("empty")));
}

#[test]
fn a_folder_in_use_is_told_as_such() {
    let place = Place::new();
    place.with_lan();
    fs::write(place.at("phrase"), "lúa chín vàng\n").unwrap();
    let _open = place.core("here");
    let backup = ["backup", "-o", "b", "--data", "here", "--passphrase-file", "phrase"];
    for command in [&["doctor", "--data", "here"][..], &backup] {
        let output = place.run(command);
        assert_eq!(code(&output), 2, "{}", said(&output));
        assert!(said(&output).contains("already running"), "{}", said(&output));
    }
    assert!(!place.at("b").exists());
}

#[test]
fn a_backup_restores_elsewhere_with_its_passphrase_only() {
    let place = Place::new();
    place.with_lan();
    fs::write(place.at("phrase"), "lúa chín vàng\r\n").unwrap();
    fs::write(place.at("wrong"), "lúa chín xanh\n").unwrap();
    fs::write(place.at("short"), "lúa\n").unwrap();
    let backup = |phrase: &str| {
        place.run(&["backup", "-o", "b", "--data", "here", "--passphrase-file", phrase])
    };
    let output = backup("short");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("at least 8 characters") && !place.at("b").exists());
    assert_eq!(code(&backup("missing")), 2);
    let output = backup("phrase");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(fs::read(place.at("b")).unwrap().starts_with(b"hocvubak"));

    let restore = |file: &str, phrase: &str| {
        place.run(&["restore", file, "--data", "there", "--passphrase-file", phrase])
    };
    let output = restore("b", "wrong");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("passphrase is wrong"), "{}", said(&output));
    assert_eq!(code(&restore("phrase", "phrase")), 2, "it is no backup");
    assert_eq!(code(&restore("none", "phrase")), 2);
    assert!(!place.at("there").exists(), "nothing half-made is left");

    fs::create_dir(place.at("there")).unwrap();
    let output = restore("b", "phrase");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let output = restore("b", "phrase");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("is not empty"), "{}", said(&output));
    let learners = place.core("there").learners().list().unwrap();
    assert_eq!(learners[0].name.as_deref(), Some("Lan"), "the key for names came along");
    let left = fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().starts_with('.')).count(), 0);
}

#[test]
fn without_a_terminal_the_passphrase_comes_from_a_file() {
    let place = Place::new();
    place.with_lan();
    let output = place.run(&["backup", "-o", "b", "--data", "here"]);
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("--passphrase-file"), "{}", said(&output));
}
