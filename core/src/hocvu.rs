//! The one entry point: opens a data folder and hands out the rooms.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::course::Courses;
use crate::error::Result;
use crate::pack::Packs;
use crate::ports::{Clock, Entropy, KeyStore};
use crate::store::Store;

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
    /// Held while a pack is installed or media are swept, so that no sweep removes what an install
    /// has just written.
    pub(crate) installing: Mutex<()>,
}

impl HocvuCore {
    /// Opens a data folder. See `Error` for what can be in the way; nothing held is ever touched by
    /// a refusal.
    pub fn open(request: &OpenRequest, ports: Ports) -> Result<Self> {
        let store = Store::open(&request.data)?;
        Ok(Self { store, ports, installing: Mutex::new(()) })
    }

    /// The room of courses: lists, opens and searches them.
    pub fn courses(&self) -> Courses<'_> {
        Courses { core: self }
    }

    /// The room of packs: installs courses and says whom it trusts.
    pub fn packs(&self) -> Packs<'_> {
        Packs { core: self }
    }

    /// The device's time, in seconds since 1970, as claimed.
    pub(crate) fn now_s(&self) -> i64 {
        self.ports.clock.now_s()
    }
}
