//! The check in the background: after an unclean end the file is looked over while people learn.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crate::error::{Error, Result};
use crate::hocvu::HocvuCore;

impl HocvuCore {
    /// Whether the process before this one ended without closing the data folder.
    pub fn ended_uncleanly(&self) -> bool {
        self.store.ended_uncleanly()
    }

    /// After an unclean end, checks the database on a thread of its own; `None` when there is no
    /// reason to. What it finds damaged the next start salvages. The thread holds the core: close
    /// it by joining first.
    pub fn check_in_background(self: &Arc<Self>) -> Option<JoinHandle<Result<bool>>> {
        if !self.ended_uncleanly() {
            return None;
        }
        let core = Arc::clone(self);
        Builder::new().name("hocvu-check".into()).spawn(move || core.check()).ok()
    }

    /// Checks the database's pages; says whether they are whole, and notes it when they are not, so
    /// that the next start salvages.
    pub fn check(&self) -> Result<bool> {
        let checked = self.store.read(|conn| {
            let sql = "PRAGMA quick_check(1)";
            let said = conn.query_row(sql, [], |row| row.get::<_, String>(0));
            crate::error::Doing::doing(said, "checking the database")
        });
        let whole = match checked {
            Ok(said) => said == "ok",
            Err(Error::Damaged { .. }) => false,
            Err(error) => return Err(error),
        };
        if !whole {
            self.store.note_damage()?;
        }
        Ok(whole)
    }
}
