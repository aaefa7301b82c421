//! Helpers of the unit tests: a core on a temporary folder with a clock and a randomness of its own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::hocvu::{HocvuCore, OpenRequest, Ports};
use crate::ports::{Clock, Entropy, KeyStore};

/// A clock that a test sets.
#[derive(Default)]
pub(crate) struct TestClock(pub(crate) AtomicI64);

impl Clock for TestClock {
    fn now_s(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Randomness that repeats from run to run.
#[derive(Default)]
pub(crate) struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        let mut reader = blake3::Hasher::new().update(&n.to_le_bytes()).finalize_xof();
        reader.fill(bytes);
    }
}

/// Keys in memory, which a test can make forget.
#[derive(Default)]
pub(crate) struct TestKeys(pub(crate) Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyStore for TestKeys {
    fn get(&self, name: &str) -> std::io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn put(&self, name: &str, secret: &[u8]) -> std::io::Result<()> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.to_vec());
        Ok(())
    }
}

/// A folder with a data folder and a marker in it, and the ports to open it with.
pub(crate) struct TestDevice {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) keys: Arc<TestKeys>,
    pub(crate) entropy: Arc<TestEntropy>,
}

impl TestDevice {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(TestClock::default());
        clock.0.store(1_795_400_000, Ordering::SeqCst);
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock,
            keys: Arc::default(),
            entropy: Arc::default(),
        }
    }

    pub(crate) fn request(&self) -> OpenRequest {
        OpenRequest {
            data: self.folder.path().join("data"),
            marker: self.folder.path().join("marker"),
        }
    }

    pub(crate) fn ports(&self) -> Ports {
        Ports { clock: self.clock.clone(), entropy: self.entropy.clone(), keys: self.keys.clone() }
    }

    pub(crate) fn open(&self) -> HocvuCore {
        HocvuCore::open(&self.request(), self.ports()).unwrap()
    }
}

/// Adds an adult who agreed to everything.
pub(crate) fn add_learner(core: &HocvuCore, name: &str) -> crate::ids::LearnerId {
    use crate::learner::{AddLearnerRequest, Address, Group, PersonRequest};
    let person =
        PersonRequest { name: name.to_owned(), address: Address::Ba, pictogram: 1, guardian: None };
    let request = AddLearnerRequest {
        person,
        group: Group::Citizen,
        is_child: false,
        consent_record: true,
        consent_count: true,
    };
    core.learners().add(&request).unwrap()
}
