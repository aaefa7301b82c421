//! Courses made in code for the unit tests.

use std::collections::BTreeMap;

use super::{PackInfo, build, canonical};
use crate::course::{Block, CourseInfo, Day, Fact, FactStatus, Lesson, LineText, Screen};
use crate::ids::{CompetenceCode, CourseId, FactId, Lang, LessonId, QuestionId, QuizId};
use crate::quiz::{Choice, Kind, Question, Quiz, QuizUse};

pub(crate) const PICTURE: &[u8] = b"<svg viewBox=\"0 0 64 64\"><rect x=\"1\" y=\"2\"/></svg>";

pub(crate) fn lang(text: &str) -> Lang {
    Lang::parse(text).unwrap()
}

pub(crate) fn course_id(text: &str) -> CourseId {
    CourseId::parse(text).unwrap()
}

pub(crate) fn lesson_id(text: &str) -> LessonId {
    LessonId::parse(text).unwrap()
}

fn code() -> CompetenceCode {
    CompetenceCode::parse("4.2").unwrap()
}

/// A course in Vietnamese of one lesson, with one question of each use; tests change what they like.
#[derive(Clone)]
pub(crate) struct CourseFixture {
    pub(crate) info: CourseInfo,
    pub(crate) version: u32,
    pub(crate) facts: Vec<Fact>,
    pub(crate) lessons: BTreeMap<(Lang, LessonId), Lesson>,
    pub(crate) quizzes: BTreeMap<(Lang, QuizId), Quiz>,
    pub(crate) infos: BTreeMap<Lang, CourseInfo>,
    pub(crate) media: BTreeMap<String, Vec<u8>>,
}

impl CourseFixture {
    pub(crate) fn new(id: &str) -> Self {
        let info = CourseInfo {
            id: course_id(id),
            language: lang("vi"),
            title: format!("Khóa {id}"),
            summary: "Giữ chìa khóa của mình.".into(),
            picture: "khoa.svg".into(),
            competences: vec![code()],
            order: 2,
            licence: "CC-BY-4.0".into(),
            lessons: Vec::new(),
        };
        let day = |year| Day { year, month: 11, day: 22 };
        let fact = Fact {
            id: FactId::parse("156").unwrap(),
            text: LineText::plain("Báo cuộc gọi lừa đảo: gọi 156."),
            source: "Cổng thông tin".into(),
            checked_on: day(2026),
            review_after: day(2027),
            status: FactStatus::Read,
        };
        let mut course = Self {
            info,
            version: 1,
            facts: vec![fact],
            lessons: BTreeMap::new(),
            quizzes: BTreeMap::new(),
            infos: BTreeMap::new(),
            media: [("khoa.svg".to_owned(), PICTURE.to_vec())].into(),
        };
        course.quiz("vi", "checks", QuizUse::Check, &["otp-la-gi"]);
        course.quiz("vi", "luyen-tap", QuizUse::Practice, &["ai-hoi-otp", "gui-ma"]);
        course.quiz("vi", "tu-danh-gia", QuizUse::Assessment, &["danh-gia-1"]);
        course.lesson("vi", "ma-otp", "Mã OTP là gì?", &["Bà Lan bấm gửi thì điện thoại rung."]);
        course
    }

    pub(crate) fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Adds a lesson with a text block each, the fact and the check.
    pub(crate) fn lesson(&mut self, of: &str, id: &str, title: &str, texts: &[&str]) {
        let mut blocks: Vec<Block> =
            texts.iter().map(|text| Block::Text(LineText::plain(text))).collect();
        blocks.push(Block::Picture { file: "khoa.svg".into(), alt: "Chìa khóa".into() });
        blocks.push(Block::Fact { id: FactId::parse("156").unwrap(), words: None });
        blocks.push(Block::Check(QuestionId::parse("otp-la-gi").unwrap()));
        let lesson = Lesson {
            id: lesson_id(id),
            title: title.to_owned(),
            minutes: 4,
            competences: vec![code()],
            screens: vec![Screen { blocks }],
        };
        if of == "vi" {
            self.info.lessons.push(lesson.id.clone());
        }
        self.lessons.insert((lang(of), lesson.id.clone()), lesson);
    }

    pub(crate) fn quiz(&mut self, of: &str, id: &str, r#use: QuizUse, questions: &[&str]) {
        let id = QuizId::parse(id).unwrap();
        let questions = questions.iter().map(|id| question(id)).collect();
        let title = if r#use == QuizUse::Practice { "Luyện tập" } else { "" };
        let quiz = Quiz { id: id.clone(), r#use, title: title.into(), shuffle: true, questions };
        self.quizzes.insert((lang(of), id), quiz);
    }

    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        files.insert("course/vi.cbor".to_owned(), canonical::encode(&self.info));
        files.insert("facts/vi.cbor".to_owned(), canonical::encode(&self.facts));
        for (lang, info) in &self.infos {
            files.insert(format!("course/{lang}.cbor"), canonical::encode(info));
        }
        for ((lang, id), lesson) in &self.lessons {
            files.insert(format!("lessons/{lang}/{id}.cbor"), canonical::encode(lesson));
        }
        for ((lang, id), quiz) in &self.quizzes {
            files.insert(format!("quizzes/{lang}/{id}.cbor"), canonical::encode(quiz));
        }
        for (name, bytes) in &self.media {
            files.insert(format!("media/{name}"), bytes.clone());
        }
        files
    }

    pub(crate) fn pack_info(&self) -> PackInfo {
        PackInfo {
            course: self.info.id.clone(),
            version: self.version,
            language: self.info.language.clone(),
            title: self.info.title.clone(),
            competences: self.info.competences.clone(),
        }
    }

    /// The unsigned pack, as the program embeds it.
    pub(crate) fn starter(&self) -> Vec<u8> {
        build(&self.files(), &self.pack_info(), None).unwrap()
    }
}

pub(crate) fn question(id: &str) -> Question {
    let choice = |text: &str, correct| Choice {
        text: LineText::plain(text),
        correct,
        feedback: LineText::plain("Vì sao."),
    };
    Question {
        id: QuestionId::parse(id).unwrap(),
        version: 1,
        kind: Kind::Single {
            options: vec![choice("Tắt máy", true), choice("Đọc mã", false)]
        },
        prompt: LineText::plain("Người gọi xin mã OTP. Bà làm gì?"),
        picture: None,
        competence: code(),
        difficulty: 1,
        hint: Some(LineText::plain("Mã giống chìa khóa nhà.")),
        reason: LineText::plain("Ai có mã thì chuyển được tiền."),
        fact: Some(FactId::parse("156").unwrap()),
    }
}
