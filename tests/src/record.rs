//! What was acknowledged, what is recorded, and whether the one lies in the other.

use std::hash::{DefaultHasher, Hash, Hasher};

use hocvu_core::ids::LearnerId;
use hocvu_core::quiz::{AttemptView, Response};
use hocvu_core::{HocvuCore, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An answer whose call has returned, as the recorder prints it: one JSON object a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who answered.
    pub learner: String,
    /// The attempt; none for a check.
    pub attempt: Option<String>,
    /// The question's place in the attempt.
    pub index: u32,
    /// The course.
    pub course: String,
    /// The question in it.
    pub question: String,
    /// The answer as the export writes it.
    pub response: Value,
    /// What the attempt showed after the answer; see [`fingerprint`].
    pub next: Option<u64>,
}

/// A response as the export of a learner writes it; numbers are whole in these scenarios.
pub fn response_json(response: &Response) -> Value {
    match response {
        Response::Single(index) => (*index).into(),
        Response::Multiple(indices) | Response::Order(indices) => indices.clone().into(),
        Response::TrueFalse(said) => (*said).into(),
        Response::Match(indices) | Response::Gap(indices) => serde_json::json!(indices),
        Response::Text(typed) => typed.clone().into(),
        Response::Number(milli) => (milli / 1_000).to_string().into(),
    }
}

/// A number that stands for all that an attempt shows: its next question, the order of its options,
/// how much is answered.
pub fn fingerprint(view: &AttemptView) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{view:?}").hash(&mut hasher);
    hasher.finish()
}

/// All answers of a learner that her export tells of, in the order of the journal.
pub fn recorded_answers(core: &HocvuCore, learner: LearnerId) -> Result<Vec<Value>> {
    let export = core.learners().export(learner)?;
    let export: Value = serde_json::from_str(&export).expect("the export is JSON");
    let events = export["events"].as_array().expect("the export lists events");
    Ok(events.iter().filter_map(|e| e["what"].get("answer_given")).cloned().collect())
}

/// Looks for one learner's acknowledged answers, in their order, from place `from` of what is
/// recorded. Gives how many recorded ones were used up, or what is missing.
///
/// The same answer to a check again is acknowledged and changes nothing: it is there already.
pub fn check_acknowledged(
    recorded: &[Value],
    from: usize,
    acknowledged: &[Acknowledged],
) -> Result<usize, String> {
    let is_of = |answer: &Value, ack: &Acknowledged| {
        answer["course"] == *ack.course && answer["question"] == *ack.question
    };
    let mut at = from;
    for ack in acknowledged {
        let fits = |answer: &Value| is_of(answer, ack) && answer["response"] == ack.response;
        if recorded.get(at).is_some_and(fits) {
            at += 1;
            continue;
        }
        let mut before = recorded[..at.min(recorded.len())].iter().rev();
        let is_check = |answer: &&Value| answer["purpose"] == "check" && is_of(answer, ack);
        if ack.attempt.is_some() || !before.find(is_check).is_some_and(fits) {
            return Err(format!("{ack:?} is not at place {at} of {}", recorded.len()));
        }
    }
    Ok(at)
}
