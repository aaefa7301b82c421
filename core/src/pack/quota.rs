//! The quota: how many bytes pictures and sounds may take. What makes room for others is of the
//! course whose pictures and sounds nobody used for longest, its sounds first; texts never go. What
//! went is fetched again when somebody asks for it.

use rusqlite::{Connection, Transaction, named_params};

use super::blobs;
use super::held::stored_id;
use super::packs::Packs;
use crate::device::get as setting;
use crate::error::{Doing, Result};
use crate::ids::CourseId;
use crate::store::Cached;

/// The setting that holds the most bytes of pictures and sounds; absent: no limit.
const QUOTA: &str = "media-bytes-max";
const DOING: &str = "making room";

impl Packs<'_> {
    /// The most bytes of pictures and sounds, where somebody set it.
    pub fn media_quota(&self) -> Result<Option<u64>> {
        self.core.store.read(quota)
    }

    /// Limits the bytes of pictures and sounds, or lifts the limit; what is above it goes at once.
    pub fn set_media_quota(&self, bytes: Option<u64>) -> Result<()> {
        match bytes {
            Some(bytes) => self.core.device().set_setting(QUOTA, &bytes.to_string())?,
            None => self.core.device().remove_setting(QUOTA)?,
        }
        self.make_room(None).map(|_| ())
    }

    /// Lets the pictures and sounds of a course go, for room; they are fetched again when wanted.
    /// Gives how many bytes went. Nothing of the program's own packs goes: no mirror has them.
    pub fn evict_media(&self, course: &CourseId) -> Result<u64> {
        let bytes = self.core.store.write(DOING, |tx| evict(tx, course, u64::MAX))?;
        self.sweep_media()?;
        Ok(bytes)
    }

    /// Evicts until the quota is kept, with what is on its way. What `but` has stays.
    pub(super) fn make_room(&self, but: Option<&CourseId>) -> Result<u64> {
        let Some(quota) = self.media_quota()? else { return Ok(0) };
        let gone = self.core.store.write(DOING, |tx| {
            let mut above = media_bytes(tx)?.saturating_sub(quota);
            let mut gone = 0;
            for course in least_used(tx)?.iter().filter(|course| Some(*course) != but) {
                if above == 0 {
                    break;
                }
                let bytes = evict(tx, course, above)?;
                above = above.saturating_sub(bytes);
                gone += bytes;
            }
            Ok(gone)
        })?;
        if gone > 0 {
            self.sweep_media()?;
        }
        Ok(gone)
    }

    fn sweep_media(&self) -> Result<()> {
        let _alone = super::stage::lock(&self.core.installing);
        let store = &self.core.store;
        store.read(|conn| blobs::sweep(store.folder(), conn)).map(|_| ())
    }
}

fn quota(conn: &Connection) -> Result<Option<u64>> {
    Ok(setting(conn, QUOTA)?.and_then(|value| value.parse().ok()))
}

/// Bytes of pictures and sounds that are here or on their way, each counted once.
fn media_bytes(conn: &Connection) -> Result<u64> {
    let sql = "SELECT coalesce(sum(bytes), 0)
               FROM (SELECT DISTINCT hash, bytes FROM media WHERE state <> 2)";
    let bytes: i64 = conn.query_row_cached(sql, [], |row| row.get(0)).doing(DOING)?;
    Ok(bytes.unsigned_abs())
}

/// Courses of publishers, those first whose media nobody used for longest.
fn least_used(conn: &Connection) -> Result<Vec<CourseId>> {
    let sql = "SELECT course_id FROM course WHERE current = 1 AND root_id IS NOT NULL
               ORDER BY used_s, course_id";
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let rows = statement.query_map([], |row| row.get::<_, String>("course_id")).doing(DOING)?;
    let mut courses = Vec::new();
    for id in rows {
        courses.push(stored_id(&id.doing(DOING)?)?);
    }
    Ok(courses)
}

/// Lets media of a course's current edition go until so many bytes went, sounds first; those that
/// another course or an edition in use has too stay.
fn evict(tx: &Transaction<'_>, course: &CourseId, bytes: u64) -> Result<u64> {
    let sql = "SELECT m.hash, m.bytes FROM media AS m JOIN course USING (course_no)
               WHERE course_id = :course AND current = 1 AND root_id IS NOT NULL AND state = 0
                   AND NOT EXISTS (SELECT 1 FROM media AS other JOIN course AS o USING (course_no)
                                   WHERE other.hash = m.hash AND other.state = 0
                                       AND (o.course_id <> :course OR o.current = 0))
               ORDER BY m.file LIKE '%.svg', m.bytes DESC, m.file";
    let mut statement = tx.prepare_cached(sql).doing(DOING)?;
    let row = named_params! { ":course": course.as_str() };
    let found = statement.query_map(row, |row| {
        Ok((row.get::<_, [u8; 32]>("hash")?, row.get::<_, i64>("bytes")?.unsigned_abs()))
    });
    let found: Vec<_> = found.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)?;
    let mut gone = 0;
    for (hash, size) in found {
        if gone >= bytes {
            break;
        }
        let sql = "UPDATE media SET state = 2, body = NULL WHERE hash = :hash AND state = 0";
        let changed = tx.execute_cached(sql, named_params! { ":hash": hash }).doing(DOING)?;
        gone += if changed > 0 { size } else { 0 };
    }
    Ok(gone)
}

/// Of a course on its way, leaves out what would not fit if all others made room for it.
pub(super) fn leave_out(tx: &Transaction<'_>, course: &CourseId) -> Result<()> {
    let Some(quota) = quota(tx)? else { return Ok(()) };
    let sql = "SELECT course_no, file, media.bytes, state FROM media JOIN course USING (course_no)
               WHERE course_id = :course AND current = 1 AND state <> 2
               ORDER BY state, file NOT LIKE '%.svg', media.bytes, file";
    let mut statement = tx.prepare_cached(sql).doing(DOING)?;
    let row = named_params! { ":course": course.as_str() };
    let found = statement.query_map(row, |row| {
        Ok((
            (row.get::<_, i64>("course_no")?, row.get::<_, String>("file")?),
            row.get::<_, i64>("bytes")?.unsigned_abs(),
            row.get::<_, u8>("state")?,
        ))
    });
    let found: Vec<_> = found.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)?;
    let mut bytes = 0;
    for ((course_no, file), size, state) in found {
        bytes += size;
        if bytes > quota && state == 1 {
            let sql = "UPDATE media SET state = 2 WHERE course_no = :course_no AND file = :file";
            let row = named_params! { ":course_no": course_no, ":file": file };
            tx.execute_cached(sql, row).doing(DOING)?;
        }
    }
    Ok(())
}
