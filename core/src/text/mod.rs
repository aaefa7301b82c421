//! Words: Vietnamese comparison and folding, and all texts for people (Fluent).

mod fold;

pub use fold::{fold_marks, normalise};
