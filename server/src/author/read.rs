//! Puts the files of a folder together and checks what they say of each other.
//!
//! Where a file could not be read, what it may have named is unknown, not missing: no fault is made
//! of that, so that one slip does not bury the author under its consequences.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hocvu_core::course::{CourseInfo, Day};
use hocvu_core::ids::{FactId, Lang, LessonId, QuestionId};
use hocvu_core::quiz::QuizUse;

use super::course::Course;
use super::course_toml::{Head, read_head};
use super::facts_toml::{FactEntry, Facts, read_facts};
use super::fault::{At, Fault, Faults, Placed};
use super::folder::{Folder, LESSONS_MAX, Source, read_folder};
use super::lesson_md::{LessonFile, read_lesson};
use super::quiz_toml::{QuizFile, read_quiz, warn_of_few_items};
use super::translation::{compare_lessons, compare_quizzes};

const QUESTIONS_MAX: usize = 10_000;

/// Reads an author's folder, or gives all its faults, sorted by file and line.
pub fn read_course(dir: &Path) -> Result<Course, Vec<Fault>> {
    read(dir, None).map(|(course, _)| course)
}

/// Reads a folder; facts are compared with `today` where it is given.
pub(super) fn read(dir: &Path, today: Option<Day>) -> Result<(Course, Vec<Fault>), Vec<Fault>> {
    let faults = Faults::default();
    let mut folder = read_folder(dir, &faults);
    let parts = Parts::read(&folder, &faults);
    parts.check(&folder, today, &faults);
    let is_whole = faults.count() == 0;
    let course = if is_whole { parts.course(std::mem::take(&mut folder.media)) } else { None };
    let (found, warnings) = faults.into_sorted();
    match course {
        Some(course) => Ok((course, warnings)),
        None => Err(found),
    }
}

/// The files of one kind: path order is the course's order; no language is the course's own.
type ByLang<T> = BTreeMap<Option<Lang>, Vec<T>>;

struct Parts {
    head: Head,
    facts: Facts,
    lessons: ByLang<LessonFile>,
    quizzes: ByLang<QuizFile>,
    /// Whether every lesson, and every quiz, could be read.
    lessons_complete: bool,
    quizzes_complete: bool,
}

impl Parts {
    fn read(folder: &Folder, faults: &Faults) -> Self {
        let head = match folder.texts.get("course.toml") {
            Some(source) => read_head(source, faults),
            None => {
                if !folder.is_unsure("course.toml") {
                    let remedy = "Write it, or begin with `hocvu course new DIR`.";
                    faults.add(&At::file("course.toml"), "the course has no course.toml", remedy);
                }
                Head::default()
            }
        };
        let facts = match folder.texts.get("facts.toml") {
            Some(source) => read_facts(source, &head, faults),
            None => {
                let complete = !folder.is_unsure("facts.toml");
                Facts { complete, ..Facts::default() }
            }
        };
        let (lessons, lessons_read) =
            files_in(folder, "lessons/", |s| read_lesson(s, &head, faults));
        let (quizzes, quizzes_read) = files_in(folder, "quizzes/", |s| read_quiz(s, &head, faults));
        let quizzes_complete = quizzes_read && quizzes.values().flatten().all(|q| q.complete);
        Self { head, facts, lessons, quizzes, lessons_complete: lessons_read, quizzes_complete }
    }

    fn own_lessons(&self) -> &[LessonFile] {
        self.lessons.get(&None).map_or(&[], Vec::as_slice)
    }

    fn own_quizzes(&self) -> &[QuizFile] {
        self.quizzes.get(&None).map_or(&[], Vec::as_slice)
    }

    fn check(&self, folder: &Folder, today: Option<Day>, faults: &Faults) {
        self.check_lessons(faults);
        self.check_questions(faults);
        self.check_checks(faults);
        self.check_facts(today, faults);
        self.check_media(folder, faults);
        self.check_languages(faults);
        self.warn_of_untaught(faults);
        warn_of_few_items(self.own_quizzes().iter(), faults);
        if let Some(own) = self.lessons.get(&None) {
            for (_, lessons) in self.lessons.iter().filter(|(lang, _)| lang.is_some()) {
                compare_lessons(own, lessons, self.lessons_complete, faults);
            }
        }
        if let Some(own) = self.quizzes.get(&None) {
            for (_, quizzes) in self.quizzes.iter().filter(|(lang, _)| lang.is_some()) {
                compare_quizzes(own, quizzes, self.quizzes_complete, faults);
            }
        }
    }

    fn check_lessons(&self, faults: &Faults) {
        let lessons = self.own_lessons();
        if lessons.is_empty() && self.lessons_complete {
            let remedy = "Write one, such as lessons/01-mo-dau.md.";
            faults.add(&At::file("lessons"), "the course has no lesson", remedy);
        }
        if let Some(surplus) = lessons.get(LESSONS_MAX) {
            let what = format!("the course has more than {LESSONS_MAX} lessons");
            faults.add(&surplus.at, what, "Split the course in two.");
        }
        let mut seen: BTreeMap<&LessonId, &At> = BTreeMap::new();
        for file in lessons {
            if let Some(first) = seen.insert(&file.lesson.id, &file.at) {
                let what = format!("{} has the lesson id `{}` too", first.file, file.lesson.id);
                faults.add(&file.at, what, "Rename one: the id is the name without its number.");
            }
        }
        let number = |file: &LessonFile| {
            let name = file.at.file.rsplit('/').next().unwrap_or_default();
            name.split('-').next().and_then(|n| n.parse::<u32>().ok())
        };
        for pair in lessons.windows(2) {
            if let (Some(a), Some(b)) = (number(&pair[0]), number(&pair[1]))
                && a >= b
            {
                let what = format!("lesson {b} comes after lesson {a}");
                let remedy = "Lessons stand in the order of their names: write 09 before 10.";
                faults.warn(&pair[1].at, what, remedy);
            }
        }
    }

    fn check_questions(&self, faults: &Faults) {
        let mut seen: BTreeMap<&QuestionId, &At> = BTreeMap::new();
        let ids = self.own_quizzes().iter().flat_map(|q| &q.ids);
        for (i, id) in ids.enumerate() {
            if i == QUESTIONS_MAX {
                let what = format!("the course has more than {QUESTIONS_MAX} questions");
                faults.add(&id.at, what, "Split the course in two.");
            }
            if let Some(first) = seen.insert(&id.value, &id.at) {
                let what = format!(
                    "question `{}` stands in line {} of {} too",
                    id.value, first.line, first.file
                );
                faults.add(&id.at, what, "Give each question of the course an id of its own.");
            }
        }
    }

    /// Each check question stands in exactly one lesson, each `:::check` names a check question.
    fn check_checks(&self, faults: &Faults) {
        let uses: BTreeMap<&QuestionId, Option<QuizUse>> = self
            .own_quizzes()
            .iter()
            .flat_map(|q| q.ids.iter().map(|i| (&i.value, q.r#use)))
            .collect();
        let mut shown: BTreeMap<&QuestionId, &At> = BTreeMap::new();
        let own = self.own_lessons().iter().flat_map(|l| &l.checks);
        for (_, check) in own {
            let id = &check.value;
            match uses.get(id) {
                Some(Some(QuizUse::Check) | None) => {}
                Some(Some(_)) => {
                    let what = format!("question `{id}` is in a quiz that is not for checks");
                    let remedy = "Move it to a quiz file with use = \"check\", or name another.";
                    faults.add(&check.at, what, remedy);
                }
                None if self.quizzes_complete => {
                    let what = format!("no quiz file has a question `{id}`");
                    let remedy = "Write it in a quiz file with use = \"check\", or mend the name.";
                    faults.add(&check.at, what, remedy);
                }
                None => {}
            }
            if let Some(first) = shown.insert(id, &check.at) {
                let what = format!(
                    "question `{id}` is asked in line {} of {} too",
                    first.line, first.file
                );
                faults.add(&check.at, what, "Ask another question here.");
            }
        }
        let checks = self.own_quizzes().iter().filter(|q| q.r#use == Some(QuizUse::Check));
        for id in checks.flat_map(|q| &q.ids) {
            if self.lessons_complete && !shown.contains_key(&id.value) {
                let what = format!("no lesson asks the question `{}`", id.value);
                let remedy = format!("Write `:::check {}` in a lesson, or remove it.", id.value);
                faults.add(&id.at, what, remedy);
            }
        }
    }

    fn check_facts(&self, today: Option<Day>, faults: &Faults) {
        let known: BTreeSet<&FactId> = self.facts.ids.iter().map(|id| &id.value).collect();
        let in_lessons = self.lessons.values().flatten().flat_map(|l| &l.facts);
        let in_quizzes = self.quizzes.values().flatten().flat_map(|q| &q.facts);
        let mut used: BTreeSet<&FactId> = BTreeSet::new();
        for fact in in_lessons.chain(in_quizzes) {
            used.insert(&fact.value);
            if self.facts.complete && !known.contains(&fact.value) {
                let what = format!("facts.toml has no fact `{}`", fact.value);
                faults.add(&fact.at, what, "Write it there, or mend the name.");
            }
        }
        if self.lessons_complete && self.quizzes_complete {
            for id in self.facts.ids.iter().filter(|id| !used.contains(&id.value)) {
                let what = format!("no lesson or question uses the fact `{}`", id.value);
                let remedy = format!("Write `:::fact {}` in a lesson, or remove it.", id.value);
                faults.add(&id.at, what, remedy);
            }
        }
        for entry in &self.facts.entries {
            if today.is_some_and(|today| today >= entry.fact.review_after) {
                let day = entry.fact.review_after;
                let what = format!("fact `{}` was to be reviewed from {day} on", entry.id.value);
                let remedy = "Read its source again, then set checked_on and review_after.";
                faults.warn(&entry.review_after.at, what, remedy);
            }
        }
    }

    fn check_media(&self, folder: &Folder, faults: &Faults) {
        let in_lessons = self.lessons.values().flatten().flat_map(|l| &l.media);
        let in_quizzes = self.quizzes.values().flatten().flat_map(|q| &q.media);
        let used: Vec<&Placed<String>> =
            self.head.picture.iter().chain(in_lessons).chain(in_quizzes).collect();
        let is_missing = |name: &str| {
            let path = format!("media/{name}");
            !folder.media.contains_key(name) && !folder.broken.contains(&path)
        };
        let unknown = ["", "media", "media/"].iter().any(|p| folder.broken.contains(*p));
        for file in used.iter().filter(|file| !unknown && is_missing(&file.value)) {
            let what = format!("there is no media/{}", file.value);
            faults.add(&file.at, what, "Put the file there, or mend the name.");
        }
        let used: BTreeSet<&str> = used.iter().map(|file| file.value.as_str()).collect();
        for name in folder.media.keys().filter(|name| !used.contains(name.as_str())) {
            let at = At::file(&format!("media/{name}"));
            faults.warn(&at, "nothing shows this file", "Use it, or remove it.");
        }
    }

    fn check_languages(&self, faults: &Faults) {
        let lessons =
            self.lessons.iter().filter_map(|(lang, l)| Some((lang.as_ref()?, &l.first()?.at)));
        let quizzes =
            self.quizzes.iter().filter_map(|(lang, q)| Some((lang.as_ref()?, &q.first()?.at)));
        let mut told = BTreeSet::new();
        for (lang, at) in lessons.chain(quizzes).filter(|(lang, _)| told.insert(*lang)) {
            if self.head.language.as_ref() == Some(lang) {
                let what = format!("`{lang}` is the course's own language");
                faults.add(at, what, "Move the file one level up, out of the language's folder.");
            } else if !self.head.knows(lang) {
                let what = format!("the course has no language `{lang}`");
                let remedy =
                    format!("Add `[translations.{lang}]` with title and summary to course.toml.");
                faults.add(at, what, remedy);
            }
        }
        for translation in self.head.translations.iter().flatten() {
            let lang = Some(translation.lang.value.clone());
            if !self.lessons.contains_key(&lang) && !self.quizzes.contains_key(&lang) {
                let what = format!("nothing is translated into `{}`", translation.lang.value);
                let remedy = format!("Write a lesson in lessons/{}/.", translation.lang.value);
                faults.warn(&translation.lang.at, what, remedy);
            }
        }
    }

    fn warn_of_untaught(&self, faults: &Faults) {
        let taught: BTreeSet<_> =
            self.own_lessons().iter().flat_map(|l| &l.competences).map(|c| &c.value).collect();
        let all = self.head.competences.iter().flatten();
        for code in all.filter(|c| self.lessons_complete && !taught.contains(&c.value)) {
            let what = format!("no lesson teaches competence {}", code.value);
            faults.warn(&code.at, what, "Name it in a lesson's head, or remove it.");
        }
    }

    /// The course, once there is no fault; `None` where a part lacks nevertheless.
    fn course(self, media: BTreeMap<String, Vec<u8>>) -> Option<Course> {
        let head = self.head;
        let language = head.language?;
        let mut languages = vec![language.clone()];
        let translations = head.translations.unwrap_or_default();
        languages.extend(translations.iter().map(|t| t.lang.value.clone()));
        languages[1..].sort();
        let own = CourseInfo {
            id: head.id?,
            language: language.clone(),
            title: head.title,
            summary: head.summary,
            picture: head.picture?.value,
            competences: head.competences?.into_iter().map(|c| c.value).collect(),
            order: head.order,
            licence: head.licence,
            lessons: self.lessons.get(&None)?.iter().map(|l| l.lesson.id.clone()).collect(),
        };
        let mut infos = BTreeMap::from([(language.clone(), own.clone())]);
        for t in translations {
            let (title, summary) = (t.title, t.summary);
            infos.insert(t.lang.value, CourseInfo { title, summary, ..own.clone() });
        }
        let lang_of = |lang: Option<Lang>| lang.unwrap_or_else(|| language.clone());
        let lessons = self
            .lessons
            .into_iter()
            .map(|(lang, files)| (lang_of(lang), files.into_iter().map(|f| f.lesson).collect()));
        let quizzes = self
            .quizzes
            .into_iter()
            .map(|(lang, files)| (lang_of(lang), files.into_iter().map(|f| f.quiz).collect()));
        Some(Course {
            id: own.id,
            version: head.version?,
            languages,
            title: own.title,
            competences: own.competences,
            infos,
            facts: facts_by_lang(self.facts.entries, &language),
            lessons: lessons.collect(),
            quizzes: quizzes.collect(),
            media,
            language: language.clone(),
        })
    }
}

fn facts_by_lang(
    entries: Vec<FactEntry>,
    own: &Lang,
) -> BTreeMap<Lang, Vec<hocvu_core::course::Fact>> {
    let mut facts = BTreeMap::from([(own.clone(), Vec::new())]);
    for entry in entries {
        facts.entry(own.clone()).or_default().push(entry.fact);
        for (lang, fact) in entry.translations {
            facts.entry(lang).or_default().push(fact);
        }
    }
    facts
}

/// Reads all files below a folder, by language, and says whether every one could be read.
fn files_in<T>(
    folder: &Folder,
    prefix: &str,
    read: impl Fn(&Source) -> Option<T>,
) -> (ByLang<T>, bool) {
    let mut files: ByLang<T> = BTreeMap::new();
    let mut complete = !folder.is_unsure(prefix);
    for (path, source) in &folder.texts {
        let Some(rest) = path.strip_prefix(prefix) else { continue };
        let lang = match rest.split_once('/') {
            Some((lang, _)) => Lang::parse(lang).ok(),
            None => None,
        };
        match read(source) {
            Some(file) => files.entry(lang).or_default().push(file),
            None => complete = false,
        }
    }
    (files, complete)
}
