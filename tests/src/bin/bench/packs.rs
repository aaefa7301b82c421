//! Rows of packs: ten thousand questions without media.

use std::collections::BTreeMap;
use std::path::Path;

use hocvu::author::Course;
use hocvu_core::course::LineText;
use hocvu_core::ids::{QuestionId, QuizId};
use hocvu_core::quiz::{Choice, Kind, Question, Quiz, QuizUse};

use super::row::Row;
use super::village::{Dice, course_as, open, pack_of, starter_folders};
use super::{Fail, ms_of};

/// Size, building and importing of 10,000 questions of 32 words.
pub(crate) fn rows(scratch: &Path) -> Result<Vec<Row>, Fail> {
    let course = course_of_questions()?;
    let files = course.files();
    let bytes_in = files.values().map(Vec::len).sum::<usize>();
    let (build_ms, pack) = ms_of(|| pack_of(&course));
    let pack = pack?;
    let core = open(&scratch.join("packs"))?;
    let (import_ms, installed) = ms_of(|| core.packs().install_starter(&pack));
    installed?;
    let megabytes = pack.len() as f64 / 1e6;
    let size = Row::at_most("pack of 10,000 questions of 32 words", megabytes, "MB", 1.3);
    let build = Row::at_most("… built", build_ms / 1_000.0, "s", 0.1);
    let import = Row::at_most("… imported", import_ms / 1_000.0, "s", 0.1);
    let raw = format!("{:.1} MB unpacked; Kolibri 7.4, Anki 1.44", bytes_in as f64 / 1e6);
    Ok(vec![
        size.beside(&raw, Some(1.44)),
        build.beside("Kolibri 2.8, Anki 0.14", Some(0.14)),
        import.beside("Kolibri 3.4, Anki 0.13", Some(0.13)),
    ])
}

/// A starter course whose practice quizzes ask 10,000 questions of made-up words; 4,000 words, as
/// in the comparison. Its own questions stay, for the checks that its lessons ask.
fn course_of_questions() -> Result<Course, Fail> {
    let folder = starter_folders()?.pop().ok_or("no starter courses")?;
    let mut course = course_as(&folder, 1)?;
    let mut dice = Dice(8);
    let words: Vec<String> = (0..4_000).map(|_| word(&mut dice)).collect();
    let competence = course.competences[0].clone();
    let language = course.language.clone();
    course.quizzes.retain(|lang, _| *lang == language);
    let quizzes = course.quizzes.get_mut(&language).ok_or("a course without quizzes")?;
    quizzes.retain(|quiz| quiz.r#use == QuizUse::Check);
    let room = 10_000 - quizzes.iter().map(|quiz| quiz.questions.len()).sum::<usize>();
    let mut made = 0;
    while made < room {
        let count = 100.min(room - made);
        let mut questions = Vec::new();
        for _ in 0..count {
            let id = QuestionId::parse(&format!("q-{made}"))?;
            made += 1;
            questions.push(Question {
                id,
                version: 1,
                kind: Kind::Single { options: options(&words, &mut dice) },
                prompt: some_words(&words, 10, &mut dice),
                picture: None,
                competence: competence.clone(),
                difficulty: 1,
                hint: Some(some_words(&words, 2, &mut dice)),
                reason: some_words(&words, 6, &mut dice),
                fact: None,
            });
        }
        let id = QuizId::parse(&format!("z-{made}"))?;
        let title = String::from("Luyện tập");
        quizzes.push(Quiz { id, r#use: QuizUse::Practice, title, shuffle: true, questions });
    }
    let lessons = course.lessons.remove(&language).ok_or("a course without lessons")?;
    course.lessons = BTreeMap::from([(language, lessons)]);
    Ok(course)
}

/// Two options: 14 words, which with prompt, hint and reason make 32.
fn options(words: &[String], dice: &mut Dice) -> Vec<Choice> {
    let right = dice.below(2);
    (0..2)
        .map(|number| Choice {
            text: some_words(words, 4, dice),
            correct: number == right,
            feedback: some_words(words, 3, dice),
        })
        .collect()
}

fn some_words(words: &[String], count: usize, dice: &mut Dice) -> LineText {
    let chosen: Vec<&str> = (0..count).map(|_| words[dice.below(words.len())].as_str()).collect();
    LineText::plain(&chosen.join(" "))
}

fn word(dice: &mut Dice) -> String {
    const BEGIN: [&str; 12] = ["b", "c", "d", "g", "h", "kh", "l", "m", "ng", "nh", "t", "tr"];
    const MIDDLE: [&str; 10] = ["a", "à", "á", "ê", "i", "ô", "ơ", "u", "ư", "ươ"];
    const END: [&str; 6] = ["", "n", "ng", "m", "t", "c"];
    let syllables = 1 + dice.below(2);
    let syllable = |dice: &mut Dice| {
        let (b, m, e) = (dice.below(12), dice.below(10), dice.below(6));
        format!("{}{}{}", BEGIN[b], MIDDLE[m], END[e])
    };
    (0..syllables).map(|_| syllable(dice)).collect()
}
