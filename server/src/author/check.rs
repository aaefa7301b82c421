//! Checks a folder as a whole: faults, and what is allowed but doubtful.

use std::path::Path;

use hocvu_core::course::Day;

use super::course::Course;
use super::fault::Fault;
use super::read::read;

/// A course without faults, and what its author should look at.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The course.
    pub course: Course,
    /// Sorted by file and line; none of them keeps the course from being built.
    pub warnings: Vec<Fault>,
}

/// Reads an author's folder and looks for what is doubtful: facts to be reviewed by `today`, unused
/// media, lessons longer than they say, self-assessments with few items.
///
/// Fails with all faults of the folder, sorted by file and line.
pub fn check(dir: &Path, today: Day) -> Result<Checked, Vec<Fault>> {
    read(dir, Some(today)).map(|(course, warnings)| Checked { course, warnings })
}
