//! What an upstream tells its hubs: a learner's progress follows her from one station to another, and
//! a hub that was restored from a backup gets back what was recorded there since.
//!
//! - between two hubs, over three levels, by courier; nothing of anybody else, nothing twice
//! - cuts, a hub put back or replaced, an upstream put back
//! - damage; erasures; somebody removed and taken in again

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod village;

use std::path::Path;

use hocvu::relay::{Brought, Relay};
use hocvu_core::HocvuCore;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::TakeInRequest;
use hocvu_core::sync::{Outcome, Trouble};
use village::{Disk, World, add, hub_code, join, person, record, reply, sync};

/// What a hub's round came to: events that it was told, bytes, what was in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Passed {
    told: u64,
    bytes: u64,
    trouble: Option<Trouble>,
}

fn pass_on(hub: &Relay, upstream: &Relay) -> Passed {
    let mut round = hub.upstream_round();
    while let Some(exchange) = round.next_exchange().unwrap() {
        round.take(reply(upstream, &exchange.body)).unwrap();
    }
    Passed { told: round.told, bytes: round.bytes, trouble: round.trouble }
}

fn take_in(from: &HocvuCore, to: &HocvuCore, learner: LearnerId) {
    let card = from.learners().card(learner).unwrap();
    let person = person("Lan");
    assert_eq!(to.learners().take_in(&TakeInRequest { card, person }).unwrap(), learner);
}

/// Every event that a device knows of a learner.
fn record_of(phone: &HocvuCore, learner: LearnerId) -> Vec<String> {
    let export = phone.learners().export(learner).unwrap();
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    let events = export["events"].as_array().unwrap();
    let mut events: Vec<String> = events.iter().map(ToString::to_string).collect();
    events.sort_unstable();
    events
}

/// How many events about a learner a relay has been brought, and been told.
fn events_at(relay: &Relay, learner: LearnerId) -> (u64, u64) {
    let (mut brought, mut told) = (0, 0);
    relay.for_each_event(&mut |e, _| brought += u64::from(e.learner == Some(learner))).unwrap();
    relay.for_each_told(&mut |e, _| told += u64::from(e.learner == Some(learner))).unwrap();
    (brought, told)
}

/// Whether bytes stand anywhere in a relay's files.
fn is_anywhere(folder: &Path, bytes: &[u8]) -> bool {
    ["relay.db", "relay.db-wal"].iter().any(|name| {
        let file = std::fs::read(folder.join(name)).unwrap_or_default();
        file.windows(bytes.len()).any(|window| window == bytes)
    })
}

/// A server with two hubs, a phone at each; Lan is on both phones, Mai on the first alone.
struct Two {
    world: World,
    server: Relay,
    hubs: [Relay; 2],
    phones: [HocvuCore; 2],
    joined: [i64; 2],
    lan: LearnerId,
    mai: LearnerId,
}

impl Two {
    fn new() -> Self {
        let world = World::new();
        let server = world.relay("server");
        let hubs = ["hub1", "hub2"].map(|name| world.relay(name));
        let phones = ["one", "two"].map(|name| world.phone(name));
        for hub in &hubs {
            hub.set_upstream(&hub_code(&server)).unwrap();
        }
        let joined = [0, 1].map(|n: usize| join(&phones[n], &hubs[n]));
        let (lan, mai) = (add(&phones[0], "Lan"), add(&phones[0], "Mai"));
        let two = Self { world, server, hubs, phones, joined, lan, mai };
        for _ in 0..5 {
            record(&two.phones[0], lan, 3);
            record(&two.phones[0], mai, 2);
            two.go(0);
        }
        take_in(&two.phones[0], &two.phones[1], lan);
        two
    }

    /// A phone with its hub, and the hub with the server.
    fn go(&self, n: usize) -> Passed {
        assert!(sync(&self.phones[n], self.joined[n], &self.hubs[n]).in_step);
        let passed = pass_on(&self.hubs[n], &self.server);
        assert_eq!(passed.trouble, None);
        passed
    }

    fn settle(&self) {
        for n in [0, 1, 0, 1, 0, 1] {
            self.go(n);
        }
    }

    fn assert_both_know_the_same(&self) {
        let records = self.phones.each_ref().map(|phone| record_of(phone, self.lan));
        assert_eq!(records[0].len(), records[1].len());
        assert!(records[0] == records[1], "{records:#?}");
        assert_eq!(events_at(&self.server, self.lan).0, records[0].len() as u64);
        for (phone, hub) in self.phones.iter().zip(&self.hubs) {
            let doctor = phone.doctor().unwrap();
            assert!(doctor.faults.is_empty(), "{:?}", doctor.faults);
            let states = phone.sync().states().unwrap();
            assert_eq!(states.counted, states.events, "{states:?}");
            assert_eq!(hub.counts().unwrap().waiting, 0);
            let (brought, told) = events_at(hub, self.lan);
            assert_eq!(brought + told, records[0].len() as u64, "each once");
        }
    }
}

#[test]
fn what_she_does_at_one_hub_follows_her_to_another_and_nobody_elses_with_it() {
    let two = Two::new();
    let passed = two.go(1);
    assert!(passed.told >= 16, "{passed:?}");
    let view = sync(&two.phones[1], two.joined[1], &two.hubs[1]);
    assert_eq!(view.copies, passed.told, "{view:?}");
    record(&two.phones[1], two.lan, 2);
    two.settle();
    two.assert_both_know_the_same();
    // The other hub has her events, and of Mai's and of all else in that chain hashes.
    two.hubs[1].for_each_told(&mut |event, _| assert_eq!(event.learner, Some(two.lan))).unwrap();
    assert!(!is_anywhere(&two.world.path("hub2"), &two.mai.0));
    assert!(is_anywhere(&two.world.path("hub1"), &two.mai.0));
    assert_eq!(events_at(&two.hubs[0], two.mai).1, 0, "nothing comes back to where it is");
}

#[test]
fn once_told_nothing_is_told_again_and_nothing_new_costs_nothing() {
    let two = Two::new();
    let alone = {
        let world = World::new();
        let (hub, server) = world.hub_and_server();
        pass_on(&hub, &server);
        pass_on(&hub, &server).bytes
    };
    two.settle();
    for hub in &two.hubs {
        let passed = pass_on(hub, &two.server);
        assert_eq!(passed.told, 0);
        // It asks about the chains that it has, as a hub always did.
        assert!(passed.bytes < alone + 700, "{passed:?}, {alone} without any chain");
    }
    record(&two.phones[0], two.mai, 3);
    two.go(0);
    assert_eq!(pass_on(&two.hubs[1], &two.server).told, 0, "of Mai it is told nothing");
    record(&two.phones[0], two.lan, 1);
    two.go(0);
    assert_eq!(pass_on(&two.hubs[1], &two.server).told, 1);
    assert_eq!(sync(&two.phones[1], two.joined[1], &two.hubs[1]).copies, 1);
    two.settle();
    two.assert_both_know_the_same();
}

#[test]
fn it_reaches_hubs_below_hubs_and_by_courier() {
    let two = Two::new();
    let below = two.world.relay("below");
    below.set_upstream(&hub_code(&two.hubs[1])).unwrap();
    let third = two.world.phone("third");
    let no = join(&third, &below);
    take_in(&two.phones[0], &third, two.lan);
    sync(&third, no, &below);
    pass_on(&below, &two.hubs[1]);
    // The hub in the middle has no network: its bundle and the reply go as files.
    for _ in 0..2 {
        let (file, _) = two.hubs[1].export().unwrap().unwrap();
        let Brought::Request { reply, .. } = two.server.import(&file).unwrap().unwrap() else {
            panic!("a request")
        };
        for _ in 0..2 {
            let brought = two.hubs[1].import(&reply).unwrap().unwrap();
            assert!(matches!(brought, Brought::Reply { trouble: None, .. }), "{brought:?}");
        }
    }
    let (_, told) = events_at(&two.hubs[1], two.lan);
    assert!(told >= 16, "{told}");
    assert_eq!(pass_on(&below, &two.hubs[1]).told, told);
    assert_eq!(sync(&third, no, &below).copies, told);
    assert!(!is_anywhere(&two.world.path("below"), &two.mai.0));
    two.server.erase(two.lan).unwrap();
    pass_on(&two.hubs[1], &two.server);
    pass_on(&below, &two.hubs[1]);
    assert_eq!(sync(&third, no, &below).erased, [two.lan]);
    for relay in [&two.server, &two.hubs[1], &below] {
        assert_eq!(events_at(relay, two.lan), (0, 0));
    }
}

#[test]
fn an_upstream_that_breaks_off_at_every_byte_is_told_on_in_the_end() {
    let two = Two::new();
    sync(&two.phones[1], two.joined[1], &two.hubs[1]);
    let whole = {
        let mut round = two.hubs[1].upstream_round();
        let exchange = round.next_exchange().unwrap().unwrap();
        let Outcome::Reply { body, .. } = reply(&two.server, &exchange.body) else { panic!() };
        body.len()
    };
    let mut most = 0;
    for cut in (0..whole).step_by(11) {
        let mut round = two.hubs[1].upstream_round();
        let exchange = round.next_exchange().unwrap().unwrap();
        let Outcome::Reply { address, mut body } = reply(&two.server, &exchange.body) else {
            panic!()
        };
        // What came of the replies before makes this one shorter.
        let trouble = (cut < body.len()).then_some(Trouble::Cut);
        body.truncate(cut);
        round.take(Outcome::Reply { address, body }).unwrap();
        assert_eq!(round.trouble, trouble, "cut at {cut}");
        drop(round);
        let shown = two.hubs[1].upstream().unwrap().unwrap().trouble;
        assert_eq!(shown, trouble.map(|trouble| format!("{trouble:?}")));
        let (_, told) = events_at(&two.hubs[1], two.lan);
        assert!(told >= most, "what arrived stays");
        most = told;
    }
    assert!(most > 0, "whole frames of a broken reply count");
    two.settle();
    two.assert_both_know_the_same();
}

#[test]
fn a_hub_that_was_put_back_is_told_what_it_had_passed_on_itself() {
    for what in ["hub2", "server"] {
        let mut two = Two::new();
        // This one's disk can be put back: it takes the place of the one that `Two` made.
        let mut disk = Disk::new(&two.world, &format!("{what}-on-a-disk"));
        let relay = disk.open();
        if what == "server" {
            two.server = relay;
            for hub in &two.hubs {
                hub.set_upstream(&hub_code(&two.server)).unwrap();
            }
        } else {
            two.hubs[1] = relay;
            two.hubs[1].set_upstream(&hub_code(&two.server)).unwrap();
        }
        two.joined = [0, 1].map(|n: usize| join(&two.phones[n], &two.hubs[n]));
        let third = two.world.phone("third");
        let hoa = add(&third, "Hoa");
        let no = join(&third, &two.hubs[1]);
        sync(&third, no, &two.hubs[1]);
        two.settle();
        let place = two.world.relay("nothing");
        let closed = match what {
            "server" => std::mem::replace(&mut two.server, place),
            _ => std::mem::replace(&mut two.hubs[1], place),
        };
        drop(closed);
        disk.keep();
        let again = |two: &mut Two| {
            let relay = disk.open();
            match what {
                "server" => two.server = relay,
                _ => two.hubs[1] = relay,
            }
        };
        again(&mut two);
        take_in(&third, &two.phones[1], hoa);
        record(&two.phones[0], two.lan, 4);
        record(&third, hoa, 5);
        sync(&third, no, &two.hubs[1]);
        two.settle();
        // Hoa's own phone falls into the river, then an older state is put back.
        drop(third);
        let place = two.world.relay("nothing more");
        match what {
            "server" => drop(std::mem::replace(&mut two.server, place)),
            _ => drop(std::mem::replace(&mut two.hubs[1], place)),
        }
        disk.put_back();
        again(&mut two);
        let fourth = two.world.phone("fourth");
        take_in(&two.phones[1], &fourth, hoa);
        let no = join(&fourth, &two.hubs[1]);
        sync(&fourth, no, &two.hubs[1]);
        two.settle();
        sync(&fourth, no, &two.hubs[1]);
        two.assert_both_know_the_same();
        assert_eq!(record_of(&fourth, hoa).len() as u64, events_at(&two.server, hoa).0, "{what}");
        let (brought, told) = events_at(&two.hubs[1], hoa);
        assert_eq!(brought + told, events_at(&two.server, hoa).0, "{what}");
    }
}

#[test]
fn a_hub_with_another_key_gets_it_all_anew() {
    let mut two = Two::new();
    two.settle();
    two.hubs[1] = two.world.relay("hub2-replaced");
    two.hubs[1].set_upstream(&hub_code(&two.server)).unwrap();
    two.joined[1] = join(&two.phones[1], &two.hubs[1]);
    let told = two.go(1).told;
    assert!(told >= 16, "{told}");
    two.settle();
    two.assert_both_know_the_same();
    assert!(!is_anywhere(&two.world.path("hub2-replaced"), &two.mai.0));
}

#[test]
fn what_comes_from_below_takes_the_place_of_what_was_told() {
    let two = Two::new();
    two.settle();
    let (_, told) = events_at(&two.hubs[1], two.lan);
    let no = join(&two.phones[0], &two.hubs[1]);
    sync(&two.phones[0], no, &two.hubs[1]);
    assert_eq!(events_at(&two.hubs[1], two.lan).1, 0, "{told} were told");
    assert_eq!(two.hubs[1].counts().unwrap().told, 0);
    two.settle();
    two.assert_both_know_the_same();
}

#[test]
#[allow(clippy::disallowed_methods, reason = "no relay damages its own database")]
fn what_was_told_and_is_damaged_is_asked_for_once_more() {
    let two = Two::new();
    two.settle();
    let conn = rusqlite::Connection::open(two.world.path("hub2").join("relay.db")).unwrap();
    let sql = "UPDATE extract SET batch = zeroblob(length(batch))";
    assert!(conn.execute(sql, []).unwrap() > 0);
    // Somebody else who holds her is the first to ask for it.
    let third = two.world.phone("third");
    take_in(&two.phones[0], &third, two.lan);
    let no = join(&third, &two.hubs[1]);
    sync(&third, no, &two.hubs[1]);
    two.settle();
    sync(&third, no, &two.hubs[1]);
    two.settle();
    two.assert_both_know_the_same();
    assert_eq!(record_of(&third, two.lan), record_of(&two.phones[0], two.lan));
}

#[test]
fn somebody_removed_and_taken_in_again_has_what_she_did_on_this_device_before() {
    let two = Two::new();
    two.settle();
    let before = record_of(&two.phones[1], two.lan);
    for _ in 0..2 {
        record(&two.phones[1], two.lan, 3);
        two.settle();
        two.phones[1].learners().remove(two.lan).unwrap();
        two.settle();
        assert!(two.phones[1].learners().get(two.lan).unwrap().is_none());
        take_in(&two.phones[0], &two.phones[1], two.lan);
        two.settle();
        two.assert_both_know_the_same();
    }
    assert!(record_of(&two.phones[1], two.lan).len() > before.len() + 6);
    let states = two.phones[1].sync().states_of(two.lan).unwrap();
    assert_eq!((states.events, states.counted), (1, 1), "copies are nobody's own: {states:?}");
}
