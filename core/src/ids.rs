//! Names of things as types of their own, so that a lesson's id is never taken for a quiz's.
//!
//! Ids that authors write are short texts; ids of learners and replicas are 16 bytes, shown as hex.

use std::fmt;

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

/// The most characters an author's id may have.
pub const ID_CHARS_MAX: usize = 40;

/// Says why a text is no id: what kind of id was meant, and the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what} id")]
pub struct IdError {
    /// What the id should have named, such as `lesson`.
    pub what: &'static str,
    /// The refused text, cut to 80 characters.
    pub text: String,
}

impl IdError {
    fn new(what: &'static str, text: &str) -> Self {
        Self { what, text: text.chars().take(80).collect() }
    }
}

fn is_slug(text: &str) -> bool {
    let byte_fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=ID_CHARS_MAX).contains(&text.len())
        && text.bytes().all(byte_fits)
        && !text.starts_with('-')
}

fn is_competence_code(text: &str) -> bool {
    let mut parts = text.split('.');
    let digits = |part: Option<&str>| {
        part.is_some_and(|p| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(parts.next()) && digits(parts.next()) && parts.next().is_none()
}

fn is_language(text: &str) -> bool {
    (2..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $fits:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text as an id, or says why it is none.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                if $fits(text) { Ok(Self(text.to_owned())) } else { Err(IdError::new($what, text)) }
            }

            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                let at = d.position();
                Self::parse(d.str()?).map_err(|_| DecodeError::message($what).at(at))
            }
        }
    };
}

text_id!(
    /// A course, and the pack that it travels in.
    CourseId, "course", is_slug
);
text_id!(
    /// A lesson within its course.
    LessonId, "lesson", is_slug
);
text_id!(
    /// A quiz within its course.
    QuizId, "quiz", is_slug
);
text_id!(
    /// A question within its course.
    QuestionId, "question", is_slug
);
text_id!(
    /// A fact within its course.
    FactId, "fact", is_slug
);
text_id!(
    /// A publisher of courses within a root of trust.
    PublisherId, "publisher", is_slug
);
text_id!(
    /// A competence of the framework, such as `4.2`.
    CompetenceCode, "competence", is_competence_code
);
text_id!(
    /// A language of texts, such as `vi` or `en` (BCP 47, lower case).
    Lang, "language", is_language
);

macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Reads 32 hex digits.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                parse_hex16(text).map(Self).ok_or_else(|| IdError::new($what, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                let at = d.position();
                if d.datatype()? != Type::Bytes {
                    return Err(DecodeError::type_mismatch(d.datatype()?).at(at));
                }
                let bytes = d.bytes()?;
                bytes.try_into().map(Self).map_err(|_| DecodeError::message($what).at(at))
            }
        }
    };
}

bytes_id!(
    /// A learner: first 16 bytes of the hash of her card's public key and the replica that added her.
    LearnerId, "learner"
);
bytes_id!(
    /// A replica, one installation: first 16 bytes of BLAKE3 of its public key.
    ReplicaId, "replica"
);
bytes_id!(
    /// Somebody who assesses herself without a profile; drawn at random, known only on this device.
    GuestId, "guest"
);

fn parse_hex16(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 16];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}

/// One attempt at a quiz or a self-assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptId {
    /// In the journal: the replica it was started on and the number of its `QuizStarted` event.
    Recorded {
        /// Where it was started.
        replica: ReplicaId,
        /// Number of the `QuizStarted` event in that replica's chain.
        seq: u64,
    },
    /// Of a guest; not in the journal until it is attached to a learner.
    Guest(GuestId),
}

impl AttemptId {
    /// Reads what `Display` writes: 32 hex digits, `-`, a number; or `g-` and 32 hex digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let bad = || IdError::new("attempt", text);
        if let Some(guest) = text.strip_prefix("g-") {
            return GuestId::parse(guest).map(Self::Guest).map_err(|_| bad());
        }
        let (replica, seq) = text.split_once('-').ok_or_else(bad)?;
        Ok(Self::Recorded {
            replica: ReplicaId::parse(replica).map_err(|_| bad())?,
            seq: seq.parse().map_err(|_| bad())?,
        })
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recorded { replica, seq } => write!(f, "{replica}-{seq}"),
            Self::Guest(guest) => write!(f, "g-{guest}"),
        }
    }
}

impl std::str::FromStr for AttemptId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

/// The first four bytes of the id of a device or a relay, as people compare them: 3f2a-91c0.
pub fn short_id(id: ReplicaId) -> String {
    let [a, b, c, d, ..] = id.0;
    format!("{a:02x}{b:02x}-{c:02x}{d:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_authors_write_are_lower_case_and_short() {
        for good in ["otp", "2-lop-bao-ve", "a"] {
            assert!(LessonId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "Otp", "mã-otp", "../x", &"a".repeat(41)] {
            assert!(LessonId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn competence_codes_are_two_numbers() {
        assert!(CompetenceCode::parse("4.2").is_ok());
        for bad in ["4", "4.", "4.2.1", "a.b", "444.1"] {
            assert!(CompetenceCode::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_survive_being_shown_and_read() {
        let attempt = AttemptId::Recorded { replica: ReplicaId([7; 16]), seq: 42 };
        assert_eq!(AttemptId::parse(&attempt.to_string()), Ok(attempt));
        let guest = AttemptId::Guest(GuestId([255; 16]));
        assert_eq!(AttemptId::parse(&guest.to_string()), Ok(guest));
        assert!(AttemptId::parse("07-x").is_err());
        assert!(LearnerId::parse("0g").is_err());
    }
}
