//! The relay: takes bundles in, keeps what is signed, answers with receipts and with what the
//! sender's learners did elsewhere. Knows no HTTP and no table of the core; `http` carries bundles to
//! it, and so does anything else.
//!
//! Whatever arrives is checked by itself: a batch that does not verify gets no receipt and hinders
//! no other. What was receipted is on the disk.

mod admission;
mod down;
mod erase;
mod extracts;
mod holdings;
pub mod http;
mod hubs;
mod lacking;
mod merge;
mod open;
mod overlap;
#[cfg(feature = "testing")]
pub mod probe;
mod readers;
mod reply;
mod segments;
mod store;
mod upstream;
mod volunteer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::{Link, replica_id};
use hocvu_core::sync::{
    Answer, BATCH, BundleError, ERASURE, Expected, Head, JoinCode, MessageError, Opening, RelayKey,
    RelaySecret, Role, Status,
};
use hocvu_core::upkeep::Further;
use hocvu_core::{HocvuCore, Ports};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use admission::{Admission, Sender};
pub use hubs::HubView;
use merge::Tails;
use open::{Opened, Prepared};
use readers::Readers;
use segments::TakenIn;
pub use store::RelayError;
pub use upstream::{Brought, UpstreamRound, UpstreamView};
pub use volunteer::{SenderView, UpstreamTraffic};

/// How often a batch is looked at anew because something that it touches turned out damaged.
const DAMAGED_MAX: u32 = 8;
/// Everything a relay does with one cell; a counting server of a nation has many.
const CELL: i64 = 0;
/// The name of the relay's seed in the key store.
const SEED: &str = "relay";

/// Shorthand for what the relay's calls return.
pub type Result<T, E = RelayError> = std::result::Result<T, E>;

/// A relay on a data folder.
pub struct Relay {
    /// They close before the connection that writes: the last one to close empties the log.
    readers: Readers,
    conn: Mutex<Connection>,
    /// Where chains end whose small segments are still to become larger ones.
    tails: Mutex<Tails>,
    secret: RelaySecret,
    ports: Ports,
    #[cfg(feature = "testing")]
    crash: Mutex<Option<probe::Crash>>,
}

/// Why a request got no reply. Nothing was stored of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no bundle, or was altered.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Its opening is missing or not signed.
    #[error(transparent)]
    Opening(#[from] MessageError),
}

/// The reply to a request and what became of it, or why there is none.
pub type Answered = Result<(Vec<u8>, Took), Refused>;

/// What a relay made of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Took {
    /// Events that are new here.
    pub events: u64,
    /// Of these, how many took the place of a hash, or of a slot that was lost.
    pub filled: u64,
    /// Batches that did not verify.
    pub refused: u32,
    /// Erasures that are new here.
    pub erasures: u32,
    /// Why nothing was looked at, if so.
    pub status: Option<Status>,
    /// Whether that is because the sender is a hub that the volunteer shut out.
    pub is_shut_out: bool,
}

/// A relay in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelayCounts {
    /// Events held, each branch's own.
    pub events: u64,
    /// Segments that they lie in.
    pub segments: u64,
    /// Bytes of the segments.
    pub bytes: u64,
    /// Segments that do not read back, or follow one that does not: in no receipt.
    pub damaged: u64,
    /// Chains.
    pub replicas: u64,
    /// Admitted senders.
    pub senders: u64,
    /// Learners erased.
    pub erased: u64,
    /// Events that the upstream has given no receipt for; 0 without one.
    pub waiting: u64,
    /// Events of extracts: what the upstream told that nobody has brought here.
    pub told: u64,
}

impl Relay {
    /// Opens the relay of a data folder, making it where there is none: a key, a token, a database.
    /// The marker file tells a folder that goes on from one that was copied or put back.
    pub fn open(folder: &Path, marker: &Path, ports: Ports) -> Result<Self> {
        let seed = match held_seed(&ports)? {
            Some(seed) => seed,
            None => {
                let mut seed = [0; 32];
                ports.entropy.fill(&mut seed);
                ports.keys.put(SEED, &seed).map_err(RelayError::keys)?;
                seed
            }
        };
        let mut conn = store::open(folder)?;
        store::prepare(&mut conn, marker, &ports)?;
        Ok(Self::on(folder, conn, &seed, ports))
    }

    /// Opens the relay of a data folder beside a program that may be serving it, to see and change whom
    /// it lets in. It is no opening in the sense of [`Relay::open`]: the marker stays as it is. `None`
    /// where no relay was ever opened.
    pub fn open_beside(folder: &Path, ports: Ports) -> Result<Option<Self>> {
        let Some(seed) = held_seed(&ports)? else { return Ok(None) };
        let Some(conn) = store::open_made(folder)? else { return Ok(None) };
        Ok(Some(Self::on(folder, conn, &seed, ports)))
    }

    fn on(folder: &Path, conn: Connection, seed: &[u8; 32], ports: Ports) -> Self {
        Self {
            readers: Readers::of(folder),
            conn: Mutex::new(conn),
            tails: Mutex::default(),
            secret: RelaySecret::from_seed(seed),
            ports,
            #[cfg(feature = "testing")]
            crash: Mutex::new(None),
        }
    }

    /// The relay's public keys.
    pub fn key(&self) -> RelayKey {
        self.secret.key()
    }

    /// The relay's secret keys: what its volunteer speaks with.
    pub fn secret(&self) -> &RelaySecret {
        &self.secret
    }

    /// The code that lets devices join: this relay's keys, a token, and where it is.
    pub fn join_code(&self, name: &str, addresses: Vec<String>) -> Result<JoinCode> {
        self.code_for(Role::Replica, name, addresses)
    }

    /// The code that lets another relay pass on to this one. It is for volunteers alone: a hub may
    /// bring much, and erase whom it serves.
    pub fn hub_code(&self, name: &str, addresses: Vec<String>) -> Result<JoinCode> {
        self.code_for(Role::Relay, name, addresses)
    }

    fn code_for(&self, admits: Role, name: &str, addresses: Vec<String>) -> Result<JoinCode> {
        let (token, upstream) =
            self.read(|conn| Ok((admission::token(conn, admits)?, upstream::code(conn)?)))?;
        Ok(JoinCode {
            relay: self.key(),
            counting: upstream.map_or(self.key().sign, |code| code.counting),
            addresses,
            name: name.to_owned(),
            token: Some(token),
            admits,
        })
    }

    /// Takes a request in and answers it. A body that was cut off counts as far as whole frames
    /// reach. When this returns, what the reply says is on the disk.
    pub fn answer(&self, body: &[u8]) -> Result<Answered> {
        Ok(self.answer_all(&[body])?.pop().expect("one request has one answer"))
    }

    /// The same for several requests, in one commit: what makes each of them durable is paid once.
    pub fn answer_all(&self, bodies: &[&[u8]]) -> Result<Vec<Answered>> {
        let open = |body: &&[u8]| Ok((body.to_vec(), self.open_request(body)?));
        let opened = bodies.iter().map(open).collect::<Result<Vec<_>>>()?;
        let taken = self.take_all(opened)?;
        let answers = taken.into_iter().map(|taken| self.answer_taken(taken)).collect();
        self.tidy_up();
        answers
    }

    /// Takes requests in that were opened, in one commit.
    fn take_all(&self, requests: Vec<(Vec<u8>, Opened)>) -> Result<Vec<Result<Taken, Refused>>> {
        let mut conn = self.lock();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut taken = Vec::with_capacity(requests.len());
        for (body, opened) in requests {
            taken.push(match opened {
                Ok(opened) => Ok(self.take(&tx, &body, opened)?),
                Err(refused) => Err(refused),
            });
        }
        #[cfg(feature = "testing")]
        if let Some(crash) = self.crash_now() {
            return self.go_dark(tx, taken, crash);
        }
        tx.commit()?;
        if taken.iter().flatten().any(|taken| taken.took.erasures > 0) {
            self.readers.without(|| store::empty_log(&conn))?;
        }
        self.tails().note(taken.iter().flatten().flat_map(|taken| &taken.ends));
        Ok(taken)
    }

    /// Writes the reply to a request from what is committed.
    fn answer_taken(&self, taken: Result<Taken, Refused>) -> Result<Answered> {
        let taken = match taken {
            Ok(taken) => taken,
            Err(refused) => return Ok(Err(refused)),
        };
        #[cfg(feature = "testing")]
        if let Some(reply) = taken.gone_out {
            return Ok(Ok((reply, taken.took)));
        }
        let reply = match self.readers.read(|conn| self.reply(conn, &taken)) {
            // What turned out damaged has to be set aside.
            Err(error) if error.is_read_only() => self.reply(&self.lock(), &taken),
            reply => reply,
        };
        Ok(Ok((reply?, taken.took)))
    }

    /// Stores what holds of a request.
    fn take(&self, tx: &Transaction<'_>, body: &[u8], opened: open::Open) -> Result<Taken> {
        let now_s = self.ports.clock.now_s();
        let open::Open { expected, opening, frames } = opened;
        let admission = admission::admit(tx, &opening, body.len(), now_s)?;
        let mut taken = Taken {
            expected,
            sender: replica_id(&opening.sender),
            hub: admission.hub(),
            shown: down::Shown::default(),
            opening,
            status: admission.status(),
            retry_after_s: admission.retry_after_s(),
            frames: 1,
            took: Took {
                status: admission.status(),
                is_shut_out: matches!(admission, Admission::ShutOut),
                ..Took::default()
            },
            reached: Vec::new(),
            ends: Vec::new(),
            #[cfg(feature = "testing")]
            gone_out: None,
        };
        let Admission::Admitted(sender) = admission else { return Ok(taken) };
        let mut work = segments::Work::WHOLE;
        // The end of what one request may cost ends it; what came before holds, and the sender learns
        // how many frames that were.
        for frame in frames.unwrap_or_else(|| self.open_late(body)) {
            if work.0 == 0 {
                break;
            }
            taken.frames += 1;
            self.take_frame(tx, &sender, frame, (&mut work, &mut taken))?;
        }
        if let Some(holdings) = &taken.opening.holdings {
            holdings::note(tx, &sender, holdings)?;
        }
        segments::note_heads(tx, taken.opening.heads.as_deref().unwrap_or_default())?;
        admission::note(tx, &sender, taken.took.events, body.len())?;
        Ok(taken)
    }

    fn take_frame(
        &self,
        tx: &Transaction<'_>,
        sender: &Sender,
        prepared: Prepared,
        (work, taken): (&mut segments::Work, &mut Taken),
    ) -> Result<()> {
        let took = &mut taken.took;
        match prepared.frame.kind {
            BATCH => match take_batch(tx, sender, prepared, work)? {
                Some(batch) => {
                    took.events += batch.events;
                    took.filled += batch.filled;
                    let end = Head {
                        replica: batch.replica,
                        seq: batch.last,
                        link: batch.link_last.into(),
                    };
                    note_reached(&mut taken.reached, &batch.before, end);
                    taken.ends.push(end);
                    taken.shown.numbers.extend(batch.number);
                    taken.shown.links.extend(batch.known);
                }
                None => took.refused += 1,
            },
            ERASURE => {
                let word = &prepared.frame.payload;
                took.erasures += u32::from(erase::take(tx, sender, &self.secret, word)?);
            }
            // A frame that a later version of senders adds.
            _ => {}
        }
        Ok(())
    }

    /// Erases a learner everywhere at the volunteer's word.
    pub fn erase(&self, learner: hocvu_core::ids::LearnerId) -> Result<()> {
        let word = hocvu_core::sync::Erasure::by_relay(&self.secret, learner);
        self.write(|tx| erase::apply(tx, &self.secret, &word).map(|_| ()))?;
        self.read(|conn| self.readers.without(|| store::empty_log(conn)))
    }

    /// Writes everything of a device and its relay into one file, sealed with a passphrase: what
    /// [`HocvuCore::backup`] does, and the relay's database and key.
    pub fn backup(&self, core: &HocvuCore, to: &Path, passphrase: &str) -> hocvu_core::Result<()> {
        let copy = core.folder().join("relay.backup");
        let _ = std::fs::remove_file(&copy);
        let copied = self.read(|conn| store::copy_into(conn, &copy));
        let done = copied
            .map_err(|error| hocvu_core::Error::File {
                doing: "copying the relay's database",
                path: copy.clone(),
                source: std::io::Error::other(error),
            })
            .and_then(|()| {
                let further = [
                    Further::File { name: store::DATABASE, path: &copy },
                    Further::Secret { name: SEED },
                ];
                core.backup_with(to, passphrase, &further)
            });
        let _ = std::fs::remove_file(&copy);
        done
    }

    /// Fails where the database cannot be read.
    pub fn can_be_read(&self) -> Result<()> {
        self.read(|conn| store::itself(conn).map(|_| ()))
    }

    /// The relay in figures.
    pub fn counts(&self) -> Result<RelayCounts> {
        self.read(store::counts)
    }

    /// Every event held, with the link after it, for whoever compares.
    pub fn for_each_event(
        &self,
        see: &mut dyn FnMut(&hocvu_core::journal::Event, &hocvu_core::journal::Link),
    ) -> Result<()> {
        self.read(|conn| segments::for_each_event(conn, see))
    }

    /// Every event of extracts, with the link after it: what the upstream told of learners whom devices
    /// behind this hub hold.
    pub fn for_each_told(
        &self,
        see: &mut dyn FnMut(&hocvu_core::journal::Event, &hocvu_core::journal::Link),
    ) -> Result<()> {
        self.read(|conn| extracts::for_each(conn, see))
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        read(&self.lock())
    }

    fn write<T>(&self, write: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut conn = self.lock();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = write(&tx)?;
        tx.commit()?;
        Ok(value)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Connection> {
        // A panic elsewhere rolled its transaction back, so what the lock guards is whole.
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tails(&self) -> std::sync::MutexGuard<'_, Tails> {
        self.tails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The seed of the relay's key; `None` where there never was one.
fn held_seed(ports: &Ports) -> Result<Option<[u8; 32]>> {
    let held = ports.keys.get(SEED).map_err(RelayError::keys)?;
    held.map(|held| held.try_into().map_err(|_| RelayError::KeyDamaged)).transpose()
}

/// Takes a batch in. A damaged segment that it touches is set aside, and the batch is looked at anew:
/// it may be just what mends the damage. Whatever else is in the same commit goes on in any case.
fn take_batch(
    tx: &Transaction<'_>,
    sender: &Sender,
    Prepared { frame, mut ready }: Prepared,
    work: &mut segments::Work,
) -> Result<Option<TakenIn>> {
    for _ in 0..DAMAGED_MAX {
        tx.prepare_cached("SAVEPOINT batch")?.execute([])?;
        let damaged = match segments::take(tx, sender, (&frame.payload, ready.take()), work) {
            Err(RelayError::SegmentDamaged(no)) => no,
            Err(error) => return Err(error),
            Ok(taken) => {
                tx.prepare_cached("RELEASE batch")?.execute([])?;
                return Ok(taken);
            }
        };
        tx.prepare_cached("ROLLBACK TO batch")?.execute([])?;
        tx.prepare_cached("RELEASE batch")?.execute([])?;
        segments::set_aside(tx, damaged)?;
    }
    Ok(None)
}

/// A request that was opened, and what became of it.
struct Taken {
    expected: Expected,
    sender: ReplicaId,
    /// Its number, where it was admitted as a relay, whatever its opening says.
    hub: Option<i64>,
    /// What a hub showed that it has.
    shown: down::Shown,
    opening: Opening,
    status: Option<Status>,
    retry_after_s: Option<u32>,
    frames: u32,
    took: Took,
    /// How far the batches of this request reach that are held now.
    reached: Vec<Head>,
    /// Where each of them ends.
    ends: Vec<Head>,
    /// The reply that went out before anything was on the disk, where that was planted.
    #[cfg(feature = "testing")]
    gone_out: Option<Vec<u8>>,
}

/// Batches of one branch that follow each other reach as far as the last of them.
fn note_reached(reached: &mut Vec<Head>, before: &Link, end: Head) {
    let same = reached.iter_mut().find(|reached| {
        reached.replica == end.replica && (*reached.link == *before || *reached.link == *end.link)
    });
    match same {
        Some(same) => *same = end,
        None => reached.push(end),
    }
}

/// Relays are shared between threads.
pub type SharedRelay = Arc<Relay>;

/// The reply's opening where nothing else is to be said.
fn bare_answer(incarnation: [u8; 8], time_s: i64, taken: &Taken) -> Answer {
    Answer {
        incarnation: incarnation.into(),
        time_s,
        status: taken.status,
        retry_after_s: taken.retry_after_s,
        bytes_max: None,
        cursor: None,
        receipts: Vec::new(),
        more: None,
        frames: taken.frames,
        counting: None,
    }
}
