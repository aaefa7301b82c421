//! What the frames of a bundle say, beside batches: a request's opening, a relay's answer with its
//! receipts, erasures. CBOR as everywhere; unknown keys are skipped. `docs/formats.md`, section 5.

use ed25519_dalek::{Signer, SigningKey};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use super::lacking::Lacking;
use super::pace::Pace;
use super::seal::{RelayId, RelaySecret, RequestId};
use super::trouble::ASKED_WAIT_S_MAX;
use crate::ids::{CourseId, LearnerId, ReplicaId};
use crate::journal::chain::is_signed;
use crate::journal::{Link, SEQ_MAX, check_map, held_is_valid, learner_id, replica_id};
use crate::pack::Order;
use crate::plant::{self, Plant};

/// Frame of a request: who sends it and what it asks. Always the first.
pub const OPENING: u8 = 1;
/// Frame of a request: a batch.
pub const BATCH: u8 = 2;
/// Frame of either: an erasure.
pub const ERASURE: u8 = 3;
/// Frame of a reply: the relay's answer. Always the first.
pub const ANSWER: u8 = 4;
/// Frame of a reply: events of the sender's learners that other replicas made.
pub const EVENTS: u8 = 5;

/// The most chains that a request asks about, and receipts that an answer brings.
pub const CHAINS_MAX: usize = 4_096;
/// The most bytes of an admission token.
pub const TOKEN_BYTES_MAX: usize = 64;

const CONTEXT_REQUEST: &[u8] = b"hocvu 2026-11 request\0";
const CONTEXT_RECEIPT: &[u8] = b"hocvu 2026-11 receipt\0";
const CONTEXT_COUNTING: &[u8] = b"hocvu 2026-11 counting\0";
const CONTEXT_ERASURE: &[u8] = b"hocvu 2026-11 erasure\0";

/// Why a frame was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It cannot be read, or has more of something than is allowed.
    #[error("the {0} cannot be read")]
    Unreadable(&'static str),
    /// Its signature is not its signer's.
    #[error("the {0} is not signed by whom it names")]
    Unsigned(&'static str),
}

/// What the sender of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Role {
    /// A device that learners use.
    #[n(0)]
    Replica,
    /// A relay that passes on what it holds.
    #[n(1)]
    Relay,
}

/// How far a sender has taken in what the relay had for its learners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Cursor {
    /// The relay's incarnation, as its answer named it: after a restore it is another.
    #[n(0)]
    pub incarnation: ByteArray<8>,
    /// The number that came with it.
    #[n(1)]
    pub number: u64,
}

/// The opening of a request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Opening {
    /// The sender's public key (Ed25519): a replica's, or a relay's that signs.
    #[n(0)]
    pub sender: ByteArray<32>,
    /// What the sender is; absent: a replica.
    #[n(1)]
    pub role: Option<Role>,
    /// What admits the sender, until the relay knows it.
    #[n(2)]
    pub token: Option<ByteVec>,
    /// The sender's clock, in seconds since 1970, as claimed.
    #[n(3)]
    pub time_s: i64,
    /// How far it has taken in what the relay had for its learners.
    #[n(4)]
    pub cursor: Option<Cursor>,
    /// The chains that it asks receipts for, beside its own.
    #[n(5)]
    pub chains: Option<Vec<ReplicaId>>,
    /// The most bytes that the reply may have; absent: as the relay sees fit.
    #[n(6)]
    pub reply_bytes_max: Option<u32>,
    /// Ends of chains that it asks about in particular: a relay that holds more of such a chain, on
    /// this branch or another, would otherwise give receipts that the sender cannot compare.
    #[n(7)]
    pub heads: Option<Vec<Head>>,
    /// The beginning of the key of the counting server that the sender goes by; absent: the relay
    /// that it speaks with.
    #[n(8)]
    pub counting: Option<ByteArray<8>>,
    /// The editions of publishers' courses that are held, where that changed since the sender told
    /// this relay last: all of them, each once. A hub tells those of the devices behind it.
    #[n(9)]
    pub holdings: Option<Vec<Holding>>,
}

/// The most holdings of an opening, and of one by which a device speaks for itself.
pub const HOLDINGS_MAX: usize = 1_024;
/// See [`HOLDINGS_MAX`].
pub const HOLDINGS_OF_DEVICE_MAX: usize = 128;

/// An edition of a course that is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(array)]
pub struct Holding {
    /// The course.
    #[n(0)]
    pub course: CourseId,
    /// How new it is.
    #[n(1)]
    pub order: Order,
    /// How many devices hold it, as far as they told; 1 where a device says so.
    #[n(2)]
    pub devices: u64,
}

impl Holding {
    /// What stands for holdings that were told: empty for none.
    pub fn mark(holdings: &[Self]) -> Vec<u8> {
        if holdings.is_empty() {
            return Vec::new();
        }
        blake3::hash(&Self::encode_all(holdings)).as_bytes()[..8].to_vec()
    }

    /// Whether these may go along over a link: one that is known to break carries the record first, and
    /// nothing that takes much of what it passes.
    pub fn may_go(holdings: &[Self], pace: &Pace, has_more: bool) -> bool {
        let fits = || Self::encode_all(holdings).len() <= pace.bytes_max / 4;
        pace.cut.is_none() || (!has_more && fits())
    }

    fn encode_all(holdings: &[Self]) -> Vec<u8> {
        minicbor::to_vec(holdings).expect("memory takes everything")
    }
}

/// The beginning of a counting server's key, for an opening to a relay.
pub fn counting_named(counting: &[u8; 32], relay: &[u8; 32]) -> Option<ByteArray<8>> {
    let beginning = counting.first_chunk::<8>().expect("a key is longer");
    (counting != relay).then_some((*beginning).into())
}

/// The end of a chain, or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Head {
    /// Whose chain.
    #[n(0)]
    pub replica: ReplicaId,
    /// The number there.
    #[n(1)]
    pub seq: u64,
    /// The link there.
    #[n(2)]
    pub link: ByteArray<32>,
}

impl Opening {
    /// The frame: signature, then the opening. The signature binds the relay and the encapsulated
    /// key, whose secret half the sender alone has: so it vouches for all frames that follow.
    pub fn to_payload(&self, key: &SigningKey, relay: RelayId, enc: &[u8; 32]) -> Vec<u8> {
        self.signed(relay, enc, |message| key.sign(message).to_bytes())
    }

    /// The same for a relay that sends.
    pub fn sign_with(&self, sender: &RelaySecret, relay: RelayId, enc: &[u8; 32]) -> Vec<u8> {
        self.signed(relay, enc, |message| sender.sign(message))
    }

    fn signed(
        &self,
        relay: RelayId,
        enc: &[u8; 32],
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Vec<u8> {
        let body = minicbor::to_vec(self).expect("writing to memory cannot fail");
        let signature = sign(&request_message(relay, enc, &body));
        [&signature[..], &body].concat()
    }

    /// Reads the frame and checks who signed it.
    pub fn from_payload(
        payload: &[u8],
        relay: RelayId,
        enc: &[u8; 32],
    ) -> Result<Self, MessageError> {
        const WHAT: &str = "request";
        let unreadable = MessageError::Unreadable(WHAT);
        let (signature, body) = payload.split_first_chunk::<64>().ok_or(unreadable)?;
        let opening: Self = decode_all(body).ok_or(unreadable)?;
        let token = opening.token.as_ref().map_or(0, |token| token.len());
        let chains = opening.chains.as_ref().map_or(0, Vec::len);
        let heads = opening.heads.as_ref().map_or(0, Vec::len);
        if chains > CHAINS_MAX || heads > CHAINS_MAX || token > TOKEN_BYTES_MAX {
            return Err(unreadable);
        }
        if !is_signed(&opening.sender, &request_message(relay, enc, body), signature) {
            return Err(MessageError::Unsigned(WHAT));
        }
        Ok(opening)
    }
}

fn request_message(relay: RelayId, enc: &[u8; 32], body: &[u8]) -> Vec<u8> {
    [CONTEXT_REQUEST, &relay.0, enc, body].concat()
}

/// How a relay took a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Status {
    /// Everything that verified is held.
    #[n(0)]
    Taken,
    /// It takes no more now: come back after `retry_after_s`.
    #[n(1)]
    Later,
    /// The sender is not admitted: a token is missing or void, or it is a relay that was shut out.
    #[n(2)]
    NotAdmitted,
}

/// A relay's word that it holds all of a chain up to a link, but for what it names. It binds that
/// relay alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Receipt {
    /// Whose chain; `None`: the sender's own.
    #[n(0)]
    pub replica: Option<ReplicaId>,
    /// Up to this number.
    #[n(1)]
    pub seq: u64,
    /// The link there.
    #[n(2)]
    pub link: ByteArray<32>,
    /// The giving relay's clock.
    #[n(3)]
    pub at_s: i64,
    /// By the giving relay's key.
    #[n(4)]
    pub signature: ByteArray<64>,
    /// Where it was passed down: the key of the counting server that gave it, and the request that
    /// it answered. Absent: given by the replying relay, for this request.
    #[n(5)]
    pub passed: Option<Passed>,
    /// What the giving relay lacks below the link, as [`Lacking::to_bytes`] writes it; absent: nothing.
    #[n(6)]
    pub lacking: Option<ByteVec>,
}

/// Where a receipt comes from that a hub passed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Passed {
    /// Who gave it (Ed25519).
    #[n(0)]
    pub by: ByteArray<32>,
    /// The request that it answered.
    #[n(1)]
    pub request: ByteArray<16>,
}

/// What a receipt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Whose chain.
    pub replica: ReplicaId,
    /// Up to this number.
    pub seq: u64,
    /// The link there.
    pub link: Link,
    /// The relay's clock.
    pub at_s: i64,
    /// Of which of these it has hashes alone: learners who did not agree to be counted when they
    /// were sent, or who are erased there.
    pub lacking: Lacking,
}

impl Held {
    /// The receipt of a relay that says so in answer to a request; `replica` is `None` for the
    /// sender's own chain.
    pub fn receipt(
        &self,
        replica: Option<ReplicaId>,
        relay: &RelaySecret,
        request: &RequestId,
    ) -> Receipt {
        Receipt {
            replica,
            seq: self.seq,
            link: self.link.into(),
            at_s: self.at_s,
            signature: self.sign(relay, request).into(),
            passed: None,
            lacking: Some(self.lacking.to_bytes()).filter(|b| !b.is_empty()).map(Into::into),
        }
    }

    /// Signs it in answer to a request.
    pub fn sign(&self, relay: &RelaySecret, request: &RequestId) -> [u8; 64] {
        relay.sign(&self.message(request))
    }

    /// Whether the relay with this key said so in answer to the request.
    pub fn is_signed(&self, by: &[u8; 32], request: &RequestId, signature: &[u8; 64]) -> bool {
        is_signed(by, &self.message(request), signature)
    }

    fn message(&self, request: &RequestId) -> Vec<u8> {
        let Self { replica, seq, link, at_s, lacking } = self;
        let (seq, at_s, lacking) = (seq.to_be_bytes(), at_s.to_be_bytes(), lacking.to_bytes());
        [CONTEXT_RECEIPT, request, &replica.0, &seq, link, &at_s, &lacking].concat()
    }
}

impl Receipt {
    /// What it says, once its signature was checked: of a relay that replied to `request` from
    /// `sender`, or of a counting server that answered a hub. Returns who gave it too.
    pub fn check(
        &self,
        relay: &[u8; 32],
        request: &RequestId,
        sender: ReplicaId,
    ) -> Result<([u8; 32], Held), MessageError> {
        let (by, request) = match &self.passed {
            None => (*relay, *request),
            Some(passed) => (*passed.by, *passed.request),
        };
        const WHAT: &str = "receipt";
        let unreadable = MessageError::Unreadable(WHAT);
        if self.seq > SEQ_MAX {
            return Err(unreadable);
        }
        let replica = self.replica.unwrap_or(sender);
        let lacking = match &self.lacking {
            None => Lacking::default(),
            Some(bytes) => Lacking::from_bytes(bytes, self.seq)
                .filter(|lacking| !lacking.is_empty())
                .ok_or(unreadable)?,
        };
        let held = Held { replica, seq: self.seq, link: *self.link, at_s: self.at_s, lacking };
        let is_trusted = self.passed.is_some() && plant::is(Plant::TrustUpstreamClaim);
        if !is_trusted && !held.is_signed(&by, &request, &self.signature) {
            return Err(MessageError::Unsigned(WHAT));
        }
        if plant::is(Plant::IgnoreWhatLacks) {
            return Ok((by, Held { lacking: Lacking::default(), ..held }));
        }
        Ok((by, held))
    }
}

/// A relay's answer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Answer {
    /// Changes when the relay was restored from a backup.
    #[n(0)]
    pub incarnation: ByteArray<8>,
    /// The relay's clock, in seconds since 1970.
    #[n(1)]
    pub time_s: i64,
    /// Absent: everything that verified was taken.
    #[n(2)]
    pub status: Option<Status>,
    /// Seconds to wait before the next request.
    #[n(3)]
    pub retry_after_s: Option<u32>,
    /// The most bytes of a request that the relay takes.
    #[n(4)]
    pub bytes_max: Option<u32>,
    /// Where the sender stands once it has taken in this reply.
    #[n(5)]
    pub cursor: Option<u64>,
    /// For the chains that were asked for.
    #[n(6)]
    pub receipts: Vec<Receipt>,
    /// Whether more waits for the sender than this reply could hold.
    #[n(7)]
    pub more: Option<bool>,
    /// How many frames of the request arrived whole.
    #[n(8)]
    pub frames: u32,
    /// Where the counting server that the sender goes by counts no more: its word who does.
    #[n(9)]
    pub counting: Option<Succession>,
}

/// The word of a relay that somebody took for the counting server: another one is. It had no upstream
/// when it said so. Only its own key can give that up, so no hub can name whom it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Succession {
    /// Verifies what the counting server signs (Ed25519).
    #[n(0)]
    pub counting: ByteArray<32>,
    /// By the relay that counts no more.
    #[n(1)]
    pub signature: ByteArray<64>,
}

impl Succession {
    /// The word of a relay that passes on to another counting server since.
    pub fn by_relay(relay: &RelaySecret, counting: [u8; 32]) -> Self {
        let signature = relay.sign(&counting_message(&counting)).into();
        Self { counting: counting.into(), signature }
    }

    /// Whether the relay with this key says so.
    pub fn is_signed(&self, by: &[u8; 32]) -> bool {
        is_signed(by, &counting_message(&self.counting), &self.signature)
    }
}

fn counting_message(counting: &[u8; 32]) -> Vec<u8> {
    [CONTEXT_COUNTING, counting].concat()
}

impl Answer {
    /// For how many seconds the relay asks to be left alone, as far as that is heeded.
    pub fn wait_s(&self) -> u32 {
        self.retry_after_s.unwrap_or(0).min(ASKED_WAIT_S_MAX)
    }

    /// The frame.
    pub fn to_payload(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads the frame. That the relay wrote it follows from the seal.
    pub fn from_payload(payload: &[u8]) -> Result<Self, MessageError> {
        let answer: Option<Self> = decode_all(payload);
        let bounded = |answer: &Self| answer.receipts.len() <= CHAINS_MAX;
        answer.filter(bounded).ok_or(MessageError::Unreadable("answer"))
    }
}

/// Somebody's word that a learner is to be forgotten everywhere: of the replica that added her, or
/// of a relay that serves her (its volunteer).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Erasure {
    /// Whom.
    #[n(0)]
    pub learner: LearnerId,
    /// Who says so: a replica's or relay's public key (Ed25519).
    #[n(1)]
    pub by: ByteArray<32>,
    /// The signature.
    #[n(2)]
    pub signature: ByteArray<64>,
    /// Her card's public key, which proves which replica added her. A relay names it with a holder.
    #[n(3)]
    pub card_key: Option<ByteArray<32>>,
    /// Shows, where a relay speaks to its upstream, that it had her events: those it has no more.
    #[n(4)]
    pub holder: Option<Holder>,
}

/// A device that held a learner, as her card said in its chain (`LearnerHeld`).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Holder {
    /// Which.
    #[n(0)]
    pub replica: ReplicaId,
    /// The replica that added her; with the card's key it makes her id.
    #[n(1)]
    pub origin: ReplicaId,
    /// The card's signature over the holding replica.
    #[n(2)]
    pub signature: ByteArray<64>,
}

impl Erasure {
    /// The word of the replica that added her.
    pub fn by_origin(key: &SigningKey, card_key: &[u8; 32]) -> Self {
        let by = key.verifying_key().to_bytes();
        let learner = learner_id(card_key, replica_id(&by));
        let signature = key.sign(&erasure_message(learner)).to_bytes();
        let card_key = Some((*card_key).into());
        Self { learner, by: by.into(), signature: signature.into(), card_key, holder: None }
    }

    /// The word of a relay that serves her.
    pub fn by_relay(relay: &RelaySecret, learner: LearnerId) -> Self {
        let signature = relay.sign(&erasure_message(learner));
        let by = relay.key().sign.into();
        Self { learner, by, signature: signature.into(), card_key: None, holder: None }
    }

    /// The same word, with a holder to show.
    pub fn showing(self, card_key: [u8; 32], holder: Holder) -> Self {
        Self { card_key: Some(card_key.into()), holder: Some(holder), ..self }
    }

    /// The frame.
    pub fn to_payload(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads the frame and checks its signature; whether the signer may say so is another question.
    pub fn from_payload(payload: &[u8]) -> Result<Self, MessageError> {
        const WHAT: &str = "erasure";
        let erasure: Self = decode_all(payload).ok_or(MessageError::Unreadable(WHAT))?;
        let message = erasure_message(erasure.learner);
        if is_signed(&erasure.by, &message, &erasure.signature) {
            Ok(erasure)
        } else {
            Err(MessageError::Unsigned(WHAT))
        }
    }

    /// Whether it is the word of the replica that added her.
    pub fn is_by_origin(&self) -> bool {
        self.card_key.is_some_and(|card| learner_id(&card, replica_id(&self.by)) == self.learner)
    }

    /// The device that it shows to have held her, and her card's key, where her card says so.
    pub fn shown(&self) -> Option<([u8; 32], &Holder)> {
        let (card_key, holder) = (*self.card_key?, self.holder.as_ref()?);
        let is_hers = learner_id(&card_key, holder.origin) == self.learner
            && held_is_valid(&card_key, holder.replica, &holder.signature);
        is_hers.then_some((card_key, holder))
    }
}

fn erasure_message(learner: LearnerId) -> Vec<u8> {
    [CONTEXT_ERASURE, &learner.0].concat()
}

/// Decodes exactly one map in the one form that it has; nothing may follow it.
pub(crate) fn decode_all<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Option<T> {
    check_map(bytes).ok()?;
    minicbor::decode(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::sign_held;
    use proptest::prelude::*;

    #[test]
    fn holdings_leave_a_link_that_breaks_to_the_record() {
        let held = |n: u32| Holding {
            course: CourseId::parse(&format!("khoa-{n}")).unwrap(),
            order: Order { generation: 1, version: 2 },
            devices: 1,
        };
        let (few, many): (Vec<_>, Vec<_>) =
            ((0..3).map(held).collect(), (0..99).map(held).collect());
        let whole = Pace::default();
        let broken = Pace { bytes_max: 700, cut: Some(800), ..Pace::default() };
        assert!(Holding::may_go(&many, &whole, true));
        assert!(Holding::may_go(&few, &broken, false));
        assert!(!Holding::may_go(&few, &broken, true), "the record goes first");
        assert!(
            !Holding::may_go(&many, &broken, false),
            "an opening must fit what the link passes"
        );
    }

    fn opening(key: &SigningKey) -> Opening {
        Opening {
            sender: key.verifying_key().to_bytes().into(),
            role: None,
            token: None,
            time_s: 1_795_400_000,
            cursor: Some(Cursor { incarnation: [7; 8].into(), number: 900 }),
            chains: None,
            reply_bytes_max: None,
            heads: None,
            counting: None,
            holdings: None,
        }
    }

    #[test]
    fn an_opening_is_bound_to_sender_relay_and_bundle() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let relay = RelayId([2; 16]);
        let payload = opening(&key).to_payload(&key, relay, &[3; 32]);
        let read = |payload: &[u8], relay, enc| Opening::from_payload(payload, relay, &enc);
        assert_eq!(read(&payload, relay, [3; 32]), Ok(opening(&key)));
        let unsigned = Err(MessageError::Unsigned("request"));
        assert_eq!(read(&payload, RelayId([9; 16]), [3; 32]), unsigned);
        assert_eq!(read(&payload, relay, [9; 32]), unsigned);
        let other = SigningKey::from_bytes(&[9; 32]);
        let forged = opening(&key).to_payload(&other, relay, &[3; 32]);
        assert_eq!(read(&forged, relay, [3; 32]), unsigned);
        assert!(payload.len() <= 140, "{} bytes", payload.len());
    }

    #[test]
    fn a_receipt_is_bound_to_its_relay_request_chain_and_link() {
        let relay = RelaySecret::from_seed(&[1; 32]);
        let request = [4; 16];
        let sender = ReplicaId([6; 16]);
        let mut lacking = Lacking::default();
        lacking.add(3, 4);
        let held = Held { replica: sender, seq: 12, link: [8; 32], at_s: 99, lacking };
        let receipt = held.receipt(None, &relay, &request);
        let by = relay.key().sign;
        assert_eq!(receipt.check(&by, &request, sender), Ok((by, held.clone())));
        let all = Held { lacking: Lacking::default(), ..held };
        let all = all.receipt(None, &relay, &request);
        assert_eq!(all.lacking, None, "who lacks nothing says nothing");
        assert!(receipt.check(&by, &[5; 16], sender).is_err(), "an old reply played again");
        assert!(receipt.check(&[2; 32], &request, sender).is_err());
        assert!(receipt.check(&by, &request, ReplicaId([7; 16])).is_err());
        for altered in [
            Receipt { seq: 13, ..receipt.clone() },
            Receipt { link: [9; 32].into(), ..receipt.clone() },
            Receipt { at_s: 98, ..receipt.clone() },
            Receipt { lacking: None, ..receipt.clone() },
            Receipt { lacking: Some(vec![2, 0].into()), ..receipt.clone() },
            Receipt { lacking: Some(vec![2, 10].into()), ..receipt },
            Receipt { lacking: Some(Vec::new().into()), ..all },
        ] {
            assert!(altered.check(&by, &request, sender).is_err());
        }
        let passed = Passed { by: by.into(), request: request.into() };
        let passed = Receipt { replica: Some(sender), passed: Some(passed), ..receipt };
        let hub = [3; 32];
        let seen = passed.check(&hub, &[9; 16], ReplicaId([1; 16]));
        assert_eq!(seen, Ok((by, held)), "whoever passes it down");
    }

    #[test]
    fn an_erasure_shows_whose_word_it_is() {
        let origin = SigningKey::from_bytes(&[1; 32]);
        let card = [5; 32];
        let erasure = Erasure::by_origin(&origin, &card);
        assert_eq!(Erasure::from_payload(&erasure.to_payload()), Ok(erasure.clone()));
        assert!(erasure.is_by_origin());
        let stranger = SigningKey::from_bytes(&[2; 32]);
        let signature = stranger.sign(&erasure_message(erasure.learner)).to_bytes();
        let by = stranger.verifying_key().to_bytes().into();
        let forged = Erasure { by, signature: signature.into(), ..erasure.clone() };
        assert!(Erasure::from_payload(&forged.to_payload()).is_ok(), "signed by whom it names");
        assert!(!forged.is_by_origin(), "who did not add her");
        let stolen = Erasure { by, ..erasure };
        let refused = Erasure::from_payload(&stolen.to_payload());
        assert_eq!(refused, Err(MessageError::Unsigned("erasure")));
    }

    #[test]
    fn a_relay_shows_a_holder_by_the_card() {
        let (card, origin) = (SigningKey::from_bytes(&[5; 32]), ReplicaId([6; 16]));
        let card_key = card.verifying_key().to_bytes();
        let holder = |replica: ReplicaId| Holder {
            replica,
            origin,
            signature: sign_held(&card, replica).into(),
        };
        let learner = learner_id(&card_key, origin);
        let word = Erasure::by_relay(&RelaySecret::from_seed(&[9; 32]), learner);
        assert!(word.shown().is_none());
        let held = holder(ReplicaId([7; 16]));
        let shown = word.clone().showing(card_key, held.clone());
        assert_eq!(Erasure::from_payload(&shown.to_payload()), Ok(shown.clone()));
        assert_eq!(shown.shown(), Some((card_key, &held)));
        assert!(!shown.is_by_origin());
        for wrong in [
            Holder { replica: ReplicaId([8; 16]), ..held.clone() },
            Holder { origin: ReplicaId([8; 16]), ..held.clone() },
            Holder { signature: [0; 64].into(), ..held },
        ] {
            assert!(word.clone().showing(card_key, wrong).shown().is_none());
        }
        let of_another = Erasure { learner: LearnerId([1; 16]), ..shown };
        assert!(of_another.shown().is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Opening::from_payload(&bytes, RelayId([0; 16]), &[0; 32]);
            let _ = Answer::from_payload(&bytes);
            let _ = Erasure::from_payload(&bytes);
        }
    }
}
