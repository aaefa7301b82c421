//! Rows of a village's hub while courses travel: what it fetches from above for all phones, and how
//! long somebody at the kiosk waits for a page while many phones fetch from it.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use hocvu::author::Course;
use hocvu::commands::course::pack_of;
use hocvu_core::pack::{
    COURSES_PATH, CataloguePack, LISTING_TYPE, Listing, Signer, build_catalogue, update_path,
};
use hocvu_core::sync::http::HttpTransport;
use hocvu_tests::{Browser, Link, Machine, Serving, form, new_publisher};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::course_rows::large_course;
use super::row::{Row, percentile};
use super::village::vi;
use super::{Fail, Size, memory_peak_mib, ms_of};

/// What the radio of a village's access point carries for all phones together: 64 Mbit/s.
const AIR_BYTES_A_S: f64 = 8_000_000.0;
/// What a phone takes at once.
const PIECE_BYTES: u64 = 64 * 1024;
/// Between two pages that somebody looks at.
const LOOK_MS: u64 = 5;
/// Pages before anything is measured.
const WARM: usize = 200;
/// How often the phones fetch where no radio slows them down.
const ROUNDS_WITHOUT_RADIO: usize = 10;
/// How often a server is asked whether a course is there, and how long after the last time.
const TRIES: usize = 600;
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// An edition that a server gives whole.
struct Given {
    path: String,
    bytes: u64,
}

/// All rows of the hub, with this build of the program on both ends.
pub(crate) fn rows(program: &Path, scratch: &Path, size: &Size) -> Result<Vec<Row>, Fail> {
    let office = Machine::with(program, &scratch.join("office"))?;
    let village = Machine::with(program, &scratch.join("village-hub"))?;
    let (course, signer) = (large_course()?, new_publisher());
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let transport = HttpTransport::new()?;
    for machine in [&office, &village] {
        trust(machine, &signer)?;
    }
    let above = office.serve(&[])?;
    let manifest = runtime.block_on(publish(&transport, &above, &course, &signer))?;
    let given = runtime.block_on(offered(&transport, &above, &manifest))?;
    let link = Link::to(above.address)?;
    let code = hub_code(&office, &link)?;
    let hub = village.serve(&["--upstream", &code])?;
    runtime.block_on(offered(&transport, &hub, &manifest))?;
    let once = link.take_carried().courses as f64;

    let waits = waits(&runtime, &hub, &course, &given, size.phones)?;
    let more = link.take_carried().courses as f64;
    let peak = memory_peak_mib(&hub.pid().to_string())?;
    Ok(told(&given, once, more, &waits, size.phones, peak))
}

/// Milliseconds that pages took: with nobody fetching, with the phones on a radio, and without one.
struct Waits {
    idle: Vec<f64>,
    radio: Vec<f64>,
    no_radio: Vec<f64>,
    /// How long the phones needed, in seconds.
    radio_s: f64,
    no_radio_s: f64,
}

fn told(given: &Given, once: f64, more: f64, waits: &Waits, phones: usize, peak: f64) -> Vec<Row> {
    let bytes = given.bytes as f64;
    let p99 = |times: &[f64]| percentile(&mut times.to_vec(), 99.0);
    let half = |times: &[f64]| percentile(&mut times.to_vec(), 50.0);
    let idle = p99(&waits.idle);
    let page = |name: &str, times: &[f64], seconds: f64, note: &str| {
        let row = Row::at_most(name, p99(times), "ms", super::row::rounded(2.0 * idle));
        let median = half(times);
        let pages = times.len();
        let note =
            format!("idle; median {median:.2} ms of {pages} pages in {seconds:.0} s; {note}");
        row.beside(&note, Some(idle))
    };
    let fetched =
        Row::at_most("hub: bytes from above for a course", once, "B", (1.1 * bytes).round());
    let nothing = format!("hub: bytes from above while {phones} phones fetch it");
    let alone = Row::part("hub: a page while nobody fetches, p99", idle, "ms");
    let median = half(&waits.idle);
    vec![
        fetched.beside("the update with its manifest", Some(bytes)),
        Row::at_most(&nothing, more, "B", 0.0).beside("each got all bytes, by their hash", None),
        alone.beside(&format!("median {median:.2} ms of {} pages", waits.idle.len()), None),
        page(
            &format!("… while {phones} phones fetch it, p99"),
            &waits.radio,
            waits.radio_s,
            "a phone: the app's HTTP client, ranges of 64 KiB; 64 Mbit/s for all, as a radio's",
        ),
        page(
            &format!("… while {phones} phones fetch it without a radio, p99"),
            &waits.no_radio,
            waits.no_radio_s,
            "as fast as this machine serves and takes it on the same processors",
        ),
        Row::part("… memory of the hub, peak", peak, "MiB"),
    ]
}

fn trust(machine: &Machine, signer: &Signer) -> Result<(), Fail> {
    let roots = machine.file("roots");
    std::fs::write(&roots, signer.roots().encode())?;
    let fingerprint = signer.roots().fingerprint();
    machine.run(&[
        "root".as_ref(),
        "trust".as_ref(),
        roots.as_ref(),
        "--fingerprint".as_ref(),
        fingerprint.as_ref(),
    ])?;
    Ok(())
}

fn hub_code(office: &Machine, link: &Link) -> Result<String, Fail> {
    let url = link.url();
    let words = ["hub", "code", "--name", "Tỉnh", "--address", &url];
    let said = office.run(&words.map(AsRef::as_ref))?;
    let code = said.split_whitespace().find(|word| word.starts_with("HOCVU1-"));
    Ok(code.ok_or("no code for hubs")?.to_owned())
}

/// Sends what `hocvu course publish` sends. Returns the hash of the pack's manifest.
async fn publish(
    transport: &HttpTransport,
    server: &Serving,
    course: &Course,
    signer: &Signer,
) -> Result<[u8; 32], Fail> {
    let pack = pack_of(course, Some(signer))?;
    let entry = CataloguePack::of(&pack)?;
    let manifest = entry.manifest;
    let url = format!("http://{}{COURSES_PATH}", server.address);
    for signed in [pack, build_catalogue(1, vec![entry], signer)?] {
        for _ in 0..TRIES {
            let sent = transport.client().post(&url).body(signed.clone()).send().await?;
            match sent.status().as_u16() {
                200 => break,
                // It still reads its folder.
                503 => tokio::time::sleep(ASK_AGAIN).await,
                _ => return Err(format!("not published: {}", sent.text().await?).into()),
            }
        }
    }
    Ok(manifest)
}

/// Waits until a server gives an edition whole.
async fn offered(
    transport: &HttpTransport,
    server: &Serving,
    manifest: &[u8; 32],
) -> Result<Given, Fail> {
    let url = format!("http://{}{COURSES_PATH}", server.address);
    for _ in 0..TRIES {
        let listing = transport.client().get(&url).send().await?;
        let kind = listing.headers().get("content-type");
        if kind.is_some_and(|kind| kind.as_bytes() == LISTING_TYPE.as_bytes()) {
            let listing = Listing::decode(&listing.bytes().await?)?;
            let is_it = |to: &[u8; 32], has_base: bool| to == manifest && !has_base;
            let mut offers = listing.updates.iter();
            if let Some(offer) = offers.find(|o| is_it(&o.to, o.from.is_some())) {
                let bytes = offer.text_bytes + offer.media_bytes;
                return Ok(Given { path: update_path(manifest, None), bytes });
            }
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
    Err("the course was never offered".into())
}

fn waits(
    runtime: &Runtime,
    hub: &Serving,
    course: &Course,
    given: &Given,
    phones: usize,
) -> Result<Waits, Fail> {
    let mut reader = Reader::new(hub, course)?;
    reader.look_while(|seen| seen < WARM)?;
    let many = Phones::new(hub, given, phones)?;
    // Before, between and behind: what else this machine does meanwhile is in all three.
    let pages = (many.radio_s() * 1_000.0) as usize / (3 * LOOK_MS as usize);
    let mut idle = reader.look_while(|seen| seen < pages / 2)?;
    let (radio_s, radio) = many.fetch(runtime, 1, Some(AIR_BYTES_A_S), &mut reader)?;
    idle.extend(reader.look_while(|seen| seen < pages / 2)?);
    let (no_radio_s, no_radio) = many.fetch(runtime, ROUNDS_WITHOUT_RADIO, None, &mut reader)?;
    idle.extend(reader.look_while(|seen| seen < pages / 2)?);
    Ok(Waits { idle, radio, no_radio, radio_s, no_radio_s })
}

/// Somebody at the kiosk: her own page, the course, a lesson of it, again and again.
struct Reader {
    browser: Browser,
    pages: Vec<String>,
}

impl Reader {
    fn new(hub: &Serving, course: &Course) -> Result<Self, Fail> {
        let mut browser = Browser::new(hub.address);
        let page = browser.get("/people/new")?;
        let fields = [("name", "Trần Thị Lan"), ("guardian", ""), ("consent_record", "yes")];
        let mut added =
            form(&page.body, "/people/new", &fields).ok_or("no form to add somebody")?;
        added.leave_out(&["child", "guardian_agrees", "child_agrees", "consent_count"]);
        browser.send(&added)?;
        let lesson = course.lessons[&vi()].last().ok_or("no lesson")?;
        let of_course = format!("/course/{}", course.id);
        let of_lesson = format!("{of_course}/lesson/{}/1", lesson.id);
        let pages = vec!["/home".to_owned(), of_course, of_lesson];
        Ok(Self { browser, pages })
    }

    /// Looks at pages while somebody says so, who is told how many; gives the milliseconds of each.
    #[allow(clippy::disallowed_methods, reason = "who reads waits between pages")]
    fn look_while(&mut self, goes_on: impl Fn(usize) -> bool) -> Result<Vec<f64>, Fail> {
        let mut times = Vec::new();
        while goes_on(times.len()) {
            let path = &self.pages[times.len() % self.pages.len()];
            let (took, page) = ms_of(|| self.browser.get(path));
            let status = page?.status;
            if status != 200 {
                return Err(format!("{path} was answered with {status}").into());
            }
            times.push(took);
            thread::sleep(Duration::from_millis(LOOK_MS));
        }
        Ok(times)
    }
}

/// Phones that fetch a course with the client that the apps have. They check what came by its hash and
/// keep nothing: what a phone unpacks it unpacks on a processor of its own.
struct Phones {
    clients: Vec<Arc<HttpTransport>>,
    url: Arc<str>,
    bytes: u64,
}

impl Phones {
    fn new(hub: &Serving, given: &Given, count: usize) -> Result<Self, Fail> {
        let clients = (0..count).map(|_| HttpTransport::new().map(Arc::new));
        let clients = clients.collect::<Result<_, _>>()?;
        let url = format!("http://{}{}", hub.address, given.path).into();
        Ok(Self { clients, url, bytes: given.bytes })
    }

    /// Seconds that a radio needs to carry the course to all of them.
    fn radio_s(&self) -> f64 {
        (self.bytes * self.clients.len() as u64) as f64 / AIR_BYTES_A_S
    }

    /// All fetch the course at once so many times, at so many bytes a second together or as fast as
    /// it goes, while the reader looks at pages. Gives their seconds and her milliseconds.
    fn fetch(
        &self,
        runtime: &Runtime,
        rounds: usize,
        rate: Option<f64>,
        reader: &mut Reader,
    ) -> Result<(f64, Vec<f64>), Fail> {
        thread::scope(|scope| {
            let phones = scope.spawn(|| ms_of(|| runtime.block_on(self.fetch_all(rounds, rate))));
            let times = reader.look_while(|_| !phones.is_finished());
            let (ms, fetched) = phones.join().expect("the phones' thread ends");
            fetched?;
            Ok((ms / 1_000.0, times?))
        })
    }

    async fn fetch_all(&self, rounds: usize, rate: Option<f64>) -> Result<(), String> {
        let share = rate.map(|rate| rate / self.clients.len() as f64);
        let mut all = JoinSet::new();
        for (no, transport) in self.clients.iter().enumerate() {
            let phone = Phone {
                transport: Arc::clone(transport),
                url: Arc::clone(&self.url),
                bytes: self.bytes,
                every: share.map(|share| Duration::from_secs_f64(PIECE_BYTES as f64 / share)),
            };
            let turn = no as f64 / self.clients.len() as f64;
            all.spawn(async move {
                if let Some(every) = phone.every {
                    tokio::time::sleep(every.mul_f64(turn)).await;
                }
                for _ in 0..rounds {
                    phone.fetch().await?;
                }
                Ok::<(), String>(())
            });
        }
        while let Some(phone) = all.join_next().await {
            phone.map_err(|error| error.to_string())??;
        }
        Ok(())
    }
}

/// One phone that fetches.
struct Phone {
    transport: Arc<HttpTransport>,
    url: Arc<str>,
    bytes: u64,
    /// The time between two pieces; `None`: the whole at once, as fast as it comes.
    every: Option<Duration>,
}

impl Phone {
    async fn fetch(&self) -> Result<(), String> {
        let (mut hasher, mut came, mut tag) = (blake3::Hasher::new(), 0, None);
        let mut pace = self.every.map(tokio::time::interval);
        while came < self.bytes {
            if let Some(pace) = &mut pace {
                pace.tick().await;
            }
            let mut request = self.transport.client().get(&*self.url);
            if pace.is_some() {
                let last = self.bytes.min(came + PIECE_BYTES) - 1;
                request = request.header("range", format!("bytes={came}-{last}"));
            }
            if let Some(tag) = &tag {
                request = request.header("if-range", tag);
            }
            let mut answer =
                request.send().await.map_err(said)?.error_for_status().map_err(said)?;
            tag = answer.headers().get("etag").cloned();
            while let Some(bytes) = answer.chunk().await.map_err(said)? {
                came += bytes.len() as u64;
                hasher.update(&bytes);
            }
        }
        let hash = format!("\"{}\"", hasher.finalize().to_hex());
        match tag {
            Some(tag) if tag == hash.as_str() => Ok(()),
            tag => Err(format!("{came} bytes have hash {hash}, and should have {tag:?}")),
        }
    }
}

fn said(error: impl std::error::Error) -> String {
    error.to_string()
}
