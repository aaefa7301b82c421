//! An event: a fact in the past tense about what happened on a replica. Its form is in
//! `docs/formats.md`, section 3.
//!
//! An event is kept as the bytes that its author wrote; a kind that this program does not know is
//! kept, hashed and passed on all the same, and folded by nobody.

use minicbor::data::Type;
use minicbor::{Decode, Decoder, Encode, Encoder};

use super::canonical::{self, NotCanonical};
use crate::course::Edition;
use crate::ids::{CompetenceCode, CourseId, LearnerId, LessonId, QuestionId, QuizId, ReplicaId};
use crate::quiz::{QuizUse, Response};

/// The most bytes of an event's body.
pub const BODY_BYTES_MAX: usize = 16 * 1024;

/// An event: the envelope, which every relay reads, and the body, which only folds read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Where it happened.
    pub replica: ReplicaId,
    /// Its number in that replica's chain, from 1.
    pub seq: u64,
    /// Rises within a replica and is above all that the replica had seen.
    pub lamport: u64,
    /// Device time in seconds since 1970, as claimed.
    pub time_s: i64,
    /// Whom it is about.
    pub learner: Option<LearnerId>,
    /// What kind of fact it is.
    pub kind: u32,
    /// The version of the kind's body.
    pub kind_version: u32,
    /// The body: one canonical CBOR map.
    pub body: Vec<u8>,
}

/// Why bytes are no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not the one canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// A field is missing, of another type or out of bounds.
    #[error("the event's {0} is missing or out of bounds")]
    Field(&'static str),
}

impl Event {
    /// The canonical bytes, which are hashed and sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let fields = 7 + u64::from(self.learner.is_some());
        let mut e = Encoder::new(Vec::with_capacity(80 + self.body.len()));
        let infallible = "writing to memory cannot fail";
        e.map(fields).expect(infallible);
        e.u8(0).expect(infallible).bytes(&self.replica.0).expect(infallible);
        e.u8(1).expect(infallible).u64(self.seq).expect(infallible);
        e.u8(2).expect(infallible).u64(self.lamport).expect(infallible);
        e.u8(3).expect(infallible).i64(self.time_s).expect(infallible);
        if let Some(learner) = self.learner {
            e.u8(4).expect(infallible).bytes(&learner.0).expect(infallible);
        }
        e.u8(5).expect(infallible).u32(self.kind).expect(infallible);
        e.u8(6).expect(infallible).u32(self.kind_version).expect(infallible);
        e.u8(7).expect(infallible);
        let mut bytes = e.into_writer();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads canonical bytes; refuses any other form, unknown envelope keys included, since an
    /// envelope is fixed for good.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EventError> {
        canonical::check_map(bytes)?;
        let mut d = Decoder::new(bytes);
        let field = EventError::Field;
        let fields = d.map().ok().flatten().ok_or(field("envelope"))?;
        let key = |d: &mut Decoder<'_>, want: u8, name| match d.u8() {
            Ok(found) if found == want => Ok(()),
            _ => Err(field(name)),
        };
        key(&mut d, 0, "replica")?;
        let replica = ReplicaId::decode(&mut d, &mut ()).map_err(|_| field("replica"))?;
        key(&mut d, 1, "seq")?;
        let seq = d.u64().ok().filter(|seq| (1..=SEQ_MAX).contains(seq)).ok_or(field("seq"))?;
        key(&mut d, 2, "lamport")?;
        let lamport = d.u64().map_err(|_| field("lamport"))?;
        if lamport < seq || lamport > i64::MAX.unsigned_abs() {
            return Err(field("lamport"));
        }
        key(&mut d, 3, "time")?;
        let time_s = d.i64().map_err(|_| field("time"))?;
        let mut learner = None;
        if fields == 8 {
            key(&mut d, 4, "learner")?;
            learner = Some(LearnerId::decode(&mut d, &mut ()).map_err(|_| field("learner"))?);
        }
        key(&mut d, 5, "kind")?;
        let kind = d.u32().map_err(|_| field("kind"))?;
        key(&mut d, 6, "kind version")?;
        let kind_version = d.u32().map_err(|_| field("kind version"))?;
        key(&mut d, 7, "body")?;
        let body = &bytes[d.position()..];
        let is_map = d.datatype().is_ok_and(|t| t == Type::Map);
        d.skip().map_err(|_| field("body"))?;
        if !is_map || body.len() > BODY_BYTES_MAX || d.position() != bytes.len() {
            return Err(field("body"));
        }
        let body = body.to_vec();
        Ok(Self { replica, seq, lamport, time_s, learner, kind, kind_version, body })
    }

    /// What happened, or `None` when this program does not know the kind or its version.
    pub fn deed(&self) -> Option<Deed> {
        Deed::from_body(self.kind, self.kind_version, &self.body)
    }
}

/// The highest number of an event in a chain.
pub const SEQ_MAX: u64 = (1 << 40) - 1;

/// What happened, as far as this program knows the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A replica holds a learner; its first event about her.
    LearnerHeld(LearnerHeld),
    /// A learner belongs to another group from now on.
    GroupSet(GroupSet),
    /// A learner (or her guardian) agreed to a purpose.
    ConsentGiven(ConsentGiven),
    /// A learner (or her guardian) took an agreement back.
    ConsentWithdrawn(ConsentWithdrawn),
    /// A learner was removed from this device.
    LearnerRemoved(LearnerGone),
    /// A learner was erased everywhere.
    LearnerErased(LearnerGone),
    /// This device serves a commune.
    PlaceSet(PlaceSet),
    /// A learner began a lesson.
    LessonBegun(LessonPlace),
    /// A learner finished a lesson.
    LessonFinished(LessonPlace),
    /// A learner began a quiz or self-assessment.
    QuizStarted(QuizStarted),
    /// A learner answered a question.
    AnswerGiven(AnswerGiven),
    /// A learner finished a quiz or self-assessment.
    QuizFinished(QuizFinished),
}

/// The version of every body that this program writes.
const KIND_VERSION: u32 = 1;

/// The kind of [`Deed::LearnerHeld`].
pub(crate) const LEARNER_HELD: u32 = 1;

macro_rules! kinds {
    ($($number:tt $name:ident),* $(,)?) => {
        impl Deed {
            /// Kind, version of the kind, and body as canonical CBOR.
            pub fn to_body(&self) -> (u32, u32, Vec<u8>) {
                let infallible = "writing to memory cannot fail";
                match self {
                    $(Self::$name(body) => {
                        ($number, KIND_VERSION, minicbor::to_vec(body).expect(infallible))
                    })*
                }
            }

            fn from_body(kind: u32, version: u32, body: &[u8]) -> Option<Self> {
                if version != KIND_VERSION {
                    return None;
                }
                match kind {
                    $($number => minicbor::decode(body).ok().map(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    LEARNER_HELD LearnerHeld,
    2 GroupSet,
    3 ConsentGiven,
    4 ConsentWithdrawn,
    5 LearnerRemoved,
    6 LearnerErased,
    7 PlaceSet,
    8 LessonBegun,
    9 LessonFinished,
    10 QuizStarted,
    11 AnswerGiven,
    12 QuizFinished,
}

/// See [`Deed::LearnerHeld`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LearnerHeld {
    /// Public key of her card (Ed25519).
    #[cbor(n(0), with = "minicbor::bytes")]
    pub card_key: [u8; 32],
    /// The card's signature over the holding replica.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// The replica that added her; with the card's key it makes her id.
    #[n(2)]
    pub origin: ReplicaId,
    /// Her group when she was added; 0 unknown, 1 public sector, 2 pupil or student, 3 adult
    /// citizen, 4 worker in an enterprise or co-operative.
    #[n(3)]
    pub group: u8,
}

/// See [`Deed::GroupSet`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GroupSet {
    /// As in [`LearnerHeld::group`].
    #[n(0)]
    pub group: u8,
}

/// See [`Deed::ConsentGiven`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ConsentGiven {
    /// 1: keep her record on this device; 2: pass it on for the figures of her commune.
    #[n(0)]
    pub purpose: u8,
    /// Version of the words that she agreed to.
    #[n(1)]
    pub text_version: u32,
    /// Whether her guardian agreed for her.
    #[n(2)]
    pub by_guardian: bool,
}

/// See [`Deed::ConsentWithdrawn`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ConsentWithdrawn {
    /// As in [`ConsentGiven::purpose`].
    #[n(0)]
    pub purpose: u8,
}

/// See [`Deed::LearnerRemoved`] and [`Deed::LearnerErased`]. The envelope names no learner, so that
/// the event outlives the salt of her other events.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LearnerGone {
    /// Whose record goes.
    #[n(0)]
    pub learner: LearnerId,
    /// Of an erasure: the signed word that relays are handed (`sync::Erasure`).
    #[n(1)]
    pub proof: Option<minicbor::bytes::ByteVec>,
}

/// See [`Deed::PlaceSet`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PlaceSet {
    /// The commune's 5-digit code.
    #[n(0)]
    pub commune: String,
}

/// See [`Deed::LessonBegun`] and [`Deed::LessonFinished`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LessonPlace {
    /// The course.
    #[n(0)]
    pub course: CourseId,
    /// The lesson in it.
    #[n(1)]
    pub lesson: LessonId,
    /// Version of the course.
    #[n(2)]
    pub version: u32,
}

/// A question drawn for an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DrawnQuestion {
    /// Index into the attempt's editions.
    #[n(0)]
    pub edition: u8,
    /// The question in that course.
    #[n(1)]
    pub question: QuestionId,
    /// Its version.
    #[n(2)]
    pub version: u32,
}

/// See [`Deed::QuizStarted`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QuizStarted {
    /// Practice or self-assessment.
    #[n(0)]
    pub purpose: QuizUse,
    /// The editions that questions were drawn from.
    #[n(1)]
    pub editions: Vec<Edition>,
    /// The practice quiz; none for the self-assessment.
    #[n(2)]
    pub quiz: Option<QuizId>,
    /// What the order of options is drawn from.
    #[n(3)]
    pub seed: u64,
    /// In the order in which they are asked.
    #[n(4)]
    pub questions: Vec<DrawnQuestion>,
    /// Version of the policy data that lengths and thresholds come from; self-assessment only.
    #[n(5)]
    pub policy: Option<u32>,
}

/// See [`Deed::AnswerGiven`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AnswerGiven {
    /// The course.
    #[n(0)]
    pub course: CourseId,
    /// The question in it.
    #[n(1)]
    pub question: QuestionId,
    /// The question's version.
    #[n(2)]
    pub version: u32,
    /// What was answered.
    #[n(3)]
    pub response: Response,
    /// Whether all points were earned.
    #[n(4)]
    pub correct: bool,
    /// Points earned.
    #[n(5)]
    pub points: u32,
    /// Points possible.
    #[n(6)]
    pub possible: u32,
    /// What it tells about.
    #[n(7)]
    pub competences: Vec<CompetenceCode>,
    /// Check, practice or self-assessment.
    #[n(8)]
    pub purpose: QuizUse,
    /// Time taken in tenths of a second.
    #[n(9)]
    pub tenths: u32,
    /// Number of the attempt's `QuizStarted` event; none for a check.
    #[n(10)]
    pub attempt: Option<u64>,
    /// The replica of that event, where it is another than this event's.
    #[n(11)]
    pub attempt_replica: Option<ReplicaId>,
    /// Present and true when it was tried again after feedback; such an answer counts for nothing.
    #[n(12)]
    pub again: Option<bool>,
}

/// Points of one competence in an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CompetencePoints {
    /// The competence.
    #[n(0)]
    pub competence: CompetenceCode,
    /// Points earned.
    #[n(1)]
    pub points: u32,
    /// Points possible in what was answered.
    #[n(2)]
    pub possible: u32,
    /// Questions answered.
    #[n(3)]
    pub answered: u32,
}

/// See [`Deed::QuizFinished`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QuizFinished {
    /// Number of the attempt's `QuizStarted` event.
    #[n(0)]
    pub attempt: u64,
    /// The replica of that event, where it is another than this event's.
    #[n(1)]
    pub attempt_replica: Option<ReplicaId>,
    /// By competence, in the order of their codes.
    #[n(2)]
    pub results: Vec<CompetencePoints>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn answer() -> AnswerGiven {
        AnswerGiven {
            course: CourseId::parse("mat-khau-otp").unwrap(),
            question: QuestionId::parse("ai-hoi-otp").unwrap(),
            version: 1,
            response: Response::Single(0),
            correct: true,
            points: 1,
            possible: 1,
            competences: vec![CompetenceCode::parse("4.2").unwrap()],
            purpose: QuizUse::Practice,
            tenths: 143,
            attempt: Some(7),
            attempt_replica: None,
            again: None,
        }
    }

    pub(crate) fn event(deed: &Deed) -> Event {
        let (kind, kind_version, body) = deed.to_body();
        let learner = Some(LearnerId([2; 16]));
        let replica = ReplicaId([1; 16]);
        Event {
            replica,
            seq: 9,
            lamport: 12,
            time_s: 1_795_400_000,
            learner,
            kind,
            kind_version,
            body,
        }
    }

    #[test]
    fn an_event_survives_the_wire_to_the_byte() {
        let event = event(&Deed::AnswerGiven(answer()));
        let bytes = event.to_bytes();
        let read = Event::from_bytes(&bytes).unwrap();
        assert_eq!(read, event);
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(read.deed(), Some(Deed::AnswerGiven(answer())));
    }

    #[test]
    fn every_body_is_canonical() {
        let (_, _, body) = Deed::AnswerGiven(answer()).to_body();
        assert_eq!(canonical::check_map(&body), Ok(()));
        let held = LearnerHeld {
            card_key: [1; 32],
            signature: [2; 64],
            origin: ReplicaId([3; 16]),
            group: 3,
        };
        let (_, _, body) = Deed::LearnerHeld(held).to_body();
        assert_eq!(canonical::check_map(&body), Ok(()));
    }

    #[test]
    fn an_unknown_kind_is_kept_and_has_no_deed() {
        let unknown = Event {
            kind: 4_000,
            body: vec![0xa1, 0x00, 0x01],
            ..event(&Deed::AnswerGiven(answer()))
        };
        let read = Event::from_bytes(&unknown.to_bytes()).unwrap();
        assert_eq!(read, unknown);
        assert_eq!(read.deed(), None);
        let newer = Event { kind_version: 2, ..event(&Deed::AnswerGiven(answer())) };
        assert_eq!(newer.deed(), None);
    }

    #[test]
    fn an_envelope_out_of_bounds_is_refused() {
        let good = event(&Deed::AnswerGiven(answer()));
        let refused = |event: Event| Event::from_bytes(&event.to_bytes()).is_err();
        assert!(refused(Event { seq: 0, ..good.clone() }));
        assert!(refused(Event { seq: SEQ_MAX + 1, lamport: SEQ_MAX + 1, ..good.clone() }));
        assert!(refused(Event { lamport: 8, ..good.clone() }));
        let mut long = vec![0xa1, 0x00, 0x59, 0x40, 0x00];
        long.extend([0; 0x4000]);
        for body in [vec![0x80], vec![0xa0, 0xa0], long] {
            let mut bad = good.clone();
            bad.body = body;
            assert!(refused(bad));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = Event::from_bytes(&bytes).map(|e| e.deed());
        }

        #[test]
        fn a_changed_event_is_another_one_or_refused(at in 0usize..150, to in any::<u8>()) {
            let mut bytes = event(&Deed::AnswerGiven(answer())).to_bytes();
            let at = at % bytes.len();
            bytes[at] = to;
            if let Ok(read) = Event::from_bytes(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes);
                read.deed();
            }
        }
    }
}
