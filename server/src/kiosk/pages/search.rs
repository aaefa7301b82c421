//! Finds lessons by words, with or without marks.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use hocvu_core::course::{HITS_MAX, QUERY_CHARS_MAX, SearchHit};
use hocvu_core::ids::CourseId;
use serde::Deserialize;

use crate::kiosk::html::{self, Page, escape, lang_attribute};
use crate::kiosk::{App, PageError, Visitor, on_core};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/search", get(search))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Results {
    page: Page,
    typed: String,
    max: usize,
    searched: bool,
    found: i64,
    is_full: bool,
    hits: Vec<Hit>,
}

struct Hit {
    href: String,
    lang: String,
    title: String,
    /// HTML: what was searched for is marked.
    snippet: String,
    course: String,
}

async fn search(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let typed: String = asked.q.trim().chars().take(QUERY_CHARS_MAX).collect();
    let (words, lang) = (typed.clone(), visitor.lang.clone());
    let (hits, courses) = on_core(&app, move |core| {
        let hits =
            if words.is_empty() { Vec::new() } else { core.courses().search(&words, &lang)? };
        Ok((hits, core.courses().list(&lang)?))
    })
    .await?;
    let titles = courses.into_iter().map(|course| (course.id, course.title)).collect();
    html::show(&Results {
        page: visitor.page(visitor.t.search_title()),
        searched: !typed.is_empty(),
        typed,
        max: QUERY_CHARS_MAX,
        found: i64::try_from(hits.len()).unwrap_or(i64::MAX),
        is_full: hits.len() >= HITS_MAX,
        hits: hits.iter().map(|hit| view(&visitor, &titles, hit)).collect(),
    })
}

fn view(visitor: &Visitor, titles: &BTreeMap<CourseId, String>, hit: &SearchHit) -> Hit {
    let pieces = hit.snippet.pieces().into_iter();
    let snippet = pieces.map(|(words, is_match)| match is_match {
        true => format!("<mark>{}</mark>", escape(words)),
        false => escape(words),
    });
    let course = titles.get(&hit.course).map_or(hit.course.as_str(), String::as_str);
    Hit {
        href: format!("/course/{}/lesson/{}/1", hit.course, hit.lesson),
        lang: lang_attribute(visitor.t, &hit.lang),
        title: hit.title.clone(),
        snippet: snippet.collect(),
        course: visitor.t.search_in(course),
    }
}
