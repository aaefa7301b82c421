//! Segments: chains as they arrived, every branch of them, no event twice.
//!
//! An event is the same event only if replica, number and link agree. A batch is attached to a link
//! that is held; what is held of it already is left out, and what remains becomes a segment. Nothing
//! is attached to a link that only a lost slot says: such slots lead what follows them instead.
//!
//! A segment that does not read back any more is set aside with all that follows it: receipts then
//! say less, and whoever has the true events sends them again.

use std::collections::BTreeSet;

use hocvu_core::ids::{LearnerId, ReplicaId};
use hocvu_core::journal::{Deed, Event, Link, first_link, held_is_valid, learner_id, replica_id};
use hocvu_core::plant::{self, Plant};
use hocvu_core::sync::{Batch, BatchSlot, EVENTS_MAX, FRAME_BYTES_MAX, Head};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::admission::Sender;
use super::erase::is_erased;
use super::open::Ready;
use super::overlap::{Known, Overlap, known, read};
use super::store::next_number;
use super::{CELL, RelayError, Result, down, extracts, lacking};

/// Branches of one chain that are kept; a replica that makes more is no honest clone.
const BRANCHES_MAX: usize = 16;
/// The most there may be when somebody else than the replica itself brings another that begins with
/// lost slots: whoever has its heads can say of each that all before it was lost.
const BRANCHES_LOST_MAX: usize = 8;

/// Bytes of a hash in the place of an event: the hash, and that it is one.
const HASH_BYTES: usize = 33;
/// What a frame has beside its events, and what the events that stay may cost more without the others.
const SPARE_BYTES: usize = 64 * 1024;
/// What looking at all ends of a chain costs, in slots.
const BRANCH_WORK: usize = 1_024;

/// What one request may still cost, in slots read: a few bytes can stand for very many.
pub(super) struct Work(pub(super) usize);

impl Work {
    /// More than the largest bundle of an honest device or hub needs at once.
    pub(super) const WHOLE: Self = Self(1 << 18);

    pub(super) fn spend(&mut self, slots: usize) {
        self.0 = self.0.saturating_sub(slots);
    }
}

/// A segment as it lies in the database.
pub(super) struct Segment {
    pub(super) no: i64,
    pub(super) replica: ReplicaId,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) link_before: Link,
    pub(super) link_last: Link,
    pub(super) sender_no: i64,
    pub(super) passed: bool,
    pub(super) damaged: i64,
    pub(super) bytes: Vec<u8>,
}

pub(super) const COLUMNS: &str = "
    SELECT segment_no, replica, first, last, link_before, link_last, sender_no, passed, damaged, batch
    FROM segment";

pub(super) fn segment(row: &Row<'_>) -> rusqlite::Result<Segment> {
    Ok(Segment {
        no: row.get("segment_no")?,
        replica: ReplicaId(row.get("replica")?),
        first: row.get::<_, i64>("first")?.unsigned_abs(),
        last: row.get::<_, i64>("last")?.unsigned_abs(),
        link_before: row.get("link_before")?,
        link_last: row.get("link_last")?,
        sender_no: row.get("sender_no")?,
        passed: row.get::<_, i64>("passed")? == 1,
        damaged: row.get("damaged")?,
        bytes: row.get("batch")?,
    })
}

impl Segment {
    pub(super) fn batch(&self) -> Result<Batch> {
        Batch::from_bytes(&self.bytes).map_err(|_| RelayError::SegmentDamaged(self.no))
    }

    /// The link after each of its slots.
    pub(super) fn links(&self, batch: &Batch) -> Result<Vec<Link>> {
        batch.verify(&self.link_before).map_err(|_| RelayError::SegmentDamaged(self.no))
    }
}

/// The segment of a number, if it is still there.
pub(super) fn by_no(conn: &Connection, no: i64) -> Result<Option<Segment>> {
    let sql = format!("{COLUMNS} WHERE cell = :cell AND segment_no = :segment_no");
    let row = named_params! { ":cell": CELL, ":segment_no": no };
    Ok(conn.prepare_cached(&sql)?.query_row(row, segment).optional()?)
}

/// The links after a segment's slots; none where it is gone or does not read back.
pub(super) fn links_of(conn: &Connection, no: i64) -> Result<Vec<Link>> {
    let Some(segment) = by_no(conn, no)? else { return Ok(Vec::new()) };
    match segment.batch().and_then(|batch| segment.links(&batch)) {
        Err(RelayError::SegmentDamaged(_)) => Ok(Vec::new()),
        links => links,
    }
}

/// Segments of a chain that have any of these numbers, without those that were set aside.
pub(super) fn overlapping(
    conn: &Connection,
    replica: ReplicaId,
    (first, last): (u64, u64),
) -> Result<Vec<Segment>> {
    // What is asked for lies at the end of a chain most often: from there, not from its beginning.
    let sql = format!(
        "{COLUMNS} WHERE cell = :cell AND replica = :replica AND last >= :first AND +first <= :last
             AND damaged = 0
         ORDER BY first, segment_no"
    );
    let params = named_params! {
        ":cell": CELL,
        ":replica": replica.0,
        ":first": i64::try_from(first).unwrap_or(i64::MAX),
        ":last": i64::try_from(last).unwrap_or(i64::MAX),
    };
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params, segment)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A segment around a number of a chain, without what is in it.
pub(super) struct Place {
    no: i64,
    pub(super) last: u64,
    pub(super) link_last: Link,
}

/// Segments of a chain that have a number, without those that were set aside.
pub(super) fn around(conn: &Connection, replica: ReplicaId, seq: u64) -> Result<Vec<Place>> {
    let sql = "SELECT segment_no, last, link_last FROM segment
               WHERE cell = :cell AND replica = :replica AND last >= :seq AND +first <= :seq
                   AND damaged = 0
               ORDER BY first, segment_no";
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let row = named_params! { ":cell": CELL, ":replica": replica.0, ":seq": seq };
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(row, |row| {
        let last = row.get::<_, i64>("last")?.unsigned_abs();
        Ok(Place { no: row.get("segment_no")?, last, link_last: row.get("link_last")? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A batch that is held now, whether anything of it was new or not.
pub(super) struct TakenIn {
    pub(super) events: u64,
    /// Of these, how many took the place of a hash, or of a lost slot.
    pub(super) filled: u64,
    pub(super) replica: ReplicaId,
    pub(super) before: Link,
    pub(super) last: u64,
    pub(super) link_last: Link,
    /// The number of the segment that it became, as far as it was new.
    pub(super) number: Option<i64>,
    /// Of a relay's batch: the links after events that were held already.
    pub(super) known: Vec<Link>,
}

/// Takes a batch in, or returns `None` where it is refused: it does not read, is not signed, or
/// attaches to nothing that is held.
pub(super) fn take(
    tx: &Transaction<'_>,
    sender: &Sender,
    (payload, ready): (&[u8], Option<Ready>),
    work: &mut Work,
) -> Result<Option<TakenIn>> {
    let read = match ready {
        Some(Ready::Read(verified)) => Some((verified.batch, verified.links)),
        Some(Ready::Unreadable) => None,
        None => Batch::from_bytes(payload).ok().map(|batch| (batch, Vec::new())),
    };
    let Some((batch, verified)) = read else {
        // Nobody who is honest sends such a thing; it may have taken as long to read as any.
        work.spend(EVENTS_MAX);
        return Ok(None);
    };
    work.spend(batch.slots.len());
    if !fits_erased(payload.len(), &batch) {
        return Ok(None);
    }
    let replica = replica_id(&batch.public_key);
    let last = batch.first + batch.slots.len() as u64 - 1;
    let Some(attached) = attach(tx, replica, (batch, verified), work)? else {
        return Ok(None);
    };
    let (batch, links) = (&attached.batch, &attached.links);
    let known = known(tx, replica, (batch.first, last), work)?;
    let mut overlap = Overlap::of(batch, links, known);
    let held = overlap.new_from.map_or(Some(last), |from| from.checked_sub(1));
    if sender.is_relay {
        super::erase::note_brought(tx, sender, batch)?;
    }
    let beside = std::mem::take(&mut overlap.beside);
    let filled = fill(tx, sender, (batch, links), beside)?;
    let erased = erased_among(tx, batch)?;
    for learner in &erased {
        super::erase::tell(tx, *learner, replica)?;
        super::erase::tell(tx, *learner, sender.replica)?;
    }
    let mut taken = TakenIn {
        events: filled,
        filled,
        replica,
        before: attached.base,
        last,
        link_last: *links.last().expect("a batch has a slot"),
        number: None,
        known: if sender.is_relay { links_of_events(batch, links, held) } else { Vec::new() },
    };
    let Some(from) = overlap.new_from else {
        down::owe(tx, sender, batch, work)?;
        return Ok(Some(taken));
    };
    if !overlap.replaces_some() && !has_room(tx, sender, (&attached, from), work)? {
        return Ok(None);
    }
    down::owe(tx, sender, batch, work)?;
    let fits = keep(tx, sender, (attached.from(from), overlap, &erased), payload, &mut taken)?;
    Ok(fits.then_some(taken))
}

/// Whether what is new of a batch goes on with a branch, or another branch may be kept.
fn has_room(
    conn: &Connection,
    sender: &Sender,
    (attached, from): (&Attached, u64),
    work: &mut Work,
) -> Result<bool> {
    let replica = replica_id(&attached.batch.public_key);
    let skipped = attached.skipped(from);
    if is_tip(conn, replica, (from, attached.before(skipped)))? {
        return Ok(true);
    }
    work.spend(BRANCH_WORK);
    let is_said = attached.batch.slots[skipped].is_lost() && sender.replica != replica;
    let most = if is_said { BRANCHES_LOST_MAX } else { BRANCHES_MAX };
    let branches = tips(conn, replica)?.len();
    Ok(branches < most && (branches == 0 || !plant::is(Plant::DropOtherBranch)))
}

/// Stores what is new of a batch and takes out what it replaces; `false` where it became more than
/// anybody reads as one batch.
fn keep(
    tx: &Transaction<'_>,
    sender: &Sender,
    (kept, overlap, erased): (Kept, Overlap, &BTreeSet<LearnerId>),
    payload: &[u8],
    taken: &mut TakenIn,
) -> Result<bool> {
    let Kept { mut batch, before, links, is_shorter, is_led } = kept;
    let replica = replica_id(&batch.public_key);
    let has_more = overlap.hand_over(&mut batch, &links) || is_led;
    let bytes = if has_more || is_shorter || !erased.is_empty() {
        forget(&mut batch.slots, erased);
        batch.to_bytes()
    } else {
        payload.to_vec()
    };
    if has_more && !(fits_erased(bytes.len(), &batch) && Batch::from_bytes(&bytes).is_ok()) {
        return Ok(false);
    }
    replace_damaged(tx, replica, (batch.first, &links))?;
    let ends = (before, taken.link_last);
    let (number, events) = insert(tx, &batch, ends, (sender.no, false), &bytes)?;
    taken.number = Some(number);
    taken.filled += overlap.filled(&batch);
    taken.events += events.saturating_sub(overlap.replace(tx)?);
    reattach(tx, replica, (taken.last, taken.link_last))?;
    Ok(true)
}

/// A batch and what it follows.
struct Attached {
    batch: Batch,
    /// The link that it was found to follow.
    base: Link,
    /// The link before its first slot: the same, unless it is led.
    before: Link,
    /// The links after its slots.
    links: Vec<Link>,
    /// Whether lost slots lead it that it did not have, from the segment that says its base.
    is_led: bool,
}

/// What is kept of a batch.
struct Kept {
    batch: Batch,
    before: Link,
    /// The links after its slots.
    links: Vec<Link>,
    /// Whether the batch had more slots, which are held already.
    is_shorter: bool,
    /// Whether the batch was led by lost slots that it did not have.
    is_led: bool,
}

impl Attached {
    fn skipped(&self, from: u64) -> usize {
        usize::try_from(from - self.batch.first).expect("a batch is short")
    }

    /// The link before all slots but so many.
    fn before(&self, skipped: usize) -> &Link {
        if skipped == 0 { &self.before } else { &self.links[skipped - 1] }
    }

    /// From a number on.
    fn from(mut self, from: u64) -> Kept {
        let skipped = self.skipped(from);
        let before = *self.before(skipped);
        self.batch.first = from;
        self.batch.slots.drain(..skipped);
        self.links.drain(..skipped);
        let Self { batch, links, is_led, .. } = self;
        Kept { batch, before, links, is_shorter: skipped > 0, is_led }
    }

    /// Lets lost slots lead it; `None` where it becomes longer than anybody reads.
    fn led_by(mut self, lead: Lead) -> Option<Self> {
        if lead.links.len() + self.links.len() > EVENTS_MAX {
            return None;
        }
        self.batch.first = lead.first;
        self.before = lead.before;
        self.is_led = true;
        self.batch.slots.splice(..0, lead.links.iter().map(|link| BatchSlot::Lost(*link)));
        self.links.splice(..0, lead.links);
        Some(self)
    }
}

/// The links that lost slots say, from the first slot of their segment on.
struct Lead {
    first: u64,
    before: Link,
    links: Vec<Link>,
}

/// Finds what a batch attaches to: a link that is proven before one that is only said. From some links
/// it may have been verified already, whether anything attaches to them or not.
fn attach(
    conn: &Connection,
    replica: ReplicaId,
    (batch, mut verified): (Batch, Vec<(Link, Vec<Link>)>),
    work: &mut Work,
) -> Result<Option<Attached>> {
    let mut proven = BTreeSet::new();
    let mut said = Vec::new();
    let before = batch.first - 1;
    if before == 0 {
        proven.insert(first_link(&batch.public_key));
    } else {
        for around in around(conn, replica, before)? {
            if around.last == before {
                proven.insert(around.link_last);
            } else if let Some(segment) = by_no(conn, around.no)? {
                let held = read(segment, work)?;
                let at = place(&held.segment, before);
                if held.is_proven(before) {
                    proven.insert(held.links[at]);
                } else {
                    let (first, before) = (held.segment.first, held.segment.link_before);
                    said.push(Lead { first, before, links: held.links[..=at].to_vec() });
                }
            }
        }
    }
    for base in proven {
        let ready = verified.iter().position(|(from, _)| *from == base);
        let links = match ready {
            Some(at) => Some(verified.swap_remove(at).1),
            None => batch.verify(&base).ok(),
        };
        if let Some(links) = links {
            return Ok(Some(Attached { batch, base, before: base, links, is_led: false }));
        }
    }
    for lead in said {
        let base = *lead.links.last().expect("the number lies in the segment");
        if let Ok(links) = batch.verify(&base) {
            return Ok(Attached { batch, base, before: base, links, is_led: false }.led_by(lead));
        }
    }
    Ok(None)
}

/// Whether a link of a chain is held and proven, on whichever branch. What turns out damaged is set
/// aside.
pub(super) fn is_held(
    conn: &Connection,
    replica: ReplicaId,
    seq: u64,
    link: &Link,
) -> Result<bool> {
    let mut work = Work::WHOLE;
    for segment in overlapping(conn, replica, (seq, seq))? {
        match read(segment, &mut work) {
            Ok(held) if held.is_proven(seq) && held.links[place(&held.segment, seq)] == *link => {
                return Ok(true);
            }
            Ok(_) => {}
            Err(RelayError::SegmentDamaged(no)) => set_aside(conn, no)?,
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Sets a damaged segment aside, and what is attached to it and to nothing else. The bytes stay.
pub(super) fn set_aside(conn: &Connection, no: i64) -> Result<()> {
    tracing::error!(segment = no, "a segment of the relay is damaged: it was set aside");
    let mut aside = vec![(no, 1)];
    while let Some((no, damaged)) = aside.pop() {
        let sql = "UPDATE segment SET damaged = :damaged
                   WHERE cell = :cell AND segment_no = :segment_no
                   RETURNING replica, first, last";
        let row = named_params! { ":cell": CELL, ":segment_no": no, ":damaged": damaged };
        let (replica, first, last): ([u8; 16], u64, u64) =
            conn.prepare_cached(sql)?.query_row(row, |row| {
                let n = |n: i64| n.unsigned_abs();
                Ok((row.get("replica")?, n(row.get("first")?), n(row.get("last")?)))
            })?;
        let replica = ReplicaId(replica);
        for next in overlapping(conn, replica, (first + 1, last + 1))? {
            let follows = (first + 1..=last + 1).contains(&next.first);
            if follows && !is_held(conn, replica, next.first - 1, &next.link_before)? {
                aside.push((next.no, 2));
            }
        }
    }
    Ok(())
}

/// Removes what was set aside and stands, link and all, in a stretch that is put in its place.
fn replace_damaged(
    tx: &Transaction<'_>,
    replica: ReplicaId,
    (first, links): (u64, &[Link]),
) -> Result<()> {
    let sql = "SELECT segment_no, first, last, link_last FROM segment
               WHERE cell = :cell AND replica = :replica AND damaged != 0";
    let mut statement = tx.prepare_cached(sql)?;
    let row = named_params! { ":cell": CELL, ":replica": replica.0 };
    let rows = statement.query_map(row, |row| {
        let n = |n: i64| n.unsigned_abs();
        Ok((
            row.get("segment_no")?,
            n(row.get("first")?),
            n(row.get("last")?),
            row.get("link_last")?,
        ))
    })?;
    let aside: Vec<(i64, u64, u64, Link)> = rows.collect::<rusqlite::Result<_>>()?;
    for (no, from, last, link) in aside {
        let at = usize::try_from(last.wrapping_sub(first)).unwrap_or(usize::MAX);
        if from >= first && links.get(at) == Some(&link) {
            remove_unread(tx, no)?;
        }
    }
    Ok(())
}

/// Takes what follows this link back among what is held: it was only set aside with what lay before
/// it.
fn reattach(tx: &Transaction<'_>, replica: ReplicaId, end: (u64, Link)) -> Result<()> {
    let mut ends = vec![end];
    while let Some((seq, link)) = ends.pop() {
        let sql = "UPDATE segment SET damaged = 0
                   WHERE cell = :cell AND replica = :replica AND damaged = 2
                       AND first = :seq + 1 AND link_before = :link
                   RETURNING last, link_last";
        let mut statement = tx.prepare_cached(sql)?;
        let row = named_params! {
            ":cell": CELL,
            ":replica": replica.0,
            ":seq": i64::try_from(seq).expect("numbers are below 2^40"),
            ":link": link,
        };
        let rows = statement.query_map(row, |row| {
            Ok((row.get::<_, i64>("last")?.unsigned_abs(), row.get("link_last")?))
        })?;
        ends.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(())
}

/// Keeps which ends of chains were asked about, of those that are held.
pub(super) fn note_heads(tx: &Transaction<'_>, heads: &[Head]) -> Result<()> {
    for head in heads {
        if is_held(tx, head.replica, head.seq, &head.link)? {
            let sql = "INSERT OR IGNORE INTO head_asked (cell, replica, seq, link)
                       VALUES (:cell, :replica, :seq, :link)";
            let row = named_params! {
                ":cell": CELL,
                ":replica": head.replica.0,
                ":seq": i64::try_from(head.seq).expect("it is held, so it is below 2^40"),
                ":link": *head.link,
            };
            tx.prepare_cached(sql)?.execute(row)?;
        }
    }
    Ok(())
}

/// The ends of a chain that were asked about.
pub(super) fn heads_asked(conn: &Connection, replica: ReplicaId) -> Result<Vec<Head>> {
    let sql = "SELECT seq, link FROM head_asked
               WHERE cell = :cell AND replica = :replica ORDER BY seq DESC, link LIMIT :most";
    let mut statement = conn.prepare_cached(sql)?;
    let params =
        named_params! { ":cell": CELL, ":replica": replica.0, ":most": BRANCHES_MAX as i64 };
    let rows = statement.query_map(params, |row| {
        let seq = row.get::<_, i64>("seq")?.unsigned_abs();
        Ok(Head { replica, seq, link: row.get::<_, [u8; 32]>("link")?.into() })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn place(segment: &Segment, seq: u64) -> usize {
    usize::try_from(seq - segment.first).expect("a segment is short")
}

/// The links after events about learners up to a number.
fn links_of_events(batch: &Batch, links: &[Link], until: Option<u64>) -> Vec<Link> {
    let is_known = |event: &Event| event.learner.is_some() && Some(event.seq) <= until;
    let known = linked_events(batch, links).filter(|(event, _)| is_known(event));
    known.map(|(_, link)| *link).collect()
}

/// Puts events where only hashes were held: their learner has agreed since. Links agree, and neither a
/// hash nor an event stands before a lost slot, so the events are the ones that the hashes stand for.
fn fill(
    tx: &Transaction<'_>,
    sender: &Sender,
    (batch, links): (&Batch, &[Link]),
    known: Vec<Known>,
) -> Result<u64> {
    let last = batch.first + links.len() as u64 - 1;
    let mut new = 0;
    for Known { segment, batch: mut held, links: theirs } in known {
        let mut filled = 0;
        for seq in segment.first.max(batch.first)..=segment.last.min(last) {
            let at = usize::try_from(seq - batch.first).expect("a batch is short");
            let there = place(&segment, seq);
            let ours = &batch.slots[at];
            let is_hash = matches!(held.slots[there], BatchSlot::Erased(_));
            let BatchSlot::Event { event, .. } = ours else { continue };
            let is_gone = match event.learner {
                Some(learner) => is_erased(tx, learner)?,
                None => false,
            };
            if is_hash && !is_gone && theirs[there] == links[at] {
                held.slots[there] = ours.clone();
                filled += 1;
            }
        }
        if filled == 0 {
            continue;
        }
        let bytes = held.to_bytes();
        // Hashes are short; what they stand for may be more than anybody reads as one batch.
        if fits_erased(bytes.len(), &held) && Batch::from_bytes(&bytes).is_ok() {
            remove(tx, segment.no, &held)?;
            down::owe_no_more(tx, segment.no)?;
            let links = (segment.link_before, segment.link_last);
            insert(tx, &held, links, (sender.no, false), &bytes)?;
            new += filled;
        }
    }
    Ok(new)
}

/// Whether a batch still fits a frame when hashes have taken the place of all its events, so that
/// no erasure makes a segment that cannot be passed on.
fn fits_erased(bytes: usize, batch: &Batch) -> bool {
    bytes + HASH_BYTES * events_of(batch).count() <= FRAME_BYTES_MAX - SPARE_BYTES
}

/// Stores a batch as a segment under a new number. Returns the number, and how many events it has.
pub(super) fn insert(
    tx: &Transaction<'_>,
    batch: &Batch,
    links: (Link, Link),
    (sender_no, passed): (i64, bool),
    bytes: &[u8],
) -> Result<(i64, u64)> {
    note_holders(tx, batch)?;
    extracts::give_way(tx, batch, &links.0)?;
    let no = next_number(tx)?;
    let row = NewRow { no, from_no: no, parts: None, taken_s: None, sender_no, passed };
    let events = insert_row(tx, batch, links, &row, bytes)?;
    Ok((no, events))
}

/// What a segment's row has that its batch does not say.
pub(super) struct NewRow {
    pub(super) no: i64,
    pub(super) from_no: i64,
    pub(super) parts: Option<Vec<u8>>,
    /// `None`: when the sender was here last.
    pub(super) taken_s: Option<i64>,
    pub(super) sender_no: i64,
    pub(super) passed: bool,
}

/// Stores a batch as a segment. Returns how many events it has.
pub(super) fn insert_row(
    tx: &Transaction<'_>,
    batch: &Batch,
    (link_before, link_last): (Link, Link),
    new: &NewRow,
    bytes: &[u8],
) -> Result<u64> {
    let replica = replica_id(&batch.public_key);
    let events = events_of(batch).count();
    let sql = "INSERT INTO segment
                   (cell, segment_no, replica, first, last, link_before, link_last, sender_no,
                    taken_s, events, passed, from_no, parts, lacking, batch)
               VALUES
                   (:cell, :segment_no, :replica, :first, :last, :link_before, :link_last,
                    :sender_no,
                    coalesce(:taken_s, (SELECT seen_s FROM sender
                                        WHERE cell = :cell AND sender_no = :sender_no)),
                    :events, :passed, :from_no, :parts, :lacking, :batch)";
    let last = batch.first + batch.slots.len() as u64 - 1;
    tx.prepare_cached(sql)?.execute(named_params! {
        ":cell": CELL,
        ":segment_no": new.no,
        ":replica": replica.0,
        ":first": i64::try_from(batch.first).expect("numbers are below 2^40"),
        ":last": i64::try_from(last).expect("numbers are below 2^40"),
        ":link_before": link_before,
        ":link_last": link_last,
        ":sender_no": new.sender_no,
        ":taken_s": new.taken_s,
        ":events": i64::try_from(events).expect("a batch is short"),
        ":passed": new.passed,
        ":from_no": new.from_no,
        ":parts": new.parts,
        ":lacking": Some(lacking::of_batch(batch)).filter(|lacking| !lacking.is_empty()),
        ":batch": bytes,
    })?;
    note_learners(tx, new.no, batch)?;
    Ok(events as u64)
}

/// Notes whom the replica of a batch holds, as far as her card's signature in it proves. Says whether
/// any of it is new.
pub(super) fn note_holders(tx: &Transaction<'_>, batch: &Batch) -> Result<bool> {
    let mut is_new = false;
    let replica = replica_id(&batch.public_key);
    for event in events_of(batch) {
        let Some(learner) = holds(event) else { continue };
        let sql = "INSERT OR IGNORE INTO holder (cell, replica, learner, seq)
                   VALUES (:cell, :replica, :learner, :seq)";
        let row = named_params! {
            ":cell": CELL,
            ":replica": replica.0,
            ":learner": learner.0,
            ":seq": i64::try_from(event.seq).expect("numbers are below 2^40"),
        };
        if tx.prepare_cached(sql)?.execute(row)? > 0 {
            down::owe_to_all(tx, learner, replica)?;
            is_new = true;
            continue;
        }
        let sql = "UPDATE holder
                   SET seq = min(seq, :seq),
                       again = nullif(max(seq, :seq, coalesce(again, 0)), min(seq, :seq))
                   WHERE cell = :cell AND replica = :replica AND learner = :learner
                       AND seq != :seq";
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(is_new)
}

/// Takes a segment out, to put it back altered.
pub(super) fn remove(tx: &Transaction<'_>, no: i64, batch: &Batch) -> Result<()> {
    delete(tx, no)?;
    forget_learners(tx, no, learners_of(batch))
}

/// The same where nobody knows whom it is about. Reads the whole index.
pub(super) fn remove_unread(tx: &Transaction<'_>, no: i64) -> Result<()> {
    delete(tx, no)?;
    forget_learners_unread(tx, no)
}

fn delete(tx: &Transaction<'_>, no: i64) -> Result<()> {
    let sql = "DELETE FROM segment WHERE cell = :cell AND segment_no = :segment_no";
    tx.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":segment_no": no })?;
    Ok(())
}

/// Notes whom a segment or an extract is about.
pub(super) fn note_learners(tx: &Transaction<'_>, no: i64, batch: &Batch) -> Result<()> {
    for learner in learners_of(batch) {
        let sql = "INSERT INTO segment_learner (cell, learner, segment_no)
                   VALUES (:cell, :learner, :segment_no)";
        let row = named_params! { ":cell": CELL, ":learner": learner.0, ":segment_no": no };
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// Takes back what was noted of one that goes.
pub(super) fn forget_learners(
    tx: &Transaction<'_>,
    no: i64,
    learners: BTreeSet<LearnerId>,
) -> Result<()> {
    for learner in learners {
        let sql = "DELETE FROM segment_learner
                   WHERE cell = :cell AND learner = :learner AND segment_no = :segment_no";
        let row = named_params! { ":cell": CELL, ":learner": learner.0, ":segment_no": no };
        tx.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// The same where nobody knows whom it is about. Reads the whole index.
pub(super) fn forget_learners_unread(conn: &Connection, no: i64) -> Result<()> {
    let sql = "DELETE FROM segment_learner WHERE cell = :cell AND segment_no = :segment_no";
    conn.prepare_cached(sql)?.execute(named_params! { ":cell": CELL, ":segment_no": no })?;
    Ok(())
}

/// Puts hashes in the place of events about these learners.
pub(super) fn forget(slots: &mut [BatchSlot], learners: &BTreeSet<LearnerId>) {
    let is_hers = |event: &Event| event.learner.is_some_and(|learner| learners.contains(&learner));
    slots.iter_mut().filter(|slot| slot.event().is_some_and(is_hers)).for_each(BatchSlot::forget);
}

fn erased_among(conn: &Connection, batch: &Batch) -> Result<BTreeSet<LearnerId>> {
    let mut erased = BTreeSet::new();
    for learner in learners_of(batch) {
        if is_erased(conn, learner)? {
            erased.insert(learner);
        }
    }
    Ok(erased)
}

/// The events of a batch, without its gaps.
pub(super) fn events_of(batch: &Batch) -> impl Iterator<Item = &Event> {
    batch.slots.iter().filter_map(BatchSlot::event)
}

/// The same with the links after them, of the links after all slots.
pub(super) fn linked_events<'a>(
    batch: &'a Batch,
    links: &'a [Link],
) -> impl Iterator<Item = (&'a Event, &'a Link)> {
    batch.slots.iter().zip(links).filter_map(|(slot, link)| Some((slot.event()?, link)))
}

/// Learners whom events of a batch are about.
pub(super) fn learners_of(batch: &Batch) -> BTreeSet<LearnerId> {
    events_of(batch).filter_map(|event| event.learner).collect()
}

/// The learner whom an event's replica holds, where the event proves it.
pub(super) fn holds(event: &Event) -> Option<LearnerId> {
    let (learner, Deed::LearnerHeld(held)) = (event.learner?, event.deed()?) else { return None };
    let is_hers = learner_id(&held.card_key, held.origin) == learner;
    let is_proven = || held_is_valid(&held.card_key, event.replica, &held.signature);
    (is_hers && is_proven()).then_some(learner)
}

/// The end of each branch of a chain: number and link.
pub(super) fn tips(conn: &Connection, replica: ReplicaId) -> Result<Vec<(u64, Link)>> {
    let sql = "SELECT last, link_last FROM segment AS tip
               WHERE cell = :cell AND replica = :replica AND damaged = 0 AND NOT EXISTS (
                   SELECT 1 FROM segment AS next
                   WHERE next.cell = :cell AND next.replica = :replica AND next.first = tip.last + 1
                       AND next.link_before = tip.link_last AND next.damaged = 0)
               ORDER BY last";
    let mut statement = conn.prepare_cached(sql)?;
    let params = named_params! { ":cell": CELL, ":replica": replica.0 };
    let rows = statement.query_map(params, |row| {
        Ok((row.get::<_, i64>("last")?.unsigned_abs(), row.get("link_last")?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a branch ends right before a number, in this link.
fn is_tip(conn: &Connection, replica: ReplicaId, (from, link): (u64, &Link)) -> Result<bool> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM segment
                   WHERE cell = :cell AND replica = :replica AND last = :from - 1
                       AND link_last = :link AND damaged = 0)
               AND NOT EXISTS (
                   SELECT 1 FROM segment
                   WHERE cell = :cell AND replica = :replica AND first = :from
                       AND link_before = :link AND damaged = 0) AS is_tip";
    let params = named_params! {
        ":cell": CELL,
        ":replica": replica.0,
        ":from": i64::try_from(from).expect("numbers are below 2^40"),
        ":link": link,
    };
    Ok(conn.prepare_cached(sql)?.query_row(params, |row| row.get("is_tip"))?)
}

/// Every event held, with the link after it.
pub(super) fn for_each_event(conn: &Connection, see: &mut dyn FnMut(&Event, &Link)) -> Result<()> {
    let sql =
        format!("{COLUMNS} WHERE cell = :cell AND damaged = 0 ORDER BY replica, first, segment_no");
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map(named_params! { ":cell": CELL }, segment)?;
    for segment in rows {
        let segment = segment?;
        let batch = segment.batch()?;
        let links = segment.links(&batch)?;
        linked_events(&batch, &links).for_each(|(event, link)| see(event, link));
    }
    Ok(())
}
