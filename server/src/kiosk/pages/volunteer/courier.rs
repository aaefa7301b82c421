//! The record in files: what somebody carries to the upstream, and what somebody brought.
//!
//! A file that was brought is answered with another one, which the courier takes back. Answers wait
//! in the data folder until newer ones come; they are sealed to whoever asked, like all bundles.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, State};
use axum::response::Response as Answer;
use axum::routing::{get, post};
use hocvu_core::sync::{BUNDLE_BYTES_MAX, BundleError, JOIN_CODE_CHARS_MAX, Status, Trouble};
use hocvu_core::text::{Messages, courier};
use hocvu_core::{Error, HocvuCore};

use super::signed_in;
use super::sync::join_upstream;
use crate::kiosk::app::{App, on_hub};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page, moment};
use crate::kiosk::pages::me::{download, unprocessable};
use crate::kiosk::pages::whereabouts::number;
use crate::kiosk::question::{Fields, field};
use crate::kiosk::session::{Visitor, hex};
use crate::kiosk::upload::{self, Upload};
use crate::relay::{Brought, Refused, Took, UpstreamView};
use crate::syncing::{Hub, bring_in};

/// Where answers wait for couriers, in the data folder.
const REPLIES: &str = "replies";
/// Answers that wait; of more, the oldest goes.
const REPLIES_MAX: usize = 8;
const BUNDLE_KIND: &str = hocvu_core::sync::http::BUNDLE_TYPE;

/// The routes of couriers.
pub(super) fn routes() -> Router<Arc<App>> {
    let limit = DefaultBodyLimit::max(BUNDLE_BYTES_MAX + upload::AROUND_BYTES);
    Router::new()
        .route("/volunteer/courier", get(show))
        .route("/volunteer/courier/out", post(take_away))
        .route("/volunteer/courier/in", post(bring).layer(limit))
        .route("/volunteer/courier/reply/{name}", get(reply))
}

#[derive(Template)]
#[template(path = "volunteer_courier.html")]
struct CourierTemplate {
    page: Page,
    to: Option<String>,
    code_chars_max: usize,
    typed: String,
    code_fault: Option<String>,
    file_bytes_max: String,
    file_fault: Option<String>,
    replies: Vec<(String, String)>,
}

/// What stood in a form that has a fault.
#[derive(Default)]
struct Typed {
    code: String,
    code_fault: Option<String>,
    file_fault: Option<String>,
}

async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    courier_page(&app, &visitor, Typed::default()).await
}

async fn courier_page(app: &App, visitor: &Visitor, typed: Typed) -> Result<Answer, PageError> {
    let (upstream, replies) = on_hub(app, |core, hub| {
        Ok((hub.relay.upstream()?, replies(&core.folder().join(REPLIES))?))
    })
    .await?;
    let t = visitor.t;
    let mut page = visitor.page(t.courier_title()).for_nobody();
    // The address of an upload has the form's token in it; nobody comes back there.
    page.path = "/volunteer/courier".into();
    let to = |up: UpstreamView| t.courier_out_to(number(up.waiting), &up.name);
    let row = |reply: Reply| {
        let href = format!("/volunteer/courier/reply/{}", reply.name);
        (href, t.courier_reply(&moment(t, reply.made_s)))
    };
    let is_faulty = typed.code_fault.is_some() || typed.file_fault.is_some();
    let shown = html::show(&CourierTemplate {
        page,
        to: upstream.map(to),
        code_chars_max: 2 * JOIN_CODE_CHARS_MAX,
        typed: typed.code,
        code_fault: typed.code_fault,
        file_bytes_max: t.size(BUNDLE_BYTES_MAX as u64),
        file_fault: typed.file_fault,
        replies: replies.into_iter().map(row).collect(),
    })?;
    Ok(if is_faulty { unprocessable(shown) } else { shown })
}

/// Gives a file for the upstream; where there is none yet, a join code says which it is.
async fn take_away(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    if let Some(code) = field(&fields, "code")
        && let Err(fault) = join_upstream(&app, visitor.t, code).await?
    {
        let typed = Typed { code: code.to_owned(), code_fault: Some(fault), ..Typed::default() };
        return courier_page(&app, &visitor, typed).await;
    }
    let packed = on_hub(&app, |core, hub| {
        bring_in(core, &hub.relay, &hub.name, true)?;
        Ok(hub.relay.export()?)
    });
    let Some((bytes, _)) = packed.await? else {
        return Ok(html::redirect("/volunteer/courier"));
    };
    Ok(download(&file_name("gui-di", visitor.now_s), BUNDLE_KIND, bytes))
}

fn file_name(what: &str, now_s: i64) -> String {
    let day = hocvu_core::course::Day::in_vietnam(now_s);
    format!("hocvu-{what}-{}.hvb", day.iso())
}

/// Takes in a file that was brought: a bundle for this relay, or an answer to one of its own.
async fn bring(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let t = visitor.t;
    let again = |fault: String| {
        let typed = Typed { file_fault: Some(fault), ..Typed::default() };
        courier_page(&app, &visitor, typed)
    };
    let bytes = match upload::whole(form, "bundle", BUNDLE_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(Upload::Missing) => return again(t.courier_in_missing()).await,
        Err(Upload::Cut) => return again(t.courier_in_cut()).await,
        Err(Upload::Large) => {
            return again(t.courier_in_large(&t.size(BUNDLE_BYTES_MAX as u64))).await;
        }
    };
    let (now_s, mut chance) = (visitor.now_s, [0; 16]);
    app.entropy.fill(&mut chance);
    let name = format!("{now_s}-{}", hex(&chance));
    let brought = on_hub(&app, move |core, hub| take_in(core, hub, &bytes, &name)).await?;
    match said(t, brought) {
        Ok(words) => {
            visitor.say(words);
            app.hub.as_ref().ok_or(PageError::NotFound)?.doing.sync_now();
            Ok(html::redirect("/volunteer/courier"))
        }
        Err(fault) => again(fault).await,
    }
}

/// What came of a file.
enum Came {
    Request(Took),
    Reply { from: String, waiting: u64, trouble: Option<Trouble> },
    Refused(Refused),
}

fn take_in(core: &HocvuCore, hub: &Hub, bytes: &[u8], name: &str) -> Result<Came, PageError> {
    let came = match hub.relay.import(bytes)? {
        Err(refused) => return Ok(Came::Refused(refused)),
        // Whoever is not admitted gets nothing back but the volunteer's word.
        Ok(Brought::Request { took, .. }) if took.status == Some(Status::NotAdmitted) => {
            Came::Request(took)
        }
        Ok(Brought::Request { reply, took }) => {
            keep(&core.folder().join(REPLIES), name, &reply)?;
            Came::Request(took)
        }
        Ok(Brought::Reply { waiting, trouble }) => {
            let from = hub.relay.upstream()?.map(|upstream| upstream.name).unwrap_or_default();
            Came::Reply { from, waiting, trouble }
        }
    };
    // What came is there for the learners of this kiosk at once.
    bring_in(core, &hub.relay, &hub.name, true)?;
    Ok(came)
}

/// What is said of it: as good news, or as a fault beside the field.
fn said(t: &Messages, came: Came) -> Result<String, String> {
    match came {
        Came::Request(took) if took.is_shut_out => Err(t.courier_in_shut_out()),
        Came::Request(took) if took.status == Some(Status::NotAdmitted) => {
            Err(t.courier_in_refused())
        }
        Came::Request(took) if took.status == Some(Status::Later) => Err(t.trouble_busy()),
        Came::Request(took) => {
            let mut words = match took.events {
                0 => t.courier_took_nothing(),
                events => t.courier_took(number(events)),
            };
            if took.refused > 0 {
                words = format!("{words} {}", t.courier_took_bad(took.refused.into()));
            }
            Ok(format!("{words} {}", t.courier_take_back()))
        }
        Came::Reply { from, waiting, trouble } => courier(t, &from, waiting, trouble),
        Came::Refused(Refused::Bundle(BundleError::NotABundle)) => Err(t.courier_in_not_one()),
        Came::Refused(Refused::Bundle(BundleError::NewerFormat(_))) => Err(t.courier_in_newer()),
        Came::Refused(Refused::Bundle(BundleError::OtherRelay(_))) => {
            Err(t.courier_in_other_relay())
        }
        Came::Refused(Refused::Bundle(BundleError::OtherRequest | BundleError::WrongWay)) => {
            Err(t.courier_in_other_request())
        }
        Came::Refused(Refused::Bundle(_) | Refused::Opening(_)) => Err(t.courier_in_altered()),
    }
}

// Answers that wait.

struct Reply {
    name: String,
    made_s: i64,
}

/// The answers in the folder, the newest first. Whatever else lies there is none.
fn replies(folder: &FilePath) -> Result<Vec<Reply>, PageError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(failed("listing answers", folder, source)),
    };
    let mut replies: Vec<Reply> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (made_s, _) = name.rsplit_once('-')?;
            Some(Reply { made_s: made_s.parse().ok()?, name })
        })
        .collect();
    replies.sort_by(|a, b| (b.made_s, &b.name).cmp(&(a.made_s, &a.name)));
    Ok(replies)
}

fn failed(doing: &'static str, path: &FilePath, source: std::io::Error) -> PageError {
    PageError::Core(Error::File { doing, path: path.to_owned(), source })
}

fn keep(folder: &FilePath, name: &str, bytes: &[u8]) -> Result<(), PageError> {
    hocvu_core::platform::make_private_folder(folder)?;
    hocvu_core::platform::write_durably(&folder.join(name), bytes)?;
    // A clock that was set back must not let the newest go.
    let others = replies(folder)?.into_iter().filter(|reply| reply.name != name);
    for old in others.skip(REPLIES_MAX - 1) {
        // What cannot be removed now goes with the next answer.
        let _ = std::fs::remove_file(folder.join(old.name));
    }
    Ok(())
}

async fn reply(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Answer, PageError> {
    signed_in(&visitor)?;
    let bytes = on_hub(&app, move |core, _| {
        let folder = core.folder().join(REPLIES);
        // Only a name that stands in the folder leads to a file.
        let found = replies(&folder)?.into_iter().find(|reply| reply.name == name);
        let path: PathBuf = folder.join(found.ok_or(PageError::NotFound)?.name);
        let bytes = hocvu_core::platform::read_bounded(&path, BUNDLE_BYTES_MAX as u64)?;
        bytes.ok_or(PageError::NotFound)
    });
    Ok(download(&file_name("tra-loi", visitor.now_s), BUNDLE_KIND, bytes.await?))
}
