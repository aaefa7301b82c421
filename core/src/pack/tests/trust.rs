//! Who may publish: keys that are replaced, roots that rotate, devices that were away.

use super::*;
use crate::course::Day;
use crate::pack::{CataloguePack, SignatureView, build_catalogue};

#[test]
fn a_root_is_trusted_only_after_its_fingerprint_was_confirmed() {
    let ministry = Ministry::new();
    let device = TestDevice::new();
    let core = device.open();
    let pack = ministry.pack(&course());
    let PackError::UnknownRoot { fingerprint, publisher, roots } =
        refusal(core.packs().install_bytes("p", &pack))
    else {
        panic!("the root is not known yet");
    };
    assert_eq!((fingerprint.len(), publisher.as_str()), (39, "Nhà xuất bản"));
    assert_eq!(held(&core, &course().info.id), None);
    let other = fingerprint.replace(|c: char| c.is_ascii_digit(), "f");
    let refused = refusal(core.packs().trust_root(&roots, &other));
    assert!(matches!(refused, PackError::FingerprintDiffers { .. }));
    assert!(core.packs().roots().unwrap().is_empty());
    core.packs().trust_root(&roots, &fingerprint.to_uppercase().replace(' ', "")).unwrap();
    core.packs().install_bytes("p", &pack).unwrap();
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
    assert_eq!(core.packs().list().unwrap()[0].publisher_name, "Nhà xuất bản");
}

#[test]
fn a_signed_pack_supersedes_the_programs_own_and_is_not_superseded_by_it() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_starter(&course().version(7).starter()).unwrap();
    assert_eq!(core.packs().list().unwrap()[0].signature, SignatureView::Program);
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
    let again = core.packs().install_starter(&course().version(8).starter()).unwrap();
    assert!(!again.changed);
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
}

#[test]
fn an_unsigned_pack_is_refused_unless_the_program_embeds_it() {
    let (_device, core) = device_of(&Ministry::new());
    let refused = refusal(core.packs().install_bytes("p", &course().starter()));
    assert!(matches!(refused, PackError::Unsigned { .. }));
}

#[test]
fn a_signed_pack_does_not_pass_as_part_of_the_program() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    refusal(core.packs().install_starter(&ministry.pack(&course())));
    assert_eq!(held(&core, &course().info.id), None);
}

#[test]
fn a_lower_version_is_refused() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&course().version(3))).unwrap();
    let refused = refusal(core.packs().install_bytes("p", &ministry.pack(&course().version(2))));
    assert!(matches!(refused, PackError::Older { .. }), "{refused}");
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.3"));
}

#[test]
fn a_stolen_key_is_shut_out_once_it_was_replaced() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let id = course().info.id;
    let thief = ministry.signer();
    let stolen = |version| {
        let course = course().version(version);
        build(&course.files(), &course.pack_info(), Some(&thief)).unwrap()
    };
    core.packs().install_bytes("p", &stolen(1_000)).unwrap();
    assert_eq!(held(&core, &id).as_deref(), Some("1.1000"));
    ministry.replace_key();
    core.packs().install_bytes("p", &ministry.pack(&course().version(2))).unwrap();
    assert_eq!(held(&core, &id).as_deref(), Some("2.2"), "a generation goes before a version");
    let refused = refusal(core.packs().install_bytes("p", &stolen(2_000)));
    assert!(matches!(refused, PackError::Signature { .. }), "{refused}");
    assert_eq!(held(&core, &id).as_deref(), Some("2.2"));
}

#[test]
fn newer_roots_stay_known_when_the_pack_that_carried_them_is_refused() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let old = ministry.pack(&course());
    ministry.replace_key();
    let mut broken = ministry.pack(&course().version(2));
    broken.truncate(broken.len() - 9);
    refusal(core.packs().install_bytes("p", &broken));
    assert_eq!(core.packs().roots().unwrap()[0].version, 2);
    let refused = refusal(core.packs().install_bytes("p", &old));
    assert!(matches!(refused, PackError::Signature { .. }), "{refused}");
}

#[test]
fn a_device_that_was_away_follows_many_roots_at_once() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    for _ in 0..20 {
        ministry.replace_key();
        let (old, new) = (ministry.root_keys.clone(), ministry.new_key());
        let mut keys = ministry.root_keys[1..].to_vec();
        keys.push(new);
        let mut root = ministry.chain.newest().successor();
        root.keys = keys.iter().map(SecretKey::public).collect();
        let signed = sign(&root, &old[1..]);
        ministry.chain = ministry.chain.clone().follow(signed).unwrap();
        ministry.root_keys = keys;
    }
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("21.1"));
    assert_eq!(core.packs().roots().unwrap()[0].version, 41);
}

#[test]
fn a_root_needs_enough_signatures_of_the_root_before_and_of_its_own() {
    let ministry = Ministry::new();
    let chain = &ministry.chain;
    let others: Vec<_> = (0..3).map(|_| ministry.new_key()).collect();
    let mut root = chain.newest().successor();
    root.keys = others.iter().map(SecretKey::public).collect();
    let by = |keys: &[&SecretKey]| {
        let signed = SignedRoot::new(&root).unwrap();
        let signed = keys.iter().fold(signed, |signed, key| signed.sign(key));
        chain.clone().follow(signed)
    };
    let [a, b, ..] = &ministry.root_keys[..] else { unreachable!() };
    assert!(by(&[a, b, &others[0], &others[1]]).is_ok());
    assert!(by(&[a, b]).is_err(), "none of its own keys");
    assert!(by(&[&others[0], &others[1]]).is_err(), "none of the keys before");
    assert!(by(&[a, &others[0], &others[1]]).is_err(), "one of two keys before");
    assert!(by(&[a, a, a, &others[0], &others[1]]).is_err(), "one key three times");
    assert!(by(&[a, b, &others[0], &others[0]]).is_err(), "one own key twice");
}

#[test]
fn a_root_cannot_skip_a_version_or_take_a_key_without_raising_the_generation() {
    let ministry = Ministry::new();
    let try_next = |change: &dyn Fn(&mut Root)| {
        let mut root = ministry.chain.newest().successor();
        change(&mut root);
        ministry.chain.clone().follow(sign(&root, &ministry.root_keys))
    };
    let key = ministry.new_key().public();
    assert!(try_next(&|_| {}).is_ok());
    assert!(try_next(&|root| root.publishers[0].keys.push(key)).is_ok());
    assert!(try_next(&|root| root.version = 3).is_err());
    assert!(try_next(&|root| root.version = 1).is_err());
    assert!(try_next(&|root| root.publishers[0].keys = vec![key]).is_err());
    let lowered = ministry.chain.newest().publishers[0].generation - 1;
    assert!(
        SignedRoot::new(&{
            let mut root = ministry.chain.newest().successor();
            root.publishers[0].generation = lowered;
            root
        })
        .is_err()
    );
}

#[test]
fn a_root_of_two_faces_is_refused() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let mut other_face = Ministry::new();
    ministry.next_root(|root| root.name = "Bộ A".into());
    other_face.next_root(|root| root.name = "Bộ B".into());
    assert_eq!(ministry.chain.id(), other_face.chain.id());
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    let refused = refusal(core.packs().install_bytes("p", &other_face.pack(&course().version(2))));
    assert!(refused.to_string().contains("version 2"), "{refused}");
}

#[test]
fn somebody_under_another_root_cannot_take_over_a_course() {
    let entropy = TestEntropy::default();
    let (ministry, stranger) = (Ministry::of("Bộ", &entropy), Ministry::of("Ai đó", &entropy));
    let (_device, core) = device_of(&ministry);
    let (roots, fingerprint) = (stranger.chain.encode(), stranger.chain.fingerprint());
    core.packs().trust_root(&roots, &fingerprint).unwrap();
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    let refused = refusal(core.packs().install_bytes("p", &stranger.pack(&course().version(9))));
    assert!(matches!(refused, PackError::OtherRoot { .. }), "{refused}");
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
}

#[test]
fn a_publisher_publishes_its_own_courses_only() {
    let mut ministry = Ministry::new();
    ministry.next_root(|root| {
        root.publishers[0].courses = Some(vec![CourseId::parse("lua-dao").unwrap()]);
    });
    let (_device, core) = device_of(&ministry);
    let refused = refusal(core.packs().install_bytes("p", &ministry.pack(&course())));
    assert!(refused.to_string().contains("may not publish"), "{refused}");
    let own = CourseFixture::new("lua-dao");
    core.packs().install_bytes("p", &ministry.pack(&own)).unwrap();
}

#[test]
fn a_publisher_that_the_root_dropped_is_refused() {
    let mut ministry = Ministry::new();
    let pack = ministry.pack(&course());
    ministry.next_root(|root| root.publishers.clear());
    let (_device, core) = device_of(&ministry);
    let refused = refusal(core.packs().install_bytes("p", &pack));
    assert!(refused.to_string().contains("not named"), "{refused}");
}

#[test]
fn an_expired_root_is_a_notice_and_no_refusal() {
    let mut ministry = Ministry::new();
    ministry.next_root(|root| root.expires_on = Some(Day { year: 2020, month: 1, day: 1 }));
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    assert!(core.packs().roots().unwrap()[0].is_expired);
    assert_eq!(core.packs().list().unwrap()[0].signature, SignatureView::PublisherExpired);
}

#[test]
fn a_catalogue_is_taken_in_and_an_older_one_refused() {
    let mut ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let pack = CataloguePack {
        course: course().info.id,
        version: 1,
        title: "Khóa".into(),
        languages: vec![super::super::fixture::lang("vi")],
        bytes: 10,
        manifest: [7; 32],
    };
    let make = |ministry: &Ministry, version| {
        build_catalogue(version, vec![pack.clone()], &ministry.signer()).unwrap()
    };
    let (old, new) = (make(&ministry, 1), make(&ministry, 5));
    core.packs().take_catalogue(&new).unwrap();
    assert!(matches!(refusal(core.packs().take_catalogue(&old)), PackError::Older { .. }));
    assert_eq!(core.packs().catalogues().unwrap()[0].packs, std::slice::from_ref(&pack));
    ministry.replace_key();
    core.packs().take_catalogue(&make(&ministry, 1)).unwrap();
    assert_eq!(core.packs().catalogues().unwrap()[0].order().to_string(), "2.1");
    refusal(core.packs().take_catalogue(&new));
}

#[test]
fn a_catalogue_of_an_unknown_root_is_refused() {
    let ministry = Ministry::new();
    let device = TestDevice::new();
    let catalogue = build_catalogue(1, Vec::new(), &ministry.signer()).unwrap();
    let refused = refusal(device.open().packs().take_catalogue(&catalogue));
    assert!(matches!(refused, PackError::UnknownRoot { .. }));
}

#[test]
fn key_files_are_read_back_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nxb.key");
    let key = Ministry::new().key;
    key.write_file(&path).unwrap();
    assert_eq!(SecretKey::read_file(&path).unwrap().public(), key.public());
    assert!(key.write_file(&path).is_err());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&path, "hocvu secret key v1\nxyz\n").unwrap();
    assert!(SecretKey::read_file(&path).is_err());
    assert!(!format!("{key:?}").contains("seed"));
}
