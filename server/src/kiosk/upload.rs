//! A small file out of a form, read into memory within a bound.

use axum::extract::Multipart;
use axum::http::StatusCode;

/// What a form around a file may have.
pub const AROUND_BYTES: usize = 16 * 1024;

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upload {
    /// None was chosen.
    Missing,
    /// The form broke off.
    Cut,
    /// It is too large.
    Large,
}

/// The file in a form's field of this name, of at most so many bytes.
pub async fn whole(mut form: Multipart, name: &str, bytes_max: usize) -> Result<Vec<u8>, Upload> {
    let fault = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Upload::Large,
        _ => Upload::Cut,
    };
    while let Some(mut field) = form.next_field().await.map_err(fault)? {
        if field.name() != Some(name) {
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(fault)? {
            if bytes.len() + chunk.len() > bytes_max {
                return Err(Upload::Large);
            }
            bytes.extend_from_slice(&chunk);
        }
        return if bytes.is_empty() { Err(Upload::Missing) } else { Ok(bytes) };
    }
    Err(Upload::Missing)
}
