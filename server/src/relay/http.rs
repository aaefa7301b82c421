//! The relay over HTTP: `POST /v1/sync`, `/healthz`, `/metrics`. Bundles queue for one thread that
//! commits as many as are waiting at once; when the queue is full, senders are told to come later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hocvu_core::sync::http::{BUNDLE_TYPE, SYNC_PATH};
use hocvu_core::sync::{BUNDLE_BYTES_MAX, BundleError};
use http_body_util::BodyExt;
use tokio::sync::{mpsc, oneshot};

use super::{Refused, Relay, Took};

/// Requests that may wait for the disk; beyond, senders are told to come later.
const QUEUE_MAX: usize = 256;
/// Requests, and bytes of them, that are committed at once.
const TOGETHER_MAX: usize = 64;
const TOGETHER_BYTES_MAX: usize = 8 << 20;
/// Seconds that a sender is told to wait when the queue is full.
const RETRY_AFTER_S: u32 = 20;

/// A relay behind a queue.
pub struct RelayService {
    relay: Arc<Relay>,
    queue: mpsc::Sender<Job>,
    figures: Arc<Figures>,
}

struct Job {
    body: Bytes,
    answer: oneshot::Sender<Answered>,
}

enum Answered {
    Reply(Vec<u8>),
    Refused(Refused),
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
    /// Starts the thread that the relay works on. It ends when the last service is dropped and the
    /// queue is empty.
    pub fn start(relay: Arc<Relay>) -> std::io::Result<Arc<Self>> {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        let figures = Arc::new(Figures::default());
        let (theirs, counted) = (Arc::clone(&relay), Arc::clone(&figures));
        std::thread::Builder::new()
            .name(String::from("relay"))
            .spawn(move || work(&theirs, jobs, &counted))?;
        Ok(Arc::new(Self { relay, queue, figures }))
    }

    /// The relay.
    pub fn relay(&self) -> &Arc<Relay> {
        &self.relay
    }
}

fn work(relay: &Relay, mut jobs: mpsc::Receiver<Job>, figures: &Figures) {
    while let Some(first) = jobs.blocking_recv() {
        let mut bytes = first.body.len();
        let mut together = vec![first];
        while together.len() < TOGETHER_MAX && bytes < TOGETHER_BYTES_MAX {
            let Ok(job) = jobs.try_recv() else { break };
            bytes += job.body.len();
            together.push(job);
        }
        add(&figures.commits, 1);
        let bodies: Vec<&[u8]> = together.iter().map(|job| job.body.as_ref()).collect();
        match relay.answer_all(&bodies) {
            Ok(answers) => {
                for (job, answer) in together.into_iter().zip(answers) {
                    let _ = job.answer.send(note(answer, figures));
                }
            }
            Err(error) => {
                tracing::error!(%error, requests = together.len(), "the relay could not commit");
                for job in together {
                    add(&figures.failed, 1);
                    let _ = job.answer.send(Answered::Failed);
                }
            }
        }
    }
}

fn note(answer: Result<(Vec<u8>, Took), Refused>, figures: &Figures) -> Answered {
    match answer {
        Ok((reply, took)) => {
            add(&figures.events, took.events);
            add(&figures.batches_refused, took.refused.into());
            add(&figures.bytes_out, reply.len() as u64);
            Answered::Reply(reply)
        }
        Err(refused) => {
            add(&figures.refused, 1);
            Answered::Refused(refused)
        }
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
    let (answer, answered) = oneshot::channel();
    if service.queue.try_send(Job { body: bytes, answer }).is_err() {
        add(&service.figures.busy, 1);
        return later();
    }
    let response = match answered.await {
        Ok(Answered::Reply(reply)) => {
            let types = [
                (CONTENT_TYPE, HeaderValue::from_static(BUNDLE_TYPE)),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (types, reply).into_response()
        }
        Ok(Answered::Refused(refused)) => status_of(refused).into_response(),
        Ok(Answered::Failed) | Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let ms = began.elapsed().as_millis();
    tracing::debug!(bytes = size, whole, status = response.status().as_u16(), ms, "sync");
    response
}

/// The body as far as it came, and whether it came whole; `None` when it is too large.
async fn read(mut body: Body) -> Option<(Bytes, bool)> {
    let mut bytes = Vec::new();
    loop {
        match body.frame().await {
            None => return Some((bytes.into(), true)),
            Some(Err(_)) => return Some((bytes.into(), false)),
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
    match tokio::task::spawn_blocking(move || relay.can_be_read()).await {
        Ok(Ok(())) => "ok\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n").into_response(),
    }
}

/// Figures in the text format of Prometheus; nothing in it is about a person.
async fn metrics(State(service): State<Arc<RelayService>>) -> Response {
    let relay = Arc::clone(&service.relay);
    let counts = match tokio::task::spawn_blocking(move || relay.counts()).await {
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
