//! Who a learner is to the people around her: sealed per column with a key from the platform's key
//! store (XChaCha20-Poly1305). If the key store forgets the key, the record stays and the app asks
//! for the name once more; nothing else depends on that key.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::error::{Error, Result};
use crate::hocvu::Ports;
use crate::ids::LearnerId;
use crate::ports::draw;

/// How many pictograms there are to choose from.
pub const PICTOGRAMS: u8 = 16;

/// The most characters of a name.
pub const NAME_CHARS_MAX: usize = 60;

/// The name of the sealing key in the platform's key store.
pub(crate) const PERSON_KEY: &str = "person-key";

/// How a learner wants to be addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// bà
    Ba,
    /// ông
    Ong,
    /// cô
    Co,
    /// chú
    Chu,
    /// anh
    Anh,
    /// chị
    Chi,
    /// em
    Em,
    /// bạn
    Ban,
}

impl Address {
    /// All forms, in the order in which they are offered.
    pub const ALL: [Self; 8] =
        [Self::Ba, Self::Ong, Self::Co, Self::Chu, Self::Anh, Self::Chi, Self::Em, Self::Ban];

    /// The form's code: its word without diacritics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ba => "ba",
            Self::Ong => "ong",
            Self::Co => "co",
            Self::Chu => "chu",
            Self::Anh => "anh",
            Self::Chi => "chi",
            Self::Em => "em",
            Self::Ban => "ban",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|address| address.code() == code)
    }
}

/// Seals and opens what is known of people.
pub(crate) struct PersonKey(XChaCha20Poly1305);

impl PersonKey {
    /// The key from the platform's key store, or a new one; says whether it is new.
    pub(crate) fn get_or_make(ports: &Ports) -> Result<(Self, bool)> {
        let fail = |source| Error::File {
            doing: "reading the key store's key",
            path: PERSON_KEY.into(),
            source,
        };
        let stored = ports.keys.get(PERSON_KEY).map_err(fail)?;
        if let Some(key) = stored.and_then(|key| <[u8; 32]>::try_from(key).ok()) {
            return Ok((Self::from_bytes(&key), false));
        }
        let key: [u8; 32] = draw(ports.entropy.as_ref());
        ports.keys.put(PERSON_KEY, &key).map_err(fail)?;
        Ok((Self::from_bytes(&key), true))
    }

    fn from_bytes(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Seals a text for one column of one learner.
    pub(crate) fn seal(
        &self,
        nonce: [u8; 24],
        learner: LearnerId,
        column: &str,
        text: &str,
    ) -> Vec<u8> {
        let bound = bound(learner, column);
        let payload = Payload { msg: text.as_bytes(), aad: &bound };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        [nonce.to_vec(), sealed.expect("a name is short")].concat()
    }

    /// Opens what was sealed, or `None` when it was sealed with another key or altered.
    pub(crate) fn open(&self, learner: LearnerId, column: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(24)?;
        let nonce: [u8; 24] = nonce.try_into().ok()?;
        let bound = bound(learner, column);
        let opened =
            self.0.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &bound }).ok()?;
        String::from_utf8(opened).ok()
    }
}

fn bound(learner: LearnerId, column: &str) -> Vec<u8> {
    [b"hocvu 2026-11 person\0", &learner.0[..], column.as_bytes()].concat()
}
