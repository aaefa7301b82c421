//! Where this device stands: asked once, skippable, changeable.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Response as Answer;
use axum::routing::get;

use super::signed_in;
use crate::kiosk::app::{App, on_core};
use crate::kiosk::commune::{find, get as commune};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::Visitor;

/// Communes a search shows.
const SHOWN_MAX: usize = 20;

/// The routes of the choice of the commune.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/volunteer/commune", get(ask).post(set))
}

#[derive(Template)]
#[template(path = "volunteer_commune.html")]
struct CommuneTemplate {
    page: Page,
    now: String,
    typed: String,
    rows: Vec<(&'static str, String)>,
    none: Option<String>,
}

async fn ask(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(query): Query<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let t = visitor.t;
    let held = on_core(&app, |core| core.device().commune()).await?;
    let now = match held.as_deref().and_then(commune) {
        Some(held) => t.commune_set(held.name, held.province),
        None => t.commune_unset(),
    };
    let typed: String = field(&query, "q").unwrap_or_default().trim().chars().take(60).collect();
    let rows: Vec<_> = find(&typed, SHOWN_MAX)
        .into_iter()
        .map(|found| (found.code, t.commune_choice(found.name, found.province)))
        .collect();
    let none = (rows.is_empty() && !typed.is_empty()).then(|| t.commune_none(&typed));
    let page = visitor.page(t.commune_title()).for_nobody();
    html::show(&CommuneTemplate { page, now, typed, rows, none })
}

async fn set(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let chosen = field(&fields, "code").and_then(commune).ok_or(PageError::BadRequest)?;
    on_core(&app, move |core| core.device().set_commune(chosen.code)).await?;
    visitor.say(visitor.t.commune_set(chosen.name, chosen.province));
    Ok(html::redirect("/volunteer"))
}
