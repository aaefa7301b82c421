//! What a question is and what may be answered to it.
//!
//! The forms are those inside a pack; see `course/lesson.rs`. Right answers lie beside the question:
//! the device grades alone, far from any network, so there is nobody to hide them from.

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use crate::course::LineText;
use crate::ids::{CompetenceCode, FactId, QuestionId, QuizId};

/// The most characters of a typed answer that are kept.
pub const TYPED_CHARS_MAX: usize = 200;

/// What the questions of a quiz file are for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum QuizUse {
    /// Inside lessons: answered at once, tried again.
    #[n(0)]
    Check,
    /// A practice quiz at the end.
    #[n(1)]
    Practice,
    /// Items that only the self-assessment draws.
    #[n(2)]
    Assessment,
}

/// The questions of one quiz file in one language.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Quiz {
    /// Its id within the course.
    #[n(0)]
    pub id: QuizId,
    /// What it is for.
    #[n(1)]
    pub r#use: QuizUse,
    /// Its name for readers; empty where it is not a practice quiz.
    #[n(2)]
    pub title: String,
    /// Whether the order of questions is drawn.
    #[n(3)]
    pub shuffle: bool,
    /// In the author's order.
    #[cbor(n(4), decode_with = "decode_questions")]
    pub questions: Vec<Question>,
}

/// For how many questions room is made at once, whatever number a file claims to have.
const QUESTIONS_AT_ONCE: usize = 256;

/// A `Vec` that grows by itself copies the questions of a large quiz several times over.
fn decode_questions<Ctx>(d: &mut Decoder<'_>, ctx: &mut Ctx) -> Result<Vec<Question>, DecodeError> {
    let claimed = d.probe().array()?.unwrap_or_default();
    let room = usize::try_from(claimed).unwrap_or(QUESTIONS_AT_ONCE).min(QUESTIONS_AT_ONCE);
    let mut questions = Vec::with_capacity(room);
    for question in d.array_iter_with(ctx)? {
        questions.push(question?);
    }
    Ok(questions)
}

/// A question in one language.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Question {
    /// Its id within the course.
    #[n(0)]
    pub id: QuestionId,
    /// Raised when its meaning changed.
    #[n(1)]
    pub version: u32,
    /// How it is answered.
    #[n(2)]
    pub kind: Kind,
    /// What is asked.
    #[n(3)]
    pub prompt: LineText,
    /// A picture above the prompt.
    #[n(4)]
    pub picture: Option<PictureRef>,
    /// What it tells about.
    #[n(5)]
    pub competence: CompetenceCode,
    /// 1 easy, 2 middle, 3 hard.
    #[n(6)]
    pub difficulty: u8,
    /// A nudge for somebody who is stuck; none in the self-assessment.
    #[n(7)]
    pub hint: Option<LineText>,
    /// Why the right answer is right.
    #[n(8)]
    pub reason: LineText,
    /// The fact that the reason rests on.
    #[n(9)]
    pub fact: Option<FactId>,
}

/// A picture of the course's media and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct PictureRef {
    /// File name in the pack's `media/`.
    #[n(0)]
    pub file: String,
    /// What is seen, for somebody who cannot see it.
    #[n(1)]
    pub alt: String,
}

/// How a question is answered, with the right answer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Kind {
    /// One option is right.
    #[n(0)]
    Single {
        /// 2 to 6.
        #[n(0)]
        options: Vec<Choice>,
    },
    /// Several options may be right.
    #[n(1)]
    Multiple {
        /// 3 to 8.
        #[n(0)]
        options: Vec<Choice>,
    },
    /// A statement that is right or wrong.
    #[n(2)]
    TrueFalse {
        /// Whether the statement is true.
        #[n(0)]
        answer: bool,
        /// Said to who answers "true".
        #[n(1)]
        feedback_true: LineText,
        /// Said to who answers "false".
        #[n(2)]
        feedback_false: LineText,
    },
    /// Each left side has one right side.
    #[n(3)]
    Match {
        /// 2 to 6.
        #[n(0)]
        pairs: Vec<Pair>,
        /// Right sides that match nothing.
        #[n(1)]
        extra: Vec<LineText>,
    },
    /// Items to be put in order.
    #[n(4)]
    Order {
        /// 3 to 7, in the right order.
        #[n(0)]
        items: Vec<LineText>,
        /// Said when the order is not right.
        #[n(1)]
        feedback_wrong: LineText,
    },
    /// Words left out of a text, each chosen from a few.
    #[n(5)]
    Gap {
        /// Words and gaps in turn.
        #[n(0)]
        text: Vec<GapPiece>,
        /// In the order of the text.
        #[n(1)]
        gaps: Vec<Gap>,
    },
    /// A few words typed.
    #[n(6)]
    Text {
        /// All accepted answers.
        #[n(0)]
        answers: Vec<String>,
        /// Whether an answer without diacritics counts too.
        #[n(1)]
        marks_optional: bool,
        /// Wrong answers that are often given.
        #[n(2)]
        wrong: Vec<WrongText>,
        /// Said to any other wrong answer.
        #[n(3)]
        feedback_wrong: LineText,
    },
    /// A number typed, in thousandths.
    #[n(7)]
    Number {
        /// The right number × 1,000.
        #[n(0)]
        answer_milli: i64,
        /// How far off still counts, × 1,000.
        #[n(1)]
        tolerance_milli: i64,
        /// Shown behind the field.
        #[n(2)]
        unit: String,
        /// Said to a wrong number.
        #[n(3)]
        feedback_wrong: LineText,
    },
}

/// An option to choose.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Choice {
    /// The words of the option.
    #[n(0)]
    pub text: LineText,
    /// Whether it belongs to the right answer.
    #[n(1)]
    pub correct: bool,
    /// Said to who chose it.
    #[n(2)]
    pub feedback: LineText,
}

/// Two sides that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Pair {
    /// Shown in the author's order.
    #[n(0)]
    pub left: LineText,
    /// Shown in a drawn order.
    #[n(1)]
    pub right: LineText,
    /// Why they belong together; may be empty.
    #[n(2)]
    pub feedback: LineText,
}

/// A piece of a text with gaps.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum GapPiece {
    /// Words as they stand.
    #[n(0)]
    Words(#[n(0)] LineText),
    /// The next gap.
    #[n(1)]
    Gap,
}

/// One gap and what may fill it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Gap {
    /// 2 to 5.
    #[n(0)]
    pub options: Vec<LineText>,
    /// Index of the right option.
    #[n(1)]
    pub answer: u8,
    /// Said when another was chosen.
    #[n(2)]
    pub feedback_wrong: LineText,
}

/// A wrong answer that is often typed, and what to say to it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct WrongText {
    /// The wrong answer.
    #[n(0)]
    pub text: String,
    /// Said to who typed it.
    #[n(1)]
    pub feedback: LineText,
}

impl Question {
    /// The most points that an answer can earn; the table is in `docs/formats.md`, section 1.
    pub fn points_possible(&self) -> u32 {
        let count = |n: usize| u32::try_from(n).expect("a question has few parts");
        match &self.kind {
            Kind::Multiple { options } => count(options.iter().filter(|o| o.correct).count()),
            Kind::Match { pairs, .. } => count(pairs.len()),
            Kind::Order { items, .. } => count(items.len().saturating_sub(1)),
            Kind::Gap { gaps, .. } => count(gaps.len()),
            Kind::Single { .. }
            | Kind::TrueFalse { .. }
            | Kind::Text { .. }
            | Kind::Number { .. } => 1,
        }
    }
}

/// What a learner answered. Indices are those of the author's order, whatever order was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// Index of the chosen option.
    Single(u8),
    /// Indices of the chosen options.
    Multiple(Vec<u8>),
    /// "True" or "false".
    TrueFalse(bool),
    /// For each left side the index of the right side (pairs first, then extra), or none.
    Match(Vec<Option<u8>>),
    /// Indices of the items in the order given.
    Order(Vec<u8>),
    /// For each gap the index of the option, or none.
    Gap(Vec<Option<u8>>),
    /// What was typed, NFC, at most [`TYPED_CHARS_MAX`] characters.
    Text(String),
    /// The number typed × 1,000.
    Number(i64),
}

/// On the wire a response is one flat array: the kind's number, then the values; `null` is "none".
impl<C> Encode<C> for Response {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        fn all<W: Write>(
            e: &mut Encoder<W>,
            kind: u8,
            values: impl ExactSizeIterator<Item = Option<u8>>,
        ) -> Result<(), EncodeError<W::Error>> {
            e.array(values.len() as u64 + 1)?.u8(kind)?;
            for value in values {
                match value {
                    Some(index) => e.u8(index)?,
                    None => e.null()?,
                };
            }
            Ok(())
        }
        match self {
            Self::Single(index) => e.array(2)?.u8(0)?.u8(*index)?.ok(),
            Self::Multiple(indices) => all(e, 1, indices.iter().map(|i| Some(*i))),
            Self::TrueFalse(value) => e.array(2)?.u8(2)?.bool(*value)?.ok(),
            Self::Match(indices) => all(e, 3, indices.iter().copied()),
            Self::Order(indices) => all(e, 4, indices.iter().map(|i| Some(*i))),
            Self::Gap(indices) => all(e, 5, indices.iter().copied()),
            Self::Text(typed) => e.array(2)?.u8(6)?.str(typed)?.ok(),
            Self::Number(milli) => e.array(2)?.u8(7)?.i64(*milli)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Response {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        /// More values than any question has parts.
        const VALUES_MAX: u64 = 16;
        let at = d.position();
        let bad = |what| DecodeError::message(what).at(at);
        let values =
            d.array()?.filter(|n| (1..=VALUES_MAX).contains(n)).ok_or(bad("response"))? - 1;
        let kind = d.u8()?;
        if matches!(kind, 0 | 2 | 6 | 7) && values != 1 {
            return Err(bad("response of one value"));
        }
        let optional = |d: &mut Decoder<'b>| -> Result<Option<u8>, DecodeError> {
            if d.datatype()? == Type::Null { d.null().map(|()| None) } else { d.u8().map(Some) }
        };
        Ok(match kind {
            0 => Self::Single(d.u8()?),
            1 => Self::Multiple((0..values).map(|_| d.u8()).collect::<Result<_, _>>()?),
            2 => Self::TrueFalse(d.bool()?),
            3 => Self::Match((0..values).map(|_| optional(d)).collect::<Result<_, _>>()?),
            4 => Self::Order((0..values).map(|_| d.u8()).collect::<Result<_, _>>()?),
            5 => Self::Gap((0..values).map(|_| optional(d)).collect::<Result<_, _>>()?),
            6 => {
                let typed = d.str()?;
                if typed.chars().count() > TYPED_CHARS_MAX {
                    return Err(bad("typed answer is too long"));
                }
                Self::Text(typed.to_owned())
            }
            7 => Self::Number(d.i64()?),
            _ => return Err(bad("unknown kind of response")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_survive_the_wire() {
        let all = [
            Response::Single(3),
            Response::Multiple(vec![0, 2]),
            Response::Multiple(vec![]),
            Response::TrueFalse(true),
            Response::Match(vec![Some(1), None]),
            Response::Order(vec![2, 0, 1]),
            Response::Gap(vec![None]),
            Response::Text("mật khẩu".into()),
            Response::Number(-1_500),
        ];
        for response in all {
            let bytes = minicbor::to_vec(&response).unwrap();
            assert_eq!(minicbor::decode::<Response>(&bytes).unwrap(), response);
        }
    }

    #[test]
    fn a_response_with_too_much_in_it_is_refused() {
        let long = minicbor::to_vec(Response::Text("x".repeat(201))).unwrap();
        assert!(minicbor::decode::<Response>(&long).is_err());
        let many = minicbor::to_vec(Response::Order(vec![0; 16])).unwrap();
        assert!(minicbor::decode::<Response>(&many).is_err());
        assert!(minicbor::decode::<Response>(&[0x82, 0x09, 0x00]).is_err());
    }
}
