//! What a learner has done and what is next: folds of her journal, and the room that shows them.

mod fold;
mod mastery;
mod project;
mod room;

pub(crate) use fold::holds;
pub use fold::{LearnerFold, Stage, fold};
pub use mastery::{MASTERY_ANSWERS_MAX, Mastery};
pub(crate) use project::{attempts, consents, decode_attempt, load, record, refold};
pub(crate) use room::helpful_lessons;
pub use room::{
    CourseProgressView, HomeView, LessonProgressView, MasteryView, Next, Progress, QuizProgressView,
};
