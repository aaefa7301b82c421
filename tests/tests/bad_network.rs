//! A real device and a real relay with a bad network between them, over HTTP.
//!
//! - an exchange that is cut after every number of bytes, on the way up and on the way down
//! - a link that goes silent; one that is slow; sign-in pages; garbage; an old reply played again
//! - a link that breaks every 2 kB, for ever: 10,000 answers up, a thousand down to another device,
//!   erasures; a hub that passes on what many devices brought, beside something too large for the link
//!
//! After each fault one further sync brings everything in step: what the device says is counted is
//! what it recorded and what the relay holds.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hocvu::relay::Relay;
use hocvu_core::HocvuCore;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{Address, PersonRequest, TakeInRequest};
use hocvu_core::ports::SystemEntropy;
use hocvu_core::sync::http::{HttpTransport, run};
use hocvu_core::sync::{RoundView, Trouble};
use hocvu_tests::{
    Device, Fault, LightReplica, Link, Practice, RelayServer, SetClock, add_learner, ports,
};

/// After which a link counts as dead, where the link is not the one that goes silent.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same where it is: short enough to wait for.
const SILENCE: Duration = Duration::from_millis(700);
/// How much faster than on the real link time runs on the slow one.
const HASTE: u32 = 20;

struct World {
    // The folders go when these are dropped.
    _home: Device,
    server: RelayServer,
    link: Link,
    transport: HttpTransport,
}

impl World {
    fn new() -> Self {
        let home = Device::in_memory();
        let folder = home.root().join("relay");
        std::fs::create_dir_all(&folder).unwrap();
        let server = RelayServer::start(&folder, ports(&home.marker())).unwrap();
        let link = Link::to(server.address).unwrap();
        let transport = HttpTransport::with_silence(PATIENCE).unwrap();
        Self { _home: home, server, link, transport }
    }

    fn join(&self, core: &HocvuCore) -> i64 {
        let code = self.server.relay.join_code("Trạm thử", vec![self.link.url()]).unwrap();
        core.sync().join_code(&code).unwrap().no
    }

    fn sync(&self, core: &HocvuCore, relay_no: i64) -> RoundView {
        let mut round = core.sync().round(relay_no).unwrap();
        self.server.block_on(run(&mut round, &self.transport, |_| {})).unwrap()
    }

    /// One further sync after a fault, and then everything is in step.
    fn assert_mended(&self, phone: &Phone, what: &str) {
        let view = self.sync(&phone.core, phone.relay_no);
        assert!(view.in_step && view.trouble.is_none(), "{what}: {view:?}");
        self.assert_in_step(phone, what);
    }

    fn assert_in_step(&self, phone: &Phone, what: &str) {
        let states = phone.core.sync().states().unwrap();
        let held = self.server.relay.counts().unwrap().events;
        assert_eq!((states.counted, states.events), (states.events, held), "{what}: {states:?}");
    }
}

struct Phone {
    _device: Device,
    core: HocvuCore,
    learner: LearnerId,
    practice: Practice,
    relay_no: i64,
}

impl Phone {
    fn new(world: &World, seed: u64) -> Self {
        let device = Device::in_memory();
        let clock = Arc::new(SetClock::default());
        clock.0.store(1_795_400_000, Ordering::SeqCst);
        let core = device.open_at(&clock);
        let learner = add_learner(&core, "Bà Lan");
        let relay_no = world.join(&core);
        Self { _device: device, core, learner, practice: Practice::new(seed, &clock), relay_no }
    }

    fn answer(&mut self, answers: usize) {
        self.practice.answer(&self.core, self.learner, answers).unwrap();
    }
}

/// Breaks one exchange after `cut` bytes for every number of them until one is not broken any more.
fn cut_everywhere(fault: impl Fn(usize) -> Fault) -> usize {
    let world = World::new();
    let mut phone = Phone::new(&world, 1);
    world.assert_mended(&phone, "at first");
    for cut in 0.. {
        assert!(cut < 4_000, "an exchange of one answer is shorter");
        phone.answer(1);
        world.link.set(fault(cut), 1);
        let view = world.sync(&phone.core, phone.relay_no);
        let what = format!("{:?}: {view:?}", fault(cut));
        world.link.set(Fault::None, 0);
        if view.exchanges == 1 && view.trouble.is_none() {
            return cut;
        }
        world.assert_mended(&phone, &what);
    }
    unreachable!("numbers do not end")
}

#[test]
fn a_request_cut_after_any_byte_is_made_good_by_the_next_sync() {
    let bytes = cut_everywhere(Fault::CutUp);
    println!("cut after 0 to {} bytes of a request with its head", bytes - 1);
    assert!(bytes > 300, "{bytes}");
}

#[test]
fn a_reply_cut_after_any_byte_is_made_good_by_the_next_sync() {
    let bytes = cut_everywhere(Fault::CutDown);
    println!("cut after 0 to {} bytes of a reply with its head", bytes - 1);
    assert!(bytes > 300, "{bytes}");
}

#[test]
fn each_fault_has_its_name_and_is_made_good_by_the_next_sync() {
    let world = World::new();
    let mut phone = Phone::new(&world, 2);
    world.assert_mended(&phone, "at first");
    let old = world.link.last_reply();
    let garbage = (1..40).map(|seed| (Fault::Garbage(seed), Trouble::CaptivePortal));
    let faults = [
        (Fault::Stall, Trouble::TooSlow),
        (Fault::SignInPage, Trouble::CaptivePortal),
        (Fault::Redirect, Trouble::CaptivePortal),
        (Fault::Replay(old.clone()), Trouble::BadReply),
        (Fault::Replay(old[..20].to_vec()), Trouble::Cut),
    ];
    for (fault, trouble) in faults.into_iter().chain(garbage) {
        phone.answer(2);
        // A silent link stays so for two tries: each waits until the link counts as dead.
        let stalls = fault == Fault::Stall;
        let exchanges = if stalls { 2 } else { u32::MAX };
        let silence = if stalls { SILENCE } else { PATIENCE };
        let transport = HttpTransport::with_silence(silence).unwrap();
        world.link.set(fault.clone(), exchanges);
        let mut seen = Vec::new();
        let mut round = phone.core.sync().round(phone.relay_no).unwrap();
        let ran = run(&mut round, &transport, |view| seen.push(view.trouble));
        world.server.block_on(ran).unwrap();
        assert_eq!(seen[0], Some(trouble), "{fault:?}");
        world.link.set(Fault::None, 0);
        world.assert_mended(&phone, &format!("{fault:?}"));
    }
}

#[test]
fn a_link_of_40_kbit_with_600_ms_of_delay_is_waited_for() {
    let world = World::new();
    let mut phone = Phone::new(&world, 3);
    phone.answer(1_000);
    // 40 kbit/s and 300 ms each way, and time runs faster: the same waiting is over sooner.
    let slow = Fault::Slow { rate: 5_000 * HASTE, delay_ms: 300 / u64::from(HASTE) };
    world.link.set(slow, u32::MAX);
    let view = world.sync(&phone.core, phone.relay_no);
    assert!(view.in_step && view.exchanges == 1, "{view:?}");
    world.assert_in_step(&phone, "slow");
}

#[test]
fn on_a_link_that_breaks_every_2_kb_ten_thousand_answers_arrive_at_twice_the_bytes() {
    let (unbroken, broken) = (World::new(), World::new());
    let mut phone = Phone::new(&unbroken, 4);
    phone.answer(10_000);
    let view = unbroken.sync(&phone.core, phone.relay_no);
    assert!(view.in_step, "{view:?}");
    let whole = unbroken.link.take_carried();
    phone.relay_no = broken.join(&phone.core);
    broken.link.set(Fault::Bodies(2_000), u32::MAX);
    let view = broken.sync(&phone.core, phone.relay_no);
    assert!(view.in_step, "{view:?}");
    broken.assert_in_step(&phone, "over the broken link");
    let parts = broken.link.take_carried();
    let ratio = (parts.up + parts.down) as f64 / (whole.up + whole.down) as f64;
    println!("10,000 answers, unbroken: {whole:?}");
    println!("10,000 answers, a break every 2 kB: {parts:?}: {ratio:.2} times the bytes");
    assert!(ratio <= 2.0, "{ratio}");
}

#[test]
fn on_a_link_that_breaks_every_2_kb_another_device_gets_everything() {
    let world = World::new();
    let (mut one, two) = (Phone::new(&world, 5), Phone::new(&world, 6));
    let card = one.core.learners().card(one.learner).unwrap();
    let name = String::from("Bà Lan");
    let person = PersonRequest { name, address: Address::Ba, pictogram: 3, guardian: None };
    two.core.learners().take_in(&TakeInRequest { card, person }).unwrap();
    one.answer(1_000);
    assert!(world.sync(&one.core, one.relay_no).in_step);
    let hers = one.core.sync().states_of(one.learner).unwrap().events;
    assert!(world.link.take_carried().exchanges > 0);
    world.link.set(Fault::Bodies(2_000), u32::MAX);
    let mut copies = 0;
    for _ in 0..3 {
        copies += world.sync(&two.core, two.relay_no).copies;
    }
    println!("{copies} copies: {:?}", world.link.take_carried());
    assert_eq!(copies, hers);
}

#[test]
fn on_a_link_that_breaks_every_2_kb_erasures_arrive() {
    let world = World::new();
    let phone = Phone::new(&world, 7);
    let others: Vec<LearnerId> =
        (0..30).map(|n| add_learner(&phone.core, &format!("Bà Lan {n}"))).collect();
    assert!(world.sync(&phone.core, phone.relay_no).in_step);
    for learner in &others {
        phone.core.learners().erase(*learner).unwrap();
    }
    world.link.set(Fault::Bodies(2_000), u32::MAX);
    let erased = || world.server.relay.counts().unwrap().erased;
    for syncs in 0.. {
        if erased() == 30 {
            break;
        }
        assert!(syncs < 15, "{} are erased after {syncs} syncs", erased());
        world.sync(&phone.core, phone.relay_no);
    }
}

/// A hub whose upstream lies behind a world's link.
struct Hub {
    // Its folder goes when this is dropped.
    _home: Device,
    relay: Relay,
}

impl Hub {
    fn new(world: &World) -> Self {
        let home = Device::in_memory();
        let folder = home.root().join("relay");
        std::fs::create_dir_all(&folder).unwrap();
        let marker = home.root().join("relay.marker");
        let relay = Relay::open(&folder, &marker, ports(&home.marker())).unwrap();
        let code = world.server.relay.hub_code("Trạm tỉnh", vec![world.link.url()]).unwrap();
        relay.set_upstream(&code).unwrap();
        Self { _home: home, relay }
    }

    /// A device behind it answers so many questions and brings them.
    fn bring(&self, practice: &mut Practice, device: &mut LightReplica, answers: usize) {
        let code = self.relay.join_code("Trạm làng", Vec::new()).unwrap();
        device.answer(practice, answers);
        let bundle = device.bundle(&code, practice.now_s(), &SystemEntropy);
        let (reply, _) = self.relay.answer(&bundle.body).unwrap().unwrap();
        device.take(&bundle, &code, &reply).unwrap();
    }

    fn pass_on(&self, world: &World) -> Option<Trouble> {
        let mut round = self.relay.upstream_round();
        while let Some(exchange) = round.next_exchange().unwrap() {
            let outcome = world.server.block_on(world.transport.exchange(&exchange));
            round.take(outcome).unwrap();
        }
        round.trouble
    }

    fn waiting(&self) -> u64 {
        self.relay.counts().unwrap().waiting
    }
}

fn practice(seed: u64) -> Practice {
    let clock = Arc::new(SetClock::default());
    clock.0.store(1_795_400_000, Ordering::SeqCst);
    Practice::new(seed, &clock)
}

#[test]
fn over_a_link_that_breaks_every_2_kb_a_hub_passes_on_what_many_devices_brought() {
    let (unbroken, broken) = (World::new(), World::new());
    broken.link.set(Fault::Bodies(2_000), u32::MAX);
    let carried = [&unbroken, &broken].map(|world| {
        let (hub, mut practice) = (Hub::new(world), practice(8));
        let mut devices: Vec<_> = (0..40).map(|_| LightReplica::new(&SystemEntropy)).collect();
        for answers in [12, 13] {
            devices.iter_mut().for_each(|device| hub.bring(&mut practice, device, answers));
        }
        let all = hub.waiting();
        assert!(all > 1_000, "{all}");
        let trouble = hub.pass_on(world);
        let at_the_top = world.server.relay.counts().unwrap().events;
        assert_eq!((trouble, hub.waiting(), at_the_top), (None, 0, all));
        let carried = world.link.take_carried();
        println!("1,000 answers of 40 devices: {carried:?}");
        // Nothing new: it asks about all 40 chains, in as many exchanges as the link needs.
        assert_eq!(hub.pass_on(world), None);
        let idle = world.link.take_carried();
        println!("nothing new: {idle:?}");
        [carried, idle].map(|carried| (carried.up + carried.down) as f64)
    });
    for (what, at) in [("1,000 answers", 0), ("nothing new", 1)] {
        let ratio = carried[1][at] / carried[0][at];
        println!("{what}, a break every 2 kB: {ratio:.2} times the bytes");
        assert!(ratio <= 2.0, "{what}: {ratio}");
    }
}

#[test]
fn what_is_too_large_for_a_link_holds_nothing_else_up_and_goes_when_it_is_mended() {
    let world = World::new();
    let (hub, mut practice) = (Hub::new(&world), practice(9));
    let mut large = LightReplica::new(&SystemEntropy);
    hub.bring(&mut practice, &mut large, 1_000);
    hub.bring(&mut practice, &mut large, 5);
    let (too_large, segments) = (hub.waiting(), hub.relay.counts().unwrap().segments);
    assert_eq!(segments, 2);
    let mut others: Vec<_> = (0..20).map(|_| LightReplica::new(&SystemEntropy)).collect();
    others.iter_mut().for_each(|device| hub.bring(&mut practice, device, 12));
    let all = hub.waiting();
    world.link.set(Fault::Bodies(2_000), u32::MAX);
    for round in 0..3 {
        assert_eq!(hub.pass_on(&world), Some(Trouble::Cut), "round {round}");
        assert_eq!(hub.waiting(), too_large, "round {round}");
        let carried = world.link.take_carried();
        println!("round {round}: {carried:?}");
        if round > 0 {
            assert!(carried.up + carried.down < 4_500, "{carried:?}");
        }
    }
    world.link.set(Fault::None, 0);
    assert_eq!(hub.pass_on(&world), None);
    let at_the_top = world.server.relay.counts().unwrap().events;
    assert_eq!((hub.waiting(), at_the_top), (0, all));
}
