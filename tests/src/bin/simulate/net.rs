//! The network between the two sides of the production code, and everything that it does to bundles;
//! rounds of phones and hubs over it; couriers.

use std::collections::BTreeSet;

use hocvu::relay::probe::Crash as RelayCrash;
use hocvu_core::Error;
use hocvu_core::probe::Crash;
use hocvu_core::sync::{Outcome, RoundView, Trouble};

use crate::device::Kind;
use crate::oracle::Wrong;
use crate::world::{Courier, Luggage, World};

/// More exchanges than any round of such small records can need.
const EXCHANGES_MAX: u32 = 600;
/// Replies that the network may hand out again.
const REPLIES_KEPT: usize = 12;
/// A page where a sign-in is wanted.
const PORTAL: &[u8] = b"<!DOCTYPE html><title>Wi-Fi</title><p>Sign in";

impl World {
    fn is_faulty(&mut self) -> bool {
        self.faults_per_mille > 0 && self.rng.below(1000) < self.faults_per_mille
    }

    /// What a relay makes of bytes: its reply, or an HTTP status.
    pub(crate) fn answer(&mut self, node: usize, body: &[u8]) -> Result<Vec<u8>, u16> {
        if self.nodes[node].kind == Kind::Hostile {
            return self.lie(node, body);
        }
        let relay = self.relay(node);
        match relay.answer(body) {
            Ok(Ok((reply, took))) => {
                self.tally.add("hashes filled with events", took.filled);
                if self.replies.len() == REPLIES_KEPT {
                    self.replies.remove(0);
                }
                self.replies.push(reply.clone());
                Ok(reply)
            }
            Ok(Err(_)) => Err(400),
            Err(_) => Err(500),
        }
    }

    /// Carries a request to a relay and its reply back, as well as the network does.
    fn carry(&mut self, node: usize, body: &[u8]) -> Outcome {
        self.dark = false;
        if self.nodes[node].is_gone {
            return Outcome::Unreachable;
        }
        if !self.is_faulty() {
            return self.bring(node, body);
        }
        match self.rng.below(14) {
            0 => {
                self.tally.note("request lost");
                self.no_reply()
            }
            1 => {
                self.late.push((node, body.to_vec()));
                self.tally.note("request lost");
                self.no_reply()
            }
            2 => {
                let _ = self.answer(node, body);
                self.tally.note("request delivered twice");
                self.bring(node, body)
            }
            3 => {
                self.late.push((node, body.to_vec()));
                self.bring(node, body)
            }
            4 | 5 => self.cut_request(node, body),
            6..=8 => self.cut_reply(node, body),
            9 => {
                let _ = self.answer(node, body);
                self.tally.note("reply lost");
                self.no_reply()
            }
            10 => self.old_reply(node, body),
            11 => self.alter(node, body),
            12 => self.power_goes(node, body),
            _ => self.disk_full(node, body),
        }
    }

    fn bring(&mut self, node: usize, body: &[u8]) -> Outcome {
        match self.answer(node, body) {
            Ok(body) => Outcome::Reply { address: format!("http://relay{node}.invalid"), body },
            Err(code) => Outcome::Status { code, retry_after_s: None },
        }
    }

    fn no_reply(&mut self) -> Outcome {
        let outcomes = [Outcome::Cut, Outcome::TooSlow, Outcome::Unreachable, Outcome::Cut];
        self.rng.one_of(&outcomes).clone()
    }

    fn cut_request(&mut self, node: usize, body: &[u8]) -> Outcome {
        self.tally.note("request cut in its body");
        let cut = self.rng.below(body.len());
        let outcome = self.bring(node, &body[..cut]);
        if self.chance(50) { outcome } else { Outcome::Cut }
    }

    fn cut_reply(&mut self, node: usize, body: &[u8]) -> Outcome {
        self.tally.note("reply cut in its body");
        match self.bring(node, body) {
            Outcome::Reply { address, body } => {
                // As often behind the receipts, in what comes with them.
                let from = if self.chance(50) { body.len() * 2 / 3 } else { 0 };
                let cut = from + self.rng.below(body.len() - from);
                Outcome::Reply { address, body: body[..cut].to_vec() }
            }
            other => other,
        }
    }

    fn old_reply(&mut self, node: usize, body: &[u8]) -> Outcome {
        let outcome = self.bring(node, body);
        if self.replies.is_empty() {
            return outcome;
        }
        self.tally.note("old reply handed back");
        let body = self.rng.one_of(&self.replies).clone();
        Outcome::Reply { address: String::from("http://old.invalid"), body }
    }

    fn alter(&mut self, node: usize, body: &[u8]) -> Outcome {
        let mut altered = body.to_vec();
        let at = self.rng.below(altered.len());
        if self.chance(30) {
            altered[at] ^= 1 << self.rng.below(8);
            return self.bring(node, &altered);
        }
        let outcome = self.bring(node, body);
        let Outcome::Reply { address, mut body } = outcome else { return outcome };
        match self.rng.below(6) {
            0 | 1 => {
                let at = self.rng.below(body.len());
                body[at] ^= 1 << self.rng.below(8);
                self.tally.note("reply altered");
                Outcome::Reply { address, body }
            }
            2 => {
                self.tally.note("another server answers");
                Outcome::Reply { address, body: PORTAL.to_vec() }
            }
            3 => {
                self.tally.note("another server answers");
                Outcome::Redirect
            }
            _ => {
                self.tally.note("another server answers");
                let code = *self.rng.one_of(&[413, 421, 429, 500, 503]);
                Outcome::Status { code, retry_after_s: Some(60) }
            }
        }
    }

    fn power_goes(&mut self, node: usize, body: &[u8]) -> Outcome {
        if self.nodes[node].kind == Kind::Hostile {
            return self.bring(node, body);
        }
        let is_committed = self.chance(50);
        self.nodes[node].relay.crash_at(Some(RelayCrash { is_committed }));
        let outcome = self.bring(node, body);
        self.nodes[node].relay.crash_at(None);
        let what = if is_committed {
            "relay without power, all kept"
        } else {
            "relay without power, nothing kept"
        };
        self.tally.note(what);
        self.say(|| format!("relay {node} loses power, committed: {is_committed}"));
        self.power_cut_node(node);
        self.dark = matches!(outcome, Outcome::Reply { .. });
        if self.dark { outcome } else { Outcome::Cut }
    }

    fn disk_full(&mut self, node: usize, body: &[u8]) -> Outcome {
        let pages = *self.rng.one_of(&[0, 0, 0, 1, 2]);
        let relay = self.relay(node);
        if relay.limit_disk(Some(pages)).is_err() {
            self.wrong(format!("the disk of relay {node} cannot be limited"));
        }
        let outcome = self.bring(node, body);
        if matches!(outcome, Outcome::Status { code: 500, .. }) {
            self.tally.note("relay's disk full");
        }
        if relay.limit_disk(None).is_err() {
            self.wrong(format!("the disk of relay {node} cannot grow again"));
        }
        outcome
    }

    /// A request that the network had kept arrives; nobody waits for its reply.
    pub(crate) fn deliver_late(&mut self) {
        if self.late.is_empty() {
            return;
        }
        let which = self.rng.below(self.late.len());
        let (node, body) = self.late.swap_remove(which);
        if !self.nodes[node].is_gone {
            let _ = self.answer(node, &body);
            self.tally.note("request delivered late");
            self.say(|| format!("a late request reaches relay {node}"));
        }
    }

    /// One round of a phone with one of its relays. What came of it; `None` where the phone failed.
    pub(crate) fn sync(&mut self, p: usize, place: usize) -> Option<RoundView> {
        let (node, relay_no) = self.phones[p].joined[place];
        let core = self.core(p);
        let mut round = match core.sync().round(relay_no) {
            Ok(round) => round,
            Err(error) => {
                self.wrong(format!("phone {p} begins a round: {error}"));
                return None;
            }
        };
        let replica = core.replica().ok();
        let before = self.received_by(p, node);
        let is_armed = self.arm(p);
        let mut failed = None;
        loop {
            let step = round.next_exchange().and_then(|exchange| {
                let Some(exchange) = exchange else { return Ok(false) };
                let outcome = self.carry(node, &exchange.body);
                round.take(outcome).map(|()| true)
            });
            match step {
                Ok(false) => break,
                Ok(true) if self.dark => self.check_promise(p, node),
                Ok(true) => {}
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
            if round.view().exchanges > EXCHANGES_MAX {
                self.wrong(format!("a round of phone {p} with relay {node} does not end"));
                break;
            }
            if self.faults_per_mille > 0 && self.chance(2) {
                // Somebody closes the app.
                break;
            }
        }
        let view = round.view().clone();
        drop(round);
        core.crash_at(None);
        let _ = core.limit_disk(None);
        self.say(|| format!("phone {p} with relay {node}: {view:?}, failed: {failed:?}"));
        if let Some(error) = failed {
            drop(core);
            self.failed(p, is_armed, &error);
            return None;
        }
        self.tally_round(p, node, &view, (before, replica));
        if view.in_step && view.trouble.is_none() && self.chance(15) {
            self.check_promise(p, node);
        }
        self.note(p);
        Some(view)
    }

    fn received_by(&self, p: usize, node: usize) -> u64 {
        let key = self.nodes[node].relay.key().sign;
        let receipts = self.phones[p].core.receipts().unwrap_or_default();
        receipts.iter().filter(|kept| kept.relay == key).map(|kept| kept.seq).sum()
    }

    fn tally_round(
        &mut self,
        p: usize,
        node: usize,
        view: &RoundView,
        (before, replica): (u64, Option<hocvu_core::ids::ReplicaId>),
    ) {
        let in_step = view.in_step && view.trouble.is_none();
        if in_step {
            self.tally.note("round ended in step");
        }
        if in_step && view.exchanges > 1 && self.faults_per_mille > 0 {
            self.tally.note("smaller bundle after a cut");
        }
        self.tally.add("copies merged", view.copies);
        self.tally.add("erasure told", view.erased.len() as u64);
        let now = self.phones[p].core.replica().ok();
        if now != replica {
            self.tally.note("fork told, new replica begun");
            self.say(|| format!("phone {p} is told of a fork"));
        }
        if self.received_by(p, node) < before && now == replica {
            self.tally.note("lower receipt believed");
        }
        let counts = self.nodes[node].kind == Kind::Hub
            && self.phones[p].core.sync().states().is_ok_and(|states| states.counted > 0);
        if counts {
            self.tally.note("counted through a hub");
        }
        let lied = self.nodes[node].kind == Kind::Hostile;
        if lied && view.trouble == Some(Trouble::BadReply) {
            self.tally.note("lie refused");
        }
    }

    /// Lets the phone's power go, or its disk be full, in this round.
    fn arm(&mut self, p: usize) -> Option<bool> {
        if self.faults_per_mille == 0 || self.rng.below(2500) > self.faults_per_mille {
            return None;
        }
        let core = self.core(p);
        if self.chance(30) {
            let pages = *self.rng.one_of(&[0, 0, 0, 1, 2]);
            if core.limit_disk(Some(pages)).is_err() {
                self.wrong(format!("the disk of phone {p} cannot be limited"));
            }
            return None;
        }
        let after = u32::try_from(self.rng.below(5)).expect("it is small");
        let is_committed = self.chance(50);
        core.crash_at(Some(Crash { after, is_committed }));
        Some(is_committed)
    }

    pub(crate) fn failed(&mut self, p: usize, is_armed: Option<bool>, error: &Error) {
        match error {
            Error::DiskFull { .. } => {
                self.tally.note("phone's disk full");
                self.note(p);
            }
            Error::File { .. } if is_armed.is_some() => {
                let is_committed = is_armed == Some(true);
                self.tally.note(if is_committed {
                    "phone without power, all kept"
                } else {
                    "phone without power, nothing kept"
                });
                self.power_cut(p);
            }
            error => self.wrong(format!("phone {p}: {error}")),
        }
    }

    /// What a relay has just given a receipt for lies there: every event that it may have.
    fn check_promise(&mut self, p: usize, node: usize) {
        if self.nodes[node].kind == Kind::Hostile {
            return;
        }
        let core = self.core(p);
        let key = self.nodes[node].relay.key().sign;
        let receipts = core.receipts().unwrap_or_default();
        let there = self.scan(node);
        let erased: BTreeSet<_> =
            self.nodes[node].relay.erased().unwrap_or_default().into_iter().collect();
        let known: BTreeSet<_> = core.erased().unwrap_or_default().into_iter().collect();
        let mut missing = Vec::new();
        for id @ (replica, seq, _) in &self.phones[p].held {
            let is_promised = receipts.iter().any(|kept| {
                let is_there = kept.seq >= *seq && !kept.lacking.has(*seq);
                kept.relay == key && kept.replica == *replica && is_there
            });
            let learner = self.oracle.events.get(id).copied().flatten();
            let goes = learner.is_none_or(|learner| {
                core.learners().get(learner).is_ok_and(|held| held.is_some_and(|l| l.counts))
                    && !erased.contains(&learner)
                    && !known.contains(&learner)
            });
            if is_promised && goes && !there.contains_key(id) {
                missing.push(*id);
            }
        }
        if !missing.is_empty() {
            let what = format!(
                "relay {node} gave phone {p} a receipt for {} events that it has not, as {:?}",
                missing.len(),
                missing[0],
            );
            self.oracle.wrong(Wrong::Lost, what);
        }
    }

    /// One round of a hub with its upstream. Whether anything is in the way.
    pub(crate) fn hub_round(&mut self, n: usize) -> bool {
        let Some(up) = self.nodes[n].upstream else { return false };
        let relay = self.relay(n);
        let mut round = relay.upstream_round();
        for _ in 0..EXCHANGES_MAX {
            match round.next_exchange() {
                Ok(None) => {
                    let (trouble, told) = (round.trouble, round.told);
                    self.tally.add("told to a hub from above", told);
                    self.say(|| format!("hub {n} with relay {up}: {trouble:?}, told {told}"));
                    return trouble.is_some();
                }
                Ok(Some(exchange)) => {
                    let outcome = self.carry(up, &exchange.body);
                    if let Err(error) = round.take(outcome) {
                        self.wrong(format!("hub {n} takes a reply in: {error}"));
                        return true;
                    }
                }
                Err(error) => {
                    self.wrong(format!("hub {n} packs a bundle: {error}"));
                    return true;
                }
            }
        }
        self.wrong(format!("a round of hub {n} does not end"));
        true
    }

    /// A phone's bundle goes into a courier's bag.
    pub(crate) fn export(&mut self, p: usize, place: usize) {
        let (node, relay_no) = self.phones[p].joined[place];
        let core = self.core(p);
        let learners =
            core.learners().list().unwrap_or_default().into_iter().map(|l| l.id).collect();
        match core.sync().export(relay_no) {
            Ok((bytes, events)) => {
                self.say(|| format!("a courier takes {events} events of phone {p} to {node}"));
                let luggage = Luggage::Request { phone: p, node, learners };
                let made_at = self.step;
                self.couriers.push(Courier { luggage, bytes, made_at, delivered: 0 });
            }
            Err(error) => self.wrong(format!("phone {p} exports: {error}")),
        }
    }

    /// A courier arrives somewhere with one of the files, whole or half, once or again.
    pub(crate) fn deliver(&mut self) {
        if self.couriers.is_empty() {
            return;
        }
        let which = self.rng.below(self.couriers.len());
        if self.chance(8) {
            self.couriers.swap_remove(which);
            self.tally.note("courier's file never");
            return;
        }
        let is_half = self.chance(12);
        self.deliver_one(which, is_half);
        if !self.chance(35) && !is_half {
            self.couriers.swap_remove(which);
        }
    }

    /// Delivers a file, or its first part.
    pub(crate) fn deliver_one(&mut self, which: usize, is_half: bool) {
        let step = self.step;
        let courier = &mut self.couriers[which];
        courier.delivered += 1;
        let (is_again, is_late) = (courier.delivered > 1, step > courier.made_at + 12);
        let mut bytes = courier.bytes.clone();
        if is_half {
            let cut = self.rng.below(bytes.len());
            bytes.truncate(cut);
        }
        for (happened, what) in [
            (is_half, "courier's file half"),
            (is_again, "courier's file twice"),
            (is_late, "courier's file late"),
        ] {
            if happened {
                self.tally.note(what);
            }
        }
        match &self.couriers[which].luggage {
            Luggage::Reply { phone } => self.import(*phone, &bytes, is_half),
            Luggage::Request { phone, node, learners } => {
                let (phone, node) = (*phone, *node);
                if self.nodes[node].is_gone {
                    return;
                }
                let erased = self.nodes[node].relay.erased().unwrap_or_default();
                if erased.iter().any(|learner| learners.contains(learner)) {
                    self.tally.note("erased in a late courier's file");
                }
                self.say(|| format!("a file of phone {phone} reaches relay {node}"));
                if let Ok(bytes) = self.answer(node, &bytes) {
                    let luggage = Luggage::Reply { phone };
                    let made_at = self.step;
                    self.couriers.push(Courier { luggage, bytes, made_at, delivered: 0 });
                }
            }
        }
    }

    fn import(&mut self, p: usize, bytes: &[u8], is_half: bool) {
        if self.phones[p].is_gone {
            return;
        }
        let core = self.core(p);
        let before = core.receipts().unwrap_or_default();
        match core.sync().import_reply(bytes) {
            Ok(report) => {
                self.say(|| format!("a reply reaches phone {p}: {report:?}"));
                self.tally.add("copies merged", report.copies);
                self.tally.add("erasure told", report.erased.len() as u64);
                if core.receipts().unwrap_or_default() != before {
                    self.tally.note("receipts through a courier");
                }
            }
            // Of a request that a restore made it forget, or half a file, or a lie.
            Err(Error::NotFound { .. }) => {}
            Err(Error::Invalid { .. }) if is_half || self.nodes.iter().any(Self::lies) => {}
            Err(error) => self.wrong(format!("phone {p} takes a reply in: {error}")),
        }
        self.note(p);
    }

    fn lies(node: &crate::device::Node) -> bool {
        node.kind == Kind::Hostile
    }
}
