//! Stories of packs: tampering, trust, installing, and bytes from nowhere.

mod bytes;
mod fetch;
mod install;
mod stick;
mod tamper;
mod trust;
mod update;

use std::collections::BTreeMap;

use super::fixture::CourseFixture;
use super::{Publisher, Root, RootChain, SecretKey, SignedRoot, Signer, build, build_folder};
use crate::error::Error;
use crate::hocvu::HocvuCore;
use crate::ids::{CourseId, PublisherId};
use crate::pack::PackError;
use crate::testing::{TestDevice, TestEntropy};

/// Keys and roots of a ministry that trusts one publisher.
pub(super) struct Ministry {
    entropy: TestEntropy,
    pub(super) root_keys: Vec<SecretKey>,
    pub(super) key: SecretKey,
    pub(super) chain: RootChain,
}

impl Ministry {
    pub(super) fn new() -> Self {
        Self::of("Bộ", &TestEntropy::default())
    }

    /// Draws keys from a randomness that went on, so that two ministries differ.
    pub(super) fn of(name: &str, entropy: &TestEntropy) -> Self {
        let root_keys: Vec<_> = (0..3).map(|_| SecretKey::generate(entropy)).collect();
        let key = SecretKey::generate(entropy);
        let keys = root_keys.iter().map(SecretKey::public).collect();
        let publisher = Publisher {
            id: Self::publisher(),
            name: "Nhà xuất bản".into(),
            keys: vec![key.public()],
            courses: None,
            generation: 1,
        };
        let root = Root::first(name, 2, keys, vec![publisher]);
        let chain = RootChain::begin(sign(&root, &root_keys[..2])).unwrap();
        // What a test draws later differs from every key so far.
        let later = TestEntropy::default();
        (0..1_000).for_each(|_| drop(SecretKey::generate(&later)));
        Self { entropy: later, root_keys, key, chain }
    }

    pub(super) fn publisher() -> PublisherId {
        PublisherId::parse("nxb").unwrap()
    }

    pub(super) fn new_key(&self) -> SecretKey {
        SecretKey::generate(&self.entropy)
    }

    pub(super) fn signer(&self) -> Signer {
        Signer::new(self.chain.clone(), Self::publisher(), self.key.clone()).unwrap()
    }

    pub(super) fn pack(&self, course: &CourseFixture) -> Vec<u8> {
        build(&course.files(), &course.pack_info(), Some(&self.signer())).unwrap()
    }

    pub(super) fn folder(&self, course: &CourseFixture) -> BTreeMap<String, Vec<u8>> {
        build_folder(&course.files(), &course.pack_info(), Some(&self.signer())).unwrap()
    }

    /// Issues the next root, changed as wanted, signed by two of the keys before and two of its own.
    pub(super) fn next_root(&mut self, change: impl FnOnce(&mut Root)) {
        let mut root = self.chain.newest().successor();
        change(&mut root);
        self.chain = self.chain.clone().follow(sign(&root, &self.root_keys[..2])).unwrap();
    }

    /// Replaces the publisher's key, which raises its generation.
    pub(super) fn replace_key(&mut self) -> SecretKey {
        let key = self.new_key();
        self.next_root(|root| root.replace_keys(&Self::publisher(), vec![key.public()]).unwrap());
        std::mem::replace(&mut self.key, key)
    }
}

pub(super) fn sign(root: &Root, keys: &[SecretKey]) -> SignedRoot {
    keys.iter().fold(SignedRoot::new(root).unwrap(), |signed, key| signed.sign(key))
}

/// A device that trusts the ministry.
pub(super) fn device_of(ministry: &Ministry) -> (TestDevice, HocvuCore) {
    let device = TestDevice::new();
    let core = device.open();
    core.packs().trust_root(&ministry.chain.encode(), &ministry.chain.fingerprint()).unwrap();
    (device, core)
}

pub(super) fn course() -> CourseFixture {
    CourseFixture::new("mat-khau-otp")
}

/// The version that learners get.
pub(super) fn held(core: &HocvuCore, course: &CourseId) -> Option<String> {
    core.courses().edition(course).unwrap().map(|edition| edition.order.to_string())
}

/// What a refusal says.
pub(super) fn refusal<T: std::fmt::Debug>(result: crate::Result<T>) -> PackError {
    match result.expect_err("this had to be refused") {
        Error::Pack(error) => error,
        other => panic!("refused for another reason: {other:?}"),
    }
}
