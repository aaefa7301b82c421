//! What the simulator sees and does that no program may: events without a course, the journal as it
//! lies, a disk that is full, a power cut at a commit. Compiled in only under the feature `testing`.

use std::path::Path;

use crate::error::{Doing, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::{
    Deed, Event, Link, SEQ_MAX, Slot, chain_and_seq, chains, next_link, slot_of, slots,
};
use crate::learner::learner_no;
use crate::progress::{LearnerFold, load, record};
use crate::store::{migrate, open_writer};
use crate::sync::Lacking;

pub use crate::store::Crash;

/// A receipt as a device keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    /// The relay's key (Ed25519).
    pub relay: [u8; 32],
    /// Whose chain.
    pub replica: ReplicaId,
    /// Up to this number.
    pub seq: u64,
    /// But for these.
    pub lacking: Lacking,
}

/// Makes a database without an installation, to be copied into data folders that begin with it.
pub fn empty_database(path: &Path) -> Result<()> {
    let mut writer = open_writer(path)?;
    migrate(&mut writer)?;
    let doing = "emptying the log";
    writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).doing(doing)
}

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

    /// The replica that this device appends to.
    pub fn replica(&self) -> Result<ReplicaId> {
        self.store.read(crate::journal::own_replica)
    }

    /// The events that lie in the chains of this device behind a place, each with the link after
    /// it, and the place behind the last.
    pub fn journal_behind(&self, place: i64) -> Result<(Vec<(Event, Link)>, i64)> {
        let (chain_no, seq) = chain_and_seq(place);
        self.store.read(|conn| {
            let (mut all, mut reached) = (Vec::new(), place);
            for chain in chains(conn)?.into_iter().filter(|chain| chain.chain_no >= chain_no) {
                let from = if chain.chain_no == chain_no { seq + 1 } else { 1 };
                slots(conn, chain.chain_no, (from, SEQ_MAX), |slot| {
                    reached = slot_of(chain.chain_no, slot.seq());
                    let after = slot.hash().map(|hash| next_link(slot.link(), &hash));
                    if let (Slot::Held { event, .. }, Some(after)) = (slot, after) {
                        all.push((*event, after));
                    }
                    Ok(())
                })?;
            }
            Ok((all, reached))
        })
    }

    /// All events about a learner that lie here, own and copied.
    pub fn events_about(&self, learner: LearnerId) -> Result<Vec<Event>> {
        self.store.read(|conn| {
            let events = crate::journal::events_of_learner(conn, learner_no(conn, learner)?)?;
            Ok(events.into_iter().map(|(event, _)| event).collect())
        })
    }

    /// What is shown of a learner, as it is stored.
    pub fn projection(&self, learner: LearnerId) -> Result<LearnerFold> {
        self.store.read(|conn| load(conn, learner_no(conn, learner)?))
    }

    /// The receipts that are kept here.
    pub fn receipts(&self) -> Result<Vec<KeptReceipt>> {
        let doing = "listing receipts";
        self.store.read(|conn| {
            let sql = "SELECT sign_key, public_key, seq, lacking FROM receipt
                       JOIN relay USING (relay_no) JOIN chain USING (chain_no)";
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let rows = statement.query_map([], |row| {
                Ok(KeptReceipt {
                    relay: row.get("sign_key")?,
                    replica: crate::journal::replica_id(&row.get("public_key")?),
                    seq: row.get::<_, i64>("seq")?.unsigned_abs(),
                    lacking: row.get("lacking")?,
                })
            });
            rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// Learners that this device knows to be erased everywhere.
    pub fn erased(&self) -> Result<Vec<LearnerId>> {
        let doing = "listing erasures";
        self.store.read(|conn| {
            let mut statement =
                conn.prepare_cached("SELECT learner_id FROM erased").doing(doing)?;
            let rows = statement.query_map([], |row| row.get("learner_id").map(LearnerId));
            rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// Lets the database grow by so many pages and no further, or without end.
    pub fn limit_disk(&self, pages: Option<u32>) -> Result<()> {
        self.store.limit_pages(pages)
    }

    /// Lets the power go at one of the next commits.
    pub fn crash_at(&self, crash: Option<Crash>) {
        self.store.crash_at(crash);
    }
}
