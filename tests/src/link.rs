//! A bad network in one process: a relay that listens, and a link to it that does what a proof asks.
//! The link carries one exchange a connection, so that what it breaks after can be counted.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hocvu::relay::Relay;
use hocvu::relay::http::{RelayService, routes};
use hocvu_core::Ports;
use hocvu_core::pack::COURSES_PATH;
use tokio::runtime::{Builder, Runtime};

use crate::Seeded;

/// The most bytes of a head that the link reads.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes that a slow link passes on at once.
const PIECE_BYTES: usize = 100;
/// In how many pieces a watched link passes a message on.
const PIECES: usize = 16;

/// What a link does to an exchange.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Fault {
    /// It carries everything.
    #[default]
    None,
    /// It breaks after so many bytes of the request, head included.
    CutUp(usize),
    /// It breaks after so many bytes of the reply, head included.
    CutDown(usize),
    /// Each body, whichever way, breaks off after so many bytes.
    Bodies(usize),
    /// The request arrives nowhere, and nobody says so.
    Stall,
    /// So many bytes a second each way, and a delay each way before the first.
    Slow {
        /// Bytes a second.
        rate: u32,
        /// Milliseconds one way.
        delay_ms: u64,
    },
    /// A sign-in page with status 200 answers.
    SignInPage,
    /// A sign-in page is pointed to.
    Redirect,
    /// Bytes that nobody wrote, from a seed.
    Garbage(u64),
    /// The reply to another request.
    Replay(Vec<u8>),
}

/// How far an exchange has come, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// So many of so many bytes of the request went up.
    Up(usize, usize),
    /// The whole request went up; the server works on it.
    Waiting,
    /// So many of so many bytes of the reply went down.
    Down(usize, usize),
}

/// Sees each stage of an exchange before the link goes on; the link breaks where it says no.
type Watcher = Box<dyn FnMut(Stage) -> bool + Send>;

/// What went over a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Bytes of requests' bodies that arrived.
    pub up: u64,
    /// Bytes of replies' bodies that arrived.
    pub down: u64,
    /// How many of them were of courses.
    pub courses: u64,
    /// Connections.
    pub exchanges: u64,
}

struct Shared {
    server: Mutex<SocketAddr>,
    watcher: Mutex<Option<Watcher>>,
    fault: Mutex<(Fault, u32)>,
    last_reply: Mutex<Vec<u8>>,
    up: AtomicU64,
    down: AtomicU64,
    courses: AtomicU64,
    exchanges: AtomicU64,
}

/// A link to a server on this machine.
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Link {
    /// A link to a server; it listens until the process ends.
    pub fn to(server: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server: Mutex::new(server),
            watcher: Mutex::default(),
            fault: Mutex::default(),
            last_reply: Mutex::default(),
            up: AtomicU64::new(0),
            down: AtomicU64::new(0),
            courses: AtomicU64::new(0),
            exchanges: AtomicU64::new(0),
        });
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&theirs);
                // An exchange that breaks is what links are for here.
                std::thread::spawn(move || drop(carry(client, &shared)));
            }
        });
        Ok(Self { address, shared })
    }

    /// Where it listens, as a join code says it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads to another server from the next exchange on, such as the same one started again.
    pub fn lead_to(&self, server: SocketAddr) {
        *lock(&self.shared.server) = server;
    }

    /// Lets somebody see each stage of each exchange, who may break it by saying no.
    pub fn watch(&self, watcher: impl FnMut(Stage) -> bool + Send + 'static) {
        *lock(&self.shared.watcher) = Some(Box::new(watcher));
    }

    /// Does this to the next `exchanges` connections, then nothing any more.
    pub fn set(&self, fault: Fault, exchanges: u32) {
        *lock(&self.shared.fault) = (fault, exchanges);
    }

    /// The body of the last whole reply.
    pub fn last_reply(&self) -> Vec<u8> {
        lock(&self.shared.last_reply).clone()
    }

    /// What went over it, and counts from nothing again.
    pub fn take_carried(&self) -> Carried {
        let take = |figure: &AtomicU64| figure.swap(0, Ordering::SeqCst);
        let shared = &self.shared;
        Carried {
            up: take(&shared.up),
            down: take(&shared.down),
            courses: take(&shared.courses),
            exchanges: take(&shared.exchanges),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn goes_on(&self, stage: Stage) -> bool {
        lock(&self.watcher).as_mut().is_none_or(|watcher| watcher(stage))
    }
}

fn next_fault(shared: &Shared) -> Fault {
    let mut fault = lock(&shared.fault);
    if fault.1 == 0 {
        return Fault::None;
    }
    fault.1 -= 1;
    fault.0.clone()
}

fn carry(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let (head, body) = read_message(&mut client)?;
    let is_of_courses = head.split(' ').nth(1).is_some_and(|path| path.starts_with(COURSES_PATH));
    shared.exchanges.fetch_add(1, Ordering::SeqCst);
    let fault = next_fault(shared);
    let status = |line: &str, body: &[u8]| {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {line}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
        [head.as_bytes(), body].concat()
    };
    let page = b"<!doctype html><title>Wi-Fi</title><p>Sign in";
    let own = match &fault {
        Fault::SignInPage => Some(status("200 OK\r\nContent-Type: text/html", page)),
        Fault::Redirect => Some(status("302 Found\r\nLocation: http://192.0.2.1/", b"")),
        Fault::Garbage(seed) => {
            let mut dice = Seeded::new(*seed);
            let length = 1 + dice.below(600);
            let bytes: Vec<u8> = (0..length).map(|_| dice.below(256) as u8).collect();
            Some(status("200 OK", &bytes))
        }
        Fault::Replay(old) => Some(status("200 OK", old)),
        Fault::Stall => {
            // Until the client goes.
            let _ = client.read(&mut [0; 1]);
            return Ok(());
        }
        _ => None,
    };
    if let Some(reply) = own {
        return client.write_all(&reply);
    }
    if let Fault::Slow { delay_ms, .. } = fault {
        // On a real link the connection is made by one more way there and back.
        wait(Duration::from_millis(2 * delay_ms));
    }
    let server = *lock(&shared.server);
    let mut to = TcpStream::connect(server)?;
    to.set_nodelay(true)?;
    // One exchange a connection: the server closes it behind its reply.
    let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let whole = [head.as_bytes(), &body].concat();
    let most = match fault {
        Fault::CutUp(bytes) => bytes,
        Fault::Bodies(bytes) => head.len() + bytes,
        _ => usize::MAX,
    };
    let passing = &whole[..whole.len().min(most)];
    if !pass(&mut to, passing, &fault, &mut |n| shared.goes_on(Stage::Up(n, whole.len())))? {
        return Ok(());
    }
    shared.up.fetch_add(passing.len().saturating_sub(head.len()) as u64, Ordering::SeqCst);
    if passing.len() < whole.len() {
        to.shutdown(Shutdown::Write)?;
        // What arrived is dealt with before the client hears of the cut: the worse order.
        let _ = to.read_to_end(&mut Vec::new());
        return Ok(());
    }
    if !shared.goes_on(Stage::Waiting) {
        return Ok(());
    }
    let (head, body) = read_message(&mut to)?;
    let whole = [head.as_bytes(), &body].concat();
    let most = match fault {
        Fault::CutDown(bytes) => bytes,
        Fault::Bodies(bytes) => head.len() + bytes,
        _ => usize::MAX,
    };
    let passing = &whole[..whole.len().min(most)];
    // Before the client has it: whoever asks afterwards finds it counted.
    let came = passing.len().saturating_sub(head.len()) as u64;
    shared.down.fetch_add(came, Ordering::SeqCst);
    if is_of_courses {
        shared.courses.fetch_add(came, Ordering::SeqCst);
    }
    if passing.len() == whole.len() {
        *lock(&shared.last_reply) = body;
    }
    pass(&mut client, passing, &fault, &mut |n| shared.goes_on(Stage::Down(n, whole.len())))?;
    Ok(())
}

/// A head, and the body of the length that it says.
fn read_message(from: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let ended = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let at = loop {
        if let Some(at) = ended(&bytes) {
            break at + 4;
        }
        let n = from.read(&mut buffer)?;
        if n == 0 || bytes.len() > HEAD_BYTES_MAX {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..n]);
    };
    let mut body = bytes.split_off(at);
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let length: usize = length.unwrap_or(0);
    while body.len() < length {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        body.extend_from_slice(&buffer[..n]);
    }
    Ok((head, body))
}

#[allow(clippy::disallowed_methods, reason = "a slow link is one that waits")]
fn wait(duration: Duration) {
    std::thread::sleep(duration);
}

/// Passes bytes on, telling how many after each piece; says whether nobody said no.
fn pass(
    to: &mut TcpStream,
    bytes: &[u8],
    fault: &Fault,
    goes_on: &mut dyn FnMut(usize) -> bool,
) -> std::io::Result<bool> {
    let piece = match fault {
        Fault::Slow { delay_ms, .. } => {
            wait(Duration::from_millis(*delay_ms));
            PIECE_BYTES
        }
        _ => bytes.len() / PIECES + 1,
    };
    let mut passed = 0;
    for piece in bytes.chunks(piece) {
        if let Fault::Slow { rate, .. } = fault {
            wait(Duration::from_secs_f64(piece.len() as f64 / f64::from(*rate)));
        }
        to.write_all(piece)?;
        passed += piece.len();
        if !goes_on(passed) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A relay that listens on this machine, as `hocvu serve` lets it.
pub struct RelayServer {
    /// The relay.
    pub relay: Arc<Relay>,
    /// Where it listens.
    pub address: SocketAddr,
    runtime: Runtime,
}

impl RelayServer {
    /// Opens a relay in a folder and lets it listen.
    pub fn start(folder: &Path, ports: Ports) -> Result<Self, Box<dyn std::error::Error>> {
        let relay = Arc::new(Relay::open(folder, &folder.join("../relay.marker"), ports)?);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let service = RelayService::start(Arc::clone(&relay))?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(async move { axum::serve(listener, routes(service)).await });
        Ok(Self { relay, address, runtime })
    }

    /// Runs something on the runtime that the relay listens on.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}
