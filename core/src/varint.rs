//! Numbers as LEB128: seven bits a byte, the lowest first. What bundles, batches, stored events and
//! relays write their lengths and small numbers in.

/// Why no number can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoNumber {
    /// The bytes end before it does.
    Cut,
    /// It is not in its shortest form.
    Long,
    /// It is 2^63 or above.
    OutOfBounds,
}

/// Appends a number, in its shortest form.
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number below 2^63 off the beginning, if it is in its shortest form.
pub fn take(bytes: &mut &[u8]) -> Result<u64, NoNumber> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(NoNumber::Cut)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            let is_shortest = *byte > 0 || shift == 0;
            return is_shortest.then_some(number).ok_or(NoNumber::Long);
        }
    }
    Err(NoNumber::OutOfBounds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_comes_back_and_what_follows_stays(number in 0..1_u64 << 63, next: u8) {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            bytes.push(next);
            let mut rest = &bytes[..];
            prop_assert_eq!((take(&mut rest), rest), (Ok(number), &[next][..]));
        }
    }

    #[test]
    fn what_is_cut_long_or_too_large_is_told_apart() {
        for (bytes, why) in [
            (&[][..], NoNumber::Cut),
            (&[0x80], NoNumber::Cut),
            (&[0x80, 0], NoNumber::Long),
            (&[0xff; 9], NoNumber::OutOfBounds),
        ] {
            assert_eq!(take(&mut &*bytes), Err(why), "{bytes:x?}");
        }
    }
}
