//! One round with the upstream: from one exchange to the next, until everything is passed on or
//! something is in the way.

use hocvu_core::sync::{
    ASKED_WAIT_S_MAX, Exchange, Expected, LEAST_REPLY_BYTES, Outcome, Pace, Status, Trouble,
};
use rusqlite::{Transaction, named_params};

use super::super::{CELL, Relay, Result, store};
use super::down::{self, Stored};
use super::up::{Sent, asked_a_round, is_untried, pack, try_again};
use super::{get, save_pace};

/// The most exchanges of one round; what is left then waits for the next.
const EXCHANGES_MAX: u32 = 4_096;
/// Failures in a row after which a round ends.
const FAILURES_MAX: u32 = 8;
/// Exchanges after each other that bring nothing, though the upstream says that it has more.
const IN_VAIN_MAX: u32 = 64;
/// Bytes of HTTP around an exchange, as far as the budget of a month is concerned.
const AROUND_BYTES: usize = 500;

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
    /// Chains that it has asked about in their turn.
    asked: i64,
    /// Whether what is known to be too large for the link is tried: once everything else went and came.
    probes: bool,
    /// What ended it early.
    pub trouble: Option<Trouble>,
    /// Bytes of bodies sent and received.
    pub bytes: u64,
    /// Events that it brought of learners whom devices behind this hub hold.
    pub told: u64,
}

impl Relay {
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
            asked: 0,
            probes: false,
            trouble: None,
            bytes: 0,
            told: 0,
        }
    }
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
        let probes = self.probes;
        let packed = relay.read(|conn| {
            let Some(upstream) = get(conn)? else { return Ok(None) };
            pack(relay, conn, &upstream, probes)
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
        let (trouble, wait_s) = match outcome {
            Outcome::Reply { body, .. } => {
                self.bytes += body.len() as u64;
                match self.take_reply((&expected, &sent), &body, true)? {
                    Ok(()) => return Ok(()),
                    Err((Trouble::Cut, _)) => return self.answer_broke(&sent, body.len()),
                    Err(refused) => refused,
                }
            }
            Outcome::Cut => (Trouble::Cut, 0),
            Outcome::TooSlow => (Trouble::TooSlow, 0),
            Outcome::Unreachable => (Trouble::Unreachable, 0),
            Outcome::Redirect => (Trouble::CaptivePortal, 0),
            Outcome::Status { code, retry_after_s } => {
                (Trouble::of_status(code), retry_after_s.unwrap_or(0))
            }
        };
        match trouble {
            Trouble::Cut | Trouble::TooSlow | Trouble::TooLarge => self.shrink(trouble, &sent),
            trouble => self.fail(trouble, wait_s),
        }
    }

    /// The connection does not carry what was sent: the next bundle is smaller. Where none could be, the
    /// round ends once that is known.
    fn shrink(&mut self, trouble: Trouble, sent: &Sent) -> Result<()> {
        let mut in_vain = false;
        self.note_break(trouble, |pace| {
            in_vain = sent.is_least && pace.cut.is_some_and(|cut| cut <= sent.bytes());
            pace.broke(sent.bytes());
        })?;
        if in_vain {
            return self.fail(trouble, 0);
        }
        Ok(())
    }

    /// The request passed, but not the answer: fewer receipts are asked for. Where that was tried in
    /// vain, the request gets smaller.
    fn answer_broke(&mut self, sent: &Sent, came: usize) -> Result<()> {
        self.note_break(Trouble::Cut, |pace| {
            if pace.reply_bytes_max == Some(LEAST_REPLY_BYTES) {
                pace.broke(sent.bytes());
            }
            pace.reply_broke(came);
        })
    }

    fn note_break(&mut self, trouble: Trouble, learn: impl FnOnce(&mut Pace)) -> Result<()> {
        self.relay.write(|tx| {
            let Some(mut upstream) = get(tx)? else { return Ok(()) };
            learn(&mut upstream.pace);
            save_pace(tx, &upstream.pace)?;
            let sql = "UPDATE upstream SET tried_s = :now_s, trouble = :trouble WHERE cell = :cell";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":now_s": self.relay.ports.clock.now_s(),
                ":trouble": format!("{trouble:?}"),
            })?;
            Ok(())
        })?;
        self.failures += 1;
        self.trouble = Some(trouble);
        if self.failures >= FAILURES_MAX {
            return self.fail(trouble, 0);
        }
        Ok(())
    }

    /// Ends the round.
    fn fail(&mut self, trouble: Trouble, wait_s: u32) -> Result<()> {
        self.trouble = Some(trouble);
        self.ended = true;
        let relay = self.relay;
        let now_s = relay.ports.clock.now_s();
        relay.write(|tx| {
            let failures = get(tx)?.map_or(0, |upstream| upstream.failures).saturating_add(1);
            let sql = "UPDATE upstream
                       SET failures = :failures, tried_s = :now_s, wait_s = :wait_s,
                           trouble = :trouble
                       WHERE cell = :cell";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":failures": failures,
                ":now_s": now_s,
                ":wait_s": wait_after(relay, failures).max(wait_s).min(ASKED_WAIT_S_MAX),
                ":trouble": format!("{trouble:?}"),
            })?;
            Ok(())
        })
    }

    /// Takes in a reply, whoever brought it; only one from the network tells about the link. `Err`: what
    /// was in the way, and the seconds that the upstream asks to be left alone.
    pub(super) fn take_reply(
        &mut self,
        (expected, sent): (&Expected, &Sent),
        body: &[u8],
        by_network: bool,
    ) -> Result<Result<(), (Trouble, u32)>> {
        let down = match down::open(expected, body) {
            Ok(opened) => opened,
            Err(trouble) => return Ok(Err((trouble, 0))),
        };
        let wait_s = down.answer.wait_s();
        match down.answer.status {
            Some(Status::NotAdmitted) => return Ok(Err((Trouble::NotAdmitted, wait_s))),
            Some(Status::Later) => return Ok(Err((Trouble::Busy, wait_s))),
            _ => {}
        }
        let relay = self.relay;
        let stored = match relay.write(|tx| {
            let stored = down.store(tx, relay, expected, sent)?;
            if by_network && stored.is_ok() {
                learn(tx, relay, sent, (body.len(), down.broken))?;
            }
            Ok(stored)
        })? {
            Ok(stored) => stored,
            Err(trouble) => return Ok(Err((trouble, 0))),
        };
        let Stored { passed, is_anew, aside, told, words_left, more } = stored;
        let has_moved = passed || told > 0;
        self.failures = if down.broken.is_none() || has_moved { 0 } else { self.failures + 1 };
        self.trouble = down.broken;
        self.probes |= down.broken.is_none();
        self.told += told;
        self.moved |= passed;
        self.in_vain = if has_moved { 0 } else { self.in_vain + 1 };
        let mut untried = relay.read(is_untried)?;
        if !untried && std::mem::take(&mut self.moved) {
            // What did not attach may do so now: what it is attached to may have come after it.
            untried = relay.write(try_again)?;
        }
        let goes_on = match down.broken {
            None => {
                self.asked += i64::from(sent.in_turn);
                let is_new = passed || is_anew || aside || sent.left_out;
                let asks_on = self.asked < relay.read(asked_a_round)?;
                more || words_left || asks_on || untried && is_new
            }
            Some(trouble) => trouble == Trouble::Cut && self.failures < FAILURES_MAX,
        };
        self.ended = !goes_on || self.in_vain >= IN_VAIN_MAX;
        if self.ended && self.trouble.is_none() && relay.read(store::waiting)? > 0 {
            self.trouble = Some(Trouble::NotTaken);
        }
        Ok(Ok(()))
    }
}

/// Notes what a reply says about the link.
fn learn(
    tx: &Transaction<'_>,
    relay: &Relay,
    sent: &Sent,
    (came, broken): (usize, Option<Trouble>),
) -> Result<()> {
    let Some(mut upstream) = get(tx)? else { return Ok(()) };
    let pace = &mut upstream.pace;
    let random = random(relay);
    match broken {
        None => {
            let was_full = sent.was_full || pace.is_full(sent.bytes());
            pace.passed(sent.bytes(), was_full, random);
            pace.reply_came(came, random);
        }
        Some(Trouble::Cut) => pace.reply_broke(came),
        // Altered: that has nothing to do with sizes.
        Some(_) => {}
    }
    save_pace(tx, pace)
}

fn random(relay: &Relay) -> u32 {
    let mut random = [0; 4];
    relay.ports.entropy.fill(&mut random);
    u32::from_be_bytes(random)
}

/// Seconds before the next try that nobody asks for, after so many failures in a row.
pub(super) fn wait_after(relay: &Relay, failures: u32) -> u32 {
    Trouble::wait_after(failures, random(relay))
}
