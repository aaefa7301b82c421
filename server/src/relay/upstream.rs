//! The way up of a hub: it passes on what it holds, unaltered or erased, and brings receipts and
//! erasures back. Its upstream is another relay; it works for weeks without.

use std::collections::{BTreeMap, BTreeSet};

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::Link;
use hocvu_core::sync::{
    Answer, BATCH, CHAINS_MAX, Cursor, ERASURE, EVENTS_MAX, EXTRACT, Erasure, Exchange, Expected,
    Extract, FRAMES_MAX, JoinCode, Lacking, OPENING, Opening, Outcome, Receipt, RelaySecret,
    ReplyRead, RequestId, RequestWriter, Role, Status, Succession, Trouble, counting_named,
    read_reply,
};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::lacking::of_batch;
use super::segments::{COLUMNS, Segment, heads_asked, overlapping, segment};
use super::{CELL, Refused, Relay, RelayError, Result, erase, extracts, store};

/// Bundles to the upstream begin with this, and grow and shrink with what passes.
const FIRST_BYTES: usize = 1 << 20;
const LEAST_BYTES: usize = 4 * 1024;
/// Chains asked about in one request, beside those that are sent: all in turn.
const ASKED_MAX: i64 = 64;
const FAILURES_MAX: u32 = 8;
/// Bytes of HTTP around an exchange, as far as the budget of a month is concerned.
const AROUND_BYTES: usize = 500;
/// What a bundle in a file may have.
const FILE_BYTES: usize = hocvu_core::sync::BUNDLE_BYTES_MAX - 64 * 1024;
/// Bundles in files that wait for their replies; of more, the oldest is forgotten.
const COURIER_REQUESTS_MAX: i64 = 64;
/// The most exchanges of one round; what is left then waits for the next.
const EXCHANGES_MAX: u32 = 4_096;
/// Chains whose batches go into one bundle: each brings receipts of all its branches back.
const CHAINS_SENT_MAX: usize = 1_024;
/// Exchanges after each other that bring nothing, though the upstream says that it has more.
const IN_VAIN_MAX: u32 = 64;
/// Erasures told in one bundle.
const ERASURES_MAX: i64 = 256;
/// The most slots of extracts that are looked at in one reply: more than any honest one has. What an
/// extract costs beside its slots.
const SLOTS_MAX: usize = 1 << 20;
const EXTRACT_SLOTS: usize = 64;

/// Where the way up stands, for the volunteer's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamView {
    /// What people call the upstream.
    pub name: String,
    /// Events that it has given no receipt for.
    pub waiting: u64,
    /// When it was last tried and last answered, by this computer's clock.
    pub tried_s: Option<i64>,
    /// See `tried_s`.
    pub reached_s: Option<i64>,
    /// Seconds after the last try before the next one that nobody asks for.
    pub wait_s: u32,
    /// What was in the way, as the name of a [`Trouble`].
    pub trouble: Option<String>,
}

/// What a bundle carried.
#[derive(Debug, Clone, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Sent {
    #[n(0)]
    frames: u32,
    #[n(1)]
    bytes: u64,
    /// The number of the last erasure in it.
    #[n(2)]
    told: i64,
    /// The last segment; everything before it that waited went along.
    #[n(3)]
    last_segment: i64,
    /// Segments by their frames.
    #[n(4)]
    segments: BTreeMap<u32, i64>,
    /// Chains that it asked about.
    #[n(5)]
    asked: Vec<ReplicaId>,
    /// The cursor that it named.
    #[n(6)]
    cursor: u64,
}

impl Sent {
    fn bytes(&self) -> usize {
        usize::try_from(self.bytes).expect("a bundle lay in memory")
    }
}

struct Upstream {
    code: JoinCode,
    incarnation: Option<[u8; 8]>,
    cursor: u64,
    bytes_max: usize,
    asked: i64,
    failures: u32,
    erasures_told: i64,
}

/// The word that the counting server which a sender goes by counts no more, where that is so.
pub(super) fn succession(
    conn: &Connection,
    own: &RelaySecret,
    named: Option<[u8; 8]>,
) -> Result<Option<Succession>> {
    let key = own.key().sign;
    if named.is_none_or(|named| key.starts_with(&named)) {
        let counting = code(conn)?.map(|code| code.counting).filter(|counting| *counting != key);
        return Ok(counting.map(|counting| Succession::by_relay(own, counting)));
    }
    let sql = "SELECT counting, signature FROM succession
               WHERE cell = :cell AND substr(by, 1, 8) = :named";
    let mut statement = conn.prepare_cached(sql)?;
    let row = named_params! { ":cell": CELL, ":named": named };
    let found = statement.query_row(row, |row| {
        let (counting, signature): ([u8; 32], [u8; 64]) =
            (row.get("counting")?, row.get("signature")?);
        Ok(Succession { counting: counting.into(), signature: signature.into() })
    });
    Ok(found.optional()?)
}

/// The join code of the upstream, if there is one.
pub(super) fn code(conn: &Connection) -> Result<Option<JoinCode>> {
    Ok(get(conn)?.map(|upstream| upstream.code))
}

fn get(conn: &Connection) -> Result<Option<Upstream>> {
    let sql =
        "SELECT join_code, incarnation, cursor, bundle_bytes_max, asked, failures, erasures_told
               FROM upstream WHERE cell = :cell";
    let found = conn.prepare_cached(sql)?.query_row(named_params! { ":cell": CELL }, |row| {
        let text: String = row.get("join_code")?;
        let n = |n: i64| usize::try_from(n).unwrap_or(LEAST_BYTES);
        Ok((
            text,
            row.get("incarnation")?,
            row.get::<_, i64>("cursor")?.unsigned_abs(),
            n(row.get("bundle_bytes_max")?),
            row.get("asked")?,
            row.get("failures")?,
            row.get("erasures_told")?,
        ))
    });
    let Some((text, incarnation, cursor, bytes_max, asked, failures, erasures_told)) =
        found.optional()?
    else {
        return Ok(None);
    };
    let code = JoinCode::from_text(&text)?;
    Ok(Some(Upstream { code, incarnation, cursor, bytes_max, asked, failures, erasures_told }))
}

/// One round with the upstream; like a device's, without I/O.
pub struct UpstreamRound<'a> {
    relay: &'a Relay,
    sent: Option<(Expected, Sent)>,
    ended: bool,
    exchanges: u32,
    failures: u32,
    /// Exchanges after each other that brought nothing.
    in_vain: u32,
    /// Whether anything was passed on since all that waits was tried from the beginning.
    moved: bool,
    /// What ended it early.
    pub trouble: Option<Trouble>,
    /// Bytes of bodies sent and received.
    pub bytes: u64,
    /// Events that it brought of learners whom devices behind this hub hold.
    pub told: u64,
}

impl Relay {
    /// Makes this relay a hub: everything is passed on to the relay that a code names. The same code
    /// again changes nothing; another one begins anew.
    pub fn set_upstream(&self, code: &JoinCode) -> Result<()> {
        if code.relay == self.key() {
            return Err(RelayError::OwnCode);
        }
        if code.admits != Role::Relay {
            return Err(RelayError::NotForHubs);
        }
        self.write(|tx| {
            let same = self::code(tx)?.is_some_and(|held| held.relay == code.relay);
            let sql = "INSERT INTO upstream (cell, join_code, bundle_bytes_max)
                       VALUES (:cell, :join_code, :bytes)
                       ON CONFLICT (cell) DO UPDATE SET join_code = excluded.join_code";
            let bytes = FIRST_BYTES as i64;
            let row =
                named_params! { ":cell": CELL, ":join_code": code.to_text(), ":bytes": bytes };
            tx.prepare_cached(sql)?.execute(row)?;
            if !same {
                begin_anew(tx, None)?;
            }
            Ok(())
        })
    }

    /// Where the way up stands; `None` without an upstream.
    pub fn upstream(&self) -> Result<Option<UpstreamView>> {
        self.read(|conn| {
            let Some(upstream) = get(conn)? else { return Ok(None) };
            let waiting = store::waiting(conn)?;
            let sql = "SELECT tried_s, reached_s, wait_s, trouble FROM upstream
                       WHERE cell = :cell";
            let view =
                conn.prepare_cached(sql)?.query_row(named_params! { ":cell": CELL }, |row| {
                    Ok(UpstreamView {
                        name: upstream.code.name,
                        waiting,
                        tried_s: row.get("tried_s")?,
                        reached_s: row.get("reached_s")?,
                        wait_s: row.get("wait_s")?,
                        trouble: row.get("trouble")?,
                    })
                })?;
            Ok(Some(view))
        })
    }

    /// Begins a round with the upstream.
    pub fn upstream_round(&self) -> UpstreamRound<'_> {
        UpstreamRound {
            relay: self,
            sent: None,
            ended: false,
            exchanges: 0,
            failures: 0,
            in_vain: 0,
            moved: false,
            trouble: None,
            bytes: 0,
            told: 0,
        }
    }
}

/// What taking in a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// A bundle for this relay: the reply, to be taken back, and what was new.
    Request {
        /// For the sender.
        reply: Vec<u8>,
        /// What was new here.
        took: super::Took,
    },
    /// The upstream's reply to a bundle of this relay.
    Reply {
        /// Events that the upstream still has given no receipt for.
        waiting: u64,
        /// What was in the way.
        trouble: Option<Trouble>,
    },
}

impl Relay {
    /// Everything that the upstream lacks as a bundle for a courier, and how many events wait.
    pub fn export(&self) -> Result<Option<(Vec<u8>, u64)>> {
        let now_s = self.ports.clock.now_s();
        let packed = self.read(|conn| {
            let Some(upstream) = get(conn)? else { return Ok(None) };
            let upstream = Upstream { bytes_max: FILE_BYTES, ..upstream };
            pack(self, conn, &upstream, now_s)
        })?;
        let Some((exchange, expected, sent)) = packed else { return Ok(None) };
        self.write(|tx| {
            let sql = "INSERT INTO courier_request
                           (cell, request_id, enc, secret, made_s, carried)
                       VALUES (:cell, :request_id, :enc, :secret, :made_s, :carried)";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":request_id": expected.request_id(),
                ":enc": expected.enc,
                ":secret": expected.secret.0,
                ":made_s": now_s,
                ":carried": minicbor::to_vec(&sent).expect("writing to memory cannot fail"),
            })?;
            let sql = "DELETE FROM courier_request WHERE cell = :cell AND request_id NOT IN (
                           SELECT request_id FROM courier_request WHERE cell = :cell
                           ORDER BY made_s DESC, request_id LIMIT :most)";
            tx.prepare_cached(sql)?
                .execute(named_params! { ":cell": CELL, ":most": COURIER_REQUESTS_MAX })?;
            Ok(())
        })?;
        Ok(Some((exchange.body, self.read(store::waiting)?)))
    }

    /// Takes in a file that a courier brought: a bundle for this relay, or the upstream's reply.
    pub fn import(&self, bytes: &[u8]) -> Result<Result<Brought, Refused>> {
        let half = match hocvu_core::sync::replied_to(bytes) {
            Ok(half) => half,
            Err(_) => {
                let answered = self.answer(bytes)?;
                return Ok(answered.map(|(reply, took)| Brought::Request { reply, took }));
            }
        };
        let sql = "SELECT enc, secret, carried FROM courier_request
                   WHERE cell = :cell AND substr(request_id, 1, 8) = :half";
        let found = self.read(|conn| {
            let row = named_params! { ":cell": CELL, ":half": half };
            Ok(conn
                .query_row(sql, row, |row| {
                    let secret = hocvu_core::sync::ReplySecret(row.get("secret")?);
                    let expected = Expected { enc: row.get("enc")?, secret };
                    Ok((expected, row.get::<_, Vec<u8>>("carried")?))
                })
                .optional()?)
        })?;
        let Some((expected, carried)) = found else {
            return Ok(Err(Refused::Bundle(hocvu_core::sync::BundleError::OtherRequest)));
        };
        let sent = minicbor::decode(&carried).map_err(|_| RelayError::CourierDamaged)?;
        let mut round = self.upstream_round();
        let trouble = round.take_reply(&expected, &sent, bytes)?.err();
        Ok(Ok(Brought::Reply { waiting: self.read(store::waiting)?, trouble }))
    }
}

/// The upstream is another one, or was restored: what it holds is asked anew.
fn begin_anew(tx: &Transaction<'_>, incarnation: Option<[u8; 8]>) -> Result<()> {
    let cell = named_params! { ":cell": CELL };
    tx.prepare_cached("UPDATE segment SET passed = 0 WHERE cell = :cell")?.execute(cell)?;
    tx.prepare_cached("DELETE FROM counted WHERE cell = :cell")?.execute(cell)?;
    let sql = "UPDATE upstream
               SET incarnation = :incarnation, cursor = 0, erasures_told = 0
               WHERE cell = :cell";
    tx.prepare_cached(sql)?
        .execute(named_params! { ":cell": CELL, ":incarnation": incarnation })?;
    Ok(())
}

impl UpstreamRound<'_> {
    /// What to send now; `None` once everything is passed on, or something is in the way.
    pub fn next_exchange(&mut self) -> Result<Option<Exchange>> {
        if self.ended || self.exchanges >= EXCHANGES_MAX {
            return Ok(None);
        }
        let relay = self.relay;
        if relay.is_upstream_budget_spent()? {
            self.fail(Trouble::BudgetSpent, 0)?;
            return Ok(None);
        }
        if self.exchanges == 0 {
            relay.write(|tx| try_again(tx).map(|_| ()))?;
        }
        self.exchanges += 1;
        let now_s = relay.ports.clock.now_s();
        let packed = relay.read(|conn| {
            let Some(upstream) = get(conn)? else { return Ok(None) };
            pack(relay, conn, &upstream, now_s)
        })?;
        let Some((exchange, expected, sent)) = packed else {
            self.ended = true;
            return Ok(None);
        };
        self.sent = Some((expected, sent));
        self.bytes += exchange.body.len() as u64;
        Ok(Some(exchange))
    }

    /// Takes in what came of the exchange.
    pub fn take(&mut self, outcome: Outcome) -> Result<()> {
        let Some((expected, sent)) = self.sent.take() else { return Ok(()) };
        let down = if let Outcome::Reply { body, .. } = &outcome { body.len() } else { 0 };
        if outcome != Outcome::Unreachable {
            self.relay.note_upstream_bytes(sent.bytes() + down + AROUND_BYTES)?;
        }
        let trouble = match outcome {
            Outcome::Reply { body, .. } => {
                self.bytes += body.len() as u64;
                match self.take_reply(&expected, &sent, &body)? {
                    Ok(()) => return Ok(()),
                    Err(trouble) => trouble,
                }
            }
            Outcome::Cut => Trouble::Cut,
            Outcome::TooSlow => Trouble::TooSlow,
            Outcome::Unreachable => Trouble::Unreachable,
            Outcome::Redirect => Trouble::CaptivePortal,
            Outcome::Status { code, .. } => Trouble::of_status(code),
        };
        self.fail(trouble, sent.bytes())
    }

    fn fail(&mut self, trouble: Trouble, sent: usize) -> Result<()> {
        self.failures += 1;
        self.trouble = Some(trouble);
        let shrinks = matches!(trouble, Trouble::Cut | Trouble::TooSlow | Trouble::TooLarge);
        self.ended = !shrinks || self.failures >= FAILURES_MAX;
        let relay = self.relay;
        let now_s = relay.ports.clock.now_s();
        let ended = self.ended;
        relay.write(|tx| {
            let failures = get(tx)?.map_or(0, |upstream| upstream.failures) + u32::from(ended);
            let bytes = if shrinks { (sent / 2).max(LEAST_BYTES) } else { FIRST_BYTES };
            let sql = "UPDATE upstream
                       SET failures = :failures, tried_s = :now_s, wait_s = :wait_s,
                           trouble = :trouble, bundle_bytes_max = :bytes
                       WHERE cell = :cell";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":failures": failures,
                ":now_s": now_s,
                ":wait_s": wait_after(relay, failures),
                ":trouble": format!("{trouble:?}"),
                ":bytes": bytes as i64,
            })?;
            Ok(())
        })
    }

    fn take_reply(
        &mut self,
        expected: &Expected,
        sent: &Sent,
        body: &[u8],
    ) -> Result<Result<(), Trouble>> {
        let down = match open(expected, body) {
            Ok(opened) => opened,
            Err(trouble) => return Ok(Err(trouble)),
        };
        match down.answer.status {
            Some(Status::NotAdmitted) => return Ok(Err(Trouble::NotAdmitted)),
            Some(Status::Later) => return Ok(Err(Trouble::Busy)),
            _ => {}
        }
        let relay = self.relay;
        let stored = match relay.write(|tx| down.store(tx, relay, expected, sent))? {
            Ok(stored) => stored,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let Stored { passed, is_anew, aside, told, more } = stored;
        self.failures = if down.broken.is_none() { 0 } else { self.failures + 1 };
        self.trouble = down.broken;
        self.told += told;
        self.moved |= passed;
        self.in_vain = if told > 0 || passed { 0 } else { self.in_vain + 1 };
        let mut untried = relay.read(is_untried)?;
        if !untried && std::mem::take(&mut self.moved) {
            // What did not attach may do so now: what it is attached to may have come after it.
            untried = relay.write(try_again)?;
        }
        let goes_on = match down.broken {
            None => more || untried && (passed || is_anew || aside),
            Some(trouble) => trouble == Trouble::Cut && self.failures < FAILURES_MAX,
        };
        self.ended = !goes_on || self.in_vain >= IN_VAIN_MAX;
        if self.ended && self.trouble.is_none() && relay.read(store::waiting)? > 0 {
            self.trouble = Some(Trouble::NotTaken);
        }
        Ok(Ok(()))
    }
}

/// Seconds before the next try that nobody asks for, after so many failures in a row.
fn wait_after(relay: &Relay, failures: u32) -> u32 {
    let mut random = [0; 4];
    relay.ports.entropy.fill(&mut random);
    Trouble::wait_after(failures, u32::from_be_bytes(random))
}

/// What storing a reply changed.
#[derive(Default)]
struct Stored {
    /// Whether a receipt covers something that none did.
    passed: bool,
    /// Whether the upstream is another one, or lost something: everything goes up again.
    is_anew: bool,
    /// Whether anything was set aside for this round.
    aside: bool,
    /// Events that it told, as far as they are new.
    told: u64,
    /// Whether it has more to tell.
    more: bool,
}

impl Down {
    /// Stores all of it, or nothing where a receipt is not signed.
    fn store(
        &self,
        tx: &Transaction<'_>,
        relay: &Relay,
        expected: &Expected,
        sent: &Sent,
    ) -> Result<Result<Stored, Trouble>> {
        let answer = &self.answer;
        let Some(mut upstream) = get(tx)? else { return Ok(Ok(Stored::default())) };
        let request = expected.request_id();
        let own = hocvu_core::journal::replica_id(&relay.key().sign);
        let mut receipts = Vec::with_capacity(answer.receipts.len());
        for receipt in &answer.receipts {
            match receipt.check(&upstream.code.relay.sign, &request, own) {
                Ok((by, held)) => receipts.push((by, held, receipt)),
                Err(_) => return Ok(Err(Trouble::BadReply)),
            }
        }
        let is_anew = upstream.incarnation != Some(*answer.incarnation);
        if is_anew {
            begin_anew(tx, Some(*answer.incarnation))?;
        }
        let mut passed = false;
        let arrived = sent.segments.range(..answer.frames).map(|(_, no)| *no).collect();
        for (by, held, _) in &receipts {
            if *by == upstream.code.relay.sign {
                passed |= mark_passed(tx, held, &arrived)?;
            }
        }
        follow_counting(tx, &mut upstream.code, answer)?;
        keep_counted(tx, &sent.asked, &receipts, (&upstream.code.counting, &request))?;
        for word in &self.erasures {
            erase::apply(tx, &relay.secret, word)?;
        }
        let (told, is_behind) = keep_told(tx, &self.extracts)?;
        // A cursor that was taken back since the request was made stays: what was told turned out
        // damaged.
        let now = get(tx)?.map_or(0, |upstream| upstream.cursor);
        let is_behind = is_behind || !is_anew && now == 0 && sent.cursor != 0;
        let cursor = if is_behind { Some(0) } else { self.cursor() };
        let asked_to_wait = answer.retry_after_s.unwrap_or(0);
        let (failures, wait_s) = match self.broken {
            None => (0, asked_to_wait),
            Some(_) => {
                let failures = upstream.failures.saturating_add(1);
                (failures, wait_after(relay, failures).max(asked_to_wait))
            }
        };
        let all_arrived = answer.frames >= sent.frames;
        let sql = "UPDATE upstream
                   SET cursor = coalesce(:cursor, cursor), failures = :failures, tried_s = :now_s,
                       reached_s = :now_s, wait_s = :wait_s, trouble = :trouble,
                       asked = :asked, erasures_told = max(erasures_told, :told),
                       bundle_bytes_max = min(bundle_bytes_max * 2, :first_bytes)
                   WHERE cell = :cell";
        tx.prepare_cached(sql)?.execute(named_params! {
            ":cell": CELL,
            ":cursor": cursor.map(|cursor| i64::try_from(cursor).unwrap_or(i64::MAX)),
            ":now_s": relay.ports.clock.now_s(),
            ":failures": failures,
            ":trouble": self.broken.map(|trouble| format!("{trouble:?}")),
            ":wait_s": wait_s,
            ":asked": upstream.asked + ASKED_MAX,
            // Who lost what it was told is told all of it again, not what this request left out.
            ":told": if all_arrived && !is_anew { sent.told } else { 0 },
            ":first_bytes": FIRST_BYTES as i64,
        })?;
        // An upstream that always has more and never brings it is not asked without end.
        let has_moved = cursor.is_some_and(|cursor| cursor != upstream.cursor);
        let more = is_behind || answer.more == Some(true) && has_moved;
        let aside = all_arrived && set_aside(tx, sent.last_segment)? > 0;
        Ok(Ok(Stored { passed, is_anew, aside, told, more }))
    }

    /// Where the hub stands now. Of a reply that broke off whole extracts count, each of which has all
    /// erasures before it.
    fn cursor(&self) -> Option<u64> {
        match self.broken {
            None => self.answer.cursor,
            Some(_) => self.extracts.last().map(|(extract, _)| extract.cursor),
        }
    }
}

/// Keeps what the upstream told. Returns how many events are new, and whether everything has to be told
/// anew: of what was passed over something is proven since.
fn keep_told(tx: &Transaction<'_>, extracts: &[(Extract, Vec<Link>)]) -> Result<(u64, bool)> {
    let cell = named_params! { ":cell": CELL };
    let (mut told, mut is_behind) = (0, false);
    for (extract, links) in extracts {
        let kept = extracts::take(tx, extract, links)?;
        told += kept.events;
        if kept.is_proof {
            let sql = "UPDATE upstream SET passed_over = 0 WHERE cell = :cell AND passed_over = 1";
            is_behind |= tx.prepare_cached(sql)?.execute(cell)? > 0;
        }
        if kept.passed_over {
            let sql = "UPDATE upstream SET passed_over = 1 WHERE cell = :cell";
            tx.prepare_cached(sql)?.execute(cell)?;
        }
    }
    Ok((told, is_behind))
}

/// Whom the code names counts no more, by its own word, which is kept for those below: their codes name
/// it too.
fn follow_counting(tx: &Transaction<'_>, code: &mut JoinCode, answer: &Answer) -> Result<()> {
    let Some(word) = answer.counting.filter(|word| word.is_signed(&code.counting)) else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO succession (cell, by, counting, signature)
               VALUES (:cell, :by, :counting, :signature)";
    let row = named_params! {
        ":cell": CELL,
        ":by": code.counting,
        ":counting": *word.counting,
        ":signature": *word.signature,
    };
    tx.prepare_cached(sql)?.execute(row)?;
    code.counting = *word.counting;
    let sql = "UPDATE upstream SET join_code = :join_code WHERE cell = :cell";
    tx.prepare_cached(sql)?
        .execute(named_params! { ":cell": CELL, ":join_code": code.to_text() })?;
    // What the upstream said in a counting server's place counts no more.
    tx.prepare_cached("DELETE FROM counted WHERE cell = :cell")?
        .execute(named_params! { ":cell": CELL })?;
    Ok(())
}

/// Sets aside for this round what the upstream got and gave no receipt for, so that it does not
/// stand before everything else for ever. Says how much it is.
fn set_aside(tx: &Transaction<'_>, up_to: i64) -> Result<usize> {
    let sql = "UPDATE segment SET passed = 2
               WHERE cell = :cell AND passed = 0 AND segment_no <= :up_to";
    Ok(tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":up_to": up_to })?)
}

/// Tries what was set aside once more; says whether there is any.
fn try_again(tx: &Transaction<'_>) -> Result<bool> {
    let sql = "UPDATE segment SET passed = 0 WHERE cell = :cell AND passed = 2";
    Ok(tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL })? > 0)
}

/// Whether anything waits that was not tried in this round.
fn is_untried(conn: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM segment
                              WHERE cell = :cell AND passed = 0 AND damaged != 1) AS untried";
    Ok(conn
        .prepare_cached(sql)?
        .query_row(named_params! { ":cell": CELL }, |row| row.get("untried"))?)
}

/// A reply, opened and read; nothing was stored yet.
struct Down {
    answer: Answer,
    erasures: Vec<Erasure>,
    /// With the link after each of their slots.
    extracts: Vec<(Extract, Vec<Link>)>,
    /// Why it broke off, if it did.
    broken: Option<Trouble>,
}

fn open(expected: &Expected, body: &[u8]) -> Result<Down, Trouble> {
    let (mut extracts, mut slots) = (Vec::new(), 0);
    let read = read_reply(expected, body, |frame| {
        if frame.kind != EXTRACT {
            return Ok(());
        }
        // One that does not hold hinders no other.
        let Ok((extract, links)) = Extract::from_payload(&frame.payload) else {
            tracing::warn!("the upstream told something that does not hold");
            // It may have taken as long to read as any.
            slots += EVENTS_MAX;
            return Ok(());
        };
        slots += EXTRACT_SLOTS + links.len();
        // A few bytes can stand for very many slots.
        if slots > SLOTS_MAX {
            return Err(Trouble::BadReply);
        }
        extracts.push((extract, links));
        Ok(())
    })?;
    let ReplyRead { answer, erasures, broken } = read;
    Ok(Down { answer, erasures, extracts, broken })
}

/// Marks what the upstream's receipt covers of what has just arrived there, from the link back on its
/// branch, where it lacks nothing that lies here. Says whether anything is new.
fn mark_passed(
    tx: &Transaction<'_>,
    held: &hocvu_core::sync::Held,
    arrived: &BTreeSet<i64>,
) -> Result<bool> {
    let mut moved = false;
    let (mut seq, mut link) = (held.seq, held.link);
    while seq > 0 {
        let ends_there = |segment: &Segment| {
            segment.last == seq && segment.link_last == link && arrived.contains(&segment.no)
        };
        let found = overlapping(tx, held.replica, (seq, seq))?.into_iter().find(ends_there);
        let Some(found) = found else { break };
        let lacks_only = |ours: &Lacking| held.lacking.is_within((found.first, found.last), ours);
        let as_here = || found.batch().is_ok_and(|batch| lacks_only(&of_batch(&batch)));
        if lacks_only(&Lacking::default()) || as_here() {
            let sql = "UPDATE segment SET passed = 1
                       WHERE cell = :cell AND segment_no = :segment_no AND passed = 0";
            let row = named_params! { ":cell": CELL, ":segment_no": found.no };
            moved |= tx.prepare_cached(sql)?.execute(row)? > 0;
        }
        (seq, link) = (found.first - 1, found.link_before);
    }
    Ok(moved)
}

/// Keeps what the counting server said of the chains that were asked about, and nothing older: the
/// newest answer is the truth, whatever its clock said.
fn keep_counted(
    tx: &Transaction<'_>,
    asked: &[ReplicaId],
    receipts: &[([u8; 32], hocvu_core::sync::Held, &Receipt)],
    (counting, request): (&[u8; 32], &RequestId),
) -> Result<()> {
    for replica in asked {
        let sql = "DELETE FROM counted WHERE cell = :cell AND replica = :replica";
        tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":replica": replica.0 })?;
    }
    for (by, held, receipt) in receipts.iter().filter(|(by, ..)| by == counting) {
        let sql = "INSERT OR REPLACE INTO counted
                       (cell, replica, by, seq, link, at_s, request, signature, lacking)
                   VALUES (:cell, :replica, :by, :seq, :link, :at_s, :request, :signature,
                           :lacking)";
        let row = named_params! {
            ":cell": CELL,
            ":replica": held.replica.0,
            ":by": by,
            ":seq": i64::try_from(held.seq).unwrap_or(i64::MAX),
            ":link": held.link,
            ":at_s": held.at_s,
            ":request": receipt.passed.map_or(*request, |passed| *passed.request),
            ":signature": *receipt.signature,
            ":lacking": held.lacking,
        };
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

fn pack(
    relay: &Relay,
    conn: &Connection,
    upstream: &Upstream,
    now_s: i64,
) -> Result<Option<(Exchange, Expected, Sent)>> {
    let sql =
        format!("{COLUMNS} WHERE cell = :cell AND passed = 0 AND damaged != 1 ORDER BY segment_no");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(named_params! { ":cell": CELL })?;
    let mut batches: Vec<(ReplicaId, i64, Vec<u8>)> = Vec::new();
    let mut sent_of = BTreeSet::new();
    let mut last_segment = 0;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let held = segment(row)?;
        let replica = held.replica;
        let is_full = bytes + held.bytes.len() > upstream.bytes_max
            || batches.len() + ERASURES_MAX as usize + 1 >= FRAMES_MAX
            || (sent_of.len() >= CHAINS_SENT_MAX && !sent_of.contains(&replica));
        if is_full && !batches.is_empty() {
            break;
        }
        bytes += held.bytes.len() + 24;
        sent_of.insert(replica);
        last_segment = held.no;
        batches.push((replica, held.no, held.bytes));
    }
    drop(rows);
    let mut asked: Vec<ReplicaId> = batches.iter().map(|(replica, ..)| *replica).collect();
    asked.extend(in_turn(conn, upstream.asked)?);
    asked.sort_unstable();
    asked.dedup();
    let mut heads = Vec::new();
    for replica in &asked {
        heads.extend(heads_asked(conn, *replica)?);
    }
    heads.truncate(CHAINS_MAX);
    let entropy = relay.ports.entropy.as_ref();
    let Ok(mut writer) = RequestWriter::begin(&upstream.code.relay, entropy) else {
        return Ok(None);
    };
    let opening = Opening {
        sender: relay.key().sign.into(),
        role: Some(Role::Relay),
        token: upstream.code.token.clone().map(Into::into),
        time_s: now_s,
        cursor: upstream
            .incarnation
            .map(|incarnation| Cursor { incarnation: incarnation.into(), number: upstream.cursor }),
        chains: Some(asked.clone()),
        reply_bytes_max: None,
        heads: Some(heads).filter(|heads| !heads.is_empty()),
        counting: counting_named(&upstream.code.counting, &upstream.code.relay.sign),
    };
    let payload = opening.sign_with(&relay.secret, upstream.code.relay.id(), writer.enc());
    writer.add(OPENING, &payload);
    let (told, cursor) = (upstream.erasures_told, upstream.cursor);
    let mut sent = Sent { frames: 1, told, last_segment, asked, cursor, ..Sent::default() };
    for (no, word) in untold_erasures(conn, upstream.erasures_told)? {
        writer.add(ERASURE, &word);
        sent.told = no;
        sent.frames += 1;
    }
    for (_, no, batch) in &batches {
        writer.add(BATCH, batch);
        sent.segments.insert(sent.frames, *no);
        sent.frames += 1;
    }
    let (body, expected) = writer.finish();
    sent.bytes = body.len() as u64;
    let addresses = upstream.code.addresses.clone();
    let exchange = Exchange { relay: upstream.code.relay, addresses, body };
    Ok(Some((exchange, expected, sent)))
}

/// Chains to ask about although nothing of them is sent: an upstream that lost something says less.
fn in_turn(conn: &Connection, asked: i64) -> Result<Vec<ReplicaId>> {
    let sql = "WITH chains AS (SELECT DISTINCT replica FROM segment WHERE cell = :cell)
               SELECT replica FROM chains ORDER BY replica
               LIMIT :most OFFSET (
                   SELECT CASE WHEN count(*) <= :most THEN 0 ELSE :from % count(*) END FROM chains)";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":most": ASKED_MAX, ":from": asked };
    let rows = statement.query_map(params, |row| Ok(ReplicaId(row.get("replica")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Erasures that the upstream has not confirmed, as far as one bundle takes them.
fn untold_erasures(conn: &Connection, told: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT erasure_no, word FROM erased
               WHERE cell = :cell AND erasure_no > :told ORDER BY erasure_no LIMIT :most";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":told": told, ":most": ERASURES_MAX };
    let rows = statement.query_map(params, |row| Ok((row.get("erasure_no")?, row.get("word")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
