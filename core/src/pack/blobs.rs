//! Where media lie: pictures, which are small, in the database, so that installing a course syncs
//! once and not once a picture; sounds as files in `blobs/`, named by their BLAKE3, written and
//! synced before the commit that names them, so that a name in the database always finds its file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row};

use super::manifest::AUDIO_BYTES_MAX;
use crate::error::{Doing, Error, Result};
use crate::platform;

const FOLDER: &str = "blobs";

fn path_of(data: &Path, hash: &[u8; 32]) -> PathBuf {
    data.join(FOLDER).join(blake3::Hash::from_bytes(*hash).to_hex().as_str())
}

/// Makes the folder of media. Every folder that ever held a course has it, sounds or none: that it
/// is there tells a record that is gone from one that never was.
pub(super) fn make_folder(data: &Path) -> Result<()> {
    platform::make_private_folder(&data.join(FOLDER))
}

/// Writes a file unless it is held whole already. Durable only after [`settle`].
pub(super) fn write(data: &Path, hash: &[u8; 32], bytes: &[u8]) -> Result<()> {
    if read(data, hash)?.is_some() {
        return Ok(());
    }
    make_folder(data)?;
    platform::write_synced(&path_of(data, hash), bytes)
}

/// Makes the names of all files written before durable.
pub(super) fn settle(data: &Path) -> Result<()> {
    let folder = data.join(FOLDER);
    if folder.exists() {
        platform::sync_folder(&folder)?;
        platform::sync_folder(data)?;
    }
    Ok(())
}

/// A picture or sound as the database has it.
pub(crate) struct Medium {
    hash: [u8; 32],
    body: Option<Vec<u8>>,
}

impl Medium {
    /// Reads the columns `hash` and `body` of a row of `media`.
    pub(crate) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { hash: row.get("hash")?, body: row.get("body")? })
    }

    /// Its bytes; `None` when they are not there or were damaged since.
    pub(crate) fn read(self, data: &Path) -> Result<Option<Vec<u8>>> {
        let Some(body) = self.body else { return read(data, &self.hash) };
        Ok(Some(body).filter(|body| *blake3::hash(body).as_bytes() == self.hash))
    }
}

/// A file, unless it is gone or was damaged since.
pub(super) fn read(data: &Path, hash: &[u8; 32]) -> Result<Option<Vec<u8>>> {
    let bytes = platform::read_bounded(&path_of(data, hash), AUDIO_BYTES_MAX);
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::FileTooLarge => {
            None
        }
        Err(error) => return Err(error),
    };
    Ok(bytes.filter(|bytes| blake3::hash(bytes).as_bytes() == hash))
}

/// Removes files that no edition names: what a broken install or a swept edition left behind.
pub(super) fn sweep(data: &Path, conn: &Connection) -> Result<u64> {
    let doing = "listing media";
    let sql = "SELECT DISTINCT hash FROM media WHERE body IS NULL AND state = 0";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let hashes = statement.query_map([], |row| row.get::<_, [u8; 32]>("hash")).doing(doing)?;
    let mut named = BTreeSet::new();
    for hash in hashes {
        named.insert(blake3::Hash::from_bytes(hash.doing(doing)?).to_hex().to_string());
    }
    let folder = data.join(FOLDER);
    if !folder.exists() {
        return Ok(0);
    }
    let mut removed = 0;
    let fail = |source| Error::file("sweeping", &folder, source);
    for entry in fs::read_dir(&folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if !named.contains(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path()).map_err(fail)?;
            removed += 1;
        }
    }
    Ok(removed)
}
