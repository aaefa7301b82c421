//! Phones and relays on a clock, a randomness and a key store that the simulator owns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hocvu::relay::Relay;
use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::ports::{Entropy, KeyStore};
use hocvu_core::{HocvuCore, OpenRequest, Ports};
use hocvu_tests::SetClock;

use crate::oracle::Id;

/// What every randomness of a seed is drawn from; a stream is never used by two devices.
pub(crate) struct SeededEntropy {
    stream: [u8; 16],
    drawn: AtomicU64,
}

impl SeededEntropy {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut both = [0; 16];
        both[..8].copy_from_slice(&seed.to_le_bytes());
        both[8..].copy_from_slice(&stream.to_le_bytes());
        Self { stream: both, drawn: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.stream).update(&drawn.to_le_bytes());
        hasher.finalize_xof().fill(bytes);
    }
}

/// Keys in memory.
#[derive(Default)]
pub(crate) struct MemoryKeys(Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyStore for MemoryKeys {
    fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn put(&self, name: &str, secret: &[u8]) -> io::Result<()> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(name.to_owned(), secret.to_vec());
        Ok(())
    }
}

/// A device's own ports, and its clock.
pub(crate) fn ports(seed: u64, stream: u64) -> (Ports, Arc<SetClock>) {
    let clock = Arc::new(SetClock::default());
    let ports = Ports {
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(seed, stream)),
        keys: Arc::new(MemoryKeys::default()),
    };
    (ports, clock)
}

/// What lay in a phone's folder at some time.
pub(crate) struct Backup {
    pub(crate) folder: PathBuf,
    /// The marker outside of it at that time.
    pub(crate) marker: Vec<u8>,
    pub(crate) replica: ReplicaId,
    pub(crate) held: BTreeSet<Id>,
    pub(crate) erased: BTreeSet<LearnerId>,
}

/// A phone, or a kiosk's replica.
pub(crate) struct Phone {
    pub(crate) core: Rc<HocvuCore>,
    pub(crate) folder: PathBuf,
    pub(crate) marker: PathBuf,
    pub(crate) ports: Ports,
    pub(crate) clock: Arc<SetClock>,
    /// How wrong its clock is.
    pub(crate) offset_s: i64,
    /// The relays that it joined: which, and its number there.
    pub(crate) joined: Vec<(usize, i64)>,
    /// It never has a connection: files are carried for it.
    pub(crate) by_courier: bool,
    /// Up to where the oracle has read its journal.
    pub(crate) noted: i64,
    /// What its chains hold, as it acknowledged it.
    pub(crate) held: BTreeSet<Id>,
    /// Learners that it knows to be erased, as it acknowledged it.
    pub(crate) erased: BTreeSet<LearnerId>,
    pub(crate) backups: Vec<Backup>,
    pub(crate) is_gone: bool,
}

impl Phone {
    /// Opens a phone in a folder that holds a database, and stops it from waiting for the disk.
    pub(crate) fn open(folder: &Path, marker: &Path, ports: Ports) -> Result<HocvuCore, String> {
        let request = OpenRequest { data: folder.to_owned(), marker: marker.to_owned() };
        let core = HocvuCore::open(&request, ports).map_err(|e| format!("a phone opens: {e}"))?;
        core.stop_syncing().map_err(|e| e.to_string())?;
        Ok(core)
    }
}

/// What a relay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The counting server.
    Server,
    /// Passes on to another relay.
    Hub,
    /// Passes on nothing and lies.
    Hostile,
}

/// What lay in a relay's folder at some time.
pub(crate) struct NodeBackup {
    pub(crate) folder: PathBuf,
    /// The marker outside of it at that time.
    pub(crate) marker: Vec<u8>,
}

/// A relay.
pub(crate) struct Node {
    pub(crate) relay: Rc<Relay>,
    pub(crate) kind: Kind,
    pub(crate) folder: PathBuf,
    pub(crate) marker: PathBuf,
    pub(crate) ports: Ports,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) offset_s: i64,
    pub(crate) upstream: Option<usize>,
    pub(crate) backups: Vec<NodeBackup>,
    pub(crate) is_gone: bool,
}

impl Node {
    /// Opens a relay and stops it from waiting for the disk.
    pub(crate) fn open(folder: &Path, marker: &Path, ports: Ports) -> Result<Relay, String> {
        fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        let relay =
            Relay::open(folder, marker, ports).map_err(|e| format!("a relay opens: {e}"))?;
        relay.stop_syncing().map_err(|e| e.to_string())?;
        Ok(relay)
    }
}
