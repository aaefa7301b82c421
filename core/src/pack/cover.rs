//! The cover: something signed, with all that is needed to check the signature far from any network.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use super::archive::COVER_BYTES_MAX;
use super::{PackError, canonical};

/// A signed body (a manifest, a catalogue), and all roots since the first. Without roots and
/// signature it is that of a pack embedded in the program, which is trusted as the program is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct Cover {
    /// Every version of the root since the first, each as signed.
    #[n(0)]
    pub(super) roots: Vec<ByteVec>,
    /// The exact bytes that are signed.
    #[n(1)]
    pub(super) body: ByteVec,
    /// Who signed, and the signature.
    #[n(2)]
    pub(super) signature: Option<KeySignature>,
}

/// A signature and the public key that it was made with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub(super) struct KeySignature {
    /// The public key, Ed25519.
    #[n(0)]
    pub(super) key: ByteArray<32>,
    /// The signature.
    #[n(1)]
    pub(super) signature: ByteArray<64>,
}

impl Cover {
    /// A body that nobody signed.
    pub(super) fn unsigned(body: Vec<u8>) -> Self {
        Self { roots: Vec::new(), body: body.into(), signature: None }
    }

    /// Reads a cover; `name` is what it is called in messages.
    pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Self, PackError> {
        if bytes.len() > COVER_BYTES_MAX as usize {
            return Err(PackError::file(name, "has a cover that is too large"));
        }
        canonical::decode(name, bytes)
    }

    /// The bytes of the cover.
    pub(super) fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }
}
