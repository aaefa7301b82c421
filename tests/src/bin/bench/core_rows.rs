//! Rows of the core: opening, answering, showing, searching, bytes and memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hocvu::author::Course;
use hocvu_core::HocvuCore;
use hocvu_core::course::{Block, LineText};
use hocvu_core::ids::CourseId;
use hocvu_core::quiz::Taker;
use rusqlite::{Connection, OpenFlags};

use super::row::{Row, percentile};
use super::village::{
    Dice, Village, course_as, install_courses, open, pack_of, starter_folders, vi,
};
use super::{Fail, Size, ms_of};

const COURSES: usize = 12;
const LEARNERS: usize = 30;

/// Makes the data folder that most rows are about, and tells how many bytes an answer took.
pub(crate) fn prepare(home: &Path, size: &Size) -> Result<Row, Fail> {
    let core = open(home)?;
    install_courses(&core, COURSES)?;
    let mut village = Village::settle(&core, LEARNERS, 1)?;
    // Every learner and word is there before counting begins, as in the second week of a course.
    village.answer(size.answers / 5)?;
    let before = vacuumed(home)?;
    let given = village.answer(size.answers)?;
    let after = vacuumed(home)?;
    let bytes = (after as f64 - before as f64) / given as f64;
    let row = Row::at_most("database, bytes an answer", bytes, "B", 90.0);
    Ok(row.beside("Kolibri 938, Anki 68", Some(68.0)))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the bench measures the file and bare SQLite from outside"
)]
fn database(home: &Path) -> Result<Connection, Fail> {
    let path = home.join("data/hocvu.db");
    Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// Bytes of the database without free pages and slack.
fn vacuumed(home: &Path) -> Result<u64, Fail> {
    let copy = home.join("vacuumed.db");
    let name = copy.to_str().ok_or("the folder's name is not UTF-8")?;
    database(home)?.execute("VACUUM INTO ?1", [name])?;
    let bytes = fs::metadata(&copy)?.len();
    fs::remove_file(&copy)?;
    Ok(bytes)
}

/// Events in the journal.
fn events(home: &Path) -> Result<u64, Fail> {
    let sql = "SELECT count(*) FROM event";
    Ok(database(home)?.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// How long opening takes after a clean end.
pub(crate) fn opening(home: &Path) -> Result<Row, Fail> {
    let events = events(home)?;
    let mut times = Vec::new();
    for _ in 0..15 {
        let (took, core) = ms_of(|| open(home));
        drop(core?);
        times.push(took);
    }
    let name = format!("open: {COURSES} courses, {LEARNERS} learners, {events} events, median");
    let row = Row::at_most(&name, percentile(&mut times, 50.0), "ms", 20.0);
    Ok(row.beside("Anki 61 ms for 10,000 notes", Some(61.0)))
}

/// One row a commit, as durably as the core does it.
pub(crate) struct Bare(Connection);

impl Bare {
    #[allow(
        clippy::disallowed_methods,
        reason = "the bench measures the file and bare SQLite from outside"
    )]
    pub(crate) fn open(path: &Path) -> Result<Self, Fail> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        conn.execute_batch("PRAGMA synchronous = FULL; CREATE TABLE row (body BLOB NOT NULL)")?;
        Ok(Self(conn))
    }

    pub(crate) fn commit(&self) -> Result<(), Fail> {
        let mut insert = self.0.prepare_cached("INSERT INTO row (body) VALUES (?1)")?;
        insert.execute([[7u8; 64]])?;
        Ok(())
    }
}

/// The rate of durable answers beside that of bare commits, in turn on the same disk.
pub(crate) fn answering(home: &Path, size: &Size) -> Result<Vec<Row>, Fail> {
    const IN_TURN: usize = 5;
    let core = open(home)?;
    let bare = Bare::open(&home.join("bare.db"))?;
    let mut village = Village::settle(&core, LEARNERS, 2)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    while ours.len() < size.durable {
        for _ in 0..IN_TURN {
            let (took, done) = ms_of(|| bare.commit());
            done?;
            theirs.push(took);
        }
        let (learner, id) = village.open_practice()?;
        for _ in 0..IN_TURN {
            let Some((index, response)) = village.next(learner, id)? else { break };
            let quizzes = core.quizzes();
            let taker = Taker::Learner(learner);
            let (took, said) = ms_of(|| quizzes.answer(taker, id, index, response, 100, &vi()));
            said?;
            ours.push(took);
        }
    }
    let rate = |times: &[f64]| 1_000.0 * times.len() as f64 / times.iter().sum::<f64>();
    let (answers, commits) = (rate(&ours), rate(&theirs));
    let ratio = answers / commits;
    let durable = Row {
        name: "durable answers, one at a time".into(),
        value: answers.round(),
        unit: "/s",
        baseline: format!("bare SQLite {commits:.0} commits/s; Anki 53 - 72 % of it"),
        ratio: Some((ratio * 100.0).round() / 100.0),
        budget: "≥ 70 % of bare SQLite".into(),
        ok: ratio >= 0.7,
    };
    let slowest = percentile(&mut ours, 99.0);
    let bare = percentile(&mut theirs, 99.0);
    let p99 = Row::at_most("durable answer, p99", slowest, "ms", 15.0);
    Ok(vec![durable, p99.beside(&format!("bare SQLite {bare:.2} ms; Kolibri 15"), Some(bare))])
}

/// How long pages' contents take.
pub(crate) fn showing(home: &Path, size: &Size) -> Result<Vec<Row>, Fail> {
    let core = open(home)?;
    let mut village = Village::settle(&core, LEARNERS, 3)?;
    let mut lessons = Vec::new();
    for course in core.courses().list(&vi())? {
        lessons.extend(course.lessons.iter().map(|lesson| (course.id.clone(), lesson.clone())));
    }
    let (mut opened, mut listed, mut homes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..size.shown {
        let (course, lesson) = &lessons[village.dice.below(lessons.len())];
        let (took, lesson) = ms_of(|| core.courses().lesson(course, lesson, &vi()));
        lesson?.ok_or("a listed lesson is not there")?;
        opened.push(took);
        let (took, list) = ms_of(|| core.courses().list(&vi()));
        list?;
        listed.push(took);
        let learner = village.learners[village.dice.below(LEARNERS)];
        let (took, view) = ms_of(|| core.progress().home(learner, &vi()));
        view?;
        homes.push(took);
    }
    Ok(vec![
        Row::at_most("lesson opened, p99", percentile(&mut opened, 99.0), "ms", 1.0),
        Row::at_most("list of courses, p99", percentile(&mut listed, 99.0), "ms", 1.0),
        Row::at_most("learner's home with progress, p99", percentile(&mut homes, 99.0), "ms", 5.0),
    ])
}

/// Search in a thousand lessons.
pub(crate) fn searching(home: &Path, size: &Size) -> Result<Row, Fail> {
    let core = open(home)?;
    let mut dice = Dice(4);
    let words = fill(&core, size.lessons, &mut dice)?;
    let lessons = core.courses().list(&vi())?.iter().map(|c| c.lessons.len()).sum::<usize>();
    let mut times = Vec::new();
    let mut hits = 0;
    for turn in 0..size.searched {
        let count = 1 + dice.below(3);
        let from = dice.below(words.len() - count);
        let mut typed = words[from..from + count].join(" ");
        match turn % 4 {
            0 => typed = hocvu_core::text::fold_marks(&typed),
            1 => drop(typed.pop()),
            _ => {}
        }
        let (took, found) = ms_of(|| core.courses().search(&typed, &vi()));
        hits += usize::from(!found?.is_empty());
        times.push(took);
    }
    if hits * 2 < size.searched {
        return Err(format!("only {hits} of {} searches found anything", size.searched).into());
    }
    let name = format!("search in {lessons} lessons, p99");
    let row = Row::at_most(&name, percentile(&mut times, 99.0), "ms", 5.0);
    let median = percentile(&mut times, 50.0);
    Ok(row.beside(&format!("median {median:.2} ms; Anki 3.6 - 4.4 in 10,000 notes"), Some(4.4)))
}

/// Installs the starter lessons again and again, a quarter of their words replaced by others from
/// them, and returns their words in order.
fn fill(core: &HocvuCore, lessons: usize, dice: &mut Dice) -> Result<Vec<String>, Fail> {
    let mut courses = Vec::new();
    for folder in starter_folders()? {
        courses.push(course_as(&folder, 0)?);
    }
    let mut words = Vec::new();
    for lesson in courses.iter().flat_map(|c| &c.lessons[&c.language]) {
        for screen in &lesson.screens {
            for_words(&mut screen.blocks.clone(), &mut |line| {
                words.extend(line.text().split_whitespace().map(str::to_owned));
            });
        }
    }
    let mut installed = 0;
    let mut copy = 0;
    while installed < lessons {
        let mut course = courses[copy % courses.len()].clone();
        rename(&mut course, copy)?;
        course.lessons.retain(|lang, _| *lang == course.language);
        for lesson in course.lessons.values_mut().flatten() {
            for screen in &mut lesson.screens {
                for_words(&mut screen.blocks, &mut |line| vary(line, &words, dice));
            }
            installed += 1;
        }
        core.packs().install_starter(&pack_of(&course)?)?;
        copy += 1;
    }
    Ok(words)
}

fn rename(course: &mut Course, copy: usize) -> Result<(), Fail> {
    course.id = CourseId::parse(&format!("{}-{copy}", course.id))?;
    let id = course.id.clone();
    course.infos.values_mut().for_each(|info| info.id = id.clone());
    Ok(())
}

fn for_words(blocks: &mut [Block], see: &mut impl FnMut(&mut LineText)) {
    for block in blocks {
        match block {
            Block::Text(line) | Block::Heading(line) => see(line),
            Block::Steps(lines) | Block::List(lines) => lines.iter_mut().for_each(&mut *see),
            Block::Tip(inner) | Block::Warning(inner) | Block::Remember(inner) => {
                for_words(inner, see);
            }
            _ => {}
        }
    }
}

fn vary(line: &mut LineText, words: &[String], dice: &mut Dice) {
    for span in &mut line.0 {
        let varied: Vec<&str> = span
            .text
            .split(' ')
            .map(|word| if dice.percent(25) { &words[dice.below(words.len())] } else { word })
            .collect();
        span.text = varied.join(" ");
    }
}

/// What the child process does whose memory is measured: a learner's minute.
pub(crate) fn live(home: &Path) -> Result<(), Fail> {
    let core = open(home)?;
    let mut village = Village::settle(&core, LEARNERS, 5)?;
    for learner in core.learners().list()?.into_iter().take(5) {
        core.progress().home(learner.id, &vi())?;
        core.courses().search("mat khau", &vi())?;
    }
    village.answer(100)?;
    Ok(())
}

/// What the child process does whose system calls are counted: `mark` before each answer.
pub(crate) fn answer_marked(home: &Path, count: usize, mark: impl Fn()) -> Result<(), Fail> {
    let core = open(home)?;
    let mut village = Village::settle(&core, LEARNERS, 6)?;
    let mut done = 0;
    while done < count {
        let (learner, id) = village.open_practice()?;
        while let Some((index, response)) = village.next(learner, id)? {
            let taker = Taker::Learner(learner);
            mark();
            core.quizzes().answer(taker, id, index, response, 100, &vi())?;
            mark();
            done += 1;
        }
    }
    Ok(())
}

/// The calls between marks in what strace wrote: median and mean of syncs, median of writes. What
/// goes to standard error, such as the end of a mark's own line, is no write to the disk.
pub(crate) fn calls(trace: &str, mark: &str) -> BTreeMap<&'static str, f64> {
    let (mut syncs, mut writes) = (Vec::new(), Vec::new());
    let mut open: Option<(f64, f64)> = None;
    for line in trace.lines() {
        if line.contains(mark) {
            match open.take() {
                Some((s, w)) => {
                    syncs.push(s);
                    writes.push(w);
                }
                None => open = Some((0.0, 0.0)),
            }
        } else if let Some((s, w)) = &mut open {
            if line.contains("sync(") {
                *s += 1.0;
            } else if line.contains("write") && !line.contains("write(2,") {
                *w += 1.0;
            }
        }
    }
    let mean = syncs.iter().sum::<f64>() / syncs.len() as f64;
    BTreeMap::from([
        ("syncs", percentile(&mut syncs, 50.0)),
        ("syncs, mean", mean),
        ("writes", percentile(&mut writes, 50.0)),
        ("answers", syncs.len() as f64),
    ])
}
