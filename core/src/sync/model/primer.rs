//! How a primer is made, and what the frozen one holds.
//!
//! The frozen primer was made once, when the close form was (commit 7b73ce2). The program that drew its
//! record was not kept, so its numbers cannot be drawn anew. But nothing of it is hidden: a primer is a
//! list of events and nothing else, the tests here read the frozen one's back and code them to the very
//! same bytes, and say what they are. In that order:
//!
//! 1. one of each kind that is rare, ids and keys all zero: a commune, a learner with her group and two
//!    consents, one taken back, one removed, one erased;
//! 2. four self-assessments over all four starter courses, as they were then, each item once;
//! 3. course after course its eight lessons with their two checks, then its practice quizzes, each
//!    question once.
//!
//! Four in five answers are right, and take 4 to 74 seconds. Whoever ever needs another form of batches
//! writes such a list and codes it with [`coded`].

use std::collections::BTreeMap;

use super::super::coder::RangeEncoder;
use super::*;
use crate::course::Edition;
use crate::ids::{CompetenceCode, CourseId, LearnerId, LessonId, QuestionId, QuizId, ReplicaId};
use crate::journal::{
    AnswerGiven, CompetencePoints, ConsentGiven, ConsentWithdrawn, Deed, DrawnQuestion, GroupSet,
    LearnerGone, LearnerHeld, LessonPlace, PlaceSet, QuizFinished, QuizStarted,
};
use crate::pack::Order;
use crate::quiz::{QuizUse, Response};

/// A primer of these events, which are numbered 1, 2, 3 …
fn coded(events: &[Event]) -> Vec<u8> {
    let count = u16::try_from(events.len()).unwrap();
    let mut c = RangeEncoder::behind(count.to_be_bytes().to_vec());
    code(&mut Model::empty(), &mut c, events);
    c.finish(2)
}

fn code(model: &mut Model, c: &mut RangeEncoder, events: &[Event]) {
    for (event, seq) in events.iter().zip(1..) {
        model.event(c, seq, Some(event), BODY_BYTES_MAX).unwrap();
    }
}

/// The events of a primer.
fn read(primer: &[u8]) -> Vec<Event> {
    let (count, stream) = primer.split_first_chunk().unwrap();
    let (mut model, mut c) = (Model::empty(), RangeDecoder::new(stream));
    let event = |seq| {
        let coded = model.event(&mut c, seq, None, BODY_BYTES_MAX).unwrap();
        let Coded { lamport, time_s, kind, kind_version, body } = coded;
        Event { lamport, time_s, kind, kind_version, body, ..nobodys(seq) }
    };
    let events = (1..=u16::from_be_bytes(*count).into()).map(event).collect();
    assert_eq!(c.end(), Ok(()));
    events
}

/// What a primer says nothing of.
fn nobodys(seq: u64) -> Event {
    Event {
        replica: ReplicaId([0; 16]),
        seq,
        lamport: seq,
        time_s: 0,
        learner: None,
        kind: 0,
        kind_version: 0,
        body: Vec::new(),
    }
}

#[test]
fn the_frozen_primer_is_its_events_coded_and_nothing_else() {
    let events = read(PRIMER);
    assert_eq!(events.len(), 350);
    assert_eq!(coded(&events), PRIMER);
}

#[test]
fn the_frozen_primer_holds_a_made_up_record_of_the_starter_courses() {
    let mut counts = BTreeMap::new();
    let (mut answers, mut tenths) = (Vec::new(), Vec::new());
    for event in read(PRIMER) {
        *counts.entry(event.kind).or_insert(0) += 1;
        if let Some(Deed::AnswerGiven(answer)) = event.deed() {
            answers.push((answer.course, answer.question, answer.purpose as u8));
            tenths.push(answer.tenths);
        }
    }
    // Rare kinds once, but for two consents; then lessons begun and finished, quizzes, answers.
    let rare = [(1, 1), (2, 1), (3, 2), (4, 1), (5, 1), (6, 1), (7, 1)];
    let usual = [(8, 32), (9, 32), (10, 12), (11, 254), (12, 12)];
    assert_eq!(counts, rare.into_iter().chain(usual).collect());
    assert_eq!((tenths.iter().min(), tenths.iter().max()), (Some(&35), Some(&743)));
    let given = answers.len();
    answers.sort();
    answers.dedup();
    assert_eq!(answers.len(), given, "no question stands twice");
}

/// A learner's record of the same form as the frozen primer's, with a course that nobody has.
struct MadeUp {
    events: Vec<Event>,
    time_s: i64,
}

impl MadeUp {
    fn note(&mut self, deed: &Deed) -> u64 {
        let seq = self.events.len() as u64 + 1;
        let (kind, kind_version, body) = deed.to_body();
        let time_s = self.time_s;
        self.events.push(Event { time_s, kind, kind_version, body, ..nobodys(seq) });
        seq
    }

    fn rare(&mut self) {
        let learner = LearnerId([0; 16]);
        let gone = || LearnerGone { learner, proof: None };
        let (card_key, signature, origin) = ([0; 32], [0; 64], ReplicaId([0; 16]));
        let consent = |purpose| ConsentGiven { purpose, text_version: 1, by_guardian: false };
        for deed in [
            Deed::PlaceSet(PlaceSet { commune: String::from("00001") }),
            Deed::LearnerHeld(LearnerHeld { card_key, signature, origin, group: 3 }),
            Deed::GroupSet(GroupSet { group: 4 }),
            Deed::ConsentGiven(consent(1)),
            Deed::ConsentGiven(consent(2)),
            Deed::ConsentWithdrawn(ConsentWithdrawn { purpose: 2 }),
            Deed::LearnerRemoved(gone()),
            Deed::LearnerErased(gone()),
        ] {
            self.note(&deed);
        }
    }

    fn lesson(&mut self, course: &CourseId, n: u64) {
        let lesson = LessonId::parse(&format!("bai-{n}")).unwrap();
        let place = LessonPlace { course: course.clone(), lesson, version: 1 };
        self.note(&Deed::LessonBegun(place.clone()));
        self.time_s += 200;
        for question in ["a", "b"] {
            self.answer(course, (&format!("kiem-tra-{n}-{question}"), n), None);
        }
        self.note(&Deed::LessonFinished(place));
    }

    fn quiz(&mut self, course: &CourseId, quiz: Option<&str>, n: u64) {
        let purpose = if quiz.is_some() { QuizUse::Practice } else { QuizUse::Assessment };
        let ids: Vec<_> = (0..12).map(|at| format!("cau-hoi-{n}-{at}")).collect();
        let drawn = |id: &String| DrawnQuestion {
            edition: 0,
            question: QuestionId::parse(id).unwrap(),
            version: 1,
        };
        let order = Order { generation: 1, version: 1 };
        let attempt = self.note(&Deed::QuizStarted(QuizStarted {
            purpose,
            editions: vec![Edition { course: course.clone(), order }],
            quiz: quiz.map(|id| QuizId::parse(id).unwrap()),
            seed: n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            questions: ids.iter().map(drawn).collect(),
            policy: quiz.is_none().then_some(1),
        }));
        let mut points = 0;
        for (id, at) in ids.iter().zip(0..) {
            points += self.answer(course, (id, n + at), Some((attempt, purpose)));
        }
        let competence = CompetenceCode::parse("4.1").unwrap();
        let result = CompetencePoints { competence, points, possible: 12, answered: 12 };
        let results = vec![result];
        self.note(&Deed::QuizFinished(QuizFinished { attempt, attempt_replica: None, results }));
        self.time_s += 300;
    }

    /// One in five is wrong. Gives the points.
    fn answer(
        &mut self,
        course: &CourseId,
        (id, n): (&str, u64),
        attempt: Option<(u64, QuizUse)>,
    ) -> u32 {
        let correct = n % 5 != 0;
        let tenths = 35 + u32::try_from(n * 37 % 700).unwrap();
        self.time_s += i64::from(tenths / 10 + 3);
        let points = u32::from(correct);
        self.note(&Deed::AnswerGiven(AnswerGiven {
            course: course.clone(),
            question: QuestionId::parse(id).unwrap(),
            version: 1,
            response: Response::Single((n % 3) as u8),
            correct,
            points,
            possible: 1,
            competences: vec![CompetenceCode::parse("4.1").unwrap()],
            purpose: attempt.map_or(QuizUse::Check, |(_, purpose)| purpose),
            tenths,
            attempt: attempt.map(|(attempt, _)| attempt),
            attempt_replica: None,
            again: None,
        }));
        points
    }

    fn of(course: &str, lessons: u64) -> Vec<Event> {
        let course = CourseId::parse(course).unwrap();
        let mut made_up = Self { events: Vec::new(), time_s: 1_795_400_000 };
        made_up.rare();
        made_up.quiz(&course, None, 1);
        (0..lessons).for_each(|n| made_up.lesson(&course, n));
        (2..5).for_each(|n| made_up.quiz(&course, Some("luyen-tap"), n));
        made_up.events
    }
}

#[test]
fn a_primer_of_another_made_up_record_primes_on_the_same_path() {
    let events = MadeUp::of("vuon-cay", 8);
    let primer = coded(&events);
    assert_eq!(read(&primer), events);
    let mut primed = Model::primed_by(&primer).unwrap();
    let next = MadeUp::of("ao-ca", 2);
    let bytes = |model: &mut Model| {
        let mut c = RangeEncoder::behind(Vec::new());
        code(model, &mut c, &next);
        c.finish(0).len()
    };
    let (with, without) = (bytes(&mut primed), bytes(&mut Model::empty()));
    println!(
        "{} bytes of primer; a record costs {with} bytes in the place of {without}",
        primer.len()
    );
    assert!(with * 2 < without, "{with} of {without}");
    for cut in 0..2 {
        assert!(Model::primed_by(&primer[..cut]).is_err(), "a primer without a count");
    }
}
