//! What a course is: lessons, facts, pictures; and the room that lists, opens and searches them.

pub(crate) mod courses;
mod lesson;
mod page;
mod picture;
mod search;

pub use courses::{
    AssessmentItem, CourseView, Courses, Edition, InLang, LessonView, QuestionKey, QuizView,
};
pub use lesson::{
    Block, CourseInfo, Day, Fact, FactStatus, Lesson, LineText, Screen, Span, SpanStyle,
    clock_in_vietnam,
};
pub use page::{LessonPage, LessonPicture};
pub use picture::{PICTURE_BYTES_MAX, PictureError, check_picture};
pub use search::{HITS_MAX, QUERY_CHARS_MAX, QUERY_WORDS_MAX, SearchHit, Snippet};
pub(crate) use search::{search_form, searchable_text};
