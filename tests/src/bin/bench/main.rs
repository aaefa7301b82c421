//! `tests/bench`: measures what `design.md` budgets, and prints each row beside what it is compared
//! with. It measures: a missed budget is printed, only a failure to measure is an error.

mod core_rows;
mod course_rows;
mod hub_rows;
mod kiosk_rows;
mod packs;
mod phone_parts;
mod phone_rows;
mod row;
mod sync_rows;
mod village;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use row::Row;

/// Why nothing could be measured.
pub(crate) type Fail = Box<dyn std::error::Error>;

/// How much is done for a row.
pub(crate) struct Size {
    pub(crate) answers: usize,
    pub(crate) durable: usize,
    pub(crate) shown: usize,
    pub(crate) lessons: usize,
    pub(crate) searched: usize,
    pub(crate) phones: usize,
}

const WHOLE: Size = Size {
    answers: 10_000,
    durable: 4_000,
    shown: 3_000,
    lessons: 1_000,
    searched: 2_000,
    phones: 30,
};
const QUICK: Size =
    Size { answers: 10_000, durable: 1_000, shown: 500, lessons: 1_000, searched: 400, phones: 8 };

/// The parts that can be measured alone.
const PARTS: [&str; 8] = [VILLAGE, SEARCH, PACKS, COURSES, KIOSK, SYNC, RELAY, PHONE];
const VILLAGE: &str = "village";
const SEARCH: &str = "search";
const PACKS: &str = "packs";
const COURSES: &str = "courses";
const KIOSK: &str = "kiosk";
const SYNC: &str = "sync";
/// The part of [`SYNC`] that has no device in it.
const RELAY: &str = "relay";
const PHONE: &str = "phone";

/// What marks the beginning and end of an answer in the list of system calls.
const MARK: &str = "hocvu-bench-mark";

/// Runs something and says how many milliseconds it took.
#[allow(clippy::disallowed_methods, reason = "a benchmark is about time")]
pub(crate) fn ms_of<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let value = run();
    (began.elapsed().as_secs_f64() * 1_000.0, value)
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        [] => measure(&WHOLE, None),
        ["--quick"] => measure(&QUICK, None),
        ["--only", part] if PARTS.contains(&part) => measure(&WHOLE, Some(part)),
        ["--kiosk", program] => kiosk_alone(Path::new(program)),
        ["--child", "prepare", home] => core_rows::prepare(Path::new(home), &WHOLE).map(|_| ()),
        ["--child", "live", home] => core_rows::live(Path::new(home)).and_then(|()| say_memory()),
        ["--child", "answers", home] => {
            core_rows::answer_marked(Path::new(home), 200, || eprintln!("{MARK}"))
        }
        _ => {
            let parts = PARTS.join(", ");
            eprintln!("usage: tests/bench [--quick | --only PART | --kiosk PROGRAM]");
            eprintln!("parts: {parts}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures everything, or one part, which is then only printed.
fn measure(size: &Size, only: Option<&str>) -> Result<(), Fail> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    fs::create_dir_all(&target)?;
    // Beside the build, not in the system's temporary folder, which may lie in memory.
    let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(&target)?;
    let scratch = scratch.path();
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    let mut rows = Vec::new();
    if wanted(VILLAGE) {
        rows.extend(village_rows(&scratch.join("village"), scratch, size)?);
    }
    if wanted(SEARCH) {
        rows.push(core_rows::searching(&scratch.join("search"), size)?);
    }
    if wanted(PACKS) {
        rows.extend(packs::rows(scratch)?);
    }
    if wanted(COURSES) {
        rows.extend(course_rows::rows()?);
        rows.extend(hub_rows::rows(&target.join("release/hocvu"), scratch, size)?);
    }
    if wanted(KIOSK) {
        rows.extend(kiosk_rows::rows(&target.join("release/hocvu"), scratch)?);
    }
    if wanted(SYNC) {
        rows.extend(sync_rows::rows(scratch)?);
    }
    if wanted(PHONE) {
        rows.extend(phone_rows::rows(&target)?);
    }
    if only == Some(RELAY) {
        rows.extend(sync_rows::relay_rows(scratch)?);
    }
    row::print(&rows);
    if only.is_some() { Ok(()) } else { row::write(&target.join("bench.json"), &rows) }
}

/// The rows of a data folder with a village's courses and learners.
fn village_rows(home: &Path, scratch: &Path, size: &Size) -> Result<Vec<Row>, Fail> {
    let bytes = core_rows::prepare(home, size)?;
    let mut rows = vec![core_rows::opening(home)?];
    rows.extend(core_rows::answering(home, size)?);
    rows.extend(system_calls(home, scratch)?);
    rows.push(bytes);
    rows.extend(core_rows::showing(home, size)?);
    rows.push(memory(home)?);
    Ok(rows)
}

/// The kiosk's rows alone, of any build of the program.
fn kiosk_alone(program: &Path) -> Result<(), Fail> {
    let scratch = tempfile::tempdir()?;
    row::print(&kiosk_rows::rows(program, scratch.path())?);
    Ok(())
}

fn child(what: &str, home: &Path) -> Result<Command, Fail> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--child", what]).arg(home);
    Ok(command)
}

/// The most memory that a process has had resident, in MiB.
pub(crate) fn memory_peak_mib(process: &str) -> Result<f64, Fail> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
    let kib = line.split_whitespace().nth(1).ok_or("no VmHWM")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

fn say_memory() -> Result<(), Fail> {
    println!("{}", memory_peak_mib("self")?);
    Ok(())
}

fn memory(home: &Path) -> Result<Row, Fail> {
    let output = child("live", home)?.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let peak = String::from_utf8(output.stdout)?.trim().parse()?;
    let row = Row::at_most("memory of the core with that folder, peak", peak, "MiB", 16.0);
    Ok(row.beside("Anki 105 with 10,000 notes", Some(105.0)))
}

/// Counts system calls of single answers, where strace is there.
fn system_calls(home: &Path, scratch: &Path) -> Result<Vec<Row>, Fail> {
    let Some(strace) = find_program("strace") else {
        eprintln!("bench: no strace, so no system calls are counted");
        return Ok(Vec::new());
    };
    let trace = scratch.join("calls");
    let answers = child("answers", home)?;
    let output = Command::new(strace)
        .args(["-f", "-e", "trace=fsync,fdatasync,write,pwrite64,pwritev,writev,ftruncate", "-o"])
        .arg(&trace)
        .arg(answers.get_program())
        .args(answers.get_args())
        .output()?;
    if !output.status.success() {
        return Err(format!("strace: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let calls = core_rows::calls(&fs::read_to_string(trace)?, MARK);
    let mut syncs = Row::at_most("syncs an answer", calls["syncs"], "", 1.0);
    syncs.ok &= calls["syncs"] == 1.0;
    syncs.budget = "exactly 1".into();
    let beside = format!(
        "mean {:.2} of {} with checkpoints; Kolibri 5.0, Anki 1.04",
        calls["syncs, mean"], calls["answers"]
    );
    let writes = Row::at_most("writes an answer", calls["writes"], "", 8.0);
    Ok(vec![syncs.beside(&beside, Some(1.04)), writes.beside("Kolibri 47, Anki 24.7", Some(24.7))])
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
