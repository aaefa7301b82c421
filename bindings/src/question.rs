//! A question as a screen shows it, what is answered to it, and what is said to the answer.

use hocvu_core::course::LineText;
use hocvu_core::ids::{CompetenceCode, CourseId, Lang, QuestionId};
use hocvu_core::quiz::{
    AnswerView as CoreAnswerView, GapPiece, KindView as CoreKindView, OptionView as CoreOptionView,
    PartVerdict, QuestionView as CoreQuestionView, Response,
};

use crate::lesson::FactView;

/// An option, and the index that goes into the response.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OptionView {
    /// Index in the author's order.
    pub index: u32,
    /// Its words.
    pub text: LineText,
}

impl From<CoreOptionView> for OptionView {
    fn from(option: CoreOptionView) -> Self {
        Self { index: option.index.into(), text: option.text }
    }
}

fn options(options: Vec<CoreOptionView>) -> Vec<OptionView> {
    options.into_iter().map(OptionView::from).collect()
}

/// A piece of a text with gaps.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum GapPieceView {
    /// Words as they stand.
    Words {
        /// The words.
        words: LineText,
    },
    /// The next gap.
    Gap,
}

impl From<GapPiece> for GapPieceView {
    fn from(piece: GapPiece) -> Self {
        match piece {
            GapPiece::Words(words) => Self::Words { words },
            GapPiece::Gap => Self::Gap,
        }
    }
}

/// How a question is answered; options stand in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum KindView {
    /// Choose one.
    Single {
        /// To choose from.
        options: Vec<OptionView>,
    },
    /// Choose all that fit.
    Multiple {
        /// To choose from.
        options: Vec<OptionView>,
    },
    /// True or false.
    TrueFalse,
    /// Give each left side a right side.
    Match {
        /// In the author's order.
        lefts: Vec<LineText>,
        /// To choose from.
        rights: Vec<OptionView>,
    },
    /// Put in order.
    Order {
        /// To be ordered.
        items: Vec<OptionView>,
    },
    /// Fill gaps.
    Gap {
        /// Words and gaps in turn.
        text: Vec<GapPieceView>,
        /// What each gap may be filled with.
        gaps: Vec<Vec<OptionView>>,
    },
    /// Type a few words.
    Text {
        /// Whether an answer without diacritics counts too.
        marks_optional: bool,
    },
    /// Type a number.
    Number {
        /// Shown behind the field.
        unit: String,
    },
}

impl From<CoreKindView> for KindView {
    fn from(kind: CoreKindView) -> Self {
        match kind {
            CoreKindView::Single(all) => Self::Single { options: options(all) },
            CoreKindView::Multiple(all) => Self::Multiple { options: options(all) },
            CoreKindView::TrueFalse => Self::TrueFalse,
            CoreKindView::Match { lefts, rights } => Self::Match { lefts, rights: options(rights) },
            CoreKindView::Order(items) => Self::Order { items: options(items) },
            CoreKindView::Gap { text, gaps } => {
                let text = text.into_iter().map(GapPieceView::from).collect();
                Self::Gap { text, gaps: gaps.into_iter().map(options).collect() }
            }
            CoreKindView::Text { marks_optional } => Self::Text { marks_optional },
            CoreKindView::Number { unit } => Self::Number { unit },
        }
    }
}

/// A question in the order drawn for this attempt. Never says which answer is right.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QuestionView {
    /// The course.
    pub course: CourseId,
    /// The question in it.
    pub id: QuestionId,
    /// The language of its words.
    pub lang: Lang,
    /// What is asked.
    pub prompt: LineText,
    /// Name of a picture above the prompt; `CourseRoom.media` has its SVG.
    pub picture: Option<String>,
    /// What that picture shows, for somebody who cannot see it; empty without one.
    pub picture_alt: String,
    /// How it is answered.
    pub kind: KindView,
    /// A nudge; none in the self-assessment.
    pub hint: Option<LineText>,
    /// What it tells about.
    pub competence: CompetenceCode,
}

impl From<CoreQuestionView> for QuestionView {
    fn from(question: CoreQuestionView) -> Self {
        let (picture, picture_alt) = match question.picture {
            Some(picture) => (Some(picture.file), picture.alt),
            None => (None, String::new()),
        };
        Self {
            course: question.course,
            id: question.id,
            lang: question.lang,
            prompt: question.prompt,
            picture,
            picture_alt,
            kind: question.kind.into(),
            hint: question.hint,
            competence: question.competence,
        }
    }
}

/// What a learner answered. Indices are those of the options, whatever order was shown.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ResponseRequest {
    /// She chose one.
    Single {
        /// Its index.
        index: u32,
    },
    /// She chose some.
    Multiple {
        /// Their indices.
        indices: Vec<u32>,
    },
    /// She said true or false.
    TrueFalse {
        /// Whether she said true.
        said: bool,
    },
    /// For each left side the index of a right side, or none.
    Match {
        /// In the order of the left sides.
        indices: Vec<Option<u32>>,
    },
    /// She put items in order.
    Order {
        /// Their indices in the order given.
        indices: Vec<u32>,
    },
    /// For each gap the index of an option, or none.
    Gap {
        /// In the order of the gaps.
        indices: Vec<Option<u32>>,
    },
    /// She typed words.
    Text {
        /// As typed; of more than 200 characters the first count.
        typed: String,
    },
    /// She typed a number; `QuizRoom.readNumber` reads it.
    Number {
        /// The number × 1,000.
        milli: i64,
    },
}

/// The core's form of an index. No question has so many options that the largest number were one.
fn small(index: u32) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

fn wide(indices: Vec<u8>) -> Vec<u32> {
    indices.into_iter().map(u32::from).collect()
}

impl From<ResponseRequest> for Response {
    fn from(request: ResponseRequest) -> Self {
        let all = |indices: Vec<u32>| indices.into_iter().map(small).collect();
        let some = |indices: Vec<Option<u32>>| indices.into_iter().map(|i| i.map(small)).collect();
        match request {
            ResponseRequest::Single { index } => Self::Single(small(index)),
            ResponseRequest::Multiple { indices } => Self::Multiple(all(indices)),
            ResponseRequest::TrueFalse { said } => Self::TrueFalse(said),
            ResponseRequest::Match { indices } => Self::Match(some(indices)),
            ResponseRequest::Order { indices } => Self::Order(all(indices)),
            ResponseRequest::Gap { indices } => Self::Gap(some(indices)),
            ResponseRequest::Text { typed } => Self::Text(typed),
            ResponseRequest::Number { milli } => Self::Number(milli),
        }
    }
}

impl From<Response> for ResponseRequest {
    fn from(response: Response) -> Self {
        let some =
            |indices: Vec<Option<u8>>| indices.into_iter().map(|i| i.map(u32::from)).collect();
        match response {
            Response::Single(index) => Self::Single { index: index.into() },
            Response::Multiple(indices) => Self::Multiple { indices: wide(indices) },
            Response::TrueFalse(said) => Self::TrueFalse { said },
            Response::Match(indices) => Self::Match { indices: some(indices) },
            Response::Order(indices) => Self::Order { indices: wide(indices) },
            Response::Gap(indices) => Self::Gap { indices: some(indices) },
            Response::Text(typed) => Self::Text { typed },
            Response::Number(milli) => Self::Number { milli },
        }
    }
}

/// Whether one part of an answer is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PartView {
    /// Index of the option, pair, item or gap in the author's order.
    pub index: u32,
    /// Whether this part is right.
    pub correct: bool,
}

impl From<PartVerdict> for PartView {
    fn from(part: PartVerdict) -> Self {
        Self { index: part.index.into(), correct: part.correct }
    }
}

/// What is said to an answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AnswerView {
    /// The question as it was shown.
    pub question: QuestionView,
    /// What was answered: the first answer, where there was one before.
    pub response: ResponseRequest,
    /// Whether all points were earned.
    pub correct: bool,
    /// Points earned.
    pub points: u32,
    /// Points possible.
    pub possible: u32,
    /// Which parts are right.
    pub parts: Vec<PartView>,
    /// What to say to this answer.
    pub feedback: Vec<LineText>,
    /// Why the right answer is right.
    pub reason: LineText,
    /// The right answer in words, a line each; empty when it was given.
    pub right_answer: Vec<LineText>,
    /// The fact that the reason rests on.
    pub fact: Option<FactView>,
}

impl From<CoreAnswerView> for AnswerView {
    fn from(answer: CoreAnswerView) -> Self {
        Self {
            question: answer.question.into(),
            response: answer.response.into(),
            correct: answer.correct,
            points: answer.points,
            possible: answer.possible,
            parts: answer.parts.into_iter().map(PartView::from).collect(),
            feedback: answer.feedback,
            reason: answer.reason,
            right_answer: answer.right_answer,
            fact: answer.fact.map(FactView::from),
        }
    }
}
