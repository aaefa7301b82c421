//! A replica without a database: a key, the end of its chain, and what of it a relay has not given a
//! receipt for. Ten thousand of them fit into one process; what they send is what phones send.

use ed25519_dalek::SigningKey;
use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::{
    Deed, Event, LearnerHeld, Link, event_hash, first_link, learner_id, next_link, replica_id,
    sign_head, sign_held,
};
use hocvu_core::ports::Entropy;
use hocvu_core::sync::{
    ANSWER, Answer, BATCH, Batch, BatchSlot, Cursor, Expected, JoinCode, OPENING, Opening,
    ReplyReader, RequestWriter, Status,
};

use crate::Practice;

/// See the module.
pub struct LightReplica {
    key: SigningKey,
    learner: LearnerId,
    salt: [u8; 32],
    seq: u64,
    link: Link,
    /// Number and link that a receipt reaches.
    reached: (u64, Link),
    waiting: Vec<BatchSlot>,
    cursor: Option<Cursor>,
}

/// A request, and what is needed to take in its reply.
pub struct Bundle {
    /// The bundle.
    pub body: Vec<u8>,
    expected: Expected,
}

fn draw(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    bytes
}

impl LightReplica {
    /// A new replica that holds one learner, whom it added.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let key = SigningKey::from_bytes(&draw(entropy));
        let card = SigningKey::from_bytes(&draw(entropy));
        let public_key = key.verifying_key().to_bytes();
        let (own, card_key) = (replica_id(&public_key), card.verifying_key().to_bytes());
        let link = first_link(&public_key);
        let mut replica = Self {
            learner: learner_id(&card_key, own),
            key,
            salt: draw(entropy),
            seq: 0,
            link,
            reached: (0, link),
            waiting: Vec::new(),
            cursor: None,
        };
        let signature = sign_held(&card, own);
        let held = LearnerHeld { card_key, signature, origin: own, group: 3 };
        replica.note(&Deed::LearnerHeld(held), 1_795_400_000);
        replica
    }

    /// Its id.
    pub fn id(&self) -> ReplicaId {
        replica_id(&self.key.verifying_key().to_bytes())
    }

    /// Events that it has made.
    pub fn events(&self) -> u64 {
        self.seq
    }

    /// Events that a receipt reaches.
    pub fn acknowledged(&self) -> u64 {
        self.reached.0
    }

    /// Lets its learner answer so many questions.
    pub fn answer(&mut self, practice: &mut Practice, answers: usize) {
        let mut time_s = practice.now_s();
        let noted = practice.answer_into::<std::convert::Infallible>(answers, &mut |deed| {
            time_s += 12;
            Ok(self.note(deed, time_s))
        });
        noted.expect("nothing fails in memory");
    }

    /// Records a deed of its learner; gives the event's number.
    pub fn note(&mut self, deed: &Deed, time_s: i64) -> u64 {
        let (kind, kind_version, body) = deed.to_body();
        self.seq += 1;
        let event = Event {
            replica: self.id(),
            seq: self.seq,
            lamport: self.seq,
            time_s,
            learner: Some(self.learner),
            kind,
            kind_version,
            body,
        };
        self.link = next_link(&self.link, &event_hash(&self.salt, &event.to_bytes()));
        self.waiting.push(BatchSlot::Event { event, salt: self.salt });
        self.seq
    }

    /// A bundle with everything that waits.
    pub fn bundle(&self, relay: &JoinCode, time_s: i64, entropy: &dyn Entropy) -> Bundle {
        let mut writer = RequestWriter::begin(&relay.relay, entropy).expect("the relay has a key");
        let opening = Opening {
            sender: self.key.verifying_key().to_bytes().into(),
            role: None,
            token: relay.token.clone().filter(|_| self.cursor.is_none()).map(Into::into),
            time_s,
            cursor: self.cursor,
            chains: None,
            reply_bytes_max: None,
            heads: None,
            counting: None,
            holdings: None,
        };
        let payload = opening.to_payload(&self.key, relay.relay.id(), writer.enc());
        writer.add(OPENING, &payload);
        if !self.waiting.is_empty() {
            let batch = Batch {
                public_key: self.key.verifying_key().to_bytes(),
                first: self.reached.0 + 1,
                slots: self.waiting.clone(),
                signature: sign_head(&self.key, self.seq, &self.link),
            };
            writer.add(BATCH, &batch.to_bytes());
        }
        let (body, expected) = writer.finish();
        Bundle { body, expected }
    }

    /// Takes in a reply. Says whether a signed receipt reaches all that was sent, or what is wrong.
    pub fn take(&mut self, bundle: &Bundle, relay: &JoinCode, body: &[u8]) -> Result<(), String> {
        let wrong = |what: &dyn std::fmt::Display| Err(format!("a reply is wrong: {what}"));
        let mut reader = match ReplyReader::begin(&bundle.expected, body) {
            Ok(reader) => reader,
            Err(error) => return wrong(&error),
        };
        let frame = match reader.next_frame() {
            Ok(Some(frame)) if frame.kind == ANSWER => frame,
            Ok(_) => return wrong(&"it has no answer"),
            Err(error) => return wrong(&error),
        };
        let answer = match Answer::from_payload(&frame.payload) {
            Ok(answer) => answer,
            Err(error) => return wrong(&error),
        };
        if answer.status.is_some_and(|status| status != Status::Taken) {
            return Err(format!("the relay says {:?}", answer.status));
        }
        let request = bundle.expected.request_id();
        for receipt in &answer.receipts {
            let (_, held) = match receipt.check(&relay.relay.sign, &request, self.id()) {
                Ok(checked) => checked,
                Err(error) => return wrong(&error),
            };
            if held.seq == self.seq && held.link == self.link {
                self.reached = (self.seq, self.link);
                self.waiting.clear();
            }
        }
        let number = answer.cursor.unwrap_or(0);
        self.cursor = Some(Cursor { incarnation: answer.incarnation, number });
        if self.waiting.is_empty() { Ok(()) } else { wrong(&"no receipt for what was sent") }
    }
}
