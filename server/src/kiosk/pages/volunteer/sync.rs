//! Where the work goes: who is in step, what waits for the upstream and why, how many bytes that
//! takes, and the way to another upstream. Stations that pass on to this one are in `hubs`.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::HocvuCore;
use hocvu_core::ids::{ReplicaId, short_id};
use hocvu_core::sync::{JOIN_CODE_CHARS_MAX, JoinCode, JoinCodeError, RelayView, Trouble};
use hocvu_core::text::Messages;
pub(super) use hocvu_core::text::trouble;

use super::hubs::{self, HubsPart};
use super::{signed_in, still_signed_in};
use crate::kiosk::app::{App, on_hub};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page, moment};
use crate::kiosk::pages::me::unprocessable;
use crate::kiosk::pages::whereabouts::number;
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;
use crate::relay::{RelayError, SenderView, UpstreamTraffic, UpstreamView};
use crate::syncing::Hub;

/// Senders that the page shows; a village has fewer.
const SENDERS_SHOWN: usize = 100;
const MB: u64 = 1_000_000;
/// The most MB that a limit may be.
const LIMIT_MB_MAX: i64 = 1_000_000;

/// The routes of sending and receiving.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/volunteer/sync", get(show))
        .route("/volunteer/sync/now", post(now))
        .route("/volunteer/sync/running", get(running))
        .route("/volunteer/sync/upstream", post(set_upstream))
        .route("/volunteer/sync/limit", post(set_limit))
}

#[derive(Template)]
#[template(path = "volunteer_sync.html")]
struct SyncTemplate {
    page: Page,
    running: bool,
    kiosk: String,
    kiosk_trouble: Option<String>,
    far: Option<String>,
    upstream: Option<UpstreamRow>,
    traffic: String,
    limit: String,
    limit_mb: String,
    hubs: HubsPart,
    senders: Vec<(String, String)>,
    more_senders: Option<String>,
    folder: String,
    code_chars_max: usize,
    typed: String,
    code_fault: Option<String>,
    limit_fault: Option<String>,
}

struct UpstreamRow {
    name: String,
    waiting: String,
    reached: String,
    trouble: Option<String>,
}

/// What the page asks of core and relay.
struct Known {
    own: ReplicaId,
    kiosk: Option<RelayView>,
    /// Events here, where the kiosk has not joined its own relay yet.
    unjoined: u64,
    upstream: Option<UpstreamView>,
    waiting_since_s: Option<i64>,
    traffic: UpstreamTraffic,
    hubs: hubs::Known,
    senders: (Vec<SenderView>, u64),
    folder: String,
}

fn known(core: &HocvuCore, hub: &Hub) -> Result<Known, PageError> {
    let id = hub.relay.key().id();
    Ok(Known {
        own: core.device().replica()?,
        kiosk: core.sync().relays()?.into_iter().find(|relay| relay.id == id),
        unjoined: core.sync().states()?.here,
        upstream: hub.relay.upstream()?,
        waiting_since_s: hub.relay.waiting_since()?,
        traffic: hub.relay.upstream_traffic()?,
        hubs: hubs::known(hub)?,
        senders: hub.relay.senders(SENDERS_SHOWN)?,
        folder: core.folder().display().to_string(),
    })
}

/// What stood in a form that has a fault.
#[derive(Default)]
struct Typed {
    code: String,
    code_fault: Option<String>,
    limit: Option<String>,
    limit_fault: Option<String>,
    /// Whether the code for stations is shown without being asked for.
    shows_code: bool,
}

async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let shows_code = field(&asked, hubs::SHOWN) == Some(hubs::CODE);
    sync_page(&app, &visitor, Typed { shows_code, ..Typed::default() }).await
}

async fn sync_page(app: &App, visitor: &Visitor, typed: Typed) -> Result<Answer, PageError> {
    let hub = app.hub.as_ref().ok_or(PageError::NotFound)?;
    let (running, last) = (hub.doing.is_busy(), hub.doing.last());
    let known = on_hub(app, known).await?;
    let t = visitor.t;
    let (senders, all) = &known.senders;
    let more = all.saturating_sub(senders.len() as u64);
    let moved = last.filter(|round| round.received + round.copies > 0);
    let is_faulty = typed.code_fault.is_some() || typed.limit_fault.is_some();
    let limit_mb = known.traffic.bytes_max.map(|bytes| (bytes / MB).to_string());
    let shown = html::show(&SyncTemplate {
        page: visitor.page(t.sync_title()).for_nobody(),
        running,
        kiosk: kiosk_words(t, &known),
        kiosk_trouble: known.kiosk.as_ref().and_then(|r| r.trouble).map(|it| trouble(t, it)),
        far: moved.map(|round| t.sync_far(number(round.copies), number(round.received))),
        upstream: known.upstream.as_ref().map(|view| upstream_row(t, view, &known)),
        traffic: t.sync_traffic(&t.size(known.traffic.bytes)),
        limit: match known.traffic.bytes_max {
            Some(bytes) => t.sync_traffic_limit(&t.size(bytes)),
            None => t.sync_traffic_no_limit(),
        },
        limit_mb: typed.limit.or(limit_mb).unwrap_or_default(),
        hubs: hubs::part(t, &known.hubs, typed.shows_code)?,
        senders: senders.iter().map(|sender| sender_row(t, sender, known.own)).collect(),
        more_senders: (more > 0).then(|| t.sync_senders_more(number(more))),
        folder: t.sync_takeover_folder(&known.folder),
        // Spaces between the groups are typed too.
        code_chars_max: 2 * JOIN_CODE_CHARS_MAX,
        typed: typed.code,
        code_fault: typed.code_fault,
        limit_fault: typed.limit_fault,
    })?;
    Ok(if is_faulty { unprocessable(shown) } else { shown })
}

fn kiosk_words(t: &Messages, known: &Known) -> String {
    match known.kiosk.as_ref().map_or(known.unjoined, |relay| relay.waiting) {
        0 => t.sync_kiosk_in_step(),
        waiting => t.sync_kiosk_waiting(number(waiting)),
    }
}

fn upstream_row(t: &Messages, view: &UpstreamView, known: &Known) -> UpstreamRow {
    let since = known.waiting_since_s.map(|since_s| moment(t, since_s));
    // An upstream's trouble of another version of this program has no words here.
    let in_the_way = view.trouble.as_deref();
    let in_the_way = in_the_way.map(|it| Trouble::from_name(it).unwrap_or(Trouble::ServerFault));
    UpstreamRow {
        name: t.sync_up_name(&view.name),
        waiting: match since {
            Some(since) => t.sync_up_waiting(number(view.waiting), &since),
            None => t.sync_up_nothing(),
        },
        reached: match view.reached_s {
            Some(reached_s) => t.sync_up_reached(&moment(t, reached_s)),
            None => t.sync_up_never(),
        },
        trouble: in_the_way.map(|it| trouble(t, it)),
    }
}

fn sender_row(t: &Messages, sender: &SenderView, own: ReplicaId) -> (String, String) {
    let name = match sender.replica == own {
        true => t.sync_sender_kiosk(),
        false => t.sync_sender_device(&short_id(sender.replica)),
    };
    (name, t.sync_sender_seen(&moment(t, sender.seen_s)))
}

async fn now(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    app.hub.as_ref().ok_or(PageError::NotFound)?.doing.sync_now();
    Ok(html::redirect("/volunteer/sync/running"))
}

#[derive(Template)]
#[template(path = "volunteer_sync_running.html")]
struct RunningTemplate {
    page: Page,
    kiosk: String,
    upstream: Option<UpstreamRow>,
}

/// A page that opens itself again while a round is under way. It has no form, so that nothing that
/// somebody types goes away.
async fn running(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    still_signed_in(&visitor)?;
    if !app.hub.as_ref().ok_or(PageError::NotFound)?.doing.is_busy() {
        return Ok(html::redirect("/volunteer/sync"));
    }
    let known = on_hub(&app, known).await?;
    let t = visitor.t;
    html::show(&RunningTemplate {
        page: visitor.page(t.sync_title()).for_nobody(),
        kiosk: kiosk_words(t, &known),
        upstream: known.upstream.as_ref().map(|view| upstream_row(t, view, &known)),
    })
}

async fn set_upstream(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let typed = field(&fields, "code").unwrap_or_default().to_owned();
    match join_upstream(&app, visitor.t, &typed).await? {
        Ok(name) => {
            visitor.say(visitor.t.sync_up_joined(&name));
            let hub = app.hub.as_ref().ok_or(PageError::NotFound)?;
            hub.doing.sync_now();
            hub.above.look_now();
            Ok(html::redirect("/volunteer/sync"))
        }
        Err(fault) => {
            let typed = Typed { code: typed, code_fault: Some(fault), ..Typed::default() };
            sync_page(&app, &visitor, typed).await
        }
    }
}

/// Makes the relay that a code names the upstream; gives its name, or what is wrong with the code.
pub(super) async fn join_upstream(
    app: &App,
    t: &Messages,
    typed: &str,
) -> Result<Result<String, String>, PageError> {
    let code = match JoinCode::from_text(typed) {
        Ok(code) => code,
        Err(JoinCodeError::NotOne) => return Ok(Err(t.sync_code_not_one())),
        Err(JoinCodeError::Mistyped) => return Ok(Err(t.sync_code_mistyped())),
        Err(JoinCodeError::Unusable) => return Ok(Err(t.sync_code_unusable())),
    };
    let name = code.name.clone();
    let joined = on_hub(app, move |_, hub| match hub.relay.set_upstream(&code) {
        Ok(()) => Ok(None),
        Err(fault @ (RelayError::OwnCode | RelayError::NotForHubs)) => Ok(Some(fault)),
        Err(error) => Err(error.into()),
    });
    Ok(match joined.await? {
        None => Ok(name),
        Some(RelayError::OwnCode) => Err(t.sync_code_own()),
        Some(_) => Err(t.sync_code_for_phones()),
    })
}

async fn set_limit(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let (t, typed) = (visitor.t, field(&fields, "mb").unwrap_or_default().trim().to_owned());
    let Ok(bytes) = limit_of(&typed) else {
        let fault = Some(t.sync_limit_fault(LIMIT_MB_MAX));
        let typed = Typed { limit: Some(typed), limit_fault: fault, ..Typed::default() };
        return sync_page(&app, &visitor, typed).await;
    };
    on_hub(&app, move |_, hub| Ok(hub.relay.set_upstream_bytes_max(bytes)?)).await?;
    visitor.say(match bytes {
        Some(bytes) => t.sync_limit_set(&t.size(bytes)),
        None => t.sync_limit_lifted(),
    });
    Ok(html::redirect("/volunteer/sync"))
}

/// The limit that was typed, in bytes; none for an empty field.
fn limit_of(typed: &str) -> Result<Option<u64>, ()> {
    if typed.is_empty() {
        return Ok(None);
    }
    match typed.parse::<i64>() {
        Ok(mb @ 1..=LIMIT_MB_MAX) => Ok(Some(mb.unsigned_abs() * MB)),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_has_words_of_its_own() {
        let names = [
            "Unreachable",
            "Cut",
            "TooSlow",
            "CaptivePortal",
            "OtherRelay",
            "Busy",
            "TooLarge",
            "ServerFault",
            "BadReply",
            "NotAdmitted",
            "NewerVersion",
            "BudgetSpent",
            "NotTaken",
        ];
        for lang in Messages::langs() {
            let t = Messages::get(&hocvu_core::ids::Lang::parse(lang).unwrap());
            let words = names.map(|name| trouble(t, Trouble::from_name(name).unwrap()));
            let words = std::collections::BTreeSet::from(words);
            assert_eq!(words.len(), names.len());
        }
    }

    #[test]
    fn a_limit_is_a_number_of_megabytes_or_none() {
        assert_eq!(limit_of(""), Ok(None));
        assert_eq!(limit_of("200"), Ok(Some(200_000_000)));
        for bad in ["0", "-5", "1000001", "2,5", "nhiều", "99999999999999999999"] {
            assert_eq!(limit_of(bad), Err(()), "{bad}");
        }
    }
}
