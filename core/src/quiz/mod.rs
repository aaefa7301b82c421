//! Questions, grading and attempts: the rules are pure functions, the room stores what they say.

mod assessment;
mod attempt;
mod check;
mod draw;
mod grade;
mod guest;
mod judging;
mod policy;
mod practice;
mod question;
mod quizzes;
mod result;
mod taking;
mod view;

pub use attempt::{Attempt, GivenAnswer};
pub use draw::{draw_assessment, drawn_order, shuffle};
pub use grade::{Grade, PartVerdict, ResponseMismatch, grade, parse_number};
pub use policy::{Policy, dots, policy};
pub use question::{
    Choice, Gap, GapPiece, Kind, Pair, PictureRef, Question, Quiz, QuizUse, Response,
    TYPED_CHARS_MAX, WrongText,
};
pub use quizzes::{Quizzes, Taker};
pub(crate) use taking::editions_in_use;
pub use view::{
    AnswerView, AssessmentView, AttemptPage, AttemptView, CompetenceResult, HelpfulLesson,
    KindView, OptionView, QuestionView, ResultView,
};
