//! `load`: many replicas bring real bundles to a relay over real HTTP, for as long as is wished, and
//! what was acknowledged is compared with what the relay holds. Without `--url` it starts `hocvu
//! serve` on a data folder of its own and watches the memory and processor time that it uses.

mod args;
mod figures;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hocvu_core::ports::SystemEntropy;
use hocvu_core::sync::http::HttpTransport;
use hocvu_core::sync::{Exchange, JoinCode, Outcome};
use hocvu_tests::{LightReplica, Machine, Practice, Serving, SetClock};
use tokio::sync::Mutex;

use args::Args;
use figures::{Figures, Used};

type Fail = Box<dyn std::error::Error>;

/// How often a line is printed.
const PRINT_S: u64 = 10;
/// What Linux counts processor time in.
const TICKS_A_SECOND: f64 = 100.0;
/// What the phones' clocks say.
const TIME_S: i64 = 1_795_400_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let args = match Args::read(&words) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("load: {why}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The program on a data folder of its own, serving.
struct OwnRelay {
    serving: Serving,
    machine: Machine,
    _folder: tempfile::TempDir,
}

impl OwnRelay {
    /// Starts it beside the build, not in a folder that may lie in memory.
    fn start() -> Result<Self, Fail> {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let folder = tempfile::Builder::new().prefix("load-").tempdir_in(target)?;
        let machine = Machine::new(folder.path())?;
        let serving = machine.serve(&["--name", "Trạm"])?;
        Ok(Self { serving, machine, _folder: folder })
    }

    /// Stops it, and says how large its database is, in bytes.
    fn stop(self) -> Result<u64, Fail> {
        self.serving.stop()?;
        Ok(std::fs::metadata(self.machine.data().join("relay.db"))?.len())
    }
}

fn run(args: &Args) -> Result<bool, Fail> {
    let (own, code) = match &args.relay {
        Some((url, code)) => (None, JoinCode { addresses: vec![url.clone()], ..code.clone() }),
        None => {
            let own = OwnRelay::start()?;
            let code = own.serving.join_code()?;
            (Some(own), code)
        }
    };
    let url = code.addresses.first().ok_or("the join code has no address")?.clone();
    let before = held(&url)?;
    let process = own.as_ref().map(|own| Process(own.serving.pid()));
    let phones: Vec<_> =
        (0..args.phones).map(|_| Mutex::new(LightReplica::new(&SystemEntropy))).collect();
    let load = Arc::new(Load {
        code,
        phones,
        answers: args.answers,
        next: AtomicUsize::new(0),
        figures: Figures::default(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{} phones, {} answers a sync, {} at once", args.phones, args.answers, args.at_once);
    runtime.block_on(bring(&load, args, process.as_ref()))?;
    let made: u64 = load.phones.iter().map(|phone| phone.blocking_lock().events()).sum();
    let of_phones = || load.phones.iter().map(|phone| phone.blocking_lock().acknowledged());
    let acknowledged: u64 = of_phones().sum();
    let holds = held(&url)? - before;
    load.figures.print_whole();
    println!("{} of {} phones have a receipt", of_phones().filter(|n| *n > 0).count(), args.phones);
    if let Some(own) = own {
        let bytes = own.stop()?;
        println!("relay.db: {bytes} bytes, {:.1} an event", bytes as f64 / holds.max(1) as f64);
    }
    println!("{acknowledged} events acknowledged, {holds} held by the relay, {made} made");
    let lost = acknowledged.saturating_sub(holds);
    let doubled = holds.saturating_sub(made);
    println!("{lost} lost, {doubled} counted twice");
    Ok(lost == 0 && doubled == 0)
}

struct Load {
    code: JoinCode,
    phones: Vec<Mutex<LightReplica>>,
    answers: usize,
    next: AtomicUsize,
    figures: Figures,
}

#[allow(clippy::disallowed_methods, reason = "a load is about time")]
async fn bring(load: &Arc<Load>, args: &Args, relay: Option<&Process>) -> Result<(), Fail> {
    let began = Instant::now();
    let ends = began + Duration::from_secs_f64(args.minutes * 60.0);
    let mut senders = Vec::new();
    for seed in 0..args.at_once {
        let load = Arc::clone(load);
        let practice = Practice::new(seed as u64, &Arc::new(SetClock::default()));
        let transport = HttpTransport::new()?;
        senders.push(tokio::spawn(async move {
            let mut practice = practice;
            while Instant::now() < ends {
                load.one_sync(&mut practice, &transport).await;
            }
        }));
    }
    while Instant::now() < ends {
        let left = ends.saturating_duration_since(Instant::now());
        tokio::time::sleep(left.min(Duration::from_secs(PRINT_S))).await;
        let used = relay.map(Process::used).transpose()?;
        load.figures.print_window(began.elapsed().as_secs_f64(), used);
    }
    for sender in senders {
        sender.await?;
    }
    Ok(())
}

impl Load {
    /// The next phone answers and syncs.
    #[allow(clippy::disallowed_methods, reason = "a load is about time")]
    async fn one_sync(&self, practice: &mut Practice, transport: &HttpTransport) {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.phones.len();
        let mut phone = self.phones[at].lock().await;
        phone.answer(practice, self.answers);
        let bundle = phone.bundle(&self.code, TIME_S, &SystemEntropy);
        let body = bundle.body.clone();
        let (up, before) = (body.len(), phone.acknowledged());
        let began = Instant::now();
        let exchange =
            Exchange { relay: self.code.relay, addresses: self.code.addresses.clone(), body };
        let outcome = transport.exchange(&exchange).await;
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        let taken = match &outcome {
            Outcome::Reply { body, .. } => {
                phone.take(&bundle, &self.code, body).map(|()| body.len())
            }
            other => Err(format!("{other:?}")),
        };
        match taken {
            Ok(down) => self.figures.add(took_ms, phone.acknowledged() - before, up + down),
            Err(why) => self.figures.add_error(why),
        }
    }
}

/// Events that a relay holds, by its `/metrics`.
fn held(url: &str) -> Result<u64, Fail> {
    let host = url.strip_prefix("http://").ok_or("the figures of a relay are read over http")?;
    let mut stream = TcpStream::connect(host.trim_end_matches('/'))?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.take(1 << 20).read_to_string(&mut text)?;
    let line = text.lines().find_map(|line| line.strip_prefix("hocvu_relay_events "));
    Ok(line.ok_or("the relay's figures do not say how many events it holds")?.trim().parse()?)
}

/// A process that is looked at from outside.
struct Process(u32);

impl Process {
    /// What it has resident now, and the processor time that it has used.
    fn used(&self) -> Result<Used, Fail> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        let kib: f64 = line.split_whitespace().nth(1).ok_or("no VmRSS")?.parse()?;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // Behind the program's name, which may have blanks in it, the 12th and 13th field.
        let (_, fields) = stat.rsplit_once(')').ok_or("no name in the process's figures")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        let ticks: f64 = ticks.sum::<Result<f64, _>>()?;
        Ok(Used { memory_mib: kib / 1024.0, cpu_s: ticks / TICKS_A_SECOND })
    }
}
