//! `load`: many replicas bring real bundles to a relay over real HTTP, for as long as is wished, and
//! what was acknowledged is compared with what the relay holds. Without `--url` it starts a relay of
//! its own in another process and watches its memory.

mod args;
mod figures;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hocvu_core::ports::SystemEntropy;
use hocvu_core::sync::http::HttpTransport;
use hocvu_core::sync::{Exchange, JoinCode, Outcome};
use hocvu_tests::{LightReplica, Practice, RelayServer, SetClock, ports};
use tokio::sync::Mutex;

use args::Args;
use figures::Figures;

type Fail = Box<dyn std::error::Error>;

/// How often a line is printed.
const PRINT_S: u64 = 10;
/// What the phones' clocks say.
const TIME_S: i64 = 1_795_400_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, folder] = &words[..]
        && serve == "--serve"
    {
        return end(serve_until_told(Path::new(folder)).map(|()| true));
    }
    match Args::read(&words) {
        Ok(args) => end(run(&args)),
        Err(why) => {
            eprintln!("load: {why}\n{}", args::USAGE);
            ExitCode::from(2)
        }
    }
}

fn end(done: Result<bool, Fail>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The child process: a relay that listens until its standard input ends.
fn serve_until_told(folder: &Path) -> Result<(), Fail> {
    let relay = folder.join("relay");
    std::fs::create_dir_all(&relay)?;
    let server = RelayServer::start(&relay, ports(&folder.join("keys/marker")))?;
    let url = format!("http://{}", server.address);
    println!("{}", server.relay.join_code("Trạm", vec![url])?.to_text());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A relay in another process.
struct OwnRelay {
    child: Child,
    _folder: tempfile::TempDir,
}

impl OwnRelay {
    /// Starts it beside the build, not in a folder that may lie in memory.
    fn start() -> Result<(Self, JoinCode), Fail> {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let folder = tempfile::Builder::new().prefix("load-").tempdir_in(target)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the relay has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok((Self { child, _folder: folder }, JoinCode::from_text(line.trim())?))
    }
}

impl Drop for OwnRelay {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn run(args: &Args) -> Result<bool, Fail> {
    let (own, code) = match &args.relay {
        Some((url, code)) => (None, JoinCode { addresses: vec![url.clone()], ..code.clone() }),
        None => OwnRelay::start().map(|(own, code)| (Some(own), code))?,
    };
    let url = code.addresses.first().ok_or("the join code has no address")?.clone();
    let before = held(&url)?;
    let pid = own.as_ref().map(|own| own.child.id());
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
    runtime.block_on(bring(&load, args, pid))?;
    let made: u64 = load.phones.iter().map(|phone| phone.blocking_lock().events()).sum();
    let acknowledged: u64 =
        load.phones.iter().map(|phone| phone.blocking_lock().acknowledged()).sum();
    let holds = held(&url)? - before;
    load.figures.print_whole();
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
async fn bring(load: &Arc<Load>, args: &Args, pid: Option<u32>) -> Result<(), Fail> {
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
        let memory = pid.map(memory_mib).transpose()?;
        load.figures.print_window(began.elapsed().as_secs_f64(), memory);
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

/// What a process has resident now, in MiB.
fn memory_mib(pid: u32) -> Result<f64, Fail> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    let kib = line.split_whitespace().nth(1).ok_or("no VmRSS")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}
