//! The story of the main job on the core alone, without a server.
//!
//! 1. `a_learner_takes_a_lesson_its_check_and_a_quiz_and_finds_all_after_a_restart`: consent,
//!    screens, a check answered wrong and then right, every practice quiz to its end with every kind
//!    of question, the core dropped and opened again, all there.
//! 2. `a_second_learner_on_the_same_device_is_kept_apart_by_a_pin`.
//! 3. `a_guests_self_assessment_is_attached_and_a_repeat_asks_unseen_items`.
//! 4. `a_quiz_goes_on_exactly_when_its_course_is_updated_in_the_middle`.
//! 5. `an_erased_learner_is_gone_and_the_other_ones_record_is_whole`, with the export before.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is its purpose")]

use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};

use hocvu_core::ids::{AttemptId, CourseId, Lang, LearnerId, LessonId, QuestionId, QuizId};
use hocvu_core::learner::{AddLearnerRequest, Address, Group, PersonRequest};
use hocvu_core::progress::Stage;
use hocvu_core::quiz::{AttemptPage, KindView, QuizUse, Response, Taker};
use hocvu_core::{Error, HocvuCore};
use hocvu_tests::{
    Device, Seeded, add_learner, fingerprint, pack_of, recorded_answers, right_response,
    starter_course,
};

fn vi() -> Lang {
    Lang::parse("vi").expect("a language")
}

fn otp() -> CourseId {
    CourseId::parse("mat-khau-otp").expect("an id")
}

/// The answer with all points to a question of a course.
fn right(core: &HocvuCore, course: &CourseId, question: &QuestionId) -> Response {
    let edition = core.courses().edition(course).unwrap().unwrap();
    let found = core.courses().question(&edition, question, &vi()).unwrap().unwrap();
    right_response(&found.value.kind)
}

/// The page of the next question, or `None` at the end.
fn next(
    core: &HocvuCore,
    taker: Taker,
    id: AttemptId,
) -> Option<(u32, CourseId, QuestionId, KindView)> {
    match core.quizzes().attempt(taker, id, &vi()).unwrap().page {
        AttemptPage::Question { index, question, .. } => {
            Some((index, question.course, question.id, question.kind))
        }
        AttemptPage::Finished => None,
    }
}

/// Answers an attempt rightly to its end; gives what was asked.
fn finish_rightly(
    core: &HocvuCore,
    taker: Taker,
    id: AttemptId,
) -> Vec<(CourseId, QuestionId, Discriminant<KindView>)> {
    let mut asked = Vec::new();
    while let Some((index, course, question, kind)) = next(core, taker, id) {
        let response = right(core, &course, &question);
        let told = core.quizzes().answer(taker, id, index, response, 90, &vi()).unwrap();
        assert!(told.correct, "{course}/{question}");
        asked.push((course, question, discriminant(&kind)));
    }
    asked
}

fn practice_quizzes(core: &HocvuCore, course: &CourseId) -> Vec<QuizId> {
    let mut quizzes = core.courses().quizzes(course, &vi()).unwrap();
    quizzes.retain(|quiz| quiz.r#use == QuizUse::Practice);
    quizzes.into_iter().map(|quiz| quiz.id).collect()
}

/// Answers one check wrong until it is judged so, then rightly.
fn check_wrong_then_right(core: &HocvuCore, learner: LearnerId) {
    let edition = core.courses().edition(&otp()).unwrap().unwrap();
    let checks = QuizId::parse("checks").expect("an id");
    let question = core.courses().questions_of(&edition, &checks).unwrap()[0].id.clone();
    let quizzes = core.quizzes();
    let mut chance = Seeded::new(11);
    let wrong = loop {
        let asked = quizzes.check(learner, &otp(), &question, &vi()).unwrap();
        let response = chance.response(&asked.kind);
        if response != right(core, &otp(), &question) {
            break quizzes.answer_check(learner, &otp(), &question, response, 60, &vi()).unwrap();
        }
    };
    assert!(!wrong.correct && !wrong.reason.0.is_empty());
    let response = right(core, &otp(), &question);
    assert!(quizzes.answer_check(learner, &otp(), &question, response, 60, &vi()).unwrap().correct);
}

#[test]
fn a_learner_takes_a_lesson_its_check_and_a_quiz_and_finds_all_after_a_restart() {
    let device = Device::with_learners(0);
    let core = device.open();
    let person = PersonRequest {
        name: "Nguyễn Thị Lan".into(),
        address: Address::Ba,
        pictogram: 1,
        guardian: None,
    };
    let mut request = AddLearnerRequest {
        person,
        group: Group::Citizen,
        is_child: false,
        consent_record: false,
        consent_count: false,
    };
    let refused = core.learners().add(&request).unwrap_err();
    assert!(matches!(refused, Error::Invalid { what: "consent", .. }), "{refused:?}");
    request.consent_record = true;
    let learner = core.learners().add(&request).unwrap();

    let lesson = core.courses().lessons(&otp(), &vi()).unwrap().remove(0);
    for screen in 0..lesson.screens {
        core.progress().see_screen(learner, &otp(), &lesson.id, screen).unwrap();
    }
    check_wrong_then_right(&core, learner);
    core.progress().finish_lesson(learner, &otp(), &lesson.id).unwrap();

    let taker = Taker::Learner(learner);
    let mut kinds = BTreeSet::new();
    let mut attempts = Vec::new();
    let mut answers = 2;
    for course in core.courses().list(&vi()).unwrap() {
        for quiz in practice_quizzes(&core, &course.id) {
            let id = core.quizzes().start_practice(learner, &course.id, &quiz).unwrap();
            let asked = finish_rightly(&core, taker, id);
            answers += asked.len();
            kinds.extend(asked.into_iter().map(|(.., kind)| format!("{kind:?}")));
            attempts.push((id, core.quizzes().result(taker, id, &vi()).unwrap()));
        }
    }
    assert_eq!(kinds.len(), 8, "every kind of question is asked");
    let home = core.progress().home(learner, &vi()).unwrap();
    let record = core.learners().export(learner).unwrap();
    drop(core);

    let core = device.open();
    assert_eq!(core.learners().get(learner).unwrap().unwrap().name.unwrap(), "Nguyễn Thị Lan");
    assert_eq!(core.progress().home(learner, &vi()).unwrap(), home);
    assert_eq!(core.learners().export(learner).unwrap(), record);
    assert_eq!(recorded_answers(&core, learner).unwrap().len(), answers);
    for (id, result) in attempts {
        assert_eq!(result.points, result.possible);
        assert_eq!(core.quizzes().result(taker, id, &vi()).unwrap(), result);
    }
    let course = core.progress().course(learner, &otp(), &vi()).unwrap().unwrap();
    assert_eq!((course.done, course.lessons[0].stage), (1, Stage::Finished));
}

#[test]
fn a_second_learner_on_the_same_device_is_kept_apart_by_a_pin() {
    let device = Device::with_learners(1);
    let core = device.open();
    let first = core.learners().list().unwrap()[0].id;
    let second = add_learner(&core, "Ông Tư");
    core.learners().set_pin(second, Some("4071")).unwrap();
    core.learners().check_pin(first, "").unwrap();
    assert!(matches!(core.learners().check_pin(second, "0000"), Err(Error::CodeWrong { .. })));
    core.learners().check_pin(second, "4071").unwrap();
    check_wrong_then_right(&core, second);
    drop(core);
    let core = device.open();
    assert!(core.learners().check_pin(second, "4070").is_err());
    assert!(recorded_answers(&core, first).unwrap().is_empty());
    assert_eq!(recorded_answers(&core, second).unwrap().len(), 2);
    let quiz = practice_quizzes(&core, &otp()).remove(0);
    let hers = core.quizzes().start_practice(second, &otp(), &quiz).unwrap();
    let others = core.quizzes().attempt(Taker::Learner(first), hers, &vi());
    assert!(matches!(others, Err(Error::NotFound { .. })), "{others:?}");
}

#[test]
fn a_guests_self_assessment_is_attached_and_a_repeat_asks_unseen_items() {
    let device = Device::with_learners(0);
    let core = device.open();
    let guest = core.quizzes().new_guest();
    let id = core.quizzes().start_assessment(Taker::Guest(guest)).unwrap();
    let first = finish_rightly(&core, Taker::Guest(guest), id);
    drop(core);
    let core = device.open();
    let learner = add_learner(&core, "Chị Hoa");
    let taker = Taker::Learner(learner);
    let attached = core.quizzes().attach(guest, learner).unwrap().unwrap();
    assert_eq!(core.quizzes().attach(guest, learner).unwrap(), None);
    let result = core.quizzes().result(taker, attached, &vi()).unwrap();
    assert_eq!(result.answered as usize, first.len());
    assert!(result.competences.iter().all(|c| c.dots == Some(4) && c.before.is_none()));
    assert_eq!(recorded_answers(&core, learner).unwrap().len(), first.len());

    let again = core.quizzes().start_assessment(taker).unwrap();
    assert_ne!(again, attached);
    let second = finish_rightly(&core, taker, again);
    let seen: BTreeSet<_> = first.iter().map(|(course, id, _)| (course, id)).collect();
    assert!(second.iter().all(|(course, id, _)| !seen.contains(&(course, id))));
    let result = core.quizzes().result(taker, again, &vi()).unwrap();
    assert!(result.competences.iter().all(|c| c.before == Some(4)));
}

#[test]
fn a_quiz_goes_on_exactly_when_its_course_is_updated_in_the_middle() {
    let device = Device::with_learners(1);
    let core = device.open();
    let learner = core.learners().list().unwrap()[0].id;
    let taker = Taker::Learner(learner);
    let quiz = practice_quizzes(&core, &otp()).remove(0);
    let id = core.quizzes().start_practice(learner, &otp(), &quiz).unwrap();
    let mut chance = Seeded::new(12);
    for _ in 0..3 {
        let (index, _, _, kind) = next(&core, taker, id).unwrap();
        let response = chance.response(&kind);
        core.quizzes().answer(taker, id, index, response, 40, &vi()).unwrap();
    }
    let before = core.quizzes().attempt(taker, id, &vi()).unwrap();

    // The new version asks its questions the other way round.
    let mut course = starter_course("mat-khau-otp");
    let old = course.version;
    course.version += 1;
    for quizzes in course.quizzes.values_mut().flatten() {
        quizzes.questions.reverse();
        for question in &mut quizzes.questions {
            question.version += 1;
            question.prompt = hocvu_core::course::LineText::plain("Câu hỏi mới?");
        }
    }
    assert!(core.packs().install_starter(&pack_of(&course)).unwrap().changed);
    drop(core);

    let core = device.open();
    let edition = core.courses().edition(&otp()).unwrap().unwrap();
    assert_eq!(edition.order.version, old + 1);
    let after = core.quizzes().attempt(taker, id, &vi()).unwrap();
    assert_eq!(fingerprint(&after), fingerprint(&before));
    assert_eq!(after, before);
    let asked = finish_rightly(&core, taker, id);
    assert_eq!(asked.len() as u32, before.of - 3);
    // A new attempt asks the new questions.
    let new = core.quizzes().start_practice(learner, &otp(), &quiz).unwrap();
    let AttemptPage::Question { question, .. } =
        core.quizzes().attempt(taker, new, &vi()).unwrap().page
    else {
        panic!("a new attempt has a question");
    };
    assert_eq!(question.prompt, hocvu_core::course::LineText::plain("Câu hỏi mới?"));
}

#[test]
fn an_erased_learner_is_gone_and_the_other_ones_record_is_whole() {
    let device = Device::with_learners(2);
    let core = device.open();
    let ids: Vec<LearnerId> = core.learners().list().unwrap().iter().map(|l| l.id).collect();
    let lesson = LessonId::parse(core.courses().lessons(&otp(), &vi()).unwrap()[0].id.as_str());
    let lesson = lesson.expect("an id");
    for id in &ids {
        core.progress().see_screen(*id, &otp(), &lesson, 0).unwrap();
        check_wrong_then_right(&core, *id);
    }
    let export = core.learners().export(ids[0]).unwrap();
    assert!(export.contains("Bà Lan 1") && export.contains("answer_given"));
    let others = core.learners().export(ids[1]).unwrap();
    core.learners().erase(ids[0]).unwrap();
    let is_gone = |core: &HocvuCore| {
        assert_eq!(core.learners().get(ids[0]).unwrap(), None);
        assert!(matches!(core.learners().export(ids[0]), Err(Error::NotFound { .. })));
        assert_eq!(core.learners().export(ids[1]).unwrap(), others);
    };
    is_gone(&core);
    drop(core);
    let core = device.open();
    is_gone(&core);
    check_wrong_then_right(&core, ids[1]);
}
