//! Sync in the background of `hocvu serve`: the kiosk's own record goes to the relay in the same
//! process, and what the relay holds goes up to its upstream, if it has one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hocvu_core::sync::http::HttpTransport;
use hocvu_core::sync::{BEACON_PORT, Beacon, JoinCode, Outcome, RoundView, Trouble, is_over};
use hocvu_core::{HocvuCore, ports::Clock, ports::SystemClock};
use tokio::sync::Notify;

use crate::mirror::Mirror;
use crate::mirror::above::Above;
use crate::relay::{Relay, RelayError};

/// How often it is looked whether something waits.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often the beacon is sent.
const BEACON_EVERY: Duration = Duration::from_secs(5);
/// How often the upstream is asked for news although nothing waits.
const NEWS_S: i64 = 15 * 60;

/// The hub side of a running program.
pub struct Hub {
    /// The relay.
    pub relay: Arc<Relay>,
    /// What people call it.
    pub name: String,
    /// Where devices reach it.
    pub addresses: Vec<String>,
    /// What the background is doing.
    pub doing: Doing,
    /// Hands on the courses that are held here.
    pub mirror: Arc<Mirror>,
    /// How courses come from the relay above.
    pub above: Above,
}

/// What the background is doing, and a way to wake it.
#[derive(Default)]
pub struct Doing {
    wanted: Notify,
    now: AtomicBool,
    busy: AtomicBool,
    last: Mutex<Option<RoundView>>,
}

impl Doing {
    /// Lets a round begin now, whatever was in the way before.
    pub fn sync_now(&self) {
        self.now.store(true, Ordering::SeqCst);
        self.wanted.notify_one();
    }

    /// Whether a round is under way.
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) || self.now.load(Ordering::SeqCst)
    }

    /// How far the kiosk's own round came last.
    pub fn last(&self) -> Option<RoundView> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Hub {
    /// The code that devices join this hub with.
    pub fn join_code(&self) -> Result<JoinCode, RelayError> {
        self.relay.join_code(&self.name, self.addresses.clone())
    }

    /// The code that another hub passes on to this one with: for volunteers alone.
    pub fn hub_code(&self) -> Result<JoinCode, RelayError> {
        self.relay.hub_code(&self.name, self.addresses.clone())
    }
}

/// Runs until it is dropped.
pub async fn run(core: Arc<HocvuCore>, hub: Arc<Hub>) {
    let transport = match HttpTransport::new() {
        Ok(transport) => Arc::new(transport),
        Err(error) => {
            tracing::error!(%error, "no HTTP client: the upstream cannot be reached");
            return;
        }
    };
    loop {
        let now = hub.doing.now.swap(false, Ordering::SeqCst);
        hub.doing.busy.store(true, Ordering::SeqCst);
        own_round(&core, &hub, now).await;
        let up = {
            let (hub, transport) = (Arc::clone(&hub), Arc::clone(&transport));
            tokio::task::spawn_blocking(move || sync_up(&hub, &transport, now)).await
        };
        match up {
            // What the upstream told is for the kiosk's learners too.
            Ok(Ok(told)) if told > 0 => own_round(&core, &hub, true).await,
            Ok(Err(error)) => tracing::warn!(%error, "the relay's record did not go up"),
            _ => {}
        }
        hub.doing.busy.store(false, Ordering::SeqCst);
        let _ = tokio::time::timeout(LOOK_EVERY, hub.doing.wanted.notified()).await;
    }
}

async fn own_round(core: &Arc<HocvuCore>, hub: &Arc<Hub>, now: bool) {
    let (core, hub) = (Arc::clone(core), Arc::clone(hub));
    let own = tokio::task::spawn_blocking(move || sync_own(&core, &hub, now)).await;
    if let Ok(Err(error)) = own {
        tracing::warn!(%error, "the kiosk's record did not reach the relay");
    }
}

/// Brings the kiosk's own replica into step with the relay beside it, when it is time.
fn sync_own(core: &HocvuCore, hub: &Hub, now: bool) -> hocvu_core::Result<()> {
    let view = bring_in(core, &hub.relay, &hub.name, now)?;
    if view.is_some() {
        *hub.doing.last.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }
    Ok(())
}

/// Lets a device's record into the relay beside it, without a network. `None`: nothing was due.
pub fn bring_in(
    core: &HocvuCore,
    relay: &Relay,
    name: &str,
    now: bool,
) -> hocvu_core::Result<Option<RoundView>> {
    let code = relay
        .join_code(name, Vec::new())
        .map_err(|error| hocvu_core::Error::Invalid { what: "relay", why: error.to_string() })?;
    let id = code.relay.id();
    let joined = core.sync().relays()?.into_iter().find(|relay| relay.id == id);
    let joined = match joined {
        Some(relay) if relay.counting == code.counting => relay,
        // Another upstream has another counting server, whose word alone is that something counted.
        _ => core.sync().join_code(&code)?,
    };
    if !now && !core.sync().is_due(&joined) {
        return Ok(None);
    }
    let mut round = core.sync().round(joined.no)?;
    while let Some(exchange) = round.next_exchange()? {
        let outcome = match relay.answer(&exchange.body) {
            Ok(Ok((body, _))) => Outcome::Reply { address: String::new(), body },
            Ok(Err(_)) => Outcome::Status { code: 400, retry_after_s: None },
            Err(_) => Outcome::Status { code: 500, retry_after_s: None },
        };
        round.take(outcome)?;
    }
    Ok(Some(round.view().clone()))
}

/// Passes on what the relay holds, when it is time. Commits wait for the disk, so this has a thread of
/// its own, which waits for the network too. Returns how many events the upstream told.
fn sync_up(hub: &Hub, transport: &HttpTransport, now: bool) -> Result<u64, RelayError> {
    let Some(upstream) = hub.relay.upstream()? else { return Ok(0) };
    let now_s = SystemClock.now_s();
    let rested = is_over(upstream.tried_s, upstream.wait_s.into(), now_s);
    let wanted = upstream.waiting > 0 || is_over(upstream.reached_s, NEWS_S, now_s);
    if !(now || rested && wanted) {
        return Ok(0);
    }
    let runtime = tokio::runtime::Handle::current();
    let mut round = hub.relay.upstream_round();
    while let Some(exchange) = round.next_exchange()? {
        let outcome = runtime.block_on(transport.exchange(&exchange));
        round.take(outcome)?;
    }
    if let Some(trouble) = round.trouble {
        tracing::info!(?trouble, "the upstream did not take everything");
        if trouble == Trouble::NotAdmitted {
            tracing::warn!(
                "the upstream does not let this hub in: ask there for a new hub code, or to be let in \
                 again"
            );
        }
    }
    Ok(round.told)
}

/// Says on the local network where this hub is, until it is dropped. A network that takes no
/// broadcast leaves devices with the addresses of the join code.
pub async fn send_beacons(hub: Arc<Hub>, port: u16) {
    send_beacons_to(hub, port, (Ipv4Addr::BROADCAST, BEACON_PORT).into()).await;
}

/// The same to one address.
pub async fn send_beacons_to(hub: Arc<Hub>, port: u16, to: SocketAddr) {
    let Ok(socket) = tokio::net::UdpSocket::bind(("0.0.0.0", 0)).await else { return };
    if socket.set_broadcast(true).is_err() {
        return;
    }
    let relay = hub.relay.key().id();
    loop {
        let beacon = Beacon { relay, port, at_s: SystemClock.now_s() }.sign(hub.relay.secret());
        let _ = socket.send_to(&beacon, to).await;
        tokio::time::sleep(BEACON_EVERY).await;
    }
}
