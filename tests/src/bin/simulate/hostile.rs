//! A hostile relay: it has a key, people joined it, and it lies as far as a key of its own lets it.

use ed25519_dalek::SigningKey;
use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::{
    Deed, Event, GroupSet, event_hash, first_link, next_link, replica_id, sign_head,
};
use hocvu_core::sync::{
    ANSWER, Answer, BATCH, Batch, BatchSlot, ERASURE, EVENTS, EXTRACT, Erasure, Expected, Extract,
    Held, Lacking, OPENING, Opening, Passed, Receipt, RelaySecret, ReplyWriter, RequestReader,
    events_to_bytes,
};

use crate::world::World;

/// What a request said of one chain.
struct Claim {
    replica: ReplicaId,
    seq: u64,
    link: [u8; 32],
}

impl World {
    /// Answers a request with whatever serves a liar.
    pub(crate) fn lie(&mut self, node: usize, body: &[u8]) -> Result<Vec<u8>, u16> {
        let relay = self.relay(node);
        if self.chance(20) {
            self.tally.note("hostile: events dropped");
            return relay.answer(body).ok().and_then(Result::ok).map(|(reply, _)| reply).ok_or(400);
        }
        let secret = relay.secret();
        let mut reader = RequestReader::begin(secret, body).map_err(|_| 400_u16)?;
        let expected = reader.expected();
        let first = reader.next_frame().map_err(|_| 400_u16)?.ok_or(400_u16)?;
        if first.kind != OPENING {
            return Err(400);
        }
        let opening = Opening::from_payload(&first.payload, relay.key().id(), &expected.enc)
            .map_err(|_| 400_u16)?;
        let sender = replica_id(&opening.sender);
        let mut claims = Vec::new();
        let mut learners: Vec<LearnerId> = Vec::new();
        while let Ok(Some(frame)) = reader.next_frame() {
            if frame.kind != BATCH {
                continue;
            }
            let Ok(batch) = Batch::from_bytes(&frame.payload) else { continue };
            let replica = replica_id(&batch.public_key);
            let seq = batch.first + batch.slots.len() as u64 - 1;
            claims.push(Claim { replica, seq, link: [7; 32] });
            learners.extend(batch.slots.iter().filter_map(|slot| match slot {
                BatchSlot::Event { event, .. } => event.learner,
                _ => None,
            }));
        }
        self.say(|| format!("relay {node} lies"));
        Ok(self.lying_reply(secret, &expected, (sender, &claims, &learners)))
    }

    fn lying_reply(
        &mut self,
        secret: &RelaySecret,
        expected: &Expected,
        (sender, claims, learners): (ReplicaId, &[Claim], &[LearnerId]),
    ) -> Vec<u8> {
        let entropy = crate::device::SeededEntropy::new(self.seed, self.stream());
        let mut writer = ReplyWriter::answer(expected, &entropy);
        let request = expected.request_id();
        let lie = self.rng.below(6);
        let receipts = self.lying_receipts(secret, &request, sender, (claims, lie));
        let answer = Answer {
            incarnation: [9; 8].into(),
            time_s: self.now_s,
            status: None,
            retry_after_s: None,
            bytes_max: None,
            cursor: Some(u64::MAX >> 1),
            receipts,
            more: None,
            frames: 10_000,
            counting: None,
        };
        writer.add(ANSWER, &answer.to_payload());
        if lie == 3 {
            self.tally.note("hostile: erasure made up");
            for learner in learners.iter().take(3) {
                let stranger = RelaySecret::from_seed(&[3; 32]);
                writer.add(ERASURE, &Erasure::by_relay(&stranger, *learner).to_payload());
            }
        }
        if lie == 4 {
            self.tally.note("hostile: events made up");
            // Of nobody, or of a replica that does hold them: then it is believed and nothing breaks.
            let replica = *self.rng.one_of(&[ReplicaId([66; 16]), sender]);
            let events: Vec<Event> =
                learners.iter().take(3).map(|l| made_up(*l, replica)).collect();
            if !events.is_empty() {
                writer.add(EVENTS, &events_to_bytes(&events));
            }
            for event in events {
                self.tally.note("hostile: extract made up");
                writer.add(EXTRACT, &signed_by_nobody(event).to_payload());
            }
        }
        let reply = writer.finish();
        if lie == 5 && !self.replies.is_empty() {
            self.tally.note("hostile: reply of another request");
            return self.rng.one_of(&self.replies).clone();
        }
        reply
    }

    /// Receipts for what was dropped; with a signature of nobody, or as if the server had counted.
    fn lying_receipts(
        &mut self,
        secret: &RelaySecret,
        request: &[u8; 16],
        sender: ReplicaId,
        (claims, lie): (&[Claim], usize),
    ) -> Vec<Receipt> {
        let counting = self.nodes[0].relay.key().sign;
        let at_s = self.now_s + 1_000_000;
        let mut receipts = Vec::new();
        for claim in claims {
            let link = self.true_link(claim);
            let mut lacking = Lacking::default();
            if lie == 2 {
                self.tally.note("hostile: hashes claimed");
                lacking.add(claim.seq / 2 + 1, claim.seq);
            }
            let held = Held { replica: claim.replica, seq: claim.seq, link, at_s, lacking };
            let named = (claim.replica != sender).then_some(claim.replica);
            let mut receipt = held.receipt(named, secret, request);
            match lie {
                0 => {
                    self.tally.note("hostile: receipt forged");
                    receipt.signature = [5; 64].into();
                }
                1 => {
                    self.tally.note("hostile: counting claimed");
                    receipts.push(receipt.clone());
                    let passed = Passed { by: counting.into(), request: (*request).into() };
                    receipt.passed = Some(passed);
                }
                _ => self.tally.note("hostile: events dropped"),
            }
            receipts.push(receipt);
        }
        receipts
    }

    /// The link that the sender has there: a liar can compute it from what it got.
    fn true_link(&self, claim: &Claim) -> [u8; 32] {
        let mut known = self.oracle.events.keys();
        let same = known.find(|(replica, seq, _)| (*replica, *seq) == (claim.replica, claim.seq));
        same.map_or(claim.link, |(_, _, link)| *link)
    }
}

/// The same for a hub, in a chain of a key that the liar has: of nobody whom any card lets hold her.
fn signed_by_nobody(event: Event) -> Extract {
    let key = SigningKey::from_bytes(&[66; 32]);
    let public_key = key.verifying_key().to_bytes();
    let event = Event { replica: replica_id(&public_key), seq: 1, lamport: 1, ..event };
    let salt = [6; 32];
    let before = first_link(&public_key);
    let link = next_link(&before, &event_hash(&salt, &event.to_bytes()));
    let signature = sign_head(&key, 1, &link);
    let slots = vec![BatchSlot::Event { event, salt }];
    let batch = Batch { public_key, first: 1, slots, signature };
    Extract { cursor: u64::MAX >> 1, before, batch }
}

/// An event that never happened, far above all counters.
fn made_up(learner: LearnerId, replica: ReplicaId) -> Event {
    let (kind, kind_version, body) = Deed::GroupSet(GroupSet { group: 1 }).to_body();
    Event {
        replica,
        seq: 1_000_000,
        lamport: 1 << 40,
        time_s: 0,
        learner: Some(learner),
        kind,
        kind_version,
        body,
    }
}
