//! A whole course as its readers get it, and the files of its pack.

use std::collections::BTreeMap;

use hocvu_core::course::{CourseInfo, Fact, Lesson};
use hocvu_core::ids::{CompetenceCode, CourseId, Lang};
use hocvu_core::pack::PackInfo;
use hocvu_core::quiz::Quiz;

/// A course without faults, in all its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Its id, which is its pack's.
    pub id: CourseId,
    /// Raised with every published change.
    pub version: u32,
    /// The language that everything exists in.
    pub language: Lang,
    /// The course's own language first, then the others in the order of their codes.
    pub languages: Vec<Lang>,
    /// Its name in its own language.
    pub title: String,
    /// What it teaches.
    pub competences: Vec<CompetenceCode>,
    /// Name and summary in each language.
    pub infos: BTreeMap<Lang, CourseInfo>,
    /// Facts; in languages besides the course's own only those that are translated.
    pub facts: BTreeMap<Lang, Vec<Fact>>,
    /// Lessons in order; in other languages only those that are translated.
    pub lessons: BTreeMap<Lang, Vec<Lesson>>,
    /// Quizzes by id; in other languages only the questions that are translated.
    pub quizzes: BTreeMap<Lang, Vec<Quiz>>,
    /// Pictures and audio by file name.
    pub media: BTreeMap<String, Vec<u8>>,
}

impl Course {
    /// What the course's pack says of it.
    pub fn pack_info(&self) -> PackInfo {
        PackInfo {
            course: self.id.clone(),
            version: self.version,
            language: self.language.clone(),
            title: self.title.clone(),
            competences: self.competences.clone(),
        }
    }

    /// The files of the course's pack by path; the same course gives the same bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for (lang, info) in &self.infos {
            files.insert(format!("course/{lang}.cbor"), cbor(info));
        }
        for (lang, facts) in &self.facts {
            files.insert(format!("facts/{lang}.cbor"), cbor(facts));
        }
        for (lang, lessons) in &self.lessons {
            for lesson in lessons {
                files.insert(format!("lessons/{lang}/{}.cbor", lesson.id), cbor(lesson));
            }
        }
        for (lang, quizzes) in &self.quizzes {
            for quiz in quizzes {
                files.insert(format!("quizzes/{lang}/{}.cbor", quiz.id), cbor(quiz));
            }
        }
        for (name, bytes) in &self.media {
            files.insert(format!("media/{name}"), bytes.clone());
        }
        files
    }
}

fn cbor<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory does not fail")
}
