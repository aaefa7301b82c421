//! Courses at the station above: what it has that is not here, what is on its way, and publishers
//! whom somebody has to confirm first.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::pack::{FetchTrouble, OfferView, UnknownPublisher};
use hocvu_core::text::{Messages, fetch_told, fetch_trouble, offer_cost};

use super::{signed_in, still_signed_in};
use crate::kiosk::app::{App, on_hub};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page, moment};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;
use crate::mirror::above::AboveView;

const PATH: &str = "/volunteer/courses/above";
const RUNNING: &str = "/volunteer/courses/above/running";

/// The routes of courses at the station above.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(PATH, get(show))
        .route("/volunteer/courses/above/look", post(look))
        .route(RUNNING, get(running))
        .route("/volunteer/courses/above/trust", post(trust))
}

#[derive(Template)]
#[template(path = "volunteer_above.html")]
struct AboveTemplate {
    page: Page,
    /// What the station above is called; `None` where there is none.
    name: Option<String>,
    is_busy: bool,
    asked: Option<String>,
    trouble: Option<String>,
    offers: Vec<OfferRow>,
    unknown: Vec<UnknownRow>,
}

struct OfferRow {
    title: String,
    kind: String,
    cost: String,
    from: String,
}

struct UnknownRow {
    words: String,
    compare: String,
    fingerprint: String,
    said: String,
}

fn offer_row(t: &Messages, offer: &OfferView) -> OfferRow {
    OfferRow {
        title: offer.title.clone(),
        kind: match offer.held {
            None => t.offer_new(),
            Some(held) if held == offer.order => t.offer_media(),
            Some(_) => t.offer_newer(),
        },
        cost: offer_cost(t, offer),
        from: t.offer_from(&offer.publisher_name),
    }
}

fn unknown_row(t: &Messages, unknown: &UnknownPublisher) -> UnknownRow {
    UnknownRow {
        words: t.offers_unknown(&unknown.publisher),
        compare: t.offers_compare(&unknown.publisher),
        said: t.trust_fingerprint(&unknown.fingerprint),
        fingerprint: unknown.fingerprint.clone(),
    }
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let (name, offers, view, is_busy) = on_hub(&app, |core, hub| {
        let name = hub.relay.upstream()?.map(|upstream| upstream.name);
        let mut offers = Vec::new();
        for offer in core.packs().offers()? {
            // What a volunteer removed does not come unasked.
            if !core.packs().is_removed(&offer.course)? {
                offers.push(offer);
            }
        }
        Ok((name, offers, hub.above.view(), hub.above.is_busy()))
    })
    .await?;
    let t = visitor.t;
    let AboveView { listed_s, trouble, unknown, .. } = view;
    html::show(&AboveTemplate {
        page: visitor.page(t.above_title()).for_nobody(),
        is_busy: is_busy && name.is_some(),
        asked: listed_s.map(|asked_s| t.above_asked(&moment(t, asked_s))),
        trouble: trouble.map(|trouble| match trouble {
            FetchTrouble::BudgetSpent => t.above_budget_spent(),
            trouble => fetch_trouble(t, trouble),
        }),
        offers: offers.iter().map(|offer| offer_row(t, offer)).collect(),
        unknown: unknown.iter().map(|unknown| unknown_row(t, unknown)).collect(),
        name,
    })
}

/// Looks what is new and fetches it.
async fn look(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    app.hub.as_ref().ok_or(PageError::NotFound)?.above.look_now();
    Ok(html::redirect(RUNNING))
}

#[derive(Template)]
#[template(path = "volunteer_above_running.html")]
struct RunningTemplate {
    page: Page,
    /// The title of the course that is on its way, and how far it is in words.
    now: Option<(String, String)>,
    /// Bytes that came, of so many.
    bar: Option<(u64, u64)>,
}

/// A page that opens itself again while a course is on its way.
async fn running(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    still_signed_in(&visitor)?;
    let above = &app.hub.as_ref().ok_or(PageError::NotFound)?.above;
    if !above.is_busy() {
        return Ok(html::redirect(PATH));
    }
    let (t, now) = (visitor.t, above.view().now);
    let bar = now.as_ref().map(|(_, view)| (view.bytes_done, view.bytes));
    html::show(&RunningTemplate {
        page: visitor.page(t.above_title()).for_nobody(),
        bar: bar.filter(|(_, all)| *all > 0),
        now: now.map(|(title, view)| (title, fetch_told(t, &view))),
    })
}

/// Trusts a publisher of the station above, because somebody compared the fingerprint.
async fn trust(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let fingerprint = field(&fields, "fingerprint").unwrap_or_default().to_owned();
    on_hub(&app, move |core, hub| {
        let unknown = hub.above.view().unknown;
        let unknown = unknown.into_iter().find(|unknown| unknown.fingerprint == fingerprint);
        // Somebody confirmed it in another window, or the station withdrew it meanwhile.
        let Some(unknown) = unknown else { return Ok(()) };
        core.packs().trust_root(&unknown.roots, &unknown.fingerprint)?;
        hub.above.look_now();
        Ok(())
    })
    .await?;
    Ok(html::redirect(RUNNING))
}
