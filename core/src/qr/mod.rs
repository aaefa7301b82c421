//! Reads the QR code in a picture: what a phone's camera sees, or a photo of a learner's card.
//!
//! A picture comes from outside. Its size is bounded, and so is how many corner marks it may show:
//! the reader compares each with each and copies the picture for every pair that could belong
//! together, so that a wall full of such marks would keep it busy for hours.

mod code;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::{BitGrid, PreparedImage};

use crate::error::{Error, Result};

/// The most points of a picture that is read: more than any camera's preview has.
pub const POINTS_MAX: usize = 3_200 * 3_200;
/// The most corner marks in a picture. A code has three, and what looks like one here and there.
const MARKS_MAX: usize = 48;

/// Reads the first code in a picture that reads whole; `None` where there is none. `luma` has the
/// brightness of each point, row by row. Fails with `Invalid` for `picture` where it has not as many
/// points as its sides say, or too many.
pub fn read(luma: &[u8], width: usize, height: usize) -> Result<Option<String>> {
    let points = width.checked_mul(height).filter(|points| (1..=POINTS_MAX).contains(points));
    if points != Some(luma.len()) {
        let why = format!("{} points cannot be {width} by {height}", luma.len());
        return Err(Error::invalid("picture", why));
    }
    // A reader that panics has not read a code.
    let searched = catch_unwind(AssertUnwindSafe(|| search(luma, width, height)));
    Ok(searched.unwrap_or(None))
}

fn search(luma: &[u8], width: usize, height: usize) -> Option<String> {
    let mut picture =
        PreparedImage::prepare_from_greyscale(width, height, |x, y| luma[y * width + x]);
    let differs = |a: (usize, usize), b: (usize, usize)| {
        picture.get_pixel_at(a.0, a.1) != picture.get_pixel_at(b.0, b.1)
    };
    if marks(width, height, differs) > MARKS_MAX {
        return None;
    }
    let grids = picture.detect_grids();
    grids.iter().find_map(|grid| code::text(grid.grid.size(), &|x, y| grid.grid.bit(y, x)))
}

/// Counts the corner marks: where bars of the widths 1, 1, 3, 1, 1 cross each other at their middle.
/// `differs` tells whether two points have different colours.
fn marks(
    width: usize,
    height: usize,
    differs: impl Fn((usize, usize), (usize, usize)) -> bool,
) -> usize {
    let mut count = 0;
    for y in 0..height {
        let mut bars = Bars::default();
        for x in 1..=width {
            let is_end = x == width || differs((x - 1, y), (x, y));
            if !is_end {
                bars.length += 1;
                continue;
            }
            bars.end();
            let Some(middle) = bars.middle(x) else { continue };
            count += usize::from(is_middle(&differs, (middle, y), (width, height), bars.seen[2]));
            if count > MARKS_MAX {
                return count;
            }
        }
    }
    count
}

/// The five bars before a point.
#[derive(Default)]
struct Bars {
    seen: [usize; 5],
    /// How long the bar under way is, less one.
    length: usize,
}

impl Bars {
    fn end(&mut self) {
        self.seen.rotate_left(1);
        self.seen[4] = self.length + 1;
        self.length = 0;
    }

    /// Where the middle bar has its middle, where the bars before `end` are a mark's.
    fn middle(&self, end: usize) -> Option<usize> {
        let [a, b, c, d, e] = self.seen;
        let around = a + b + d + e;
        let fits = |bar: usize, times: usize| {
            // As generous as the reader: three quarters of a thin bar.
            (4 * bar).abs_diff(times * around) <= around * 3 / 4 + 4
        };
        let is_mark = a > 0 && [a, b, d, e].iter().all(|bar| fits(*bar, 1)) && fits(c, 3);
        is_mark.then(|| end - e - d - c.div_ceil(2))
    }
}

/// Whether a point is the middle of a mark: on the way to every side there is half a thick bar and two
/// thin ones. Of the rows through a mark, one has its middle.
fn is_middle(
    differs: impl Fn((usize, usize), (usize, usize)) -> bool,
    middle: (usize, usize),
    sides: (usize, usize),
    thick: usize,
) -> bool {
    const WAYS: [(isize, isize); 8] =
        [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, 1), (-1, 1), (1, -1)];
    let bars = |(dx, dy): (isize, isize)| {
        let mut at = middle;
        let mut bars = [1; 3];
        for bar in &mut bars {
            loop {
                let next = (at.0.checked_add_signed(dx)?, at.1.checked_add_signed(dy)?);
                if next.0 >= sides.0 || next.1 >= sides.1 || *bar > thick {
                    return None;
                }
                let ends = differs(at, next);
                at = next;
                if ends {
                    break;
                }
                *bar += 1;
            }
        }
        Some(bars)
    };
    let is_ray = |[half, gap, ring]: [usize; 3]| {
        let fits = |bar: usize| 3 * bar + 3 >= half && 3 * bar <= 4 * half + 6;
        fits(gap) && fits(ring)
    };
    let [up, down] = [WAYS[0], WAYS[1]].map(bars);
    let is_half_way = matches!((up, down), (Some([a, ..]), Some([b, ..])) if a == b || a + 1 == b);
    is_half_way && WAYS.into_iter().all(|way| bars(way).is_some_and(is_ray))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use qrcodegen::{QrCode, QrCodeEcc};

    const CODE: &str = "HOCVU1-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    struct Picture {
        luma: Vec<u8>,
        width: usize,
        height: usize,
    }

    impl Picture {
        fn of(width: usize, height: usize, point: impl Fn(usize, usize) -> u8) -> Self {
            let at = |i: usize| point(i % width, i / width);
            Self { luma: (0..width * height).map(at).collect(), width, height }
        }

        fn read(&self) -> Option<String> {
            read(&self.luma, self.width, self.height).unwrap()
        }
    }

    /// A code on grey as a camera sees it: a shade across it, some noise, seen from a slant.
    fn seen(text: &str, point: usize, slant: usize) -> Picture {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let side = (code.size() as usize + 12) * point;
        Picture::of(side + 60, side + 40, |x, y| {
            let x_there = (x as i32 - (y * slant / 100) as i32) / point as i32 - 6;
            let dark = code.get_module(x_there, y as i32 / point as i32 - 6);
            let noise = (x * 7_919 + y * 104_729) % 17;
            ((if dark { 30 } else { 170 }) + x * 40 / (side + 60) + noise) as u8
        })
    }

    #[test]
    fn a_code_before_the_camera_is_read() {
        for (point, slant) in [(3, 0), (5, 0), (5, 8), (12, 4)] {
            assert_eq!(seen(CODE, point, slant).read().as_deref(), Some(CODE), "{point} {slant}");
        }
        let long = CODE.repeat(6);
        assert_eq!(seen(&long, 4, 0).read().as_deref(), Some(long.as_str()));
    }

    #[test]
    fn a_code_among_others_and_among_writing_is_read() {
        let one = seen("HOCVUC-ABC", 5, 0);
        let other = seen("HOCVUC-DEF", 3, 0);
        let both = Picture::of(one.width + other.width, one.height, |x, y| {
            match x.checked_sub(one.width) {
                None => one.luma[y * one.width + x],
                Some(x) => other.luma.get(y * other.width + x).copied().unwrap_or(180),
            }
        });
        assert!(both.read().is_some_and(|text| text.starts_with("HOCVUC-")));
        let stripes = Picture::of(one.width, one.height + 200, |x, y| match y.checked_sub(200) {
            Some(y) => one.luma[y * one.width + x],
            None => [20, 200, 20, 20, 200, 200][(x / 3 + y / 5 * 7) % 6],
        });
        assert_eq!(stripes.read().as_deref(), Some("HOCVUC-ABC"));
    }

    #[test]
    fn a_picture_without_a_code_has_none() {
        assert_eq!(Picture::of(640, 480, |_, _| 200).read(), None);
        assert_eq!(Picture::of(1, 1, |_, _| 0).read(), None);
        assert_eq!(Picture::of(640, 480, |x, y| ((x * 31 + y * 17) % 256) as u8).read(), None);
        let cut = seen(CODE, 5, 0);
        assert_eq!(read(&cut.luma[..cut.width * 150], cut.width, 150).unwrap(), None);
    }

    #[test]
    fn a_wall_of_corner_marks_is_given_up_at_once() {
        let ring = |n: usize| matches!(n, 0 | 6);
        for module in [1, 2, 5] {
            let wall = Picture::of(1_280, 720, |x, y| {
                let (x, y) = (x / module % 9, y / module % 9);
                let is_ring = x < 7 && y < 7 && (ring(x) || ring(y));
                let is_stone = (2..5).contains(&x) && (2..5).contains(&y);
                if is_ring || is_stone { 10 } else { 240 }
            });
            let width = wall.width;
            let luma = &wall.luma;
            let differs = |a: (usize, usize), b: (usize, usize)| {
                luma[a.1 * width + a.0] != luma[b.1 * width + b.0]
            };
            assert_eq!(marks(width, wall.height, differs), MARKS_MAX + 1, "{module}");
            assert_eq!(wall.read(), None);
        }
    }

    #[test]
    fn points_that_do_not_fill_the_picture_are_refused() {
        for (points, width, height) in
            [(0, 0, 0), (99, 10, 10), (101, 10, 10), (10, usize::MAX, 2), (0, 0, 10)]
        {
            let refused = read(&vec![0; points], width, height);
            assert!(matches!(refused, Err(Error::Invalid { what: "picture", .. })), "{points}");
        }
        let large = vec![0; POINTS_MAX + 1];
        assert!(read(&large, POINTS_MAX + 1, 1).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn no_picture_ends_the_program(
            width in 1_usize..90,
            luma in proptest::collection::vec(prop_oneof![Just(0_u8), Just(255), any::<u8>()], 90..8_000),
        ) {
            let height = luma.len() / width;
            let _ = read(&luma[..width * height], width, height).unwrap();
        }

        #[test]
        fn a_code_with_damage_is_read_right_or_not_at_all(
            hits in proptest::collection::vec((0_usize..10_000, any::<u8>()), 0..400),
        ) {
            let mut picture = seen("HOCVU1-ABCDEF", 3, 0);
            for (at, value) in hits {
                let at = at * 13 % picture.luma.len();
                picture.luma[at] = value;
            }
            let read = picture.read();
            prop_assert!(read.is_none() || read.as_deref() == Some("HOCVU1-ABCDEF"), "{read:?}");
        }
    }
}
