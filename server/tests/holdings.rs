//! Who holds which edition of a course: devices tell a relay, a hub tells the one above it.
//!
//! - told once, again when it changes, and never by a device that has only the program's courses
//! - over hubs and by files; a relay that was put back is told anew; who is shut out counts no more

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod village;

use std::collections::BTreeMap;

use hocvu::author::{new_course, read_course};
use hocvu::commands::course::pack_of;
use hocvu::relay::Relay;
use hocvu_core::HocvuCore;
use hocvu_core::course::Day;
use hocvu_core::ids::PublisherId;
use hocvu_core::pack::{Publisher, Root, RootChain, SecretKey, SignedRoot, Signer};
use hocvu_core::ports::SystemEntropy;
use village::{Disk, World, add, join, pass_on, record, sync};

/// A publisher, and the packs of its course by version.
struct Press {
    roots: RootChain,
    signer: Signer,
}

impl Press {
    fn new() -> Self {
        let key = SecretKey::generate(&SystemEntropy);
        let id = PublisherId::parse("nxb").unwrap();
        let (name, keys) = (String::from("Nhà xuất bản"), vec![key.public()]);
        let publisher = Publisher { id: id.clone(), name, keys, courses: None, generation: 1 };
        let root = Root::first("Tỉnh", 1, vec![key.public()], vec![publisher]);
        let roots = RootChain::begin(SignedRoot::new(&root).unwrap().sign(&key)).unwrap();
        Self { signer: Signer::new(roots.clone(), id, key).unwrap(), roots }
    }

    fn pack(&self, version: u32) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("khoa-moi");
        new_course(&dir, Day { year: 2026, month: 11, day: 24 }).unwrap();
        let mut course = read_course(&dir).unwrap();
        course.version = version;
        pack_of(&course, Some(&self.signer)).unwrap()
    }

    fn install(&self, phone: &HocvuCore, version: u32) {
        phone.packs().trust_root(&self.roots.encode(), &self.roots.fingerprint()).unwrap();
        phone.packs().install_bytes("p", &self.pack(version)).unwrap();
    }
}

/// How many devices hold which version, as a relay was told.
fn held(relay: &Relay) -> BTreeMap<u32, u64> {
    let holdings = relay.holdings().unwrap();
    holdings.iter().map(|held| (held.order.version, held.devices)).collect()
}

#[test]
fn a_device_tells_what_it_holds_when_that_changes_and_costs_nothing_otherwise() {
    let (world, press) = (World::new(), Press::new());
    let relay = world.relay("relay");
    let phones: Vec<_> = (0..3).map(|n| world.phone(&format!("phone {n}"))).collect();
    let joined: Vec<_> = phones.iter().map(|phone| join(phone, &relay)).collect();
    for (phone, no) in phones.iter().zip(&joined) {
        sync(phone, *no, &relay);
    }
    assert_eq!(held(&relay), BTreeMap::new());
    let plain = sync(&phones[0], joined[0], &relay).bytes_up;
    press.install(&phones[0], 1);
    press.install(&phones[1], 1);
    let telling = sync(&phones[0], joined[0], &relay).bytes_up;
    sync(&phones[1], joined[1], &relay);
    assert_eq!(held(&relay), BTreeMap::from([(1, 2)]));
    assert!((plain + 10..plain + 40).contains(&telling), "{telling} after {plain}");
    assert_eq!(sync(&phones[0], joined[0], &relay).bytes_up, plain, "it was told already");
    press.install(&phones[0], 2);
    sync(&phones[0], joined[0], &relay);
    assert_eq!(held(&relay), BTreeMap::from([(1, 1), (2, 1)]));
    let course = relay.holdings().unwrap()[0].course.clone();
    phones[0].packs().remove(&course).unwrap();
    sync(&phones[0], joined[0], &relay);
    assert_eq!(held(&relay), BTreeMap::from([(1, 1)]));
    assert_eq!(sync(&phones[0], joined[0], &relay).bytes_up, plain, "that it has none, too");
}

#[test]
fn a_hub_tells_for_the_devices_behind_it_and_a_relay_that_was_put_back_hears_it_again() {
    let (world, press) = (World::new(), Press::new());
    let mut disk = Disk::new(&world, "server");
    let server = disk.open();
    let hub = world.relay("hub");
    hub.set_upstream(&village::hub_code(&server)).unwrap();
    let phones: Vec<_> = (0..4).map(|n| world.phone(&format!("phone {n}"))).collect();
    let joined: Vec<_> = phones.iter().map(|phone| join(phone, &hub)).collect();
    assert_eq!(pass_on(&hub, &server), None);
    drop(server);
    disk.keep();
    let server = disk.open();
    for (n, (phone, no)) in phones.iter().zip(&joined).enumerate() {
        press.install(phone, 1 + n as u32 / 3);
        let learner = add(phone, "Lan");
        record(phone, learner, 2);
        sync(phone, *no, &hub);
    }
    let all = BTreeMap::from([(1, 3), (2, 1)]);
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!((held(&hub), held(&server)), (all.clone(), all.clone()));
    // Somebody who is at the server herself is one more.
    let near = world.phone("near");
    press.install(&near, 2);
    let no = join(&near, &server);
    sync(&near, no, &server);
    assert_eq!(held(&server), BTreeMap::from([(1, 3), (2, 2)]));
    drop(server);
    disk.put_back();
    let server = disk.open();
    assert_eq!(held(&server), BTreeMap::new());
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(held(&server), all);
    // By file as well, when something changed since.
    press.install(&phones[0], 2);
    sync(&phones[0], joined[0], &hub);
    let (file, _) = hub.export().unwrap().unwrap();
    let (reply, _) = server.answer(&file).unwrap().unwrap();
    assert_eq!(held(&server), BTreeMap::from([(1, 2), (2, 2)]));
    drop(reply);
    // Nobody saw the answer: it is told again, and counted once.
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(held(&server), BTreeMap::from([(1, 2), (2, 2)]));
    let (hubs, _) = server.hubs(1).unwrap();
    server.shut_out(hubs[0].id).unwrap();
    assert_eq!(held(&server), BTreeMap::new());
}
