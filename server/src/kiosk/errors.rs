//! What stands in the way of a page, and the friendly page that says so.
//!
//! A handler returns a [`PageError`]; the layer around all pages, which knows the reader's language,
//! makes the page of it. What broke inside goes to the log, never to the reader.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hocvu_core::Error;
use hocvu_core::text::Messages;
pub use hocvu_core::text::explain as explain_core;

use crate::relay::RelayError;

/// Why there is no page as asked for.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The core refused or failed.
    #[error(transparent)]
    Core(#[from] Error),
    /// The relay failed.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// There is no such page.
    #[error("there is no such page")]
    NotFound,
    /// It needs a PIN or a passcode.
    #[error("it needs a code")]
    NotAllowed,
    /// The form is of another session or has expired.
    #[error("the form has expired")]
    FormExpired,
    /// The request makes no sense.
    #[error("the request makes no sense")]
    BadRequest,
    /// What was sent is too large.
    #[error("what was sent is too large")]
    TooLarge,
    /// The program is at fault.
    #[error("the program is at fault")]
    Internal,
    /// Another page comes first.
    #[error("{0} comes first")]
    Go(String),
}

impl IntoResponse for PageError {
    /// A bare status with the error beside it, for the layer that makes the page.
    fn into_response(self) -> Response {
        if let Self::Go(to) = &self {
            return super::html::redirect(to);
        }
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The HTTP status of an error.
pub fn status(error: &PageError) -> StatusCode {
    match error {
        PageError::NotFound | PageError::Core(Error::NotFound { .. }) => StatusCode::NOT_FOUND,
        PageError::NotAllowed | PageError::FormExpired => StatusCode::FORBIDDEN,
        PageError::Core(Error::CodeWrong { .. } | Error::CodeWait { .. }) => StatusCode::FORBIDDEN,
        PageError::BadRequest | PageError::Core(Error::Invalid { .. }) => StatusCode::BAD_REQUEST,
        PageError::Core(Error::Pack(_) | Error::Backup { .. }) => StatusCode::UNPROCESSABLE_ENTITY,
        PageError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        PageError::Core(Error::DiskFull { .. }) => StatusCode::INSUFFICIENT_STORAGE,
        PageError::Go(_) => StatusCode::SEE_OTHER,
        PageError::Core(_) | PageError::Relay(_) | PageError::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// Title and words of an error for the reader.
pub fn explain(t: &Messages, error: &PageError) -> (String, String) {
    match error {
        PageError::NotFound => (t.not_found_title(), t.not_found()),
        PageError::NotAllowed => (t.not_allowed_title(), t.not_allowed()),
        PageError::FormExpired => (t.form_expired_title(), t.form_expired()),
        PageError::BadRequest | PageError::TooLarge => (t.bad_request_title(), t.bad_request()),
        PageError::Relay(_) | PageError::Internal | PageError::Go(_) => {
            (t.internal_title(), t.internal())
        }
        PageError::Core(error) => explain_core(t, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hocvu_core::ids::Lang;

    #[test]
    fn damage_and_a_refused_backup_have_words_of_their_own_that_reveal_nothing() {
        let damaged = Error::Damaged { detail: "page 7 of /srv/secret.db".into() };
        let backup = Error::Backup { why: "its secret key parameters are out of bounds" };
        for lang in Messages::langs() {
            let t = Messages::get(&Lang::parse(lang).unwrap());
            let (damaged, backup) = (explain_core(t, &damaged), explain_core(t, &backup));
            assert!(damaged != backup);
            for (title, words) in [damaged, backup] {
                assert!(title != t.internal_title() && words != t.internal(), "{title}");
                assert!(!words.contains("secret"), "{words}");
            }
        }
    }
}
