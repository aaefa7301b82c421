//! What a relay lacks of a chain that it holds up to a link: the numbers of which it has a hash alone,
//! or not even that. A receipt names them, so that nobody takes a hash for an event.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};

use crate::journal::SEQ_MAX;
use crate::varint;

/// Stretches in one receipt. The busiest kiosk needs ten years for so many; a relay gives no receipt
/// that would have more.
pub const STRETCHES_MAX: usize = 16_384;

/// Numbers of a chain, as stretches that lie apart from each other, in rising order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lacking {
    stretches: Vec<(u64, u64)>,
}

impl Lacking {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// First and last number of each stretch.
    pub fn stretches(&self) -> &[(u64, u64)] {
        &self.stretches
    }

    /// How many numbers.
    pub fn count(&self) -> u64 {
        self.stretches.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Adds a stretch that begins behind all others, or right where they end.
    pub fn add(&mut self, first: u64, last: u64) {
        match self.stretches.last_mut() {
            Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
            _ => self.stretches.push((first, last)),
        }
    }

    /// Whether a number is among them.
    pub fn has(&self, seq: u64) -> bool {
        self.stretch_of(seq).is_some()
    }

    /// First and last number of the stretch that a number is in.
    pub fn stretch_of(&self, seq: u64) -> Option<(u64, u64)> {
        let behind = self.stretches.partition_point(|(first, _)| *first <= seq);
        let before = behind.checked_sub(1).map(|at| self.stretches[at]);
        before.filter(|(_, last)| *last >= seq)
    }

    /// Those up to a number.
    #[must_use]
    pub fn up_to(mut self, seq: u64) -> Self {
        self.stretches.retain(|(first, _)| *first <= seq);
        if let Some((_, last)) = self.stretches.last_mut() {
            *last = seq.min(*last);
        }
        self
    }

    /// Whether each of them between two numbers is among others too.
    pub fn is_within(&self, (from, to): (u64, u64), others: &Self) -> bool {
        self.stretches.iter().all(|(first, last)| {
            let (first, last) = (*first.max(&from), *last.min(&to));
            // Stretches lie apart, so what covers a stretch is one.
            first > last || others.stretches.iter().any(|(f, l)| *f <= first && last <= *l)
        })
    }

    /// For each stretch how many numbers lie between it and the one before, or 0, and how many more
    /// than one it has.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (mut bytes, mut next) = (Vec::new(), 1);
        for (first, last) in &self.stretches {
            varint::put(&mut bytes, first - next);
            varint::put(&mut bytes, last - first);
            next = last + 1;
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote, of numbers up to one, and no other form of it.
    pub fn from_bytes(mut bytes: &[u8], up_to: u64) -> Option<Self> {
        let (mut lacking, mut next) = (Self::default(), 1_u64);
        while !bytes.is_empty() {
            let mut number = || varint::take(&mut bytes).ok().filter(|number| *number <= SEQ_MAX);
            let (skipped, more) = (number()?, number()?);
            let is_apart = skipped > 0 || lacking.is_empty();
            let (first, last) = (next + skipped, next + skipped + more);
            if !is_apart || last > up_to.min(SEQ_MAX) || lacking.stretches.len() == STRETCHES_MAX {
                return None;
            }
            lacking.stretches.push((first, last));
            next = last + 1;
        }
        Some(lacking)
    }
}

impl ToSql for Lacking {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_bytes().into())
    }
}

impl FromSql for Lacking {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_bytes(value.as_blob()?, SEQ_MAX).ok_or(FromSqlError::InvalidType)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn of(numbers: &BTreeSet<u64>) -> Lacking {
        let mut lacking = Lacking::default();
        numbers.iter().for_each(|seq| lacking.add(*seq, *seq));
        lacking
    }

    fn some() -> impl Strategy<Value = BTreeSet<u64>> {
        prop::collection::btree_set(1..40_u64, 0..20)
    }

    proptest! {
        #[test]
        fn it_is_the_set_of_its_numbers(numbers in some(), others in some(), at in 0..45_u64) {
            let lacking = of(&numbers);
            prop_assert_eq!(lacking.count(), numbers.len() as u64);
            prop_assert_eq!(lacking.has(at), numbers.contains(&at));
            let around = lacking.stretch_of(at).map(|(first, last)| first..=last);
            prop_assert!(around.clone().is_none_or(|around| around.contains(&at)));
            prop_assert!(around.into_iter().flatten().all(|seq| numbers.contains(&seq)));
            let below: BTreeSet<u64> = numbers.range(..=at).copied().collect();
            prop_assert_eq!(lacking.clone().up_to(at), of(&below));
            let above: BTreeSet<u64> = numbers.range(at..).copied().collect();
            let within = lacking.is_within((at, 50), &of(&others));
            prop_assert_eq!(within, above.is_subset(&others));
            let last = numbers.last().copied().unwrap_or(0);
            let bytes = lacking.to_bytes();
            prop_assert_eq!(Lacking::from_bytes(&bytes, last), Some(lacking));
            prop_assert!(numbers.is_empty() || Lacking::from_bytes(&bytes, last - 1).is_none());
        }

        #[test]
        fn any_bytes_are_judged_and_have_one_form(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            up_to: u64,
        ) {
            if let Some(lacking) = Lacking::from_bytes(&bytes, up_to) {
                prop_assert_eq!(lacking.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn more_than_a_receipt_may_have_is_refused() {
        let mut lacking = Lacking::default();
        for n in 0..=STRETCHES_MAX as u64 {
            lacking.add(2 * n + 1, 2 * n + 1);
        }
        assert_eq!(Lacking::from_bytes(&lacking.to_bytes(), SEQ_MAX), None);
        let fewer = lacking.up_to(2 * STRETCHES_MAX as u64 - 1);
        assert_eq!(Lacking::from_bytes(&fewer.to_bytes(), SEQ_MAX), Some(fewer));
    }
}
