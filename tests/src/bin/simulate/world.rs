//! The world of one seed: phones, relays, couriers, a clock, and what happens to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::Ordering;

use hocvu::relay::Relay;
use hocvu_core::HocvuCore;
use hocvu_core::ids::LearnerId;
use hocvu_core::journal::{Deed, Event};
use hocvu_core::sync::JoinCode;
use hocvu_tests::{Seeded, copy_folder};

use crate::device::{Backup, Kind, Node, NodeBackup, Phone, ports};
use crate::oracle::{Id, Oracle, Wrong};
use crate::tally::Tally;

/// 2026-11-23; every device's clock is wrong by something.
const BEGIN_S: i64 = 1_795_400_000;

/// A file that a courier has.
pub(crate) enum Luggage {
    /// A phone's bundle for a relay, and the learners of whom it may have events.
    Request { phone: usize, node: usize, learners: BTreeSet<LearnerId> },
    /// The relay's reply.
    Reply { phone: usize },
}

/// A file on its way.
pub(crate) struct Courier {
    pub(crate) luggage: Luggage,
    pub(crate) bytes: Vec<u8>,
    pub(crate) made_at: u64,
    pub(crate) delivered: u32,
}

/// Everything that there is.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) rng: Seeded,
    pub(crate) now_s: i64,
    pub(crate) step: u64,
    root: PathBuf,
    template: PathBuf,
    streams: u64,
    pub(crate) phones: Vec<Phone>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) oracle: Oracle,
    pub(crate) tally: Tally,
    pub(crate) couriers: Vec<Courier>,
    /// Requests that the network has kept.
    pub(crate) late: Vec<(usize, Vec<u8>)>,
    /// Replies that were handed out lately.
    pub(crate) replies: Vec<Vec<u8>>,
    /// Faults in a thousand exchanges; 0 once they have ended.
    pub(crate) faults_per_mille: usize,
    /// Erasures by hubs' volunteers of whom everything had been passed on: the top has to hear of them.
    pub(crate) words: Vec<(usize, LearnerId)>,
    /// The exchange before got a reply of a relay whose power went.
    pub(crate) dark: bool,
    pub(crate) verbose: bool,
    /// What relays were seen to hold in a state.
    scans: BTreeMap<usize, (RelayState, Scan)>,
}

/// A relay's folder, the number that it gave last, and how many learners have agreed.
type RelayState = (PathBuf, i64, usize);

/// The events of a relay, and whom they are about.
pub(crate) type Scan = Rc<BTreeMap<Id, Option<LearnerId>>>;

impl World {
    /// A world of 2 to 12 phones, hubs and one counting server.
    pub(crate) fn new(seed: u64, root: &Path, template: &Path, verbose: bool) -> Self {
        let mut rng = Seeded::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(77));
        let faults_per_mille = *rng.one_of(&[0, 150, 150, 400]);
        let mut world = Self {
            seed,
            rng,
            now_s: BEGIN_S,
            step: 0,
            root: root.to_owned(),
            template: template.to_owned(),
            streams: 0,
            phones: Vec::new(),
            nodes: Vec::new(),
            oracle: Oracle::default(),
            tally: Tally::default(),
            couriers: Vec::new(),
            late: Vec::new(),
            replies: Vec::new(),
            faults_per_mille,
            words: Vec::new(),
            dark: false,
            verbose,
            scans: BTreeMap::new(),
        };
        world.people();
        world
    }

    fn people(&mut self) {
        self.add_node(Kind::Server, None);
        for _ in 0..*self.rng.one_of(&[0, 1, 1, 2]) {
            let upstream = self.rng.below(self.nodes.len());
            self.add_node(Kind::Hub, Some(upstream));
        }
        let relays = self.nodes.len();
        let has_liar = self.rng.below(4) == 0;
        if has_liar {
            self.add_node(Kind::Hostile, None);
            if relays > 1 && self.rng.below(3) == 0 {
                // An honest hub below a liar, until the end.
                self.nodes[relays - 1].upstream = Some(relays);
                self.set_upstream(relays - 1);
            }
        }
        let phones = match self.rng.below(16) {
            0 => 5 + self.rng.below(8),
            1..=3 => 4,
            4..=8 => 3,
            _ => 2,
        };
        for _ in 0..phones {
            let p = self.add_phone();
            let node = self.rng.below(relays);
            self.join(p, node);
            if self.rng.below(3) == 0 {
                let other = self.rng.below(self.nodes.len());
                self.join(p, other);
            }
            self.phones[p].by_courier = self.rng.below(6) == 0;
        }
    }

    pub(crate) fn say(&self, what: impl FnOnce() -> String) {
        if self.verbose {
            println!("{:4} {}", self.step, what());
        }
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.rng.below(100) < percent
    }

    /// A folder name that was never used.
    pub(crate) fn fresh(&mut self, what: &str) -> PathBuf {
        self.streams += 1;
        self.root.join(format!("{what}{}", self.streams))
    }

    /// A randomness that was never used.
    pub(crate) fn stream(&mut self) -> u64 {
        self.streams += 1;
        self.streams
    }

    fn add_node(&mut self, kind: Kind, upstream: Option<usize>) -> usize {
        let (folder, marker) = (self.fresh("r"), self.fresh("m"));
        let (ports, clock) = ports(self.seed, self.stream());
        clock.0.store(self.now_s, Ordering::SeqCst);
        let relay = Node::open(&folder, &marker, ports.clone()).expect("an empty relay opens");
        self.nodes.push(Node {
            relay: Rc::new(relay),
            kind,
            folder,
            marker,
            ports,
            clock,
            offset_s: 0,
            upstream,
            backups: Vec::new(),
            is_gone: false,
        });
        let node = self.nodes.len() - 1;
        if upstream.is_some() {
            self.set_upstream(node);
        }
        node
    }

    pub(crate) fn set_upstream(&mut self, node: usize) {
        let Some(up) = self.nodes[node].upstream else { return };
        let code = self.hub_code(up);
        self.nodes[node].relay.set_upstream(&code).expect("a hub takes its upstream");
    }

    /// The join code of a relay. A hostile one names the true counting server.
    pub(crate) fn code(&self, node: usize) -> JoinCode {
        let code = self.nodes[node].relay.join_code("Nhà văn hóa", address_of(node));
        JoinCode { counting: self.nodes[0].relay.key().sign, ..code.expect("a code is made") }
    }

    /// The same for a hub.
    fn hub_code(&self, node: usize) -> JoinCode {
        let code = self.nodes[node].relay.hub_code("Nhà văn hóa", address_of(node));
        JoinCode { counting: self.nodes[0].relay.key().sign, ..code.expect("a code is made") }
    }

    fn add_phone(&mut self) -> usize {
        let folder = self.fresh("p");
        fs::create_dir_all(&folder).expect("a folder is made");
        fs::copy(&self.template, folder.join("hocvu.db")).expect("the empty database is copied");
        let marker = self.fresh("m").join("marker");
        let (ports, clock) = ports(self.seed, self.stream());
        clock.0.store(self.now_s, Ordering::SeqCst);
        let core = Phone::open(&folder, &marker, ports.clone()).expect("an empty phone opens");
        self.phones.push(Phone {
            core: Rc::new(core),
            folder,
            marker,
            ports,
            clock,
            offset_s: 0,
            joined: Vec::new(),
            by_courier: false,
            noted: 0,
            held: BTreeSet::new(),
            erased: BTreeSet::new(),
            backups: Vec::new(),
            is_gone: false,
        });
        self.phones.len() - 1
    }

    pub(crate) fn join(&mut self, p: usize, node: usize) {
        if self.phones[p].joined.iter().any(|(joined, _)| *joined == node) {
            return;
        }
        let code = self.code(node).to_text();
        match self.phones[p].core.sync().join(&code) {
            Ok(view) => self.phones[p].joined.push((node, view.no)),
            Err(error) => self.wrong(format!("phone {p} joins relay {node}: {error}")),
        }
    }

    /// Something that has no excuse.
    pub(crate) fn wrong(&mut self, what: String) {
        self.oracle.wrong(Wrong::Unequal, what);
    }

    /// Lets time pass, on every clock.
    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now_s += seconds;
        let now_s = self.now_s;
        for phone in &self.phones {
            phone.clock.0.store(now_s + phone.offset_s, Ordering::SeqCst);
        }
        for node in &self.nodes {
            node.clock.0.store(now_s + node.offset_s, Ordering::SeqCst);
        }
    }

    pub(crate) fn live_phones(&self) -> Vec<usize> {
        (0..self.phones.len()).filter(|p| !self.phones[*p].is_gone).collect()
    }

    pub(crate) fn live_nodes(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|n| !self.nodes[*n].is_gone).collect()
    }

    /// Reads what a phone has appended: from now on it must not be lost.
    pub(crate) fn note(&mut self, p: usize) {
        let phone = &mut self.phones[p];
        let (events, reached) = match phone.core.journal_behind(phone.noted) {
            Ok(read) => read,
            Err(error) => return self.wrong(format!("phone {p} reads its journal: {error}")),
        };
        phone.noted = reached;
        for (event, link) in events {
            let id = self.oracle.see(&event, link);
            self.phones[p].held.insert(id);
        }
    }

    /// Every event of a relay; one that lies there twice is a fault.
    pub(crate) fn scan(&mut self, node: usize) -> Scan {
        // Agreeing changes what counts of it, and opening another folder what lies there.
        let newest = self.nodes[node].relay.newest().unwrap_or_default();
        let state = (self.nodes[node].folder.clone(), newest, self.oracle.agreed.len());
        if let Some((_, held)) = self.scans.get(&node).filter(|(scanned, _)| *scanned == state) {
            return Rc::clone(held);
        }
        let mut held = BTreeMap::new();
        let mut twice = 0;
        let agreed = &self.oracle.agreed;
        let read = self.nodes[node].relay.for_each_event(&mut |event, link| {
            let is_silent = event.learner.is_some_and(|learner| !agreed.contains(&learner));
            if is_silent && is_taken_in(event) {
                return;
            }
            let id = (event.replica, event.seq, *link);
            twice += u32::from(held.insert(id, event.learner).is_some());
        });
        if let Err(error) = read {
            self.wrong(format!("relay {node} reads its segments: {error}"));
        }
        if twice > 0 {
            self.oracle.wrong(Wrong::Twice, format!("{twice} events lie in relay {node} twice"));
        }
        let held = Rc::new(held);
        self.scans.insert(node, (state, Rc::clone(&held)));
        held
    }

    /// Copies of these events are gone from one place: those that are nowhere else are destroyed.
    pub(crate) fn vanish(&mut self, mut gone: BTreeSet<Id>) {
        if gone.is_empty() {
            return;
        }
        for phone in self.phones.iter().filter(|phone| !phone.is_gone) {
            gone.retain(|id| !phone.held.contains(id));
        }
        for node in self.live_nodes() {
            if self.nodes[node].kind != Kind::Hostile && !gone.is_empty() {
                let held = self.scan(node);
                gone.retain(|id| !held.contains_key(id));
            }
        }
        self.oracle.destroyed.extend(gone);
    }

    /// The battery is pulled: what is on the disk is all that is left.
    pub(crate) fn power_cut(&mut self, p: usize) {
        let folder = self.fresh("p");
        copy_folder(&self.phones[p].folder, &folder);
        self.reopen(p, folder);
        self.note(p);
    }

    /// Opens a phone's other folder in the place of its own.
    pub(crate) fn reopen(&mut self, p: usize, folder: PathBuf) {
        let phone = &mut self.phones[p];
        match Phone::open(&folder, &phone.marker, phone.ports.clone()) {
            Ok(core) => {
                phone.core = Rc::new(core);
                let former = std::mem::replace(&mut phone.folder, folder);
                let _ = fs::remove_dir_all(former);
            }
            Err(error) => self.wrong(format!("phone {p}: {error}")),
        }
    }

    pub(crate) fn reopen_node(&mut self, n: usize, folder: PathBuf) {
        let node = &mut self.nodes[n];
        match Node::open(&folder, &node.marker, node.ports.clone()) {
            Ok(relay) => {
                node.relay = Rc::new(relay);
                let former = std::mem::replace(&mut node.folder, folder);
                let _ = fs::remove_dir_all(former);
            }
            Err(error) => self.wrong(format!("relay {n}: {error}")),
        }
    }

    pub(crate) fn power_cut_node(&mut self, n: usize) {
        let folder = self.fresh("r");
        copy_folder(&self.nodes[n].folder, &folder);
        self.reopen_node(n, folder);
    }

    pub(crate) fn backup(&mut self, p: usize) {
        let folder = self.fresh("b");
        copy_folder(&self.phones[p].folder, &folder);
        let phone = &mut self.phones[p];
        let Ok(replica) = phone.core.replica() else { return };
        phone.backups.push(Backup {
            folder,
            marker: fs::read(&phone.marker).unwrap_or_default(),
            replica,
            held: phone.held.clone(),
            erased: phone.erased.clone(),
        });
        self.say(|| format!("phone {p} is backed up"));
    }

    /// One of the phones that were backed up gets an old state.
    pub(crate) fn restore_some(&mut self, with_marker: bool) {
        let mut phones = self.live_phones();
        phones.retain(|p| !self.phones[*p].backups.is_empty());
        if !phones.is_empty() {
            let p = *self.rng.one_of(&phones);
            self.restore(p, with_marker);
        }
    }

    /// One of the relays that were backed up gets an old state.
    pub(crate) fn restore_some_node(&mut self, in_silence: bool) {
        let mut nodes = self.live_nodes();
        nodes.retain(|n| !self.nodes[*n].backups.is_empty());
        if !nodes.is_empty() {
            let n = *self.rng.one_of(&nodes);
            self.restore_node(n, in_silence);
        }
    }

    /// An old state of a phone's folder is put back; with its marker, nobody can tell.
    fn restore(&mut self, p: usize, with_marker: bool) {
        let which = self.rng.below(self.phones[p].backups.len());
        let (folder, marker) = {
            let backup = &self.phones[p].backups[which];
            (backup.folder.clone(), backup.marker.clone())
        };
        let now = fs::read(&self.phones[p].marker).unwrap_or_default();
        let is_silent = with_marker || now == marker;
        if with_marker {
            fs::write(&self.phones[p].marker, &marker).expect("a marker is written");
        }
        let replica = self.phones[p].backups[which].replica;
        if is_silent {
            self.oracle.forkable.insert(replica);
        }
        let fresh = self.fresh("p");
        copy_folder(&folder, &fresh);
        self.reopen(p, fresh);
        let phone = &mut self.phones[p];
        let backup = &phone.backups[which];
        let before = std::mem::replace(&mut phone.held, backup.held.clone());
        phone.erased = backup.erased.clone();
        phone.noted = 0;
        let is_new = phone.core.replica().is_ok_and(|now| now != replica);
        self.note(p);
        let gone = before.difference(&self.phones[p].held).copied().collect();
        self.vanish(gone);
        self.tally.note(if is_silent { "phone restored, marker too" } else { "phone restored" });
        if is_new {
            self.tally.note("restored phone went on as a new replica");
        }
        self.say(|| format!("phone {p} is restored, silent: {is_silent}"));
        self.rejoin(p);
    }

    /// After a restore a phone may have forgotten relays: its people scan the codes again.
    fn rejoin(&mut self, p: usize) {
        let nodes: Vec<usize> = self.phones[p].joined.drain(..).map(|(node, _)| node).collect();
        for node in nodes {
            if !self.nodes[node].is_gone {
                self.join(p, node);
            }
        }
    }

    pub(crate) fn clone_phone(&mut self, p: usize) {
        if self.phones.len() >= 14 {
            return;
        }
        let folder = self.fresh("p");
        copy_folder(&self.phones[p].folder, &folder);
        let marker = self.fresh("m").join("marker");
        fs::create_dir_all(marker.parent().expect("it lies in a folder")).expect("it is made");
        fs::copy(&self.phones[p].marker, &marker).expect("the marker is copied");
        let (mut ports, clock) = ports(self.seed, self.stream());
        ports.keys = self.phones[p].ports.keys.clone();
        clock.0.store(self.now_s, Ordering::SeqCst);
        if let Ok(replica) = self.phones[p].core.replica() {
            self.oracle.forkable.insert(replica);
        }
        let core = match Phone::open(&folder, &marker, ports.clone()) {
            Ok(core) => Rc::new(core),
            Err(error) => return self.wrong(format!("a clone of phone {p}: {error}")),
        };
        let of = &self.phones[p];
        let clone = Phone {
            core,
            folder,
            marker,
            ports,
            clock,
            offset_s: 0,
            joined: of.joined.clone(),
            by_courier: of.by_courier,
            noted: 0,
            held: of.held.clone(),
            erased: of.erased.clone(),
            backups: Vec::new(),
            is_gone: false,
        };
        self.phones.push(clone);
        let new = self.phones.len() - 1;
        self.note(new);
        self.tally.note("phone cloned");
        self.say(|| format!("phone {new} is a clone of phone {p}"));
    }

    /// A phone falls into the river.
    pub(crate) fn lose_phone(&mut self, p: usize) {
        self.phones[p].is_gone = true;
        let gone = std::mem::take(&mut self.phones[p].held);
        self.vanish(gone);
        self.tally.note("phone gone");
        self.say(|| format!("phone {p} is gone"));
    }

    pub(crate) fn backup_node(&mut self, n: usize) {
        let folder = self.fresh("s");
        copy_folder(&self.nodes[n].folder, &folder);
        let marker = fs::read(&self.nodes[n].marker).expect("an open relay has its marker");
        self.nodes[n].backups.push(NodeBackup { folder, marker });
        self.say(|| format!("relay {n} is backed up"));
    }

    fn restore_node(&mut self, n: usize, in_silence: bool) {
        let which = self.rng.below(self.nodes[n].backups.len());
        let before: BTreeSet<Id> = self.scan(n).keys().copied().collect();
        if self.nodes[n].kind == Kind::Server {
            self.oracle.ever_counted.extend(&before);
        }
        let folder = self.fresh("r");
        let backup = &self.nodes[n].backups[which];
        copy_folder(&backup.folder, &folder);
        // An image of the whole disk was put back, marker and all; or the folder alone, elsewhere.
        let marker = if in_silence { &backup.marker[..] } else { &[] };
        fs::write(&self.nodes[n].marker, marker).expect("a marker is written");
        self.reopen_node(n, folder);
        // The code in the volunteer's drawer is the newest: the upstream is named once more.
        if self.nodes[n].kind == Kind::Hub {
            self.set_upstream(n);
        }
        let after = self.scan(n);
        self.vanish(before.into_iter().filter(|id| !after.contains_key(id)).collect());
        self.words.clear();
        self.tally.note(if in_silence { "relay restored in silence" } else { "relay restored" });
        self.say(|| format!("relay {n} is restored, silent: {in_silence}"));
    }

    /// A hub's computer is stolen with its key; another takes its place and everybody scans again.
    pub(crate) fn replace_hub(&mut self, n: usize) {
        let held: BTreeSet<Id> = self.scan(n).keys().copied().collect();
        self.nodes[n].is_gone = true;
        let upstream = self.nodes[n].upstream;
        let new = self.add_node(Kind::Hub, upstream);
        for other in 0..self.nodes.len() {
            if self.nodes[other].upstream == Some(n) && !self.nodes[other].is_gone {
                self.nodes[other].upstream = Some(new);
                self.set_upstream(other);
            }
        }
        for p in self.live_phones() {
            if self.phones[p].joined.iter().any(|(node, _)| *node == n) {
                self.join(p, new);
            }
        }
        self.vanish(held);
        self.words.clear();
        self.tally.note("hub replaced");
        self.say(|| format!("hub {n} is replaced by hub {new}"));
    }

    pub(crate) fn core(&self, p: usize) -> Rc<HocvuCore> {
        Rc::clone(&self.phones[p].core)
    }

    pub(crate) fn relay(&self, n: usize) -> Rc<Relay> {
        Rc::clone(&self.nodes[n].relay)
    }
}

/// Whether an event says that a device took somebody in by her card: that alone is passed on before
/// she agreed to anything there.
fn is_taken_in(event: &Event) -> bool {
    match event.deed() {
        Some(Deed::LearnerHeld(held)) => held.origin != event.replica,
        _ => false,
    }
}

fn address_of(node: usize) -> Vec<String> {
    vec![format!("http://relay{node}.invalid")]
}
