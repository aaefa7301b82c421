//! Pulls the plug at every sync of a run: the writes and syncs of the recorder are logged, the files
//! are rebuilt as the disk would hold them, and every answer acknowledged before is looked for.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use hocvu_core::{HocvuCore, Result};
use hocvu_tests::disk::{Call, Disk, Unsynced, read_log};
use hocvu_tests::{Acknowledged, Device, check_acknowledged, ports, recorded_answers};

/// The database's files; `hocvu.db-shm` is made anew after a cut.
const FILES: [&str; 2] = ["hocvu.db", "hocvu.db-wal"];

/// Answers before each of the run's two clean ends.
const ANSWERS: &str = "30";

/// What may have happened to what was not synced.
const FATES: [Unsynced; 5] = [
    Unsynced::Dropped,
    Unsynced::LastTorn,
    Unsynced::FirstHalf,
    Unsynced::EveryOther,
    Unsynced::Only("hocvu.db"),
];

/// What all cuts of a run came to.
#[derive(Debug, Default)]
struct Tally {
    states: u32,
    acknowledged: usize,
    checked: usize,
    lost: Vec<String>,
}

#[test]
fn an_acknowledged_answer_survives_a_power_cut_at_every_sync() {
    let tally = cut_everywhere(false);
    println!(
        "states {}, acknowledged answers {}, checked {}, lost {}",
        tally.states,
        tally.acknowledged,
        tally.checked,
        tally.lost.len()
    );
    assert_eq!(tally.lost, Vec::<String>::new());
    assert_eq!(tally.acknowledged, 60);
    assert!(tally.states >= 300, "only {} states were looked at", tally.states);
}

#[test]
fn without_syncs_the_same_cuts_lose_answers() {
    let tally = cut_everywhere(true);
    println!(
        "without syncs: states {}, checked {}, states that lost something {}",
        tally.states,
        tally.checked,
        tally.lost.len()
    );
    assert!(!tally.lost.is_empty(), "a run without syncs lost nothing: the test cannot fail");
}

/// Records one run and cuts the power before each of its syncs and at its end.
fn cut_everywhere(synchronous_off: bool) -> Tally {
    let device = Device::with_learners(2);
    let folder = fs::canonicalize(device.data()).expect("the data folder is there");
    let base: Vec<_> = FILES.map(|name| (name, fs::read(folder.join(name)).ok())).into();
    let mut disk = Disk::new(&folder.to_string_lossy(), &base);
    let rebuilt = Device::in_memory();
    hocvu_tests::copy_folder(device.root(), rebuilt.root());
    let calls = read_log(&recorded_log(&device, synchronous_off)).expect("the log is read");
    // The marker was written before the first answer.
    fs::copy(device.marker(), rebuilt.marker()).expect("the marker is copied");
    let mut tally = Tally::default();
    let mut acknowledged = Vec::new();
    for call in &calls {
        if disk.is_boundary(call) {
            cut(&disk, &rebuilt, &acknowledged, &mut tally);
        }
        disk.apply(call);
        if let Call::Say(line) = call {
            acknowledged.push(serde_json::from_slice(line).expect("a line is one answer"));
        }
    }
    cut(&disk, &rebuilt, &acknowledged, &mut tally);
    tally.acknowledged = acknowledged.len();
    tally
}

/// Runs the recorder under `strace` and gives the log.
fn recorded_log(device: &Device, synchronous_off: bool) -> String {
    let log = device.root().join("calls.log");
    let calls = "trace=openat,write,pwrite64,lseek,ftruncate,fsync,fdatasync,unlink,pwritev,\
                 fallocate,msync,sync_file_range";
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-xx", "-s", "16777216", "-e", calls, "-e", "signal=none", "-o"]);
    strace.arg(&log).arg(env!("CARGO_BIN_EXE_recorder")).args([device.data(), device.marker()]);
    strace.args(["--threads", "2", "--seed", "7", "--answers", ANSWERS, "--rounds", "2"]);
    if synchronous_off {
        strace.arg("--synchronous-off");
    }
    let status = strace.stdout(Stdio::null()).status();
    let status = status.expect("strace is installed (apt-get install strace)");
    assert!(status.success(), "strace cannot trace here, or the recorder failed: {status}");
    fs::read_to_string(log).expect("strace wrote its log")
}

/// Opens what each fate of the unsynced writes leaves and looks for every answer.
fn cut(disk: &Disk, rebuilt: &Device, acknowledged: &[Acknowledged], tally: &mut Tally) {
    let mut seen = Vec::new();
    for fate in FATES {
        let files = disk.after_cut(fate);
        if seen.contains(&files) {
            continue;
        }
        put(rebuilt, &files);
        tally.states += 1;
        tally.checked += acknowledged.len();
        if let Err(lost) = all_there(rebuilt, acknowledged) {
            tally.lost.push(format!("state {}, {fate:?}: {lost}", tally.states));
        }
        seen.push(files);
    }
}

fn put(rebuilt: &Device, files: &BTreeMap<String, Option<Vec<u8>>>) {
    let data = rebuilt.data();
    for name in ["hocvu.db-shm", "hocvu.db-wal", "hocvu.db"] {
        let _ = fs::remove_file(data.join(name));
    }
    for (path, bytes) in files {
        let (_, name) = path.rsplit_once('/').expect("the path is whole");
        if let Some(bytes) = bytes {
            fs::write(data.join(name), bytes).expect("the file is rebuilt");
        }
    }
}

fn all_there(rebuilt: &Device, acknowledged: &[Acknowledged]) -> Result<(), String> {
    // Each state is opened with the marker that the run left.
    let marker = rebuilt.root().join("opened/marker");
    let _ = fs::create_dir(rebuilt.root().join("opened"));
    fs::copy(rebuilt.marker(), &marker).map_err(|e| e.to_string())?;
    let request = hocvu_core::OpenRequest { data: rebuilt.data(), marker };
    let core = HocvuCore::open(&request, ports(&rebuilt.marker())).map_err(|e| e.to_string())?;
    let held = core.learners().list().map_err(|e| e.to_string())?;
    if let Some(a) =
        acknowledged.iter().find(|a| !held.iter().any(|l| l.id.to_string() == a.learner))
    {
        return Err(format!("learner {} is gone", a.learner));
    }
    let report = core.doctor().map_err(|e| e.to_string())?;
    if !report.is_clean() {
        return Err(format!("the doctor found {:?}", report.faults));
    }
    for learner in held {
        let id = learner.id.to_string();
        let hers: Vec<_> = acknowledged.iter().filter(|a| a.learner == id).cloned().collect();
        let recorded = recorded_answers(&core, learner.id).map_err(|e| e.to_string())?;
        check_acknowledged(&recorded, 0, &hers)?;
    }
    Ok(())
}
