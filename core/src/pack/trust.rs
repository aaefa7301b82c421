//! Whom a device believes, in the manner of The Update Framework (TUF 1.0, sections 5.3 and 6.1).
//!
//! A root names publishers, each with keys, courses and a generation. Every version of the root is
//! signed by enough of its predecessor's keys and of its own. Packs carry all versions since the
//! first, so that a device that was away for years follows them one by one, without any network.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use super::cover::{Cover, KeySignature};
use super::keys::{Context, PublicKey, SecretKey, check_keys};
use super::manifest::{FORMAT, refuse_newer};
use super::{PackError, canonical};
use crate::course::Day;
use crate::ids::{CourseId, PublisherId};

const ROOT: &str = "root";
const ROOTS_MAX: usize = 256;
const KEYS_MAX: usize = 16;
const PUBLISHERS_MAX: usize = 64;
const COURSES_MAX: usize = 1_000;
const NAME_CHARS_MAX: usize = 100;

/// Who may publish, as the holders of the root's keys say.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Root {
    /// Form of the root; a newer one is refused.
    #[n(0)]
    pub format: u32,
    /// 1, 2, 3 …, without a hole.
    #[n(1)]
    pub version: u32,
    /// What people call it.
    #[n(2)]
    pub name: String,
    /// How many of the keys must sign.
    #[n(3)]
    pub threshold: u32,
    /// The keys that sign this root and the next.
    #[n(4)]
    pub keys: Vec<PublicKey>,
    /// Who may publish what.
    #[n(5)]
    pub publishers: Vec<Publisher>,
    /// From the day after on devices show a notice; nothing is refused, for phones are offline for
    /// months and their clocks are wrong.
    #[n(6)]
    pub expires_on: Option<Day>,
}

/// Somebody who may publish courses.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Publisher {
    /// Its id within the root.
    #[n(0)]
    pub id: PublisherId,
    /// Its name for readers.
    #[n(1)]
    pub name: String,
    /// Any one of these signs.
    #[n(2)]
    pub keys: Vec<PublicKey>,
    /// The courses that it may publish; all when there is no list.
    #[n(3)]
    pub courses: Option<Vec<CourseId>>,
    /// 1 or more; raised when a key is taken away.
    #[n(4)]
    pub generation: u32,
}

impl Root {
    /// The first version of a root.
    pub fn first(
        name: &str,
        threshold: u32,
        keys: Vec<PublicKey>,
        publishers: Vec<Publisher>,
    ) -> Self {
        let (format, version, name) = (FORMAT, 1, name.to_owned());
        Self { format, version, name, threshold, keys, publishers, expires_on: None }
    }

    /// The version that follows this one, as yet with the same contents.
    pub fn successor(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// Gives a publisher other keys and raises its generation: what the old keys sign from then on
    /// is refused by every device that has seen this root.
    pub fn replace_keys(
        &mut self,
        publisher: &PublisherId,
        keys: Vec<PublicKey>,
    ) -> Result<(), PackError> {
        let found = self.publishers.iter_mut().find(|p| p.id == *publisher);
        let Some(found) = found else {
            return Err(PackError::file(ROOT, format!("has no publisher {publisher}")));
        };
        found.keys = keys;
        found.generation += 1;
        Ok(())
    }

    fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        refuse_newer(ROOT, ROOT, bytes)?;
        let root: Self = canonical::decode(ROOT, bytes)?;
        root.check()?;
        Ok(root)
    }

    fn check(&self) -> Result<(), PackError> {
        let bad = |why: String| Err(PackError::file(ROOT, why));
        check_keys(ROOT, &self.keys, KEYS_MAX)?;
        if self.threshold == 0 || self.threshold as usize > self.keys.len() {
            return bad(format!("asks for {} of {} keys", self.threshold, self.keys.len()));
        }
        let named = |name: &str| (1..=NAME_CHARS_MAX).contains(&name.chars().count());
        if !named(&self.name) || !self.publishers.iter().all(|p| named(&p.name)) {
            return bad(format!("has a name that is not 1 to {NAME_CHARS_MAX} characters long"));
        }
        let ids: BTreeSet<_> = self.publishers.iter().map(|p| p.id.as_str()).collect();
        if self.publishers.len() > PUBLISHERS_MAX || ids.len() != self.publishers.len() {
            return bad("has publishers that are doubled or too many".into());
        }
        for publisher in &self.publishers {
            check_keys(ROOT, &publisher.keys, KEYS_MAX)?;
            let courses = publisher.courses.as_ref().map_or(0, Vec::len);
            if publisher.generation == 0 || courses > COURSES_MAX {
                return bad(format!("has generation 0 or too many courses of {}", publisher.id));
            }
        }
        Ok(())
    }

    /// What may not happen from one version to the next.
    fn check_follows(&self, before: &Self) -> Result<(), PackError> {
        let bad = |why: String| Err(PackError::file(ROOT, why));
        if Some(self.version) != before.version.checked_add(1) {
            return bad(format!("goes from version {} to {}", before.version, self.version));
        }
        for old in &before.publishers {
            let Some(new) = self.publishers.iter().find(|new| new.id == old.id) else { continue };
            let key_lost = old.keys.iter().any(|key| !new.keys.contains(key));
            if new.generation < old.generation || (key_lost && new.generation == old.generation) {
                let why = format!("takes a key from {} without raising its generation", old.id);
                return bad(format!("version {}: {why}", self.version));
            }
        }
        Ok(())
    }

    /// How many of this root's keys signed a body; a key counts once.
    fn signatures(&self, body: &[u8], signatures: &[KeySignature]) -> usize {
        let signed = |key: &PublicKey| {
            signatures.iter().any(|signature| key.signed(Context::Root, body, signature))
        };
        self.keys.iter().filter(|key| signed(key)).count()
    }

    fn check_signed(&self, version: u32, signed: &SignedRoot) -> Result<(), PackError> {
        let found = self.signatures(&signed.body, &signed.signatures);
        if found >= self.threshold as usize {
            return Ok(());
        }
        let (needed, by) = (self.threshold, self.version);
        let why = format!(
            "version {version} has {found} of the {needed} signatures that version {by} asks for"
        );
        Err(PackError::file(ROOT, why))
    }
}

/// A version of a root while its signatures are gathered, perhaps from several people.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedRoot {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signatures: Vec<KeySignature>,
}

impl SignedRoot {
    /// A root that nobody has signed yet.
    pub fn new(root: &Root) -> Result<Self, PackError> {
        root.check()?;
        Ok(Self { body: canonical::encode(root).into(), signatures: Vec::new() })
    }

    /// Adds a signature.
    pub fn sign(mut self, key: &SecretKey) -> Self {
        self.signatures.push(key.sign(Context::Root, &self.body));
        self
    }

    /// The keys whose signatures stand under it; which of them count is for the roots to say.
    pub fn signers(&self) -> Vec<PublicKey> {
        let valid = self.signatures.iter().filter_map(|signature| {
            let key = PublicKey(*signature.key);
            key.signed(Context::Root, &self.body, signature).then_some(key)
        });
        let distinct: BTreeSet<_> = valid.collect();
        distinct.into_iter().collect()
    }

    /// What is signed, to be read before signing.
    pub fn root(&self) -> Result<Root, PackError> {
        Root::decode(&self.body)
    }

    /// Reads what [`SignedRoot::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        let signed: Self = canonical::decode(ROOT, bytes)?;
        if signed.signatures.len() > 2 * KEYS_MAX {
            return Err(PackError::file(ROOT, "has too many signatures"));
        }
        Ok(signed)
    }

    /// The bytes that travel from signer to signer.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }
}

/// Every version of a root since the first, each verified by its predecessor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootChain {
    signed: Vec<SignedRoot>,
    newest: Root,
}

impl RootChain {
    /// Begins a chain with a first version that is signed by enough of its own keys.
    pub fn begin(first: SignedRoot) -> Result<Self, PackError> {
        let newest = first.root()?;
        if newest.version != 1 {
            return Err(PackError::file(ROOT, "does not begin with version 1"));
        }
        newest.check_signed(1, &first)?;
        Ok(Self { signed: vec![first], newest })
    }

    /// Adds a version that enough of the newest keys and of its own have signed.
    pub fn follow(mut self, next: SignedRoot) -> Result<Self, PackError> {
        let root = next.root()?;
        root.check_follows(&self.newest)?;
        self.newest.check_signed(root.version, &next)?;
        root.check_signed(root.version, &next)?;
        if self.signed.len() >= ROOTS_MAX {
            return Err(PackError::file(ROOT, format!("has more than {ROOTS_MAX} versions")));
        }
        self.signed.push(next);
        self.newest = root;
        Ok(self)
    }

    /// Reads a file of roots, as [`RootChain::encode`] wrote it.
    pub fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        Self::verify(&canonical::decode::<Vec<ByteVec>>(ROOT, bytes)?)
    }

    /// The file of roots that people hand on.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.parts())
    }

    pub(super) fn verify(parts: &[ByteVec]) -> Result<Self, PackError> {
        let Some((first, others)) = parts.split_first() else {
            return Err(PackError::file(ROOT, "is missing"));
        };
        if others.len() >= ROOTS_MAX {
            return Err(PackError::file(ROOT, format!("has more than {ROOTS_MAX} versions")));
        }
        let chain = Self::begin(SignedRoot::decode(first)?)?;
        others.iter().try_fold(chain, |chain, next| chain.follow(SignedRoot::decode(next)?))
    }

    pub(super) fn parts(&self) -> Vec<ByteVec> {
        self.signed.iter().map(|signed| signed.encode().into()).collect()
    }

    /// The newest version.
    pub fn newest(&self) -> &Root {
        &self.newest
    }

    /// What the root is known by on devices: the hash of what its first version says.
    pub fn id(&self) -> [u8; 32] {
        blake3::derive_key("hocvu root id v1", &self.signed[0].body)
    }

    /// What people compare before they trust a root: 32 hex digits in groups of four.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.id())
    }

    /// The longer of two chains of one root, which must agree as far as both go: who holds the
    /// root's keys must not tell one device this and another that.
    pub(super) fn longer(held: Self, offered: Self) -> Result<Self, PackError> {
        let mut pairs = held.signed.iter().zip(&offered.signed);
        if let Some(at) = pairs.position(|(a, b)| a.body != b.body) {
            let why = format!("version {} is not the one that is known here", at + 1);
            return Err(PackError::file(ROOT, why));
        }
        Ok(if offered.signed.len() > held.signed.len() { offered } else { held })
    }

    /// Finds the publisher whose signature stands under a body, and that may publish these courses.
    pub(super) fn authorise(&self, claim: &Claim<'_>) -> Result<&Publisher, PackError> {
        let refuse = |why: String| PackError::Signature { publisher: claim.publisher.into(), why };
        let publisher = self.newest.publishers.iter().find(|p| p.id.as_str() == claim.publisher);
        let Some(publisher) = publisher else {
            return Err(refuse(format!("is not named by the root {:?}", self.newest.name)));
        };
        let Some(signature) = &claim.cover.signature else {
            return Err(refuse("has not signed".into()));
        };
        let signed = |key: &PublicKey| key.signed(claim.context, &claim.cover.body, signature);
        if !publisher.keys.iter().any(|key| key.0 == *signature.key) {
            return Err(refuse("signed with a key that is not valid (any more)".into()));
        }
        if !publisher.keys.iter().any(signed) {
            return Err(refuse("did not sign this: it was altered".into()));
        }
        if claim.generation != publisher.generation {
            let (found, valid) = (claim.generation, publisher.generation);
            return Err(refuse(format!("signed for generation {found}; {valid} is valid")));
        }
        let may =
            |course: &&CourseId| publisher.courses.as_ref().is_none_or(|c| c.contains(course));
        if let Some(course) = claim.courses.iter().find(|course| !may(course)) {
            return Err(refuse(format!("may not publish the course {course}")));
        }
        Ok(publisher)
    }
}

/// What something signed says of itself.
pub(super) struct Claim<'a> {
    pub(super) context: Context,
    pub(super) cover: &'a Cover,
    pub(super) publisher: &'a str,
    pub(super) generation: u32,
    pub(super) courses: Vec<&'a CourseId>,
}

/// 32 hex digits in groups of four.
pub(super) fn fingerprint(root_id: &[u8; 32]) -> String {
    let groups: Vec<String> =
        root_id[..16].chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1])).collect();
    groups.join(" ")
}

/// Signs packs and catalogues in a publisher's name.
#[derive(Debug, Clone)]
pub struct Signer {
    roots: RootChain,
    publisher: PublisherId,
    generation: u32,
    key: SecretKey,
}

impl Signer {
    /// Takes a key that the newest root lists for this publisher.
    pub fn new(
        roots: RootChain,
        publisher: PublisherId,
        key: SecretKey,
    ) -> Result<Self, PackError> {
        let found = roots.newest.publishers.iter().find(|p| p.id == publisher);
        let refuse =
            |why: &str| PackError::Signature { publisher: publisher.to_string(), why: why.into() };
        let generation = match found {
            None => return Err(refuse("is not named by the root")),
            Some(found) if !found.keys.contains(&key.public()) => {
                return Err(refuse("has other keys in the root than this one"));
            }
            Some(found) => found.generation,
        };
        Ok(Self { roots, publisher, generation, key })
    }

    /// Who signs.
    pub fn publisher(&self) -> &PublisherId {
        &self.publisher
    }

    /// The roots that name the publisher.
    pub fn roots(&self) -> &RootChain {
        &self.roots
    }

    /// The generation of the publisher's keys.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    pub(super) fn cover(&self, context: Context, body: Vec<u8>) -> Cover {
        let signature = Some(self.key.sign(context, &body));
        Cover { roots: self.roots.parts(), body: body.into(), signature }
    }
}
