//! Fetching: whatever a mirror or a network does, what is held works and nothing comes twice.

use std::cell::RefCell;

use super::update::{Held, edited, large};
use super::*;
use crate::pack::fixture::{lang, lesson_id};
use crate::pack::{
    CataloguePack, Fetch, FetchAnswer, FetchChoice, FetchTrouble, FetchView, Flow, Listing,
    MirrorAddress, Mirrors, UpdateOffer, build_catalogue,
};
use crate::sync::RelayKey;

/// What a mirror does with an answer's bytes.
type Lie = dyn Fn(u64, Vec<u8>) -> Vec<u8>;

/// Changes where an answer's bytes begin, its tag and its bytes; the last is the whole update.
type Twist = dyn Fn(&mut u64, &mut String, &mut Vec<u8>, &[u8]);

/// A mirror in memory.
pub(super) struct Mirror {
    address: MirrorAddress,
    pub(super) editions: Vec<Held>,
    pub(super) catalogue: Vec<u8>,
    lie: Option<Box<Lie>>,
    /// What it says instead of where its bytes begin, its tag and its bytes, all of which it knows.
    twist: Option<Box<Twist>>,
    asked: RefCell<u32>,
    made: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Mirror {
    pub(super) fn of(ministry: &Ministry, version: u32, courses: &[&[CourseFixture]]) -> Self {
        let mut packs = Vec::new();
        let mut editions = Vec::new();
        for course in courses {
            let newest = course.last().unwrap();
            packs.push(CataloguePack::of(&ministry.pack(newest)).unwrap());
            editions.extend(course.iter().map(|course| signed(ministry, course)));
        }
        Self {
            address: MirrorAddress {
                relay: RelayKey { sign: [7; 32], seal: [7; 32] },
                addresses: vec![String::from("http://192.168.4.1:8080")],
                is_near: true,
            },
            editions,
            catalogue: build_catalogue(version, packs, &ministry.signer()).unwrap(),
            lie: None,
            twist: None,
            asked: RefCell::default(),
            made: RefCell::default(),
        }
    }

    fn lying(mut self, no: u8, lie: impl Fn(u64, Vec<u8>) -> Vec<u8> + 'static) -> Self {
        self.address.relay = RelayKey { sign: [no; 32], seal: [no; 32] };
        self.lie = Some(Box::new(lie));
        self
    }

    pub(super) fn list(&self, core: &HocvuCore) {
        let updates = self.editions.iter().map(|edition| UpdateOffer {
            to: edition.hash().into(),
            from: None,
            text_bytes: 100,
            media_bytes: 200,
        });
        let listing = Listing::new(vec![self.catalogue.clone()], updates.collect()).encode();
        core.packs().take_listing(&self.address.relay, Some("t"), &listing).unwrap();
    }

    /// The update that a path names.
    fn update(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(made) = self.made.borrow().get(path) {
            return Some(made.clone());
        }
        let made = self.make(path)?;
        self.made.borrow_mut().insert(path.to_owned(), made.clone());
        Some(made)
    }

    fn make(&self, path: &str) -> Option<Vec<u8>> {
        let path = path.strip_prefix("/v1/courses/").unwrap();
        let (to, from) = path.split_once("?from=").map_or((path, None), |(to, f)| (to, Some(f)));
        let find = |hex: &str| {
            let is = |held: &&Held| blake3::Hash::from_bytes(held.hash()).to_hex().as_str() == hex;
            self.editions.iter().find(is)
        };
        Some(find(to)?.update(from.and_then(find)).bytes)
    }
}

/// An edition as its pack's manifest has it.
fn signed(ministry: &Ministry, course: &CourseFixture) -> Held {
    let folder = ministry.folder(course);
    let cover = crate::pack::cover::Cover::decode("c", &folder["manifest.cbor"]).unwrap();
    Held { body: cover.body.to_vec(), files: course.files() }
}

/// Carries one request to its end, or to a cut after so many bytes.
fn carry(fetch: &mut Fetch<'_>, mirrors: &[&Mirror], cut: usize) -> bool {
    let Some(request) = fetch.next_request().unwrap() else { return false };
    let mirror = mirrors.iter().find(|m| m.address.relay == request.mirror.relay).unwrap();
    *mirror.asked.borrow_mut() += 1;
    let Some(update) = mirror.update(&request.path) else {
        fetch.answered(FetchAnswer::Trouble(FetchTrouble::NotThere)).unwrap();
        return true;
    };
    let tag = blake3::hash(&update).to_hex().to_string();
    let is_same = request.tag.as_ref().is_none_or(|held| *held == tag);
    let mut tag = tag;
    let mut from = if is_same { request.range.0 } else { 0 };
    let end = request.range.1.filter(|_| is_same).map_or(update.len(), |to| to as usize + 1);
    let mut bytes = update[from as usize..end.min(update.len())].to_vec();
    if let Some(lie) = &mirror.lie {
        bytes = lie(from, bytes);
    }
    if let Some(twist) = &mirror.twist {
        twist(&mut from, &mut tag, &mut bytes, &update);
    }
    if fetch.answered(FetchAnswer::Bytes { from, tag }).unwrap() == Flow::Enough {
        return true;
    }
    let is_cut = bytes.len() > cut;
    bytes.truncate(cut);
    for chunk in bytes.chunks(1_000) {
        if fetch.take(chunk).unwrap() == Flow::Enough {
            fetch.close(None).unwrap();
            return true;
        }
    }
    fetch.close(is_cut.then_some(FetchTrouble::Cut)).unwrap();
    true
}

/// A fetch that must end by itself within so many requests.
fn ends(core: &HocvuCore, mirrors: &[&Mirror], cut: usize) -> FetchView {
    let mut fetch = core.packs().fetch(&course().info.id, &choice(mirrors, true)).unwrap();
    for _ in 0..400 {
        if !carry(&mut fetch, mirrors, cut) {
            return fetch.view().clone();
        }
    }
    panic!("it does not end: {:?}", fetch.view());
}

pub(super) fn choice(mirrors: &[&Mirror], with_media: bool) -> FetchChoice {
    let addresses = mirrors.iter().map(|mirror| mirror.address.clone()).collect();
    FetchChoice { with_media, mirrors: Mirrors::Only(addresses), bytes_max: None }
}

fn fetch_all(core: &HocvuCore, mirrors: &[&Mirror], with_media: bool) -> FetchView {
    let course = course().info.id;
    let mut fetch = core.packs().fetch(&course, &choice(mirrors, with_media)).unwrap();
    while carry(&mut fetch, mirrors, usize::MAX) {}
    fetch.view().clone()
}

/// Every word, picture and sound is as the course has it.
pub(super) fn assert_holds(core: &HocvuCore, course: &CourseFixture) {
    let edition = core.packs().held_edition(&course.info.id).unwrap().unwrap();
    for entry in &edition.manifest.files {
        let bytes = core.packs().held_file(&edition, entry).unwrap();
        assert_eq!(bytes.as_deref(), Some(&course.files()[&entry.path][..]), "{}", entry.path);
    }
    assert_eq!(edition.manifest.files.len(), course.files().len());
}

#[test]
fn a_fetched_course_is_the_one_that_was_published() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    mirror.list(&core);
    let offers = core.packs().offers().unwrap();
    assert_eq!((offers.len(), offers[0].is_available, offers[0].held), (1, true, None));
    let view = fetch_all(&core, &[&mirror], true);
    assert_eq!((view.is_done, view.trouble), (true, None));
    assert_eq!((view.bytes_done, view.bytes_moved), (view.bytes, view.bytes));
    assert_holds(&core, &course);
    assert_eq!(core.packs().offers().unwrap(), []);
    assert_eq!(*mirror.asked.borrow(), 1, "one request brings a course");
    assert!(core.packs().fetch(&course.info.id, &choice(&[&mirror], true)).is_err());
    let (_other, by_file) = device_of(&ministry);
    by_file.packs().install_bytes("p", &ministry.pack(&course)).unwrap();
    let strip = |core: &HocvuCore| core.packs().list().unwrap();
    assert_eq!(strip(&core), strip(&by_file));
}

#[test]
fn a_new_version_costs_what_changed_and_lessons_stay_readable() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-03"));
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let mirror = Mirror::of(&ministry, 1, &[&[old.clone(), new.clone()]]);
    mirror.list(&core);
    let id = &old.info.id;
    let mut fetch = core.packs().fetch(id, &choice(&[&mirror], true)).unwrap();
    let title = || {
        let lesson = core.courses().lesson(id, &lesson_id("bai-03"), &lang("vi")).unwrap();
        lesson.unwrap().value.title
    };
    while !fetch.view().is_switched {
        assert_eq!(title(), "Bài 3");
        assert!(carry(&mut fetch, &[&mirror], 200));
    }
    assert_eq!(title(), "Bài 3 (mới)");
    while carry(&mut fetch, &[&mirror], 200) {}
    let view = fetch.view().clone();
    assert!(view.is_done && view.bytes_moved < 700, "{view:?}");
    assert_holds(&core, &new);
}

#[test]
fn a_fetch_that_is_cut_a_hundred_times_ends_and_sends_nothing_twice() {
    for restarts in [false, true] {
        let ministry = Ministry::new();
        let (device, mut core) = device_of(&ministry);
        let course = large();
        let mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
        mirror.list(&core);
        let whole = mirror.editions[0].update(None).bytes.len();
        let (mut state, mut cuts, mut moved) = (1_u32, 0, 0);
        loop {
            let mut fetch = core.packs().fetch(&course.info.id, &choice(&[&mirror], true)).unwrap();
            let mut is_done = false;
            loop {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let cut = (state >> 8) as usize % (2 * whole / 100);
                if !carry(&mut fetch, &[&mirror], cut.max(300)) {
                    is_done = fetch.view().is_done;
                    break;
                }
                cuts += 1;
                if restarts {
                    break;
                }
            }
            moved += fetch.view().bytes_moved;
            assert_eq!(fetch.view().trouble, None);
            drop(fetch);
            if is_done || core.packs().offers().unwrap().is_empty() {
                break;
            }
            if restarts {
                drop(core);
                core = device.open();
            }
        }
        assert!(cuts >= 60, "{cuts}");
        let twice = moved as f64 / whole as f64 - 1.0;
        println!("restarts {restarts}: {cuts} cuts, {:.2} % sent twice", 100.0 * twice);
        assert!(twice <= 0.10, "{:.1} % sent twice", 100.0 * twice);
        assert_holds(&core, &course);
    }
}

#[test]
fn a_hostile_mirror_costs_a_try_and_the_next_one_is_asked() {
    let lies: [(&str, Box<Lie>); 5] =
        [
            (
                "altered",
                Box::new(|_, mut bytes| {
                    let at = bytes.len() / 2;
                    bytes[at] ^= 1;
                    bytes
                }),
            ),
            (
                "endless",
                Box::new(|_, mut bytes| {
                    bytes.extend(vec![0; 3_000_000]);
                    bytes
                }),
            ),
            ("noise", Box::new(|_, bytes| vec![0x55; bytes.len() + 100])),
            ("empty", Box::new(|_, _| Vec::new())),
            (
                "swapped",
                Box::new(|from, bytes| {
                    if from == 0 { Held::of(&super::course()).update(None).bytes } else { bytes }
                }),
            ),
        ];
    for (name, lie) in lies {
        let ministry = Ministry::new();
        let (_device, core) = device_of(&ministry);
        let (old, new) = (large(), edited(&large(), "bai-09"));
        core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
        let of = || Mirror::of(&ministry, 1, &[&[old.clone(), new.clone()]]);
        let (hostile, honest) = (of().lying(1, lie), of());
        hostile.list(&core);
        let alone = fetch_all(&core, &[&hostile], true);
        if name != "endless" {
            assert!(alone.trouble.is_some() && !alone.is_done, "{name}: {alone:?}");
            assert_holds(&core, &old);
            let view = fetch_all(&core, &[&hostile, &honest], true);
            assert!(view.is_done, "{name}: {view:?}");
        }
        assert!(alone.bytes_moved < 20_000, "{name}: {alone:?}");
        assert_holds(&core, &new);
    }
}

#[test]
fn an_older_catalogue_and_a_stolen_key_bring_nothing() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-09"));
    let before = Mirror::of(&ministry, 1, &[std::slice::from_ref(&old)]);
    let now = Mirror::of(&ministry, 2, &[&[old, new.clone()]]);
    now.list(&core);
    let listing = Listing::new(vec![before.catalogue.clone()], Vec::new()).encode();
    let report = core.packs().take_listing(&before.address.relay, None, &listing).unwrap();
    assert!(report.refused[0].contains("newer"), "{report:?}");
    fetch_all(&core, &[&now], true);
    assert_holds(&core, &new);
    // The thief still signs with the old key; the root has another since.
    let stolen = Mirror::of(&ministry, 9, &[&[edited(&new, "bai-01")]]);
    stolen.list(&core);
    assert_eq!(core.packs().offers().unwrap().len(), 1, "nobody knows of the theft yet");
    ministry.replace_key();
    let mut again = new;
    again.version = 1;
    let mut healed = Mirror::of(&ministry, 1, &[&[again]]);
    healed.address.relay.sign = [8; 32];
    healed.list(&core);
    let offers = core.packs().offers().unwrap();
    assert_eq!(offers[0].order.to_string(), "2.1");
    let view = fetch_all(&core, &[&stolen, &healed], true);
    assert!(view.is_done, "{view:?}");
    let list = core.packs().list().unwrap();
    assert_eq!(list[0].order.to_string(), "2.1");
    let report = core
        .packs()
        .take_listing(
            &stolen.address.relay,
            None,
            &Listing::new(vec![stolen.catalogue.clone()], Vec::new()).encode(),
        )
        .unwrap();
    assert_eq!(report.refused.len(), 1);
}

#[test]
fn texts_come_without_pictures_and_sounds_when_somebody_wants_that() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    mirror.list(&core);
    let view = fetch_all(&core, &[&mirror], false);
    assert!(view.is_done && view.bytes_moved < 60_000, "{view:?}");
    let id = &course.info.id;
    assert!(core.courses().lesson(id, &lesson_id("bai-03"), &lang("vi")).unwrap().is_some());
    assert_eq!(core.courses().picture(id, "loi-chao.opus").unwrap(), None);
    let offer = core.packs().offers().unwrap().remove(0);
    assert_eq!((offer.text_bytes, offer.media_bytes > 290_000), (0, true));
    let view = fetch_all(&core, &[&mirror], true);
    assert!(view.is_done && view.bytes_moved < 310_000, "{view:?}");
    assert_holds(&core, &course);
}

#[test]
fn pictures_and_sounds_make_room_for_others_and_come_back() {
    let ministry = Ministry::new();
    let (device, core) = device_of(&ministry);
    let mut other = large();
    other.info.id = crate::pack::fixture::course_id("khac");
    other.media.insert("loi-chao.opus".into(), [b"OggS".to_vec(), vec![9; 250_000]].concat());
    let course = large();
    let mirror =
        Mirror::of(&ministry, 1, &[std::slice::from_ref(&course), std::slice::from_ref(&other)]);
    mirror.list(&core);
    let fetch_of = |core: &HocvuCore, id| {
        let mut fetch = core.packs().fetch(id, &choice(&[&mirror], true)).unwrap();
        while carry(&mut fetch, &[&mirror], usize::MAX) {}
        assert!(fetch.view().is_done, "{:?}", fetch.view());
    };
    fetch_of(&core, &course.info.id);
    device.clock.0.fetch_add(3 * 86_400, std::sync::atomic::Ordering::SeqCst);
    fetch_of(&core, &other.info.id);
    device.clock.0.fetch_add(3 * 86_400, std::sync::atomic::Ordering::SeqCst);
    core.courses().picture(&course.info.id, "loi-chao.opus").unwrap().unwrap();
    core.packs().set_media_quota(Some(300_000)).unwrap();
    let here = |id, file: &str| core.courses().picture(id, file).unwrap().is_some();
    assert!(here(&course.info.id, "loi-chao.opus"), "it was used last");
    assert!(!here(&other.info.id, "loi-chao.opus"));
    assert!(here(&other.info.id, "khoa.svg"), "sounds go first");
    assert!(core.packs().storage(None).unwrap().media_bytes <= 300_000);
    let lesson = core.courses().lesson(&other.info.id, &lesson_id("bai-03"), &lang("vi")).unwrap();
    assert!(lesson.is_some(), "texts never go");
    assert!(core.doctor().unwrap().faults.is_empty());
    core.packs().set_media_quota(None).unwrap();
    fetch_of(&core, &other.info.id);
    assert!(here(&other.info.id, "loi-chao.opus"));
}

#[test]
fn courses_leave_a_part_of_the_month_to_the_record() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mut mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    mirror.address.is_near = false;
    mirror.list(&core);
    core.sync().set_budget(Some(100_000)).unwrap();
    let view = fetch_all(&core, &[&mirror], true);
    assert_eq!(view.trouble, Some(FetchTrouble::BudgetSpent));
    assert!(view.is_switched, "the texts were no more than that");
    let (moved, _) = core.sync().traffic().unwrap();
    assert!((70_000..=76_000).contains(&moved), "{moved}");
    mirror.address.is_near = true;
    assert!(fetch_all(&core, &[&mirror], true).is_done, "in the hub's Wi-Fi bytes cost nothing");
    assert_eq!(core.sync().traffic().unwrap().0, moved);
    assert_holds(&core, &course);
}

#[test]
fn no_more_bytes_come_than_somebody_allows_at_a_time() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mut mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    mirror.list(&core);
    let near = FetchChoice { bytes_max: Some(10), ..choice(&[&mirror], false) };
    let mut fetch = core.packs().fetch(&course.info.id, &near).unwrap();
    while carry(&mut fetch, &[&mirror], usize::MAX) {}
    assert_eq!(
        (fetch.view().bytes_spent, fetch.view().is_done),
        (0, true),
        "near bytes cost nothing"
    );
    drop(fetch);
    core.packs().remove(&course.info.id).unwrap();

    mirror.address.is_near = false;
    let choice = FetchChoice { bytes_max: Some(50_000), ..choice(&[&mirror], true) };
    let mut times = 0;
    loop {
        times += 1;
        let mut fetch = core.packs().fetch(&course.info.id, &choice).unwrap();
        // A link that breaks every 3,000 bytes: what requests cost beside their answers counts too.
        while carry(&mut fetch, &[&mirror], 3_000) {}
        assert!(fetch.view().bytes_spent <= 50_000, "{:?}", fetch.view());
        assert!(fetch.view().bytes_moved < fetch.view().bytes_spent);
        if fetch.view().is_done {
            break;
        }
        assert_eq!(fetch.view().trouble, Some(FetchTrouble::BudgetSpent));
    }
    assert!((5..20).contains(&times), "{times} times");
    let (month, _) = core.sync().traffic().unwrap();
    assert!(month > 300_000, "{month}");
    assert_holds(&core, &course);
}

#[test]
fn a_fetch_that_is_given_up_leaves_what_was_held() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-03"));
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let mirror = Mirror::of(&ministry, 1, &[&[new]]);
    mirror.list(&core);
    let id = &old.info.id;
    let mut fetch = core.packs().fetch(id, &choice(&[&mirror], true)).unwrap();
    carry(&mut fetch, &[&mirror], 2_500);
    drop(fetch);
    assert!(core.packs().offers().unwrap()[0].is_begun);
    core.packs().cancel_fetch(id).unwrap();
    assert!(!core.packs().offers().unwrap()[0].is_begun);
    assert_holds(&core, &old);
}

/// Thirty newer roots, and a publisher whose key was replaced three times.
pub(super) fn thirty_roots(ministry: &mut Ministry) {
    for round in 0..30 {
        // The holders of the root's keys change one by one, the publisher's key now and then.
        let new = ministry.new_key();
        let mut keys = ministry.root_keys.clone();
        keys[round % 3] = new;
        let publics = keys.iter().map(SecretKey::public).collect();
        let mut root = ministry.chain.newest().successor();
        root.keys = publics;
        let signers = [&ministry.root_keys[..], &keys[..]].concat();
        let signed = signers.iter().fold(SignedRoot::new(&root).unwrap(), |s, key| s.sign(key));
        ministry.chain = ministry.chain.clone().follow(signed).unwrap();
        ministry.root_keys = keys;
        if round % 10 == 9 {
            ministry.replace_key();
        }
    }
}

#[test]
fn a_phone_many_roots_behind_is_brought_up_by_one_listing() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let old = large();
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    thirty_roots(&mut ministry);
    let mut new = edited(&old, "bai-01");
    new.version = 1;
    let mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&new)]);
    mirror.list(&core);
    assert_eq!(core.packs().roots().unwrap()[0].version, 34);
    let view = fetch_all(&core, &[&mirror], true);
    assert!(view.is_done, "{view:?}");
    assert!(view.bytes_moved < 60_000, "what is held by its hash does not come again: {view:?}");
    assert_eq!(core.packs().list().unwrap()[0].order.to_string(), "4.1");
    assert_holds(&core, &new);
}

#[test]
fn a_full_disk_ends_a_fetch_and_the_held_version_works() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-03"));
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let mut other = new;
    other.media.insert("moi.opus".into(), [b"OggS".to_vec(), vec![7; 300_000]].concat());
    for no in 0..200_000_u32 {
        other.media.get_mut("moi.opus").unwrap()[no as usize + 10] ^= ((no * 7_919) >> 7) as u8;
    }
    let mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&other)]);
    mirror.list(&core);
    let id = &old.info.id;
    let pages = |sql: &str| {
        core.store.with_writer(|conn| {
            conn.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| panic!("{e}"))
        })
    };
    let now = pages("PRAGMA page_count").unwrap();
    pages(&format!("PRAGMA max_page_count = {}", now + 2)).unwrap();
    let mut fetch = core.packs().fetch(id, &choice(&[&mirror], true)).unwrap();
    while carry(&mut fetch, &[&mirror], usize::MAX) {}
    assert_eq!(fetch.view().trouble, Some(FetchTrouble::DiskFull), "{:?}", fetch.view());
    drop(fetch);
    assert_holds(&core, &old);
    pages("PRAGMA max_page_count = 1000000").unwrap();
    let view = fetch_all(&core, &[&mirror], true);
    assert!(view.is_done, "{view:?}");
    assert_holds(&core, &other);
}

#[test]
fn a_piece_without_bytes_is_refused() {
    let held = Held::of(&large());
    let (_, _, head) = head_with(&held, &[(0, vec![3])]);
    assert!(crate::pack::apply_update(&head, &held.hash(), None).is_err());
}

/// The start of an update with such pieces, its head's length and the whole of it.
fn head_with(held: &Held, pieces: &[(u32, Vec<u16>)]) -> (Vec<u8>, usize, Vec<u8>) {
    let mut cbor = Vec::new();
    let mut encoder = minicbor::Encoder::new(&mut cbor);
    encoder.map(3).unwrap().u8(0).unwrap().u8(1).unwrap();
    encoder.u8(1).unwrap().bytes(&held.body).unwrap();
    encoder.u8(2).unwrap().array(pieces.len() as u64).unwrap();
    for (bytes, files) in pieces {
        encoder.array(2).unwrap().u32(*bytes).unwrap().array(files.len() as u64).unwrap();
        for file in files {
            encoder.u16(*file).unwrap();
        }
    }
    let head = zstd::bulk::compress(&cbor, 3).unwrap();
    let start =
        [b"hocvuupd\0\0\0\0\0\0\0\0".as_slice(), &(head.len() as u32).to_le_bytes()].concat();
    let whole = [&start[..], &head].concat();
    (start, head.len(), whole)
}

#[test]
fn a_mirror_that_names_its_bytes_anew_each_time_is_left() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mut liar = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    liar.twist = Some(Box::new(|from, tag, bytes, whole| {
        let random: u64 = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 1);
        (*from, *tag, *bytes) = (0, format!("{random:x}"), whole[..300].to_vec());
    }));
    liar.list(&core);
    let view = ends(&core, &[&liar], usize::MAX);
    assert!(view.trouble.is_some() && view.bytes_moved < 5_000, "{view:?}");
}

#[test]
fn a_proxy_that_drops_ranges_is_read_over() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mut mirror = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    mirror.twist = Some(Box::new(|from, _, bytes, whole| {
        (*from, *bytes) = (0, whole.to_vec());
    }));
    mirror.list(&core);
    let mut fetch = core.packs().fetch(&course.info.id, &choice(&[&mirror], true)).unwrap();
    carry(&mut fetch, &[&mirror], 40_000);
    carry(&mut fetch, &[&mirror], usize::MAX);
    assert!(!carry(&mut fetch, &[&mirror], usize::MAX), "{:?}", fetch.view());
    assert!(fetch.view().is_done, "{:?}", fetch.view());
    assert_holds(&core, &course);
}

#[test]
fn a_head_that_lies_harms_no_honest_mirror() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let course = large();
    let mut liar = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    liar.address.relay.sign = [1; 32];
    let honest = Mirror::of(&ministry, 1, &[std::slice::from_ref(&course)]);
    let held = signed(&ministry, &course);
    let everything: Vec<(u32, Vec<u16>)> =
        (0..held.files.len() as u16).map(|file| (60, vec![file])).collect();
    for pieces in [Vec::new(), everything] {
        let (_, _, head) = head_with(&held, &pieces);
        // It gives the honest tag, its own head, and nothing after it.
        liar.twist = Some(Box::new(move |from, _, bytes, _| {
            let at = (*from as usize).min(head.len());
            *bytes = head[at..].to_vec();
        }));
        liar.list(&core);
        let mut fetch = core.packs().fetch(&course.info.id, &choice(&[&liar], true)).unwrap();
        carry(&mut fetch, &[&liar], usize::MAX);
        drop(fetch);
        assert!(ends(&core, &[&liar], usize::MAX).trouble.is_some());
        let view = ends(&core, &[&liar, &honest], usize::MAX);
        assert!(view.is_done, "{view:?}");
        assert_holds(&core, &course);
        core.packs().remove(&course.info.id).unwrap();
    }
}

#[test]
fn a_new_version_brings_sounds_that_the_old_one_was_fetched_without() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-05"));
    let first = Mirror::of(&ministry, 1, &[std::slice::from_ref(&old)]);
    first.list(&core);
    assert!(fetch_all(&core, &[&first], false).is_done);
    let second = Mirror::of(&ministry, 2, &[&[old, new.clone()]]);
    second.list(&core);
    let view = ends(&core, &[&second], usize::MAX);
    assert!(view.is_done, "{view:?}");
    assert_holds(&core, &new);
}

#[test]
fn a_course_that_is_removed_or_replaced_meanwhile_stays_so() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-05"));
    let newest = edited(&new, "bai-06");
    let id = old.info.id.clone();
    let mirror = Mirror::of(&ministry, 1, &[&[old.clone(), newest.clone()]]);
    mirror.list(&core);
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let mut fetch = core.packs().fetch(&id, &choice(&[&mirror], true)).unwrap();
    assert!(core.packs().fetch(&id, &choice(&[&mirror], true)).is_err(), "one fetch a course");
    core.packs().remove(&id).unwrap();
    while carry(&mut fetch, &[&mirror], 300) {}
    assert!(!fetch.view().is_done);
    drop(fetch);
    assert!(core.packs().held_edition(&id).unwrap().is_none(), "removed is removed");
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let mut fetch = core.packs().fetch(&id, &choice(&[&mirror], true)).unwrap();
    carry(&mut fetch, &[&mirror], 30);
    core.packs().install_bytes("p", &ministry.pack(&new)).unwrap();
    while carry(&mut fetch, &[&mirror], 300) {}
    drop(fetch);
    assert_holds(&core, &new);
    assert!(ends(&core, &[&mirror], usize::MAX).is_done);
    assert_holds(&core, &newest);
}

#[test]
fn a_key_that_is_replaced_in_the_middle_of_a_fetch_brings_nothing_any_more() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let (old, new) = (large(), edited(&large(), "bai-05"));
    core.packs().install_bytes("p", &ministry.pack(&old)).unwrap();
    let stolen = Mirror::of(&ministry, 1, &[&[old.clone(), new]]);
    stolen.list(&core);
    let mut fetch = core.packs().fetch(&old.info.id, &choice(&[&stolen], true)).unwrap();
    carry(&mut fetch, &[&stolen], 30);
    ministry.replace_key();
    Mirror::of(&ministry, 1, &[]).list(&core);
    while carry(&mut fetch, &[&stolen], 300) {}
    assert!(!fetch.view().is_switched, "{:?}", fetch.view());
    assert_holds(&core, &old);
}

#[test]
fn what_is_on_its_way_counts_for_the_quota() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let mut other = large();
    other.info.id = crate::pack::fixture::course_id("khac");
    other.media.insert("loi-chao.opus".into(), [b"OggS".to_vec(), vec![9; 250_000]].concat());
    other.media.remove("tam-biet.opus");
    let course = large();
    let courses = [std::slice::from_ref(&course), std::slice::from_ref(&other)];
    let mirror = Mirror::of(&ministry, 1, &courses);
    mirror.list(&core);
    core.packs().set_media_quota(Some(400_000)).unwrap();
    for id in [&course.info.id, &other.info.id] {
        let mut fetch = core.packs().fetch(id, &choice(&[&mirror], true)).unwrap();
        while carry(&mut fetch, &[&mirror], usize::MAX) {}
        assert!(fetch.view().is_done, "{:?}", fetch.view());
        let media = core.packs().storage(None).unwrap().media_bytes;
        assert!(media <= 400_000, "{media}");
    }
    assert!(core.courses().picture(&other.info.id, "loi-chao.opus").unwrap().is_some());
}
