//! The reply: receipts for what is held, then what waits for the sender, as far as there is room.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::{Event, Link};
use hocvu_core::sync::{
    ANSWER, Batch, BatchSlot, CHAINS_MAX, ERASURE, EVENTS, EVENTS_MAX, EXTRACT, Head, Held, Passed,
    Receipt, ReplyWriter, STRETCHES_MAX, Status, events_to_bytes,
};
use rusqlite::{Connection, Row, named_params};

use super::down::{self, Asking};
use super::lacking::OfChain;
use super::merge::parts_of;
use super::segments::{by_no, is_held, set_aside, tips};
use super::{
    CELL, Relay, RelayError, Result, Taken, bare_answer, erase, extracts, store, upstream,
};

/// The most bytes of a reply that nobody asked to be smaller.
const REPLY_BYTES_MAX: usize = 512 * 1024;
/// The least that a sender may ask for.
const REPLY_BYTES_LEAST: usize = 600;
/// Erasures told in one reply.
const ERASURES_MAX: usize = 256;
/// Extracts told in one reply.
const FRAMES_TOLD_MAX: usize = 2_048;
/// Segments looked at for one reply.
const SEGMENTS_MAX: usize = 2_048;
/// What all receipts of a reply may say of what is lacking, in bytes.
const LACKING_BYTES_MAX: usize = 256 * 1024;
/// What an event costs at least, and at most beside its body.
const LEAST_EVENT_BYTES: usize = 2;
const PLAIN_EVENT_BYTES: usize = 80;
/// What a frame costs beside its payload.
const FRAME_BYTES: usize = 20;

impl Relay {
    /// Writes the reply to a request that was taken in, from what is committed.
    pub(super) fn reply(&self, conn: &Connection, taken: &Taken) -> Result<Vec<u8>> {
        let now_s = self.ports.clock.now_s();
        let itself = store::itself(conn)?;
        let (incarnation, cursor) = match goes_on(conn, taken)? {
            Some((incarnation, cursor)) => (incarnation, cursor),
            None => (itself.incarnation, Position::behind(0)),
        };
        let entropy = self.ports.entropy.as_ref();
        let mut writer = ReplyWriter::answer(&taken.expected, entropy);
        let mut answer = bare_answer(incarnation, now_s, taken);
        if taken.status == Some(Status::NotAdmitted) {
            writer.add(ANSWER, &answer.to_payload());
            return Ok(writer.finish());
        }
        answer.receipts = self.receipts(conn, taken, now_s)?;
        let named = taken.opening.counting.map(|named| *named);
        answer.counting = upstream::succession(conn, &self.secret, named)?;
        let room = taken.opening.reply_bytes_max.map_or(REPLY_BYTES_MAX, |bytes| {
            (bytes as usize).clamp(REPLY_BYTES_LEAST, REPLY_BYTES_MAX)
        });
        let room = room.saturating_sub(writer.bytes_len() + answer.to_payload().len() + 40);
        let waiting = waiting_for(conn, taken, cursor, itself, room)?;
        answer.cursor = Some(waiting.reached.number(itself.mark));
        answer.more = waiting.more.then_some(true);
        writer.add(ANSWER, &answer.to_payload());
        for word in waiting.erasures {
            writer.add(ERASURE, &word);
        }
        for (kind, frame) in waiting.frames {
            writer.add(kind, &frame);
        }
        Ok(writer.finish())
    }

    /// For each chain that the sender asked about: this relay's receipts, one for each branch, and
    /// the counting server's that was passed down.
    fn receipts(&self, conn: &Connection, taken: &Taken, now_s: i64) -> Result<Vec<Receipt>> {
        let asked = taken.opening.chains.iter().flatten().map(|replica| (*replica, Some(*replica)));
        let own = taken.hub.is_none().then_some((taken.sender, None));
        let request = taken.expected.request_id();
        let (mut receipts, mut room) = (Vec::new(), LACKING_BYTES_MAX);
        for (replica, named) in own.into_iter().chain(asked) {
            let tips = tips(conn, replica)?;
            let lacks = OfChain::read(conn, replica, tips.len() > 1)?;
            for (seq, link) in held_heads(conn, taken, replica, tips)? {
                let Some(lacking) = lacks.up_to(conn, seq, &link)? else { continue };
                if lacking.stretches().len() <= STRETCHES_MAX {
                    let held = Held { replica, seq, link, at_s: now_s, lacking };
                    let receipt = held.receipt(named, &self.secret, &request);
                    receipts.extend(Some(receipt).filter(|receipt| fits(&mut room, receipt)));
                }
            }
            let passed = passed_down(conn, replica, named)?;
            receipts.extend(passed.into_iter().filter(|receipt| fits(&mut room, receipt)));
            if receipts.len() >= CHAINS_MAX {
                // More than this nobody reads. Those who ask about so many ask again.
                receipts.truncate(CHAINS_MAX);
                break;
            }
        }
        Ok(receipts)
    }
}

/// Whether what a receipt says of what is lacking still fits. The less is left, the less one receipt may
/// take, so that one chain with very much of it does not silence all others.
fn fits(room: &mut usize, receipt: &Receipt) -> bool {
    let bytes = receipt.lacking.as_ref().map_or(0, |bytes| bytes.len());
    let fits = bytes <= *room / 4;
    *room -= if fits { bytes } else { 0 };
    fits
}

/// Where this relay's branches of a chain end, and beside that what the sender can compare: how far
/// its own batches reach, and the heads that it names. Without them it could not know that a branch
/// is held which somebody else went on with.
fn held_heads(
    conn: &Connection,
    taken: &Taken,
    replica: ReplicaId,
    tips: Vec<(u64, Link)>,
) -> Result<BTreeSet<(u64, Link)>> {
    let mut heads: BTreeSet<_> = tips.into_iter().collect();
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
    let sql = "SELECT by, seq, link, at_s, request, signature, lacking FROM counted
               WHERE cell = :cell AND replica = :replica ORDER BY seq";
    let mut statement = conn.prepare_cached(sql)?;
    let rows =
        statement.query_map(named_params! { ":cell": CELL, ":replica": replica.0 }, |row| {
            let (by, request): ([u8; 32], [u8; 16]) = (row.get("by")?, row.get("request")?);
            let (link, signature): ([u8; 32], [u8; 64]) = (row.get("link")?, row.get("signature")?);
            let lacking: Vec<u8> = row.get("lacking")?;
            Ok(Receipt {
                replica: named,
                seq: row.get::<_, i64>("seq")?.unsigned_abs(),
                link: link.into(),
                at_s: row.get("at_s")?,
                signature: signature.into(),
                passed: Some(Passed { by: by.into(), request: request.into() }),
                lacking: Some(lacking).filter(|bytes| !bytes.is_empty()).map(Into::into),
            })
        })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Where a sender goes on, and as whose acquaintance: `None` where it begins anew, since it never was
/// here, or since this relay has lost what it told it. What a relay has lost it cannot know; the sender
/// that shows a number which was never given tells it.
fn goes_on(conn: &Connection, taken: &Taken) -> Result<Option<([u8; 8], Position)>> {
    let Some(cursor) = taken.opening.cursor else { return Ok(None) };
    let (mark, position) = Position::from_number(cursor.number);
    let goes_on = if cursor.number == 0 {
        store::is_known(conn, *cursor.incarnation)?
    } else {
        store::gave(conn, mark, position.no)?
    };
    Ok(goes_on.then_some((*cursor.incarnation, position)))
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

    /// A cursor's mark, and the position that it stands for.
    fn from_number(number: u64) -> (u16, Self) {
        let no = i64::try_from(number >> 16 & 0xffff_ffff).expect("32 bits fit");
        ((number >> 48) as u16, Self { no, slots: (number & 0xffff) as u16 })
    }

    fn number(self, mark: u16) -> u64 {
        u64::from(mark) << 48 | self.no.unsigned_abs() << 16 | u64::from(self.slots)
    }
}

/// What waits for a sender above its cursor.
struct Waiting {
    erasures: Vec<Vec<u8>>,
    /// By their kinds.
    frames: Vec<(u8, Vec<u8>)>,
    reached: Position,
    more: bool,
}

fn waiting_for(
    conn: &Connection,
    taken: &Taken,
    cursor: Position,
    itself: store::Itself,
    room: usize,
) -> Result<Waiting> {
    let reached = Position::behind(itself.newest);
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
    if let Some(sender_no) = taken.hub {
        // What could not be told of erasures comes first the next time.
        if !waiting.more {
            let hub = Asking { sender_no, cursor: cursor.no, shown: &taken.shown };
            if hub.may_lack_some(itself.newest) {
                tell_hub(conn, hub, (itself.mark, room), &mut waiting)?;
            }
        }
        return Ok(waiting);
    }
    // An event costs two bytes at the very least, so reading more of them shows nothing.
    let most = EVENTS_MAX.min(1 + room / LEAST_EVENT_BYTES);
    let found = events_for(conn, taken.sender, (cursor, most), &mut waiting)?;
    let fits = how_many_fit(&found.events, room, |events| events_to_bytes(events).len());
    if let Some(next) = found.positions.get(fits) {
        waiting.stop_at(*next);
    }
    if fits > 0 {
        waiting.frames.push((EVENTS, events_to_bytes(&found.events[..fits])));
    }
    Ok(waiting)
}

/// Extracts for a hub, as many as there is room for. Each names the cursor that it moves the hub to, so
/// that a reply that is cut off was not in vain.
fn tell_hub(
    conn: &Connection,
    hub: Asking<'_>,
    (mark, room): (u16, usize),
    waiting: &mut Waiting,
) -> Result<()> {
    let mut left = room;
    let mut extracts = down::Waiting::find(conn, hub)?;
    while let Some(telling) = extracts.next(conn)? {
        let telling = match telling {
            Ok(telling) => telling,
            Err(no) => {
                waiting.stop_at(Position::behind(no - 1));
                break;
            }
        };
        let no = telling.no;
        let Some(frame) = telling.payload(Position::behind(no).number(mark)) else { continue };
        let bytes = frame.len() + FRAME_BYTES;
        if waiting.frames.len() == FRAMES_TOLD_MAX || bytes > left && !waiting.frames.is_empty() {
            waiting.stop_at(Position::behind(no - 1));
            break;
        }
        left = left.saturating_sub(bytes);
        waiting.frames.push((EXTRACT, frame));
    }
    Ok(())
}

/// Events for a sender, and where each of them stands.
#[derive(Default)]
struct Found {
    events: Vec<Event>,
    positions: Vec<Position>,
}

/// The first events for a sender above its cursor, in the order in which they arrived.
fn events_for(
    conn: &Connection,
    sender: ReplicaId,
    (cursor, most): (Position, usize),
    waiting: &mut Waiting,
) -> Result<Found> {
    let mut found = Found::default();
    let mut read: BTreeMap<i64, Read> = BTreeMap::new();
    for stretch in stretches_for(conn, sender, cursor, waiting)? {
        let skipped = if stretch.part_no == cursor.no { usize::from(cursor.slots) } else { 0 };
        let held = match read.entry(stretch.segment_no) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(place) => match Read::stretch(conn, sender, &stretch)? {
                Some(held) => place.insert(held),
                None => continue,
            },
        };
        let slots = held.batch.slots.iter().skip(stretch.first).take(stretch.slots);
        for (at, slot) in slots.enumerate().skip(skipped) {
            let BatchSlot::Event { event, .. } = slot else { continue };
            if !held.is_for(sender, event) {
                continue;
            }
            let slots = u16::try_from(at).expect("a segment has fewer slots");
            let position = Position { no: stretch.part_no, slots };
            if found.events.len() == most {
                waiting.stop_at(position);
                return Ok(found);
            }
            found.events.push(event.clone());
            found.positions.push(position);
        }
        if stretch.is_last {
            read.remove(&stretch.segment_no);
        }
    }
    Ok(found)
}

/// How many of the first events fit into a frame: at least one. Each try encodes what it tries, so
/// that a few tries near the answer cost as much as what is sent, however many segments it is from.
fn how_many_fit(
    events: &[Event],
    room: usize,
    mut encoded: impl FnMut(&[Event]) -> usize,
) -> usize {
    let surely = |event: &Event| event.body.len() + PLAIN_EVENT_BYTES;
    if events.iter().map(surely).sum::<usize>() + FRAME_BYTES <= room {
        return events.len();
    }
    let mut count = events.len();
    while count > 1 {
        let bytes = encoded(&events[..count]);
        if bytes + FRAME_BYTES <= room {
            break;
        }
        let fewer = count * room.saturating_sub(FRAME_BYTES) / bytes * 9 / 10;
        count = fewer.clamp(1, count - 1);
    }
    count
}

impl Waiting {
    /// Stops here: what lies behind comes the next time.
    fn stop_at(&mut self, position: Position) {
        self.reached = self.reached.min(position);
        self.more = true;
    }
}

/// Slots of a segment that arrived at once.
struct Stretch {
    /// The number that they arrived under.
    part_no: i64,
    segment_no: i64,
    is_extract: bool,
    first: usize,
    slots: usize,
    /// Whether nothing of its segment follows.
    is_last: bool,
}

/// From the sender to her learners to their segments: in any other order SQLite would read all that
/// anybody ever sent, at every sync. Of its own chain a sender lacks only what lies before it took
/// somebody in again.
const WANTED: &str = "
    SELECT segment_no, from_no, last - first + 1 AS slots, parts, 0 AS is_extract FROM segment
    WHERE cell = :cell AND damaged != 1
        AND (replica != :replica OR first < (
            SELECT max(again) FROM holder WHERE cell = :cell AND replica = :replica))
        AND segment_no IN (
            SELECT segment_no FROM holder CROSS JOIN segment_learner USING (cell, learner)
            WHERE holder.cell = :cell AND holder.replica = :replica AND segment_no >= :from)
    ORDER BY from_no";

/// The same of what the upstream told, also of the sender's own chain: it has not brought that here. It
/// has lost it, or brought it elsewhere, or its clone did.
const WANTED_EXTRACTS: &str = "
    SELECT extract_no AS segment_no, extract_no AS from_no, last - first + 1 AS slots, NULL AS parts,
        1 AS is_extract
    FROM extract
    WHERE cell = :cell
        AND extract_no IN (
            SELECT segment_no FROM holder CROSS JOIN segment_learner USING (cell, learner)
            WHERE holder.cell = :cell AND holder.replica = :replica AND segment_no >= :from)
    ORDER BY from_no";

/// A row of either.
struct WantedRow {
    segment_no: i64,
    from_no: i64,
    slots: u64,
    parts: Option<Vec<u8>>,
    is_extract: bool,
}

/// Rows of segments and extracts of a sender's learners, in the order in which they began to arrive.
fn wanted(conn: &Connection, replica: ReplicaId, from: i64) -> Result<Vec<WantedRow>> {
    let row = named_params! { ":cell": CELL, ":replica": replica.0, ":from": from };
    let read = |row: &Row<'_>| {
        Ok(WantedRow {
            segment_no: row.get("segment_no")?,
            from_no: row.get("from_no")?,
            slots: row.get::<_, i64>("slots")?.unsigned_abs(),
            parts: row.get("parts")?,
            is_extract: row.get("is_extract")?,
        })
    };
    let mut statement = conn.prepare_cached(WANTED)?;
    let mut all: Vec<_> = statement.query_map(row, read)?.collect::<rusqlite::Result<_>>()?;
    if extracts::are_there(conn)? {
        let mut statement = conn.prepare_cached(WANTED_EXTRACTS)?;
        for row in statement.query_map(row, read)? {
            all.push(row?);
        }
        all.sort_by_key(|row| row.from_no);
    }
    Ok(all)
}

/// Stretches from a position on, in the order in which they arrived, of segments of other replicas
/// with events about learners whom the sender holds.
fn stretches_for(
    conn: &Connection,
    replica: ReplicaId,
    from: Position,
    waiting: &mut Waiting,
) -> Result<Vec<Stretch>> {
    let from = if from.slots == u16::MAX { from.no + 1 } else { from.no };
    let (mut stretches, mut segments) = (Vec::new(), 0);
    for row in wanted(conn, replica, from)? {
        let WantedRow { segment_no, from_no, slots, parts, is_extract } = row;
        // What began before the cursor stands at its place in any case, so that it moves on.
        segments += usize::from(from_no >= from);
        if segments > SEGMENTS_MAX {
            waiting.stop_at(Position::behind(from_no - 1));
            stretches.retain(|stretch: &Stretch| stretch.part_no < from_no);
            break;
        }
        let Ok(parts) = parts_of(segment_no, slots, parts.as_deref()) else { continue };
        let mut first = 0;
        for (n, part) in parts.iter().enumerate() {
            let slots = usize::try_from(part.slots).expect("a segment is short");
            if part.no >= from {
                let is_last = n + 1 == parts.len();
                let part_no = part.no;
                let stretch = Stretch { part_no, segment_no, is_extract, first, slots, is_last };
                stretches.push(stretch);
            }
            first += slots;
        }
    }
    stretches.sort_unstable_by_key(|stretch| stretch.part_no);
    Ok(stretches)
}

/// A segment or an extract that was read for a sender.
struct Read {
    batch: Batch,
    is_extract: bool,
    /// Learners in it whom the sender holds, and the number at which it last took them in again.
    learners: Vec<([u8; 16], u64)>,
}

impl Read {
    /// `None` where it turns out damaged, or is gone since: it was set aside then.
    fn stretch(conn: &Connection, replica: ReplicaId, stretch: &Stretch) -> Result<Option<Self>> {
        let no = stretch.segment_no;
        let batch = match stretch.is_extract {
            true => extracts::read(conn, no)?.map(|(_, batch)| batch),
            false => by_no(conn, no)?.map(|held| held.batch()).transpose().or_else(|_| {
                set_aside(conn, no)?;
                Ok::<_, RelayError>(None)
            })?,
        };
        let Some(batch) = batch else { return Ok(None) };
        let sql = "SELECT learner, coalesce(again, 0) AS again
                   FROM holder JOIN segment_learner USING (cell, learner)
                   WHERE holder.cell = :cell AND holder.replica = :replica
                       AND segment_no = :segment_no";
        let row = named_params! { ":cell": CELL, ":replica": replica.0, ":segment_no": no };
        let mut statement = conn.prepare_cached(sql)?;
        let learners = statement.query_map(row, |row| {
            Ok((row.get("learner")?, row.get::<_, i64>("again")?.unsigned_abs()))
        })?;
        let is_extract = stretch.is_extract;
        Ok(Some(Self { batch, is_extract, learners: learners.collect::<rusqlite::Result<_>>()? }))
    }

    /// Whether a sender is told of an event: another's about somebody whom it holds, or one of its own
    /// of which it has the hash alone, since she was removed there and taken in again.
    fn is_for(&self, sender: ReplicaId, event: &Event) -> bool {
        let Some(learner) = event.learner else { return false };
        let lacks = |again| event.replica != sender || self.is_extract || event.seq < again;
        self.learners.iter().any(|(id, again)| *id == learner.0 && lacks(*again))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(count: usize) -> Vec<Event> {
        let event = |seq| Event {
            replica: ReplicaId([1; 16]),
            seq,
            lamport: seq,
            time_s: 1_795_400_000,
            learner: None,
            kind: 5,
            kind_version: 1,
            body: vec![0xa1, 0x00, (seq % 24) as u8],
        };
        (1..=count as u64).map(event).collect()
    }

    #[test]
    fn what_fits_is_found_at_the_cost_of_what_is_sent() {
        for room in [600, 4_000, 60_000] {
            // What could be read for this room at the very best.
            let all = events(1 + room / LEAST_EVENT_BYTES);
            for bytes_each in [3, 7, 40, 200] {
                let mut encoded = 0;
                let fits = how_many_fit(&all, room, |events| {
                    encoded += events.len();
                    100 + events.len() * bytes_each
                });
                let most = (room - FRAME_BYTES - 100) / bytes_each;
                assert!(fits <= most.max(1) && fits + 1 >= most * 3 / 4, "{fits} of {most}");
                assert!(encoded <= all.len() + 3 * fits.max(1), "{encoded} encoded for {fits}");
            }
        }
        assert_eq!(how_many_fit(&events(5), 100, |_| 10_000), 1, "the cursor has to move");
        assert_eq!(how_many_fit(&[], 600, |_| 0), 0);
    }

    #[test]
    fn what_waits_for_a_sender_is_found_without_reading_what_others_sent() {
        let row = named_params! { ":cell": CELL, ":replica": [0u8; 16], ":from": 1 };
        let steps = store::plan_of(WANTED, row);
        for narrow in [
            "holder USING PRIMARY KEY (cell=? AND replica=?)",
            "(cell=? AND learner=? AND segment_no>?)",
            "(cell=? AND segment_no=?)",
        ] {
            assert!(steps.iter().any(|step| step.contains(narrow)), "{narrow}: {steps:#?}");
        }
    }
}
