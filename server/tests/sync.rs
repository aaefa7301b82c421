//! Devices and relays in one process, with a network that does what the test says.
//!
//! - a record is received and counted; a second device follows; nothing is sent without consent
//! - an exchange cut after every byte, on either way
//! - a hub passes on and brings receipts back; couriers; erasures; relays restored and replaced
//! - a hub that gets an upstream later; segments that a dying disk altered; a device that lost events

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod village;

use std::sync::Arc;

use hocvu::relay::{Brought, Relay};
use hocvu_core::ids::LearnerId;
use hocvu_core::journal::{Event, Link};
use hocvu_core::learner::{Purpose, TakeInRequest};
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::KeyStore;
use hocvu_core::sync::{JoinCode, Outcome, RecordStates, RoundView, Trouble};
use hocvu_core::{HocvuCore, OpenRequest, Ports};
use village::{
    ADDRESS, Disk, Keys, World, add, add_who, code, hub_code, join, person, ports, record,
};

fn reply(relay: &Relay, body: &[u8]) -> Outcome {
    match relay.answer(body).unwrap() {
        Ok((body, _)) => Outcome::Reply { address: ADDRESS.to_owned(), body },
        Err(_) => Outcome::Status { code: 400, retry_after_s: None },
    }
}

fn sync(phone: &HocvuCore, relay_no: i64, relay: &Relay) -> RoundView {
    let mut round = phone.sync().round(relay_no).unwrap();
    while let Some(exchange) = round.next_exchange().unwrap() {
        round.take(reply(relay, &exchange.body)).unwrap();
    }
    round.view().clone()
}

fn pass_on(hub: &Relay, upstream: &Relay) -> Option<Trouble> {
    let mut round = hub.upstream_round();
    while let Some(exchange) = round.next_exchange().unwrap() {
        round.take(reply(upstream, &exchange.body)).unwrap();
    }
    round.trouble
}

fn all_counted(phone: &HocvuCore) -> RecordStates {
    let states = phone.sync().states().unwrap();
    assert_eq!((states.here, states.received, states.counted), (0, 0, states.events), "{states:?}");
    states
}

/// A relay has each event about a learner that a phone has, and not its hash.
fn assert_has_all_of(relay: &Relay, phone: &HocvuCore, learner: LearnerId) {
    let mut seen = 0;
    let see = &mut |event: &Event, _: &Link| seen += u64::from(event.learner == Some(learner));
    relay.for_each_event(see).unwrap();
    assert_eq!(seen, phone.sync().states_of(learner).unwrap().events);
}

#[test]
fn what_a_phone_records_is_received_and_counted() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let lan = add(&phone, "Lan");
    record(&phone, lan, 40);
    let before = phone.sync().states().unwrap();
    assert_eq!((before.here, before.counted), (before.events, 0));
    let no = join(&phone, &server);
    let view = sync(&phone, no, &server);
    assert!(view.in_step && view.trouble.is_none(), "{view:?}");
    assert_eq!(view.exchanges, 1);
    let states = all_counted(&phone);
    assert_eq!(server.counts().unwrap().events, states.events);
    let idle = sync(&phone, no, &server);
    assert_eq!((idle.exchanges, idle.in_step), (1, true));
    let bytes = idle.bytes_up + idle.bytes_down;
    assert!(bytes <= 400, "nothing new: {} up, {} down", idle.bytes_up, idle.bytes_down);
}

#[test]
fn a_second_device_gets_everything_and_both_merge() {
    let world = World::new();
    let (one, two) = (world.phone("one"), world.phone("two"));
    let server = world.relay("server");
    let lan = add(&one, "Lan");
    record(&one, lan, 5);
    let (no_one, no_two) = (join(&one, &server), join(&two, &server));
    let card = one.learners().card(lan).unwrap();
    let request = TakeInRequest { card, person: person("Lan") };
    assert_eq!(two.learners().take_in(&request).unwrap(), lan);
    record(&two, lan, 2);
    sync(&one, no_one, &server);
    let view = sync(&two, no_two, &server);
    assert!(view.copies > 0, "{view:?}");
    let view = sync(&one, no_one, &server);
    assert!(view.copies > 0, "{view:?}");
    for phone in [&one, &two] {
        assert_eq!(phone.learners().devices(lan).unwrap().len(), 2);
        let doctor = phone.doctor().unwrap();
        assert!(doctor.faults.is_empty(), "{:?}", doctor.faults);
    }
    let group = |phone: &HocvuCore| phone.learners().get(lan).unwrap().unwrap().group;
    assert_eq!(group(&one), group(&two));
    let again = sync(&one, no_one, &server);
    assert_eq!((again.copies, again.exchanges), (0, 1), "nothing is fetched twice");
}

#[test]
fn without_her_consent_only_hashes_leave_and_with_it_all_is_made_up_for() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let (lan, mai) = (add(&phone, "Lan"), add_who(&phone, "Mai", false));
    record(&phone, lan, 3);
    record(&phone, mai, 4);
    let no = join(&phone, &server);
    assert!(sync(&phone, no, &server).in_step);
    let hers = phone.sync().states_of(mai).unwrap();
    assert_eq!((hers.here, hers.counted), (hers.events, 0), "{hers:?}");
    let mut seen = 0;
    server
        .for_each_event(&mut |event, _| {
            assert_ne!(event.learner, Some(mai));
            seen += 1;
        })
        .unwrap();
    assert_eq!(seen, phone.sync().states_of(lan).unwrap().events);
    phone.learners().set_consent(mai, Purpose::Count, true).unwrap();
    let waiting = phone.sync().states_of(mai).unwrap();
    assert_eq!(waiting.here, waiting.events);
    let (bundle, events) = phone.sync().export(no).unwrap();
    let (_, took) = server.answer(&bundle).unwrap().unwrap();
    assert_eq!((took.filled, took.events), (waiting.events - 1, waiting.events), "of {events}");
    assert!(sync(&phone, no, &server).in_step);
    let states = all_counted(&phone);
    assert_eq!(server.counts().unwrap().events, states.events);
}

#[test]
fn who_agrees_late_is_counted_when_her_answers_are_there_whatever_another_station_says() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let (north, south) = (world.relay("north"), world.relay("south"));
    let (lan, mai) = (add(&phone, "Lan"), add_who(&phone, "Mai", false));
    record(&phone, lan, 3);
    record(&phone, mai, 4);
    for hub in [&north, &south] {
        hub.set_upstream(&hub_code(&server)).unwrap();
    }
    let (to_north, to_south) = (join(&phone, &north), join(&phone, &south));
    let of = |learner| phone.sync().states_of(learner).unwrap();
    sync(&phone, to_south, &south);
    assert_eq!(pass_on(&south, &server), None);
    sync(&phone, to_south, &south);
    assert_eq!((of(lan).counted, of(mai).here), (of(lan).events, of(mai).events));
    phone.learners().set_consent(mai, Purpose::Count, true).unwrap();
    let hers = of(mai).events;
    // The north station gets her answers; the south one still has the server's receipt, which is
    // about hashes.
    assert!(sync(&phone, to_north, &north).in_step);
    assert_eq!((of(mai).received, of(mai).counted), (hers, 0), "the server has not one of hers");
    assert!(sync(&phone, to_south, &south).in_step, "it had hashes too, and says so");
    assert_has_all_of(&south, &phone, mai);
    assert_eq!((of(mai).received, of(mai).counted), (hers, 0));
    assert_eq!(pass_on(&north, &server), None);
    assert_has_all_of(&server, &phone, mai);
    assert_eq!(of(mai).counted, 0, "nobody has told the phone");
    sync(&phone, to_north, &north);
    all_counted(&phone);
    // What the south station says is older, and takes nothing back for good.
    sync(&phone, to_south, &south);
    assert_eq!(pass_on(&south, &server), None);
    sync(&phone, to_south, &south);
    all_counted(&phone);
}

#[test]
fn only_what_a_relay_lacks_is_sent_again() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let (lan, mai) = (add(&phone, "Lan"), add_who(&phone, "Mai", false));
    record(&phone, mai, 4);
    record(&phone, lan, 80);
    record(&phone, mai, 2);
    record(&phone, lan, 80);
    let no = join(&phone, &server);
    assert!(sync(&phone, no, &server).in_step);
    phone.learners().set_consent(mai, Purpose::Count, true).unwrap();
    let (_, events) = phone.sync().export(no).unwrap();
    let hers = phone.sync().states_of(mai).unwrap().events;
    assert!((hers..hers + 10).contains(&events), "{events} events for {hers}");
    assert!(sync(&phone, no, &server).in_step);
    all_counted(&phone);
    assert_has_all_of(&server, &phone, mai);
    // Who withdraws takes nothing back from the relay, and what it has is not sent once more.
    phone.learners().set_consent(mai, Purpose::Count, false).unwrap();
    sync(&phone, no, &server);
    phone.learners().set_consent(mai, Purpose::Count, true).unwrap();
    let (_, events) = phone.sync().export(no).unwrap();
    assert!(events <= 3, "{events}");
    assert!(sync(&phone, no, &server).in_step);
    all_counted(&phone);
}

#[test]
fn an_exchange_cut_after_any_byte_loses_nothing() {
    let world = World::new();
    let server = world.relay("server");
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 20);
    let no = join(&phone, &server);
    let mut round = phone.sync().round(no).unwrap();
    let exchange = round.next_exchange().unwrap().unwrap();
    let Outcome::Reply { body: whole, .. } = reply(&server, &exchange.body) else { panic!() };
    drop(round);
    for cut in 0..exchange.body.len() {
        let _ = server.answer(&exchange.body[..cut]).unwrap();
    }
    for cut in (0..whole.len()).step_by(7) {
        record(&phone, lan, 1);
        let mut round = phone.sync().round(no).unwrap();
        let exchange = round.next_exchange().unwrap().unwrap();
        let Outcome::Reply { address, mut body } = reply(&server, &exchange.body) else { panic!() };
        body.truncate(cut);
        round.take(Outcome::Reply { address, body }).unwrap();
        drop(round);
        let view = sync(&phone, no, &server);
        assert!(view.in_step, "cut at {cut}: {view:?}");
        let states = all_counted(&phone);
        assert_eq!(server.counts().unwrap().events, states.events);
    }
}

#[test]
fn a_hub_passes_on_and_brings_the_counting_servers_receipts_back() {
    let world = World::new();
    let (server, hub) = (world.relay("server"), world.relay("hub"));
    let code = hub_code(&server);
    hub.set_upstream(&code).unwrap();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 10);
    let no = join(&phone, &hub);
    assert!(sync(&phone, no, &hub).in_step);
    let states = phone.sync().states().unwrap();
    assert_eq!((states.received, states.counted), (states.events, 0));
    assert_eq!(hub.counts().unwrap().waiting, states.events);
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(hub.counts().unwrap().waiting, 0);
    sync(&phone, no, &hub);
    let states = all_counted(&phone);
    assert_eq!(server.counts().unwrap().events, states.events);
    assert_eq!(hub.counts().unwrap().events, states.events);
}

#[test]
fn couriers_late_twice_and_out_of_order_double_nothing() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let lan = add(&phone, "Lan");
    let no = join(&phone, &server);
    let (first, events) = phone.sync().export(no).unwrap();
    assert!(events > 0);
    record(&phone, lan, 30);
    let (second, _) = phone.sync().export(no).unwrap();
    let (late, _) = server.answer(&second).unwrap().unwrap();
    let (old, took) = server.answer(&first).unwrap().unwrap();
    assert_eq!(took.events, 0, "the second carried what the first does");
    let (again, took) = server.answer(&second).unwrap().unwrap();
    assert_eq!(took.events, 0);
    for reply in [&old, &late, &again, &late] {
        let report = phone.sync().import_reply(reply).unwrap();
        assert_eq!(report.trouble, None);
    }
    let states = all_counted(&phone);
    assert_eq!(server.counts().unwrap().events, states.events);
    let half = &second[..second.len() / 2];
    let (_, took) = server.answer(half).unwrap().unwrap();
    assert_eq!(took.events, 0);
    assert!(phone.sync().import_reply(&second).is_err(), "a request is no reply");
    assert!(phone.sync().import_reply(b"<html>").is_err());
}

#[test]
fn an_erasure_reaches_every_copy_and_a_slow_courier_brings_nothing_back() {
    let world = World::new();
    let (one, two) = (world.phone("one"), world.phone("two"));
    let (hub, server) = world.hub_and_server();
    let (lan, mai) = (add(&one, "Lan"), add(&one, "Mai"));
    record(&one, mai, 2);
    record(&one, lan, 3);
    let (no_one, no_two) = (join(&one, &hub), join(&two, &hub));
    let card = one.learners().card(lan).unwrap();
    two.learners().take_in(&TakeInRequest { card: card.clone(), person: person("Lan") }).unwrap();
    sync(&two, no_two, &hub);
    sync(&one, no_one, &hub);
    pass_on(&hub, &server);
    sync(&two, no_two, &hub);
    record(&two, lan, 4);
    let (slow, _) = two.sync().export(no_two).unwrap();
    assert!(two.learners().erase(lan).is_err(), "another device added her");
    one.learners().erase(lan).unwrap();
    let view = sync(&one, no_one, &hub);
    assert!(view.in_step, "{view:?}");
    pass_on(&hub, &server);
    hub.answer(&slow).unwrap().unwrap();
    pass_on(&hub, &server);
    let view = sync(&two, no_two, &hub);
    assert_eq!(view.erased, [lan], "{view:?}");
    assert!(two.learners().get(lan).unwrap().is_none());
    assert!(two.learners().take_in(&TakeInRequest { card, person: person("Lan") }).is_err());
    for relay in [&hub, &server] {
        relay.for_each_event(&mut |event, _| assert_ne!(event.learner, Some(lan))).unwrap();
        assert_eq!(relay.counts().unwrap().erased, 1);
    }
    for (phone, no) in [(&one, no_one), (&two, no_two)] {
        assert!(sync(phone, no, &hub).in_step);
        assert!(phone.doctor().unwrap().faults.is_empty());
    }
    pass_on(&hub, &server);
    sync(&one, no_one, &hub);
    all_counted(&one);
}

#[test]
fn an_erasure_reaches_a_hub_that_brought_nothing_new() {
    let world = World::new();
    let (phone, (hub, server)) = (world.phone("phone"), world.hub_and_server());
    let lan = add(&phone, "Lan");
    record(&phone, lan, 3);
    let (no_server, no_hub) = (join(&phone, &server), join(&phone, &hub));
    sync(&phone, no_server, &server);
    sync(&phone, no_hub, &hub);
    assert_eq!(pass_on(&hub, &server), None);
    server.erase(lan).unwrap();
    assert_eq!(pass_on(&hub, &server), None);
    hub.for_each_event(&mut |event, _| assert_ne!(event.learner, Some(lan))).unwrap();
    assert_eq!(hub.counts().unwrap().erased, 1);
}

/// Carries what the hub has in a file; gives the reply.
fn by_courier(hub: &Relay, server: &Relay) -> Vec<u8> {
    let (file, _) = hub.export().unwrap().unwrap();
    match server.import(&file).unwrap().unwrap() {
        Brought::Request { reply, .. } => reply,
        Brought::Reply { .. } => panic!("a file of a hub is a request"),
    }
}

/// Takes a reply in; what was in the way.
fn take_in(hub: &Relay, reply: &[u8]) -> Option<Trouble> {
    match hub.import(reply).unwrap().unwrap() {
        Brought::Reply { trouble, .. } => trouble,
        Brought::Request { .. } => panic!("a reply is no request"),
    }
}

#[test]
fn a_hub_heeds_no_reply_of_a_former_upstream() {
    let world = World::new();
    let (phone, (hub, server)) = (world.phone("phone"), world.hub_and_server());
    let lan = add(&phone, "Lan");
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    pass_on(&hub, &server);
    server.erase(lan).unwrap();
    let reply = by_courier(&hub, &server);
    hub.set_upstream(&hub_code(&world.relay("another server"))).unwrap();
    assert_eq!(take_in(&hub, &reply), Some(Trouble::OtherRelay));
    assert_eq!(hub.counts().unwrap().erased, 0);
}

#[test]
fn a_hub_takes_an_old_reply_for_an_old_one_whatever_became_of_the_upstream() {
    let world = World::new();
    let mut disk = Disk::new(&world, "server");
    let server = disk.open();
    let (phone, hub) = (world.phone("phone"), world.relay("hub"));
    hub.set_upstream(&hub_code(&server)).unwrap();
    drop(server);
    disk.keep();
    let server = disk.open();
    let lan = add(&phone, "Lan");
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    pass_on(&hub, &server);
    record(&phone, lan, 3);
    sync(&phone, no, &hub);
    let slow = by_courier(&hub, &server);
    drop(server);
    disk.put_back();
    let server = disk.open();
    let quick = by_courier(&hub, &server);
    assert_eq!(take_in(&hub, &quick), None);
    let waiting = hub.counts().unwrap().waiting;
    assert_eq!(waiting, phone.sync().states().unwrap().events, "all of it is asked for anew");
    assert_eq!(take_in(&hub, &slow), None);
    assert_eq!(hub.counts().unwrap().waiting, waiting);
    sync(&phone, no, &hub);
    let states = phone.sync().states().unwrap();
    assert!(states.counted < states.events, "nothing that only the old reply counted: {states:?}");
    pass_on(&hub, &server);
    sync(&phone, no, &hub);
    all_counted(&phone);
}

#[test]
fn a_server_heeds_a_hub_that_served_her_and_never_brought_her() {
    let world = World::new();
    let (phone, (hub, server)) = (world.phone("phone"), world.hub_and_server());
    let lan = add(&phone, "Lan");
    let (no_hub, no) = (join(&phone, &hub), join(&phone, &server));
    sync(&phone, no_hub, &hub);
    hub.erase(lan).unwrap();
    pass_on(&hub, &server);
    assert_eq!(sync(&phone, no, &server).erased, [lan]);
}

#[test]
fn a_server_that_lost_her_heeds_the_word_of_the_hub_that_has_only_hashes_of_her() {
    let world = World::new();
    let mut disk = Disk::new(&world, "server");
    let server = disk.open();
    let (phone, hub) = (world.phone("phone"), world.relay("hub"));
    hub.set_upstream(&hub_code(&server)).unwrap();
    pass_on(&hub, &server);
    drop(server);
    disk.keep();
    let server = disk.open();
    let lan = add(&phone, "Lan");
    record(&phone, lan, 3);
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    pass_on(&hub, &server);
    drop(server);
    disk.put_back();
    let server = disk.open();
    hub.erase(lan).unwrap();
    pass_on(&hub, &server);
    assert_eq!(server.counts().unwrap().erased, 1);
    // So whoever holds her still and goes straight to the server is told there.
    let no = join(&phone, &server);
    assert_eq!(sync(&phone, no, &server).erased, [lan]);
}

#[test]
fn a_relay_whose_whole_disk_was_put_back_is_told_again_what_it_lost() {
    let world = World::new();
    let mut disk = Disk::new(&world, "server");
    let phone = world.phone("phone");
    let mai = add_who(&phone, "Mai", false);
    record(&phone, mai, 4);
    let server = disk.open();
    let no = join(&phone, &server);
    sync(&phone, no, &server);
    drop(server);
    disk.keep();
    let server = disk.open();
    phone.learners().set_consent(mai, Purpose::Count, true).unwrap();
    sync(&phone, no, &server);
    let before = server.counts().unwrap().events;
    let states = all_counted(&phone);
    drop(server);
    disk.put_back();
    let server = disk.open();
    assert_eq!(server.counts().unwrap().events, 0, "it holds hashes");
    assert!(sync(&phone, no, &server).in_step);
    assert_eq!(server.counts().unwrap().events, before);
    assert_eq!(all_counted(&phone), states);
    drop(server);
    let server = disk.open();
    let (bundle, events) = phone.sync().export(no).unwrap();
    assert_eq!(events, 0, "being opened once more is no loss");
    assert_eq!(server.answer(&bundle).unwrap().unwrap().1.events, 0);
    let view = sync(&phone, no, &server);
    assert_eq!((view.exchanges, view.bytes_up < 250), (1, true), "{view:?}");
}

#[test]
fn hashes_that_begin_earlier_the_second_time_are_all_made_up_for() {
    let world = World::new();
    let mut disk = Disk::new(&world, "server");
    let (phone, other) = (world.phone("phone"), world.phone("other"));
    let mai = add(&other, "Mai");
    let server = disk.open();
    let no = join(&phone, &server);
    sync(&phone, no, &server);
    drop(server);
    disk.keep();
    let server = disk.open();
    let lan = add(&phone, "Lan");
    record(&phone, lan, 5);
    sync(&phone, no, &server);
    phone.learners().set_consent(lan, Purpose::Count, false).unwrap();
    sync(&phone, no, &server);
    drop(server);
    disk.put_back();
    let server = disk.open();
    // It asks for everything, so its cursor has nothing that tells of what was lost.
    let card = other.learners().card(mai).unwrap();
    phone.learners().take_in(&TakeInRequest { card, person: person("Mai") }).unwrap();
    sync(&phone, no, &server);
    phone.learners().set_consent(lan, Purpose::Count, true).unwrap();
    sync(&phone, no, &server);
    assert_has_all_of(&server, &phone, lan);
}

#[test]
fn hashes_that_a_hub_brought_are_not_taken_for_events_that_a_cut_kept_away() {
    let world = World::new();
    let (phone, (hub, server)) = (world.phone("phone"), world.hub_and_server());
    let lan = add_who(&phone, "Lan", false);
    record(&phone, lan, 30);
    let (no_hub, no) = (join(&phone, &hub), join(&phone, &server));
    sync(&phone, no_hub, &hub);
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(server.counts().unwrap().events, 0, "the hub got hashes of her");
    phone.learners().set_consent(lan, Purpose::Count, true).unwrap();
    let mut round = phone.sync().round(no).unwrap();
    let exchange = round.next_exchange().unwrap().unwrap();
    let cut = exchange.body.len() - 40;
    round.take(reply(&server, &exchange.body[..cut])).unwrap();
    while let Some(exchange) = round.next_exchange().unwrap() {
        round.take(reply(&server, &exchange.body)).unwrap();
    }
    assert!(round.view().in_step, "{:?}", round.view());
    drop(round);
    assert_has_all_of(&server, &phone, lan);
}

#[test]
fn a_relay_that_lost_everything_is_given_everything_again() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let lan = add(&phone, "Lan");
    record(&phone, lan, 10);
    let no = join(&phone, &server);
    sync(&phone, no, &server);
    drop(server);
    std::fs::remove_file(world.path("server").join("relay.db")).unwrap();
    let _ = std::fs::remove_file(world.path("server").join("relay.db-wal"));
    let keys = Arc::new(Keys::default());
    let server =
        Relay::open(&world.path("server"), &world.path("server.marker"), Ports { keys, ..ports() });
    let server = server.unwrap();
    let no_new = join(&phone, &server);
    assert_ne!(no_new, no, "another key is another relay");
    let view = sync(&phone, no, &server);
    assert!(view.trouble.is_some() && !view.in_step, "bundles to the old key are void: {view:?}");
    assert!(sync(&phone, no_new, &server).in_step);
    assert_eq!(server.counts().unwrap().events, phone.sync().states().unwrap().events);
}

#[test]
fn each_thing_in_the_way_has_a_name_and_loses_nothing() {
    let world = World::new();
    let (phone, server) = (world.phone("phone"), world.relay("server"));
    let lan = add(&phone, "Lan");
    record(&phone, lan, 10);
    let no = join(&phone, &server);
    let html = || b"<!doctype html><title>Wi-Fi</title>".to_vec();
    let address = || ADDRESS.to_owned();
    let cases = [
        (Outcome::Unreachable, Trouble::Unreachable),
        (Outcome::Redirect, Trouble::CaptivePortal),
        (Outcome::Reply { address: address(), body: html() }, Trouble::CaptivePortal),
        (Outcome::Status { code: 511, retry_after_s: None }, Trouble::CaptivePortal),
        (Outcome::Status { code: 421, retry_after_s: None }, Trouble::OtherRelay),
        (Outcome::Status { code: 429, retry_after_s: Some(7) }, Trouble::Busy),
        (Outcome::Status { code: 503, retry_after_s: Some(7) }, Trouble::Busy),
        (Outcome::Status { code: 500, retry_after_s: None }, Trouble::ServerFault),
        (Outcome::Status { code: 426, retry_after_s: None }, Trouble::NewerVersion),
        (
            Outcome::Reply { address: address(), body: b"hvb\x02\x02".to_vec() },
            Trouble::NewerVersion,
        ),
        (
            Outcome::Reply {
                address: address(),
                body: b"hvb\x01\x02garbage of a kind that is long".to_vec(),
            },
            Trouble::BadReply,
        ),
    ];
    for (outcome, trouble) in cases {
        let mut round = phone.sync().round(no).unwrap();
        round.next_exchange().unwrap().unwrap();
        round.take(outcome.clone()).unwrap();
        assert_eq!(round.view().trouble, Some(trouble), "{outcome:?}");
        assert_eq!(round.next_exchange().unwrap(), None, "{outcome:?}");
        let relay = phone.sync().relays().unwrap().pop().unwrap();
        assert_eq!(relay.trouble, Some(trouble));
        assert!(relay.wait_s > 0);
    }
    let mut round = phone.sync().round(no).unwrap();
    let first = round.next_exchange().unwrap().unwrap();
    let old = server.answer(&first.body).unwrap().unwrap().0;
    record(&phone, lan, 1);
    let mut round = phone.sync().round(no).unwrap();
    round.next_exchange().unwrap().unwrap();
    round.take(Outcome::Reply { address: address(), body: old }).unwrap();
    assert_eq!(round.view().trouble, Some(Trouble::BadReply), "an old reply played again");
    assert!(sync(&phone, no, &server).in_step);
    all_counted(&phone);
}

#[test]
fn a_relay_from_a_backup_has_its_key_and_is_another_incarnation() {
    let world = World::new();
    let open = |name: &str| {
        let data = world.path(name);
        let keys = Arc::new(FileKeyStore::new(data.join("keys")));
        let request =
            OpenRequest { data: data.clone(), marker: world.path(&format!("{name}.marker")) };
        let core = HocvuCore::open(&request, Ports { keys: keys.clone(), ..ports() }).unwrap();
        let marker = world.path("relay.marker");
        let relay = Relay::open(&data, &marker, Ports { keys, ..ports() }).unwrap();
        (core, relay)
    };
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 6);
    let (core, relay) = open("laptop");
    let no = join(&phone, &relay);
    sync(&phone, no, &relay);
    let file = world.path("laptop.hocvubak");
    relay.backup(&core, &file, "một câu dài").unwrap();
    record(&phone, lan, 4);
    sync(&phone, no, &relay);
    let (key, before) = (relay.key(), relay.counts().unwrap().events);
    drop((core, relay));
    std::fs::remove_dir_all(world.path("laptop")).unwrap();
    let keys = |data: &std::path::Path| -> Arc<dyn KeyStore> {
        Arc::new(FileKeyStore::new(data.join("keys")))
    };
    hocvu_core::upkeep::restore(&file, "một câu dài", &world.path("laptop"), keys).unwrap();
    let (_core, relay) = open("laptop");
    assert_eq!(relay.key(), key, "devices need no new code");
    assert_eq!(relay.counts().unwrap().events, before - 4);
    let view = sync(&phone, no, &relay);
    assert!(view.in_step, "{view:?}");
    assert_eq!(relay.counts().unwrap().events, before, "what the backup had not is sent again");
    all_counted(&phone);
}

#[test]
fn a_hub_that_gets_an_upstream_later_counts_no_more_and_everybody_hears_of_it() {
    let world = World::new();
    let (server, hub, below) = (world.relay("server"), world.relay("hub"), world.relay("below"));
    let (near, far) = (world.phone("near"), world.phone("far"));
    below.set_upstream(&hub_code(&hub)).unwrap();
    let mut joined = Vec::new();
    for (phone, relay, name) in [(&near, &hub, "Lan"), (&far, &below, "Mai")] {
        let learner = add(phone, name);
        record(phone, learner, 4);
        let no = join(phone, relay);
        sync(phone, no, relay);
        joined.push(no);
    }
    pass_on(&below, &hub);
    sync(&far, joined[1], &below);
    for phone in [&near, &far] {
        assert!(phone.sync().relays().unwrap().len() == 1);
        all_counted(phone);
    }

    hub.set_upstream(&hub_code(&server)).unwrap();
    pass_on(&below, &hub);
    for (phone, no, relay) in [(&near, joined[0], &hub), (&far, joined[1], &below)] {
        sync(phone, no, relay);
        let states = phone.sync().states().unwrap();
        assert_eq!((states.received, states.counted), (states.events, 0), "{states:?}");
        assert_eq!(phone.sync().relays().unwrap()[0].counting, server.key().sign);
    }
    pass_on(&hub, &server);
    pass_on(&below, &hub);
    for (phone, no, relay) in [(&near, joined[0], &hub), (&far, joined[1], &below)] {
        sync(phone, no, relay);
        all_counted(phone);
    }
    // The code of the first day, scanned once more, names the hub again; its answer does not.
    let old = JoinCode { counting: hub.key().sign, ..code(&hub) };
    near.sync().join(&old.to_text()).unwrap();
    sync(&near, joined[0], &hub);
    assert_eq!(near.sync().relays().unwrap()[0].counting, server.key().sign);
    all_counted(&near);
}

/// Alters the batch of a relay's segment, as a dying disk does; the first or the last that it took.
#[allow(clippy::disallowed_methods, reason = "no relay damages its own database")]
fn damage(world: &World, relay: &str, which: &str) {
    let conn = rusqlite::Connection::open(world.path(relay).join("relay.db")).unwrap();
    let sql = format!(
        "UPDATE segment SET batch = zeroblob(length(batch))
         WHERE segment_no = (SELECT {which}(segment_no) FROM segment WHERE events > 0)"
    );
    assert_eq!(conn.execute(&sql, []).unwrap(), 1);
}

#[test]
fn a_damaged_segment_hinders_nobody_else_and_is_mended_by_whoever_has_the_events() {
    let world = World::new();
    let (server, one, two) = (world.relay("server"), world.phone("one"), world.phone("two"));
    let (lan, mai) = (add(&one, "Lan"), add(&two, "Mai"));
    record(&one, lan, 70);
    let (no_one, no_two) = (join(&one, &server), join(&two, &server));
    let (early, _) = one.sync().export(no_one).unwrap();
    sync(&one, no_one, &server);
    record(&one, lan, 20);
    sync(&one, no_one, &server);
    let held = server.counts().unwrap();
    assert_eq!(held.segments, 2);
    damage(&world, "server", "min");
    record(&two, mai, 3);
    let mut round = two.sync().round(no_two).unwrap();
    let other = round.next_exchange().unwrap().unwrap();
    // One commit: the file has what is damaged, the other request has nothing to do with it.
    let answers = server.answer_all(&[&early, &other.body]).unwrap();
    let took: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap().1.clone()).collect();
    assert_eq!((took[0].refused, took[1].refused), (0, 0));
    let theirs = two.sync().states().unwrap().events;
    assert_eq!(took[1].events, theirs);
    let mended = server.counts().unwrap();
    assert_eq!((mended.damaged, mended.events), (0, held.events + theirs), "the file mended it");

    damage(&world, "server", "min");
    let (early, _) = two.sync().export(no_two).unwrap();
    server.answer(&early).unwrap().unwrap();
    sync(&one, no_one, &server);
    sync(&two, no_two, &server);
    for (phone, no) in [(&one, no_one), (&two, no_two)] {
        assert!(sync(phone, no, &server).in_step);
        all_counted(phone);
    }
    let counts = server.counts().unwrap();
    assert_eq!((counts.damaged, counts.events), (0, mended.events));
}

#[test]
fn what_is_damaged_is_in_no_receipt_and_comes_again() {
    let world = World::new();
    let (server, one, two) = (world.relay("server"), world.phone("one"), world.phone("two"));
    let lan = add(&one, "Lan");
    let (no_one, no_two) = (join(&one, &server), join(&two, &server));
    for events in [70, 20, 20] {
        record(&one, lan, events);
        sync(&one, no_one, &server);
    }
    let all = server.counts().unwrap().events;
    damage(&world, "server", "min");
    // Whoever holds her too is the first to read it.
    let card = one.learners().card(lan).unwrap();
    two.learners().take_in(&TakeInRequest { card, person: person("Lan") }).unwrap();
    sync(&two, no_two, &server);
    let counts = server.counts().unwrap();
    assert_eq!(counts.damaged, 3, "it, and what follows it");
    assert_eq!(counts.events, two.sync().states().unwrap().events);
    record(&one, lan, 1);
    let view = sync(&one, no_one, &server);
    assert!(view.in_step, "{view:?}");
    all_counted(&one);
    sync(&two, no_two, &server);
    let counts = server.counts().unwrap();
    let both = one.sync().states().unwrap().events + two.sync().states().unwrap().events;
    assert_eq!((counts.damaged, counts.events, both > all), (0, both, true));
    assert!(two.doctor().unwrap().faults.is_empty());

    damage(&world, "server", "min");
    one.learners().erase(lan).unwrap();
    assert!(sync(&one, no_one, &server).in_step);
    server.for_each_event(&mut |event, _| assert_ne!(event.learner, Some(lan))).unwrap();
    assert_eq!(server.counts().unwrap().damaged, 0);
}

/// Alters events of a phone, as a dying disk does, and opens it so that it saves what is left.
#[allow(clippy::disallowed_methods, reason = "no device damages its own database")]
fn lose(world: &World, phone: HocvuCore, (first, last): (u64, u64)) -> HocvuCore {
    drop(phone);
    let conn = rusqlite::Connection::open(world.path("phone").join("hocvu.db")).unwrap();
    let sql = format!(
        "UPDATE event SET link = zeroblob(32)
         WHERE slot & 0xffffffffff BETWEEN {first} AND {last}"
    );
    assert_eq!(conn.execute(&sql, []).unwrap() as u64, last - first + 1);
    drop(conn);
    // What a check of the pages leaves behind: the next start saves what is left.
    std::fs::write(world.path("phone").join("hocvu.damaged"), b"").unwrap();
    world.phone("phone")
}

#[test]
fn a_device_that_lost_events_sends_what_it_can_prove_and_tells_the_truth_of_the_rest() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 5);
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    let early = phone.sync().states().unwrap().received;
    record(&phone, lan, 20);
    // A file that a courier has, and has not brought yet.
    let (file, _) = phone.sync().export(no).unwrap();
    let (first, last) = (early + 6, early + 8);
    let before = phone.sync().states().unwrap().events;
    let phone = lose(&world, phone, (first, last));
    let states = phone.sync().states().unwrap();
    let lost = before + 1 - states.events;
    let no = join(&phone, &hub);
    assert!((3..6).contains(&lost), "{lost}: those, and those beside them that nothing proves");

    let tell = || {
        let view = sync(&phone, no, &hub);
        assert!(view.in_step, "{view:?}");
        assert_eq!(pass_on(&hub, &server), None);
        sync(&phone, no, &hub)
    };
    let view = tell();
    assert_eq!((view.exchanges, view.trouble), (1, None));
    let states = phone.sync().states().unwrap();
    assert_eq!((states.received, states.counted + states.here), (0, states.events));
    // What lies between those that the relay had and those that were lost nobody can prove.
    assert!((3..6).contains(&states.here), "{states:?}");
    assert_eq!(server.counts().unwrap().events, states.counted);
    let (_, events) = phone.sync().export(no).unwrap();
    assert_eq!(events, 0, "it is not offered again");

    hub.answer(&file).unwrap().unwrap();
    tell();
    let states = all_counted(&phone);
    assert_eq!(server.counts().unwrap().events, states.events + lost, "what was lost is there");
    for relay in [&hub, &server] {
        assert_has_no_event_twice(relay);
        assert_eq!(relay.counts().unwrap().damaged, 0);
    }
}

fn assert_has_no_event_twice(relay: &Relay) {
    let mut seen = std::collections::BTreeSet::new();
    relay.for_each_event(&mut |event, _| assert!(seen.insert((event.replica, event.seq)))).unwrap();
}
