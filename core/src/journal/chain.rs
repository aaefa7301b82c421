//! The chain: what makes a replica's events tamper-evident and still erasable. Pure functions.
//!
//! `link(0) = H(public key)`; `h(n)` = hash of event n, keyed with a random salt of (learner,
//! replica); `link(n) = H(link(n-1) ‖ h(n))`; a head is (seq, link) signed by the replica. Where an
//! event was erased its hash stays, the chain still verifies, and without the salt the hash reveals
//! nothing. Hashes are BLAKE3 in key derivation mode, so each has its own context.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::ids::{LearnerId, ReplicaId};

/// A hash that stands for all events up to one of them.
pub type Link = [u8; 32];

/// The hash of one event under its learner's salt.
pub type EventHash = [u8; 32];

const CONTEXT_START: &str = "hocvu 2026-11 chain start";
const CONTEXT_LINK: &str = "hocvu 2026-11 chain link";
const CONTEXT_EVENT: &str = "hocvu 2026-11 event key from salt";
const CONTEXT_LEARNER: &str = "hocvu 2026-11 learner id";
const CONTEXT_HEAD: &[u8] = b"hocvu 2026-11 head\0";
const CONTEXT_HELD: &[u8] = b"hocvu 2026-11 learner held\0";

/// A replica's id: first 16 bytes of BLAKE3 of its public key.
pub fn replica_id(public_key: &[u8; 32]) -> ReplicaId {
    ReplicaId(first16(blake3::hash(public_key).as_bytes()))
}

/// A learner's id: first 16 bytes of the hash of her card's public key and of the replica that
/// added her.
pub fn learner_id(card_key: &[u8; 32], origin: ReplicaId) -> LearnerId {
    LearnerId(first16(&derive(CONTEXT_LEARNER, &[card_key, &origin.0])))
}

/// The link before a chain's first event.
pub fn first_link(public_key: &[u8; 32]) -> Link {
    derive(CONTEXT_START, &[public_key])
}

/// The hash of an event's canonical bytes under a salt.
pub fn event_hash(salt: &[u8; 32], event: &[u8]) -> EventHash {
    let key = blake3::derive_key(CONTEXT_EVENT, salt);
    *blake3::keyed_hash(&key, event).as_bytes()
}

/// The link after an event with this hash.
pub fn next_link(before: &Link, hash: &EventHash) -> Link {
    derive(CONTEXT_LINK, &[before, hash])
}

/// A replica's signature under (seq, link).
pub fn sign_head(key: &SigningKey, seq: u64, link: &Link) -> [u8; 64] {
    key.sign(&head_message(seq, link)).to_bytes()
}

/// Whether a head was signed by the replica with this public key.
pub fn head_is_valid(public_key: &[u8; 32], seq: u64, link: &Link, signature: &[u8; 64]) -> bool {
    is_signed(public_key, &head_message(seq, link), signature)
}

/// A card's signature that lets a replica hold its learner.
pub fn sign_held(card: &SigningKey, replica: ReplicaId) -> [u8; 64] {
    card.sign(&held_message(replica)).to_bytes()
}

/// Whether the card with this public key let a replica hold its learner.
pub fn held_is_valid(card_key: &[u8; 32], replica: ReplicaId, signature: &[u8; 64]) -> bool {
    is_signed(card_key, &held_message(replica), signature)
}

fn head_message(seq: u64, link: &Link) -> Vec<u8> {
    [CONTEXT_HEAD, &seq.to_be_bytes(), link].concat()
}

fn held_message(replica: ReplicaId) -> Vec<u8> {
    [CONTEXT_HELD, &replica.0].concat()
}

/// Whether the holder of a key signed a message; verified strictly.
pub(crate) fn is_signed(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(public_key)
        .and_then(|key| key.verify_strict(message, &signature))
        .is_ok()
}

fn derive(context: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// The first half of a hash: what replicas, learners, relays and requests are called.
pub(crate) fn first16(bytes: &[u8; 32]) -> [u8; 16] {
    let (first, _) = bytes.split_at(16);
    first.try_into().expect("16 bytes were split off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_bound_to_key_number_and_link() {
        let key = SigningKey::from_bytes(&[5; 32]);
        let public = key.verifying_key().to_bytes();
        let signature = sign_head(&key, 3, &[9; 32]);
        assert!(head_is_valid(&public, 3, &[9; 32], &signature));
        assert!(!head_is_valid(&public, 4, &[9; 32], &signature));
        assert!(!head_is_valid(&public, 3, &[8; 32], &signature));
        let other = SigningKey::from_bytes(&[6; 32]).verifying_key().to_bytes();
        assert!(!head_is_valid(&other, 3, &[9; 32], &signature));
    }

    #[test]
    fn the_hash_needs_the_salt() {
        assert_ne!(event_hash(&[0; 32], b"event"), event_hash(&[1; 32], b"event"));
    }
}
