//! The doctor is clean after a lively history and finds what is planted.

use super::{add, copies, live, tamper};
use crate::error::Error;
use crate::testing::TestDevice;
use crate::upkeep::{DoctorFault, examine};

#[test]
fn a_lively_history_is_clean() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    let report = core.doctor().unwrap();
    assert_eq!(report.faults, []);
    assert!(report.is_clean());
    assert!(report.events > 40 && report.erased > 10 && report.media == 1, "{report:?}");
    assert_eq!((report.chains, report.learners, report.lost), (1, 2, 0));
    drop(core);
    assert_eq!(examine(&device.request().data).unwrap(), report);
}

#[test]
fn copies_in_any_order_leave_it_clean() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    let mut copies = copies(&core, lively.learners[0]);
    for (n, copy) in copies.iter_mut().enumerate() {
        copy.link = *blake3::hash(&n.to_le_bytes()).as_bytes();
    }
    copies.sort_by_key(|copy| copy.link);
    for copy in copies {
        core.learners().receive(lively.learners[0], &[copy]).unwrap();
        assert_eq!(core.doctor().unwrap().faults, []);
    }
    assert!(core.doctor().unwrap().copies > 20);
}

#[test]
fn every_planted_fault_is_found() {
    use DoctorFault as F;
    type Case = (&'static str, fn(&F) -> bool);
    let cases: [Case; 12] = [
        ("UPDATE event SET body = zeroblob(length(body)) WHERE slot = 5", |f| {
            matches!(f, F::Unreadable { seq: 5, .. } | F::File { .. })
        }),
        ("UPDATE event SET after_s = after_s + 1 WHERE slot = 5", |f| {
            matches!(f, F::BrokenLink { chain: 0, seq: 6 })
        }),
        ("DELETE FROM event WHERE slot = 5", |f| matches!(f, F::Missing { from: 5, to: 5, .. })),
        ("DELETE FROM event WHERE slot > 5; DELETE FROM gap WHERE slot > 5", |f| {
            matches!(f, F::OffHead { .. })
        }),
        ("UPDATE head SET signature = zeroblob(64)", |f| matches!(f, F::ForgedHead { .. })),
        ("DELETE FROM salt WHERE learner_no = 1", |f| matches!(f, F::NoSalt { .. })),
        ("UPDATE mastery SET answered = answered + 1 WHERE learner_no = 1", |f| {
            *f == F::Projection { learner_no: 1, what: "mastery" }
        }),
        ("UPDATE lesson_state SET state = 1 WHERE learner_no = 1", |f| {
            *f == F::Projection { learner_no: 1, what: "lesson_state" }
        }),
        ("DELETE FROM attempt WHERE learner_no = 2", |f| {
            *f == F::Projection { learner_no: 2, what: "attempt" }
        }),
        ("UPDATE place SET commune = '00004'", |f| *f == F::Place),
        ("DELETE FROM erased", |f| *f == F::Erased),
        ("INSERT INTO search (search) VALUES ('delete-all')", |f| matches!(f, F::Search { .. })),
    ];
    for (sql, is_it) in cases {
        let device = TestDevice::new();
        let core = device.open();
        live(&core);
        tamper(&core, sql);
        let faults = core.doctor().unwrap().faults;
        assert!(faults.iter().any(is_it), "{sql}: {faults:?}");
        assert!(faults.iter().all(|fault| !fault.to_string().contains("Lan")));
    }
}

#[test]
fn missing_media_and_dangling_rows_are_found() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    tamper(
        &core,
        "UPDATE media SET body = x'00'; PRAGMA foreign_keys = OFF; DELETE FROM learner WHERE learner_no = 1",
    );
    let faults = core.doctor().unwrap().faults;
    assert!(faults.iter().any(|f| matches!(f, DoctorFault::Media { .. })), "{faults:?}");
    assert!(faults.iter().any(|f| matches!(f, DoctorFault::Dangling { .. })), "{faults:?}");
    assert!(faults.iter().any(|f| matches!(f, DoctorFault::Unreadable { .. })), "{faults:?}");
}

#[test]
fn a_folder_in_use_is_not_examined() {
    let device = TestDevice::new();
    let core = device.open();
    add(&core, "Lan");
    assert!(matches!(examine(&device.request().data), Err(Error::InUse { .. })));
    drop(core);
    assert!(examine(&device.request().data).unwrap().is_clean());
    let nothing = device.folder.path().join("nothing");
    assert!(matches!(examine(&nothing), Err(Error::NotFound { .. })));
}
