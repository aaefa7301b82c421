//! The room of quizzes. Who looks for something finds it by what is asked:
//!
//! - `practice.rs`, `assessment.rs`: how an attempt is drawn and begun;
//! - `guest.rs`: self-assessments of people without a profile, and attaching one;
//! - `taking.rs`: what both have in common: the next question, answering, the end;
//! - `result.rs`: what an attempt says once it is finished;
//! - `check.rs`: the question inside a lesson, which is no attempt;
//! - `judging.rs`: from a response to what is said and recorded, for all of them.

use crate::hocvu::HocvuCore;
use crate::ids::{GuestId, LearnerId};

/// Who takes a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// A learner; what she does is recorded.
    Learner(LearnerId),
    /// Somebody without a profile; nothing is recorded until it is attached to one.
    Guest(GuestId),
}

/// The room of quizzes; see [`HocvuCore::quizzes`].
pub struct Quizzes<'a> {
    pub(crate) core: &'a HocvuCore,
}
