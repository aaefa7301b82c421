//! What can be done for a request before it is its turn to be written: opening it, decoding and
//! verifying what it carries. None of it waits for the one connection that writes, so requests are
//! opened side by side. Whatever was not done here is done when it is written, with the same result.

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::{Link, first_link, replica_id};
use hocvu_core::sync::{
    BATCH, Batch, Expected, Frame, MessageError, OPENING, Opening, RequestReader,
};
use rusqlite::Connection;

use super::{Refused, Relay, Result, admission, segments};

/// Slots, and bytes of bodies, that are decoded of a request before its turn: what a phone sends. A
/// few bytes can stand for very many, and many requests wait at once.
const READY_SLOTS_MAX: usize = 4_096;
const READY_BYTES_MAX: usize = 256 * 1024;

/// A request that was opened, or why it cannot be.
pub(super) type Opened = Result<Open, Refused>;

/// What a request says, and what was found out about it so far.
pub(super) struct Open {
    pub(super) expected: Expected,
    pub(super) opening: Opening,
    /// Behind the opening, as far as they are whole; `None` where the sender was not to be let in.
    pub(super) frames: Option<Vec<Prepared>>,
}

/// A frame and what it says.
pub(super) struct Prepared {
    pub(super) frame: Frame,
    pub(super) ready: Option<Ready>,
}

/// A batch that was decoded before its turn.
pub(super) enum Ready {
    Unreadable,
    Read(Box<Verified>),
}

/// A batch, and the links after its slots from each link before it that it was found to follow.
pub(super) struct Verified {
    pub(super) batch: Batch,
    pub(super) links: Vec<(Link, Vec<Link>)>,
}

impl Relay {
    /// Opens a request. What it carries is looked at only if its sender would be let in now.
    pub(super) fn open_request(&self, body: &[u8]) -> Result<Opened> {
        let (mut reader, expected, opening) = match self.begin(body) {
            Ok(begun) => begun,
            Err(refused) => return Ok(Err(refused)),
        };
        let now_s = self.ports.clock.now_s();
        self.readers.read(|conn| {
            let is_welcome = admission::is_welcome(conn, &opening, body.len(), now_s)?;
            let frames = if is_welcome { Some(prepare(conn, &mut reader)?) } else { None };
            Ok(Ok(Open { expected, opening, frames }))
        })
    }

    /// The frames of a request whose sender was let in after all.
    pub(super) fn open_late(&self, body: &[u8]) -> Vec<Prepared> {
        let Ok((mut reader, ..)) = self.begin(body) else { return Vec::new() };
        frames(&mut reader).map(|frame| Prepared { frame, ready: None }).collect()
    }

    fn begin<'a>(&self, body: &'a [u8]) -> Result<(RequestReader<'a>, Expected, Opening), Refused> {
        let mut reader = RequestReader::begin(&self.secret, body)?;
        let expected = reader.expected();
        let first = reader.next_frame()?.filter(|frame| frame.kind == OPENING);
        let first = first.ok_or(MessageError::Unreadable("request"))?;
        let opening = Opening::from_payload(&first.payload, self.key().id(), &expected.enc)?;
        Ok((reader, expected, opening))
    }
}

/// What cannot be opened ends the bundle; what came before it holds.
fn frames(reader: &mut RequestReader<'_>) -> impl Iterator<Item = Frame> {
    std::iter::from_fn(|| reader.next_frame().ok().flatten())
}

fn prepare(conn: &Connection, reader: &mut RequestReader<'_>) -> Result<Vec<Prepared>> {
    let (mut slots, mut bytes) = (READY_SLOTS_MAX, READY_BYTES_MAX);
    // Where batches of this request end, which the next ones may follow.
    let mut ends: Vec<(ReplicaId, u64, Link)> = Vec::new();
    let mut prepared = Vec::new();
    for frame in frames(reader) {
        let fits = Batch::claimed_slots(&frame.payload).is_some_and(|claimed| claimed <= slots);
        if frame.kind != BATCH || !fits {
            prepared.push(Prepared { frame, ready: None });
            continue;
        }
        let Ok(batch) = Batch::from_bytes(&frame.payload) else {
            // Nobody who is honest sends such a thing: it is not worth looking further.
            slots = 0;
            prepared.push(Prepared { frame, ready: Some(Ready::Unreadable) });
            continue;
        };
        let of_bodies: usize = segments::events_of(&batch).map(|event| event.body.len()).sum();
        slots -= batch.slots.len().min(slots);
        if of_bodies > bytes {
            slots = 0;
            prepared.push(Prepared { frame, ready: None });
            continue;
        }
        bytes -= of_bodies;
        let links = links_of(conn, &batch, &ends)?;
        let replica = replica_id(&batch.public_key);
        let last = batch.first + batch.slots.len() as u64 - 1;
        ends.extend(links.iter().filter_map(|(_, links)| Some((replica, last, *links.last()?))));
        let ready = Some(Ready::Read(Box::new(Verified { batch, links })));
        prepared.push(Prepared { frame, ready });
    }
    Ok(prepared)
}

/// The links that a batch is found to follow where it goes on at an end: of a segment, or of what
/// came before it in the same request.
fn links_of(
    conn: &Connection,
    batch: &Batch,
    ends: &[(ReplicaId, u64, Link)],
) -> Result<Vec<(Link, Vec<Link>)>> {
    let replica = replica_id(&batch.public_key);
    let before = batch.first - 1;
    let mut bases = Vec::new();
    if before == 0 {
        bases.push(first_link(&batch.public_key));
    } else {
        let ends = ends.iter().filter(|(of, seq, _)| (*of, *seq) == (replica, before));
        bases.extend(ends.map(|(_, _, link)| *link));
        for place in segments::around(conn, replica, before)? {
            if place.last == before && !bases.contains(&place.link_last) {
                bases.push(place.link_last);
            }
        }
    }
    // Led by a lost slot it follows anything: which link that is, is decided at its turn.
    if batch.lost_slots() > 0 {
        return Ok(Vec::new());
    }
    for base in bases {
        if let Ok(links) = batch.verify(&base) {
            return Ok(vec![(base, links)]);
        }
    }
    Ok(Vec::new())
}
