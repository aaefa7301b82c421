//! Authors' tools: a folder of plain text in, a course or its faults out.
//!
//! `docs/formats.md`, section 1, says what a folder holds. [`read_course`] gives the course as
//! parsed parts, [`Course::files`] the files of its pack, [`check`] what is doubtful besides, and
//! [`new_course`] a folder to begin with. Every fault names file, line and remedy.

mod check;
mod course;
mod course_toml;
mod facts_toml;
mod fault;
mod fields;
mod folder;
mod inline;
mod kinds;
mod lesson_md;
mod new;
mod quiz_toml;
mod read;
mod translation;

pub use check::{Checked, check};
pub use course::Course;
pub use fault::Fault;
pub use new::{NewCourseError, new_course};
pub use read::read_course;
