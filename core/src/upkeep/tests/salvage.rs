//! A damaged database is set aside; what can be read of it goes on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{add, answer, events, live, practise};
use crate::HocvuCore;
use crate::device::Notice;
use crate::error::Error;
use crate::pack::fixture::CourseFixture;
use crate::testing::TestDevice;

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
