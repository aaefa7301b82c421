//! Sealing bundles: HPKE to a relay's key on the way there, a key exported from the same context on
//! the way back. Nothing here is of our own making: RFC 9180 with X25519, HKDF-SHA256 and
//! ChaCha20-Poly1305, and the way back as RFC 9458, section 4.4, does it.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use ed25519_dalek::{Signer, SigningKey};
use hpke::aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305 as HpkeAead};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};

use crate::journal::chain::{first16, is_signed};
use crate::ports::{Entropy, draw};

/// What both sides bind a bundle's context to.
const INFO: &[u8] = b"hocvu 2026-11 bundle";
const EXPORT_REPLY: &[u8] = b"hocvu 2026-11 bundle reply";
const CONTEXT_REPLY_KEY: &str = "hocvu 2026-11 bundle reply key";
const CONTEXT_REQUEST_ID: &str = "hocvu 2026-11 request id";
const CONTEXT_RELAY_ID: &str = "hocvu 2026-11 relay id";

/// Bytes that sealing adds to a frame.
pub(super) const TAG_BYTES: usize = 16;

/// Names a relay: first 16 bytes of the hash of both its public keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayId(pub [u8; 16]);

impl std::fmt::Display for RelayId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl std::fmt::Debug for RelayId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RelayId({self})")
    }
}

/// Names one request: a hash of its encapsulated key, which no two requests share.
pub type RequestId = [u8; 16];

/// What everybody may know of a relay's keys. A relay is these, not its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayKey {
    /// Verifies what the relay signs (Ed25519).
    pub sign: [u8; 32],
    /// Seals to the relay (X25519).
    pub seal: [u8; 32],
}

impl RelayKey {
    /// Whether the relay signed a message.
    pub fn is_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        is_signed(&self.sign, message, signature)
    }

    /// The relay's name.
    pub fn id(&self) -> RelayId {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT_RELAY_ID);
        hasher.update(&self.sign).update(&self.seal);
        RelayId(first16(hasher.finalize().as_bytes()))
    }
}

/// A relay's secret keys, both made from one seed.
#[derive(Clone)]
pub struct RelaySecret {
    sign: SigningKey,
    seal: <X25519HkdfSha256 as Kem>::PrivateKey,
    key: RelayKey,
}

impl RelaySecret {
    /// The keys that follow from a seed of 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let sign = SigningKey::from_bytes(&blake3::derive_key("hocvu 2026-11 relay sign", seed));
        let ikm = blake3::derive_key("hocvu 2026-11 relay seal", seed);
        let (seal, public) = X25519HkdfSha256::derive_keypair(&ikm);
        let key =
            RelayKey { sign: sign.verifying_key().to_bytes(), seal: public.to_bytes().into() };
        Self { sign, seal, key }
    }

    /// The public keys.
    pub fn key(&self) -> RelayKey {
        self.key
    }

    /// Signs a message that begins with a context of its own.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.sign.sign(message).to_bytes()
    }
}

/// A frame could not be opened: altered, out of its place, or sealed to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frame cannot be opened: it was altered or is sealed to another key")]
pub struct CannotOpen;

/// Seals the frames of a request, one after the other.
pub(super) struct RequestSealer(AeadCtxS<HpkeAead, HkdfSha256, X25519HkdfSha256>);

/// Opens the frames of a request, one after the other.
pub(super) struct RequestOpener(AeadCtxR<HpkeAead, HkdfSha256, X25519HkdfSha256>);

/// What ties a reply to its request. The sender keeps it until the reply is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReplySecret(pub [u8; 32]);

impl RequestSealer {
    /// Begins a request to a relay: the sealer, the encapsulated key, and what opens the reply.
    pub(super) fn begin(
        relay: &RelayKey,
        entropy: &dyn Entropy,
    ) -> Result<(Self, [u8; 32], ReplySecret), CannotOpen> {
        let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&relay.seal);
        let to = to.map_err(|_| CannotOpen)?;
        let mut random = FromEntropy(entropy);
        let (enc, context) = hpke::setup_sender_with_rng(&OpModeS::Base, &to, INFO, &mut random)
            .map_err(|_| CannotOpen)?;
        let mut secret = [0; 32];
        context.export(EXPORT_REPLY, &mut secret).expect("32 bytes can be exported");
        Ok((Self(context), enc.to_bytes().into(), ReplySecret(secret)))
    }

    /// Seals the next frame.
    pub(super) fn seal(&mut self, frame: &[u8]) -> Vec<u8> {
        self.0.seal(frame, b"").expect("a bundle has far fewer than 2^64 frames")
    }
}

impl RequestOpener {
    /// Begins to open a request that was sealed to this relay.
    pub(super) fn begin(
        relay: &RelaySecret,
        enc: &[u8; 32],
    ) -> Result<(Self, ReplySecret), CannotOpen> {
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc);
        let enc = enc.map_err(|_| CannotOpen)?;
        let context = hpke::setup_receiver(&OpModeR::Base, &relay.seal, &enc, INFO)
            .map_err(|_| CannotOpen)?;
        let mut secret = [0; 32];
        context.export(EXPORT_REPLY, &mut secret).expect("32 bytes can be exported");
        Ok((Self(context), ReplySecret(secret)))
    }

    /// Opens the next frame.
    pub(super) fn open(&mut self, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        self.0.open(sealed, b"").map_err(|_| CannotOpen)
    }
}

/// Seals or opens the frames of a reply, one after the other.
pub(super) struct ReplyCipher {
    cipher: ChaCha20Poly1305,
    frames: u64,
}

impl ReplyCipher {
    /// The cipher of one reply: a request may be answered more than once, each time with a nonce of
    /// its own.
    pub(super) fn new(secret: &ReplySecret, enc: &[u8; 32], nonce: &[u8; 16]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT_REPLY_KEY);
        hasher.update(&secret.0).update(enc).update(nonce);
        let key = *hasher.finalize().as_bytes();
        Self { cipher: ChaCha20Poly1305::new(&key.into()), frames: 0 }
    }

    fn next_nonce(&mut self) -> Nonce {
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&self.frames.to_be_bytes());
        self.frames += 1;
        nonce.into()
    }

    /// Seals the next frame.
    pub(super) fn seal(&mut self, frame: &[u8]) -> Vec<u8> {
        let nonce = self.next_nonce();
        self.cipher.encrypt(&nonce, frame).expect("a frame is far smaller than 256 GiB")
    }

    /// Opens the next frame.
    pub(super) fn open(&mut self, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let nonce = self.next_nonce();
        self.cipher.decrypt(&nonce, sealed).map_err(|_| CannotOpen)
    }
}

/// A request's name, from its encapsulated key.
pub fn request_id(enc: &[u8; 32]) -> RequestId {
    first16(&blake3::derive_key(CONTEXT_REQUEST_ID, enc))
}

/// Our source of randomness as HPKE wants it.
struct FromEntropy<'a>(&'a dyn Entropy);

impl hpke::rand_core::TryRng for FromEntropy<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_be_bytes(draw(self.0)))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_be_bytes(draw(self.0)))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill(to);
        Ok(())
    }
}

impl hpke::rand_core::TryCryptoRng for FromEntropy<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::SystemEntropy;

    #[test]
    fn frames_open_in_their_order_and_for_their_relay_only() {
        let relay = RelaySecret::from_seed(&[1; 32]);
        let other = RelaySecret::from_seed(&[2; 32]);
        let (mut seal, enc, secret) = RequestSealer::begin(&relay.key(), &SystemEntropy).unwrap();
        let (one, two) = (seal.seal(b"one"), seal.seal(b"two"));
        let (mut open, theirs) = RequestOpener::begin(&relay, &enc).unwrap();
        assert!(secret == theirs);
        assert_eq!(open.open(&two), Err(CannotOpen), "the second frame in the first's place");
        assert_eq!(open.open(&one).unwrap(), b"one");
        assert_eq!(open.open(&two).unwrap(), b"two");
        let (mut wrong, _) = RequestOpener::begin(&other, &enc).unwrap();
        assert_eq!(wrong.open(&one), Err(CannotOpen));
    }

    #[test]
    fn a_reply_opens_with_its_requests_secret_only() {
        let mut seal = ReplyCipher::new(&ReplySecret([3; 32]), &[4; 32], &[5; 16]);
        let sealed = [seal.seal(b"receipt"), seal.seal(b"copies")];
        let open = |secret, nonce| {
            let mut cipher = ReplyCipher::new(&ReplySecret(secret), &[4; 32], &nonce);
            sealed.iter().map(|frame| cipher.open(frame)).collect::<Result<Vec<_>, _>>()
        };
        assert_eq!(open([3; 32], [5; 16]).unwrap(), [b"receipt".to_vec(), b"copies".to_vec()]);
        assert!(open([9; 32], [5; 16]).is_err());
        assert!(open([3; 32], [9; 16]).is_err());
    }

    #[test]
    fn keys_follow_from_the_seed() {
        let (a, b) = (RelaySecret::from_seed(&[7; 32]), RelaySecret::from_seed(&[7; 32]));
        assert_eq!(a.key(), b.key());
        assert_ne!(a.key().id(), RelaySecret::from_seed(&[8; 32]).key().id());
    }
}
