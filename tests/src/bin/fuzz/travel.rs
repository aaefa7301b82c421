//! What travels: bundles, what their frames say, join codes and cards; and a relay and a device as a
//! whole, given altered frames in bundles that are sealed as they should be.

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use hocvu::relay::Relay;
use hocvu_core::HocvuCore;
use hocvu_core::ids::LearnerId;
use hocvu_core::journal::{Event, first_link, replica_id};
use hocvu_core::learner::Card;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::SystemEntropy;
use hocvu_core::sync::{
    ANSWER, Answer, BATCH, Batch, BatchSlot, ERASURE, EVENTS, Erasure, Expected, Extract, Held,
    JoinCode, Lacking, OPENING, Opening, Outcome, RelayId, RelaySecret, ReplyWriter, RequestReader,
    RequestWriter, Role, events_to_bytes,
};
use hocvu_tests::add_learner;

use super::{Fail, Target, open, ports_in};

const NOW_S: i64 = 1_795_400_000;
const SEED: [u8; 32] = [7; 32];
const ADDRESS: &str = "http://relay";

type Frames = Vec<(u8, Vec<u8>)>;

/// Everything that reads what came by a courier, over a network or from a camera.
pub(crate) fn targets(scratch: &Path) -> Result<Vec<Target>, Fail> {
    let device = open(&scratch.join("travels"))?;
    let learner = add_learner(&device, "Lan");
    let relay = relay(&scratch.join("relay"))?;
    let code = relay.join_code("Trạm", vec![ADDRESS.to_owned()])?;
    let no = device.sync().join_code(&code)?.no;
    let mut round = device.sync().round(no)?;
    let body = round.next_exchange()?.ok_or("nothing to send")?.body;
    drop(round);
    let (frames, expected) = opened(relay.secret(), &body)?;
    Ok(vec![
        request(&relay, &body),
        opening(&relay, &frames, &expected),
        answer(),
        erasure(learner),
        extract(&frames)?,
        join_code(&code),
        card(&device, learner)?,
        reply(scratch)?,
        whole_relay(relay, &code, &frames[1..], learner),
    ])
}

fn relay(home: &Path) -> Result<Relay, Fail> {
    std::fs::create_dir_all(home)?;
    let keys = Arc::new(FileKeyStore::new(home.join("keys")));
    Ok(Relay::open(home, &home.join("marker"), ports_in(keys))?)
}

fn opened(secret: &RelaySecret, body: &[u8]) -> Result<(Frames, Expected), Fail> {
    let mut reader = RequestReader::begin(secret, body)?;
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame()? {
        frames.push((frame.kind, frame.payload));
    }
    Ok((frames, reader.expected()))
}

/// Frames as one input: kind, length, payload.
fn joined(frames: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let one = |(kind, payload): &(u8, Vec<u8>)| {
        let length = u16::try_from(payload.len()).expect("a frame of the corpus is short");
        [&[*kind][..], &length.to_be_bytes(), payload].concat()
    };
    frames.iter().flat_map(one).collect()
}

fn parted(mut input: &[u8]) -> Frames {
    let mut frames = Vec::new();
    while let [kind, high, low, rest @ ..] = input {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
        let (payload, after) = rest.split_at(length);
        frames.push((kind & 0x7f, payload.to_vec()));
        input = after;
    }
    frames
}

/// A sealed request: a reader gives only what the sender wrote, in its order.
fn request(relay: &Relay, body: &[u8]) -> Target {
    let secret = relay.secret().clone();
    let (sent, _) = opened(&secret, body).expect("it was just written");
    let run = move |bytes: &[u8]| {
        let Ok(mut reader) = RequestReader::begin(&secret, bytes) else { return };
        let mut place = 0;
        while let Ok(Some(frame)) = reader.next_frame() {
            assert_eq!((frame.kind, frame.payload), sent[place], "a frame that nobody sealed");
            place += 1;
        }
    };
    Target { name: "request", corpus: vec![body.to_vec()], run: Box::new(run) }
}

/// Openings: nothing but what was signed passes.
fn opening(relay: &Relay, frames: &[(u8, Vec<u8>)], expected: &Expected) -> Target {
    let (id, enc): (RelayId, [u8; 32]) = (relay.key().id(), expected.enc);
    let signed = frames[0].1.clone();
    let unchanged = signed.clone();
    let run = move |bytes: &[u8]| {
        let passes = Opening::from_payload(bytes, id, &enc).is_ok();
        assert_eq!(passes, bytes == unchanged, "an opening was judged wrongly");
    };
    Target { name: "opening", corpus: vec![signed], run: Box::new(run) }
}

fn some_answer(secret: &RelaySecret) -> Answer {
    let mut lacking = Lacking::default();
    lacking.add(1, 2);
    lacking.add(7, 9);
    let replica = replica_id(&[2; 32]);
    let held = Held { replica, seq: 9, link: [3; 32], at_s: NOW_S, lacking };
    let receipt = held.receipt(Some(replica), secret, &[4; 16]);
    Answer {
        incarnation: [5; 8].into(),
        time_s: NOW_S,
        status: None,
        retry_after_s: Some(30),
        bytes_max: Some(4_096),
        cursor: Some(65_535),
        receipts: vec![receipt; 3],
        more: Some(true),
        frames: 3,
        counting: None,
    }
}

fn answer() -> Target {
    let corpus = vec![some_answer(&RelaySecret::from_seed(&SEED)).to_payload()];
    let run = |bytes: &[u8]| {
        if let Ok(answer) = Answer::from_payload(bytes) {
            assert_eq!(Answer::from_payload(&answer.to_payload()), Ok(answer));
        }
    };
    Target { name: "answer", corpus, run: Box::new(run) }
}

/// Erasures: no other learner, and nobody else's word, passes under a signature.
fn erasure(learner: LearnerId) -> Target {
    let by_relay = Erasure::by_relay(&RelaySecret::from_seed(&SEED), learner);
    let by_origin = Erasure::by_origin(&SigningKey::from_bytes(&SEED), &[9; 32]);
    let signed = [by_relay, by_origin].map(|word| (word.learner, word.by, word.signature));
    let corpus = [
        Erasure::by_relay(&RelaySecret::from_seed(&SEED), learner).to_payload(),
        Erasure::by_origin(&SigningKey::from_bytes(&SEED), &[9; 32]).to_payload(),
    ];
    let run = move |bytes: &[u8]| {
        if let Ok(word) = Erasure::from_payload(bytes) {
            let found = (word.learner, word.by, word.signature);
            assert!(signed.contains(&found), "a word that nobody signed");
        }
    };
    Target { name: "erasure", corpus: corpus.to_vec(), run: Box::new(run) }
}

/// What an upstream tells a hub: whatever is read of it, a replica signed.
fn extract(frames: &Frames) -> Result<Target, Fail> {
    let batches = frames.iter().filter(|(kind, _)| *kind == BATCH);
    let mut corpus = Vec::new();
    let mut signed = Vec::new();
    for (_, payload) in batches {
        let batch = Batch::from_bytes(payload)?;
        let before = first_link(&batch.public_key);
        signed.extend(batch.verify(&before)?.last().copied());
        let mut some = batch.clone();
        some.slots.iter_mut().skip(1).for_each(BatchSlot::forget);
        for batch in [batch, some] {
            corpus.push(Extract { cursor: 1 << 40, before, batch }.to_payload());
        }
    }
    let run = move |bytes: &[u8]| {
        if let Ok((_, links)) = Extract::from_payload(bytes) {
            let last = links.last().expect("an extract has a slot");
            assert!(signed.contains(last), "an extract that nobody signed");
        }
    };
    Ok(Target { name: "extract", corpus, run: Box::new(run) })
}

fn join_code(code: &JoinCode) -> Target {
    let run = |bytes: &[u8]| {
        if let Ok(code) = JoinCode::from_text(&String::from_utf8_lossy(bytes)) {
            assert_eq!(JoinCode::from_text(&code.to_text()), Ok(code));
        }
        // Behind the check of the text lies what somebody made on purpose.
        let typed = hocvu_core::text::to_typed("HOCVU1-", bytes);
        if let Ok(code) = JoinCode::from_text(&typed) {
            assert_eq!(JoinCode::from_text(&code.to_text()), Ok(code));
        }
    };
    let text = code.to_text();
    let bytes = hocvu_core::text::from_typed("HOCVU1-", &text, 1_500).expect("a code reads back");
    Target { name: "join-code", corpus: vec![text.into_bytes(), bytes], run: Box::new(run) }
}

fn card(device: &HocvuCore, learner: LearnerId) -> Result<Target, Fail> {
    let text = device.learners().card(learner)?.to_text();
    let bytes =
        hocvu_core::text::from_typed("HOCVUC-", &text, 500).map_err(|e| format!("{e:?}"))?;
    let run = |bytes: &[u8]| {
        let typed = hocvu_core::text::to_typed("HOCVUC-", bytes);
        for text in [String::from_utf8_lossy(bytes).into_owned(), typed] {
            if let Ok(card) = Card::from_text(&text) {
                assert_eq!(Card::from_text(&card.to_text()), Ok(card));
            }
        }
    };
    Ok(Target { name: "card", corpus: vec![text.into_bytes(), bytes], run: Box::new(run) })
}

/// A relay whose replies say anything, sealed as they should be: the device takes in what it may,
/// and its record is there afterwards.
fn reply(scratch: &Path) -> Result<Target, Fail> {
    let device = open(&scratch.join("asks"))?;
    let lan = add_learner(&device, "Lan");
    let secret = RelaySecret::from_seed(&SEED);
    let key = secret.key();
    let (name, addresses) = (String::from("Trạm"), vec![ADDRESS.to_owned()]);
    let (counting, admits) = (key.sign, Role::Replica);
    let code = JoinCode { relay: key, counting, addresses, name, token: None, admits };
    let no = device.sync().join_code(&code)?.no;
    let event = Event {
        replica: replica_id(&[2; 32]),
        seq: 1,
        lamport: 1,
        time_s: NOW_S,
        learner: Some(lan),
        kind: 2,
        kind_version: 1,
        body: vec![0xa1, 0x00, 0x02],
    };
    let answer = Answer { receipts: Vec::new(), more: None, ..some_answer(&secret) };
    let word = Erasure::by_relay(&RelaySecret::from_seed(&[8; 32]), lan);
    let frames = [
        (ANSWER, answer.to_payload()),
        (EVENTS, events_to_bytes(&[event])),
        (ERASURE, word.to_payload()),
    ];
    let events = device.sync().states()?.events;
    let run = move |input: &[u8]| {
        let mut round = device.sync().round(no).expect("the relay is joined");
        let exchange = round.next_exchange().expect("it packs").expect("there is always one");
        let (_, expected) = opened(&secret, &exchange.body).expect("it is sealed to the relay");
        let mut writer = ReplyWriter::answer(&expected, &SystemEntropy);
        parted(input).iter().for_each(|(kind, payload)| writer.add(*kind, payload));
        let sealed = writer.finish();
        for body in [sealed, input.to_vec()] {
            let outcome = Outcome::Reply { address: ADDRESS.to_owned(), body };
            round.take(outcome).expect("a bad reply is a trouble, not an error");
            if round.next_exchange().expect("it packs").is_none() {
                round = device.sync().round(no).expect("the relay is joined");
                round.next_exchange().expect("it packs");
            }
        }
        let now = device.sync().states().expect("they are counted").events;
        assert!(now >= events && device.learners().list().is_ok_and(|all| all.len() == 1));
    };
    Ok(Target { name: "reply", corpus: vec![joined(&frames)], run: Box::new(run) })
}

/// A relay that gets any frames from an admitted sender: it answers, and holds only what was signed.
fn whole_relay(relay: Relay, code: &JoinCode, frames: &[(u8, Vec<u8>)], lan: LearnerId) -> Target {
    let key = SigningKey::from_bytes(&SEED);
    let word = Erasure::by_relay(&RelaySecret::from_seed(&[8; 32]), lan).to_payload();
    let frames = [frames, &[(ERASURE, word)]].concat();
    let token = code.token.clone();
    let send = move |frames: &[(u8, Vec<u8>)]| {
        let opening = Opening {
            sender: key.verifying_key().to_bytes().into(),
            role: None,
            token: token.clone().map(Into::into),
            time_s: NOW_S,
            cursor: None,
            chains: None,
            reply_bytes_max: None,
            heads: None,
            counting: None,
            holdings: None,
        };
        let mut writer = RequestWriter::begin(&relay.key(), &SystemEntropy).expect("its key seals");
        let payload = opening.to_payload(&key, relay.key().id(), writer.enc());
        writer.add(OPENING, &payload);
        frames.iter().for_each(|(kind, payload)| writer.add(*kind, payload));
        let answered = relay.answer(&writer.finish().0).expect("the database works");
        answered.expect("the opening is signed");
        let counts = relay.counts().expect("the database works");
        assert_eq!(counts.erased, 0, "a stranger erased somebody");
        counts.events
    };
    let corpus = vec![joined(&frames)];
    let most = send(&frames);
    let run = move |input: &[u8]| {
        assert!(send(&parted(input)) <= most, "an event that nobody signed");
    };
    Target { name: "relay", corpus, run: Box::new(run) }
}
