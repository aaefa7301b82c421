//! A hostile device: full, read-only, damaged, copied, with a clock set wrong, its keys gone, two
//! programs at once. A clear error each time, and nothing that is held is lost.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is its purpose")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hocvu_core::device::Notice;
use hocvu_core::ids::{CourseId, Lang, LearnerId, QuizId};
use hocvu_core::quiz::{AttemptPage, Taker};
use hocvu_core::{Error, HocvuCore, OpenRequest, Result};
use hocvu_tests::{
    Device, Seeded, SetClock, add_learner, copy_folder, ports, recorded_answers, response_json,
};
use serde_json::Value;

const YEARS_20_S: i64 = 20 * 365 * 86_400;

/// Noon of a day in November 2026.
const NOW_S: i64 = 1_795_400_000;

/// Something mounted for one test; taken away when it ends. Needs the rights of root.
struct Mounted(PathBuf);

impl Mounted {
    fn new(args: &[&str], at: &Path) -> Self {
        let mounted = Command::new("mount").args(args).arg(at).status();
        let is_mounted = mounted.is_ok_and(|status| status.success());
        assert!(is_mounted, "this test mounts {args:?} on {}: run it as root", at.display());
        Self(at.to_owned())
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn vi() -> Lang {
    Lang::parse("vi").expect("a language")
}

fn only_learner(core: &HocvuCore) -> LearnerId {
    core.learners().list().unwrap()[0].id
}

/// Answers the next question of a practice quiz and gives the answer as it is recorded.
fn answer_one(core: &HocvuCore, learner: LearnerId, chance: &mut Seeded) -> Result<Value> {
    let course = CourseId::parse("mat-khau-otp").expect("an id");
    let quiz = QuizId::parse("luyen-tap").expect("an id");
    let (quizzes, taker) = (core.quizzes(), Taker::Learner(learner));
    let attempt = quizzes.start_practice(learner, &course, &quiz)?;
    let shown = quizzes.attempt(taker, attempt, &vi())?;
    let AttemptPage::Question { index, question, .. } = shown.page else {
        panic!("an attempt that was just begun or is unfinished has a next question");
    };
    let response = chance.response(&question.kind);
    let told = quizzes.answer(taker, attempt, index, response, 50, &vi())?;
    Ok(response_json(&told.response))
}

/// What a learner's record says that she answered.
fn responses(core: &HocvuCore, learner: LearnerId) -> Vec<Value> {
    let answers = recorded_answers(core, learner).expect("her record is read");
    answers.into_iter().map(|answer| answer["response"].clone()).collect()
}

/// Which numbers of which replicas a learner's record uses.
fn numbers(core: &HocvuCore, learner: LearnerId) -> BTreeSet<String> {
    let export = core.learners().export(learner).expect("her record is exported");
    let export: Value = serde_json::from_str(&export).expect("the export is JSON");
    let events = export["events"].as_array().expect("a list");
    events.iter().map(|e| format!("{} {}", e["replica"], e["seq"])).collect()
}

fn has_notice(core: &HocvuCore, notice: Notice) -> bool {
    core.device().notices().unwrap().contains(&notice)
}

fn bytes_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn a_full_disk_is_told_and_loses_nothing_and_recording_goes_on_with_room() {
    let place = tempfile::tempdir().unwrap();
    let _mounted = Mounted::new(&["-t", "tmpfs", "-o", "size=16m", "none"], place.path());
    let device = Device::inside(place.path());
    device.fill(1);
    let core = device.open();
    let learner = only_learner(&core);
    let mut chance = Seeded::new(1);
    let mut acknowledged: Vec<Value> =
        (0..10).map(|_| answer_one(&core, learner, &mut chance).unwrap()).collect();
    // What is left of the disk is filled to the last page.
    let ballast = place.path().join("ballast");
    let full = fs::write(&ballast, vec![0; 16 << 20]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    let refused = loop {
        assert!(acknowledged.len() < 10_000, "the disk never became full");
        match answer_one(&core, learner, &mut chance) {
            Ok(answer) => acknowledged.push(answer),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, Error::DiskFull { .. }), "{refused:?}");
    assert_eq!(responses(&core, learner), acknowledged);
    fs::remove_file(&ballast).unwrap();
    for _ in 0..20 {
        acknowledged.push(answer_one(&core, learner, &mut chance).unwrap());
    }
    drop(core);
    let core = device.open();
    assert_eq!(responses(&core, learner), acknowledged);
    println!("full disk: {} answers acknowledged, lost 0", acknowledged.len());
}

/// Where the damaged database lies: still in its place, or set aside.
fn original(data: &Path) -> Vec<u8> {
    let aside = data.join("damaged-1/hocvu.db");
    fs::read(if aside.exists() { aside } else { data.join("hocvu.db") }).unwrap()
}

#[test]
fn a_disk_that_is_full_during_salvage_costs_nothing_and_salvage_is_done_with_room() {
    let place = tempfile::tempdir().unwrap();
    let _mounted = Mounted::new(&["-t", "tmpfs", "-o", "size=24m", "none"], place.path());
    let device = Device::inside(place.path());
    device.fill(1);
    let core = device.open();
    let learner = only_learner(&core);
    let mut chance = Seeded::new(10);
    let given: Vec<Value> =
        (0..20).map(|_| answer_one(&core, learner, &mut chance).unwrap()).collect();
    drop(core);
    let path = device.data().join("hocvu.db");
    let bytes = fs::read(&path).unwrap();
    // What the check in the background leaves when it found damage.
    fs::write(device.data().join("hocvu.damaged"), b"").unwrap();
    // Room in steps, from none at all to what a fresh database needs.
    let ballast = place.path().join("ballast");
    let mut refusals = 0;
    let core = loop {
        let _ = fs::remove_file(&ballast);
        fs::write(&ballast, vec![0; 24 << 20]).unwrap_err();
        let filled = fs::metadata(&ballast).unwrap().len();
        let room =
            [0, 4 << 10, 16 << 10, 64 << 10][refusals.min(3)] + (refusals as u64 / 4) * (96 << 10);
        fs::OpenOptions::new()
            .write(true)
            .open(&ballast)
            .and_then(|file| file.set_len(filled.saturating_sub(room)))
            .unwrap();
        match HocvuCore::open(&device.request(), ports(&device.marker())) {
            Ok(core) => break core,
            Err(refused) => {
                assert!(matches!(refused, Error::DiskFull { .. }), "{room}: {refused:?}");
                assert!(original(&device.data()) == bytes, "{room}: the original was touched");
                refusals += 1;
            }
        }
        assert!(refusals < 1_000, "the salvage never had room enough");
    };
    assert!(refusals > 3, "the disk was never full during salvage");
    assert!(has_notice(&core, Notice::Salvaged { lost: 0 }));
    assert_eq!(responses(&core, learner), given);
    assert!(core.learners().get(learner).unwrap().unwrap().name.is_some());
    assert!(core.courses().list(&vi()).unwrap().len() >= 4, "the courses were read too");
    fs::remove_file(&ballast).unwrap();
    answer_one(&core, learner, &mut chance).unwrap();
    assert_eq!(core.doctor().unwrap().faults, []);
    println!("full disk during salvage: refused {refusals} times, lost 0 of {}", given.len());
}

#[test]
fn a_read_only_folder_is_refused_and_not_touched() {
    let device = Device::with_learners(1);
    let before = bytes_of(&device.data());
    let data = device.data();
    let path = data.to_str().unwrap();
    let bound = Mounted::new(&["--bind", path], &data);
    let remount = Command::new("mount").args(["-o", "remount,ro,bind", path]).status();
    assert!(remount.unwrap().success());
    let refused = HocvuCore::open(&device.request(), ports(&device.marker())).err().unwrap();
    assert!(matches!(refused, Error::ReadOnly { .. }), "{refused:?}");
    drop(bound);
    assert_eq!(bytes_of(&data), before);
    let core = device.open();
    answer_one(&core, only_learner(&core), &mut Seeded::new(2)).unwrap();
}

#[test]
fn a_second_program_on_the_same_folder_is_refused() {
    let device = Device::with_learners(1);
    let mut first = Command::new(env!("CARGO_BIN_EXE_recorder"))
        .args([device.data(), device.marker()])
        .args(["--threads", "1", "--seed", "3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    let refused = HocvuCore::open(&device.request(), ports(&device.marker())).err().unwrap();
    assert!(matches!(&refused, Error::InUse { path } if *path == device.data()), "{refused:?}");
    // The first one goes on as if nothing had been.
    assert!(lines.by_ref().take(5).all(|line| line.is_ok()));
    first.kill().unwrap();
    first.wait().unwrap();
    device.open();
}

#[test]
fn a_clock_set_back_and_forward_by_20_years_changes_neither_order_nor_answers() {
    let device = Device::with_learners(1);
    let clock = Arc::new(SetClock::default());
    let mut chance = Seeded::new(4);
    let mut given = Vec::new();
    for now_s in [NOW_S, NOW_S - YEARS_20_S, NOW_S + YEARS_20_S, NOW_S] {
        clock.0.store(now_s, Ordering::SeqCst);
        let core = device.open_at(&clock);
        let learner = only_learner(&core);
        given.push(answer_one(&core, learner, &mut chance).unwrap());
        // Also while the program runs.
        clock.0.fetch_sub(YEARS_20_S, Ordering::SeqCst);
        given.push(answer_one(&core, learner, &mut chance).unwrap());
        assert_eq!(responses(&core, learner), given);
        let home = core.progress().home(learner, &vi()).unwrap();
        assert_eq!(home.recorded, given.len() as u64);
        assert!(!has_notice(&core, Notice::NewReplica));
    }
}

#[test]
fn a_key_store_that_is_gone_costs_names_and_nothing_else() {
    let device = Device::with_learners(1);
    let mut chance = Seeded::new(5);
    let core = device.open();
    let learner = only_learner(&core);
    let mut given = vec![answer_one(&core, learner, &mut chance).unwrap()];
    assert!(core.learners().get(learner).unwrap().unwrap().name.is_some());
    drop(core);
    fs::remove_dir_all(device.marker().with_file_name("keys")).unwrap();
    let core = device.open();
    assert_eq!(core.learners().get(learner).unwrap().unwrap().name, None);
    assert!(has_notice(&core, Notice::NamesLost));
    given.push(answer_one(&core, learner, &mut chance).unwrap());
    assert_eq!(responses(&core, learner), given);
}

#[test]
fn a_copied_folder_beside_its_original_never_uses_a_number_again() {
    let device = Device::with_learners(1);
    let mut chance = Seeded::new(6);
    let core = device.open();
    let learner = only_learner(&core);
    answer_one(&core, learner, &mut chance).unwrap();
    drop(core);
    let elsewhere = Device::new();
    copy_folder(&device.data(), &elsewhere.data());
    copy_folder(
        &device.marker().with_file_name("keys"),
        &elsewhere.marker().with_file_name("keys"),
    );
    let (original, copy) = (device.open(), elsewhere.open());
    let shared = numbers(&original, learner);
    assert!(!has_notice(&original, Notice::NewReplica));
    assert!(has_notice(&copy, Notice::NewReplica));
    for _ in 0..5 {
        answer_one(&original, learner, &mut chance).unwrap();
        answer_one(&copy, learner, &mut chance).unwrap();
    }
    let (of_original, of_copy) = (numbers(&original, learner), numbers(&copy, learner));
    assert!(of_original.is_superset(&shared) && of_copy.is_superset(&shared));
    assert_eq!(of_original.intersection(&of_copy).count(), shared.len());
    assert_eq!(of_original.len(), shared.len() + 5);
    assert_eq!(responses(&copy, learner).len(), 6);
}

#[test]
fn an_older_state_put_back_in_place_never_uses_a_number_again() {
    let device = Device::with_learners(1);
    let mut chance = Seeded::new(7);
    let core = device.open();
    let learner = only_learner(&core);
    drop(core);
    let kept = tempfile::tempdir().unwrap();
    copy_folder(&device.data(), kept.path());
    let core = device.open();
    answer_one(&core, learner, &mut chance).unwrap();
    let used = numbers(&core, learner);
    drop(core);
    drop(device.open());
    fs::remove_dir_all(device.data()).unwrap();
    copy_folder(kept.path(), &device.data());
    let core = device.open();
    assert!(has_notice(&core, Notice::NewReplica));
    let restored = numbers(&core, learner);
    answer_one(&core, learner, &mut chance).unwrap();
    let new: Vec<_> = numbers(&core, learner).difference(&restored).cloned().collect();
    assert!(!new.is_empty() && new.iter().all(|number| !used.contains(number)), "{new:?}");
}

#[test]
fn a_newer_database_is_refused_and_stays_as_it_is_to_the_byte() {
    let device = Device::with_learners(1);
    let path = device.data().join("hocvu.db");
    let mut bytes = fs::read(&path).unwrap();
    let version = 60..64;
    let known = u32::from_be_bytes(bytes[version.clone()].try_into().unwrap());
    bytes[version.clone()].copy_from_slice(&(known + 1).to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    let before = bytes_of(&device.data());
    let refused = HocvuCore::open(&device.request(), ports(&device.marker())).err().unwrap();
    let as_told = matches!(refused, Error::NewerVersion { found, .. } if found == known + 1);
    assert!(as_told, "{refused:?}");
    assert_eq!(bytes_of(&device.data()), before);
    bytes[version].copy_from_slice(&known.to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    let core = device.open();
    answer_one(&core, only_learner(&core), &mut Seeded::new(8)).unwrap();
}

#[test]
fn another_marker_of_the_same_folder_is_a_new_replica_that_goes_on() {
    let device = Device::with_learners(1);
    let elsewhere = device.root().join("other/marker");
    let request = OpenRequest { data: device.data(), marker: elsewhere };
    let core = HocvuCore::open(&request, ports(&device.marker())).unwrap();
    assert!(has_notice(&core, Notice::NewReplica));
    let learner = only_learner(&core);
    assert!(core.learners().get(learner).unwrap().unwrap().name.is_some());
    add_learner(&core, "Ông Tư");
    answer_one(&core, learner, &mut Seeded::new(9)).unwrap();
}
