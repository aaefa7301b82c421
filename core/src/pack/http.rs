//! Carries fetches over HTTP (feature `http`): whole requests with ranges, nothing that a proxy or a
//! stick could not answer too.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{
    CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE, RETRY_AFTER,
};
use reqwest::{RequestBuilder, Response, StatusCode};

use super::fetch::{AROUND_BYTES, Fetch, FetchAnswer, FetchRequest, FetchTrouble, FetchView, Flow};
use super::listing::{LISTING_BYTES_MAX, LISTING_TYPE, UPDATE_TYPE};
use super::offers::{ListingReport, ListingRequest, MirrorAddress};
use crate::error::Result;
use crate::hocvu::HocvuCore;
use crate::sync::http::{BEACON_WAIT, HttpTransport, listen};

/// The most seconds that a mirror which has too much to do is waited for before it is asked again.
const BUSY_WAIT_S_MAX: u64 = 10;

/// Where mirrors answered, so that the next request does not look for them again.
#[derive(Debug, Default)]
struct Found(BTreeMap<[u8; 32], String>);

/// Mirrors that said "later", and how much later.
#[derive(Debug, Default)]
struct Waits(BTreeMap<[u8; 32], Duration>);

impl Waits {
    fn note(&mut self, mirror: &MirrorAddress, response: &Response) {
        if trouble_of(response.status()) != FetchTrouble::Busy || response.status().is_success() {
            return;
        }
        let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|seconds| seconds.parse().ok()).unwrap_or(1);
        self.0.insert(mirror.relay.sign, Duration::from_secs(asked.min(BUSY_WAIT_S_MAX)));
    }

    /// Waits before a mirror is asked again, as it wished; another is asked at once.
    async fn before(&mut self, mirror: &MirrorAddress) {
        if let Some(wait) = self.0.remove(&mirror.relay.sign) {
            tokio::time::sleep(wait).await;
        }
    }
}

/// Sends a request to the first address of a mirror that can be reached; a hub that gets another
/// address each time its Wi-Fi starts says where it is.
async fn reach(
    transport: &HttpTransport,
    found: &mut Found,
    mirror: &MirrorAddress,
    path: &str,
    headers: impl Fn(RequestBuilder) -> RequestBuilder,
) -> Result<Response, FetchTrouble> {
    let key = mirror.relay.sign;
    let known = found.0.get(&key).cloned();
    let addresses: Vec<String> =
        known.map_or_else(|| mirror.addresses.clone(), |address| vec![address]);
    for address in addresses {
        match send(transport, &address, path, &headers).await {
            Err(FetchTrouble::Unreachable) => {}
            other => {
                found.0.insert(key, address);
                return other;
            }
        }
    }
    found.0.remove(&key);
    if !mirror.is_near {
        return Err(FetchTrouble::Unreachable);
    }
    let address = listen(&mirror.relay, BEACON_WAIT).await;
    let address = address.ok_or(FetchTrouble::Unreachable)?;
    let response = send(transport, &address, path, &headers).await;
    found.0.insert(key, address);
    response
}

async fn send(
    transport: &HttpTransport,
    address: &str,
    path: &str,
    headers: impl Fn(RequestBuilder) -> RequestBuilder,
) -> Result<Response, FetchTrouble> {
    let url = format!("{}{path}", address.trim_end_matches('/'));
    match headers(transport.client().get(url)).send().await {
        Ok(response) => Ok(response),
        Err(error) if error.is_connect() || error.is_builder() => Err(FetchTrouble::Unreachable),
        Err(error) if error.is_timeout() => Err(FetchTrouble::TooSlow),
        Err(_) => Err(FetchTrouble::Cut),
    }
}

/// What a status without bytes means.
fn trouble_of(status: StatusCode) -> FetchTrouble {
    match status.as_u16() {
        404 | 410 => FetchTrouble::NotThere,
        416 => FetchTrouble::Altered,
        300..=399 | 401 | 407 | 511 => FetchTrouble::CaptivePortal,
        _ => FetchTrouble::Busy,
    }
}

fn has_type(response: &Response, wanted: &str) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|found| found.as_bytes() == wanted.as_bytes())
}

/// The strong tag of an answer, without its quotation marks.
fn tag_of(response: &Response) -> Option<String> {
    let tag = response.headers().get(ETAG)?.to_str().ok()?;
    let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
    tag.bytes().all(|b| b.is_ascii_graphic() && b != b'"').then(|| tag.to_owned())
}

fn answer_of(response: &Response) -> FetchAnswer {
    let from = match response.status() {
        StatusCode::OK => Some(0),
        StatusCode::PARTIAL_CONTENT => {
            let range = response.headers().get(CONTENT_RANGE).and_then(|r| r.to_str().ok());
            let first = range.and_then(|range| range.strip_prefix("bytes ")?.split('-').next());
            first.and_then(|first| first.parse().ok())
        }
        status => return FetchAnswer::Trouble(trouble_of(status)),
    };
    match (has_type(response, UPDATE_TYPE), from, tag_of(response)) {
        (true, Some(from), Some(tag)) => FetchAnswer::Bytes { from, tag },
        _ => FetchAnswer::Trouble(FetchTrouble::CaptivePortal),
    }
}

/// Runs a fetch to its end over HTTP, telling how far it has come. Dropping the future pauses it:
/// whatever came is kept. The core blocks on the disk now and then.
pub async fn run_fetch(
    fetch: &mut Fetch<'_>,
    transport: &HttpTransport,
    mut progress: impl FnMut(&FetchView),
) -> Result<FetchView> {
    let (mut found, mut waits) = (Found::default(), Waits::default());
    while let Some(request) = fetch.next_request()? {
        waits.before(&request.mirror).await;
        let response = reach(transport, &mut found, &request.mirror, &request.path, |builder| {
            ask(builder, &request)
        });
        match response.await {
            Ok(response) => {
                waits.note(&request.mirror, &response);
                carry(fetch, response, &mut progress).await?;
            }
            Err(trouble) => {
                fetch.answered(FetchAnswer::Trouble(trouble))?;
            }
        }
        progress(fetch.view());
    }
    Ok(fetch.view().clone())
}

fn ask(builder: RequestBuilder, request: &FetchRequest) -> RequestBuilder {
    let (from, to) = request.range;
    if from == 0 && to.is_none() {
        return builder;
    }
    let to = to.map_or(String::new(), |to| to.to_string());
    let builder = builder.header(RANGE, format!("bytes={from}-{to}"));
    match &request.tag {
        Some(tag) => builder.header(IF_RANGE, format!("\"{tag}\"")),
        None => builder,
    }
}

async fn carry(
    fetch: &mut Fetch<'_>,
    mut response: Response,
    progress: &mut impl FnMut(&FetchView),
) -> Result<()> {
    if fetch.answered(answer_of(&response))? == Flow::Enough {
        return fetch.close(None);
    }
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let flow = fetch.take(&chunk)?;
                progress(fetch.view());
                if flow == Flow::Enough {
                    return fetch.close(None);
                }
            }
            Ok(None) => return fetch.close(None),
            Err(error) if error.is_timeout() => return fetch.close(Some(FetchTrouble::TooSlow)),
            Err(_) => return fetch.close(Some(FetchTrouble::Cut)),
        }
    }
}

/// Asks mirrors what they have and takes it in; gives what was new, and for each mirror that did not
/// answer why.
pub async fn refresh(
    core: &HocvuCore,
    transport: &HttpTransport,
    requests: &[ListingRequest],
) -> Result<(ListingReport, Vec<FetchTrouble>)> {
    let (mut all, mut troubles) = (ListingReport::default(), Vec::new());
    for request in requests {
        match listing(transport, request).await {
            Ok(None) => {
                count(core, request, 0)?;
                core.packs().listing_unchanged(&request.mirror.relay)?;
            }
            Ok(Some((tag, bytes))) => {
                count(core, request, bytes.len() as u64)?;
                let packs = core.packs();
                match packs.take_listing(&request.mirror.relay, tag.as_deref(), &bytes) {
                    Ok(report) => all.join(report),
                    Err(crate::Error::Pack(error)) => all.refused.push(error.to_string()),
                    Err(error) => return Err(error),
                }
            }
            Err(trouble) => troubles.push(trouble),
        }
    }
    Ok((all, troubles))
}

/// Adds a listing to the bytes of the month, unless it came from the same house.
fn count(core: &HocvuCore, request: &ListingRequest, bytes: u64) -> Result<()> {
    if request.mirror.is_near {
        return Ok(());
    }
    core.sync().add_traffic(bytes + AROUND_BYTES)
}

/// A listing with its tag; `None` where it is the one that was taken in last.
async fn listing(
    transport: &HttpTransport,
    request: &ListingRequest,
) -> Result<Option<(Option<String>, Vec<u8>)>, FetchTrouble> {
    let with_tag = |builder: RequestBuilder| match &request.tag {
        Some(tag) => builder.header(IF_NONE_MATCH, format!("\"{tag}\"")),
        None => builder,
    };
    let mut found = Found::default();
    let response = reach(transport, &mut found, &request.mirror, &request.path, with_tag);
    let mut response = response.await?;
    if response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    if response.status() != StatusCode::OK {
        return Err(trouble_of(response.status()));
    }
    if !has_type(&response, LISTING_TYPE) {
        return Err(FetchTrouble::CaptivePortal);
    }
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LISTING_BYTES_MAX => {
                return Err(FetchTrouble::Altered);
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(Some((tag_of(&response), bytes))),
            Err(error) if error.is_timeout() => return Err(FetchTrouble::TooSlow),
            Err(_) => return Err(FetchTrouble::Cut),
        }
    }
}
