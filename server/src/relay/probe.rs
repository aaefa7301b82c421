//! What the simulator does to a relay and sees of it that no program may. Compiled in only under the
//! feature `testing`.

use std::sync::PoisonError;

use hocvu_core::ids::LearnerId;
use hocvu_core::plant::{self, Plant};
use rusqlite::Transaction;

use super::{Refused, Relay, RelayError, Result, Taken, store};

/// A power cut while requests are taken in: the commit reached the disk or not, and nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// Whether what was taken in is on the disk.
    pub is_committed: bool,
}

impl Relay {
    /// Lets the power go at the next request.
    pub fn crash_at(&self, crash: Option<Crash>) {
        *self.crash.lock().unwrap_or_else(PoisonError::into_inner) = crash;
    }

    /// Stops waiting for the disk.
    pub fn stop_syncing(&self) -> Result<()> {
        Ok(self.lock().execute_batch("PRAGMA synchronous = OFF")?)
    }

    /// Lets the database grow by so many pages and no further, or without end.
    pub fn limit_disk(&self, pages: Option<u32>) -> Result<()> {
        let conn = self.lock();
        let count: u32 = conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let most = pages.map_or(0xffff_fffe, |more| count + more);
        Ok(conn.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?)
    }

    /// The number given last to a segment or an erasure: while it stays, so does what lies here.
    pub fn newest(&self) -> Result<i64> {
        self.read(|conn| Ok(store::itself(conn)?.newest))
    }

    /// Learners whom this relay knows to be erased.
    pub fn erased(&self) -> Result<Vec<LearnerId>> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT learner FROM erased")?;
            let rows = statement.query_map([], |row| row.get("learner").map(LearnerId))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub(super) fn crash_now(&self) -> Option<Crash> {
        self.crash.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The power goes. What was planted decides whether a reply is out already.
    pub(super) fn go_dark(
        &self,
        tx: Transaction<'_>,
        mut taken: Vec<Result<Taken, Refused>>,
        crash: Crash,
    ) -> Result<Vec<Result<Taken, Refused>>> {
        if plant::is(Plant::AcknowledgeBeforeCommit) {
            for taken in taken.iter_mut().flatten() {
                taken.gone_out = Some(self.reply(&tx, taken)?);
            }
            return Ok(taken);
        }
        if crash.is_committed {
            tx.commit()?;
        }
        Err(RelayError::Keys(std::io::Error::other("the power went")))
    }
}
