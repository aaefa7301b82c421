//! The room of courses: lists and opens what is installed, in the reader's language where it
//! exists in it, else in the course's own.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{CourseInfo, Fact, Lesson};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{CompetenceCode, CourseId, FactId, Lang, LessonId, QuestionId, QuizId};
use crate::pack::{Medium, Order};
use crate::quiz::{Question, QuizUse};
use crate::store::Cached;

/// The room of courses; see [`HocvuCore::courses`].
pub struct Courses<'a> {
    pub(crate) core: &'a HocvuCore,
}

/// Something to read, and the language that it is in, which may be another than was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InLang<T> {
    /// The language of the words.
    pub lang: Lang,
    /// What is read.
    pub value: T,
}

/// One edition of a course: what an attempt was drawn from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Edition {
    /// The course.
    #[n(0)]
    pub course: CourseId,
    /// Which of its editions.
    #[n(1)]
    pub order: Order,
}

/// A course as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseView {
    /// Its id.
    pub id: CourseId,
    /// How new the edition is that learners get.
    pub order: Order,
    /// The language that everything exists in.
    pub language: Lang,
    /// The language of the title and summary.
    pub lang: Lang,
    /// Its name.
    pub title: String,
    /// What it is about, in one sentence.
    pub summary: String,
    /// File name of its pictogram; see [`Courses::picture`].
    pub picture: String,
    /// What it teaches.
    pub competences: Vec<CompetenceCode>,
    /// SPDX name of the licence.
    pub licence: String,
    /// Lesson ids in order.
    pub lessons: Vec<LessonId>,
    /// How long an unhurried reader takes for all lessons, in minutes.
    pub minutes: u32,
}

/// A lesson as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonView {
    /// Its id within the course.
    pub id: LessonId,
    /// The language of its title and of its words.
    pub lang: Lang,
    /// Its name.
    pub title: String,
    /// How long an unhurried reader takes, in minutes.
    pub minutes: u32,
    /// How many screens it has.
    pub screens: u32,
}

/// A quiz as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizView {
    /// Its id within the course.
    pub id: QuizId,
    /// What it is for.
    pub r#use: QuizUse,
    /// The language of its title.
    pub lang: Lang,
    /// Its name; empty where it is not a practice quiz.
    pub title: String,
    /// Whether the order of questions is drawn.
    pub shuffle: bool,
    /// How many questions it has.
    pub questions: u32,
}

/// What drawing and recording need of a question, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionKey {
    /// Its id within the course.
    pub id: QuestionId,
    /// Raised when its meaning changed.
    pub version: u32,
    /// What it tells about.
    pub competence: CompetenceCode,
    /// 1 easy, 2 middle, 3 hard.
    pub difficulty: u8,
}

/// An item of the self-assessment, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentItem {
    /// The edition that it is in.
    pub edition: Edition,
    /// Which question.
    pub question: QuestionKey,
}

impl Courses<'_> {
    /// All installed courses in their order.
    pub fn list(&self, lang: &Lang) -> Result<Vec<CourseView>> {
        self.core.store.read(|conn| {
            let doing = "listing courses";
            let sql = format!("{COURSES} ORDER BY order_no, course_id");
            let mut statement = conn.prepare_cached(&sql).doing(doing)?;
            let params = named_params! { ":course": None::<&str>, ":lang": lang.as_str() };
            let mut rows = statement.query(params).doing(doing)?;
            let mut list = Vec::new();
            while let Some(row) = rows.next().doing(doing)? {
                list.push(course_view(row)?);
            }
            Ok(list)
        })
    }

    /// One installed course.
    pub fn get(&self, course: &CourseId, lang: &Lang) -> Result<Option<CourseView>> {
        self.core.store.read(|conn| {
            let doing = "reading a course";
            let mut statement = conn.prepare_cached(COURSES).doing(doing)?;
            let params = named_params! { ":course": course.as_str(), ":lang": lang.as_str() };
            let mut rows = statement.query(params).doing(doing)?;
            rows.next().doing(doing)?.map(course_view).transpose()
        })
    }

    /// The edition of a course that learners get.
    pub fn edition(&self, course: &CourseId) -> Result<Option<Edition>> {
        self.core.store.read(|conn| Ok(current_edition(conn, course)?.map(|(_, edition)| edition)))
    }

    /// The lessons of a course in order.
    pub fn lessons(&self, course: &CourseId, lang: &Lang) -> Result<Vec<LessonView>> {
        let doing = "listing lessons";
        self.core.store.read(|conn| {
            let sql = "SELECT lesson_id, lang, lesson.title AS title, minutes, screens,
                           max(lang = :lang) AS preferred
                       FROM course JOIN lesson USING (course_no)
                       WHERE course_id = :course AND current = 1 AND lang IN (:lang, language)
                       GROUP BY lesson_id
                       ORDER BY place";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let params = named_params! { ":course": course.as_str(), ":lang": lang.as_str() };
            let mut rows = statement.query(params).doing(doing)?;
            let mut list = Vec::new();
            while let Some(row) = rows.next().doing(doing)? {
                list.push(LessonView {
                    id: id(row, "lesson_id", LessonId::parse)?,
                    lang: id(row, "lang", Lang::parse)?,
                    title: row.get("title").doing(doing)?,
                    minutes: row.get("minutes").doing(doing)?,
                    screens: row.get("screens").doing(doing)?,
                });
            }
            Ok(list)
        })
    }

    /// One lesson, by reading one row.
    pub fn lesson(
        &self,
        course: &CourseId,
        lesson: &LessonId,
        lang: &Lang,
    ) -> Result<Option<InLang<Lesson>>> {
        let doing = "opening a lesson";
        self.core.store.read(|conn| {
            let sql = "SELECT lang, body
                       FROM course JOIN lesson USING (course_no)
                       WHERE course_id = :course AND current = 1 AND lesson_id = :lesson
                           AND lang IN (:lang, language)
                       ORDER BY lang = :lang DESC
                       LIMIT 1";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let params = named_params! {
                ":course": course.as_str(),
                ":lesson": lesson.as_str(),
                ":lang": lang.as_str(),
            };
            let mut rows = statement.query(params).doing(doing)?;
            rows.next().doing(doing)?.map(|row| in_lang(row, "body")).transpose()
        })
    }

    /// A fact of the edition that learners get.
    pub fn fact(
        &self,
        course: &CourseId,
        fact: &FactId,
        lang: &Lang,
    ) -> Result<Option<InLang<Fact>>> {
        Ok(self.facts(course, lang)?.remove(fact))
    }

    /// All facts of the edition that learners get, each in the reader's language where it is
    /// translated.
    pub fn facts(&self, course: &CourseId, lang: &Lang) -> Result<BTreeMap<FactId, InLang<Fact>>> {
        self.core.store.read(|conn| match current_edition(conn, course)? {
            Some((course_no, _)) => facts(conn, course_no, lang),
            None => Ok(BTreeMap::new()),
        })
    }

    /// All facts of an edition, each in the reader's language where it is translated.
    pub fn facts_of(
        &self,
        edition: &Edition,
        lang: &Lang,
    ) -> Result<BTreeMap<FactId, InLang<Fact>>> {
        self.core.store.read(|conn| match edition_no(conn, edition)? {
            Some(course_no) => facts(conn, course_no, lang),
            None => Ok(BTreeMap::new()),
        })
    }

    /// A picture's or sound's bytes; `None` where it is not held (any more) or was damaged.
    pub fn picture(&self, course: &CourseId, file: &str) -> Result<Option<Vec<u8>>> {
        let doing = "reading a picture";
        let found = self.core.store.read(|conn| {
            // An older edition may name a picture that the current one dropped.
            let sql =
                "SELECT course_no, used_s, hash, body FROM course JOIN media USING (course_no)
                       WHERE course_id = :course AND file = :file
                       ORDER BY current DESC, generation DESC, version DESC
                       LIMIT 1";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let params = named_params! { ":course": course.as_str(), ":file": file };
            let medium = |row: &Row<'_>| {
                Ok((row.get("course_no")?, row.get("used_s")?, Medium::of_row(row)?))
            };
            statement.query_row(params, medium).optional().doing(doing)
        })?;
        let Some((course_no, used_s, medium)) = found else { return Ok(None) };
        self.note_use(course_no, used_s);
        medium.read(self.core.store.folder())
    }

    /// Notes that media of a course are used, once a day: what nobody uses makes room for others.
    fn note_use(&self, course_no: i64, used_s: i64) {
        const DAY_S: i64 = 86_400;
        let now_s = self.core.now_s();
        if (used_s..used_s.saturating_add(DAY_S)).contains(&now_s) {
            return;
        }
        // A full disk keeps nobody from seeing a picture.
        let _ = self.core.store.write("noting what is used", |tx| {
            let sql = "UPDATE course SET used_s = :now_s WHERE course_no = :course_no";
            let row = named_params! { ":now_s": now_s, ":course_no": course_no };
            tx.execute_cached(sql, row).doing("noting what is used")
        });
    }

    /// The quizzes of a course, in the order of their ids.
    pub fn quizzes(&self, course: &CourseId, lang: &Lang) -> Result<Vec<QuizView>> {
        self.core.store.read(|conn| match current_edition(conn, course)? {
            Some((course_no, _)) => quizzes(conn, course_no, lang),
            None => Ok(Vec::new()),
        })
    }

    /// One question of an edition, current or not; `None` when the edition was swept.
    pub fn question(
        &self,
        edition: &Edition,
        question: &QuestionId,
        lang: &Lang,
    ) -> Result<Option<InLang<Question>>> {
        self.core.store.read(|conn| match edition_no(conn, edition)? {
            Some(course_no) => self::question(conn, course_no, question, lang),
            None => Ok(None),
        })
    }

    /// The questions of a quiz in the author's order, without their words.
    pub fn questions_of(&self, edition: &Edition, quiz: &QuizId) -> Result<Vec<QuestionKey>> {
        self.core.store.read(|conn| match edition_no(conn, edition)? {
            Some(course_no) => questions_of(conn, course_no, quiz),
            None => Ok(Vec::new()),
        })
    }
}

/// Current courses with their texts in the wanted language, else in their own.
const COURSES: &str = "
    SELECT generation, version, language, coalesce(wanted.lang, own.lang) AS lang,
        coalesce(wanted.info, own.info) AS info,
        (SELECT sum(minutes) FROM lesson
         WHERE lesson.course_no = course.course_no AND lesson.lang = language) AS minutes
    FROM course
    JOIN course_text AS own ON own.course_no = course.course_no AND own.lang = language
    LEFT JOIN course_text AS wanted ON wanted.course_no = course.course_no
        AND wanted.lang = :lang AND wanted.info IS NOT NULL
    WHERE current = 1 AND (:course IS NULL OR course_id = :course)";

fn course_view(row: &Row<'_>) -> Result<CourseView> {
    let doing = "reading a course";
    let info: CourseInfo = decode(row, "info")?;
    let order = order(row).doing(doing)?;
    Ok(CourseView {
        id: info.id,
        order,
        language: info.language,
        lang: id(row, "lang", Lang::parse)?,
        title: info.title,
        summary: info.summary,
        picture: info.picture,
        competences: info.competences,
        licence: info.licence,
        lessons: info.lessons,
        minutes: row.get::<_, Option<u32>>("minutes").doing(doing)?.unwrap_or_default(),
    })
}

/// The number and name of the edition that learners get.
pub(crate) fn current_edition(
    conn: &Connection,
    course: &CourseId,
) -> Result<Option<(i64, Edition)>> {
    let doing = "finding a course";
    let sql = "SELECT course_no, generation, version FROM course
               WHERE course_id = :course AND current = 1";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! { ":course": course.as_str() };
    let found = statement.query_row(params, |row| Ok((row.get("course_no")?, order(row)?)));
    let named = |(no, order)| (no, Edition { course: course.clone(), order });
    Ok(found.optional().doing(doing)?.map(named))
}

/// The number of an edition, while it lies here.
pub(crate) fn edition_no(conn: &Connection, edition: &Edition) -> Result<Option<i64>> {
    let doing = "finding an edition of a course";
    let sql = "SELECT course_no FROM course
               WHERE course_id = :course AND generation = :generation AND version = :version";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! {
        ":course": edition.course.as_str(),
        ":generation": edition.order.generation,
        ":version": edition.order.version,
    };
    statement.query_row(params, |row| row.get("course_no")).optional().doing(doing)
}

/// All facts of an edition, each in the reader's language where it is translated.
pub(crate) fn facts(
    conn: &Connection,
    course_no: i64,
    lang: &Lang,
) -> Result<BTreeMap<FactId, InLang<Fact>>> {
    let doing = "reading facts";
    let sql = "SELECT lang, facts
               FROM course JOIN course_text USING (course_no)
               WHERE course_no = :course_no AND lang IN (:lang, language) AND facts IS NOT NULL
               ORDER BY lang = :lang";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! { ":course_no": course_no, ":lang": lang.as_str() };
    let mut rows = statement.query(params).doing(doing)?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next().doing(doing)? {
        let lang = id(row, "lang", Lang::parse)?;
        for fact in decode::<Vec<Fact>>(row, "facts")? {
            all.insert(fact.id.clone(), InLang { lang: lang.clone(), value: fact });
        }
    }
    Ok(all)
}

/// The quizzes of an edition, in the order of their ids.
pub(crate) fn quizzes(conn: &Connection, course_no: i64, lang: &Lang) -> Result<Vec<QuizView>> {
    let doing = "listing quizzes";
    let sql = "SELECT quiz_id, lang, purpose, quiz.title AS title, shuffle,
                   max(lang = :lang) AS preferred,
                   (SELECT count(*) FROM quiz AS main JOIN question USING (quiz_no)
                    WHERE main.course_no = course.course_no AND main.lang = language
                        AND main.quiz_id = quiz.quiz_id) AS questions
               FROM course JOIN quiz USING (course_no)
               WHERE course_no = :course_no AND lang IN (:lang, language)
               GROUP BY quiz_id
               ORDER BY quiz_id";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! { ":course_no": course_no, ":lang": lang.as_str() };
    let mut rows = statement.query(params).doing(doing)?;
    let mut list = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        list.push(QuizView {
            id: id(row, "quiz_id", QuizId::parse)?,
            r#use: match row.get::<_, u8>("purpose").doing(doing)? {
                0 => QuizUse::Check,
                1 => QuizUse::Practice,
                _ => QuizUse::Assessment,
            },
            lang: id(row, "lang", Lang::parse)?,
            title: row.get("title").doing(doing)?,
            shuffle: row.get("shuffle").doing(doing)?,
            questions: row.get("questions").doing(doing)?,
        });
    }
    Ok(list)
}

/// One question of an edition.
pub(crate) fn question(
    conn: &Connection,
    course_no: i64,
    question: &QuestionId,
    lang: &Lang,
) -> Result<Option<InLang<Question>>> {
    let doing = "reading a question";
    let sql = "SELECT lang, substr(body, start + 1, question.bytes) AS body
               FROM course JOIN quiz USING (course_no) JOIN question USING (quiz_no)
               WHERE course_no = :course_no AND question_id = :question
                   AND lang IN (:lang, language)
               ORDER BY lang = :lang DESC
               LIMIT 1";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! {
        ":course_no": course_no,
        ":question": question.as_str(),
        ":lang": lang.as_str(),
    };
    let mut rows = statement.query(params).doing(doing)?;
    rows.next().doing(doing)?.map(|row| in_lang(row, "body")).transpose()
}

/// The questions of a quiz in the author's order, without their words.
pub(crate) fn questions_of(
    conn: &Connection,
    course_no: i64,
    quiz: &QuizId,
) -> Result<Vec<QuestionKey>> {
    let doing = "listing questions";
    let sql = "SELECT question_id, question.version AS version, competence, difficulty
               FROM course JOIN quiz USING (course_no) JOIN question USING (quiz_no)
               WHERE course_no = :course_no AND lang = language AND quiz_id = :quiz
               ORDER BY place";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! { ":course_no": course_no, ":quiz": quiz.as_str() };
    let mut rows = statement.query(params).doing(doing)?;
    let mut list = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        list.push(question_key(row)?);
    }
    Ok(list)
}

/// All items of the self-assessment across current courses.
pub(crate) fn assessment_items(conn: &Connection) -> Result<Vec<AssessmentItem>> {
    let doing = "listing the self-assessment's items";
    let sql = "SELECT course_id, generation, course.version AS course_version, question_id,
                   question.version AS version, competence, difficulty
               FROM course JOIN quiz USING (course_no) JOIN question USING (quiz_no)
               WHERE current = 1 AND lang = language AND purpose = 2
               ORDER BY order_no, course_id, quiz_id, place";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    let mut list = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let generation = row.get("generation").doing(doing)?;
        let order = Order { generation, version: row.get("course_version").doing(doing)? };
        let edition = Edition { course: id(row, "course_id", CourseId::parse)?, order };
        list.push(AssessmentItem { edition, question: question_key(row)? });
    }
    Ok(list)
}

fn question_key(row: &Row<'_>) -> Result<QuestionKey> {
    let doing = "reading a question";
    Ok(QuestionKey {
        id: id(row, "question_id", QuestionId::parse)?,
        version: row.get("version").doing(doing)?,
        competence: id(row, "competence", CompetenceCode::parse)?,
        difficulty: row.get("difficulty").doing(doing)?,
    })
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order { generation: row.get("generation")?, version: row.get("version")? })
}

/// Reads an id that was checked when it was stored.
pub(super) fn id<T, E: std::fmt::Display>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> std::result::Result<T, E>,
) -> Result<T> {
    let text = row.get_ref(column).doing("reading an id")?;
    let text = text.as_str().map_err(|error| Error::Damaged { detail: error.to_string() })?;
    parse(text).map_err(|error| Error::Damaged { detail: error.to_string() })
}

/// Decodes a column that was checked when it was stored.
fn decode<T: for<'b> minicbor::Decode<'b, ()>>(row: &Row<'_>, column: &str) -> Result<T> {
    let bytes = row.get_ref(column).doing("reading a course")?;
    let bytes = bytes.as_blob().map_err(|error| Error::Damaged { detail: error.to_string() })?;
    minicbor::decode(bytes).map_err(|error| Error::Damaged { detail: format!("{column}: {error}") })
}

fn in_lang<T: for<'b> minicbor::Decode<'b, ()>>(row: &Row<'_>, body: &str) -> Result<InLang<T>> {
    Ok(InLang { lang: id(row, "lang", Lang::parse)?, value: decode(row, body)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::fixture::{CourseFixture, PICTURE, course_id, lang, lesson_id};
    use crate::testing::TestDevice;

    fn in_two_languages() -> CourseFixture {
        let mut course = CourseFixture::new("mat-khau-otp");
        course.lesson("vi", "lua-dao", "Lừa đảo", &["Kẻ gian gọi điện."]);
        course.lesson("en", "ma-otp", "What is an OTP?", &["Mrs Lan presses send."]);
        let info = CourseInfo { title: "Passwords".into(), ..course.info.clone() };
        course.infos.insert(lang("en"), info);
        course
    }

    fn device_with(course: &CourseFixture) -> (TestDevice, HocvuCore) {
        let device = TestDevice::new();
        let core = device.open();
        assert!(core.packs().install_starter(&course.starter()).unwrap().changed);
        (device, core)
    }

    #[test]
    fn an_installed_course_is_listed_and_its_lesson_opens() {
        let course = CourseFixture::new("mat-khau-otp");
        let (_device, core) = device_with(&course);
        let rooms = core.courses();
        let list = rooms.list(&lang("vi")).unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].title.as_str(), list[0].minutes), ("Khóa mat-khau-otp", 4));
        assert_eq!(rooms.get(&course.info.id, &lang("vi")).unwrap().unwrap(), list[0]);
        let lesson = rooms.lesson(&course.info.id, &lesson_id("ma-otp"), &lang("vi")).unwrap();
        let key = (lang("vi"), lesson_id("ma-otp"));
        assert_eq!(lesson.unwrap().value, course.lessons[&key]);
        assert_eq!(rooms.picture(&course.info.id, "khoa.svg").unwrap().unwrap(), PICTURE);
        assert_eq!(rooms.picture(&course.info.id, "../hocvu.db").unwrap(), None);
        let none = rooms.lesson(&course_id("other"), &lesson_id("ma-otp"), &lang("vi")).unwrap();
        assert_eq!(none, None);
    }

    #[test]
    fn what_is_not_translated_is_shown_in_the_courses_language_and_says_so() {
        let course = in_two_languages();
        let (_device, core) = device_with(&course);
        let rooms = core.courses();
        let (id, en) = (&course.info.id, &lang("en"));
        assert_eq!(rooms.get(id, en).unwrap().unwrap().title, "Passwords");
        let lessons = rooms.lessons(id, en).unwrap();
        let told: Vec<_> = lessons.iter().map(|l| (l.id.as_str(), l.lang.as_str())).collect();
        assert_eq!(told, [("ma-otp", "en"), ("lua-dao", "vi")]);
        assert_eq!(lessons[0].title, "What is an OTP?");
        let open = |lesson, lang| rooms.lesson(id, &lesson_id(lesson), lang).unwrap().unwrap().lang;
        assert_eq!(open("ma-otp", en), lang("en"));
        assert_eq!(open("lua-dao", en), lang("vi"));
        assert_eq!(open("ma-otp", &lang("tay")), lang("vi"));
        let fact = rooms.fact(id, &FactId::parse("156").unwrap(), en).unwrap().unwrap();
        assert_eq!((fact.lang, fact.value), (lang("vi"), course.facts[0].clone()));
    }

    #[test]
    fn quizzes_give_their_questions_in_the_authors_order() {
        let course = CourseFixture::new("mat-khau-otp");
        let (_device, core) = device_with(&course);
        let rooms = core.courses();
        let quizzes = rooms.quizzes(&course.info.id, &lang("en")).unwrap();
        let told: Vec<_> = quizzes.iter().map(|q| (q.id.as_str(), q.r#use, q.questions)).collect();
        let expected = [
            ("checks", QuizUse::Check, 1),
            ("luyen-tap", QuizUse::Practice, 2),
            ("tu-danh-gia", QuizUse::Assessment, 1),
        ];
        assert_eq!(told, expected);
        let edition = rooms.edition(&course.info.id).unwrap().unwrap();
        let keys = rooms.questions_of(&edition, &quizzes[1].id).unwrap();
        let ids: Vec<_> = keys.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, ["ai-hoi-otp", "gui-ma"]);
        let question = rooms.question(&edition, &keys[0].id, &lang("en")).unwrap().unwrap();
        assert_eq!(question.value, crate::pack::fixture::question("ai-hoi-otp"));
        let items = core.store.read(assessment_items).unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((&items[0].edition, items[0].question.id.as_str()), (&edition, "danh-gia-1"));
    }
}
