//! The program's commands, run as processes: what they print and how they end.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use hocvu::relay::Relay;
use hocvu_core::ids::short_id;
use hocvu_core::learner::{AddLearnerRequest, Address, Group, PersonRequest};
use hocvu_core::pack::{Catalogue, Listing, PackError, UpdateOffer};
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{SystemClock, SystemEntropy};
use hocvu_core::sync::http::HttpTransport;
use hocvu_core::sync::{JoinCode, Role, Trouble};
use hocvu_core::{Error, HocvuCore, OpenRequest, Ports};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One test at a time: a process just being started holds, for a moment, the folder locks of all
/// threads of this one.
static ALONE: Mutex<()> = Mutex::new(());

/// A place with data folders; the program's state stays in it too.
struct Place {
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Place {
    fn new() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { folder: tempfile::tempdir().unwrap(), _alone: alone }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn core(&self, name: &str) -> HocvuCore {
        let data = self.at(name);
        let ports = Ports {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keys: Arc::new(FileKeyStore::new(data.join("keys"))),
        };
        HocvuCore::open(&OpenRequest { data, marker: self.at(&format!("{name}.marker")) }, ports)
            .unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hocvu"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("XDG_STATE_HOME", self.at("state"))
            .env("LC_ALL", "en_GB.UTF-8")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A station that runs on a data folder.
    fn station(&self, data: &str) -> Station {
        let mut command = self.command(&["serve", "--data", data, "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("hocvu: ").unwrap().to_owned();
        let station = Station { child, address };
        station.wait();
        station
    }

    /// The relay of a data folder, in this process.
    fn relay(&self, name: &str) -> Relay {
        let folder = self.at(name);
        fs::create_dir_all(&folder).unwrap();
        let ports = Ports {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            keys: Arc::new(FileKeyStore::new(folder.join("keys"))),
        };
        Relay::open(&folder, &self.at(&format!("{name}.relay-marker")), ports).unwrap()
    }

    /// A data folder with one learner.
    fn with_lan(&self) {
        let core = self.core("here");
        let (name, address) = ("Lan".to_owned(), Address::Ba);
        let lan = AddLearnerRequest {
            person: PersonRequest { name, address, pictogram: 0, guardian: None },
            group: Group::PublicSector,
            is_child: false,
            consent_record: true,
            consent_count: false,
        };
        core.learners().add(&lan).unwrap();
    }
}

/// `hocvu serve` while it runs.
struct Station {
    child: Child,
    address: String,
}

impl Station {
    /// It prints its address first; its relay is there once it answers.
    fn wait(&self) {
        let at = self.address.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(at).unwrap();
        let ask = format!("GET /healthz HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes on over the network; says what was in the way.
fn pass_on(hub: &Relay) -> Option<Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let transport = HttpTransport::new().unwrap();
    let mut round = hub.upstream_round();
    while let Some(exchange) = round.next_exchange().unwrap() {
        let outcome = runtime.block_on(transport.exchange(&exchange));
        round.take(outcome).unwrap();
    }
    round.trouble
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn the_doctor_finds_a_fresh_folder_whole_and_says_what_is_in_it() {
    let place = Place::new();
    place.with_lan();
    let output = place.run(&["doctor", "--data", "here"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let said = said(&output);
    assert!(said.contains("1 learners") && said.contains("No faults."), "{said}");
}

#[test]
fn the_doctor_tells_a_fault_and_ends_with_one() {
    let place = Place::new();
    place.with_lan();
    let file = place.at("here/hocvu.db");
    let mut bytes = fs::read(&file).unwrap();
    for at in (4096..bytes.len()).step_by(97) {
        bytes[at] ^= 0x55;
    }
    fs::write(&file, &bytes).unwrap();
    let output = place.run(&["doctor", "--data", "here"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("fault: "), "{}", said(&output));
    assert_eq!(fs::read(&file).unwrap(), bytes, "nothing is changed");
}

#[test]
fn a_folder_without_data_is_refused_and_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.at("empty")).unwrap();
    for command in [&["doctor", "--data", "empty"][..], &["backup", "-o", "x", "--data", "empty"]] {
        let output = place.run(command);
        assert_eq!(code(&output), 2);
        assert!(said(&output).contains("empty is no data folder"), "{}", said(&output));
    }
    assert!(is_empty(&place.at("empty")));
}

#[test]
fn a_folder_in_use_is_told_as_such() {
    let place = Place::new();
    place.with_lan();
    fs::write(place.at("phrase"), "lúa chín vàng\n").unwrap();
    let _open = place.core("here");
    let backup = ["backup", "-o", "b", "--data", "here", "--passphrase-file", "phrase"];
    for command in [&["doctor", "--data", "here"][..], &backup] {
        let output = place.run(command);
        assert_eq!(code(&output), 2, "{}", said(&output));
        assert!(said(&output).contains("already running"), "{}", said(&output));
    }
    assert!(!place.at("b").exists());
}

#[test]
fn a_backup_restores_elsewhere_with_its_passphrase_only() {
    let place = Place::new();
    place.with_lan();
    fs::write(place.at("phrase"), "lúa chín vàng\r\n").unwrap();
    fs::write(place.at("wrong"), "lúa chín xanh\n").unwrap();
    fs::write(place.at("short"), "lúa\n").unwrap();
    let backup = |phrase: &str| {
        place.run(&["backup", "-o", "b", "--data", "here", "--passphrase-file", phrase])
    };
    let output = backup("short");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("at least 8 characters") && !place.at("b").exists());
    assert_eq!(code(&backup("missing")), 2);
    let output = backup("phrase");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(fs::read(place.at("b")).unwrap().starts_with(b"hocvubak"));

    let restore = |file: &str, phrase: &str| {
        place.run(&["restore", file, "--data", "there", "--passphrase-file", phrase])
    };
    let output = restore("b", "wrong");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("passphrase is wrong"), "{}", said(&output));
    assert_eq!(code(&restore("phrase", "phrase")), 2, "it is no backup");
    assert_eq!(code(&restore("none", "phrase")), 2);
    assert!(!place.at("there").exists(), "nothing half-made is left");

    fs::create_dir(place.at("there")).unwrap();
    let output = restore("b", "phrase");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let output = restore("b", "phrase");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("is not empty"), "{}", said(&output));
    let learners = place.core("there").learners().list().unwrap();
    assert_eq!(learners[0].name.as_deref(), Some("Lan"), "the key for names came along");
    let left = fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().starts_with('.')).count(), 0);
}

#[test]
fn without_a_terminal_the_passphrase_comes_from_a_file() {
    let place = Place::new();
    place.with_lan();
    let output = place.run(&["backup", "-o", "b", "--data", "here"]);
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("--passphrase-file"), "{}", said(&output));
}

/// The one line that a command prints, such as a public key.
fn line(output: &Output) -> String {
    assert_eq!(code(output), 0, "{}", said(output));
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

fn refused(output: &Output, why: &str) {
    assert_eq!(code(output), 2, "{}", said(output));
    assert!(said(output).contains(why), "{}", said(output));
}

fn fingerprint(output: &Output) -> String {
    line(output).rsplit("fingerprint ").next().unwrap().to_owned()
}

impl Place {
    fn ok(&self, arguments: &[&str]) -> Output {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", said(&output));
        output
    }

    /// An office whose two holders, both needed, let a publisher publish one course.
    fn with_roots(&self) {
        let one = line(&self.run(&["keys", "new", "one.key"]));
        let two = line(&self.run(&["keys", "new", "two.key"]));
        let press = line(&self.run(&["keys", "new", "press.key"]));
        assert_eq!(line(&self.run(&["keys", "show", "press.key"])), press);
        let name = ["--name", "Sở Giáo dục"];
        let new = ["root", "new", "draft", "--threshold", "2", "--key", &one, "--key", &two];
        self.ok(&[&new[..], &name].concat());
        let publisher = ["root", "publisher", "draft", "--id", "nxb", "--key", &press];
        refused(&self.run(&publisher), "--name");
        let named = ["--name", "Nhà xuất bản", "--course", "nhan-tin-cho-xom"];
        self.ok(&[&publisher[..], &named].concat());
    }

    fn build(&self, out: &str, key: &str) -> Output {
        let signing = ["--key", key, "--roots", "roots", "--publisher", "nxb"];
        self.run(&[&["course", "build", "course", "-o", out][..], &signing].concat())
    }
}

#[test]
fn a_course_signed_under_a_root_made_by_commands_is_taken_in_by_its_fingerprint() {
    let place = Place::new();
    place.with_roots();
    place.ok(&["root", "sign", "draft", "--key", "one.key"]);
    refused(&place.run(&["root", "sign", "draft", "--key", "one.key"]), "has signed this draft");
    refused(&place.run(&["root", "sign", "draft", "--key", "press.key"]), "none of the keys");
    refused(&place.run(&["root", "finish", "draft", "roots"]), "has 1 of the 2 signatures");
    assert!(!place.at("roots").exists());
    place.ok(&["root", "sign", "draft", "--key", "two.key"]);
    let shown = said(&place.ok(&["root", "show", "draft"]));
    assert!(shown.contains("Nhà xuất bản") && shown.contains("This is a draft"), "{shown}");
    let finger = fingerprint(&place.run(&["root", "finish", "draft", "roots"]));
    assert_eq!(fingerprint(&place.run(&["root", "show", "roots"])), finger);

    place.ok(&["course", "new", "course"]);
    let id = fs::read_to_string(place.at("course/course.toml")).unwrap();
    assert!(id.contains("id = \"nhan-tin-cho-xom\""), "{id}");
    refused(&place.build("one.hocvu", "one.key"), "other keys");
    assert_eq!(code(&place.build("a.hocvu", "press.key")), 0);
    let core = place.core("kiosk");
    let pack = place.at("a.hocvu");
    let Err(Error::Pack(PackError::UnknownRoot { fingerprint: asked, roots, .. })) =
        core.packs().install_file(&pack)
    else {
        panic!("a root that nobody compared is trusted");
    };
    assert_eq!(asked, finger, "what the author tells is what the volunteer compares");
    core.packs().trust_root(&roots, &finger).unwrap();
    assert!(core.packs().install_file(&pack).unwrap().changed);
}

#[test]
fn a_key_that_a_later_root_takes_away_signs_in_vain() {
    let place = Place::new();
    place.with_roots();
    let sign = || {
        place.ok(&["root", "sign", "draft", "--key", "one.key"]);
        place.ok(&["root", "sign", "draft", "--key", "two.key"]);
    };
    sign();
    let first = fingerprint(&place.run(&["root", "finish", "draft", "roots"]));
    place.ok(&["course", "new", "course"]);
    assert_eq!(code(&place.build("old.hocvu", "press.key")), 0);

    refused(&place.run(&["root", "next", "roots", "draft"]), "exists");
    fs::remove_file(place.at("draft")).unwrap();
    place.ok(&["root", "next", "roots", "draft"]);
    place.ok(&["root", "sign", "draft", "--key", "one.key"]);
    let fresh = line(&place.run(&["keys", "new", "fresh.key"]));
    let changed = place.ok(&["root", "publisher", "draft", "--id", "nxb", "--key", &fresh]);
    let words = said(&changed);
    assert!(words.contains("generation 2") && words.contains("signed anew"), "{words}");
    place.ok(&["root", "set", "draft", "--expires", "2030-12-31"]);
    assert_eq!(code(&place.run(&["root", "set", "draft", "--expires", "2030-13-31"])), 2);
    sign();
    let second = fingerprint(&place.run(&["root", "finish", "draft", "roots"]));
    assert_eq!(first, second, "what people compared stays valid");
    assert!(said(&place.ok(&["root", "show", "roots"])).contains("31/12/2030"));

    refused(&place.build("stolen.hocvu", "press.key"), "other keys");
    assert_eq!(code(&place.build("new.hocvu", "fresh.key")), 0);
    let core = place.core("kiosk");
    core.packs().trust_root(&fs::read(place.at("roots")).unwrap(), &first).unwrap();
    let old = core.packs().install_file(&place.at("old.hocvu"));
    assert!(matches!(old, Err(Error::Pack(PackError::Signature { .. }))), "{old:?}");
    assert!(core.packs().install_file(&place.at("new.hocvu")).unwrap().changed);
}

#[test]
fn files_that_are_no_roots_are_told_by_name() {
    let place = Place::new();
    fs::write(place.at("noise"), b"noise").unwrap();
    for arguments in [
        &["root", "show", "noise"][..],
        &["root", "next", "noise", "draft"],
        &["root", "sign", "noise", "--key", "noise"],
        &["root", "finish", "noise", "roots"],
    ] {
        refused(&place.run(arguments), "noise");
    }
    refused(&place.run(&["root", "show", "nothing"]), "nothing does not exist");
    refused(&place.run(&["keys", "show", "noise"]), "noise");
    let key = ["root", "new", "draft", "--name", "x", "--key", "12"];
    refused(&place.run(&key), "64 hex digits");
    let key = "11".repeat(32);
    let new = ["root", "new", "draft", "--name", "x", "--key", &key, "--threshold", "2"];
    refused(&place.run(&new), "asks for 2 of 1 keys");
    assert!(!place.at("draft").exists());
}

#[test]
fn a_station_passes_on_with_the_hub_code_and_not_with_a_phones() {
    let place = Place::new();
    place.with_lan();
    fs::create_dir(place.at("there")).unwrap();
    let place_of = ["--name", "Tỉnh", "--address", "http://192.168.1.5:8080"];
    let asked = [&["hub", "code", "--data", "there"][..], &place_of].concat();
    let output = place.run(&asked);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let hub_code = JoinCode::from_text(&text).unwrap();
    assert_eq!((hub_code.admits, hub_code.name.as_str()), (Role::Relay, "Tỉnh"));
    assert_eq!(hub_code.addresses, ["http://192.168.1.5:8080"]);
    let for_phones = JoinCode { admits: Role::Replica, ..hub_code }.to_text();
    let export = ["bundle", "export", "--data", "here", "-o", "out.hvb", "--to"];
    let serve = ["serve", "--data", "here", "--listen", "127.0.0.1:0", "--upstream"];
    for arguments in [&export[..], &serve] {
        let refused = place.run(&[arguments, &[for_phones.as_str()]].concat());
        assert_eq!(code(&refused), 2, "{}", said(&refused));
        assert!(said(&refused).contains("for phones"), "{}", said(&refused));
    }
    assert!(!place.at("out.hvb").exists());
    let output = place.run(&[&export[..], &[text.trim()]].concat());
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(place.at("out.hvb").exists());
    for wrong in [&["--data", "nowhere"][..], &["--data", "there", "--address", "ftp://x"]] {
        let refused = place.run(&[&["hub", "code"], wrong].concat());
        assert_eq!(code(&refused), 2, "{}", said(&refused));
    }
}

#[test]
fn beside_a_running_station_a_code_is_replaced_and_a_hub_shut_out_and_let_in_again() {
    let place = Place::new();
    let station = place.station("there");
    let at = ["--data", "there"];
    let code_of = |more: &[&str]| {
        let asked = ["hub", "code", "--address", &station.address];
        place.run(&[&asked[..], &at, more].concat())
    };
    let list = || said(&place.ok(&[&["hub", "list"][..], &at].concat()));
    let change = |what: &str, id: &str| place.run(&[&["hub", what, id][..], &at].concat());
    assert!(list().contains("No station was let in"), "{}", list());

    let leaked = line(&code_of(&[]));
    let hub = place.relay("hub");
    hub.set_upstream(&JoinCode::from_text(&leaked).unwrap()).unwrap();
    assert_eq!(pass_on(&hub), None);
    let id = short_id(hub.hub_id());
    assert!(list().contains(&id) && !list().contains("shut out"), "{}", list());

    let renewed = code_of(&["--new"]);
    let fresh = line(&renewed);
    assert!(said(&renewed).contains("The old one lets no station in any more"));
    assert_ne!(fresh, leaked);
    assert_eq!(line(&code_of(&[])), fresh, "it is asked for, not made, each time");
    let stranger = place.relay("stranger");
    stranger.set_upstream(&JoinCode::from_text(&leaked).unwrap()).unwrap();
    assert_eq!(pass_on(&stranger), Some(Trouble::NotAdmitted));
    assert_eq!(pass_on(&hub), None);

    let output = change("shut-out", &id.to_uppercase());
    assert_eq!(code(&output), 0, "{}", said(&output));
    let words = said(&output);
    assert!(words.contains("hub let-in") && words.contains("hub code --new"), "{words}");
    assert!(list().contains("shut out 2"), "{}", list());
    assert_eq!(pass_on(&hub), Some(Trouble::NotAdmitted));
    assert!(said(&change("shut-out", &id)).contains("was shut out already"));
    let output = change("let-in", &hub.hub_id().to_string());
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(pass_on(&hub), None);
    assert!(said(&change("let-in", &id)).contains("was not shut out"));
    assert!(!list().contains("shut out"), "{}", list());
}

#[test]
fn a_station_that_is_none_and_a_folder_that_holds_nothing_are_told_as_such() {
    let place = Place::new();
    place.with_lan();
    fs::create_dir(place.at("empty")).unwrap();
    for what in ["shut-out", "let-in"] {
        refused(&place.run(&["hub", what, "3f2a-91c0", "--data", "here"]), "no station 3f2a-91c0");
        refused(&place.run(&["hub", what, "3f2a", "--data", "here"]), "is no station's id");
        refused(&place.run(&["hub", what, "3f2a-91c0", "--data", "empty"]), "no data folder");
    }
    let never = said(&place.ok(&["hub", "list", "--data", "here"]));
    assert!(never.contains("No station was let in"), "{never}");
    for data in ["empty", "nowhere"] {
        refused(&place.run(&["hub", "list", "--data", data]), "no data folder");
    }
    assert!(is_empty(&place.at("empty")));
    let code = ["hub", "code", "--data", "here"];
    let first = line(&place.run(&code));
    let bad = [&code[..], &["--new", "--address", "ftp://x"]].concat();
    assert_eq!(self::code(&place.run(&bad)), 2);
    assert_eq!(line(&place.run(&code)), first, "a good code is not given up for one that is none");
    let known = said(&place.ok(&["hub", "list", "--data", "here"]));
    assert!(known.starts_with("This station is "), "{known}");
}

#[test]
fn a_courier_of_a_station_that_is_shut_out_is_told_why() {
    let place = Place::new();
    let upstream = line(&{
        fs::create_dir(place.at("there")).unwrap();
        place.run(&["hub", "code", "--data", "there"])
    });
    place.with_lan();
    let export = ["bundle", "export", "--data", "here", "-o", "out.hvb", "--to", &upstream];
    let import = ["bundle", "import", "out.hvb", "--data", "there"];
    place.ok(&export);
    place.ok(&import);
    let list = said(&place.ok(&["hub", "list", "--data", "there"]));
    let id = list.lines().last().unwrap().split_whitespace().next().unwrap().to_owned();
    place.ok(&["hub", "shut-out", &id, "--data", "there"]);
    fs::remove_file(place.at("out.hvb.reply")).unwrap();
    place.ok(&export);
    refused(&place.run(&import), "is shut out here");
    assert!(!place.at("out.hvb.reply").exists());
    place.ok(&["hub", "let-in", &id, "--data", "there"]);
    place.ok(&import);
    place.ok(&["hub", "code", "--new", "--data", "there"]);
    fs::create_dir(place.at("stranger")).unwrap();
    let export = ["bundle", "export", "--data", "stranger", "-o", "late.hvb", "--to", &upstream];
    place.ok(&export);
    let late = place.run(&["bundle", "import", "late.hvb", "--data", "there"]);
    refused(&late, "lets nobody in any more");
}

impl Place {
    fn sign_roots(&self) {
        self.ok(&["root", "sign", "draft", "--key", "one.key"]);
        self.ok(&["root", "sign", "draft", "--key", "two.key"]);
        self.ok(&["root", "finish", "draft", "roots"]);
        fs::remove_file(self.at("draft")).unwrap();
    }

    fn publish(&self, to: &Station, key: &str, more: &[&str]) -> Output {
        let signing = ["--key", key, "--roots", "roots", "--publisher", "nxb"];
        self.run(&[&["course", "publish", "--to", &to.address][..], &signing, more].concat())
    }

    fn raise_version(&self, from: u32) {
        let path = self.at("course/course.toml");
        let text = fs::read_to_string(&path).unwrap();
        let raised = text.replace(&format!("version = {from}"), &format!("version = {}", from + 1));
        assert_ne!(raised, text);
        fs::write(path, raised).unwrap();
    }
}

fn published(output: &Output, words: &[&str]) {
    let said = said(output);
    assert_eq!(code(output), 0, "{said}");
    for words in words {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_course_is_published_to_a_running_station_and_taken_away_on_a_stick() {
    let place = Place::new();
    place.with_roots();
    place.sign_roots();
    let finger = fingerprint(&place.run(&["root", "show", "roots"]));
    place.ok(&["course", "new", "course"]);
    let stranger = place.station("strange");
    refused(&place.publish(&stranger, "press.key", &["course"]), &finger);
    drop(stranger);
    let trust = ["root", "trust", "roots", "--data", "here", "--fingerprint"];
    refused(&place.run(&[&trust[..], &["0000 1111"]].concat()), &finger);
    place.ok(&[&trust[..], &[&finger]].concat());
    let station = place.station("here");

    refused(&place.publish(&station, "one.key", &["course"]), "other keys");
    let publish = |more: &[&str]| place.publish(&station, "press.key", more);
    published(&publish(&[]), &["nothing was changed"]);
    published(&publish(&["course"]), &["version 1", "is installed", "catalogue 1 of nxb"]);
    published(&publish(&["course"]), &["nothing was changed"]);
    let tip = place.at("course/lessons/02-gui-tin-cho-gon.md");
    let text = fs::read_to_string(&tip).unwrap();
    let (head, rest) = text.rsplit_once("+++\n").unwrap();
    fs::write(&tip, format!("{head}+++\n\nChào bà con.\n{rest}")).unwrap();
    refused(&publish(&["course"]), "Raise version in its course.toml to 2");
    place.raise_version(1);
    published(&publish(&["course"]), &["version 2", "is installed", "catalogue 2 of nxb"]);
    fs::write(&tip, "no lesson").unwrap();
    refused(&publish(&["course"]), "nothing was published");
    fs::write(&tip, format!("{head}+++\n\nChào bà con.\n{rest}")).unwrap();

    // The mirror makes its updates in the background; then the stick has them.
    let export = ["course", "export", "--data", "here", "-o", "stick"];
    for _ in 0..200 {
        let made = place.run(&export);
        let bytes = fs::read(place.at("stick")).unwrap_or_default();
        if code(&made) == 0 && bytes.len() > 8_000 && is_on(&bytes, 2) {
            break;
        }
        std::thread::yield_now();
    }
    let stick = fs::read(place.at("stick")).unwrap();
    assert!(stick.starts_with(b"hocvustk") && is_on(&stick, 2));
    refused(&place.run(&[&export[..], &["khong-co"]].concat()), "is not published here");
    refused(&place.run(&["course", "export", "--data", "nowhere", "-o", "x"]), "no data folder");
    drop(station);
    place.ok(&export);
    assert!(is_on(&fs::read(place.at("stick")).unwrap(), 2));
}

/// Whether a stick's one course has this version.
fn is_on(stick: &[u8], version: u32) -> bool {
    let Some(length) = stick.get(8..12) else { return false };
    let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
    let listing = Listing::decode(&stick[12..12 + length]).unwrap();
    let (catalogue, _) = Catalogue::read_signed(&listing.catalogues[0]).unwrap();
    let pack = &catalogue.packs[0];
    let is_whole = |offer: &UpdateOffer| *offer.to == pack.manifest && offer.from.is_none();
    pack.version == version && listing.updates.iter().any(is_whole)
}

/// An office with a new course, and a station that trusts it.
fn publishing() -> (Place, Station) {
    let place = Place::new();
    place.with_roots();
    place.sign_roots();
    let finger = fingerprint(&place.run(&["root", "show", "roots"]));
    place.ok(&["course", "new", "course"]);
    place.ok(&["root", "trust", "roots", "--data", "here", "--fingerprint", &finger]);
    let station = place.station("here");
    (place, station)
}

#[test]
fn newer_roots_and_replaced_keys_reach_a_station_with_the_catalogue() {
    let (place, station) = publishing();
    let publish = |key: &str, more: &[&str]| place.publish(&station, key, more);
    published(&publish("press.key", &["course"]), &["catalogue 1"]);

    fs::copy(place.at("roots"), place.at("roots.old")).unwrap();
    place.ok(&["root", "next", "roots", "draft"]);
    place.ok(&["root", "set", "draft", "--expires", "2030-12-31"]);
    place.sign_roots();
    published(&publish("press.key", &[]), &["catalogue 2"]);
    published(&publish("press.key", &[]), &["nothing was changed"]);
    fs::copy(place.at("roots"), place.at("roots.new")).unwrap();
    fs::copy(place.at("roots.old"), place.at("roots")).unwrap();
    refused(&publish("press.key", &["course"]), "use the newer file of roots");
    fs::copy(place.at("roots.new"), place.at("roots")).unwrap();

    let fresh = line(&place.run(&["keys", "new", "fresh.key"]));
    place.ok(&["root", "next", "roots", "draft"]);
    place.ok(&["root", "publisher", "draft", "--id", "nxb", "--key", &fresh]);
    place.sign_roots();
    refused(&publish("press.key", &["course"]), "other keys");
    refused(&publish("fresh.key", &[]), "Not named: nhan-tin-cho-xom");
    published(&publish("fresh.key", &["course"]), &["2.1 is installed", "catalogue 3"]);
    published(&publish("fresh.key", &["course"]), &["nothing was changed"]);

    // The old key is shut out, also with the roots under which it was good.
    fs::copy(place.at("roots.old"), place.at("roots")).unwrap();
    place.raise_version(1);
    refused(&publish("press.key", &["course"]), "use the newer file of roots");
    fs::copy(place.at("roots.new"), place.at("roots")).unwrap();
    assert_eq!(code(&place.build("stolen.hocvu", "press.key")), 0);
    let stolen = fs::read(place.at("stolen.hocvu")).unwrap();
    let (status, said) = station.post("/v1/courses", &stolen);
    assert!(status == 403 && said.contains("not valid (any more)"), "{status} {said}");
}

#[test]
fn a_course_is_taken_out_of_the_catalogue() {
    let (place, station) = publishing();
    let publish = |more: &[&str]| place.publish(&station, "press.key", more);
    published(&publish(&["course"]), &["catalogue 1"]);
    let withdraw = ["--withdraw", "nhan-tin-cho-xom"];
    refused(&publish(&[&withdraw[..], &["course"]].concat()), "named twice");
    published(&publish(&withdraw), &["catalogue 2 of nxb is taken in: 0 courses"]);
    published(&publish(&withdraw), &["nothing was changed"]);
    published(&publish(&["course"]), &["catalogue 3"]);
    drop(station);
    let gone = Station { child: Command::new("true").spawn().unwrap(), address: nowhere() };
    let lost = place.publish(&gone, "press.key", &["course"]);
    assert_eq!(code(&lost), 1, "{}", said(&lost));
    assert!(said(&lost).contains("cannot be reached"), "{}", said(&lost));
}

/// An address where nobody listens.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

impl Station {
    /// Sends something; gives the status and what was said.
    fn post(&self, path: &str, body: &[u8]) -> (u16, String) {
        let at = self.address.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(at).unwrap();
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {at}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }
}
