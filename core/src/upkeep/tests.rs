//! Tests of upkeep, and the lively history that they run on.

mod backup;
mod doctor;
mod salvage;

use crate::HocvuCore;
use crate::ids::{AttemptId, Lang, LearnerId, QuestionId, QuizId};
use crate::journal::{CopiedEvent, chains, events_of_learner};
use crate::pack::fixture::{CourseFixture, course_id, lang, lesson_id};
use crate::quiz::{AttemptPage, Response, Taker};
use crate::testing::TestDevice;
pub(super) use crate::testing::add_learner as add;

/// What happened on a lively device: who is there, and an attempt that was left in the middle.
pub(super) struct Lively {
    pub(super) learners: Vec<LearnerId>,
    pub(super) open: AttemptId,
}

pub(super) fn vi() -> Lang {
    lang("vi")
}

/// Answers the next question of an attempt; says whether there was one.
pub(super) fn answer(core: &HocvuCore, learner: LearnerId, id: AttemptId) -> bool {
    let taker = Taker::Learner(learner);
    match core.quizzes().attempt(taker, id, &vi()).unwrap().page {
        AttemptPage::Finished => false,
        AttemptPage::Question { index, .. } => {
            let response = Response::Single(u8::try_from(index % 2).unwrap());
            core.quizzes().answer(taker, id, index, response, 50, &vi()).unwrap();
            true
        }
    }
}

pub(super) fn practise(core: &HocvuCore, learner: LearnerId) -> AttemptId {
    let quiz = QuizId::parse("luyen-tap").unwrap();
    core.quizzes().start_practice(learner, &course_id("otp"), &quiz).unwrap()
}

/// Several learners, lessons, quizzes, a self-assessment, an erasure, the commune.
pub(super) fn live(core: &HocvuCore) -> Lively {
    core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
    core.device().set_commune("00004").unwrap();
    let mut learners: Vec<_> = ["Lan", "Hoa", "Mai"].iter().map(|name| add(core, name)).collect();
    let mut open = None;
    for round in 0..4 {
        for learner in &learners {
            let (course, lesson) = (course_id("otp"), lesson_id("ma-otp"));
            core.progress().see_screen(*learner, &course, &lesson, 0).unwrap();
            let check = QuestionId::parse("otp-la-gi").unwrap();
            let response = Response::Single(round % 2);
            core.quizzes().answer_check(*learner, &course, &check, response, 30, &vi()).unwrap();
            core.progress().finish_lesson(*learner, &course, &lesson).unwrap();
            let id = practise(core, *learner);
            while answer(core, *learner, id) {}
            core.quizzes().finish(Taker::Learner(*learner), id).unwrap();
            let id = practise(core, *learner);
            answer(core, *learner, id);
            open.get_or_insert(id);
        }
    }
    let assessed = core.quizzes().start_assessment(Taker::Learner(learners[1])).unwrap();
    while answer(core, learners[1], assessed) {}
    core.quizzes().finish(Taker::Learner(learners[1]), assessed).unwrap();
    core.learners().erase(learners.remove(2)).unwrap();
    core.device().set_commune("00008").unwrap();
    Lively { learners, open: open.unwrap() }
}

/// The events of a device, as (replica, seq) and bytes.
pub(super) fn events(core: &HocvuCore) -> std::collections::BTreeMap<([u8; 16], u64), Vec<u8>> {
    core.store
        .read(|conn| {
            let mut all = std::collections::BTreeMap::new();
            for chain in chains(conn)? {
                crate::journal::slots(
                    conn,
                    chain.chain_no,
                    (1, crate::journal::SEQ_MAX),
                    |slot| {
                        if let crate::journal::Slot::Held { event, .. } = slot {
                            all.insert((event.replica.0, event.seq), event.to_bytes());
                        }
                        Ok(())
                    },
                )?;
            }
            Ok(all)
        })
        .unwrap()
}

/// A learner's events as a relay would hand them on.
pub(super) fn copies(core: &HocvuCore, learner: LearnerId) -> Vec<CopiedEvent> {
    core.store
        .read(|conn| {
            let no = crate::learner::learner_no(conn, learner)?;
            let events = events_of_learner(conn, no)?;
            Ok(events.into_iter().map(|(event, link)| CopiedEvent { event, link }).collect())
        })
        .unwrap()
}

/// Changes the database behind the program's back.
pub(super) fn tamper(core: &HocvuCore, sql: &str) {
    core.store
        .with_writer(|conn| {
            conn.execute_batch(sql).unwrap();
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_whole_database_passes_the_check_and_only_an_unclean_end_asks_for_it() {
    let device = TestDevice::new();
    let core = std::sync::Arc::new(device.open());
    live(&core);
    assert!(core.check_in_background().is_none());
    assert!(core.check().unwrap());
}
