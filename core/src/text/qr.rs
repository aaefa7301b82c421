//! Texts as QR codes, and as groups of letters for whoever types them.

use qrcodegen::{QrCode, QrCodeEcc};

/// A text as a QR code: a square of points, some of them dark. Whoever draws it leaves four points
/// free around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Points of a side.
    pub side: u32,
    /// Row by row, from the upper left corner: whether each point is dark.
    pub dark: Vec<bool>,
}

impl Qr {
    /// Draws a text; `None` for one that is too long for any code.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let side = code.size();
        let points = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
        let dark = points.map(|(x, y)| code.get_module(x, y)).collect();
        Some(Self { side: side.unsigned_abs(), dark })
    }

    /// Whether a point is dark; none is outside.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        let at = || usize::try_from(u64::from(y) * u64::from(self.side) + u64::from(x)).ok();
        x < self.side && at().and_then(|at| self.dark.get(at).copied()).unwrap_or(false)
    }
}

/// A code in groups of four characters, so that whoever types it keeps her place. Readers of codes
/// forgive the spaces.
pub fn grouped(code: &str) -> String {
    let (prefix, digits) = code.split_at(code.find('-').map_or(0, |at| at + 1));
    let mut text = prefix.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text.trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_four_keep_the_prefix_whole() {
        assert_eq!(grouped("HOCVU1-ABCDEFGHI"), "HOCVU1- ABCD EFGH I");
        assert_eq!(grouped("ABCDE"), "ABCD E");
    }

    #[test]
    fn a_code_has_its_three_eyes_and_nothing_outside() {
        let code = Qr::of("HOCVUC-ABCDEFGH").unwrap();
        assert_eq!(code.dark.len(), (code.side * code.side) as usize);
        for (x, y) in [(0, 0), (code.side - 7, 0), (0, code.side - 7)] {
            // Each eye is a ring of dark points around a light one around a dark square.
            assert!((0..7).all(|i| code.is_dark(x + i, y) && code.is_dark(x + i, y + 6)));
            assert!(!code.is_dark(x + 1, y + 1) && code.is_dark(x + 3, y + 3));
        }
        assert!(!code.is_dark(code.side, 0) && !code.is_dark(0, code.side));
        assert_eq!(Qr::of(&"A".repeat(5_000)), None);
    }
}
