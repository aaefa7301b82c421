//! Puts a verified pack into the database, in one transaction.

use rusqlite::{Transaction, named_params, params};

use super::content::{Content, QuizPart};
use super::manifest::Manifest;
use super::{Order, fetch};
use crate::course::{Fact, Lesson, search_form, searchable_text};
use crate::error::{Doing, Error, Result};
use crate::ids::Lang;
use crate::quiz::Question;

const DOING: &str = "installing a course";

/// A pack whose every byte was verified, with what the database keeps of its origin.
pub(super) struct Verified {
    pub(super) manifest: Manifest,
    /// The manifest's exact bytes.
    pub(super) body: Vec<u8>,
    pub(super) content: Content,
    /// Who vouches for it; nobody for what is embedded in the program.
    pub(super) root_id: Option<[u8; 32]>,
    pub(super) publisher_name: String,
}

/// Makes a pack the current edition of its course. The edition before it stays for attempts that
/// were drawn from it, until it is swept.
pub(super) fn switch(tx: &Transaction<'_>, pack: &Verified, now_s: i64) -> Result<()> {
    let course = pack.manifest.course.as_str();
    retire(tx, course)?;
    let row = named_params! { ":course": course };
    tx.execute("DELETE FROM removed_course WHERE course_id = :course", row).doing(DOING)?;
    // What was on its way is made from another edition than the one that is current now.
    fetch::end_fetch(tx, &pack.manifest.course)?;
    // Only a pack embedded in the program comes twice under one version (while somebody writes it):
    // the newer text replaces the older under the same name.
    tx.execute(
        "DELETE FROM course
         WHERE course_id = :course AND generation = :generation AND version = :version",
        named_params! {
            ":course": course,
            ":generation": pack.manifest.generation,
            ":version": pack.manifest.version,
        },
    )
    .doing(DOING)?;
    let course_no = insert_course(tx, pack, now_s)?;
    insert_texts(tx, course_no, &pack.content)?;
    insert_lessons(tx, course_no, pack)?;
    insert_quizzes(tx, course_no, &pack.content)?;
    insert_media(tx, course_no, &pack.content)
}

/// Takes a course's current edition, if there is one, out of the list and the search; says whether
/// there was. Its rows stay until it is swept.
pub(super) fn retire(tx: &Transaction<'_>, course: &str) -> Result<bool> {
    let row = named_params! { ":course": course };
    let sql = "DELETE FROM search WHERE rowid IN (
                   SELECT lesson_no FROM lesson JOIN course USING (course_no)
                   WHERE course_id = :course AND current = 1)";
    tx.execute(sql, row).doing(DOING)?;
    let sql = "UPDATE course SET current = 0 WHERE course_id = :course AND current = 1";
    Ok(tx.execute(sql, row).doing(DOING)? > 0)
}

fn insert_course(tx: &Transaction<'_>, pack: &Verified, now_s: i64) -> Result<i64> {
    let manifest = &pack.manifest;
    let info = &pack.content.infos[&manifest.language].value;
    tx.execute(
        "INSERT INTO course (course_id, generation, version, current, language, order_no, title,
             publisher, publisher_name, root_id, bytes, manifest, installed_s, used_s)
         VALUES (:course, :generation, :version, 1, :language, :order_no, :title,
             :publisher, :publisher_name, :root_id, :bytes, :manifest, :installed_s, :installed_s)",
        named_params! {
            ":course": manifest.course.as_str(),
            ":generation": manifest.generation,
            ":version": manifest.version,
            ":language": manifest.language.as_str(),
            ":order_no": info.order,
            ":title": manifest.title,
            ":publisher": manifest.publisher,
            ":publisher_name": pack.publisher_name,
            ":root_id": pack.root_id,
            ":bytes": i64::try_from(manifest.bytes()).expect("a pack has at most 64 MiB"),
            ":manifest": pack.body,
            ":installed_s": now_s,
        },
    )
    .doing(DOING)?;
    Ok(tx.last_insert_rowid())
}

fn insert_texts(tx: &Transaction<'_>, course_no: i64, content: &Content) -> Result<()> {
    let sql = "INSERT INTO course_text (course_no, lang, info, facts)
               VALUES (:course_no, :lang, :info, :facts)";
    let mut insert = tx.prepare_cached(sql).doing(DOING)?;
    let langs: std::collections::BTreeSet<&Lang> =
        content.infos.keys().chain(content.facts.keys()).collect();
    for lang in langs {
        let row = named_params! {
            ":course_no": course_no,
            ":lang": lang.as_str(),
            ":info": content.infos.get(lang).map(|part| &part.bytes),
            ":facts": content.facts.get(lang).map(|part| &part.bytes),
        };
        insert.execute(row).doing(DOING)?;
    }
    Ok(())
}

fn insert_lessons(tx: &Transaction<'_>, course_no: i64, pack: &Verified) -> Result<()> {
    let sql =
        "INSERT INTO lesson (course_no, lang, lesson_id, place, title, minutes, screens, body)
               VALUES (:course_no, :lang, :lesson, :place, :title, :minutes, :screens, :body)";
    let mut insert = tx.prepare_cached(sql).doing(DOING)?;
    let content = &pack.content;
    let main = &pack.manifest.language;
    let order = &content.infos[main].value.lessons;
    let facts_of = |lang: &Lang| content.facts.get(lang).map(|part| part.value.as_slice());
    for ((lang, id), lesson) in &content.lessons {
        let place = order.iter().position(|listed| listed == id).map(small);
        let row = named_params! {
            ":course_no": course_no,
            ":lang": lang.as_str(),
            ":lesson": id.as_str(),
            ":place": place,
            ":title": lesson.value.title,
            ":minutes": lesson.value.minutes,
            ":screens": small(lesson.value.screens.len()),
            ":body": lesson.bytes,
        };
        let lesson_no = insert.insert(row).doing(DOING)?;
        let facts = [facts_of(lang).unwrap_or_default(), facts_of(main).unwrap_or_default()];
        index_lesson(tx, lesson_no, &lesson.value, &facts.concat())?;
    }
    Ok(())
}

/// Fills the search index anew from the lessons that are stored, and fails where one, or a question,
/// cannot be read.
pub(crate) fn rebuild_search(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM search", []).doing(DOING)?;
    tx.execute("DELETE FROM lesson_text", []).doing(DOING)?;
    let damaged =
        |error: minicbor::decode::Error| Error::Damaged { detail: format!("a course: {error}") };
    let sql = "SELECT substr(body, start + 1, question.bytes) AS body
               FROM quiz JOIN question USING (quiz_no)";
    let mut questions = tx.prepare(sql).doing(DOING)?;
    let mut rows = questions.query([]).doing(DOING)?;
    while let Some(row) = rows.next().doing(DOING)? {
        let body: Vec<u8> = row.get("body").doing(DOING)?;
        minicbor::decode::<Question>(&body).map_err(damaged)?;
    }
    let sql = "SELECT lesson_no, body, own.facts AS own, main.facts AS main
               FROM lesson JOIN course USING (course_no)
               LEFT JOIN course_text AS own
                   ON own.course_no = course.course_no AND own.lang = lesson.lang
               LEFT JOIN course_text AS main
                   ON main.course_no = course.course_no AND main.lang = language
               WHERE current = 1";
    let mut lessons = tx.prepare(sql).doing(DOING)?;
    let mut rows = lessons.query([]).doing(DOING)?;
    while let Some(row) = rows.next().doing(DOING)? {
        let body: Vec<u8> = row.get("body").doing(DOING)?;
        let lesson: Lesson = minicbor::decode(&body).map_err(damaged)?;
        let mut facts: Vec<Fact> = Vec::new();
        for column in ["own", "main"] {
            if let Some(bytes) = row.get::<_, Option<Vec<u8>>>(column).doing(DOING)? {
                facts.extend(minicbor::decode::<Vec<Fact>>(&bytes).map_err(damaged)?);
            }
        }
        index_lesson(tx, row.get("lesson_no").doing(DOING)?, &lesson, &facts)?;
    }
    Ok(())
}

fn index_lesson(
    tx: &Transaction<'_>,
    lesson_no: i64,
    lesson: &Lesson,
    facts: &[Fact],
) -> Result<()> {
    let sql = "INSERT INTO search (rowid, exact_title, exact, folded_title, folded)
               VALUES (:lesson_no, :exact_title, :exact, :folded_title, :folded)";
    let mut index = tx.prepare_cached(sql).doing(DOING)?;
    let title = search_form(&lesson.title);
    let said = searchable_text(lesson, facts);
    let sql = "INSERT INTO lesson_text (lesson_no, text) VALUES (:lesson_no, :text)";
    let row = named_params! { ":lesson_no": lesson_no, ":text": said };
    tx.prepare_cached(sql).doing(DOING)?.execute(row).doing(DOING)?;
    let text = search_form(&said);
    let row = named_params! {
        ":lesson_no": lesson_no,
        ":exact_title": title.exact,
        ":exact": text.exact,
        ":folded_title": title.folded,
        ":folded": text.folded,
    };
    index.execute(row).doing(DOING)?;
    Ok(())
}

fn insert_quizzes(tx: &Transaction<'_>, course_no: i64, content: &Content) -> Result<()> {
    let sql = "INSERT INTO quiz (course_no, lang, quiz_id, purpose, title, shuffle, body)
               VALUES (:course_no, :lang, :quiz, :purpose, :title, :shuffle, :body)";
    let mut insert = tx.prepare_cached(sql).doing(DOING)?;
    for ((lang, id), part) in &content.quizzes {
        let quiz = &part.quiz.value;
        let row = named_params! {
            ":course_no": course_no,
            ":lang": lang.as_str(),
            ":quiz": id.as_str(),
            ":purpose": quiz.r#use as u8,
            ":title": quiz.title,
            ":shuffle": quiz.shuffle,
            ":body": part.quiz.bytes,
        };
        let quiz_no = insert.insert(row).doing(DOING)?;
        insert_questions(tx, quiz_no, part)?;
    }
    Ok(())
}

fn insert_questions(tx: &Transaction<'_>, quiz_no: i64, part: &QuizPart) -> Result<()> {
    let questions = &part.quiz.value.questions;
    // In the order of the table's key: each lands on the page of the one before.
    let mut places: Vec<usize> = (0..questions.len()).collect();
    places.sort_unstable_by_key(|place| questions[*place].id.as_str());
    let sql = "INSERT INTO question (quiz_no, question_id, place, version, competence, difficulty,
                   start, bytes)
               VALUES (:quiz_no, :question, :place, :version, :competence, :difficulty,
                   :start, :bytes)";
    let mut insert = tx.prepare_cached(sql).doing(DOING)?;
    for place in places {
        let (question, lies) = (&questions[place], &part.places[place]);
        // In the order in which the statement names them: to look names up for each of ten thousand
        // rows takes as long as to insert them.
        let row = params![
            quiz_no,
            question.id.as_str(),
            small(place),
            question.version,
            question.competence.as_str(),
            question.difficulty,
            small(lies.start),
            small(lies.len()),
        ];
        insert.execute(row).doing(DOING)?;
    }
    Ok(())
}

fn insert_media(tx: &Transaction<'_>, course_no: i64, content: &Content) -> Result<()> {
    let sql = "INSERT INTO media (course_no, file, hash, bytes, state, body)
               VALUES (:course_no, :file, :hash, :bytes, :state, :body)";
    let mut insert = tx.prepare_cached(sql).doing(DOING)?;
    for (file, medium) in &content.media {
        let row = named_params! {
            ":course_no": course_no,
            ":file": file,
            ":hash": medium.hash,
            ":bytes": i64::try_from(medium.bytes).expect("a medium has at most 4 MiB"),
            ":state": medium.state as u8,
            ":body": medium.body,
        };
        insert.execute(row).doing(DOING)?;
    }
    Ok(())
}

fn small(n: usize) -> u32 {
    u32::try_from(n).expect("a course is short")
}

/// What is held of a course.
pub(super) struct Held {
    pub(super) order: Order,
    pub(super) root_id: Option<[u8; 32]>,
    pub(super) publisher_name: String,
    pub(super) manifest: Vec<u8>,
}
