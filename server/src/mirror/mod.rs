//! The mirror: hands on courses that this program holds to whoever asks, phones and other hubs.
//!
//! It believes nobody and nobody has to believe it: catalogues are signed, they name each edition by
//! the hash of its manifest, the manifest names each file. It keeps the newest editions that
//! catalogues name and a few older ones, and makes updates from each of these to the newest, once.
//! What it gives on lies in a folder of its own, so that a course that is installed anew meanwhile is
//! in nobody's way.

pub mod above;
pub mod http;
mod publish;
mod readers;
pub mod stick;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use hocvu_core::ids::CourseId;
use hocvu_core::pack::{Edition, FileEntry, HeldEdition, Listing, UpdateOffer, build_update};
use hocvu_core::{HocvuCore, Result};
use tokio::sync::Semaphore;

use readers::Readers;
pub use store::{FREE_BYTES_MIN, Kept};
use store::{Hash, KeptEdition, Key, Store};

/// From how many older editions of a course there are updates, beside the one that the program brings.
const OLDER_MAX: usize = 4;
/// The most updates that a listing names.
const UPDATES_MAX: usize = 8_192;

/// Hands on courses; see the module.
pub struct Mirror {
    data: std::path::PathBuf,
    /// `None` until the folder was read.
    store: Mutex<Option<Store>>,
    offered: RwLock<Option<Arc<Offered>>>,
    /// Whether a round of [`Mirror::keep_soon`] is waiting to begin.
    wanted: AtomicBool,
    readers: Readers,
    /// One publication at a time.
    publishing: Semaphore,
}

/// What the mirror gives just now.
pub struct Offered {
    /// The listing's exact bytes.
    pub listing: Vec<u8>,
    /// BLAKE3 of them.
    pub tag: [u8; 32],
    /// The updates that it names.
    pub updates: BTreeMap<([u8; 32], Option<[u8; 32]>), Kept>,
}

impl Offered {
    /// The update from one edition to another; that from nothing where there is none.
    pub fn update(&self, to: [u8; 32], from: Option<[u8; 32]>) -> Option<(Key, Kept)> {
        let found = |key: Key| self.updates.get(&key).map(|kept| (key, *kept));
        found((to, from)).or_else(|| found((to, None)))
    }
}

impl Mirror {
    /// The mirror of a data folder. It gives nothing until [`Mirror::keep`] was called.
    pub fn new(data: &Path) -> Arc<Self> {
        Arc::new(Self {
            data: data.to_owned(),
            store: Mutex::new(None),
            offered: RwLock::new(None),
            wanted: AtomicBool::new(false),
            readers: Readers::default(),
            publishing: Semaphore::new(1),
        })
    }

    /// What it gives; `None` until its folder was read.
    pub fn offered(&self) -> Option<Arc<Offered>> {
        self.offered.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what the catalogues name and the core holds, makes the updates that are missing, drops
    /// what nobody needs any more, and offers the rest. Where it fails, as on a full disk, what lies
    /// here is offered all the same.
    pub fn keep(&self, core: &HocvuCore) -> Result<()> {
        let mut guard = self.alone();
        let mut store = match guard.take() {
            Some(store) => store,
            None => Store::open(&self.data)?,
        };
        let kept = keep_all(&mut store, core);
        let updates = worthwhile(&store);
        *guard = Some(store);
        self.offer(core, |_| Some(updates))?;
        kept
    }

    /// Lists the catalogues as the core holds them now; the updates follow with the next
    /// [`Mirror::keep`]. Who published reads in the listing at once that it was taken in.
    fn list_catalogues(&self, core: &HocvuCore) -> Result<()> {
        self.offer(core, |before| before.map(|offered| offered.updates.clone()))
    }

    /// Offers the catalogues that the core holds and these updates. Nothing where there are none yet.
    fn offer(
        &self,
        core: &HocvuCore,
        updates: impl FnOnce(Option<&Offered>) -> Option<BTreeMap<Key, Kept>>,
    ) -> Result<()> {
        // Held while the catalogues are read, so that older ones never take the place of newer ones.
        let mut offered = self.offered.write().unwrap_or_else(PoisonError::into_inner);
        let Some(updates) = updates(offered.as_deref()) else { return Ok(()) };
        let offer = |((to, from), kept): (&Key, &Kept)| UpdateOffer {
            to: (*to).into(),
            from: from.map(Into::into),
            text_bytes: kept.text_bytes,
            media_bytes: kept.bytes - kept.text_bytes,
        };
        let offers = updates.iter().map(offer).collect();
        let listing = Listing::new(core.packs().signed_catalogues()?, offers).encode();
        let tag = *blake3::hash(&listing).as_bytes();
        let written = store::put_listing(&self.data, &listing);
        *offered = Some(Arc::new(Offered { listing, tag, updates }));
        written
    }

    /// Does so soon, in the way of nobody. Asked several times while a round waits, one is enough.
    pub fn keep_soon(self: &Arc<Self>, core: &Arc<HocvuCore>) {
        if self.wanted.swap(true, Ordering::SeqCst) {
            return;
        }
        let (mirror, core) = (Arc::clone(self), Arc::clone(core));
        tokio::task::spawn_blocking(move || {
            drop(mirror.alone());
            mirror.wanted.store(false, Ordering::SeqCst);
            if let Err(error) = mirror.keep(&core) {
                tracing::warn!(%error, "not every course could be kept for others");
            }
        });
    }

    /// Whether an edition's files all lie here.
    fn is_kept(&self, manifest: &Hash) -> bool {
        self.alone().as_ref().is_some_and(|store| store.is_whole(manifest))
    }

    fn alone(&self) -> MutexGuard<'_, Option<Store>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep_all(store: &mut Store, core: &HocvuCore) -> Result<()> {
    let named = named(core)?;
    let gathered = gather(store, core, &named);
    let plan = Plan::of(store, &named, &held(core)?);
    let made = gathered.and_then(|()| make_updates(store, &plan));
    store.sweep(&plan.editions, &plan.updates)?;
    made
}

/// The manifests that catalogues name, by course.
fn named(core: &HocvuCore) -> Result<BTreeMap<CourseId, BTreeSet<Hash>>> {
    let mut named: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for catalogue in core.packs().catalogues()? {
        for pack in catalogue.packs {
            named.entry(pack.course).or_default().insert(pack.manifest);
        }
    }
    Ok(named)
}

/// The editions that are current on this device.
fn held(core: &HocvuCore) -> Result<Vec<HeldEdition>> {
    let current = core.packs().list()?.into_iter().filter(|pack| pack.is_current);
    let held = current.map(|pack| core.packs().held_edition(&pack.course));
    held.filter_map(Result::transpose).collect()
}

/// Copies editions in: those that a catalogue names, and the program's own, from which there will be
/// updates. One of which a picture or sound is not here is left out until it is.
fn gather(
    store: &mut Store,
    core: &HocvuCore,
    named: &BTreeMap<CourseId, BTreeSet<Hash>>,
) -> Result<()> {
    for edition in held(core)? {
        let hash = edition.hash();
        let manifest = &edition.manifest;
        let is_named = named.get(&manifest.course).is_some_and(|named| named.contains(&hash));
        if (is_named || manifest.generation == 0) && !store.is_whole(&hash) {
            copy_in(store, core, edition)?;
        }
    }
    Ok(())
}

fn copy_in(store: &mut Store, core: &HocvuCore, edition: HeldEdition) -> Result<()> {
    for entry in &edition.manifest.files {
        let Some(bytes) = core.packs().held_file(&edition, entry)? else { return Ok(()) };
        store.put_file(&entry.hash, &bytes)?;
    }
    let HeldEdition { manifest, body, .. } = edition;
    store.put_edition(manifest, body)
}

/// What shall lie in the folder.
struct Plan {
    editions: BTreeSet<Hash>,
    updates: BTreeSet<Key>,
}

impl Plan {
    /// Of each course: what catalogues name, the newest older editions and the program's own.
    fn of(store: &Store, named: &BTreeMap<CourseId, BTreeSet<Hash>>, held: &[HeldEdition]) -> Self {
        let mut plan = Self { editions: BTreeSet::new(), updates: BTreeSet::new() };
        let whole = |course: &CourseId| -> Vec<(&Hash, &KeptEdition)> {
            let editions = store.editions.iter();
            editions
                .filter(|(hash, edition)| {
                    edition.manifest.course == *course && store.is_whole(hash)
                })
                .collect()
        };
        // What the program brought is the base of what a publisher makes of it, now or one day.
        for edition in held {
            let own = |_: &Hash, kept: &KeptEdition| kept.manifest.generation == 0;
            plan.editions.extend(bases(&whole(&edition.manifest.course), own));
        }
        for (course, named) in named {
            let editions = whole(course);
            plan.editions.extend(bases(&editions, |hash, _| !named.contains(hash)));
            for (to, edition) in editions.iter().filter(|(hash, _)| named.contains(*hash)) {
                let order = edition.manifest.order();
                let older = bases(&editions, |_, other| other.manifest.order() < order);
                plan.editions.insert(**to);
                plan.updates.insert((**to, None));
                plan.updates.extend(older.into_iter().map(|from| (**to, Some(from))));
            }
        }
        plan
    }
}

/// The newest few of these editions, and the program's own.
fn bases(
    editions: &[(&Hash, &KeptEdition)],
    wanted: impl Fn(&Hash, &KeptEdition) -> bool,
) -> Vec<Hash> {
    let mut editions: Vec<_> =
        editions.iter().filter(|(hash, edition)| wanted(hash, edition)).copied().collect();
    editions.sort_by_key(|(hash, edition)| (std::cmp::Reverse(edition.manifest.order()), **hash));
    let (own, others): (Vec<_>, Vec<_>) =
        editions.into_iter().partition(|(_, edition)| edition.manifest.generation == 0);
    let newest = others.into_iter().take(OLDER_MAX).chain(own.into_iter().take(1));
    newest.map(|(hash, _)| *hash).collect()
}

/// Makes the updates that are missing. One that would save nothing over the one from nothing is kept
/// out of the listing, not made again and again: see [`worthwhile`].
fn make_updates(store: &mut Store, plan: &Plan) -> Result<()> {
    let missing = plan.updates.iter().filter(|key| !store.updates.contains_key(key));
    for key in missing.copied().collect::<Vec<_>>() {
        let (to, from) = (edition(store, &key.0), key.1.map(|from| edition(store, &from)));
        let files = std::cell::RefCell::new(&mut *store);
        let read = |entry: &FileEntry| files.borrow_mut().file(&entry.hash);
        let from = from.as_ref().map(|from| Edition { body: &from.body, read: &read });
        let update = build_update(&Edition { body: &to.body, read: &read }, from.as_ref())?;
        store.put_update(key, update)?;
    }
    Ok(())
}

fn edition(store: &Store, hash: &Hash) -> KeptEdition {
    store.editions.get(hash).cloned().expect("updates are planned between editions that are kept")
}

/// The updates that are listed: one that saves nothing over the one from nothing is not.
fn worthwhile(store: &Store) -> BTreeMap<Key, Kept> {
    let whole = |to: &Hash| store.updates.get(&(*to, None)).map_or(0, |kept| kept.bytes);
    let updates = store.updates.iter();
    updates
        .filter(|((to, from), kept)| from.is_none() || kept.bytes < whole(to))
        .take(UPDATES_MAX)
        .map(|(key, kept)| (*key, *kept))
        .collect()
}
