//! Vectors: one case, every language. Each file of `tests/vectors/` is a list of cases with a `why`,
//! an `input` that people can read and what is `expected`; Kotlin and Swift read the same files.
//!
//! After a wanted change, `HOCVU_BLESS=1 cargo test -p hocvu-tests --test vectors` writes what is
//! expected anew; look at the difference before it is committed.
//!
//! 1. every file is known and every case holds
//! 2. how each file's cases are run: events, batches, chain, learner, text, numbers, grading, mastery,
//!    bundles, receipts, join_codes, cards, qr

#![allow(clippy::unwrap_used, reason = "clippy takes helpers of a scenario for no tests")]

use std::fs;
use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use hocvu_core::Error;
use hocvu_core::course::{Edition, LineText};
use hocvu_core::ids::{
    CompetenceCode, CourseId, LearnerId, LessonId, QuestionId, QuizId, ReplicaId,
};
use hocvu_core::journal::{
    AnswerGiven, CompetencePoints, ConsentGiven, ConsentWithdrawn, Deed, DrawnQuestion, Event,
    GroupSet, LearnerGone, LearnerHeld, LessonPlace, PlaceSet, QuizFinished, QuizStarted,
    event_hash, first_link, head_is_valid, held_is_valid, learner_id, next_link, replica_id,
    sign_head, sign_held,
};
use hocvu_core::learner::Card;
use hocvu_core::pack::Order;
use hocvu_core::ports::Entropy;
use hocvu_core::progress::Mastery;
use hocvu_core::qr;
use hocvu_core::quiz::{
    Choice, Gap, GapPiece, Kind, Pair, Question, QuizUse, Response, WrongText, dots, grade,
    parse_number,
};
use hocvu_core::sync::{
    Answer, Batch, BatchSlot, BundleError, Cursor, Erasure, Extract, Frame, Held, Holder, JoinCode,
    Lacking, Opening, Passed, Receipt, RelayId, RelayKey, RelaySecret, ReplyReader, ReplyWriter,
    RequestReader, RequestWriter, Role, Status, Succession, events_from_bytes, events_to_bytes,
    replied_to, request_id,
};
use hocvu_core::text::{Qr, fold_marks, normalise, to_typed};
use serde_json::{Value, json};

#[test]
fn every_file_is_known_and_every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let run = match name.as_str() {
            "events.json" => event,
            "batches.json" => batch,
            "extracts.json" => extract,
            "bundles.json" => bundle,
            "receipts.json" => receipt,
            "join_codes.json" => join_code,
            "cards.json" => card,
            "chain.json" => chain,
            "learner.json" => learner,
            "text.json" => text,
            "numbers.json" => number,
            "grading.json" => grading,
            "mastery.json" => mastery,
            "qr.json" => qr_code,
            _ => panic!("nothing runs {name}: add it here or remove it"),
        };
        files += 1;
        check(&path, &name, run);
    }
    assert_eq!(files, 14, "a file of vectors is missing");
}

fn check(path: &Path, name: &str, run: fn(&Value) -> Value) {
    let mut file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let cases = file["cases"].as_array_mut().unwrap();
    assert!(!cases.is_empty(), "{name} has no cases");
    let bless = std::env::var_os("HOCVU_BLESS").is_some();
    for case in cases {
        let why = case["why"].as_str().expect("each case says why").to_owned();
        let found = run(&case["input"]);
        if bless {
            case["expected"] = found;
        } else {
            assert_eq!(case["expected"], found, "{name}: {why}");
        }
    }
    if bless {
        fs::write(path, serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn fixed<const N: usize>(value: &Value) -> [u8; N] {
    unhex(value).try_into().unwrap()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn small<T: TryFrom<u64>>(value: &Value) -> T {
    T::try_from(value.as_u64().unwrap()).ok().unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}

fn event(input: &Value) -> Value {
    let (kind, kind_version, body) = kind_and_body(input);
    let event = Event {
        replica: ReplicaId(fixed(&input["replica"])),
        seq: small(&input["seq"]),
        lamport: small(&input["lamport"]),
        time_s: input["time_s"].as_i64().unwrap(),
        learner: input["learner"].as_str().map(|id| LearnerId::parse(id).unwrap()),
        kind,
        kind_version,
        body,
    };
    let bytes = event.to_bytes();
    let read = Event::from_bytes(&bytes).unwrap();
    assert_eq!(read, event);
    match input["deed"].as_str() {
        Some("unknown") => assert_eq!(read.deed(), None),
        _ => assert_eq!(read.deed(), Some(deed(input))),
    }
    json!({ "kind": kind, "kind_version": kind_version, "bytes": hex(&bytes) })
}

fn kind_and_body(input: &Value) -> (u32, u32, Vec<u8>) {
    match input["deed"].as_str() {
        Some("unknown") => (small(&input["kind"]), small(&input["version"]), unhex(&input["body"])),
        _ => deed(input).to_body(),
    }
}

fn deed(input: &Value) -> Deed {
    let replica = |value: &Value| value.as_str().map(|id| ReplicaId::parse(id).unwrap());
    match word(&input["deed"]) {
        "LearnerHeld" => Deed::LearnerHeld(LearnerHeld {
            card_key: fixed(&input["card_key"]),
            signature: fixed(&input["signature"]),
            origin: ReplicaId(fixed(&input["origin"])),
            group: small(&input["group"]),
        }),
        "GroupSet" => Deed::GroupSet(GroupSet { group: small(&input["group"]) }),
        "ConsentGiven" => Deed::ConsentGiven(ConsentGiven {
            purpose: small(&input["purpose"]),
            text_version: small(&input["text_version"]),
            by_guardian: input["by_guardian"].as_bool().unwrap(),
        }),
        "ConsentWithdrawn" => {
            Deed::ConsentWithdrawn(ConsentWithdrawn { purpose: small(&input["purpose"]) })
        }
        "LearnerRemoved" => Deed::LearnerRemoved(gone(input)),
        "LearnerErased" => Deed::LearnerErased(gone(input)),
        "PlaceSet" => Deed::PlaceSet(PlaceSet { commune: word(&input["commune"]).into() }),
        "LessonBegun" => Deed::LessonBegun(place(input)),
        "LessonFinished" => Deed::LessonFinished(place(input)),
        "QuizStarted" => Deed::QuizStarted(started(input)),
        "AnswerGiven" => Deed::AnswerGiven(answer(input)),
        "QuizFinished" => Deed::QuizFinished(QuizFinished {
            attempt: small(&input["attempt"]),
            attempt_replica: replica(&input["attempt_replica"]),
            results: list(&input["results"]).map(points).collect(),
        }),
        other => panic!("no deed is called {other}"),
    }
}

fn gone(input: &Value) -> LearnerGone {
    let proof = input["proof"].is_string().then(|| unhex(&input["proof"]).into());
    LearnerGone { learner: LearnerId(fixed(&input["gone"])), proof }
}

fn place(input: &Value) -> LessonPlace {
    LessonPlace {
        course: CourseId::parse(word(&input["course"])).unwrap(),
        lesson: LessonId::parse(word(&input["lesson"])).unwrap(),
        version: small(&input["version"]),
    }
}

fn points(input: &Value) -> CompetencePoints {
    CompetencePoints {
        competence: CompetenceCode::parse(word(&input["competence"])).unwrap(),
        points: small(&input["points"]),
        possible: small(&input["possible"]),
        answered: small(&input["answered"]),
    }
}

fn purpose(input: &Value) -> QuizUse {
    match word(input) {
        "check" => QuizUse::Check,
        "practice" => QuizUse::Practice,
        "assessment" => QuizUse::Assessment,
        other => panic!("no purpose is called {other}"),
    }
}

fn started(input: &Value) -> QuizStarted {
    let edition = |value: &Value| Edition {
        course: CourseId::parse(word(&value["course"])).unwrap(),
        order: Order { generation: small(&value["generation"]), version: small(&value["version"]) },
    };
    let question = |value: &Value| DrawnQuestion {
        edition: small(&value["edition"]),
        question: QuestionId::parse(word(&value["question"])).unwrap(),
        version: small(&value["version"]),
    };
    QuizStarted {
        purpose: purpose(&input["purpose"]),
        editions: list(&input["editions"]).map(edition).collect(),
        quiz: input["quiz"].as_str().map(|id| QuizId::parse(id).unwrap()),
        seed: word(&input["seed"]).parse().unwrap(),
        questions: list(&input["questions"]).map(question).collect(),
        policy: input["policy"].as_u64().map(|n| u32::try_from(n).unwrap()),
    }
}

fn answer(input: &Value) -> AnswerGiven {
    let competence = |value: &Value| CompetenceCode::parse(word(value)).unwrap();
    AnswerGiven {
        course: CourseId::parse(word(&input["course"])).unwrap(),
        question: QuestionId::parse(word(&input["question"])).unwrap(),
        version: small(&input["version"]),
        response: response(&input["response"]),
        correct: input["correct"].as_bool().unwrap(),
        points: small(&input["points"]),
        possible: small(&input["possible"]),
        competences: list(&input["competences"]).map(competence).collect(),
        purpose: purpose(&input["purpose"]),
        tenths: small(&input["tenths"]),
        attempt: input["attempt"].as_u64(),
        attempt_replica: input["attempt_replica"].as_str().map(|r| ReplicaId::parse(r).unwrap()),
        again: input["again"].as_bool(),
    }
}

fn response(input: &Value) -> Response {
    let (kind, value) = input.as_object().unwrap().iter().next().unwrap();
    let index = |v: &Value| v.as_u64().map(|n| u8::try_from(n).unwrap());
    let indices = || list(value).map(small).collect();
    let some = || list(value).map(index).collect();
    match kind.as_str() {
        "single" => Response::Single(small(value)),
        "multiple" => Response::Multiple(indices()),
        "true-false" => Response::TrueFalse(value.as_bool().unwrap()),
        "match" => Response::Match(some()),
        "order" => Response::Order(indices()),
        "gap" => Response::Gap(some()),
        "text" => Response::Text(word(value).into()),
        "number_milli" => Response::Number(value.as_i64().unwrap()),
        other => panic!("no response is called {other}"),
    }
}

fn chain(input: &Value) -> Value {
    let key = SigningKey::from_bytes(&fixed(&input["secret_key"]));
    let public = key.verifying_key().to_bytes();
    let first = first_link(&public);
    let mut link = first;
    let mut links = Vec::new();
    let mut hashes = Vec::new();
    for event in list(&input["events"]) {
        let hash = event_hash(&fixed(&event["salt"]), &unhex(&event["bytes"]));
        link = next_link(&link, &hash);
        hashes.push(hex(&hash));
        links.push(hex(&link));
    }
    let seq = links.len() as u64;
    let message = [&b"hocvu 2026-11 head\0"[..], &seq.to_be_bytes(), &link].concat();
    let signature = key.sign(&message).to_bytes();
    assert!(head_is_valid(&public, seq, &link, &signature));
    json!({
        "public_key": hex(&public),
        "replica": replica_id(&public),
        "first_link": hex(&first),
        "hashes": hashes,
        "links": links,
        "head_seq": seq,
        "head_signature": hex(&signature),
    })
}

fn batch(input: &Value) -> Value {
    if input["bytes"].is_string() {
        let refused = Batch::from_bytes(&unhex(&input["bytes"])).expect_err("it is no batch");
        return json!({ "refused": refused.to_string() });
    }
    let key = SigningKey::from_bytes(&fixed(&input["secret_key"]));
    let public_key = key.verifying_key().to_bytes();
    let before = first_link(&public_key);
    let first: u64 = small(&input["first"]);
    let slots: Vec<_> =
        list(&input["slots"]).zip(first..).map(|(s, seq)| slot(s, seq, &public_key)).collect();
    let link = last_link(before, &slots);
    let signature = sign_head(&key, first + slots.len() as u64 - 1, &link);
    let batch = Batch { public_key, first, slots, signature };
    let (close, plain) = (batch.to_bytes(), batch.to_plain_bytes());
    if let Err(refused) = Batch::from_bytes(&plain) {
        assert_eq!(batch.verify(&before), Err(refused.clone()));
        return json!({ "plain": hex(&plain), "refused": refused.to_string() });
    }
    assert_eq!(Batch::from_bytes(&close).as_ref(), Ok(&batch));
    assert_eq!(Batch::from_bytes(&plain).as_ref(), Ok(&batch));
    let links = batch.verify(&before).unwrap();
    assert_eq!(links.last(), Some(&link));
    let event = |slot: &BatchSlot| match slot {
        BatchSlot::Event { event, .. } => Some(event.clone()),
        _ => None,
    };
    let events: Vec<Event> = batch.slots.iter().filter_map(event).collect();
    let alone = events_to_bytes(&events);
    assert_eq!(events_from_bytes(&alone), Ok(events));
    json!({
        "close": hex(&close),
        "plain": hex(&plain),
        "events_alone": hex(&alone),
        "last_link": hex(&link),
    })
}

/// Where slots lead to, by what the formats say and without what a batch says of itself.
fn last_link(before: [u8; 32], slots: &[BatchSlot]) -> [u8; 32] {
    slots.iter().fold(before, |link, slot| match slot {
        BatchSlot::Event { event, salt } => next_link(&link, &event_hash(salt, &event.to_bytes())),
        BatchSlot::Erased(hash) => next_link(&link, hash),
        BatchSlot::Lost(after) => *after,
    })
}

fn extract(input: &Value) -> Value {
    let key = SigningKey::from_bytes(&fixed(&input["secret_key"]));
    let public_key = key.verifying_key().to_bytes();
    let before = match input["before"].is_string() {
        true => fixed(&input["before"]),
        false => first_link(&public_key),
    };
    let first: u64 = small(&input["first"]);
    let slots: Vec<_> =
        list(&input["slots"]).zip(first..).map(|(s, seq)| slot(s, seq, &public_key)).collect();
    let link = last_link(before, &slots);
    let signer = match input["signed_by"].is_string() {
        true => SigningKey::from_bytes(&fixed(&input["signed_by"])),
        false => key,
    };
    let signature = sign_head(&signer, first + slots.len() as u64 - 1, &link);
    let before = if input["claimed"].is_string() { fixed(&input["claimed"]) } else { before };
    let batch = Batch { public_key, first, slots, signature };
    let extract = Extract { cursor: small(&input["cursor"]), before, batch };
    let mut payload = extract.to_payload();
    if let Some(bytes) = input["bytes"].as_u64() {
        payload.truncate(usize::try_from(bytes).unwrap());
    }
    match Extract::from_payload(&payload) {
        Ok((read, links)) => {
            assert_eq!((read, links.last()), (extract, Some(&link)));
            json!({ "payload": hex(&payload), "last_link": hex(&link) })
        }
        Err(refused) => json!({ "payload": hex(&payload), "refused": refused.to_string() }),
    }
}

/// Randomness that a vector gives: the same bytes each time they are asked for.
struct Given(Vec<u8>);

impl Entropy for Given {
    fn fill(&self, bytes: &mut [u8]) {
        assert_eq!(bytes.len(), self.0.len(), "a vector gives what is drawn");
        bytes.copy_from_slice(&self.0);
    }
}

fn bundle(input: &Value) -> Value {
    if input["opening"].is_object() {
        return opening(input);
    }
    let relay = RelaySecret::from_seed(&fixed(&input["relay_seed"]));
    if input["bytes"].is_string() {
        let bytes = unhex(&input["bytes"]);
        return match RequestReader::begin(&relay, &bytes) {
            Ok(mut reader) => opened(|| reader.next_frame()),
            Err(error) => json!({ "refused": error.to_string() }),
        };
    }
    let key = relay.key();
    let mut writer = RequestWriter::begin(&key, &Given(unhex(&input["entropy"]))).unwrap();
    for (kind, payload) in frames(&input["frames"]) {
        writer.add(kind, &payload);
    }
    let (request, expected) = writer.finish();
    let mut reply = ReplyWriter::answer(&expected, &Given(unhex(&input["nonce"])));
    for (kind, payload) in frames(&input["reply_frames"]) {
        reply.add(kind, &payload);
    }
    let reply = reply.finish();
    let mut reader = RequestReader::begin(&relay, &request).unwrap();
    assert!(reader.expected() == expected);
    assert_eq!(opened(|| reader.next_frame()), json!({ "frames": input["frames"] }));
    let mut reader = ReplyReader::begin(&expected, &reply).unwrap();
    assert_eq!(opened(|| reader.next_frame()), json!({ "frames": input["reply_frames"] }));
    assert_eq!(replied_to(&reply).unwrap(), expected.request_id()[..8]);
    json!({
        "sign_key": hex(&key.sign),
        "seal_key": hex(&key.seal),
        "relay_id": key.id().to_string(),
        "enc": hex(&expected.enc),
        "request_id": hex(&request_id(&expected.enc)),
        "reply_secret": hex(&expected.secret.0),
        "request": hex(&request),
        "reply": hex(&reply),
    })
}

fn frames(input: &Value) -> impl Iterator<Item = (u8, Vec<u8>)> {
    list(input).map(|frame| (small(&frame["kind"]), unhex(&frame["payload"])))
}

fn opened(mut next: impl FnMut() -> Result<Option<Frame>, BundleError>) -> Value {
    let mut frames = Vec::new();
    loop {
        match next() {
            Ok(None) => return json!({ "frames": frames }),
            Ok(Some(frame)) => {
                frames.push(json!({ "kind": frame.kind, "payload": hex(&frame.payload) }));
            }
            Err(error) => return json!({ "frames": frames, "ended_by": error.to_string() }),
        }
    }
}

fn opening(input: &Value) -> Value {
    let key = SigningKey::from_bytes(&fixed(&input["secret_key"]));
    let (relay, enc) = (RelayId(fixed(&input["relay_id"])), fixed(&input["enc"]));
    if input["opening"]["payload"].is_string() {
        let refused = Opening::from_payload(&unhex(&input["opening"]["payload"]), relay, &enc);
        return json!({ "refused": refused.expect_err("it is no opening").to_string() });
    }
    let input = &input["opening"];
    let cursor = |cursor: &Value| Cursor {
        incarnation: fixed::<8>(&cursor["incarnation"]).into(),
        number: small(&cursor["number"]),
    };
    let opening = Opening {
        sender: key.verifying_key().to_bytes().into(),
        role: input["is_relay"].as_bool().map(|is| if is { Role::Relay } else { Role::Replica }),
        token: input["token"].is_string().then(|| unhex(&input["token"]).into()),
        time_s: input["time_s"].as_i64().unwrap(),
        cursor: input["cursor"].is_object().then(|| cursor(&input["cursor"])),
        chains: input["chains"]
            .as_array()
            .map(|all| all.iter().map(|id| ReplicaId(fixed(id))).collect()),
        reply_bytes_max: input["reply_bytes_max"].as_u64().map(|n| u32::try_from(n).unwrap()),
        heads: None,
        counting: input["counting"].is_string().then(|| fixed::<8>(&input["counting"]).into()),
        holdings: None,
    };
    let payload = opening.to_payload(&key, relay, &enc);
    assert_eq!(Opening::from_payload(&payload, relay, &enc), Ok(opening));
    json!({ "payload": hex(&payload) })
}

fn receipt(input: &Value) -> Value {
    if input["erasure"].is_object() {
        return erasure(&input["erasure"]);
    }
    if input["answer"].is_string() {
        let refused = Answer::from_payload(&unhex(&input["answer"]));
        return json!({ "refused": refused.expect_err("it is no answer").to_string() });
    }
    let relay = RelaySecret::from_seed(&fixed(&input["relay_seed"]));
    let giver = RelaySecret::from_seed(&fixed(&input["giver_seed"]));
    let (request, sender) = (fixed(&input["request"]), ReplicaId(fixed(&input["sender"])));
    let named = input["replica"].is_string().then(|| ReplicaId(fixed(&input["replica"])));
    let (seq, link): (u64, [u8; 32]) = (small(&input["seq"]), fixed(&input["link"]));
    let said = input["lacking"].is_string().then(|| unhex(&input["lacking"]));
    let lacking = said.as_ref().and_then(|bytes| Lacking::from_bytes(bytes, u64::MAX));
    let held = Held {
        replica: named.unwrap_or(sender),
        seq,
        link,
        at_s: input["at_s"].as_i64().unwrap(),
        lacking: lacking.unwrap_or_default(),
    };
    let passed = input["passed_request"].is_string().then(|| Passed {
        by: giver.key().sign.into(),
        request: fixed::<16>(&input["passed_request"]).into(),
    });
    let signed_for = passed.map_or(request, |passed| *passed.request);
    let signature = match input["signature"].is_string() {
        true => fixed(&input["signature"]),
        false => held.sign(&giver, &signed_for),
    };
    let receipt = Receipt {
        replica: named,
        seq,
        link: link.into(),
        at_s: held.at_s,
        signature: signature.into(),
        passed,
        lacking: said.map(Into::into),
    };
    if let Err(error) = receipt.check(&relay.key().sign, &request, sender) {
        return json!({ "refused": error.to_string() });
    }
    let answer = Answer {
        incarnation: [7; 8].into(),
        time_s: held.at_s,
        status: Some(Status::Taken),
        retry_after_s: None,
        bytes_max: None,
        cursor: Some(65_535),
        receipts: vec![receipt],
        more: None,
        frames: 2,
        counting: passed.map(|passed| Succession::by_relay(&relay, *passed.by)),
    };
    let payload = answer.to_payload();
    assert_eq!(Answer::from_payload(&payload), Ok(answer));
    json!({
        "giver": hex(&giver.key().sign),
        "signature": hex(&signature),
        "answer": hex(&payload),
    })
}

fn erasure(input: &Value) -> Value {
    if input["payload"].is_string() {
        let refused = Erasure::from_payload(&unhex(&input["payload"]));
        return json!({ "refused": refused.expect_err("it is no erasure").to_string() });
    }
    let word = if input["relay_seed"].is_string() {
        let relay = RelaySecret::from_seed(&fixed(&input["relay_seed"]));
        let holder = &input["holder"];
        if holder.is_object() {
            let card = SigningKey::from_bytes(&fixed(&holder["card_secret_key"]));
            let card_key = card.verifying_key().to_bytes();
            let replica = ReplicaId(fixed(&holder["replica"]));
            let origin = ReplicaId(fixed(&holder["origin"]));
            let signature = sign_held(&card, replica).into();
            Erasure::by_relay(&relay, learner_id(&card_key, origin))
                .showing(card_key, Holder { replica, origin, signature })
        } else {
            Erasure::by_relay(&relay, LearnerId(fixed(&input["learner"])))
        }
    } else {
        let origin = SigningKey::from_bytes(&fixed(&input["secret_key"]));
        Erasure::by_origin(&origin, &fixed(&input["card_key"]))
    };
    let payload = word.to_payload();
    assert_eq!(Erasure::from_payload(&payload).as_ref(), Ok(&word));
    json!({
        "learner": word.learner,
        "payload": hex(&payload),
        "is_by_her_origin": word.is_by_origin(),
        "shows_holder": word.shown().is_some(),
    })
}

fn join_code(input: &Value) -> Value {
    let text = if let Some(text) = input["text"].as_str() {
        text.to_owned()
    } else if input["cbor"].is_string() {
        to_typed("HOCVU1-", &unhex(&input["cbor"]))
    } else {
        let relay = RelayKey { sign: fixed(&input["sign"]), seal: fixed(&input["seal"]) };
        let counting = &input["counting"];
        let code = JoinCode {
            relay,
            counting: if counting.is_string() { fixed(counting) } else { relay.sign },
            addresses: list(&input["addresses"]).map(|a| word(a).to_owned()).collect(),
            name: word(&input["name"]).to_owned(),
            token: input["token"].is_string().then(|| unhex(&input["token"])),
            admits: if input["admits"] == "relays" { Role::Relay } else { Role::Replica },
        };
        assert_eq!(JoinCode::from_text(&code.to_text()).as_ref(), Ok(&code));
        return json!({ "text": code.to_text() });
    };
    match JoinCode::from_text(&text) {
        Ok(code) => json!({
            "text": code.to_text(),
            "counting": hex(&code.counting),
            "addresses": code.addresses,
            "name": code.name,
            "token": code.token.as_deref().map(hex),
            "admits": if code.admits == Role::Relay { "relays" } else { "devices" },
        }),
        Err(error) => json!({ "refused": error.to_string() }),
    }
}

fn card(input: &Value) -> Value {
    let mut learner = None;
    let text = if let Some(text) = input["text"].as_str() {
        text.to_owned()
    } else if input["cbor"].is_string() {
        to_typed("HOCVUC-", &unhex(&input["cbor"]))
    } else {
        let (seed, origin): ([u8; 32], [u8; 16]) = (fixed(&input["seed"]), fixed(&input["origin"]));
        let card_key = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        learner = Some(learner_id(&card_key, ReplicaId(origin)));
        to_typed("HOCVUC-", &card_bytes(&seed, &origin, input))
    };
    match Card::from_text(&text) {
        Ok(card) => {
            let mut found = json!({
                "text": card.to_text(),
                "group": card.group.number(),
                "name": card.name,
            });
            if let Some(learner) = learner {
                assert_eq!(card.to_text(), text);
                found["learner"] = json!(learner);
            }
            found
        }
        Err(error) => json!({ "refused": error.to_string() }),
    }
}

fn card_bytes(seed: &[u8; 32], origin: &[u8; 16], input: &Value) -> Vec<u8> {
    let name = input["name"].as_str();
    let mut to = minicbor::Encoder::new(Vec::new());
    to.map(if name.is_some() { 4 } else { 3 }).unwrap();
    to.u8(0).unwrap().bytes(seed).unwrap().u8(1).unwrap().bytes(origin).unwrap();
    to.u8(2).unwrap().u8(small(&input["group"])).unwrap();
    if let Some(name) = name {
        to.u8(3).unwrap().str(name).unwrap();
    }
    to.into_writer()
}

fn qr_code(input: &Value) -> Value {
    if let Some(points) = input["points"].as_u64() {
        let luma = vec![0; usize::try_from(points).unwrap()];
        let refused = qr::read(&luma, small(&input["width"]), small(&input["height"]));
        assert!(matches!(refused, Err(Error::Invalid { what: "picture", .. })), "{refused:?}");
        return json!({ "refused": "picture" });
    }
    let rows = match input["text"].as_str() {
        Some(text) => code_rows(&Qr::of(text).unwrap()),
        None => list(&input["rows"]).map(|row| word(row).to_owned()).collect(),
    };
    let (luma, width) = picture(input, &rows);
    let read = qr::read(&luma, width, luma.len() / width).unwrap();
    let means = read.as_deref().and_then(|text| match text {
        text if Card::from_text(text).is_ok() => Some("card"),
        text if JoinCode::from_text(text).is_ok() => Some("join code"),
        _ => None,
    });
    let mut found = json!({ "read": read, "means": means });
    if input["text"].is_string() {
        found["rows"] = json!(rows);
    }
    found
}

fn code_rows(code: &Qr) -> Vec<String> {
    let row = |y| (0..code.side).map(|x| if code.is_dark(x, y) { '#' } else { '.' }).collect();
    (0..code.side).map(row).collect()
}

/// Draws a picture as `how` in the file tells; the points, and how many are in a row.
fn picture(input: &Value, rows: &[String]) -> (Vec<u8>, usize) {
    let or =
        |name: &str, absent| input[name].as_u64().map_or(absent, |n| usize::try_from(n).unwrap());
    let (point, margin, noise) = (or("point", 1), or("margin", 0), or("noise", 0));
    let (columns, lines) = (rows[0].len() * or("across", 1), rows.len() * or("down", 1));
    let stain: Vec<usize> =
        input["stain"].as_array().map_or(vec![0; 3], |all| all.iter().map(small).collect());
    let is_dark = |x: usize, y: usize| {
        let is_stained = (stain[0]..stain[0] + stain[2]).contains(&x)
            && (stain[1]..stain[1] + stain[2]).contains(&y);
        let is_there = x < columns && y < lines.min(or("cut", lines)) && !is_stained;
        is_there && rows[y % rows.len()].as_bytes()[x % rows[0].len()] == b'#'
    };
    let (width, height) = ((columns + 2 * margin) * point, (lines + 2 * margin) * point);
    let at = |i: usize| {
        let (x, y) = (i % width, i / width);
        let inside = (x / point).checked_sub(margin).zip((y / point).checked_sub(margin));
        let is_dark = inside.is_some_and(|(x, y)| is_dark(x, y));
        let bright = or(if is_dark { "dark" } else { "light" }, 0);
        u8::try_from(bright + (7_919 * x + 104_729 * y) % (noise + 1)).unwrap()
    };
    let mut luma: Vec<u8> = (0..width * height).map(at).collect();
    if input["upside_down"] == true {
        luma.reverse();
    }
    (luma, width)
}

fn slot(input: &Value, seq: u64, public_key: &[u8; 32]) -> BatchSlot {
    if input["erased"].is_string() {
        return BatchSlot::Erased(fixed(&input["erased"]));
    }
    if input["lost"].is_string() {
        return BatchSlot::Lost(fixed(&input["lost"]));
    }
    let (kind, kind_version, body) = kind_and_body(input);
    let event = Event {
        replica: replica_id(public_key),
        seq,
        lamport: small(&input["lamport"]),
        time_s: input["time_s"].as_i64().unwrap(),
        learner: input["learner"].as_str().map(|id| LearnerId::parse(id).unwrap()),
        kind,
        kind_version,
        body,
    };
    BatchSlot::Event { event, salt: fixed(&input["salt"]) }
}

fn learner(input: &Value) -> Value {
    let card = SigningKey::from_bytes(&fixed(&input["card_seed"]));
    let card_key = card.verifying_key().to_bytes();
    let holder = ReplicaId(fixed(&input["holder"]));
    let signature = card.sign(&[&b"hocvu 2026-11 learner held\0"[..], &holder.0].concat());
    let signature = signature.to_bytes();
    assert!(held_is_valid(&card_key, holder, &signature));
    json!({
        "card_key": hex(&card_key),
        "learner": learner_id(&card_key, ReplicaId(fixed(&input["origin"]))),
        "signature": hex(&signature),
    })
}

fn text(input: &Value) -> Value {
    json!({ "normalised": normalise(word(input)), "without_marks": fold_marks(word(input)) })
}

fn number(input: &Value) -> Value {
    json!(parse_number(word(input)))
}

fn mastery(input: &Value) -> Value {
    let pair = |answer: &Value| (small(&answer[0]), small(&answer[1]));
    let mut mastery = Mastery::default();
    let mut last = None;
    for (points, possible) in list(&input["answers"]).map(pair) {
        mastery.count(points, possible);
        last = Some(dots(points, possible));
    }
    json!({
        "answered": mastery.answered,
        "recent_percent": mastery.recent,
        "dots": mastery.dots(),
        "answers_missing": mastery.missing(),
        "dots_of_the_last_alone": last,
    })
}

fn grading(input: &Value) -> Value {
    let question = question(&input["question"]);
    match grade(&question, &response(&input["response"])) {
        Err(_) => json!("the response does not fit the question"),
        Ok(grade) => json!({
            "points": grade.points,
            "possible": grade.possible,
            "correct": grade.is_correct(),
            "parts": grade.parts.iter().map(|p| json!([p.index, p.correct])).collect::<Vec<_>>(),
            "feedback": grade.feedback.iter().map(LineText::text).collect::<Vec<_>>(),
        }),
    }
}

fn line(text: impl AsRef<str>) -> LineText {
    LineText::plain(text.as_ref())
}

/// A question whose words are the names of its parts: option 2, feedback to 2, and so on.
fn question(input: &Value) -> Question {
    let options = || -> Vec<Choice> {
        let option = |(i, correct): (usize, &Value)| Choice {
            text: line(format!("option {i}")),
            correct: correct.as_bool().unwrap(),
            feedback: line(format!("to option {i}")),
        };
        list(&input["options"]).enumerate().map(option).collect()
    };
    let names = |what: &str, count: &Value| -> Vec<LineText> {
        (0..small::<usize>(count)).map(|i| line(format!("{what} {i}"))).collect()
    };
    let feedback_wrong = line("to anything else");
    let kind = match word(&input["kind"]) {
        "single" => Kind::Single { options: options() },
        "multiple" => Kind::Multiple { options: options() },
        "true-false" => Kind::TrueFalse {
            answer: input["answer"].as_bool().unwrap(),
            feedback_true: line("to true"),
            feedback_false: line("to false"),
        },
        "match" => {
            let pair = |i: usize| Pair {
                left: line(format!("left {i}")),
                right: line(format!("right {i}")),
                feedback: line(format!("to pair {i}")),
            };
            let pairs = (0..small::<usize>(&input["pairs"])).map(pair).collect();
            Kind::Match { pairs, extra: names("extra", &input["extra"]) }
        }
        "order" => Kind::Order { items: names("item", &input["items"]), feedback_wrong },
        "gap" => {
            let gap = |(i, g): (usize, &Value)| Gap {
                options: names("option", &g["options"]),
                answer: small(&g["answer"]),
                feedback_wrong: line(format!("to gap {i}")),
            };
            let gaps: Vec<Gap> = list(&input["gaps"]).enumerate().map(gap).collect();
            Kind::Gap { text: vec![GapPiece::Gap; gaps.len()], gaps }
        }
        "text" => Kind::Text {
            answers: list(&input["answers"]).map(|a| word(a).to_owned()).collect(),
            marks_optional: input["marks_optional"].as_bool().unwrap(),
            wrong: list(&input["wrong"])
                .map(|w| WrongText {
                    text: word(w).into(),
                    feedback: line(format!("to {}", word(w))),
                })
                .collect(),
            feedback_wrong,
        },
        "number" => Kind::Number {
            answer_milli: input["answer_milli"].as_i64().unwrap(),
            tolerance_milli: input["tolerance_milli"].as_i64().unwrap(),
            unit: String::new(),
            feedback_wrong,
        },
        other => panic!("no kind is called {other}"),
    };
    Question {
        id: QuestionId::parse("q").unwrap(),
        version: 1,
        kind,
        prompt: line("?"),
        picture: None,
        competence: CompetenceCode::parse("4.2").unwrap(),
        difficulty: 1,
        hint: None,
        reason: line("because"),
        fact: None,
    }
}
