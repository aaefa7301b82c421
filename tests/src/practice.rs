//! Somebody who practises for as long as a proof needs: practices of twelve questions of a starter
//! course, answered with the times that people take. The events are those that the pages would
//! record; the course itself need not be installed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hocvu::author::Course;
use hocvu_core::HocvuCore;
use hocvu_core::course::Edition;
use hocvu_core::ids::{LearnerId, QuizId};
use hocvu_core::journal::{
    AnswerGiven, CompetencePoints, Deed, DrawnQuestion, QuizFinished, QuizStarted,
};
use hocvu_core::pack::Order;
use hocvu_core::quiz::{Kind, Question, QuizUse, Response};

use crate::device::starter_course;
use crate::{Seeded, SetClock, right_response};

/// Questions of a practice.
const ASKED: usize = 12;

/// See the module.
pub struct Practice {
    dice: Seeded,
    course: Course,
    clock: Arc<SetClock>,
}

impl Practice {
    /// Begins with a seed, on a device with this clock.
    pub fn new(seed: u64, clock: &Arc<SetClock>) -> Self {
        let (dice, course) = (Seeded::new(seed), starter_course("lua-dao"));
        Self { dice, course, clock: Arc::clone(clock) }
    }

    /// Lets a learner answer so many questions.
    pub fn answer(
        &mut self,
        core: &HocvuCore,
        learner: LearnerId,
        answers: usize,
    ) -> hocvu_core::Result<()> {
        self.answer_into(answers, &mut |deed| Ok(core.record_deed(learner, deed)?.seq))
    }

    /// The same into anything that keeps deeds and gives them numbers.
    pub fn answer_into<E>(
        &mut self,
        answers: usize,
        note: &mut dyn FnMut(&Deed) -> Result<u64, E>,
    ) -> Result<(), E> {
        let mut left = answers;
        while left > 0 {
            let drawn = self.draw();
            let attempt = note(&self.start(&drawn))?;
            let mut results = BTreeMap::new();
            for question in drawn.iter().take(left) {
                let given = self.give(question, attempt);
                let sum = results.entry(question.competence.clone()).or_insert((0, 0, 0));
                *sum = (sum.0 + given.points, sum.1 + given.possible, sum.2 + 1);
                note(&Deed::AnswerGiven(given))?;
            }
            left -= left.min(ASKED);
            let result = |(competence, (points, possible, answered))| CompetencePoints {
                competence,
                points,
                possible,
                answered,
            };
            let results = results.into_iter().map(result).collect();
            let finished = QuizFinished { attempt, attempt_replica: None, results };
            note(&Deed::QuizFinished(finished))?;
            // The next practice follows after minutes or on another day.
            let most = if self.dice.below(3) > 0 { 600 } else { 400_000 };
            self.wait(5 + self.dice.clone().below(most));
            self.dice.draw();
        }
        Ok(())
    }

    /// What the device's clock says.
    pub fn now_s(&self) -> i64 {
        self.clock.0.load(Ordering::SeqCst)
    }

    fn wait(&self, seconds: usize) {
        self.clock.0.fetch_add(i64::try_from(seconds).expect("it is small"), Ordering::SeqCst);
    }

    fn draw(&mut self) -> Vec<Question> {
        let quizzes = &self.course.quizzes[&self.course.language];
        let all = quizzes.iter().filter(|quiz| quiz.r#use == QuizUse::Practice);
        let mut all: Vec<&Question> = all.flat_map(|quiz| &quiz.questions).collect();
        for i in 0..ASKED.min(all.len()) {
            let other = i + self.dice.below(all.len() - i);
            all.swap(i, other);
        }
        all.into_iter().take(ASKED).cloned().collect()
    }

    fn start(&mut self, drawn: &[Question]) -> Deed {
        let question = |question: &Question| DrawnQuestion {
            edition: 0,
            question: question.id.clone(),
            version: question.version,
        };
        Deed::QuizStarted(QuizStarted {
            purpose: QuizUse::Practice,
            editions: vec![Edition {
                course: self.course.id.clone(),
                order: Order { generation: 1, version: self.course.version },
            }],
            quiz: Some(QuizId::parse("luyen-tap").expect("it is an id")),
            seed: self.dice.draw(),
            questions: drawn.iter().map(question).collect(),
            policy: None,
        })
    }

    /// Three of four answers are right.
    fn give(&mut self, question: &Question, attempt: u64) -> AnswerGiven {
        let right = right_response(&question.kind);
        let knows = self.dice.below(100) < 73;
        let response = if knows { right } else { self.wrong(&question.kind, right) };
        let long = if self.dice.below(8) == 0 { self.dice.below(600) } else { 0 };
        let tenths = 30 + self.dice.below(110) + self.dice.below(150) + long;
        self.wait(tenths / 10 + 2 + self.dice.clone().below(8));
        self.dice.draw();
        AnswerGiven {
            course: self.course.id.clone(),
            question: question.id.clone(),
            version: question.version,
            response,
            correct: knows,
            points: knows.into(),
            possible: 1,
            competences: vec![question.competence.clone()],
            purpose: QuizUse::Practice,
            tenths: u32::try_from(tenths).expect("it is small"),
            attempt: Some(attempt),
            attempt_replica: None,
            again: None,
        }
    }

    fn wrong(&mut self, kind: &Kind, right: Response) -> Response {
        match right {
            Response::Single(index) => {
                let Kind::Single { options } = kind else { return Response::Single(index) };
                let most = u8::try_from(options.len()).expect("a question has few options");
                Response::Single((index + 1 + self.dice.below(2) as u8) % most)
            }
            Response::TrueFalse(said) => Response::TrueFalse(!said),
            Response::Multiple(mut all) if all.len() > 1 => {
                all.pop();
                Response::Multiple(all)
            }
            Response::Order(mut all) => {
                all.rotate_left(1);
                Response::Order(all)
            }
            Response::Match(mut all) => {
                all.rotate_left(1);
                Response::Match(all)
            }
            Response::Text(_) => Response::Text(String::from("không biết")),
            Response::Number(milli) => Response::Number(milli + 1_000),
            other => other,
        }
    }
}
