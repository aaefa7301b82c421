//! What is above: the relay that this hub passes on to gives courses too. The hub fetches each edition
//! once and hands it on, so that a village pays for the way up one time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hocvu_core::ids::CourseId;
use hocvu_core::pack::http::{refresh, run_fetch};
use hocvu_core::pack::{
    FetchChoice, FetchTrouble, FetchView, MirrorAddress, Mirrors, OfferView, Order,
    UnknownPublisher,
};
use hocvu_core::platform::free_bytes;
use hocvu_core::ports::{Clock, SystemClock};
use hocvu_core::sync::http::HttpTransport;
use hocvu_core::{Error, HocvuCore};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::store::FREE_BYTES_MIN;
use crate::relay::RelayError;
use crate::syncing::Hub;

/// How often it is looked for news, and how soon again where something did not come.
const LOOK_EVERY: Duration = Duration::from_secs(15 * 60);
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How the hub stands with what is above.
#[derive(Default)]
pub struct Above {
    wanted: Notify,
    busy: AtomicBool,
    view: Mutex<AboveView>,
}

/// The same, for a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboveView {
    /// When it last said what there is, by this computer's clock.
    pub listed_s: Option<i64>,
    /// What was in the way last time.
    pub trouble: Option<FetchTrouble>,
    /// Publishers whose root nobody here has confirmed.
    pub unknown: Vec<UnknownPublisher>,
    /// The course that is on its way just now: its title, and how far it is.
    pub now: Option<(String, FetchView)>,
}

impl Above {
    /// Looks now, whatever was in the way before.
    pub fn look_now(&self) {
        self.busy.store(true, Ordering::SeqCst);
        self.wanted.notify_one();
    }

    /// Whether it is being looked, or a course is on its way.
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst)
    }

    /// How the hub stands with what is above.
    pub fn view(&self) -> AboveView {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, AboveView> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks and fetches until it is dropped.
pub async fn run(core: Arc<HocvuCore>, hub: Arc<Hub>) {
    let transport = match HttpTransport::new() {
        Ok(transport) => transport,
        Err(error) => {
            tracing::error!(%error, "no HTTP client: no course comes from above");
            return;
        }
    };
    let round = Arc::new(Round { core, hub, transport, unusable: Mutex::default() });
    loop {
        let above = &round.hub.above;
        above.busy.store(true, Ordering::SeqCst);
        let once = Arc::clone(&round);
        let all_came = match tokio::task::spawn_blocking(move || once.run()).await {
            Ok(Ok(all_came)) => all_came,
            Ok(Err(error)) => {
                tracing::warn!(%error, "courses did not come from above");
                false
            }
            Err(_) => false,
        };
        above.busy.store(false, Ordering::SeqCst);
        let wait = if all_came { LOOK_EVERY } else { LOOK_AGAIN };
        let _ = tokio::time::timeout(wait, above.wanted.notified()).await;
    }
}

struct Round {
    core: Arc<HocvuCore>,
    hub: Arc<Hub>,
    transport: HttpTransport,
    /// Editions that no program of this version can show: not fetched again while it runs.
    unusable: Mutex<BTreeSet<(CourseId, Order)>>,
}

impl Round {
    /// Looks once and fetches what is wanted. Returns whether nothing is left to come. The core blocks
    /// on the disk and this waits for the network: it needs a thread of its own.
    fn run(&self) -> Result<bool, AboveError> {
        let Some(mirror) = self.hub.relay.upstream_mirror()? else { return Ok(true) };
        if self.room(&mirror)?.is_none() {
            self.hub.above.lock().trouble = Some(FetchTrouble::BudgetSpent);
            return Ok(true);
        }
        if !self.counted(|| self.look(&mirror))? {
            return Ok(false);
        }
        let mut all_came = true;
        for offer in self.core.packs().offers()? {
            if self.is_wanted(&offer)? {
                all_came &= offer.is_available && self.counted(|| self.fetch(&mirror, &offer))?;
            }
        }
        Ok(all_came)
    }

    /// Adds what something moves to the bytes of the way up.
    fn counted<T>(&self, work: impl FnOnce() -> Result<T, AboveError>) -> Result<T, AboveError> {
        let (before, _) = self.core.sync().traffic()?;
        let done = work();
        let (now, _) = self.core.sync().traffic()?;
        let bytes = usize::try_from(now.saturating_sub(before)).unwrap_or(usize::MAX);
        self.hub.relay.note_upstream_bytes(bytes)?;
        done
    }

    /// How many bytes the volunteer's limit leaves, as [`Relay::upstream_room`] has it; what comes from a
    /// network of one place costs nothing.
    ///
    /// [`Relay::upstream_room`]: crate::relay::Relay::upstream_room
    fn room(&self, mirror: &MirrorAddress) -> Result<Option<Option<u64>>, AboveError> {
        if mirror.is_near { Ok(Some(None)) } else { Ok(self.hub.relay.upstream_room()?) }
    }

    /// Asks what there is. Whether it answered.
    fn look(&self, mirror: &MirrorAddress) -> Result<bool, AboveError> {
        let requests = [self.core.packs().listing_request(mirror.clone())?];
        let asked = refresh(&self.core, &self.transport, &requests);
        let (report, troubles) = Handle::current().block_on(asked)?;
        for reason in &report.refused {
            tracing::warn!(%reason, "a catalogue from above was refused");
        }
        let mut view = self.hub.above.lock();
        view.trouble = troubles.first().copied();
        if view.trouble.is_some() {
            return Ok(false);
        }
        view.listed_s = Some(SystemClock.now_s());
        drop(view);
        if report.is_new {
            self.hub.above.lock().unknown = report.unknown;
            // Phones are told what is new before it is here: they may have another way to it.
            self.hub.mirror.keep_soon(&self.core);
        }
        Ok(true)
    }

    /// Everything that a trusted publisher offers, but what a volunteer removed, what no program of
    /// this version can show, and pictures and sounds that made room for others.
    fn is_wanted(&self, offer: &OfferView) -> Result<bool, AboveError> {
        let packs = self.core.packs();
        let edition = (offer.course.clone(), offer.order);
        let is_unusable = self.unusable().contains(&edition);
        let is_media_alone = offer.held == Some(offer.order);
        let made_room = is_media_alone && packs.media_quota()?.is_some();
        Ok(!is_unusable && !made_room && !packs.is_removed(&offer.course)?)
    }

    /// Fetches one course whole. Whether nothing is left to come of it.
    fn fetch(&self, mirror: &MirrorAddress, offer: &OfferView) -> Result<bool, AboveError> {
        if !self.has_place_for(offer) {
            self.hub.above.lock().trouble = Some(FetchTrouble::DiskFull);
            return Ok(false);
        }
        let mirrors = Mirrors::Only(vec![mirror.clone()]);
        let bytes_max = self.room(mirror)?.unwrap_or(Some(0));
        let choice = FetchChoice { with_media: true, mirrors, bytes_max };
        let mut fetch = match self.core.packs().fetch(&offer.course, &choice) {
            Ok(fetch) => fetch,
            // It came by another way meanwhile, or is on its way by one.
            Err(Error::NotFound { .. } | Error::Invalid { .. } | Error::Pack(_)) => {
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        let above = &self.hub.above;
        let show = |view: &FetchView| above.lock().now = Some((offer.title.clone(), view.clone()));
        show(fetch.view());
        let run = run_fetch(&mut fetch, &self.transport, show);
        let came = Handle::current().block_on(run);
        drop(fetch);
        above.lock().now = None;
        let came = came?;
        if came.is_switched {
            self.hub.mirror.keep_soon(&self.core);
        }
        match came.trouble {
            None => tracing::info!(course = %offer.course, order = %offer.order, "came from above"),
            Some(FetchTrouble::Unusable) => {
                tracing::warn!(course = %offer.course, "came from above, but cannot be shown here");
                self.unusable().insert((offer.course.clone(), offer.order));
            }
            Some(trouble) => {
                above.lock().trouble = Some(trouble);
                tracing::info!(course = %offer.course, ?trouble, "did not come from above");
            }
        }
        Ok(came.trouble.is_none_or(|trouble| trouble == FetchTrouble::Unusable))
    }

    /// A course lies here twice: for the pages, and for who fetches it. Learners' answers come first.
    fn has_place_for(&self, offer: &OfferView) -> bool {
        let free = free_bytes(self.core.folder());
        free.is_none_or(|free| free >= FREE_BYTES_MIN + 2 * offer.disk_bytes)
    }

    fn unusable(&self) -> MutexGuard<'_, BTreeSet<(CourseId, Order)>> {
        self.unusable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a round broke off.
#[derive(Debug, thiserror::Error)]
enum AboveError {
    #[error(transparent)]
    Core(#[from] Error),
    #[error(transparent)]
    Relay(#[from] RelayError),
}
