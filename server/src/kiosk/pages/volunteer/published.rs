//! What is published, by whom and until when, and how many devices hold which version: for authors
//! and whoever follows them.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response as Answer;
use axum::routing::get;
use hocvu_core::pack::{CataloguePack, Order, PublishedView};
use hocvu_core::sync::Holding;
use hocvu_core::text::Messages;

use super::signed_in;
use crate::kiosk::app::{App, on_hub};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::pages::whereabouts::number;
use crate::kiosk::session::Visitor;

/// Versions of a course that are told one by one; older ones are told together.
const VERSIONS_SHOWN: usize = 4;

/// The routes of what is published.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/volunteer/courses/published", get(show))
}

#[derive(Template)]
#[template(path = "volunteer_published.html")]
struct PublishedTemplate {
    page: Page,
    publishers: Vec<PublisherRow>,
}

struct PublisherRow {
    name: String,
    /// Why nothing of it is taken any more, if that is so.
    fault: Option<String>,
    root: String,
    until: String,
    fingerprint: String,
    courses: Vec<CourseRow>,
}

struct CourseRow {
    title: String,
    about: String,
    holders: Vec<String>,
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let (published, holdings) =
        on_hub(&app, |core, hub| Ok((core.packs().published()?, hub.relay.holdings()?))).await?;
    let t = visitor.t;
    html::show(&PublishedTemplate {
        page: visitor.page(t.published_title()).for_nobody(),
        publishers: published.iter().map(|view| publisher_row(t, view, &holdings)).collect(),
    })
}

fn publisher_row(t: &Messages, view: &PublishedView, holdings: &[Holding]) -> PublisherRow {
    let root = &view.root;
    let until = match root.expires_on {
        None => t.published_no_end(),
        Some(day) if root.is_expired => t.published_ended(&t.day(day)),
        Some(day) => t.published_until(&t.day(day)),
    };
    let course = |pack: &CataloguePack| course_row(t, view.order.generation, pack, holdings);
    PublisherRow {
        name: view.publisher.clone(),
        fault: (!view.is_authorised).then(|| t.published_no_more()),
        root: t.published_root(&root.name, i64::from(root.version)),
        until,
        fingerprint: t.trust_fingerprint(&root.fingerprint),
        courses: view.packs.iter().map(course).collect(),
    }
}

fn course_row(
    t: &Messages,
    generation: u32,
    pack: &CataloguePack,
    holdings: &[Holding],
) -> CourseRow {
    let newest = Order { generation, version: pack.version };
    let (now, mut older): (Vec<_>, Vec<_>) = holdings
        .iter()
        .filter(|held| held.course == pack.course)
        .partition(|held| held.order == newest);
    older.sort_by_key(|held| std::cmp::Reverse(held.order));
    let devices = |held: &[&Holding]| number(held.iter().map(|held| held.devices).sum());
    let mut holders = vec![match devices(&now) {
        0 => t.published_nobody(),
        devices => t.published_holders(devices),
    }];
    for held in older.iter().take(VERSIONS_SHOWN) {
        let version = i64::from(held.order.version);
        holders.push(t.published_older(number(held.devices), version));
    }
    if older.len() > VERSIONS_SHOWN {
        holders.push(t.published_oldest(devices(&older[VERSIONS_SHOWN..])));
    }
    let version = t.pack_version(i64::from(pack.version));
    CourseRow {
        title: pack.title.clone(),
        about: format!("{version}. {}.", t.size(pack.bytes)),
        holders,
    }
}
