//! Courses travel: an office publishes with the program itself, a phone fetches over real sockets and
//! a link that breaks a hundred times, and gets the next version for what changed in it.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hocvu_core::HocvuCore;
use hocvu_core::ids::{CourseId, Lang, LessonId};
use hocvu_core::pack::http::{refresh, run_fetch};
use hocvu_core::pack::{FetchChoice, FetchTrouble, FetchView, OfferView, RootChain};
use hocvu_core::sync::JoinCode;
use hocvu_core::sync::http::HttpTransport;
use hocvu_tests::{Device, Fault, Link, Machine, Seeded, Serving, copy_folder};

const COURSE: &str = "mat-khau-otp";

/// The office: a machine that publishes, and its keys.
struct Office {
    machine: Machine,
    folder: PathBuf,
    fingerprint: String,
}

impl Office {
    /// Makes keys and a root with the commands that the README tells, and trusts the root.
    fn new(folder: &Path) -> Self {
        let machine = Machine::new(folder).unwrap();
        let file = |name: &str| folder.join(name).into_os_string();
        let run = |args: &[&OsStr]| machine.run_alone(args).unwrap();
        let words = |words: &'static str| words.split(' ').map(OsStr::new).collect::<Vec<_>>();
        let public = |said: &str| -> String {
            let is_key =
                |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
            said.split_whitespace().find(is_key).unwrap().to_owned()
        };
        let (holder, press) = (file("holder.key"), file("press.key"));
        let (draft, roots) = (file("draft"), file("roots"));
        let holder_public = public(&run(&[&words("keys new")[..], &[&holder]].concat()));
        let press_public = public(&run(&[&words("keys new")[..], &[&press]].concat()));
        run(&[
            &words("root new")[..],
            &[&draft],
            &words("--name Tỉnh --key"),
            &[holder_public.as_ref()],
        ]
        .concat());
        run(&[
            &words("root publisher")[..],
            &[&draft],
            &words("--id nxb --name NXB --key"),
            &[press_public.as_ref()],
        ]
        .concat());
        run(&[&words("root sign")[..], &[&draft], &words("--key"), &[&holder]].concat());
        run(&[&words("root finish")[..], &[&draft, &roots]].concat());
        let chain = RootChain::decode(&fs::read(folder.join("roots")).unwrap()).unwrap();
        let fingerprint = chain.fingerprint();
        let args =
            [&words("root trust")[..], &[&roots], &words("--fingerprint"), &[fingerprint.as_ref()]];
        machine.run(&args.concat()).unwrap();
        Self { machine, folder: folder.to_owned(), fingerprint }
    }

    fn roots(&self) -> Vec<u8> {
        fs::read(self.folder.join("roots")).unwrap()
    }

    /// The hub code of the running server, with the address at which somebody reaches it.
    fn hub_code(&self, address: &str) -> String {
        let words = ["hub", "code", "--name", "Tỉnh", "--address", address];
        let said = self.machine.run(&words.map(OsStr::new)).unwrap();
        said.split_whitespace().find(|word| word.starts_with("HOCVU1-")).unwrap().to_owned()
    }

    /// The course's folder, in a version, with words of its own in one lesson.
    fn course(&self, version: u32) -> PathBuf {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/courses").join(COURSE);
        let to = self.folder.join(COURSE);
        if !to.exists() {
            copy_folder(&from, &to);
        }
        let info = to.join("course.toml");
        let text = fs::read_to_string(&info).unwrap();
        let line = text.lines().find(|line| line.starts_with("version = ")).unwrap().to_owned();
        fs::write(&info, text.replacen(&line, &format!("version = {version}"), 1)).unwrap();
        let lesson = "lessons/01-chia-khoa-nha.md";
        let text = fs::read_to_string(from.join(lesson)).unwrap();
        let (head, rest) = text.rsplit_once("+++\n").unwrap();
        let text = format!("{head}+++\n\nĐây là bản số {version}.\n{rest}");
        fs::write(to.join(lesson), text).unwrap();
        to
    }

    fn publish(&self, server: &Serving, course: &Path) -> String {
        let (url, file) =
            (format!("http://{}", server.address), |name: &str| self.folder.join(name));
        let (key, roots) = (file("press.key"), file("roots"));
        let args: [&OsStr; 11] = [
            "course".as_ref(),
            "publish".as_ref(),
            course.as_ref(),
            "--to".as_ref(),
            url.as_ref(),
            "--key".as_ref(),
            key.as_ref(),
            "--roots".as_ref(),
            roots.as_ref(),
            "--publisher".as_ref(),
            "nxb".as_ref(),
        ];
        self.machine.run_alone(&args).unwrap()
    }
}

fn id() -> CourseId {
    CourseId::parse(COURSE).unwrap()
}

/// Asks until the office lists what was published: it puts updates together in its own time.
async fn look(core: &HocvuCore, transport: &HttpTransport, wanted: &str) -> OfferView {
    for _ in 0..600 {
        let requests = core.packs().listing_requests(false).unwrap();
        let (report, troubles) = refresh(core, transport, &requests).await.unwrap();
        assert_eq!((report.refused, report.unknown), (vec![], vec![]));
        // Who has just been started may say "later".
        assert!(troubles.iter().all(|trouble| *trouble == FetchTrouble::Busy), "{troubles:?}");
        let offers = core.packs().offers().unwrap();
        let is_it = |offer: &OfferView| offer.order.to_string() == wanted && offer.is_available;
        if let Some(offer) = offers.into_iter().find(is_it) {
            return offer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the office never listed {wanted}");
}

/// Fetches until it is done or in trouble, over a link that breaks each answer somewhere.
async fn fetch(core: &HocvuCore, transport: &HttpTransport, mut cut: impl FnMut()) -> FetchView {
    let choice = FetchChoice { with_media: true, ..FetchChoice::default() };
    let mut fetch = core.packs().fetch(&id(), &choice).unwrap();
    cut();
    run_fetch(&mut fetch, transport, |_| cut()).await.unwrap()
}

/// Whether the course's first lesson says which version it is.
fn says(core: &HocvuCore, words: &str) -> bool {
    let (lang, lesson) = (Lang::parse("vi").unwrap(), LessonId::parse("chia-khoa-nha").unwrap());
    let lesson = core.courses().lesson(&id(), &lesson, &lang).unwrap().unwrap();
    format!("{:?}", lesson.value).contains(words)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_goes_from_an_office_to_a_phone_over_a_link_that_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::new(folder.path());
    let server = office.machine.serve(&[]).unwrap();
    let course = office.course(2);
    office.publish(&server, &course);

    let device = Device::new();
    let core = device.open();
    core.packs().trust_root(&office.roots(), &office.fingerprint).unwrap();
    let link = Link::to(server.address).unwrap();
    let code = server.join_code().unwrap();
    core.sync().join_code(&JoinCode { addresses: vec![link.url()], ..code }).unwrap();
    let transport = HttpTransport::new().unwrap();
    let offer = look(&core, &transport, "1.2").await;
    let whole = offer.text_bytes + offer.media_bytes;
    link.take_carried();

    let mut dice = Seeded::new(7);
    let view = fetch(&core, &transport, || {
        let at = 260 + dice.below((whole / 300) as usize);
        link.set(Fault::Bodies(at), 1);
    })
    .await;
    let carried = link.take_carried();
    assert_eq!((view.is_done, view.trouble), (true, None));
    assert!(says(&core, "bản số 2"));
    println!("{} connections for {whole} B, {} B came", carried.exchanges, carried.down);
    assert!(carried.exchanges >= 60, "{carried:?}");
    assert!(carried.down as f64 <= 1.10 * whole as f64, "{carried:?} of {whole}");

    link.set(Fault::None, u32::MAX);
    let course = office.course(3);
    office.publish(&server, &course);
    let offer = look(&core, &transport, "1.3").await;
    assert!(offer.text_bytes + offer.media_bytes < 1_000, "{offer:?}");
    assert_eq!(offer.held.map(|held| held.to_string()).as_deref(), Some("1.2"));
    link.take_carried();
    let view = fetch(&core, &transport, || {}).await;
    assert!(view.is_done, "{view:?}");
    assert!(says(&core, "bản số 3") && !says(&core, "bản số 2"));
    let down = link.take_carried().down;
    println!("the next version: {down} B");
    assert!(down < 1_000, "{down}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_is_named_and_nothing_held_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::new(folder.path());
    let server = office.machine.serve(&[]).unwrap();
    let course = office.course(2);
    office.publish(&server, &course);
    let device = Device::with_learners(0);
    let core = device.open();
    core.packs().trust_root(&office.roots(), &office.fingerprint).unwrap();
    let link = Link::to(server.address).unwrap();
    let code = server.join_code().unwrap();
    core.sync().join_code(&JoinCode { addresses: vec![link.url()], ..code }).unwrap();
    let transport = HttpTransport::with_silence(Duration::from_millis(500)).unwrap();
    look(&core, &transport, "1.2").await;
    let before = core.packs().list().unwrap();
    for (fault, trouble) in [
        (Fault::SignInPage, FetchTrouble::CaptivePortal),
        (Fault::Redirect, FetchTrouble::CaptivePortal),
        (Fault::Stall, FetchTrouble::TooSlow),
        (Fault::CutDown(0), FetchTrouble::Cut),
    ] {
        link.set(fault.clone(), u32::MAX);
        let view = fetch(&core, &transport, || {}).await;
        assert_eq!((view.is_done, view.trouble), (false, Some(trouble)), "{fault:?}");
        assert_eq!(core.packs().list().unwrap(), before);
    }
    server.kill().unwrap();
    let view = fetch(&core, &transport, || {}).await;
    assert!(view.trouble.is_some() && !view.is_done, "{view:?}");
    let again = office.machine.serve(&[]).unwrap();
    link.lead_to(again.address);
    link.set(Fault::None, u32::MAX);
    look(&core, &transport, "1.2").await;
    let view = fetch(&core, &transport, || {}).await;
    assert!(view.is_done, "{view:?}");
    assert!(says(&core, "bản số 2"));
}

/// A phone that has joined a hub and trusts the office.
fn phone(office: &Office, hub: &Serving) -> (Device, HocvuCore) {
    let device = Device::with_learners(0);
    let core = device.open();
    core.packs().trust_root(&office.roots(), &office.fingerprint).unwrap();
    core.sync().join_code(&hub.join_code().unwrap()).unwrap();
    (device, core)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_fetches_once_what_many_phones_get() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::new(&folder.path().join("office"));
    let server = office.machine.serve(&[]).unwrap();
    office.publish(&server, &office.course(2));
    let link = Link::to(server.address).unwrap();

    let village = Machine::new(&folder.path().join("village")).unwrap();
    let roots = office.folder.join("roots");
    let trust: [&OsStr; 5] = [
        "root".as_ref(),
        "trust".as_ref(),
        roots.as_ref(),
        "--fingerprint".as_ref(),
        office.fingerprint.as_ref(),
    ];
    village.run(&trust).unwrap();
    let hub = village.serve(&["--upstream", &office.hub_code(&link.url())]).unwrap();
    let transport = HttpTransport::new().unwrap();
    let (_first, core) = phone(&office, &hub);
    let offer = look(&core, &transport, "1.2").await;
    let from_above = link.take_carried().down;
    println!("the hub: {from_above} B from above for {offer:?}");
    // It holds the program's own edition of this course, and fetches what differs.
    assert!(from_above < 2_000, "{from_above}");
    assert!(fetch(&core, &transport, || {}).await.is_done);
    link.take_carried();
    for _ in 1..6 {
        let (_device, core) = phone(&office, &hub);
        look(&core, &transport, "1.2").await;
        assert!(fetch(&core, &transport, || {}).await.is_done);
        assert!(says(&core, "bản số 2"));
    }
    assert_eq!(link.take_carried().down, 0, "nothing more came from above");
    server.kill().unwrap();
    let (_late, core) = phone(&office, &hub);
    look(&core, &transport, "1.2").await;
    assert!(fetch(&core, &transport, || {}).await.is_done, "the office is not needed any more");
}

#[test]
fn a_course_goes_on_by_stick_where_no_network_is() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::new(&folder.path().join("office"));
    let server = office.machine.serve(&[]).unwrap();
    office.publish(&server, &office.course(2));
    server.stop().unwrap();
    let stick = folder.path().join("stick");
    let export: [&OsStr; 4] = ["course".as_ref(), "export".as_ref(), "-o".as_ref(), stick.as_ref()];
    office.machine.run(&export).unwrap();

    let village = Machine::new(&folder.path().join("village")).unwrap();
    let import: [&OsStr; 3] = ["course".as_ref(), "import".as_ref(), stick.as_ref()];
    let refusal = village.run(&import).unwrap_err().to_string();
    assert!(refusal.contains(&office.fingerprint), "{refusal}");
    let trusted = [&import[..], &["--trust".as_ref(), office.fingerprint.as_ref()]].concat();
    let said = village.run(&trusted).unwrap();
    assert!(said.contains("mat-khau-otp 1.2"), "{said}");
    assert!(village.run(&import).unwrap().contains("was here already"));

    // The village hands it on, to phones and to the next stick; a phone takes a stick too.
    let again = folder.path().join("again");
    let export: [&OsStr; 4] = ["course".as_ref(), "export".as_ref(), "-o".as_ref(), again.as_ref()];
    village.run(&export).unwrap();
    let device = Device::with_learners(0);
    let core = device.open();
    core.packs().trust_root(&office.roots(), &office.fingerprint).unwrap();
    let report = core.packs().import_stick(&again, |_, _| {}).unwrap();
    assert_eq!(report.came.len(), 1, "{report:?}");
    assert!(says(&core, "bản số 2"));
}
