//! The courses on this device: who signed them, what they take, and new ones from a file.
//!
//! An upload lies in the data folder only until it was looked at. One that comes from a publisher
//! whom nobody here has met waits there while somebody compares the fingerprint. What the station above
//! has is in `above`.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Form, Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response as Answer};
use axum::routing::{get, post};
use axum_extra::body::AsyncReadBody;
use hocvu_core::ids::CourseId;
use hocvu_core::pack::{
    Installed, InstalledPackView, PackError, STICK_MAGIC, SignatureView, StorageView, Taken,
    UnknownPublisher,
};
use hocvu_core::platform::free_bytes;
use hocvu_core::text::{Messages, pack_refused, stick_told};
use hocvu_core::{Error, HocvuCore};
use tokio::io::{AsyncWriteExt, DuplexStream};

use super::signed_in;
use crate::kiosk::app::{App, on_core};
use crate::kiosk::assets::STARTER_PACKS;
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::{Visitor, hex};
use crate::mirror::FREE_BYTES_MIN;
use crate::mirror::stick::Stick;

/// The most bytes of an uploaded pack: a course's 64 MiB and its cover.
const PACK_BYTES_MAX: usize = 72 * 1024 * 1024;
/// The most bytes of an uploaded stick, and of the form around it.
const STICK_BYTES_MAX: usize = 2 * 1024 * 1024 * 1024;
/// How often it is looked, while an upload comes, whether the disk has room: learners' answers come
/// first.
const LOOKED_AT_ONCE: usize = 4 * 1024 * 1024;
/// How much of a download lies between the disk and the network.
const PIPE_BYTES: usize = 64 * 1024;
/// Where uploads wait, in the data folder.
pub(super) const UPLOADS: &str = "uploads";

/// The routes of the volunteer's courses.
pub(super) fn routes() -> Router<Arc<App>> {
    let upload = post(upload).layer(DefaultBodyLimit::max(STICK_BYTES_MAX));
    Router::new()
        .route("/volunteer/courses", get(list).merge(upload))
        .route("/volunteer/courses/stick", get(stick))
        .route("/volunteer/courses/trust", post(trust))
        .route("/volunteer/courses/remove", post(remove))
        .route("/volunteer/courses/back", post(bring_back))
}

#[derive(Template)]
#[template(path = "volunteer_courses.html")]
struct CoursesTemplate {
    page: Page,
    fault: Option<String>,
    packs: Vec<PackRow>,
    /// Courses of the program that were removed: id and what the button says.
    removed: Vec<(CourseId, String)>,
    storage: Vec<String>,
    publishers: Vec<(String, String)>,
    /// How large the file is that holds what this computer hands on, in words.
    stick: Option<String>,
    /// Whether this program is a station, and may be joined to one above.
    is_hub: bool,
}

struct PackRow {
    course: CourseId,
    title: String,
    ask_remove: String,
    version: String,
    size: String,
    signed: String,
}

fn pack_row(t: &Messages, pack: &InstalledPackView) -> PackRow {
    PackRow {
        course: pack.course.clone(),
        title: pack.title.clone(),
        ask_remove: t.pack_remove_ask(&pack.title),
        version: t.pack_version(i64::from(pack.order.version)),
        size: t.pack_size(&t.size(pack.bytes)),
        signed: match pack.signature {
            SignatureView::Program => t.pack_embedded(),
            SignatureView::Publisher | SignatureView::PublisherExpired => {
                t.pack_signed_by(&pack.publisher_name)
            }
        },
    }
}

fn storage_rows(t: &Messages, packs: &[InstalledPackView], storage: &StorageView) -> Vec<String> {
    let courses = packs.iter().map(|pack| pack.bytes).sum();
    let free = storage.free_bytes.map(|free| match storage.is_nearly_full {
        true => t.storage_low(&t.size(free)),
        false => t.storage_free(&t.size(free)),
    });
    let taken = [
        t.storage_courses(&t.size(courses)),
        t.storage_media(&t.size(storage.media_bytes)),
        t.storage_records(&t.size(storage.database_bytes)),
    ];
    taken.into_iter().chain(free).collect()
}

async fn list(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    list_page(&app, &visitor, None).await
}

/// The layout of these pages. An upload's address has the form's token in it; nobody comes back there.
fn page(visitor: &Visitor, title: String) -> Page {
    let mut page = visitor.page(title).for_nobody();
    page.path = "/volunteer/courses".into();
    page
}

async fn list_page(
    app: &App,
    visitor: &Visitor,
    fault: Option<String>,
) -> Result<Answer, PageError> {
    let (packs, storage, roots, removed) = on_core(app, |core| {
        let packs = core.packs();
        let removed = packs.removed_starters(&STARTER_PACKS)?;
        Ok((packs.list()?, packs.storage(free_bytes(core.folder()))?, packs.roots()?, removed))
    })
    .await?;
    let t = visitor.t;
    let current = packs.iter().filter(|pack| pack.is_current);
    html::show(&CoursesTemplate {
        page: page(visitor, t.volunteer_courses()),
        fault,
        packs: current.map(|pack| pack_row(t, pack)).collect(),
        removed: removed.into_iter().map(|(id, title)| (id, t.pack_bring_back(&title))).collect(),
        storage: storage_rows(t, &packs, &storage),
        publishers: roots.into_iter().map(|root| (root.name, root.fingerprint)).collect(),
        stick: stick_bytes(app).map(|bytes| t.stick_note(&t.size(bytes))),
        is_hub: app.hub.is_some(),
    })
}

/// About how many bytes the file of all courses has; `None` where nothing is handed on.
fn stick_bytes(app: &App) -> Option<u64> {
    let offered = app.hub.as_ref()?.mirror.offered()?;
    let updates = offered.updates.values().map(|kept| kept.bytes).sum::<u64>();
    (updates > 0).then_some(updates + offered.listing.len() as u64)
}

/// Gives what this computer hands on as one file, piece by piece.
async fn stick(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    if app.hub.is_none() {
        return Err(PageError::NotFound);
    }
    let stick = on_core(&app, |core| Stick::of(core.folder(), &[])).await?;
    let stick = stick.ok_or(PageError::NotFound)?;
    let headers = [
        (header::CONTENT_LENGTH, stick.bytes().to_string()),
        (header::CONTENT_TYPE, String::from("application/octet-stream")),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", visitor.t.stick_file_name()),
        ),
    ];
    let (reader, writer) = tokio::io::duplex(PIPE_BYTES);
    tokio::task::spawn_blocking(move || {
        // Whoever stops the download is gone; the browser knows how many bytes it should have.
        let _ = stick.write(Pipe(writer));
    });
    Ok((headers, Body::new(AsyncReadBody::new(reader))).into_response())
}

/// The near end of a pipe, for a thread that may wait.
struct Pipe(DuplexStream);

impl std::io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        tokio::runtime::Handle::current().block_on(self.0.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        tokio::runtime::Handle::current().block_on(self.0.flush())
    }
}

/// Takes a pack in. The token of the form is in the address, since its body is not read before.
async fn upload(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut form: Multipart,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let t = visitor.t;
    let waiting = fresh_name(&app).await?;
    let stored = loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("pack") => break store(&waiting, field).await,
            Ok(Some(_)) => {}
            Ok(None) => break Err(Upload::Missing),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                break Err(Upload::Large(STICK_BYTES_MAX));
            }
            Err(_) => break Err(Upload::Cut),
        }
    };
    let fault = match stored {
        Ok(()) => return install(&app, &visitor, waiting).await,
        Err(Upload::Failed(error)) => {
            discard(&waiting).await;
            return Err(error);
        }
        Err(Upload::Missing) => t.upload_missing(),
        Err(Upload::Cut) => t.upload_cut(),
        Err(Upload::Large(most)) => t.upload_too_large(&t.size(most as u64)),
    };
    discard(&waiting).await;
    refused(&app, &visitor, fault).await
}

enum Upload {
    Missing,
    Cut,
    /// It has more bytes than these.
    Large(usize),
    Failed(PageError),
}

async fn refused(app: &App, visitor: &Visitor, fault: String) -> Result<Answer, PageError> {
    let shown = list_page(app, visitor, Some(fault)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

/// A name for an upload. What earlier ones left is removed: only one waits at a time.
async fn fresh_name(app: &App) -> Result<PathBuf, PageError> {
    let mut name = [0; 16];
    app.entropy.fill(&mut name);
    let folder = app.core.folder().join(UPLOADS);
    on_core(app, move |_| {
        let failed = |source| Error::File {
            doing: "making room for an upload",
            path: folder.clone(),
            source,
        };
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        hocvu_core::platform::make_private_folder(&folder)?;
        Ok(folder.join(format!("{}.hocvu", hex(&name))))
    })
    .await
}

/// Writes an upload piece by piece, so that it never lies in memory whole.
async fn store(path: &FilePath, mut field: Field<'_>) -> Result<(), Upload> {
    let failed = |source: std::io::Error| {
        let error = match source.kind() {
            std::io::ErrorKind::StorageFull => Error::DiskFull { doing: "keeping an upload" },
            _ => Error::File { doing: "keeping an upload", path: path.to_owned(), source },
        };
        Upload::Failed(PageError::Core(error))
    };
    let mut file = tokio::fs::File::create_new(path).await.map_err(failed)?;
    let mut is_empty = true;
    let (mut head, mut size, mut unlooked) = (Vec::new(), 0, 0);
    loop {
        match field.chunk().await {
            Ok(Some(bytes)) => {
                is_empty &= bytes.is_empty();
                let lacking = STICK_MAGIC.len().saturating_sub(head.len());
                head.extend_from_slice(&bytes[..lacking.min(bytes.len())]);
                size += bytes.len();
                if size > PACK_BYTES_MAX && head != STICK_MAGIC {
                    return Err(Upload::Large(PACK_BYTES_MAX));
                }
                unlooked += bytes.len();
                if unlooked >= LOOKED_AT_ONCE {
                    unlooked = 0;
                    if free_bytes(path).is_some_and(|free| free < FREE_BYTES_MIN) {
                        return Err(failed(std::io::ErrorKind::StorageFull.into()));
                    }
                }
                file.write_all(&bytes).await.map_err(failed)?;
            }
            Ok(None) if is_empty => return Err(Upload::Missing),
            Ok(None) => return file.flush().await.map_err(failed),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Upload::Large(STICK_BYTES_MAX));
            }
            Err(_) => return Err(Upload::Cut),
        }
    }
}

async fn discard(path: &FilePath) {
    // What cannot be removed now goes with the next upload.
    let _ = tokio::fs::remove_file(path).await;
}

#[derive(Template)]
#[template(path = "volunteer_trust.html")]
struct TrustTemplate {
    page: Page,
    ask: String,
    fingerprint: String,
    said: String,
    upload: String,
}

/// Installs an upload that was stored, or asks whether its publisher is trusted.
async fn install(app: &App, visitor: &Visitor, path: PathBuf) -> Result<Answer, PageError> {
    let (t, from) = (visitor.t, path.clone());
    let outcome = on_core(app, move |core| {
        let before = core.packs().list()?;
        let taken = core.packs().take_file(&from, |_, _| {})?;
        Ok((before, taken, core.packs().list()?))
    });
    match outcome.await {
        Ok((before, Taken::Pack(installed), after)) => {
            app.courses_changed();
            discard(&path).await;
            visitor.say(said(t, &before, &installed, &after));
            Ok(html::redirect("/volunteer/courses"))
        }
        Ok((_, Taken::Stick(report), _)) => {
            app.courses_changed();
            if let Some(unknown) = report.listing.unknown.first() {
                return ask_trust(visitor, &path, &unknown.publisher, &unknown.fingerprint);
            }
            discard(&path).await;
            let told = stick_told(t, &report);
            if report.left.is_empty() && !report.is_cut {
                visitor.say(told);
                return Ok(html::redirect("/volunteer/courses"));
            }
            refused(app, visitor, told).await
        }
        Err(PageError::Core(Error::Pack(PackError::UnknownRoot {
            fingerprint,
            publisher,
            ..
        }))) => ask_trust(visitor, &path, &publisher, &fingerprint),
        Err(PageError::Core(Error::Pack(error))) => {
            discard(&path).await;
            let fault = format!("{} {}", pack_refused(t, &error), t.pack_refused_held());
            refused(app, visitor, fault).await
        }
        Err(error) => {
            discard(&path).await;
            Err(error)
        }
    }
}

/// Asks whether a publisher of the upload that waits is trusted.
fn ask_trust(
    visitor: &Visitor,
    path: &FilePath,
    publisher: &str,
    fingerprint: &str,
) -> Result<Answer, PageError> {
    let t = visitor.t;
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
    html::show(&TrustTemplate {
        page: page(visitor, t.trust_title()),
        ask: t.trust_ask(publisher),
        said: t.trust_fingerprint(fingerprint),
        fingerprint: fingerprint.to_owned(),
        upload: name.unwrap_or_default(),
    })
}

fn said(
    t: &Messages,
    before: &[InstalledPackView],
    installed: &Installed,
    after: &[InstalledPackView],
) -> String {
    let current = |packs: &[InstalledPackView]| {
        packs.iter().find(|pack| pack.is_current && pack.course == installed.course).cloned()
    };
    let title = current(after).map(|pack| pack.title).unwrap_or_default();
    let to = i64::from(installed.order.version);
    match current(before) {
        _ if !installed.changed => t.pack_same(&title, to),
        Some(held) => t.pack_updated(i64::from(held.order.version), &title, to),
        None => t.pack_installed(&title, to),
    }
}

/// Removes a course. What learners did in it stays.
async fn remove(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let course = course_in(&fields)?;
    let title = on_core(&app, move |core| {
        let held = core.packs().list()?;
        core.packs().remove(&course)?;
        let removed = held.into_iter().find(|pack| pack.is_current && pack.course == course);
        Ok(removed.map(|pack| pack.title).unwrap_or_default())
    });
    visitor.say(visitor.t.pack_removed(&title.await?));
    app.courses_changed();
    Ok(html::redirect("/volunteer/courses"))
}

/// Installs a course of the program that was removed.
async fn bring_back(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let course = course_in(&fields)?;
    let (installed, after) = on_core(&app, move |core| {
        let installed = core.packs().bring_back(&STARTER_PACKS, &course)?;
        Ok((installed, core.packs().list()?))
    })
    .await?;
    app.courses_changed();
    visitor.say(said(visitor.t, &[], &installed, &after));
    Ok(html::redirect("/volunteer/courses"))
}

fn course_in(fields: &Fields) -> Result<CourseId, PageError> {
    let course = field(fields, "course").unwrap_or_default();
    CourseId::parse(course).map_err(|_| PageError::BadRequest)
}

/// Trusts the publisher of the upload that waits, because somebody compared the fingerprint, and
/// installs it; or forgets it.
async fn trust(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let name = field(&fields, "upload").unwrap_or_default();
    if name.len() != 32 || !name.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(PageError::BadRequest);
    }
    let path = app.core.folder().join(UPLOADS).join(format!("{name}.hocvu"));
    if field(&fields, "trust") != Some("yes") {
        discard(&path).await;
        return Ok(html::redirect("/volunteer/courses"));
    }
    let fingerprint = field(&fields, "fingerprint").unwrap_or_default().to_owned();
    let from = path.clone();
    let trusted = on_core(&app, move |core| trust_root_of(core, &from, &fingerprint)).await;
    match trusted {
        Ok(()) => install(&app, &visitor, path).await,
        Err(PageError::Core(Error::Pack(error))) => {
            discard(&path).await;
            refused(&app, &visitor, pack_refused(visitor.t, &error)).await
        }
        Err(PageError::Core(Error::File { .. })) => {
            refused(&app, &visitor, visitor.t.upload_missing()).await
        }
        Err(error) => Err(error),
    }
}

/// The roots come out of the file itself; the fingerprint is what somebody saw and confirmed.
fn trust_root_of(core: &HocvuCore, path: &FilePath, fingerprint: &str) -> hocvu_core::Result<()> {
    match core.packs().take_file(path, |_, _| {}) {
        Ok(Taken::Stick(report)) => {
            let mut unknown = report.listing.unknown.iter();
            let confirmed = unknown.find(|unknown| unknown.fingerprint == fingerprint);
            let trust = |unknown: &UnknownPublisher| {
                core.packs().trust_root(&unknown.roots, fingerprint).map(drop)
            };
            confirmed.map_or(Ok(()), trust)
        }
        Err(Error::Pack(PackError::UnknownRoot { roots, .. })) => {
            core.packs().trust_root(&roots, fingerprint).map(|_| ())
        }
        Err(error) => Err(error),
        Ok(Taken::Pack(_)) => Ok(()),
    }
}
