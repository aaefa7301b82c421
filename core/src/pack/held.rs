//! The files of an edition that is installed, as they were in its pack: updates are made from them.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::blobs::Medium;
use super::manifest::{FileEntry, Manifest};
use super::packs::Packs;
use super::{Order, PackError, PackPath};
use crate::error::{Doing, Error, Result};
use crate::ids::CourseId;
use crate::store::Cached;
use crate::sync::Holding;

const DOING: &str = "reading a course's files";

/// An installed edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEdition {
    pub(super) course_no: i64,
    /// Its manifest.
    pub manifest: Manifest,
    /// The manifest's exact bytes.
    pub body: Vec<u8>,
}

impl HeldEdition {
    /// BLAKE3 of the manifest.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(&self.body).as_bytes()
    }
}

impl Packs<'_> {
    /// The current edition of a course, for a mirror that gives its files on; `None` where the course
    /// is not held.
    pub fn held_edition(&self, course: &CourseId) -> Result<Option<HeldEdition>> {
        self.core.store.read(|conn| current(conn, course))
    }

    /// A file of an edition; `None` where it is a picture or sound that is not here, or not whole.
    pub fn held_file(&self, edition: &HeldEdition, entry: &FileEntry) -> Result<Option<Vec<u8>>> {
        let store = &self.core.store;
        store.read(|conn| file(conn, store.folder(), edition.course_no, entry))
    }
}

/// The current edition of a course.
pub(super) fn current(conn: &Connection, course: &CourseId) -> Result<Option<HeldEdition>> {
    let sql = "SELECT course_no, manifest FROM course WHERE course_id = :course AND current = 1";
    let row = named_params! { ":course": course.as_str() };
    edition(conn.query_row_cached(sql, row, no_and_manifest).optional().doing(DOING)?)
}

/// The edition, current or not, that has a manifest of this hash.
pub(super) fn by_hash(
    conn: &Connection,
    course: &CourseId,
    hash: &[u8; 32],
) -> Result<Option<HeldEdition>> {
    let sql = "SELECT course_no, manifest FROM course WHERE course_id = :course";
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let row = named_params! { ":course": course.as_str() };
    let mut rows = statement.query(row).doing(DOING)?;
    while let Some(row) = rows.next().doing(DOING)? {
        let found = no_and_manifest(row).doing(DOING)?;
        if blake3::hash(&found.1).as_bytes() == hash {
            return edition(Some(found));
        }
    }
    Ok(None)
}

fn no_and_manifest(row: &Row<'_>) -> rusqlite::Result<(i64, Vec<u8>)> {
    Ok((row.get("course_no")?, row.get("manifest")?))
}

fn edition(found: Option<(i64, Vec<u8>)>) -> Result<Option<HeldEdition>> {
    let Some((course_no, body)) = found else { return Ok(None) };
    Ok(Some(HeldEdition { course_no, manifest: Manifest::decode(&body)?, body }))
}

/// A file of an edition, checked against what its manifest says.
pub(super) fn file(
    conn: &Connection,
    data: &std::path::Path,
    course_no: i64,
    entry: &FileEntry,
) -> Result<Option<Vec<u8>>> {
    let path = PackPath::parse(&entry.path).map_err(|why| PackError::file(&entry.path, why))?;
    let text = |sql: &str, lang: &str, id: &str| {
        let row = named_params! { ":course_no": course_no, ":lang": lang, ":id": id };
        let body = conn.query_row_cached(sql, row, |row| row.get::<_, Option<Vec<u8>>>(0));
        Ok::<_, crate::Error>(body.optional().doing(DOING)?.flatten())
    };
    let bytes = match &path {
        PackPath::Course(lang) => text(
            "SELECT info FROM course_text WHERE course_no = :course_no AND lang = :lang AND :id = ''",
            lang.as_str(),
            "",
        )?,
        PackPath::Facts(lang) => text(
            "SELECT facts FROM course_text
             WHERE course_no = :course_no AND lang = :lang AND :id = ''",
            lang.as_str(),
            "",
        )?,
        PackPath::Lesson(lang, id) => text(
            "SELECT body FROM lesson
             WHERE course_no = :course_no AND lang = :lang AND lesson_id = :id",
            lang.as_str(),
            id.as_str(),
        )?,
        PackPath::Quiz(lang, id) => text(
            "SELECT body FROM quiz
             WHERE course_no = :course_no AND lang = :lang AND quiz_id = :id",
            lang.as_str(),
            id.as_str(),
        )?,
        PackPath::Picture(name) | PackPath::Audio(name) => {
            let sql = "SELECT hash, body FROM media WHERE course_no = :course_no AND file = :file";
            let row = named_params! { ":course_no": course_no, ":file": name };
            let medium = conn.query_row_cached(sql, row, Medium::of_row).optional().doing(DOING)?;
            medium.map_or(Ok(None), |medium| medium.read(data))?
        }
    };
    Ok(bytes.filter(|bytes| *blake3::hash(bytes).as_bytes() == entry.hash))
}

/// A course's id as the database has it.
pub(super) fn stored_id(text: &str) -> Result<CourseId> {
    CourseId::parse(text).map_err(|error| Error::Damaged { detail: error.to_string() })
}

/// The editions of publishers' courses that are current here, in the order of their ids.
pub(crate) fn published_and_held(conn: &Connection) -> Result<Vec<Holding>> {
    let doing = "listing held courses";
    let sql = "SELECT course_id, generation, version FROM course
               WHERE current = 1 AND root_id IS NOT NULL ORDER BY course_id";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let rows = statement.query_map([], |row| {
        let order = Order { generation: row.get("generation")?, version: row.get("version")? };
        Ok((row.get::<_, String>("course_id")?, order))
    });
    let mut holdings = Vec::new();
    for row in rows.doing(doing)? {
        let (course, order) = row.doing(doing)?;
        holdings.push(Holding { course: stored_id(&course)?, order, devices: 1 });
    }
    Ok(holdings)
}
