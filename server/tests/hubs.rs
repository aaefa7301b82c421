//! Whom a station lets in as a hub, and the volunteer's word on it.
//!
//! - a code that was replaced admits nobody new; who was let in with it stays
//! - a hub that was shut out: refused with any code and by courier, its erasures not heeded, what it
//!   brought stays, people behind it come by another way; let in again, it sends what has waited
//! - what is changed beside a running relay holds at the next request

#![allow(clippy::unwrap_used, reason = "clippy takes helpers of a scenario for no tests")]

mod village;

use std::sync::Arc;

use hocvu::relay::{Brought, HubView, Relay};
use hocvu_core::HocvuCore;
use hocvu_core::Ports;
use hocvu_core::ids::{ReplicaId, short_id};
use hocvu_core::journal::replica_id;
use hocvu_core::learner::TakeInRequest;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::sync::{JoinCode, Status, Trouble};
use village::{
    NOW_S, World, add, code, hub_code, join, pass_on, person, ports, record, reply, sync,
};

fn only_hub(relay: &Relay) -> HubView {
    let (hubs, all) = relay.hubs(10).unwrap();
    assert_eq!((hubs.len(), all), (1, 1));
    hubs.into_iter().next().unwrap()
}

#[test]
fn a_code_that_was_replaced_admits_no_new_hub_and_keeps_those_it_let_in() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let (phone, leaked) = (world.phone("phone"), hub_code(&server));
    let lan = add(&phone, "Lan");
    let no = join(&phone, &hub);
    assert!(sync(&phone, no, &hub).in_step);
    assert_eq!(pass_on(&hub, &server), None);
    let for_phones = code(&server);

    server.renew_hub_code().unwrap();
    let fresh = hub_code(&server);
    assert_eq!(JoinCode { token: leaked.token.clone(), ..fresh.clone() }, leaked);
    assert_ne!(fresh.token, leaked.token);
    assert_eq!(code(&server), for_phones, "phones keep theirs");
    let (stranger, friend) = (world.relay("stranger"), world.relay("friend"));
    stranger.set_upstream(&leaked).unwrap();
    let before = server.counts().unwrap();
    assert_eq!(pass_on(&stranger, &server), Some(Trouble::NotAdmitted));
    assert_eq!(server.counts().unwrap(), before);
    friend.set_upstream(&fresh).unwrap();
    assert_eq!(pass_on(&friend, &server), None);
    assert_eq!(server.hubs(10).unwrap().1, 2);
    record(&phone, lan, 2);
    sync(&phone, no, &hub);
    assert_eq!(pass_on(&hub, &server), None, "it was let in before");
    assert_eq!(counted_of(&phone, no, &hub), phone.sync().states().unwrap().events);
    // The new code for a station that was refused.
    stranger.set_upstream(&fresh).unwrap();
    assert_eq!(pass_on(&stranger, &server), None);
}

/// Events that the counting server has, as the phone knows once its hub has told it.
fn counted_of(phone: &HocvuCore, no: i64, hub: &Relay) -> u64 {
    sync(phone, no, hub);
    phone.sync().states().unwrap().counted
}

#[test]
fn the_list_says_since_when_a_hub_comes_and_what_was_new_of_it() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    assert_eq!(server.hubs(10).unwrap(), (Vec::new(), 0));
    pass_on(&hub, &server);
    let events = server.counts().unwrap().events;
    let seen = only_hub(&server);
    assert_eq!(seen.id, hub.hub_id());
    assert_eq!(seen.id, replica_id(&hub.key().sign));
    assert_eq!((seen.admitted_s, seen.seen_s), (NOW_S, NOW_S));
    assert_eq!((seen.events, seen.shut_out_s), (events, None));
    assert!(events > 0 && server.senders(10).unwrap().1 == 0, "a hub is no device");
    record(&phone, lan, 3);
    sync(&phone, no, &hub);
    pass_on(&hub, &server);
    pass_on(&hub, &server);
    assert_eq!(only_hub(&server).events, events + 3);
    assert_eq!(hub.senders(10).unwrap().1, 1);
    assert_eq!(server.hubs(0).unwrap(), (Vec::new(), 1));
    assert_eq!(short_id(ReplicaId([0x3f; 16])), "3f3f-3f3f");
}

#[test]
fn a_hub_that_was_shut_out_is_refused_with_any_code_until_it_is_let_in_again() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    assert_eq!(pass_on(&hub, &server), None);
    let before = server.counts().unwrap();

    let out = server.shut_out(hub.hub_id()).unwrap().unwrap();
    assert_eq!(out.shut_out_s, Some(NOW_S));
    assert_eq!(only_hub(&server), out);
    record(&phone, lan, 4);
    sync(&phone, no, &hub);
    let refused = || {
        assert_eq!(pass_on(&hub, &server), Some(Trouble::NotAdmitted));
        assert_eq!(server.counts().unwrap(), before, "what it brought stays, and nothing comes");
        assert_eq!(hub.upstream().unwrap().unwrap().waiting, 4);
    };
    refused();
    hub.set_upstream(&hub_code(&server)).unwrap();
    refused();
    server.renew_hub_code().unwrap();
    hub.set_upstream(&hub_code(&server)).unwrap();
    refused();
    let (file, _) = hub.export().unwrap().unwrap();
    let Brought::Request { reply, took } = server.import(&file).unwrap().unwrap() else {
        panic!("it is no reply");
    };
    assert!(took.is_shut_out && took.status == Some(Status::NotAdmitted) && took.events == 0);
    let Brought::Reply { trouble, .. } = hub.import(&reply).unwrap().unwrap() else {
        panic!("it is a reply");
    };
    assert_eq!(trouble, Some(Trouble::NotAdmitted));
    assert_eq!(server.counts().unwrap(), before);
    assert_eq!(hub.upstream().unwrap().unwrap().trouble.as_deref(), Some("NotAdmitted"));

    let back = server.let_in(hub.hub_id()).unwrap().unwrap();
    assert_eq!(back.shut_out_s, None);
    assert_eq!(pass_on(&hub, &server), None, "without a new code");
    assert_eq!(server.counts().unwrap().events, before.events + 4);
    assert_eq!(counted_of(&phone, no, &hub), phone.sync().states().unwrap().events);
}

#[test]
fn a_hub_that_was_shut_out_erases_nobody_until_it_is_let_in_again() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let (phone, elsewhere) = (world.phone("phone"), world.phone("elsewhere"));
    let lan = add(&phone, "Lan");
    let card = phone.learners().card(lan).unwrap();
    elsewhere.learners().take_in(&TakeInRequest { card, person: person("Lan") }).unwrap();
    let (no, far) = (join(&phone, &hub), join(&elsewhere, &server));
    sync(&phone, no, &hub);
    pass_on(&hub, &server);
    sync(&elsewhere, far, &server);
    server.shut_out(hub.hub_id()).unwrap();
    hub.erase(lan).unwrap();
    assert_eq!(pass_on(&hub, &server), Some(Trouble::NotAdmitted));
    assert_eq!(server.counts().unwrap().erased, 0);
    assert_eq!(sync(&elsewhere, far, &server).erased, []);
    assert!(elsewhere.learners().get(lan).unwrap().is_some());
    server.let_in(hub.hub_id()).unwrap();
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(server.counts().unwrap().erased, 1, "whom it serves it may erase again");
}

#[test]
fn people_behind_a_hub_that_was_shut_out_are_heard_by_any_other_way() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let other = world.relay("other");
    other.set_upstream(&hub_code(&server)).unwrap();
    let (one, two) = (world.phone("one"), world.phone("two"));
    for (phone, name) in [(&one, "Lan"), (&two, "Mai")] {
        let learner = add(phone, name);
        record(phone, learner, 2);
        let no = join(phone, &hub);
        sync(phone, no, &hub);
    }
    pass_on(&hub, &server);
    server.shut_out(hub.hub_id()).unwrap();
    for phone in [&one, &two] {
        let learner = phone.learners().list().unwrap()[0].id;
        record(phone, learner, 3);
    }
    let (straight, around) = (join(&one, &server), join(&two, &other));
    assert!(sync(&one, straight, &server).in_step);
    sync(&two, around, &other);
    assert_eq!(pass_on(&other, &server), None);
    let all = [&one, &two].map(|phone| phone.sync().states().unwrap().events);
    assert_eq!(server.counts().unwrap().events, all.iter().sum::<u64>());
    assert_eq!(counted_of(&two, around, &other), all[1]);
}

#[test]
fn only_a_hub_can_be_shut_out_and_twice_is_once() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let phone = world.phone("phone");
    add(&phone, "Lan");
    let no = join(&phone, &server);
    sync(&phone, no, &server);
    assert_eq!(server.shut_out(hub.hub_id()).unwrap(), None, "it was never here");
    assert_eq!(server.let_in(hub.hub_id()).unwrap(), None);
    let device = phone.device().replica().unwrap();
    assert_eq!(server.shut_out(device).unwrap(), None, "that is a device");
    assert!(sync(&phone, no, &server).in_step);
    pass_on(&hub, &server);
    let out = server.shut_out(hub.hub_id()).unwrap();
    assert_eq!(server.shut_out(hub.hub_id()).unwrap(), out);
    assert!(server.let_in(hub.hub_id()).unwrap().is_some_and(|hub| hub.shut_out_s.is_none()));
    assert_eq!(server.let_in(hub.hub_id()).unwrap(), Some(only_hub(&server)));
}

#[test]
fn what_is_changed_beside_a_running_relay_holds_at_its_next_request() {
    let world = World::new();
    let folder = world.path("server");
    std::fs::create_dir(&folder).unwrap();
    let of_folder = || Ports { keys: Arc::new(FileKeyStore::new(folder.join("keys"))), ..ports() };
    assert!(Relay::open_beside(&folder, of_folder()).unwrap().is_none(), "none was ever opened");
    let server = Relay::open(&folder, &world.path("server.marker"), of_folder()).unwrap();
    let hub = world.relay("hub");
    let leaked = hub_code(&server);
    hub.set_upstream(&leaked).unwrap();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    let no = join(&phone, &hub);
    sync(&phone, no, &hub);
    pass_on(&hub, &server);

    let beside = Relay::open_beside(&folder, of_folder()).unwrap().unwrap();
    assert_eq!(hub_code(&beside), leaked);
    beside.shut_out(hub.hub_id()).unwrap().unwrap();
    assert_eq!(pass_on(&hub, &server), Some(Trouble::NotAdmitted));
    beside.renew_hub_code().unwrap();
    assert_eq!(hub_code(&server), hub_code(&beside));
    assert_ne!(hub_code(&server), leaked);
    beside.let_in(hub.hub_id()).unwrap().unwrap();
    drop(beside);
    record(&phone, lan, 2);
    sync(&phone, no, &hub);
    assert_eq!(pass_on(&hub, &server), None);
    let events = phone.sync().states().unwrap().events;
    assert_eq!(server.counts().unwrap().events, events);
    // That was no other opening: whoever was here goes on where it was, also after the next one.
    drop(server);
    let server = Relay::open(&folder, &world.path("server.marker"), of_folder()).unwrap();
    let mut round = hub.upstream_round();
    let mut exchanges = 0;
    while let Some(exchange) = round.next_exchange().unwrap() {
        exchanges += 1;
        round.take(reply(&server, &exchange.body)).unwrap();
    }
    assert_eq!((exchanges, round.told, round.trouble), (1, 0, None));
}
