//! The pages, one module a subject. Each has `routes`.

pub mod about;
pub mod assess;
pub mod card;
pub mod check;
pub mod course;
pub mod home;
pub mod join;
pub mod lesson;
pub mod me;
pub mod people;
mod person;
pub mod progress;
pub mod quiz;
pub mod result;
pub mod search;
pub mod settings;
pub mod volunteer;
mod whereabouts;

use std::sync::Arc;

use axum::Router;

use super::App;

/// All pages.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .merge(about::routes())
        .merge(assess::routes())
        .merge(card::routes())
        .merge(check::routes())
        .merge(course::routes())
        .merge(home::routes())
        .merge(join::routes())
        .merge(lesson::routes())
        .merge(me::routes())
        .merge(people::routes())
        .merge(progress::routes())
        .merge(quiz::routes())
        .merge(result::routes())
        .merge(search::routes())
        .merge(settings::routes())
        .merge(volunteer::routes())
}
