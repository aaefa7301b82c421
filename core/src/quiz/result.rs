//! What an attempt says once it is finished: points, competences, and lessons that would help.

use rusqlite::Connection;

use super::assessment::previous;
use super::judging::judged;
use super::practice::practice_course;
use super::quizzes::{Quizzes, Taker};
use super::taking::{Found, count, drawn, find, replayed};
use super::{Attempt, CompetenceResult, QuizUse, ResultView, dots, policy};
use crate::course::courses::{self, current_edition};
use crate::error::{Error, Result};
use crate::ids::{AttemptId, Lang};
use crate::journal::CompetencePoints;
use crate::progress::helpful_lessons;

impl Quizzes<'_> {
    /// The result of a finished attempt; an unfinished one is refused.
    pub fn result(&self, taker: Taker, id: AttemptId, lang: &Lang) -> Result<ResultView> {
        self.core.store.read(|conn| {
            let found = find(conn, taker, id)?;
            result(conn, &found, id, lang)
        })
    }
}

fn result(conn: &Connection, found: &Found, id: AttemptId, lang: &Lang) -> Result<ResultView> {
    let attempt = &found.attempt;
    let guest_done = found.guest.as_ref().is_some_and(|state| state.finished);
    let points = match &attempt.results {
        Some(results) => results.clone(),
        None if guest_done => attempt.tally(),
        None => return Err(Error::invalid("attempt", "it is not finished")),
    };
    let replay = replayed(conn, found, id)?;
    let mut answers = Vec::new();
    for given in replay.answers.iter().filter(|_| attempt.start.purpose == QuizUse::Practice) {
        // A question that no edition here has any more leaves only its points.
        if let Ok((course, question)) = drawn(conn, &replay, given.index, lang) {
            answers.push(judged(
                conn,
                &course,
                &question,
                replay.start.seed,
                given.response.clone(),
                lang,
            )?);
        }
    }
    let before = previous(conn, found)?;
    let competences = points.iter().map(|p| competence_result(conn, p, found, &before, lang));
    let sum =
        |of: fn(&CompetencePoints) -> u32| points.iter().map(of).fold(0u32, u32::saturating_add);
    Ok(ResultView {
        id,
        purpose: attempt.start.purpose,
        title: quiz_title(conn, attempt, lang)?,
        course: practice_course(attempt),
        points: sum(|p| p.points),
        possible: sum(|p| p.possible),
        correct: count(replay.answers.iter().filter(|a| a.points >= a.possible).count()),
        answered: count(replay.answers.len()),
        competences: competences.collect::<Result<_>>()?,
        answers,
        policy: attempt.start.policy,
    })
}

fn competence_result(
    conn: &Connection,
    points: &CompetencePoints,
    found: &Found,
    before: &[CompetencePoints],
    lang: &Lang,
) -> Result<CompetenceResult> {
    let enough = |p: &CompetencePoints| p.answered >= policy().answered_min;
    let shown = |p: &CompetencePoints| enough(p).then(|| dots(p.points, p.possible));
    let now = shown(points);
    // A practice asks little of each competence: every point that is missing is worth a lesson.
    let needs_help = match found.attempt.start.purpose {
        QuizUse::Assessment => now.is_none_or(|dots| dots < 4),
        QuizUse::Practice | QuizUse::Check => points.points < points.possible,
    };
    let lessons = if needs_help {
        let near = practice_course(&found.attempt);
        let learner_no = found.learner.map(|(no, _)| no);
        helpful_lessons(conn, learner_no, &points.competence, near.as_ref(), lang)?
    } else {
        Vec::new()
    };
    let same = |p: &&CompetencePoints| p.competence == points.competence;
    Ok(CompetenceResult {
        competence: points.competence.clone(),
        answered: points.answered,
        points: points.points,
        possible: points.possible,
        dots: now,
        missing: policy().answered_min.saturating_sub(points.answered),
        before: before.iter().find(same).and_then(shown),
        lessons,
    })
}

pub(super) fn quiz_title(conn: &Connection, attempt: &Attempt, lang: &Lang) -> Result<String> {
    let (Some(quiz), Some(edition)) = (&attempt.start.quiz, attempt.start.editions.first()) else {
        return Ok(String::new());
    };
    let course_no = match courses::edition_no(conn, edition)? {
        Some(course_no) => Some(course_no),
        None => current_edition(conn, &edition.course)?.map(|(no, _)| no),
    };
    let Some(course_no) = course_no else { return Ok(String::new()) };
    let listed = courses::quizzes(conn, course_no, lang)?;
    Ok(listed.into_iter().find(|q| q.id == *quiz).map(|q| q.title).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hocvu::HocvuCore;
    use crate::ids::{LearnerId, QuizId};
    use crate::pack::fixture::{CourseFixture, course_id, lang, lesson_id};
    use crate::quiz::{AttemptPage, HelpfulLesson, Response};
    use crate::testing::{TestDevice, add_learner};

    /// The lessons that the result of a practice suggests after all its questions got this answer.
    fn suggested(core: &HocvuCore, learner: LearnerId, chosen: u8) -> Vec<HelpfulLesson> {
        let (taker, vi) = (Taker::Learner(learner), lang("vi"));
        let quiz = QuizId::parse("luyen-tap").unwrap();
        let id = core.quizzes().start_practice(learner, &course_id("otp"), &quiz).unwrap();
        while let AttemptPage::Question { index, .. } =
            core.quizzes().attempt(taker, id, &vi).unwrap().page
        {
            core.quizzes().answer(taker, id, index, Response::Single(chosen), 9, &vi).unwrap();
        }
        let result = core.quizzes().result(taker, id, &vi).unwrap();
        result.competences.into_iter().flat_map(|competence| competence.lessons).collect()
    }

    #[test]
    fn a_finished_attempt_says_how_many_questions_it_had_and_how_many_were_answered() {
        let device = TestDevice::new();
        let core = device.open();
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let learner = add_learner(&core, "Lan");
        let (taker, vi) = (Taker::Learner(learner), lang("vi"));
        let quiz = QuizId::parse("luyen-tap").unwrap();
        let begin = || core.quizzes().start_practice(learner, &course_id("otp"), &quiz).unwrap();
        let seen = |id| {
            let view = core.quizzes().attempt(taker, id, &vi).unwrap();
            (view.answered, view.of, matches!(view.page, AttemptPage::Finished))
        };

        let stopped = begin();
        let (_, of, _) = seen(stopped);
        assert!(of > 1);
        core.quizzes().answer(taker, stopped, 0, Response::Single(0), 9, &vi).unwrap();
        core.quizzes().finish(taker, stopped).unwrap();
        assert_eq!(seen(stopped), (1, of, true));

        let whole = begin();
        for index in 0..of {
            core.quizzes().answer(taker, whole, index, Response::Single(0), 9, &vi).unwrap();
        }
        assert_eq!(seen(whole), (of, of, true));
    }

    #[test]
    fn the_self_assessment_says_how_long_it_is_and_where_somebody_stands() {
        let device = TestDevice::new();
        let core = device.open();
        let (quizzes, vi) = (core.quizzes(), lang("vi"));
        assert_eq!(quizzes.assessment(None).unwrap().questions, 0);
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let learner = Taker::Learner(add_learner(&core, "Lan"));
        for taker in [learner, Taker::Guest(quizzes.new_guest())] {
            let fresh = quizzes.assessment(Some(taker)).unwrap();
            assert!(fresh.questions > 0 && fresh.minutes == fresh.questions.div_ceil(2));
            assert_eq!((fresh.unfinished, fresh.last), (None, None));
            let id = quizzes.start_assessment(taker).unwrap();
            assert_eq!(quizzes.assessment(Some(taker)).unwrap().unfinished, Some((id, 1)));
            let view = quizzes.attempt(taker, id, &vi).unwrap();
            assert_eq!(view.of, fresh.questions, "as many are asked as were announced");
            let AttemptPage::Question { index, .. } = view.page else { panic!("nothing is asked") };
            quizzes.answer(taker, id, index, Response::Single(0), 9, &vi).unwrap();
            quizzes.finish(taker, id).unwrap();
            let done = quizzes.assessment(Some(taker)).unwrap();
            assert_eq!((done.unfinished, done.last), (None, Some(id)));
        }
    }

    #[test]
    fn a_practice_suggests_lessons_of_its_course_first_and_none_when_all_was_right() {
        let device = TestDevice::new();
        let core = device.open();
        let mut course = CourseFixture::new("otp");
        course.lesson("vi", "giu-ma", "Giữ mã", &["Mã là của mình."]);
        for starter in [CourseFixture::new("an-toan"), course] {
            core.packs().install_starter(&starter.starter()).unwrap();
        }
        let learner = add_learner(&core, "Lan");
        let (otp, first) = (course_id("otp"), lesson_id("ma-otp"));
        core.progress().finish_lesson(learner, &otp, &first).unwrap();

        let lessons = suggested(&core, learner, 1);
        let places: Vec<_> =
            lessons.iter().map(|l| (l.course.as_str(), l.lesson.as_str())).collect();
        let wanted = [("otp", "giu-ma"), ("otp", "ma-otp"), ("an-toan", "ma-otp")];
        assert_eq!(places, wanted, "what she has not finished comes first within its course");
        assert_eq!(suggested(&core, learner, 0), []);
    }
}
