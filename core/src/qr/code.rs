//! Reads what the points of a QR code say (ISO/IEC 18004): its format, its blocks with their
//! corrections, its segments.
//!
//! The points come from a picture, so that any of them may be wrong: blocks are corrected as far as
//! their check words reach, and what is wrong beyond that is not read. Multiplication goes bit by bit:
//! the tables of the reader's own decoder would be 2% of a phone's library.

/// Whether the point in a column and a row is dark.
pub(super) type Points<'a> = &'a dyn Fn(usize, usize) -> bool;

/// Check words of a block, by level (L, M, Q, H) and version.
#[rustfmt::skip]
const CHECKS: [[u8; 40]; 4] = [
    [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
     28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
     26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
    [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
     28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
     30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
];

/// Blocks, by level and version.
#[rustfmt::skip]
const BLOCKS: [[u8; 40]; 4] = [
    [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
     8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
    [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
     17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
    [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20,
     23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
    [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
     25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
];

/// The text of a code that has so many points a side, seen as it is or in a mirror; `None` where it
/// cannot be read whole, and where it is no UTF-8.
pub(super) fn text(side: usize, points: Points<'_>) -> Option<String> {
    read(side, points).or_else(|| read(side, &|x, y| points(y, x)))
}

fn read(side: usize, points: Points<'_>) -> Option<String> {
    let version = side.checked_sub(17)? / 4;
    if !(1..=40).contains(&version) || side != 17 + 4 * version {
        return None;
    }
    let (level, mask) = format(side, points)?;
    let words = words(version, mask, points);
    let checks = CHECKS[level][version - 1].into();
    let blocks = BLOCKS[level][version - 1].into();
    segments(version, &mut Bits { bytes: &corrected(&words, blocks, checks)?, at: 0 })
}

/// The level, as a place in the tables, and the mask. They stand in the code twice, in 15 bits of
/// which up to three may be wrong.
fn format(side: usize, points: Points<'_>) -> Option<(usize, usize)> {
    let around_corner = |bit: usize| match bit {
        0..=5 => (8, bit),
        6 | 7 => (8, bit + 1),
        8 => (7, 8),
        _ => (14 - bit, 8),
    };
    let along_sides = |bit: usize| match bit {
        0..=7 => (side - 1 - bit, 8),
        _ => (8, side - 15 + bit),
    };
    let seen = |at: &dyn Fn(usize) -> (usize, usize)| {
        (0..15).fold(0_u16, |seen, bit| {
            let (x, y) = at(bit);
            seen | u16::from(points(x, y)) << bit
        })
    };
    let seen = [seen(&around_corner), seen(&along_sides)];
    let meant = seen.iter().find_map(|seen| {
        (0..32_u16).find(|format| (with_checks(*format) ^ seen).count_ones() <= 3)
    })?;
    // The level's two bits say M, L, H, Q in this order.
    Some(([1, 0, 3, 2][usize::from(meant >> 3)], usize::from(meant & 7)))
}

/// The five bits of a format with their ten check bits, masked as they stand in a code.
fn with_checks(format: u16) -> u16 {
    let rest = (0..10).fold(format, |rest, _| (rest << 1) ^ ((rest >> 9) * 0x537));
    (format << 10 | rest) ^ 0x5412
}

/// The words of all blocks: pairs of columns from right to left, up and down in turn.
fn words(version: usize, mask: usize, points: Points<'_>) -> Vec<u8> {
    let side = 17 + 4 * version;
    let mut words = Vec::new();
    let (mut word, mut bits) = (0_u8, 0);
    // The column of the timing marks belongs to no pair.
    let rights = (1..side).rev().step_by(2).map(|right| if right <= 6 { right - 1 } else { right });
    for (pair, right) in rights.enumerate() {
        for row in 0..side {
            let y = if pair % 2 == 0 { side - 1 - row } else { row };
            for x in [right, right - 1] {
                if is_mark(version, x, y) {
                    continue;
                }
                word = word << 1 | u8::from(points(x, y) ^ is_masked(mask, x, y));
                bits += 1;
                if bits % 8 == 0 {
                    words.push(word);
                }
            }
        }
    }
    words
}

fn is_masked(mask: usize, x: usize, y: usize) -> bool {
    let rest = match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x / 3 + y / 2) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    };
    rest == 0
}

/// Whether a point belongs to what every code of this version has, and to its format.
fn is_mark(version: usize, x: usize, y: usize) -> bool {
    let side = 17 + 4 * version;
    let [is_left, is_top] = [x, y].map(|at| at < 9);
    let is_corner = is_left && (is_top || y + 8 >= side) || is_top && x + 8 >= side;
    let is_version = version >= 7 && (x < 6 && y + 11 >= side || y < 6 && x + 11 >= side);
    if is_corner || is_version || x == 6 || y == 6 {
        return true;
    }
    if version == 1 {
        return false;
    }
    // The small squares stand in a grid, but for the three corners that have a large one.
    let count = version / 7 + 2;
    let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
    let place = |at: usize| {
        let middle = |n: usize| if n == 0 { 6 } else { side - 7 - step * (count - 1 - n) };
        (0..count).find(|n| middle(*n).abs_diff(at) <= 2)
    };
    let (Some(column), Some(row)) = (place(x), place(y)) else { return false };
    let last = count - 1;
    ![(0, 0), (0, last), (last, 0)].contains(&(column, row))
}

/// The data of all blocks, one after another, corrected. Their words stand in the code in turn: one of
/// each block, then the next. The last blocks may have a word of data more than the first ones.
fn corrected(words: &[u8], blocks: usize, checks: usize) -> Option<Vec<u8>> {
    let short = words.len() / blocks - checks;
    let first_long = blocks - words.len() % blocks;
    let mut data = Vec::new();
    for block in 0..blocks {
        let is_long = block >= first_long;
        let mut own: Vec<u8> = (0..short).map(|n| words[n * blocks + block]).collect();
        own.extend(is_long.then(|| words[short * blocks + block - first_long]));
        let behind = short * blocks + blocks - first_long;
        own.extend((0..checks).map(|n| words[behind + n * blocks + block]));
        correct(&mut own, checks)?;
        data.extend_from_slice(&own[..own.len() - checks]);
    }
    Some(data)
}

/// Multiplies in the field of 256 elements that QR codes use.
fn times(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let doubled = (product << 1) ^ ((product >> 7) * 0x1d);
        doubled ^ ((b >> bit & 1) * a)
    })
}

/// 2 to the power of a number.
fn two_to(power: usize) -> u8 {
    (0..power % 255).fold(1, |value, _| times(value, 2))
}

/// One over a number; 0 has none.
fn inverse(of: u8) -> u8 {
    (0..254).fold(1, |value, _| times(value, of))
}

/// A polynomial at a place; its constant is first.
fn value(polynomial: &[u8], at: u8) -> u8 {
    polynomial.iter().rev().fold(0, |value, factor| times(value, at) ^ factor)
}

/// What is left of a block at each root of its check words: nothing, where no word is wrong.
fn syndromes(block: &[u8], checks: usize) -> Option<Vec<u8>> {
    let at = |root: usize| {
        let root = two_to(root);
        block.iter().fold(0, |value, word| times(value, root) ^ word)
    };
    let syndromes: Vec<u8> = (0..checks).map(at).collect();
    syndromes.iter().any(|syndrome| *syndrome != 0).then_some(syndromes)
}

/// Corrects a block where at most half as many words are wrong as it has check words.
fn correct(block: &mut [u8], checks: usize) -> Option<()> {
    let Some(syndromes) = syndromes(block, checks) else { return Some(()) };
    let locator = locator(&syndromes);
    let product = |n: usize| {
        (0..=n.min(locator.len() - 1)).fold(0, |sum, k| sum ^ times(locator[k], syndromes[n - k]))
    };
    let evaluator: Vec<u8> = (0..checks).map(product).collect();
    let slope: Vec<u8> =
        locator.iter().enumerate().skip(1).map(|(n, f)| if n % 2 == 1 { *f } else { 0 }).collect();
    for (power, word) in block.iter_mut().rev().enumerate() {
        let place = two_to(power);
        let back = inverse(place);
        if value(&locator, back) == 0 {
            let above = times(place, value(&evaluator, back));
            *word ^= times(above, inverse(value(&slope, back)));
        }
    }
    self::syndromes(block, checks).is_none().then_some(())
}

/// The polynomial whose roots are where words are wrong (Berlekamp and Massey).
fn locator(syndromes: &[u8]) -> Vec<u8> {
    let mut locator = vec![0; syndromes.len() + 1];
    locator[0] = 1;
    let mut earlier = locator.clone();
    let (mut length, mut shift, mut scale) = (0, 1, 1);
    for n in 0..syndromes.len() {
        let off = (0..=length).fold(0, |sum, k| sum ^ times(locator[k], syndromes[n - k]));
        if off == 0 {
            shift += 1;
            continue;
        }
        let factor = times(off, inverse(scale));
        let before = locator.clone();
        for (to, from) in locator.iter_mut().skip(shift).zip(&earlier) {
            *to ^= times(factor, *from);
        }
        if 2 * length <= n {
            length = n + 1 - length;
            (earlier, scale, shift) = (before, off, 1);
        } else {
            shift += 1;
        }
    }
    locator
}

/// Bits, the highest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let bit = |at: usize| Some(usize::from(self.bytes.get(at / 8)? >> (7 - at % 8) & 1));
        let taken =
            (self.at..self.at + count).try_fold(0, |taken, at| Some(taken << 1 | bit(at)?))?;
        self.at += count;
        Some(taken)
    }
}

/// The text of all segments. Kanji are none that a code for this program has.
fn segments(version: usize, bits: &mut Bits<'_>) -> Option<String> {
    let size = match version {
        1..=9 => 0,
        10..=26 => 1,
        _ => 2,
    };
    let mut text = Vec::new();
    // Where fewer than four bits are left, nothing follows.
    while let Some(kind) = bits.take(4) {
        match kind {
            0 => break,
            1 => {
                let count = bits.take([10, 12, 14][size])?;
                characters(bits, count, &[4, 7, 10], b"0123456789", &mut text)?;
            }
            2 => {
                const SIGNS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
                let count = bits.take([9, 11, 13][size])?;
                characters(bits, count, &[6, 11], SIGNS, &mut text)?;
            }
            4 => {
                for _ in 0..bits.take([8, 16, 16][size])? {
                    text.push(u8::try_from(bits.take(8)?).ok()?);
                }
            }
            7 => named_set(bits)?,
            _ => return None,
        }
    }
    String::from_utf8(text).ok()
}

/// Which set of characters follows: it is read as UTF-8 whatever is named, as encoders mean it.
fn named_set(bits: &mut Bits<'_>) -> Option<()> {
    let first = bits.take(8)?;
    let more = if first & 0xc0 == 0x80 {
        8
    } else if first & 0xe0 == 0xc0 {
        16
    } else {
        0
    };
    bits.take(more).map(drop)
}

/// Characters in groups, by the bits that a group of one has, of two, and so on: all are of the most
/// but the last.
fn characters(
    bits: &mut Bits<'_>,
    count: usize,
    widths: &[usize],
    signs: &[u8],
    text: &mut Vec<u8>,
) -> Option<()> {
    let mut left = count;
    while left > 0 {
        let now = left.min(widths.len());
        let mut number = bits.take(widths[now - 1])?;
        let mut group = [0; 3];
        for sign in group[..now].iter_mut().rev() {
            *sign = signs[number % signs.len()];
            number /= signs.len();
        }
        if number > 0 {
            return None;
        }
        text.extend_from_slice(&group[..now]);
        left -= now;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

    const LEVELS: [QrCodeEcc; 4] =
        [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High];

    /// The points of a code, row by row.
    #[derive(Clone)]
    struct Drawn {
        side: usize,
        dark: Vec<bool>,
    }

    impl Drawn {
        fn of(code: &QrCode) -> Self {
            let side = code.size() as usize;
            let at = |n: usize| code.get_module((n % side) as i32, (n / side) as i32);
            Self { side, dark: (0..side * side).map(at).collect() }
        }

        fn at(&self, x: usize, y: usize) -> bool {
            self.dark[y * self.side + x]
        }

        fn read(&self) -> Option<String> {
            text(self.side, &|x, y| self.at(x, y))
        }

        /// What the decoder of the crate reads that finds codes in pictures.
        fn read_by_other(&self) -> Option<String> {
            let grid = rqrr::SimpleGrid::from_func(self.side, |x, y| self.at(x, y));
            rqrr::Grid::new(grid).decode().ok().map(|(_, text)| text)
        }

        /// Turns points of the data around until the code has so many wrong words in each block.
        fn damage(&mut self, version: usize, wrong: usize, blocks: usize) {
            let side = self.side;
            let rights = (1..side).rev().step_by(2).map(|r| if r <= 6 { r - 1 } else { r });
            let mut bits = 0;
            for (pair, right) in rights.enumerate() {
                for row in 0..side {
                    let y = if pair % 2 == 0 { side - 1 - row } else { row };
                    for x in [right, right - 1].into_iter().filter(|x| !is_mark(version, *x, y)) {
                        if bits / 8 < wrong * blocks {
                            self.dark[y * side + x] ^= bits % 3 != 1;
                        }
                        bits += 1;
                    }
                }
            }
        }
    }

    fn code(text: &str, level: QrCodeEcc, version: u8, mask: Option<u8>) -> QrCode {
        let version = Version::new(version);
        let segments = QrSegment::make_segments(text);
        let mask = mask.map(Mask::new);
        QrCode::encode_segments_advanced(&segments, level, version, version, mask, false).unwrap()
    }

    #[test]
    fn every_version_level_and_mask_is_read_whole() {
        for version in 1..=40_u8 {
            for (n, level) in LEVELS.into_iter().enumerate() {
                let mask = (version + n as u8) % 8;
                let drawn = Drawn::of(&code("HOCVU1", level, version, Some(mask)));
                assert_eq!(drawn.read().as_deref(), Some("HOCVU1"), "{version} {n} {mask}");
            }
        }
    }

    #[test]
    fn as_many_wrong_words_as_a_level_allows_are_corrected_and_more_are_not_read() {
        for version in [1_u8, 2, 5, 7, 14, 27] {
            for (n, level) in LEVELS.into_iter().enumerate() {
                let place = usize::from(version) - 1;
                let allowed = usize::from(CHECKS[n][place]) / 2;
                let blocks = BLOCKS[n][place].into();
                let whole = Drawn::of(&code("HOCVU1", level, version, None));
                let mut damaged = whole.clone();
                damaged.damage(version.into(), allowed, blocks);
                assert_ne!(damaged.dark, whole.dark);
                assert_eq!(damaged.read().as_deref(), Some("HOCVU1"), "{version} {n}");
                let mut lost = whole.clone();
                lost.damage(version.into(), allowed + 3, blocks);
                assert_eq!(lost.read(), None, "{version} {n}");
            }
        }
    }

    #[test]
    fn a_code_in_a_mirror_is_read() {
        let drawn = Drawn::of(&code("Bình dân học vụ số", QrCodeEcc::Medium, 4, None));
        let read = text(drawn.side, &|x, y| drawn.at(y, x));
        assert_eq!(read.as_deref(), Some("Bình dân học vụ số"));
    }

    #[test]
    fn three_wrong_bits_of_each_format_are_forgiven() {
        let mut drawn = Drawn::of(&code("HOCVU1", QrCodeEcc::High, 3, Some(5)));
        for (x, y) in [(8, 0), (8, 5), (2, 8)] {
            drawn.dark[y * drawn.side + x] ^= true;
        }
        assert_eq!(drawn.read().as_deref(), Some("HOCVU1"));
        // With the first place beyond repair, the second one says it.
        for n in 0..6 {
            drawn.dark[n * drawn.side + 8] = n % 2 == 0;
            drawn.dark[8 * drawn.side + n] = n % 2 == 0;
        }
        assert_eq!(drawn.read(), drawn.read_by_other());
    }

    #[test]
    fn segments_of_each_kind_are_read() {
        let segments = [
            QrSegment::make_numeric("0123456789"),
            QrSegment::make_numeric("01234567"),
            QrSegment::make_alphanumeric("A:B $%*+-./"),
            QrSegment::make_eci(26),
            QrSegment::make_eci(300),
            QrSegment::make_eci(20_000),
            QrSegment::make_bytes("đọc".as_bytes()),
        ];
        for version in [5, 15, 30] {
            let of = Version::new(version);
            let code =
                QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, of, of, None, false);
            let read = Drawn::of(&code.unwrap()).read();
            assert_eq!(read.as_deref(), Some("012345678901234567A:B $%*+-./đọc"), "{version}");
        }
    }

    #[test]
    fn what_is_no_text_is_not_read() {
        let of = |segment| {
            QrCode::encode_segments(&[segment], QrCodeEcc::Low).map(|code| Drawn::of(&code).read())
        };
        assert_eq!(of(QrSegment::make_bytes(&[0xff, 0xfe])).unwrap(), None);
        for side in [0, 16, 17, 20, 22, 181, 1_000] {
            assert_eq!(text(side, &|_, _| true), None, "{side}");
        }
        for version in 1..=40 {
            assert_eq!(text(17 + 4 * version, &|_, _| true), None);
            assert_eq!(text(17 + 4 * version, &|_, _| false), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(120))]
        #[test]
        fn damaged_codes_are_read_as_the_other_decoder_reads_them(
            said in "[0-9]{0,20}[A-Z $:]{0,20}[a-zđô]{0,40}",
            level in 0_usize..4,
            hits in proptest::collection::vec(any::<u16>(), 0..60),
        ) {
            let mut drawn = Drawn::of(&QrCode::encode_text(&said, LEVELS[level]).unwrap());
            for hit in hits {
                let at = usize::from(hit) % drawn.dark.len();
                drawn.dark[at] ^= true;
            }
            let read = drawn.read();
            prop_assert!(read.is_none() || read.as_deref() == Some(said.as_str()), "{read:?}");
            prop_assert_eq!(read, drawn.read_by_other());
        }

        #[test]
        fn no_points_end_the_program(
            version in 1_usize..=12,
            dark in proptest::collection::vec(any::<bool>(), 4_225),
        ) {
            let side = 17 + 4 * version;
            let drawn = Drawn { side, dark: dark[..side * side].to_vec() };
            prop_assert_eq!(drawn.read(), drawn.read_by_other());
        }

        #[test]
        fn any_bits_are_read_as_segments_without_a_panic(
            version in 1_usize..=40,
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = segments(version, &mut Bits { bytes: &bytes, at: 0 });
        }
    }
}
