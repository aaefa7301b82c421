//! The learner card: what lets another device hold a learner. It carries the seed of her key, so
//! whoever has it can read and add to her record; it is shown only when she asks for it.

use ed25519_dalek::SigningKey;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::group::Group;
use super::person::NAME_CHARS_MAX;
use crate::error::Error;
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::chain::learner_id;
use crate::sync::decode_all;
use crate::text::{TypedError, from_typed, to_typed};

const PREFIX: &str = "HOCVUC-";
/// The most characters of a card's code.
pub const CARD_CHARS_MAX: usize = 500;

/// A learner's card.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// The seed of her key (Ed25519).
    pub(crate) seed: [u8; 32],
    /// The replica that added her; with the key it makes her id.
    pub(crate) origin: ReplicaId,
    /// Her group when the card was made.
    pub group: Group,
    /// Her name, if she wished it to be on the card.
    pub name: Option<String>,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Card(secret)")
    }
}

/// Why a text is no card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// It does not begin as one.
    #[error("this is no learner card: it begins with {PREFIX}")]
    NotOne,
    /// A character is wrong or missing.
    #[error("a character of the card is wrong or missing")]
    Mistyped,
}

impl From<CardError> for Error {
    fn from(error: CardError) -> Self {
        let what = match error {
            CardError::NotOne => "kind of card",
            CardError::Mistyped => "card",
        };
        Self::invalid(what, error.to_string())
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    seed: ByteArray<32>,
    #[n(1)]
    origin: ReplicaId,
    #[n(2)]
    group: u8,
    #[n(3)]
    name: Option<String>,
}

impl Card {
    /// The card as text for a QR code, or to be typed.
    pub fn to_text(&self) -> String {
        let wire = Wire {
            seed: self.seed.into(),
            origin: self.origin,
            group: self.group.number(),
            name: self.name.clone(),
        };
        to_typed(PREFIX, &minicbor::to_vec(wire).expect("writing to memory cannot fail"))
    }

    /// Whose card it is.
    pub fn learner(&self) -> LearnerId {
        let key = SigningKey::from_bytes(&self.seed);
        learner_id(&key.verifying_key().to_bytes(), self.origin)
    }

    /// Reads a card as somebody scanned or typed it.
    pub fn from_text(text: &str) -> Result<Self, CardError> {
        let bytes = from_typed(PREFIX, text, CARD_CHARS_MAX).map_err(|error| match error {
            TypedError::Prefix => CardError::NotOne,
            TypedError::Mistyped => CardError::Mistyped,
        })?;
        let wire: Wire = decode_all(&bytes).ok_or(CardError::Mistyped)?;
        let fits = |name: &String| {
            name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control)
        };
        Ok(Self {
            seed: *wire.seed,
            origin: wire.origin,
            group: Group::from_number(wire.group),
            name: wire.name.filter(fits),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_survives_being_typed() {
        let card = Card {
            seed: [3; 32],
            origin: ReplicaId([4; 16]),
            group: Group::Citizen,
            name: Some(String::from("Lan")),
        };
        let text = card.to_text();
        assert_eq!(Card::from_text(&text.to_lowercase()), Ok(card));
        assert!(text.len() < 120, "{} characters", text.len());
        assert_eq!(Card::from_text("HOCVU1-AAAA"), Err(CardError::NotOne));
        assert_eq!(Card::from_text(&text.replacen('A', "B", 1)), Err(CardError::Mistyped));
    }
}
