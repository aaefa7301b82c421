//! A data folder like a village's: courses, learners, and answers given the way people give them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hocvu::author::{Course, read_course};
use hocvu_core::course::Block;
use hocvu_core::ids::{CourseId, Lang, LearnerId, LessonId, QuestionId};
use hocvu_core::learner::{AddLearnerRequest, Address, Group, PersonRequest};
use hocvu_core::pack::build;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{Clock, SystemEntropy};
use hocvu_core::quiz::{AttemptPage, GapPiece, Kind, Question, QuizUse, Response, Taker};
use hocvu_core::{HocvuCore, OpenRequest, Ports};

use super::Fail;

/// Draws numbers that repeat from run to run (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).expect("below a usize")
    }

    /// True so many times of a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

/// A clock that moves on by some seconds whenever it is asked, as a village's day does.
struct Day(AtomicI64);

impl Clock for Day {
    fn now_s(&self) -> i64 {
        self.0.fetch_add(7, Ordering::SeqCst)
    }
}

/// Opens a data folder below `home`.
pub(crate) fn open(home: &Path) -> Result<HocvuCore, Fail> {
    let request = OpenRequest { data: home.join("data"), marker: home.join("marker") };
    let ports = Ports {
        clock: Arc::new(Day(AtomicI64::new(1_795_400_000))),
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(FileKeyStore::new(home.join("keys"))),
    };
    Ok(HocvuCore::open(&request, ports)?)
}

/// The language that the courses are written in.
pub(crate) fn vi() -> Lang {
    Lang::parse("vi").expect("vi names a language")
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Fail> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The starter courses' folders.
pub(crate) fn starter_folders() -> Result<Vec<PathBuf>, Fail> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/courses");
    let mut folders = Vec::new();
    for entry in fs::read_dir(all)? {
        folders.push(entry?.path());
    }
    folders.sort();
    Ok(folders)
}

/// A starter course under another id, read from a rewritten copy of its folder.
pub(crate) fn course_as(folder: &Path, copy: usize) -> Result<Course, Fail> {
    let scratch = tempfile::tempdir()?;
    copy_folder(folder, scratch.path())?;
    let info = scratch.path().join("course.toml");
    let name = folder.file_name().and_then(|n| n.to_str()).ok_or("a course without a name")?;
    let text = fs::read_to_string(&info)?;
    let text = text.replacen(&format!("id = \"{name}\""), &format!("id = \"{name}-{copy}\""), 1);
    fs::write(&info, text)?;
    read_course(scratch.path()).map_err(|faults| faults[0].to_string().into())
}

/// The pack of a course, as a program embeds it.
pub(crate) fn pack_of(course: &Course) -> Result<Vec<u8>, Fail> {
    Ok(build(&course.files(), &course.pack_info(), None)?)
}

/// Installs so many courses, copies of the starter courses in turn.
pub(crate) fn install_courses(core: &HocvuCore, count: usize) -> Result<(), Fail> {
    let folders = starter_folders()?;
    for number in 0..count {
        let course = course_as(&folders[number % folders.len()], number)?;
        core.packs().install_starter(&pack_of(&course)?)?;
    }
    Ok(())
}

/// The people of a village, and what they may still learn.
pub(crate) struct Village<'a> {
    pub(crate) core: &'a HocvuCore,
    pub(crate) learners: Vec<LearnerId>,
    pub(crate) dice: Dice,
    courses: Vec<CourseId>,
    questions: BTreeMap<(CourseId, QuestionId), Question>,
    turn: usize,
}

impl<'a> Village<'a> {
    /// Adds so many learners, or takes those that are there.
    pub(crate) fn settle(core: &'a HocvuCore, people: usize, seed: u64) -> Result<Self, Fail> {
        let mut learners: Vec<_> = core.learners().list()?.into_iter().map(|l| l.id).collect();
        for number in learners.len()..people {
            learners.push(core.learners().add(&AddLearnerRequest {
                person: PersonRequest {
                    name: format!("Nguyễn Thị Hoa {number}"),
                    address: Address::Ba,
                    pictogram: u8::try_from(number % 16).expect("below 16"),
                    guardian: None,
                },
                group: Group::Citizen,
                is_child: false,
                consent_record: true,
                consent_count: true,
            })?);
        }
        let courses = core.courses().list(&vi())?.into_iter().map(|c| c.id).collect();
        let questions = BTreeMap::new();
        Ok(Self { core, learners, dice: Dice(seed), courses, questions, turn: 0 })
    }

    /// Learners answer until there are so many answers more: lessons with their checks, practice
    /// quizzes, now and then a self-assessment. Returns how many were given.
    pub(crate) fn answer(&mut self, wanted: usize) -> Result<usize, Fail> {
        let mut given = 0;
        while given < wanted {
            let learner = self.learners[self.turn % self.learners.len()];
            let course = self.courses[self.dice.below(self.courses.len())].clone();
            given += match self.turn % 5 {
                0 | 2 => self.take_lesson(learner, &course)?,
                1 | 3 => self.take_practice(learner, &course, wanted - given)?,
                _ => self.take_assessment(learner, wanted - given)?,
            };
            self.turn += 1;
        }
        Ok(given)
    }

    fn take_lesson(&mut self, learner: LearnerId, course: &CourseId) -> Result<usize, Fail> {
        let lessons = self.core.courses().lessons(course, &vi())?;
        let lesson: LessonId = lessons[self.dice.below(lessons.len())].id.clone();
        let opened = self.core.courses().lesson(course, &lesson, &vi())?.ok_or("no lesson")?;
        let mut given = 0;
        for (number, screen) in opened.value.screens.iter().enumerate() {
            let number = u32::try_from(number)?;
            self.core.progress().see_screen(learner, course, &lesson, number)?;
            for block in &screen.blocks {
                let Block::Check(question) = block else { continue };
                let asked = self.question(course, question)?;
                let mut right = false;
                while !right {
                    right = self.dice.percent(70);
                    let response = self.response(&asked, right);
                    let tenths = 50 + u32::try_from(self.dice.below(400))?;
                    let quizzes = self.core.quizzes();
                    quizzes.answer_check(learner, course, question, response, tenths, &vi())?;
                    given += 1;
                }
            }
        }
        self.core.progress().finish_lesson(learner, course, &lesson)?;
        Ok(given)
    }

    fn take_practice(
        &mut self,
        learner: LearnerId,
        course: &CourseId,
        most: usize,
    ) -> Result<usize, Fail> {
        let quizzes = self.core.courses().quizzes(course, &vi())?;
        let practice: Vec<_> =
            quizzes.into_iter().filter(|q| q.r#use == QuizUse::Practice).collect();
        let quiz = &practice[self.dice.below(practice.len())];
        let id = self.core.quizzes().start_practice(learner, course, &quiz.id)?;
        let mut given = 0;
        while given < most && self.answer_next(learner, id)?.is_some() {
            given += 1;
        }
        Ok(given)
    }

    fn take_assessment(&mut self, learner: LearnerId, most: usize) -> Result<usize, Fail> {
        let id = self.core.quizzes().start_assessment(Taker::Learner(learner))?;
        let mut given = 0;
        while given < most && self.answer_next(learner, id)?.is_some() {
            given += 1;
        }
        Ok(given)
    }

    /// What the learner will answer next in an attempt; `None` when it is finished.
    pub(crate) fn next(
        &mut self,
        learner: LearnerId,
        id: hocvu_core::ids::AttemptId,
    ) -> Result<Option<(u32, Response)>, Fail> {
        let view = self.core.quizzes().attempt(Taker::Learner(learner), id, &vi())?;
        let AttemptPage::Question { index, question, .. } = view.page else { return Ok(None) };
        let asked = self.question(&question.course, &question.id)?;
        let right = self.dice.percent(75);
        Ok(Some((index, self.response(&asked, right))))
    }

    fn answer_next(
        &mut self,
        learner: LearnerId,
        id: hocvu_core::ids::AttemptId,
    ) -> Result<Option<()>, Fail> {
        let Some((index, response)) = self.next(learner, id)? else { return Ok(None) };
        let tenths = 50 + u32::try_from(self.dice.below(400))?;
        let taker = Taker::Learner(learner);
        self.core.quizzes().answer(taker, id, index, response, tenths, &vi())?;
        Ok(Some(()))
    }

    /// A practice quiz of somebody that has a question left.
    pub(crate) fn open_practice(
        &mut self,
    ) -> Result<(LearnerId, hocvu_core::ids::AttemptId), Fail> {
        let learner = self.learners[self.turn % self.learners.len()];
        self.turn += 1;
        let course = self.courses[self.dice.below(self.courses.len())].clone();
        let quizzes = self.core.courses().quizzes(&course, &vi())?;
        let quiz = quizzes.iter().find(|q| q.r#use == QuizUse::Practice).ok_or("no quiz")?;
        Ok((learner, self.core.quizzes().start_practice(learner, &course, &quiz.id)?))
    }

    fn question(&mut self, course: &CourseId, question: &QuestionId) -> Result<Question, Fail> {
        let key = (course.clone(), question.clone());
        if let Some(known) = self.questions.get(&key) {
            return Ok(known.clone());
        }
        let edition = self.core.courses().edition(course)?.ok_or("no such course")?;
        let read = self.core.courses().question(&edition, question, &vi())?;
        let read = read.ok_or("no such question")?.value;
        self.questions.insert(key, read.clone());
        Ok(read)
    }

    /// A right answer, or one that somebody may give who does not know.
    fn response(&mut self, question: &Question, right: bool) -> Response {
        let index = |i: usize| u8::try_from(i).expect("a question has few parts");
        let dice = &mut self.dice;
        match &question.kind {
            Kind::Single { options } => {
                let best = options.iter().position(|o| o.correct).unwrap_or(0);
                Response::Single(index(if right { best } else { dice.below(options.len()) }))
            }
            Kind::Multiple { options } => {
                let best = (0..options.len()).filter(|i| options[*i].correct).map(index).collect();
                let other = vec![index(dice.below(options.len()))];
                Response::Multiple(if right { best } else { other })
            }
            Kind::TrueFalse { answer, .. } => Response::TrueFalse(*answer == right),
            Kind::Match { pairs, .. } => {
                let swap = usize::from(!right);
                let at = |i: usize| Some(index((i + swap) % pairs.len()));
                Response::Match((0..pairs.len()).map(at).collect())
            }
            Kind::Order { items, .. } => {
                let mut order: Vec<u8> = (0..items.len()).map(index).collect();
                order.rotate_left(usize::from(!right));
                Response::Order(order)
            }
            Kind::Gap { text, gaps } => {
                debug_assert!(text.iter().any(|piece| matches!(piece, GapPiece::Gap)));
                Response::Gap(gaps.iter().map(|g| right.then_some(g.answer)).collect())
            }
            Kind::Text { answers, .. } if right => Response::Text(answers[0].clone()),
            Kind::Text { .. } => Response::Text("không biết".into()),
            Kind::Number { answer_milli, .. } if right => Response::Number(*answer_milli),
            Kind::Number { .. } => Response::Number(1_000 * i64::from(index(dice.below(100)))),
        }
    }
}
