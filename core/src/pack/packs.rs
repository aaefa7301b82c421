//! The room of packs: installs what was verified, lists what is held, sweeps what nobody needs.

use std::path::Path;
use std::sync::MutexGuard;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::archive::OpenPack;
use super::catalogue::{Catalogue, OpenCatalogue};
use super::install::{self, Held, Verified};
use super::keys::Context;
use super::stage::{lock, stage};
use super::trust::{self, Claim, Publisher, RootChain, SignedRoot};
use super::{Manifest, Order, PackError, blobs};
use crate::course::Day;
use crate::error::{Doing, Error, Result};
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
    /// The same, but the root says that it should have been renewed by now. A notice only.
    PublisherExpired,
}

/// A root that this device trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootView {
    /// 32 hex digits in groups of four.
    pub fingerprint: String,
    /// What people call it.
    pub name: String,
    /// The newest version that was seen.
    pub version: u32,
    /// Names of its publishers.
    pub publishers: Vec<String>,
    /// Until when its holders meant it to be used.
    pub expires_on: Option<Day>,
    /// Whether that day has passed by this device's clock.
    pub is_expired: bool,
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
    /// Bytes of the database without pictures: the texts and the learners' records.
    pub database_bytes: u64,
    /// Bytes of pictures and sounds, each counted once.
    pub media_bytes: u64,
    /// How many pictures and sounds there are.
    pub media_files: u64,
    /// How many bytes the disk still takes; `None` where the platform does not say.
    pub free_bytes: Option<u64>,
    /// Whether that is so little that people should make room.
    pub is_nearly_full: bool,
}

/// With less left on the disk people are told: some films and photos more, and answers cannot be kept.
const FREE_BYTES_LOW: u64 = 100_000_000;

/// What a pack of the program is called in messages.
const STARTER: &str = "starter pack";

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
    /// call it with bytes from anywhere else. Quick when it is held already, or a newer one is. A
    /// course that was removed comes back.
    pub fn install_starter(&self, bytes: &[u8]) -> Result<Installed> {
        let mut installed = self.install_embedded(&[bytes], true)?;
        Ok(installed.pop().expect("a pack that was not removed is installed or held"))
    }

    /// Installs all packs of the program in one commit, as at its start; those of courses that
    /// somebody removed stay away. Trusted like [`Packs::install_starter`].
    pub fn install_starters(&self, packs: &[&[u8]]) -> Result<Vec<Installed>> {
        self.install_embedded(packs, false)
    }

    fn install_embedded(&self, packs: &[&[u8]], back: bool) -> Result<Vec<Installed>> {
        let (mut known, mut fresh) = (Vec::new(), Vec::new());
        for bytes in packs {
            let pack = OpenPack::read(STARTER, *bytes)?;
            let manifest = &pack.manifest;
            if pack.cover.signature.is_some() || manifest.generation != 0 {
                return Err(PackError::file(STARTER, "is signed; install it as a file").into());
            }
            let course = &manifest.course;
            let look = |conn: &Connection| Ok((held(conn, course)?, is_removed(conn, course)?));
            let offered = manifest.order();
            match self.core.store.read(look)? {
                (Some(held), _) if held.order > offered || held.manifest == *pack.cover.body => {
                    let (course, order) = (course.clone(), held.order);
                    known.push(Installed { course, order, changed: false });
                }
                (_, true) if !back => {}
                _ => fresh.push((pack, Origin { root_id: None, publisher_name: String::new() })),
            }
        }
        if !fresh.is_empty() {
            known.extend(self.put(fresh)?);
        }
        Ok(known)
    }

    /// Which of the program's packs somebody removed here, with their titles.
    pub fn removed_starters(&self, packs: &[&[u8]]) -> Result<Vec<(CourseId, String)>> {
        let mut removed = Vec::new();
        for bytes in packs {
            let Manifest { course, title, .. } = OpenPack::read(STARTER, *bytes)?.manifest;
            if self.core.store.read(|conn| is_removed(conn, &course))? {
                removed.push((course, title));
            }
        }
        Ok(removed)
    }

    /// Installs that one of the program's packs which has a course; fails with `NotFound` when none
    /// has.
    pub fn bring_back(&self, packs: &[&[u8]], course: &CourseId) -> Result<Installed> {
        for bytes in packs {
            if OpenPack::read(STARTER, *bytes)?.manifest.course == *course {
                return self.install_starter(bytes);
            }
        }
        Err(Error::NotFound { what: "course" })
    }

    /// Removes a course from this device, until somebody installs it again. Nothing of anybody's
    /// record goes: what learners did in it is known still, and an unfinished attempt that was
    /// drawn from it keeps its questions until it is finished. A pack that the program embeds is
    /// not installed again by itself. Fails with `NotFound` when the course is not there.
    pub fn remove(&self, course: &CourseId) -> Result<()> {
        let alone = self.alone();
        self.core.store.write("removing a course", |tx| {
            if !install::retire(tx, course.as_str())? {
                return Err(Error::NotFound { what: "course" });
            }
            super::fetch::end_fetch(tx, course)?;
            let sql = "INSERT INTO removed_course (course_id) VALUES (:course)
                       ON CONFLICT DO NOTHING";
            let row = named_params! { ":course": course.as_str() };
            tx.execute(sql, row).doing("removing a course")?;
            Ok(())
        })?;
        drop(alone);
        self.core.sweep_editions()
    }

    fn install(&self, pack: OpenPack<'_>) -> Result<Installed> {
        let manifest = &pack.manifest;
        if pack.cover.signature.is_none() {
            return Err(PackError::Unsigned { course: manifest.course.clone() }.into());
        }
        let claim = Claim {
            context: Context::Pack,
            cover: &pack.cover,
            publisher: &manifest.publisher,
            generation: manifest.generation,
            courses: vec![&manifest.course],
        };
        let (root_id, publisher) = self.believe(RootChain::verify(&pack.cover.roots)?, &claim)?;
        let root_id = Some(root_id);
        let offered = Offered { course: &manifest.course, order: manifest.order(), root_id };
        let held = self.core.store.read(|conn| held(conn, &manifest.course))?;
        if held.as_ref().is_some_and(|held| held.manifest == *pack.cover.body) {
            let (course, order) = (manifest.course.clone(), manifest.order());
            return Ok(Installed { course, order, changed: false });
        }
        offered.refuse_older(held)?;
        let origin = Origin { root_id, publisher_name: publisher.name };
        let mut installed = self.put(vec![(pack, origin)])?;
        Ok(installed.pop().expect("one pack gives one course"))
    }

    /// Follows the roots that something signed carries, and finds its publisher in the newest that
    /// either side knows. Newer roots are kept even when what carried them is refused later.
    fn believe(&self, offered: RootChain, claim: &Claim<'_>) -> Result<([u8; 32], Publisher)> {
        let root_id = offered.id();
        let Some(held) = self.core.store.read(|conn| roots_of(conn, &root_id))? else {
            let publisher = offered.authorise(claim)?.name.clone();
            let (fingerprint, roots) = (offered.fingerprint(), offered.encode());
            return Err(PackError::UnknownRoot { fingerprint, publisher, roots }.into());
        };
        let known = held.newest().version;
        let roots = RootChain::longer(held, offered)?;
        if roots.newest().version > known {
            self.core.store.write("keeping newer roots", |tx| keep_roots(tx, &roots))?;
        }
        Ok((root_id, roots.authorise(claim)?.clone()))
    }

    /// Trusts a root from now on, because somebody compared its fingerprint (spaces and case do not
    /// matter). `roots` is what [`PackError::UnknownRoot`] carried, or a file of roots.
    pub fn trust_root(&self, roots: &[u8], fingerprint: &str) -> Result<RootView> {
        let offered = RootChain::decode(roots)?;
        let bare = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
        };
        if bare(fingerprint) != bare(&offered.fingerprint()) {
            let fingerprint = offered.fingerprint();
            return Err(PackError::FingerprintDiffers { fingerprint }.into());
        }
        self.core.store.write("trusting a root", |tx| {
            let roots = match roots_of(tx, &offered.id())? {
                Some(held) => RootChain::longer(held, offered)?,
                None => offered,
            };
            keep_roots(tx, &roots)?;
            Ok(self.root_view(&roots))
        })
    }

    /// The roots that this device trusts.
    pub fn roots(&self) -> Result<Vec<RootView>> {
        let doing = "listing roots";
        self.core.store.read(|conn| {
            let sql = "SELECT DISTINCT root_id FROM trust_root ORDER BY root_id";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let ids = statement.query_map([], |row| row.get("root_id")).doing(doing)?;
            let ids: Vec<[u8; 32]> = ids.collect::<rusqlite::Result<_>>().doing(doing)?;
            let mut views = Vec::new();
            for id in ids {
                views.extend(roots_of(conn, &id)?.map(|roots| self.root_view(&roots)));
            }
            Ok(views)
        })
    }

    pub(super) fn root_view(&self, roots: &RootChain) -> RootView {
        let root = roots.newest();
        RootView {
            fingerprint: roots.fingerprint(),
            name: root.name.clone(),
            version: root.version,
            publishers: root.publishers.iter().map(|p| p.name.clone()).collect(),
            expires_on: root.expires_on,
            is_expired: root.expires_on.is_some_and(|day| day < self.today()),
        }
    }

    fn today(&self) -> Day {
        Day::in_vietnam(self.core.now_s())
    }

    /// Takes in a publisher's catalogue; an older one than is held is refused.
    pub fn take_catalogue(&self, bytes: &[u8]) -> Result<Catalogue> {
        let open = OpenCatalogue::read(bytes)?;
        let (root_id, _) = self.believe(open.roots.clone(), &open.claim())?;
        let catalogue = open.catalogue;
        self.core
            .store
            .write("taking in a catalogue", |tx| keep_catalogue(tx, &root_id, &catalogue, bytes))?;
        Ok(catalogue)
    }

    /// Whether somebody removed a course here and nobody installed it since: what is not fetched
    /// unasked.
    pub fn is_removed(&self, course: &CourseId) -> Result<bool> {
        self.core.store.read(|conn| is_removed(conn, course))
    }

    /// The newest catalogue of each publisher.
    pub fn catalogues(&self) -> Result<Vec<Catalogue>> {
        let signed = self.signed_catalogues()?;
        signed.iter().map(|signed| Ok(OpenCatalogue::read(signed)?.catalogue)).collect()
    }

    /// The same, each as signed: for a mirror that hands them on.
    pub fn signed_catalogues(&self) -> Result<Vec<Vec<u8>>> {
        let doing = "listing catalogues";
        self.core.store.read(|conn| {
            let sql = "SELECT signed FROM catalogue ORDER BY root_id, publisher";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let rows = statement.query_map([], |row| row.get("signed")).doing(doing)?;
            rows.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// Reads and verifies all files, writes sounds, then switches the editions in one commit.
    fn put(&self, packs: Vec<(OpenPack<'_>, Origin)>) -> Result<Vec<Installed>> {
        let _alone = self.alone();
        let written = self.put_alone(packs);
        if written.is_err() {
            let store = &self.core.store;
            // The refusal is what counts; what could not be removed now goes with the next sweep.
            let _ = store.read(|conn| blobs::sweep(store.folder(), conn));
        }
        written
    }

    fn put_alone(&self, packs: Vec<(OpenPack<'_>, Origin)>) -> Result<Vec<Installed>> {
        blobs::make_folder(self.core.store.folder())?;
        let mut verified = Vec::new();
        for (mut pack, origin) in packs {
            let content = stage(self.core.store.folder(), &mut pack)?;
            verified.push(Verified {
                body: pack.cover.body.to_vec(),
                manifest: pack.manifest,
                content,
                root_id: origin.root_id,
                publisher_name: origin.publisher_name,
            });
        }
        self.core.store.write("installing a course", |tx| {
            for pack in &verified {
                // Somebody else may have been quicker since the first look.
                let course = &pack.manifest.course;
                let (order, root_id) = (pack.manifest.order(), pack.root_id);
                Offered { course, order, root_id }.refuse_older(held(tx, course)?)?;
                install::switch(tx, pack, self.core.now_s())?;
            }
            Ok(())
        })?;
        let installed = |pack: Verified| {
            let order = pack.manifest.order();
            Installed { course: pack.manifest.course, order, changed: true }
        };
        Ok(verified.into_iter().map(installed).collect())
    }

    /// All editions on this device: current ones first, in the order of their courses.
    pub fn list(&self) -> Result<Vec<InstalledPackView>> {
        let doing = "listing installed packs";
        let expired: Vec<String> = self
            .roots()?
            .into_iter()
            .filter(|root| root.is_expired)
            .map(|root| root.fingerprint)
            .collect();
        self.core.store.read(|conn| {
            let sql = "SELECT manifest, publisher_name, root_id, bytes, installed_s, current
                       FROM course
                       ORDER BY current DESC, order_no, course_id, generation DESC, version DESC";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let mut rows = statement.query([]).doing(doing)?;
            let mut list = Vec::new();
            while let Some(row) = rows.next().doing(doing)? {
                let manifest = Manifest::decode(&row.get::<_, Vec<u8>>("manifest").doing(doing)?)?;
                let root_id: Option<[u8; 32]> = row.get("root_id").doing(doing)?;
                list.push(InstalledPackView {
                    order: manifest.order(),
                    course: manifest.course,
                    title: manifest.title,
                    publisher: manifest.publisher,
                    publisher_name: row.get("publisher_name").doing(doing)?,
                    signature: match root_id {
                        None => SignatureView::Program,
                        Some(id) if expired.contains(&trust::fingerprint(&id)) => {
                            SignatureView::PublisherExpired
                        }
                        Some(_) => SignatureView::Publisher,
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

    /// What courses take on the disk, and what is left there as the platform says.
    pub fn storage(&self, free_bytes: Option<u64>) -> Result<StorageView> {
        let doing = "counting storage";
        let sql = "SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes
                   FROM (SELECT DISTINCT hash, bytes FROM media WHERE state = 0)";
        let inside = "SELECT coalesce(sum(bytes), 0) FROM media WHERE body IS NOT NULL";
        self.core.store.read(|conn| {
            let pages: i64 = conn.query_row("PRAGMA page_count", [], |r| r.get(0)).doing(doing)?;
            let page: i64 = conn.query_row("PRAGMA page_size", [], |r| r.get(0)).doing(doing)?;
            let count = |row: &rusqlite::Row<'_>| Ok((row.get("files")?, row.get("bytes")?));
            let (files, bytes): (i64, i64) = conn.query_row(sql, [], count).doing(doing)?;
            let inside: i64 = conn.query_row(inside, [], |row| row.get(0)).doing(doing)?;
            Ok(StorageView {
                database_bytes: (pages * page - inside).max(0).unsigned_abs(),
                media_bytes: bytes.unsigned_abs(),
                media_files: files.unsigned_abs(),
                free_bytes,
                is_nearly_full: free_bytes.is_some_and(|free| free < FREE_BYTES_LOW),
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
        lock(&self.core.installing)
    }
}

/// Removes the rows of editions that are not current and that `keep` (asked with the edition's
/// `course_no`) does not want. Their media go with the next [`Packs::sweep`].
pub(crate) fn sweep(tx: &Transaction<'_>, keep: &dyn Fn(i64) -> bool) -> Result<()> {
    let doing = "sweeping old editions";
    let mut statement =
        tx.prepare_cached("SELECT course_no FROM course WHERE current = 0").doing(doing)?;
    let old = statement.query_map([], |row| row.get("course_no")).doing(doing)?;
    let old: Vec<i64> = old.collect::<rusqlite::Result<_>>().doing(doing)?;
    let fetched_from = super::fetch::editions_in_use(tx)?;
    let keep = |course_no: &i64| keep(*course_no) || fetched_from.contains(course_no);
    for course_no in old.into_iter().filter(|course_no| !keep(course_no)) {
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

/// Whether somebody removed a course and nobody installed it since.
fn is_removed(conn: &Connection, course: &CourseId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM removed_course WHERE course_id = :course)";
    let mut statement = conn.prepare_cached(sql).doing("reading what was removed")?;
    let row = named_params! { ":course": course.as_str() };
    statement.query_row(row, |row| row.get(0)).doing("reading what was removed")
}

/// The current edition of a course.
pub(super) fn held(conn: &Connection, course: &CourseId) -> Result<Option<Held>> {
    let sql = "SELECT generation, version, root_id, publisher_name, manifest FROM course
               WHERE course_id = :course AND current = 1";
    let mut statement = conn.prepare_cached(sql).doing("reading what is held")?;
    let row = statement.query_row(named_params! { ":course": course.as_str() }, |row| {
        let order = Order { generation: row.get("generation")?, version: row.get("version")? };
        Ok(Held {
            order,
            root_id: row.get("root_id")?,
            publisher_name: row.get("publisher_name")?,
            manifest: row.get("manifest")?,
        })
    });
    row.optional().doing("reading what is held")
}

/// A pack that wants to become current.
pub(super) struct Offered<'a> {
    pub(super) course: &'a CourseId,
    pub(super) order: Order,
    pub(super) root_id: Option<[u8; 32]>,
}

impl Offered<'_> {
    /// Refuses to replace what is held by something older, by other contents of the same version,
    /// or by somebody under another root. What the program embeds may be replaced by anybody
    /// trusted, and by itself while somebody writes it.
    pub(super) fn refuse_older(&self, held: Option<Held>) -> Result<(), PackError> {
        let Some(held) = held else { return Ok(()) };
        let course = self.course.clone();
        if held.order > self.order {
            let what = format!("course {course}");
            return Err(PackError::Older { what, held: held.order, offered: self.order });
        }
        if held.root_id.is_some() && held.root_id != self.root_id {
            return Err(PackError::OtherRoot { course, held: held.publisher_name });
        }
        if held.root_id.is_some() && held.order == self.order {
            return Err(PackError::SameVersion { course, order: self.order });
        }
        Ok(())
    }
}

/// All versions of a trusted root, verified anew.
pub(super) fn roots_of(conn: &Connection, root_id: &[u8; 32]) -> Result<Option<RootChain>> {
    let doing = "reading a root";
    let sql = "SELECT signed FROM trust_root WHERE root_id = :root_id ORDER BY version";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let rows = statement.query_map(named_params! { ":root_id": root_id }, |row| row.get("signed"));
    let parts: Vec<Vec<u8>> = rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)?;
    let Some((first, others)) = parts.split_first() else { return Ok(None) };
    let mut chain = RootChain::begin(SignedRoot::decode(first)?)?;
    for next in others {
        chain = chain.follow(SignedRoot::decode(next)?)?;
    }
    if chain.id() != *root_id {
        return Err(Error::Damaged { detail: "a root is stored under another root's id".into() });
    }
    Ok(Some(chain))
}

fn keep_roots(tx: &Transaction<'_>, roots: &RootChain) -> Result<()> {
    let doing = "keeping roots";
    let sql = "INSERT INTO trust_root (root_id, version, signed)
               VALUES (:root_id, :version, :signed)
               ON CONFLICT DO NOTHING";
    let mut insert = tx.prepare_cached(sql).doing(doing)?;
    for (version, signed) in (1u32..).zip(roots.parts()) {
        let row = named_params! {
            ":root_id": roots.id(),
            ":version": version,
            ":signed": signed.as_slice(),
        };
        insert.execute(row).doing(doing)?;
    }
    Ok(())
}

fn keep_catalogue(
    tx: &Transaction<'_>,
    root_id: &[u8; 32],
    catalogue: &Catalogue,
    signed: &[u8],
) -> Result<()> {
    let doing = "taking in a catalogue";
    let sql = "SELECT generation, version FROM catalogue
               WHERE root_id = :root_id AND publisher = :publisher";
    let key = named_params! { ":root_id": root_id, ":publisher": catalogue.publisher };
    let order = |row: &rusqlite::Row<'_>| {
        Ok(Order { generation: row.get("generation")?, version: row.get("version")? })
    };
    let held: Option<Order> = tx.query_row(sql, key, order).optional().doing(doing)?;
    let offered = catalogue.order();
    if let Some(held) = held.filter(|held| *held > offered) {
        return Err(PackError::Older { what: "catalogue".into(), held, offered }.into());
    }
    let sql = "INSERT INTO catalogue (root_id, publisher, generation, version, signed)
               VALUES (:root_id, :publisher, :generation, :version, :signed)
               ON CONFLICT DO UPDATE SET generation = :generation, version = :version,
                   signed = :signed";
    let row = named_params! {
        ":root_id": root_id,
        ":publisher": catalogue.publisher,
        ":generation": offered.generation,
        ":version": offered.version,
        ":signed": signed,
    };
    tx.execute(sql, row).doing(doing)?;
    Ok(())
}
