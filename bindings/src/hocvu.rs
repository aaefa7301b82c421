//! The one entry point: opens a data folder and hands out the rooms.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use hocvu_core::ids::Lang;
use hocvu_core::ports::{SystemClock, SystemEntropy};
use hocvu_core::sync::http::HttpTransport;
use hocvu_core::upkeep::restore;
use hocvu_core::{Error, HocvuCore, OpenRequest as CoreOpenRequest, Ports};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::course::CourseRoom;
use crate::device::DeviceRoom;
use crate::failure::HocvuFailure;
use crate::learner::LearnerRoom;
use crate::pack::PackRoom;
use crate::platform::{DeviceKeys, Keys, PlatformSurroundings};
use crate::progress::ProgressRoom;
use crate::quiz::QuizRoom;
use crate::sync::SyncRoom;
use crate::text::TextRoom;

/// Where an installation lives.
#[derive(Debug, Clone, uniffi::Record)]
pub struct OpenRequest {
    /// Path of the data folder; made where it does not exist.
    pub data: String,
    /// Path of the installation marker, a file outside of the data folder in a place that no backup
    /// takes along (Android: `noBackupFilesDir`; iOS: a folder with `isExcludedFromBackup`). Without
    /// it, or with another, the folder goes on as a new replica.
    pub marker: String,
}

impl From<&OpenRequest> for CoreOpenRequest {
    fn from(request: &OpenRequest) -> Self {
        Self { data: (&request.data).into(), marker: (&request.marker).into() }
    }
}

/// An open data folder. One for each process; any thread may call it and its rooms.
///
/// Every call waits for the disk, some for milliseconds: call from a thread that draws nothing.
#[derive(uniffi::Object)]
pub struct Hocvu {
    pub(crate) house: Arc<House>,
}

/// What all rooms share.
pub(crate) struct House {
    core: RwLock<Option<Arc<HocvuCore>>>,
    lang: RwLock<Lang>,
    shut: watch::Sender<bool>,
    transport: OnceLock<HttpTransport>,
    pub(crate) surroundings: Arc<dyn PlatformSurroundings>,
}

#[uniffi::export]
impl Hocvu {
    /// Opens a data folder, making it where it does not exist. A folder that was copied or restored
    /// goes on as a new replica; a damaged database is set aside and what can be read of it goes on:
    /// `DeviceRoom.notices` tells of both. Fails with `CannotOpen`, `DiskFull` or `Platform`, and has
    /// touched nothing then.
    #[uniffi::constructor]
    pub fn open(
        request: &OpenRequest,
        keys: Arc<dyn DeviceKeys>,
        surroundings: Arc<dyn PlatformSurroundings>,
    ) -> Result<Arc<Self>, HocvuFailure> {
        let vi = Lang::parse("vi").expect("a language");
        let opening = || {
            let ports = Ports {
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy),
                keys: Arc::new(Keys(keys)),
            };
            let core = HocvuCore::open(&request.into(), ports)?;
            let lang = core.device().choices()?.language;
            Ok((core, lang))
        };
        let (core, lang) = guarded(&vi, opening)?;
        let house = House {
            core: RwLock::new(Some(Arc::new(core))),
            lang: RwLock::new(lang),
            shut: watch::Sender::new(false),
            transport: OnceLock::new(),
            surroundings,
        };
        Ok(Arc::new(Self { house: Arc::new(house) }))
    }

    /// Shuts the data folder: a sync that is under way ends as if cancelled, every later call through
    /// any room fails with `Shut`, and the folder is free as soon as the calls that are under way have
    /// ended. Shutting twice changes nothing. What was acknowledged is on the disk, shut or not.
    pub fn shut(&self) {
        self.house.core.write().unwrap_or_else(PoisonError::into_inner).take();
        self.house.shut.send_replace(true);
    }

    /// The people of this device.
    pub fn learners(&self) -> Arc<LearnerRoom> {
        Arc::new(LearnerRoom { house: self.house.clone() })
    }

    /// What is there to learn.
    pub fn courses(&self) -> Arc<CourseRoom> {
        Arc::new(CourseRoom { house: self.house.clone() })
    }

    /// Checks, practice, self-assessment.
    pub fn quizzes(&self) -> Arc<QuizRoom> {
        Arc::new(QuizRoom { house: self.house.clone() })
    }

    /// How far a learner is and what is next.
    pub fn progress(&self) -> Arc<ProgressRoom> {
        Arc::new(ProgressRoom { house: self.house.clone() })
    }

    /// Installed packs, and what takes room.
    pub fn packs(&self) -> Arc<PackRoom> {
        Arc::new(PackRoom { house: self.house.clone() })
    }

    /// Relays, and where the record is.
    pub fn sync(&self) -> Arc<SyncRoom> {
        Arc::new(SyncRoom { house: self.house.clone() })
    }

    /// Choices made here, notices, commune, backup.
    pub fn device(&self) -> Arc<DeviceRoom> {
        Arc::new(DeviceRoom { house: self.house.clone() })
    }

    /// All words for people.
    pub fn texts(&self) -> Arc<TextRoom> {
        Arc::new(TextRoom { house: self.house.clone() })
    }
}

/// Restores a backup file into a data folder that does not exist or is empty; open it afterwards. It
/// goes on as a new replica. Fails with `Invalid` for a folder that is not empty, with
/// `BackupRefused` for a wrong passphrase or a file that is altered, cut off or no backup; nothing
/// half-made is left.
#[uniffi::export]
pub fn restore_backup(
    from: &str,
    passphrase: &str,
    data: &str,
    keys: Arc<dyn DeviceKeys>,
) -> Result<(), HocvuFailure> {
    let vi = Lang::parse("vi").expect("a language");
    guarded(&vi, || restore(Path::new(from), passphrase, Path::new(data), |_| Arc::new(Keys(keys))))
}

impl House {
    /// Asks the core, in the language chosen on this device.
    pub(crate) fn ask<T>(
        &self,
        call: impl FnOnce(&HocvuCore, &Lang) -> hocvu_core::Result<T>,
    ) -> Result<T, HocvuFailure> {
        let lang = self.lang();
        let core = self.core()?;
        guarded(&lang, || call(&core, &lang))
    }

    /// The core itself, for what outlives a call.
    pub(crate) fn core(&self) -> Result<Arc<HocvuCore>, HocvuFailure> {
        let core = self.core.read().unwrap_or_else(PoisonError::into_inner).clone();
        core.ok_or_else(|| HocvuFailure::shut(&self.lang()))
    }

    pub(crate) fn lang(&self) -> Lang {
        self.lang.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_lang(&self, lang: Lang) {
        *self.lang.write().unwrap_or_else(PoisonError::into_inner) = lang;
    }

    /// The HTTP client, made at its first use: a start has no need of it.
    pub(crate) fn transport(&self) -> hocvu_core::Result<HttpTransport> {
        if let Some(made) = self.transport.get() {
            return Ok(made.clone());
        }
        let made = HttpTransport::new()?;
        Ok(self.transport.get_or_init(|| made).clone())
    }

    /// Does work that waits for the network on a thread of its own: whoever waits for it may draw the
    /// screen. It ends when nobody waits for it any more, and when the data folder is shut.
    pub(crate) async fn away<T: Send + 'static>(
        &self,
        work: impl Future<Output = hocvu_core::Result<T>> + Send + 'static,
    ) -> Result<T, HocvuFailure> {
        let lang = self.lang();
        let until_shut = self.until_shut();
        let mut task = Task(tokio::spawn(async move {
            tokio::select! {
                done = work => Some(done),
                () = until_shut => None,
            }
        }));
        match (&mut task.0).await {
            Ok(Some(done)) => done.map_err(|error| HocvuFailure::of(error, &lang)),
            Ok(None) => Err(HocvuFailure::shut(&lang)),
            Err(ended) => match ended.try_into_panic() {
                Ok(payload) => Err(HocvuFailure::panicked(payload.as_ref(), &lang)),
                Err(_) => Err(HocvuFailure::shut(&lang)),
            },
        }
    }

    /// Waits until the data folder is shut.
    fn until_shut(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut shut = self.shut.subscribe();
        async move {
            // The sender lives as long as the house; without it nothing is open either.
            let _ = shut.wait_for(|is_shut| *is_shut).await;
        }
    }
}

/// Ends its work when nobody waits for it any more.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a call; a panic in it becomes a failure like any other.
pub(crate) fn guarded<T>(
    lang: &Lang,
    call: impl FnOnce() -> Result<T, Error>,
) -> Result<T, HocvuFailure> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(done) => done.map_err(|error| HocvuFailure::of(error, lang)),
        Err(payload) => Err(HocvuFailure::panicked(payload.as_ref(), lang)),
    }
}
