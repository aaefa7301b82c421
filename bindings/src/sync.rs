//! How the record travels: relays, rounds, where the record is, bundles for couriers.

use std::sync::Arc;

use hocvu_core::HocvuCore;
use hocvu_core::device::Hold;
use hocvu_core::ids::{Lang, LearnerId, ReplicaId, short_id};
use hocvu_core::sync::http::{self, HttpTransport};
use hocvu_core::sync::{
    BUNDLE_BYTES_MAX, CourierReport, RecordStates, RelayId, RelayView as CoreRelayView,
    RoundView as CoreRoundView, Trouble,
};
use hocvu_core::text::{Messages, courier, trouble};

use crate::failure::HocvuFailure;
use crate::hocvu::House;
use crate::platform::PlatformFailure;

/// What can be in the way of sync. None of it loses anything.
#[uniffi::remote(Enum)]
#[uniffi(name = "TroubleView")]
pub enum Trouble {
    /// No address of the relay can be reached.
    Unreachable,
    /// The connection broke off; the next bundle is smaller.
    Cut,
    /// It took too long.
    TooSlow,
    /// Something else answers in the relay's place: a sign-in page of the Wi-Fi, most often.
    CaptivePortal,
    /// A relay answers there, but it is another than the one that was joined.
    OtherRelay,
    /// The relay has too much to do.
    Busy,
    /// The bundle is too large for something on the way; the next one is smaller.
    TooLarge,
    /// The relay, or something before it, failed.
    ServerFault,
    /// The reply was altered, belongs to another request, or says what cannot be.
    BadReply,
    /// The relay does not know this device: the join code has to be scanned again.
    NotAdmitted,
    /// The relay speaks a newer version: this program has to be updated.
    NewerVersion,
    /// The bytes of this month are used up.
    BudgetSpent,
    /// The relay got everything and gives no receipt for it.
    NotTaken,
}

/// Why nothing travels unasked now.
#[uniffi::remote(Enum)]
#[uniffi(name = "HoldView")]
pub enum Hold {
    /// There is no network.
    NoNetwork,
    /// The network costs, and only free ones were allowed.
    Metered,
    /// The battery is nearly empty.
    BatteryLow,
}

/// A joined relay.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RelayView {
    /// Its number here.
    pub no: i64,
    /// Its key's id: 32 hex digits.
    pub id: RelayId,
    /// What people call it.
    pub name: String,
    /// Where it was last.
    pub addresses: Vec<String>,
    /// Whether it is in a network of one place, such as a hub's Wi-Fi, and nowhere else: then a round
    /// goes over that network, whatever the platform prefers.
    pub is_near: bool,
    /// Whether it is the counting server itself.
    pub counts: bool,
    /// Events that it has given no receipt for.
    pub waiting: u64,
    /// When it was last tried, by this device's clock, in seconds since 1970.
    pub tried_s: Option<i64>,
    /// When it last answered, by this device's clock, in seconds since 1970.
    pub reached_s: Option<i64>,
    /// What was in the way last time.
    pub trouble: Option<Trouble>,
    /// The same for the person, and what she can do about it; empty when nothing was.
    pub told: String,
    /// Seconds after `triedS` before which it is not tried unasked.
    pub wait_s: u32,
    /// How far its clock was ahead of this device's, in seconds; evidence, nothing more.
    pub clock_ahead_s: Option<i64>,
}

impl RelayView {
    fn of(relay: CoreRelayView, lang: &Lang) -> Self {
        Self {
            no: relay.no,
            id: relay.id,
            name: relay.name,
            addresses: relay.addresses,
            is_near: relay.is_near,
            counts: relay.counts,
            waiting: relay.waiting,
            tried_s: relay.tried_s,
            reached_s: relay.reached_s,
            told: told(relay.trouble, lang),
            trouble: relay.trouble,
            wait_s: relay.wait_s,
            clock_ahead_s: relay.clock_ahead_s,
        }
    }
}

fn told(in_the_way: Option<Trouble>, lang: &Lang) -> String {
    in_the_way.map(|it| trouble(Messages::get(lang), it)).unwrap_or_default()
}

/// Where a learner's events are: each in exactly one state. Only a receipt moves a number.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordView {
    /// All events about her that were recorded on this device.
    pub events: u64,
    /// Of these, on this device only.
    pub here: u64,
    /// Of these, received by a relay that gave a receipt, and not counted yet.
    pub received: u64,
    /// Of these, received by the counting server, by its own receipt.
    pub counted: u64,
    /// Events that a relay has brought from elsewhere.
    pub copies: u64,
    /// Devices that hold her, as far as it is known here.
    pub devices: Vec<ReplicaId>,
    /// This device among them.
    pub own: ReplicaId,
    /// The others among them, each as people compare them, such as `3f2a-91c0`.
    pub others: Vec<String>,
    /// The joined relays.
    pub relays: Vec<RelayView>,
}

impl RecordView {
    fn of(core: &HocvuCore, learner: LearnerId, lang: &Lang) -> hocvu_core::Result<Self> {
        let RecordStates { events, here, received, counted } = core.sync().states_of(learner)?;
        let relays = core.sync().relays()?;
        let (devices, own) = (core.learners().devices(learner)?, core.device().replica()?);
        let others = devices.iter().filter(|device| **device != own);
        Ok(Self {
            events,
            here,
            received,
            counted,
            copies: core.learners().copies(learner)?,
            others: others.map(|device| short_id(*device)).collect(),
            devices,
            own,
            relays: relays.into_iter().map(|relay| RelayView::of(relay, lang)).collect(),
        })
    }
}

/// How far a round has come.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RoundView {
    /// Events that the relay did not have when the round began.
    pub waiting: u64,
    /// Events that it has given a receipt for since.
    pub received: u64,
    /// Copies of events that it brought.
    pub copies: u64,
    /// Learners erased at its word.
    pub erased: Vec<LearnerId>,
    /// Exchanges so far.
    pub exchanges: u32,
    /// Bytes of bodies sent.
    pub bytes_up: u64,
    /// Bytes of bodies received.
    pub bytes_down: u64,
    /// Whether the relay has everything of this device.
    pub in_step: bool,
    /// What ended the round early.
    pub trouble: Option<Trouble>,
    /// The same for the person, and what she can do about it; empty when nothing did.
    pub told: String,
}

impl RoundView {
    fn of(round: CoreRoundView, lang: &Lang) -> Self {
        Self {
            waiting: round.waiting,
            received: round.received,
            copies: round.copies,
            erased: round.erased,
            exchanges: round.exchanges,
            bytes_up: round.bytes_up,
            bytes_down: round.bytes_down,
            in_step: round.in_step,
            told: told(round.trouble, lang),
            trouble: round.trouble,
        }
    }
}

/// The relays to sync with now although nobody asks, or what keeps from it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DueView {
    /// Their numbers, for `SyncRoom.round`.
    pub relays: Vec<i64>,
    /// What keeps from it.
    pub hold: Option<Hold>,
}

/// Bytes moved by sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TrafficView {
    /// This month, by this device's clock.
    pub bytes_this_month: u64,
    /// The most of a month; none without a limit.
    pub bytes_max: Option<u64>,
}

/// A bundle for a courier to carry as a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CourierBundleView {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many events are in it.
    pub events: u64,
}

/// What taking in a reply from a file changed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CourierReportView {
    /// Which relay replied.
    pub relay: String,
    /// Events that the relay still gave no receipt for.
    pub waiting: u64,
    /// Copies of events that came along.
    pub copies: u64,
    /// Learners erased at the relay's word.
    pub erased: Vec<LearnerId>,
    /// What was in the way.
    pub trouble: Option<Trouble>,
    /// What came of it, for the person: as good news, or what was in the way.
    pub told: String,
}

impl CourierReportView {
    fn of(report: CourierReport, lang: &Lang) -> Self {
        let CourierReport { relay, waiting, copies, erased, trouble } = report;
        let (Ok(told) | Err(told)) = courier(Messages::get(lang), &relay, waiting, trouble);
        Self { relay, waiting, copies, erased, trouble, told }
    }
}

/// Is told how a round moves on.
#[uniffi::export(with_foreign)]
pub trait SyncListener: Send + Sync {
    /// Called after each exchange, from a thread of the library. What it throws changes nothing.
    fn moved(&self, round: RoundView) -> Result<(), PlatformFailure>;
}

/// The room of sync.
#[derive(uniffi::Object)]
pub struct SyncRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl SyncRoom {
    /// Joins the relay that a code names; one that is joined already gets the code's addresses. Fails
    /// with `Invalid` for `join code`.
    pub fn join(&self, code: &str) -> Result<RelayView, HocvuFailure> {
        self.house.ask(|core, lang| Ok(RelayView::of(core.sync().join(code)?, lang)))
    }

    /// Leaves a relay. Nothing that was recorded goes.
    pub fn leave(&self, relay: i64) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.sync().leave(relay))
    }

    /// The joined relays.
    pub fn relays(&self) -> Result<Vec<RelayView>, HocvuFailure> {
        self.house.ask(|core, lang| {
            let relays = core.sync().relays()?;
            Ok(relays.into_iter().map(|relay| RelayView::of(relay, lang)).collect())
        })
    }

    /// The relays to sync with now although nobody asks, by what the platform tells of networks and
    /// battery and by the choices made here. Fails with `Platform` when the platform does not tell.
    pub fn due(&self) -> Result<DueView, HocvuFailure> {
        let around = self.house.surroundings.now();
        let around =
            around.map_err(|e| HocvuFailure::platform(&e.to_string(), &self.house.lang()))?;
        self.house.ask(|core, _| {
            let (relays, hold) = core.device().due(&around.into())?;
            Ok(DueView { relays, hold })
        })
    }

    /// Where the events about a learner are.
    pub fn where_is(&self, learner: LearnerId) -> Result<RecordView, HocvuFailure> {
        self.house.ask(|core, lang| RecordView::of(core, learner, lang))
    }

    /// Bytes moved this month, and the limit.
    pub fn traffic(&self) -> Result<TrafficView, HocvuFailure> {
        self.house.ask(|core, _| {
            let (bytes_this_month, bytes_max) = core.sync().traffic()?;
            Ok(TrafficView { bytes_this_month, bytes_max })
        })
    }

    /// Limits the bytes of a month, or lifts the limit with none.
    pub fn set_budget(&self, bytes_max: Option<u64>) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.sync().set_budget(bytes_max))
    }

    /// Everything that a relay lacks, for a courier. The reply is taken in by `importReply`.
    pub fn export_bundle(&self, relay: i64) -> Result<CourierBundleView, HocvuFailure> {
        self.house.ask(|core, _| {
            let (bytes, events) = core.sync().export(relay)?;
            Ok(CourierBundleView { bytes, events })
        })
    }

    /// Takes in a relay's reply that a courier brought. The same file twice, or one that comes late,
    /// changes nothing that is wrong. Fails with `Invalid` or `NotFound`.
    pub fn import_reply(&self, bytes: Vec<u8>) -> Result<CourierReportView, HocvuFailure> {
        self.house
            .ask(|core, lang| Ok(CourierReportView::of(core.sync().import_reply(&bytes)?, lang)))
    }

    /// The most bytes that a bundle has. Of a file that somebody brought, read one byte more at most:
    /// `importReply` refuses it with the words for it.
    pub fn bundle_bytes_max(&self) -> u64 {
        BUNDLE_BYTES_MAX as u64
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl SyncRoom {
    /// Brings this device into step with a relay over HTTP. What is in the way is in the view and is no
    /// failure; a failure is about this device, such as a full disk. May be cancelled at any moment:
    /// what was receipted by then is kept, the rest goes the next time. Swift does not tell of a
    /// cancelled task: there the round goes on to its end. Two rounds at once do no harm.
    pub async fn round(
        &self,
        relay: i64,
        listener: Option<Arc<dyn SyncListener>>,
    ) -> Result<RoundView, HocvuFailure> {
        let lang = self.house.lang();
        let core = self.house.core()?;
        let transport = self.house.transport().map_err(|error| HocvuFailure::of(error, &lang))?;
        let words = lang.clone();
        let work = async move { carry(&core, relay, &transport, listener, &words).await };
        Ok(RoundView::of(self.house.away(work).await?, &lang))
    }
}

async fn carry(
    core: &HocvuCore,
    relay: i64,
    transport: &HttpTransport,
    listener: Option<Arc<dyn SyncListener>>,
    lang: &Lang,
) -> hocvu_core::Result<CoreRoundView> {
    let mut round = core.sync().round(relay)?;
    let tell = |view: &CoreRoundView| {
        if let Some(listener) = &listener {
            // A screen that cannot show how far it has come is no reason to stop.
            let _ = listener.moved(RoundView::of(view.clone(), lang));
        }
    };
    http::run(&mut round, transport, tell).await
}
