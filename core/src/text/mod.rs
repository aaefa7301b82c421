//! Words: Vietnamese comparison and folding, and all texts for people (Fluent).

mod fetching;
mod fold;
mod messages;
mod numbers;
mod qr;
mod told;
mod typed;
mod unicode;

pub use fetching::{fetch_hold, fetch_told, fetch_trouble, offer_cost, offer_room, stick_told};
pub use fold::{fold_marks, normalise};
pub use messages::{Messages, Word, capitalised};
pub(crate) use numbers::decimal;
pub use qr::{Qr, grouped};
pub use told::{courier, explain, pack_refused, trouble, you};
pub use typed::{TypedError, from_typed, to_typed};
pub(crate) use unicode::{nfc, nfd};
