//! Refuses forms that another site posts in the visitor's name.
//!
//! Every form carries its session's token: as the field `csrf`, or for files, whose forms are not
//! read here, as `csrf` in the address. Browsers that say where a request comes from are believed
//! when it is another site.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Form, FromRequest, Query, Request};
use axum::http::{HeaderMap, Method, header};

use super::FORM_BYTES_MAX;
use super::errors::PageError;
use super::session::Visitor;

/// The fields of a form in the order they came.
pub(super) type Fields = Vec<(String, String)>;

/// What reads, and what changes something.
pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Checks a request that changes something; gives it back whole, with its fields.
pub(super) async fn check(
    visitor: &Visitor,
    request: Request,
) -> Result<(Request, Fields), PageError> {
    if is_foreign(request.headers()) {
        return Err(PageError::FormExpired);
    }
    if is_multipart(request.headers()) {
        let token =
            Query::<Fields>::try_from_uri(request.uri()).map_err(|_| PageError::BadRequest)?.0;
        check_token(visitor, &token)?;
        return Ok((request, Vec::new()));
    }
    let (parts, body) = request.into_parts();
    let bytes: Bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| PageError::TooLarge)?;
    let again = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let Form(fields) =
        Form::<Fields>::from_request(again, &()).await.map_err(|_| PageError::FormExpired)?;
    check_token(visitor, &fields)?;
    Ok((Request::from_parts(parts, Body::from(bytes)), fields))
}

fn check_token(visitor: &Visitor, fields: &Fields) -> Result<(), PageError> {
    let wanted = visitor.csrf();
    let given = fields.iter().find(|(name, _)| name == "csrf").map(|(_, token)| token);
    let same = given.is_some_and(|given| {
        // Hashes are compared in a time that tells nothing of the token.
        blake3::hash(given.as_bytes()) == blake3::hash(wanted.as_bytes())
    });
    if same { Ok(()) } else { Err(PageError::FormExpired) }
}

fn is_multipart(headers: &HeaderMap) -> bool {
    text(headers, header::CONTENT_TYPE.as_str()).starts_with("multipart/form-data")
}

fn is_foreign(headers: &HeaderMap) -> bool {
    if !matches!(text(headers, "sec-fetch-site"), "" | "same-origin" | "none") {
        return true;
    }
    match text(headers, "origin") {
        "" | "null" => false,
        origin => origin.split_once("://").map(|(_, host)| host) != Some(text(headers, "host")),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
