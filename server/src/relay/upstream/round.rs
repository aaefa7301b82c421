//! One round with the upstream: from one exchange to the next, until everything is passed on or
//! something is in the way.

use hocvu_core::sync::{Exchange, Expected, Outcome, Status, Trouble};
use rusqlite::named_params;

use super::super::{CELL, Relay, Result, store};
use super::down::{self, Stored};
use super::up::{Sent, is_untried, pack, try_again};
use super::{FIRST_BYTES, LEAST_BYTES, get};

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

    /// Takes in a reply, whoever brought it.
    pub(super) fn take_reply(
        &mut self,
        expected: &Expected,
        sent: &Sent,
        body: &[u8],
    ) -> Result<Result<(), Trouble>> {
        let down = match down::open(expected, body) {
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
pub(super) fn wait_after(relay: &Relay, failures: u32) -> u32 {
    let mut random = [0; 4];
    relay.ports.entropy.fill(&mut random);
    Trouble::wait_after(failures, u32::from_be_bytes(random))
}
