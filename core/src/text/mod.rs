//! Words: Vietnamese comparison and folding, and all texts for people (Fluent).

mod fold;
mod messages;
mod numbers;

pub use fold::{fold_marks, normalise};
pub use messages::{Messages, capitalised};
pub(crate) use numbers::decimal;
