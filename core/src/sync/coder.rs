//! An adaptive binary range coder: what a batch's bytes are made of. Pure functions.
//!
//! It is the coder of LZMA (carry propagation, 32-bit range, bytes shifted out at 2^24) with 16-bit
//! probabilities that learn fast at first. A decision that never surprises costs next to nothing,
//! which is why a record of a learner's answers is hardly larger than what is new in it.

/// Takes decisions one after the other: an encoder writes what is wanted and returns it, a decoder
/// ignores what is wanted and returns what was written. So one walk over a model serves both.
pub(super) trait Coder {
    /// One decision that is true with a probability of `odds` 65536ths.
    fn bit(&mut self, odds: u16, want: bool) -> bool;

    /// One of `of` (1 to 65536) choices that are equally likely.
    fn pick(&mut self, want: u32, of: u32) -> u32;
}

/// The range is never below this between two decisions.
const RANGE_MIN: u32 = 1 << 24;

/// Writes decisions.
pub(super) struct RangeEncoder {
    out: Vec<u8>,
    low: u64,
    range: u32,
    /// The last byte that a carry can still reach; `None` before the first.
    cache: Option<u8>,
    /// How many bytes 0xff follow it.
    pending: usize,
}

impl RangeEncoder {
    /// Goes on behind the bytes of a header.
    pub(super) fn behind(header: Vec<u8>) -> Self {
        Self { out: header, low: 0, range: u32::MAX, cache: None, pending: 0 }
    }

    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        if self.low < 0xff00_0000 || carry > 0 {
            // Before the first byte there is nothing to carry into: the whole is below one.
            self.out.extend(self.cache.map(|byte| byte.wrapping_add(carry)));
            self.out.extend(std::iter::repeat_n(0xff_u8.wrapping_add(carry), self.pending));
            self.pending = 0;
            self.cache = Some((self.low >> 24) as u8);
        } else {
            self.pending += 1;
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    fn normalise(&mut self) {
        while self.range < RANGE_MIN {
            self.range <<= 8;
            self.shift();
        }
    }

    /// The bytes, with the shortest end that still decides everything: a reader takes bytes behind
    /// the end as zero, so zeros at the end are left out.
    pub(super) fn finish(mut self, header_bytes: usize) -> Vec<u8> {
        let end = self.low + u64::from(self.range);
        for bits in [32, 24, 16, 8, 0] {
            let rounded = self.low.next_multiple_of(1 << bits);
            if rounded < end {
                self.low = rounded;
                break;
            }
        }
        for _ in 0..5 {
            self.shift();
        }
        while self.out.len() > header_bytes && self.out.last() == Some(&0) {
            self.out.pop();
        }
        self.out
    }
}

impl Coder for RangeEncoder {
    fn bit(&mut self, odds: u16, want: bool) -> bool {
        let bound = (self.range >> 16) * u32::from(odds);
        if want {
            self.range = bound;
        } else {
            self.low += u64::from(bound);
            self.range -= bound;
        }
        self.normalise();
        want
    }

    fn pick(&mut self, want: u32, of: u32) -> u32 {
        self.range /= of;
        self.low += u64::from(self.range) * u64::from(want);
        self.normalise();
        want
    }
}

/// Reads decisions. Any bytes give some; [`RangeDecoder::end`] says whether an encoder wrote them.
pub(super) struct RangeDecoder<'a> {
    bytes: &'a [u8],
    at: usize,
    code: u32,
    range: u32,
    unwritable: bool,
}

impl<'a> RangeDecoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { bytes, at: 0, code: 0, range: u32::MAX, unwritable: false };
        for _ in 0..4 {
            decoder.shift();
        }
        decoder
    }

    fn shift(&mut self) {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.code = self.code << 8 | u32::from(byte);
        self.at += 1;
    }

    fn normalise(&mut self) {
        while self.range < RANGE_MIN {
            self.range <<= 8;
            self.shift();
        }
    }

    /// Checks that every byte was needed.
    pub(super) fn end(&self) -> Result<(), &'static str> {
        if self.unwritable || self.code >= self.range {
            return Err("a choice that no encoder writes");
        }
        if self.at < self.bytes.len() {
            return Err("bytes behind the end");
        }
        if self.bytes.last() == Some(&0) {
            return Err("a zero at the end");
        }
        Ok(())
    }
}

impl Coder for RangeDecoder<'_> {
    fn bit(&mut self, odds: u16, _: bool) -> bool {
        let bound = (self.range >> 16) * u32::from(odds);
        let bit = self.code < bound;
        if bit {
            self.range = bound;
        } else {
            self.code -= bound;
            self.range -= bound;
        }
        self.normalise();
        bit
    }

    fn pick(&mut self, _: u32, of: u32) -> u32 {
        self.range /= of;
        let mut choice = self.code / self.range;
        if choice >= of {
            // The range does not divide evenly; an encoder never points into the rest.
            self.unwritable = true;
            self.code = 0;
            choice = of - 1;
        } else {
            self.code -= choice * self.range;
        }
        self.normalise();
        choice
    }
}

/// How likely a decision is, learnt from how it went before.
#[derive(Clone, Copy)]
pub(super) struct Odds {
    pub(super) odds: u16,
    pub(super) seen: u16,
}

impl Odds {
    pub(super) const NEW: Self = Self { odds: 1 << 15, seen: 0 };
    /// After so many decisions the newest weighs no less than before.
    const SEEN_MAX: u16 = 28;
    /// No decision is ever taken for certain.
    const ODDS_MIN: i32 = 24;

    pub(super) fn learn(&mut self, bit: bool) {
        let now = i32::from(self.odds);
        let odds = if bit {
            now + self.step(65_535 - u32::from(self.odds))
        } else {
            now - self.step(self.odds.into())
        };
        let odds = odds.clamp(Self::ODDS_MIN, 65_535 - Self::ODDS_MIN);
        self.odds = u16::try_from(odds).expect("it was clamped to 16 bits");
        self.seen = (self.seen + 1).min(Self::SEEN_MAX);
    }

    /// `distance * 2 / (2 * seen + 3)`, by a multiplication: a processor of a cheap phone divides
    /// slowly, and this is done for every decision.
    fn step(self, distance: u32) -> i32 {
        let product = u64::from(distance * 2) * u64::from(RECIPROCALS[usize::from(self.seen)]);
        (product >> RECIPROCAL_BITS) as i32
    }
}

const RECIPROCAL_BITS: u32 = 24;
/// One over `2 * seen + 3`, rounded up: exact for all distances that there are.
const RECIPROCALS: [u32; Odds::SEEN_MAX as usize + 1] = {
    let mut all = [0; Odds::SEEN_MAX as usize + 1];
    let mut seen = 0;
    while seen < all.len() {
        all[seen] = (1_u32 << RECIPROCAL_BITS).div_ceil(2 * seen as u32 + 3);
        seen += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Decision {
        Bit(u16, bool),
        Pick(u32, u32),
    }

    fn decision() -> impl Strategy<Value = Decision> {
        let pick = (1u32..=65_536).prop_flat_map(|of| (0..of, Just(of)));
        prop_oneof![
            (24u16..65_511, any::<bool>()).prop_map(|(odds, bit)| Decision::Bit(odds, bit)),
            // What is likely over and over makes long runs of 0x00 and 0xff.
            any::<bool>().prop_map(|bit| Decision::Bit(24, bit)),
            pick.prop_map(|(choice, of)| Decision::Pick(choice, of)),
        ]
    }

    proptest! {
        #[test]
        fn decisions_come_back(all in prop::collection::vec(decision(), 0..400)) {
            let mut encoder = RangeEncoder::behind(vec![0]);
            for one in &all {
                match *one {
                    Decision::Bit(odds, bit) => assert_eq!(encoder.bit(odds, bit), bit),
                    Decision::Pick(choice, of) => assert_eq!(encoder.pick(choice, of), choice),
                }
            }
            let bytes = encoder.finish(1);
            let mut decoder = RangeDecoder::new(&bytes[1..]);
            for one in &all {
                match *one {
                    Decision::Bit(odds, bit) => prop_assert_eq!(decoder.bit(odds, !bit), bit),
                    Decision::Pick(choice, of) => prop_assert_eq!(decoder.pick(0, of), choice),
                }
            }
            prop_assert_eq!(decoder.end(), Ok(()));
        }
    }

    #[test]
    fn a_step_is_what_a_division_gives() {
        for seen in 0..=Odds::SEEN_MAX {
            let odds = Odds { odds: 0, seen };
            for distance in 0..=65_535 {
                let divided = distance * 2 / (2 * u32::from(seen) + 3);
                assert_eq!(odds.step(distance).unsigned_abs(), divided, "{distance}, {seen}");
            }
        }
    }

    #[test]
    fn what_is_certain_costs_next_to_nothing() {
        let mut encoder = RangeEncoder::behind(Vec::new());
        let mut odds = Odds::NEW;
        for _ in 0..10_000 {
            encoder.bit(odds.odds, true);
            odds.learn(true);
        }
        assert!(encoder.finish(0).len() <= 3);
    }

    #[test]
    fn bytes_that_are_not_needed_are_refused() {
        let mut encoder = RangeEncoder::behind(Vec::new());
        encoder.pick(513, 1_000);
        let bytes = encoder.finish(0);
        let read = |bytes: &[u8]| {
            let mut decoder = RangeDecoder::new(bytes);
            assert_eq!(decoder.pick(0, 1_000), 513);
            decoder.end()
        };
        assert_eq!(read(&bytes), Ok(()));
        let zero_behind = [&bytes[..], &[0]].concat();
        assert_eq!(read(&zero_behind), Err("a zero at the end"));
        let more_behind = [&bytes[..], &[0, 0, 0, 0, 0, 1]].concat();
        assert_eq!(read(&more_behind), Err("bytes behind the end"));
    }
}
