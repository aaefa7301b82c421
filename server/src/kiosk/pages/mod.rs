//! The pages, one module a subject. Each has `routes`.

pub mod about;
pub mod course;
pub mod home;
pub mod lesson;
pub mod people;
pub mod search;
pub mod settings;

use std::sync::Arc;

use axum::Router;

use super::App;

/// All pages.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .merge(about::routes())
        .merge(course::routes())
        .merge(home::routes())
        .merge(lesson::routes())
        .merge(people::routes())
        .merge(search::routes())
        .merge(settings::routes())
}
