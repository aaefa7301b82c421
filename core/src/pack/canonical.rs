//! Checks that bytes are one item of canonical CBOR before anything decodes them.
//!
//! One walk bounds the depth, so that no decoder can be driven into a deep recursion, and lets one
//! form of each value through, so that nobody can make two files of one meaning.

use minicbor::decode::Decoder;

use super::PackError;

/// The deepest nesting of anything inside a pack; a lesson's words lie 12 deep.
const DEPTH_MAX: usize = 16;

/// Decodes a file of a pack, which must be canonical to its last byte.
pub(super) fn decode<'b, T>(file: &str, bytes: &'b [u8]) -> Result<T, PackError>
where
    T: minicbor::Decode<'b, ()>,
{
    check(bytes).map_err(|why| PackError::file(file, why))?;
    minicbor::decode(bytes)
        .map_err(|error| PackError::file(file, format!("is not what it should be: {error}")))
}

/// Encodes something whose encoding cannot fail.
pub(super) fn encode(value: &impl minicbor::Encode<()>) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory cannot fail")
}

/// Says what is not canonical: a float, a tag, an open length, a longer form than needed, keys out
/// of order, bytes behind the end.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let mut walk = Walk { bytes, at: 0 };
    walk.item(DEPTH_MAX)?;
    if walk.at == bytes.len() { Ok(()) } else { Err("has bytes behind its end") }
}

/// Where the item ends that begins at a place in canonical bytes.
pub(super) fn item_end(bytes: &[u8], at: usize) -> Result<usize, &'static str> {
    let mut walk = Walk { bytes, at };
    let mut items_left: u64 = 1;
    while items_left > 0 {
        let (major, argument) = walk.head()?;
        let inside = match major {
            2 | 3 => walk.take(length(argument)?).map(|_| 0)?,
            4 => argument,
            5 => argument.saturating_mul(2),
            _ => 0,
        };
        items_left = (items_left - 1).saturating_add(inside);
    }
    Ok(walk.at)
}

/// The first value of a map, when its key is 0 and it is a number: the format version, which must
/// be readable whatever a newer format makes of the rest.
pub(super) fn format_of(bytes: &[u8]) -> Option<u32> {
    let mut decoder = Decoder::new(bytes);
    decoder.map().ok()?;
    if decoder.u8().ok()? == 0 { decoder.u32().ok() } else { None }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn take(&mut self, n: usize) -> Result<&[u8], &'static str> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len());
        let taken = &self.bytes[self.at..end.ok_or("ends too early")?];
        self.at += n;
        Ok(taken)
    }

    /// Reads a head: major type and argument, which must be in its shortest form.
    fn head(&mut self) -> Result<(u8, u64), &'static str> {
        let first = self.take(1)?[0];
        let (major, short) = (first >> 5, first & 31);
        let (width, least) = match short {
            0..=23 => return Ok((major, u64::from(short))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err("has a length that is left open"),
        };
        let argument = self.take(width)?.iter().fold(0, |n, b| n << 8 | u64::from(*b));
        if argument < least {
            return Err("has a number in a longer form than needed");
        }
        Ok((major, argument))
    }

    fn item(&mut self, depth_left: usize) -> Result<(), &'static str> {
        if depth_left == 0 {
            return Err("is nested too deep");
        }
        let (major, argument) = self.head()?;
        match major {
            0 | 1 => Ok(()),
            2 => self.take(length(argument)?).map(|_| ()),
            3 => std::str::from_utf8(self.take(length(argument)?)?)
                .map(|_| ())
                .map_err(|_| "has a text that is not UTF-8"),
            4 => (0..argument).try_for_each(|_| self.item(depth_left - 1)),
            5 => self.map(argument, depth_left),
            7 if (20..=22).contains(&argument) => Ok(()),
            _ => Err("has a value of a kind that does not belong there"),
        }
    }

    fn map(&mut self, entries: u64, depth_left: usize) -> Result<(), &'static str> {
        let mut before = None;
        for _ in 0..entries {
            let (major, key) = self.head()?;
            if major != 0 || before.is_some_and(|before| before >= key) {
                return Err("has keys that are no numbers in ascending order");
            }
            before = Some(key);
            self.item(depth_left - 1)?;
        }
        Ok(())
    }
}

fn length(argument: u64) -> Result<usize, &'static str> {
    usize::try_from(argument).map_err(|_| "ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_one_form_of_a_value_passes() {
        for good in [&[0x00][..], &[0x18, 24], &[0x82, 1, 0xf6], &[0xa2, 0, 1, 1, 0x61, b'a']] {
            assert_eq!(check(good), Ok(()), "{good:x?}");
        }
        for bad in [
            &[][..],
            &[0x18, 23],
            &[0x9f, 1, 0xff],
            &[0xa2, 1, 0, 0, 0],
            &[0xa2, 0, 0, 0, 0],
            &[0xa1, 0x61, b'a', 0],
            &[0xf9, 0, 0],
            &[0xc0, 0],
            &[0xf7],
            &[0x61, 0xff],
            &[0x00, 0x00],
            &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0x5b, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0x81; 100],
        ] {
            assert!(check(bad).is_err(), "{bad:x?}");
        }
    }

    #[test]
    fn an_item_ends_where_the_next_begins() {
        for item in [&[0x00][..], &[0x18, 24], &[0x82, 1, 0xf6], &[0xa1, 1, 0x82, 0x61, b'a', 2]] {
            let bytes = [&[0x61, b'x'], item, &[0x05]].concat();
            assert_eq!(item_end(&bytes, 2), Ok(2 + item.len()), "{item:x?}");
            assert!(item_end(&bytes[..1 + item.len()], 2).is_err(), "{item:x?}");
        }
        assert!(item_end(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255], 0).is_err());
        assert!(item_end(&[0x00], 2).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = format_of(&bytes);
            match check(&bytes) {
                Ok(()) => prop_assert_eq!(item_end(&bytes, 0), Ok(bytes.len())),
                Err(_) => drop(item_end(&bytes, 0)),
            }
        }
    }
}
