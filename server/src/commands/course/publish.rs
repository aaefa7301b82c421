//! `hocvu course publish`: sends an author's courses to a server that hands them on.
//!
//! The server believes signatures alone, so what it gives back is not believed either: the standing
//! catalogue must be signed under the author's own roots before anything of it is signed again.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hocvu_core::ids::CourseId;
use hocvu_core::pack::{
    COURSES_PATH, Catalogue, CataloguePack, LISTING_BYTES_MAX, Listing, Signer, build_catalogue,
};
use hocvu_core::sync::http::HttpTransport;
use http_body::{Body, Frame, SizeHint};
use reqwest::{Client, Response, StatusCode};

use super::{BAD_INPUT, FAILURE, SUCCESS, Signing, pack_of, signer};
use crate::author;

/// How often a server that is busy is asked again, and the longest that is waited between.
const TRIES: u32 = 6;
const WAIT_S_MAX: u64 = 60;
/// The most bytes of an answer that are shown.
const ANSWER_BYTES_MAX: usize = 4 * 1024;
/// Bytes that are sent at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Options of `hocvu course publish`.
#[derive(Debug, Clone, clap::Args)]
pub struct PublishArgs {
    /// Folders of the courses, each the one that holds course.toml
    dirs: Vec<PathBuf>,
    /// Address of the server, such as https://hocvu.example.vn
    #[arg(long, value_name = "URL")]
    to: String,
    /// Id of a course that is no longer offered; devices that have it keep it
    #[arg(long, value_name = "COURSE")]
    withdraw: Vec<CourseId>,
    /// What packs and catalogue are signed with.
    #[command(flatten)]
    signing: Signing,
}

/// Why nothing, or not everything, was published.
enum No {
    /// The author can mend it.
    Refused(String),
    /// The network or the server.
    Failed(String),
}

/// Runs the command.
pub(super) fn run(args: &PublishArgs) -> u8 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let published = match runtime {
        Ok(runtime) => runtime.block_on(publish(args)),
        Err(error) => Err(No::Failed(error.to_string())),
    };
    match published {
        Ok(()) => SUCCESS,
        Err(No::Refused(why)) => {
            eprintln!("{why}");
            BAD_INPUT
        }
        Err(No::Failed(why)) => {
            eprintln!("{why}");
            eprintln!("Run the same command again: what has arrived is not sent twice.");
            FAILURE
        }
    }
}

fn refused(error: impl std::fmt::Display) -> No {
    No::Refused(error.to_string())
}

async fn publish(args: &PublishArgs) -> Result<(), No> {
    let signer = signer(&args.signing).map_err(refused)?;
    let signer = signer.ok_or_else(|| {
        refused("name --key, --roots and --publisher: only what is signed is published")
    })?;
    let built = build_all(args, &signer)?;
    let transport = HttpTransport::new().map_err(|error| No::Failed(error.to_string()))?;
    let server = Server { client: transport.client(), url: url_of(&args.to)? };
    let listing = server.listing().await?;
    let standing = standing(&listing, &signer)?;
    let offers = listing.updates.iter().filter(|offer| offer.from.is_none());
    let offered: BTreeSet<[u8; 32]> = offers.map(|offer| *offer.to).collect();
    let entries: Vec<&CataloguePack> = built.iter().map(|(entry, _)| entry).collect();
    let plan = plan(standing.as_ref(), &entries, &args.withdraw, &signer).map_err(No::Refused)?;
    for (entry, pack) in &built {
        let what = format!("{} version {}", entry.course, entry.version);
        let is_there = !plan.changed.contains(&entry.course) && offered.contains(&entry.manifest);
        if is_there {
            println!("{what}: there already, unchanged");
            continue;
        }
        println!("{what}: {}", server.send(&what, pack.clone()).await?);
    }
    let Some(version) = plan.version else {
        println!("The catalogue is there already; nothing was changed.");
        return Ok(());
    };
    let catalogue = build_catalogue(version, plan.packs, &signer).map_err(refused)?;
    println!("{}", server.send("catalogue", catalogue).await?);
    Ok(())
}

fn url_of(to: &str) -> Result<String, No> {
    if !to.starts_with("http://") && !to.starts_with("https://") {
        return Err(refused(format!(
            "--to {to}: write the whole address, with https:// or http://"
        )));
    }
    Ok(format!("{}{COURSES_PATH}", to.trim_end_matches('/')))
}

/// Checks and builds every course before anything is sent.
fn build_all(args: &PublishArgs, signer: &Signer) -> Result<Vec<(CataloguePack, Vec<u8>)>, No> {
    let mut built: Vec<(CataloguePack, Vec<u8>)> = Vec::new();
    for dir in &args.dirs {
        let course = author::read_course(dir).map_err(|faults| {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            let shown = dir.display();
            No::Refused(format!("{} faults in {shown}; nothing was published", faults.len()))
        })?;
        let pack = pack_of(&course, Some(signer)).map_err(refused)?;
        let entry = CataloguePack::of(&pack).map_err(refused)?;
        let twice = built.iter().any(|(other, _)| other.course == entry.course);
        if twice || args.withdraw.contains(&entry.course) {
            return Err(refused(format!("{} is named twice", entry.course)));
        }
        built.push((entry, pack));
    }
    Ok(built)
}

/// The catalogue of this publisher that the server has, with the version of its newest root.
fn standing(listing: &Listing, signer: &Signer) -> Result<Option<(Catalogue, u32)>, No> {
    for signed in &listing.catalogues {
        if let Some(own) = Catalogue::read_own(signed, signer).map_err(refused)? {
            return Ok(Some(own));
        }
    }
    Ok(None)
}

/// What the next catalogue says.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    packs: Vec<CataloguePack>,
    /// Courses of which the standing catalogue names another edition, or none.
    changed: BTreeSet<CourseId>,
    /// The version of the next catalogue; `None`: the standing one says all this already.
    version: Option<u32>,
}

fn plan(
    standing: Option<&(Catalogue, u32)>,
    built: &[&CataloguePack],
    withdraw: &[CourseId],
    signer: &Signer,
) -> Result<Plan, String> {
    let before = standing.map_or(&[][..], |(catalogue, _)| &catalogue.packs);
    let mut packs: BTreeMap<&CourseId, &CataloguePack> =
        before.iter().map(|pack| (&pack.course, pack)).collect();
    let is_of_older_keys =
        standing.is_some_and(|(catalogue, _)| catalogue.generation < signer.generation());
    let mut changed = BTreeSet::new();
    for entry in built {
        let course = &entry.course;
        match packs.insert(course, entry) {
            Some(old) if old.manifest == entry.manifest => continue,
            Some(old) if !is_of_older_keys && old.version == entry.version => {
                return Err(format!(
                    "{course}: version {0} is published with other contents. Raise version in its \
                     course.toml to {1}; nothing was published",
                    old.version,
                    old.version + 1
                ));
            }
            Some(old) if !is_of_older_keys && old.version > entry.version => {
                return Err(format!(
                    "{course}: version {} is published, and this is the older version {}; nothing \
                     was published",
                    old.version, entry.version
                ));
            }
            _ => changed.insert(course.clone()),
        };
    }
    for course in withdraw {
        packs.remove(course);
    }
    let kept = |pack: &&&CataloguePack| !built.iter().any(|entry| entry.course == pack.course);
    let left: Vec<&str> = packs.values().filter(kept).map(|pack| pack.course.as_str()).collect();
    if is_of_older_keys && !left.is_empty() {
        return Err(format!(
            "The publisher's keys were replaced (generation {}): what the older keys signed is no \
             longer taken. Name the folders of all courses, so that they are built again, or \
             withdraw them. Not named: {}; nothing was published",
            signer.generation(),
            left.join(", ")
        ));
    }
    let packs: Vec<CataloguePack> = packs.into_values().cloned().collect();
    let roots = signer.roots().newest().version;
    let version = match standing {
        Some((catalogue, of_roots))
            if catalogue.packs == packs && *of_roots == roots && !is_of_older_keys =>
        {
            None
        }
        Some((catalogue, _)) => Some(catalogue.version.checked_add(1).ok_or("too many versions")?),
        None if packs.is_empty() => None,
        None => Some(1),
    };
    Ok(Plan { packs, changed, version })
}

struct Server<'a> {
    client: &'a Client,
    url: String,
}

impl Server<'_> {
    fn lost(&self, error: &reqwest::Error) -> No {
        let why = match error {
            error if error.is_builder() => return refused(format!("{}: no address", self.url)),
            error if error.is_connect() => "cannot be reached",
            error if error.is_timeout() => "does not answer",
            _ => "broke off",
        };
        No::Failed(format!("{} {why}", self.url))
    }

    async fn listing(&self) -> Result<Listing, No> {
        let mut tried = 0;
        let mut response = loop {
            let asked = self.client.get(&self.url).send().await;
            let response = asked.map_err(|error| self.lost(&error))?;
            if !self.is_busy(&response, &mut tried).await {
                break response;
            }
        };
        let status = response.status();
        if status != StatusCode::OK {
            return Err(refused(format!("{} gives no list of courses ({status})", self.url)));
        }
        let bytes = read(&mut response, LISTING_BYTES_MAX + 1).await;
        let bytes = bytes.map_err(|error| self.lost(&error))?;
        Listing::decode(&bytes).map_err(|error| refused(format!("{}: {error}", self.url)))
    }

    /// Sends something signed; gives what the server says of it.
    async fn send(&self, what: &str, bytes: Vec<u8>) -> Result<String, No> {
        let bytes = Bytes::from(bytes);
        let mut tried = 0;
        loop {
            let sending = Sending::new(what, bytes.clone());
            let sent = self.client.post(&self.url).body(reqwest::Body::wrap(sending)).send().await;
            let mut response = sent.map_err(|error| self.lost(&error))?;
            if self.is_busy(&response, &mut tried).await {
                continue;
            }
            let status = response.status();
            let said = read(&mut response, ANSWER_BYTES_MAX).await.unwrap_or_default();
            let said: String =
                String::from_utf8_lossy(&said).chars().filter(|c| !c.is_control()).collect();
            return match status {
                StatusCode::OK => Ok(said),
                status if status.is_server_error() => {
                    Err(No::Failed(format!("{what}: {} says {status}: {said}", self.url)))
                }
                _ => Err(refused(format!("{what} was refused ({status}): {said}"))),
            };
        }
    }

    /// Whether the server said "later"; then that time has passed.
    async fn is_busy(&self, response: &Response, tried: &mut u32) -> bool {
        *tried += 1;
        if response.status() != StatusCode::SERVICE_UNAVAILABLE || *tried >= TRIES {
            return false;
        }
        let after = response.headers().get("retry-after");
        let wait_s = after.and_then(|after| after.to_str().ok()?.parse().ok()).unwrap_or(10);
        let wait_s = u64::min(wait_s, WAIT_S_MAX);
        eprintln!("{} is busy; asked again in {wait_s} s", self.url);
        tokio::time::sleep(Duration::from_secs(wait_s)).await;
        true
    }
}

/// At most so many bytes of a reply.
async fn read(response: &mut Response, bytes_max: usize) -> reqwest::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = bytes_max - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if bytes.len() == bytes_max {
            break;
        }
    }
    Ok(bytes)
}

/// A body that says how far it is, where somebody watches.
struct Sending {
    what: String,
    rest: Bytes,
    size: usize,
    is_watched: bool,
}

impl Sending {
    fn new(what: &str, rest: Bytes) -> Self {
        let is_watched = std::io::stderr().is_terminal();
        if !is_watched {
            eprintln!("{what}: sending {} bytes", rest.len());
        }
        Self { what: what.to_owned(), size: rest.len(), rest, is_watched }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let bytes = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(bytes);
        if self.is_watched {
            let sent = self.size - self.rest.len();
            let end = if self.rest.is_empty() { "\n" } else { "" };
            let mut stderr = std::io::stderr().lock();
            // Nobody reads it if it cannot be written.
            let _ = write!(stderr, "\r{}: {sent} of {} bytes{end}", self.what, self.size);
            let _ = stderr.flush();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
