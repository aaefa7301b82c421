//! The switches of language and text size, and the answer to "is it still you?".

use std::sync::Arc;

use axum::Router;
use axum::extract::Form;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;

use crate::kiosk::html::redirect;
use crate::kiosk::layer::add_cookie;
use crate::kiosk::session::{TextSize, Visitor};
use crate::kiosk::{App, PageError};
use hocvu_core::text::Messages;

/// Cookie of the reader's language.
pub const LANG_COOKIE: &str = "hocvu-lang";
/// Cookie of the reader's text size.
pub const SIZE_COOKIE: &str = "hocvu-size";

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/settings", post(set)).route("/still", post(still))
}

#[derive(Deserialize)]
struct Settings {
    lang: Option<String>,
    size: Option<String>,
    to: String,
}

async fn set(_: Visitor, Form(settings): Form<Settings>) -> Result<Response, PageError> {
    let mut response = redirect(&settings.to);
    if let Some(lang) = settings.lang.filter(|lang| Messages::langs().contains(&lang.as_str())) {
        add_cookie(&mut response, LANG_COOKIE, &lang);
    }
    if let Some(size) = settings.size.as_deref().and_then(TextSize::parse) {
        add_cookie(&mut response, SIZE_COOKIE, &size.number().to_string());
    }
    Ok(response)
}

#[derive(Deserialize)]
struct StillHere {
    to: String,
}

/// The layer around all pages has noted that she is still here.
async fn still(_: Visitor, Form(form): Form<StillHere>) -> Response {
    redirect(&form.to)
}
