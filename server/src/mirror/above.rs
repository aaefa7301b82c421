//! What is above: the relay that this hub passes on to gives courses too. The hub fetches each edition
//! once and hands it on, so that a village pays for the way up one time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hocvu_core::ids::CourseId;
use hocvu_core::pack::http::{refresh, run_fetch};
use hocvu_core::pack::{
    FetchChoice, FetchTrouble, FetchView, ListingRequest, MirrorAddress, Mirrors, OfferView, Order,
    UnknownPublisher,
};
use hocvu_core::platform::free_bytes;
use hocvu_core::ports::{Clock, SystemClock};
use hocvu_core::sync::RelayKey;
use hocvu_core::sync::http::HttpTransport;
use hocvu_core::{Error, HocvuCore};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::FREE_BYTES_MIN;
use crate::relay::RelayError;
use crate::syncing::Hub;

/// How often it is looked for news, and how soon again where something did not come; after each time
/// in vain twice as long.
const LOOK_EVERY: Duration = Duration::from_secs(15 * 60);
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Less is no room: a request costs about a kilobyte beside what it brings.
const ROOM_MIN: u64 = 4 * 1024;
/// What was moved is counted each time that it is so much: a power cut forgets no more.
const COUNTED_AT_ONCE: u64 = 256 * 1024;

/// How the hub stands with what is above.
#[derive(Default)]
pub struct Above {
    wanted: Notify,
    busy: AtomicBool,
    /// Whether somebody asked: the whole listing is wanted, since she may have confirmed a publisher.
    anew: AtomicBool,
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
        self.anew.store(true, Ordering::SeqCst);
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
    let round = Arc::new(Round { core, hub, transport, state: Mutex::default() });
    let mut again = LOOK_AGAIN;
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
        let wait = if all_came { LOOK_EVERY } else { again };
        again = if all_came { LOOK_AGAIN } else { (2 * again).min(LOOK_EVERY) };
        if tokio::time::timeout(wait, above.wanted.notified()).await.is_ok() {
            again = LOOK_AGAIN;
        }
    }
}

struct Round {
    core: Arc<HocvuCore>,
    hub: Arc<Hub>,
    transport: HttpTransport,
    state: Mutex<State>,
}

/// What a round remembers for the next while the program runs.
#[derive(Default)]
struct State {
    /// Whom it asked.
    mirror: Option<RelayKey>,
    /// What the mirror named its last listing. With publishers in it who are unknown the core asks for
    /// it anew each time, since a person may confirm them in a moment; here nobody waits.
    tag: Option<String>,
    /// Editions that no program of this version can show.
    unusable: BTreeSet<(CourseId, Order)>,
    /// Editions of which the mirror gave something else than was signed, until it lists something new.
    altered: BTreeSet<(CourseId, Order)>,
}

impl Round {
    /// Looks once and fetches what is wanted. Returns whether nothing is left to come. The core blocks
    /// on the disk and this waits for the network: it needs a thread of its own.
    fn run(&self) -> Result<bool, AboveError> {
        let Some(mirror) = self.hub.relay.upstream_mirror()? else { return Ok(true) };
        self.begin_anew_with_another(&mirror);
        if self.room(&mirror)?.is_some_and(|most| most < ROOM_MIN) {
            self.hub.above.lock().trouble = Some(FetchTrouble::BudgetSpent);
            return Ok(true);
        }
        if !self.look(&mirror)? {
            return Ok(false);
        }
        let mut all_came = true;
        for offer in self.core.packs().offers()? {
            if self.is_wanted(&offer)? {
                all_came &= offer.is_available && self.fetch(&mirror, &offer)?;
            }
        }
        Ok(all_came)
    }

    /// What is known of the relay above is not so of another.
    fn begin_anew_with_another(&self, mirror: &MirrorAddress) {
        let mut state = self.state();
        if state.mirror != Some(mirror.relay) {
            *state = State { mirror: Some(mirror.relay), ..State::default() };
            *self.hub.above.lock() = AboveView::default();
        }
    }

    /// How many bytes the volunteer's limit leaves; `None`: without end, as in a network of one place,
    /// where they cost nothing.
    fn room(&self, mirror: &MirrorAddress) -> Result<Option<u64>, AboveError> {
        if mirror.is_near { Ok(None) } else { Ok(self.hub.relay.upstream_room()?) }
    }

    fn note(&self, bytes: u64) -> Result<(), AboveError> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Ok(self.hub.relay.note_upstream_bytes(bytes)?)
    }

    /// Asks what there is. Whether it answered.
    fn look(&self, mirror: &MirrorAddress) -> Result<bool, AboveError> {
        let request = self.core.packs().listing_request(mirror.clone())?;
        let is_asked = self.hub.above.anew.swap(false, Ordering::SeqCst);
        let has_unknown = !self.hub.above.lock().unknown.is_empty();
        let own = self.state().tag.clone().filter(|_| has_unknown && !is_asked);
        let tag = request.tag.or(own);
        let requests = [ListingRequest { mirror: request.mirror, path: request.path, tag }];
        let (before, _) = self.core.sync().traffic()?;
        let asked = refresh(&self.core, &self.transport, &requests);
        let (report, troubles) = Handle::current().block_on(asked)?;
        let (now, _) = self.core.sync().traffic()?;
        self.note(now.saturating_sub(before))?;
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
            let mut state = self.state();
            state.tag = report.tag;
            state.altered.clear();
            drop(state);
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
        let state = self.state();
        let in_vain = state.unusable.contains(&edition) || state.altered.contains(&edition);
        drop(state);
        let is_media_alone = offer.held == Some(offer.order);
        let made_room = is_media_alone && packs.media_quota()?.is_some();
        Ok(!in_vain && !made_room && !packs.is_removed(&offer.course)?)
    }

    /// Fetches one course whole. Whether nothing is left to come of it.
    fn fetch(&self, mirror: &MirrorAddress, offer: &OfferView) -> Result<bool, AboveError> {
        if !self.has_place_for(offer) {
            self.hub.above.lock().trouble = Some(FetchTrouble::DiskFull);
            return Ok(false);
        }
        let mirrors = Mirrors::Only(vec![mirror.clone()]);
        let bytes_max = self.room(mirror)?;
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
        let mut noted = 0;
        let run = run_fetch(&mut fetch, &self.transport, |view| {
            show(view);
            if view.bytes_spent >= noted + COUNTED_AT_ONCE
                && self.note(view.bytes_spent - noted).is_ok()
            {
                noted = view.bytes_spent;
            }
        });
        let came = Handle::current().block_on(run);
        let spent = fetch.view().bytes_spent;
        drop(fetch);
        above.lock().now = None;
        self.note(spent.saturating_sub(noted))?;
        let came = came?;
        if came.is_switched {
            self.hub.mirror.keep_soon(&self.core);
        }
        match came.trouble {
            None => tracing::info!(course = %offer.course, order = %offer.order, "came from above"),
            Some(FetchTrouble::Unusable) => {
                tracing::warn!(course = %offer.course, "came from above, but cannot be shown here");
                self.state().unusable.insert((offer.course.clone(), offer.order));
            }
            Some(trouble) => {
                if trouble == FetchTrouble::Altered {
                    self.state().altered.insert((offer.course.clone(), offer.order));
                }
                above.lock().trouble = Some(trouble);
                tracing::info!(course = %offer.course, ?trouble, "did not come from above");
            }
        }
        Ok(came.trouble.is_none_or(|trouble| trouble == FetchTrouble::Unusable))
    }

    /// A course lies here three times: for the pages, as files of the mirror and as the update from
    /// nothing; of one that is held already what changed does so. Learners' answers come first.
    fn has_place_for(&self, offer: &OfferView) -> bool {
        let whole = offer.disk_bytes;
        let changed = offer.text_bytes.saturating_add(offer.media_bytes);
        let files = if offer.held.is_some() { changed } else { whole };
        let needed = whole.saturating_add(files.saturating_mul(2)).saturating_add(FREE_BYTES_MIN);
        free_bytes(self.core.folder()).is_none_or(|free| free >= needed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
