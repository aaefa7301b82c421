//! What is likely to come next in a stretch of events: the model that a batch is coded with.
//! `docs/formats.md`, section 5, describes it to the bit.
//!
//! A body is walked as CBOR, item by item, and each item is coded against what stood at the same
//! path before: after the same items, in the same entity, behind the same text. So every kind is
//! carried, known or not, what follows from the rest of an event costs next to nothing, and there
//! are no columns to lay out. The same walk encodes and decodes (see [`Coder`]), in bounded memory.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

#[cfg(test)]
mod primer;

use super::coder::{Coder, Odds, RangeDecoder};
use crate::journal::{BODY_BYTES_MAX, Event, SEQ_MAX};

/// Why a stream is no batch, or why an event cannot be coded.
pub(super) type Fault = &'static str;

/// The most different texts, and byte strings, of a batch.
const VALUES_MAX: usize = 16_384;
/// The most paths that are told apart; all others share the memory of one.
const PATHS_MAX: usize = 1_024;
/// The most values that are remembered of a path.
const SEEN_MAX: usize = 1_024;
/// Items nest as deep as in any event.
const DEPTH_MAX: u8 = 8;
/// How many kinds the next one is guessed from.
const KINDS_REMEMBERED: usize = 16;
/// Times are coded from 2026-01-01 on.
const FIRST_TIME_S: i64 = 1_767_225_600;

const ODDS_BITS: u32 = 15;
const TEXT_ODDS_BITS: u32 = 17;
const GUESS_BITS: u32 = 14;

/// What ends a text; no UTF-8 text has this byte.
const TEXT_END: u8 = 0xff;

/// What a context is about; each keeps its own odds and guesses.
mod about {
    pub(in crate::sync) const KIND: u64 = 1;
    pub(in crate::sync) const VERSION: u64 = 2;
    pub(in crate::sync) const BODY: u64 = 3;
    pub(in crate::sync) const KEY: u64 = 4;
    pub(in crate::sync) const ELEMENT: u64 = 5;
    pub(in crate::sync) const KEYS: u64 = 6;
    pub(in crate::sync) const ROLL: u64 = 7;
    pub(in crate::sync) const FIRSTS: u64 = 8;
    pub(in crate::sync) const TEXT_BEFORE: u64 = 9;
    pub(in crate::sync) const FOLLOWS: u64 = 10;
    pub(in crate::sync) const PATH: u64 = 11;
    pub(in crate::sync) const HIT: u64 = 12;
    pub(in crate::sync) const TAG: u64 = 13;
    pub(in crate::sync) const NUMBER: u64 = 14;
    pub(in crate::sync) const SEEN: u64 = 15;
    pub(in crate::sync) const KNOWN: u64 = 16;
    pub(in crate::sync) const LENGTH: u64 = 17;
    pub(in crate::sync) const LAMPORT: u64 = 18;
    pub(in crate::sync) const TIME: u64 = 19;
    pub(in crate::sync) const SLOT: u64 = 20;
    pub(in crate::sync) const OWNER_SAME: u64 = 21;
    pub(in crate::sync) const OWNER_NEW: u64 = 22;
    pub(in crate::sync) const OWNER_NONE: u64 = 23;
    pub(in crate::sync) const REPLICA: u64 = 24;
    pub(in crate::sync) const SEQ: u64 = 25;
    pub(in crate::sync) const SIZE: u64 = 26;
    pub(in crate::sync) const FRACTION: u64 = 27;
    pub(in crate::sync) const ORDER: u64 = 28;
}

pub(super) use about::{OWNER_NEW, OWNER_NONE, OWNER_SAME, REPLICA, SLOT};

/// A context and one more thing that it depends on.
pub(super) fn mix(context: u64, with: u64) -> u64 {
    let product = (context.rotate_left(23) ^ with).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 29
}

fn mix_item(context: u64, item: Item) -> u64 {
    mix(mix(context, item.tag.into()), item.value)
}

fn bits_of(number: u64) -> u32 {
    64 - number.leading_zeros()
}

/// Small for small differences in either direction.
fn zigzag(difference: u64) -> u64 {
    let signed = difference.cast_signed();
    (signed << 1 ^ signed >> 63).cast_unsigned()
}

fn unzigzag(coded: u64) -> u64 {
    coded >> 1 ^ (coded & 1).wrapping_neg()
}

/// The head of a CBOR item: a leaf, or how many items an array or map has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Item {
    tag: u8,
    /// The CBOR argument of an integer, array or map; the number of a text or byte string among
    /// those seen; 0 for the others.
    value: u64,
}

const UINT: u8 = 0;
const NINT: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const FALSE: u8 = 6;
const TRUE: u8 = 7;
const NULL: u8 = 8;

/// The number of a text or byte string that was not seen yet.
const NEW: u64 = u64::MAX;

impl Item {
    const NONE: Self = Self { tag: NULL, value: 0 };

    fn is_container(self) -> bool {
        matches!(self.tag, ARRAY | MAP)
    }

    fn is_string(self) -> bool {
        matches!(self.tag, BYTES | TEXT)
    }
}

/// What followed a context when it last stood, and how often in a row.
#[derive(Clone, Copy)]
struct Guess {
    /// See [`check`]; 0 where nothing has stood yet.
    check: u32,
    sure: u8,
    tag: u8,
    value: u64,
}

impl Guess {
    const SURE_MAX: u8 = 7;
    const NONE: Self = Self { check: 0, sure: 0, tag: NULL, value: 0 };

    fn item(self) -> Item {
        Item { tag: self.tag, value: self.value }
    }
}

/// What is remembered of a path.
#[derive(Clone)]
struct Place {
    last: Item,
    last_number: u64,
    /// How large numbers were lately, by the way of writing them.
    sizes: [u32; 3],
    /// Texts and byte strings that stood here in this batch.
    seen: [Vec<u32>; 2],
}

impl Place {
    const NEW: Self =
        Self { last: Item::NONE, last_number: 0, sizes: [0; 3], seen: [Vec::new(), Vec::new()] };
}

/// All different strings of one type, numbered as they came.
#[derive(Clone, Default)]
struct Strings {
    all: Vec<Arc<[u8]>>,
    numbers: HashMap<Arc<[u8]>, u32>,
}

impl Strings {
    fn number(&self, string: &[u8]) -> u64 {
        self.numbers.get(string).map_or(NEW, |number| u64::from(*number))
    }

    fn add(&mut self, string: &[u8]) -> Result<u64, Fault> {
        if self.all.len() == VALUES_MAX {
            return Err("too many different texts");
        }
        let number = u32::try_from(self.all.len()).expect("there are at most 16,384");
        let string: Arc<[u8]> = string.into();
        self.numbers.insert(Arc::clone(&string), number);
        self.all.push(string);
        Ok(number.into())
    }
}

/// Paths are mixed already. Whoever makes many fall together gains nothing: [`PATHS_MAX`] are kept.
#[derive(Clone, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| mix(hash, (*byte).into()));
    }

    fn write_u64(&mut self, path: u64) {
        self.0 = path;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// One body on its way: where it comes from, what came of it, and what stood in it so far.
struct Walk<'a> {
    /// The rest of a body that is encoded; `None` while one is decoded.
    input: Option<&'a [u8]>,
    out: Vec<u8>,
    seq: u64,
    /// The first two leaves.
    firsts: u64,
    leaves: u32,
    /// All leaves since the last text, with it.
    roll: u64,
    text: u64,
    /// How large the last number was that nothing had foretold.
    number_bits: u32,
}

/// Remembers what stood in a stretch of events. Bounded whatever comes: about 1 MB at the start,
/// 20 MB for the worst stretch.
#[derive(Clone)]
pub(super) struct Model {
    odds: Vec<Odds>,
    text_odds: Vec<Odds>,
    guesses: Vec<Guess>,
    place_numbers: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    places: Vec<Place>,
    strings: [Strings; 2],
    kinds: [u32; KINDS_REMEMBERED],
    lamport_ahead: u64,
    time_s: i64,
}

/// What a model has seen before the first event of a batch: events that themselves are coded, in the
/// same way, with an empty model. Frozen: another primer would be another form of batches.
const PRIMER: &[u8] = include_bytes!("primer.bin");

static PRIMED: LazyLock<Model> =
    LazyLock::new(|| Model::primed_by(PRIMER).expect("the primer is coded events"));

thread_local! {
    /// A primed model that nobody uses. To touch a megabyte of fresh memory costs more than to read a
    /// short batch, and a relay reads hundreds a second.
    static SPARE: Cell<Option<Box<Model>>> = const { Cell::new(None) };
}

/// A model that knows how records usually look, for one batch.
pub(super) struct Primed(Option<Box<Model>>);

impl Primed {
    pub(super) fn new() -> Self {
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        Self(Some(spare.unwrap_or_else(|| Box::new(PRIMED.clone()))))
    }
}

impl Deref for Primed {
    type Target = Model;

    fn deref(&self) -> &Model {
        self.0.as_ref().expect("only dropping takes it")
    }
}

impl DerefMut for Primed {
    fn deref_mut(&mut self) -> &mut Model {
        self.0.as_mut().expect("only dropping takes it")
    }
}

impl Drop for Primed {
    /// Nothing that a batch said stays in the memory that the next one is read with.
    fn drop(&mut self) {
        let mut model = self.0.take().expect("a model is dropped once");
        model.prime();
        // A thread that ends keeps none.
        let _ = SPARE.try_with(|spare| spare.set(Some(model)));
    }
}

/// What a model codes of an event; replica, number and learner are the batch's business.
pub(super) struct Coded {
    pub(super) lamport: u64,
    pub(super) time_s: i64,
    pub(super) kind: u32,
    pub(super) kind_version: u32,
    pub(super) body: Vec<u8>,
}

impl Model {
    /// An empty model that has taken a primer in.
    fn primed_by(primer: &[u8]) -> Result<Self, Fault> {
        let mut model = Self::empty();
        let (count, stream) = primer.split_first_chunk().ok_or("a primer without a count")?;
        let mut c = RangeDecoder::new(stream);
        for seq in 1..=u16::from_be_bytes(*count).into() {
            model.event(&mut c, seq, None, BODY_BYTES_MAX)?;
        }
        model.forget_place_and_time();
        Ok(model)
    }

    /// Makes it what a primed model is, in the memory that it has.
    fn prime(&mut self) {
        // Without "..": a field that is added has to be thought of here.
        let Self {
            odds,
            text_odds,
            guesses,
            place_numbers,
            places,
            strings,
            kinds,
            lamport_ahead,
            time_s,
        } = self;
        odds.copy_from_slice(&PRIMED.odds);
        text_odds.copy_from_slice(&PRIMED.text_odds);
        guesses.copy_from_slice(&PRIMED.guesses);
        place_numbers.clone_from(&PRIMED.place_numbers);
        places.clone_from(&PRIMED.places);
        strings.clone_from(&PRIMED.strings);
        *kinds = PRIMED.kinds;
        *lamport_ahead = PRIMED.lamport_ahead;
        *time_s = PRIMED.time_s;
    }

    /// What was primed is how records look, not where a batch begins.
    fn forget_place_and_time(&mut self) {
        for place in &mut self.places {
            place.seen = [Vec::new(), Vec::new()];
        }
        self.kinds = [0; KINDS_REMEMBERED];
        self.lamport_ahead = 0;
        self.time_s = FIRST_TIME_S;
    }

    pub(super) fn empty() -> Self {
        Self {
            odds: vec![Odds::NEW; 1 << ODDS_BITS],
            text_odds: vec![Odds::NEW; 1 << TEXT_ODDS_BITS],
            guesses: vec![Guess::NONE; 1 << GUESS_BITS],
            place_numbers: HashMap::default(),
            places: vec![Place::NEW],
            strings: [Strings::default(), Strings::default()],
            kinds: [0; KINDS_REMEMBERED],
            lamport_ahead: 0,
            time_s: FIRST_TIME_S,
        }
    }

    /// Codes one event: encodes `want`, or decodes where there is none. A body may have so many
    /// bytes at most.
    pub(super) fn event(
        &mut self,
        c: &mut impl Coder,
        seq: u64,
        want: Option<&Event>,
        bytes_max: usize,
    ) -> Result<Coded, Fault> {
        let kind = self.kind(c, want.map_or(0, |event| event.kind))?;
        let at = mix(about::VERSION, kind.into());
        let version = want.map_or(0, |event| event.kind_version);
        let kind_version = self.small(c, at, &[mix(about::PATH, at)], version)?;
        let mut walk = Walk {
            input: want.map(|event| &event.body[..]),
            out: Vec::new(),
            seq,
            firsts: 0,
            leaves: 0,
            roll: 0,
            text: 0,
            number_bits: 0,
        };
        let path = mix(mix(about::BODY, kind.into()), kind_version.into());
        let bytes_max = bytes_max.min(BODY_BYTES_MAX);
        if self.node(c, &mut walk, (path, 0), bytes_max)?.tag != MAP {
            return Err("a body that is no map");
        }
        if walk.input.is_some_and(|rest| !rest.is_empty()) {
            return Err("a body that is not canonical");
        }
        let ahead = want.map_or(0, |event| event.lamport.wrapping_sub(seq));
        let ahead = zigzag(ahead.wrapping_sub(self.lamport_ahead));
        let ahead = unzigzag(self.number(c, [about::LAMPORT], ahead)?);
        self.lamport_ahead = self.lamport_ahead.wrapping_add(ahead);
        let lamport = seq.wrapping_add(self.lamport_ahead);
        if !(1..=SEQ_MAX).contains(&seq) || lamport < seq || lamport > i64::MAX.unsigned_abs() {
            return Err("a number out of bounds");
        }
        let later = want.map_or(0, |event| event.time_s.wrapping_sub(self.time_s).cast_unsigned());
        let contexts = [
            mix(about::TIME, kind.into()),
            mix(mix(about::TIME, kind.into()), u64::from(walk.number_bits) + 1),
        ];
        let later = unzigzag(self.number(c, contexts, zigzag(later))?);
        self.time_s = self.time_s.wrapping_add(later.cast_signed());
        Ok(Coded { lamport, time_s: self.time_s, kind, kind_version, body: walk.out })
    }

    /// One yes or no about the envelope.
    pub(super) fn flag(&mut self, c: &mut impl Coder, context: u64, want: bool) -> bool {
        self.decide(c, [mix(about::HIT, context)], want)
    }

    /// A difference of numbers, best small.
    pub(super) fn step(&mut self, c: &mut impl Coder, want: u64) -> Result<u64, Fault> {
        self.number(c, [about::SEQ], zigzag(want)).map(unzigzag)
    }

    fn kind(&mut self, c: &mut impl Coder, want: u32) -> Result<u32, Fault> {
        let after =
            |kinds: &[u32]| kinds.iter().fold(about::KIND, |h, kind| mix(h, (*kind).into()));
        let contexts = [after(&self.kinds), after(&self.kinds[..2]), after(&self.kinds[..1])];
        let kind = self.small(c, about::KIND, &contexts, want)?;
        self.kinds.rotate_right(1);
        self.kinds[0] = kind;
        Ok(kind)
    }

    fn small(
        &mut self,
        c: &mut impl Coder,
        path: u64,
        contexts: &[u64],
        want: u32,
    ) -> Result<u32, Fault> {
        let want = Item { tag: UINT, value: want.into() };
        let (item, missed) = self.guess(c, path, contexts, want);
        let item = match item {
            Some(item) => item,
            None => {
                Item { tag: UINT, value: self.number(c, [mix(about::NUMBER, path)], want.value)? }
            }
        };
        if item.tag != UINT || missed.contains(&Some(item)) {
            return Err("a guess that was not taken");
        }
        self.learn(contexts, item);
        u32::try_from(item.value).map_err(|_| "a number out of bounds")
    }

    /// One item of a body and all that is in it; gives its head.
    fn node(
        &mut self,
        c: &mut impl Coder,
        walk: &mut Walk<'_>,
        (path, depth): (u64, u8),
        bytes_max: usize,
    ) -> Result<Item, Fault> {
        if depth > DEPTH_MAX {
            return Err("nested too deep");
        }
        let item = self.item(c, walk, path, bytes_max)?;
        if item.tag == ARRAY {
            let mut is_list = false;
            for i in 0..item.value {
                let place = if is_list { 0 } else { i.min(7) };
                let element = mix(mix(path, about::ELEMENT), place);
                let head = self.node(c, walk, (element, depth + 1), bytes_max)?;
                is_list |= i == 0 && head.is_container();
            }
        }
        if item.tag == MAP {
            let mut least = 0;
            for _ in 0..item.value {
                let key = self.key(c, walk, path, least)?;
                if walk.out.len() > bytes_max {
                    return Err("a body too long");
                }
                let value = mix(mix(path, about::KEY), key);
                self.node(c, walk, (value, depth + 1), bytes_max)?;
                least = key.saturating_add(1);
            }
        }
        Ok(item)
    }

    /// The next key of a map; `least` is the lowest that it may be.
    fn key(
        &mut self,
        c: &mut impl Coder,
        walk: &mut Walk<'_>,
        path: u64,
        least: u64,
    ) -> Result<u64, Fault> {
        let want = match &mut walk.input {
            Some(input) => Item { tag: UINT, value: take_head(input)?.1 },
            None => Item::NONE,
        };
        let at = mix(path, about::KEYS);
        let contexts = [mix(at, least)];
        let (guessed, missed) = self.guess(c, at, &contexts, want);
        let item = match guessed {
            Some(item) => item,
            None => {
                let above = want.value.wrapping_sub(least);
                let above = self.number(c, [mix(about::NUMBER, at)], above)?;
                let value = least.checked_add(above).ok_or("a key out of bounds")?;
                Item { tag: UINT, value }
            }
        };
        if item.tag != UINT || item.value < least || missed.contains(&Some(item)) {
            return Err("keys that do not rise");
        }
        self.learn(&contexts, item);
        put_head(&mut walk.out, 0, item.value);
        Ok(item.value)
    }

    fn item(
        &mut self,
        c: &mut impl Coder,
        walk: &mut Walk<'_>,
        path: u64,
        bytes_max: usize,
    ) -> Result<Item, Fault> {
        let (want, content) = match &mut walk.input {
            Some(input) => self.take_item(input)?,
            None => (Item::NONE, &[][..]),
        };
        let place = self.place(path);
        let before = self.places[place].last;
        let follows = if before.is_string() { mix_item(about::FOLLOWS, before) } else { path };
        let contexts = [
            mix(mix(path, about::ROLL), walk.roll),
            mix(mix(path, about::FIRSTS), walk.firsts),
            mix(mix(path, about::TEXT_BEFORE), walk.text),
            follows,
            mix(path, about::PATH),
        ];
        let (guessed, missed) = self.guess(c, path, &contexts, want);
        let item = match guessed {
            Some(item) => item,
            None => {
                let item = self.literal(c, walk, (path, place), (want, content), bytes_max)?;
                if missed.contains(&Some(item)) {
                    return Err("a guess that was not taken");
                }
                item
            }
        };
        self.learn(&contexts, item);
        self.put_item(&mut walk.out, item);
        if walk.out.len() > bytes_max {
            return Err("a body too long");
        }
        let memory = &mut self.places[place];
        memory.last = item;
        if item.tag == UINT {
            memory.last_number = item.value;
        }
        if item.is_string() {
            let seen = &mut memory.seen[usize::from(item.tag - BYTES)];
            let number = u32::try_from(item.value).expect("strings have small numbers");
            if seen.len() < SEEN_MAX && !seen.contains(&number) {
                seen.push(number);
            }
        }
        if !item.is_container() {
            walk.pass(item);
        }
        Ok(item)
    }

    /// Asks whether the item is one of those that followed its contexts before. Gives it, or what
    /// it is not.
    fn guess(
        &mut self,
        c: &mut impl Coder,
        path: u64,
        contexts: &[u64],
        want: Item,
    ) -> (Option<Item>, [Option<Item>; 5]) {
        let mut missed = [None; 5];
        for (level, context) in contexts.iter().enumerate() {
            let guess = self.guesses[slot(*context, GUESS_BITS)];
            let item = guess.item();
            let unknown = guess.check != check(*context);
            if unknown || missed.contains(&Some(item)) {
                continue;
            }
            let near = u64::from(guess.sure) << 8 | level as u64;
            let hits = [mix(about::HIT, near), mix(mix(about::HIT, path), near)];
            if self.decide(c, hits, item == want) {
                return (Some(item), missed);
            }
            missed[level] = Some(item);
        }
        (None, missed)
    }

    fn learn(&mut self, contexts: &[u64], item: Item) {
        let Item { tag, value } = item;
        for context in contexts {
            let guess = &mut self.guesses[slot(*context, GUESS_BITS)];
            if guess.check != check(*context) {
                *guess = Guess { check: check(*context), sure: 0, tag, value };
            } else if guess.item() == item {
                guess.sure = (guess.sure + 1).min(Guess::SURE_MAX);
            } else if guess.sure > 1 {
                guess.sure /= 2;
            } else {
                *guess = Guess { sure: 0, tag, value, ..*guess };
            }
        }
    }

    /// An item that nothing foretold.
    fn literal(
        &mut self,
        c: &mut impl Coder,
        walk: &mut Walk<'_>,
        (path, place): (u64, usize),
        (want, content): (Item, &[u8]),
        bytes_max: usize,
    ) -> Result<Item, Fault> {
        let tag = self.tree(c, [mix(about::TAG, path)], want.tag.into(), 4);
        let tag = u8::try_from(tag).ok().filter(|tag| *tag <= NULL).ok_or("an unknown type")?;
        let value = match tag {
            UINT => self.uint(c, walk, (path, place), want.value)?,
            NINT => self.number(c, [mix(mix(about::NUMBER, path), 3)], want.value)?,
            BYTES | TEXT => {
                let room = bytes_max.saturating_sub(walk.out.len());
                self.string(c, (path, place), (tag, want.value), (content, room))?
            }
            ARRAY | MAP => {
                let contexts = [mix(mix(about::LENGTH, path), tag.into())];
                self.number(c, contexts, want.value)?
            }
            _ => 0,
        };
        Ok(Item { tag, value })
    }

    /// A number as it is, by its distance from the one before, or from the event's own number:
    /// whichever was shorter lately.
    fn uint(
        &mut self,
        c: &mut impl Coder,
        walk: &mut Walk<'_>,
        (path, place): (u64, usize),
        want: u64,
    ) -> Result<u64, Fault> {
        let Place { last_number: last, sizes, .. } = self.places[place];
        let seq = walk.seq;
        let ways = |n: u64| [n, zigzag(n.wrapping_sub(last)), seq.wrapping_sub(n)];
        let way = (0..3).min_by_key(|way| sizes[*way]).expect("there are three ways");
        let at = mix(mix(about::NUMBER, path), way as u64);
        let coded = self.number(c, [at, mix(at, walk.text)], ways(want)[way])?;
        let number = match way {
            0 => coded,
            1 => last.wrapping_add(unzigzag(coded)),
            _ => seq.wrapping_sub(coded),
        };
        let sizes = &mut self.places[place].sizes;
        for (size, coded) in sizes.iter_mut().zip(ways(number)) {
            *size = *size - *size / 8 + 8 * bits_of(coded);
        }
        walk.number_bits = bits_of(number);
        Ok(number)
    }

    /// A string: one that stood at this path, one that stood anywhere, or a new one.
    fn string(
        &mut self,
        c: &mut impl Coder,
        (path, place): (u64, usize),
        (tag, want): (u8, u64),
        (content, room): (&[u8], usize),
    ) -> Result<u64, Fault> {
        let which = usize::from(tag - BYTES);
        let seen = &self.places[place].seen[which];
        let at = seen.iter().position(|number| u64::from(*number) == want);
        let count = u32::try_from(seen.len()).expect("at most 1,024 are remembered");
        if count > 0 && self.decide(c, [about::SEEN, mix(about::SEEN, path)], at.is_some()) {
            let at =
                c.pick(u32::try_from(at.unwrap_or(0)).expect("it lies below the count"), count);
            return Ok(self.places[place].seen[which][at as usize].into());
        }
        let count = u32::try_from(self.strings[which].all.len()).expect("at most 16,384");
        if count > 0 && self.decide(c, [about::KNOWN, mix(about::KNOWN, path)], want != NEW) {
            let number = c.pick(u32::try_from(want).unwrap_or(0), count);
            if self.places[place].seen[which].contains(&number) {
                return Err("a text that stood at this path");
            }
            return Ok(number.into());
        }
        let string = if tag == TEXT {
            self.text(c, path, content, room)?
        } else {
            let length = self.number(c, [mix(about::LENGTH, path)], content.len() as u64)?;
            let length = usize::try_from(length).ok().filter(|length| *length <= room);
            let length = length.ok_or("a body too long")?;
            (0..length).map(|i| byte(c, content.get(i).copied().unwrap_or(0))).collect()
        };
        if self.strings[which].number(&string) != NEW {
            return Err("a text that stood before");
        }
        self.strings[which].add(&string)
    }

    fn text(
        &mut self,
        c: &mut impl Coder,
        path: u64,
        content: &[u8],
        room: usize,
    ) -> Result<Vec<u8>, Fault> {
        let mut text = Vec::new();
        // What stands before the first letter is the path, so that codes and ids begin differently.
        let mut before = path & 0x00ff_ffff;
        loop {
            let want = content.get(text.len()).copied().unwrap_or(TEXT_END);
            let orders = [0, 0xff, 0xffff, 0x00ff_ffff]
                .map(|mask: u64| mix(mix(about::ORDER, mask), before & mask));
            let mut node = 1;
            for i in (0..8).rev() {
                node = node << 1 | u64::from(self.letter(c, &orders, node, want >> i & 1 == 1));
            }
            let letter = (node & 0xff) as u8;
            if letter == TEXT_END {
                break;
            }
            if text.len() == room {
                return Err("a body too long");
            }
            text.push(letter);
            before = before << 8 | u64::from(letter);
        }
        match std::str::from_utf8(&text) {
            Ok(_) => Ok(text),
            Err(_) => Err("a text that is not UTF-8"),
        }
    }

    fn letter(&mut self, c: &mut impl Coder, orders: &[u64; 4], node: u64, want: bool) -> bool {
        let slots = orders.map(|order| slot(mix(order, node), TEXT_ODDS_BITS));
        blend(c, &mut self.text_odds, slots, want)
    }

    /// How many bits a number has, then the bits below the highest: the first three by what they
    /// were before, the rest as they are.
    fn number<const N: usize>(
        &mut self,
        c: &mut impl Coder,
        contexts: [u64; N],
        want: u64,
    ) -> Result<u64, Fault> {
        let bits = self.tree(
            c,
            contexts.map(|context| mix(context, about::SIZE)),
            bits_of(want).into(),
            7,
        );
        if bits > 64 {
            return Err("a number out of bounds");
        }
        let mut number = u64::from(bits > 0);
        let mut left = bits.saturating_sub(1);
        while left > 0 && bits - left <= 3 {
            left -= 1;
            let at = |context| mix(mix(mix(context, about::FRACTION), bits), number);
            let contexts = contexts.map(at);
            number = number << 1 | u64::from(self.decide(c, contexts, want >> left & 1 == 1));
        }
        while left > 0 {
            let some = left.min(16);
            left -= some;
            let want = want >> left & ((1 << some) - 1);
            number = number << some | u64::from(c.pick(want as u32, 1 << some));
        }
        Ok(number)
    }

    /// A small number of so many bits, highest first.
    fn tree<const N: usize>(
        &mut self,
        c: &mut impl Coder,
        contexts: [u64; N],
        want: u64,
        bits: u32,
    ) -> u64 {
        let mut node = 1;
        for i in (0..bits).rev() {
            let contexts = contexts.map(|context| mix(context, node));
            node = node << 1 | u64::from(self.decide(c, contexts, want >> i & 1 == 1));
        }
        node - (1 << bits)
    }

    /// One decision in a few contexts, the farthest of them first.
    fn decide<const N: usize>(
        &mut self,
        c: &mut impl Coder,
        contexts: [u64; N],
        want: bool,
    ) -> bool {
        blend(c, &mut self.odds, contexts.map(|context| slot(context, ODDS_BITS)), want)
    }

    fn place(&mut self, path: u64) -> usize {
        if let Some(place) = self.place_numbers.get(&path) {
            return *place;
        }
        if self.places.len() == PATHS_MAX {
            return 0;
        }
        self.place_numbers.insert(path, self.places.len());
        self.places.push(Place::NEW);
        self.places.len() - 1
    }

    fn take_item<'a>(&self, input: &mut &'a [u8]) -> Result<(Item, &'a [u8]), Fault> {
        let (major, argument) = take_head(input)?;
        let item = match major {
            2 | 3 => {
                let length = usize::try_from(argument).unwrap_or(usize::MAX);
                let split = input.split_at_checked(length).ok_or("a body that is cut short")?;
                let (content, rest) = split;
                *input = rest;
                let value = self.strings[usize::from(major - BYTES)].number(content);
                return Ok((Item { tag: major, value }, content));
            }
            0..=5 => Item { tag: major, value: argument },
            _ => match argument {
                20 => Item { tag: FALSE, value: 0 },
                21 => Item { tag: TRUE, value: 0 },
                22 => Item::NONE,
                _ => return Err("a body that is not canonical"),
            },
        };
        Ok((item, &[]))
    }

    fn put_item(&self, out: &mut Vec<u8>, item: Item) {
        match item.tag {
            BYTES | TEXT => {
                let strings = &self.strings[usize::from(item.tag - BYTES)].all;
                let number = usize::try_from(item.value).expect("strings have small numbers");
                put_head(out, item.tag, strings[number].len() as u64);
                out.extend_from_slice(&strings[number]);
            }
            UINT..=MAP => put_head(out, item.tag, item.value),
            _ => out.push(0xf4 + (item.tag - FALSE)),
        }
    }
}

impl Walk<'_> {
    /// Takes a leaf into what later items are guessed from.
    fn pass(&mut self, leaf: Item) {
        if self.leaves < 2 {
            self.firsts = mix_item(self.firsts, leaf);
        }
        self.leaves = self.leaves.saturating_add(1);
        if leaf.tag == TEXT {
            self.text = leaf.value + 1;
            self.roll = 0;
        }
        self.roll = mix_item(self.roll, leaf);
    }
}

/// Eight bits as they are, such as those of ids, keys and salts.
pub(super) fn byte(c: &mut impl Coder, want: u8) -> u8 {
    c.pick(want.into(), 256) as u8
}

fn slot(context: u64, bits: u32) -> usize {
    (context >> (64 - bits)) as usize
}

fn check(context: u64) -> u32 {
    (context as u32) | 1
}

/// Decides by the mean of what the contexts expect; closer ones and those that have seen more weigh
/// more. The farthest comes first.
fn blend<const N: usize>(
    c: &mut impl Coder,
    odds: &mut [Odds],
    slots: [usize; N],
    want: bool,
) -> bool {
    // Of four contexts at most, so that 32 bits are enough.
    let mut sum = 0_u32;
    let mut weights = 0;
    for (order, slot) in slots.into_iter().enumerate() {
        let Odds { odds, seen } = odds[slot];
        let weight = (u32::from(seen) << (3 * order)) + u32::from(order == 0);
        sum += weight * u32::from(odds);
        weights += weight;
    }
    let mean = u16::try_from(sum / weights).expect("a mean of 16 bits has 16 bits");
    let bit = c.bit(mean, want);
    for slot in slots {
        odds[slot].learn(bit);
    }
    bit
}

/// The head of a canonical item: major type and argument.
fn take_head(input: &mut &[u8]) -> Result<(u8, u64), Fault> {
    let cut = "a body that is cut short";
    let (first, rest) = input.split_first().ok_or(cut)?;
    let size = match first & 31 {
        0..=23 => 0,
        info @ 24..=27 => 1 << (info - 24),
        _ => return Err("a body that is not canonical"),
    };
    let (bytes, rest) = rest.split_at_checked(size).ok_or(cut)?;
    *input = rest;
    let argument = match size {
        0 => u64::from(first & 31),
        _ => bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)),
    };
    Ok((first >> 5, argument))
}

/// Writes the shortest head of an item.
fn put_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let bytes = argument.to_be_bytes();
    let (info, size) = match argument {
        0..=23 => (argument as u8, 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    out.push(major << 5 | info);
    out.extend_from_slice(&bytes[8 - size..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primer_never_changes() {
        let hash = blake3::hash(PRIMER).to_hex();
        let frozen = "20ad2e4ad89a2f3c060cf0c4ab5a08a3615aff253a9dd72be0709644ad1554c0";
        assert_eq!(hash.as_str(), frozen, "another primer is another form of batches");
    }

    #[test]
    fn differences_are_small_in_both_directions() {
        for (difference, coded) in [(0, 0), (u64::MAX, 1), (1, 2), (1 << 63, u64::MAX)] {
            assert_eq!(zigzag(difference), coded);
            assert_eq!(unzigzag(coded), difference);
        }
    }
}
