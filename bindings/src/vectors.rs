//! Pure functions for the tests of the border (feature `vectors`, never in a phone's build): each
//! asks the core what one file of `tests/vectors` is about, so that Kotlin and Swift run the same
//! cases as Rust, over the same conversions as the app.

use ed25519_dalek::SigningKey;
use hocvu_core::course::LineText;
use hocvu_core::ids::{LearnerId, QuestionId, ReplicaId};
use hocvu_core::journal::{
    Event, event_hash, first_link, head_is_valid, held_is_valid, learner_id, next_link, replica_id,
    sign_head, sign_held,
};
use hocvu_core::ports::Entropy;
use hocvu_core::progress::Mastery;
use hocvu_core::quiz::{Choice, Gap, GapPiece, Kind, Pair, Question, WrongText, dots, grade};
use hocvu_core::sync::{
    Answer, Batch, BundleError, Erasure, Expected, Extract, Frame, Held, JoinCode, Lacking,
    Opening, Passed, Receipt, RelayId, RelaySecret, ReplyReader, ReplySecret, ReplyWriter,
    RequestReader, RequestWriter, Role, events_from_bytes,
};
use hocvu_core::text::{fold_marks, normalise, to_typed};

use crate::failure::HocvuFailure;
use crate::hocvu::Hocvu;
use crate::question::{PartView, ResponseRequest};

/// Why a vector's bytes are refused, in the core's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum VectorFailure {
    /// They are.
    #[error("{why}")]
    Refused {
        /// Why.
        why: String,
    },
}

fn refused(error: impl std::fmt::Display) -> VectorFailure {
    VectorFailure::Refused { why: error.to_string() }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], VectorFailure> {
    bytes.try_into().map_err(|_| refused(format!("{} bytes are not {N}", bytes.len())))
}

/// A text as comparison takes it.
#[uniffi::export]
pub fn vector_normalised(text: &str) -> String {
    normalise(text)
}

/// A text without diacritics.
#[uniffi::export]
pub fn vector_without_marks(text: &str) -> String {
    fold_marks(text)
}

/// Bytes as text to be typed.
#[uniffi::export]
pub fn vector_typed(prefix: &str, bytes: Vec<u8>) -> String {
    to_typed(prefix, &bytes)
}

/// How a question of a vector is answered, with the right answer.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum VectorKind {
    /// One option is right.
    Single {
        /// Which.
        options: Vec<bool>,
    },
    /// Several options may be right.
    Multiple {
        /// Which.
        options: Vec<bool>,
    },
    /// A statement.
    TrueFalse {
        /// Whether it is true.
        answer: bool,
    },
    /// Pairs.
    Match {
        /// How many.
        pairs: u32,
        /// Right sides that match nothing.
        extra: u32,
    },
    /// Items in order.
    Order {
        /// How many.
        items: u32,
    },
    /// Gaps.
    Gap {
        /// Each.
        gaps: Vec<VectorGap>,
    },
    /// Words.
    Text {
        /// All that are right.
        answers: Vec<String>,
        /// Whether marks may be missing.
        marks_optional: bool,
        /// Wrong ones that are often given.
        wrong: Vec<String>,
    },
    /// A number.
    Number {
        /// The right one × 1,000.
        answer_milli: i64,
        /// How far off still counts, × 1,000.
        tolerance_milli: i64,
    },
}

/// A gap of a vector.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorGap {
    /// How many options.
    pub options: u32,
    /// Index of the right one.
    pub answer: u8,
}

/// What a graded answer earned.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorGrade {
    /// Points.
    pub points: u32,
    /// Points possible.
    pub possible: u32,
    /// Whether all were earned.
    pub correct: bool,
    /// Which parts are right.
    pub parts: Vec<PartView>,
    /// What is said.
    pub feedback: Vec<LineText>,
}

fn line(words: &str) -> LineText {
    LineText::plain(words)
}

fn lines(what: &str, count: u32) -> Vec<LineText> {
    (0..count).map(|i| line(&format!("{what} {i}"))).collect()
}

fn choices(options: Vec<bool>) -> Vec<Choice> {
    let choice = |(i, correct)| Choice {
        text: line(&format!("option {i}")),
        correct,
        feedback: line(&format!("to option {i}")),
    };
    options.into_iter().enumerate().map(choice).collect()
}

impl From<VectorKind> for Kind {
    fn from(kind: VectorKind) -> Self {
        let feedback_wrong = line("to anything else");
        match kind {
            VectorKind::Single { options } => Self::Single { options: choices(options) },
            VectorKind::Multiple { options } => Self::Multiple { options: choices(options) },
            VectorKind::TrueFalse { answer } => Self::TrueFalse {
                answer,
                feedback_true: line("to true"),
                feedback_false: line("to false"),
            },
            VectorKind::Match { pairs, extra } => {
                let pair = |i| Pair {
                    left: line(&format!("left {i}")),
                    right: line(&format!("right {i}")),
                    feedback: line(&format!("to pair {i}")),
                };
                Self::Match { pairs: (0..pairs).map(pair).collect(), extra: lines("extra", extra) }
            }
            VectorKind::Order { items } => {
                Self::Order { items: lines("item", items), feedback_wrong }
            }
            VectorKind::Gap { gaps } => {
                let gap = |(i, gap): (usize, &VectorGap)| Gap {
                    options: lines("option", gap.options),
                    answer: gap.answer,
                    feedback_wrong: line(&format!("to gap {i}")),
                };
                let text = vec![GapPiece::Gap; gaps.len()];
                Self::Gap { text, gaps: gaps.iter().enumerate().map(gap).collect() }
            }
            VectorKind::Text { answers, marks_optional, wrong } => {
                let wrong = wrong.into_iter().map(|text| {
                    let feedback = line(&format!("to {text}"));
                    WrongText { text, feedback }
                });
                Self::Text { answers, marks_optional, wrong: wrong.collect(), feedback_wrong }
            }
            VectorKind::Number { answer_milli, tolerance_milli } => {
                let unit = String::new();
                Self::Number { answer_milli, tolerance_milli, unit, feedback_wrong }
            }
        }
    }
}

/// Grades a response.
#[uniffi::export]
pub fn vector_grade(
    kind: VectorKind,
    response: ResponseRequest,
) -> Result<VectorGrade, VectorFailure> {
    let question = Question {
        id: QuestionId::parse("q").map_err(refused)?,
        version: 1,
        kind: kind.into(),
        prompt: line("?"),
        picture: None,
        competence: "4.2".parse().map_err(refused)?,
        difficulty: 1,
        hint: None,
        reason: line("because"),
        fact: None,
    };
    let grade = grade(&question, &response.into()).map_err(refused)?;
    let correct = grade.is_correct();
    let hocvu_core::quiz::Grade { points, possible, parts, feedback } = grade;
    let parts = parts.into_iter().map(PartView::from).collect();
    Ok(VectorGrade { points, possible, correct, parts, feedback })
}

/// An answer's points.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct VectorPoints {
    /// Earned.
    pub points: u32,
    /// Possible.
    pub possible: u32,
}

/// What answers come to.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorMastery {
    /// Answers counted.
    pub answered: u32,
    /// The last ones, in percent.
    pub recent: Vec<u32>,
    /// 0 to 4, or none.
    pub dots: Option<u8>,
    /// Answers still needed.
    pub missing: u32,
    /// Dots of the last answer by itself.
    pub dots_of_last: Option<u8>,
}

/// Folds answers on one competence.
#[uniffi::export]
pub fn vector_mastery(answers: Vec<VectorPoints>) -> VectorMastery {
    let mut mastery = Mastery::default();
    for answer in &answers {
        mastery.count(answer.points, answer.possible);
    }
    VectorMastery {
        answered: mastery.answered,
        dots: mastery.dots(),
        missing: mastery.missing(),
        recent: mastery.recent.iter().map(|share| u32::from(*share)).collect(),
        dots_of_last: answers.last().map(|last| dots(last.points, last.possible)),
    }
}

/// The public half of a key.
#[uniffi::export]
pub fn vector_public_key(secret: Vec<u8>) -> Result<Vec<u8>, VectorFailure> {
    Ok(SigningKey::from_bytes(&fixed(&secret)?).verifying_key().to_bytes().to_vec())
}

/// The replica of a key.
#[uniffi::export]
pub fn vector_replica(public_key: Vec<u8>) -> Result<ReplicaId, VectorFailure> {
    Ok(replica_id(&fixed(&public_key)?))
}

/// The link before a chain's first event.
#[uniffi::export]
pub fn vector_first_link(public_key: Vec<u8>) -> Result<Vec<u8>, VectorFailure> {
    Ok(first_link(&fixed(&public_key)?).to_vec())
}

/// The hash of an event.
#[uniffi::export]
pub fn vector_event_hash(salt: Vec<u8>, event: Vec<u8>) -> Result<Vec<u8>, VectorFailure> {
    Ok(event_hash(&fixed(&salt)?, &event).to_vec())
}

/// The link after an event.
#[uniffi::export]
pub fn vector_next_link(before: Vec<u8>, hash: Vec<u8>) -> Result<Vec<u8>, VectorFailure> {
    Ok(next_link(&fixed(&before)?, &fixed(&hash)?).to_vec())
}

/// Signs a head.
#[uniffi::export]
pub fn vector_sign_head(
    secret: Vec<u8>,
    seq: u64,
    link: Vec<u8>,
) -> Result<Vec<u8>, VectorFailure> {
    Ok(sign_head(&SigningKey::from_bytes(&fixed(&secret)?), seq, &fixed(&link)?).to_vec())
}

/// Whether a head is signed by a key.
#[uniffi::export]
pub fn vector_head_is_valid(
    public_key: Vec<u8>,
    seq: u64,
    link: Vec<u8>,
    signature: Vec<u8>,
) -> Result<bool, VectorFailure> {
    Ok(head_is_valid(&fixed(&public_key)?, seq, &fixed(&link)?, &fixed(&signature)?))
}

/// A learner's id.
#[uniffi::export]
pub fn vector_learner(card_key: Vec<u8>, origin: ReplicaId) -> Result<LearnerId, VectorFailure> {
    Ok(learner_id(&fixed(&card_key)?, origin))
}

/// Signs with a card that a replica holds its learner.
#[uniffi::export]
pub fn vector_sign_held(card_seed: Vec<u8>, holder: ReplicaId) -> Result<Vec<u8>, VectorFailure> {
    Ok(sign_held(&SigningKey::from_bytes(&fixed(&card_seed)?), holder).to_vec())
}

/// Whether a card signed that a replica holds its learner.
#[uniffi::export]
pub fn vector_held_is_valid(
    card_key: Vec<u8>,
    holder: ReplicaId,
    signature: Vec<u8>,
) -> Result<bool, VectorFailure> {
    Ok(held_is_valid(&fixed(&card_key)?, holder, &fixed(&signature)?))
}

/// An event, read.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorEvent {
    /// Its replica.
    pub replica: ReplicaId,
    /// Its number.
    pub seq: u64,
    /// Its lamport time.
    pub lamport: u64,
    /// Device time.
    pub time_s: i64,
    /// Whom it is about.
    pub learner: Option<LearnerId>,
    /// Its kind.
    pub kind: u32,
    /// The kind's version.
    pub kind_version: u32,
    /// Whether this program knows what it says.
    pub is_known: bool,
    /// The same event, written again.
    pub bytes: Vec<u8>,
}

/// Reads an event.
#[uniffi::export]
pub fn vector_event(bytes: Vec<u8>) -> Result<VectorEvent, VectorFailure> {
    let event = Event::from_bytes(&bytes).map_err(refused)?;
    Ok(VectorEvent {
        replica: event.replica,
        seq: event.seq,
        lamport: event.lamport,
        time_s: event.time_s,
        learner: event.learner,
        kind: event.kind,
        kind_version: event.kind_version,
        is_known: event.deed().is_some(),
        bytes: event.to_bytes(),
    })
}

/// Reads a batch that begins a chain; gives its last link.
#[uniffi::export]
pub fn vector_batch(bytes: Vec<u8>) -> Result<Vec<u8>, VectorFailure> {
    let batch = Batch::from_bytes(&bytes).map_err(refused)?;
    let links = batch.verify(&first_link(&batch.public_key)).map_err(refused)?;
    Ok(links.last().map(|link| link.to_vec()).unwrap_or_default())
}

/// Reads events without a chain; gives how many there are.
#[uniffi::export]
pub fn vector_events(bytes: Vec<u8>) -> Result<u64, VectorFailure> {
    events_from_bytes(&bytes).map(|events| events.len() as u64).map_err(refused)
}

/// Reads an extract; gives its last link.
#[uniffi::export]
pub fn vector_extract(payload: Vec<u8>) -> Result<Vec<u8>, VectorFailure> {
    let (_, links) = Extract::from_payload(&payload).map_err(refused)?;
    Ok(links.last().map(|link| link.to_vec()).unwrap_or_default())
}

/// A frame of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VectorFrame {
    /// Its kind.
    pub kind: u8,
    /// What is in it.
    pub payload: Vec<u8>,
}

/// A sealed request, and what its reply is opened with.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorRequest {
    /// The bundle.
    pub request: Vec<u8>,
    /// The key that came out of the sealing.
    pub enc: Vec<u8>,
    /// What the reply is sealed under.
    pub reply_secret: Vec<u8>,
    /// The request's id.
    pub request_id: Vec<u8>,
}

/// The frames of a bundle, and what it broke off with.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorOpened {
    /// Whole frames.
    pub frames: Vec<VectorFrame>,
    /// Why it broke off; none when it came to its end.
    pub ended_by: Option<String>,
}

/// Randomness that a vector gives: the same bytes each time they are asked for.
struct Given(Vec<u8>);

impl Entropy for Given {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0);
    }
}

fn opened(mut next: impl FnMut() -> Result<Option<Frame>, BundleError>) -> VectorOpened {
    let mut frames = Vec::new();
    loop {
        match next() {
            Ok(None) => return VectorOpened { frames, ended_by: None },
            Ok(Some(frame)) => {
                frames.push(VectorFrame { kind: frame.kind, payload: frame.payload.to_vec() });
            }
            Err(error) => return VectorOpened { frames, ended_by: Some(error.to_string()) },
        }
    }
}

/// Seals frames to a relay.
#[uniffi::export]
pub fn vector_seal_request(
    relay_seed: Vec<u8>,
    entropy: Vec<u8>,
    frames: Vec<VectorFrame>,
) -> Result<VectorRequest, VectorFailure> {
    let relay = RelaySecret::from_seed(&fixed(&relay_seed)?);
    let begun = RequestWriter::begin(&relay.key(), &Given(entropy));
    let mut writer = begun.map_err(|_| refused("the relay's key is none"))?;
    for frame in &frames {
        writer.add(frame.kind, &frame.payload);
    }
    let (request, expected) = writer.finish();
    Ok(VectorRequest {
        request,
        request_id: expected.request_id().to_vec(),
        enc: expected.enc.to_vec(),
        reply_secret: expected.secret.0.to_vec(),
    })
}

/// Opens a request as the relay does.
#[uniffi::export]
pub fn vector_open_request(
    relay_seed: Vec<u8>,
    bytes: Vec<u8>,
) -> Result<VectorOpened, VectorFailure> {
    let relay = RelaySecret::from_seed(&fixed(&relay_seed)?);
    let mut reader = RequestReader::begin(&relay, &bytes).map_err(refused)?;
    Ok(opened(|| reader.next_frame()))
}

/// Seals the reply to a request.
#[uniffi::export]
pub fn vector_seal_reply(
    enc: Vec<u8>,
    secret: Vec<u8>,
    nonce: Vec<u8>,
    frames: Vec<VectorFrame>,
) -> Result<Vec<u8>, VectorFailure> {
    let expected = Expected { enc: fixed(&enc)?, secret: ReplySecret(fixed(&secret)?) };
    let mut writer = ReplyWriter::answer(&expected, &Given(nonce));
    for frame in &frames {
        writer.add(frame.kind, &frame.payload);
    }
    Ok(writer.finish())
}

/// Opens a reply as the device does.
#[uniffi::export]
pub fn vector_open_reply(
    enc: Vec<u8>,
    secret: Vec<u8>,
    bytes: Vec<u8>,
) -> Result<VectorOpened, VectorFailure> {
    let expected = Expected { enc: fixed(&enc)?, secret: ReplySecret(fixed(&secret)?) };
    let mut reader = ReplyReader::begin(&expected, &bytes).map_err(refused)?;
    Ok(opened(|| reader.next_frame()))
}

/// Reads the opening of a request; gives the sender's key.
#[uniffi::export]
pub fn vector_opening(
    payload: Vec<u8>,
    relay: RelayId,
    enc: Vec<u8>,
) -> Result<Vec<u8>, VectorFailure> {
    let opening = Opening::from_payload(&payload, relay, &fixed(&enc)?).map_err(refused)?;
    Ok(opening.sender.to_vec())
}

/// Reads a relay's answer; gives the signatures of its receipts.
#[uniffi::export]
pub fn vector_answer(payload: Vec<u8>) -> Result<Vec<Vec<u8>>, VectorFailure> {
    let answer = Answer::from_payload(&payload).map_err(refused)?;
    Ok(answer.receipts.iter().map(|receipt| receipt.signature.to_vec()).collect())
}

/// A receipt, and whom it is shown to.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorReceipt {
    /// The relay that was joined.
    pub relay_seed: Vec<u8>,
    /// The relay that gives it.
    pub giver_seed: Vec<u8>,
    /// Id of the request that it answers.
    pub request: Vec<u8>,
    /// Who sent that request.
    pub sender: ReplicaId,
    /// The chain, where it is not the sender's own.
    pub replica: Option<ReplicaId>,
    /// Up to which event.
    pub seq: u64,
    /// That event's link.
    pub link: Vec<u8>,
    /// The giver's clock.
    pub at_s: i64,
    /// What is lacking.
    pub lacking: Option<Vec<u8>>,
    /// Id of the request that another relay made, where this was passed down.
    pub passed_request: Option<Vec<u8>>,
    /// The signature, where it is not the right one.
    pub signature: Option<Vec<u8>>,
}

/// Judges a receipt as a device does; gives its signature.
#[uniffi::export]
pub fn vector_receipt(receipt: VectorReceipt) -> Result<Vec<u8>, VectorFailure> {
    let relay = RelaySecret::from_seed(&fixed(&receipt.relay_seed)?);
    let giver = RelaySecret::from_seed(&fixed(&receipt.giver_seed)?);
    let request: [u8; 16] = fixed(&receipt.request)?;
    let lacking = receipt.lacking.as_ref().and_then(|b| Lacking::from_bytes(b, u64::MAX));
    let held = Held {
        replica: receipt.replica.unwrap_or(receipt.sender),
        seq: receipt.seq,
        link: fixed(&receipt.link)?,
        at_s: receipt.at_s,
        lacking: lacking.unwrap_or_default(),
    };
    let passed = match &receipt.passed_request {
        Some(made) => {
            Some(Passed { by: giver.key().sign.into(), request: fixed::<16>(made)?.into() })
        }
        None => None,
    };
    let signed_for = passed.map_or(request, |passed| *passed.request);
    let signature = match &receipt.signature {
        Some(given) => fixed(given)?,
        None => held.sign(&giver, &signed_for),
    };
    let shown = Receipt {
        replica: receipt.replica,
        seq: held.seq,
        link: held.link.into(),
        at_s: held.at_s,
        signature: signature.into(),
        passed,
        lacking: receipt.lacking.map(Into::into),
    };
    shown.check(&relay.key().sign, &request, receipt.sender).map_err(refused)?;
    Ok(signature.to_vec())
}

/// Reads an erasure; gives whom it is about.
#[uniffi::export]
pub fn vector_erasure(payload: Vec<u8>) -> Result<LearnerId, VectorFailure> {
    Ok(Erasure::from_payload(&payload).map_err(refused)?.learner)
}

/// A join code, read.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VectorJoinCode {
    /// The same code, written again.
    pub text: String,
    /// Verifies what the counting server signs.
    pub counting: Vec<u8>,
    /// Where the relay was.
    pub addresses: Vec<String>,
    /// What people call it.
    pub name: String,
    /// What admits a sender.
    pub token: Option<Vec<u8>>,
    /// Whether it admits relays.
    pub admits_relays: bool,
}

/// Reads a join code.
#[uniffi::export]
pub fn vector_join_code(text: &str) -> Result<VectorJoinCode, VectorFailure> {
    let code = JoinCode::from_text(text).map_err(refused)?;
    Ok(VectorJoinCode {
        text: code.to_text(),
        counting: code.counting.to_vec(),
        addresses: code.addresses,
        name: code.name,
        token: code.token,
        admits_relays: code.admits == Role::Relay,
    })
}

#[uniffi::export]
impl Hocvu {
    /// Panics within a call, to show that none crosses.
    pub fn vector_panic(&self) -> Result<(), HocvuFailure> {
        self.house.ask(|_, _| panic!("on purpose"))
    }

    /// Nanoseconds that a learner's first screen takes here, without the border: the least of some
    /// tries, to be compared with the same call from a shell in the same run.
    #[allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]
    pub fn vector_time_home(&self, learner: LearnerId, tries: u32) -> Result<u64, HocvuFailure> {
        self.house.ask(|core, lang| {
            let mut least = u64::MAX;
            for _ in 0..tries {
                let before = std::time::Instant::now();
                std::hint::black_box(core.progress().home(learner, lang)?);
                let took = u64::try_from(before.elapsed().as_nanos()).unwrap_or(u64::MAX);
                least = least.min(took);
            }
            Ok(least)
        })
    }
}
