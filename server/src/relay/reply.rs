//! The reply: receipts for what is held, then what waits for the sender, as far as there is room.

use std::collections::BTreeSet;

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::Event;
use hocvu_core::sync::{
    ANSWER, BatchSlot, CHAINS_MAX, ERASURE, EVENTS, EVENTS_MAX, Head, Held, Passed, Receipt,
    ReplyWriter, Status, events_to_bytes,
};
use rusqlite::{Connection, named_params};

use super::segments::{COLUMNS, Segment, is_held, segment, tips};
use super::{CELL, Relay, Result, Taken, bare_answer, erase, store};

/// The most bytes of a reply that nobody asked to be smaller.
const REPLY_BYTES_MAX: usize = 512 * 1024;
/// The least that a sender may ask for.
const REPLY_BYTES_LEAST: usize = 600;
/// Erasures told in one reply.
const ERASURES_MAX: usize = 256;
/// Segments looked at for one reply.
const SEGMENTS_MAX: usize = 2_048;
/// What an event costs at least, and at most beside its body.
const LEAST_EVENT_BYTES: usize = 2;
const PLAIN_EVENT_BYTES: usize = 80;
/// What a frame costs beside its payload.
const FRAME_BYTES: usize = 20;

impl Relay {
    /// Writes the reply to a request that was taken in, from what is committed.
    pub(super) fn reply(&self, conn: &Connection, taken: &Taken) -> Result<Vec<u8>> {
        let now_s = self.ports.clock.now_s();
        let (incarnation, newest) = store::itself(conn)?;
        let entropy = self.ports.entropy.as_ref();
        let mut writer = ReplyWriter::answer(&taken.expected, entropy);
        let mut answer = bare_answer(incarnation, now_s, taken);
        if taken.status == Some(Status::NotAdmitted) {
            writer.add(ANSWER, &answer.to_payload());
            return Ok(writer.finish());
        }
        answer.receipts = self.receipts(conn, taken, now_s)?;
        let room = taken.opening.reply_bytes_max.map_or(REPLY_BYTES_MAX, |bytes| {
            (bytes as usize).clamp(REPLY_BYTES_LEAST, REPLY_BYTES_MAX)
        });
        let room = room.saturating_sub(writer.bytes_len() + answer.to_payload().len() + 40);
        let cursor = taken.opening.cursor.filter(|cursor| *cursor.incarnation == incarnation);
        let cursor = cursor.map(|cursor| Position::from_number(cursor.number));
        // A number that was never given: this relay lost what came after it.
        let cursor = cursor.filter(|cursor| cursor.no <= newest).unwrap_or(Position::behind(0));
        let waiting = waiting_for(conn, taken, cursor, newest, room)?;
        answer.cursor = Some(waiting.reached.number());
        answer.more = waiting.more.then_some(true);
        writer.add(ANSWER, &answer.to_payload());
        for word in waiting.erasures {
            writer.add(ERASURE, &word);
        }
        for events in waiting.frames {
            writer.add(EVENTS, &events);
        }
        Ok(writer.finish())
    }

    /// For each chain that the sender asked about: this relay's receipts, one for each branch, and
    /// the counting server's that was passed down.
    fn receipts(&self, conn: &Connection, taken: &Taken, now_s: i64) -> Result<Vec<Receipt>> {
        let asked = taken.opening.chains.iter().flatten().map(|replica| (*replica, Some(*replica)));
        let own = (!taken.is_relay()).then_some((taken.sender, None));
        let request = taken.expected.request_id();
        let mut receipts = Vec::new();
        for (replica, named) in own.into_iter().chain(asked) {
            for (seq, link) in held_heads(conn, taken, replica)? {
                let held = Held { replica, seq, link, at_s: now_s };
                receipts.push(Receipt {
                    replica: named,
                    seq,
                    link: link.into(),
                    at_s: now_s,
                    signature: held.sign(&self.secret, &request).into(),
                    passed: None,
                });
            }
            receipts.extend(passed_down(conn, replica, named)?);
            if receipts.len() >= CHAINS_MAX {
                // More than this nobody reads. Those who ask about so many ask again.
                receipts.truncate(CHAINS_MAX);
                break;
            }
        }
        Ok(receipts)
    }
}

/// Where this relay's branches of a chain end, and beside that what the sender can compare: how far
/// its own batches reach, and the heads that it names. Without them it could not know that a branch
/// is held which somebody else went on with.
fn held_heads(
    conn: &Connection,
    taken: &Taken,
    replica: ReplicaId,
) -> Result<BTreeSet<(u64, [u8; 32])>> {
    let mut heads: BTreeSet<_> = tips(conn, replica)?.into_iter().collect();
    let of_chain = |head: &&Head| head.replica == replica;
    heads.extend(taken.reached.iter().filter(of_chain).map(|head| (head.seq, *head.link)));
    for head in taken.opening.heads.iter().flatten().filter(of_chain) {
        if is_held(conn, replica, head.seq, &head.link)? {
            heads.insert((head.seq, *head.link));
        }
    }
    Ok(heads)
}

fn passed_down(
    conn: &Connection,
    replica: ReplicaId,
    named: Option<ReplicaId>,
) -> Result<Vec<Receipt>> {
    let sql = "SELECT by, seq, link, at_s, request, signature FROM counted
               WHERE cell = :cell AND replica = :replica ORDER BY seq";
    let mut statement = conn.prepare_cached(sql)?;
    let rows =
        statement.query_map(named_params! { ":cell": CELL, ":replica": replica.0 }, |row| {
            let (by, request): ([u8; 32], [u8; 16]) = (row.get("by")?, row.get("request")?);
            let (link, signature): ([u8; 32], [u8; 64]) = (row.get("link")?, row.get("signature")?);
            Ok(Receipt {
                replica: named,
                seq: row.get::<_, i64>("seq")?.unsigned_abs(),
                link: link.into(),
                at_s: row.get("at_s")?,
                signature: signature.into(),
                passed: Some(Passed { by: by.into(), request: request.into() }),
            })
        })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How far a sender has come: everything below a segment, and so many slots of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    no: i64,
    slots: u16,
}

impl Position {
    /// Behind a segment or an erasure.
    fn behind(no: i64) -> Self {
        Self { no, slots: u16::MAX }
    }

    fn from_number(number: u64) -> Self {
        let no = i64::try_from(number >> 16).expect("48 bits fit");
        Self { no, slots: (number & 0xffff) as u16 }
    }

    fn number(self) -> u64 {
        self.no.unsigned_abs() << 16 | u64::from(self.slots)
    }
}

/// What waits for a sender above its cursor.
struct Waiting {
    erasures: Vec<Vec<u8>>,
    frames: Vec<Vec<u8>>,
    reached: Position,
    more: bool,
}

fn waiting_for(
    conn: &Connection,
    taken: &Taken,
    cursor: Position,
    newest: i64,
    room: usize,
) -> Result<Waiting> {
    let reached = Position::behind(newest);
    let mut waiting = Waiting { erasures: Vec::new(), frames: Vec::new(), reached, more: false };
    let mut room = room;
    for (no, word) in erase::to_tell(conn, taken.sender, cursor.no)? {
        let fits = word.len() + FRAME_BYTES <= room || waiting.erasures.is_empty();
        if waiting.erasures.len() == ERASURES_MAX || !fits {
            // The position stays below what did not fit, so that it comes the next time.
            waiting.stop_at(Position::behind(no - 1));
            break;
        }
        room = room.saturating_sub(word.len() + FRAME_BYTES);
        waiting.erasures.push(word);
    }
    if taken.is_relay() {
        return Ok(waiting);
    }
    let found = segments_for(conn, taken.sender, cursor)?;
    if found.len() == SEGMENTS_MAX {
        waiting.stop_at(Position::behind(found.last().map_or(0, |wanted| wanted.segment.no)));
    }
    let mut pending: Vec<Event> = Vec::new();
    for Wanted { segment, learners } in found {
        let skipped = if segment.no == cursor.no { usize::from(cursor.slots) } else { 0 };
        let batch = segment.batch()?;
        let is_hers = |event: &Event| event.learner.is_some_and(|l| learners.contains(&l.0));
        let hers: Vec<(usize, &Event)> = batch
            .slots
            .iter()
            .enumerate()
            .skip(skipped)
            .filter_map(|(at, slot)| match slot {
                BatchSlot::Event { event, .. } if is_hers(event) => Some((at, event)),
                _ => None,
            })
            .collect();
        let fits = how_many_fit(&mut pending, &hers, room);
        if fits < hers.len() {
            let slots = hers[fits].0;
            let slots = u16::try_from(slots).expect("a segment has fewer slots");
            waiting.stop_at(Position { no: segment.no, slots });
            break;
        }
    }
    if !pending.is_empty() {
        waiting.frames.push(events_to_bytes(&pending));
    }
    Ok(waiting)
}

/// Appends as many of the events as fit, at least one to an empty frame, and says how many.
fn how_many_fit(pending: &mut Vec<Event>, events: &[(usize, &Event)], room: usize) -> usize {
    let before = pending.len();
    // An event costs two bytes at the very least, so encoding more of them shows nothing.
    let mut count = events.len().min(EVENTS_MAX - before).min(1 + room / LEAST_EVENT_BYTES);
    let plain = |event: &Event| event.body.len() + PLAIN_EVENT_BYTES;
    let surely: usize = pending.iter().map(plain).sum::<usize>()
        + events[..count].iter().map(|(_, event)| plain(event)).sum::<usize>();
    if surely + FRAME_BYTES <= room {
        pending.extend(events[..count].iter().map(|(_, event)| (*event).clone()));
        return count;
    }
    loop {
        pending.truncate(before);
        pending.extend(events[..count].iter().map(|(_, event)| (*event).clone()));
        let bytes = if pending.is_empty() { 0 } else { events_to_bytes(pending).len() };
        if bytes + FRAME_BYTES <= room || count == 0 || pending.len() == 1 {
            return count;
        }
        let fewer = count * room.saturating_sub(FRAME_BYTES) / bytes * 9 / 10;
        count = fewer.min(count - 1);
        if before == 0 {
            count = count.max(1);
        }
    }
}

impl Waiting {
    /// Stops here: what lies behind comes the next time.
    fn stop_at(&mut self, position: Position) {
        self.reached = self.reached.min(position);
        self.more = true;
    }
}

struct Wanted {
    segment: Segment,
    learners: Vec<[u8; 16]>,
}

/// Segments from a position on with events about learners whom the sender holds, of other replicas.
fn segments_for(conn: &Connection, replica: ReplicaId, from: Position) -> Result<Vec<Wanted>> {
    let from = if from.slots == u16::MAX { from.no + 1 } else { from.no };
    let sql = format!(
        "{COLUMNS} WHERE cell = :cell AND segment_no >= :from AND replica != :replica
             AND segment_no IN (
                 SELECT segment_no FROM holder JOIN segment_learner USING (cell, learner)
                 WHERE holder.cell = :cell AND holder.replica = :replica
                     AND segment_no >= :from)
         ORDER BY segment_no LIMIT :most"
    );
    let params = named_params! {
        ":cell": CELL,
        ":replica": replica.0,
        ":from": from,
        ":most": SEGMENTS_MAX as i64,
    };
    let mut statement = conn.prepare_cached(&sql)?;
    let found: Vec<Segment> =
        statement.query_map(params, segment)?.collect::<rusqlite::Result<_>>()?;
    let mut all = Vec::with_capacity(found.len());
    for segment in found {
        let sql = "SELECT learner FROM holder JOIN segment_learner USING (cell, learner)
                   WHERE holder.cell = :cell AND holder.replica = :replica
                       AND segment_no = :segment_no";
        let params = named_params! {
            ":cell": CELL,
            ":replica": replica.0,
            ":segment_no": segment.no,
        };
        let mut statement = conn.prepare_cached(sql)?;
        let learners = statement.query_map(params, |row| row.get("learner"))?;
        let learners = learners.collect::<rusqlite::Result<_>>()?;
        all.push(Wanted { segment, learners });
    }
    Ok(all)
}
