//! What is inside a pack, decoded and found consistent, before any of it reaches the database.
//!
//! A page can then show what it reads without asking whether a named picture, fact or question
//! exists, and grading never meets an index that points nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;
use std::ops::Range;

use minicbor::decode::Decoder;

use super::manifest::{FileEntry, Manifest};
use super::{PackError, PackPath, canonical};
use crate::course::{Block, CourseInfo, Fact, Lesson, check_picture};
use crate::ids::{CompetenceCode, FactId, Lang, LessonId, QuestionId, QuizId};
use crate::quiz::{Gap, GapPiece, Kind, Question, Quiz, QuizUse};

const LESSONS_MAX: usize = 100;
const SCREENS_MAX: usize = 40;
const BLOCKS_MAX: usize = 40;
const MINUTES_MAX: u8 = 15;
const QUESTIONS_OF_QUIZ_MAX: usize = 1_000;
const QUESTIONS_MAX: usize = 10_000;
const FACTS_MAX: usize = 200;
const MEDIA_MAX: usize = 300;

/// A decoded part and the bytes it was decoded from.
pub(super) struct Part<T> {
    pub(super) value: T,
    pub(super) bytes: Vec<u8>,
}

/// Where a picture or sound is; the number is that of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediumState {
    /// On this device.
    Here = 0,
    /// On its way.
    Coming = 1,
    /// Left out, or it made room for others.
    LeftOut = 2,
}

/// A picture with its bytes, a sound, whose bytes lie in `blobs/`, or one that is not here.
pub(super) struct Medium {
    pub(super) hash: [u8; 32],
    pub(super) bytes: u64,
    pub(super) state: MediumState,
    pub(super) body: Option<Vec<u8>>,
}

/// A quiz, and where in its bytes each of its questions lies.
pub(super) struct QuizPart {
    pub(super) quiz: Part<Quiz>,
    pub(super) places: Vec<Range<usize>>,
}

/// Everything inside a pack but the bytes of its sounds.
#[derive(Default)]
pub(super) struct Content {
    pub(super) infos: BTreeMap<Lang, Part<CourseInfo>>,
    pub(super) facts: BTreeMap<Lang, Part<Vec<Fact>>>,
    pub(super) lessons: BTreeMap<(Lang, LessonId), Part<Lesson>>,
    pub(super) quizzes: BTreeMap<(Lang, QuizId), QuizPart>,
    pub(super) media: BTreeMap<String, Medium>,
}

fn fail<T>(file: &str, why: impl Into<String>) -> Result<T, PackError> {
    Err(PackError::file(file, why))
}

fn need(ok: bool, file: &str, why: &str) -> Result<(), PackError> {
    if ok { Ok(()) } else { fail(file, why) }
}

impl Content {
    /// Takes one file of the pack; gives the bytes back where they belong into `blobs/`.
    pub(super) fn take(
        &mut self,
        entry: &FileEntry,
        bytes: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, PackError> {
        let file = entry.path.as_str();
        match PackPath::parse(file).map_err(|why| PackError::file(file, why))? {
            PackPath::Course(lang) => {
                let value = canonical::decode(file, &bytes)?;
                self.infos.insert(lang, Part { value, bytes });
            }
            PackPath::Facts(lang) => {
                let value = canonical::decode(file, &bytes)?;
                self.facts.insert(lang, Part { value, bytes });
            }
            PackPath::Lesson(lang, id) => {
                let value: Lesson = canonical::decode(file, &bytes)?;
                need(value.id == id, file, "holds a lesson of another id")?;
                self.lessons.insert((lang, id), Part { value, bytes });
            }
            PackPath::Quiz(lang, id) => {
                let value: Quiz = canonical::decode(file, &bytes)?;
                need(value.id == id, file, "holds a quiz of another id")?;
                let places = question_places(&bytes)
                    .map_err(|error| PackError::file(file, error.to_string()))?;
                let quiz = Part { value, bytes };
                self.quizzes.insert((lang, id), QuizPart { quiz, places });
            }
            PackPath::Picture(_) => {
                check_picture(&bytes).map_err(|error| PackError::file(file, error.to_string()))?;
                self.medium(entry, Some(bytes), MediumState::Here)?;
            }
            PackPath::Audio(_) => {
                need(bytes.starts_with(b"OggS"), file, "is no sound (Opus in Ogg)")?;
                self.medium(entry, None, MediumState::Here)?;
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Takes a picture, a sound whose bytes lie in `blobs/`, or one that is not here.
    pub(super) fn medium(
        &mut self,
        entry: &FileEntry,
        body: Option<Vec<u8>>,
        state: MediumState,
    ) -> Result<(), PackError> {
        let file = entry.path.as_str();
        match PackPath::parse(file).map_err(|why| PackError::file(file, why))? {
            PackPath::Picture(name) | PackPath::Audio(name) => {
                let medium = Medium { hash: entry.hash, bytes: entry.size, state, body };
                self.media.insert(name, medium);
                Ok(())
            }
            _ => fail(file, "is no picture or sound"),
        }
    }

    /// Adds what another has: other files of the same pack.
    pub(super) fn join(&mut self, mut other: Self) {
        self.infos.append(&mut other.infos);
        self.facts.append(&mut other.facts);
        self.lessons.append(&mut other.lessons);
        self.quizzes.append(&mut other.quizzes);
        self.media.append(&mut other.media);
    }

    /// Checks that all parts fit each other and the manifest.
    pub(super) fn check(&self, manifest: &Manifest) -> Result<(), PackError> {
        let main = format!("course/{}.cbor", manifest.language);
        let Some(info) = self.infos.get(&manifest.language) else {
            return fail(&main, "is missing");
        };
        let checker = Checker::new(self, manifest, &info.value)?;
        for (lang, info) in &self.infos {
            checker.info(&format!("course/{lang}.cbor"), &info.value)?;
        }
        for (lang, facts) in &self.facts {
            checker.facts(&format!("facts/{lang}.cbor"), &facts.value)?;
        }
        for ((lang, id), lesson) in &self.lessons {
            checker.lesson(&format!("lessons/{lang}/{id}.cbor"), &lesson.value)?;
        }
        for ((lang, id), quiz) in &self.quizzes {
            checker.quiz(&format!("quizzes/{lang}/{id}.cbor"), &quiz.quiz.value)?;
        }
        Ok(())
    }
}

/// What exists in the course's own language, against which every part is held.
struct Checker<'a> {
    content: &'a Content,
    manifest: &'a Manifest,
    info: &'a CourseInfo,
    competences: BTreeSet<&'a str>,
    facts: BTreeSet<&'a str>,
    questions: BTreeMap<&'a QuestionId, (&'a Quiz, &'a Question)>,
}

impl<'a> Checker<'a> {
    fn new(
        content: &'a Content,
        manifest: &'a Manifest,
        info: &'a CourseInfo,
    ) -> Result<Self, PackError> {
        let main = &manifest.language;
        let mut questions = BTreeMap::new();
        for ((lang, id), part) in content.quizzes.iter().filter(|((lang, _), _)| lang == main) {
            let file = format!("quizzes/{lang}/{id}.cbor");
            let quiz = &part.quiz.value;
            for question in &quiz.questions {
                let before = questions.insert(&question.id, (quiz, question));
                if before.is_some() {
                    return fail(&file, format!("question {} stands twice", question.id));
                }
            }
        }
        let manifest_file = super::manifest::NAME;
        need(questions.len() <= QUESTIONS_MAX, manifest_file, "has too many questions")?;
        need(content.media.len() <= MEDIA_MAX, manifest_file, "has too many media")?;
        let facts = content.facts.get(main).map(|facts| facts.value.as_slice()).unwrap_or_default();
        Ok(Self {
            content,
            manifest,
            info,
            competences: manifest.competences.iter().map(CompetenceCode::as_str).collect(),
            facts: facts.iter().map(|fact| fact.id.as_str()).collect(),
            questions,
        })
    }

    fn info(&self, file: &str, info: &CourseInfo) -> Result<(), PackError> {
        need(info.id == self.manifest.course, file, "belongs to another course")?;
        need(info.language == self.manifest.language, file, "has another language than the pack")?;
        let alike = info.competences == self.manifest.competences
            && info.lessons == self.info.lessons
            && info.order == self.info.order
            && info.picture == self.info.picture;
        need(alike, file, "does not agree with the manifest and the course's own language")?;
        need(!info.title.is_empty(), file, "has no title")?;
        need(info.lessons.len() <= LESSONS_MAX, file, "has too many lessons")?;
        self.picture(file, &info.picture)?;
        let listed: BTreeSet<_> = info.lessons.iter().map(LessonId::as_str).collect();
        need(listed.len() == info.lessons.len(), file, "lists a lesson twice")?;
        for id in &info.lessons {
            if !self.content.lessons.contains_key(&(self.manifest.language.clone(), id.clone())) {
                return fail(file, format!("lists lesson {id}, which is missing"));
            }
        }
        Ok(())
    }

    fn facts(&self, file: &str, facts: &[Fact]) -> Result<(), PackError> {
        need(facts.len() <= FACTS_MAX, file, "has too many facts")?;
        let ids: BTreeSet<_> = facts.iter().map(|fact| fact.id.as_str()).collect();
        need(ids.len() == facts.len(), file, "has a fact twice")?;
        need(ids.is_subset(&self.facts), file, "has a fact that the course's language lacks")?;
        let valid =
            |d: crate::course::Day| (1..=12).contains(&d.month) && (1..=31).contains(&d.day);
        let dated = facts.iter().all(|f| valid(f.checked_on) && valid(f.review_after));
        need(dated, file, "has a day that no calendar has")
    }

    fn lesson(&self, file: &str, lesson: &Lesson) -> Result<(), PackError> {
        let listed = self.info.lessons.contains(&lesson.id);
        need(listed, file, "is a lesson that the course does not list")?;
        need(!lesson.title.is_empty(), file, "has no title")?;
        need((1..=MINUTES_MAX).contains(&lesson.minutes), file, "has minutes out of bounds")?;
        need(
            (1..=SCREENS_MAX).contains(&lesson.screens.len()),
            file,
            "has no or too many screens",
        )?;
        self.competences(file, &lesson.competences)?;
        for screen in &lesson.screens {
            self.blocks(file, &screen.blocks, true)?;
        }
        let main =
            &self.content.lessons[&(self.manifest.language.clone(), lesson.id.clone())].value;
        let fits = checks(lesson) == checks(main) && lesson.minutes == main.minutes;
        need(fits, file, "has other screens, checks or minutes than in the course's language")
    }

    fn blocks(&self, file: &str, blocks: &[Block], outer: bool) -> Result<(), PackError> {
        need(blocks.len() <= BLOCKS_MAX, file, "has too many blocks on a screen")?;
        for block in blocks {
            match block {
                Block::Text(_) | Block::Heading(_) => {}
                Block::Steps(items) | Block::List(items) => {
                    need(items.len() <= BLOCKS_MAX, file, "has a list that is too long")?;
                }
                _ if !outer => return fail(file, "has blocks inside of blocks"),
                Block::Tip(inner) | Block::Warning(inner) | Block::Remember(inner) => {
                    self.blocks(file, inner, false)?;
                }
                Block::Picture { file: picture, .. } => self.picture(file, picture)?,
                Block::Audio { file: audio, .. } => {
                    let exists = audio.ends_with(".opus") && self.content.media.contains_key(audio);
                    need(exists, file, "names a sound that is missing")?;
                }
                Block::Fact { id, .. } => self.fact(file, id)?,
                Block::Check(id) => {
                    let check = self.questions.get(id);
                    let exists = check.is_some_and(|(quiz, _)| quiz.r#use == QuizUse::Check);
                    need(exists, file, "names a check that is missing")?;
                }
            }
        }
        Ok(())
    }

    fn quiz(&self, file: &str, quiz: &Quiz) -> Result<(), PackError> {
        let main = self.content.quizzes.get(&(self.manifest.language.clone(), quiz.id.clone()));
        let Some(QuizPart { quiz: Part { value: main, .. }, .. }) = main else {
            return fail(file, "is a translation of a quiz that is missing");
        };
        let alike = quiz.r#use == main.r#use && quiz.shuffle == main.shuffle;
        need(alike, file, "has another use than in the course's language")?;
        let few = quiz.questions.len() <= QUESTIONS_OF_QUIZ_MAX;
        need(few, file, "has too many questions")?;
        let ids: BTreeSet<_> = quiz.questions.iter().map(|question| question.id.as_str()).collect();
        need(ids.len() == quiz.questions.len(), file, "has a question twice")?;
        for question in &quiz.questions {
            let told =
                |why: &str| PackError::file(file, format!("question {}: {why}", question.id));
            match self.questions.get(&question.id) {
                Some((of, main)) if of.id == quiz.id && same_shape(question, main) => {}
                _ => return Err(told("differs from the course's language")),
            }
            self.question(file, question)?;
            check_kind(&question.kind).map_err(told)?;
        }
        Ok(())
    }

    fn question(&self, file: &str, question: &Question) -> Result<(), PackError> {
        need(question.version > 0, file, "has a question of version 0")?;
        need((1..=3).contains(&question.difficulty), file, "has a difficulty that is not 1 to 3")?;
        self.competences(file, std::slice::from_ref(&question.competence))?;
        if let Some(picture) = &question.picture {
            self.picture(file, &picture.file)?;
        }
        question.fact.as_ref().map_or(Ok(()), |fact| self.fact(file, fact))
    }

    fn competences(&self, file: &str, codes: &[CompetenceCode]) -> Result<(), PackError> {
        match codes.iter().find(|code| !self.competences.contains(code.as_str())) {
            Some(code) => fail(file, format!("names competence {code}, which the course lacks")),
            None => Ok(()),
        }
    }

    fn picture(&self, file: &str, picture: &str) -> Result<(), PackError> {
        if picture.ends_with(".svg") && self.content.media.contains_key(picture) {
            return Ok(());
        }
        let picture: String = picture.chars().take(60).collect();
        fail(file, format!("names the picture {picture:?}, which is missing"))
    }

    fn fact(&self, file: &str, id: &FactId) -> Result<(), PackError> {
        if self.facts.contains(id.as_str()) {
            return Ok(());
        }
        fail(file, format!("names the fact {id}, which is missing"))
    }
}

/// The checks of each screen: what a translation must share.
fn checks(lesson: &Lesson) -> Vec<Vec<&QuestionId>> {
    fn id(block: &Block) -> Option<&QuestionId> {
        if let Block::Check(id) = block { Some(id) } else { None }
    }
    lesson.screens.iter().map(|screen| screen.blocks.iter().filter_map(id).collect()).collect()
}

/// Whether a translated question can be graded as the original: same parts, same right answer.
fn same_shape(a: &Question, b: &Question) -> bool {
    let alike =
        (a.version, &a.competence, a.difficulty) == (b.version, &b.competence, b.difficulty);
    if !alike || discriminant(&a.kind) != discriminant(&b.kind) {
        return false;
    }
    match (&a.kind, &b.kind) {
        (Kind::Single { options: a }, Kind::Single { options: b })
        | (Kind::Multiple { options: a }, Kind::Multiple { options: b }) => {
            a.iter().map(|option| option.correct).eq(b.iter().map(|option| option.correct))
        }
        (Kind::TrueFalse { answer: a, .. }, Kind::TrueFalse { answer: b, .. }) => a == b,
        (Kind::Match { pairs: a, extra: x }, Kind::Match { pairs: b, extra: y }) => {
            (a.len(), x.len()) == (b.len(), y.len())
        }
        (Kind::Order { items: a, .. }, Kind::Order { items: b, .. }) => a.len() == b.len(),
        (Kind::Gap { gaps: a, .. }, Kind::Gap { gaps: b, .. }) => {
            let shape = |gap: &Gap| (gap.options.len(), gap.answer);
            a.iter().map(shape).eq(b.iter().map(shape))
        }
        (
            Kind::Number { answer_milli: a, tolerance_milli: x, .. },
            Kind::Number { answer_milli: b, tolerance_milli: y, .. },
        ) => (a, x) == (b, y),
        _ => true,
    }
}

/// The bounds of each kind, as in the table of `docs/formats.md`, section 1.
fn check_kind(kind: &Kind) -> Result<(), &'static str> {
    let correct = |options: &[crate::quiz::Choice]| options.iter().filter(|o| o.correct).count();
    let fits = match kind {
        Kind::Single { options } => (2..=6).contains(&options.len()) && correct(options) == 1,
        Kind::Multiple { options } => {
            (3..=8).contains(&options.len()) && (1..options.len()).contains(&correct(options))
        }
        Kind::TrueFalse { .. } => true,
        Kind::Match { pairs, extra } => (2..=6).contains(&pairs.len()) && extra.len() <= 3,
        Kind::Order { items, .. } => (3..=7).contains(&items.len()),
        Kind::Gap { text, gaps } => {
            let holes = text.iter().filter(|piece| matches!(piece, GapPiece::Gap)).count();
            let whole = |gap: &Gap| {
                (2..=5).contains(&gap.options.len()) && usize::from(gap.answer) < gap.options.len()
            };
            (1..=12).contains(&holes) && holes == gaps.len() && gaps.iter().all(whole)
        }
        Kind::Text { answers, wrong, .. } => {
            (1..=10).contains(&answers.len())
                && wrong.len() <= 8
                && answers.iter().all(|answer| (1..=40).contains(&answer.chars().count()))
        }
        Kind::Number { tolerance_milli, .. } => *tolerance_milli >= 0,
    };
    if fits { Ok(()) } else { Err("has parts out of bounds") }
}

/// Where each question lies in an encoded quiz, so that keys of a newer program are kept.
fn question_places(quiz: &[u8]) -> Result<Vec<Range<usize>>, minicbor::decode::Error> {
    let end_of = |at| canonical::item_end(quiz, at).map_err(minicbor::decode::Error::message);
    const QUESTIONS_KEY: u64 = 4;
    let mut decoder = Decoder::new(quiz);
    let mut questions = Vec::new();
    for _ in 0..decoder.map()?.unwrap_or_default() {
        if decoder.u64()? != QUESTIONS_KEY {
            decoder.skip()?;
            continue;
        }
        for _ in 0..decoder.array()?.unwrap_or_default() {
            let (start, end) = (decoder.position(), end_of(decoder.position())?);
            decoder.set_position(end);
            questions.push(start..end);
        }
    }
    Ok(questions)
}
