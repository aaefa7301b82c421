//! The village kiosk: the pages that learners, volunteers and visitors see.
//!
//! [`router`] is the whole kiosk as a service, without a socket. Every request passes `layer`, which
//! knows the visitor, refuses forms of other sites, asks "is it still you?" and makes friendly pages
//! of errors; a handler in `pages` only asks the core and renders.

pub mod app;
pub mod assets;
pub mod commune;
mod csrf;
pub mod errors;
pub mod html;
mod layer;
pub mod pages;
pub mod qr;
pub mod question;
pub mod session;
pub mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

pub use app::{App, KioskOptions, on_core};
pub use errors::PageError;
pub use session::{Session, Visitor};

/// The most bytes of a form; packs and backups have bounds of their own.
pub const FORM_BYTES_MAX: usize = 64 * 1024;

/// The whole kiosk.
pub fn router(app: Arc<App>) -> Router {
    let pages = pages::routes()
        .fallback(|| async { PageError::NotFound })
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(from_fn_with_state(Arc::clone(&app), layer::around_pages));
    Router::new()
        .route(assets::style_path(), get(assets::style))
        .merge(pages)
        .layer(from_fn(layer::headers))
        .with_state(app)
}
