//! The one entry point: opens a data folder and hands out the rooms.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{OptionalExtension, named_params};

use crate::course::{Courses, courses::edition_no};
use crate::device::{Device, Notice};
use crate::error::{Doing, Error, Result};
use crate::ids::CourseId;
use crate::journal::{Writing, begin_chain, highest_lamport, hold_learners, sign_newest_head};
use crate::learner::{Learners, PersonKey};
use crate::pack::Packs;
use crate::plant::{self, Plant};
use crate::platform;
use crate::ports::{Clock, Entropy, KeyStore, draw};
use crate::progress::Progress;
use crate::quiz::{Quizzes, editions_in_use};
use crate::store::{self, Held, Store};
use crate::sync::Syncing;
use crate::upkeep::{Former, salvage};

/// What the core needs of the world around it.
#[derive(Clone)]
pub struct Ports {
    /// Tells the device's time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Keeps the key that names are sealed with.
    pub keys: Arc<dyn KeyStore>,
}

/// Where an installation lives.
#[derive(Debug, Clone)]
pub struct OpenRequest {
    /// The data folder; made where it does not exist.
    pub data: PathBuf,
    /// The installation marker, a file outside of the data folder and of any backup.
    pub marker: PathBuf,
}

/// An open data folder. Cheap to share between threads by reference; closing is dropping.
pub struct HocvuCore {
    pub(crate) store: Store,
    pub(crate) ports: Ports,
    pub(crate) person_key: PersonKey,
    /// Held while a pack is installed or media are swept, so that no sweep removes what an install
    /// has just written.
    pub(crate) installing: Mutex<()>,
    /// Courses that are being fetched, each by one fetch.
    pub(crate) fetching: Mutex<BTreeSet<CourseId>>,
}

impl HocvuCore {
    /// Opens a data folder, making it where it does not exist. A folder that was copied or restored
    /// goes on as a new replica. See [`Error`] for what can be in the way; nothing held is ever
    /// touched by a refusal. A damaged database is set aside and what can be read of it goes on in a
    /// fresh one, as a new replica; [`Notice::Salvaged`] tells of it.
    pub fn open(request: &OpenRequest, ports: Ports) -> Result<Self> {
        match Self::open_once(request, ports.clone()) {
            Err(Error::Damaged { .. }) => {
                store::note_damage(&request.data)?;
                Self::open_once(request, ports)
            }
            other => other,
        }
    }

    fn open_once(request: &OpenRequest, ports: Ports) -> Result<Self> {
        let held = Held::take(&request.data)?;
        let former = Former::of(held.folder())?;
        let mut has_marker = fs::exists(&request.marker)
            .map_err(|source| Error::file("looking for", &request.marker, source))?;
        if former == Former::Nothing && has_marker {
            // It is another's, whose folder was here and is gone. Where it stayed, a start that is
            // cut off before it made a record would be taken for the loss of one.
            platform::remove_durably(&request.marker)?;
            has_marker = false;
        }
        if former.is_damaged(has_marker) {
            salvage(held.folder())?;
        }
        let store = Store::open(held, has_marker)?;
        let (person_key, is_new) = PersonKey::get_or_make(&ports)?;
        let core = Self {
            store,
            ports,
            person_key,
            installing: Mutex::new(()),
            fetching: Mutex::default(),
        };
        core.settle_installation(&request.marker)?;
        core.write("looking for names", |w| {
            let sql = "SELECT EXISTS (SELECT 1 FROM person)";
            let has_people: bool =
                w.tx.query_row(sql, [], |row| row.get(0)).doing("looking for names")?;
            if is_new && has_people { Notice::NamesLost.note(w.tx) } else { Ok(()) }
        })?;
        core.sweep_editions()?;
        Ok(core)
    }

    /// The room of learners: the people of a shared device.
    pub fn learners(&self) -> Learners<'_> {
        Learners { core: self }
    }

    /// The room of courses: lists, opens and searches them.
    pub fn courses(&self) -> Courses<'_> {
        Courses { core: self }
    }

    /// The room of quizzes: attempts, answers, results.
    pub fn quizzes(&self) -> Quizzes<'_> {
        Quizzes { core: self }
    }

    /// The room of progress: how far a learner is and what is next.
    pub fn progress(&self) -> Progress<'_> {
        Progress { core: self }
    }

    /// The room of packs: installs courses and says whom it trusts.
    pub fn packs(&self) -> Packs<'_> {
        Packs { core: self }
    }

    /// The room of sync: relays, where the record is, rounds.
    pub fn sync(&self) -> Syncing<'_> {
        Syncing { core: self }
    }

    /// The room of the device: commune, passcode, choices, notices.
    pub fn device(&self) -> Device<'_> {
        Device { core: self }
    }

    /// Removes old editions of courses that no unfinished attempt needs, and media that nothing
    /// names any more.
    pub fn sweep_editions(&self) -> Result<()> {
        let in_use = self.store.read(|conn| {
            let numbers = editions_in_use(conn)?.into_iter().map(|e| edition_no(conn, &e));
            numbers.collect::<Result<Vec<_>>>()
        })?;
        self.packs().sweep(&|course_no| in_use.contains(&Some(course_no)))
    }

    /// The data folder, for what is only there for a while, such as an upload.
    pub fn folder(&self) -> &Path {
        self.store.folder()
    }

    /// Stops waiting for the disk: what is recorded from now on may be lost when the power goes.
    /// For the proof that the test of power cuts can fail; no program is built with it.
    #[cfg(feature = "testing")]
    pub fn stop_syncing(&self) -> Result<()> {
        let doing = "stopping to sync";
        self.store.with_writer(|conn| conn.execute_batch("PRAGMA synchronous = OFF").doing(doing))
    }

    /// The device's time, in seconds since 1970, as claimed.
    pub(crate) fn now_s(&self) -> i64 {
        self.ports.clock.now_s()
    }

    /// Runs a change in one transaction, with the time and randomness that it may use. What it
    /// appended to the journal it leaves under a signed head: whatever happens to the file
    /// afterwards, each event that was acknowledged can be told from an altered one.
    pub(crate) fn write<T>(
        &self,
        doing: &'static str,
        change: impl FnOnce(&Writing<'_>) -> Result<T>,
    ) -> Result<T> {
        let now_s = self.now_s();
        let entropy = self.ports.entropy.as_ref();
        self.store.write(doing, |tx| {
            let value = change(&Writing { tx, entropy, now_s })?;
            sign_newest_head(tx)?;
            Ok(value)
        })
    }

    /// Deletes copies of a damaged database that were set aside: they still hold what was erased.
    pub(crate) fn remove_set_aside(&self) -> Result<()> {
        self.store.remove_set_aside()
    }

    /// Compares the marker file with the database. Both hold a random marker and how often the
    /// folder was opened; the database is written first, so that a cut between the two leaves it
    /// one ahead. Anything else means that the folder was copied, or an older state of it was put
    /// back: then a new replica begins, and no number of the old one is ever given again.
    fn settle_installation(&self, marker_path: &Path) -> Result<()> {
        let held = read_marker(marker_path)?;
        let marker = self.write("opening the installation", |w| {
            let doing = "opening the installation";
            let sql = "SELECT marker, opened FROM installation";
            let stored = w.tx.query_row(sql, [], |row| {
                Ok(Marker { id: row.get("marker")?, opened: row.get("opened")? })
            });
            let stored: Option<Marker> = stored.optional().doing(doing)?;
            let is_same = |s: &Marker| {
                held.as_ref().is_some_and(|h| {
                    h.id == s.id && (s.opened == h.opened || s.opened == h.opened + 1)
                })
            };
            let next = match &stored {
                Some(s) if is_same(s) => Marker { id: s.id, opened: s.opened + 1 },
                _ => Marker { id: draw(w.entropy), opened: 1 },
            };
            match &stored {
                None => {
                    let chain_no = begin_chain(w)?;
                    let sql = "INSERT INTO installation
                                   (only_row, marker, opened, chain_no, lamport_seen)
                               VALUES (1, :marker, :opened, :chain_no, :lamport_seen)";
                    let row = named_params! {
                        ":marker": next.id,
                        ":opened": next.opened,
                        ":chain_no": chain_no,
                        ":lamport_seen": highest_lamport(w.tx)?,
                    };
                    w.tx.execute(sql, row).doing(doing)?;
                    hold_learners(w)?;
                }
                Some(s) => {
                    let goes_on = plant::is(Plant::ReuseSequenceAfterRestore);
                    if !is_same(s) && !goes_on {
                        crate::journal::become_new_replica(w)?;
                        Notice::NewReplica.note(w.tx)?;
                    }
                    let sql = "UPDATE installation SET marker = :marker, opened = :opened";
                    let row = named_params! { ":marker": next.id, ":opened": next.opened };
                    w.tx.execute(sql, row).doing(doing)?;
                }
            }
            Ok(next)
        })?;
        write_marker(marker_path, &marker)
    }
}

/// What tells an installation from a copy of its data folder.
struct Marker {
    id: [u8; 16],
    opened: i64,
}

fn read_marker(path: &Path) -> Result<Option<Marker>> {
    // A longer file is none of ours: the folder goes on as a new replica.
    let bytes = platform::read_start(path, 25)?.unwrap_or_default();
    let Ok(bytes) = <[u8; 24]>::try_from(bytes) else { return Ok(None) };
    let (id, opened) = bytes.split_at(16);
    Ok(Some(Marker {
        id: id.try_into().expect("16 bytes were split off"),
        opened: i64::from_be_bytes(opened.try_into().expect("8 bytes are left")),
    }))
}

fn write_marker(path: &Path, marker: &Marker) -> Result<()> {
    let folder = path.parent().ok_or_else(|| Error::invalid("marker", "it has no folder"))?;
    platform::make_private_folder(folder)?;
    platform::write_durably(path, &[&marker.id[..], &marker.opened.to_be_bytes()].concat())
}
