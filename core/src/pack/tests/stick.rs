//! Sticks: they bring what a mirror would, and a torn or forged one harms nothing that is held.

use std::path::PathBuf;

use super::fetch::{Mirror, assert_holds, choice, thirty_roots};
use super::update::{edited, large};
use super::*;
use crate::pack::{FetchTrouble, Listing, STICK_MAGIC, StickReport, UpdateOffer};

/// A stick with the newest of a mirror's editions: whole, and from each older one.
fn stick_of(mirror: &Mirror) -> Vec<u8> {
    let (newest, older) = mirror.editions.split_last().unwrap();
    let from = std::iter::once(None).chain(older.iter().map(Some));
    let updates: Vec<_> = from.map(|from| (from, newest.update(from))).collect();
    let offers = updates.iter().map(|(from, update)| UpdateOffer {
        to: newest.hash().into(),
        from: from.map(|from| from.hash().into()),
        text_bytes: update.text_bytes,
        media_bytes: update.bytes.len() as u64 - update.text_bytes,
    });
    let listing = Listing::new(vec![mirror.catalogue.clone()], offers.collect()).encode();
    let mut stick = STICK_MAGIC.to_vec();
    stick.extend(u32::try_from(listing.len()).unwrap().to_le_bytes());
    stick.extend(listing);
    for (_, update) in updates {
        stick.extend((update.bytes.len() as u64).to_le_bytes());
        stick.extend(update.bytes);
    }
    stick
}

struct Stick(tempfile::TempDir);

impl Stick {
    fn of(bytes: &[u8]) -> Self {
        let stick = Self(tempfile::tempdir().unwrap());
        std::fs::write(stick.path(), bytes).unwrap();
        stick
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("stick")
    }

    fn import(&self, core: &HocvuCore) -> crate::Result<StickReport> {
        core.packs().import_stick(&self.path(), |_, _| {})
    }
}

#[test]
fn a_stick_brings_a_new_course_and_a_newer_version() {
    let ministry = Ministry::new();
    let (old, new) = (large(), edited(&large(), "bai-03"));
    let mirror = Mirror::of(&ministry, 1, &[&[old.clone(), new.clone()]]);
    let stick = Stick::of(&stick_of(&mirror));
    for holds_old in [false, true] {
        let (_device, core) = device_of(&ministry);
        if holds_old {
            core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
        }
        let (mut told, mut moved) = (0, 0);
        let report = core.packs().import_stick(&stick.path(), |offer, view| {
            assert_eq!(offer.course, new.info.id);
            told += 1;
            moved = view.bytes_moved;
        });
        let report = report.unwrap();
        assert_eq!((report.came.len(), report.left.len(), report.is_cut), (1, 0, false));
        assert!(told > 0);
        // From what is held, only what changed is read.
        assert_eq!(moved < 1_000, holds_old, "{moved}");
        assert_holds(&core, &new);
        assert_eq!(stick.import(&core).unwrap().came, [], "all of it is here");
        let (spent, _) = core.sync().traffic().unwrap();
        assert_eq!(spent, 0, "a stick costs no bytes of the month");
    }
}

#[test]
fn a_torn_stick_is_named_and_a_whole_one_completes_what_came() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-03"));
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let whole = stick_of(&Mirror::of(&ministry, 1, &[std::slice::from_ref(&new)]));
    for end in (0..whole.len()).step_by(whole.len() / 37) {
        match Stick::of(&whole[..end]).import(&core) {
            Ok(report) => {
                assert!(report.is_cut && report.came.is_empty(), "{end}: {report:?}");
                let troubles: Vec<_> = report.left.iter().map(|(_, trouble)| *trouble).collect();
                assert_eq!(troubles, [FetchTrouble::Cut], "{end}");
            }
            Err(Error::Pack(PackError::File { .. })) => {}
            Err(error) => panic!("{end}: {error}"),
        }
        assert_holds(&core, &old);
    }
    let report = Stick::of(&whole).import(&core).unwrap();
    assert_eq!((report.came.len(), report.is_cut), (1, false));
    assert_holds(&core, &new);
}

#[test]
fn a_course_that_is_on_its_way_otherwise_is_named() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let mirror = Mirror::of(&ministry, 1, &[&[large()]]);
    let stick = Stick::of(&stick_of(&mirror));
    mirror.list(&core);
    let fetch = core.packs().fetch(&large().info.id, &choice(&[&mirror], true)).unwrap();
    let report = stick.import(&core).unwrap();
    assert_eq!((report.came.len(), report.left.len()), (0, 1));
    assert_eq!(report.left[0].1, FetchTrouble::Busy);
    drop(fetch);
    assert_eq!(stick.import(&core).unwrap().came.len(), 1);
    assert_holds(&core, &large());
}

#[test]
fn a_forged_stick_brings_nothing_and_a_good_one_completes_it() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-03"));
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let good = stick_of(&Mirror::of(&ministry, 1, &[std::slice::from_ref(&new)]));
    for at in (0..good.len()).step_by(good.len() / 41).skip(1) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        let report = Stick::of(&bytes).import(&core);
        let is_refused = match &report {
            Ok(report) => report.came.is_empty(),
            Err(error) => matches!(error, Error::Pack(_)),
        };
        // A byte that nobody needed, in what is held already, may be wrong.
        if is_refused {
            assert!(core.courses().list(&crate::pack::fixture::lang("vi")).is_ok());
        } else {
            assert_holds(&core, &new);
        }
        let list = core.packs().list().unwrap();
        let held = list.iter().find(|pack| pack.is_current).unwrap();
        assert_holds(&core, if held.order.version == old.version { &old } else { &new });
    }
    Stick::of(&good).import(&core).unwrap();
    assert_holds(&core, &new);
    for nonsense in [&b""[..], b"hocvustk", b"hocvupak\0\0\0\0", b"hocvustk\xff\xff\xff\xff"] {
        let error = Stick::of(nonsense).import(&core).unwrap_err();
        assert!(matches!(error, Error::Pack(PackError::File { .. })), "{error}");
    }
}

#[test]
fn a_stick_of_unknown_publishers_asks_and_brings_up_who_is_many_roots_behind() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    thirty_roots(&mut ministry);
    let new = edited(&large(), "bai-01");
    let mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&new)]);
    let stick = Stick::of(&stick_of(&mirror));
    let report = stick.import(&core).unwrap();
    assert_eq!((report.came.len(), core.packs().roots().unwrap()[0].version), (1, 34));
    assert_holds(&core, &new);

    let device = TestDevice::new();
    let nobody = device.open();
    let report = stick.import(&nobody).unwrap();
    assert_eq!((report.came.len(), report.left.len()), (0, 0));
    let [unknown] = &report.listing.unknown[..] else { panic!("{report:?}") };
    nobody.packs().trust_root(&unknown.roots, &unknown.fingerprint).unwrap();
    assert_eq!(stick.import(&nobody).unwrap().came.len(), 1);
    assert_holds(&nobody, &new);
}
