//! The join code: all that a device needs to know of a relay, as text for a QR code or to be sent.
//!
//! `HOCVU1-`, then CBOR as `text::to_typed` writes it.

use std::net::{Ipv4Addr, Ipv6Addr};

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use super::message::{Role, TOKEN_BYTES_MAX, decode_all};
use super::seal::RelayKey;
use crate::text::{TypedError, from_typed, to_typed};

const PREFIX: &str = "HOCVU1-";
/// The most characters of a join code.
pub const JOIN_CODE_CHARS_MAX: usize = 1_500;
/// The most addresses of a relay.
pub const ADDRESSES_MAX: usize = 4;
const ADDRESS_BYTES_MAX: usize = 120;
const NAME_CHARS_MAX: usize = 60;

/// What a join code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinCode {
    /// The relay.
    pub relay: RelayKey,
    /// Verifies what the counting server signs (Ed25519); the relay's own where it counts itself.
    pub counting: [u8; 32],
    /// Where the relay was when the code was made, such as `http://192.168.1.5:8080`.
    pub addresses: Vec<String>,
    /// What people call the relay.
    pub name: String,
    /// What admits a sender.
    pub token: Option<Vec<u8>>,
    /// Whom it admits: devices, or relays that pass on. No code does both, since whoever may see the
    /// one that hangs on the wall must not be able to pose as a hub.
    pub admits: Role,
}

/// Why a text is no join code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinCodeError {
    /// It does not begin as one.
    #[error("this is no join code: it begins with {PREFIX}")]
    NotOne,
    /// A character is wrong or missing.
    #[error("a character of the join code is wrong or missing")]
    Mistyped,
    /// It says something that cannot be.
    #[error("the join code names an address or name that cannot be")]
    Unusable,
}

/// Whether an address is one of a network that stays in one place: private or link-local (RFC 1918,
/// RFC 3927, RFC 4193), or a name that such a network gives (RFC 6762).
fn is_near(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(v6) = host.strip_prefix('[') {
        let v6 = v6.split(']').next().unwrap_or_default().parse::<Ipv6Addr>();
        let is_near =
            |ip: Ipv6Addr| ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback();
        return v6.is_ok_and(is_near);
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    match name.parse::<Ipv4Addr>() {
        Ok(ip) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
        Err(_) => name.to_ascii_lowercase().ends_with(".local") || !name.contains('.'),
    }
}

/// Whether something is in a network of one place and nowhere else.
pub(crate) fn is_all_near(addresses: &[String]) -> bool {
    !addresses.is_empty() && addresses.iter().all(|address| is_near(address))
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    sign: ByteArray<32>,
    #[n(1)]
    seal: ByteArray<32>,
    #[n(2)]
    counting: Option<ByteArray<32>>,
    #[n(3)]
    addresses: Vec<String>,
    #[n(4)]
    name: String,
    #[n(5)]
    token: Option<ByteVec>,
    #[n(6)]
    admits: Option<Role>,
}

impl JoinCode {
    /// The code as text.
    pub fn to_text(&self) -> String {
        let counting = (self.counting != self.relay.sign).then(|| self.counting.into());
        let wire = Wire {
            sign: self.relay.sign.into(),
            seal: self.relay.seal.into(),
            counting,
            addresses: self.addresses.clone(),
            name: self.name.clone(),
            token: self.token.clone().map(Into::into),
            admits: (self.admits != Role::Replica).then_some(self.admits),
        };
        to_typed(PREFIX, &minicbor::to_vec(wire).expect("writing to memory cannot fail"))
    }

    /// Reads a code as somebody scanned or typed it: spaces, line ends and small letters are
    /// forgiven.
    pub fn from_text(text: &str) -> Result<Self, JoinCodeError> {
        let bytes = from_typed(PREFIX, text, JOIN_CODE_CHARS_MAX).map_err(|error| match error {
            TypedError::Prefix => JoinCodeError::NotOne,
            TypedError::Mistyped => JoinCodeError::Mistyped,
        })?;
        let wire: Wire = decode_all(&bytes).ok_or(JoinCodeError::Unusable)?;
        let code = Self {
            relay: RelayKey { sign: *wire.sign, seal: *wire.seal },
            counting: wire.counting.map_or(*wire.sign, |key| *key),
            addresses: wire.addresses,
            name: wire.name,
            token: wire.token.map(Into::into),
            admits: wire.admits.unwrap_or(Role::Replica),
        };
        if code.is_usable() { Ok(code) } else { Err(JoinCodeError::Unusable) }
    }

    fn is_usable(&self) -> bool {
        let is_address = |address: &String| {
            address.len() <= ADDRESS_BYTES_MAX
                && address.bytes().all(|b| b.is_ascii_graphic())
                && (address.starts_with("http://") || address.starts_with("https://"))
        };
        self.addresses.len() <= ADDRESSES_MAX
            && self.addresses.iter().all(is_address)
            && (1..=NAME_CHARS_MAX).contains(&self.name.chars().count())
            && !self.name.chars().any(char::is_control)
            && self.token.as_ref().is_none_or(|token| token.len() <= TOKEN_BYTES_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::seal::RelaySecret;
    use proptest::prelude::*;

    fn code() -> JoinCode {
        let relay = RelaySecret::from_seed(&[1; 32]).key();
        JoinCode {
            relay,
            counting: [9; 32],
            addresses: vec![String::from("http://192.168.1.5:8080")],
            name: String::from("Nhà văn hóa xã"),
            token: Some(vec![7; 16]),
            admits: Role::Replica,
        }
    }

    #[test]
    fn a_code_says_whom_it_admits() {
        let hubs = JoinCode { admits: Role::Relay, ..code() };
        assert_eq!(JoinCode::from_text(&hubs.to_text()), Ok(hubs));
    }

    #[test]
    fn a_code_survives_being_typed_with_spaces_and_small_letters() {
        let text = code().to_text();
        let typed: String = text
            .to_lowercase()
            .as_bytes()
            .chunks(4)
            .map(|four| String::from_utf8_lossy(four).into_owned() + " ")
            .collect();
        assert_eq!(JoinCode::from_text(&typed), Ok(code()));
        assert!(text.len() < 360, "{} characters", text.len());
    }

    #[test]
    fn one_wrong_character_is_noticed() {
        let text = code().to_text();
        for at in PREFIX.len()..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'A' { b'B' } else { b'A' };
            let wrong = String::from_utf8(wrong).unwrap();
            // The unused low bits of the last character carry nothing.
            if at + 1 < text.len() {
                assert_eq!(JoinCode::from_text(&wrong), Err(JoinCodeError::Mistyped), "{at}");
            }
        }
        assert_eq!(JoinCode::from_text(&text[1..]), Err(JoinCodeError::NotOne));
    }

    #[test]
    fn an_address_of_the_same_place_is_told_from_one_of_the_internet() {
        for near in [
            "http://192.168.1.5:8080",
            "http://10.0.0.1",
            "http://172.16.3.4:1/x",
            "http://169.254.1.1",
            "http://127.0.0.1:9",
            "http://[fe80::1]:8080",
            "http://[fd00::7]/",
            "http://tram.LOCAL:80",
            "http://tram:8080",
        ] {
            assert!(is_near(near), "{near}");
        }
        for far in [
            "https://hocvu.example",
            "http://8.8.8.8:80",
            "http://172.32.0.1",
            "http://192.169.1.1",
            "http://[2001:db8::1]:80",
            "https://10.0.0.1.example/",
            "http://[oops",
        ] {
            assert!(!is_near(far), "{far}");
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        for address in ["javascript:alert(1)", "http://a b", "ftp://x", ""] {
            let bad = JoinCode { addresses: vec![address.to_owned()], ..code() };
            assert_eq!(JoinCode::from_text(&bad.to_text()), Err(JoinCodeError::Unusable));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "[A-Z2-7 ]{0,80}") {
            let _ = JoinCode::from_text(&format!("{PREFIX}{text}"));
        }
    }
}
