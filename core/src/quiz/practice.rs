//! Practice quizzes: one quiz of one course, its questions in a drawn order.

use rusqlite::Connection;

use super::draw::shuffle;
use super::quizzes::Quizzes;
use super::taking::unfinished_of;
use super::{Attempt, QuizUse};
use crate::course::QuestionKey;
use crate::course::courses::{self, current_edition};
use crate::error::{Error, Result};
use crate::ids::{AttemptId, CourseId, Lang, LearnerId, QuizId};
use crate::journal::{Deed, DrawnQuestion, QuizStarted};
use crate::learner::learner_no;
use crate::ports::draw;
use crate::progress::record;

impl Quizzes<'_> {
    /// Begins a practice quiz, or goes on with the unfinished one.
    pub fn start_practice(
        &self,
        learner: LearnerId,
        course: &CourseId,
        quiz: &QuizId,
    ) -> Result<AttemptId> {
        let seed = u64::from_le_bytes(draw(self.core.ports.entropy.as_ref()));
        self.core.write("starting a quiz", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            if let Some(id) = unfinished_of(w.tx, who.0, |a| {
                a.start.quiz.as_ref() == Some(quiz)
                    && a.start.editions.iter().any(|e| e.course == *course)
            })? {
                return Ok(id);
            }
            let started = draw_practice(w.tx, course, quiz, seed)?;
            let event = record(w, who, &Deed::QuizStarted(started))?;
            Ok(AttemptId::Recorded { replica: event.replica, seq: event.seq })
        })
    }
}

fn draw_practice(
    conn: &Connection,
    course: &CourseId,
    quiz: &QuizId,
    seed: u64,
) -> Result<QuizStarted> {
    let none = || Error::NotFound { what: "quiz" };
    let (course_no, edition) = current_edition(conn, course)?.ok_or_else(none)?;
    let own = Lang::parse("vi").expect("a language");
    let listed = courses::quizzes(conn, course_no, &own)?;
    let practice = |q: &&crate::course::QuizView| q.id == *quiz && q.r#use == QuizUse::Practice;
    let info = listed.iter().find(practice).ok_or_else(none)?;
    let mut keys = courses::questions_of(conn, course_no, quiz)?;
    if info.shuffle {
        shuffle(&mut keys, seed, "questions");
    }
    let drawn =
        |key: QuestionKey| DrawnQuestion { edition: 0, question: key.id, version: key.version };
    Ok(QuizStarted {
        purpose: QuizUse::Practice,
        editions: vec![edition],
        quiz: Some(quiz.clone()),
        seed,
        questions: keys.into_iter().map(drawn).collect(),
        policy: None,
    })
}

pub(super) fn practice_course(attempt: &Attempt) -> Option<CourseId> {
    let edition = attempt.start.editions.first().filter(|_| attempt.start.quiz.is_some());
    edition.map(|e| e.course.clone())
}
