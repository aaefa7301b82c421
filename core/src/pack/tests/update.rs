//! Updates: what they bring is what was signed, and what they cost is what changed.

use super::*;
use crate::pack::fixture::{lang, lesson_id};
use crate::pack::update::{Edition, apply_update, build_update};
use crate::pack::{FileEntry, Manifest, Update};
use proptest::prelude::*;

/// An edition in memory.
pub(super) struct Held {
    pub(super) body: Vec<u8>,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Held {
    pub(super) fn of(course: &CourseFixture) -> Self {
        let folder = build_folder(&course.files(), &course.pack_info(), None).unwrap();
        let cover = crate::pack::cover::Cover::decode("c", &folder["manifest.cbor"]).unwrap();
        Self { body: cover.body.to_vec(), files: course.files() }
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        *blake3::hash(&self.body).as_bytes()
    }

    pub(super) fn update(&self, from: Option<&Self>) -> Update {
        let read = |entry: &FileEntry| Ok(self.files[&entry.path].clone());
        let to = Edition { body: &self.body, read: &read };
        with(from, |from| build_update(&to, from).unwrap())
    }

    fn apply(
        &self,
        update: &[u8],
        from: Option<&Self>,
    ) -> crate::Result<BTreeMap<String, Vec<u8>>> {
        with(from, |from| apply_update(update, &self.hash(), from).map(|(_, files)| files))
    }
}

fn with<T>(held: Option<&Held>, call: impl FnOnce(Option<&Edition<'_>>) -> T) -> T {
    let Some(held) = held else { return call(None) };
    let read = |entry: &FileEntry| Ok(held.files[&entry.path].clone());
    call(Some(&Edition { body: &held.body, read: &read }))
}

/// A course of many lessons, pictures and a sound.
pub(super) fn large() -> CourseFixture {
    let mut course = course();
    for no in 0..40 {
        let words = |salt: u32| -> String {
            (0..120_u32).map(|i| format!("từ{} ", (i * 7_919 + no * 31 + salt) % 1_997)).collect()
        };
        let texts = [words(1), words(2), words(3)];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        course.lesson("vi", &format!("bai-{no:02}"), &format!("Bài {no}"), &texts);
    }
    let noise = |seed: u32, bytes: usize| -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..bytes).map(|_| next()).collect()
    };
    course.media.insert("loi-chao.opus".into(), [b"OggS".to_vec(), noise(1, 200_000)].concat());
    course.media.insert("tam-biet.opus".into(), [b"OggS".to_vec(), noise(2, 90_000)].concat());
    course
}

pub(super) fn edited(course: &CourseFixture, lesson: &str) -> CourseFixture {
    let mut course = course.clone();
    course.version += 1;
    let key = (lang("vi"), lesson_id(lesson));
    course.lessons.get_mut(&key).unwrap().title.push_str(" (mới)");
    course
}

#[test]
fn an_update_from_nothing_and_one_from_the_version_before_bring_the_same() {
    let (old, new) = (Held::of(&large()), Held::of(&edited(&large(), "bai-07")));
    let whole = new.update(None);
    assert_eq!(new.apply(&whole.bytes, None).unwrap(), new.files);
    let change = new.update(Some(&old));
    assert_eq!(new.apply(&change.bytes, Some(&old)).unwrap(), new.files);
    assert_eq!(new.update(Some(&old)), change, "same input, same bytes");
    assert!(change.bytes.len() < 600, "{} bytes for a changed title", change.bytes.len());
    assert_eq!(change.text_bytes, change.bytes.len() as u64, "no picture or sound changed");
    assert!(whole.text_bytes < whole.bytes.len() as u64 - 290_000, "sounds come after the texts");
}

#[test]
fn a_renamed_file_costs_its_name_alone() {
    let old = large();
    let mut new = old.clone().version(2);
    let sound = new.media.remove("loi-chao.opus").unwrap();
    new.media.insert("chao.opus".into(), sound);
    let (old, new) = (Held::of(&old), Held::of(&new));
    let update = new.update(Some(&old));
    assert_eq!(new.apply(&update.bytes, Some(&old)).unwrap(), new.files);
    assert!(update.bytes.len() < 300, "{}", update.bytes.len());
}

#[test]
fn a_tag_changed_in_a_sound_does_not_send_the_sound_again() {
    let old = large();
    let mut new = old.clone().version(2);
    let sound = new.media.get_mut("loi-chao.opus").unwrap();
    sound.splice(40..60, *b"another title of it all");
    let (old, new) = (Held::of(&old), Held::of(&new));
    let update = new.update(Some(&old));
    assert_eq!(new.apply(&update.bytes, Some(&old)).unwrap(), new.files);
    assert!(update.bytes.len() < 400, "{}", update.bytes.len());
}

#[test]
fn what_is_altered_or_cut_short_anywhere_is_refused() {
    let (old, new) = (Held::of(&course()), Held::of(&edited(&course(), "ma-otp")));
    for from in [None, Some(&old)] {
        let update = new.update(from).bytes;
        for at in 0..update.len() {
            assert!(new.apply(&update[..at], from).is_err(), "cut at {at}");
            let mut altered = update.clone();
            altered[at] ^= 0x41;
            if let Ok(files) = new.apply(&altered, from) {
                assert_eq!(files, new.files, "byte {at}");
            }
        }
    }
    let other = Held::of(&edited(&large(), "bai-01"));
    assert!(new.apply(&other.update(None).bytes, None).is_err(), "another course's");
    assert!(
        new.apply(&new.update(Some(&old)).bytes, None).is_err(),
        "without what it is made from"
    );
}

#[test]
fn a_piece_that_unpacks_to_more_than_its_files_is_refused() {
    let held = Held::of(&large());
    let manifest = Manifest::decode(&held.body).unwrap();
    let bomb = zstd::bulk::compress(&vec![0; 50_000_000], 3).unwrap();
    let open = crate::pack::update::OpenUpdate {
        body: held.body,
        pieces: vec![crate::pack::update::Piece { at: 0, bytes: bomb.len(), files: vec![0] }],
        manifest,
    };
    let refused = open.files(&open.pieces[0], &bomb, &[]).unwrap_err();
    assert!(refused.to_string().contains("more than it may"), "{refused}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let held = Held::of(&course());
        let _ = held.apply(&bytes, None);
        let _ = held.apply(&[b"hocvuupd\0\0\0\0\0\0\0\0\x10\0\0\0".as_slice(), &bytes].concat(), None);
    }
}
