//! A village of devices and relays in one process, for the tests of sync: each has a folder, a
//! marker and keys of its own, and a clock that stands still.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use hocvu::relay::Relay;
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{AddLearnerRequest, Address, Group, PersonRequest};
use hocvu_core::ports::{Clock, KeyStore, SystemEntropy};
use hocvu_core::sync::{JoinCode, Outcome, RoundView, Trouble};
use hocvu_core::{HocvuCore, OpenRequest, Ports};
use tempfile::TempDir;

/// The time that all of them have.
pub(crate) const NOW_S: i64 = 1_795_400_000;
/// Where every relay says that it is.
pub(crate) const ADDRESS: &str = "http://relay";

struct Fixed;

impl Clock for Fixed {
    fn now_s(&self) -> i64 {
        NOW_S
    }
}

/// Keys in memory.
#[derive(Default)]
pub(crate) struct Keys(Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyStore for Keys {
    fn get(&self, name: &str) -> std::io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn put(&self, name: &str, secret: &[u8]) -> std::io::Result<()> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.to_owned());
        Ok(())
    }
}

pub(crate) fn ports() -> Ports {
    Ports {
        clock: Arc::new(Fixed),
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(Keys::default()),
    }
}

pub(crate) struct World(TempDir);

impl World {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn phone(&self, name: &str) -> HocvuCore {
        let marker = self.path(&format!("{name}.marker"));
        HocvuCore::open(&OpenRequest { data: self.path(name), marker }, ports()).unwrap()
    }

    pub(crate) fn relay(&self, name: &str) -> Relay {
        let folder = self.path(name);
        std::fs::create_dir_all(&folder).unwrap();
        Relay::open(&folder, &self.path(&format!("{name}.marker")), ports()).unwrap()
    }

    /// A hub, and the server that it passes on to.
    #[allow(dead_code, reason = "not every test that has a village has a hub")]
    pub(crate) fn hub_and_server(&self) -> (Relay, Relay) {
        let (hub, server) = (self.relay("hub"), self.relay("server"));
        hub.set_upstream(&hub_code(&server)).unwrap();
        (hub, server)
    }
}

/// The disk of a relay, which can be put back whole.
#[allow(dead_code, reason = "not every test that has a village puts a disk back")]
pub(crate) struct Disk {
    folder: PathBuf,
    marker: PathBuf,
    keys: Arc<Keys>,
    image: Vec<Vec<u8>>,
}

#[allow(dead_code, reason = "not every test that has a village puts a disk back")]
impl Disk {
    pub(crate) fn new(world: &World, name: &str) -> Self {
        let (folder, marker) = (world.path(name), world.path(&format!("{name}.marker")));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, marker, keys: Arc::default(), image: Vec::new() }
    }

    pub(crate) fn open(&self) -> Relay {
        let ports = Ports { keys: self.keys.clone(), ..ports() };
        Relay::open(&self.folder, &self.marker, ports).unwrap()
    }

    fn files(&self) -> [PathBuf; 2] {
        [self.folder.join("relay.db"), self.marker.clone()]
    }

    /// Reads what is on the disk; the relay is closed.
    pub(crate) fn keep(&mut self) {
        self.image = self.files().iter().map(|file| std::fs::read(file).unwrap()).collect();
    }

    pub(crate) fn put_back(&self) {
        for (file, bytes) in self.files().iter().zip(&self.image) {
            std::fs::write(file, bytes).unwrap();
        }
    }
}

pub(crate) fn person(name: &str) -> PersonRequest {
    PersonRequest { name: name.to_owned(), address: Address::Ban, pictogram: 1, guardian: None }
}

/// Adds somebody who agrees to be counted, or does not.
pub(crate) fn add_who(phone: &HocvuCore, name: &str, counts: bool) -> LearnerId {
    let request = AddLearnerRequest {
        person: person(name),
        group: Group::Citizen,
        is_child: false,
        consent_record: true,
        consent_count: counts,
    };
    phone.learners().add(&request).unwrap()
}

/// Adds somebody who agrees to be counted.
pub(crate) fn add(phone: &HocvuCore, name: &str) -> LearnerId {
    add_who(phone, name, true)
}

/// Makes a learner's record longer by so many events.
pub(crate) fn record(phone: &HocvuCore, learner: LearnerId, events: usize) {
    for n in 0..events {
        phone.learners().set_group(learner, Group::ALL[n % 4]).unwrap();
    }
}

pub(crate) fn code(relay: &Relay) -> JoinCode {
    relay.join_code("Trạm thử", vec![ADDRESS.to_owned()]).unwrap()
}

/// The code with which a hub passes on to a relay.
#[allow(dead_code, reason = "not every test that has a village has a hub")]
pub(crate) fn hub_code(relay: &Relay) -> JoinCode {
    relay.hub_code("Trạm thử", vec![ADDRESS.to_owned()]).unwrap()
}

pub(crate) fn join(phone: &HocvuCore, relay: &Relay) -> i64 {
    phone.sync().join(&code(relay).to_text()).unwrap().no
}

/// What a relay answers; a request that it cannot open is a fault of the test.
#[allow(dead_code, reason = "not every test that has a village syncs in it")]
pub(crate) fn reply(relay: &Relay, body: &[u8]) -> Outcome {
    let (body, _) = relay.answer(body).unwrap().unwrap();
    Outcome::Reply { address: ADDRESS.to_owned(), body }
}

/// A whole round of a phone with a relay.
#[allow(dead_code, reason = "not every test that has a village syncs in it")]
pub(crate) fn sync(phone: &HocvuCore, no: i64, relay: &Relay) -> RoundView {
    let mut round = phone.sync().round(no).unwrap();
    while let Some(exchange) = round.next_exchange().unwrap() {
        round.take(reply(relay, &exchange.body)).unwrap();
    }
    round.view().clone()
}

/// A whole round of a hub with its upstream, and what was in the way.
#[allow(dead_code, reason = "not every test that has a village has a hub")]
pub(crate) fn pass_on(hub: &Relay, upstream: &Relay) -> Option<Trouble> {
    let mut round = hub.upstream_round();
    while let Some(exchange) = round.next_exchange().unwrap() {
        round.take(reply(upstream, &exchange.body)).unwrap();
    }
    round.trouble
}
