//! Reading events back: exactly the bytes that were written.

use ed25519_dalek::SigningKey;
use rusqlite::{Connection, Row, Statement, named_params};

use super::chain::{self, EventHash, Link};
use super::words::Words;
use super::{Event, chain_and_seq, slot_of};
use crate::error::{Doing, Error, Result};
use crate::ids::{LearnerId, ReplicaId};

/// A chain that lies here.
pub(crate) struct Chain {
    pub(crate) chain_no: i64,
    pub(crate) public_key: [u8; 32],
    pub(crate) secret_key: Option<[u8; 32]>,
}

impl Chain {
    pub(crate) fn replica(&self) -> ReplicaId {
        chain::replica_id(&self.public_key)
    }

    pub(crate) fn signing_key(&self) -> Option<SigningKey> {
        self.secret_key.as_ref().map(SigningKey::from_bytes)
    }
}

/// One number of a chain: an event, or what is left of it.
pub(crate) enum Slot {
    /// An event that is held, the link before it and the salt it is hashed with.
    Held { event: Box<Event>, link: Link, salt: Option<[u8; 32]> },
    /// Erased: the hash is kept.
    Erased { seq: u64, link: Link, hash: EventHash },
    /// Lost by damage.
    Lost { seq: u64, link: Link },
}

impl Slot {
    pub(crate) fn seq(&self) -> u64 {
        match self {
            Self::Held { event, .. } => event.seq,
            Self::Erased { seq, .. } | Self::Lost { seq, .. } => *seq,
        }
    }

    pub(crate) fn link(&self) -> &Link {
        match self {
            Self::Held { link, .. } | Self::Erased { link, .. } | Self::Lost { link, .. } => link,
        }
    }

    /// The hash of what happened here, or `None` where it cannot be known.
    pub(crate) fn hash(&self) -> Option<EventHash> {
        match self {
            Self::Held { event, salt, .. } => {
                salt.map(|salt| chain::event_hash(&salt, &event.to_bytes()))
            }
            Self::Erased { hash, .. } => Some(*hash),
            Self::Lost { .. } => None,
        }
    }
}

/// All chains that lie here, in the order in which they began.
pub(crate) fn chains(conn: &Connection) -> Result<Vec<Chain>> {
    let doing = "listing chains";
    let sql = "SELECT chain_no, public_key, secret_key FROM chain ORDER BY chain_no";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let rows = statement.query_map([], |row| {
        Ok(Chain {
            chain_no: row.get("chain_no")?,
            public_key: row.get("public_key")?,
            secret_key: row.get("secret_key")?,
        })
    });
    rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
}

const EVENT_COLUMNS: &str = "
    SELECT slot, kind, kind_version, lamport_ahead, after_s, link, body, public_key, began_s,
        learner_id, salt
    FROM event
    JOIN chain ON chain.chain_no = slot >> 40
    LEFT JOIN learner ON learner.learner_no = event.learner_no
    LEFT JOIN salt ON salt.chain_no = slot >> 40 AND salt.learner_no = event.learner_no";

/// Where the columns are: to look for their names in each row costs as much as to read it.
struct Columns {
    slot: usize,
    kind: usize,
    kind_version: usize,
    lamport_ahead: usize,
    after_s: usize,
    link: usize,
    body: usize,
    public_key: usize,
    began_s: usize,
    learner_id: usize,
    salt: usize,
}

/// Reads the events of one pass, and remembers what stands in many of them.
struct Reader<'c> {
    at: Columns,
    words: Words<'c>,
    replica: Option<([u8; 32], ReplicaId)>,
}

impl<'c> Reader<'c> {
    fn new(conn: &'c Connection, statement: &Statement<'_>) -> Result<Self> {
        let at = |name| statement.column_index(name).doing("reading events");
        let at = Columns {
            slot: at("slot")?,
            kind: at("kind")?,
            kind_version: at("kind_version")?,
            lamport_ahead: at("lamport_ahead")?,
            after_s: at("after_s")?,
            link: at("link")?,
            body: at("body")?,
            public_key: at("public_key")?,
            began_s: at("began_s")?,
            learner_id: at("learner_id")?,
            salt: at("salt")?,
        };
        Ok(Self { at, words: Words::new(conn), replica: None })
    }

    fn held(&mut self, row: &Row<'_>) -> Result<Slot> {
        let doing = "reading an event";
        let (_, seq) = chain_and_seq(row.get(self.at.slot).doing(doing)?);
        let began_s: i64 = row.get(self.at.began_s).doing(doing)?;
        let after_s: i64 = row.get(self.at.after_s).doing(doing)?;
        let ahead: i64 = row.get(self.at.lamport_ahead).doing(doing)?;
        let learner: Option<[u8; 16]> = row.get(self.at.learner_id).doing(doing)?;
        let body = row.get_ref(self.at.body).doing(doing)?.as_blob().map_err(|_| {
            Error::Damaged { detail: format!("the body of event {seq} is no blob") }
        })?;
        let event = Event {
            replica: self.replica(row.get(self.at.public_key).doing(doing)?),
            seq,
            lamport: seq.saturating_add(ahead.unsigned_abs()),
            time_s: began_s.wrapping_add(after_s),
            learner: learner.map(LearnerId),
            kind: row.get(self.at.kind).doing(doing)?,
            kind_version: row.get(self.at.kind_version).doing(doing)?,
            body: self.words.expand(seq, body)?,
        };
        let link = row.get(self.at.link).doing(doing)?;
        let salt = row.get(self.at.salt).doing(doing)?;
        Ok(Slot::Held { event: Box::new(event), link, salt })
    }

    fn replica(&mut self, public_key: [u8; 32]) -> ReplicaId {
        match self.replica {
            Some((of, replica)) if of == public_key => replica,
            _ => {
                let replica = chain::replica_id(&public_key);
                self.replica = Some((public_key, replica));
                replica
            }
        }
    }
}

/// Calls `see` with every slot of a chain from `from` to `to`, both included, in rising order;
/// numbers without any row are left out.
pub(crate) fn slots(
    conn: &Connection,
    chain_no: i64,
    (from, to): (u64, u64),
    mut see: impl FnMut(Slot) -> Result<()>,
) -> Result<()> {
    let doing = "reading the journal";
    let range = named_params! {
        ":from": slot_of(chain_no, from),
        ":to": slot_of(chain_no, to),
    };
    let gaps = "SELECT slot, link, hash FROM gap WHERE slot BETWEEN :from AND :to ORDER BY slot";
    let mut gaps = conn.prepare_cached(gaps).doing(doing)?;
    let gaps = gaps.query_map(range, |row| {
        let (_, seq) = chain_and_seq(row.get("slot")?);
        let link = row.get("link")?;
        Ok(match row.get("hash")? {
            Some(hash) => Slot::Erased { seq, link, hash },
            None => Slot::Lost { seq, link },
        })
    });
    let mut gaps = gaps.doing(doing)?.collect::<rusqlite::Result<Vec<_>>>().doing(doing)?;
    gaps.reverse();
    let sql = format!("{EVENT_COLUMNS} WHERE slot BETWEEN :from AND :to ORDER BY slot");
    let mut events = conn.prepare_cached(&sql).doing(doing)?;
    let mut reader = Reader::new(conn, &events)?;
    let mut rows = events.query(range).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let event = reader.held(row)?;
        while gaps.last().is_some_and(|gap| gap.seq() < event.seq()) {
            see(gaps.pop().expect("one was just seen"))?;
        }
        see(event)?;
    }
    gaps.into_iter().rev().try_for_each(see)
}

/// The numbers of a stretch of a chain whose events are of a kind, in rising order.
pub(crate) fn of_kind(
    conn: &Connection,
    kind: u32,
    chain_no: i64,
    (from, to): (u64, u64),
) -> Result<Vec<u64>> {
    let doing = "looking for events of a kind";
    let sql = "SELECT slot FROM event WHERE slot BETWEEN :from AND :to AND kind = :kind
               ORDER BY slot";
    let range = named_params! {
        ":from": slot_of(chain_no, from),
        ":to": slot_of(chain_no, to),
        ":kind": kind,
    };
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let rows = statement.query_map(range, |row| Ok(chain_and_seq(row.get("slot")?).1));
    rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
}

/// The events that are held of a stretch of a chain and a learner, in rising order.
pub(crate) fn events_between(
    conn: &Connection,
    learner_no: i64,
    chain_no: i64,
    (from, to): (u64, u64),
) -> Result<Vec<Event>> {
    let doing = "reading the journal";
    let sql = format!(
        "{EVENT_COLUMNS} WHERE slot BETWEEN :from AND :to AND event.learner_no = :learner_no
         ORDER BY slot"
    );
    let params = named_params! {
        ":from": slot_of(chain_no, from),
        ":to": slot_of(chain_no, to),
        ":learner_no": learner_no,
    };
    read_events(conn, &sql, params, doing).map(|all| all.into_iter().map(|(e, _)| e).collect())
}

/// All events about a learner that lie here, own and copied, each with the hash of its bytes, which
/// tells it from an event of the same number on another branch, on whichever device it lies. Reads the whole journal: there is no index by
/// learner, since it would cost every event a tenth of its size and only rare calls need it.
pub(crate) fn events_of_learner(conn: &Connection, learner_no: i64) -> Result<Vec<(Event, Link)>> {
    let doing = "reading a learner's record";
    let sql = format!("{EVENT_COLUMNS} WHERE event.learner_no = :learner_no ORDER BY slot");
    let params = named_params! { ":learner_no": learner_no };
    let mut events = read_events(conn, &sql, params, doing)?;
    events.extend(super::copies::copies_of(conn, learner_no)?);
    Ok(events)
}

fn read_events(
    conn: &Connection,
    sql: &str,
    params: &[(&str, &dyn rusqlite::ToSql)],
    doing: &'static str,
) -> Result<Vec<(Event, Link)>> {
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut reader = Reader::new(conn, &statement)?;
    let mut rows = statement.query(params).doing(doing)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let slot = reader.held(row)?;
        if let Slot::Held { event, .. } = slot {
            let hash = *blake3::hash(&event.to_bytes()).as_bytes();
            events.push((*event, hash));
        }
    }
    Ok(events)
}
