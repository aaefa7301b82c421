//! What happened in a run: how often each fault and each repair was really there. A fault that never
//! happened proves nothing, so a zero fails a long run.

use std::collections::BTreeMap;

/// Every fault that the simulator has, and every repair that must have been seen.
pub(crate) const FAULTS: &[&str] = &[
    "request lost",
    "request delivered twice",
    "request delivered late",
    "old reply handed back",
    "request cut in its body",
    "reply cut in its body",
    "reply lost",
    "reply altered",
    "another server answers",
    "relay without power, nothing kept",
    "relay without power, all kept",
    "relay's disk full",
    "phone without power, nothing kept",
    "phone without power, all kept",
    "phone's disk full",
    "phone restored",
    "phone restored, marker too",
    "phone cloned",
    "phone gone",
    "relay restored",
    "relay restored in silence",
    "hub replaced",
    "clock off by years",
    "courier's file late",
    "courier's file twice",
    "courier's file half",
    "courier's file never",
    "erased by the origin",
    "erased by a volunteer",
    "erased in a late courier's file",
    "learner removed",
    "consent given later",
    "consent withdrawn",
    "card taken in",
    "hostile: receipt forged",
    "hostile: counting claimed",
    "hostile: events dropped",
    "hostile: hashes claimed",
    "hostile: events made up",
    "hostile: extract made up",
    "hostile: erasure made up",
    "hostile: reply of another request",
];

/// What mends things, seen at work.
pub(crate) const REPAIRS: &[&str] = &[
    "round ended in step",
    "smaller bundle after a cut",
    "restored phone went on as a new replica",
    "fork told, new replica begun",
    "branches kept side by side",
    "lower receipt believed",
    "hashes filled with events",
    "copies merged",
    "erasure told",
    "receipts through a courier",
    "counted through a hub",
    "told to a hub from above",
    "lie refused",
];

/// Counts by name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tally(pub(crate) BTreeMap<&'static str, u64>);

impl Tally {
    pub(crate) fn note(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    pub(crate) fn add(&mut self, what: &'static str, times: u64) {
        debug_assert!(FAULTS.contains(&what) || REPAIRS.contains(&what), "{what} is not listed");
        *self.0.entry(what).or_default() += times;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (what, times) in &other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    pub(crate) fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// What never happened.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        FAULTS.iter().chain(REPAIRS).copied().filter(|what| self.of(what) == 0).collect()
    }
}
