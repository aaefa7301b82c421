//! A backup of this device as a download.
//!
//! It is written into the data folder first, sealed, and streamed from there: it never lies in
//! memory whole. Restoring needs a folder that nobody has open, so the page only says how.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response as Answer};
use axum::routing::get;
use axum_extra::body::AsyncReadBody;
use hocvu_core::course::Day;
use hocvu_core::upkeep::PASSPHRASE_CHARS_MIN;
use hocvu_core::{Error, HocvuCore, Result};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

use super::signed_in;
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::{Visitor, hex};
use crate::syncing::Hub;

/// Where backups wait for being sent, in the data folder.
pub(super) const OUTGOING: &str = "outgoing";

/// The routes of the backup.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/volunteer/backup", get(ask).post(make))
}

#[derive(Template)]
#[template(path = "volunteer_backup.html")]
struct BackupTemplate {
    page: Page,
    min: i64,
    fault: Option<String>,
}

fn min() -> i64 {
    i64::try_from(PASSPHRASE_CHARS_MIN).unwrap_or(i64::MAX)
}

fn show(visitor: &Visitor, fault: Option<String>) -> std::result::Result<Answer, PageError> {
    let page = visitor.page(visitor.t.backup_title()).for_nobody();
    html::show(&BackupTemplate { page, min: min(), fault })
}

async fn ask(visitor: Visitor) -> std::result::Result<Answer, PageError> {
    signed_in(&visitor)?;
    show(&visitor, None)
}

async fn make(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> std::result::Result<Answer, PageError> {
    signed_in(&visitor)?;
    let t = visitor.t;
    let again = |fault: String| {
        show(&visitor, Some(fault)).map(|shown| (StatusCode::UNPROCESSABLE_ENTITY, shown))
    };
    let passphrase = field(&fields, "passphrase").unwrap_or_default().to_owned();
    if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
        return again(t.backup_passphrase_short(min())).map(IntoResponse::into_response);
    }
    if field(&fields, "again") != Some(&passphrase) {
        return again(t.backup_differs()).map(IntoResponse::into_response);
    }
    let mut name = [0; 16];
    app.entropy.fill(&mut name);
    let name = hex(&name);
    let hub = app.hub.clone();
    let outgoing =
        on_core(&app, move |core| write(core, hub.as_deref(), &name, &passphrase)).await?;
    let day = Day::in_vietnam(visitor.now_s);
    let name = format!("hocvu-{}.hocvubak", day.iso());
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, outgoing.bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, AsyncReadBody::new(outgoing)).into_response())
}

fn write(core: &HocvuCore, hub: Option<&Hub>, name: &str, passphrase: &str) -> Result<Outgoing> {
    let folder = core.folder().join(OUTGOING);
    hocvu_core::platform::make_private_folder(&folder)?;
    let scrap = Scrap(folder.join(name));
    match hub {
        Some(hub) => hub.relay.backup(core, &scrap.0, passphrase)?,
        None => core.backup(&scrap.0, passphrase)?,
    }
    let fail = |source| Error::File { doing: "opening", path: scrap.0.clone(), source };
    let file = std::fs::File::open(&scrap.0).map_err(fail)?;
    let bytes = file.metadata().map_err(fail)?.len();
    Ok(Outgoing { file: File::from_std(file), bytes, _scrap: scrap })
}

/// A backup on its way; removed once it is sent or nobody waits for it any more.
struct Outgoing {
    // Closed before it is removed, as Windows wants it.
    file: File,
    bytes: u64,
    _scrap: Scrap,
}

impl AsyncRead for Outgoing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.file).poll_read(context, into)
    }
}

struct Scrap(PathBuf);

impl Drop for Scrap {
    fn drop(&mut self) {
        // What cannot be removed now goes at the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}
