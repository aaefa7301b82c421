//! Words: Vietnamese comparison and folding, and all texts for people (Fluent).

mod fold;
mod messages;
mod numbers;
mod typed;

pub use fold::{fold_marks, normalise};
pub use messages::{Messages, capitalised};
pub(crate) use numbers::decimal;
pub use typed::{TypedError, from_typed, to_typed};
