//! Those who do not keep to the rules: forged senders, forged relays, bundles made to harm. Each
//! attack by its own test; what it must not reach is stated at its end.
//!
//! - reading and erasing what is not one's own; posing as a hub
//! - batches that nobody signed, receipts that nobody gave
//! - lost slots: what stands before one, and what is said to be lost and is not
//! - bundles that are small and cost much; quotas; branches, merged or not; counters and clocks
//!   without measure
//! - hubs that are told what is not theirs, and what nobody proves
//! - altered bytes anywhere, on either way

#![allow(clippy::unwrap_used, reason = "clippy takes helpers of a scenario for no tests")]

mod village;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use ed25519_dalek::{Signer, SigningKey};
use hocvu::relay::http::{RelayService, routes};
use hocvu::relay::{Relay, RelayError, Took};
use hocvu_core::HocvuCore;
use hocvu_core::ids::{CourseId, LearnerId, ReplicaId};
use hocvu_core::journal::{
    Deed, Event, GroupSet, LearnerHeld, Link, event_hash, first_link, learner_id, next_link,
    replica_id, sign_head, sign_held,
};
use hocvu_core::learner::TakeInRequest;
use hocvu_core::pack::Order;
use hocvu_core::ports::SystemEntropy;
use hocvu_core::sync::{
    ANSWER, Answer, BATCH, BUNDLE_BYTES_MAX, Batch, BatchSlot, CHAINS_MAX, Cursor, ERASURE, EVENTS,
    EVENTS_MAX, EXTRACT, Erasure, Expected, Extract, FRAMES_MAX, Frame, HOLDINGS_OF_DEVICE_MAX,
    Held, Holder, Holding, JoinCode, Lacking, OPENING, Opening, Outcome, Passed, Receipt,
    RecordStates, RelaySecret, ReplyReader, ReplyWriter, RequestReader, RequestWriter, Role,
    RoundView, STRETCHES_MAX, Status, Succession, Trouble, events_from_bytes, events_to_bytes,
};
use hocvu_core::text::from_typed;
use proptest::prelude::*;
use tower::ServiceExt;
use village::{ADDRESS, NOW_S, World, add, code, hub_code, join, pass_on, person, record, sync};

fn sync_by(phone: &HocvuCore, no: i64, mut answer: impl FnMut(&[u8]) -> Vec<u8>) -> RoundView {
    let mut round = phone.sync().round(no).unwrap();
    while let Some(exchange) = round.next_exchange().unwrap() {
        let body = answer(&exchange.body);
        round.take(Outcome::Reply { address: ADDRESS.to_owned(), body }).unwrap();
    }
    round.view().clone()
}

fn states(phone: &HocvuCore) -> RecordStates {
    phone.sync().states().unwrap()
}

fn events_of(relay: &Relay) -> Vec<Event> {
    let mut all = Vec::new();
    relay.for_each_event(&mut |event, _| all.push(event.clone())).unwrap();
    all
}

/// A phone with a learner of five events or so, in step with a relay.
fn village(world: &World) -> (HocvuCore, Relay, LearnerId, i64) {
    let (phone, relay) = (world.phone("phone"), world.relay("relay"));
    let lan = add(&phone, "Lan");
    record(&phone, lan, 3);
    let no = join(&phone, &relay);
    assert!(sync(&phone, no, &relay).in_step);
    (phone, relay, lan, no)
}

/// Somebody with a key and a join code who writes what he likes.
struct Forger {
    key: SigningKey,
    slots: Vec<BatchSlot>,
}

impl Forger {
    fn new(seed: u8) -> Self {
        Self { key: SigningKey::from_bytes(&[seed; 32]), slots: Vec::new() }
    }

    fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    fn replica(&self) -> ReplicaId {
        replica_id(&self.public_key())
    }

    fn note(
        &mut self,
        learner: Option<LearnerId>,
        (kind, kind_version, body): (u32, u32, Vec<u8>),
    ) {
        let seq = self.slots.len() as u64 + 1;
        let event = Event {
            replica: self.replica(),
            seq,
            lamport: seq,
            time_s: NOW_S,
            learner,
            kind,
            kind_version,
            body,
        };
        self.slots.push(BatchSlot::Event { event, salt: [9; 32] });
    }

    fn note_groups(&mut self, learner: Option<LearnerId>, count: usize) {
        for n in 0..count {
            self.note(learner, Deed::GroupSet(GroupSet { group: n as u8 % 4 }).to_body());
        }
    }

    fn batch(&self, first: usize, last: usize) -> Batch {
        signed(&self.key, &self.slots, (first, last))
    }

    fn opening(&self, code: &JoinCode) -> Opening {
        Opening {
            sender: self.public_key().into(),
            role: None,
            token: code.token.clone().map(Into::into),
            time_s: NOW_S,
            cursor: None,
            chains: None,
            reply_bytes_max: None,
            heads: None,
            counting: None,
            holdings: None,
        }
    }

    fn send(&self, relay: &Relay, frames: &[(u8, Vec<u8>)]) -> (Replied, Took) {
        self.send_as(relay, &self.opening(&code(relay)), frames)
    }

    fn send_as(
        &self,
        relay: &Relay,
        opening: &Opening,
        frames: &[(u8, Vec<u8>)],
    ) -> (Replied, Took) {
        let (body, expected) = self.bundle(relay, opening, frames);
        let (reply, took) = relay.answer(&body).unwrap().unwrap();
        (Replied::read(&expected, &reply), took)
    }

    fn bundle(
        &self,
        relay: &Relay,
        opening: &Opening,
        frames: &[(u8, Vec<u8>)],
    ) -> (Vec<u8>, Expected) {
        let mut writer = RequestWriter::begin(&relay.key(), &SystemEntropy).unwrap();
        let payload = opening.to_payload(&self.key, relay.key().id(), writer.enc());
        writer.add(OPENING, &payload);
        frames.iter().for_each(|(kind, payload)| writer.add(*kind, payload));
        writer.finish()
    }
}

/// The slots of a chain between two numbers, under a head that is signed.
fn signed(key: &SigningKey, slots: &[BatchSlot], (first, last): (usize, usize)) -> Batch {
    let public_key = key.verifying_key().to_bytes();
    let mut link = first_link(&public_key);
    for slot in &slots[..last] {
        link = after(&link, slot);
    }
    let signature = sign_head(key, last as u64, &link);
    Batch { public_key, first: first as u64, slots: slots[first - 1..last].to_vec(), signature }
}

fn after(link: &Link, slot: &BatchSlot) -> Link {
    match slot {
        BatchSlot::Event { event, salt } => next_link(link, &event_hash(salt, &event.to_bytes())),
        BatchSlot::Erased(hash) => next_link(link, hash),
        BatchSlot::Lost(link) => *link,
    }
}

struct Replied {
    answer: Answer,
    events: Vec<Event>,
    extracts: Vec<Extract>,
}

impl Replied {
    fn read(expected: &Expected, bytes: &[u8]) -> Self {
        let mut reader = ReplyReader::begin(expected, bytes).unwrap();
        let first = reader.next_frame().unwrap().unwrap();
        assert_eq!(first.kind, ANSWER);
        let answer = Answer::from_payload(&first.payload).unwrap();
        let (mut events, mut extracts) = (Vec::new(), Vec::new());
        while let Some(frame) = reader.next_frame().unwrap() {
            match frame.kind {
                EXTRACT => extracts.push(Extract::from_payload(&frame.payload).unwrap().0),
                EVENTS => events.extend(events_from_bytes(&frame.payload).unwrap()),
                ERASURE => drop(Erasure::from_payload(&frame.payload).unwrap()),
                other => panic!("a frame of kind {other}"),
            }
        }
        Self { answer, events, extracts }
    }
}

fn frames_of(relay: &Relay, body: &[u8]) -> Vec<Frame> {
    let mut reader = RequestReader::begin(relay.secret(), body).unwrap();
    std::iter::from_fn(|| reader.next_frame().unwrap()).collect()
}

/// The seed of a learner's card, as somebody reads it who has the card.
fn card_of(phone: &HocvuCore, learner: LearnerId) -> (SigningKey, ReplicaId) {
    let text = phone.learners().card(learner).unwrap().to_text();
    let bytes = from_typed("HOCVUC-", &text, 500).unwrap();
    let seed: [u8; 32] = bytes[4..36].try_into().unwrap();
    let origin: [u8; 16] = bytes[38..54].try_into().unwrap();
    (SigningKey::from_bytes(&seed), ReplicaId(origin))
}

fn learner_of(card: &SigningKey, origin: ReplicaId) -> LearnerId {
    learner_id(&card.verifying_key().to_bytes(), origin)
}

fn held_by(card: &SigningKey, origin: ReplicaId, replica: ReplicaId) -> (u32, u32, Vec<u8>) {
    let held = LearnerHeld {
        card_key: card.verifying_key().to_bytes(),
        signature: sign_held(card, replica),
        origin,
        group: 3,
    };
    Deed::LearnerHeld(held).to_body()
}

// Reading and erasing what is not one's own.

#[test]
fn a_stranger_reads_nothing_of_a_learner_it_does_not_hold() {
    let world = World::new();
    let (phone, relay, lan, _) = village(&world);
    let (card, origin) = card_of(&phone, lan);
    let mut forger = Forger::new(1);
    forger.note_groups(Some(lan), 2);
    let other = Forger::new(2);
    let wrong_card = SigningKey::from_bytes(&[3; 32]);
    forger.note(Some(lan), held_by(&wrong_card, origin, forger.replica()));
    forger.note(Some(lan), held_by(&card, origin, other.replica()));
    forger.note(Some(lan), held_by(&card, other.replica(), forger.replica()));
    let batch = (BATCH, forger.batch(1, 5).to_bytes());
    let (replied, took) = forger.send(&relay, &[batch]);
    assert_eq!(took.events, 5, "they were taken: whose they are is judged, not what they say");
    assert_eq!(replied.events, []);
    let as_relay = Opening { role: Some(Role::Relay), ..forger.opening(&hub_code(&relay)) };
    assert_eq!(forger.send_as(&relay, &as_relay, &[]).0.events, []);
    forger.note(Some(lan), held_by(&card, origin, forger.replica()));
    let (replied, _) = forger.send(&relay, &[(BATCH, forger.batch(6, 6).to_bytes())]);
    assert!(replied.events.len() >= 4, "with her card one may: {}", replied.events.len());
}

#[test]
fn nobody_is_let_in_without_a_token_and_nothing_of_his_is_kept() {
    let world = World::new();
    let (_, relay, _, _) = village(&world);
    let before = relay.counts().unwrap();
    let mut forger = Forger::new(1);
    forger.note_groups(None, 2);
    for token in [None, Some(vec![1; 16]), Some(vec![])] {
        let opening = Opening { token: token.map(Into::into), ..forger.opening(&code(&relay)) };
        let batch = (BATCH, forger.batch(1, 2).to_bytes());
        let (replied, took) = forger.send_as(&relay, &opening, &[batch]);
        assert_eq!(replied.answer.status, Some(Status::NotAdmitted));
        assert_eq!((took.events, replied.answer.receipts.len()), (0, 0));
    }
    assert_eq!(relay.counts().unwrap(), before);
}

#[test]
fn a_phones_code_makes_nobody_a_hub() {
    let world = World::new();
    let (phone, relay, lan, _) = village(&world);
    let before = relay.counts().unwrap();
    let (card, origin) = card_of(&phone, lan);
    let mut forger = Forger::new(1);
    forger.note(Some(lan), held_by(&card, origin, forger.replica()));
    let batch = (BATCH, forger.batch(1, 1).to_bytes());
    let as_hub = |code: &JoinCode| Opening { role: Some(Role::Relay), ..forger.opening(code) };
    for opening in [as_hub(&code(&relay)), forger.opening(&hub_code(&relay))] {
        let (replied, took) = forger.send_as(&relay, &opening, std::slice::from_ref(&batch));
        assert_eq!(replied.answer.status, Some(Status::NotAdmitted));
        assert_eq!((took.events, replied.answer.receipts.len()), (0, 0));
    }
    assert_eq!(relay.counts().unwrap(), before);
    // Once let in as a device, he stays one, whatever he calls himself and whatever code he has.
    let (_, took) = forger.send(&relay, &[batch]);
    assert_eq!(took.events, 1);
    let message = [&b"hocvu 2026-11 erasure\0"[..], &lan.0].concat();
    let signature = forger.key.sign(&message).to_bytes().into();
    let by = forger.public_key().into();
    let word = Erasure { learner: lan, by, signature, card_key: None, holder: None };
    for opening in [as_hub(&code(&relay)), as_hub(&hub_code(&relay))] {
        let word = (ERASURE, word.to_payload());
        let (replied, took) = forger.send_as(&relay, &opening, &[word]);
        assert_eq!((took.erasures, relay.counts().unwrap().erased), (0, 0));
        assert!(!replied.events.is_empty(), "she is on his device by her card");
    }
    let hub = world.relay("hub");
    let refused = hub.set_upstream(&code(&relay));
    assert!(matches!(refused, Err(RelayError::NotForHubs)), "{refused:?}");
    let refused = hub.set_upstream(&hub_code(&hub));
    assert!(matches!(refused, Err(RelayError::OwnCode)), "{refused:?}");
    assert_eq!(hub.upstream().unwrap(), None);
    assert!(phone.sync().join(&hub_code(&relay).to_text()).is_err());
    assert_eq!(phone.sync().relays().unwrap().len(), 1);
}

#[test]
fn a_stranger_erases_nobody() {
    let world = World::new();
    let (phone, relay, lan, no) = village(&world);
    let mut forger = Forger::new(1);
    forger.note_groups(Some(lan), 1);
    let batch = (BATCH, forger.batch(1, 1).to_bytes());
    let forged_relay = RelaySecret::from_seed(&[5; 32]);
    let by_relay = Erasure::by_relay(&forged_relay, lan);
    let (card, _) = card_of(&phone, lan);
    let by_card = Erasure::by_origin(&forger.key, &card.verifying_key().to_bytes());
    let renamed = Erasure { learner: lan, ..by_card.clone() };
    let mut as_own = Erasure { by: relay.key().sign.into(), ..by_relay.clone() };
    as_own.signature = forger.key.sign(b"hocvu").to_bytes().into();
    let words = [by_relay, by_card, renamed, as_own].map(|word| (ERASURE, word.to_payload()));
    let frames = [&[batch][..], &words].concat();
    let (_, took) = forger.send(&relay, &frames);
    assert_eq!(took.events, 1);
    let as_relay = |forger: &Forger| {
        let role = Some(Role::Relay);
        Opening { role, ..forger.opening(&hub_code(&relay)) }
    };
    let hub = Forger::new(2);
    hub.send_as(&relay, &as_relay(&hub), &words);
    let mut hub = Forger::new(3);
    hub.note_groups(Some(lan), 1);
    let own_word = {
        // Signed with the key that sends, after events that name her: of no device that holds her.
        let message = [&b"hocvu 2026-11 erasure\0"[..], &lan.0].concat();
        let signature = hub.key.sign(&message).to_bytes().into();
        Erasure {
            learner: lan,
            by: hub.public_key().into(),
            signature,
            card_key: None,
            holder: None,
        }
    };
    // Shows a device that held her by a card, but not by hers.
    let replica = replica_id(&hub.public_key());
    let signature = sign_held(&hub.key, replica).into();
    let holder = Holder { replica, origin: replica, signature };
    let shown = own_word.clone().showing(hub.public_key(), holder);
    let words = [own_word, shown].map(|word| (ERASURE, word.to_payload()));
    let frames = [&[(BATCH, hub.batch(1, 1).to_bytes())][..], &words].concat();
    let (_, took) = hub.send_as(&relay, &as_relay(&hub), &frames);
    assert_eq!((took.events, took.erasures), (1, 0));
    assert!(events_of(&relay).iter().any(|event| event.learner == Some(lan)));
    assert_eq!(sync(&phone, no, &relay).erased, []);
    assert_eq!(phone.learners().list().unwrap().len(), 1);
}

#[test]
fn one_hubs_word_reaches_the_devices_of_another_and_only_for_those_whom_it_serves() {
    let world = World::new();
    let server = world.relay("server");
    let (near, far) = (world.relay("near"), world.relay("far"));
    for hub in [&near, &far] {
        hub.set_upstream(&hub_code(&server)).unwrap();
    }
    let (one, two) = (world.phone("one"), world.phone("two"));
    let (lan, mai) = (add(&one, "Lan"), add(&two, "Mai"));
    let card = one.learners().card(lan).unwrap();
    two.learners().take_in(&TakeInRequest { card, person: person("Lan") }).unwrap();
    let (no_one, no_two) = (join(&one, &near), join(&two, &far));
    sync(&one, no_one, &near);
    sync(&two, no_two, &far);
    pass_on(&near, &server);
    pass_on(&far, &server);
    near.erase(lan).unwrap();
    near.erase(mai).unwrap();
    pass_on(&near, &server);
    assert_eq!(server.counts().unwrap().erased, 1, "near never served Mai");
    pass_on(&far, &server);
    assert_eq!(sync(&two, no_two, &far).erased, [lan]);
    assert_eq!(sync(&one, no_one, &near).erased, [lan]);
    assert!(two.learners().get(mai).unwrap().is_some());
}

#[test]
fn a_relay_erases_at_nobodys_word_but_its_own_and_the_countings() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    let liar = Liar::new(&phone, 7);
    let stranger = RelaySecret::from_seed(&[8; 32]);
    let mut unsigned = Erasure::by_relay(&liar.secret, lan);
    unsigned.signature = [1; 64].into();
    let by_stranger = Erasure::by_relay(&stranger, lan);
    for (word, trouble) in [(unsigned, Some(Trouble::BadReply)), (by_stranger, None)] {
        let view = liar.reply(&phone, |_, answer| (answer, vec![(ERASURE, word.to_payload())]));
        assert_eq!((view.erased.len(), view.trouble), (0, trouble.or(Some(Trouble::NotTaken))));
        assert!(phone.learners().get(lan).unwrap().is_some());
    }
}

#[test]
fn erasures_of_people_who_are_not_here_leave_nothing_behind() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    let liar = Liar::new(&phone, 7);
    let stranger = SigningKey::from_bytes(&[9; 32]);
    let before = states(&phone).events;
    for round in 0..3u8 {
        let view = liar.reply(&phone, |_, answer| {
            let nobody = |n: u8| LearnerId([round.wrapping_mul(80).wrapping_add(n); 16]);
            let by_relay = (0..70).map(|n| Erasure::by_relay(&liar.secret, nobody(n)));
            let by_origin = (0..70).map(|n| Erasure::by_origin(&stranger, &[n ^ round; 32]));
            let words = by_relay.chain(by_origin).map(|word| (ERASURE, word.to_payload()));
            (answer, words.collect())
        });
        assert_eq!(view.erased, []);
    }
    assert_eq!(states(&phone).events, before, "each word would be an event of the chain");
    let view = liar.reply(&phone, |_, answer| {
        (answer, vec![(ERASURE, Erasure::by_relay(&liar.secret, lan).to_payload())])
    });
    assert_eq!(view.erased, [lan], "of somebody who is here it is heeded");
}

// Batches that nobody signed, receipts that nobody gave.

#[test]
fn a_batch_that_its_replica_did_not_sign_is_not_taken() {
    let world = World::new();
    let (_, relay, _, _) = village(&world);
    let mut forger = Forger::new(1);
    forger.note_groups(None, 6);
    let whole = forger.batch(1, 4);
    let altered = |alter: &dyn Fn(&mut Batch)| {
        let mut batch = whole.clone();
        alter(&mut batch);
        batch
    };
    let other = Forger::new(2);
    let attacks: [(&str, Batch); 9] = [
        ("another key", altered(&|b| b.public_key = other.public_key())),
        ("another key's head", signed(&other.key, &forger.slots, (1, 4))),
        (
            "an altered event",
            altered(&|b| {
                let BatchSlot::Event { event, .. } = &mut b.slots[1] else { panic!() };
                event.time_s += 1;
            }),
        ),
        (
            "an altered salt",
            altered(&|b| {
                let BatchSlot::Event { salt, .. } = &mut b.slots[1] else { panic!() };
                salt[0] ^= 1;
            }),
        ),
        ("an event less", altered(&|b| drop(b.slots.pop()))),
        ("an event more", altered(&|b| b.slots.push(forger.slots[4].clone()))),
        (
            "events exchanged",
            altered(&|b| {
                let BatchSlot::Event { event, .. } = &mut b.slots[0] else { panic!() };
                event.body = Deed::GroupSet(GroupSet { group: 3 }).to_body().2;
            }),
        ),
        ("a hash that is none of it", altered(&|b| b.slots[2] = BatchSlot::Erased([4; 32]))),
        ("a lost slot at its end", altered(&|b| b.slots[3] = BatchSlot::Lost([4; 32]))),
    ];
    for (what, batch) in attacks {
        for bytes in [batch.to_bytes(), batch.to_plain_bytes()] {
            let (replied, took) = forger.send(&relay, &[(BATCH, bytes)]);
            assert_eq!((took.events, took.refused), (0, 1), "{what}");
            assert_eq!(replied.answer.receipts, [], "{what}");
        }
    }
    let (_, took) = forger.send(&relay, &[(BATCH, forger.batch(3, 6).to_bytes())]);
    assert_eq!((took.events, took.refused), (0, 1), "attached to nothing that is held");
    let (_, took) = forger.send(&relay, &[(BATCH, whole.to_bytes())]);
    assert_eq!((took.events, took.refused), (4, 0), "unaltered it is taken");
}

// What is said to be lost.

/// A chain of so many events, and the link after each.
fn chain(events: usize) -> (Forger, Vec<Link>) {
    let mut device = Forger::new(1);
    device.note_groups(None, events);
    let whole = device.batch(1, events);
    let links = whole.verify(&first_link(&whole.public_key)).unwrap();
    (device, links)
}

/// What somebody says in the place of the link after a slot, if it is not the true one.
type Forgery = fn(usize) -> Option<Link>;

/// A stretch of a chain whose first slots are said to be lost, under the device's own head; `forge`
/// alters the links that no head proves.
fn led_by_lost(
    device: &Forger,
    links: &[Link],
    (first, lost, last): (usize, usize, usize),
    forge: impl Fn(usize) -> Option<Link>,
) -> Batch {
    let mut batch = device.batch(first, last);
    for at in 0..lost {
        let true_link = links[first + at - 1];
        let link = if at + 1 == lost { true_link } else { forge(at).unwrap_or(true_link) };
        batch.slots[at] = BatchSlot::Lost(link);
    }
    batch
}

/// All events of a chain are held once, and one receipt says so.
fn assert_holds_all(relay: &Relay, device: &Forger, what: &str) {
    let all: Vec<Event> = device.slots.iter().filter_map(|slot| slot.event().cloned()).collect();
    assert_eq!(events_of(relay), all, "{what}");
    let receipts = device.send(relay, &[]).0.answer.receipts;
    let own = receipts.iter().filter(|receipt| receipt.passed.is_none());
    let said: Vec<_> = own.map(|receipt| (receipt.seq, receipt.lacking.is_some())).collect();
    assert_eq!(said, [(all.len() as u64, false)], "{what}");
    assert_eq!(relay.counts().unwrap().damaged, 0, "{what}");
}

#[test]
fn what_nobody_made_cannot_stand_before_what_was_lost() {
    let world = World::new();
    let relay = world.relay("relay");
    let ((device, links), hub) = (chain(10), Forger::new(2));
    let mut made_up = device.batch(1, 10);
    let BatchSlot::Event { event, .. } = &mut made_up.slots[1] else { panic!() };
    event.body = Deed::GroupSet(GroupSet { group: 4 }).to_body().2;
    (made_up.slots[4], made_up.slots[5]) = (BatchSlot::Lost([7; 32]), BatchSlot::Lost(links[5]));
    for bytes in [made_up.to_bytes(), made_up.to_plain_bytes()] {
        let (_, took) = hub.send(&relay, &[(BATCH, bytes)]);
        assert_eq!((took.events, took.refused), (0, 1));
    }
    assert_eq!(events_of(&relay), []);
    // The device's own word, by another way.
    let led = led_by_lost(&device, &links, (5, 2, 10), |_| None);
    let frames = [device.batch(1, 4), led].map(|batch| (BATCH, batch.to_bytes()));
    let (replied, took) = device.send(&relay, &frames);
    assert_eq!((took.events, took.refused), (8, 0));
    let said = replied.answer.receipts[0].lacking.clone().unwrap();
    assert_eq!(Lacking::from_bytes(&said, 10), Some(lacking(5, 6)));
    // What was lost there turns up elsewhere.
    let (_, took) = hub.send(&relay, &[(BATCH, device.batch(5, 6).to_bytes())]);
    assert_eq!((took.events, took.filled), (2, 2));
    assert_holds_all(&relay, &device, "the true ones");
}

#[test]
fn what_is_said_to_be_lost_and_is_not_arrives_by_another_way() {
    let forgeries: [(&str, Forgery); 3] = [
        ("the true links", |_| None),
        ("no links", |_| Some([0; 32])),
        ("made-up links", |at| Some([at as u8 + 1; 32])),
    ];
    let ways: [&[(usize, usize)]; 5] = [
        &[(1, 10)],
        &[(1, 8)],
        &[(1, 5), (6, 9)],
        &[(1, 7), (8, 8)],
        &[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8)],
    ];
    for (what, forge) in forgeries {
        for way in ways {
            let world = World::new();
            let (relay, upstream) = (world.relay("relay"), world.relay("upstream"));
            relay.set_upstream(&hub_code(&upstream)).unwrap();
            let ((device, links), hub) = (chain(10), Forger::new(2));
            let said = led_by_lost(&device, &links, (1, 8, 10), forge).to_bytes();
            let (_, took) = hub.send(&relay, &[(BATCH, said.clone())]);
            assert_eq!((took.events, took.refused), (2, 0), "{what}");
            assert_eq!(pass_on(&relay, &upstream), None, "{what}");
            let mut new = 0;
            for (first, last) in way {
                let (_, took) =
                    device.send(&relay, &[(BATCH, device.batch(*first, *last).to_bytes())]);
                assert_eq!(took.refused, 0, "{what}, {way:?}");
                new += took.events;
                let held = events_of(&relay).len() as u64;
                assert_eq!(held, 2 + new, "{what}, {way:?}: nothing is double");
            }
            assert_eq!(new, 8, "{what}, {way:?}");
            assert_holds_all(&relay, &device, what);
            // Said once more it changes nothing.
            hub.send(&relay, &[(BATCH, said)]);
            assert_holds_all(&relay, &device, what);
            assert_eq!(pass_on(&relay, &upstream), None, "{what}, {way:?}");
            assert_holds_all(&upstream, &device, what);
        }
    }
}

#[test]
fn a_device_speaks_for_itself_alone_whatever_it_claims_to_hold() {
    let world = World::new();
    let relay = world.relay("relay");
    let (device, _) = chain(1);
    let holding = |n: usize| Holding {
        course: CourseId::parse(&format!("a-{n}")).unwrap(),
        order: Order { generation: 1, version: 1 },
        devices: u64::MAX,
    };
    let mut opening = device.opening(&code(&relay));
    opening.holdings = Some((0..3_000).map(holding).collect());
    device.send_as(&relay, &opening, &[]);
    let held = relay.holdings().unwrap();
    assert_eq!(held.len(), HOLDINGS_OF_DEVICE_MAX);
    assert!(held.iter().all(|held| held.devices == 1));
    opening.holdings = Some(Vec::new());
    device.send_as(&relay, &opening, &[]);
    assert_eq!(relay.holdings().unwrap(), []);
}

#[test]
fn a_device_that_knows_of_one_event_more_fills_that_alone() {
    let world = World::new();
    let relay = world.relay("relay");
    let (device, links) = chain(10);
    let led = led_by_lost(&device, &links, (5, 2, 10), |_| None);
    let frames = [device.batch(1, 4), led].map(|batch| (BATCH, batch.to_bytes()));
    device.send(&relay, &frames);
    let lacks = |replied: Replied| {
        let receipt = replied.answer.receipts.last().unwrap().clone();
        (receipt.seq, Lacking::from_bytes(&receipt.lacking.unwrap(), 10).unwrap())
    };
    // The second of the two, led by the first; then the first, signed where it ends.
    let second = led_by_lost(&device, &links, (5, 1, 6), |_| None);
    let (replied, took) = device.send(&relay, &[(BATCH, second.to_bytes())]);
    assert_eq!((took.events, took.filled), (1, 1));
    assert_eq!(lacks(replied), (10, lacking(5, 5)));
    let (_, took) = device.send(&relay, &[(BATCH, device.batch(5, 5).to_bytes())]);
    assert_eq!((took.events, took.filled), (1, 1));
    assert_holds_all(&relay, &device, "the second first");

    let other = world.relay("other");
    device.send(&other, &frames);
    let (replied, took) = device.send(&other, &[(BATCH, device.batch(5, 5).to_bytes())]);
    assert_eq!((took.events, took.filled), (1, 1), "its end is what the lost slot said");
    assert_eq!(lacks(replied), (10, lacking(6, 6)));
    // Without the first, it is attached to what holds the first now.
    let (_, took) = device.send(&other, &[(BATCH, device.batch(6, 8).to_bytes())]);
    assert_eq!((took.events, took.filled), (1, 1));
    assert_holds_all(&other, &device, "the first first");
}

#[test]
fn hashes_among_what_was_lost_are_kept_and_filled_as_any() {
    let world = World::new();
    let relay = world.relay("relay");
    let ((device, links), hub) = (chain(10), Forger::new(2));
    let said = led_by_lost(&device, &links, (1, 6, 10), |_| Some([9; 32]));
    hub.send(&relay, &[(BATCH, said.to_bytes())]);
    // Somebody's events go as hashes, and one that the relay has is a hash in what arrives.
    let mut hashed = device.batch(1, 8);
    [1, 2, 7].into_iter().for_each(|at: usize| hashed.slots[at].forget());
    let (replied, took) = device.send(&relay, &[(BATCH, hashed.to_bytes())]);
    assert_eq!((took.events, took.filled), (4, 4));
    let said = replied.answer.receipts[0].lacking.clone().unwrap();
    assert_eq!(Lacking::from_bytes(&said, 10), Some(lacking(2, 3)), "the eighth is still there");
    device.send(&relay, &[(BATCH, device.batch(2, 3).to_bytes())]);
    assert_holds_all(&relay, &device, "hashes");
}

#[test]
fn nothing_is_merged_in_front_of_what_was_lost() {
    let world = World::new();
    let relay = world.relay("relay");
    let (device, links) = chain(60);
    for n in 1..=60 {
        let batch = match n {
            20 => continue,
            21 => led_by_lost(&device, &links, (20, 1, 21), |_| None),
            n => device.batch(n, n),
        };
        let (_, took) = device.send(&relay, &[(BATCH, batch.to_bytes())]);
        assert_eq!((took.events, took.refused), (1, 0), "{n}");
        relay.tidy_up();
    }
    let counts = relay.counts().unwrap();
    assert_eq!((counts.events, counts.damaged), (59, 0));
    assert!(counts.segments < 12, "{} segments", counts.segments);
    device.send(&relay, &[(BATCH, device.batch(20, 20).to_bytes())]);
    assert_holds_all(&relay, &device, "merged");
}

#[test]
fn a_head_with_nothing_but_lost_slots_gets_a_receipt_that_lacks_them_all() {
    let world = World::new();
    let (relay, hub) = (world.relay("relay"), Forger::new(2));
    let (device, links) = chain(8);
    for n in [5, 8, 3] {
        let all = led_by_lost(&device, &links, (1, n, n), |_| None);
        let opening =
            Opening { chains: Some(vec![device.replica()]), ..hub.opening(&code(&relay)) };
        let (replied, took) = hub.send_as(&relay, &opening, &[(BATCH, all.to_bytes())]);
        assert_eq!((took.events, took.refused), (0, 0));
        assert!(!replied.answer.receipts.is_empty());
        for receipt in replied.answer.receipts {
            let bytes = receipt.lacking.clone().unwrap();
            assert_eq!(Lacking::from_bytes(&bytes, 8), Some(lacking(1, receipt.seq)), "{n}");
        }
    }
    let (_, took) = device.send(&relay, &[(BATCH, device.batch(1, 8).to_bytes())]);
    assert_eq!(took.events, 8);
    assert_holds_all(&relay, &device, "all");
}

#[test]
fn heads_that_are_said_to_stand_alone_do_not_use_up_the_branches() {
    let world = World::new();
    let relay = world.relay("relay");
    let ((device, links), hub) = (chain(60), Forger::new(2));
    for n in 1..=20 {
        let forge = |at: usize| Some([n as u8 * 7 + at as u8; 32]);
        let said = led_by_lost(&device, &links, (1, 3 * n - 1, 3 * n), forge);
        hub.send(&relay, &[(BATCH, said.to_bytes())]);
    }
    let held = events_of(&relay).len() as u64;
    assert!(held >= 8, "{held} events");
    let mut new = 0;
    for first in (1..60).step_by(5) {
        let batch = device.batch(first, first + 4);
        let (_, took) = device.send(&relay, &[(BATCH, batch.to_bytes())]);
        assert_eq!(took.refused, 0, "{first}");
        new += took.events;
    }
    assert_eq!(held + new, 60);
    assert_holds_all(&relay, &device, "branches");
}

/// A stretch of a chain as somebody may hand it on: its first slots said to be lost, some hashed.
type Handed = (usize, usize, usize, u64, u8);

fn handed_on(device: &Forger, links: &[Link], (first, lost, slots, hashed, lie): Handed) -> Batch {
    let last = (first + slots).min(device.slots.len());
    let lost = lost.min(last + 1 - first);
    let lies = |at: usize| (lie > 3).then_some([lie ^ at as u8; 32]);
    let mut batch = led_by_lost(device, links, (first, lost, last), lies);
    for (at, slot) in batch.slots.iter_mut().enumerate().skip(lost) {
        if hashed >> at & 1 == 1 {
            slot.forget();
        }
    }
    batch
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_was_said_to_be_lost_each_event_is_held_once_in_the_end(
        handed in prop::collection::vec((1..=12_usize, 0..8_usize, 0..8_usize, 0..8_u64, 0..8_u8), 1..9),
        ends in prop::collection::btree_set(1..12_usize, 0..4),
    ) {
        let world = World::new();
        let relay = world.relay("relay");
        let ((device, links), hub) = (chain(12), Forger::new(2));
        let mut new = 0;
        for one in handed {
            let batch = handed_on(&device, &links, one);
            new += hub.send(&relay, &[(BATCH, batch.to_bytes())]).1.events;
            let held = events_of(&relay);
            let mut once: Vec<u64> = held.iter().map(|event| event.seq).collect();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!((once.len() as u64, held.len() as u64), (new, new));
            for receipt in device.send(&relay, &[]).0.answer.receipts {
                let said = receipt.lacking.as_ref();
                let lacking = said.map_or_else(Lacking::default, |bytes| {
                    Lacking::from_bytes(bytes, receipt.seq).unwrap()
                });
                let is_there = |seq: u64| lacking.has(seq) || once.binary_search(&seq).is_ok();
                prop_assert!((1..=receipt.seq).all(is_there), "{receipt:?} for {once:?}");
            }
        }
        let mut first = 1;
        for last in ends.into_iter().chain([12]) {
            let (_, took) =
                device.send(&relay, &[(BATCH, device.batch(first, last).to_bytes())]);
            prop_assert_eq!(took.refused, 0);
            new += took.events;
            first = last + 1;
        }
        prop_assert_eq!(new, 12);
        assert_holds_all(&relay, &device, "in the end");
    }
}

/// A relay that answers as a test wants.
struct Liar {
    secret: RelaySecret,
    no: i64,
}

type Frames = Vec<(u8, Vec<u8>)>;

impl Liar {
    fn new(phone: &HocvuCore, seed: u8) -> Self {
        Self::of(phone, seed, None)
    }

    fn of(phone: &HocvuCore, seed: u8, counting: Option<&RelaySecret>) -> Self {
        let secret = RelaySecret::from_seed(&[seed; 32]);
        let code = JoinCode {
            relay: secret.key(),
            counting: counting.unwrap_or(&secret).key().sign,
            addresses: vec![ADDRESS.to_owned()],
            name: String::from("Trạm"),
            token: None,
            admits: Role::Replica,
        };
        let no = phone.sync().join(&code.to_text()).unwrap().no;
        Self { secret, no }
    }

    /// A round in which each reply is what `lie` makes of an answer that says nothing.
    fn reply(
        &self,
        phone: &HocvuCore,
        mut lie: impl FnMut(&Asked, Answer) -> (Answer, Frames),
    ) -> RoundView {
        sync_by(phone, self.no, |body| {
            let (asked, reader) = Asked::read(&self.secret, body);
            let empty = Answer {
                incarnation: [1; 8].into(),
                time_s: NOW_S,
                status: None,
                retry_after_s: None,
                bytes_max: None,
                cursor: Some(5),
                receipts: Vec::new(),
                more: None,
                frames: asked.frames,
                counting: None,
            };
            let (answer, frames) = lie(&asked, empty);
            let mut writer = ReplyWriter::answer(&reader, &SystemEntropy);
            writer.add(ANSWER, &answer.to_payload());
            frames.iter().for_each(|(kind, payload)| writer.add(*kind, payload));
            writer.finish()
        })
    }
}

/// What a relay learns from a request.
struct Asked {
    request: [u8; 16],
    sender: ReplicaId,
    frames: u32,
    /// The end of the chain that was sent, if one was.
    end: Option<(u64, Link)>,
}

impl Asked {
    fn read(secret: &RelaySecret, body: &[u8]) -> (Self, Expected) {
        let mut reader = RequestReader::begin(secret, body).unwrap();
        let expected = reader.expected();
        let first = reader.next_frame().unwrap().unwrap();
        let opening =
            Opening::from_payload(&first.payload, secret.key().id(), &expected.enc).unwrap();
        let sender = replica_id(&opening.sender);
        let mut asked = Self { request: expected.request_id(), sender, frames: 1, end: None };
        while let Some(frame) = reader.next_frame().unwrap() {
            asked.frames += 1;
            let Ok(batch) = Batch::from_bytes(&frame.payload) else { continue };
            if replica_id(&batch.public_key) != sender {
                continue;
            }
            let start = first_link(&batch.public_key);
            let before = asked.end.map_or(start, |(_, link)| link);
            let links = batch.verify(&before).unwrap();
            let last = batch.first + links.len() as u64 - 1;
            asked.end = Some((last, links[links.len() - 1]));
        }
        (asked, expected)
    }

    fn held(&self) -> Held {
        let (seq, link) = self.end.unwrap_or((1, [0; 32]));
        Held { replica: self.sender, seq, link, at_s: NOW_S, lacking: Lacking::default() }
    }
}

fn receipt(held: &Held, by: &RelaySecret, request: [u8; 16], passed: Option<Passed>) -> Receipt {
    Receipt { passed, ..held.receipt(Some(held.replica), by, &request) }
}

fn lacking(first: u64, last: u64) -> Lacking {
    let mut lacking = Lacking::default();
    lacking.add(first, last);
    lacking
}

#[test]
fn receipts_that_are_forged_replayed_or_foreign_move_nothing() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 5);
    let liar = Liar::new(&phone, 7);
    let before = states(&phone);
    let other = RelaySecret::from_seed(&[8; 32]);
    type Lie<'a> = &'a dyn Fn(&Asked) -> Receipt;
    let lies: [(&str, Lie<'_>); 9] = [
        ("signed by another", &|a| receipt(&a.held(), &other, a.request, None)),
        ("of another request", &|a| receipt(&a.held(), &liar.secret, [3; 16], None)),
        ("of another link", &|a| {
            let good = receipt(&a.held(), &liar.secret, a.request, None);
            Receipt { link: [1; 32].into(), ..good }
        }),
        ("of a number too high", &|a| {
            let held = Held { seq: u64::MAX, ..a.held() };
            receipt(&held, &liar.secret, a.request, None)
        }),
        ("without the hashes that it was signed with", &|a| {
            let held = Held { lacking: lacking(1, 2), ..a.held() };
            let good = receipt(&held, &liar.secret, a.request, None);
            Receipt { lacking: None, ..good }
        }),
        ("with hashes that it was not signed with", &|a| {
            let good = receipt(&a.held(), &liar.secret, a.request, None);
            Receipt { lacking: Some(lacking(1, 2).to_bytes().into()), ..good }
        }),
        ("of hashes beyond its end", &|a| {
            let held = Held { lacking: lacking(1, a.held().seq + 1), ..a.held() };
            receipt(&held, &liar.secret, a.request, None)
        }),
        ("about another chain, as this one's", &|a| {
            let held = Held { replica: ReplicaId([4; 16]), ..a.held() };
            let foreign = receipt(&held, &liar.secret, a.request, None);
            Receipt { replica: None, ..foreign }
        }),
        ("passed on without the giver's signature", &|a| {
            let passed = Passed { by: other.key().sign.into(), request: a.request.into() };
            receipt(&a.held(), &liar.secret, a.request, Some(passed))
        }),
    ];
    for (what, lie) in lies {
        let view = liar.reply(&phone, |asked, answer| {
            (Answer { receipts: vec![lie(asked)], ..answer }, Vec::new())
        });
        assert_eq!(view.trouble, Some(Trouble::BadReply), "{what}");
        assert_eq!(states(&phone), before, "{what}");
    }
    let view = liar.reply(&phone, |asked, answer| {
        let held = Held { replica: ReplicaId([4; 16]), ..asked.held() };
        let foreign = receipt(&held, &liar.secret, asked.request, None);
        (Answer { receipts: vec![foreign], ..answer }, Vec::new())
    });
    assert_eq!(view.trouble, Some(Trouble::NotTaken), "about somebody else's chain");
    assert_eq!(states(&phone), before);
    // It asks once more, with nothing to send, for what there is of those it holds since now.
    let end = std::cell::Cell::new(None);
    let view = liar.reply(&phone, |asked, answer| {
        end.set(asked.end.or(end.get()));
        let (seq, link) = end.get().unwrap();
        let held = Held { seq, link, ..asked.held() };
        let good = receipt(&held, &liar.secret, asked.request, None);
        (Answer { receipts: vec![good], ..answer }, Vec::new())
    });
    assert!(view.in_step, "a good one moves everything: {view:?}");
}

/// The reply to a bundle in a file, by a clock that says anything: a receipt for all that was sent,
/// or none.
fn reply_to_file(liar: &Liar, body: &[u8], at_s: i64, holds: bool) -> Vec<u8> {
    let (asked, expected) = Asked::read(&liar.secret, body);
    let held = Held { at_s, ..asked.held() };
    let receipt = receipt(&held, &liar.secret, asked.request, None);
    let answer = Answer {
        incarnation: [1; 8].into(),
        time_s: at_s,
        status: None,
        retry_after_s: None,
        bytes_max: None,
        cursor: Some(5),
        receipts: Some(receipt).filter(|_| holds).into_iter().collect(),
        more: None,
        frames: asked.frames,
        counting: None,
    };
    let mut writer = ReplyWriter::answer(&expected, &SystemEntropy);
    writer.add(ANSWER, &answer.to_payload());
    writer.finish()
}

#[test]
fn which_of_two_couriers_answers_is_newer_the_order_of_the_files_says_and_no_clock() {
    for second_s in [NOW_S + 60, NOW_S - 1_000_000_000] {
        let world = World::new();
        let phone = world.phone("phone");
        let lan = add(&phone, "Lan");
        record(&phone, lan, 4);
        let relay = Liar::new(&phone, 7);
        let (first, _) = phone.sync().export(relay.no).unwrap();
        record(&phone, lan, 3);
        let (second, _) = phone.sync().export(relay.no).unwrap();
        let (third, _) = phone.sync().export(relay.no).unwrap();
        let first = reply_to_file(&relay, &first, NOW_S, true);
        let second = reply_to_file(&relay, &second, second_s, true);
        // Put back to a day before it was sent anything; nothing was recorded here between the two.
        let third = reply_to_file(&relay, &third, second_s, false);
        let mut counted = Vec::new();
        for reply in [&first, &second, &first, &third, &second] {
            phone.sync().import_reply(reply).unwrap();
            counted.push(states(&phone).counted);
        }
        let all = states(&phone).events;
        assert_eq!(counted, [all - 3, all, all, 0, 0], "{second_s}");
    }
}

#[test]
fn only_the_counting_server_itself_gives_its_place_to_another() {
    let (counting, other) = (RelaySecret::from_seed(&[8; 32]), RelaySecret::from_seed(&[6; 32]));
    let hub = RelaySecret::from_seed(&[7; 32]);
    let to = other.key().sign;
    for (by, is_heeded) in [(&hub, false), (&other, false), (&counting, true)] {
        let world = World::new();
        let phone = world.phone("phone");
        let lan = add(&phone, "Lan");
        record(&phone, lan, 5);
        let liar = Liar::of(&phone, 7, Some(&counting));
        let end = std::cell::Cell::new(None);
        liar.reply(&phone, |asked, answer| {
            end.set(asked.end.or(end.get()));
            let (seq, link) = end.get().unwrap();
            let held = Held { seq, link, ..asked.held() };
            let passed = Passed { by: to.into(), request: [6; 16].into() };
            let own = receipt(&held, &liar.secret, asked.request, None);
            let claim = receipt(&held, &other, [6; 16], Some(passed));
            let counting = Some(Succession::by_relay(by, to));
            (Answer { receipts: vec![own, claim], counting, ..answer }, Vec::new())
        });
        let states = states(&phone);
        let (counted, named) = match is_heeded {
            true => (states.events, to),
            false => (0, counting.key().sign),
        };
        assert_eq!((states.counted, states.here), (counted, 0));
        assert_eq!(phone.sync().relays().unwrap()[0].counting, named);
    }
}

#[test]
fn a_hub_cannot_say_counted_in_the_counting_servers_place() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 5);
    let counting = RelaySecret::from_seed(&[8; 32]);
    let hub = Liar::of(&phone, 7, Some(&counting));
    let events = states(&phone).events;
    let before = states(&phone);
    let claim = |signer: &RelaySecret| {
        let view = hub.reply(&phone, |asked, answer| {
            let own = receipt(&asked.held(), &hub.secret, asked.request, None);
            let passed = Passed { by: counting.key().sign.into(), request: [6; 16].into() };
            let claimed = receipt(&asked.held(), signer, [6; 16], Some(passed));
            (Answer { receipts: vec![own, claimed], ..answer }, Vec::new())
        });
        (view.trouble, states(&phone))
    };
    assert_eq!(claim(&hub.secret), (Some(Trouble::BadReply), before));
    let view = hub.reply(&phone, |asked, answer| {
        let passed = Passed { by: hub.secret.key().sign.into(), request: asked.request.into() };
        let as_passed = receipt(&asked.held(), &hub.secret, asked.request, Some(passed));
        (Answer { receipts: vec![as_passed], ..answer }, Vec::new())
    });
    assert!(view.in_step);
    assert_eq!((states(&phone).received, states(&phone).counted), (events, 0));
    let second = world.phone("second");
    let mai = add(&second, "Mai");
    record(&second, mai, 2);
    let honest = Liar::of(&second, 7, Some(&counting));
    honest.reply(&second, |asked, answer| {
        let passed = Passed { by: counting.key().sign.into(), request: [6; 16].into() };
        let own = receipt(&asked.held(), &hub.secret, asked.request, None);
        let counted = receipt(&asked.held(), &counting, [6; 16], Some(passed));
        (Answer { receipts: vec![own, counted], ..answer }, Vec::new())
    });
    let after = states(&second);
    assert_eq!(after.counted, after.events, "the counting server's own word is passed on");
}

#[test]
fn a_hub_cannot_hide_what_the_counting_server_lacks() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 5);
    let counting = RelaySecret::from_seed(&[8; 32]);
    let hub = Liar::of(&phone, 7, Some(&counting));
    let events = states(&phone).events;
    let end = std::cell::Cell::new(None);
    let counted_at = |at_s: i64, lacks: Lacking, alter: &dyn Fn(Receipt) -> Receipt| {
        let view = hub.reply(&phone, |asked, answer| {
            end.set(asked.end.or(end.get()));
            let (seq, link) = end.get().unwrap();
            let held = Held { seq, link, ..asked.held() };
            let own = receipt(&held, &hub.secret, asked.request, None);
            let passed = Passed { by: counting.key().sign.into(), request: [6; 16].into() };
            let held = Held { at_s, lacking: lacks.clone(), ..held };
            let theirs = alter(receipt(&held, &counting, [6; 16], Some(passed)));
            (Answer { receipts: vec![own, theirs], ..answer }, Vec::new())
        });
        (view.trouble, states(&phone).counted)
    };
    let as_it_is = |receipt: Receipt| receipt;
    let hidden = |receipt: Receipt| Receipt { lacking: None, ..receipt };
    assert_eq!(counted_at(NOW_S, lacking(2, 4), &hidden), (Some(Trouble::BadReply), 0));
    assert_eq!(counted_at(NOW_S, lacking(2, 4), &as_it_is), (None, events - 3));
    // The server was put back from a backup since it held all: its older word is not believed.
    assert_eq!(counted_at(NOW_S - 9, Lacking::default(), &as_it_is), (None, events - 3));
    assert_eq!(counted_at(NOW_S + 9, Lacking::default(), &as_it_is), (None, events));
}

#[test]
fn a_relay_that_says_it_has_hashes_alone_is_not_sent_to_without_end() {
    let world = World::new();
    let (phone, honest, lan, no) = village(&world);
    record(&phone, lan, 4);
    let liar = Liar::new(&phone, 7);
    let end = std::cell::Cell::new(None);
    let view = liar.reply(&phone, |asked, answer| {
        end.set(asked.end.or(end.get()));
        let (seq, link) = end.get().unwrap();
        let held = Held { seq, link, lacking: lacking(1, seq), ..asked.held() };
        (
            Answer { receipts: vec![receipt(&held, &liar.secret, asked.request, None)], ..answer },
            Vec::new(),
        )
    });
    assert_eq!(view.trouble, Some(Trouble::NotTaken));
    assert!(view.exchanges < 6, "{view:?}");
    assert!(sync(&phone, no, &honest).in_step);
    let states = states(&phone);
    assert_eq!(states.counted, states.events);
}

#[test]
fn each_branch_is_receipted_with_what_is_lacking_on_it_alone() {
    let world = World::new();
    let relay = world.relay("relay");
    let mut forger = Forger::new(1);
    forger.note_groups(None, 12);
    let bare = |slots: &[BatchSlot], at: usize| {
        let mut slots = slots.to_vec();
        let BatchSlot::Event { event, salt } = &slots[at - 1] else { panic!() };
        slots[at - 1] = BatchSlot::Erased(event_hash(salt, &event.to_bytes()));
        slots
    };
    let branch = |from: usize, time_s: i64| {
        let mut slots = forger.slots.clone();
        for slot in &mut slots[from - 1..] {
            let BatchSlot::Event { event, .. } = slot else { panic!() };
            event.time_s = time_s;
        }
        slots
    };
    let send = |slots: &[BatchSlot], from: usize| {
        forger.send(&relay, &[(BATCH, signed(&forger.key, slots, (from, 12)).to_bytes())]).0
    };
    send(&bare(&bare(&forger.slots, 3), 12), 1);
    // Two others leave it in its middle, the second where the first is held too.
    send(&bare(&branch(7, NOW_S + 1), 9), 7);
    let replied = send(&bare(&branch(9, NOW_S + 2), 10), 9);
    let lacks = |receipt: &Receipt| {
        let bytes = receipt.lacking.as_ref().unwrap();
        Lacking::from_bytes(bytes, receipt.seq).unwrap().stretches().to_vec()
    };
    let mut all: Vec<_> = replied.answer.receipts.iter().map(lacks).collect();
    all.sort();
    assert_eq!(all, [[(3, 3), (9, 9)], [(3, 3), (10, 10)], [(3, 3), (12, 12)]]);
    // Merged, filled or not, it says the same of what is left.
    send(&bare(&forger.slots, 12), 1);
    let mut all: Vec<_> = forger.send(&relay, &[]).0.answer.receipts.iter().map(lacks).collect();
    all.sort();
    assert_eq!(all, [[(9, 9)], [(10, 10)], [(12, 12)]]);
}

#[test]
fn a_chain_of_very_many_hashes_silences_no_other() {
    let world = World::new();
    let relay = world.relay("relay");
    let mut forger = Forger::new(1);
    let stretches = STRETCHES_MAX + 1;
    forger.note_groups(None, 2 * stretches);
    for slot in forger.slots.iter_mut().step_by(2) {
        let BatchSlot::Event { event, salt } = &*slot else { panic!() };
        *slot = BatchSlot::Erased(event_hash(salt, &event.to_bytes()));
    }
    let step = 8_192;
    let mut replied = None;
    for from in (1..=2 * stretches).step_by(step) {
        let to = (from + step - 1).min(2 * stretches);
        replied = Some(forger.send(&relay, &[(BATCH, forger.batch(from, to).to_bytes())]).0);
    }
    let receipts = replied.unwrap().answer.receipts;
    assert_eq!(receipts, [], "it would have more than anybody reads");
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 3);
    let no = join(&phone, &relay);
    assert!(sync(&phone, no, &relay).in_step);
}

#[test]
fn a_relay_that_always_tells_of_forks_wears_nobody_out() {
    let world = World::new();
    let (phone, honest, lan, no) = village(&world);
    record(&phone, lan, 2);
    let liar = Liar::new(&phone, 7);
    let mut replicas = BTreeSet::new();
    for _ in 0..3 {
        let view = liar.reply(&phone, |asked, answer| {
            replicas.insert(asked.sender);
            let held = Held { link: [1; 32], ..asked.held() };
            let fork = receipt(&held, &liar.secret, asked.request, None);
            (Answer { receipts: vec![fork], ..answer }, Vec::new())
        });
        assert_eq!(view.trouble, Some(Trouble::BadReply));
    }
    assert!((2..=64).contains(&replicas.len()), "{} replicas", replicas.len());
    let view = sync(&phone, no, &honest);
    assert!(view.in_step, "{view:?}");
    let states = states(&phone);
    assert_eq!(states.counted, states.events, "{states:?}");
}

#[test]
fn a_relay_that_always_has_more_is_not_asked_for_ever() {
    let world = World::new();
    let phone = world.phone("phone");
    add(&phone, "Lan");
    let liar = Liar::new(&phone, 7);
    let view = liar.reply(&phone, |_, answer| (Answer { more: Some(true), ..answer }, Vec::new()));
    assert!(view.exchanges < 5, "{view:?}");
    let hub = world.relay("hub");
    let code = JoinCode { addresses: Vec::new(), ..hub_code(&world.relay("server")) };
    let code = JoinCode { relay: liar.secret.key(), ..code };
    hub.set_upstream(&code).unwrap();
    let mut round = hub.upstream_round();
    let mut exchanges = 0;
    while let Some(exchange) = round.next_exchange().unwrap() {
        exchanges += 1;
        let (asked, expected) = Asked::read(&liar.secret, &exchange.body);
        let huge = Held { seq: u64::MAX, link: [1; 32], at_s: i64::MAX, ..asked.held() };
        let mut answer = Answer {
            incarnation: [1; 8].into(),
            time_s: i64::MIN,
            status: None,
            retry_after_s: Some(u32::MAX),
            bytes_max: Some(0),
            cursor: Some(u64::MAX),
            receipts: Vec::new(),
            more: Some(true),
            frames: u32::MAX,
            counting: None,
        };
        if exchanges == 2 {
            answer.receipts = vec![receipt(&huge, &liar.secret, asked.request, None)];
        }
        let mut writer = ReplyWriter::answer(&expected, &SystemEntropy);
        writer.add(ANSWER, &answer.to_payload());
        let body = writer.finish();
        round.take(Outcome::Reply { address: ADDRESS.to_owned(), body }).unwrap();
        assert!(exchanges < 5, "the hub asks for ever");
    }
}

#[test]
fn a_relay_that_asks_to_be_left_alone_for_centuries_gets_a_day() {
    let world = World::new();
    let phone = world.phone("phone");
    add(&phone, "Lan");
    let liar = Liar::new(&phone, 7);
    let view = liar.reply(&phone, |asked, answer| {
        let receipts = vec![receipt(&asked.held(), &liar.secret, asked.request, None)];
        (Answer { receipts, retry_after_s: Some(u32::MAX), ..answer }, Vec::new())
    });
    assert!(view.in_step, "{view:?}");
    assert_eq!(phone.sync().relays().unwrap()[0].wait_s, 86_400);
}

#[test]
fn a_hub_leaves_an_upstream_alone_for_as_long_as_it_asks() {
    let world = World::new();
    let (server, hub) = (RelaySecret::from_seed(&[7; 32]), world.relay("hub"));
    let code = JoinCode { addresses: Vec::new(), ..hub_code(&world.relay("server")) };
    hub.set_upstream(&JoinCode { relay: server.key(), ..code }).unwrap();
    for (status, asked_s, wait_s) in [(Some(Status::Later), 5_000, 5_000), (None, u32::MAX, 86_400)]
    {
        let mut round = hub.upstream_round();
        let exchange = round.next_exchange().unwrap().unwrap();
        let (_, expected) = Asked::read(&server, &exchange.body);
        let answer = Answer {
            incarnation: [1; 8].into(),
            time_s: NOW_S,
            status,
            retry_after_s: Some(asked_s),
            bytes_max: None,
            cursor: None,
            receipts: Vec::new(),
            more: None,
            frames: 1,
            counting: None,
        };
        let mut writer = ReplyWriter::answer(&expected, &SystemEntropy);
        writer.add(ANSWER, &answer.to_payload());
        let body = writer.finish();
        round.take(Outcome::Reply { address: ADDRESS.to_owned(), body }).unwrap();
        assert!(round.next_exchange().unwrap().is_none());
        assert_eq!(hub.upstream().unwrap().unwrap().wait_s, wait_s);
    }
}

// Bundles that are small and cost much; quotas; branches; counters and clocks.

#[test]
fn a_hundred_thousand_frames_end_at_the_limit() {
    let world = World::new();
    let (_, relay, _, _) = village(&world);
    let forger = Forger::new(1);
    let frames = vec![(99, Vec::new()); 100_000];
    let (replied, took) = forger.send(&relay, &frames);
    assert_eq!(replied.answer.frames as usize, FRAMES_MAX);
    assert_eq!(took, Took::default());
}

#[test]
fn batches_that_claim_much_and_are_nothing_end_before_they_cost_much() {
    let world = World::new();
    let (_, relay, _, _) = village(&world);
    let mut forger = Forger::new(1);
    forger.note_groups(None, 1);
    let mut claim = forger.batch(1, 1).to_bytes();
    claim.truncate(1 + 32 + 64 + 1);
    claim.extend([0x80, 0x80, 0x01]);
    for form in [1, 2] {
        claim[0] = form;
        let (replied, took) = forger.send(&relay, &vec![(BATCH, claim.clone()); 200]);
        assert!(replied.answer.frames < 30, "{} frames were read", replied.answer.frames);
        assert_eq!((took.events, took.refused), (0, replied.answer.frames - 1));
    }
}

#[test]
fn asking_about_thousands_of_chains_gets_an_answer_that_can_be_read() {
    let world = World::new();
    let (_, relay, _, _) = village(&world);
    let mut forger = Forger::new(1);
    forger.note_groups(None, 1);
    forger.send(&relay, &[(BATCH, forger.batch(1, 1).to_bytes())]);
    let asking = |chains| {
        let opening = forger.opening(&code(&relay));
        Opening { chains: Some(vec![forger.replica(); chains]), ..opening }
    };
    let (replied, _) = forger.send_as(&relay, &asking(CHAINS_MAX), &[]);
    assert_eq!(replied.answer.receipts.len(), CHAINS_MAX);
    let (body, _) = forger.bundle(&relay, &asking(CHAINS_MAX + 1), &[]);
    assert!(relay.answer(&body).unwrap().is_err());
}

#[test]
fn copies_without_measure_are_not_taken_in() {
    let world = World::new();
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    let liar = Liar::new(&phone, 7);
    let event = Event {
        replica: ReplicaId([5; 16]),
        seq: 1,
        lamport: 1,
        time_s: NOW_S,
        learner: Some(lan),
        kind: 500,
        kind_version: 1,
        body: vec![0xa0],
    };
    let events: Vec<_> =
        (1..=EVENTS_MAX as u64).map(|seq| Event { seq, lamport: seq, ..event.clone() }).collect();
    let frame = (EVENTS, events_to_bytes(&events));
    assert!(frame.1.len() < 20_000, "few bytes stand for many events");
    let view = liar.reply(&phone, |_, answer| (answer, vec![frame.clone(); 2]));
    assert_eq!((view.trouble, view.copies), (Some(Trouble::BadReply), 0));
}

#[test]
fn hashes_that_are_filled_beyond_measure_do_not_spoil_the_relay() {
    let world = World::new();
    let (phone, relay, lan, no) = village(&world);
    let mut forger = Forger::new(1);
    let mut body = vec![0xa1, 0x00, 0x59, 0x3a, 0x98];
    body.resize(5 + 15_000, 7);
    for _ in 0..136 {
        forger.note(None, (500, 1, body.clone()));
    }
    let mut hashes = forger.slots.clone();
    hashes.iter_mut().for_each(BatchSlot::forget);
    let hidden = signed(&forger.key, &hashes, (1, 136));
    let (_, took) = forger.send(&relay, &[(BATCH, hidden.to_bytes())]);
    assert_eq!((took.events, took.refused), (0, 0));
    for (first, last) in [(1, 68), (69, 136)] {
        forger.send(&relay, &[(BATCH, forger.batch(first, last).to_bytes())]);
    }
    assert!(events_of(&relay).len() > 68, "what fits is filled");
    record(&phone, lan, 1);
    assert!(sync(&phone, no, &relay).in_step);
    let upstream = world.relay("upstream");
    relay.set_upstream(&hub_code(&upstream)).unwrap();
    assert_eq!(pass_on(&relay, &upstream), None);
    assert_eq!(events_of(&upstream).len(), events_of(&relay).len());
}

#[test]
fn a_segment_still_travels_when_all_of_it_was_erased() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let mut forger = Forger::new(1);
    let card = SigningKey::from_bytes(&[2; 32]);
    let card_key = card.verifying_key().to_bytes();
    let word = Erasure::by_origin(&forger.key, &card_key);
    forger.note(Some(word.learner), held_by(&card, forger.replica(), forger.replica()));
    forger.note_groups(Some(word.learner), 8_499);
    let batch = forger.batch(1, 8_500).to_bytes();
    let (_, took) = forger.send(&hub, &[(BATCH, batch), (ERASURE, word.to_payload())]);
    assert_eq!((took.events, took.erasures), (8_500, 1));
    assert!(hub.counts().unwrap().bytes > 256 * 1024);
    assert_eq!(pass_on(&hub, &server), None);
    assert_eq!(server.counts().unwrap().erased, 1);
    assert_eq!(events_of(&hub), []);
}

#[test]
fn a_flood_of_branches_ends_and_the_true_one_goes_on() {
    let world = World::new();
    let (_, relay, _, _) = village(&world);
    let mut forger = Forger::new(1);
    forger.note_groups(None, 1);
    let mut replied = None;
    for n in 0..40 {
        let mut branch = forger.slots.clone();
        let BatchSlot::Event { event, salt } = &forger.slots[0] else { panic!() };
        let event = Event { seq: 2, lamport: 2, time_s: n, ..event.clone() };
        branch.push(BatchSlot::Event { event, salt: *salt });
        let from = 1 + (n % 2) as usize;
        let batch = signed(&forger.key, &branch, (from, 2));
        replied = Some(forger.send(&relay, &[(BATCH, batch.to_bytes())]).0);
        if n == 0 {
            forger.slots = branch;
        } else {
            forger.slots.truncate(2);
        }
    }
    let receipts = replied.unwrap().answer.receipts.len();
    assert!(receipts <= 16, "{receipts} branches");
    forger.note_groups(None, 3);
    let (_, took) = forger.send(&relay, &[(BATCH, forger.batch(3, 5).to_bytes())]);
    assert_eq!(took.events, 3);
}

#[test]
fn what_the_upstream_never_takes_does_not_stand_before_the_rest() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let forger = Forger::new(1);
    let branch = |n: u8, length: usize| {
        let slots: Vec<_> = (0..length).map(|_| BatchSlot::Erased([n; 32])).collect();
        (BATCH, signed(&forger.key, &slots, (1, length)).to_bytes())
    };
    for n in 0..16 {
        forger.send(&server, &[branch(n, 1)]);
        forger.send(&hub, &[branch(100 + n, 2_200)]);
    }
    assert!(hub.counts().unwrap().bytes > 1 << 20, "more than one bundle holds");
    let phone = world.phone("phone");
    let lan = add(&phone, "Lan");
    record(&phone, lan, 3);
    let no = join(&phone, &hub);
    assert!(sync(&phone, no, &hub).in_step);
    pass_on(&hub, &server);
    assert_eq!(server.counts().unwrap().events, states(&phone).events);
    sync(&phone, no, &hub);
    assert_eq!(states(&phone).counted, states(&phone).events);
}

#[test]
fn what_the_upstream_did_not_take_still_waits_and_since_when_is_known() {
    let world = World::new();
    let (hub, server) = world.hub_and_server();
    let mut forger = Forger::new(1);
    forger.note_groups(None, 2);
    for n in 0..16 {
        let branch = signed(&forger.key, &[BatchSlot::Erased([n; 32])], (1, 1));
        forger.send(&server, &[(BATCH, branch.to_bytes())]);
    }
    forger.send(&hub, &[(BATCH, forger.batch(1, 2).to_bytes())]);
    assert_eq!(pass_on(&hub, &server), Some(Trouble::NotTaken));
    assert_eq!((hub.counts().unwrap().waiting, hub.waiting_since().unwrap()), (2, Some(NOW_S)));
}

/// A device that holds somebody by her card and reads what is told of her, a little at a time.
struct Reader {
    forger: Forger,
    cursor: Option<Cursor>,
    told: Vec<Event>,
}

impl Reader {
    fn new(
        relay: &Relay,
        seed: u8,
        (card, origin): (SigningKey, ReplicaId),
        who: LearnerId,
    ) -> Self {
        let mut forger = Forger::new(seed);
        forger.note(Some(who), held_by(&card, origin, forger.replica()));
        forger.send(relay, &[(BATCH, forger.batch(1, 1).to_bytes())]);
        Self { forger, cursor: None, told: Vec::new() }
    }

    /// Reads until nothing more waits, with so much room in each reply.
    fn read(&mut self, relay: &Relay, room: u32) {
        for _ in 0..1_000 {
            let opening = self.forger.opening(&code(relay));
            let (cursor, reply_bytes_max) = (self.cursor, Some(room));
            let opening = Opening { cursor, reply_bytes_max, ..opening };
            let replied = self.forger.send_as(relay, &opening, &[]).0;
            let number = replied.answer.cursor.unwrap();
            assert!(number >= self.cursor.map_or(0, |before| before.number), "it goes back");
            self.cursor = Some(Cursor { incarnation: replied.answer.incarnation, number });
            self.told.extend(replied.events);
            if replied.answer.more.is_none() {
                return;
            }
        }
        panic!("there is always more");
    }
}

#[test]
fn merged_segments_are_told_to_each_device_once_wherever_its_cursor_stands() {
    let world = World::new();
    let (phone, relay, lan, no) = village(&world);
    let mai = add(&phone, "Mai");
    let second = world.phone("second");
    let card = phone.learners().card(lan).unwrap();
    second.learners().take_in(&TakeInRequest { card, person: person("Lan") }).unwrap();
    let no_second = join(&second, &relay);
    let reader = |seed| Reader::new(&relay, seed, card_of(&phone, lan), lan);
    // In step after each sync; now and then; a few bytes at a time; at the very end.
    let mut readers = [reader(21), reader(22), reader(23), reader(24)];
    for n in 0..120 {
        record(&phone, if n % 3 == 0 { mai } else { lan }, 1 + n % 2);
        sync(&phone, no, &relay);
        if n % 4 == 0 {
            record(&second, lan, 1);
            sync(&second, no_second, &relay);
        }
        readers[0].read(&relay, 512 * 1024);
        if n % 17 == 0 {
            readers[1].read(&relay, 512 * 1024);
            readers[2].read(&relay, 600);
        }
    }
    let counts = relay.counts().unwrap();
    assert!(counts.segments < 40, "{} segments of 150 syncs", counts.segments);
    for (n, reader) in readers.iter_mut().enumerate() {
        reader.read(&relay, if n == 2 { 600 } else { 512 * 1024 });
        let own = reader.forger.replica();
        let hers = |event: &Event| event.learner == Some(lan) && event.replica != own;
        let all: Vec<_> = events_of(&relay).into_iter().filter(hers).collect();
        let told: BTreeSet<_> = reader.told.iter().map(Event::to_bytes).collect();
        assert_eq!(told.len(), reader.told.len(), "reader {n} was told something twice");
        assert_eq!(told, all.iter().map(Event::to_bytes).collect(), "reader {n}");
    }
    let states = states(&phone);
    assert_eq!((states.counted, states.here), (states.events, 0));
    let view = sync(&phone, no, &relay);
    assert_eq!((view.exchanges, view.received), (1, 0), "receipts are as before");
}

#[test]
fn branches_of_merged_segments_are_kept_and_passed_on() {
    let world = World::new();
    let (relay, upstream) = (world.relay("relay"), world.relay("upstream"));
    let mut forger = Forger::new(1);
    forger.note_groups(None, 40);
    for n in 1..=40 {
        forger.send(&relay, &[(BATCH, forger.batch(n, n).to_bytes())]);
    }
    assert!(relay.counts().unwrap().segments < 8);
    // A clone goes on from the middle of what has become one segment.
    let mut branch = forger.slots[..10].to_vec();
    for n in 11..=30 {
        let BatchSlot::Event { event, salt } = &forger.slots[n - 1] else { panic!() };
        let event = Event { time_s: NOW_S + 9, ..event.clone() };
        branch.push(BatchSlot::Event { event, salt: *salt });
        let batch = signed(&forger.key, &branch, (n, n));
        let (_, took) = forger.send(&relay, &[(BATCH, batch.to_bytes())]);
        assert_eq!((took.events, took.refused), (1, 0), "{n}");
    }
    let replied = forger.send(&relay, &[]).0;
    let heads: Vec<_> = replied.answer.receipts.iter().map(|receipt| receipt.seq).collect();
    assert_eq!(heads, [30, 40]);
    assert_eq!(events_of(&relay).len(), 60);
    relay.set_upstream(&hub_code(&upstream)).unwrap();
    assert_eq!(pass_on(&relay, &upstream), None);
    assert_eq!(events_of(&upstream), events_of(&relay));
}

#[test]
fn a_body_beyond_the_limit_is_refused_whatever_it_claims() {
    let world = World::new();
    let service = RelayService::start(Arc::new(world.relay("relay"))).unwrap();
    let send = |bytes: usize, claimed: Option<&str>| {
        let mut request = Request::post("/v1/sync");
        if let Some(claimed) = claimed {
            request = request.header("content-length", claimed);
        }
        let request = request.body(Body::from(vec![0; bytes])).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(routes(Arc::clone(&service)).oneshot(request)).unwrap().status()
    };
    let most = BUNDLE_BYTES_MAX;
    assert_eq!(send(most + 1, None), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(most + 1, Some("5")), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(5, Some("99999999999")), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(most, None), StatusCode::BAD_REQUEST, "read, and no bundle");
}

#[test]
fn over_its_quota_a_sender_is_told_later_and_others_go_on() {
    let world = World::new();
    let (phone, relay, lan, no) = village(&world);
    let mut forger = Forger::new(1);
    forger.note_groups(None, 1);
    let (mut heavy, _) = forger.bundle(&relay, &forger.opening(&code(&relay)), &[]);
    heavy.resize(4 << 20, 0);
    for _ in 0..16 {
        relay.answer(&heavy).unwrap().unwrap();
    }
    let (replied, took) = forger.send(&relay, &[(BATCH, forger.batch(1, 1).to_bytes())]);
    assert_eq!(replied.answer.status, Some(Status::Later));
    assert!(replied.answer.retry_after_s.is_some_and(|s| (1..=21_600).contains(&s)));
    assert_eq!(took, Took { status: Some(Status::Later), ..Took::default() });
    record(&phone, lan, 2);
    assert!(sync(&phone, no, &relay).in_step);
}

#[test]
fn counters_and_clocks_without_measure_change_nothing_of_hers() {
    let world = World::new();
    let (phone, relay, lan, no) = village(&world);
    let (card, origin) = card_of(&phone, lan);
    let mut forger = Forger::new(1);
    forger.note(Some(lan), held_by(&card, origin, forger.replica()));
    forger.note_groups(Some(lan), 40);
    for (n, slot) in forger.slots.iter_mut().enumerate() {
        let BatchSlot::Event { event, .. } = slot else { panic!() };
        event.lamport = (1 << 62) + n as u64;
        event.time_s = [1_000_000_000_000_000, -1_000_000_000_000_000, i64::MAX, i64::MIN][n % 4];
    }
    let mut opening = forger.opening(&code(&relay));
    opening.time_s = i64::MIN;
    let batch = (BATCH, forger.batch(1, 41).to_bytes());
    let (_, took) = forger.send_as(&relay, &opening, &[batch]);
    assert_eq!(took.events, 41, "nothing is refused because of a clock");
    let view = sync(&phone, no, &relay);
    assert_eq!((view.copies, view.trouble), (41, None));
    record(&phone, lan, 2);
    assert!(sync(&phone, no, &relay).in_step);
    let own = events_of(&relay).into_iter().filter(|event| event.replica != forger.replica());
    let highest = own.map(|event| event.lamport).max().unwrap();
    assert!(highest < 1 << 33, "a liar used up the counter: {highest}");
    assert!(phone.learners().export(lan).is_ok());
    assert_eq!(phone.doctor().unwrap().faults, []);
}

// What an upstream tells its hubs.

#[test]
fn a_hub_is_told_of_nobody_whose_card_was_not_shown_to_a_device_behind_it() {
    let world = World::new();
    let (phone, relay, lan, no) = village(&world);
    let mai = add(&phone, "Mai");
    record(&phone, mai, 3);
    assert!(sync(&phone, no, &relay).in_step);
    let (card, origin) = card_of(&phone, lan);
    let hub = Forger::new(1);
    let mut device = Forger::new(2);
    let as_hub = Opening { role: Some(Role::Relay), ..hub.opening(&hub_code(&relay)) };
    device.note_groups(Some(lan), 2);
    let wrong_card = SigningKey::from_bytes(&[3; 32]);
    device.note(Some(lan), held_by(&wrong_card, origin, device.replica()));
    device.note(Some(lan), held_by(&card, origin, hub.replica()));
    device.note(Some(lan), held_by(&card, hub.replica(), device.replica()));
    device.note(Some(mai), held_by(&card, origin, device.replica()));
    let batch = (BATCH, device.batch(1, 6).to_bytes());
    for frames in [vec![batch], Vec::new()] {
        let (replied, _) = hub.send_as(&relay, &as_hub, &frames);
        assert_eq!((replied.extracts, replied.events), (Vec::new(), Vec::new()));
    }
    device.note(Some(lan), held_by(&card, origin, device.replica()));
    let batch = (BATCH, device.batch(7, 7).to_bytes());
    let (replied, _) = hub.send_as(&relay, &as_hub, &[batch]);
    let slots = replied.extracts.iter().flat_map(|extract| &extract.batch.slots);
    let events: Vec<&Event> = slots
        .filter_map(|slot| match slot {
            BatchSlot::Event { event, .. } => Some(event),
            _ => None,
        })
        .collect();
    assert!(events.iter().filter(|event| event.replica == origin).count() >= 5, "{events:?}");
    assert!(events.iter().all(|event| event.learner == Some(lan)), "{events:?}");
    // Whoever comes with the code for devices is no hub, and gets none.
    let stranger = Forger::new(4);
    assert_eq!(stranger.send(&relay, &[]).0.extracts, []);
}

/// A hub whose upstream lies, with Lan on a phone behind it, and a device elsewhere that truly holds
/// her.
struct LyingUpstream {
    secret: RelaySecret,
    hub: Relay,
    lan: LearnerId,
    device: Forger,
    cursor: u64,
    _world: World,
}

impl LyingUpstream {
    fn new() -> Self {
        let world = World::new();
        let (phone, hub, lan, _) = village(&world);
        let secret = RelaySecret::from_seed(&[7; 32]);
        let code = hub_code(&world.relay("nobody"));
        hub.set_upstream(&JoinCode { relay: secret.key(), ..code }).unwrap();
        let (card, origin) = card_of(&phone, lan);
        let mut device = Forger::new(2);
        device.note(Some(lan), held_by(&card, origin, device.replica()));
        device.note_groups(Some(lan), 5);
        Self { secret, hub, lan, device, cursor: 1, _world: world }
    }

    /// One round in which the upstream answers with these frames and, as long as it says so, more.
    fn tell(&mut self, frames: &[Vec<u8>], more: bool) -> (u32, Option<Trouble>) {
        let mut round = self.hub.upstream_round();
        let mut exchanges = 0;
        while let Some(exchange) = round.next_exchange().unwrap() {
            exchanges += 1;
            let (_, expected) = Asked::read(&self.secret, &exchange.body);
            self.cursor += 1;
            let answer = Answer {
                incarnation: [1; 8].into(),
                time_s: NOW_S,
                status: None,
                retry_after_s: None,
                bytes_max: None,
                cursor: Some(self.cursor),
                receipts: Vec::new(),
                more: more.then_some(true),
                frames: 1,
                counting: None,
            };
            let mut writer = ReplyWriter::answer(&expected, &SystemEntropy);
            writer.add(ANSWER, &answer.to_payload());
            frames.iter().for_each(|frame| writer.add(EXTRACT, frame));
            let body = writer.finish();
            round.take(Outcome::Reply { address: ADDRESS.to_owned(), body }).unwrap();
        }
        (exchanges, round.trouble)
    }

    fn told(&self) -> u64 {
        self.hub.counts().unwrap().told
    }
}

fn extract(batch: Batch) -> Extract {
    Extract { cursor: 9, before: first_link(&batch.public_key), batch }
}

#[test]
fn an_upstream_that_forges_extracts_adds_nothing_and_hinders_none_that_is_true() {
    let mut upstream = LyingUpstream::new();
    let (lan, device) = (upstream.lan, &upstream.device);
    let card = SigningKey::from_bytes(&[3; 32]);
    let whole = device.batch(1, 6);
    let mut forged = Vec::new();
    let mut altered = whole.clone();
    if let BatchSlot::Event { event, .. } = &mut altered.slots[3] {
        event.time_s += 1;
    }
    forged.push(extract(altered).to_payload());
    forged.push(extract(Batch { signature: [5; 64], ..whole.clone() }).to_payload());
    forged.push(Extract { before: [1; 32], ..extract(whole.clone()) }.to_payload());
    forged.push(extract(Batch { first: 2, ..whole.clone() }).to_payload());
    // A true head behind a slot that is said to be lost vouches for nothing before it; and one that is
    // led by such a slot would follow any link.
    let mut behind_a_gap = whole.clone();
    let end = whole.verify(&first_link(&whole.public_key)).unwrap()[5];
    if let BatchSlot::Event { event, .. } = &mut behind_a_gap.slots[2] {
        event.body = Deed::GroupSet(GroupSet { group: 4 }).to_body().2;
    }
    behind_a_gap.slots[5] = BatchSlot::Lost(end);
    forged.push(extract(behind_a_gap).to_payload());
    let mut led = whole.clone();
    led.slots[0] = BatchSlot::Lost(whole.verify(&first_link(&whole.public_key)).unwrap()[0]);
    assert!(led.verify(&first_link(&whole.public_key)).is_ok(), "as a batch it holds");
    forged.push(extract(led).to_payload());
    // Chains of the upstream's own: nobody's card lets them hold her.
    let mut own = Forger::new(8);
    own.note_groups(Some(lan), 3);
    forged.push(extract(own.batch(1, 3)).to_payload());
    own.note(Some(lan), held_by(&card, own.replica(), own.replica()));
    forged.push(extract(own.batch(1, 4)).to_payload());
    // Of people whom nobody behind the hub holds.
    let mut other = Forger::new(9);
    let stranger = learner_of(&card, other.replica());
    other.note(Some(stranger), held_by(&card, other.replica(), other.replica()));
    other.note_groups(Some(stranger), 3);
    other.note_groups(None, 3);
    forged.push(extract(other.batch(1, 7)).to_payload());
    forged.extend([Vec::new(), vec![0x80; 40], vec![9; 400]]);
    let (_, trouble) = upstream.tell(&forged, false);
    assert_eq!(trouble, Some(Trouble::NotTaken), "what goes up goes on as ever");
    assert_eq!(upstream.told(), 0);
    forged.insert(4, extract(whole).to_payload());
    upstream.tell(&forged, false);
    assert_eq!(upstream.told(), 6);
    upstream.hub.for_each_told(&mut |event, _| assert_eq!(event.learner, Some(lan))).unwrap();
    upstream.tell(&forged, false);
    assert_eq!(upstream.told(), 6, "nothing is kept twice");
    upstream.hub.erase(lan).unwrap();
    upstream.tell(&forged, false);
    assert_eq!(upstream.told(), 0);
}

#[test]
fn an_upstream_that_tells_without_end_is_not_asked_without_end_and_fills_no_disk() {
    let mut upstream = LyingUpstream::new();
    let whole = extract(upstream.device.batch(1, 6)).to_payload();
    let mut own = Forger::new(8);
    own.note_groups(Some(upstream.lan), 200);
    let frames = [whole, extract(own.batch(1, 200)).to_payload()];
    let (exchanges, _) = upstream.tell(&frames, true);
    assert!(exchanges < 100, "{exchanges}");
    assert_eq!(upstream.told(), 6);
    // A few bytes that stand for very many slots.
    let mut long = Forger::new(9);
    long.note_groups(Some(upstream.lan), EVENTS_MAX);
    let long = extract(long.batch(1, EVENTS_MAX)).to_payload();
    let frames = vec![long; 80];
    let (_, trouble) = upstream.tell(&frames, false);
    assert_eq!((upstream.told(), trouble), (6, Some(Trouble::BadReply)));
}

#[test]
fn what_is_told_before_its_proof_is_asked_for_anew() {
    let mut upstream = LyingUpstream::new();
    let device = &upstream.device;
    let end = |first: usize, last| {
        let batch = device.batch(first, last);
        let before = match first {
            1 => first_link(&batch.public_key),
            _ => *device
                .batch(1, first - 1)
                .verify(&first_link(&batch.public_key))
                .unwrap()
                .last()
                .unwrap(),
        };
        Extract { cursor: 9, before, batch }.to_payload()
    };
    let frames = [end(4, 6), end(1, 1)];
    let (exchanges, _) = upstream.tell(&frames, false);
    assert_eq!((exchanges, upstream.told()), (2, 4), "once more, from the beginning");
    assert_eq!(upstream.tell(&frames, false).0, 1);
}

// Altered bytes anywhere.

fn altered(bytes: &[u8], changes: &[(u32, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, change) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = *at as usize % bytes.len();
        match change {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, 0xff),
            2 => drop(bytes.remove(at)),
            change => bytes[at] ^= change,
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(u32, u8)>> {
    prop::collection::vec((any::<u32>(), any::<u8>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn altered_bundles_bring_nothing_that_was_not_signed(all in prop::collection::vec(changes(), 24)) {
        let world = World::new();
        let (phone, relay, lan, no) = village(&world);
        record(&phone, lan, 20);
        let mut round = phone.sync().round(no).unwrap();
        let exchange = round.next_exchange().unwrap().unwrap();
        let twin = world.relay("twin");
        let true_ones: BTreeSet<Vec<u8>> = {
            relay.answer(&exchange.body).unwrap().unwrap();
            events_of(&relay).iter().map(Event::to_bytes).collect()
        };
        let frames = frames_of(&relay, &exchange.body);
        let forger = Forger::new(1);
        for (n, changes) in all.iter().enumerate() {
            let _ = relay.answer(&altered(&exchange.body, changes)).unwrap();
            let mut inside: Frames = frames[1..].iter().map(|f| (f.kind, f.payload.clone())).collect();
            let at = n % inside.len();
            inside[at].1 = altered(&inside[at].1, changes);
            forger.send(&twin, &inside);
            forger.send(&relay, &inside);
        }
        for relay in [&relay, &twin] {
            for event in events_of(relay) {
                prop_assert!(true_ones.contains(&event.to_bytes()), "nobody signed {event:?}");
            }
        }
    }

    #[test]
    fn altered_replies_move_no_state_but_by_whole_frames(all in prop::collection::vec(changes(), 24)) {
        let world = World::new();
        let (phone, relay, lan, no) = village(&world);
        for changes in all {
            record(&phone, lan, 1);
            let before = states(&phone);
            let mut round = phone.sync().round(no).unwrap();
            let exchange = round.next_exchange().unwrap().unwrap();
            let good = relay.answer(&exchange.body).unwrap().unwrap().0;
            let body = altered(&good, &changes);
            let is_whole = body == good;
            round.take(Outcome::Reply { address: ADDRESS.to_owned(), body }).unwrap();
            drop(round);
            let after = states(&phone);
            prop_assert!(is_whole || after == before, "{after:?}");
            prop_assert!(sync(&phone, no, &relay).in_step);
        }
    }
}
