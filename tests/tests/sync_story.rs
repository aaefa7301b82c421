//! A village, a hamlet and a province, each as the program itself in processes of its own.
//!
//! 1. In the village people are added and answer on the pages, as a browser without scripts does,
//!    while the village has no upstream.
//! 2. The province appears. It is killed in the middle of exchanges, at moments that a seed draws:
//!    while a request comes in, while it works, while the reply goes out, and at any moment at all.
//!    Each time it is started again, and people have answered more meanwhile.
//! 3. The village's computer is backed up; people go on, everything is counted; then it burns down
//!    and is made anew of the backup, which is older than what the province holds. What the backup
//!    lacks comes back from there.
//! 4. The hamlet never has a network: a courier's file is taken in twice, and a second one, and the
//!    replies come back twice and in the wrong order.
//!
//! In the end every answer that a page acknowledged is at the province exactly once, no number of a
//! chain was given twice, and every page says of every event that it is counted.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hocvu::relay::Relay;
use hocvu_core::Ports;
use hocvu_core::ids::{Lang, LearnerId};
use hocvu_core::journal::Deed;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{SystemClock, SystemEntropy};
use hocvu_core::sync::JoinCode;
use hocvu_core::text::Messages;
use hocvu_tests::{Browser, Link, Machine, Seeded, Serving, Stage, code_on, copy_folder, form};

/// Kills that must fall into an open exchange.
const KILLS_INSIDE: usize = 50;
/// The most rounds that they may take.
const ROUNDS_MAX: usize = 90;
/// One round in so many is left in peace, so that something gets through whole.
const PEACE_EVERY: usize = 6;
/// One kill in so many comes at any moment, whether an exchange is open or not.
const ANYTIME_EVERY: usize = 8;
/// The longest that the province works on a request before it is killed: within its work on a quick
/// computer and on a slow one, and when it has just replied.
const WORK_US_MAX: [usize; 3] = [1_000, 4_000, 16_000];
/// The longest after "sync now" that a kill at any moment comes.
const ANYTIME_MS_MAX: usize = 120;
/// How long a page is asked again before the story is given up.
const LOOKS_MAX: usize = 3_000;
const LOOK_EVERY: Duration = Duration::from_millis(10);

const PASSCODE: &str = "bảy-con-vịt-9";
const PASSPHRASE: &str = "một câu dài để mở bản lưu";
const COURSES: [&str; 4] = ["dien-thoai", "mat-khau-otp", "lua-dao", "dich-vu-cong"];

#[allow(clippy::disallowed_methods, reason = "other processes have no other clock")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn t() -> &'static Messages {
    Messages::get(&Lang::parse("vi").unwrap())
}

/// The number that a page says in words that `say` makes of a number.
fn said(page: &str, say: impl Fn(i64) -> String) -> Option<u64> {
    let pattern = say(7);
    let (before, after) = pattern.split_once('7').expect("a number is said in digits");
    page.match_indices(before).find_map(|(at, _)| {
        let rest = &page[at + before.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let digits: String = rest[..end].chars().filter(char::is_ascii_digit).collect();
        let is_it = rest[end..].starts_with(after);
        is_it.then(|| digits.parse().ok()).flatten()
    })
}

/// Of a learner's events: how many this device noted, how many of them count, and how many more the
/// station brought. As her page says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    events: u64,
    counted: u64,
    brought: u64,
}

impl Page {
    /// All of hers that the page knows.
    fn all(self) -> u64 {
        self.events + self.brought
    }
}

/// Somebody with a browser of her own.
struct Person {
    name: String,
    /// Her card on the first page.
    card: String,
    browser: Browser,
    attempt: Option<String>,
    /// Answers that a page acknowledged.
    answers: u64,
}

impl Person {
    fn id(&self) -> LearnerId {
        self.card.strip_prefix("/people/").unwrap().parse().unwrap()
    }

    /// Adds somebody who agrees to be counted.
    fn added(station: &Station, name: &str) -> Self {
        let mut browser = Browser::new(station.address());
        let page = browser.get("/people/new").unwrap();
        let fields = [("name", name), ("guardian", ""), ("address", "ba")];
        let mut wanted = form(&page.body, "/people/new", &fields).expect("a form to add somebody");
        wanted.leave_out(&["guardian_agrees", "child_agrees"]);
        let done = browser.send(&wanted).unwrap();
        assert_eq!(done.status, 200, "{name} is added: {}", done.body);
        let people = browser.get("/").unwrap().body;
        let hers = people.split("<form ").find(|card| card.contains(name)).expect("her card");
        let from = hers.find("/people/").expect("her card leads to her");
        let card = hers[from..].split('"').next().unwrap().to_owned();
        let name = name.to_owned();
        Self { name, card, browser, attempt: None, answers: 0 }
    }

    /// Picks her card on the first page again.
    fn come_in(&mut self, station: &Station) {
        self.browser = Browser::new(station.address());
        let door = self.browser.get(&self.card).unwrap();
        let form = form(&door.body, &self.card, &[]).expect("a door");
        assert_eq!(self.browser.send(&form).unwrap().status, 200, "{} comes in", self.name);
        self.attempt = None;
    }

    /// Answers so many questions of practice quizzes.
    fn answer(&mut self, dice: &mut Seeded, answers: usize) {
        for _ in 0..answers {
            let question = loop {
                let page = match &self.attempt {
                    Some(attempt) => self.browser.get(attempt).unwrap(),
                    None => {
                        let course = format!("/course/{}", dice.one_of(&COURSES));
                        let page = self.browser.get(&course).unwrap();
                        let start = form(&page.body, "/quiz/", &[]).expect("a quiz to begin");
                        self.browser.send(&start).unwrap()
                    }
                };
                match form(&page.body, "/attempt/", &[]) {
                    Some(question) => break question,
                    // The last one was the last of its quiz.
                    None => assert!(self.attempt.take().is_some(), "no question: {}", page.body),
                }
            };
            let done = self.browser.send(&question).unwrap();
            assert_eq!(done.status, 200, "{} answers: {}", self.name, done.body);
            self.attempt = Some(question.action);
            self.answers += 1;
        }
    }

    /// What her page says of her record.
    fn page(&mut self) -> Page {
        let page = self.browser.get("/progress").unwrap().body;
        let events = said(&page, |n| t().where_events(n, &t().address_ba()));
        let counted = said(&page, |n| t().where_counted(n)).unwrap_or(0);
        let brought = said(&page, |n| t().where_brought(n, &t().address_ba())).unwrap_or(0);
        let events = events.unwrap_or_else(|| panic!("{} has no events: {page}", self.name));
        Page { events, counted, brought }
    }
}

/// A computer with `hocvu` running on it, and whoever looks after it.
struct Station {
    machine: Machine,
    serving: Option<Serving>,
    volunteer: Browser,
}

impl Station {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let machine = Machine::new(folder).unwrap();
        let serving = machine.serve(args).unwrap();
        let volunteer = Browser::new(serving.address);
        let mut station = Self { machine, serving: Some(serving), volunteer };
        station.look_after();
        station
    }

    fn address(&self) -> std::net::SocketAddr {
        self.serving.as_ref().expect("it runs").address
    }

    fn start_again(&mut self, args: &[&str]) {
        self.serving = Some(self.machine.serve(args).unwrap());
        self.volunteer.go_to(self.address());
    }

    fn stop(&mut self) {
        self.serving.take().expect("it runs").stop().unwrap();
    }

    fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> String {
        let args: Vec<&OsStr> = args.iter().map(AsRef::as_ref).collect();
        self.machine.run(&args).unwrap()
    }

    /// Sets the volunteer's passcode, or types it.
    fn look_after(&mut self) {
        self.volunteer = Browser::new(self.address());
        let page = self.volunteer.get("/volunteer").unwrap().body;
        let new = [("new", PASSCODE), ("again", PASSCODE)];
        let wanted = form(&page, "/volunteer/passcode", &new)
            .or_else(|| form(&page, "/volunteer/enter", &[("passcode", PASSCODE)]));
        let wanted = wanted.expect("a passcode is asked for");
        assert_eq!(self.volunteer.send(&wanted).unwrap().status, 200);
    }

    /// The volunteer presses "sync now".
    fn sync_now(&mut self) {
        let page = self.synced();
        let now = form(&page, "/volunteer/sync/now", &[]).expect("a button");
        assert_eq!(self.volunteer.send(&now).unwrap().status, 200);
    }

    /// The page of sending and receiving, once nothing is under way.
    fn synced(&mut self) -> String {
        for _ in 0..LOOKS_MAX {
            let page = self.volunteer.get("/volunteer/sync/running").unwrap().body;
            if form(&page, "/volunteer/sync/now", &[]).is_some() {
                return page;
            }
            pause(LOOK_EVERY);
        }
        panic!("an exchange does not end: {}", self.machine.log());
    }

    /// Syncs until every page of these people says that everything is counted.
    fn count_everything(&mut self, people: &mut [Person]) {
        // The record goes up, its receipts come down, and the kiosk asks its own relay for them.
        for _ in 0..4 {
            self.sync_now();
            self.synced();
            if people.iter_mut().map(Person::page).all(|page| page.counted == page.events) {
                return;
            }
        }
        let pages: Vec<Page> = people.iter_mut().map(Person::page).collect();
        panic!("not all is counted: {pages:?}\n{}\n{}", self.synced(), self.machine.log());
    }

    /// The code that hubs join with.
    fn join_code(&mut self) -> JoinCode {
        let pages = ["/volunteer/sync", "/join"].map(|path| self.volunteer.get(path).unwrap().body);
        let code = pages.iter().find_map(|page| code_on(page));
        code.expect("a page shows the code").unwrap()
    }

    /// Events that its relay was brought.
    fn held(&self) -> u64 {
        self.metric("hocvu_relay_events ")
    }

    /// Events that the station above told its relay of.
    fn told(&self) -> u64 {
        self.metric("hocvu_relay_events_told_by_upstream ")
    }

    fn metric(&self, name: &str) -> u64 {
        let text = Browser::new(self.address()).get("/metrics").unwrap().body;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.expect("a count of events").parse().unwrap()
    }
}

/// When the province is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Once so many sixteenths of the request have come.
    Up(usize),
    /// After it has worked on the request for so many microseconds.
    Working(usize),
    /// Once so many sixteenths of the reply have gone out.
    Down(usize),
    /// So many milliseconds after somebody asked for an exchange.
    Anytime(usize),
}

impl Moment {
    fn draw(dice: &mut Seeded) -> Self {
        if dice.below(ANYTIME_EVERY) == 0 {
            return Self::Anytime(dice.below(ANYTIME_MS_MAX));
        }
        match dice.below(4) {
            0 => Self::Up(1 + dice.below(16)),
            1 => Self::Down(1 + dice.below(15)),
            _ => {
                let most = *dice.one_of(&WORK_US_MAX);
                Self::Working(dice.below(most))
            }
        }
    }

    fn has_come(self, stage: Stage) -> bool {
        match (self, stage) {
            (Self::Up(share), Stage::Up(passed, of))
            | (Self::Down(share), Stage::Down(passed, of)) => passed * 16 >= of * share,
            (Self::Working(us), Stage::Waiting) => {
                pause(Duration::from_micros(us as u64));
                true
            }
            _ => false,
        }
    }
}

/// What runs at the province's end of the line, and when it is to be killed.
#[derive(Default)]
struct Doom {
    province: Option<Serving>,
    moment: Option<Moment>,
}

impl Doom {
    /// Kills it if its moment has come; says whether the line goes on.
    fn see(&mut self, stage: Stage) -> bool {
        if !self.moment.is_some_and(|moment| moment.has_come(stage)) {
            return true;
        }
        self.moment = None;
        self.province.take().expect("whoever answers runs").kill().unwrap();
        false
    }
}

/// What the kills came to.
#[derive(Debug, Default)]
struct Tally {
    coming_in: usize,
    working: usize,
    going_out: usize,
    anytime: usize,
    peace: usize,
    missed: usize,
}

impl Tally {
    fn inside(&self) -> usize {
        self.coming_in + self.working + self.going_out
    }
}

/// The village, the province and the line between them.
struct World {
    village: Station,
    province: Station,
    link: Link,
    doom: Arc<Mutex<Doom>>,
    dice: Seeded,
    people: Vec<Person>,
    tally: Tally,
}

impl World {
    /// Lets the province run behind the line.
    fn let_province_run(&mut self) {
        let mut doom = self.doom.lock().unwrap();
        if doom.province.is_none() {
            let serving = match self.province.serving.take() {
                Some(serving) => serving,
                None => self.province.machine.serve(&["--name", "Tỉnh"]).unwrap(),
            };
            self.link.lead_to(serving.address);
            doom.province = Some(serving);
        }
    }

    /// Gives the province back to its volunteer.
    fn take_province(&mut self) {
        self.let_province_run();
        self.province.serving = self.doom.lock().unwrap().province.take();
        self.province.volunteer.go_to(self.province.address());
    }

    /// People answer, an exchange begins, the province is killed and started again.
    fn round(&mut self, number: usize) {
        for person in &mut self.people {
            let answers = self.dice.below(3);
            person.answer(&mut self.dice, answers);
        }
        self.let_province_run();
        let moment = (!number.is_multiple_of(PEACE_EVERY)).then(|| Moment::draw(&mut self.dice));
        let anytime = match moment {
            Some(Moment::Anytime(ms)) => Some(ms),
            _ => {
                self.doom.lock().unwrap().moment = moment;
                None
            }
        };
        self.village.sync_now();
        if let Some(ms) = anytime {
            pause(Duration::from_millis(ms as u64));
            let province = self.doom.lock().unwrap().province.take();
            province.expect("nobody else killed it").kill().unwrap();
        }
        self.village.synced();
        let is_killed = self.doom.lock().unwrap().province.is_none();
        self.doom.lock().unwrap().moment = None;
        *match moment {
            None => &mut self.tally.peace,
            Some(_) if !is_killed => &mut self.tally.missed,
            Some(Moment::Up(_)) => &mut self.tally.coming_in,
            Some(Moment::Working(_)) => &mut self.tally.working,
            Some(Moment::Down(_)) => &mut self.tally.going_out,
            Some(Moment::Anytime(_)) => &mut self.tally.anytime,
        } += 1;
        self.no_page_says_more_than_is_held();
    }

    /// What was acknowledged before a kill is there after it.
    fn no_page_says_more_than_is_held(&mut self) {
        self.let_province_run();
        // The line is quiet: nobody but this looks at the province.
        let serving = self.doom.lock().unwrap().province.take();
        self.province.serving = serving;
        let held = self.province.held();
        self.let_province_run();
        let counted: u64 = self.people.iter_mut().map(|person| person.page().counted).sum();
        assert!(counted <= held, "{counted} are said to count, the province holds {held}");
    }

    /// Rounds until so many kills fell into an open exchange.
    fn kill_until(&mut self, inside: usize, number: &mut usize) {
        while self.tally.inside() < inside {
            *number += 1;
            assert!(*number <= ROUNDS_MAX, "too few kills fall into an exchange: {:?}", self.tally);
            self.round(*number);
        }
    }
}

fn world(folder: &Path, seed: u64) -> World {
    let mut dice = Seeded::new(seed);
    let village = Station::start(&folder.join("village"), &["--name", "Xóm Trại"]);
    let mut people: Vec<Person> =
        ["Lan", "Mai", "Hoa"].map(|name| Person::added(&village, &format!("Bà {name}"))).into();
    for person in &mut people {
        person.answer(&mut dice, 15);
    }
    let province = Machine::new(&folder.join("province")).unwrap();
    let link = Link::to("127.0.0.1:9".parse().unwrap()).unwrap();
    let serving = province.serve(&["--name", "Tỉnh", "--address", &link.url()]).unwrap();
    let volunteer = Browser::new(serving.address);
    let mut province = Station { machine: province, serving: Some(serving), volunteer };
    province.look_after();
    let doom = Arc::new(Mutex::new(Doom::default()));
    let theirs = Arc::clone(&doom);
    link.watch(move |stage| theirs.lock().unwrap().see(stage));
    World { village, province, link, doom, dice, people, tally: Tally::default() }
}

/// The village's computer burns down after everything was counted, and is made anew of a backup
/// from before. Gives how many events of each learner the backup did not have.
fn burn_down(world: &mut World, backup: &Path, in_backup: &[Page]) -> Vec<u64> {
    let village = &mut world.village;
    village.count_everything(&mut world.people);
    let before: Vec<Page> = world.people.iter_mut().map(Person::page).collect();
    let lost = before.iter().zip(in_backup).map(|(now, then)| now.events - then.events);
    let lost: Vec<u64> = lost.collect();
    assert!(lost.iter().all(|lost| *lost > 0), "the backup is as new as what burns: {lost:?}");
    village.serving.take().expect("it runs").kill().unwrap();
    std::fs::remove_dir_all(village.machine.data()).unwrap();
    let passphrase = village.machine.file("passphrase");
    let words: [&OsStr; 4] =
        ["restore".as_ref(), backup.as_os_str(), "--passphrase-file".as_ref(), passphrase.as_ref()];
    village.run(&words);
    village.start_again(&["--name", "Xóm Trại"]);
    village.look_after();
    for person in &mut world.people {
        person.come_in(&world.village);
        person.answer(&mut world.dice, 4);
    }
    lost
}

fn back_up(village: &mut Station) -> std::path::PathBuf {
    village.stop();
    let (backup, passphrase) =
        (village.machine.file("yesterday.hocvubak"), village.machine.file("passphrase"));
    std::fs::write(&passphrase, PASSPHRASE).unwrap();
    let words: [&OsStr; 5] = [
        "backup".as_ref(),
        "-o".as_ref(),
        backup.as_os_str(),
        "--passphrase-file".as_ref(),
        passphrase.as_ref(),
    ];
    village.run(&words);
    village.start_again(&["--name", "Xóm Trại"]);
    backup
}

/// The hamlet has no network: couriers take files to the province and back.
fn hamlet(folder: &Path, world: &mut World) -> (Station, Vec<Person>) {
    let mut hamlet = Station::start(&folder.join("hamlet"), &["--name", "Xóm Đồi"]);
    let mut people: Vec<Person> =
        ["Tý", "Sửu"].map(|name| Person::added(&hamlet, &format!("Bà {name}"))).into();
    for person in &mut people {
        person.answer(&mut world.dice, 9);
    }
    let (province, dice) = (&mut world.province, &mut world.dice);
    let code = province.join_code();
    // No address: whatever the hamlet tries leads nowhere.
    let code = JoinCode { addresses: Vec::new(), ..code }.to_text();
    hamlet.stop();
    let export = |hamlet: &Station, name: &str| {
        let file = hamlet.machine.file(name);
        let words = ["bundle", "export", "--to", &code, "-o"].map(OsStr::new);
        hamlet.run(&[&words[..], &[file.as_os_str()]].concat());
        file
    };
    let import = |station: &Station, file: &Path, reply: &Path| {
        let words = ["bundle".as_ref(), "import".as_ref(), file.as_os_str(), "-o".as_ref()];
        station.run(&[&words[..], &[reply.as_os_str()]].concat())
    };
    let first = export(&hamlet, "first.hvb");
    hamlet.start_again(&[]);
    for person in &mut people {
        person.browser.go_to(hamlet.address());
        person.answer(dice, 5);
    }
    hamlet.stop();
    let second = export(&hamlet, "second.hvb");

    let before = province.held();
    province.stop();
    let replies = ["one", "two", "three"].map(|name| hamlet.machine.file(name));
    for (file, reply) in [&first, &second, &first].into_iter().zip(&replies) {
        import(province, file, reply);
    }
    province.start_again(&["--name", "Tỉnh"]);
    // The newest first, then all again in the order of the journeys.
    for reply in [&replies[1], &replies[0], &replies[1], &replies[2]] {
        import(&hamlet, reply, Path::new("nobody-replies-to-a-reply"));
    }
    hamlet.start_again(&[]);
    for person in &mut people {
        person.browser.go_to(hamlet.address());
        let page = person.page();
        assert_eq!(page.counted, page.events, "{}: all is counted", person.name);
    }
    let pages: u64 = people.iter_mut().map(|person| person.page().events).sum();
    assert_eq!(province.held() - before, pages, "two journeys bring everything once");
    (hamlet, people)
}

/// What the province's relay has in its database.
#[derive(Default)]
struct Counted {
    events: BTreeMap<LearnerId, u64>,
    answers: BTreeMap<LearnerId, u64>,
    all: u64,
    numbers: BTreeSet<(hocvu_core::ids::ReplicaId, u64)>,
}

/// Reads a copy of a relay's folder, as the relay does.
fn read_relay(data: &Path, scratch: &Path) -> Counted {
    copy_folder(data, scratch);
    let ports = Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(FileKeyStore::new(scratch.join("keys"))),
    };
    let relay = Relay::open(scratch, &scratch.join("marker"), ports).unwrap();
    let mut counted = Counted::default();
    relay
        .for_each_event(&mut |event, _| {
            counted.all += 1;
            counted.numbers.insert((event.replica, event.seq));
            let Some(learner) = event.learner else { return };
            *counted.events.entry(learner).or_default() += 1;
            if let Some(Deed::AnswerGiven(_)) = event.deed() {
                *counted.answers.entry(learner).or_default() += 1;
            }
        })
        .unwrap();
    counted
}

#[test]
fn nothing_is_lost_or_doubled_between_a_village_a_hamlet_and_a_province_that_is_killed() {
    let seed = std::env::var("HOCVU_SEED").map_or(2026, |seed| seed.parse().unwrap());
    println!("HOCVU_SEED={seed}");
    let folder = hocvu_tests::Device::in_memory();
    let mut world = world(folder.root(), seed);
    for person in &mut world.people {
        assert_eq!(person.page().counted, 0, "nobody counts what is in the village alone");
    }

    let code = world.province.join_code().to_text();
    world.village.stop();
    world.let_province_run();
    world.village.start_again(&["--name", "Xóm Trại", "--upstream", &code]);
    for person in &mut world.people {
        person.browser.go_to(world.village.address());
    }
    let mut number = 0;
    world.kill_until(KILLS_INSIDE * 2 / 3, &mut number);

    let backup = back_up(&mut world.village);
    for person in &mut world.people {
        person.browser.go_to(world.village.address());
    }
    let in_backup: Vec<Page> = world.people.iter_mut().map(Person::page).collect();
    world.kill_until(KILLS_INSIDE, &mut number);
    println!("{} rounds, {:?}", number, world.tally);

    world.let_province_run();
    let lost = burn_down(&mut world, &backup, &in_backup);
    world.village.count_everything(&mut world.people);

    world.take_province();
    let (mut hamlet, mut hamlets) = hamlet(folder.root(), &mut world);

    let pages =
        |people: &mut [Person]| -> Vec<Page> { people.iter_mut().map(Person::page).collect() };
    let (here, there) = (pages(&mut world.people), pages(&mut hamlets));
    let (held, village, hamlet_held) = (world.province.held(), world.village.held(), hamlet.held());
    let told = world.village.told();
    world.province.stop();
    let data = world.province.machine.data();
    let counted = read_relay(&data, &folder.root().join("looked-at"));

    assert_eq!(counted.all, held);
    assert_eq!(counted.numbers.len() as u64, held, "a number of a chain was given twice");
    let brought: Vec<u64> = here.iter().map(|page| page.brought).collect();
    assert_eq!(brought, lost, "what burnt has come back from the province");
    let everybody = world.people.iter().zip(&here).chain(hamlets.iter().zip(&there));
    for (person, page) in everybody {
        let id = person.id();
        assert_eq!(page.counted, page.events, "{}: all is counted", person.name);
        assert_eq!(counted.answers.get(&id), Some(&person.answers), "answers of {}", person.name);
        assert_eq!(counted.events.get(&id), Some(&page.all()), "events of {}", person.name);
    }
    let sum = |pages: &[Page]| pages.iter().map(|page| page.events).sum::<u64>();
    assert_eq!(told, lost.iter().sum::<u64>(), "the village was told of what burnt there alone");
    assert_eq!(village, sum(&here), "the village's relay holds what its pages say");
    assert_eq!(hamlet_held, sum(&there), "the hamlet's relay holds what its pages say");
    assert_eq!(held, village + hamlet_held + told);
    println!(
        "{held} events counted: {village} of the village, {told} more that burnt there and came back, \
         {hamlet_held} of the hamlet"
    );
    world.village.stop();
    hamlet.stop();
    for station in [&world.village, &hamlet, &world.province] {
        station.run(&["doctor"]);
    }
}
