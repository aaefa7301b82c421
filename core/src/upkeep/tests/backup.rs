//! A backup restores on an empty machine, as a new replica, and nothing else is taken for one.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{answer, events, live, practise};
use crate::device::Notice;
use crate::error::Error;
use crate::platform::FileKeyStore;
use crate::ports::KeyStore;
use crate::testing::TestDevice;
use crate::upkeep::restore;
use crate::{HocvuCore, OpenRequest, Ports};

const PASSPHRASE: &str = "con trâu là đầu cơ nghiệp";

fn restore_into(
    device: &TestDevice,
    file: &Path,
    passphrase: &str,
    data: &Path,
) -> crate::Result<()> {
    restore(file, passphrase, data, |_| device.keys.clone())
}

fn why(refused: crate::Result<()>) -> &'static str {
    match refused {
        Err(Error::Backup { why }) => why,
        other => panic!("not refused as a backup: {other:?}"),
    }
}

#[test]
fn a_backup_restores_on_another_machine_as_a_new_replica() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    let file = device.folder.path().join("save");
    core.backup(&file, PASSPHRASE).unwrap();
    let before = events(&core);
    let names: Vec<_> = core.learners().list().unwrap().into_iter().map(|l| l.name).collect();

    let other = TestDevice::new();
    restore_into(&other, &file, PASSPHRASE, &other.request().data).unwrap();
    let restored = HocvuCore::open(&other.request(), other.ports()).unwrap();
    let after = events(&restored);
    assert!(before.iter().all(|(key, bytes)| after.get(key) == Some(bytes)));
    let again: Vec<_> = restored.learners().list().unwrap().into_iter().map(|l| l.name).collect();
    assert_eq!(names, again);
    assert_eq!(restored.device().notices().unwrap(), [Notice::NewReplica]);
    while answer(&restored, lively.learners[0], lively.open) {}
    let report = restored.doctor().unwrap();
    assert_eq!((report.faults, report.chains), (vec![], 2));
    assert!(!fs::exists(device.request().data.join("hocvu.backup")).unwrap());
    assert!(!fs::exists(device.folder.path().join(".save.new")).unwrap());
}

#[test]
fn a_key_store_inside_of_the_data_folder_is_put_in_place_with_it() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    let file = device.folder.path().join("save");
    core.backup(&file, PASSPHRASE).unwrap();
    for exists in [false, true] {
        let other = TestDevice::new();
        let data = other.request().data;
        if exists {
            fs::create_dir(&data).unwrap();
        }
        let keys_of = |folder: &Path| -> Arc<dyn KeyStore> {
            Arc::new(FileKeyStore::new(folder.join("keys")))
        };
        restore(&file, PASSPHRASE, &data, keys_of).unwrap();
        let ports = Ports { keys: keys_of(&data), ..other.ports() };
        let restored = HocvuCore::open(&other.request(), ports).unwrap();
        assert!(restored.learners().list().unwrap().iter().all(|l| l.name.is_some()));
        assert_eq!(fs::read_dir(other.folder.path()).unwrap().count(), 2, "data and marker");
    }
}

#[test]
fn a_backup_restored_where_its_marker_still_lies_is_a_new_replica() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    let file = device.folder.path().join("save");
    core.backup(&file, PASSPHRASE).unwrap();
    while answer(&core, lively.learners[0], lively.open) {}
    let used = events(&core);
    drop(core);
    let data = device.request().data;
    fs::remove_dir_all(&data).unwrap();
    restore_into(&device, &file, PASSPHRASE, &data).unwrap();
    let restored = device.open();
    assert_eq!(restored.device().notices().unwrap(), [Notice::NewReplica]);
    while answer(&restored, lively.learners[0], lively.open) {}
    let again = events(&restored);
    assert!(again.iter().all(|(key, event)| used.get(key).is_none_or(|other| other == event)));
}

#[test]
fn a_backup_without_a_record_is_refused() {
    let device = TestDevice::new();
    let folder = device.folder.path().join("empty");
    fs::create_dir(&folder).unwrap();
    drop(crate::store::open_writer(&folder.join("hocvu.db")).unwrap());
    let refused = crate::store::Store::settle_restored(&folder);
    assert!(matches!(refused, Err(Error::Damaged { .. })), "{refused:?}");
}

#[test]
fn a_wrong_passphrase_says_so_and_leaves_nothing() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    let file = device.folder.path().join("save");
    assert!(matches!(core.backup(&file, "short"), Err(Error::Invalid { .. })));
    core.backup(&file, PASSPHRASE).unwrap();
    let new = device.folder.path().join("new");
    let refused = restore_into(&device, &file, "con trâu là đầu cơ nghiêp", &new);
    assert_eq!(why(refused), "the passphrase is wrong");
    let data = device.request().data;
    let refused = restore_into(&device, &file, PASSPHRASE, &data);
    assert!(matches!(refused, Err(Error::Invalid { what: "data folder", .. })));
    assert!(!new.exists());
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let beside = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy_folder(&entry, &beside);
        } else {
            fs::copy(&entry, beside).unwrap();
        }
    }
}

/// Restoring what a change makes of a backup is refused and leaves nothing.
#[test]
fn a_backup_that_is_cut_or_altered_anywhere_is_refused() {
    let device = TestDevice::new();
    let core = device.open();
    live(&core);
    // What does not compress fills several chunks.
    let mut noise = blake3::Hasher::new().update(b"noise").finalize_xof();
    let mut bytes = vec![0; 200_000];
    noise.fill(&mut bytes);
    let name = blake3::hash(&bytes).to_hex();
    let blobs = device.request().data.join("blobs");
    fs::create_dir_all(&blobs).unwrap();
    fs::write(blobs.join(name.as_str()), &bytes).unwrap();
    let file = device.folder.path().join("save");
    core.backup(&file, PASSPHRASE).unwrap();
    let good = fs::read(&file).unwrap();
    assert!(good.len() > 69 + 3 * 65_552);
    let new = device.folder.path().join("new");
    let refuse = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).unwrap();
        let refused = restore_into(&device, &file, PASSPHRASE, &new);
        assert!(matches!(refused, Err(Error::Backup { .. })), "{what}: {refused:?}");
        assert!(!new.exists(), "{what}");
        assert!(!fs::exists(device.folder.path().join(".new.restoring")).unwrap(), "{what}");
    };
    refuse(b"", "empty");
    refuse(&good[..68], "cut inside of the header");
    let mut end = 69;
    while end < good.len() {
        refuse(&good[..end], "cut at a chunk's beginning");
        refuse(&good[..end + 1], "cut inside of a chunk");
        end += 65_552;
    }
    refuse(&good[..good.len() - 1], "cut before the end");
    refuse(&[&good[..], &[0]].concat(), "lengthened");
    for at in [0, 8, 9, 13, 17, 21, 37, 60, 69, 69 + 65_552, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 0x80;
        refuse(&bad, &format!("altered at {at}"));
    }
    let mut swapped = good.clone();
    swapped[69..69 + 65_552].copy_from_slice(&good[69 + 65_552..69 + 2 * 65_552]);
    refuse(&swapped, "a chunk twice");
    fs::write(&file, &good).unwrap();
    restore_into(&device, &file, PASSPHRASE, &new).unwrap();
}

#[test]
fn a_folder_copied_or_put_back_never_uses_a_number_twice() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    drop(core);
    let copy = OpenRequest {
        data: device.folder.path().join("copy"),
        marker: device.folder.path().join("elsewhere"),
    };
    copy_folder(&device.request().data, &copy.data);
    let before = device.folder.path().join("before");
    copy_folder(&device.request().data, &before);

    let original = device.open();
    let copied = HocvuCore::open(&copy, device.ports()).unwrap();
    for core in [&original, &copied] {
        practise(core, lively.learners[0]);
        while answer(core, lively.learners[0], lively.open) {}
        assert_eq!(core.doctor().unwrap().faults, []);
    }
    let (one, two) = (events(&original), events(&copied));
    assert!(one.iter().all(|(key, event)| two.get(key).is_none_or(|other| other == event)));
    drop((original, copied));

    copy_folder(&before, &device.request().data);
    let put_back = device.open();
    assert_eq!(put_back.device().notices().unwrap(), [Notice::NewReplica]);
    while answer(&put_back, lively.learners[0], lively.open) {}
    let three = events(&put_back);
    assert!(three.iter().all(|(key, event)| one.get(key).is_none_or(|other| other == event)));
}

#[test]
fn a_key_store_that_forgot_asks_for_names_and_keeps_the_record() {
    let device = TestDevice::new();
    let core = device.open();
    let lively = live(&core);
    let before = events(&core);
    drop(core);
    device.keys.0.lock().unwrap().clear();
    let core = device.open();
    assert_eq!(core.device().notices().unwrap(), [Notice::NamesLost]);
    assert!(core.learners().list().unwrap().iter().all(|learner| learner.name.is_none()));
    assert_eq!(events(&core), before);
    while answer(&core, lively.learners[0], lively.open) {}
    assert_eq!(core.doctor().unwrap().faults, []);
}

#[test]
fn a_clock_that_jumps_by_twenty_years_hinders_nothing() {
    let device = TestDevice::new();
    for jump in [0i64, -20, 40, -60] {
        device.clock.0.fetch_add(jump * 365 * 86_400, std::sync::atomic::Ordering::SeqCst);
        let core = device.open();
        let lively = live(&core);
        while answer(&core, lively.learners[0], lively.open) {}
        assert_eq!(core.doctor().unwrap().faults, [], "after a jump of {jump} years");
    }
}
