//! Publishing: takes a signed pack or a signed catalogue from whoever sends it. The signature alone
//! decides, under a root that somebody here trusts; an answer is one line of English for the author.

use std::path::PathBuf;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hocvu_core::pack::{Catalogue, PackError};
use hocvu_core::platform::make_private_folder;
use hocvu_core::{Error, HocvuCore};
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;

use super::Mirror;
use super::http::{Shared, later};
use super::store::FOLDER;

/// The most bytes of a pack: a course's 64 MiB, and its cover.
const PACK_BYTES_MAX: u64 = 68 * 1024 * 1024;
/// The most bytes of a catalogue with all roots.
const CATALOGUE_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// What a pack in its one-file form begins with.
const PACK_MAGIC: &[u8] = b"hocvupak";
/// Without a byte for so long the sender is gone; and however slow, a publication ends.
const SILENCE: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_secs(30 * 60);

/// Why something was not taken.
enum No {
    Cut,
    Large(u64),
    Failed(Error),
}

/// What was sent, as it lies in the folder until it was looked at.
struct Upload {
    path: PathBuf,
    is_pack: bool,
}

impl Drop for Upload {
    fn drop(&mut self) {
        // What cannot be removed now is written over by the next.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// `POST /v1/courses`.
pub(super) async fn take(State(shared): State<Shared>, headers: HeaderMap, body: Body) -> Response {
    let Ok(_alone) = shared.mirror.publishing.try_acquire() else { return later() };
    let claimed: Option<u64> =
        headers.get(CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse().ok());
    let received = match claimed {
        Some(claimed) if claimed > PACK_BYTES_MAX => Err(No::Large(PACK_BYTES_MAX)),
        _ => {
            let received = tokio::time::timeout(WHOLE, receive(&shared.mirror, body)).await;
            received.unwrap_or(Err(No::Cut))
        }
    };
    let upload = match received {
        Ok(upload) => upload,
        Err(no) => return refusal(&no),
    };
    let (mirror, core) = (shared.mirror.clone(), shared.core.clone());
    let taken = tokio::task::spawn_blocking(move || take_in(&mirror, &core, &upload)).await;
    match taken {
        Ok(Ok(said)) => {
            shared.mirror.keep_soon(&shared.core);
            answer(StatusCode::OK, &said)
        }
        Ok(Err(error)) => refusal(&No::Failed(error)),
        Err(_) => answer(StatusCode::INTERNAL_SERVER_ERROR, "the server failed; see its log"),
    }
}

fn answer(status: StatusCode, said: &str) -> Response {
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, kind, format!("{said}\n")).into_response()
}

/// Writes what comes into a file, piece by piece.
async fn receive(mirror: &Mirror, mut body: Body) -> Result<Upload, No> {
    let folder = mirror.data.join(FOLDER);
    make_private_folder(&folder).map_err(No::Failed)?;
    let path = folder.join("upload");
    let failed = |source: std::io::Error| {
        No::Failed(match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Error::DiskFull { doing: "keeping an upload" }
            }
            _ => Error::File { doing: "keeping an upload", path: folder.clone(), source },
        })
    };
    let mut upload = Upload { path, is_pack: false };
    let mut file = tokio::fs::File::create(&upload.path).await.map_err(failed)?;
    let (mut head, mut bytes) = (Vec::new(), 0);
    loop {
        let frame = tokio::time::timeout(SILENCE, body.frame()).await.map_err(|_| No::Cut)?;
        let data = match frame {
            None => break,
            Some(Err(_)) => return Err(No::Cut),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => data,
                Err(_) => continue,
            },
        };
        if head.len() < PACK_MAGIC.len() {
            let lacking = PACK_MAGIC.len() - head.len();
            head.extend_from_slice(&data[..lacking.min(data.len())]);
        }
        upload.is_pack = head == PACK_MAGIC;
        bytes += data.len() as u64;
        let is_begun = head.len() == PACK_MAGIC.len();
        let most = if upload.is_pack || !is_begun { PACK_BYTES_MAX } else { CATALOGUE_BYTES_MAX };
        if bytes > most {
            return Err(No::Large(most));
        }
        file.write_all(&data).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    Ok(upload)
}

fn take_in(mirror: &Mirror, core: &HocvuCore, upload: &Upload) -> hocvu_core::Result<String> {
    if upload.is_pack {
        let installed = core.packs().install_file(&upload.path)?;
        let (course, order) = (installed.course, installed.order);
        return Ok(match installed.changed {
            true => format!("{course} {order} is installed here; its catalogue comes next"),
            false => format!("{course} {order} was here already"),
        });
    }
    let fail = |source| Error::File { doing: "reading", path: upload.path.clone(), source };
    let bytes = std::fs::read(&upload.path).map_err(fail)?;
    let (catalogue, _) = Catalogue::read_signed(&bytes)?;
    for pack in &catalogue.packs {
        let held = core.packs().held_edition(&pack.course)?;
        let is_here = held.is_some_and(|held| held.hash() == pack.manifest);
        if !is_here && !mirror.is_kept(&pack.manifest) {
            let why = format!(
                "names {} version {}, which is not here: upload the pack first",
                pack.course, pack.version
            );
            return Err(Error::Invalid { what: "catalogue", why });
        }
    }
    let taken = core.packs().take_catalogue(&bytes)?;
    mirror.list_catalogues(core)?;
    let (publisher, order) = (taken.publisher, taken.version);
    Ok(format!("catalogue {order} of {publisher} is taken in: {} courses", taken.packs.len()))
}

fn refusal(no: &No) -> Response {
    let error = match no {
        No::Cut => return answer(StatusCode::BAD_REQUEST, "the upload broke off; send it again"),
        No::Large(most) => {
            let said = format!("it is larger than {most} bytes, the most that is taken");
            return answer(StatusCode::PAYLOAD_TOO_LARGE, &said);
        }
        No::Failed(error) => error,
    };
    let (status, said) = match error {
        Error::Pack(PackError::UnknownRoot { .. }) => (
            StatusCode::FORBIDDEN,
            format!("{error}. Whoever runs this server compares it and trusts the root"),
        ),
        Error::Pack(PackError::Signature { .. } | PackError::Unsigned { .. }) => {
            (StatusCode::FORBIDDEN, error.to_string())
        }
        Error::Pack(
            PackError::Older { .. } | PackError::SameVersion { .. } | PackError::OtherRoot { .. },
        )
        | Error::Invalid { .. } => (StatusCode::CONFLICT, error.to_string()),
        Error::Pack(_) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
        Error::DiskFull { .. } => {
            (StatusCode::INSUFFICIENT_STORAGE, "the server's disk is full".to_owned())
        }
        error => {
            tracing::error!(%error, "a publication failed");
            let said = "the server failed; its log says why".to_owned();
            (StatusCode::INTERNAL_SERVER_ERROR, said)
        }
    };
    answer(status, &said)
}
