//! A damaged database is set aside; what can be read of it goes on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{add, answer, events, live, practise, tamper, vi};
use crate::HocvuCore;
use crate::device::Notice;
use crate::error::{Doing, Error};
use crate::ids::QuestionId;
use crate::learner::Group;
use crate::pack::fixture::{CourseFixture, course_id, lesson_id};
use crate::quiz::{AttemptPage, Response, Taker};
use crate::testing::TestDevice;
use crate::upkeep::examine;

const PAGE: usize = 4096;

/// Numbers that look random and are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Damages a database in one of four ways.
fn damage(bytes: &mut Vec<u8>, round: usize, seeded: &mut Seeded) {
    let pages = bytes.len() / PAGE;
    match round % 4 {
        0 => {
            for _ in 0..8 {
                let at = seeded.below(bytes.len());
                bytes[at] ^= 1 << seeded.below(8);
            }
        }
        1 => bytes[seeded.below(pages) * PAGE..][..PAGE].fill(0xa5),
        2 => bytes[seeded.below(pages) * PAGE..][..PAGE].fill(0),
        _ => bytes.truncate(PAGE + seeded.below(bytes.len() - PAGE)),
    }
}

fn put_back(data: &Path, bytes: &[u8]) {
    for name in ["hocvu.db", "hocvu.db-wal", "hocvu.db-shm", "hocvu.running", "hocvu.damaged"] {
        let _ = fs::remove_file(data.join(name));
    }
    let _ = fs::remove_dir_all(data.join("damaged-1"));
    fs::write(data.join("hocvu.db"), bytes).unwrap();
}

/// Teaches one more learner, so that the new replica is written to.
fn go_on(core: &HocvuCore) {
    core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
    let learner = add(core, "Cúc");
    let id = practise(core, learner);
    while answer(core, learner, id) {}
}

#[test]
fn a_database_damaged_anywhere_opens_and_keeps_no_altered_event() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    let before = events(&core);
    drop(core);
    let data = device.request().data;
    let whole = fs::read(data.join("hocvu.db")).unwrap();
    let replicas: BTreeSet<_> = before.keys().map(|(replica, _)| *replica).collect();
    let mut seeded = Seeded(7);
    let (mut kept_in_all, mut rounds_with_loss) = (0, 0);
    let rounds = 48;
    for round in 0..rounds {
        let mut bytes = whole.clone();
        damage(&mut bytes, round, &mut seeded);
        put_back(&data, &bytes);
        fs::write(data.join("hocvu.damaged"), b"").unwrap();
        let core = HocvuCore::open(&device.request(), device.ports())
            .unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert_eq!(fs::read(data.join("damaged-1/hocvu.db")).unwrap(), bytes, "round {round}");
        assert!(!data.join("hocvu.damaged").exists());
        let notices = core.device().notices().unwrap();
        let [Notice::Salvaged { lost }] = notices[..] else { panic!("round {round}: {notices:?}") };
        go_on(&core);
        let after = events(&core);
        let mut kept = 0;
        for (key, event) in after.iter().filter(|(key, _)| replicas.contains(&key.0)) {
            assert_eq!(before.get(key), Some(event), "round {round}");
            kept += 1;
        }
        assert!(after.len() > kept, "round {round}: nothing new was recorded");
        assert!(kept == before.len() || lost > 0, "round {round}: {kept} of {}", before.len());
        let report = core.doctor().unwrap();
        assert_eq!(report.faults, [], "round {round}");
        core.learners().list().unwrap();
        kept_in_all += kept;
        rounds_with_loss += usize::from(lost > 0);
    }
    assert!(rounds_with_loss > 0, "no damage hit the journal");
    let most = before.len() * rounds;
    assert!(kept_in_all * 2 > most, "only {kept_in_all} of {most} events were kept");
}

#[test]
fn salvage_of_a_whole_database_loses_nothing() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    let before = events(&core);
    let names = core.learners().list().unwrap();
    drop(core);
    fs::write(device.request().data.join("hocvu.damaged"), b"").unwrap();
    let core = device.open();
    assert_eq!(core.device().notices().unwrap(), [Notice::Salvaged { lost: 0 }]);
    let after = events(&core);
    assert!(before.iter().all(|(key, event)| after.get(key) == Some(event)));
    assert_eq!(core.learners().list().unwrap(), names);
    assert_eq!(core.doctor().unwrap().faults, []);
    while answer(&core, lively.learners[0], lively.open) {}
}

#[test]
fn what_the_check_finds_is_salvaged_at_the_next_start() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    drop(core);
    let path = device.request().data.join("hocvu.db");
    let whole = fs::read(&path).unwrap();
    let mut found = 0;
    for page in (1..whole.len() / PAGE).step_by(5) {
        let mut bytes = whole.clone();
        bytes[page * PAGE..][..PAGE].fill(0xa5);
        put_back(&device.request().data, &bytes);
        let core = match HocvuCore::open(&device.request(), device.ports()) {
            Ok(core) => core,
            Err(Error::Damaged { .. }) => continue,
            Err(error) => panic!("page {page}: {error}"),
        };
        if core.check().unwrap() {
            continue;
        }
        drop(core);
        let core = device.open();
        let notices = core.device().notices().unwrap();
        assert!(notices.iter().any(|n| matches!(n, Notice::Salvaged { .. })), "{notices:?}");
        assert!(core.check().unwrap(), "page {page}");
        found += 1;
    }
    assert!(found > 0, "the check found nothing");
}

/// What salvage copies that is nobody's record.
fn kept_beside(core: &HocvuCore) -> Vec<String> {
    let sql = "SELECT 'guest ' || hex(guest_id) || ' ' || hex(state) FROM guest_attempt
               UNION SELECT 'setting ' || name || ' ' || value FROM setting
                   WHERE name NOT LIKE 'notice-%'
               UNION SELECT 'bookmark ' || learner_no || ' ' || course_id || ' ' || lesson_id
                       || ' ' || screen || ' ' || turn FROM bookmark
               UNION SELECT 'try ' || learner_no || ' ' || course_id || ' ' || question_id || ' '
                       || tries || ' ' || hex(response) FROM check_try
               ORDER BY 1";
    let read = core.store.read(|conn| {
        let mut statement = conn.prepare(sql).doing("reading")?;
        let rows = statement.query_map([], |row| row.get(0)).doing("reading")?;
        rows.collect::<rusqlite::Result<Vec<String>>>().doing("reading")
    });
    read.unwrap()
}

#[test]
fn guests_settings_bookmarks_and_tries_are_salvaged_also_without_a_way_to_their_tables() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    let learner = lively.learners[0];
    let (course, lesson) = (course_id("otp"), lesson_id("ma-otp"));
    core.progress().see_screen(learner, &course, &lesson, 0).unwrap();
    let check = QuestionId::parse("otp-la-gi").unwrap();
    let wrong = || Response::Single(1);
    core.quizzes().answer_check(learner, &course, &check, wrong(), 30, &vi()).unwrap();
    let guest = Taker::Guest(core.quizzes().new_guest());
    let assessed = core.quizzes().start_assessment(guest).unwrap();
    let AttemptPage::Question { index, .. } =
        core.quizzes().attempt(guest, assessed, &vi()).unwrap().page
    else {
        panic!("nothing was answered yet")
    };
    core.quizzes().answer(guest, assessed, index, wrong(), 50, &vi()).unwrap();
    core.device().set_setting("text-size", "large").unwrap();
    let stands = core.quizzes().attempt(guest, assessed, &vi()).unwrap();
    let before = kept_beside(&core);
    for what in ["guest", "setting", "bookmark", "try"] {
        assert!(before.iter().any(|row| row.starts_with(what)), "{what}: {before:?}");
    }
    drop(core);
    let data = device.request().data;
    let whole = fs::read(data.join("hocvu.db")).unwrap();
    let mut no_schema = whole.clone();
    no_schema[..PAGE].fill(0xa5);
    for bytes in [whole, no_schema] {
        put_back(&data, &bytes);
        fs::write(data.join("hocvu.damaged"), b"").unwrap();
        let core = device.open();
        assert_eq!(core.device().notices().unwrap(), [Notice::Salvaged { lost: 0 }]);
        assert_eq!(kept_beside(&core), before);
        // The same answer again changes nothing, and the guest goes on where she stopped.
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let recorded = events(&core);
        core.quizzes().answer_check(learner, &course, &check, wrong(), 30, &vi()).unwrap();
        assert_eq!(events(&core), recorded);
        assert_eq!(core.quizzes().attempt(guest, assessed, &vi()).unwrap(), stands);
        assert_eq!(core.doctor().unwrap().faults, []);
    }
}

fn lost(core: &HocvuCore) -> u64 {
    let notices = core.device().notices().unwrap();
    let salvaged = |notice: &Notice| match notice {
        Notice::Salvaged { lost } => Some(*lost),
        _ => None,
    };
    notices.iter().find_map(salvaged).unwrap_or_else(|| panic!("not told: {notices:?}"))
}

/// What lies in the folder while it is open, as a pulled plug leaves it: the database and its log.
fn as_if_cut(data: &Path) -> [Vec<u8>; 2] {
    ["hocvu.db", "hocvu.db-wal"].map(|name| fs::read(data.join(name)).unwrap())
}

#[test]
fn after_an_unclean_end_the_last_event_is_kept_unless_it_was_altered() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    practise(&core, lively.learners[0]);
    let before = events(&core);
    let data = device.request().data;
    let cut = as_if_cut(&data);
    tamper(
        &core,
        "UPDATE event SET after_s = after_s + 1 WHERE slot = (SELECT max(slot) FROM event)",
    );
    let altered = as_if_cut(&data);
    drop(core);
    for (files, expected) in [(cut, 0), (altered, 1)] {
        put_back(&data, &files[0]);
        fs::write(data.join("hocvu.db-wal"), &files[1]).unwrap();
        fs::write(data.join("hocvu.damaged"), b"").unwrap();
        let core = device.open();
        assert_eq!(lost(&core), expected);
        let after = events(&core);
        let kept = before.iter().filter(|(key, event)| after.get(*key) == Some(event)).count();
        assert_eq!(kept as u64, before.len() as u64 - expected);
        assert_eq!(core.doctor().unwrap().faults, []);
    }
}

#[test]
fn an_emptied_database_is_told_and_set_aside_and_never_silently_fresh() {
    let header_gone = |whole: &[u8]| [&[0; 100], &whole[100..]].concat();
    for torn in [|_: &[u8]| Vec::new(), |whole: &[u8]| whole[..50].to_vec()] {
        let device = TestDevice::new();
        live(&device.open());
        let data = device.request().data;
        let whole = fs::read(data.join("hocvu.db")).unwrap();
        let left = torn(&whole);
        fs::write(data.join("hocvu.db"), &left).unwrap();
        let core = device.open();
        assert!(lost(&core) > 0);
        go_on(&core);
        assert_eq!(core.doctor().unwrap().faults, []);
        drop(core);
        assert_eq!(fs::read(data.join("damaged-1/hocvu.db")).unwrap(), left);
        device.open();
        assert!(!data.join("damaged-2").exists());
        // A torn header costs nothing that lies behind it.
        put_back(&data, &header_gone(&whole));
        let core = device.open();
        assert_eq!(lost(&core), 0);
        assert_eq!(core.learners().list().unwrap().len(), 2);
    }
}

#[test]
fn a_missing_database_beside_what_it_left_is_told() {
    let device = TestDevice::new();
    live(&device.open());
    let data = device.request().data;
    fs::remove_file(data.join("hocvu.db")).unwrap();
    assert!(lost(&device.open()) > 0);
    assert_eq!(fs::read(data.join("damaged-1/hocvu.db")).unwrap(), b"");
}

#[test]
fn the_log_of_an_emptied_database_is_read() {
    let device = TestDevice::new();
    let core = device.open();
    let learner = add(&core, "Lan");
    core.learners().set_group(learner, Group::Worker).unwrap();
    core.device().set_commune("00004").unwrap();
    let before = events(&core);
    let data = device.request().data;
    let [_, log] = as_if_cut(&data);
    drop(core);
    for marker in [true, false] {
        put_back(&data, b"");
        fs::write(data.join("hocvu.db-wal"), &log).unwrap();
        if !marker {
            fs::remove_file(device.request().marker).unwrap();
        }
        assert!(matches!(examine(&data), Err(Error::Damaged { .. })), "looking leaves the log");
        let core = device.open();
        assert_eq!(lost(&core), 0);
        let after = events(&core);
        assert!(before.iter().all(|(key, event)| after.get(key) == Some(event)));
        assert_eq!(core.learners().list().unwrap()[0].name.as_deref(), Some("Lan"));
        assert_eq!(core.device().commune().unwrap().as_deref(), Some("00004"));
        assert_eq!(fs::read(data.join("damaged-1/hocvu.db-wal")).unwrap(), log);
    }
}

#[test]
fn where_nothing_is_left_a_copy_that_was_set_aside_before_is_read() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    let before = events(&core);
    drop(core);
    let data = device.request().data;
    fs::write(data.join("hocvu.damaged"), b"").unwrap();
    let core = device.open();
    add(&core, "Cúc");
    drop(core);
    fs::write(data.join("hocvu.db"), b"").unwrap();
    let core = device.open();
    assert!(lost(&core) > 0, "what was recorded since is gone");
    let after = events(&core);
    assert!(before.iter().all(|(key, event)| after.get(key) == Some(event)));
    go_on(&core);
    assert_eq!(core.doctor().unwrap().faults, []);
}

#[test]
fn a_new_folder_is_silent_whatever_was_there_before() {
    let device = TestDevice::new();
    live(&device.open());
    let data = device.request().data;
    fs::remove_dir_all(&data).unwrap();
    assert_eq!(device.open().device().notices().unwrap(), []);
    // A first start that was cut off: a file, and no marker yet.
    fs::remove_dir_all(&data).unwrap();
    fs::remove_file(device.request().marker).unwrap();
    fs::create_dir(&data).unwrap();
    fs::write(data.join("hocvu.db"), b"").unwrap();
    assert_eq!(device.open().device().notices().unwrap(), []);
}

#[test]
fn any_marker_and_any_flag_let_the_folder_open() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    let before = events(&core);
    drop(core);
    let (data, marker) = (device.request().data, device.request().marker);
    for bytes in [vec![], vec![0; 23], vec![0xff; 24], vec![7; 1 << 20]] {
        fs::write(&marker, &bytes).unwrap();
        let core = device.open();
        assert_eq!(core.device().notices().unwrap(), [Notice::NewReplica]);
        let after = events(&core);
        assert!(before.iter().all(|(key, event)| after.get(key) == Some(event)));
    }
    for flag in [&b"damaged-"[..], b"damaged-0", b"../elsewhere", b"damaged-01", &[0xff; 1 << 10]] {
        fs::write(data.join("hocvu.damaged"), flag).unwrap();
        let core = device.open();
        assert_eq!(lost(&core), 0);
        let after = events(&core);
        assert!(before.iter().all(|(key, event)| after.get(key) == Some(event)));
    }
    assert!(!data.join("damaged-01").exists() && data.join("damaged-5").exists());
}
