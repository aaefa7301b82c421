use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::ids::{CourseId, LessonId};
use crate::journal::{
    BODY_BYTES_MAX, ConsentGiven, ConsentWithdrawn, Deed, GroupSet, LearnerGone, LearnerHeld,
    LessonPlace, PlaceSet, first_link, sign_head,
};
use record::{Dice, record};

#[path = "record.rs"]
mod record;

/// A practice of this many answers, and the most bytes that its batch may have.
const BUDGETS: [(usize, usize); 4] = [(10, 330), (100, 1_050), (1_000, 6_700), (10_000, 58_000)];

/// Ids of a course that the primer knows.
const KNOWN_IDS: &str = "viec-lam-truoc ghep-dau-hieu tim-cho-ngo ten-nguoi-gui cong-an-doi-tien \
    con-nga-o-truong dung-mat-dung-giong con-doi-so khach-dua-anh tien-la dia-chi-that giay-moi \
    lo-doc-ma so-bao-lua-dao ca-xa-mat-nuoc anh-that-chuyen-sai buu-kien-15-nghin giu-kin \
    ma-de-huy cau-noi-dang-ngo ten-cua-ma hoi-o-dau ao-cong-an biet-ten-dia-chi tin-khoa-the \
    cau-hoi-nha-minh dung-va-goi tin-it-dang-ngo trung-ti-vi nop-phi-ba-lan con-moi-nho";

fn events_of(batch: &Batch) -> Vec<Event> {
    let event = |slot: &BatchSlot| match slot {
        BatchSlot::Event { event, .. } => Some(event.clone()),
        _ => None,
    };
    batch.slots.iter().filter_map(event).collect()
}

/// A batch of these bodies with head and all, its salts by learner.
fn batch_of(bodies: Vec<(Option<u8>, u32, u32, Vec<u8>)>) -> Batch {
    let key = SigningKey::from_bytes(&[5; 32]);
    let public_key = key.verifying_key().to_bytes();
    let slot = |((learner, kind, kind_version, body), seq): (_, u64)| {
        let learner: Option<u8> = learner;
        let event = Event {
            replica: replica_id(&public_key),
            seq,
            lamport: seq + seq / 3,
            time_s: 1_795_400_000 - seq as i64 * 7,
            learner: learner.map(|n| LearnerId([n; 16])),
            kind,
            kind_version,
            body,
        };
        BatchSlot::Event { event, salt: [learner.unwrap_or(0) ^ 0x55; 32] }
    };
    let slots = bodies.into_iter().zip(1..).map(slot).collect();
    signed(Batch { public_key, first: 1, slots, signature: [0; 64] })
}

fn signed(batch: Batch) -> Batch {
    let mut link = first_link(&batch.public_key);
    for slot in &batch.slots {
        link = match slot {
            BatchSlot::Event { event, salt } => {
                next_link(&link, &event_hash(salt, &event.to_bytes()))
            }
            BatchSlot::Erased(hash) => next_link(&link, hash),
            BatchSlot::Lost(after) => *after,
        };
    }
    let last = batch.first + batch.slots.len() as u64 - 1;
    let signature = sign_head(&SigningKey::from_bytes(&[5; 32]), last, &link);
    Batch { signature, ..batch }
}

fn deeds() -> Batch {
    let place = LessonPlace {
        course: CourseId::parse("mat-khau-otp").unwrap(),
        lesson: LessonId::parse("ma-otp").unwrap(),
        version: 2,
    };
    let held =
        LearnerHeld { card_key: [8; 32], signature: [9; 64], origin: ReplicaId([7; 16]), group: 3 };
    let gone = LearnerGone { learner: LearnerId([2; 16]), proof: None };
    let erased = LearnerGone { proof: Some(vec![7; 90].into()), ..gone };
    let deeds = [
        (None, Deed::PlaceSet(PlaceSet { commune: "00001".into() })),
        (Some(1), Deed::LearnerHeld(held)),
        (Some(1), Deed::GroupSet(GroupSet { group: 2 })),
        (
            Some(1),
            Deed::ConsentGiven(ConsentGiven { purpose: 2, text_version: 1, by_guardian: true }),
        ),
        (Some(1), Deed::ConsentWithdrawn(ConsentWithdrawn { purpose: 2 })),
        (Some(3), Deed::LessonBegun(place.clone())),
        (Some(1), Deed::LessonFinished(place)),
        (None, Deed::LearnerRemoved(gone)),
        (None, Deed::LearnerErased(erased)),
    ];
    let mut bodies: Vec<_> = deeds
        .map(|(learner, deed)| {
            let (kind, version, body) = deed.to_body();
            (learner, kind, version, body)
        })
        .into();
    for event in events_of(&record(13, 3, None)) {
        bodies.push((Some(3), event.kind, event.kind_version, event.body));
    }
    bodies.push((Some(1), 4_000, 9, vec![0xa1, 0x00, 0x82, 0x20, 0xa1, 0x17, 0xf6]));
    batch_of(bodies)
}

fn assert_restored_closely(batch: &Batch) {
    let bytes = batch.to_bytes();
    assert_eq!(bytes[0], BATCH);
    assert_eq!(Batch::from_bytes(&bytes).as_ref(), Ok(batch));
    assert_eq!(Batch::from_bytes(&batch.to_plain_bytes()).as_ref(), Ok(batch));
    let events = events_of(batch);
    let bytes = events_to_bytes(&events);
    assert_eq!(bytes[0], EVENTS);
    assert_eq!(events_from_bytes(&bytes).as_ref(), Ok(&events));
}

#[test]
fn events_of_every_kind_are_restored_to_the_byte() {
    let batch = deeds();
    assert_restored_closely(&batch);
    let links = batch.verify(&first_link(&batch.public_key)).unwrap();
    assert_eq!(links.len(), batch.slots.len());
}

#[test]
fn a_record_stays_within_its_budget_of_bytes() {
    let known: Vec<_> = KNOWN_IDS.split_whitespace().collect();
    for (answers, bytes_max) in BUDGETS {
        for (course, ids) in [("a new course", None), ("a starter course", Some(&known[..]))] {
            let batch = record(answers, 7, ids);
            let bytes = batch.to_bytes();
            println!("{answers} answers of {course}: {} bytes, {bytes_max} allowed", bytes.len());
            assert_eq!(bytes[0], BATCH);
            assert!(bytes.len() <= bytes_max, "{answers} answers of {course}: {}", bytes.len());
        }
    }
}

#[test]
fn erased_slots_keep_their_place_and_lost_ones_lead() {
    let mut batch = deeds();
    batch.slots[0] = BatchSlot::Lost([0x10; 32]);
    batch.slots[1] = BatchSlot::Lost([0x11; 32]);
    batch.slots[4] = BatchSlot::Erased([0xe1; 32]);
    let batch = signed(batch);
    assert_restored_closely(&batch);
    assert_eq!(batch.lost_slots(), 2);
    let links = batch.verify(&first_link(&batch.public_key)).unwrap();
    assert_eq!(links[..2], [[0x10; 32], [0x11; 32]]);
    assert_eq!(batch.verify(&[7; 32]), Ok(links), "a lost slot follows any link");
    let all = batch_of(vec![(None, 7, 1, vec![0xa0])]);
    let all = signed(Batch { slots: vec![BatchSlot::Lost([0x12; 32]); 3], ..all });
    assert_restored_closely(&all);
    assert!(all.verify(&[7; 32]).is_ok());
}

#[test]
fn a_lost_slot_behind_another_is_refused_however_it_is_signed() {
    let good = deeds();
    for (at, before) in [(1, good.slots[0].clone()), (5, BatchSlot::Erased([3; 32]))] {
        let mut bad = good.clone();
        bad.slots[at - 1] = before;
        bad.slots[at] = BatchSlot::Lost([0x10; 32]);
        let bad = signed(bad);
        let refused = BatchError::LostBehind { seq: at as u64 + 1 };
        assert_eq!(bad.verify(&first_link(&bad.public_key)), Err(refused.clone()));
        for bytes in [bad.to_close_bytes().unwrap(), bad.to_plain_bytes()] {
            assert_eq!(Batch::from_bytes(&bytes), Err(refused.clone()));
        }
    }
}

#[test]
fn a_batch_holds_only_from_the_right_link_to_the_signed_head() {
    let good = deeds();
    let before = first_link(&good.public_key);
    let refused = |change: &dyn Fn(&mut Batch)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.verify(&before).unwrap_err()
    };
    assert!(good.verify(&before).is_ok());
    assert_eq!(good.verify(&[1; 32]), Err(BatchError::Unsigned));
    assert_eq!(refused(&|b| b.signature[0] ^= 1), BatchError::Unsigned);
    assert_eq!(refused(&|b| drop(b.slots.pop())), BatchError::Unsigned);
    assert_eq!(refused(&|b| b.slots.clear()), BatchError::Unsigned);
    assert_eq!(refused(&|b| b.slots.swap(3, 4)), BatchError::Misplaced { seq: 4 });
    assert_eq!(refused(&|b| b.first = 2), BatchError::Misplaced { seq: 2 });
    assert_eq!(refused(&|b| b.public_key = [1; 32]), BatchError::Misplaced { seq: 1 });
    let salted = refused(&|b| match &mut b.slots[0] {
        BatchSlot::Event { salt, .. } => salt[0] ^= 1,
        _ => panic!("it is an event"),
    });
    assert_eq!(salted, BatchError::Unsigned);
}

#[test]
fn what_the_close_form_cannot_restore_is_sent_plainly() {
    let too_many_texts = |i: u32| {
        let mut body = vec![0xa1, 0x00, 0x98, 200];
        for n in 0..200 {
            body.extend([0x64]);
            body.extend(format!("{:04x}", i * 200 + n).bytes());
        }
        (None, 77, 1, body)
    };
    let batch = batch_of((0..83).map(too_many_texts).collect());
    let bytes = batch.to_bytes();
    assert_eq!(bytes[0], BATCH_PLAIN);
    assert_eq!(Batch::from_bytes(&bytes), Ok(batch));
}

#[test]
fn a_body_that_is_not_canonical_is_refused_by_readers() {
    let batch = batch_of(vec![(None, 7, 1, vec![0xa1, 0x00, 0x18, 0x01])]);
    let bytes = batch.to_bytes();
    assert_eq!(bytes[0], BATCH_PLAIN);
    assert!(matches!(Batch::from_bytes(&bytes), Err(BatchError::Event(_))));
    let events = events_to_bytes(&events_of(&batch));
    assert_eq!(events[0], EVENTS_PLAIN);
    assert!(matches!(events_from_bytes(&events), Err(BatchError::Event(_))));
}

#[test]
fn what_is_too_large_is_refused() {
    let body = |_| {
        let mut body = vec![0xa1, 0x00, 0x59, 0x3f, 0xf0];
        body.resize(5 + 0x3ff0, 7);
        assert!(body.len() <= BODY_BYTES_MAX);
        (None, 77, 1, body)
    };
    let fits = batch_of((0..64).map(body).collect());
    assert_eq!(Batch::from_bytes(&fits.to_bytes()).as_ref(), Ok(&fits));
    let large = batch_of((0..65).map(body).collect());
    assert_eq!(Batch::from_bytes(&large.to_bytes()), Err(BatchError::TooLarge("bytes")));
    let mut claims = fits.to_bytes();
    claims.truncate(97);
    put(&mut claims, 1);
    put(&mut claims, EVENTS_MAX as u64 + 1);
    assert_eq!(Batch::from_bytes(&claims), Err(BatchError::TooLarge("events")));
}

#[test]
fn bytes_that_no_encoder_writes_are_refused() {
    let good = deeds().to_bytes();
    let plain = deeds().to_plain_bytes();
    for bytes in [&good, &plain] {
        assert!(Batch::from_bytes(&[&bytes[..], &[1; 5]].concat()).is_err());
        for cut in [0, 1, 50, 97, 98] {
            assert!(Batch::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }
    let mut newer = good.clone();
    newer[0] = 9;
    assert_eq!(Batch::from_bytes(&newer), Err(BatchError::Form(9)));
    let mut long_number = good[..97].to_vec();
    long_number.extend([0x81, 0x00, 0x01]);
    assert_eq!(Batch::from_bytes(&long_number), Err(BatchError::Damaged("a long number")));
    let mut none = good[..97].to_vec();
    none.extend([1, 0]);
    assert!(Batch::from_bytes(&none).is_err());
}

/// A canonical value of CBOR from dice, so deep at most.
fn random_value(dice: &mut Dice, depth: u8, out: &mut Vec<u8>) {
    let number = dice.next() >> dice.below(64);
    let few = dice.below(5);
    let mut e = minicbor::Encoder::new(&mut *out);
    match dice.below(if depth == 0 { 7 } else { 9 }) {
        0 | 1 => drop(e.u64(number)),
        2 => drop(e.i64(-1 - (number >> 1) as i64)),
        3 => drop(e.bytes(&number.to_be_bytes()[..few as usize])),
        4 => drop(e.str(["", "a", "mật khẩu", "ma-otp", "4.2"][few as usize])),
        5 => drop(e.bool(few > 2)),
        6 => drop(e.null()),
        7 => {
            e.array(few).unwrap();
            (0..few).for_each(|_| random_value(dice, depth - 1, out));
        }
        _ => random_map(dice, depth - 1, out),
    }
}

fn random_map(dice: &mut Dice, depth: u8, out: &mut Vec<u8>) {
    let keys = dice.below(5);
    minicbor::Encoder::new(&mut *out).map(keys).unwrap();
    let mut key = 0;
    for _ in 0..keys {
        key += dice.below(30) << (dice.below(20) * u64::from(dice.below(20) == 0));
        minicbor::Encoder::new(&mut *out).u64(key).unwrap();
        random_value(dice, depth, out);
        key += 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_canonical_bodies_are_restored_to_the_byte(seed in any::<u64>(), count in 1usize..40) {
        let mut dice = Dice(seed);
        let body = |_| {
            let mut body = Vec::new();
            random_map(&mut dice, 5, &mut body);
            let kind = dice.below(4) as u32 * 9;
            (Some(dice.below(3) as u8), kind, 1, body)
        };
        assert_restored_closely(&batch_of((0..count).map(body).collect()));
    }

    #[test]
    fn any_envelopes_are_restored(
        all in prop::collection::vec(
            (any::<u8>(), 1..=SEQ_MAX, any::<u32>(), any::<i64>(), any::<u32>()), 0..20),
    ) {
        let event = |(replica, seq, ahead, time_s, kind): (u8, u64, u32, i64, u32)| Event {
            replica: ReplicaId([replica % 4; 16]),
            seq,
            lamport: seq + u64::from(ahead),
            time_s,
            learner: (replica > 99).then_some(LearnerId([replica; 16])),
            kind,
            kind_version: kind >> 3,
            body: vec![0xa0],
        };
        let events: Vec<_> = all.into_iter().map(event).collect();
        let bytes = events_to_bytes(&events);
        prop_assert_eq!(bytes[0], EVENTS);
        prop_assert_eq!(events_from_bytes(&bytes), Ok(events));
    }

    #[test]
    fn a_changed_batch_is_another_one_or_refused(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let good = deeds();
        for mut bytes in [good.to_bytes(), good.to_plain_bytes()] {
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            if let Ok(read) = Batch::from_bytes(&bytes) {
                prop_assert!(read.verify(&first_link(&good.public_key)).is_err());
                for event in events_of(&read) {
                    prop_assert_eq!(Event::from_bytes(&event.to_bytes()), Ok(event));
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for form in [BATCH, BATCH_PLAIN] {
            let head = [&[form][..], &[3; 96], &[1, 60], &bytes].concat();
            let _ = Batch::from_bytes(&head);
        }
        for form in [EVENTS, EVENTS_PLAIN] {
            let _ = events_from_bytes(&[&[form, 60][..], &bytes].concat());
        }
    }
}

#[test]
fn a_batch_is_written_alike_whatever_was_read_and_written_before() {
    let batch = record(30, 1, None);
    let mut damaged = record(300, 2, None).to_bytes();
    let first = batch.to_bytes();
    damaged.truncate(damaged.len() / 2);
    assert!(Batch::from_bytes(&damaged).is_err());
    assert_eq!(batch.to_bytes(), first);
    // A thread of its own has never read or written any.
    let fresh = std::thread::scope(|scope| scope.spawn(|| batch.to_bytes()).join().unwrap());
    assert_eq!(fresh, first);
}
