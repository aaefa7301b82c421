//! Carries bundles over HTTP (feature `http`): reqwest with rustls on ring, and the web's root
//! certificates built in, since old phones' own are stale. The bundle is sealed to the relay's key
//! all the same, so plain HTTP in a village hall shows no more than TLS does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response};
use tokio::net::UdpSocket;

use super::beacon::{BEACON_BYTES, BEACON_PORT, Beacon};
use super::bundle::BUNDLE_BYTES_MAX;
use super::round::{Exchange, Outcome, Round, RoundView};
use super::seal::RelayKey;
use crate::error::{Error, Result};

/// Where a relay takes bundles.
pub const SYNC_PATH: &str = "/v1/sync";
/// What a bundle says it is.
pub const BUNDLE_TYPE: &str = "application/vnd.hocvu.bundle";

const CONNECT_S: u64 = 15;
/// How long a relay's beacon is waited for: two of them, and a little.
pub(crate) const BEACON_WAIT: Duration = Duration::from_secs(12);
/// Without a byte for so long the link is dead; a slow one that moves is waited for.
const SILENCE_S: u64 = 60;
/// However slow: an exchange ends.
const EXCHANGE_S: u64 = 1_800;

/// An HTTP client for bundles; cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: Client,
}

impl HttpTransport {
    /// A client that follows no redirect, keeps no cookie and trusts the built-in roots alone.
    pub fn new() -> Result<Self> {
        Self::with_silence(Duration::from_secs(SILENCE_S))
    }

    /// The same, for which a link is dead after another time without a byte.
    pub fn with_silence(silence: Duration) -> Result<Self> {
        let failed =
            |error: &dyn std::fmt::Display| Error::invalid("HTTP client", error.to_string());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("hocvu")
            .connect_timeout(Duration::from_secs(CONNECT_S))
            .read_timeout(silence)
            .timeout(Duration::from_secs(EXCHANGE_S))
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self { client })
    }

    /// The client itself, for what is no bundle.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a bundle to the first address that can be reached and waits for the reply.
    pub async fn exchange(&self, exchange: &Exchange) -> Outcome {
        for address in &exchange.addresses {
            let outcome = self.post(address, exchange.body.clone()).await;
            if outcome != Outcome::Unreachable {
                return outcome;
            }
        }
        // A hub gets another address each time its Wi-Fi starts: it says where it is.
        match listen(&exchange.relay, BEACON_WAIT).await {
            Some(address) => self.post(&address, exchange.body.clone()).await,
            None => Outcome::Unreachable,
        }
    }

    async fn post(&self, address: &str, body: Vec<u8>) -> Outcome {
        let url = format!("{}{SYNC_PATH}", address.trim_end_matches('/'));
        let sent = self.client.post(url).header(CONTENT_TYPE, BUNDLE_TYPE).body(body).send().await;
        match sent {
            Ok(response) => read(address, response).await,
            Err(error) if error.is_connect() => Outcome::Unreachable,
            Err(error) if error.is_builder() => Outcome::Unreachable,
            Err(error) if error.is_timeout() => Outcome::TooSlow,
            Err(_) => Outcome::Cut,
        }
    }
}

/// Waits for a relay's beacon on the local network; gives the address that it came from.
pub async fn listen(relay: &RelayKey, wait: Duration) -> Option<String> {
    let socket = UdpSocket::bind(("0.0.0.0", BEACON_PORT)).await.ok()?;
    listen_on(&socket, relay, wait).await
}

/// The same on a socket that somebody else has bound.
pub async fn listen_on(socket: &UdpSocket, relay: &RelayKey, wait: Duration) -> Option<String> {
    let mut datagram = [0; BEACON_BYTES + 1];
    let found = async {
        loop {
            let (bytes, from) = socket.recv_from(&mut datagram).await.ok()?;
            if let Some(beacon) = Beacon::read(&datagram[..bytes], relay) {
                return Some(format!("http://{}", SocketAddr::new(from.ip(), beacon.port)));
            }
        }
    };
    tokio::time::timeout(wait, found).await.ok().flatten()
}

/// Reads a reply as far as it comes; what was cut off is for the bundle's reader to notice.
async fn read(address: &str, mut response: Response) -> Outcome {
    let status = response.status();
    if status.is_redirection() {
        return Outcome::Redirect;
    }
    if status != reqwest::StatusCode::OK {
        let after = response.headers().get(RETRY_AFTER);
        let retry_after_s = after.and_then(|value| value.to_str().ok()?.parse().ok());
        return Outcome::Status { code: status.as_u16(), retry_after_s };
    }
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if body.len() + chunk.len() > BUNDLE_BYTES_MAX {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Outcome::Reply { address: address.to_owned(), body }
}

/// Runs a round to its end over HTTP, telling how far it has come after each exchange. Dropping the
/// future cancels it: whatever was receipted is kept. The core blocks on the disk between exchanges.
pub async fn run(
    round: &mut Round<'_>,
    transport: &HttpTransport,
    mut progress: impl FnMut(&RoundView),
) -> Result<RoundView> {
    while let Some(exchange) = round.next_exchange()? {
        let outcome = transport.exchange(&exchange).await;
        round.take(outcome)?;
        progress(round.view());
    }
    Ok(round.view().clone())
}
