//! One round of sync with a relay: a state machine without I/O. It says what to send, is told what
//! came back, and stores all that it learns at once; so it can be dropped at any moment.

use super::bundle::{BUNDLE_BYTES_MAX, Expected, FRAMES_MAX, RequestWriter};
use super::inbox::{self, Taken};
use super::join::ADDRESSES_MAX;
use super::message::{
    BATCH, CHAINS_MAX, Cursor, ERASURE, HOLDINGS_OF_DEVICE_MAX, Head, Holding, OPENING, Opening,
    counting_named,
};
use super::outbox::{
    Carried, ChainState, LEAST_BATCH_BYTES, Packer, chain_states, counting_learners,
};
use super::relays::{self, Relay};
use super::request_no::RequestNo;
use super::seal::{RelayKey, TAG_BYTES};
use super::traffic;
use super::trouble::{ASKED_WAIT_S_MAX, Trouble};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::{Chain, chains, link_after, own_replica};
use crate::pack::published_and_held;
use crate::ports::draw;
use rusqlite::{Connection, named_params};

/// The most exchanges of one round; what is left then waits for the next.
const EXCHANGES_MAX: u32 = 4_096;
/// Failures in a row after which a round ends.
const FAILURES_MAX: u32 = 12;
/// What a frame costs beside its payload: length, kind, tag.
const FRAME_OVERHEAD: usize = TAG_BYTES + 1 + 3;
/// Bytes of HTTP around an exchange, as far as the budget of a month is concerned.
const AROUND_BYTES: usize = 500;
/// Erasures told in one bundle.
const ERASURES_MAX: usize = 64;

/// What to send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// To whom.
    pub relay: RelayKey,
    /// Where: the addresses to try, the best first.
    pub addresses: Vec<String>,
    /// The bundle, for `POST ADDRESS/v1/sync`.
    pub body: Vec<u8>,
}

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A body with status 200, as far as it came.
    Reply {
        /// The address that answered.
        address: String,
        /// The body.
        body: Vec<u8>,
    },
    /// Another status.
    Status {
        /// The HTTP status code.
        code: u16,
        /// Its `Retry-After`, in seconds.
        retry_after_s: Option<u32>,
    },
    /// Somebody sent us elsewhere.
    Redirect,
    /// No address could be reached.
    Unreachable,
    /// The connection broke off before a reply.
    Cut,
    /// Nothing came within the time.
    TooSlow,
}

/// How far a round has come, for a screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundView {
    /// Events that the relay did not have when the round began.
    pub waiting: u64,
    /// Events that it has given a receipt for since.
    pub received: u64,
    /// Copies of events that it brought.
    pub copies: u64,
    /// Learners erased at its word.
    pub erased: Vec<LearnerId>,
    /// Exchanges so far.
    pub exchanges: u32,
    /// Bytes of bodies sent.
    pub bytes_up: u64,
    /// Bytes of bodies received.
    pub bytes_down: u64,
    /// Whether the relay has everything of this device.
    pub in_step: bool,
    /// What ended the round early.
    pub trouble: Option<Trouble>,
}

/// One round with one relay; see [`super::Syncing::round`].
pub struct Round<'a> {
    core: &'a HocvuCore,
    relay_no: i64,
    sent: Option<Sent>,
    view: RoundView,
    failures: u32,
    ended: bool,
}

struct Sent {
    expected: Expected,
    carried: Carried,
    bytes: usize,
}

/// A bundle for a relay, and what is needed to take in its reply.
pub(super) struct Packed {
    pub(super) body: Vec<u8>,
    pub(super) expected: Expected,
    pub(super) carried: Carried,
}

impl<'a> Round<'a> {
    pub(super) fn begin(core: &'a HocvuCore, relay_no: i64) -> Result<Self> {
        let waiting = core.store.read(|conn| waiting(conn, &relays::get(conn, relay_no)?))?;
        let view = RoundView { waiting, ..RoundView::default() };
        Ok(Self { core, relay_no, sent: None, view, failures: 0, ended: false })
    }

    /// How far it has come.
    pub fn view(&self) -> &RoundView {
        &self.view
    }

    /// What to send now; `None` once the round has ended.
    pub fn next_exchange(&mut self) -> Result<Option<Exchange>> {
        if self.ended || self.view.exchanges >= EXCHANGES_MAX {
            return Ok(None);
        }
        let relay = self.core.store.read(|conn| relays::get(conn, self.relay_no))?;
        if traffic::is_spent(self.core)? {
            self.fail(relay, Trouble::BudgetSpent, 0)?;
            return Ok(None);
        }
        let room = relay.pace.bytes_max.min(BUNDLE_BYTES_MAX);
        let packed = pack(self.core, &relay, room)?;
        let bytes = packed.body.len();
        self.sent = Some(Sent { expected: packed.expected, carried: packed.carried, bytes });
        let Relay { key, addresses, .. } = relay;
        Ok(Some(Exchange { relay: key, addresses, body: packed.body }))
    }

    /// Takes in what came of the exchange.
    pub fn take(&mut self, outcome: Outcome) -> Result<()> {
        let Some(sent) = self.sent.take() else {
            return Err(Error::invalid("outcome", "nothing was sent"));
        };
        self.view.exchanges += 1;
        self.view.bytes_up += sent.bytes as u64;
        let down = if let Outcome::Reply { body, .. } = &outcome { body.len() } else { 0 };
        self.view.bytes_down += down as u64;
        let relay = self.core.store.read(|conn| relays::get(conn, self.relay_no))?;
        // A relay without an address is in this very process: nothing was on any network.
        if !relay.addresses.is_empty() {
            traffic::add(self.core, sent.bytes + down + AROUND_BYTES)?;
        }
        match outcome {
            Outcome::Reply { address, body } => self.take_reply(relay, &sent, &address, &body),
            Outcome::Cut => self.shrink(relay, &sent, Trouble::Cut),
            Outcome::TooSlow => self.shrink(relay, &sent, Trouble::TooSlow),
            Outcome::Unreachable => self.fail(relay, Trouble::Unreachable, 0),
            Outcome::Redirect => self.fail(relay, Trouble::CaptivePortal, 0),
            Outcome::Status { code, retry_after_s } => {
                let wait_s = retry_after_s.unwrap_or(0);
                match Trouble::of_status(code) {
                    Trouble::TooLarge => self.shrink(relay, &sent, Trouble::TooLarge),
                    trouble => self.fail(relay, trouble, wait_s),
                }
            }
        }
    }

    fn take_reply(
        &mut self,
        mut relay: Relay,
        sent: &Sent,
        address: &str,
        body: &[u8],
    ) -> Result<()> {
        let reply = match inbox::open(&sent.expected, body) {
            Ok(reply) => reply,
            Err(Trouble::Cut) => {
                relay.pace.reply_broke(body.len());
                return self.shrink(relay, sent, Trouble::Cut);
            }
            Err(trouble) => return self.fail(relay, trouble, 0),
        };
        let (random, relay_no) =
            (u32::from_be_bytes(draw(self.core.ports.entropy.as_ref())), self.relay_no);
        let before = self.view.waiting.saturating_sub(self.view.received);
        let (taken, left) = self.core.write("taking in a reply", |w| {
            let taken = reply.store(w, &mut relay, &sent.expected, &sent.carried)?;
            relay.tried_s = Some(w.now_s);
            put_first(&mut relay.addresses, address);
            settle(&mut relay, (sent.bytes, body.len()), &taken, random);
            relays::save(w.tx, &relay)?;
            Ok((taken, waiting(w.tx, &relays::get(w.tx, relay_no)?)?))
        })?;
        if !taken.erased.is_empty() {
            self.core.store.truncate_log()?;
            self.core.remove_set_aside()?;
        }
        self.view.received += before.saturating_sub(left);
        self.view.waiting = self.view.waiting.max(self.view.received + left);
        self.view.copies += taken.copies;
        self.view.erased.extend(taken.erased);
        self.view.in_step = left == 0;
        self.failures = if taken.trouble.is_none() { 0 } else { self.failures + 1 };
        let stuck = taken.trouble == Some(Trouble::Cut) && self.failures < FAILURES_MAX;
        self.view.trouble = taken.trouble;
        let goes_on = taken.more || taken.forked || stuck;
        let moves = left > 0 && taken.moved && taken.trouble.is_none();
        if !goes_on && !moves {
            self.ended = true;
            if left > 0 && taken.trouble.is_none() {
                self.not_taken(relay)?;
            }
        }
        Ok(())
    }

    /// Everything was said to be taken and nothing was receipted: the same once more as plain CBOR,
    /// and if that does not help either, another time.
    fn not_taken(&mut self, mut relay: Relay) -> Result<()> {
        if relay.plain {
            return self.fail(relay, Trouble::NotTaken, 0);
        }
        relay.plain = true;
        self.ended = false;
        self.core.write("sending plainly", |w| relays::save(w.tx, &relay))
    }

    /// The connection does not carry what was sent: the next bundle is smaller.
    fn shrink(&mut self, mut relay: Relay, sent: &Sent, trouble: Trouble) -> Result<()> {
        self.failures += 1;
        relay.pace.broke(sent.bytes);
        if self.failures >= FAILURES_MAX {
            return self.fail(relay, trouble, 0);
        }
        self.view.trouble = Some(trouble);
        self.core.write("noting a cut", |w| {
            relay.tried_s = Some(w.now_s);
            relay.trouble = Trouble::number(Some(trouble));
            relays::save(w.tx, &relay)
        })
    }

    fn fail(&mut self, mut relay: Relay, trouble: Trouble, wait_s: u32) -> Result<()> {
        self.view.trouble = Some(trouble);
        self.ended = true;
        let random = u32::from_be_bytes(draw(self.core.ports.entropy.as_ref()));
        self.core.write("noting what was in the way", |w| {
            relay.failures = relay.failures.saturating_add(1);
            relay.trouble = Trouble::number(Some(trouble));
            relay.tried_s = Some(w.now_s);
            relay.wait_s =
                wait_s.max(Trouble::wait_after(relay.failures, random)).min(ASKED_WAIT_S_MAX);
            relays::save(w.tx, &relay)
        })
    }
}

/// The address that answered is tried first the next time, also one that a beacon told.
fn put_first(addresses: &mut Vec<String>, address: &str) {
    if address.is_empty() {
        return;
    }
    addresses.retain(|other| other != address);
    addresses.insert(0, address.to_owned());
    addresses.truncate(ADDRESSES_MAX);
}

/// What an exchange that got its reply says about the next one, by the bytes sent and received.
fn settle(relay: &mut Relay, (up, down): (usize, usize), taken: &Taken, random: u32) {
    relay.trouble = Trouble::number(taken.trouble);
    match taken.trouble {
        None => {
            relay.failures = 0;
            relay.wait_s = taken.retry_after_s;
            relay.plain &= !taken.moved;
            let was_full = relay.pace.is_full(up);
            relay.pace.passed(up, was_full, random);
            relay.pace.reply_came(down, random);
        }
        Some(Trouble::Busy) => relay.wait_s = taken.retry_after_s.max(30),
        Some(trouble) => {
            relay.failures = relay.failures.saturating_add(1);
            relay.wait_s = Trouble::wait_after(relay.failures, random);
            if trouble == Trouble::Cut {
                relay.pace.reply_broke(down);
            }
        }
    }
}

/// Events here that a relay has given no receipt for, of learners who agreed to be counted, and
/// those about no learner.
pub(super) fn waiting(conn: &Connection, relay: &Relay) -> Result<u64> {
    let doing = "counting what waits";
    let mut waiting = 0;
    for state in chain_states(conn, relay)? {
        let reached = state.reached.as_ref().map_or(0, |reached| reached.seq);
        let (from, to) = (state.provable.0.max(reached + 1), state.provable.1);
        waiting += state.hashes;
        let sql = "SELECT count(*) AS n FROM event
                   LEFT JOIN learner_state USING (learner_no)
                   WHERE slot BETWEEN :from AND :to
                       AND (learner_no = 0 OR consents & :counts != 0)";
        let params = named_params! {
            ":from": crate::journal::slot_of(state.chain.chain_no, from),
            ":to": crate::journal::slot_of(state.chain.chain_no, to.max(from)),
            ":counts": crate::learner::Purpose::Count.bit(),
        };
        if to >= from {
            let n: i64 = conn
                .prepare_cached(sql)
                .doing(doing)?
                .query_row(params, |row| row.get("n"))
                .doing(doing)?;
            waiting += n.unsigned_abs();
        }
    }
    Ok(waiting)
}

/// Packs a bundle for a relay: the opening, erasures, then as many batches as there is room for.
pub(super) fn pack(core: &HocvuCore, relay: &Relay, room: usize) -> Result<Packed> {
    core.store.read(|conn| {
        let own = own_replica(conn)?;
        let chain = own_chain(conn, own)?;
        let key = chain
            .signing_key()
            .ok_or_else(|| Error::Damaged { detail: String::from("the replica's key is gone") })?;
        let states = chain_states(conn, relay)?;
        let unusable = |_| Error::invalid("join code", "its key seals nothing");
        let entropy = core.ports.entropy.as_ref();
        let mut writer = RequestWriter::begin(&relay.key, entropy).map_err(unusable)?;
        let heads = former_heads(conn, own, &states)?;
        let mut opening = opening(core, relay, &chain, heads, &states);
        opening.holdings = untold_holdings(conn, relay, &states)?;
        let told = opening.holdings.as_deref().map(Holding::mark);
        let payload = opening.to_payload(&key, relay.key.id(), writer.enc());
        writer.add(OPENING, &payload);
        let counting = counting_learners(conn)?;
        let mut packer = Packer::new(conn, &counting, relay);
        packer.carried.frames = 1;
        packer.carried.cursor = relay.cursor;
        packer.carried.no = RequestNo::behind_files(relay.files);
        packer.carried.holdings = told.map(Into::into);
        for (learner, proof) in untold_erasures(conn, relay)? {
            // One at least, and what does not fit beside a batch waits for the next bundle.
            let least = proof.len() + 2 * FRAME_OVERHEAD + LEAST_BATCH_BYTES;
            if writer.bytes_len() + least > room && packer.carried.frames > 1 {
                break;
            }
            writer.add(ERASURE, &proof);
            packer.carried.erasures.push(learner);
            packer.carried.frames += 1;
        }
        add_batches(&mut packer, &mut writer, &states, room)?;
        let (body, expected) = writer.finish();
        Ok(Packed { body, expected, carried: packer.carried })
    })
}

/// Adds as many batches of what a relay wants as there is room for.
fn add_batches(
    packer: &mut Packer<'_>,
    writer: &mut RequestWriter,
    states: &[ChainState],
    room: usize,
) -> Result<()> {
    for state in states {
        for stretches in [&state.wanted, &state.around] {
            let mut next = 1;
            for (from, to) in stretches {
                next = next.max(*from);
                match add_stretch(packer, writer, (state, next, *to), room)? {
                    Some(behind) => next = behind,
                    None => return Ok(()),
                }
            }
        }
    }
    Ok(())
}

/// Adds the batches of a stretch. Gives the number behind them, or `None` once the bundle is full.
fn add_stretch(
    packer: &mut Packer<'_>,
    writer: &mut RequestWriter,
    (state, mut next, to): (&ChainState, u64, u64),
    room: usize,
) -> Result<Option<u64>> {
    loop {
        let room = room.saturating_sub(writer.bytes_len() + FRAME_OVERHEAD);
        let must = packer.carried.ranges.is_empty();
        let is_full =
            (room < LEAST_BATCH_BYTES && !must) || packer.carried.frames as usize >= FRAMES_MAX;
        if is_full {
            return Ok(None);
        }
        let Some((bytes, behind)) = packer.next_batch(state, (next, to), room, must)? else {
            return Ok(Some(next));
        };
        writer.add(BATCH, &bytes);
        packer.carried.frames += 1;
        next = behind;
    }
}

fn own_chain(conn: &Connection, own: ReplicaId) -> Result<Chain> {
    let chain = chains(conn)?.into_iter().find(|chain| chain.replica() == own);
    chain.ok_or(Error::NotFound { what: "replica" })
}

fn opening(
    core: &HocvuCore,
    relay: &Relay,
    chain: &Chain,
    heads: Option<Vec<Head>>,
    states: &[ChainState],
) -> Opening {
    let own = chain.replica();
    // It knows this replica once it gave it a receipt: a new one shows the token again, and so does
    // one that asks for everything anew, or that was told that it is not known.
    let is_known = |state: &ChainState| state.chain.replica() == own && state.reached.is_some();
    let refused = relay.trouble == Trouble::number(Some(Trouble::NotAdmitted));
    let knows_us = !refused && relay.cursor != 0 && states.iter().any(is_known);
    Opening {
        sender: chain.public_key.into(),
        role: None,
        token: relay.token.clone().filter(|_| !knows_us).map(Into::into),
        time_s: core.now_s(),
        cursor: relay
            .incarnation
            .map(|incarnation| Cursor { incarnation: incarnation.into(), number: relay.cursor }),
        chains: {
            let others = states.iter().map(|state| state.chain.replica());
            Some(others.filter(|replica| *replica != own).collect())
                .filter(|all: &Vec<_>| !all.is_empty())
        },
        reply_bytes_max: relay.pace.reply_bytes_max.and_then(|bytes| u32::try_from(bytes).ok()),
        heads,
        counting: counting_named(&relay.counting, &relay.key.sign),
        holdings: None,
    }
}

/// The publishers' courses that are held here, unless the relay was told.
fn untold_holdings(
    conn: &Connection,
    relay: &Relay,
    states: &[ChainState],
) -> Result<Option<Vec<Holding>>> {
    let mut holdings = published_and_held(conn)?;
    holdings.truncate(HOLDINGS_OF_DEVICE_MAX);
    let has_more = states.iter().any(|state| !state.wanted.is_empty());
    let is_due = Holding::mark(&holdings) != relay.holdings;
    Ok((is_due && Holding::may_go(&holdings, &relay.pace, has_more)).then_some(holdings))
}

/// Where the former chains of this device end. Somebody else may have gone on with them: what was
/// restored here, or its clone.
fn former_heads(
    conn: &Connection,
    own: ReplicaId,
    states: &[ChainState],
) -> Result<Option<Vec<Head>>> {
    let mut heads = Vec::new();
    let former = |state: &&ChainState| state.last > 0 && state.chain.replica() != own;
    for state in states.iter().filter(former) {
        let replica = state.chain.replica();
        let link = link_after(conn, &state.chain, state.last)?;
        heads.extend(link.map(|link| Head { replica, seq: state.last, link: link.into() }));
    }
    heads.truncate(CHAINS_MAX);
    Ok((!heads.is_empty()).then_some(heads))
}

/// Erasures that a relay has not confirmed to know.
fn untold_erasures(conn: &Connection, relay: &Relay) -> Result<Vec<(LearnerId, Vec<u8>)>> {
    let doing = "reading erasures";
    let sql = "SELECT learner_id, proof FROM erased
               WHERE proof IS NOT NULL AND learner_id NOT IN
                   (SELECT learner_id FROM erasure_told WHERE relay_no = :relay_no)
               ORDER BY learner_id LIMIT :most";
    let params = named_params! { ":relay_no": relay.relay_no, ":most": ERASURES_MAX as i64 };
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let rows = statement
        .query_map(params, |row| Ok((LearnerId(row.get("learner_id")?), row.get("proof")?)));
    rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
}
