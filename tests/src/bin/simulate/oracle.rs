//! What must be true: every event that a device acknowledged, where it was, and who was erased. It
//! knows the promises of hocvu and none of its code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::{Event, Link};

/// An event's identity.
pub(crate) type Id = (ReplicaId, u64, Link);

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wrong {
    /// An acknowledged event is not where it must be.
    Lost,
    /// An event is there twice, or a number was given twice.
    Twice,
    /// Somebody who was erased is there, or somebody who did not agree.
    Revived,
    /// Two levels tell different things, or something does not end.
    Unequal,
}

/// One thing that went wrong.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) wrong: Wrong,
    pub(crate) what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.wrong, self.what)
    }
}

/// Everything that was acknowledged.
#[derive(Default)]
pub(crate) struct Oracle {
    /// Every event, and whom it is about.
    pub(crate) events: BTreeMap<Id, Option<LearnerId>>,
    numbers: BTreeMap<(ReplicaId, u64), Link>,
    /// Replicas whose chain went on in two places: a clone, or a folder put back with its marker.
    pub(crate) forkable: BTreeSet<ReplicaId>,
    /// Events whose every copy was destroyed at some time.
    pub(crate) destroyed: BTreeSet<Id>,
    /// Learners who ever agreed to be counted.
    pub(crate) agreed: BTreeSet<LearnerId>,
    /// Learners who ever took that back.
    pub(crate) withdrew: BTreeSet<LearnerId>,
    /// Events that the counting server was seen to have.
    pub(crate) ever_counted: BTreeSet<Id>,
    pub(crate) faults: Vec<Fault>,
}

impl Oracle {
    /// Takes in an event that a device holds in a chain of its own.
    pub(crate) fn see(&mut self, event: &Event, link: Link) -> Id {
        let id = (event.replica, event.seq, link);
        if self.events.insert(id, event.learner).is_none() {
            let first = *self.numbers.entry((event.replica, event.seq)).or_insert(link);
            if first != link && !self.forkable.contains(&event.replica) {
                let what = format!("number {} of {:?} was given twice", event.seq, event.replica);
                self.wrong(Wrong::Twice, what);
            }
        }
        id
    }

    pub(crate) fn wrong(&mut self, wrong: Wrong, what: String) {
        self.faults.push(Fault { wrong, what });
    }
}
