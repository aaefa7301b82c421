//! Who may send, and how much a day. A quota belongs to the admitted sender, never to an address:
//! thirty phones share one. Over quota means "later", never "no".

use hocvu_core::Ports;
use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::replica_id;
use hocvu_core::sync::{Opening, Role, Status};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::{CELL, Result};

/// What one device may send a day: far more than thirty people can learn.
const REPLICA_EVENTS_MAX: u64 = 200_000;
const REPLICA_BYTES_MAX: u64 = 64 << 20;
/// A hub brings the work of many.
const RELAY_FACTOR: u64 = 64;
const DAY_S: i64 = 86_400;
/// The longest that a sender is told to wait.
const RETRY_S_MAX: i64 = 6 * 3_600;
const TOKEN_BYTES: usize = 16;
/// The most senders that one token admits: a code that leaked cannot fill the disk.
const SENDERS_MAX: i64 = 1_000_000;

/// A sender who was let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender {
    pub(super) no: i64,
    pub(super) replica: ReplicaId,
    pub(super) is_relay: bool,
}

/// Whether a request is looked at.
pub(super) enum Admission {
    Admitted(Sender),
    Later {
        sender: Sender,
        retry_after_s: u32,
    },
    Refused,
    /// A hub that the volunteer takes nothing from.
    ShutOut,
}

impl Admission {
    pub(super) fn status(&self) -> Option<Status> {
        match self {
            Self::Admitted(_) => None,
            Self::Later { .. } => Some(Status::Later),
            Self::Refused | Self::ShutOut => Some(Status::NotAdmitted),
        }
    }

    pub(super) fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Later { retry_after_s, .. } => Some(*retry_after_s),
            _ => None,
        }
    }

    /// The sender's number, where it was admitted as a relay, whatever it says that it is.
    pub(super) fn hub(&self) -> Option<i64> {
        match self {
            Self::Admitted(sender) | Self::Later { sender, .. } => {
                sender.is_relay.then_some(sender.no)
            }
            Self::Refused | Self::ShutOut => None,
        }
    }
}

/// Makes the first tokens, one for devices and one for relays.
pub(super) fn make_tokens(tx: &Transaction<'_>, ports: &Ports) -> Result<()> {
    for admits in [Role::Replica, Role::Relay] {
        let sql = "SELECT EXISTS (SELECT 1 FROM token
                                  WHERE cell = :cell AND admits = :admits) AS made";
        let row = named_params! { ":cell": CELL, ":admits": admits == Role::Relay };
        if !tx.prepare_cached(sql)?.query_row(row, |row| row.get("made"))? {
            make_token(tx, admits, ports)?;
        }
    }
    Ok(())
}

fn make_token(tx: &Transaction<'_>, admits: Role, ports: &Ports) -> Result<()> {
    let mut token = [0; TOKEN_BYTES];
    ports.entropy.fill(&mut token);
    let sql = "INSERT INTO token (cell, token, admits, made_s)
               VALUES (:cell, :token, :admits, :made_s)";
    let row = named_params! {
        ":cell": CELL,
        ":token": token,
        ":admits": admits == Role::Relay,
        ":made_s": ports.clock.now_s(),
    };
    tx.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// Puts a new token in the place of the one for a role. Who was let in with the old one is known by
/// its key and stays.
pub(super) fn replace_token(tx: &Transaction<'_>, admits: Role, ports: &Ports) -> Result<()> {
    let sql = "DELETE FROM token WHERE cell = :cell AND admits = :admits";
    let row = named_params! { ":cell": CELL, ":admits": admits == Role::Relay };
    tx.prepare_cached(sql)?.execute(row)?;
    make_token(tx, admits, ports)
}

/// The token of the join code for devices or for relays.
pub(super) fn token(conn: &Connection, admits: Role) -> Result<Vec<u8>> {
    let sql = "SELECT token FROM token WHERE cell = :cell AND admits = :admits";
    let row = named_params! { ":cell": CELL, ":admits": admits == Role::Relay };
    Ok(conn.prepare_cached(sql)?.query_row(row, |row| row.get("token"))?)
}

/// How a sender stands with this relay.
enum Standing {
    /// Let in before: what it used today, and whether that is too much.
    Known {
        sender: Sender,
        used: (u64, u64),
        is_over: bool,
    },
    /// It shows the token of its role.
    New,
    Refused,
    /// The volunteer takes nothing from it: no token changes that.
    ShutOut,
}

fn standing(conn: &Connection, opening: &Opening, bytes: usize, now_s: i64) -> Result<Standing> {
    let key: [u8; 32] = *opening.sender;
    let sql =
        "SELECT sender_no, is_relay, day, events, bytes, shut_out_s IS NOT NULL AS is_shut_out
               FROM sender
               WHERE cell = :cell AND public_key = :public_key";
    let row = named_params! { ":cell": CELL, ":public_key": key };
    let known = conn.prepare_cached(sql)?.query_row(row, |row| {
        let (no, is_relay) = (row.get("sender_no")?, row.get("is_relay")?);
        let sender = Sender { no, replica: replica_id(&key), is_relay };
        let n = |n: i64| n.unsigned_abs();
        let used = (n(row.get("events")?), n(row.get("bytes")?));
        Ok((sender, row.get::<_, i64>("day")?, used, row.get("is_shut_out")?))
    });
    if let Some((sender, its_day, used, is_shut_out)) = known.optional()? {
        if is_shut_out {
            return Ok(Standing::ShutOut);
        }
        let used = if its_day == now_s.div_euclid(DAY_S) { used } else { (0, 0) };
        let factor = if sender.is_relay { RELAY_FACTOR } else { 1 };
        let is_over = used.0 >= REPLICA_EVENTS_MAX * factor
            || used.1 + bytes as u64 > REPLICA_BYTES_MAX * factor;
        return Ok(Standing::Known { sender, used, is_over });
    }
    let Some(token) = &opening.token else { return Ok(Standing::Refused) };
    let sql = "SELECT EXISTS (SELECT 1 FROM token
                              WHERE cell = :cell AND token = :token
                                  AND admits = :admits) AS good,
                   (SELECT coalesce(max(sender_no), 0) FROM sender
                    WHERE cell = :cell) AS senders";
    let row = named_params! {
        ":cell": CELL,
        ":token": token.as_slice(),
        ":admits": opening.role == Some(Role::Relay),
    };
    let (good, senders): (bool, i64) = conn
        .prepare_cached(sql)?
        .query_row(row, |row| Ok((row.get("good")?, row.get("senders")?)))?;
    Ok(if good && senders < SENDERS_MAX { Standing::New } else { Standing::Refused })
}

/// Whether a request would be looked at now.
pub(super) fn is_welcome(
    conn: &Connection,
    opening: &Opening,
    bytes: usize,
    now_s: i64,
) -> Result<bool> {
    let standing = standing(conn, opening, bytes, now_s)?;
    Ok(matches!(standing, Standing::New | Standing::Known { is_over: false, .. }))
}

/// Lets a sender in whom this relay knows, in the role in which it was admitted, or who shows the
/// token of its role: somebody with the code that hangs on the wall is no hub.
pub(super) fn admit(
    tx: &Transaction<'_>,
    opening: &Opening,
    bytes: usize,
    now_s: i64,
) -> Result<Admission> {
    let day = now_s.div_euclid(DAY_S);
    match standing(tx, opening, bytes, now_s)? {
        Standing::Known { sender, used: (events, sent), is_over } => {
            let sql = "UPDATE sender SET seen_s = :seen_s, day = :day, events = :events,
                           bytes = :bytes
                       WHERE cell = :cell AND sender_no = :sender_no";
            tx.prepare_cached(sql)?.execute(named_params! {
                ":cell": CELL,
                ":sender_no": sender.no,
                ":seen_s": now_s,
                ":day": day,
                ":events": i64::try_from(events).unwrap_or(i64::MAX),
                ":bytes": i64::try_from(sent).unwrap_or(i64::MAX),
            })?;
            if is_over {
                let left_s = DAY_S - now_s.rem_euclid(DAY_S);
                let retry_after_s = u32::try_from(left_s.min(RETRY_S_MAX)).unwrap_or(3_600);
                return Ok(Admission::Later { sender, retry_after_s });
            }
            Ok(Admission::Admitted(sender))
        }
        Standing::New => {
            let (key, is_relay): ([u8; 32], _) =
                (*opening.sender, opening.role == Some(Role::Relay));
            let sql = "INSERT INTO sender
                           (cell, sender_no, public_key, is_relay, admitted_s, seen_s, day)
                       SELECT :cell, coalesce(max(sender_no), 0) + 1, :public_key, :is_relay,
                           :now_s, :now_s, :day
                       FROM sender WHERE cell = :cell
                       RETURNING sender_no";
            let row = named_params! {
                ":cell": CELL,
                ":public_key": key,
                ":is_relay": is_relay,
                ":now_s": now_s,
                ":day": day,
            };
            let no = tx.prepare_cached(sql)?.query_row(row, |row| row.get("sender_no"))?;
            Ok(Admission::Admitted(Sender { no, replica: replica_id(&key), is_relay }))
        }
        Standing::Refused => Ok(Admission::Refused),
        Standing::ShutOut => Ok(Admission::ShutOut),
    }
}

/// Counts what a sender brought, today and ever.
pub(super) fn note(tx: &Transaction<'_>, sender: &Sender, events: u64, bytes: usize) -> Result<()> {
    let sql = "UPDATE sender SET events = events + :events, bytes = bytes + :bytes,
                   events_new = events_new + :events
               WHERE cell = :cell AND sender_no = :sender_no";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":cell": CELL,
        ":sender_no": sender.no,
        ":events": i64::try_from(events).unwrap_or(i64::MAX),
        ":bytes": i64::try_from(bytes).unwrap_or(i64::MAX),
    })?;
    Ok(())
}
