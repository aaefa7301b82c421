//! Keys that sign roots, packs and catalogues, and the files that they are kept in.

use std::fmt;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use super::PackError;
use super::cover::KeySignature;
use crate::error::{Error, Result};
use crate::platform;
use crate::ports::{Entropy, draw};

/// What is signed differs by its first bytes, so that nothing signed as one is taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Root,
    Pack,
    Catalogue,
}

impl Context {
    fn message(self, body: &[u8]) -> Vec<u8> {
        let context = match self {
            Self::Root => "hocvu root v1",
            Self::Pack => "hocvu pack v1",
            Self::Catalogue => "hocvu catalogue v1",
        };
        [context.as_bytes(), &[0], body].concat()
    }
}

/// A public key, Ed25519; shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Reads 64 hex digits.
    pub fn parse(text: &str) -> Result<Self> {
        let hex = text.trim();
        let key = blake3::Hash::from_hex(hex).map_err(|_| {
            let shown: String = hex.chars().take(80).collect();
            Error::invalid("public key", format!("{shown:?} is not 64 hex digits"))
        })?;
        Ok(Self(*key.as_bytes()))
    }

    /// Whether a signature of this key stands under a body.
    pub(super) fn signed(&self, context: Context, body: &[u8], signature: &KeySignature) -> bool {
        *signature.key == self.0
            && VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
                let signature = ed25519_dalek::Signature::from_bytes(&signature.signature);
                key.verify_strict(&context.message(body), &signature).is_ok()
            })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl<C> Encode<C> for PublicKey {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for PublicKey {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        let bytes = d.bytes()?.try_into();
        bytes.map(Self).map_err(|_| DecodeError::message("public key").at(at))
    }
}

/// A secret key. Whoever has it signs in its owner's name; it is never shown.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

/// What a key file begins with.
const FILE_HEAD: &str = "hocvu secret key v1";

impl SecretKey {
    /// Draws a new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(SigningKey::from_bytes(&draw(entropy)))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Writes the key into a new file, readable by its owner only. An existing file is refused, so
    /// that no key is ever lost by a slip.
    pub fn write_file(&self, path: &Path) -> Result<()> {
        if path.exists() {
            return Err(Error::invalid("key file", format!("{} exists", path.display())));
        }
        let seed = blake3::Hash::from_bytes(self.0.to_bytes()).to_hex();
        platform::write_durably(path, format!("{FILE_HEAD}\n{seed}\n").as_bytes())
    }

    /// Reads a file that [`SecretKey::write_file`] wrote.
    pub fn read_file(path: &Path) -> Result<Self> {
        let bad = || Error::invalid("key file", format!("{} is no secret key", path.display()));
        let bytes = platform::read_bounded(path, 1024)?;
        let bytes = bytes.ok_or(Error::NotFound { what: "key file" })?;
        let text = String::from_utf8(bytes).map_err(|_| bad())?;
        let seed = text.strip_prefix(FILE_HEAD).ok_or_else(bad)?.trim();
        let seed = blake3::Hash::from_hex(seed).map_err(|_| bad())?;
        Ok(Self(SigningKey::from_bytes(seed.as_bytes())))
    }

    pub(super) fn sign(&self, context: Context, body: &[u8]) -> KeySignature {
        let signature = self.0.sign(&context.message(body)).to_bytes();
        KeySignature { key: self.public().0.into(), signature: signature.into() }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public())
    }
}

/// Refuses keys that stand twice or are too many.
pub(super) fn check_keys(file: &str, keys: &[PublicKey], keys_max: usize) -> Result<(), PackError> {
    let stands_twice = || keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key));
    if keys.is_empty() || keys.len() > keys_max || stands_twice() {
        let why = format!("has a list of keys that is empty, doubled or longer than {keys_max}");
        return Err(PackError::file(file, why));
    }
    Ok(())
}
