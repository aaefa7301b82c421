//! Bytes as text that people scan, type or send: a prefix that says what it is, then base32 (RFC 4648,
//! no padding) of the bytes and four bytes of their hash, so that a slip of the finger is noticed.
//! Only capitals, digits and `-`: QR codes pack these tightly.

const CONTEXT_CHECK: &str = "hocvu 2026-11 typed code check";
const CHECK_BYTES: usize = 4;

/// Why a text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedError {
    /// It begins otherwise, or is far too long.
    Prefix,
    /// A character is wrong or missing.
    Mistyped,
}

/// Writes bytes as text.
pub fn to_typed(prefix: &str, bytes: &[u8]) -> String {
    let check = check(prefix, bytes);
    format!("{prefix}{}", to_base32(&[bytes, &check].concat()))
}

/// Reads a text of at most `chars_max` characters; spaces, line ends and small letters are forgiven.
pub fn from_typed(prefix: &str, text: &str, chars_max: usize) -> Result<Vec<u8>, TypedError> {
    if text.len() > 4 * chars_max {
        return Err(TypedError::Prefix);
    }
    let tight: String = text.split_whitespace().collect();
    let tight = tight.to_ascii_uppercase();
    let digits = tight.strip_prefix(prefix).ok_or(TypedError::Prefix)?;
    if digits.len() > chars_max {
        return Err(TypedError::Prefix);
    }
    let mut bytes = from_base32(digits).ok_or(TypedError::Mistyped)?;
    let body = bytes.len().checked_sub(CHECK_BYTES).ok_or(TypedError::Mistyped)?;
    if bytes[body..] != check(prefix, &bytes[..body]) {
        return Err(TypedError::Mistyped);
    }
    bytes.truncate(body);
    Ok(bytes)
}

fn check(prefix: &str, bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT_CHECK);
    hasher.update(prefix.as_bytes()).update(bytes);
    *hasher.finalize().as_bytes().first_chunk().expect("a hash has 32 bytes")
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// `None` where a character is none of the alphabet, or the unused bits of the last one say
/// something.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0u32, 0);
    for digit in text.bytes() {
        let value = ALPHABET.iter().position(|d| *d == digit)?;
        held = held << 5 | u32::try_from(value).expect("the alphabet has 32 digits");
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    (bits < 5 && held & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_wrong_character_is_noticed() {
        let text = to_typed("A1-", b"khong gi quy hon");
        for at in 3..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'A' { b'B' } else { b'A' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(from_typed("A1-", &wrong, 100), Err(TypedError::Mistyped), "{at}");
        }
        assert_eq!(from_typed("A1-", &text[1..], 100), Err(TypedError::Prefix));
        assert_eq!(from_typed("A1-", &text, 5), Err(TypedError::Prefix));
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let typed = to_typed("HOCVU1-", &bytes).to_lowercase();
            let spaced: String = typed.chars().flat_map(|c| [c, ' ']).collect();
            prop_assert_eq!(from_typed("HOCVU1-", &spaced, 200), Ok(bytes));
        }

        #[test]
        fn any_text_is_judged(text in ".{0,80}") {
            let _ = from_typed("HOCVU1-", &format!("HOCVU1-{text}"), 200);
        }
    }
}
