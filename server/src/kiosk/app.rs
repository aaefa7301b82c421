//! What all pages share: the core, the secrets and options of this kiosk, and the way to the core.

use std::sync::Arc;

use hocvu_core::ports::{Clock, Entropy};
use hocvu_core::{HocvuCore, Result};

use super::errors::PageError;
use crate::syncing::Hub;

/// Name of the device's setting that holds until when (seconds since 1970) the volunteer lets every
/// phone see the whole list of learners.
pub const LIST_OPEN_UNTIL: &str = "list-open-until";

/// How a kiosk behaves.
#[derive(Debug, Clone)]
pub struct KioskOptions {
    /// Whether only this very computer can reach the pages.
    pub loopback_only: bool,
    /// After how many seconds without a request a learner is asked whether it is still her.
    pub idle_s: u32,
    /// Printed in the console: lets somebody set the passcode from another device.
    pub volunteer_code: String,
}

/// Called before each request; gives the page that stands in the way, if any. `course show` reads
/// the author's folder again in it.
pub type Before = dyn Fn(&HocvuCore) -> Result<Option<String>> + Send + Sync;

/// What all pages share.
pub struct App {
    /// The open data folder.
    pub core: Arc<HocvuCore>,
    /// Signs the cookies.
    pub secret: [u8; 32],
    /// The relay that this program is too; none where only a course is shown.
    pub hub: Option<Arc<Hub>>,
    /// How this kiosk behaves.
    pub options: KioskOptions,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws tokens.
    pub entropy: Arc<dyn Entropy>,
    /// Runs before each page; see [`Before`].
    pub before: Option<Box<Before>>,
}

impl App {
    /// Courses changed: what others are given shall follow, soon.
    pub fn courses_changed(&self) {
        if let Some(hub) = &self.hub {
            hub.mirror.keep_soon(&self.core);
        }
    }
}

/// Does work in the core on a thread of its own, because the core blocks on the disk.
pub async fn on_core<T, F>(app: &App, work: F) -> std::result::Result<T, PageError>
where
    T: Send + 'static,
    F: FnOnce(&HocvuCore) -> Result<T> + Send + 'static,
{
    let core = Arc::clone(&app.core);
    match tokio::task::spawn_blocking(move || work(&core)).await {
        Ok(done) => done.map_err(PageError::from),
        Err(broken) => {
            tracing::error!(%broken, "work in the core broke off");
            Err(PageError::Internal)
        }
    }
}

/// The same with the relay that this program is too; there is no such page where there is none.
pub async fn on_hub<T, F>(app: &App, work: F) -> std::result::Result<T, PageError>
where
    T: Send + 'static,
    F: FnOnce(&HocvuCore, &Hub) -> std::result::Result<T, PageError> + Send + 'static,
{
    let hub = Arc::clone(app.hub.as_ref().ok_or(PageError::NotFound)?);
    let core = Arc::clone(&app.core);
    match tokio::task::spawn_blocking(move || work(&core, &hub)).await {
        Ok(done) => done,
        Err(broken) => {
            tracing::error!(%broken, "work in the relay broke off");
            Err(PageError::Internal)
        }
    }
}
