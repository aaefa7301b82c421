//! Packs: what a course travels in.
//!
//! A pack is a set of files under a manifest. The paths, all of them made by `course build`:
//! `course/<lang>.cbor` ([`crate::course::CourseInfo`]), `facts/<lang>.cbor` (a list of
//! [`crate::course::Fact`]), `lessons/<lang>/<id>.cbor` ([`crate::course::Lesson`]),
//! `quizzes/<lang>/<id>.cbor` ([`crate::quiz::Quiz`]), `media/<file>`.

/// Why a pack, catalogue or root was refused; what is held keeps working.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A file is missing, cut short, altered, too large or not what it should be.
    #[error("{file}: {why}")]
    File {
        /// The file within the pack, or the pack's own name.
        file: String,
        /// What is wrong with it.
        why: String,
    },
}
