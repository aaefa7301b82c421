//! From a response to what is said and what is recorded; the same for attempts and checks.

use rusqlite::Connection;

use super::view::{answer_view, question_view};
use super::{AnswerView, Grade, Question, QuizUse, Response, TYPED_CHARS_MAX, grade};
use crate::course::{Fact, InLang, courses};
use crate::error::{Error, Result};
use crate::ids::{CourseId, Lang};
use crate::journal::AnswerGiven;
use crate::text::nfc;

/// The longest time that an answer is said to have taken: an hour, in tenths of a second.
const TENTHS_MAX: u32 = 36_000;

/// Grades the answer to a question of an edition and says what there is to say.
pub(super) fn judged(
    conn: &Connection,
    course: &CourseId,
    (course_no, question): &(i64, InLang<Question>),
    seed: u64,
    response: Response,
    lang: &Lang,
) -> Result<AnswerView> {
    let graded = graded(&question.value, &response)?;
    let fact = fact_of(conn, *course_no, &question.value, lang)?;
    let shown = question_view(course, question, seed);
    Ok(answer_view(shown, &question.value, response, graded, fact))
}

/// Cuts what was typed to what is kept.
pub(super) fn bounded(response: Response) -> Result<Response> {
    match response {
        Response::Text(typed) => {
            let typed: String = nfc(typed.trim().chars()).take(TYPED_CHARS_MAX).collect();
            if typed.is_empty() {
                return Err(Error::invalid("response", "nothing was typed"));
            }
            Ok(Response::Text(typed))
        }
        Response::Multiple(mut chosen) => {
            chosen.sort_unstable();
            if chosen.is_empty() {
                return Err(Error::invalid("response", "nothing was chosen"));
            }
            Ok(Response::Multiple(chosen))
        }
        other => Ok(other),
    }
}

fn graded(question: &Question, response: &Response) -> Result<Grade> {
    grade(question, response).map_err(|mismatch| Error::invalid("response", mismatch.to_string()))
}

pub(super) fn answer_deed(
    course: &CourseId,
    question: &Question,
    view: &AnswerView,
    purpose: QuizUse,
    tenths: u32,
) -> AnswerGiven {
    AnswerGiven {
        course: course.clone(),
        question: question.id.clone(),
        version: question.version,
        response: view.response.clone(),
        correct: view.correct,
        points: view.points,
        possible: view.possible,
        competences: vec![question.competence.clone()],
        purpose,
        tenths: tenths.min(TENTHS_MAX),
        attempt: None,
        attempt_replica: None,
        again: None,
    }
}

fn fact_of(
    conn: &Connection,
    course_no: i64,
    question: &Question,
    lang: &Lang,
) -> Result<Option<Fact>> {
    let Some(id) = &question.fact else { return Ok(None) };
    Ok(courses::facts(conn, course_no, lang)?.remove(id).map(|fact| fact.value))
}
