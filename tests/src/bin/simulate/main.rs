//! The simulator: the production client, journal and relay on a virtual clock and network, one seed
//! after the other, and a proof for each that nothing was lost, counted twice or revived.
//!
//! `simulate [--seeds N] [--from SEED] [--plant NAME]`, or `simulate --seed SEED [--verbose]`. With a
//! mistake planted the run has to fail; without one it must not. Each seed is a world on one thread;
//! as many run side by side as there are cores.

mod acts;
mod check;
mod device;
mod hostile;
mod net;
mod oracle;
mod tally;
mod world;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hocvu_core::plant::{self, Plant};
use hocvu_core::probe::empty_database;
use hocvu_tests::Seeded;

use oracle::{Fault, Wrong};
use tally::{FAULTS, REPAIRS, Tally};
use world::World;

/// Fewer seeds than this may miss a rare fault.
const SEEDS_THAT_SEE_ALL: u64 = 300;
/// A planted mistake is caught within so many.
const SEEDS_OF_PLANT: u64 = 500;

struct Options {
    seeds: u64,
    from: u64,
    plant: Option<(&'static str, Plant)>,
    is_verbose: bool,
    keep_going: bool,
    threads: usize,
    /// Seeds that are left out, since what they show is known and not mended yet.
    except: Vec<u64>,
}

fn usage() -> String {
    let plants: Vec<&str> = Plant::ALL.iter().map(|(name, _)| *name).collect();
    format!(
        "simulate [--seeds N] [--from SEED] [--plant NAME]\n\
         \x20        [--except SEED]... [--keep-going] [--threads N]\n\
         simulate --seed SEED [--verbose]\n\
         simulate --plants\n\
         Plants: {}",
        plants.join(", ")
    )
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        seeds: 0,
        from: 1,
        plant: None,
        is_verbose: false,
        keep_going: false,
        threads: thread::available_parallelism().map_or(1, usize::from),
        except: Vec::new(),
    };
    let mut args = std::env::args().skip(1);
    let mut seeds = None;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value\n{}", usage()));
        let number = |text: String| text.parse().map_err(|_| format!("{text:?} is no number"));
        match arg.as_str() {
            "--seeds" => seeds = Some(number(value()?)?),
            "--from" => options.from = number(value()?)?,
            "--threads" => options.threads = usize::try_from(number(value()?)?).unwrap_or(1).max(1),
            "--except" => options.except.push(number(value()?)?),
            "--seed" => (options.from, seeds) = (number(value()?)?, Some(1)),
            "--plant" => {
                let name = value()?;
                let found = Plant::ALL.into_iter().find(|(plant, _)| *plant == name);
                options.plant =
                    Some(found.ok_or_else(|| format!("no plant {name:?}\n{}", usage()))?);
            }
            "--plants" => {
                Plant::ALL.iter().for_each(|(name, _)| println!("{name}"));
                std::process::exit(0);
            }
            "--verbose" => options.is_verbose = true,
            "--keep-going" => options.keep_going = true,
            _ => return Err(usage()),
        }
    }
    let usual = if options.plant.is_some() { SEEDS_OF_PLANT } else { 500 };
    options.seeds = seeds.unwrap_or(usual);
    Ok(options)
}

/// What came of a seed.
struct Ended {
    events: u64,
    faults: Vec<Fault>,
    tally: Tally,
}

fn run(seed: u64, root: &Path, template: &Path, is_verbose: bool) -> Ended {
    let folder = root.join(format!("seed{seed}"));
    fs::create_dir_all(&folder).expect("the folder can be written");
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed, &folder, template, is_verbose);
        let mut rng = Seeded::new(seed);
        let acts = 15 + rng.below(45) + 6 * world.phones.len();
        for _ in 0..acts {
            world.act();
        }
        world.settle();
        world.check();
        Ended {
            events: world.oracle.events.len() as u64,
            faults: std::mem::take(&mut world.oracle.faults),
            tally: world.tally.clone(),
        }
    }));
    let _ = fs::remove_dir_all(&folder);
    ended.unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or(panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic");
        let fault = Fault { wrong: Wrong::Unequal, what: format!("panic: {said}") };
        Ended { events: 0, faults: vec![fault], tally: Tally::default() }
    })
}

/// All seeds together.
#[derive(Default)]
struct Sum {
    seeds: u64,
    events: u64,
    failed: Vec<u64>,
    faults: Vec<Fault>,
    tally: Tally,
}

impl Sum {
    fn take(&mut self, seed: u64, ended: Ended) {
        self.seeds += 1;
        self.events += ended.events;
        self.tally.merge(&ended.tally);
        if ended.faults.is_empty() {
            return;
        }
        println!("seed {seed} (simulate --seed {seed} --verbose repeats it):");
        for fault in ended.faults.iter().take(8) {
            println!("  {fault}");
        }
        self.failed.push(seed);
        self.faults.extend(ended.faults);
    }

    fn count(&self, wrong: Wrong) -> usize {
        self.faults.iter().filter(|fault| fault.wrong == wrong).count()
    }

    fn print(&self, took: Duration) {
        println!(
            "{} seeds, {} events, {} lost, {} counted twice, {} revived, {} unequal, {:.1} seeds/s",
            self.seeds,
            self.events,
            self.count(Wrong::Lost),
            self.count(Wrong::Twice),
            self.count(Wrong::Revived),
            self.count(Wrong::Unequal),
            self.seeds as f64 / took.as_secs_f64(),
        );
    }

    fn print_tally(&self) {
        for (title, names) in [("Faults", FAULTS), ("Repairs", REPAIRS)] {
            println!("{title}:");
            for name in names {
                println!("  {:8}  {name}", self.tally.of(name));
            }
        }
    }
}

/// Runs seeds on a thread until there are no more, or one failed and that is enough.
fn work(options: &Options, root: &Path, next: &AtomicU64, stop: &AtomicBool, tell: &Tell) {
    let template = root.join("empty.db");
    while !stop.load(Ordering::Relaxed) {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= options.from + options.seeds {
            break;
        }
        if options.except.contains(&seed) {
            continue;
        }
        let ended = run(seed, root, &template, options.is_verbose);
        if !ended.faults.is_empty() && !options.keep_going {
            stop.store(true, Ordering::Relaxed);
        }
        if tell.send((seed, ended)).is_err() {
            break;
        }
    }
}

/// Where what came of seeds goes.
type Tell = mpsc::Sender<(u64, Ended)>;

#[allow(clippy::disallowed_methods, reason = "how long a run took is no time of the simulation")]
fn simulate(options: &Options, root: &Path) -> ExitCode {
    empty_database(&root.join("empty.db")).expect("an empty database is made");
    let began = Instant::now();
    let mut said = began;
    let mut sum = Sum::default();
    let (next, stop) = (AtomicU64::new(options.from), AtomicBool::new(false));
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..options.threads {
            let (next, stop, tell) = (&next, &stop, tell.clone());
            scope.spawn(move || work(options, root, next, stop, &tell));
        }
        drop(tell);
        for (seed, ended) in told {
            sum.take(seed, ended);
            if said.elapsed() > Duration::from_secs(10) {
                sum.print(began.elapsed());
                said = Instant::now();
            }
        }
    });
    sum.failed.sort_unstable();
    sum.print(began.elapsed());
    if let Some((name, _)) = options.plant {
        return match sum.failed.first() {
            Some(seed) => {
                println!("{name}: caught at seed {seed}, the {}th", seed - options.from + 1);
                ExitCode::SUCCESS
            }
            None => {
                println!("{name}: NOT caught");
                ExitCode::FAILURE
            }
        };
    }
    let missing = sum.tally.missing();
    if options.seeds > 1 {
        sum.print_tally();
    }
    if options.seeds >= SEEDS_THAT_SEE_ALL && !missing.is_empty() && sum.failed.is_empty() {
        println!("Never happened, so nothing was proved of it: {}", missing.join(", "));
        return ExitCode::FAILURE;
    }
    if sum.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        println!("{} seeds failed: {:?}", sum.failed.len(), sum.failed);
        ExitCode::FAILURE
    }
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    if let Some((_, mistake)) = options.plant {
        plant::plant(mistake);
    }
    // Nothing here asks what a disk does, so nothing has to wait for one.
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder: PathBuf = parent;
    let root = tempfile::Builder::new()
        .prefix("hocvu-simulate-")
        .tempdir_in(folder)
        .expect("the temporary folder can be written");
    simulate(&options, root.path())
}
