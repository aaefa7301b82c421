//! What proofs do that no program may: record deeds without a course in which they were done.
//! Compiled in only under the feature `testing`.

use crate::error::Result;
use crate::hocvu::HocvuCore;
use crate::ids::LearnerId;
use crate::journal::{Deed, Event};
use crate::learner::learner_no;
use crate::progress::record;

impl HocvuCore {
    /// Records what a learner did, without a course in which she did it.
    pub fn record_deed(&self, learner: LearnerId, deed: &Deed) -> Result<Event> {
        self.write("recording a deed", |w| record(w, (learner_no(w.tx, learner)?, learner), deed))
    }

    /// The same for several deeds, in one transaction.
    pub fn record_deeds(&self, learner: LearnerId, deeds: &[Deed]) -> Result<()> {
        self.write("recording deeds", |w| {
            let who = (learner_no(w.tx, learner)?, learner);
            deeds.iter().try_for_each(|deed| record(w, who, deed).map(|_| ()))
        })
    }
}
