//! Reads a quiz file: what its questions are for, and the keys that questions of every kind have.

use std::collections::BTreeMap;

use hocvu_core::ids::{CompetenceCode, FactId, QuestionId, QuizId};
use hocvu_core::quiz::{PictureRef, Question, Quiz, QuizUse};

use super::course_toml::Head;
use super::fault::{At, Faults, Placed};
use super::fields::{Fields, Place, parse_toml};
use super::folder::{Source, is_file_name};
use super::kinds::{KINDS, read_kind};

const QUESTIONS_MAX: usize = 1_000;
/// Below this many items of a competence a self-assessment could not vary them.
const ITEMS_MIN: usize = 8;

/// A quiz and where its parts stand.
#[derive(Debug)]
pub(super) struct QuizFile {
    pub(super) quiz: Quiz,
    pub(super) at: At,
    /// `None` where the file does not say it rightly.
    pub(super) r#use: Option<QuizUse>,
    pub(super) use_at: At,
    /// Every id that could be read, also of questions with faults.
    pub(super) ids: Vec<Placed<QuestionId>>,
    pub(super) facts: Vec<Placed<FactId>>,
    pub(super) media: Vec<Placed<String>>,
    /// Whether every question could be read.
    pub(super) complete: bool,
}

/// Reads one quiz file; `None` when nothing sure can be said of it.
pub(super) fn read_quiz(source: &Source, head: &Head, faults: &Faults) -> Option<QuizFile> {
    let at = At::file(&source.file);
    let name = source.file.rsplit('/').next().unwrap_or_default();
    let id = name.strip_suffix(".toml").and_then(|stem| QuizId::parse(stem).ok());
    if id.is_none() {
        let what = "the file name is no quiz id of 1 to 40 characters";
        faults.add(&at, what, "Name it like luyen-tap.toml.");
    }
    let place = Place { source, base: 0 };
    let table = parse_toml(&source.text, place, faults)?;
    let mut fields = Fields::root(&table, place, "the quiz", faults);
    let r#use = fields.need_id("use", "\"practice\"", quiz_use);
    let is_practice = r#use.as_ref().is_none_or(|u| u.value == QuizUse::Practice);
    let title = match &r#use {
        Some(u) if u.value == QuizUse::Practice => fields.need_plain("title", "\"…\""),
        Some(_) => {
            fields.forbid("title", "is for practice quizzes only");
            None
        }
        None => fields.plain("title", "\"…\""),
    };
    if !is_practice {
        fields.forbid("shuffle", "is for practice quizzes only");
    }
    let shuffle = if is_practice { fields.flag("shuffle") } else { None };
    let tables = fields.tables("question", 1..=QUESTIONS_MAX, "question");
    fields.finish();
    let mut file = QuizFile {
        quiz: Quiz {
            id: id?,
            r#use: r#use.as_ref().map_or(QuizUse::Check, |u| u.value),
            title: title.map(|t| t.value).unwrap_or_default(),
            shuffle: is_practice && shuffle.is_none_or(|s| s.value),
            questions: Vec::new(),
        },
        use_at: r#use.as_ref().map_or_else(|| at.clone(), |u| u.at.clone()),
        at,
        r#use: r#use.map(|u| u.value),
        ids: Vec::new(),
        facts: Vec::new(),
        media: Vec::new(),
        complete: true,
    };
    for table in tables {
        match read_question(table, head, &mut file) {
            Some(question) => file.quiz.questions.push(question),
            None => file.complete = false,
        }
    }
    Some(file)
}

fn quiz_use(text: &str) -> Option<QuizUse> {
    match text {
        "check" => Some(QuizUse::Check),
        "practice" => Some(QuizUse::Practice),
        "assessment" => Some(QuizUse::Assessment),
        _ => None,
    }
}

fn read_question(mut fields: Fields<'_>, head: &Head, file: &mut QuizFile) -> Option<Question> {
    let faults = fields.faults;
    let id = fields.need_id("id", "\"ai-hoi-otp\"", |t| QuestionId::parse(t).ok());
    if let Some(id) = &id {
        fields.name = format!("question `{}`", id.value);
        file.ids.push(id.clone());
    }
    // What depends on the use is left alone where the use is not known.
    let is_assessment = file.r#use == Some(QuizUse::Assessment);
    let is_taught = file.r#use.is_some() && !is_assessment;
    let version = fields.whole("version", 1..=u32::MAX);
    let is_kind = |t: &str| KINDS.contains(&t).then(|| t.to_owned());
    let kind = fields.need_id("kind", "\"single\"", is_kind);
    let prompt = fields.need_line("prompt");
    let picture = picture(&mut fields, &mut file.media);
    let competence = fields.need_id("competence", "\"4.2\"", |t| CompetenceCode::parse(t).ok());
    if let Some(code) = &competence {
        head.check_competence(&code.value, &code.at, faults);
    }
    let difficulty = fields.need_whole("difficulty", 1..=3);
    let hint = if is_assessment {
        fields.forbid("hint", "would never be shown: the self-assessment gives no hints");
        None
    } else if is_taught {
        fields.need_line("hint")
    } else {
        fields.line("hint")
    };
    let reason = fields.need_line("reason");
    let fact = fields.id("fact", "\"156\"", |t| FactId::parse(t).ok());
    let Some(kind) = kind else {
        fields.abandon();
        return None;
    };
    let kind = read_kind(&kind.value, &mut fields, is_taught);
    fields.finish();
    file.facts.extend(fact.clone());
    Some(Question {
        id: id?.value,
        version: version.map_or(1, |v| v.value),
        kind: kind?,
        prompt: prompt?.value,
        picture,
        competence: competence?.value,
        difficulty: u8::try_from(difficulty?.value).expect("at most 3"),
        hint: hint.map(|h| h.value),
        reason: reason?.value,
        fact: fact.map(|f| f.value),
    })
}

fn picture(fields: &mut Fields<'_>, media: &mut Vec<Placed<String>>) -> Option<PictureRef> {
    let is_picture = |t: &str| is_file_name(t, &[".svg"]).then(|| t.to_owned());
    let file = fields.id("picture", "\"cuoc-goi.svg\"", is_picture);
    if !fields.has("picture") {
        fields.forbid("picture_alt", "has no picture");
        return None;
    }
    let alt = fields.need_plain("picture_alt", "\"…\"");
    let file = file?;
    media.push(file.clone());
    Some(PictureRef { file: file.value, alt: alt?.value })
}

/// Warns where a self-assessment has too few items of a competence.
pub(super) fn warn_of_few_items<'a>(quizzes: impl Iterator<Item = &'a QuizFile>, faults: &Faults) {
    let mut counts: BTreeMap<&CompetenceCode, (usize, &At)> = BTreeMap::new();
    for file in quizzes.filter(|f| f.r#use == Some(QuizUse::Assessment)) {
        for question in &file.quiz.questions {
            counts.entry(&question.competence).or_insert((0, &file.at)).0 += 1;
        }
    }
    for (code, (count, at)) in counts.into_iter().filter(|(_, (count, _))| *count < ITEMS_MIN) {
        let what = format!("the self-assessment has {count} items of competence {code}");
        faults.warn(at, what, format!("Write at least {ITEMS_MIN}."));
    }
}
