//! Rows of courses on their way: what an update to a course of about 5 MB costs, for the kinds of
//! change that authors make, beside fetching the course anew.

use std::collections::BTreeMap;

use hocvu::author::Course;
use hocvu_core::course::{Block, Span, SpanStyle};
use hocvu_core::ids::LessonId;
use hocvu_core::pack::{Edition, FileEntry, Update, apply_update, build_folder, build_update};

use super::Fail;
use super::row::Row;
use super::village::{Dice, course_as, starter_folders, vi};

const LESSONS: usize = 60;
const PICTURES: usize = 60;
const SOUNDS: usize = 9;
const SOUND_BYTES: usize = 460_000;

/// An edition in memory.
struct Held {
    manifest: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
}

/// A change that an author makes.
type Change = fn(&mut Course);

/// Bytes for five kinds of change.
pub(crate) fn rows() -> Result<Vec<Row>, Fail> {
    let before = large_course()?;
    let held = held(&before)?;
    let whole = update(&held, None)?;
    let picture = new_picture().len() as f64;
    let packed = zstd::bulk::compress(&new_picture(), 6)?.len() as f64;
    let kinds: [(&str, f64, Change); 5] = [
        ("one lesson changed", 256.0, |course| change_lessons(course, 1)),
        ("one line in each of 60 lessons changed", 4_600.0, |course| {
            change_lessons(course, LESSONS)
        }),
        ("20 pictures renamed", 100.0, rename_pictures),
        ("a new picture", packed, |course| {
            course.media.insert(String::from("them-moi.svg"), new_picture());
        }),
        ("the tag of a sound changed", 2_100.0, change_tag),
    ];
    let mut rows = Vec::new();
    for (name, goal, change) in kinds {
        let mut course = before.clone();
        course.version += 1;
        change(&mut course);
        let next = self::held(&course)?;
        let update = update(&next, Some(&held))?;
        let (_, files) = with(&held, |from| {
            apply_update(&update.bytes, blake3::hash(&next.manifest).as_bytes(), Some(from))
        })?;
        if files != next.files {
            return Err(format!("{name}: the update brought something else").into());
        }
        let payload = update.bytes.len() - head_bytes(&update.bytes);
        let row = Row::at_most(
            &format!("update: {name}, payload"),
            payload as f64,
            "B",
            (goal * 1.2).round(),
        );
        let note = format!("{} B with manifest; anew {} B", update.bytes.len(), whole.bytes.len());
        rows.push(row.beside(&note, None));
    }
    let unpacked: usize = held.files.values().map(Vec::len).sum();
    let row = Row::at_most("course of 60 lessons anew", whole.bytes.len() as f64 / 1e6, "MB", 5.0);
    let note = format!(
        "{:.1} MB unpacked; {:.0} kB of it texts, which come first; the new picture has {picture} B",
        unpacked as f64 / 1e6,
        whole.text_bytes as f64 / 1e3,
    );
    rows.push(row.beside(&note, None));
    Ok(rows)
}

/// Bytes before the first piece.
fn head_bytes(update: &[u8]) -> usize {
    let length = u32::from_le_bytes(update[16..20].try_into().expect("4 bytes"));
    20 + length as usize
}

fn held(course: &Course) -> Result<Held, Fail> {
    let files = course.files();
    let mut folder = build_folder(&files, &course.pack_info(), None)?;
    let cover = folder.remove("manifest.cbor").ok_or("a pack without a manifest")?;
    Ok(Held { manifest: manifest_of(&cover)?, files })
}

/// The signed body of a cover: the byte string under key 1.
fn manifest_of(cover: &[u8]) -> Result<Vec<u8>, Fail> {
    let mut decoder = minicbor::Decoder::new(cover);
    let keys = decoder.map()?.ok_or("an open map")?;
    for _ in 0..keys {
        if decoder.u8()? == 1 {
            return Ok(decoder.bytes()?.to_vec());
        }
        decoder.skip()?;
    }
    Err("a cover without a body".into())
}

fn update(to: &Held, from: Option<&Held>) -> Result<Update, Fail> {
    let made = with(to, |to| match from {
        None => build_update(to, None),
        Some(from) => with(from, |from| build_update(to, Some(from))),
    });
    Ok(made?)
}

fn with<T>(held: &Held, call: impl FnOnce(&Edition<'_>) -> T) -> T {
    let read = |entry: &FileEntry| Ok(held.files[&entry.path].clone());
    call(&Edition { body: &held.manifest, read: &read })
}

/// A starter course, its lessons again and again until there are sixty, each with words of its own,
/// a picture and here and there a sound.
pub(crate) fn large_course() -> Result<Course, Fail> {
    let folder = starter_folders()?.pop().ok_or("no starter courses")?;
    let mut course = course_as(&folder, 1)?;
    let mut dice = Dice(5);
    let lang = vi();
    course.infos.retain(|of, _| *of == lang);
    course.facts.retain(|of, _| *of == lang);
    course.quizzes.retain(|of, _| *of == lang);
    course.lessons.retain(|of, _| *of == lang);
    course.languages.retain(|of| *of == lang);
    let models = course.lessons[&lang].clone();
    let mut lessons = models.clone();
    for no in models.len()..LESSONS {
        let mut lesson = models[no % models.len()].clone();
        lesson.id = LessonId::parse(&format!("bai-{no}"))?;
        lesson.title = format!("{} {no}", lesson.title);
        for block in lesson.screens.iter_mut().flat_map(|screen| &mut screen.blocks) {
            if let Block::Text(line) = block {
                for _ in 0..12 {
                    line.0.insert(dice.below(line.0.len() + 1), some_words(&mut dice));
                }
            }
        }
        lessons.push(lesson);
    }
    if let Some(info) = course.infos.get_mut(&lang) {
        info.lessons = lessons.iter().map(|lesson| lesson.id.clone()).collect();
    }
    course.lessons.insert(lang, lessons);
    for no in 0..PICTURES {
        course.media.insert(format!("tranh-{no:02}.svg"), drawing(&mut dice, 120));
    }
    for no in 0..SOUNDS {
        course.media.insert(format!("loi-{no}.opus"), sound(&mut dice));
    }
    Ok(course)
}

fn some_words(dice: &mut Dice) -> Span {
    const SYLLABLES: [&str; 16] = [
        "bà", "mã", "chuyển", "khoản", "người", "điện", "thoại", "không", "giữ", "hỏi", "con",
        "tiền", "lạ", "gọi", "máy", "nhà",
    ];
    let words: Vec<&str> = (0..6).map(|_| SYLLABLES[dice.below(16)]).collect();
    Span { text: format!("{} ", words.join(" ")), style: SpanStyle::Plain }
}

/// A drawing such as people trace: many short strokes.
fn drawing(dice: &mut Dice, strokes: usize) -> Vec<u8> {
    let mut svg = String::from("<svg viewBox=\"0 0 960 640\">");
    for _ in 0..strokes {
        let mut at = || format!("{} {}", dice.below(960), dice.below(640));
        let path = format!("<path d=\"M{} L{} L{}\"/>", at(), at(), at());
        svg.push_str(&path);
    }
    svg.push_str("</svg>");
    svg.into_bytes()
}

fn new_picture() -> Vec<u8> {
    drawing(&mut Dice(77), 140)
}

/// Bytes that no compressor makes smaller, as those of a sound, behind a tag.
fn sound(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = b"OggS OpusTags title=Loi chao; album=Khoa hoc; ".to_vec();
    bytes.resize_with(SOUND_BYTES, || dice.below(256) as u8);
    bytes
}

fn change_lessons(course: &mut Course, count: usize) {
    let mut dice = Dice(11);
    let lessons = course.lessons.values_mut().flatten();
    // From the last, which has words of its own.
    for lesson in lessons.rev().take(count) {
        let blocks = lesson.screens.iter_mut().flat_map(|screen| &mut screen.blocks);
        let text = blocks.filter_map(|block| match block {
            Block::Text(line) => Some(line),
            _ => None,
        });
        if let Some(line) = text.into_iter().next() {
            line.0.push(some_words(&mut dice));
        }
    }
}

fn rename_pictures(course: &mut Course) {
    for no in 0..20 {
        if let Some(picture) = course.media.remove(&format!("tranh-{no:02}.svg")) {
            course.media.insert(format!("anh-{no:02}.svg"), picture);
        }
    }
}

fn change_tag(course: &mut Course) {
    if let Some(sound) = course.media.get_mut("loi-3.opus") {
        let title = b"title=Loi chao cua co giao, ban moi".iter().copied();
        sound.splice(14..28, title);
    }
}
