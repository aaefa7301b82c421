//! What happens around every page.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use askama::Template;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use hocvu_core::ids::Lang;
use hocvu_core::text::Messages;

use super::app::{App, on_core};
use super::csrf::{self, Fields};
use super::errors::{self, PageError};
use super::html::{self, Page};
use super::pages::settings;
use super::session::{COOKIE, Session, TextSize, Visitor};

/// How many seconds a clock may run back before the learner is asked whether it is still her.
const CLOCK_BACK_S: i64 = 60;
/// Fields that belong to the form itself, not to what was typed.
const OWN_FIELDS: [&str; 2] = ["csrf", "still"];

/// Adds what every answer carries.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
        script-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; \
        frame-ancestors 'none'";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With `no-referrer` browsers hide from a form's own site that the form is its own.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Knows the visitor, refuses foreign forms, asks idle learners, makes pages of errors and sends
/// the session back.
pub(super) async fn around_pages(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let visitor = visitor(&app, &request);
    let (visitor, loaded) = with_learner(&app, visitor).await;
    let before = visitor.session();
    let is_idle = is_idle(&app, &visitor);
    let is_head = request.method() == Method::HEAD;
    let is_safe = csrf::is_safe(request.method());
    let answer = match loaded {
        Ok(()) => answer(&app, &visitor, request, next).await,
        Err(error) => Err(error),
    };
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    if let Some(error) = error_of(&response) {
        response = error_page(&visitor, &error);
        if is_head {
            *response.body_mut() = axum::body::Body::empty();
        }
    }
    visitor.change(|session| {
        if !is_idle || session.learner != before.learner {
            session.seen_s = visitor.now_s;
        }
        // What was left to say has been said by a page, not by a redirect on the way to it.
        if is_safe && response.status().is_success() && session.flash == before.flash {
            session.flash = None;
        }
    });
    send_session(&app, &visitor, &mut response);
    response
}

async fn answer(
    app: &App,
    visitor: &Visitor,
    request: Request,
    next: Next,
) -> Result<Response, PageError> {
    if let Some(page) = before(app)? {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
    }
    let (mut request, fields) = match csrf::is_safe(request.method()) {
        true => (request, None),
        false => {
            let (request, fields) = csrf::check(visitor, request).await?;
            (request, Some(fields))
        }
    };
    let said_still = fields.iter().flatten().any(|(name, _)| name == "still");
    if said_still {
        visitor.change(|session| session.seen_s = visitor.now_s);
    } else if is_idle(app, visitor) && !may_be_anybody(request.uri()) {
        return still(visitor, fields);
    }
    let is_safe = csrf::is_safe(request.method());
    request.extensions_mut().insert(visitor.clone());
    let response = next.run(request).await;
    if is_safe && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let path = visitor.path.split('?').next().unwrap_or_default();
        return Ok(html::redirect(&nearest_page(path)));
    }
    Ok(response)
}

/// The nearest page of an address that only forms are sent to. Somebody comes to such an address by
/// loading it again, or by the switches below what was said to a form with faults.
fn nearest_page(path: &str) -> String {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["course", course, "quiz", _] => format!("/course/{course}"),
        ["people", "switch"] | [] | [_] => "/".to_owned(),
        [pages @ .., _] => format!("/{}", pages.join("/")),
    }
}

fn before(app: &App) -> Result<Option<String>, PageError> {
    // `course show` serves one author on one computer, so it may hold up the thread.
    let Some(before) = &app.before else { return Ok(None) };
    tokio::task::block_in_place(|| before(&app.core)).map_err(PageError::from)
}

fn visitor(app: &App, request: &Request) -> Visitor {
    let jar = CookieJar::from_headers(request.headers());
    let cookie = |name| jar.get(name).map(Cookie::value);
    let session = cookie(COOKIE)
        .and_then(|value| Session::open(value, &app.secret))
        .unwrap_or_else(|| Session::new(&*app.entropy));
    let lang = cookie(settings::LANG_COOKIE)
        .and_then(known_lang)
        .or_else(|| accepted_lang(request.headers()))
        .unwrap_or_else(|| known_lang("vi").expect("Vietnamese is the reference"));
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let path: String = path.chars().take(1000).collect();
    let back = match csrf::is_safe(request.method()) {
        true => path.clone(),
        false => page_before(request.headers()).unwrap_or_else(|| "/".to_owned()),
    };
    Visitor {
        back,
        flash: session.flash.clone(),
        session: Arc::new(Mutex::new(session)),
        learner: None,
        t: Messages::get(&lang),
        lang,
        size: cookie(settings::SIZE_COOKIE).and_then(TextSize::parse).unwrap_or_default(),
        is_loopback: address.is_none_or(|address| address.0.ip().to_canonical().is_loopback()),
        now_s: app.clock.now_s(),
        path,
    }
}

/// The page of this kiosk that a form was sent from. What a form was sent to may be no page at all.
fn page_before(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name)?.to_str().ok();
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let is_ours = text(header::HOST) == Some(host) && !path.starts_with("//");
    is_ours.then(|| path.chars().take(1000).collect())
}

fn known_lang(code: &str) -> Option<Lang> {
    Messages::langs().contains(&code).then(|| Lang::parse(code).ok()).flatten()
}

fn accepted_lang(headers: &HeaderMap) -> Option<Lang> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').take(10).find_map(|range| {
        let code = range.split(';').next()?.trim().split('-').next()?;
        known_lang(&code.to_ascii_lowercase())
    })
}

/// Finds the learner whose turn it is; one who is no longer here is nobody's turn.
async fn with_learner(app: &App, mut visitor: Visitor) -> (Visitor, Result<(), PageError>) {
    let Some(id) = visitor.session().learner else { return (visitor, Ok(())) };
    match on_core(app, move |core| core.learners().get(id)).await {
        Ok(Some(learner)) => visitor.learner = Some(Arc::new(learner)),
        Ok(None) => visitor.change(|session| {
            session.learner = None;
            session.forget(id);
        }),
        Err(error) => return (visitor, Err(error)),
    }
    (visitor, Ok(()))
}

fn is_idle(app: &App, visitor: &Visitor) -> bool {
    let seen_s = visitor.session().seen_s;
    let idle_s = visitor.now_s.saturating_sub(seen_s);
    visitor.learner.is_some() && (idle_s > i64::from(app.options.idle_s) || idle_s < -CLOCK_BACK_S)
}

/// Pages on which it does not matter who asks.
fn may_be_anybody(uri: &Uri) -> bool {
    let path = uri.path();
    ["/", "/people/switch", "/settings", "/about"].contains(&path) || path.starts_with("/volunteer")
}

#[derive(Template)]
#[template(path = "still.html")]
struct Still {
    page: Page,
    name: String,
    picture: &'static str,
    /// Where "yes" goes, and what it carries.
    to: String,
    fields: Fields,
}

/// Asks whether it is still her; "yes" does exactly what was asked for.
fn still(visitor: &Visitor, fields: Option<Fields>) -> Result<Response, PageError> {
    let learner = visitor.require_learner()?;
    let name = learner.name.clone().unwrap_or_default();
    let title = visitor.t.idle_title(&name, &visitor.you());
    let (to, fields) = match fields {
        Some(fields) => (visitor.path.clone(), fields),
        None => ("/still".to_owned(), vec![("to".to_owned(), visitor.path.clone())]),
    };
    let is_typed = |field: &(String, String)| !OWN_FIELDS.contains(&field.0.as_str());
    html::show(&Still {
        picture: html::pictogram(learner.pictogram),
        page: visitor.page(title.clone()).for_nobody(),
        name: title,
        to,
        fields: fields.into_iter().filter(is_typed).collect(),
    })
}

/// The error that an answer stands for, if any; also of refusals by the framework itself.
fn error_of(response: &Response) -> Option<Arc<PageError>> {
    if let Some(error) = response.extensions().get::<Arc<PageError>>() {
        return Some(Arc::clone(error));
    }
    let content = response.headers().get(header::CONTENT_TYPE);
    if content.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return None;
    }
    let error = match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => PageError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        status if status.is_client_error() => PageError::BadRequest,
        status if status.is_server_error() => PageError::Internal,
        _ => return None,
    };
    Some(Arc::new(error))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    words: String,
    tell_volunteer: bool,
}

fn error_page(visitor: &Visitor, error: &PageError) -> Response {
    let status = errors::status(error);
    if status.is_server_error() {
        tracing::error!(%error, "a page failed");
    }
    let (title, words) = errors::explain(visitor.t, error);
    let mut page = visitor.page(title);
    page.path = "/".into();
    let tell_volunteer = status.is_server_error();
    match html::show(&ErrorPage { page, words, tell_volunteer }) {
        Ok(response) => (status, response).into_response(),
        Err(_) => status.into_response(),
    }
}

fn send_session(app: &App, visitor: &Visitor, response: &mut Response) {
    let value = visitor.session().seal(&app.secret);
    add_cookie(response, COOKIE, &value);
}

/// Sets a cookie of this kiosk. Villages use plain http, hence no `Secure`.
pub(super) fn add_cookie(response: &mut Response, name: &'static str, value: &str) {
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite={}; Max-Age=31536000", SameSite::Lax);
    let value = HeaderValue::try_from(cookie).expect("cookies of the kiosk are ASCII");
    response.headers_mut().append(header::SET_COOKIE, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_takes_forms_has_a_page_near_it() {
        for (path, page) in [
            ("/settings", "/"),
            ("/still", "/"),
            ("/people/switch", "/"),
            ("/volunteer/enter", "/volunteer"),
            ("/volunteer/courses/trust", "/volunteer/courses"),
            ("/volunteer/learners/00ff/pin", "/volunteer/learners/00ff"),
            ("/course/otp/quiz/luyen-tap", "/course/otp"),
            ("/attempt/00ff-1/finish", "/attempt/00ff-1"),
            ("", "/"),
        ] {
            assert_eq!(nearest_page(path), page, "{path}");
        }
    }
}
