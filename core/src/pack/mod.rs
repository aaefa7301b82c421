//! Packs: what a course travels in.
//!
//! A pack is a set of files under a manifest. The paths, all of them made by `course build`:
//! `course/<lang>.cbor` ([`crate::course::CourseInfo`]), `facts/<lang>.cbor` (a list of
//! [`crate::course::Fact`]), `lessons/<lang>/<id>.cbor` ([`crate::course::Lesson`]),
//! `quizzes/<lang>/<id>.cbor` ([`crate::quiz::Quiz`]), `media/<file>`.
