//! Rows of sync: bytes and requests of one learner's record, a link that breaks, a thin one, what a
//! relay needs for an event and how many syncs it takes in a second.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hocvu::relay::Relay;
use hocvu::relay::http::{RelayService, Served};
use hocvu_core::HocvuCore;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{Address, PersonRequest, TakeInRequest};
use hocvu_core::ports::SystemEntropy;
use hocvu_core::sync::http::{HttpTransport, run};
use hocvu_core::sync::{JoinCode, RoundView};
use hocvu_tests::{
    Device, Fault, LightReplica, Link, Practice, RelayServer, SetClock, add_learner, ports,
};
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Builder;

use super::core_rows::Bare;
use super::row::Row;
use super::{Fail, ms_of};

/// Answers, bytes of body up, and what Anki's push of as many reviews needs with its headers.
const PUSHED: [(usize, f64, f64); 4] = [
    (10, 550.0, 3_200.0),
    (100, 1_300.0, 5_300.0),
    (1_000, 7_000.0, 31_000.0),
    (10_000, 60_000.0, 289_000.0),
];
/// Answers, bytes of body down, and Anki's.
const PULLED: [(usize, f64, f64); 2] = [(1_000, 7_000.0, 28_700.0), (10_000, 60_000.0, 276_000.0)];
/// Answers, seconds over the thin link, and Anki's where it was measured.
const THIN: [(usize, f64, Option<f64>); 4] =
    [(0, 1.5, Some(2.0)), (10, 1.6, Some(6.1)), (100, 1.7, None), (1_000, 2.5, Some(14.7))];
/// How often the CPU of a push is measured.
const CPU_RUNS: usize = 5;
/// Replicas that sync at once with the relay in this process, and how often each does.
const REPLICAS: usize = 256;
const ROUNDS: usize = 12;
/// Requests that wait at once, as a relay under load has them.
const TOGETHER: usize = 128;
/// What the clocks say when it begins.
const BEGIN_S: i64 = 1_795_400_000;

/// A relay over HTTP, a link to it, and a device with one learner that it knows already.
struct World {
    server: RelayServer,
    link: Link,
    transport: HttpTransport,
    device: Device,
    core: HocvuCore,
    learner: LearnerId,
    practice: Practice,
    no: i64,
}

impl World {
    fn new(scratch: &Path, seed: u64) -> Result<Self, Fail> {
        let device = Device::inside(scratch);
        let folder = device.root().join("relay");
        fs::create_dir_all(&folder)?;
        let server = RelayServer::start(&folder, ports(&device.root().join("relay-keys/marker")))?;
        let link = Link::to(server.address)?;
        let clock = Arc::new(SetClock::default());
        clock.0.store(BEGIN_S, Ordering::SeqCst);
        let core = device.open_at(&clock);
        let learner = add_learner(&core, "Bà Lan");
        let code = server.relay.join_code("Trạm", vec![link.url()])?;
        let no = core.sync().join_code(&code)?.no;
        let practice = Practice::new(seed, &clock);
        let transport = HttpTransport::new()?;
        let world = Self { server, link, transport, device, core, learner, practice, no };
        world.sync()?;
        world.link.take_carried();
        Ok(world)
    }

    fn answer(&mut self, answers: usize) -> Result<(), Fail> {
        Ok(self.practice.answer(&self.core, self.learner, answers)?)
    }

    fn sync(&self) -> Result<RoundView, Fail> {
        self.sync_of(&self.core, self.no)
    }

    fn sync_of(&self, core: &HocvuCore, no: i64) -> Result<RoundView, Fail> {
        let mut round = core.sync().round(no)?;
        let view = self.server.block_on(run(&mut round, &self.transport, |_| {}))?;
        if view.in_step { Ok(view) } else { Err(format!("sync: {view:?}").into()) }
    }
}

/// All rows of sync.
pub(crate) fn rows(scratch: &Path) -> Result<Vec<Row>, Fail> {
    let mut rows = Vec::new();
    for (answers, budget, anki) in PUSHED {
        rows.extend(pushed(scratch, answers, budget, anki)?);
    }
    rows.push(nothing_new(scratch)?);
    for (answers, budget, anki) in PULLED {
        rows.push(pulled(scratch, answers, budget, anki)?);
    }
    rows.push(broken_link(scratch)?);
    rows.extend(thin_link(scratch)?);
    rows.extend(relay_rows(scratch)?);
    Ok(rows)
}

/// The rows of a relay alone.
pub(crate) fn relay_rows(scratch: &Path) -> Result<Vec<Row>, Fail> {
    Ok(vec![relay_bytes(scratch, 25)?, relay_bytes(scratch, 1_000)?, relay_rate(scratch)?])
}

fn pushed(scratch: &Path, answers: usize, budget: f64, anki: f64) -> Result<Vec<Row>, Fail> {
    let push = || {
        let mut world = World::new(scratch, 11)?;
        world.answer(answers)?;
        let before = cpu_ms();
        let view = world.sync()?;
        Ok::<_, Fail>((view, cpu_ms() - before))
    };
    let (view, mut spent) = push()?;
    let name = format!("sync: {answers} answers of one learner, bodies up");
    let row = Row::at_most(&name, view.bytes_up as f64, "B", budget);
    let beside = format!("{} requests, {} B down; Anki", view.exchanges, view.bytes_down);
    let mut rows = vec![row.beside(&beside, Some(anki))];
    if answers == 1_000 {
        // What else runs on the machine only ever makes it more.
        for _ in 1..CPU_RUNS {
            spent = spent.min(push()?.1);
        }
        let cpu = Row::at_most("… CPU, device and relay together", spent, "ms", 30.0);
        let beside = format!("the least of {CPU_RUNS}; Kolibri 6,300, Anki 100");
        rows.push(cpu.beside(&beside, Some(100.0)));
    }
    Ok(rows)
}

/// Milliseconds of CPU that all threads of this process have used.
fn cpu_ms() -> f64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec as f64 * 1_000.0 + used.tv_nsec as f64 / 1_000_000.0
}

fn nothing_new(scratch: &Path) -> Result<Row, Fail> {
    let world = World::new(scratch, 12)?;
    let view = world.sync()?;
    let both = (view.bytes_up + view.bytes_down) as f64;
    let mut row = Row::at_most("sync: nothing new, bodies both ways", both, "B", 400.0);
    row.ok &= view.exchanges == 1;
    Ok(row.beside(&format!("{} request; Anki 2 with 955 B", view.exchanges), Some(955.0)))
}

fn pulled(scratch: &Path, answers: usize, budget: f64, anki: f64) -> Result<Row, Fail> {
    let mut world = World::new(scratch, 13)?;
    world.answer(answers)?;
    world.sync()?;
    let other = Device::inside(scratch);
    let core = other.open();
    let code = world.server.relay.join_code("Trạm", vec![world.link.url()])?;
    let no = core.sync().join_code(&code)?.no;
    let card = world.core.learners().card(world.learner)?;
    let name = String::from("Bà Lan");
    let person = PersonRequest { name, address: Address::Ba, pictogram: 3, guardian: None };
    core.learners().take_in(&TakeInRequest { card, person })?;
    let view = world.sync_of(&core, no)?;
    if view.copies < answers as u64 {
        return Err(format!("{} copies of {answers} answers came", view.copies).into());
    }
    let name = format!("sync: another device pulls {answers} answers, bodies down");
    let row = Row::at_most(&name, view.bytes_down as f64, "B", budget);
    Ok(row.beside(&format!("{} requests; Anki", view.exchanges), Some(anki)))
}

fn broken_link(scratch: &Path) -> Result<Row, Fail> {
    let mut world = World::new(scratch, 14)?;
    world.answer(10_000)?;
    world.sync()?;
    let whole = world.link.take_carried();
    let other = World::new(scratch, 15)?;
    let code = other.server.relay.join_code("Trạm", vec![other.link.url()])?;
    let no = world.core.sync().join_code(&code)?.no;
    other.link.set(Fault::Bodies(2_000), u32::MAX);
    other.sync_of(&world.core, no)?;
    let parts = other.link.take_carried();
    let (whole_bytes, bytes) = ((whole.up + whole.down) as f64, (parts.up + parts.down) as f64);
    let name = "sync: 10,000 answers over a link that breaks every 2 kB";
    let row = Row::at_most(name, bytes / whole_bytes, "× unbroken", 2.0);
    let beside =
        format!("{bytes} B, {} requests, unbroken {whole_bytes} B; Anki never", parts.exchanges);
    Ok(row.beside(&beside, None))
}

fn thin_link(scratch: &Path) -> Result<Vec<Row>, Fail> {
    let mut rows = Vec::new();
    for (answers, budget, anki) in THIN {
        let mut world = World::new(scratch, 16)?;
        world.answer(answers)?;
        // 64 kbit/s, 300 ms each way; twice before the request, since a connection is made first.
        world.link.set(Fault::Slow { rate: 8_000, delay_ms: 300 }, u32::MAX);
        let (ms, view) = ms_of(|| world.sync());
        view?;
        let name = format!("sync: {answers} answers, 600 ms and 64 kbit/s");
        let row = Row::at_most(&name, ms / 1_000.0, "s", budget);
        rows.push(row.beside("Kolibri 36.5 to 42.9; Anki", anki));
        drop(world.device);
    }
    Ok(rows)
}

fn new_relay(folder: &Path) -> Result<(Relay, JoinCode), Fail> {
    fs::create_dir_all(folder)?;
    let relay = Relay::open(folder, &folder.join("marker"), ports(&folder.join("keys/marker")))?;
    let code = relay.join_code("Trạm", Vec::new())?;
    Ok((relay, code))
}

fn practice(seed: u64) -> Practice {
    let clock = Arc::new(SetClock::default());
    clock.0.store(BEGIN_S, Ordering::SeqCst);
    Practice::new(seed, &clock)
}

/// What 10,000 answers of ten learners need on a relay's disk when they come in batches of so many.
fn relay_bytes(scratch: &Path, batch: usize) -> Result<Row, Fail> {
    let folder = scratch.join(format!("relay-{batch}"));
    let (relay, code) = new_relay(&folder)?;
    let mut practice = practice(17);
    for _ in 0..10 {
        let mut replica = LightReplica::new(&SystemEntropy);
        for _ in 0..1_000 / batch {
            replica.answer(&mut practice, batch);
            let bundle = replica.bundle(&code, BEGIN_S, &SystemEntropy);
            let (reply, _) = relay.answer(&bundle.body)??;
            replica.take(&bundle, &code, &reply)?;
        }
    }
    let counts = relay.counts()?;
    drop(relay);
    let bytes = fs::metadata(folder.join("relay.db"))?.len() as f64;
    let name = format!("relay: bytes an event on the disk, batches of {batch}");
    let row = Row::at_most(&name, bytes / counts.events as f64, "B", 14.0);
    let batches = counts.bytes as f64 / counts.events as f64;
    Ok(row.beside(&format!("batches alone {batches:.1}, {} segments", counts.segments), None))
}

/// Syncs of 25 answers that a relay takes in a second on all processors of this machine, as its HTTP
/// side gives them, each durable before its reply; beside bare commits of one row on the same disk,
/// and what merging small segments costs later, while nobody waits.
fn relay_rate(scratch: &Path) -> Result<Row, Fail> {
    let (relay, code) = new_relay(&scratch.join("relay-rate"))?;
    let relay = Arc::new(relay);
    let runtime = Builder::new_multi_thread().worker_threads(2).build()?;
    let bare = Bare::open(&scratch.join("bare-relay.db"))?;
    let mut practice = practice(18);
    let mut replicas: Vec<_> = (0..REPLICAS).map(|_| LightReplica::new(&SystemEntropy)).collect();
    let (mut ours, mut theirs, mut cpu, mut later) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..ROUNDS {
        for some in replicas.chunks_mut(TOGETHER) {
            let mut bundles = Vec::new();
            for replica in some.iter_mut() {
                replica.answer(&mut practice, 25);
                bundles.push(replica.bundle(&code, BEGIN_S, &SystemEntropy));
            }
            let bodies: Vec<_> = bundles.iter().map(|bundle| bundle.body.clone()).collect();
            let service = RelayService::start(Arc::clone(&relay))?;
            let before = cpu_ms();
            let (ms, replies) = ms_of(|| runtime.block_on(all_at_once(&service, bodies)));
            ours += ms;
            cpu += cpu_ms() - before;
            // The service may have begun to tidy up; the rest is done here, where it is measured.
            drop(service);
            let before = cpu_ms();
            relay.tidy_up();
            later += cpu_ms() - before;
            for ((replica, bundle), reply) in some.iter_mut().zip(&bundles).zip(replies?) {
                replica.take(bundle, &code, &reply)?;
            }
            let (ms, done) = ms_of(|| (0..TOGETHER).try_for_each(|_| bare.commit()));
            done?;
            theirs += ms;
        }
    }
    let syncs = (REPLICAS * ROUNDS) as f64;
    let (rate, bare_rate) = (syncs / ours * 1_000.0, syncs / theirs * 1_000.0);
    let cores = std::thread::available_parallelism()?;
    let name = format!("relay: syncs of 25 answers, {cores} cores, without HTTP");
    let beside = format!(
        "{:.2} ms of CPU a sync, merging later {:.2}; bare SQLite commits a second",
        cpu / syncs,
        later / syncs
    );
    Ok(Row::at_least(&name, rate, "/s", 1_000.0).beside(&beside, Some(bare_rate)))
}

async fn all_at_once(
    service: &Arc<RelayService>,
    bodies: Vec<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, Fail> {
    let requests: Vec<_> = bodies
        .into_iter()
        .map(|body| {
            let service = Arc::clone(service);
            tokio::spawn(async move { service.answer(body).await })
        })
        .collect();
    let mut replies = Vec::new();
    for request in requests {
        match request.await? {
            Served::Reply(reply) => replies.push(reply),
            _ => return Err("the relay did not reply".into()),
        }
    }
    Ok(replies)
}
