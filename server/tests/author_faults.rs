//! What the authors' tools say to folders that are right and to folders that are not.
//!
//! 1. The example course and the starter courses read without faults.
//! 2. Seeded faults: each is reported alone, at its file and line, with a remedy.
//! 3. Faults of the folder itself: links, names, sizes, encodings.
//! 4. Warnings.
//! 5. The same folder gives the same bytes; any folder is judged without a panic.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hocvu::author::{Fault, NewCourseError, check, new_course, read_course};
use hocvu_core::course::{Block, CourseInfo, Day, Fact, Lesson};
use hocvu_core::quiz::{Kind, Quiz};
use proptest::prelude::*;
use tempfile::TempDir;

const TODAY: Day = Day { year: 2026, month: 11, day: 22 };

const COURSE: &str = "course.toml";
const FACTS: &str = "facts.toml";
const LESSON: &str = "lessons/01-nhom-cua-xom.md";
const LESSON_2: &str = "lessons/02-gui-tin-cho-gon.md";
const LESSON_EN: &str = "lessons/en/01-nhom-cua-xom.md";
const CHECKS: &str = "quizzes/cau-hoi-trong-bai.toml";
const CHECKS_EN: &str = "quizzes/en/cau-hoi-trong-bai.toml";
const PRACTICE: &str = "quizzes/luyen-tap.toml";
const PRACTICE_EN: &str = "quizzes/en/luyen-tap.toml";
const ITEMS: &str = "quizzes/tu-danh-gia.toml";
const PICTURE: &str = "media/tin-nhan.svg";

/// The example course in a folder of its own.
fn example() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    new_course(dir.path(), TODAY).unwrap();
    dir
}

fn faults_of(dir: &Path) -> Vec<Fault> {
    read_course(dir).err().unwrap_or_default()
}

fn mutate(dir: &Path, file: &str, from: &str, to: &str) -> String {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    let changed = text.replacen(from, to, 1);
    fs::write(&path, &changed).unwrap();
    changed
}

/// The line, from 1, that some words first stand in.
fn line_of(text: &str, words: &str) -> usize {
    let offset = text.find(words).unwrap_or_else(|| panic!("no {words:?} in\n{text}"));
    1 + text[..offset].matches('\n').count()
}

fn assert_one(faults: &[Fault], file: &str, line: usize, what: &str, why: &str) {
    let [fault] = faults else {
        panic!("{why}: one fault at {file}:{line} expected, found {faults:#?}")
    };
    assert_eq!((fault.file.as_str(), fault.line), (file, line), "{why}: {fault}");
    assert!(fault.what.contains(what), "{why}: {fault}");
    assert!(fault.remedy.len() > 10 && fault.remedy.ends_with('.'), "{why}: {fault}");
}

// 1. Folders that are right

#[test]
fn the_example_course_has_neither_fault_nor_warning() {
    let checked = check(example().path(), TODAY).unwrap();
    assert_eq!(checked.warnings, []);
    let course = checked.course;
    assert_eq!(course.id.as_str(), "nhan-tin-cho-xom");
    assert_eq!(course.languages.iter().map(|l| l.as_str()).collect::<Vec<_>>(), ["vi", "en"]);
    assert_eq!((course.version, course.title.as_str()), (1, "Nhắn tin cho cả xóm"));
    let practice = &course.quizzes[&course.language][1];
    let kinds: std::collections::HashSet<_> =
        practice.questions.iter().map(|q| std::mem::discriminant(&q.kind)).collect();
    assert_eq!(kinds.len(), 8, "every kind of question");
}

#[test]
fn the_pack_files_hold_what_the_author_wrote() {
    let course = read_course(example().path()).unwrap();
    let files = course.files();
    let paths: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "course/en.cbor",
            "course/vi.cbor",
            "facts/en.cbor",
            "facts/vi.cbor",
            "lessons/en/nhom-cua-xom.cbor",
            "lessons/vi/gui-tin-cho-gon.cbor",
            "lessons/vi/nhom-cua-xom.cbor",
            "media/nhom.svg",
            "media/tin-nhan.svg",
            "quizzes/en/cau-hoi-trong-bai.cbor",
            "quizzes/en/luyen-tap.cbor",
            "quizzes/vi/cau-hoi-trong-bai.cbor",
            "quizzes/vi/luyen-tap.cbor",
            "quizzes/vi/tu-danh-gia.cbor",
        ]
    );
    let info: CourseInfo = minicbor::decode(&files["course/en.cbor"]).unwrap();
    assert_eq!(info.title, "Messages for the whole hamlet");
    assert_eq!(
        info.lessons.iter().map(|l| l.as_str()).collect::<Vec<_>>(),
        ["nhom-cua-xom", "gui-tin-cho-gon"]
    );
    let facts: Vec<Fact> = minicbor::decode(&files["facts/vi.cbor"]).unwrap();
    assert_eq!((facts[0].checked_on, facts[0].review_after.year), (TODAY, 2027));
    let lesson: Lesson = minicbor::decode(&files["lessons/vi/nhom-cua-xom.cbor"]).unwrap();
    assert_eq!(lesson.screens.len(), 4);
    let Block::Text(line) = &lesson.screens[0].blocks[1] else { panic!("{lesson:?}") };
    assert_eq!(line.0[1].text, "một tin");
    assert!(
        matches!(lesson.screens[3].blocks.last(), Some(Block::Check(id)) if id.as_str() == "ai-doc-duoc")
    );
    let quiz: Quiz = minicbor::decode(&files["quizzes/vi/luyen-tap.cbor"]).unwrap();
    assert!(quiz.shuffle);
    let Kind::Gap { text, gaps } = &quiz.questions[5].kind else { panic!("{quiz:?}") };
    assert_eq!((text.len(), gaps.len(), gaps[0].answer), (5, 2, 0));
    let Kind::Number { answer_milli, unit, .. } = &quiz.questions[7].kind else { panic!() };
    assert_eq!((*answer_milli, unit.as_str()), (5_000, "giờ chiều"));
}

/// Where the starter courses lie: `HOCVU_COURSES`, else beside this crate.
fn courses() -> PathBuf {
    match std::env::var_os("HOCVU_COURSES") {
        Some(dir) => dir.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/courses"),
    }
}

#[test]
fn every_starter_course_reads_without_faults() {
    let entries = fs::read_dir(courses()).expect("the starter courses lie in assets/courses");
    let mut read = 0;
    let mut faults = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        read += 1;
        match read_course(&path) {
            Ok(course) => assert_eq!(course.id.as_str(), name),
            Err(found) => faults.extend(found.iter().map(|f| format!("{name}/{f}"))),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(read > 0, "no course in {}", courses().display());
}

#[test]
fn a_new_course_never_overwrites_anything() {
    let dir = example();
    let before = fs::read(dir.path().join(COURSE)).unwrap();
    let refused = new_course(dir.path(), TODAY).unwrap_err();
    assert!(matches!(refused, NewCourseError::NotEmpty(_)), "{refused}");
    assert_eq!(fs::read(dir.path().join(COURSE)).unwrap(), before);
    let on_leap_day = tempfile::tempdir().unwrap();
    let leap_day = Day { year: 2028, month: 2, day: 29 };
    new_course(&on_leap_day.path().join("a/b"), leap_day).unwrap();
    assert!(check(&on_leap_day.path().join("a/b"), leap_day).unwrap().warnings.is_empty());
}

#[test]
fn windows_line_ends_and_byte_order_marks_change_nothing() {
    let (plain, windows) = (example(), example());
    for file in [COURSE, FACTS, LESSON, LESSON_2, LESSON_EN, CHECKS, PRACTICE] {
        let path = windows.path().join(file);
        let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
        fs::write(path, format!("\u{feff}{text}")).unwrap();
    }
    let (plain, windows) = (read_course(plain.path()), read_course(windows.path()));
    assert_eq!(plain.unwrap().files(), windows.unwrap().files());
}

#[test]
fn decomposed_letters_are_composed_in_the_pack() {
    use unicode_normalization::UnicodeNormalization;
    let (composed, decomposed) = (example(), example());
    for file in [COURSE, FACTS, LESSON, PRACTICE] {
        let path = decomposed.path().join(file);
        let text: String = fs::read_to_string(&path).unwrap().nfd().collect();
        fs::write(path, text).unwrap();
    }
    let (a, b) = (read_course(composed.path()), read_course(decomposed.path()));
    assert_eq!(a.unwrap().files(), b.unwrap().files());
}

#[test]
fn audio_is_taken_with_its_words() {
    let dir = example();
    fs::write(dir.path().join("media/chao.opus"), opus(1)).unwrap();
    mutate(dir.path(), LESSON_2, "## Đọc", ":::audio chao.opus\nChào *cả xóm*.\n:::\n\n## Đọc");
    let course = read_course(dir.path()).unwrap();
    let lesson = &course.lessons[&course.language][1];
    let Block::Audio { file, words } = &lesson.screens[1].blocks[0] else { panic!("{lesson:?}") };
    assert_eq!((file.as_str(), words.text().as_str()), ("chao.opus", "Chào cả xóm."));
}

/// The first page of an Ogg Opus file with so many channels.
fn opus(channels: u8) -> Vec<u8> {
    let mut page = b"OggS\0\x02".to_vec();
    page.extend([0; 20]);
    page.extend([1, 19]);
    page.extend(b"OpusHead\x01");
    page.extend([channels, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]);
    page
}

// 2. Seeded faults

/// One change of the example course: file, words, what they become, words on the line to blame in
/// the changed file, part of what is said.
type Seed = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn assert_seeds(seeds: &[Seed]) {
    for (file, from, to, at, what) in seeds {
        let dir = example();
        let changed = mutate(dir.path(), file, from, to);
        let why = format!("{from:?} → {to:?}");
        assert_one(&faults_of(dir.path()), file, line_of(&changed, at), what, &why);
    }
}

#[test]
fn faults_of_the_course_file_are_found() {
    assert_seeds(&[
        (COURSE, "version = 1\n", "", "id =", "has no `version`"),
        (COURSE, "version = 1", "version = 0", "version", "`version` of the course is not"),
        (COURSE, "version = 1", "version = \"1\"", "version", "is a text"),
        (COURSE, "language", "langauge = 1\nlanguage", "langauge", "unknown key `langauge`"),
        (COURSE, "[\"2.1\"]", "[\"2.1\", \"9.9\"]", "9.9", "not in the table of competences"),
        (COURSE, "[\"2.1\"]", "[\"2.1\", \"2.1\"]", "[\"2.1\"", "twice"),
        (COURSE, "nhom.svg", "../nhom.svg", "../nhom", "`picture` of the course cannot be"),
        (COURSE, "nhom.svg", "mat.svg", "mat.svg", "there is no media/mat.svg"),
        (COURSE, "nhan-tin-cho-xom", "Nhắn tin", "id =", "`id` of the course cannot be"),
        (COURSE, "CC-BY-4.0", "CC BY 4.0", "licence", "`licence`"),
        (COURSE, "title = \"Nhắn", "title = \"**Nhắn**", "title", "stressed words"),
        (COURSE, "summary = \"Tell", "sumary = \"x\"\nsummary = \"Tell", "sumary", "unknown key"),
        (COURSE, "licence = \"CC", "licence = CC", "licence", "this is no TOML"),
        (COURSE, "version = 1", "version = 1\nversion = 2", "version = 2", "duplicate key"),
    ]);
}

#[test]
fn faults_of_facts_are_found() {
    assert_seeds(&[
        (FACTS, "status = \"unverified\"", "status = \"sure\"", "status", "`status`"),
        (FACTS, ", **chưa xác nhận**", "", "text = \"Đây", "does not say so"),
        (FACTS, "checked_on = 2026-11-22", "checked_on = \"hôm qua\"", "checked_on", "is a text"),
        (FACTS, "review_after = 2027", "review_after = 2026", "review_after", "before it was"),
        (FACTS, "source = \"Khóa học mẫu\"\n", "", "[[fact]]", "fact `vi-du` has no `source`"),
        (FACTS, "translations.en", "translations.fr", "translations.fr", "no language `fr`"),
        (FACTS, "translations.en", "translations.vi", "translations.vi", "own language"),
    ]);
    let dir = example();
    let more = "\n[[fact]]\nid = \"b\"\ntext = \"x\"\nsource = \"y\"\nchecked_on = 2026-01-01\n\
                review_after = 2027-01-01\nstatus = \"read\"\n";
    let text = fs::read_to_string(dir.path().join(FACTS)).unwrap() + more;
    fs::write(dir.path().join(FACTS), &text).unwrap();
    let line = line_of(&text, "id = \"b\"");
    assert_one(&faults_of(dir.path()), FACTS, line, "uses the fact `b`", "an unused fact");
}

#[test]
fn faults_of_lessons_are_found() {
    assert_seeds(&[
        (LESSON_2, "+++\ntitle", "title", "title", "has no head"),
        (LESSON_2, "minutes = 3", "minutes = 20", "minutes", "not a number from 1 to 15"),
        (LESSON_2, "[\"2.1\"]", "[\"4.2\"]", "4.2", "is not one of the course's"),
        (LESSON_2, "## Đọc lại", "# Đọc lại", "# Đọc lại", "kind of heading"),
        (LESSON_2, "Chị Mai gõ", "Chị [Mai](x) gõ", "[Mai]", "a link stands here"),
        (LESSON_2, "Chị Mai gõ", "Chị **Mai gõ", "**Mai", "not closed"),
        (LESSON_2, "Chị Mai gõ", "Chị <b>Mai</b> gõ", "<b>", "raw HTML"),
        (LESSON_2, "Chị Mai gõ", "> Chị Mai gõ", "> Chị", "quotation"),
        (LESSON_2, "Chị Mai gõ", "    Chị Mai gõ", "    Chị", "code"),
        (LESSON_2, "Chị Mai gõ", "***\n\nChị Mai gõ", "***", "a line is drawn"),
        (LESSON_2, "Chị Mai gõ", "[a]: http://b.c\n\nChị Mai gõ", "[a]:", "a link is defined"),
        (LESSON_2, "- Ở đâu?", "  - Ở đâu?", "  - Ở", "a list stands inside"),
        (LESSON_2, "- Việc", "3. Một\n\n- Việc", "3. Một", "does not begin with 1"),
        (LESSON_2, "Chị Mai gõ", "![](nhom.svg)\n\nChị Mai gõ", "![]", "no words"),
        (LESSON_2, "Chị Mai gõ", "![a](b.png)\n\nChị Mai gõ", "![a]", "no picture of this course"),
        (LESSON_2, "Chị Mai gõ", "![a](b.svg)\n\nChị Mai gõ", "![a]", "there is no media/b.svg"),
        (LESSON_2, "Chị Mai gõ", "![a](nhom.svg) Chị Mai gõ", "![a]", "picture stands between"),
        (LESSON_2, ":::remember", ":::rember", ":::rember", "no block `:::rember`"),
        (LESSON_2, ":::remember", "::: remember", "::: remember", "a space stands"),
        (LESSON_2, ":::check doc-lai-tin\n:::", ":::check doc-lai-tin", ":::check", "not closed"),
        (LESSON_2, "check doc-lai-tin\n", "check doc-lai-tin\nx\n", "x\n:::", "holds something"),
        (LESSON_2, "gửi.\n:::", "gửi.\n:::\n:::", ":::\n\n:::check", "closes nothing"),
        (LESSON_2, "---\n\n##", "---\n\n---\n\n##", "---\n\n##", "a screen is empty"),
        (
            LESSON_2,
            ":::check",
            ":::tip\nx\n:::\n\n:::check",
            ":::tip",
            "follows the lesson's summary",
        ),
        (LESSON_2, "Chị Mai gõ", ":::fact la\n:::\n\nChị Mai gõ", ":::fact", "no fact `la`"),
        (LESSON_2, "Chị Mai gõ", ":::fact\n:::\n\nChị Mai gõ", ":::fact", "names no fact"),
        (LESSON_2, "Chị Mai gõ", ":::tip\n:::\n\nChị Mai gõ", ":::tip", "is empty"),
        (
            LESSON,
            "\n:::tip",
            "\n:::tip\n:::warning\nx\n:::",
            ":::warning",
            "begins inside `:::tip`",
        ),
        (LESSON, "khác.\n:::", "khác.", ":::tip", "not closed"),
        (LESSON_2, "gửi.\n:::", "gửi.", ":::check", "begins inside `:::remember`"),
        (LESSON_EN, "\n---\n\n:::fact", "\n:::fact", "+++", "3 screens, the lesson has 4"),
        (LESSON_EN, "minutes = 3", "minutes = 3\nlevel = 1", "level", "unknown key `level`"),
    ]);
}

#[test]
fn a_lesson_must_sum_up_and_ask() {
    let dir = example();
    let text = mutate(dir.path(), LESSON_2, ":::remember", ":::tip");
    let end = line_of(&text, ":::check") + 1;
    assert_one(&faults_of(dir.path()), LESSON_2, end, "no `:::remember`", "no summary");

    let dir = example();
    let text = mutate(dir.path(), LESSON_2, "tin\n:::\n", "tin\n:::\n\n---\n\nHết.\n");
    let faults = faults_of(dir.path());
    let end = line_of(&text, "Hết.");
    assert!(faults.iter().all(|f| f.line == end && f.file == LESSON_2), "{faults:#?}");
    assert!(faults.iter().any(|f| f.what.contains("does not end with a check")), "{faults:#?}");
}

#[test]
fn faults_of_every_quiz_are_found() {
    assert_seeds(&[
        (PRACTICE, "use = \"practice\"", "use = \"exam\"", "use", "`use` of the quiz cannot be"),
        (PRACTICE, "title = \"Luyện tập: nhắn tin cho cả xóm\"\n", "", "use", "has no `title`"),
        (
            CHECKS,
            "use = \"check\"",
            "use = \"check\"\nshuffle = true",
            "shuffle",
            "practice quizzes",
        ),
        (
            CHECKS,
            "hint = \"Nhóm giống như cái loa của xóm.\"\n",
            "",
            "[[question]]",
            "has no `hint`",
        ),
        (ITEMS, "reason", "hint = \"x\"\nreason", "hint", "would never be shown"),
        (PRACTICE, "kind = \"single\"", "kind = \"singel\"", "kind", "`kind` of question"),
        (PRACTICE, "difficulty = 1", "difficulty = 4", "difficulty", "number from 1 to 3"),
        (PRACTICE, "competence = \"2.1\"", "competence = \"2.2\"", "2.2", "one of the course's"),
        (PRACTICE, "prompt =", "promt = \"x\"\nprompt =", "promt", "unknown key `promt`"),
        (PRACTICE, "picture_alt", "#", "[[question]]", "has no `picture_alt`"),
        (PRACTICE, "picture = ", "#", "picture_alt", "`picture_alt`"),
        (PRACTICE, "fact = \"vi-du\"", "fact = \"vi-dy\"", "vi-dy", "no fact `vi-dy`"),
        (
            PRACTICE,
            "id = \"tin-du-gi\"",
            "id = \"gui-vao-dau\"",
            "id = \"gui-vao-dau\"\nkind = \"m",
            "question `gui-vao-dau` stands in line",
        ),
        (ITEMS, "id = \"dg-ai-doc\"", "id = \"Dg\"", "Dg", "`id` of question cannot be"),
        (ITEMS, "\n[[question]]", "\n[[questoin]]\n[[question]]", "questoin", "unknown key"),
    ]);
}

#[test]
fn faults_of_each_kind_of_question_are_found() {
    assert_seeds(&[
        (CHECKS, "correct = true\n", "", "[[question]]", "has 0 right options"),
        (
            CHECKS,
            "feedback = \"Đúng rồi. Cả nhóm cùng đọc được.\"\n",
            "",
            "  [[question.option]]",
            "has no `feedback`",
        ),
        (
            CHECKS,
            "\"Chỉ trưởng xóm\"",
            "\"Mọi người trong nhóm\"",
            "text = \"Mọi người trong nhóm\"\n  feedback",
            "the same as that of line",
        ),
        (CHECKS, "answer = true", "answer = \"true\"", "answer", "is a text"),
        (CHECKS, "answer = true\n", "", "[[question]]\nid = \"doc", "has no `answer`"),
        (PRACTICE, "extra = [\"Người lạ\"]", "extra = [\"Nhóm của xóm\"]", "extra", "the same as"),
        (PRACTICE, "left = \"Giờ họp xóm\"", "left = \"\"", "left", "is empty"),
        (PRACTICE, ", \"Đọc lại tin\", \"Chạm Gửi\"", "", "items", "has 2 × `items`"),
        (PRACTICE, "\"Gõ tin\", \"Đọc", "\"Mở nhóm\", \"Đọc", "items", "the same as"),
        (PRACTICE, "{2} trước", "{3} trước", "text = \"Tin vào", "gaps once each"),
        (PRACTICE, "{2} trước", "{hai} trước", "text = \"Tin vào", "is no gap"),
        (PRACTICE, "answer = \"đọc lại\"", "answer = \"đọc\"", "answer = \"đọc\"", "none of its"),
        (PRACTICE, "marks = \"optional\"", "marks = \"maybe\"", "marks", "`marks`"),
        (
            PRACTICE,
            "text = \"Tin vào",
            "feedback_wrong = \"x\"\ntext = \"Tin vào",
            "feedback_wrong = \"x\"",
            "stands outside of its gaps",
        ),
        (PRACTICE, "text = \"Xóa\"", "text = \"gui!\"", "gui!", "counts as right"),
        (PRACTICE, "\"nút Gửi\"", "\"!\"", "answers", "no answer that could be typed"),
        (PRACTICE, "answer = 5", "answer = 5.0001", "answer = 5", "no plain number"),
        (PRACTICE, "answer = 5", "tolerance = -1\nanswer = 5", "tolerance", "below 0"),
        (
            PRACTICE,
            "feedback_wrong = \"Mình",
            "options = []\nfeedback_wrong = \"Mình",
            "options = []",
            "unknown key `options`",
        ),
    ]);
}

#[test]
fn translations_must_mean_the_same() {
    assert_seeds(&[
        (PRACTICE_EN, "answer = 5", "answer = 6", "id =", "another right answer"),
        (PRACTICE_EN, "kind =", "version = 2\nkind =", "id =", "another `version`"),
        (PRACTICE_EN, "id = \"may-gio-hop\"", "id = \"may\"", "id =", "has no question `may`"),
        (PRACTICE_EN, "\"practice\"", "\"practice\"\nshuffle = false", "use", "another `shuffle`"),
        (CHECKS_EN, "correct = true\n", "correct = false\n", "[[question]]", "has 0 right options"),
        (CHECKS_EN, "difficulty = 1", "difficulty = 2", "id =", "another `difficulty`"),
        (
            LESSON_EN,
            ":::check ai-doc-duoc",
            ":::check doc-lai-tin",
            ":::check",
            "here the lesson asks",
        ),
    ]);
    let dir = example();
    fs::rename(dir.path().join(PRACTICE_EN), dir.path().join("quizzes/en/la.toml")).unwrap();
    assert_one(&faults_of(dir.path()), "quizzes/en/la.toml", 1, "that this translates", "orphan");
}

#[test]
fn checks_belong_to_one_lesson_each() {
    let dir = example();
    let text = mutate(dir.path(), LESSON_2, ":::check doc-lai-tin", ":::check gui-vao-dau");
    let faults = faults_of(dir.path());
    let places: Vec<_> = faults.iter().map(|f| (f.file.as_str(), f.line)).collect();
    let checks = fs::read_to_string(dir.path().join(CHECKS)).unwrap();
    assert_eq!(
        places,
        [
            (LESSON_2, line_of(&text, ":::check")),
            (CHECKS, line_of(&checks, "id = \"doc-lai-tin\"")),
        ]
    );
    assert!(faults[0].what.contains("not for checks") && faults[1].what.contains("no lesson asks"));

    let dir = example();
    let text = mutate(dir.path(), LESSON_2, "## Đọc", ":::check ai-doc-duoc\n:::\n---\n## Đọc");
    let line = line_of(&text, ":::check ai");
    assert_one(&faults_of(dir.path()), LESSON_2, line, "is asked in line", "asked twice");
}

#[test]
fn all_faults_are_told_at_once_and_in_order() {
    let dir = example();
    mutate(dir.path(), PICTURE, "rx=\"12\"", "style=\"x\"");
    mutate(dir.path(), PRACTICE, "difficulty = 1", "difficulty = 9");
    mutate(dir.path(), LESSON, "minutes = 3", "minutes = 99");
    mutate(dir.path(), LESSON, "## Loa", "# Loa");
    mutate(dir.path(), COURSE, "version = 1", "version = -1");
    let faults = faults_of(dir.path());
    let places: Vec<_> = faults.iter().map(|f| (f.file.as_str(), f.line)).collect();
    assert_eq!(places, [(COURSE, 2), (LESSON, 3), (LESSON, 7), (PICTURE, 2), (PRACTICE, 12)]);
}

// 3. Faults of the folder itself

fn assert_put(path: &str, bytes: &[u8], line: usize, what: &str) {
    let dir = example();
    let on_disk = dir.path().join(path);
    fs::create_dir_all(on_disk.parent().unwrap()).unwrap();
    fs::write(&on_disk, bytes).unwrap();
    assert_one(&faults_of(dir.path()), path, line, what, path);
}

#[test]
fn files_that_a_course_does_not_have_are_named() {
    assert_put("readme.txt", b"x", 1, "no such file");
    assert_put("media/Ảnh.svg", b"x", 1, "no such file");
    assert_put("media/khoa.png", b"x", 1, "no such file");
    assert_put("lessons/en/x.txt", b"x", 1, "no such file");
    assert_put("quizzes/x.md", b"x", 1, "no such file");
    assert_put("media/a.opus", b"OggS", 1, "no mono Opus");
    assert_put("media/a.opus", &opus(2), 1, "no mono Opus");
    assert_put("media/a.svg", b"<svg viewBox='0 0 1 1'>\n<script/></svg>", 2, "<script> is not");
    assert_put(FACTS, b"a = 1\n\xff", 2, "not UTF-8");
    assert_put(FACTS, "# a\n# b \u{202e}c\n".as_bytes(), 2, "invisible character");
    assert_put(FACTS, &vec![b'#'; 256 * 1024 + 1], 1, "more than 256 KiB");
    let dir = example();
    fs::create_dir(dir.path().join("video")).unwrap();
    assert_one(&faults_of(dir.path()), "video", 1, "no such folder", "folder");
}

#[test]
fn names_that_begin_with_a_point_are_passed_over() {
    let dir = example();
    fs::create_dir(dir.path().join(".git")).unwrap();
    fs::write(dir.path().join("media/.DS_Store"), "x").unwrap();
    assert_eq!(faults_of(dir.path()), []);
}

#[cfg(unix)]
#[test]
fn links_are_refused_wherever_they_lead() {
    let dir = example();
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("a.svg");
    fs::write(&secret, "<svg viewBox='0 0 1 1'/>").unwrap();
    std::os::unix::fs::symlink(&secret, dir.path().join("media/a.svg")).unwrap();
    assert_one(&faults_of(dir.path()), "media/a.svg", 1, "a link", "file");

    let dir = example();
    fs::rename(dir.path().join("media"), elsewhere.path().join("media")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("media"), dir.path().join("media")).unwrap();
    assert_one(&faults_of(dir.path()), "media", 1, "a link", "folder");
}

#[test]
fn what_lacks_is_named_once() {
    let dir = example();
    fs::remove_file(dir.path().join(COURSE)).unwrap();
    assert_one(&faults_of(dir.path()), COURSE, 1, "no course.toml", "no course.toml");
    let nowhere = dir.path().join("nowhere");
    let faults = faults_of(&nowhere);
    assert_one(&faults, &nowhere.display().to_string(), 1, "no such folder", "nowhere");
    // A quiz that cannot be read makes no fault of each lesson that names its questions.
    let dir = example();
    let text = mutate(dir.path(), CHECKS, "use = \"check\"", "use = check");
    let line = line_of(&text, "use =");
    assert_one(&faults_of(dir.path()), CHECKS, line, "no TOML", "broken quiz");
}

#[test]
fn limits_are_kept() {
    let dir = example();
    let screens = "a\n\n---\n\n".repeat(40);
    let text = mutate(dir.path(), LESSON_2, "Tin dài", &format!("{screens}Tin dài"));
    let line = 1 + text
        .match_indices("---\n")
        .nth(39)
        .map(|(i, _)| text[..i].matches('\n').count())
        .unwrap();
    assert_one(&faults_of(dir.path()), LESSON_2, line, "more than 40 screens", "screens");

    let dir = example();
    let text = mutate(dir.path(), LESSON_2, "Tin dài", &format!("{}Tin dài", "a\n\n".repeat(40)));
    let line = line_of(&text, "a\n\na");
    assert_one(&faults_of(dir.path()), LESSON_2, line, "more than 40 blocks", "blocks");

    let dir = example();
    for i in 0..99 {
        let text = fs::read_to_string(dir.path().join(LESSON_2)).unwrap();
        let mut checks = fs::read_to_string(dir.path().join(CHECKS)).unwrap();
        let question = checks.split("[[question]]").nth(2).unwrap().to_owned();
        let id = format!("c{i}");
        checks += &format!("\n[[question]]{}", question.replace("doc-lai-tin", &id));
        fs::write(dir.path().join(CHECKS), checks).unwrap();
        let path = dir.path().join(format!("lessons/{:03}-b{i}.md", i + 100));
        fs::write(path, text.replace("doc-lai-tin", &id)).unwrap();
    }
    assert_one(&faults_of(dir.path()), "lessons/198-b98.md", 1, "more than 100 lessons", "lessons");
}

// 4. Warnings

#[test]
fn what_is_doubtful_is_a_warning_and_no_fault() {
    let dir = example();
    let a_year_later = Day { year: 2027, ..TODAY };
    let facts = fs::read_to_string(dir.path().join(FACTS)).unwrap();
    let line = line_of(&facts, "review_after");
    assert_one(&check(dir.path(), a_year_later).unwrap().warnings, FACTS, line, "reviewed", "old");

    fs::write(dir.path().join("media/x.svg"), "<svg viewBox='0 0 1 1'/>").unwrap();
    assert_one(&check(dir.path(), TODAY).unwrap().warnings, "media/x.svg", 1, "nothing shows", "");

    let dir = example();
    let text = mutate(dir.path(), LESSON_2, "Tin dài", &"dài ".repeat(451));
    let line = line_of(&text, "minutes");
    assert_one(&check(dir.path(), TODAY).unwrap().warnings, LESSON_2, line, "words are much", "");

    let dir = example();
    let items = fs::read_to_string(dir.path().join(ITEMS)).unwrap();
    let (fewer, _) = items.rsplit_once("\n[[question]]").unwrap();
    fs::write(dir.path().join(ITEMS), fewer).unwrap();
    assert_one(&check(dir.path(), TODAY).unwrap().warnings, ITEMS, 1, "has 7 items", "");

    let dir = example();
    let to = "lessons/1-gui-tin-cho-gon.md";
    fs::rename(dir.path().join(LESSON_2), dir.path().join(to)).unwrap();
    assert_one(&check(dir.path(), TODAY).unwrap().warnings, to, 1, "comes after", "");
}

// 5. Determinism and robustness

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let (a, b) = (example(), example());
    // Another order of writing gives another order of the directory's entries.
    let path = b.path().join(LESSON);
    let text = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, text).unwrap();
    let files = |dir: &TempDir| read_course(dir.path()).map(|c| c.files());
    assert_eq!(files(&a), files(&b));
    assert_eq!(files(&a), files(&a));
}

/// The example's files, read once: making the folder anew for each case is most of the time.
fn example_files() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let dir = example();
        let names = [
            COURSE,
            FACTS,
            LESSON,
            LESSON_2,
            LESSON_EN,
            CHECKS,
            CHECKS_EN,
            PRACTICE,
            PRACTICE_EN,
            ITEMS,
            PICTURE,
        ];
        names.iter().map(|n| ((*n).to_owned(), fs::read(dir.path().join(n)).unwrap())).collect()
    })
}

/// Judges the example with one file replaced; every fault must have its place and remedy.
fn judge(file: &str, bytes: &[u8]) {
    let dir = example();
    fs::write(dir.path().join(file), bytes).unwrap();
    let Err(faults) = check(dir.path(), TODAY) else { return };
    assert!(!faults.is_empty());
    for fault in &faults {
        assert!(fault.line >= 1 && !fault.file.is_empty(), "{fault}");
        assert!(!fault.what.is_empty() && fault.remedy.ends_with('.'), "{fault}");
        let lines = 1 + bytes.iter().filter(|b| **b == b'\n').count();
        assert!(fault.file != file || fault.line <= lines, "{fault}");
    }
    assert!(faults.is_sorted());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_in_any_file_are_judged_without_a_panic(
        file in 0usize..11,
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        judge(example_files().keys().nth(file).unwrap(), &bytes);
    }

    #[test]
    fn any_change_of_any_file_is_judged_without_a_panic(
        file in 0usize..11,
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0usize..30, "[-+:#*_`{}\\[\\]()<>!=\"' \n0-9a-cớ.,\\\\]{0,12}"),
            1..5,
        ),
    ) {
        let (name, bytes) = example_files().iter().nth(file).unwrap();
        let mut bytes = bytes.clone();
        for (at, cut, put) in changes {
            let at = at.index(bytes.len() + 1);
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, put.bytes());
        }
        judge(name, &bytes);
    }

    #[test]
    fn lines_in_any_order_are_judged_without_a_panic(
        file in 0usize..11,
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let (name, bytes) = example_files().iter().nth(file).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let shuffled: Vec<u8> = order.iter().flat_map(|i| *i.get(&lines)).copied().collect();
        judge(name, &shuffled);
    }
}
