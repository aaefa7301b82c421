//! Compares translations with what they translate: a learner's record must mean the same in every
//! language, so answers, versions and checks have to agree.

use hocvu_core::quiz::{Kind, Question};

use super::fault::{At, Faults};
use super::lesson_md::LessonFile;
use super::quiz_toml::QuizFile;

fn file_name(at: &At) -> &str {
    at.file.rsplit('/').next().unwrap_or_default()
}

/// Checks lessons of one language against those of the course's own.
pub(super) fn compare_lessons(
    own: &[LessonFile],
    translated: &[LessonFile],
    complete: bool,
    faults: &Faults,
) {
    for lesson in translated {
        match own.iter().find(|o| file_name(&o.at) == file_name(&lesson.at)) {
            Some(original) => compare_lesson(original, lesson, faults),
            None if complete => no_original(&lesson.at, "lessons", faults),
            None => {}
        }
    }
}

fn no_original(at: &At, folder: &str, faults: &Faults) {
    let what = format!("there is no {folder}/{} that this translates", file_name(at));
    faults.add(at, what, "Name it exactly like the file that it translates.");
}

fn compare_lesson(own: &LessonFile, other: &LessonFile, faults: &Faults) {
    let (screens, expected) = (other.lesson.screens.len(), own.lesson.screens.len());
    if screens != expected {
        let what = format!("the translation has {screens} screens, the lesson has {expected}");
        faults.add(&other.at, what, "Put `---` where the lesson has it.");
    } else {
        compare_checks(own, other, faults);
    }
    if own.lesson.competences != other.lesson.competences {
        let at = other.competences.first().map_or(&other.at, |c| &c.at);
        let all: Vec<_> = own.lesson.competences.iter().map(|c| format!("\"{c}\"")).collect();
        let remedy = format!("Write `competences = [{}]`.", all.join(", "));
        faults.add(at, "the translation has other competences than the lesson", remedy);
    }
}

fn compare_checks(own: &LessonFile, other: &LessonFile, faults: &Faults) {
    let pairs = own.checks.iter().zip(&other.checks);
    for ((screen, expected), (other_screen, check)) in pairs {
        if expected.value != check.value || screen != other_screen {
            let what = format!("here the lesson asks `{}`", expected.value);
            let remedy = format!(
                "Write `:::check {}` on screen {}, as in line {} of {}.",
                expected.value,
                screen + 1,
                expected.at.line,
                expected.at.file
            );
            return faults.add(&check.at, what, remedy);
        }
    }
    let (count, expected) = (other.checks.len(), own.checks.len());
    if count > expected {
        let what = format!("the translation has {count} checks, the lesson has {expected}");
        faults.add(&other.checks[expected].1.at, what, "Remove this check.");
    } else if let Some((screen, missing)) = own.checks.get(count) {
        let what = format!("the translation lacks the check `{}`", missing.value);
        let remedy = format!("Write `:::check {}` on screen {}.", missing.value, screen + 1);
        faults.add(&other.at, what, remedy);
    }
}

/// Checks quizzes of one language against those of the course's own.
pub(super) fn compare_quizzes(
    own: &[QuizFile],
    translated: &[QuizFile],
    complete: bool,
    faults: &Faults,
) {
    for quiz in translated {
        match own.iter().find(|o| file_name(&o.at) == file_name(&quiz.at)) {
            Some(original) => compare_quiz(original, quiz, faults),
            None if complete => no_original(&quiz.at, "quizzes", faults),
            None => {}
        }
    }
}

fn compare_quiz(own: &QuizFile, other: &QuizFile, faults: &Faults) {
    if own.r#use.is_some() && other.r#use.is_some() && own.r#use != other.r#use {
        let what = "the translation has another `use` than the quiz";
        faults.add(&other.use_at, what, format!("Write it as in {}.", own.at.file));
    } else if own.quiz.shuffle != other.quiz.shuffle {
        let what = "the translation has another `shuffle` than the quiz";
        faults.add(&other.use_at, what, format!("Write it as in {}.", own.at.file));
    }
    for (i, id) in other.ids.iter().enumerate() {
        if let Some(first) = other.ids[..i].iter().find(|o| o.value == id.value) {
            let what = format!("question `{}` stands in line {} too", id.value, first.at.line);
            faults.add(&id.at, what, "Remove one.");
            continue;
        }
        let Some(original) = own.ids.iter().find(|o| o.value == id.value) else {
            if own.complete {
                let what = format!("{} has no question `{}`", own.at.file, id.value);
                faults.add(&id.at, what, "Give it the id of the question that it translates.");
            }
            continue;
        };
        let find =
            |file: &'_ QuizFile| file.quiz.questions.iter().find(|q| q.id == id.value).cloned();
        let (Some(question), Some(translated)) = (find(own), find(other)) else { continue };
        if let Some(difference) = difference(&question, &translated) {
            let what = format!("question `{}` has {difference}", id.value);
            let remedy = format!(
                "Write it as in line {} of {}: the record must mean the same in every language.",
                original.at.line, original.at.file
            );
            faults.add(&id.at, what, remedy);
        }
    }
}

/// What a translation must not change, if it does.
fn difference(own: &Question, other: &Question) -> Option<&'static str> {
    if own.version != other.version {
        Some("another `version` than the original")
    } else if own.competence != other.competence {
        Some("another `competence` than the original")
    } else if own.difficulty != other.difficulty {
        Some("another `difficulty` than the original")
    } else {
        kind_difference(&own.kind, &other.kind)
    }
}

fn kind_difference(own: &Kind, other: &Kind) -> Option<&'static str> {
    const PARTS: &str = "another number of parts than the original";
    const ANSWER: &str = "another right answer than the original";
    let (same_parts, same_answer) = match (own, other) {
        (Kind::Single { options: a }, Kind::Single { options: b })
        | (Kind::Multiple { options: a }, Kind::Multiple { options: b }) => {
            (a.len() == b.len(), a.iter().map(|o| o.correct).eq(b.iter().map(|o| o.correct)))
        }
        (Kind::TrueFalse { answer: a, .. }, Kind::TrueFalse { answer: b, .. }) => (true, a == b),
        (Kind::Match { pairs: a, extra: x }, Kind::Match { pairs: b, extra: y }) => {
            (a.len() == b.len() && x.len() == y.len(), true)
        }
        (Kind::Order { items: a, .. }, Kind::Order { items: b, .. }) => (a.len() == b.len(), true),
        (Kind::Gap { gaps: a, .. }, Kind::Gap { gaps: b, .. }) => (
            a.iter().map(|g| g.options.len()).eq(b.iter().map(|g| g.options.len())),
            a.iter().map(|g| g.answer).eq(b.iter().map(|g| g.answer)),
        ),
        // What is typed differs from language to language.
        (Kind::Text { .. }, Kind::Text { .. }) => (true, true),
        (
            Kind::Number { answer_milli: a, tolerance_milli: x, .. },
            Kind::Number { answer_milli: b, tolerance_milli: y, .. },
        ) => (true, a == b && x == y),
        _ => return Some("another `kind` than the original"),
    };
    match (same_parts, same_answer) {
        (false, _) => Some(PARTS),
        (true, false) => Some(ANSWER),
        (true, true) => None,
    }
}
