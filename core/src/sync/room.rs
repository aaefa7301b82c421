//! The room of sync: which relays this device has joined, where the record is, and rounds.

use minicbor::{decode, to_vec};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::bundle::{BundleError, Expected, replied_to};
use super::inbox;
use super::join::{JoinCode, JoinCodeError, is_all_near};
use super::message::Role;
use super::outbox::{Carried, Reached};
use super::pace::Pace;
use super::relays::{self, Relay};
use super::request_no::RequestNo;
use super::round::{Round, pack, waiting};
use super::seal::{RelayId, ReplySecret};
use super::traffic;
use super::trouble::{Trouble, is_over};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::LearnerId;
use crate::journal::{SEQ_MAX, chain_and_seq, chains, slot_of};
use crate::learner::{Purpose, learner_no};
use crate::pack::MirrorAddress;
use crate::store::Cached;

/// What a bundle in a file may have: a stick has room, a reader's memory has not without end.
const FILE_BYTES_MAX: usize = super::BUNDLE_BYTES_MAX;
/// Requests in files that wait for their replies; of more, the oldest is forgotten.
const COURIER_REQUESTS_MAX: i64 = 64;

/// A joined relay, for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayView {
    /// Its number here.
    pub no: i64,
    /// Its key's id.
    pub id: RelayId,
    /// What people call it.
    pub name: String,
    /// Where it was last.
    pub addresses: Vec<String>,
    /// Whether it is in a network of one place, such as a hub's Wi-Fi, and nowhere else: all that is
    /// sent to it stays there.
    pub is_near: bool,
    /// Whether it is the counting server itself.
    pub counts: bool,
    /// Verifies what the counting server signs.
    pub counting: [u8; 32],
    /// Events that it has given no receipt for.
    pub waiting: u64,
    /// When it was last tried, by this device's clock.
    pub tried_s: Option<i64>,
    /// When it last answered, by this device's clock.
    pub reached_s: Option<i64>,
    /// What was in the way last time.
    pub trouble: Option<Trouble>,
    /// Seconds after `tried_s` before which it is not tried unasked.
    pub wait_s: u32,
    /// How far its clock was ahead of this device's, in seconds; evidence, nothing more.
    pub clock_ahead_s: Option<i64>,
}

/// Where events are: each in exactly one state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordStates {
    /// All events in question.
    pub events: u64,
    /// On this device only.
    pub here: u64,
    /// Received by a relay that gave a receipt, and not counted yet.
    pub received: u64,
    /// Received by the counting server, by its own receipt.
    pub counted: u64,
}

/// What taking in a reply from a file changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourierReport {
    /// Which relay replied.
    pub relay: String,
    /// Events that the relay still gave no receipt for.
    pub waiting: u64,
    /// Copies of events that came along.
    pub copies: u64,
    /// Learners erased at the relay's word.
    pub erased: Vec<LearnerId>,
    /// What was in the way.
    pub trouble: Option<Trouble>,
}

/// The room of sync; see [`HocvuCore::sync`].
pub struct Syncing<'a> {
    pub(crate) core: &'a HocvuCore,
}

impl<'a> Syncing<'a> {
    /// Joins the relay that a code names; one that is joined already gets the code's addresses.
    pub fn join(&self, code: &str) -> Result<RelayView> {
        let code = JoinCode::from_text(code)
            .map_err(|error: JoinCodeError| Error::invalid("join code", error.to_string()))?;
        self.join_code(&code)
    }

    /// The same with a code that was read already. One that admits hubs is refused: it is no device's.
    pub fn join_code(&self, code: &JoinCode) -> Result<RelayView> {
        if code.admits != Role::Replica {
            return Err(Error::invalid(
                "join code",
                "it is for stations that pass on, not for devices",
            ));
        }
        let relay_no = self.core.write("joining a relay", |w| relays::join(w.tx, code))?;
        self.core.store.read(|conn| view(conn, relays::get(conn, relay_no)?))
    }

    /// Leaves a relay. Nothing that was recorded goes.
    pub fn leave(&self, relay_no: i64) -> Result<()> {
        self.core.write("leaving a relay", |w| relays::leave(w.tx, relay_no))
    }

    /// The joined relays.
    pub fn relays(&self) -> Result<Vec<RelayView>> {
        self.core
            .store
            .read(|conn| relays::list(conn)?.into_iter().map(|relay| view(conn, relay)).collect())
    }

    /// Begins a round with a relay: whoever calls this carries bundles to and fro.
    pub fn round(&self, relay_no: i64) -> Result<Round<'a>> {
        Round::begin(self.core, relay_no)
    }

    /// The relays that are to be tried now without anybody asking.
    pub fn due(&self) -> Result<Vec<RelayView>> {
        Ok(self.relays()?.into_iter().filter(|relay| self.is_due(relay)).collect())
    }

    /// Whether a relay is to be tried now without anybody asking: something waits for it or it was
    /// not heard of for a day, and the wait after the last trouble is over.
    pub fn is_due(&self, relay: &RelayView) -> bool {
        const QUIET_S: i64 = 24 * 3_600;
        let now_s = self.core.now_s();
        is_over(relay.tried_s, i64::from(relay.wait_s), now_s)
            && (relay.waiting > 0 || is_over(relay.reached_s, QUIET_S, now_s))
    }

    /// Where all events of this device are.
    pub fn states(&self) -> Result<RecordStates> {
        self.core.store.read(|conn| states(conn, None))
    }

    /// Where the events about one learner are that were recorded on this device.
    pub fn states_of(&self, learner: LearnerId) -> Result<RecordStates> {
        self.core.store.read(|conn| states(conn, Some(learner_no(conn, learner)?)))
    }

    /// Bytes moved this month, and the limit.
    pub fn traffic(&self) -> Result<(u64, Option<u64>)> {
        Ok((traffic::this_month(self.core)?, traffic::budget(self.core)?))
    }

    /// Notes bytes that something else than a round moved.
    pub(crate) fn add_traffic(&self, bytes: u64) -> Result<()> {
        traffic::add(self.core, usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    /// The joined relays in their role of giving courses.
    pub(crate) fn mirrors(&self) -> Result<Vec<MirrorAddress>> {
        let relays = self.core.store.read(relays::list)?;
        let mirror = |relay: Relay| MirrorAddress {
            is_near: is_all_near(&relay.addresses),
            relay: relay.key,
            addresses: relay.addresses,
        };
        Ok(relays.into_iter().map(mirror).collect())
    }

    /// Limits the bytes of a month, or lifts the limit.
    pub fn set_budget(&self, bytes: Option<u64>) -> Result<()> {
        match bytes {
            Some(bytes) => self.core.device().set_setting(traffic::BUDGET, &bytes.to_string()),
            None => self.core.device().remove_setting(traffic::BUDGET),
        }
    }

    /// Everything that a relay lacks as a bundle for a courier, and how many events are in it. The
    /// reply is taken in by [`Self::import_reply`].
    pub fn export(&self, relay_no: i64) -> Result<(Vec<u8>, u64)> {
        let mut relay = self.core.store.read(|conn| relays::get(conn, relay_no))?;
        relay.pace = Pace::default();
        // A courier's way is long: the token goes along as if the relay had forgotten this device.
        relay.trouble = Trouble::number(Some(Trouble::NotAdmitted));
        let mut packed = pack(self.core, &relay, FILE_BYTES_MAX)?;
        let infallible = "writing to memory cannot fail";
        self.core.write("noting a courier's bundle", |w| {
            let doing = "noting a courier's bundle";
            let file_no = relays::count_file(w.tx, relay_no)?;
            packed.carried.no = RequestNo::of_file(file_no);
            let sql = "INSERT INTO courier_request
                           (request_id, relay_no, enc, secret, file_no, carried)
                       VALUES (:request_id, :relay_no, :enc, :secret, :file_no, :carried)";
            let row = named_params! {
                ":request_id": packed.expected.request_id(),
                ":relay_no": relay_no,
                ":enc": packed.expected.enc,
                ":secret": packed.expected.secret.0,
                ":file_no": file_no,
                ":carried": to_vec(&packed.carried).expect(infallible),
            };
            w.tx.execute_cached(sql, row).doing(doing)?;
            let sql = "DELETE FROM courier_request
                       WHERE relay_no = :relay_no AND file_no <= :file_no - :most";
            let row = named_params! {
                ":relay_no": relay_no,
                ":file_no": file_no,
                ":most": COURIER_REQUESTS_MAX,
            };
            w.tx.execute_cached(sql, row).doing(doing)?;
            Ok(())
        })?;
        Ok((packed.body, packed.carried.events))
    }

    /// Takes in a relay's reply that a courier brought. The same file twice, or one that comes late,
    /// changes nothing that is wrong: older words of a relay never undo newer ones.
    pub fn import_reply(&self, bytes: &[u8]) -> Result<CourierReport> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Error::invalid("size of the bundle", "no bundle is that large"));
        }
        let half = replied_to(bytes).map_err(refuse)?;
        let found = self.core.store.read(|conn| courier_request(conn, &half))?;
        let Some((relay_no, expected, carried)) = found else {
            return Err(Error::NotFound { what: "request that this reply answers" });
        };
        let reply = inbox::open(&expected, bytes).map_err(|trouble| match trouble {
            Trouble::Cut => refuse(BundleError::Cut),
            _ => Error::invalid("bundle", "it was altered or belongs to another request"),
        })?;
        let (relay, taken, waiting) = self.core.write("taking in a courier's reply", |w| {
            let mut relay = relays::get(w.tx, relay_no)?;
            let taken = reply.store_from_file(w, &mut relay, &expected, &carried)?;
            relays::save(w.tx, &relay)?;
            let waiting = waiting(w.tx, &relay)?;
            Ok((relay, taken, waiting))
        })?;
        if !taken.erased.is_empty() {
            self.core.store.truncate_log()?;
            self.core.remove_set_aside()?;
        }
        Ok(CourierReport {
            relay: relay.name,
            waiting,
            copies: taken.copies,
            erased: taken.erased,
            trouble: taken.trouble,
        })
    }
}

/// Why a file is no reply for this device, by what of it is wrong.
fn refuse(error: BundleError) -> Error {
    let what = match error {
        BundleError::NotABundle => "kind of file",
        BundleError::NewerFormat(_) => "version of the bundle",
        BundleError::WrongWay => "way of the bundle",
        _ => "bundle",
    };
    Error::invalid(what, error.to_string())
}

fn courier_request(conn: &Connection, half: &[u8; 8]) -> Result<Option<(i64, Expected, Carried)>> {
    let doing = "finding the request of a reply";
    let sql = "SELECT relay_no, enc, secret, carried FROM courier_request
               WHERE substr(request_id, 1, 8) = :half";
    let found = conn.query_row_cached(sql, named_params! { ":half": half }, |row| {
        let expected = Expected { enc: row.get("enc")?, secret: ReplySecret(row.get("secret")?) };
        Ok((row.get("relay_no")?, expected, row.get::<_, Vec<u8>>("carried")?))
    });
    let Some((relay_no, expected, carried)) = found.optional().doing(doing)? else {
        return Ok(None);
    };
    let carried = decode(&carried).map_err(|error| Error::Damaged { detail: error.to_string() })?;
    Ok(Some((relay_no, expected, carried)))
}

fn view(conn: &Connection, relay: Relay) -> Result<RelayView> {
    let waiting = waiting(conn, &relay)?;
    Ok(RelayView {
        no: relay.relay_no,
        id: relay.key.id(),
        counts: relay.counting == relay.key.sign,
        counting: relay.counting,
        name: relay.name,
        is_near: is_all_near(&relay.addresses),
        addresses: relay.addresses,
        waiting,
        tried_s: relay.tried_s,
        reached_s: relay.reached_s,
        trouble: Trouble::from_number(relay.trouble),
        wait_s: relay.wait_s,
        clock_ahead_s: relay.clock_ahead_s,
    })
}

/// Counts events by where they are. Those of somebody who does not agree to be counted are here,
/// whoever had them before.
fn states(conn: &Connection, learner: Option<i64>) -> Result<RecordStates> {
    let doing = "counting where the record is";
    let mut all = RecordStates::default();
    for chain in chains(conn)? {
        let said = |sql: &str| -> Result<Vec<Reached>> {
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let chain_no = named_params! { ":chain_no": chain.chain_no };
            let rows = statement.query_map(chain_no, Reached::from_row).doing(doing)?;
            rows.collect::<rusqlite::Result<_>>().doing(doing)
        };
        let received = said("SELECT seq, lacking FROM receipt WHERE chain_no = :chain_no")?;
        let counted = said(
            "SELECT counted.seq, lacking FROM counted
                            WHERE chain_no = :chain_no AND counting_key IN
                                (SELECT counting_key FROM relay)",
        )?;
        let sql = "SELECT slot, learner_no = 0 OR consents & :counts != 0 AS goes
                   FROM event LEFT JOIN learner_state USING (learner_no)
                   WHERE slot BETWEEN :from AND :to
                       AND (:learner IS NULL OR learner_no = :learner)";
        let params = named_params! {
            ":from": slot_of(chain.chain_no, 1),
            ":to": slot_of(chain.chain_no, SEQ_MAX),
            ":learner": learner,
            ":counts": Purpose::Count.bit(),
        };
        let mut statement = conn.prepare_cached(sql).doing(doing)?;
        let mut rows = statement.query(params).doing(doing)?;
        while let Some(row) = rows.next().doing(doing)? {
            let (_, seq) = chain_and_seq(row.get("slot").doing(doing)?);
            // Who left no state has not agreed.
            let goes = row.get::<_, Option<bool>>("goes").doing(doing)? == Some(true);
            let is_in = |all: &[Reached]| goes && all.iter().any(|held| held.has(seq));
            all.events += 1;
            match (is_in(&counted), is_in(&received)) {
                (true, _) => all.counted += 1,
                (false, true) => all.received += 1,
                (false, false) => all.here += 1,
            }
        }
    }
    Ok(all)
}
