//! A mutation fuzzer without dependencies of its own, for everything that reads what others wrote.
//!
//! `fuzz [--seconds N] [--seed N] [--target NAME]`. It mutates real artefacts (packs, roots, course
//! folders, events, backups, markers, bundles) and asserts that reading them ends soon, within bounded memory, without a
//! panic. A failing input is written to `target/fuzz-failures/`; the seed repeats the run.

mod travel;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use hocvu::author::{Course, new_course, read_course};
use hocvu_core::course::{Day, check_picture};
use hocvu_core::ids::PublisherId;
use hocvu_core::journal::{Event, check_map, head_is_valid, sign_head};
use hocvu_core::pack::{
    CataloguePack, Edition, FileEntry, HeldEdition, Listing, Manifest, PackInfo, Publisher, Root,
    RootChain, STICK_MAGIC, SecretKey, SignedRoot, Signer, UpdateOffer, apply_update, build,
    build_catalogue, build_update,
};
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{KeyStore, SystemClock, SystemEntropy};
use hocvu_core::quiz::{Response, parse_number};
use hocvu_core::sync::{Batch, BatchSlot, RelayKey, events_from_bytes, events_to_bytes};
use hocvu_core::text::{fold_marks, normalise};
use hocvu_core::upkeep::{restore, seal_stream};
use hocvu_core::{HocvuCore, OpenRequest, Ports};
use hocvu_tests::{add_learner, copy_folder};

type Fail = Box<dyn std::error::Error>;

/// The largest input that is made.
const INPUT_BYTES_MAX: usize = 1 << 20;

/// The longest that reading one input may take; generous, since machines are shared.
const INPUT_TIME_MAX: Duration = Duration::from_secs(10);

/// The most memory that the whole run may have had resident.
const MEMORY_MIB_MAX: u64 = 384;

/// Feeds bytes to one of the parsers of outside data.
type Parser = dyn Fn(&[u8]);

/// Something that reads outside data, and inputs like those that it gets.
struct Target {
    name: &'static str,
    corpus: Vec<Vec<u8>>,
    run: Box<Parser>,
}

struct Options {
    seconds: u64,
    seed: u64,
    target: Option<String>,
}

fn options() -> Result<Options, Fail> {
    let mut options =
        Options { seconds: 30, seed: now().elapsed().as_nanos() as u64, target: None };
    options.seed ^= u64::from(std::process::id());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().ok_or_else(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--seconds" => options.seconds = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            "--target" => options.target = Some(value),
            _ => return Err(format!("{arg} is no option: --seconds, --seed, --target").into()),
        }
    }
    Ok(options)
}

#[allow(clippy::disallowed_methods, reason = "a fuzzer stops after a time")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> ExitCode {
    match options().and_then(|options| fuzz(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fuzz: {error}");
            ExitCode::from(2)
        }
    }
}

fn fuzz(options: &Options) -> Result<bool, Fail> {
    let scratch = tempfile::tempdir()?;
    let all = targets(scratch.path())?;
    let names: Vec<_> = all.iter().map(|t| t.name).collect();
    let wanted = |t: &Target| options.target.as_ref().is_none_or(|name| name == t.name);
    let chosen: Vec<Target> = all.into_iter().filter(wanted).collect();
    if chosen.is_empty() {
        return Err(format!("no such target; there are {}", names.join(", ")).into());
    }
    println!("seed {}", options.seed);
    std::panic::set_hook(Box::new(|_| {}));
    let share = Duration::from_secs(options.seconds) / u32::try_from(chosen.len())?;
    let mut passed = true;
    for target in &chosen {
        passed &= run(target, share, options.seed)?;
    }
    Ok(passed)
}

/// Feeds one target for its share of the time; false when an input failed it.
fn run(target: &Target, share: Duration, seed: u64) -> Result<bool, Fail> {
    let mut dice = Dice(seed);
    let began = now();
    let mut count = 0u64;
    let mut slowest = Duration::ZERO;
    for unchanged in &target.corpus {
        (target.run)(unchanged);
    }
    while began.elapsed() < share {
        let input = mutated(&target.corpus, &mut dice);
        let at = now();
        let panicked = catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err();
        slowest = slowest.max(at.elapsed());
        count += 1;
        let why = if panicked {
            Some("it panicked")
        } else if at.elapsed() > INPUT_TIME_MAX {
            Some("it took too long")
        } else if memory_mib() > MEMORY_MIB_MAX {
            Some("it took too much memory")
        } else {
            None
        };
        if let Some(why) = why {
            let path = keep(target.name, &input)?;
            println!("{}: {why}; the input is in {}", target.name, path.display());
            return Ok(false);
        }
    }
    println!("{}: {count} inputs, slowest {} ms", target.name, slowest.as_millis());
    Ok(true)
}

fn keep(name: &str, input: &[u8]) -> Result<PathBuf, Fail> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz-failures");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}-{}", &blake3::hash(input).to_hex()[..16]));
    fs::File::create(&path)?.write_all(input)?;
    Ok(path)
}

/// The most memory that this process has had resident; 0 where the system does not say.
fn memory_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Draws numbers that a seed repeats (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).expect("below a usize")
    }
}

/// One of the corpus with one to eight changes.
fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    /// Bytes that open long CBOR items, quotes, braces, and the ends of integers.
    const TELLING: &[u8] =
        b"\x00\x01\x17\x18\x19\x1b\x5b\x7b\x7f\x80\x9b\x9f\xbb\xbf\xff\"{}<>&:\n";
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..1 << dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(8) {
            _ if bytes.is_empty() => bytes.push(u8::try_from(dice.below(256)).expect("a byte")),
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = TELLING[dice.below(TELLING.len())],
            2 => bytes.insert(at, TELLING[dice.below(TELLING.len())]),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.truncate(at),
            5 => {
                let again = bytes[at..end].repeat(1 + dice.below(40));
                bytes.splice(at..at, again);
            }
            6 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => bytes[at..end].fill(0xff),
        }
    }
    bytes.truncate(INPUT_BYTES_MAX);
    bytes
}

/// Lengths before parts: a set of files as one input.
fn joined(files: &BTreeMap<String, Vec<u8>>, changed: &str) -> Vec<u8> {
    [changed.as_bytes(), b"\n", &files[changed]].concat()
}

fn parted(input: &[u8]) -> Option<(&str, &[u8])> {
    let at = input.iter().position(|b| *b == b'\n')?;
    Some((std::str::from_utf8(&input[..at]).ok()?, &input[at + 1..]))
}

fn targets(scratch: &Path) -> Result<Vec<Target>, Fail> {
    let folder = scratch.join("course");
    new_course(&folder, Day { year: 2026, month: 11, day: 22 })?;
    let course = read_course(&folder).map_err(|faults| faults[0].to_string())?;
    let info = course.pack_info();
    let pack = build(&course.files(), &info, None)?;
    let core = open(&scratch.join("core"))?;
    core.packs().install_starter(&pack)?;
    let core = Arc::new(core);
    let svgs: Vec<_> = course.media.values().cloned().collect();
    let mut all = events()?;
    all.push(batches()?);
    all.extend(trust(&core, &pack)?);
    let manifest = manifest_of(&course, &info);
    all.push(Target {
        name: "manifest",
        corpus: vec![manifest.encode()],
        run: Box::new(|bytes| drop(Manifest::decode(bytes))),
    });
    let installing = Arc::clone(&core);
    all.push(Target {
        name: "pack",
        corpus: vec![pack],
        run: Box::new(move |bytes| {
            let _ = installing.packs().install_starter(bytes);
            let _ = installing.packs().install_bytes("fuzz", bytes);
        }),
    });
    all.push(content(&course, info));
    all.push(Target {
        name: "picture",
        corpus: svgs,
        run: Box::new(|bytes| drop(check_picture(bytes))),
    });
    all.push(folder_target(&folder)?);
    all.push(words(core));
    all.push(backup(scratch)?);
    all.push(head());
    all.push(marker(scratch)?);
    all.extend(travel::targets(scratch)?);
    Ok(all)
}

/// Behind which layer of a backup an input goes: the whole file, what is sealed, what is compressed.
const LAYERS: [u8; 3] = [0, 1, 2];

/// Backups that were altered, and sealed ones that hold something else: the entries and the database
/// in them come from whoever knows the passphrase.
fn backup(scratch: &Path) -> Result<Target, Fail> {
    const PASSPHRASE: &str = "lúa chín vàng";
    let home = scratch.join("backed-up");
    let core = open(&home)?;
    add_learner(&core, "Lan");
    let whole = home.join("whole");
    core.backup(&whole, PASSPHRASE)?;
    drop(core);
    let database = fs::read(home.join("data/hocvu.db"))?;
    let blob = b"a sound";
    let entries = [
        &[1][..],
        &(database.len() as u64).to_be_bytes(),
        &database,
        &[2],
        blake3::hash(blob).as_bytes(),
        &(blob.len() as u64).to_be_bytes(),
        blob,
        &[3],
        &32u64.to_be_bytes(),
        &[9; 32],
        &[0],
    ]
    .concat();
    let packed = zstd::encode_all(&entries[..], 3)?;
    let layers = [fs::read(&whole)?, packed, entries];
    let corpus = LAYERS.iter().zip(layers).map(|(n, bytes)| [&[*n], &bytes[..]].concat()).collect();
    let run = move |input: &[u8]| {
        let Some((layer, bytes)) = input.split_first() else { return };
        let (file, restored) = (home.join("fuzzed"), home.join("restored"));
        if *layer == LAYERS[0] {
            fs::write(&file, bytes).expect("the temporary folder can be written");
        } else {
            seal_stream(bytes, *layer == LAYERS[1], PASSPHRASE, &file).expect("anything seals");
        }
        let data = restored.join("data");
        fs::create_dir_all(&restored).expect("the temporary folder can be written");
        let keys_of = |folder: &Path| -> Arc<dyn KeyStore> {
            Arc::new(FileKeyStore::new(folder.join("keys")))
        };
        match restore(&file, PASSPHRASE, &data, keys_of) {
            Ok(()) => drop(open(&restored)),
            Err(_) => assert!(!data.exists(), "something half-made is left"),
        }
        fs::remove_dir_all(&restored).expect("the temporary folder can be written");
    };
    Ok(Target { name: "backup", corpus, run: Box::new(run) })
}

/// Signed heads: nothing but what was signed passes.
fn head() -> Target {
    let key = SigningKey::from_bytes(&[7; 32]);
    let (seq, link) = (9u64, [3; 32]);
    let public = key.verifying_key().to_bytes();
    let signature = sign_head(&key, seq, &link);
    let signed = [&public[..], &seq.to_be_bytes(), &link, &signature].concat();
    let unchanged = signed.clone();
    let run = move |bytes: &[u8]| {
        let Some((public, rest)) = bytes.split_first_chunk::<32>() else { return };
        let Some((seq, rest)) = rest.split_first_chunk::<8>() else { return };
        let Some((link, rest)) = rest.split_first_chunk::<32>() else { return };
        let Ok(signature) = <&[u8; 64]>::try_from(rest) else { return };
        let passes = head_is_valid(public, u64::from_be_bytes(*seq), link, signature);
        assert_eq!(passes, bytes == unchanged, "a head was judged wrongly");
    };
    Target { name: "head", corpus: vec![signed], run: Box::new(run) }
}

/// The installation marker, and the flag that tells of damage: whatever they hold, the folder opens
/// with its record.
fn marker(scratch: &Path) -> Result<Target, Fail> {
    const FLAG: u8 = b'F';
    let home = scratch.join("marked");
    let core = open(&home)?;
    add_learner(&core, "Lan");
    drop(core);
    let kept = scratch.join("marked-kept");
    copy_folder(&home, &kept);
    let mark = fs::read(home.join("marker"))?;
    let corpus = vec![
        [&b"M"[..], &mark].concat(),
        [&[FLAG], &b"damaged-1"[..]].concat(),
        [&[FLAG], &b"damaged-4000000000"[..]].concat(),
    ];
    let run = move |input: &[u8]| {
        let Some((which, bytes)) = input.split_first() else { return };
        let name = if *which == FLAG { "data/hocvu.damaged" } else { "marker" };
        fs::write(home.join(name), bytes).expect("the temporary folder can be written");
        let core = open(&home).expect("the folder opens");
        assert_eq!(core.learners().list().expect("they are listed").len(), 1, "a record is gone");
        drop(core);
        fs::remove_dir_all(&home).expect("the temporary folder can be written");
        copy_folder(&kept, &home);
    };
    Ok(Target { name: "marker", corpus, run: Box::new(run) })
}

/// A pack whose files are whole by their hashes but say something else.
fn content(course: &Course, info: PackInfo) -> Target {
    let files = course.files();
    let corpus = files.keys().map(|path| joined(&files, path)).collect();
    let run = move |input: &[u8]| {
        let Some((path, bytes)) = parted(input) else { return };
        let mut files = files.clone();
        files.insert(path.to_owned(), bytes.to_vec());
        let _ = build(&files, &info, None);
    };
    Target { name: "content", corpus, run: Box::new(run) }
}

/// An author's folder with one file changed.
fn folder_target(folder: &Path) -> Result<Target, Fail> {
    let mut files = BTreeMap::new();
    collect(folder, folder, &mut files)?;
    let corpus = files.keys().map(|path| joined(&files, path)).collect();
    let folder = folder.to_owned();
    let run = move |input: &[u8]| {
        let Some((path, bytes)) = parted(input) else { return };
        let Some(original) = files.get(path) else { return };
        let place = folder.join(path);
        fs::write(&place, bytes).expect("the temporary folder can be written");
        let _ = read_course(&folder);
        fs::write(&place, original).expect("the temporary folder can be written");
    };
    Ok(Target { name: "folder", corpus, run: Box::new(run) })
}

fn collect(root: &Path, at: &Path, into: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Fail> {
    for entry in fs::read_dir(at)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, into)?;
        } else {
            let name = path.strip_prefix(root)?.to_str().ok_or("a name is not UTF-8")?;
            into.insert(name.to_owned(), fs::read(&path)?);
        }
    }
    Ok(())
}

/// Roots, files of roots and catalogues.
fn trust(core: &Arc<HocvuCore>, pack: &[u8]) -> Result<Vec<Target>, Fail> {
    let key = SecretKey::generate(&SystemEntropy);
    let id = PublisherId::parse("thu")?;
    let publisher = Publisher {
        id: id.clone(),
        name: "Thử".into(),
        keys: vec![key.public()],
        courses: None,
        generation: 1,
    };
    let root = Root::first("Thử", 1, vec![key.public()], vec![publisher]);
    let signed = SignedRoot::new(&root)?.sign(&key);
    let next = SignedRoot::new(&root.successor())?.sign(&key);
    let chain = RootChain::begin(signed.clone())?.follow(next)?;
    core.packs().trust_root(&chain.encode(), &chain.fingerprint())?;
    let roots = chain.encode();
    let signer = Signer::new(chain, id, key)?;
    let offer = CataloguePack::of(pack)?;
    let catalogue = build_catalogue(1, vec![offer], &signer)?;
    core.packs().take_catalogue(&catalogue)?;
    let (taking, listed) = (Arc::clone(core), Arc::clone(core));
    let held = edition_of(core)?;
    let hash = held.hash();
    let offer = UpdateOffer { to: hash.into(), from: None, text_bytes: 300, media_bytes: 7 };
    let listing = Listing::new(vec![catalogue.clone()], vec![offer]).encode();
    let mirror = RelayKey { sign: [7; 32], seal: [7; 32] };
    let update = update_of(core, &held)?;
    let (read, from) = (Arc::clone(core), core.folder().join("stick"));
    let mut stick = STICK_MAGIC.to_vec();
    stick.extend(u32::try_from(listing.len())?.to_le_bytes());
    stick.extend_from_slice(&listing);
    stick.extend((update.len() as u64).to_le_bytes());
    stick.extend_from_slice(&update);
    Ok(vec![
        Target {
            name: "listing",
            corpus: vec![listing],
            run: Box::new(move |bytes| drop(listed.packs().take_listing(&mirror, None, bytes))),
        },
        Target {
            name: "stick",
            corpus: vec![stick],
            run: Box::new(move |bytes| {
                fs::write(&from, bytes).expect("a temporary folder takes files");
                drop(read.packs().import_stick(&from, |_, _| {}));
            }),
        },
        Target {
            name: "update",
            corpus: vec![update],
            run: Box::new(move |bytes| drop(apply_update(bytes, &hash, None))),
        },
        Target {
            name: "root",
            corpus: vec![signed.encode(), roots],
            run: Box::new(|bytes| {
                let _ = SignedRoot::decode(bytes).map(|signed| signed.root());
                let _ = RootChain::decode(bytes);
            }),
        },
        Target {
            name: "catalogue",
            corpus: vec![catalogue],
            run: Box::new(move |bytes| drop(taking.packs().take_catalogue(bytes))),
        },
    ])
}

/// The edition of a course that is held.
fn edition_of(core: &HocvuCore) -> Result<HeldEdition, Fail> {
    let list = core.packs().list()?;
    let course = &list.first().ok_or("no course is held")?.course;
    Ok(core.packs().held_edition(course)?.ok_or("no edition is current")?)
}

/// The update to an edition from nothing.
fn update_of(core: &HocvuCore, held: &HeldEdition) -> Result<Vec<u8>, Fail> {
    let read = |entry: &FileEntry| {
        let file = core.packs().held_file(held, entry)?;
        file.ok_or(hocvu_core::Error::NotFound { what: "file of the course" })
    };
    Ok(build_update(&Edition { body: &held.body, read: &read }, None)?.bytes)
}

/// Events and responses, from the vectors that every language reads.
fn events() -> Result<Vec<Target>, Fail> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/events.json");
    let vectors: serde_json::Value = serde_json::from_slice(&fs::read(folder)?)?;
    let mut corpus = Vec::new();
    for case in vectors["cases"].as_array().ok_or("events.json has no cases")? {
        let hex = case["expected"]["bytes"].as_str().ok_or("a case without bytes")?;
        let digits = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16);
        corpus.push((0..hex.len()).step_by(2).map(digits).collect::<Result<Vec<u8>, _>>()?);
    }
    let responses = [
        Response::Multiple(vec![0, 2]),
        Response::Match(vec![Some(1), None]),
        Response::Text("mật khẩu".into()),
        Response::Number(-1_500),
    ];
    let responses = responses.iter().map(minicbor::to_vec).collect::<Result<_, _>>()?;
    Ok(vec![
        Target {
            name: "event",
            corpus,
            run: Box::new(|bytes| {
                let canonical = check_map(bytes).is_ok();
                if let Ok(event) = Event::from_bytes(bytes) {
                    assert!(canonical && event.to_bytes() == bytes, "an event changed");
                    event.deed();
                }
            }),
        },
        Target {
            name: "response",
            corpus: responses,
            run: Box::new(|bytes| {
                if let Ok(response) = minicbor::decode::<Response>(bytes) {
                    let again = minicbor::to_vec(&response).expect("writing to memory");
                    assert_eq!(minicbor::decode::<Response>(&again).ok(), Some(response));
                }
            }),
        },
    ])
}

/// Batches and events without a chain in all forms, from the vectors.
fn batches() -> Result<Target, Fail> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/batches.json");
    let vectors: serde_json::Value = serde_json::from_slice(&fs::read(file)?)?;
    let mut corpus = Vec::new();
    for case in vectors["cases"].as_array().ok_or("batches.json has no cases")? {
        for form in ["close", "plain", "events_alone"] {
            let hex = case["expected"][form].as_str().unwrap_or_default();
            let digits = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16);
            corpus.push((0..hex.len()).step_by(2).map(digits).collect::<Result<Vec<u8>, _>>()?);
        }
    }
    let run = |bytes: &[u8]| {
        if let Ok(batch) = Batch::from_bytes(bytes) {
            for slot in &batch.slots {
                if let BatchSlot::Event { event, .. } = slot {
                    assert_eq!(Event::from_bytes(&event.to_bytes()).as_ref(), Ok(event));
                }
            }
            assert_eq!(Batch::from_bytes(&batch.to_bytes()), Ok(batch));
        }
        if let Ok(events) = events_from_bytes(bytes) {
            assert_eq!(events_from_bytes(&events_to_bytes(&events)), Ok(events));
        }
    };
    Ok(Target { name: "batch", corpus, run: Box::new(run) })
}

/// What people type.
fn words(core: Arc<HocvuCore>) -> Target {
    let typed = ["Hoà Bình \"thuỷ\" AND*", "1.500,25", "mật khẩu -mạnh NEAR(a b)"];
    let vi = hocvu_core::ids::Lang::parse("vi").expect("vi names a language");
    let run = move |bytes: &[u8]| {
        let typed = String::from_utf8_lossy(bytes);
        let once = normalise(&typed);
        assert_eq!(normalise(&once), once, "normalising twice changes more");
        fold_marks(&typed);
        parse_number(&typed);
        core.courses().search(&typed, &vi).expect("any input is safe to search for");
    };
    let corpus = typed.iter().map(|t| t.as_bytes().to_vec()).collect();
    Target { name: "words", corpus, run: Box::new(run) }
}

fn manifest_of(course: &Course, info: &PackInfo) -> Manifest {
    let entry = |(path, bytes): (String, Vec<u8>)| FileEntry {
        path,
        size: bytes.len() as u64,
        hash: *blake3::hash(&bytes).as_bytes(),
    };
    Manifest {
        format: hocvu_core::pack::FORMAT,
        course: info.course.clone(),
        generation: 0,
        version: info.version,
        publisher: String::new(),
        language: info.language.clone(),
        languages: course.languages.clone(),
        title: info.title.clone(),
        competences: info.competences.clone(),
        files: course.files().into_iter().map(entry).collect(),
    }
}

fn open(home: &Path) -> Result<HocvuCore, Fail> {
    let request = OpenRequest { data: home.join("data"), marker: home.join("marker") };
    let keys = Arc::new(FileKeyStore::new(home.join("keys")));
    Ok(HocvuCore::open(&request, ports_in(keys))?)
}

fn ports_in(keys: Arc<dyn KeyStore>) -> Ports {
    Ports { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), keys }
}
