//! What hocvu is, in a reader's words.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::kiosk::html::{self, Page};
use crate::kiosk::{App, PageError, Visitor};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/about", get(about))
}

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    page: Page,
    version: &'static str,
}

async fn about(visitor: Visitor) -> Result<Response, PageError> {
    let page = visitor.page(visitor.t.about_title());
    html::show(&About { page, version: env!("CARGO_PKG_VERSION") })
}
