//! The end of a seed: faults stop, everything that still exists syncs until nothing moves, and then
//! every level has to tell the same.

use std::collections::{BTreeMap, BTreeSet};

use hocvu::relay::RelayCounts as Counts;
use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::Deed;

use crate::device::Kind;
use crate::oracle::{Id, Wrong};
use crate::world::{Luggage, Scan, World};

/// Laps of everybody after which nothing may move any more.
const LAPS_MAX: u32 = 24;

impl World {
    /// A phone takes nothing for counted that the server never had.
    pub(crate) fn check_claim(&mut self, p: usize) {
        let there = self.scan(0);
        self.oracle.ever_counted.extend(there.keys());
        let states = self.phones[p].core.sync().states().unwrap_or_default();
        let ever = &self.oracle.ever_counted;
        let truly = self.phones[p].held.iter().filter(|id| ever.contains(*id)).count() as u64;
        if states.counted > truly {
            let what =
                format!("phone {p} takes {} events for counted, {truly} ever were", states.counted);
            self.oracle.wrong(Wrong::Unequal, what);
        }
    }

    /// Ends all faults and lets everybody sync until nothing moves.
    pub(crate) fn settle(&mut self) {
        self.faults_per_mille = 0;
        for n in 0..self.nodes.len() {
            if self.nodes[n].kind == Kind::Hostile {
                self.nodes[n].is_gone = true;
            }
        }
        for n in self.live_nodes() {
            if self.nodes[n].upstream.is_some_and(|up| self.nodes[up].is_gone) {
                self.nodes[n].upstream = Some(0);
                self.set_upstream(n);
            }
        }
        while !self.late.is_empty() {
            self.deliver_late();
        }
        for p in self.live_phones() {
            let nodes = self.nodes.iter().map(|node| !node.is_gone).collect::<Vec<_>>();
            if !self.phones[p].joined.iter().any(|(node, _)| nodes[*node]) {
                self.join(p, 0);
            }
        }
        // What the counting server says comes down one hub a lap, and moves nothing on its way.
        let mut hubs = self.live_nodes();
        hubs.retain(|n| self.nodes[*n].kind == Kind::Hub);
        hubs.sort_by_key(|n| std::cmp::Reverse(self.depth(*n)));
        let quiet_laps = hubs.first().map_or(1, |n| self.depth(*n).max(1));
        let (mut before, mut quiet) = (None, 0);
        for lap in 0..LAPS_MAX {
            self.step += 1;
            self.pass(3_600);
            let trouble = self.lap(&hubs);
            let state = self.summary();
            quiet = if before.as_ref() == Some(&state) { quiet + 1 } else { 0 };
            if quiet >= quiet_laps && lap >= 3 {
                if let Some(trouble) = trouble {
                    self.wrong(format!("nothing moves any more, and still {trouble}"));
                }
                return;
            }
            before = Some(state);
        }
        self.wrong(format!("after {LAPS_MAX} laps something still moves"));
    }

    /// How many relays a relay is away from the top.
    fn depth(&self, n: usize) -> usize {
        self.nodes[n].upstream.map_or(0, |up| 1 + self.depth(up))
    }

    /// Everybody syncs once, hubs from the lowest to the highest. Says what is still in the way.
    fn lap(&mut self, hubs: &[usize]) -> Option<String> {
        let mut trouble = None;
        for p in self.live_phones() {
            for place in 0..self.phones[p].joined.len() {
                let node = self.phones[p].joined[place].0;
                if self.nodes[node].is_gone {
                    continue;
                }
                if self.phones[p].by_courier {
                    self.by_courier(p, place);
                } else if let Some(view) = self.sync(p, place)
                    && (!view.in_step || view.trouble.is_some())
                {
                    trouble = Some(format!("phone {p} with relay {node}: {:?}", view.trouble));
                }
            }
        }
        for n in hubs {
            if self.hub_round(*n) {
                trouble = Some(format!("hub {n} is not in step"));
            }
        }
        trouble
    }

    /// A phone without connections: there and back with a courier who loses nothing.
    fn by_courier(&mut self, p: usize, place: usize) {
        self.couriers.clear();
        self.export(p, place);
        if !self.couriers.is_empty() {
            self.deliver_one(0, false);
        }
        let reply = self.couriers.iter().position(|c| matches!(c.luggage, Luggage::Reply { .. }));
        if let Some(reply) = reply {
            self.deliver_one(reply, false);
        }
    }

    /// What may not move once everything is in step.
    fn summary(&mut self) -> Vec<u64> {
        let mut summary = Vec::new();
        for n in self.live_nodes() {
            let counts = self.nodes[n].relay.counts().unwrap_or_default();
            let Counts { events, erased, waiting, replicas, told, .. } = counts;
            summary.extend([events, erased, waiting, replicas, told]);
        }
        for p in self.live_phones() {
            let core = self.core(p);
            let states = core.sync().states().unwrap_or_default();
            summary.extend([states.events, states.here, states.received, states.counted]);
            let learners = core.learners().list().unwrap_or_default();
            let known: usize = learners
                .iter()
                .map(|learner| core.events_about(learner.id).map_or(0, |events| events.len()))
                .sum();
            summary.extend([learners.len() as u64, known as u64]);
        }
        summary
    }

    /// Compares all levels.
    pub(crate) fn check(&mut self) {
        let nodes = self.live_nodes();
        let mut there = BTreeMap::new();
        for n in nodes {
            there.insert(n, self.scan(n));
        }
        let known = self.check_erasures(&there);
        self.check_events(&there, &known);
        for p in self.live_phones() {
            self.check_phone(p, &there[&0], &known);
            self.check_copies(p, &there);
        }
        self.check_projections();
        for n in there.keys() {
            self.check_told(*n, &there[n]);
        }
        for n in there.into_keys() {
            let replicas: BTreeSet<_> = self.scan(n).keys().map(|(r, seq, _)| (*r, *seq)).collect();
            let events = self.nodes[n].relay.counts().unwrap_or_default().events;
            if replicas.len() as u64 != events {
                self.tally.note("branches kept side by side");
            }
        }
    }

    /// Nothing of who is erased is anywhere. Gives all of whom anybody knows it.
    fn check_erasures(&mut self, there: &BTreeMap<usize, Scan>) -> BTreeSet<LearnerId> {
        let mut known = BTreeSet::new();
        for p in self.live_phones() {
            let erased: BTreeSet<_> =
                self.phones[p].core.erased().unwrap_or_default().into_iter().collect();
            for forgotten in self.phones[p].erased.difference(&erased) {
                let what = format!("phone {p} forgot that {forgotten:?} was erased");
                self.oracle.faults.push(crate::oracle::Fault { wrong: Wrong::Revived, what });
            }
            known.extend(erased);
        }
        let at_top: BTreeSet<_> =
            self.nodes[0].relay.erased().unwrap_or_default().into_iter().collect();
        for (n, learner) in self.words.clone() {
            if !at_top.contains(&learner) {
                let what = format!("the top never heard that hub {n} erased {learner:?}");
                self.oracle.wrong(Wrong::Revived, what);
            }
        }
        let mut anywhere = known.clone();
        for n in there.keys() {
            anywhere.extend(self.nodes[*n].relay.erased().unwrap_or_default());
        }
        // A hub that never brought anything of hers is not believed above: there she may be still.
        let uttered: BTreeSet<LearnerId> =
            self.live_phones().into_iter().flat_map(|p| self.phones[p].erased.clone()).collect();
        known.retain(|learner| at_top.contains(learner) || uttered.contains(learner));
        known.extend(at_top.iter().copied());
        for (n, events) in there {
            let own = self.nodes[*n].relay.erased().unwrap_or_default();
            let is_erased =
                |learner: &&LearnerId| known.contains(*learner) || own.contains(learner);
            let revived: BTreeSet<_> = events.values().flatten().filter(is_erased).collect();
            if !revived.is_empty() {
                let what = format!(
                    "relay {n} has events of erased learners {revived:?}; known at the top: {}",
                    revived.iter().all(|learner| at_top.contains(*learner))
                );
                self.oracle.wrong(Wrong::Revived, what);
            }
        }
        for p in self.live_phones() {
            for learner in self.phones[p].core.learners().list().unwrap_or_default() {
                // Of somebody who did not agree no relay knows where she is.
                if known.contains(&learner.id) && learner.counts {
                    let what = format!("phone {p} has the erased {:?}", learner.id);
                    self.oracle.wrong(Wrong::Revived, what);
                }
            }
        }
        anywhere
    }

    fn check_events(&mut self, there: &BTreeMap<usize, Scan>, known: &BTreeSet<LearnerId>) {
        let top = &there[&0];
        let mut lost: BTreeMap<String, (u64, Id)> = BTreeMap::new();
        for (id, learner) in &self.oracle.events {
            if learner.is_some_and(|learner| known.contains(&learner)) {
                continue;
            }
            if learner.is_some_and(|learner| !self.oracle.agreed.contains(&learner)) {
                if there.values().any(|events| events.contains_key(id)) {
                    let what = format!("{learner:?} did not agree, and {id:?} is passed on");
                    self.oracle.faults.push(crate::oracle::Fault { wrong: Wrong::Revived, what });
                    return;
                }
                continue;
            }
            if top.contains_key(id) {
                continue;
            }
            let holders: Vec<usize> = self
                .live_phones()
                .into_iter()
                .filter(|p| self.phones[*p].held.contains(id))
                .collect();
            let agrees = |p: &usize| {
                let held = |l| self.phones[*p].core.learners().get(l).ok().flatten();
                learner.is_none_or(|learner| held(learner).is_some_and(|view| view.counts))
            };
            let withdrew = learner.is_some_and(|learner| self.oracle.withdrew.contains(&learner));
            let is_destroyed = self.oracle.destroyed.contains(id);
            // Of a learner who agreed on another device only, what lies here stays here.
            let never_went = !holders.is_empty() && !holders.iter().any(agrees);
            let is_nowhere = holders.is_empty() && (is_destroyed || withdrew);
            if !never_went && !is_nowhere {
                let entry = lost.entry(format!("{holders:?}")).or_insert((0, *id));
                entry.0 += 1;
            }
        }
        for (holders, (count, id)) in lost {
            let elsewhere: Vec<_> = there.iter().filter(|(_, e)| e.contains_key(&id)).collect();
            let elsewhere: Vec<_> = elsewhere.into_iter().map(|(n, _)| n).collect();
            let what = format!(
                "{count} events are not at the top; phones {holders} have them, relays \
                 {elsewhere:?}; as {id:?} of {:?}",
                self.oracle.events[&id]
            );
            self.oracle.wrong(Wrong::Lost, what);
        }
        let unknown: Vec<_> =
            top.keys().filter(|id| !self.oracle.events.contains_key(*id)).collect();
        if !unknown.is_empty() {
            let what = format!("{} events at the top were never recorded", unknown.len());
            self.oracle.wrong(Wrong::Twice, what);
        }
    }

    /// A phone's journal, its states and its projections.
    fn check_phone(
        &mut self,
        p: usize,
        top: &BTreeMap<Id, Option<LearnerId>>,
        known: &BTreeSet<LearnerId>,
    ) {
        let core = self.core(p);
        let journal: BTreeSet<Id> = core
            .journal_behind(0)
            .map(|(events, _)| {
                events.into_iter().map(|(e, link)| (e.replica, e.seq, link)).collect()
            })
            .unwrap_or_default();
        let missing = self.phones[p].held.iter().filter(|id| {
            let learner = self.oracle.events.get(*id).copied().flatten();
            !journal.contains(*id) && !learner.is_some_and(|learner| known.contains(&learner))
        });
        let missing: Vec<_> = missing.copied().collect();
        if !missing.is_empty() {
            let what = format!("phone {p} lost {} events that it acknowledged", missing.len());
            self.oracle.wrong(Wrong::Lost, what);
        }
        let states = core.sync().states().unwrap_or_default();
        let goes = |id: &Id| {
            let learner = self.oracle.events.get(id).copied().flatten();
            learner.is_none_or(|l| core.learners().get(l).ok().flatten().is_some_and(|v| v.counts))
        };
        let counted = journal.iter().filter(|id| top.contains_key(*id) && goes(id)).count() as u64;
        let sum = states.here + states.received + states.counted;
        if states.events != journal.len() as u64
            || sum != states.events
            || states.counted != counted
        {
            let what = format!(
                "phone {p} says {states:?}; its journal has {} events, the top {counted} of them",
                journal.len()
            );
            self.oracle.wrong(Wrong::Unequal, what);
        }
        match core.doctor() {
            Ok(report) if report.faults.is_empty() => {}
            Ok(report) => self.wrong(format!("phone {p}: {:?}", report.faults)),
            Err(error) => self.wrong(format!("phone {p} cannot be examined: {error}")),
        }
    }

    /// What a hub was told is true, lies there once, and is about nobody but learners whom a device
    /// behind it holds.
    fn check_told(&mut self, n: usize, events: &BTreeMap<Id, Option<LearnerId>>) {
        let relay = self.relay(n);
        // The word of a hub that never brought anything of hers is not believed above.
        let mut erased = relay.erased().unwrap_or_default();
        erased.extend(self.nodes[0].relay.erased().unwrap_or_default());
        let mut held = BTreeSet::new();
        let mut told = Vec::new();
        let read = relay.for_each_event(&mut |event, _| {
            if matches!(event.deed(), Some(Deed::LearnerHeld(_))) {
                held.extend(event.learner);
            }
        });
        let read = read.and(relay.for_each_told(&mut |event, link| {
            told.push(((event.replica, event.seq, *link), event.learner));
        }));
        if let Err(error) = read {
            self.wrong(format!("hub {n} reads what it was told: {error}"));
        }
        let ids: BTreeSet<Id> = told.iter().map(|(id, _)| *id).collect();
        let twice =
            told.len() - ids.len() + ids.iter().filter(|id| events.contains_key(*id)).count();
        if twice > 0 {
            self.oracle.wrong(Wrong::Twice, format!("{twice} events lie in hub {n} twice"));
        }
        let unknown = ids.iter().filter(|id| !self.oracle.events.contains_key(*id)).count();
        if unknown > 0 {
            let what = format!("hub {n} was told {unknown} events that were never recorded");
            self.oracle.wrong(Wrong::Twice, what);
        }
        for learner in told.iter().map(|(_, learner)| *learner).collect::<BTreeSet<_>>() {
            let Some(learner) = learner.filter(|learner| held.contains(learner)) else {
                self.wrong(format!("hub {n} was told of {learner:?}, whom nobody behind it holds"));
                continue;
            };
            if erased.contains(&learner) {
                let what = format!("hub {n} was told of {learner:?}, who is erased");
                self.oracle.wrong(Wrong::Revived, what);
            }
        }
    }

    /// The replicas that hold a learner, as far as a relay knows.
    fn proven(&mut self, n: usize, learner: LearnerId) -> BTreeSet<ReplicaId> {
        let mut proven = BTreeSet::new();
        let read = self.nodes[n].relay.for_each_event(&mut |event, _| {
            if event.learner == Some(learner) && matches!(event.deed(), Some(Deed::LearnerHeld(_)))
            {
                proven.insert(event.replica);
            }
        });
        if let Err(error) = read {
            self.wrong(format!("relay {n} reads its segments: {error}"));
        }
        proven
    }

    /// The relays between a relay and the top, itself and the top among them.
    fn way_up(&self, n: usize) -> Vec<usize> {
        let mut way = vec![n];
        while let Some(up) = self.nodes[way[way.len() - 1]].upstream {
            way.push(up);
        }
        way
    }

    /// What its relays, and those above them, have of a learner who agreed here, a phone has too.
    fn check_copies(&mut self, p: usize, there: &BTreeMap<usize, Scan>) {
        let core = self.core(p);
        for learner in core.learners().list().unwrap_or_default() {
            if !learner.counts {
                continue;
            }
            let mut here: BTreeMap<_, u32> = BTreeMap::new();
            for event in core.events_about(learner.id).unwrap_or_default() {
                *here.entry((event.replica, event.seq)).or_default() += 1;
            }
            let joined: Vec<usize> = self.phones[p].joined.iter().map(|(node, _)| *node).collect();
            let erases =
                |n: &usize| self.nodes[*n].relay.erased().unwrap_or_default().contains(&learner.id);
            let mut relays = BTreeSet::new();
            for way in joined.into_iter().map(|node| self.way_up(node)) {
                // A relay on the way that has erased her lets nothing of hers through, also where
                // those above did not believe it.
                relays.extend(way.into_iter().take_while(|n| there.contains_key(n) && !erases(n)));
            }
            for node in relays {
                let events = &there[&node];
                let mut at_relay: BTreeMap<_, u32> = BTreeMap::new();
                for ((replica, seq, _), _) in
                    events.iter().filter(|(_, about)| **about == Some(learner.id))
                {
                    *at_relay.entry((*replica, *seq)).or_default() += 1;
                }
                if !self.phones[p].joined.iter().any(|(joined, _)| *joined == node) {
                    // What nobody proves to be of a device that holds her is not told to hubs.
                    let proven = self.proven(node, learner.id);
                    at_relay.retain(|(replica, _), _| proven.contains(replica));
                }
                let fewer = at_relay
                    .iter()
                    .filter(|(key, count)| here.get(key).is_none_or(|held| held < *count))
                    .map(|(key, _)| *key)
                    .collect::<Vec<_>>();
                if let Some(first) = fewer.first() {
                    let what = format!(
                        "phone {p} lacks {} events of {:?} that relay {node} has, as {first:?}",
                        fewer.len(),
                        learner.id
                    );
                    self.oracle.wrong(Wrong::Unequal, what);
                }
            }
        }
    }

    /// Devices that hold the same events of a learner show the same of her.
    fn check_projections(&mut self) {
        /// A learner and her events, in order.
        type Record = (LearnerId, Vec<Vec<u8>>);
        let mut seen: BTreeMap<Record, (usize, String)> = BTreeMap::new();
        for p in self.live_phones() {
            let core = self.core(p);
            for learner in core.learners().list().unwrap_or_default() {
                let events = core.events_about(learner.id).unwrap_or_default();
                let mut events: Vec<Vec<u8>> = events.iter().map(|e| e.to_bytes()).collect();
                events.sort_unstable();
                let shown = format!("{:?}", core.projection(learner.id).ok());
                let first = seen.entry((learner.id, events)).or_insert_with(|| (p, shown.clone()));
                if first.1 != shown {
                    let what = format!(
                        "phones {} and {p} hold the same of {:?} and show different things",
                        first.0, learner.id
                    );
                    self.oracle.wrong(Wrong::Unequal, what);
                }
            }
        }
    }
}
