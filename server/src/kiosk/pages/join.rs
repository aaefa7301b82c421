//! How other devices join the relay that this program is too: its code as a picture and as text.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use hocvu_core::text::grouped;

use crate::kiosk::app::{App, on_hub};
use crate::kiosk::html::{self, Page};
use crate::kiosk::{PageError, Visitor, qr};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/join", get(join))
}

#[derive(Template)]
#[template(path = "join.html")]
struct Join {
    page: Page,
    what: String,
    picture: String,
    code: String,
    address: String,
}

async fn join(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    let code = on_hub(&app, |_, hub| Ok(hub.join_code()?)).await?;
    let (t, text) = (visitor.t, code.to_text());
    let picture = qr::svg(&text, &t.join_qr(&code.name)).ok_or(PageError::Internal)?;
    html::show(&Join {
        page: visitor.page(t.join_title()).for_nobody(),
        what: t.join_what(&code.name),
        picture,
        code: grouped(&text),
        address: match code.addresses.first() {
            Some(address) => t.join_address(address),
            None => t.join_no_address(),
        },
    })
}
