//! A child process for scenarios that end it: several threads, each with a learner of her own,
//! record lessons, checks and practice quizzes. One line goes to standard output for each answer
//! after its call has returned; a line is one write.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hocvu_core::ids::{CourseId, Lang, LearnerId, QuizId};
use hocvu_core::quiz::{AttemptPage, QuizUse, Taker};
use hocvu_core::{Error, HocvuCore, OpenRequest, Result};
use hocvu_tests::{Acknowledged, Seeded, fingerprint, ports, response_json};

/// What the command line asks for.
struct Wanted {
    data: PathBuf,
    marker: PathBuf,
    threads: usize,
    seed: u64,
    /// Answers of all threads together before each clean end.
    answers: u64,
    /// How often the folder is opened.
    rounds: u32,
    synchronous_off: bool,
}

const USAGE: &str =
    "recorder DATA MARKER --threads N --seed S [--answers N] [--rounds N] [--synchronous-off]";

impl Wanted {
    fn read(mut args: impl Iterator<Item = String>) -> Option<Self> {
        let (data, marker) = (args.next()?.into(), args.next()?.into());
        let mut wanted = Self {
            data,
            marker,
            threads: 1,
            seed: 0,
            answers: u64::MAX,
            rounds: 1,
            synchronous_off: false,
        };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--threads" => wanted.threads = args.next()?.parse().ok()?,
                "--seed" => wanted.seed = args.next()?.parse().ok()?,
                "--answers" => wanted.answers = args.next()?.parse().ok()?,
                "--rounds" => wanted.rounds = args.next()?.parse().ok()?,
                "--synchronous-off" => wanted.synchronous_off = true,
                _ => return None,
            }
        }
        Some(wanted)
    }
}

fn main() {
    let Some(wanted) = Wanted::read(std::env::args().skip(1)) else {
        eprintln!("usage: {USAGE}");
        std::process::exit(2);
    };
    for round in 0..wanted.rounds {
        if let Err(error) = record(&wanted, round) {
            eprintln!("recorder: {error}");
            std::process::exit(1);
        }
    }
}

fn record(wanted: &Wanted, round: u32) -> Result<()> {
    let request = OpenRequest { data: wanted.data.clone(), marker: wanted.marker.clone() };
    let core = HocvuCore::open(&request, ports(Path::new(&wanted.marker)))?;
    if wanted.synchronous_off {
        core.stop_syncing()?;
    }
    let learners = core.learners().list()?;
    let left = AtomicU64::new(wanted.answers);
    std::thread::scope(|scope| {
        let run = |(n, learner): (usize, LearnerId)| {
            let seed = wanted.seed.wrapping_add(u64::from(round) << 32).wrapping_add(n as u64);
            let (core, left) = (&core, &left);
            scope.spawn(move || {
                Learner { core, id: learner, chance: Seeded::new(seed), left }.learn()
            })
        };
        let ids = learners.iter().map(|l| l.id).take(wanted.threads).enumerate();
        let threads: Vec<_> = ids.map(run).collect();
        threads.into_iter().try_for_each(|t| t.join().expect("a learner's thread does not panic"))
    })
}

/// One thread's learner.
struct Learner<'a> {
    core: &'a HocvuCore,
    id: LearnerId,
    chance: Seeded,
    left: &'a AtomicU64,
}

impl Learner<'_> {
    fn learn(&mut self) -> Result<()> {
        let lang = Lang::parse("vi").expect("a language");
        let courses = self.core.courses().list(&lang)?;
        loop {
            let course = self.chance.one_of(&courses).id.clone();
            if !self.lesson(&course, &lang)? || !self.practice(&course, &lang)? {
                return Ok(());
            }
        }
    }

    /// Takes one of the answers that may still be given.
    fn may_answer(&self) -> bool {
        let take = |left: u64| left.checked_sub(1);
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok()
    }

    fn lesson(&mut self, course: &CourseId, lang: &Lang) -> Result<bool> {
        let lessons = self.core.courses().lessons(course, lang)?;
        let lesson = self.chance.one_of(&lessons);
        for screen in 0..lesson.screens.min(3) {
            self.core.progress().see_screen(self.id, course, &lesson.id, screen)?;
        }
        if !self.may_answer() {
            return Ok(false);
        }
        let none = Error::NotFound { what: "course" };
        let edition = self.core.courses().edition(course)?.ok_or(none)?;
        let checks = QuizId::parse("checks").expect("an id");
        let checks = self.core.courses().questions_of(&edition, &checks)?;
        let question = self.chance.one_of(&checks).id.clone();
        let quizzes = self.core.quizzes();
        let asked = quizzes.check(self.id, course, &question, lang)?;
        let response = self.chance.response(&asked.kind);
        let told = quizzes.answer_check(self.id, course, &question, response, 70, lang)?;
        print(&Acknowledged {
            learner: self.id.to_string(),
            attempt: None,
            index: 0,
            course: course.to_string(),
            question: question.to_string(),
            response: response_json(&told.response),
            next: None,
        });
        if self.chance.below(2) == 0 {
            self.core.progress().finish_lesson(self.id, course, &lesson.id)?;
        }
        Ok(true)
    }

    /// Answers some questions of a practice quiz, often not all of them.
    fn practice(&mut self, course: &CourseId, lang: &Lang) -> Result<bool> {
        let mut practice = self.core.courses().quizzes(course, lang)?;
        practice.retain(|quiz| quiz.r#use == QuizUse::Practice);
        let quiz = self.chance.one_of(&practice).id.clone();
        let (quizzes, taker) = (self.core.quizzes(), Taker::Learner(self.id));
        let attempt = quizzes.start_practice(self.id, course, &quiz)?;
        for _ in 0..=self.chance.below(9) {
            let shown = quizzes.attempt(taker, attempt, lang)?;
            let AttemptPage::Question { index, question, .. } = shown.page else { break };
            if !self.may_answer() {
                return Ok(false);
            }
            let response = self.chance.response(&question.kind);
            let told = quizzes.answer(taker, attempt, index, response, 70, lang)?;
            let next = fingerprint(&quizzes.attempt(taker, attempt, lang)?);
            print(&Acknowledged {
                learner: self.id.to_string(),
                attempt: Some(attempt.to_string()),
                index,
                course: course.to_string(),
                question: question.id.to_string(),
                response: response_json(&told.response),
                next: Some(next),
            });
        }
        Ok(true)
    }
}

/// One write; a reader that is gone is no reason to stop.
fn print(answer: &Acknowledged) {
    let line = serde_json::to_string(answer).expect("an answer is JSON") + "\n";
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}
