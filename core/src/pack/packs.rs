//! The room of packs: installs what was verified, lists what is held, sweeps what nobody needs.

use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::archive::OpenPack;
use super::content::Content;
use super::install::{self, Held, Verified};
use super::{Manifest, Order, PackError, blobs};
use crate::error::{Doing, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{CourseId, Lang};

/// What installing a pack came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The course inside.
    pub course: CourseId,
    /// What is current now.
    pub order: Order,
    /// Whether anything changed; not when this very pack, or for a pack of the program a newer
    /// one, is held already.
    pub changed: bool,
}

/// Who vouches for an installed course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureView {
    /// The program, which embeds it.
    Program,
    /// A publisher under a root that somebody here confirmed.
    Publisher,
}

/// An edition of a course that lies on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledPackView {
    /// The course.
    pub course: CourseId,
    /// Its name in its own language.
    pub title: String,
    /// How new it is.
    pub order: Order,
    /// Id of the publisher; empty for the program's own.
    pub publisher: String,
    /// The publisher's name as the root has it; empty for the program's own.
    pub publisher_name: String,
    /// Who vouches for it.
    pub signature: SignatureView,
    /// When it was installed, device time in seconds since 1970.
    pub installed_s: i64,
    /// How many bytes its files have.
    pub bytes: u64,
    /// The languages that something of it exists in.
    pub languages: Vec<Lang>,
    /// Whether learners get this edition; an older one stays while somebody is in the middle of it.
    pub is_current: bool,
}

/// What courses take on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageView {
    /// Bytes of the database, which holds the texts and the learners' records.
    pub database_bytes: u64,
    /// Bytes of pictures and sounds, each counted once.
    pub media_bytes: u64,
    /// How many pictures and sounds there are.
    pub media_files: u64,
}

/// The room of packs; see [`HocvuCore::packs`].
pub struct Packs<'a> {
    pub(crate) core: &'a HocvuCore,
}

impl Packs<'_> {
    /// Installs a pack file. Everything is verified first; a refusal changes nothing and names the
    /// file that it is about.
    pub fn install_file(&self, path: &Path) -> Result<Installed> {
        self.install(OpenPack::open_file(path)?)
    }

    /// Installs a pack in its folder form. Refuses like [`Packs::install_file`].
    pub fn install_folder(&self, path: &Path) -> Result<Installed> {
        self.install(OpenPack::open_folder(path)?)
    }

    /// Installs a pack that lies in memory, such as an upload; `name` is what messages call it.
    pub fn install_bytes(&self, name: &str, bytes: &[u8]) -> Result<Installed> {
        self.install(OpenPack::read(name, bytes)?)
    }

    /// Installs an unsigned pack that is part of the program, and trusted as the program is: never
    /// call it with bytes from anywhere else. Quick when it is held already, or a newer one is.
    pub fn install_starter(&self, bytes: &[u8]) -> Result<Installed> {
        let pack = OpenPack::read("starter pack", bytes)?;
        let manifest = &pack.manifest;
        if pack.cover.signature.is_some() || manifest.generation != 0 {
            return Err(PackError::file("starter pack", "is signed; install it as a file").into());
        }
        let held = self.core.store.read(|conn| held(conn, &manifest.course))?;
        let offered = manifest.order();
        if let Some(held) = held
            && (held.order > offered || held.manifest == *pack.cover.body)
        {
            let course = manifest.course.clone();
            return Ok(Installed { course, order: held.order, changed: false });
        }
        let verified = Origin { root_id: None, publisher_name: String::new() };
        self.put(pack, verified)
    }

    fn install(&self, pack: OpenPack<'_>) -> Result<Installed> {
        let course = pack.manifest.course.clone();
        Err(PackError::Unsigned { course }.into())
    }

    /// Reads and verifies all files, writes media, then switches the edition in one commit.
    fn put(&self, mut pack: OpenPack<'_>, origin: Origin) -> Result<Installed> {
        let _alone = self.alone();
        let data = self.core.store.folder();
        let written = stage(data, &mut pack).and_then(|content| {
            let verified = Verified {
                body: pack.cover.body.to_vec(),
                manifest: pack.manifest,
                content,
                root_id: origin.root_id,
                publisher_name: origin.publisher_name,
            };
            self.core.store.write("installing a course", |tx| {
                refuse_older(tx, &verified)?;
                install::switch(tx, &verified, self.core.now_s())
            })?;
            let order = verified.manifest.order();
            Ok(Installed { course: verified.manifest.course, order, changed: true })
        });
        if written.is_err() {
            // The refusal is what counts; what could not be removed now goes with the next sweep.
            let _ = self.core.store.read(|conn| blobs::sweep(data, conn));
        }
        written
    }

    /// All editions on this device: current ones first, in the order of their courses.
    pub fn list(&self) -> Result<Vec<InstalledPackView>> {
        let doing = "listing installed packs";
        self.core.store.read(|conn| {
            let sql = "SELECT manifest, publisher_name, root_id IS NOT NULL AS signed, bytes,
                           installed_s, current
                       FROM course
                       ORDER BY current DESC, order_no, course_id, generation DESC, version DESC";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let mut rows = statement.query([]).doing(doing)?;
            let mut list = Vec::new();
            while let Some(row) = rows.next().doing(doing)? {
                let manifest = Manifest::decode(&row.get::<_, Vec<u8>>("manifest").doing(doing)?)?;
                let signed: bool = row.get("signed").doing(doing)?;
                list.push(InstalledPackView {
                    order: manifest.order(),
                    course: manifest.course,
                    title: manifest.title,
                    publisher: manifest.publisher,
                    publisher_name: row.get("publisher_name").doing(doing)?,
                    signature: if signed {
                        SignatureView::Publisher
                    } else {
                        SignatureView::Program
                    },
                    installed_s: row.get("installed_s").doing(doing)?,
                    bytes: row.get::<_, i64>("bytes").doing(doing)?.unsigned_abs(),
                    languages: manifest.languages,
                    is_current: row.get("current").doing(doing)?,
                });
            }
            Ok(list)
        })
    }

    /// What courses take on the disk.
    pub fn storage(&self) -> Result<StorageView> {
        let doing = "counting storage";
        let sql = "SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes
                   FROM (SELECT DISTINCT hash, bytes FROM media)";
        self.core.store.read(|conn| {
            let pages: i64 = conn.query_row("PRAGMA page_count", [], |r| r.get(0)).doing(doing)?;
            let page: i64 = conn.query_row("PRAGMA page_size", [], |r| r.get(0)).doing(doing)?;
            let count = |row: &rusqlite::Row<'_>| Ok((row.get("files")?, row.get("bytes")?));
            let (files, bytes): (i64, i64) = conn.query_row(sql, [], count).doing(doing)?;
            Ok(StorageView {
                database_bytes: (pages * page).unsigned_abs(),
                media_bytes: bytes.unsigned_abs(),
                media_files: files.unsigned_abs(),
            })
        })
    }

    /// Removes older editions that `keep` does not ask for, then media that no edition names.
    pub fn sweep(&self, keep: &dyn Fn(i64) -> bool) -> Result<()> {
        let _alone = self.alone();
        let store = &self.core.store;
        store.write("sweeping old editions", |tx| sweep(tx, keep))?;
        store.read(|conn| blobs::sweep(store.folder(), conn)).map(|_| ())
    }

    fn alone(&self) -> MutexGuard<'_, ()> {
        self.core.installing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes the rows of editions that are not current and that `keep` (asked with the edition's
/// `course_no`) does not want. Their media go with the next [`Packs::sweep`].
pub fn sweep(tx: &Transaction<'_>, keep: &dyn Fn(i64) -> bool) -> Result<()> {
    let doing = "sweeping old editions";
    let mut statement =
        tx.prepare_cached("SELECT course_no FROM course WHERE current = 0").doing(doing)?;
    let old = statement.query_map([], |row| row.get("course_no")).doing(doing)?;
    let old: Vec<i64> = old.collect::<rusqlite::Result<_>>().doing(doing)?;
    for course_no in old.into_iter().filter(|course_no| !keep(*course_no)) {
        let row = named_params! { ":course_no": course_no };
        tx.execute("DELETE FROM course WHERE course_no = :course_no", row).doing(doing)?;
    }
    Ok(())
}

/// Who vouches for a pack that is about to be installed.
struct Origin {
    root_id: Option<[u8; 32]>,
    publisher_name: String,
}

/// Reads and checks every file; media lie in `blobs/`, durable, when this returns.
fn stage(data: &Path, pack: &mut OpenPack<'_>) -> Result<Content> {
    let mut content = Content::default();
    pack.each_file(|entry, bytes| {
        if let Some(media) = content.take(entry, bytes)? {
            blobs::write(data, &entry.hash, &media)?;
        }
        Ok(())
    })?;
    content.check(&pack.manifest)?;
    blobs::settle(data)?;
    Ok(content)
}

/// The current edition of a course.
fn held(conn: &Connection, course: &CourseId) -> Result<Option<Held>> {
    let sql = "SELECT generation, version, root_id, manifest FROM course
               WHERE course_id = :course AND current = 1";
    let mut statement = conn.prepare_cached(sql).doing("reading what is held")?;
    let row = statement.query_row(named_params! { ":course": course.as_str() }, |row| {
        let order = Order { generation: row.get("generation")?, version: row.get("version")? };
        Ok(Held { order, root_id: row.get("root_id")?, manifest: row.get("manifest")? })
    });
    row.optional().doing("reading what is held")
}

/// The last look before the switch, inside of its transaction: somebody else may have been quicker.
fn refuse_older(tx: &Transaction<'_>, pack: &Verified) -> Result<()> {
    let course = &pack.manifest.course;
    let offered = pack.manifest.order();
    match held(tx, course)? {
        Some(held) if held.order > offered => {
            let course = course.clone();
            Err(PackError::Older { course, held: held.order, offered }.into())
        }
        Some(held) if held.order == offered && held.root_id.is_some() => {
            Err(PackError::SameVersion { course: course.clone(), order: offered }.into())
        }
        _ => Ok(()),
    }
}
