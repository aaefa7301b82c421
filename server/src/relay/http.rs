//! The relay over HTTP: `POST /v1/sync`, `/healthz`, `/metrics`. Bundles are opened side by side and
//! queue for one thread that commits as many as are waiting at once; replies are written side by side
//! again. When too many wait, senders are told to come later; when nobody waits, there is time to
//! tidy up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hocvu_core::sync::http::{BUNDLE_TYPE, SYNC_PATH};
use hocvu_core::sync::{BUNDLE_BYTES_MAX, BundleError};
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::spawn_blocking;

use super::merge::Which;
use super::open::Opened;
use super::{Refused, Relay, RelayError, Taken, Took};

/// Requests that may wait; beyond, senders are told to come later.
const PLACES_MAX: usize = 256;
/// Requests, and bytes of them, that are committed at once.
const TOGETHER_MAX: usize = 64;
const TOGETHER_BYTES_MAX: usize = 8 << 20;
/// Seconds that a sender is told to wait when the queue is full.
const RETRY_AFTER_S: u32 = 20;

/// A relay behind a queue.
pub struct RelayService {
    relay: Arc<Relay>,
    queue: mpsc::Sender<Message>,
    /// One for each request between its arrival and its reply.
    places: Arc<Semaphore>,
    /// One for each processor: who opens a request or writes a reply has one.
    hands: Semaphore,
    figures: Arc<Figures>,
}

enum Message {
    Request(Box<Job>),
    /// Nobody waits: there is time to tidy up.
    Idle,
}

/// A request that was opened and waits to be committed.
struct Job {
    body: Vec<u8>,
    opened: Opened,
    done: oneshot::Sender<Result<Taken, Refused>>,
}

/// What becomes of a request.
pub enum Served {
    /// The reply; what it says is on the disk.
    Reply(Vec<u8>),
    /// It is no request to this relay, or not signed.
    Refused(Refused),
    /// Too many wait: later.
    Busy,
    /// The disk or the database failed; nothing may be said.
    Failed,
}

/// What `/metrics` shows beside the relay's own counts; all since the start.
#[derive(Default)]
struct Figures {
    requests: AtomicU64,
    cut: AtomicU64,
    refused: AtomicU64,
    busy: AtomicU64,
    failed: AtomicU64,
    events: AtomicU64,
    batches_refused: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    commits: AtomicU64,
}

fn add(figure: &AtomicU64, n: u64) {
    figure.fetch_add(n, Ordering::Relaxed);
}

impl RelayService {
    /// Starts the thread that commits. It ends when the last service is dropped and the queue is
    /// empty.
    pub fn start(relay: Arc<Relay>) -> std::io::Result<Arc<Self>> {
        let (queue, messages) = mpsc::channel(TOGETHER_MAX);
        let figures = Arc::new(Figures::default());
        let (theirs, counted) = (Arc::clone(&relay), Arc::clone(&figures));
        std::thread::Builder::new()
            .name(String::from("relay"))
            .spawn(move || work(&theirs, messages, &counted))?;
        let hands = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (places, hands) = (Arc::new(Semaphore::new(PLACES_MAX)), Semaphore::new(hands));
        Ok(Arc::new(Self { relay, queue, places, hands, figures }))
    }

    /// The relay.
    pub fn relay(&self) -> &Arc<Relay> {
        &self.relay
    }

    /// Answers a request: opens it beside others, waits for the commit that takes it in, and writes
    /// the reply beside others. Runs on a runtime of Tokio.
    pub async fn answer(self: &Arc<Self>, body: Vec<u8>) -> Served {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            add(&self.figures.busy, 1);
            return Served::Busy;
        };
        let service = Arc::clone(self);
        // A sender that breaks off takes nobody along: what arrived of its request is taken in.
        let answering = tokio::spawn(async move {
            let served = service.answer_in_turn(body).await;
            drop(place);
            if service.places.available_permits() == PLACES_MAX {
                let _ = service.queue.try_send(Message::Idle);
            }
            served
        });
        answering.await.unwrap_or(Served::Failed)
    }

    async fn answer_in_turn(&self, body: Vec<u8>) -> Served {
        let failed = |error: Option<RelayError>| {
            if let Some(error) = error {
                tracing::error!(%error, "the relay could not answer");
            }
            add(&self.figures.failed, 1);
            Served::Failed
        };
        let hand = self.hands.acquire().await;
        let relay = Arc::clone(&self.relay);
        let open = move || relay.open_request(&body).map(|opened| (body, opened));
        let (body, opened) = match spawn_blocking(open).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => return failed(Some(error)),
            Err(_) => return failed(None),
        };
        let (done, taken) = oneshot::channel();
        // The hand is kept until there is room, so that only so many are opened and wait.
        let job = Box::new(Job { body, opened, done });
        let sent = self.queue.send(Message::Request(job)).await;
        drop(hand);
        let (Ok(()), Ok(taken)) = (sent, taken.await) else { return failed(None) };
        let _hand = self.hands.acquire().await;
        let relay = Arc::clone(&self.relay);
        match spawn_blocking(move || relay.answer_taken(taken)).await {
            Ok(Ok(answer)) => self.note(answer),
            Ok(Err(error)) => failed(Some(error)),
            Err(_) => failed(None),
        }
    }

    fn note(&self, answer: Result<(Vec<u8>, Took), Refused>) -> Served {
        match answer {
            Ok((reply, took)) => {
                add(&self.figures.events, took.events);
                add(&self.figures.batches_refused, took.refused.into());
                add(&self.figures.bytes_out, reply.len() as u64);
                Served::Reply(reply)
            }
            Err(refused) => {
                add(&self.figures.refused, 1);
                Served::Refused(refused)
            }
        }
    }
}

fn work(relay: &Relay, mut messages: mpsc::Receiver<Message>, figures: &Figures) {
    while let Some(first) = messages.blocking_recv() {
        let (mut requests, mut waiting, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut next = Some(first);
        while let Some(message) = next {
            if let Message::Request(job) = message {
                let Job { body, opened, done } = *job;
                bytes += body.len();
                requests.push((body, opened));
                waiting.push(done);
            }
            let is_full = requests.len() == TOGETHER_MAX || bytes >= TOGETHER_BYTES_MAX;
            next = if is_full { None } else { messages.try_recv().ok() };
        }
        if requests.is_empty() {
            while messages.is_empty() && relay.tidy(Which::All) {}
            continue;
        }
        add(&figures.commits, 1);
        match relay.take_all(requests) {
            Ok(taken) => {
                for (done, taken) in waiting.into_iter().zip(taken) {
                    let _ = done.send(taken);
                }
            }
            // Who waits is told by the end of the channel.
            Err(error) => {
                tracing::error!(%error, requests = waiting.len(), "the relay could not commit");
            }
        }
        while relay.tidy(Which::Due) {}
    }
}

/// The relay's routes.
pub fn routes(service: Arc<RelayService>) -> Router {
    Router::new()
        .route(SYNC_PATH, post(sync))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .with_state(service)
}

#[allow(clippy::disallowed_methods, reason = "how long a request took, for the log only")]
async fn sync(
    State(service): State<Arc<RelayService>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let began = Instant::now();
    add(&service.figures.requests, 1);
    let claimed = headers.get("content-length").and_then(|n| n.to_str().ok()?.parse().ok());
    if claimed.is_some_and(|bytes: usize| bytes > BUNDLE_BYTES_MAX) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let (bytes, whole) = match read(body).await {
        Some(read) => read,
        None => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    };
    let size = bytes.len();
    add(&service.figures.bytes_in, size as u64);
    if !whole {
        add(&service.figures.cut, 1);
    }
    let response = match service.answer(bytes).await {
        Served::Reply(reply) => {
            let types = [
                (CONTENT_TYPE, HeaderValue::from_static(BUNDLE_TYPE)),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (types, reply).into_response()
        }
        Served::Refused(refused) => status_of(refused).into_response(),
        Served::Busy => later(),
        Served::Failed => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let ms = began.elapsed().as_millis();
    tracing::debug!(bytes = size, whole, status = response.status().as_u16(), ms, "sync");
    response
}

/// The body as far as it came, and whether it came whole; `None` when it is too large.
async fn read(mut body: Body) -> Option<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    loop {
        match body.frame().await {
            None => return Some((bytes, true)),
            Some(Err(_)) => return Some((bytes, false)),
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                if bytes.len() + data.len() > BUNDLE_BYTES_MAX {
                    return None;
                }
                bytes.extend_from_slice(&data);
            }
        }
    }
}

fn later() -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_S.into());
    response
}

fn status_of(refused: Refused) -> StatusCode {
    match refused {
        Refused::Bundle(BundleError::OtherRelay(_)) => StatusCode::MISDIRECTED_REQUEST,
        Refused::Bundle(BundleError::NewerFormat(_)) => StatusCode::UPGRADE_REQUIRED,
        Refused::Bundle(_) | Refused::Opening(_) => StatusCode::BAD_REQUEST,
    }
}

/// Whether the relay can read its database.
async fn healthz(State(service): State<Arc<RelayService>>) -> Response {
    let relay = Arc::clone(&service.relay);
    match spawn_blocking(move || relay.can_be_read()).await {
        Ok(Ok(())) => "ok\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n").into_response(),
    }
}

/// Figures in the text format of Prometheus; nothing in it is about a person.
async fn metrics(State(service): State<Arc<RelayService>>) -> Response {
    let relay = Arc::clone(&service.relay);
    let counts = match spawn_blocking(move || relay.counts()).await {
        Ok(Ok(counts)) => counts,
        _ => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let figures = &service.figures;
    let since = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
    let rows = [
        ("requests_total", since(&figures.requests)),
        ("requests_cut_total", since(&figures.cut)),
        ("requests_refused_total", since(&figures.refused)),
        ("requests_busy_total", since(&figures.busy)),
        ("requests_failed_total", since(&figures.failed)),
        ("batches_refused_total", since(&figures.batches_refused)),
        ("commits_total", since(&figures.commits)),
        ("events_received_total", since(&figures.events)),
        ("bytes_received_total", since(&figures.bytes_in)),
        ("bytes_sent_total", since(&figures.bytes_out)),
        ("events", counts.events),
        ("events_waiting_for_upstream", counts.waiting),
        ("events_told_by_upstream", counts.told),
        ("segments", counts.segments),
        ("segment_bytes", counts.bytes),
        ("segments_damaged", counts.damaged),
        ("replicas", counts.replicas),
        ("senders", counts.senders),
        ("erased_learners", counts.erased),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
        text.push_str(&format!("# TYPE hocvu_relay_{name} {kind}\nhocvu_relay_{name} {value}\n"));
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
