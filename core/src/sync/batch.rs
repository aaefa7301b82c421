//! A batch: a stretch of one replica's chain, as it travels and as relays keep it; and events
//! without a chain, for a learner's other devices. Pure functions; `docs/formats.md`, section 5.
//!
//! Each has two forms: the close one, coded with [`super::model`], and the plain one, which repeats
//! every event's canonical bytes. The close form is stored only where reading it gives back the
//! very same, and who sends it keeps the events until a receipt says that they came: so no event is
//! ever lost to a clever coder.

use std::collections::HashMap;

use super::coder::{Coder, RangeDecoder, RangeEncoder};
use super::model::{Fault, OWNER_NEW, OWNER_NONE, OWNER_SAME, Primed, REPLICA, SLOT, byte, mix};
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::{
    Event, EventError, EventHash, Link, SEQ_MAX, check_map, event_hash, head_is_valid, next_link,
    replica_id,
};
use crate::varint::{NoNumber, put, take};

/// The most slots of a batch, or events handed on at once.
pub const EVENTS_MAX: usize = 16_384;

/// The most bytes that the bodies of a batch may have together.
pub const BODIES_BYTES_MAX: usize = 1 << 20;

const BATCH: u8 = 1;
const BATCH_PLAIN: u8 = 2;
const EVENTS: u8 = 3;
const EVENTS_PLAIN: u8 = 4;

/// The most bytes of an event's envelope.
const ENVELOPE_BYTES_MAX: usize = 96;

/// A stretch of one replica's chain that ends in a signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The replica's public key.
    pub public_key: [u8; 32],
    /// Number of the first slot.
    pub first: u64,
    /// The slots from there on, 1 to [`EVENTS_MAX`], lost ones before all others; their bodies have
    /// [`BODIES_BYTES_MAX`] bytes at most, or nobody reads the batch.
    pub slots: Vec<BatchSlot>,
    /// The replica's head over the last slot's number and link.
    pub signature: [u8; 64],
}

/// One number of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchSlot {
    /// What happened.
    Event {
        /// The event; its replica and number are those of its place in the batch.
        event: Event,
        /// What its hash is keyed with; one for each learner, or none, and replica.
        salt: [u8; 32],
    },
    /// An event that was erased; its hash stays.
    Erased(EventHash),
    /// An event that was lost, whose hash nobody knows: the link after it, as the sender says. Such
    /// slots may only lead: a head proves what lies behind the last of them, and that one's link.
    Lost(Link),
}

impl BatchSlot {
    /// The event, where there is one.
    pub fn event(&self) -> Option<&Event> {
        match self {
            Self::Event { event, .. } => Some(event),
            Self::Erased(_) | Self::Lost(_) => None,
        }
    }

    /// Puts its hash in the place of an event.
    pub fn forget(&mut self) {
        if let Self::Event { event, salt } = self {
            *self = Self::Erased(event_hash(salt, &event.to_bytes()));
        }
    }

    /// Whether it was lost.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }

    /// The link after it, from the link before.
    pub fn link_after(&self, before: &Link) -> Link {
        match self {
            Self::Event { event, salt } => next_link(before, &event_hash(salt, &event.to_bytes())),
            Self::Erased(hash) => next_link(before, hash),
            Self::Lost(after) => *after,
        }
    }
}

/// Why bytes are no batch, or a batch does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// A form that this program does not know.
    #[error("a batch of form {0}, which needs a newer hocvu")]
    Form(u8),
    /// Not as an encoder writes it.
    #[error("the batch is damaged: {0}")]
    Damaged(&'static str),
    /// More than a reader takes.
    #[error("the batch has too many {0}")]
    TooLarge(&'static str),
    /// One of the events is none.
    #[error("the batch is damaged: {0}")]
    Event(#[from] EventError),
    /// An event that belongs to another replica or another place in the chain.
    #[error("event {seq} of the batch belongs elsewhere")]
    Misplaced {
        /// The number of the slot where it lies.
        seq: u64,
    },
    /// A lost slot behind one that is not: nobody would vouch for what stands before it.
    #[error(
        "slot {seq} of the batch is lost and does not lead it, so nothing proves what is before"
    )]
    LostBehind {
        /// The number of the lost slot.
        seq: u64,
    },
    /// The slots do not lead from the link before to the head that the replica signed.
    #[error("the batch does not end in a head that its replica signed")]
    Unsigned,
}

impl Batch {
    /// The close form, or the plain one where the close one would not restore every byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        let close = self.to_close_bytes().ok();
        let restores = |bytes: &Vec<u8>| Self::from_bytes(bytes).as_ref() == Ok(self);
        close.filter(restores).unwrap_or_else(|| self.to_plain_bytes())
    }

    /// The same for whoever sends the batch and keeps its events until a receipt says that they came:
    /// a close form that did not restore them would get none, and they go plainly then. So it is not
    /// read back here.
    pub(super) fn to_sent_bytes(&self) -> Vec<u8> {
        self.to_close_bytes().unwrap_or_else(|_| self.to_plain_bytes())
    }

    /// The plain form: each event's canonical bytes.
    pub fn to_plain_bytes(&self) -> Vec<u8> {
        let mut out = self.header(BATCH_PLAIN);
        let mut owners = Owners::default();
        for slot in &self.slots {
            if let BatchSlot::Event { event, salt } = slot {
                owners.number((event.learner, *salt));
            }
        }
        put(&mut out, owners.all.len() as u64);
        for (learner, salt) in &owners.all {
            put_learner(&mut out, *learner);
            out.extend_from_slice(salt);
        }
        for slot in &self.slots {
            match slot {
                BatchSlot::Event { event, salt } => {
                    out.push(0);
                    put(&mut out, owners.number((event.learner, *salt)) as u64);
                    put_event(&mut out, event);
                }
                BatchSlot::Erased(hash) => {
                    out.push(1);
                    out.extend_from_slice(hash);
                }
                BatchSlot::Lost(link) => {
                    out.push(2);
                    out.extend_from_slice(link);
                }
            }
        }
        out
    }

    /// Reads either form. What it gives is well-formed; whether it is true, [`Batch::verify`] says.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BatchError> {
        let mut input = Input(bytes);
        let form = input.byte()?;
        if form != BATCH && form != BATCH_PLAIN {
            return Err(BatchError::Form(form));
        }
        let public_key = input.fixed()?;
        let signature = input.fixed()?;
        let first = input.number()?;
        let count = input.count()?;
        let last = first.checked_add(count as u64).filter(|end| first > 0 && *end - 1 <= SEQ_MAX);
        if count == 0 || last.is_none() {
            return Err(BatchError::Damaged("its numbers are out of bounds"));
        }
        let replica = replica_id(&public_key);
        let slots = match form {
            BATCH => close_slots(input.0, replica, first, count).map_err(BatchError::Damaged)?,
            _ => plain_slots(input, replica, first, count)?,
        };
        let batch = Self { public_key, first, slots, signature };
        batch.check_lost()?;
        Ok(batch)
    }

    /// How many slots these bytes claim to have, without reading them.
    pub fn claimed_slots(bytes: &[u8]) -> Option<usize> {
        let mut input = Input(bytes.get(1 + 32 + 64..)?);
        let _first = input.number().ok()?;
        input.count().ok()
    }

    /// How many lost slots lead it. The head proves nothing of them but the link after the last.
    pub fn lost_slots(&self) -> usize {
        self.slots.iter().take_while(|slot| slot.is_lost()).count()
    }

    /// Gives the link after each slot, from the link before the first, when they lead to the head
    /// that the replica signed and lost slots only lead. Those follow any link.
    pub fn verify(&self, before: &Link) -> Result<Vec<Link>, BatchError> {
        self.check_lost()?;
        let replica = replica_id(&self.public_key);
        let mut links = Vec::with_capacity(self.slots.len());
        let mut link = *before;
        for (slot, seq) in self.slots.iter().zip(self.first..) {
            if slot.event().is_some_and(|event| event.replica != replica || event.seq != seq) {
                return Err(BatchError::Misplaced { seq });
            }
            link = slot.link_after(&link);
            links.push(link);
        }
        let last = (self.first.wrapping_add(links.len() as u64)).wrapping_sub(1);
        if links.is_empty() || !head_is_valid(&self.public_key, last, &link, &self.signature) {
            return Err(BatchError::Unsigned);
        }
        Ok(links)
    }

    fn check_lost(&self) -> Result<(), BatchError> {
        let leading = self.lost_slots();
        match self.slots.iter().skip(leading).position(BatchSlot::is_lost) {
            Some(behind) => {
                Err(BatchError::LostBehind { seq: self.first + (leading + behind) as u64 })
            }
            None => Ok(()),
        }
    }

    fn header(&self, form: u8) -> Vec<u8> {
        let mut out = vec![form];
        out.extend_from_slice(&self.public_key);
        out.extend_from_slice(&self.signature);
        put(&mut out, self.first);
        put(&mut out, self.slots.len() as u64);
        out
    }

    fn to_close_bytes(&self) -> Result<Vec<u8>, Fault> {
        let replica = replica_id(&self.public_key);
        let header = self.header(BATCH);
        let header_bytes = header.len();
        let mut c = RangeEncoder::behind(header);
        let mut stretch = Stretch::new();
        for (slot, seq) in self.slots.iter().zip(self.first..) {
            if let BatchSlot::Event { event, .. } = slot {
                check_map(&event.body).map_err(|_| "a body that is not canonical")?;
            }
            stretch.slot(&mut c, replica, seq, Some(slot))?;
        }
        Ok(c.finish(header_bytes))
    }
}

/// Events of any replicas, without a chain: what a relay hands to a learner's other devices.
pub fn events_to_bytes(events: &[Event]) -> Vec<u8> {
    let close = close_events(events).ok();
    let restores = |bytes: &Vec<u8>| events_from_bytes(bytes).is_ok_and(|read| read == events);
    close.filter(restores).unwrap_or_else(|| {
        let mut out = vec![EVENTS_PLAIN];
        put(&mut out, events.len() as u64);
        events.iter().for_each(|event| put_event(&mut out, event));
        out
    })
}

/// Reads what [`events_to_bytes`] writes.
pub fn events_from_bytes(bytes: &[u8]) -> Result<Vec<Event>, BatchError> {
    let mut input = Input(bytes);
    let form = input.byte()?;
    if form != EVENTS && form != EVENTS_PLAIN {
        return Err(BatchError::Form(form));
    }
    let count = input.count()?;
    let mut events = Vec::new();
    if form == EVENTS_PLAIN {
        let mut room = BODIES_BYTES_MAX;
        for _ in 0..count {
            events.push(input.event(&mut room)?);
        }
        input.end()?;
        return Ok(events);
    }
    let mut c = RangeDecoder::new(input.0);
    let mut stretch = Stretch::new();
    for _ in 0..count {
        events.push(stretch.loose(&mut c, None).map_err(BatchError::Damaged)?);
    }
    c.end().map_err(BatchError::Damaged)?;
    Ok(events)
}

fn close_events(events: &[Event]) -> Result<Vec<u8>, Fault> {
    let mut header = vec![EVENTS];
    put(&mut header, events.len() as u64);
    let header_bytes = header.len();
    let mut c = RangeEncoder::behind(header);
    let mut stretch = Stretch::new();
    for event in events {
        check_map(&event.body).map_err(|_| "a body that is not canonical")?;
        stretch.loose(&mut c, Some(event))?;
    }
    Ok(c.finish(header_bytes))
}

fn close_slots(
    bytes: &[u8],
    replica: ReplicaId,
    first: u64,
    count: usize,
) -> Result<Vec<BatchSlot>, Fault> {
    let mut c = RangeDecoder::new(bytes);
    let mut stretch = Stretch::new();
    let mut slots = Vec::new();
    for seq in (first..).take(count) {
        slots.push(stretch.slot(&mut c, replica, seq, None)?);
    }
    c.end()?;
    Ok(slots)
}

fn plain_slots(
    mut input: Input<'_>,
    replica: ReplicaId,
    first: u64,
    count: usize,
) -> Result<Vec<BatchSlot>, BatchError> {
    let owners = input.owners()?;
    let mut used = 0;
    let mut room = BODIES_BYTES_MAX;
    let mut slots = Vec::new();
    for seq in (first..).take(count) {
        slots.push(match input.byte()? {
            0 => {
                let number = input.count()?;
                let (learner, salt) =
                    *owners.get(number).ok_or(BatchError::Damaged("an owner that is missing"))?;
                if number > used {
                    return Err(BatchError::Damaged("owners out of order"));
                }
                used = used.max(number + 1);
                let event = input.event(&mut room)?;
                if event.replica != replica || event.seq != seq || event.learner != learner {
                    return Err(BatchError::Misplaced { seq });
                }
                BatchSlot::Event { event, salt }
            }
            1 => BatchSlot::Erased(input.fixed()?),
            2 => BatchSlot::Lost(input.fixed()?),
            _ => return Err(BatchError::Damaged("a slot of an unknown type")),
        });
    }
    if used != owners.len() {
        return Err(BatchError::Damaged("an owner that nothing belongs to"));
    }
    input.end()?;
    Ok(slots)
}

/// Whose events these are, numbered as they come: learner (or none) and salt, or a replica.
#[derive(Default)]
struct Owners {
    all: Vec<Owner>,
    numbers: HashMap<Owner, usize>,
}

type Owner = (Option<LearnerId>, [u8; 32]);

impl Owners {
    fn number(&mut self, owner: Owner) -> usize {
        let next = self.all.len();
        let number = *self.numbers.entry(owner).or_insert(next);
        if number == next {
            self.all.push(owner);
        }
        number
    }
}

/// What a stretch of slots or events is coded with.
struct Stretch {
    model: Primed,
    room: usize,
    slot_before: u64,
    owners: Owners,
    owner: usize,
    replicas: Vec<(ReplicaId, u64)>,
    numbers: HashMap<ReplicaId, usize>,
    replica: usize,
}

impl Stretch {
    fn new() -> Self {
        Self {
            model: Primed::new(),
            room: BODIES_BYTES_MAX,
            slot_before: 0,
            owners: Owners::default(),
            owner: 0,
            replicas: Vec::new(),
            numbers: HashMap::new(),
            replica: 0,
        }
    }

    /// Codes a slot of a batch: encodes `want`, or decodes where there is none.
    fn slot(
        &mut self,
        c: &mut impl Coder,
        replica: ReplicaId,
        seq: u64,
        want: Option<&BatchSlot>,
    ) -> Result<BatchSlot, Fault> {
        let is_gap = matches!(want, Some(BatchSlot::Erased(_) | BatchSlot::Lost(_)));
        let at = mix(SLOT, self.slot_before);
        if !self.model.flag(c, at, is_gap) {
            self.slot_before = 0;
            let (event, salt) = match want {
                Some(BatchSlot::Event { event, salt }) => (Some(event), *salt),
                _ => (None, [0; 32]),
            };
            if event.is_some_and(|event| event.replica != replica || event.seq != seq) {
                return Err("an event that belongs elsewhere");
            }
            let learner = event.and_then(|event| event.learner);
            let (learner, salt) = self.owner(c, (learner, salt), true)?;
            let event = self.event(c, (replica, seq, learner), event)?;
            return Ok(BatchSlot::Event { event, salt });
        }
        self.slot_before = 1;
        let is_lost = self.model.flag(c, mix(SLOT, 2), matches!(want, Some(BatchSlot::Lost(_))));
        let hash = match want {
            Some(BatchSlot::Erased(hash) | BatchSlot::Lost(hash)) => *hash,
            _ => [0; 32],
        };
        let hash = hash.map(|b| byte(c, b));
        Ok(if is_lost { BatchSlot::Lost(hash) } else { BatchSlot::Erased(hash) })
    }

    /// Codes an event that stands for itself.
    fn loose(&mut self, c: &mut impl Coder, want: Option<&Event>) -> Result<Event, Fault> {
        let (replica, before) = self.replica(c, want.map_or(ReplicaId([0; 16]), |e| e.replica))?;
        let step = want.map_or(0, |event| event.seq.wrapping_sub(before).wrapping_sub(1));
        let seq = before.wrapping_add(1).wrapping_add(self.model.step(c, step)?);
        self.replicas[self.replica].1 = seq;
        let learner = want.and_then(|event| event.learner);
        let (learner, _) = self.owner(c, (learner, [0; 32]), false)?;
        self.event(c, (replica, seq, learner), want)
    }

    fn event(
        &mut self,
        c: &mut impl Coder,
        (replica, seq, learner): (ReplicaId, u64, Option<LearnerId>),
        want: Option<&Event>,
    ) -> Result<Event, Fault> {
        let coded = self.model.event(c, seq, want, self.room)?;
        self.room -= coded.body.len();
        Ok(Event {
            replica,
            seq,
            lamport: coded.lamport,
            time_s: coded.time_s,
            learner,
            kind: coded.kind,
            kind_version: coded.kind_version,
            body: coded.body,
        })
    }

    /// The learner, with her salt where there is one: the same as before, one known, or a new one.
    fn owner(&mut self, c: &mut impl Coder, want: Owner, has_salt: bool) -> Result<Owner, Fault> {
        let known = self.owners.numbers.get(&want).copied();
        let number = self.refer(c, 0, self.owners.all.len(), (self.owner, known))?;
        if let Some(number) = number {
            self.owner = number;
            return Ok(self.owners.all[number]);
        }
        let learner = if self.model.flag(c, OWNER_NONE, want.0.is_none()) {
            None
        } else {
            Some(LearnerId(want.0.map_or([0; 16], |id| id.0).map(|b| byte(c, b))))
        };
        let salt = if has_salt { want.1.map(|b| byte(c, b)) } else { want.1 };
        self.owner = self.owners.all.len();
        if self.owners.number((learner, salt)) != self.owner {
            return Err("an owner that was known");
        }
        Ok((learner, salt))
    }

    /// The replica and the number of the last event of hers.
    fn replica(&mut self, c: &mut impl Coder, want: ReplicaId) -> Result<(ReplicaId, u64), Fault> {
        let known = self.numbers.get(&want).copied();
        let number = self.refer(c, REPLICA, self.replicas.len(), (self.replica, known))?;
        if let Some(number) = number {
            self.replica = number;
            return Ok(self.replicas[number]);
        }
        let replica = ReplicaId(want.0.map(|b| byte(c, b)));
        self.replica = self.replicas.len();
        if self.numbers.insert(replica, self.replica).is_some() {
            return Err("a replica that was known");
        }
        self.replicas.push((replica, 0));
        Ok((replica, 0))
    }

    /// Which of `count` known ones, or `None` for a new one.
    fn refer(
        &mut self,
        c: &mut impl Coder,
        what: u64,
        count: usize,
        (last, known): (usize, Option<usize>),
    ) -> Result<Option<usize>, Fault> {
        if count == 0 {
            return Ok(None);
        }
        if self.model.flag(c, mix(OWNER_SAME, what), known == Some(last)) {
            return Ok(Some(last));
        }
        if self.model.flag(c, mix(OWNER_NEW, what), known.is_none()) {
            return Ok(None);
        }
        let of = u32::try_from(count).expect("there are at most as many as events");
        let number = c.pick(known.map_or(0, |known| known as u32), of) as usize;
        if number == last {
            return Err("an owner that is the same as before");
        }
        Ok(Some(number))
    }
}

fn put_learner(out: &mut Vec<u8>, learner: Option<LearnerId>) {
    out.push(u8::from(learner.is_some()));
    if let Some(learner) = learner {
        out.extend_from_slice(&learner.0);
    }
}

fn put_event(out: &mut Vec<u8>, event: &Event) {
    let bytes = event.to_bytes();
    put(out, bytes.len() as u64);
    out.extend_from_slice(&bytes);
}

/// The rest of what is read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], BatchError> {
        let cut = BatchError::Damaged("it is cut short");
        let (taken, rest) = self.0.split_at_checked(count).ok_or(cut)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, BatchError> {
        self.take(1).map(|taken| taken[0])
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], BatchError> {
        self.take(N).map(|taken| taken.try_into().expect("so many bytes were taken"))
    }

    fn number(&mut self) -> Result<u64, BatchError> {
        take(&mut self.0).map_err(|why| {
            BatchError::Damaged(match why {
                NoNumber::Cut => "it is cut short",
                NoNumber::Long => "a long number",
                NoNumber::OutOfBounds => "a number out of bounds",
            })
        })
    }

    /// A number of events or what belongs to them.
    fn count(&mut self) -> Result<usize, BatchError> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if count > EVENTS_MAX { Err(BatchError::TooLarge("events")) } else { Ok(count) }
    }

    fn owners(&mut self) -> Result<Vec<Owner>, BatchError> {
        let mut owners = Owners::default();
        for number in 0..self.count()? {
            let learner = match self.byte()? {
                0 => None,
                1 => Some(LearnerId(self.fixed()?)),
                _ => return Err(BatchError::Damaged("an owner of an unknown type")),
            };
            if owners.number((learner, self.fixed()?)) != number {
                return Err(BatchError::Damaged("an owner that stands twice"));
            }
        }
        Ok(owners.all)
    }

    fn event(&mut self, room: &mut usize) -> Result<Event, BatchError> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if length > *room + ENVELOPE_BYTES_MAX {
            return Err(BatchError::TooLarge("bytes"));
        }
        let event = Event::from_bytes(self.take(length)?)?;
        *room = room.checked_sub(event.body.len()).ok_or(BatchError::TooLarge("bytes"))?;
        Ok(event)
    }

    fn end(&self) -> Result<(), BatchError> {
        if self.0.is_empty() { Ok(()) } else { Err(BatchError::Damaged("bytes behind the end")) }
    }
}

#[cfg(test)]
mod tests;
