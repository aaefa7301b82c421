//! Canonical CBOR: the one byte string that each event has, whoever wrote it.
//!
//! A subset of RFC 8949, section 4.2.1: shortest integers, definite lengths, maps whose keys are
//! unsigned integers in rising order, no tags, no floats. Two devices that hold the same event thus
//! hash the same bytes, also when they do not know its kind.

/// The deepest nesting of arrays and maps.
const DEPTH_MAX: u8 = 8;

/// Why bytes are not canonical: where it shows and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not canonical at byte {at}: {why}")]
pub struct NotCanonical {
    /// Offset in the bytes.
    pub at: usize,
    /// What is wrong there.
    pub why: &'static str,
}

/// Checks that the bytes are exactly one canonical map.
pub fn check_map(bytes: &[u8]) -> Result<(), NotCanonical> {
    let mut walk = Walk { bytes, at: 0 };
    let (major, _) = walk.head()?;
    if major != 5 {
        return Err(NotCanonical { at: 0, why: "not a map" });
    }
    walk.at = 0;
    walk.item(0)?;
    if walk.at != bytes.len() {
        return walk.fail("bytes after the end");
    }
    Ok(())
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn fail<T>(&self, why: &'static str) -> Result<T, NotCanonical> {
        Err(NotCanonical { at: self.at, why })
    }

    fn take(&mut self, count: usize) -> Result<&[u8], NotCanonical> {
        match self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end)) {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => self.fail("cut short"),
        }
    }

    /// Major type and argument of the next item, shortest form required.
    fn head(&mut self) -> Result<(u8, u64), NotCanonical> {
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 31);
        let argument = match info {
            0..=23 => u64::from(info),
            24..=27 => {
                let size = 1usize << (info - 24);
                let bytes = self.take(size)?;
                let value = bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
                let least = if size == 1 { 24 } else { 1u64 << (4 * size) };
                if major != 7 && value < least {
                    return self.fail("an integer is not in its shortest form");
                }
                value
            }
            _ => return self.fail("an indefinite length"),
        };
        Ok((major, argument))
    }

    fn item(&mut self, depth: u8) -> Result<(), NotCanonical> {
        if depth > DEPTH_MAX {
            return self.fail("nested too deep");
        }
        let start = self.at;
        let (major, argument) = self.head()?;
        let count = usize::try_from(argument).unwrap_or(usize::MAX);
        match major {
            0 | 1 => Ok(()),
            2 => self.take(count).map(|_| ()),
            3 => match std::str::from_utf8(self.take(count)?) {
                Ok(_) => Ok(()),
                Err(_) => self.fail("a text is not UTF-8"),
            },
            4 => (0..argument).try_for_each(|_| self.item(depth + 1)),
            5 => self.entries(argument, depth),
            7 if self.at == start + 1 && matches!(argument, 20..=22) => Ok(()),
            _ => self.fail("a tag, float or unknown simple value"),
        }
    }

    fn entries(&mut self, count: u64, depth: u8) -> Result<(), NotCanonical> {
        let mut last = None;
        for _ in 0..count {
            let (major, key) = self.head()?;
            if major != 0 {
                return self.fail("a key is no unsigned integer");
            }
            if last.is_some_and(|last| last >= key) {
                return self.fail("keys are not in rising order");
            }
            last = Some(key);
            self.item(depth + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn canonical_maps_pass() {
        for good in [&[0xa0][..], &[0xa1, 0x00, 0x17], &[0xa2, 0x00, 0x18, 0x18, 0x18, 0x18, 0xf6]]
        {
            assert_eq!(check_map(good), Ok(()), "{good:x?}");
        }
    }

    #[test]
    fn every_second_way_of_writing_the_same_is_refused() {
        for (bad, why) in [
            (&[0x80][..], "an array at the top"),
            (&[0xa1, 0x00, 0x18, 0x17], "a long small integer"),
            (&[0xa1, 0x00, 0x19, 0x00, 0xff], "two bytes where one is enough"),
            (&[0xbf, 0xff], "an indefinite map"),
            (&[0xa2, 0x01, 0x00, 0x00, 0x00], "falling keys"),
            (&[0xa2, 0x00, 0x00, 0x00, 0x00], "a key twice"),
            (&[0xa1, 0x61, 0x61, 0x00], "a text as key"),
            (&[0xa1, 0x00, 0xc0, 0x00], "a tag"),
            (&[0xa1, 0x00, 0xf9, 0x3c, 0x00], "a float"),
            (&[0xa1, 0x00, 0xf8, 0x14], "a simple value in two bytes"),
            (&[0xa1, 0x00, 0x61, 0xff], "a text that is not UTF-8"),
            (&[0xa1, 0x00], "cut short"),
            (&[0xa0, 0x00], "something behind"),
        ] {
            assert!(check_map(bad).is_err(), "{why}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let mut deep = vec![0xa1, 0x00];
        deep.extend([0x81; 2_000]);
        deep.push(0x00);
        assert_eq!(check_map(&deep).unwrap_err().why, "nested too deep");
        let huge = [0xa1, 0x00, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert!(check_map(&huge).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = check_map(&bytes);
        }
    }
}
