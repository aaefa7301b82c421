//! Stations that pass on to this one: the code that lets them in, and who was let in, shut out and let
//! in again.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, State};
use axum::response::Response as Answer;
use axum::routing::post;
use hocvu_core::ids::{ReplicaId, short_id};
use hocvu_core::sync::JoinCode;
use hocvu_core::text::{Messages, grouped};

use super::signed_in;
use crate::kiosk::app::{App, on_hub};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, moment};
use crate::kiosk::pages::whereabouts::number;
use crate::kiosk::qr;
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;
use crate::relay::{self, HubView, Relay};
use crate::syncing::Hub;

/// Stations that the page shows; `hocvu hub list` shows all.
const HUBS_SHOWN: usize = 100;
/// The field of the page's address that says what is shown without being asked for: the code.
pub(super) const SHOWN: &str = "show";
pub(super) const CODE: &str = "code";

/// The routes of stations.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/volunteer/sync/code", post(renew_code))
        .route("/volunteer/sync/shut-out", post(shut_out))
        .route("/volunteer/sync/let-in", post(let_in))
}

/// What the page asks of the relay.
pub(super) struct Known {
    own: ReplicaId,
    code: JoinCode,
    hubs: Vec<HubView>,
    all: u64,
}

pub(super) fn known(hub: &Hub) -> Result<Known, PageError> {
    let (hubs, all) = hub.relay.hubs(HUBS_SHOWN)?;
    Ok(Known { own: hub.relay.hub_id(), code: hub.hub_code()?, hubs, all })
}

/// The part of the page about stations.
pub(super) struct HubsPart {
    pub(super) own: String,
    pub(super) what: String,
    pub(super) picture: String,
    pub(super) code: String,
    pub(super) shows_code: bool,
    pub(super) rows: Vec<HubRow>,
    pub(super) more: Option<String>,
}

pub(super) struct HubRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) words: String,
    pub(super) ask: String,
    pub(super) is_shut_out: bool,
}

pub(super) fn part(t: &Messages, known: &Known, shows_code: bool) -> Result<HubsPart, PageError> {
    let (name, code) = (&known.code.name, known.code.to_text());
    let more = known.all.saturating_sub(known.hubs.len() as u64);
    Ok(HubsPart {
        own: t.sync_hub_own(&short_id(known.own)),
        what: t.sync_hub_what(name),
        picture: qr::svg(&code, &t.sync_hub_qr(name)).ok_or(PageError::Internal)?,
        code: grouped(&code),
        shows_code,
        rows: known.hubs.iter().map(|hub| hub_row(t, hub)).collect(),
        more: (more > 0).then(|| t.sync_hubs_more(number(more))),
    })
}

fn hub_row(t: &Messages, hub: &HubView) -> HubRow {
    let name = t.sync_hub_name(&short_id(hub.id));
    let since = t.sync_hub_since(&moment(t, hub.admitted_s));
    let seen = t.sync_hub_seen(&moment(t, hub.seen_s));
    let mut words = format!("{since} {seen} {}", t.sync_hub_brought(number(hub.events)));
    if let Some(since_s) = hub.shut_out_s {
        words = format!("{} {words}", t.sync_hub_is_shut_out(&moment(t, since_s)));
    }
    HubRow {
        id: hub.id.to_string(),
        ask: t.sync_hub_shut_out_ask(&short_id(hub.id)),
        is_shut_out: hub.shut_out_s.is_some(),
        name,
        words,
    }
}

async fn renew_code(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    on_hub(&app, |_, hub| Ok(hub.relay.renew_hub_code()?)).await?;
    visitor.say(visitor.t.sync_hub_new_done());
    Ok(html::redirect(&format!("/volunteer/sync?{SHOWN}={CODE}")))
}

async fn shut_out(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let id = decide(&app, &visitor, &fields, Relay::shut_out).await?;
    visitor.say(visitor.t.sync_hub_shut_out_done(&short_id(id)));
    Ok(html::redirect("/volunteer/sync"))
}

async fn let_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let id = decide(&app, &visitor, &fields, Relay::let_in).await?;
    visitor.say(visitor.t.sync_hub_let_in_done(&short_id(id)));
    Ok(html::redirect("/volunteer/sync"))
}

/// Does what the volunteer decided about the station of a form, and says which that is.
async fn decide(
    app: &App,
    visitor: &Visitor,
    fields: &Fields,
    what: fn(&Relay, ReplicaId) -> relay::Result<Option<HubView>>,
) -> Result<ReplicaId, PageError> {
    signed_in(visitor)?;
    let id = ReplicaId::parse(field(fields, "hub").unwrap_or_default())
        .map_err(|_| PageError::BadRequest)?;
    let found = on_hub(app, move |_, hub| Ok(what(&hub.relay, id)?)).await?;
    found.map(|_| id).ok_or(PageError::BadRequest)
}
