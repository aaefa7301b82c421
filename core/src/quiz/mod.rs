//! Questions, grading and attempts: the rules are pure functions, the room stores what they say.

mod grade;
mod question;

pub use grade::{Grade, PartVerdict, ResponseMismatch, grade, parse_number};
pub use question::{
    Choice, Gap, GapPiece, Kind, Pair, PictureRef, Question, Quiz, QuizUse, Response, WrongText,
};
