//! This device: its commune, the volunteer's passcode, choices made here, what people must be told.

mod choices;
mod surroundings;

pub use choices::Choices;
pub use surroundings::{Hold, Network, Surroundings};

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::ReplicaId;
use crate::journal::{Deed, PlaceSet, append, own_replica};
use crate::learner::{VOLUNTEER, check_code, has_code, remove_code, set_code};

/// The fewest characters of a passcode.
pub const PASSCODE_CHARS_MIN: usize = 6;

/// The most characters of a passcode, and of a setting.
const CHARS_MAX: usize = 200;

/// Something that happened to this device's data and that people should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The database was damaged; what could be read was saved into a new one.
    Salvaged {
        /// Events that could not be read.
        lost: u64,
    },
    /// The data folder was copied or restored: what is recorded from now on is a new replica's.
    NewReplica,
    /// The key store forgot the key: names have to be given once more.
    NamesLost,
}

impl Notice {
    fn name(self) -> &'static str {
        match self {
            Self::Salvaged { .. } => "notice-salvaged",
            Self::NewReplica => "notice-new-replica",
            Self::NamesLost => "notice-names-lost",
        }
    }

    fn value(self) -> String {
        match self {
            Self::Salvaged { lost } => lost.to_string(),
            Self::NewReplica | Self::NamesLost => String::from("1"),
        }
    }

    /// Notes it in the transaction in which it happens.
    pub(crate) fn note(self, tx: &Transaction<'_>) -> Result<()> {
        put(tx, self.name(), &self.value())
    }
}

/// The room of the device; see [`HocvuCore::device`].
pub struct Device<'a> {
    pub(crate) core: &'a HocvuCore,
}

impl Device<'_> {
    /// The replica that this device records as.
    pub fn replica(&self) -> Result<ReplicaId> {
        self.core.store.read(own_replica)
    }

    /// The code of the commune that this device serves.
    pub fn commune(&self) -> Result<Option<String>> {
        self.core.store.read(|conn| {
            let place = conn.query_row("SELECT commune FROM place", [], |row| row.get("commune"));
            place.optional().doing("reading the commune")
        })
    }

    /// Says which commune this device serves: a 5-digit code. The caller knows which codes exist.
    pub fn set_commune(&self, code: &str) -> Result<()> {
        if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::invalid("commune", "its code is not five digits"));
        }
        self.core.write("setting the commune", |w| {
            append(w, None, &Deed::PlaceSet(PlaceSet { commune: code.to_owned() }))?;
            project_place(w.tx, code)
        })
    }

    /// Whether the volunteer has a passcode.
    pub fn has_passcode(&self) -> Result<bool> {
        self.core.store.read(|conn| has_code(conn, VOLUNTEER))
    }

    /// Sets the volunteer's passcode, of at least [`PASSCODE_CHARS_MIN`] characters.
    pub fn set_passcode(&self, code: &str) -> Result<()> {
        if !(PASSCODE_CHARS_MIN..=CHARS_MAX).contains(&code.chars().count()) {
            return Err(Error::invalid("passcode", "it is too short or too long"));
        }
        set_code(self.core, VOLUNTEER, code)
    }

    /// Compares the volunteer's passcode; fails with `NotFound` when none is set.
    pub fn check_passcode(&self, code: &str) -> Result<()> {
        if !self.has_passcode()? {
            return Err(Error::NotFound { what: "passcode" });
        }
        check_code(self.core, VOLUNTEER, code)
    }

    /// Takes the passcode away, so that a new one can be set.
    pub fn remove_passcode(&self) -> Result<()> {
        self.core.store.write("removing the passcode", |tx| remove_code(tx, VOLUNTEER))
    }

    /// A choice made on this device.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.core.store.read(|conn| get(conn, name))
    }

    /// Keeps a choice made on this device.
    pub fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        if name.len() > CHARS_MAX || value.len() > CHARS_MAX {
            return Err(Error::invalid("setting", "it is too long"));
        }
        self.core.store.write("keeping a setting", |tx| put(tx, name, value))
    }

    /// Forgets a choice made on this device.
    pub fn remove_setting(&self, name: &str) -> Result<()> {
        self.core.store.write("forgetting a setting", |tx| {
            let sql = "DELETE FROM setting WHERE name = :name";
            tx.execute(sql, named_params! { ":name": name }).doing("forgetting a setting")?;
            Ok(())
        })
    }

    /// What people should be told until somebody has read it.
    pub fn notices(&self) -> Result<Vec<Notice>> {
        self.core.store.read(|conn| {
            let mut notices = Vec::new();
            if let Some(lost) = get(conn, Notice::Salvaged { lost: 0 }.name())? {
                notices.push(Notice::Salvaged { lost: lost.parse().unwrap_or(0) });
            }
            for notice in [Notice::NewReplica, Notice::NamesLost] {
                if get(conn, notice.name())?.is_some() {
                    notices.push(notice);
                }
            }
            Ok(notices)
        })
    }

    /// Notes that a notice was read.
    pub fn dismiss(&self, notice: Notice) -> Result<()> {
        self.core.store.write("noting that a notice was read", |tx| {
            let row = named_params! { ":name": notice.name() };
            tx.execute("DELETE FROM setting WHERE name = :name", row)
                .doing("noting that a notice was read")?;
            Ok(())
        })
    }
}

/// Stores which commune this device serves, as its newest `PlaceSet` says.
pub(crate) fn project_place(tx: &Transaction<'_>, commune: &str) -> Result<()> {
    let sql = "INSERT INTO place (only_row, commune) VALUES (1, :commune)
               ON CONFLICT (only_row) DO UPDATE SET commune = excluded.commune";
    tx.execute(sql, named_params! { ":commune": commune }).doing("setting the commune")?;
    Ok(())
}

/// A choice made on this device, inside of a transaction.
pub(crate) fn get(conn: &Connection, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM setting WHERE name = :name";
    let value = conn.query_row(sql, named_params! { ":name": name }, |row| row.get("value"));
    value.optional().doing("reading a setting")
}

fn put(tx: &Transaction<'_>, name: &str, value: &str) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO setting (name, value) VALUES (:name, :value)";
    tx.execute(sql, named_params! { ":name": name, ":value": value }).doing("keeping a setting")?;
    Ok(())
}
