//! A damaged database is set aside; what can be read of it goes on.

use std::fs;

use super::{answer, events, live};
use crate::HocvuCore;
use crate::device::Notice;
use crate::testing::TestDevice;

#[test]
fn a_database_damaged_anywhere_opens_and_keeps_the_numbers_of_what_it_keeps() {
    for place in 0..12usize {
        let device = TestDevice::new();
        let core = device.open();
        let lively = live(&core);
        let before = events(&core);
        drop(core);
        let path = device.request().data.join("hocvu.db");
        let mut bytes = fs::read(&path).unwrap();
        let pages = bytes.len() / 4096;
        match place {
            0 => bytes[..4096].fill(0),
            1 => bytes.truncate(pages / 2 * 4096 + 100),
            n => bytes[n * pages / 12 * 4096..][..4096].fill(0xa5),
        }
        fs::write(&path, &bytes).unwrap();
        fs::write(device.request().data.join("hocvu.damaged"), b"").unwrap();
        let core = HocvuCore::open(&device.request(), device.ports()).unwrap();
        let after = events(&core);
        for (key, event) in after.iter().filter(|(key, _)| before.contains_key(key)) {
            assert_eq!(before.get(key), Some(event), "place {place}");
        }
        let notices = core.device().notices().unwrap();
        assert!(matches!(notices[..], [Notice::Salvaged { .. }]), "place {place}: {notices:?}");
        assert!(device.request().data.join("damaged-1/hocvu.db").exists());
        if after.len() > before.len() {
            assert_eq!(core.doctor().unwrap().faults, [], "place {place}");
            while answer(&core, lively.learners[0], lively.open) {}
        }
    }
}
