//! What a course is: lessons, facts, pictures; and the room that lists, opens and searches them.

mod lesson;
mod picture;

pub use lesson::{
    Block, CourseInfo, Day, Fact, FactStatus, Lesson, LineText, Screen, Span, SpanStyle,
};
pub use picture::{PICTURE_BYTES_MAX, PictureError, check_picture};
