//! Words: Vietnamese comparison and folding, and all texts for people (Fluent).

mod fold;
mod messages;
mod numbers;
mod told;
mod typed;

pub use fold::{fold_marks, normalise};
pub use messages::{Messages, Word, capitalised};
pub(crate) use numbers::decimal;
pub use told::{explain, trouble, you};
pub use typed::{TypedError, from_typed, to_typed};
