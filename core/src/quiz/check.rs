//! The question inside a lesson: answered at once, tried again as often as somebody likes; a guest's
//! answers to it are stored nowhere.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::judging::{answer_deed, bounded, judged};
use super::quizzes::Quizzes;
use super::view::question_view;
use super::{AnswerView, Question, QuestionView, QuizUse, Response};
use crate::course::InLang;
use crate::course::courses::{self, current_edition};
use crate::error::{Doing, Error, Result};
use crate::ids::{CourseId, Lang, LearnerId, QuestionId};
use crate::journal::Deed;
use crate::learner::learner_no;
use crate::progress::record;
use crate::store::Cached;

/// What the order of a check's options is drawn from where no learner's tries are counted.
const GUEST_SEED: u64 = 0;

impl Quizzes<'_> {
    /// The check of a lesson, in the order drawn for this try.
    pub fn check(
        &self,
        learner: LearnerId,
        course: &CourseId,
        question: &QuestionId,
        lang: &Lang,
    ) -> Result<QuestionView> {
        self.core.store.read(|conn| {
            let tries = last_try(conn, learner_no(conn, learner)?, course, question)?;
            let tries = tries.map_or(0, |(tries, _)| tries);
            let (_, question) = check_question(conn, course, question, lang)?;
            Ok(question_view(course, &question, check_seed(learner, tries)))
        })
    }

    /// Grades and records the answer to a check. It may be tried again as often as she likes; only
    /// the first answer of a visit counts, and the same answer again changes nothing.
    pub fn answer_check(
        &self,
        learner: LearnerId,
        course: &CourseId,
        question: &QuestionId,
        response: Response,
        tenths: u32,
        lang: &Lang,
    ) -> Result<AnswerView> {
        let response = bounded(response)?;
        self.core.write("recording a check", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            let found = check_question(w.tx, course, question, lang)?;
            let before = last_try(w.tx, who.0, course, question)?;
            let tries = before.as_ref().map_or(0, |(tries, _)| *tries);
            let seed = check_seed(learner, tries);
            let view = judged(w.tx, course, &found, seed, response.clone(), lang)?;
            if before.is_some_and(|(_, last)| last == response) {
                return Ok(view);
            }
            let mut deed = answer_deed(course, &found.1.value, &view, QuizUse::Check, tenths);
            deed.again = (tries > 0).then_some(true);
            record(w, who, &Deed::AnswerGiven(deed))?;
            save_try(w.tx, who.0, course, question, tries + 1, &response)?;
            Ok(view)
        })
    }

    /// The check of a lesson for a guest: nobody's answer to it is stored, so the order of its
    /// options stays the same. What she answers goes to [`Quizzes::judge_check`].
    pub fn guest_check(
        &self,
        course: &CourseId,
        question: &QuestionId,
        lang: &Lang,
    ) -> Result<QuestionView> {
        self.core.store.read(|conn| {
            let (_, question) = check_question(conn, course, question, lang)?;
            Ok(question_view(course, &question, GUEST_SEED))
        })
    }

    /// What is said to an answer to a check, a guest's or one whose page is loaded again. Records
    /// nothing.
    pub fn judge_check(
        &self,
        course: &CourseId,
        question: &QuestionId,
        response: Response,
        lang: &Lang,
    ) -> Result<AnswerView> {
        let response = bounded(response)?;
        self.core.store.read(|conn| {
            let found = check_question(conn, course, question, lang)?;
            judged(conn, course, &found, GUEST_SEED, response, lang)
        })
    }
}

fn check_question(
    conn: &Connection,
    course: &CourseId,
    question: &QuestionId,
    lang: &Lang,
) -> Result<(i64, InLang<Question>)> {
    let none = || Error::NotFound { what: "question" };
    let (course_no, _) = current_edition(conn, course)?.ok_or_else(none)?;
    let found = courses::question(conn, course_no, question, lang)?.ok_or_else(none)?;
    Ok((course_no, found))
}

/// The order of a check's options changes with each try and with nothing else.
fn check_seed(learner: LearnerId, tries: u32) -> u64 {
    let (first, _) = learner.0.split_at(8);
    u64::from_le_bytes(first.try_into().expect("8 bytes")).wrapping_add(tries.into())
}

fn last_try(
    conn: &Connection,
    learner_no: i64,
    course: &CourseId,
    question: &QuestionId,
) -> Result<Option<(u32, Response)>> {
    let doing = "reading the last try of a check";
    let sql = "SELECT tries, response FROM check_try
               WHERE learner_no = :learner_no AND course_id = :course AND question_id = :question";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let params = named_params! {
        ":learner_no": learner_no,
        ":course": course.as_str(),
        ":question": question.as_str(),
    };
    let row = statement.query_row(params, |row| Ok((row.get("tries")?, row.get("response")?)));
    let row: Option<(u32, Vec<u8>)> = row.optional().doing(doing)?;
    Ok(row.and_then(|(tries, bytes)| Some((tries, minicbor::decode(&bytes).ok()?))))
}

fn save_try(
    tx: &Transaction<'_>,
    learner_no: i64,
    course: &CourseId,
    question: &QuestionId,
    tries: u32,
    response: &Response,
) -> Result<()> {
    let doing = "noting a try of a check";
    let sql = "INSERT INTO check_try (learner_no, course_id, question_id, tries, response)
               VALUES (:learner_no, :course, :question, :tries, :response)
               ON CONFLICT DO UPDATE SET tries = excluded.tries, response = excluded.response";
    let row = named_params! {
        ":learner_no": learner_no,
        ":course": course.as_str(),
        ":question": question.as_str(),
        ":tries": tries,
        ":response": minicbor::to_vec(response).expect("writing to memory cannot fail"),
    };
    tx.execute_cached(sql, row).doing(doing)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hocvu::HocvuCore;
    use crate::pack::fixture::{CourseFixture, course_id, lang};
    use crate::quiz::Kind;
    use crate::testing::{TestDevice, add_learner};

    fn rows(core: &HocvuCore) -> i64 {
        let sql = "SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM check_try)
                       + (SELECT count(*) FROM guest_attempt)";
        let count = |conn: &Connection| conn.query_row(sql, [], |row| row.get(0)).doing("counting");
        core.store.read(count).unwrap()
    }

    #[test]
    fn a_guest_sees_and_answers_a_check_and_nothing_is_stored() {
        let device = TestDevice::new();
        let core = device.open();
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let (course, check) = (course_id("otp"), QuestionId::parse("otp-la-gi").unwrap());
        let quizzes = core.quizzes();
        let before = rows(&core);

        let shown = quizzes.guest_check(&course, &check, &lang("vi")).unwrap();
        let judge = |chosen| {
            quizzes.judge_check(&course, &check, Response::Single(chosen), &lang("vi")).unwrap()
        };
        let (right, wrong) = (judge(0), judge(1));
        assert_eq!((right.correct, wrong.correct), (true, false));
        assert_eq!(right.question, shown, "the answer's page shows the options in the same order");
        assert_eq!(quizzes.guest_check(&course, &check, &lang("vi")).unwrap(), shown);
        assert_eq!(rows(&core), before);

        let nothing = QuestionId::parse("khong-co").unwrap();
        let refused = quizzes.guest_check(&course, &nothing, &lang("vi")).unwrap_err();
        assert!(matches!(refused, Error::NotFound { what: "question" }), "{refused:?}");
    }

    #[test]
    fn an_option_chosen_twice_is_refused_and_nothing_is_recorded() {
        let device = TestDevice::new();
        let core = device.open();
        let mut course = CourseFixture::new("otp");
        let checks = course.quizzes.values_mut().find(|quiz| quiz.r#use == QuizUse::Check).unwrap();
        let Kind::Single { mut options } = checks.questions[0].kind.clone() else {
            panic!("the fixture has choices")
        };
        options.push(options[1].clone());
        checks.questions[0].kind = Kind::Multiple { options };
        core.packs().install_starter(&course.starter()).unwrap();
        let learner = add_learner(&core, "Lan");
        let check = QuestionId::parse("otp-la-gi").unwrap();
        let before = rows(&core);
        let answer = |chosen: &[u8]| {
            let response = Response::Multiple(chosen.to_vec());
            let quizzes = core.quizzes();
            quizzes.answer_check(learner, &course_id("otp"), &check, response, 9, &lang("vi"))
        };
        for chosen in [&[0, 0][..], &[1, 0, 1]] {
            let refused = answer(chosen).unwrap_err();
            assert!(matches!(refused, Error::Invalid { what: "response", .. }), "{refused:?}");
        }
        assert_eq!(rows(&core), before);
        assert!(answer(&[0]).unwrap().correct);
    }
}
