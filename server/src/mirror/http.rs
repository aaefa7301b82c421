//! The mirror over HTTP: `GET /v1/courses` gives the listing, `GET /v1/courses/{to}?from=` an update,
//! whole or a range of it, and `POST /v1/courses` takes what a publisher signed.

use std::io::SeekFrom;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    IF_RANGE, RANGE, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::body::AsyncReadBody;
use hocvu_core::HocvuCore;
use hocvu_core::pack::{COURSES_PATH, LISTING_TYPE, UPDATE_TYPE};
use serde::Deserialize;
use tokio::io::AsyncSeekExt;

use super::store::{hex, open_update, unhex};
use super::{Kept, Mirror, publish};

/// Seconds that somebody is told to wait when too many fetch, or when the folder is still being read.
const RETRY_AFTER_S: u32 = 10;

/// What the routes share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) mirror: Arc<Mirror>,
    pub(super) core: Arc<HocvuCore>,
}

/// The mirror's routes.
pub fn routes(mirror: Arc<Mirror>, core: Arc<HocvuCore>) -> Router {
    Router::new()
        .route(COURSES_PATH, get(listing).post(publish::take))
        .route(&format!("{COURSES_PATH}/{{to}}"), get(update))
        .layer(DefaultBodyLimit::disable())
        .with_state(Shared { mirror, core })
}

/// Told to come later.
pub(super) fn later() -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_S.into());
    response
}

fn quoted(tag: &[u8; 32]) -> String {
    format!("\"{}\"", hex(tag))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether the caller says that it has this already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = text(headers, IF_NONE_MATCH).unwrap_or_default();
    known
        .split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

async fn listing(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let Some(offered) = shared.mirror.offered() else { return later() };
    let tag = quoted(&offered.tag);
    let about = [
        (ETAG, HeaderValue::from_str(&tag).expect("hex digits are plain")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_TYPE, HeaderValue::from_static(LISTING_TYPE)),
    ];
    if is_known(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, offered.listing.clone()).into_response()
}

#[derive(Deserialize)]
struct From {
    from: Option<String>,
}

async fn update(
    State(shared): State<Shared>,
    Path(to): Path<String>,
    Query(From { from }): Query<From>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Some(to) = unhex(&to) else { return StatusCode::NOT_FOUND.into_response() };
    let from = match from.as_deref().map(unhex) {
        Some(None) => return StatusCode::BAD_REQUEST.into_response(),
        from => from.flatten(),
    };
    let Some(offered) = shared.mirror.offered() else { return later() };
    let Some((key, named)) = offered.update(to, from) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = quoted(&named.tag);
    let mut about = HeaderMap::new();
    about.insert(ETAG, HeaderValue::from_str(&tag).expect("hex digits are plain"));
    about.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    about.insert(CONTENT_TYPE, HeaderValue::from_static(UPDATE_TYPE));
    about.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if is_known(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let part = match part_of(&method, &headers, &tag, named.bytes) {
        Wanted::Part(part) => part,
        Wanted::Nothing => {
            about.insert(CONTENT_RANGE, value(format!("bytes */{}", named.bytes)));
            return (StatusCode::RANGE_NOT_SATISFIABLE, about).into_response();
        }
    };
    let status = if part.is_whole { StatusCode::OK } else { StatusCode::PARTIAL_CONTENT };
    about.insert(CONTENT_LENGTH, part.bytes.into());
    if !part.is_whole {
        let (first, last) = (part.at, part.at + part.bytes - 1);
        about.insert(CONTENT_RANGE, value(format!("bytes {first}-{last}/{}", named.bytes)));
    }
    if method == Method::HEAD {
        return (status, about, Body::empty()).into_response();
    }
    match open(&shared.mirror, key, named, &part).await {
        Ok(body) => (status, about, body).into_response(),
        Err(response) => response,
    }
}

fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits are plain")
}

/// A body that reads from the disk what the caller takes, as fast as it takes it.
async fn open(
    mirror: &Arc<Mirror>,
    key: super::Key,
    named: Kept,
    part: &Part,
) -> Result<Body, Response> {
    let theirs = Arc::clone(mirror);
    let opened = tokio::task::spawn_blocking(move || open_update(&theirs.data, &key)).await;
    let mut file = match opened {
        // It may have been made anew since the listing was looked at: its tag differs then.
        Ok(Ok(Some((file, kept)))) if kept == named => tokio::fs::File::from_std(file),
        Ok(Ok(_)) => return Err(later()),
        Ok(Err(error)) => {
            tracing::error!(%error, "an update could not be read");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        }
        Err(_) => return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    };
    if file.seek(SeekFrom::Start(part.at)).await.is_err() {
        return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    let reader = mirror.readers.begin(file, part.bytes).ok_or_else(later)?;
    Ok(Body::new(AsyncReadBody::new(reader)))
}

/// Which bytes are sent.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    at: u64,
    bytes: u64,
    is_whole: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Part(Part),
    /// A range that lies behind the end.
    Nothing,
}

/// A range holds only for what it was asked of: with another tag the whole is sent. Several ranges at
/// once, and what is no range of bytes, are passed over as if nothing had been asked (RFC 9110, 14.2).
fn part_of(method: &Method, headers: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let whole = Wanted::Part(Part { at: 0, bytes: size, is_whole: true });
    let is_of_this = !headers.contains_key(IF_RANGE) || text(headers, IF_RANGE) == Some(tag);
    if method != Method::GET || !is_of_this || headers.get_all(RANGE).iter().count() != 1 {
        return whole;
    }
    let Some(range) = text(headers, RANGE).and_then(|range| range.trim().strip_prefix("bytes="))
    else {
        return whole;
    };
    let number = |text: &str| -> Option<u64> {
        (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            // More than fits is more than there is.
            .then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (at, end) = match range.trim().split_once('-') {
        Some(("", last)) => match number(last) {
            Some(0) => return Wanted::Nothing,
            Some(bytes) => (size.saturating_sub(bytes), size),
            None => return whole,
        },
        Some((first, last)) => match (number(first), number(last)) {
            (Some(first), None) if last.is_empty() => (first, size),
            (Some(first), Some(last)) if first <= last => (first, last.saturating_add(1).min(size)),
            _ => return whole,
        },
        None => return whole,
    };
    if at >= size {
        return Wanted::Nothing;
    }
    Wanted::Part(Part { at, bytes: end - at, is_whole: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(range: &str) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        part_of(&Method::GET, &headers, "\"a\"", 100)
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let some = |at, bytes| Wanted::Part(Part { at, bytes, is_whole: false });
        let whole = Wanted::Part(Part { at: 0, bytes: 100, is_whole: true });
        assert_eq!(part("bytes=0-"), some(0, 100));
        assert_eq!(part("bytes=0-0"), some(0, 1));
        assert_eq!(part("bytes=99-"), some(99, 1));
        assert_eq!(part("bytes=10-1000"), some(10, 90));
        assert_eq!(part("bytes=10-99999999999999999999999"), some(10, 90));
        assert_eq!(part("bytes=-30"), some(70, 30));
        assert_eq!(part("bytes=-300"), some(0, 100));
        for nothing in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(part(nothing), Wanted::Nothing, "{nothing}");
        }
        let odd = ["bytes=", "bytes=-", "bytes=5-1", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1"];
        for none in odd.into_iter().chain(["bytes=+1-2", "bytes=1--2", "0-1"]) {
            assert_eq!(part(none), whole, "{none}");
        }
    }

    #[test]
    fn a_range_of_something_else_gives_the_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static("bytes=5-"));
        let is_whole = |headers: &HeaderMap, method| {
            let Wanted::Part(part) = part_of(&method, headers, "\"a\"", 100) else { return false };
            part.is_whole
        };
        assert!(!is_whole(&headers, Method::GET) && is_whole(&headers, Method::HEAD));
        for (tag, whole) in [("\"a\"", false), ("\"b\"", true), ("W/\"a\"", true), ("", true)] {
            headers.insert(IF_RANGE, tag.parse().unwrap());
            assert_eq!(is_whole(&headers, Method::GET), whole, "{tag}");
        }
    }
}
