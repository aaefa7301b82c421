//! A publisher with keys made on the spot, and the root that names it.

use hocvu_core::ids::PublisherId;
use hocvu_core::pack::{Publisher, Root, RootChain, SecretKey, SignedRoot, Signer};
use hocvu_core::ports::SystemEntropy;

/// What signs in the publisher's name; its roots go along in [`Signer::roots`].
pub fn new_publisher() -> Signer {
    let (root, key) = (SecretKey::generate(&SystemEntropy), SecretKey::generate(&SystemEntropy));
    let id = PublisherId::parse("so-gd").expect("it is an id");
    let publisher = Publisher {
        id: id.clone(),
        name: "Sở Giáo dục".into(),
        keys: vec![key.public()],
        courses: None,
        generation: 1,
    };
    let first = Root::first("Tỉnh", 1, vec![root.public()], vec![publisher]);
    let signed = SignedRoot::new(&first).expect("the root is sound").sign(&root);
    let roots = RootChain::begin(signed).expect("it is signed");
    Signer::new(roots, id, key).expect("the root names the publisher's key")
}
