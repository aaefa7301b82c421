//! `hocvu serve`: the village kiosk on a data folder.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use hocvu_core::ids::Lang;
use hocvu_core::platform::{FileKeyStore, make_private_folder, state_folder};
use hocvu_core::ports::{Clock, Entropy, KeyStore, SystemClock, SystemEntropy};
use hocvu_core::sync::JoinCode;
use hocvu_core::text::Messages;
use hocvu_core::{Error, HocvuCore, OpenRequest, Ports, Result};
use tokio::net::TcpListener;

use super::{fail, refuse};
use crate::kiosk::app::Before;
use crate::kiosk::pages::volunteer::remove_leftovers;
use crate::kiosk::{App, KioskOptions, assets, errors, router};
use crate::mirror::above::{self, Above};
use crate::mirror::{self, Mirror};
use crate::relay::http::{RelayService, routes};
use crate::relay::{Relay, RelayError};
use crate::syncing::{self, Hub};

/// How many ports behind the wished one are tried when it is taken.
const PORTS_TRIED: u16 = 20;
/// How long open pages may take to end when the program is told to stop.
const STOP_WAIT: Duration = Duration::from_secs(3);
/// Name under which the key of the cookies is kept.
const COOKIE_KEY: &str = "kiosk-cookie";

/// Options of `hocvu serve`.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeArgs {
    /// Folder that holds everything; made if it does not exist
    #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Address and port to serve; the next free port is taken if this one is in use
    ///
    /// With 127.0.0.1 only this computer reaches the kiosk. With 0.0.0.0 every phone on the same
    /// network does: over plain http, so use it only on a network of your own.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Seconds without a touch after which a learner is asked whether it is still her
    #[arg(long, default_value_t = 300, value_name = "SECONDS",
          value_parser = clap::value_parser!(u32).range(30..=86_400))]
    pub idle: u32,
    /// Hub code of the relay that everything is passed on to
    ///
    /// Its volunteer's page and its `hocvu hub code` show it. It is remembered: give it once. Without
    /// one this program keeps what devices bring, and is the counting server for whoever joins it.
    #[arg(long, value_name = "HUB-CODE")]
    pub upstream: Option<String>,
    /// Name of this place in the join code that devices scan
    #[arg(long, default_value = "hocvu", value_name = "NAME")]
    pub name: String,
    /// Address in the join code, such as http://192.168.1.5:8080; found out if not given
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
}

/// Runs the kiosk until it is told to stop.
pub fn run(args: &ServeArgs) -> ExitCode {
    let core = match open(&args.data).and_then(|core| install_starters(&core).map(|()| core)) {
        Ok(core) => core,
        Err(error) => return complain(&error),
    };
    serve(args, core, &args.data, None)
}

/// Serves an open core; `before` runs ahead of each page.
pub fn serve(
    args: &ServeArgs,
    core: HocvuCore,
    data: &Path,
    before: Option<Box<Before>>,
) -> ExitCode {
    let secret = match cookie_key(&FileKeyStore::new(data.join("keys"))) {
        Ok(secret) => secret,
        Err(error) => {
            eprintln!("hocvu: {}: {error}", data.join("keys").display());
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("hocvu: no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(listen(args, core, secret, before));
    runtime.shutdown_timeout(STOP_WAIT);
    code
}

async fn listen(
    args: &ServeArgs,
    core: HocvuCore,
    secret: [u8; 32],
    before: Option<Box<Before>>,
) -> ExitCode {
    let listener = match bind(args.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("hocvu: {} cannot be served: {error}", args.listen);
            eprintln!("Choose another address with --listen, such as --listen 127.0.0.1:8090");
            return ExitCode::from(2);
        }
    };
    let address = listener.local_addr().unwrap_or(args.listen);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let options = KioskOptions {
        loopback_only: address.ip().is_loopback(),
        idle_s: args.idle,
        volunteer_code: volunteer_code(&*entropy),
    };
    let core = Arc::new(core);
    // A course that is only shown has no record to bring anywhere.
    let hub = match before {
        Some(_) => None,
        None => match open_hub(args, &core, address) {
            Ok(hub) => Some(hub),
            Err(error) => return complain_of_relay(&error),
        },
    };
    // Whoever reads the address finds the station's data beside it.
    announce(address, &options);
    remove_leftovers(&core);
    // People learn meanwhile; what is found damaged is salvaged at the next start.
    if core.check_in_background().is_some() {
        tracing::info!("the last end was no clean one; the data is checked in the background");
    }
    let mut pages = axum::Router::new();
    if let Some(hub) = &hub {
        match RelayService::start(Arc::clone(&hub.relay)) {
            Ok(service) => pages = pages.merge(routes(service)),
            Err(error) => {
                eprintln!("hocvu: no thread for the relay: {error}");
                return ExitCode::FAILURE;
            }
        }
        pages = pages.merge(mirror::http::routes(Arc::clone(&hub.mirror), Arc::clone(&core)));
        hub.mirror.keep_soon(&core);
        tokio::spawn(syncing::run(Arc::clone(&core), Arc::clone(hub)));
        tokio::spawn(above::run(Arc::clone(&core), Arc::clone(hub)));
        if !address.ip().is_loopback() {
            tokio::spawn(syncing::send_beacons(Arc::clone(hub), address.port()));
        }
    }
    let clock = Arc::new(SystemClock);
    let app = App { core, secret, hub, options, clock, entropy, before };
    let pages = pages.merge(router(Arc::new(app)));
    let service = pages.into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let graceful = async move {
        told_to_stop().await;
        let _ = stopping.send(());
    };
    let served = axum::serve(listener, service).with_graceful_shutdown(graceful);
    let too_long = async {
        let _ = stopped.await;
        tokio::time::sleep(STOP_WAIT).await;
    };
    tokio::select! {
        done = served => if let Err(error) = done {
            eprintln!("hocvu: the server stopped: {error}");
            return ExitCode::FAILURE;
        },
        () = too_long => {}
    }
    tracing::info!("stopped; everything that was answered is kept");
    ExitCode::SUCCESS
}

/// Opens the relay of the data folder and notes its upstream, if one was given.
fn open_hub(
    args: &ServeArgs,
    core: &HocvuCore,
    address: SocketAddr,
) -> std::result::Result<Arc<Hub>, RelayError> {
    let relay = open_relay(core.folder())?;
    if let Some(code) = &args.upstream {
        relay.set_upstream(&JoinCode::from_text(code)?)?;
    }
    let found = || reachable_at(address).map(|address| format!("http://{address}"));
    let addresses = args.address.clone().or_else(found).into_iter().collect();
    Ok(Arc::new(Hub {
        relay: Arc::new(relay),
        name: args.name.clone(),
        addresses,
        doing: syncing::Doing::default(),
        mirror: Mirror::new(core.folder()),
        above: Above::default(),
    }))
}

/// Says on the console why the relay cannot be used: 2 where the code that was given is a wrong one.
pub(super) fn complain_of_relay(error: &RelayError) -> ExitCode {
    match error {
        RelayError::JoinCode(_) | RelayError::NotForHubs | RelayError::OwnCode => refuse(error),
        _ => fail(error),
    }
}

/// Opens the relay of a data folder whose path is canonical.
pub fn open_relay(folder: &Path) -> std::result::Result<Relay, RelayError> {
    let marker = marker_of(&folder.join("relay.db"));
    let ports = ports_of(folder);
    if let Some(parent) = marker.parent() {
        make_private_folder(parent).map_err(RelayError::Marker)?;
    }
    Relay::open(folder, &marker, ports)
}

/// Opens the same beside a program that may be serving it; see [`Relay::open_beside`].
pub(super) fn open_relay_beside(folder: &Path) -> std::result::Result<Option<Relay>, RelayError> {
    Relay::open_beside(folder, ports_of(folder))
}

/// The ports of this computer for a data folder whose path is canonical.
fn ports_of(folder: &Path) -> Ports {
    Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(FileKeyStore::new(folder.join("keys"))),
    }
}

/// Where other devices reach what listens here; `None` where only this computer does. Which of this
/// computer's addresses that is, the system says without sending anything.
fn reachable_at(address: SocketAddr) -> Option<SocketAddr> {
    if address.ip().is_loopback() || !address.ip().is_unspecified() {
        return (!address.ip().is_loopback()).then_some(address);
    }
    let socket = std::net::UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified()).then(|| SocketAddr::new(ip, address.port()))
}

/// The wished address, or the next free port behind it.
async fn bind(wished: SocketAddr) -> std::io::Result<TcpListener> {
    let mut address = wished;
    let mut last = None;
    for step in 0..=PORTS_TRIED {
        let Some(port) = wished.port().checked_add(step) else { break };
        address.set_port(port);
        match TcpListener::bind(address).await {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => last = Some(error),
            bound => return bound,
        }
    }
    Err(last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()))
}

fn announce(address: SocketAddr, options: &KioskOptions) {
    let host = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        ip => ip,
    };
    println!("hocvu: http://{}", SocketAddr::new(host, address.port()));
    if options.loopback_only {
        return;
    }
    println!("Other devices on this network can open these pages, without encryption: serve them");
    println!("only on a network of your own. On their first page they see nobody's name but those");
    println!("who learnt on them, unless the volunteer opens the list.");
    println!("To set the volunteer's passcode from another device: {}", options.volunteer_code);
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// Opens a data folder, making it where it does not exist.
pub fn open(data: &Path) -> Result<HocvuCore> {
    let (request, ports) = place(data)?;
    HocvuCore::open(&request, ports)
}

/// Where an installation lives, and the ports of this computer.
pub fn place(data: &Path) -> Result<(OpenRequest, Ports)> {
    make_private_folder(data)?;
    let whole = std::fs::canonicalize(data).map_err(|source| Error::File {
        doing: "finding",
        path: data.to_owned(),
        source,
    })?;
    let marker = marker_of(&whole);
    let ports = ports_of(&whole);
    Ok((OpenRequest { data: whole, marker }, ports))
}

/// The installation marker of a data folder, whose path is canonical.
fn marker_of(whole: &Path) -> PathBuf {
    let name = blake3::hash(whole.as_os_str().as_encoded_bytes()).to_hex();
    // Without a place for state the marker lies beside the folder: still in no backup of it.
    let state = state_folder().map(|state| state.join("installations"));
    let beside = || whole.parent().unwrap_or(whole).join(".hocvu-installations");
    state.unwrap_or_else(beside).join(&name[..32])
}

/// Installs the courses that the program brings along; quick when they are held.
pub fn install_starters(core: &HocvuCore) -> Result<()> {
    for installed in core.packs().install_starters(&assets::STARTER_PACKS)? {
        if installed.changed {
            tracing::info!(course = %installed.course, order = %installed.order, "installed");
        }
    }
    Ok(())
}

fn cookie_key(keys: &FileKeyStore) -> std::io::Result<[u8; 32]> {
    if let Some(Ok(key)) = keys.get(COOKIE_KEY)?.map(<[u8; 32]>::try_from) {
        return Ok(key);
    }
    let mut key = [0; 32];
    SystemEntropy.fill(&mut key);
    keys.put(COOKIE_KEY, &key)?;
    Ok(key)
}

/// Eight digits in two groups, drawn anew at each start.
fn volunteer_code(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    let number = u64::from_le_bytes(bytes) % 100_000_000;
    format!("{:04}-{:04}", number / 10_000, number % 10_000)
}

/// Says on the console, in the reader's language, why the data folder cannot be used.
pub fn complain(error: &Error) -> ExitCode {
    let t = messages();
    let (title, words) = errors::explain_core(t, error);
    eprintln!("hocvu: {title}. {words}");
    if matches!(error, Error::InUse { .. } | Error::NotOurs { .. }) {
        eprintln!("{}", t.other_folder());
    }
    if matches!(error, Error::Database { .. } | Error::File { .. } | Error::Damaged { .. }) {
        eprintln!("({error})");
    }
    ExitCode::FAILURE
}

/// The texts in the language that the console is set to.
fn messages() -> &'static Messages {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
    let code = if locale.is_some_and(|locale| locale.starts_with("en")) { "en" } else { "vi" };
    Messages::get(&Lang::parse(code).expect("`vi` and `en` are languages"))
}

/// Lets the log speak on standard error; `RUST_LOG` says of what.
pub fn start_log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}

/// The day in Vietnam, as this computer claims.
pub fn today() -> hocvu_core::course::Day {
    hocvu_core::course::Day::in_vietnam(SystemClock.now_s())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wished = taken.local_addr().unwrap();
        let bound = bind(wished).await.unwrap();
        assert_ne!(bound.local_addr().unwrap().port(), wished.port());
    }

    #[test]
    fn the_cookie_key_is_drawn_once() {
        let folder = tempfile::tempdir().unwrap();
        let keys = FileKeyStore::new(folder.path().join("keys"));
        assert_eq!(cookie_key(&keys).unwrap(), cookie_key(&keys).unwrap());
    }
}
