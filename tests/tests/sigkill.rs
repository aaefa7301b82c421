//! Kills the program at random moments while answers are recorded from several threads: every
//! answer whose call has returned is there afterwards. And kills the salvage of a damaged database.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use hocvu_core::HocvuCore;
use hocvu_core::device::Notice;
use hocvu_core::ids::{AttemptId, Lang, LearnerId};
use hocvu_core::quiz::Taker;
use hocvu_tests::{
    Acknowledged, Device, Seeded, check_acknowledged, copy_folder, fingerprint, recorded_answers,
    response_json,
};
use serde_json::Value;

/// Kills of all runs together.
const KILLS: u32 = 300;

/// Data folders, each killed over and over; few kills each keep reading all back quick.
const FOLDERS: u32 = 12;

/// Threads of the recorder, each with a learner of her own.
const THREADS: usize = 3;

/// The most lines that are read after the first before the kill.
const LINES_MAX: usize = 12;

/// The seed of all runs; every failure names the run's own.
const SEED: u64 = 2026;

/// What all kills together came to.
#[derive(Debug, Default)]
struct Tally {
    kills: u32,
    acknowledged: usize,
    lost: Vec<String>,
    /// Attempts that showed after the kill exactly what they showed before.
    resumed: usize,
    /// Answers recorded though the kill came before their line.
    unheard: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.kills += other.kills;
        self.acknowledged += other.acknowledged;
        self.lost.extend(other.lost);
        self.resumed += other.resumed;
        self.unheard += other.unheard;
    }
}

#[test]
fn an_acknowledged_answer_survives_every_kill() {
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let run = |half: u32| move || (half..FOLDERS).step_by(2).map(kill_over_and_over);
        let halves = [0, 1].map(|half| scope.spawn(move || run(half)().collect::<Vec<_>>()));
        for half in halves {
            half.join().expect("no run panics").into_iter().for_each(|t| tally.add(t));
        }
    });
    println!(
        "kills {}, acknowledged answers {}, lost {}, quizzes resumed {}, recorded unheard {}",
        tally.kills,
        tally.acknowledged,
        tally.lost.len(),
        tally.resumed,
        tally.unheard
    );
    assert_eq!(tally.lost, Vec::<String>::new());
    assert!(tally.acknowledged > KILLS as usize, "too little was recorded to show anything");
    assert!(tally.resumed > KILLS as usize / 2, "too few quizzes were interrupted");
}

/// Kills the recorder of one data folder again and again.
fn kill_over_and_over(folder: u32) -> Tally {
    let mut tally = Tally::default();
    // What a killed process has written stays with the system, whatever the disk does.
    let device = Device::in_memory();
    device.fill(THREADS);
    let mut known: BTreeMap<LearnerId, Vec<Value>> = BTreeMap::new();
    while tally.kills < KILLS / FOLDERS {
        let seed = SEED + u64::from(folder * 1_000 + tally.kills);
        let acknowledged = record_until_killed(&device, seed);
        verify(&device, seed, &acknowledged, &mut known, &mut tally);
        tally.kills += 1;
    }
    tally
}

/// Starts the recorder, reads some of its lines, kills it, and gives all that it had printed.
fn record_until_killed(device: &Device, seed: u64) -> Vec<Acknowledged> {
    let mut chance = Seeded::new(seed);
    let mut child: Child = Command::new(env!("CARGO_BIN_EXE_recorder"))
        .args([device.data(), device.marker()])
        .args(["--threads", &THREADS.to_string(), "--seed", &seed.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the recorder starts");
    let stdout = child.stdout.take().expect("its output is piped");
    let mut lines: Lines<BufReader<ChildStdout>> = BufReader::new(stdout).lines();
    let mut acknowledged = Vec::new();
    let mut read = |lines: &mut dyn Iterator<Item = std::io::Result<String>>| {
        for line in lines {
            let line = line.expect("the pipe is read");
            acknowledged.push(serde_json::from_str(&line).expect("a line is one answer"));
        }
    };
    read(&mut lines.by_ref().take(1 + chance.below(LINES_MAX)));
    // On Unix this is SIGKILL.
    child.kill().expect("the recorder still runs");
    read(&mut lines);
    let status = child.wait().expect("the recorder ends");
    assert_eq!(status.code(), None, "seed {seed}: the recorder ended by itself");
    acknowledged
}

/// Opens the folder after a kill and compares it with what was acknowledged.
fn verify(
    device: &Device,
    seed: u64,
    acknowledged: &[Acknowledged],
    known: &mut BTreeMap<LearnerId, Vec<Value>>,
    tally: &mut Tally,
) {
    let core = device.open();
    tally.acknowledged += acknowledged.len();
    for learner in core.learners().list().expect("the learners are listed") {
        let id = learner.id;
        let hers: Vec<Acknowledged> =
            acknowledged.iter().filter(|a| a.learner == id.to_string()).cloned().collect();
        let recorded = recorded_answers(&core, id).expect("her record is read");
        let before = known.entry(id).or_default();
        assert_eq!(recorded.get(..before.len()), Some(&before[..]), "seed {seed}: {id} lost more");
        match check_acknowledged(&recorded, before.len(), &hers) {
            Ok(at) => {
                let unheard = recorded.len() - at;
                assert!(unheard <= 1, "seed {seed}: {unheard} answers nobody gave");
                tally.unheard += unheard;
                tally.resumed += resumes(&core, seed, id, &hers, unheard > 0);
            }
            Err(missing) => tally.lost.push(format!("seed {seed}: {missing}")),
        }
        *before = recorded;
    }
    if tally.kills.is_multiple_of(5) {
        verify_whole(&core, seed);
    }
}

/// The chain is whole, and everything that is derived is as it would be if it were built anew.
fn verify_whole(core: &HocvuCore, seed: u64) {
    let report = core.doctor().expect("the doctor reads everything");
    assert!(report.is_clean(), "seed {seed}: the doctor found {:?}", report.faults);
}

/// Whether the attempt that was answered last goes on exactly where it stopped. With an answer
/// recorded that nobody heard of, its question is another; then the answers before it are compared.
fn resumes(
    core: &HocvuCore,
    seed: u64,
    learner: LearnerId,
    hers: &[Acknowledged],
    has_unheard: bool,
) -> usize {
    let vi = Lang::parse("vi").expect("a language");
    let quizzes = core.quizzes();
    let taker = Taker::Learner(learner);
    let attempt = |a: &Acknowledged| -> Option<AttemptId> {
        a.attempt.as_ref().map(|id| AttemptId::parse(id).expect("an attempt's id"))
    };
    for ack in hers {
        let Some(id) = attempt(ack) else { continue };
        let told = quizzes.answered(taker, id, ack.index, &vi).expect("the attempt is found");
        let told = told.unwrap_or_else(|| panic!("seed {seed}: {ack:?} is not answered"));
        assert_eq!(response_json(&told.response), ack.response, "seed {seed}");
        assert_eq!(told.question.id.as_str(), ack.question, "seed {seed}");
    }
    let Some(last) = hers.iter().rev().find(|a| a.attempt.is_some()) else { return 0 };
    let id = attempt(last).expect("it was just found");
    let shown = quizzes.attempt(taker, id, &vi).expect("the attempt is found");
    if Some(fingerprint(&shown)) == last.next {
        return 1;
    }
    assert!(has_unheard, "seed {seed}: {last:?} goes on as {shown:?}");
    0
}

/// Kills of the salvage's runs.
const SALVAGE_KILLS: u32 = 30;

/// How far a salvage has come, as its folder shows from outside.
fn salvage_stage(data: &Path) -> usize {
    let seen = ["hocvu.damaged", "damaged-1", "damaged-1/hocvu.db", "hocvu.salvage"];
    seen.iter().filter(|name| data.join(name).exists()).count()
}

#[test]
fn a_salvage_killed_at_any_moment_is_done_by_the_next_start() {
    let device = Device::in_memory();
    device.fill(THREADS);
    record_until_killed(&device, SEED);
    drop(device.open());
    let path = device.data().join("hocvu.db");
    let bytes = fs::read(path).expect("the database is read");
    // What the check in the background leaves when it found damage.
    fs::write(device.data().join("hocvu.damaged"), b"").expect("the flag is written");
    let mut chance = Seeded::new(SEED);
    let (mut stages, mut finished) = ([0; 5], 0);
    for kill in 0..SALVAGE_KILLS {
        let run = Device::in_memory();
        copy_folder(device.root(), run.root());
        // Some are killed several times before they may end.
        for _ in 0..=chance.below(3) {
            let wished = chance.below(5);
            let mut child = Command::new(env!("CARGO_BIN_EXE_recorder"))
                .args([run.data(), run.marker()])
                .args(["--threads", "1", "--seed", "1", "--answers", "0"])
                .spawn()
                .expect("the recorder starts");
            let mut more = chance.below([2, 60, 3_000][chance.clone().below(3)]);
            while child.try_wait().expect("the recorder is looked at").is_none() && more > 0 {
                more -= usize::from(salvage_stage(&run.data()) >= wished);
            }
            let _ = child.kill();
            finished += u32::from(child.wait().expect("the recorder ends").success());
            stages[salvage_stage(&run.data())] += 1;
            let aside = run.data().join("damaged-1/hocvu.db");
            let original = if aside.exists() { aside } else { run.data().join("hocvu.db") };
            let is_same = fs::read(original).expect("the original is read") == bytes;
            assert!(is_same, "kill {kill}: the original was touched");
        }
        let core = run.open();
        let notices = core.device().notices().expect("the notices are read");
        assert!(notices.contains(&Notice::Salvaged { lost: 0 }), "kill {kill}: {notices:?}");
        let learners = core.learners().list().expect("the learners are listed");
        assert_eq!(learners.len(), THREADS, "kill {kill}");
        assert!(learners.iter().all(|learner| learner.name.is_some()), "kill {kill}");
        verify_whole(&core, SEED);
        assert!(!run.data().join("damaged-2").exists(), "kill {kill}: salvaged twice");
    }
    println!("salvages killed by stage {stages:?}, ended before the kill {finished}");
    assert!(stages.iter().filter(|count| **count > 0).count() >= 2, "kills hit one moment only");
}
