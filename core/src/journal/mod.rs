//! The journal: append-only events, one chain a replica; the one thing that must never be lost.

mod canonical;
pub(crate) mod chain;
mod copies;
mod event;
mod heads;
mod read;
mod tight;
mod words;
mod write;

pub use canonical::{NotCanonical, check_map};
pub use chain::{
    EventHash, Link, event_hash, first_link, head_is_valid, held_is_valid, learner_id, next_link,
    replica_id, sign_head, sign_held,
};
pub use copies::{COPIES_MAX, CopiedEvent, LAMPORT_AHEAD_MAX};
pub(crate) use copies::{far, receive};
pub(crate) use event::LEARNER_HELD;
pub use event::{
    AnswerGiven, BODY_BYTES_MAX, CompetencePoints, ConsentGiven, ConsentWithdrawn, Deed,
    DrawnQuestion, Event, EventError, GroupSet, LearnerGone, LearnerHeld, LessonPlace, PlaceSet,
    QuizFinished, QuizStarted, SEQ_MAX,
};
pub(crate) use heads::{last_seq, link_after, signed_head};
pub(crate) use read::{Chain, Slot, chains, events_between, events_of_learner, of_kind, slots};
pub(crate) use write::{
    Writing, append, become_new_replica, begin_chain, erase_events, highest_lamport, hold_learners,
    own_replica, sign_newest_head,
};

/// Bits of a slot that hold the number within a chain.
pub(crate) const SEQ_BITS: u32 = 40;

/// The row that an event has: its chain's number above its number in the chain.
pub(crate) fn slot_of(chain_no: i64, seq: u64) -> i64 {
    chain_no << SEQ_BITS | i64::try_from(seq).expect("seq is below 2^40")
}

/// A slot's chain and number in it.
pub(crate) fn chain_and_seq(slot: i64) -> (i64, u64) {
    (slot >> SEQ_BITS, slot.unsigned_abs() & SEQ_MAX)
}
