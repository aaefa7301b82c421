//! Stores folds: an event changes only the rows that it touches, and all rows of a learner can be
//! thrown away and made anew. Both ways go through the same `LearnerFold::apply`.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, Transaction, named_params};

use super::fold::{LearnerFold, Stage, attempt_key, fold};
use super::mastery::Mastery;
use crate::error::{Doing, Error, Result};
use crate::ids::{CompetenceCode, CourseId, LearnerId, LessonId, ReplicaId};
use crate::journal::{Deed, Event, Writing, append, events_of_learner, far};
use crate::quiz::Attempt;
use crate::store::Cached;

/// Appends what a learner did and updates what follows from it: one transaction.
pub(crate) fn record(
    w: &Writing<'_>,
    (learner_no, learner): (i64, LearnerId),
    deed: &Deed,
) -> Result<Event> {
    let event = append(w, Some((learner_no, learner)), deed)?;
    // Copies may have counters above it: foreign ones are adopted only so far.
    if far(w.tx)?.is_some_and(|far| far >= event.lamport) {
        refold(w.tx, learner_no, learner)?;
        return Ok(event);
    }
    let mut touched = load_touched(w.tx, learner_no, &event, deed)?;
    touched.apply(&event, deed);
    save(w.tx, learner_no, &touched)?;
    Ok(event)
}

/// Throws a learner's projections away and makes them anew from her events.
pub(crate) fn refold(tx: &Transaction<'_>, learner_no: i64, learner: LearnerId) -> Result<()> {
    let doing = "folding a learner anew";
    let row = named_params! { ":learner_no": learner_no };
    for table in ["learner_state", "lesson_state", "mastery", "attempt"] {
        let sql = format!("DELETE FROM {table} WHERE learner_no = :learner_no");
        tx.execute_cached(&sql, row).doing(doing)?;
    }
    save(tx, learner_no, &fold(learner, events_of_learner(tx, learner_no)?))
}

/// The rows of a learner that an event can change, as a fold that knows nothing else.
fn load_touched(
    tx: &Transaction<'_>,
    learner_no: i64,
    event: &Event,
    deed: &Deed,
) -> Result<LearnerFold> {
    let mut part = LearnerFold::default();
    load_state(tx, learner_no, &mut part)?;
    match deed {
        Deed::LessonBegun(place) | Deed::LessonFinished(place) => {
            let key = (place.course.clone(), place.lesson.clone());
            load_lessons(tx, learner_no, Some(&key), &mut part)?;
        }
        Deed::AnswerGiven(answer) => {
            for competence in &answer.competences {
                load_mastery(tx, learner_no, Some(competence), &mut part)?;
            }
            if let Some(key) = attempt_key(event, answer) {
                load_attempts(tx, learner_no, Wanted::One(key), &mut part)?;
            }
        }
        Deed::QuizFinished(finished) => {
            let key = (finished.attempt_replica.unwrap_or(event.replica), finished.attempt);
            load_attempts(tx, learner_no, Wanted::One(key), &mut part)?;
        }
        _ => {}
    }
    Ok(part)
}

/// All of a learner's projections as they are stored.
pub(crate) fn load(conn: &Connection, learner_no: i64) -> Result<LearnerFold> {
    let mut all = LearnerFold::default();
    load_state(conn, learner_no, &mut all)?;
    load_lessons(conn, learner_no, None, &mut all)?;
    load_mastery(conn, learner_no, None, &mut all)?;
    load_attempts(conn, learner_no, Wanted::All, &mut all)?;
    Ok(all)
}

/// The attempts of a learner that are finished, or those that are not.
pub(crate) fn attempts(
    conn: &Connection,
    learner_no: i64,
    finished: bool,
) -> Result<BTreeMap<(ReplicaId, u64), Attempt>> {
    let mut part = LearnerFold::default();
    load_attempts(conn, learner_no, Wanted::Finished(finished), &mut part)?;
    Ok(part.attempts)
}

/// What a learner agrees to, as [`LearnerFold::consents`].
pub(crate) fn consents(conn: &Connection, learner_no: i64) -> Result<u32> {
    let mut part = LearnerFold::default();
    load_state(conn, learner_no, &mut part)?;
    Ok(part.consents)
}

/// How far a learner is with each lesson that she opened, or with one of them.
pub(super) fn stages(
    conn: &Connection,
    learner_no: i64,
    only: Option<&(CourseId, LessonId)>,
) -> Result<BTreeMap<(CourseId, LessonId), Stage>> {
    let mut part = LearnerFold::default();
    load_lessons(conn, learner_no, only, &mut part)?;
    Ok(part.lessons)
}

fn load_state(conn: &Connection, learner_no: i64, into: &mut LearnerFold) -> Result<()> {
    let sql = "SELECT grp, consents FROM learner_state WHERE learner_no = :learner_no";
    each_row(conn, sql, named_params! { ":learner_no": learner_no }, |row| {
        into.group = row.get("grp").doing(LOADING)?;
        into.consents = row.get("consents").doing(LOADING)?;
        Ok(())
    })
}

fn load_lessons(
    conn: &Connection,
    learner_no: i64,
    only: Option<&(CourseId, LessonId)>,
    into: &mut LearnerFold,
) -> Result<()> {
    let sql = "SELECT course_id, lesson_id, state FROM lesson_state
               WHERE learner_no = :learner_no
                   AND (:course IS NULL OR (course_id = :course AND lesson_id = :lesson))";
    let params = named_params! {
        ":learner_no": learner_no,
        ":course": only.map(|(course, _)| course.as_str()),
        ":lesson": only.map(|(_, lesson)| lesson.as_str()),
    };
    each_row(conn, sql, params, |row| {
        let key =
            (text(row, "course_id", CourseId::parse)?, text(row, "lesson_id", LessonId::parse)?);
        let finished = row.get::<_, i64>("state").doing(LOADING)? == 2;
        into.lessons.insert(key, if finished { Stage::Finished } else { Stage::Begun });
        Ok(())
    })
}

fn load_mastery(
    conn: &Connection,
    learner_no: i64,
    only: Option<&CompetenceCode>,
    into: &mut LearnerFold,
) -> Result<()> {
    let sql = "SELECT competence, answered, recent FROM mastery
               WHERE learner_no = :learner_no AND (:only IS NULL OR competence = :only)";
    let only = only.map(CompetenceCode::as_str);
    each_row(conn, sql, named_params! { ":learner_no": learner_no, ":only": only }, |row| {
        let answered = row.get("answered").doing(LOADING)?;
        let recent = row.get("recent").doing(LOADING)?;
        let competence = text(row, "competence", CompetenceCode::parse)?;
        into.mastery.insert(competence, Mastery { answered, recent });
        Ok(())
    })
}

/// Which attempts of a learner are read.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    Finished(bool),
    One((ReplicaId, u64)),
}

fn load_attempts(
    conn: &Connection,
    learner_no: i64,
    wanted: Wanted,
    into: &mut LearnerFold,
) -> Result<()> {
    let (finished, one) = match wanted {
        Wanted::All => (None, None),
        Wanted::Finished(finished) => (Some(finished), None),
        Wanted::One(key) => (None, Some(key)),
    };
    let sql = "SELECT replica, seq, state FROM attempt
               WHERE learner_no = :learner_no
                   AND (:finished IS NULL OR finished = :finished)
                   AND (:replica IS NULL OR (replica = :replica AND seq = :seq))";
    let params = named_params! {
        ":learner_no": learner_no,
        ":finished": finished,
        ":replica": one.map(|(replica, _)| replica.0),
        ":seq": one.map(|(_, seq)| i64::try_from(seq).unwrap_or(i64::MAX)),
    };
    each_row(conn, sql, params, |row| {
        let key = (
            ReplicaId(row.get("replica").doing(LOADING)?),
            row.get::<_, i64>("seq").doing(LOADING)?,
        );
        let state: Vec<u8> = row.get("state").doing(LOADING)?;
        into.attempts.insert((key.0, key.1.unsigned_abs()), decode_attempt(&state)?);
        Ok(())
    })
}

/// Reads an attempt as it is stored.
pub(crate) fn decode_attempt(state: &[u8]) -> Result<Attempt> {
    minicbor::decode(state)
        .map_err(|error| Error::Damaged { detail: format!("an attempt: {error}") })
}

const LOADING: &str = "reading a learner's progress";
const SAVING: &str = "storing a learner's progress";

fn each_row(
    conn: &Connection,
    sql: &str,
    params: &[(&str, &dyn rusqlite::ToSql)],
    mut see: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = conn.prepare_cached(sql).doing(LOADING)?;
    let mut rows = statement.query(params).doing(LOADING)?;
    while let Some(row) = rows.next().doing(LOADING)? {
        see(row)?;
    }
    Ok(())
}

fn text<T, E>(row: &Row<'_>, column: &str, parse: fn(&str) -> Result<T, E>) -> Result<T> {
    let text: String = row.get(column).doing(LOADING)?;
    parse(&text).map_err(|_| Error::Damaged { detail: format!("{column} {text:?} is no id") })
}

/// Stores every row of a fold; rows that are equal already are not written again.
fn save(tx: &Transaction<'_>, learner_no: i64, fold: &LearnerFold) -> Result<()> {
    let sql = "INSERT INTO learner_state (learner_no, grp, consents)
               VALUES (:learner_no, :grp, :consents)
               ON CONFLICT DO UPDATE SET grp = excluded.grp, consents = excluded.consents
               WHERE grp IS NOT excluded.grp OR consents IS NOT excluded.consents";
    let row = named_params! {
        ":learner_no": learner_no,
        ":grp": fold.group,
        ":consents": fold.consents,
    };
    tx.prepare_cached(sql).doing(SAVING)?.execute(row).doing(SAVING)?;
    for ((course, lesson), stage) in &fold.lessons {
        let sql = "INSERT INTO lesson_state (learner_no, course_id, lesson_id, state)
                   VALUES (:learner_no, :course_id, :lesson_id, :state)
                   ON CONFLICT DO UPDATE SET state = excluded.state
                   WHERE state IS NOT excluded.state";
        let row = named_params! {
            ":learner_no": learner_no,
            ":course_id": course.as_str(),
            ":lesson_id": lesson.as_str(),
            ":state": if *stage == Stage::Finished { 2 } else { 1 },
        };
        tx.prepare_cached(sql).doing(SAVING)?.execute(row).doing(SAVING)?;
    }
    for (competence, mastery) in &fold.mastery {
        let sql = "INSERT INTO mastery (learner_no, competence, answered, recent)
                   VALUES (:learner_no, :competence, :answered, :recent)
                   ON CONFLICT DO UPDATE
                   SET answered = excluded.answered, recent = excluded.recent";
        let row = named_params! {
            ":learner_no": learner_no,
            ":competence": competence.as_str(),
            ":answered": mastery.answered,
            ":recent": mastery.recent,
        };
        tx.prepare_cached(sql).doing(SAVING)?.execute(row).doing(SAVING)?;
    }
    for ((replica, seq), attempt) in &fold.attempts {
        let sql = "INSERT INTO attempt (learner_no, replica, seq, finished, state)
                   VALUES (:learner_no, :replica, :seq, :finished, :state)
                   ON CONFLICT DO UPDATE
                   SET finished = excluded.finished, state = excluded.state";
        let row = named_params! {
            ":learner_no": learner_no,
            ":replica": replica.0,
            ":seq": i64::try_from(*seq).expect("seq is below 2^40"),
            ":finished": attempt.results.is_some(),
            ":state": minicbor::to_vec(attempt).expect("writing to memory cannot fail"),
        };
        tx.prepare_cached(sql).doing(SAVING)?.execute(row).doing(SAVING)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hocvu::HocvuCore;
    use crate::ids::Lang;
    use crate::journal::{COPIES_MAX, CopiedEvent, LAMPORT_AHEAD_MAX, Link};
    use crate::learner::learner_no;
    use crate::pack::fixture::{CourseFixture, course_id, lesson_id};
    use crate::quiz::{AttemptPage, KindView, Response, Taker, shuffle};
    use crate::testing::{TestDevice, add_learner};
    use proptest::prelude::*;

    /// What a learner may do, as numbers that a property test draws.
    fn act(core: &HocvuCore, learner: LearnerId, what: u8) {
        let lang = Lang::parse("vi").unwrap();
        let course = course_id("otp");
        let taker = Taker::Learner(learner);
        match what % 6 {
            0 => core.progress().see_screen(learner, &course, &lesson_id("ma-otp"), 0).unwrap(),
            1 => core.progress().finish_lesson(learner, &course, &lesson_id("ma-otp")).unwrap(),
            2 => {
                let question = crate::ids::QuestionId::parse("otp-la-gi").unwrap();
                let response = Response::Single(what / 6 % 2);
                let quizzes = core.quizzes();
                quizzes.answer_check(learner, &course, &question, response, 10, &lang).unwrap();
            }
            3 => core
                .learners()
                .set_consent(learner, crate::learner::Purpose::Count, what > 90)
                .unwrap(),
            4 => answer_one(core, taker, core.quizzes().start_assessment(taker).unwrap(), what),
            _ => {
                let quiz = crate::ids::QuizId::parse("luyen-tap").unwrap();
                let id = core.quizzes().start_practice(learner, &course, &quiz).unwrap();
                answer_one(core, taker, id, what);
            }
        }
    }

    fn answer_one(core: &HocvuCore, taker: Taker, id: crate::ids::AttemptId, what: u8) {
        let lang = Lang::parse("vi").unwrap();
        let view = core.quizzes().attempt(taker, id, &lang).unwrap();
        if let AttemptPage::Question { index, question, .. } = view.page {
            let KindView::Single(options) = &question.kind else {
                panic!("the fixture has choices")
            };
            let chosen = options[usize::from(what / 6) % options.len()].index;
            core.quizzes().answer(taker, id, index, Response::Single(chosen), 5, &lang).unwrap();
        }
    }

    fn lively(device: &TestDevice, acts: &[u8]) -> (HocvuCore, LearnerId) {
        let core = device.open();
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let learner = add_learner(&core, "Lan");
        for what in acts {
            act(&core, learner, *what);
        }
        (core, learner)
    }

    fn events(core: &HocvuCore, learner: LearnerId) -> Vec<(Event, Link)> {
        core.store.read(|conn| events_of_learner(conn, learner_no(conn, learner)?)).unwrap()
    }

    fn stored(core: &HocvuCore, learner: LearnerId) -> LearnerFold {
        core.store.read(|conn| load(conn, learner_no(conn, learner)?)).unwrap()
    }

    /// A second device that knows the learner's card, as if it had been scanned.
    fn second_device(first: &HocvuCore, learner: LearnerId) -> (TestDevice, HocvuCore) {
        let row = first.store.read(|conn| {
            let sql = "SELECT card_seed, origin FROM learner WHERE learner_id = ?1";
            let row = |row: &Row<'_>| Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, [u8; 16]>(1)?));
            conn.query_row(sql, [learner.0], row).doing("reading a card")
        });
        let (seed, origin) = row.unwrap();
        let device = TestDevice::new();
        let core = device.open();
        core.store
            .write("taking in a card", |tx| {
                let sql = "INSERT INTO learner (learner_id, card_seed, origin) VALUES (?1, ?2, ?3)";
                tx.execute(sql, (learner.0, seed, origin)).doing("taking in a card")
            })
            .unwrap();
        (device, core)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn adding_one_event_at_a_time_gives_what_folding_anew_gives(
            acts in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let device = TestDevice::new();
            let (core, learner) = lively(&device, &acts);
            let incremental = stored(&core, learner);
            prop_assert_eq!(&incremental, &fold(learner, events(&core, learner)));
            core.store.write("folding", |tx| refold(tx, learner_no(tx, learner)?, learner)).unwrap();
            prop_assert_eq!(incremental, stored(&core, learner));
        }

        #[test]
        fn any_order_of_arrival_gives_one_result(
            acts in prop::collection::vec(any::<u8>(), 0..40),
            seed in any::<u64>(),
            batch in 1usize..7,
        ) {
            let device = TestDevice::new();
            let (core, learner) = lively(&device, &acts);
            let in_order = events(&core, learner);
            let mut arriving = in_order.clone();
            shuffle(&mut arriving, seed, "arrival");
            prop_assert_eq!(fold(learner, arriving.clone()), fold(learner, in_order));
            let (_second, other) = second_device(&core, learner);
            let copies: Vec<CopiedEvent> =
                arriving.into_iter().map(|(event, link)| CopiedEvent { event, link }).collect();
            for batch in copies.chunks(batch) {
                other.learners().receive(learner, batch).unwrap();
                prop_assert_eq!(other.learners().receive(learner, batch).unwrap(), 0);
            }
            prop_assert_eq!(stored(&other, learner), stored(&core, learner));
        }
    }

    #[test]
    fn a_foreign_counter_is_adopted_only_so_far() {
        let device = TestDevice::new();
        let (core, learner) = lively(&device, &[0]);
        let (event, link) = events(&core, learner).pop().unwrap();
        let event = Event { lamport: 1 << 62, replica: ReplicaId([9; 16]), ..event };
        core.learners().receive(learner, &[CopiedEvent { event, link }]).unwrap();
        act(&core, learner, 1);
        let highest = |e: &(Event, Link)| if e.0.lamport < 1 << 62 { e.0.lamport } else { 0 };
        let reached = events(&core, learner).iter().map(highest).max().unwrap();
        assert!((LAMPORT_AHEAD_MAX..2 * LAMPORT_AHEAD_MAX).contains(&reached), "{reached}");
    }

    #[test]
    fn events_of_a_replica_that_does_not_hold_her_count_for_nothing() {
        let device = TestDevice::new();
        let (core, learner) = lively(&device, &[]);
        let before = stored(&core, learner);
        let stranger = Event {
            replica: ReplicaId([9; 16]),
            seq: 1,
            lamport: 1,
            ..events(&core, learner).pop().unwrap().0
        };
        let copy = CopiedEvent { event: stranger, link: [0; 32] };
        assert_eq!(core.learners().receive(learner, std::slice::from_ref(&copy)).unwrap(), 1);
        assert_eq!(stored(&core, learner), before);
        let many = vec![copy; COPIES_MAX + 1];
        assert!(core.learners().receive(learner, &many).is_err());
    }
}
