//! Courses that come over the network: what is new, fetching them, room for their pictures and sounds.

use std::sync::Arc;

use hocvu_core::HocvuCore;
use hocvu_core::device::{Hold, Surroundings};
use hocvu_core::ids::{CourseId, Lang};
use hocvu_core::pack::{
    FetchChoice, FetchTrouble, FetchView as CoreFetchView, ListingReport, Mirrors,
    OfferView as CoreOfferView, UnknownPublisher, http,
};
use hocvu_core::text::{Messages, fetch_hold, fetch_told, fetch_trouble, offer_cost, offer_room};
use tokio::sync::watch;

use crate::failure::HocvuFailure;
use crate::hocvu::House;
use crate::pack::PackRoom;
use crate::platform::PlatformFailure;

/// What ended a fetch early. What came is kept, and the edition that was held works on.
#[uniffi::remote(Enum)]
#[uniffi(name = "FetchTroubleView")]
pub enum FetchTrouble {
    /// No relay can be reached.
    Unreachable,
    /// The connection breaks off again and again.
    Cut,
    /// It took too long.
    TooSlow,
    /// The relays have too much to do.
    Busy,
    /// Something else answers in the relay's place: a sign-in page of the Wi-Fi, most often.
    CaptivePortal,
    /// No relay has it (any more).
    NotThere,
    /// What the relays gave is not what the publisher signed.
    Altered,
    /// It is what the publisher signed, and no course that this program can show.
    Unusable,
    /// The bytes of this month that courses may use are used up.
    BudgetSpent,
    /// There is no room left on the disk.
    DiskFull,
}

/// A publisher whose root nobody here has confirmed: show the fingerprint to be compared, then
/// `PackRoom.trustRoot`, then look for courses again.
#[uniffi::remote(Record)]
#[uniffi(name = "UnknownPublisherView")]
pub struct UnknownPublisher {
    /// Its name, as the root claims.
    pub publisher: String,
    /// 32 hex digits in groups of four, to be compared with what the publisher tells.
    pub fingerprint: String,
    /// What `trustRoot` takes.
    pub roots: Vec<u8>,
}

/// What can be fetched of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum OfferKindView {
    /// All of it: nothing of the course is held.
    New,
    /// A newer edition than the one that is held.
    Newer,
    /// Pictures and sounds of the edition that is held.
    Media,
}

/// A course that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OfferView {
    /// The course.
    pub course: CourseId,
    /// Its name in its own language.
    pub title: String,
    /// The languages that something of it exists in.
    pub languages: Vec<Lang>,
    /// Name of the publisher.
    pub publisher: String,
    /// Generation and version, such as `1.4`.
    pub order: String,
    /// What is held, in the same form; none where nothing of the course is.
    pub held: Option<String>,
    /// What can be fetched of it.
    pub kind: OfferKindView,
    /// Bytes of texts that would come.
    pub text_bytes: u64,
    /// Bytes of pictures and sounds that would come after them.
    pub media_bytes: u64,
    /// Bytes that the disk must have room for, at the most.
    pub disk_bytes: u64,
    /// For the person: what it costs and what of it comes first, such as "Chữ của bài: 120 KB, về
    /// trước. Tranh và tiếng: 4 MB, về sau."
    pub cost: String,
    /// For the person: that the disk has no room for it; empty where it has, and where the platform
    /// does not say.
    pub no_room: String,
    /// Whether a joined relay says that it has it.
    pub is_available: bool,
    /// Whether part of it is here already.
    pub is_begun: bool,
}

impl OfferView {
    fn of(offer: CoreOfferView, free_bytes: Option<u64>, lang: &Lang) -> Self {
        let t = Messages::get(lang);
        let kind = match offer.held {
            None => OfferKindView::New,
            Some(held) if held == offer.order => OfferKindView::Media,
            Some(_) => OfferKindView::Newer,
        };
        Self {
            cost: offer_cost(t, &offer),
            no_room: offer_room(t, &offer, free_bytes).unwrap_or_default(),
            course: offer.course,
            title: offer.title,
            languages: offer.languages,
            publisher: offer.publisher_name,
            order: offer.order.to_string(),
            held: offer.held.map(|held| held.to_string()),
            kind,
            text_bytes: offer.text_bytes,
            media_bytes: offer.media_bytes,
            disk_bytes: offer.disk_bytes,
            is_available: offer.is_available,
            is_begun: offer.is_begun,
        }
    }
}

/// What came of asking the relays.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct LookedView {
    /// Whether anything was new.
    pub is_new: bool,
    /// Publishers whom nobody here has confirmed.
    pub unknown: Vec<UnknownPublisher>,
    /// Catalogues that were refused, with the reason in English, for a log.
    pub refused: Vec<String>,
    /// How many relays answered.
    pub answered: u32,
    /// What was in the way of the first that did not.
    pub trouble: Option<FetchTrouble>,
    /// Why nobody was asked.
    pub hold: Option<Hold>,
    /// For the person, where nobody answered: why, and what she can do about it; empty where one did.
    pub told: String,
}

impl LookedView {
    fn of(asked: usize, report: ListingReport, troubles: &[FetchTrouble], lang: &Lang) -> Self {
        let t = Messages::get(lang);
        let answered = asked.saturating_sub(troubles.len());
        let trouble = troubles.first().copied();
        let told = match trouble {
            _ if asked == 0 => t.offers_no_station(),
            Some(trouble) if answered == 0 => fetch_trouble(t, trouble),
            _ => String::new(),
        };
        let ListingReport { is_new, unknown, refused, .. } = report;
        let answered = u32::try_from(answered).unwrap_or(u32::MAX);
        Self { is_new, unknown, refused, answered, trouble, hold: None, told }
    }

    fn held(hold: Hold, lang: &Lang) -> Self {
        let told = fetch_hold(Messages::get(lang), hold);
        Self { hold: Some(hold), told, ..Self::default() }
    }
}

/// How far a fetch has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct FetchView {
    /// Bytes that have come, of those that are needed.
    pub bytes_done: u64,
    /// Bytes that are needed; 0 until a relay has said what there is.
    pub bytes: u64,
    /// Bytes that came in all, those that were no use among them.
    pub bytes_moved: u64,
    /// Whether learners get the new edition already: its texts are here.
    pub is_switched: bool,
    /// Whether everything is here.
    pub is_done: bool,
    /// What ended it early.
    pub trouble: Option<FetchTrouble>,
    /// Why it did not begin.
    pub hold: Option<Hold>,
    /// For the person: how far it is, or what is in the way and what she can do about it.
    pub told: String,
}

impl FetchView {
    fn of(fetch: &CoreFetchView, lang: &Lang) -> Self {
        Self {
            bytes_done: fetch.bytes_done,
            bytes: fetch.bytes,
            bytes_moved: fetch.bytes_moved,
            is_switched: fetch.is_switched,
            is_done: fetch.is_done,
            trouble: fetch.trouble,
            hold: None,
            told: fetch_told(Messages::get(lang), fetch),
        }
    }

    fn held(hold: Hold, lang: &Lang) -> Self {
        let told = fetch_hold(Messages::get(lang), hold);
        Self { hold: Some(hold), told, ..Self::default() }
    }
}

/// Over which networks, and at whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FetchWayRequest {
    /// Whether a person asks and waits. Nothing is fetched unasked with an empty battery.
    pub is_asked: bool,
    /// Whether those relays alone are asked that are in a network of one place, such as a hub's Wi-Fi:
    /// for an app that has to choose that network first.
    pub near_only: bool,
}

/// Is told how a fetch moves on.
#[uniffi::export(with_foreign)]
pub trait FetchListener: Send + Sync {
    /// Called from a thread of the library, after each 1% at the most. What it throws changes nothing.
    fn moved(&self, fetch: FetchView) -> Result<(), PlatformFailure>;
}

/// Pauses a fetch from outside; each call of `fetch` has its own. For Swift, whose cancelled tasks Rust is
/// not told of: Kotlin cancels the call.
#[derive(Debug, uniffi::Object)]
pub struct FetchHandle(watch::Sender<bool>);

#[uniffi::export]
impl FetchHandle {
    /// For a fetch that is begun after this.
    #[uniffi::constructor]
    #[allow(clippy::new_without_default, reason = "the shells have constructors alone")]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(false)))
    }

    /// Ends the fetch where it is, or before it begins; what came is kept. Once is enough.
    pub fn pause(&self) {
        self.0.send_replace(true);
    }
}

/// Waits until a fetch is to pause: for ever where nobody can say so.
async fn paused(handle: Option<Arc<FetchHandle>>) {
    let Some(handle) = handle else { return std::future::pending().await };
    // The sender lives as long as the handle does.
    let _ = handle.0.subscribe().wait_for(|is_paused| *is_paused).await;
}

#[uniffi::export]
impl PackRoom {
    /// Courses that can be fetched, by what relays told last: new editions of held ones first. Asks
    /// nobody; `lookForCourses` does.
    pub fn offers(&self) -> Result<Vec<OfferView>, HocvuFailure> {
        let free_bytes = self.house.surroundings.now().ok().and_then(|around| around.free_bytes);
        self.house.ask(|core, lang| {
            let offers = core.packs().offers()?;
            Ok(offers.into_iter().map(|offer| OfferView::of(offer, free_bytes, lang)).collect())
        })
    }

    /// Gives up a fetch: what came of it goes, and the edition that is held works on. Pictures and
    /// sounds that it still lacks are fetched when somebody asks for them.
    pub fn give_up_fetch(&self, course: &CourseId) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.packs().cancel_fetch(course))
    }

    /// The most bytes of pictures and sounds; none without a limit.
    pub fn media_quota(&self) -> Result<Option<u64>, HocvuFailure> {
        self.house.ask(|core, _| core.packs().media_quota())
    }

    /// Limits the bytes of pictures and sounds, or lifts the limit with none. What is above it goes at
    /// once, of the course that nobody opened for longest first; texts never go.
    pub fn set_media_quota(&self, bytes: Option<u64>) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.packs().set_media_quota(bytes))
    }

    /// Lets the pictures and sounds of a course go, and gives how many bytes that were. They are on
    /// offer from then on. Those of the program's own courses stay: no relay has them.
    pub fn evict_media(&self, course: &CourseId) -> Result<u64, HocvuFailure> {
        self.house.ask(|core, _| core.packs().evict_media(course))
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl PackRoom {
    /// Asks the joined relays for new courses; `offers` has them then. What is in the way is in the
    /// view and is no failure. Fails with `Platform` when the platform does not tell of networks.
    pub async fn look_for_courses(&self, way: FetchWayRequest) -> Result<LookedView, HocvuFailure> {
        let lang = self.house.lang();
        let around = around(&self.house)?;
        let core = self.house.core()?;
        let transport = self.house.transport().map_err(|error| HocvuFailure::of(error, &lang))?;
        let words = lang.clone();
        let work = async move {
            let is_near = match mirrors(&core, &around, way)? {
                Ok(mirrors) => mirrors == Mirrors::Near,
                Err(hold) => return Ok(LookedView::held(hold, &words)),
            };
            let requests = core.packs().listing_requests(is_near)?;
            let (report, troubles) = http::refresh(&core, &transport, &requests).await?;
            Ok(LookedView::of(requests.len(), report, &troubles, &words))
        };
        self.house.away(work).await
    }

    /// Fetches what is on offer of a course: texts first, and with the last of them learners get the
    /// new edition; then, `withMedia`, pictures and sounds. What is in the way is in the view and is no
    /// failure. May be cancelled at any moment, which pauses it: what came is kept, and the next call
    /// goes on there. Swift does not tell of a cancelled task: there `handle` pauses it, and the view
    /// says how far it came. Fails with `NotFound` where nothing is on offer, with `Platform` when the
    /// platform does not tell of networks.
    #[uniffi::method(default(handle = None))]
    pub async fn fetch(
        &self,
        course: &CourseId,
        with_media: bool,
        way: FetchWayRequest,
        listener: Option<Arc<dyn FetchListener>>,
        handle: Option<Arc<FetchHandle>>,
    ) -> Result<FetchView, HocvuFailure> {
        let lang = self.house.lang();
        let around = around(&self.house)?;
        let core = self.house.core()?;
        let transport = self.house.transport().map_err(|error| HocvuFailure::of(error, &lang))?;
        let (words, course) = (lang.clone(), course.clone());
        let work = async move {
            let mirrors = match mirrors(&core, &around, way)? {
                Ok(mirrors) => mirrors,
                Err(hold) => return Ok(FetchView::held(hold, &words)),
            };
            let choice = FetchChoice { with_media, mirrors, bytes_max: None };
            let mut fetch = core.packs().fetch(&course, &choice)?;
            let mut steps = Steps::default();
            let tell = |view: &CoreFetchView| {
                if let Some(listener) = listener.as_ref().filter(|_| steps.is_new(view)) {
                    // A screen that cannot show how far it has come is no reason to stop.
                    let _ = listener.moved(FetchView::of(view, &words));
                }
            };
            let view = tokio::select! {
                biased;
                () = paused(handle) => None,
                view = http::run_fetch(&mut fetch, &transport, tell) => Some(view?),
            };
            Ok(FetchView::of(view.as_ref().unwrap_or_else(|| fetch.view()), &words))
        };
        self.house.away(work).await
    }
}

/// Lets through what a screen would show differently: a call over the border costs more than taking in
/// a piece of an answer.
#[derive(Default)]
struct Steps(Option<(u64, bool, bool)>);

impl Steps {
    fn is_new(&mut self, view: &CoreFetchView) -> bool {
        let percent = view.bytes_done.saturating_mul(100) / view.bytes.max(1);
        let step = Some((percent, view.is_switched, view.is_done));
        let is_new = self.0 != step;
        self.0 = step;
        is_new
    }
}

fn around(house: &House) -> Result<Surroundings, HocvuFailure> {
    let around = house.surroundings.now();
    let around = around.map_err(|e| HocvuFailure::platform(&e.to_string(), &house.lang()))?;
    Ok(around.into())
}

/// Whom to ask, or what keeps from it.
fn mirrors(
    core: &HocvuCore,
    around: &Surroundings,
    way: FetchWayRequest,
) -> hocvu_core::Result<Result<Mirrors, Hold>> {
    let mirrors = core.device().mirrors(around, way.is_asked)?;
    Ok(mirrors.map(|mirrors| if way.near_only { Mirrors::Near } else { mirrors }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_hears_each_percent_once_and_each_change_of_state() {
        let mut steps = Steps::default();
        let mut view = CoreFetchView { bytes: 1_000, ..CoreFetchView::default() };
        assert!(steps.is_new(&view));
        view.bytes_done = 9;
        assert!(!steps.is_new(&view));
        view.bytes_done = 10;
        assert!(steps.is_new(&view));
        view.is_switched = true;
        assert!(steps.is_new(&view) && !steps.is_new(&view));
    }

    #[tokio::test]
    async fn a_handle_pauses_what_is_under_way_and_what_begins_after_it() {
        let handle = FetchHandle::new();
        let waits = tokio::spawn(paused(Some(handle.clone())));
        tokio::task::yield_now().await;
        assert!(!waits.is_finished());
        handle.pause();
        waits.await.unwrap();
        paused(Some(handle)).await;
    }

    #[test]
    fn a_look_that_one_relay_answered_has_nothing_in_the_way_for_the_person() {
        let vi = Lang::parse("vi").unwrap();
        let of = |asked, troubles: &[_]| {
            LookedView::of(asked, ListingReport::default(), troubles, &vi).told
        };
        assert_eq!(of(2, &[FetchTrouble::Cut]), "");
        assert!(of(1, &[FetchTrouble::Cut]).contains("Mạng đứt"));
        assert!(of(0, &[]).contains("chưa nối với trạm nào"));
    }
}
