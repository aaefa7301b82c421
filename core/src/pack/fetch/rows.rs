//! What the database knows of courses that are on their way here.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::error::{Doing, Error, Result};
use crate::ids::CourseId;
use crate::pack::manifest::{FileEntry, Manifest};
use crate::pack::update::FileKind;
use crate::store::Cached;

const DOING: &str = "fetching a course";

/// How far a course has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FetchRow {
    pub(super) to: [u8; 32],
    pub(super) from: Option<[u8; 32]>,
    pub(super) with_media: bool,
    /// Names the mirror's very bytes.
    pub(super) tag: Option<String>,
    /// The update's beginning, up to the first piece.
    pub(super) head: Option<Vec<u8>>,
    /// Where the next wanted piece begins.
    pub(super) place: u64,
}

/// A course that is on its way.
pub(super) fn get(conn: &Connection, course: &CourseId) -> Result<Option<FetchRow>> {
    let sql = "SELECT to_hash, from_hash, with_media, tag, head, place FROM fetch
               WHERE course_id = :course";
    let row = named_params! { ":course": course.as_str() };
    let found = conn.query_row_cached(sql, row, |row| {
        Ok(FetchRow {
            to: row.get("to_hash")?,
            from: row.get("from_hash")?,
            with_media: row.get("with_media")?,
            tag: row.get("tag")?,
            head: row.get("head")?,
            place: row.get::<_, i64>("place")?.unsigned_abs(),
        })
    });
    found.optional().doing(DOING)
}

/// Begins to fetch a course, or goes on. Files that came for another edition of it stay: some may be
/// in this one too.
pub(super) fn put(tx: &Transaction<'_>, course: &CourseId, fetch: &FetchRow) -> Result<()> {
    let sql = "INSERT INTO fetch (course_id, to_hash, from_hash, with_media, tag, head, place)
               VALUES (:course, :to, :from, :with_media, :tag, :head, :place)
               ON CONFLICT DO UPDATE
               SET to_hash = :to, from_hash = :from, with_media = :with_media, tag = :tag,
                   head = :head, place = :place";
    write(tx, sql, course, fetch).map(drop)
}

/// Writes a row by a statement that names all of its columns; how many rows it changed.
fn write(
    tx: &Transaction<'_>,
    sql: &'static str,
    course: &CourseId,
    fetch: &FetchRow,
) -> Result<usize> {
    let row = named_params! {
        ":course": course.as_str(),
        ":to": fetch.to,
        ":from": fetch.from,
        ":with_media": fetch.with_media,
        ":tag": fetch.tag,
        ":head": fetch.head,
        ":place": i64::try_from(fetch.place).unwrap_or(i64::MAX),
    };
    tx.execute_cached(sql, row).doing(DOING)
}

/// What is not there when somebody gave a fetch up while it went on.
pub(super) const GIVEN_UP: &str = "fetch that goes on";

/// Keeps how far a fetch is; fails with `NotFound` where it was given up, or another began.
pub(super) fn save(tx: &Transaction<'_>, course: &CourseId, fetch: &FetchRow) -> Result<()> {
    let sql = "UPDATE fetch
               SET from_hash = :from, with_media = :with_media, tag = :tag, head = :head,
                   place = :place
               WHERE course_id = :course AND to_hash = :to";
    match write(tx, sql, course, fetch)? {
        0 => Err(Error::NotFound { what: GIVEN_UP }),
        _ => Ok(()),
    }
}

/// Ends a fetch; what came and was not needed goes.
pub(in crate::pack) fn remove(tx: &Transaction<'_>, course: &CourseId) -> Result<()> {
    let sql = "DELETE FROM fetch WHERE course_id = :course";
    tx.execute_cached(sql, named_params! { ":course": course.as_str() }).doing(DOING)?;
    Ok(())
}

/// Keeps a file that came.
pub(super) fn keep_file(
    tx: &Transaction<'_>,
    course: &CourseId,
    hash: &[u8; 32],
    body: &[u8],
) -> Result<()> {
    let sql = "INSERT INTO fetched_file (course_id, hash, body) VALUES (:course, :hash, :body)
               ON CONFLICT DO NOTHING";
    let row = named_params! { ":course": course.as_str(), ":hash": hash, ":body": body };
    tx.execute_cached(sql, row).doing(DOING)?;
    Ok(())
}

/// A file that came.
pub(super) fn file(
    conn: &Connection,
    course: &CourseId,
    hash: &[u8; 32],
) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT body FROM fetched_file WHERE course_id = :course AND hash = :hash";
    let row = named_params! { ":course": course.as_str(), ":hash": hash };
    conn.query_row_cached(sql, row, |row| row.get("body")).optional().doing(DOING)
}

fn hashes(conn: &Connection, sql: &str, course: &CourseId) -> Result<BTreeSet<[u8; 32]>> {
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let row = named_params! { ":course": course.as_str() };
    let rows = statement.query_map(row, |row| row.get(0)).doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

/// What must still come of an edition that is not installed yet.
pub(super) fn missing_of_new(
    conn: &Connection,
    course: &CourseId,
    manifest: &Manifest,
    held: Option<&Manifest>,
    with_media: bool,
) -> Result<BTreeSet<[u8; 32]>> {
    let came = hashes(conn, "SELECT hash FROM fetched_file WHERE course_id = :course", course)?;
    let sql = "SELECT hash FROM media WHERE state = 0 AND :course = :course";
    let media = hashes(conn, sql, course)?;
    let texts: BTreeSet<&[u8; 32]> = held.iter().flat_map(|held| texts(held)).collect();
    let is_here = |entry: &FileEntry| {
        came.contains(&entry.hash)
            || match FileKind::of(&entry.path) {
                FileKind::Text => texts.contains(&entry.hash),
                FileKind::Picture | FileKind::Sound => !with_media || media.contains(&entry.hash),
            }
    };
    Ok(manifest.files.iter().filter(|entry| !is_here(entry)).map(|entry| entry.hash).collect())
}

fn texts(manifest: &Manifest) -> impl Iterator<Item = &[u8; 32]> {
    let texts = manifest.files.iter().filter(|entry| FileKind::of(&entry.path) == FileKind::Text);
    texts.map(|entry| &entry.hash)
}

/// What must still come of the edition that is installed.
pub(super) fn missing_of_current(
    conn: &Connection,
    course: &CourseId,
) -> Result<BTreeSet<[u8; 32]>> {
    let sql = "SELECT hash FROM media JOIN course USING (course_no)
               WHERE course_id = :course AND current = 1 AND state = 1";
    hashes(conn, sql, course)
}

/// Bytes of pictures and sounds of the current edition that are not here.
pub(in crate::pack) fn bytes_not_here(conn: &Connection, course: &CourseId) -> Result<u64> {
    let sql =
        "SELECT coalesce(sum(media.bytes), 0) AS bytes FROM media JOIN course USING (course_no)
               WHERE course_id = :course AND current = 1 AND state <> 0";
    let row = named_params! { ":course": course.as_str() };
    let bytes: i64 = conn.query_row_cached(sql, row, |row| row.get("bytes")).doing(DOING)?;
    Ok(bytes.unsigned_abs())
}

/// Whether part of an edition came already.
pub(in crate::pack) fn is_begun(
    conn: &Connection,
    course: &CourseId,
    to: &[u8; 32],
) -> Result<bool> {
    Ok(get(conn, course)?.is_some_and(|row| row.to == *to && row.head.is_some()))
}

/// Editions that courses on their way are made from, by their numbers.
pub(in crate::pack) fn editions_in_use(conn: &Connection) -> Result<BTreeSet<i64>> {
    let sql = "SELECT course_no, manifest, from_hash FROM course JOIN fetch USING (course_id)";
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let mut rows = statement.query([]).doing(DOING)?;
    let mut editions = BTreeSet::new();
    while let Some(row) = rows.next().doing(DOING)? {
        let manifest: Vec<u8> = row.get("manifest").doing(DOING)?;
        let from: Option<[u8; 32]> = row.get("from_hash").doing(DOING)?;
        if from.is_some_and(|from| *blake3::hash(&manifest).as_bytes() == from) {
            editions.insert(row.get("course_no").doing(DOING)?);
        }
    }
    Ok(editions)
}

/// Lets pictures and sounds of the current edition that are in one state be in another.
pub(super) fn move_media(
    tx: &Transaction<'_>,
    course: &CourseId,
    (from, to): (u8, u8),
) -> Result<usize> {
    let sql = "UPDATE media SET state = :to
               WHERE state = :from AND course_no IN
                   (SELECT course_no FROM course WHERE course_id = :course AND current = 1)";
    let row = named_params! { ":course": course.as_str(), ":from": from, ":to": to };
    tx.execute_cached(sql, row).doing(DOING)
}

/// Takes a picture or sound in, wherever an edition waits for it; a sound's bytes lie in `blobs/`.
pub(super) fn fill_medium(
    tx: &Transaction<'_>,
    hash: &[u8; 32],
    body: Option<&[u8]>,
) -> Result<()> {
    let sql = "UPDATE media SET state = 0, body = :body WHERE hash = :hash AND state <> 0";
    tx.execute_cached(sql, named_params! { ":hash": hash, ":body": body }).doing(DOING)?;
    Ok(())
}

/// Leaves a picture or sound out that is not what it should be.
pub(super) fn leave_out(tx: &Transaction<'_>, hash: &[u8; 32]) -> Result<()> {
    let sql = "UPDATE media SET state = 2 WHERE hash = :hash AND state = 1";
    tx.execute_cached(sql, named_params! { ":hash": hash }).doing(DOING)?;
    Ok(())
}

/// A picture that some edition holds.
pub(super) fn picture(conn: &Connection, hash: &[u8; 32]) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT body FROM media WHERE hash = :hash AND body IS NOT NULL LIMIT 1";
    let row = named_params! { ":hash": hash };
    conn.query_row_cached(sql, row, |row| row.get("body")).optional().doing(DOING)
}
