//! Bytes from nowhere and bytes that almost are a pack: judged, never a panic.

use proptest::prelude::*;

use super::*;
use crate::pack::archive::OpenPack;
use crate::pack::content::Content;
use crate::pack::{Manifest, build_catalogue};

/// Reads a pack to its end, as an install does, without a device.
fn read_all(bytes: &[u8]) -> crate::Result<()> {
    let mut pack = OpenPack::read("p", bytes)?;
    RootChain::verify(&pack.cover.roots)?;
    let mut content = Content::default();
    pack.each_file(|entry, bytes| Ok(content.take(entry, bytes).map(|_| ())?))?;
    Ok(content.check(&pack.manifest)?)
}

/// Changes some bytes at places anywhere in the input.
fn changed(bytes: &[u8], changes: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, to) in changes {
        let at = at.index(bytes.len());
        bytes[at] = *to;
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read_all(&bytes).is_err());
        let _ = Manifest::decode(&bytes);
        let _ = RootChain::decode(&bytes);
        let _ = SignedRoot::decode(&bytes);
        let _ = crate::pack::catalogue::OpenCatalogue::read(&bytes);
    }

    #[test]
    fn any_change_of_a_pack_is_refused_or_changes_nothing_signed(changes in changes()) {
        let ministry = Ministry::new();
        let pack = ministry.pack(&course());
        let altered = changed(&pack, &changes);
        if altered != pack {
            let (_device, core) = device_of(&ministry);
            if core.packs().install_bytes("p", &altered).is_ok() {
                let lesson = crate::pack::fixture::lesson_id("ma-otp");
                let lang = crate::pack::fixture::lang("vi");
                let read = core.courses().lesson(&course().info.id, &lesson, &lang).unwrap();
                prop_assert_eq!(&read.unwrap().value, &course().lessons[&(lang, lesson)]);
            }
        }
    }

    #[test]
    fn any_change_of_a_root_is_refused_or_means_the_same(changes in changes()) {
        let mut ministry = Ministry::new();
        ministry.replace_key();
        if let Ok(read) = RootChain::decode(&changed(&ministry.chain.encode(), &changes)) {
            prop_assert_eq!(read.newest(), ministry.chain.newest());
        }
    }

    #[test]
    fn any_change_of_a_manifest_is_judged(changes in changes()) {
        let pack = course().starter();
        let manifest = OpenPack::read("p", &pack[..]).unwrap().manifest.encode();
        let _ = Manifest::decode(&changed(&manifest, &changes));
    }

    #[test]
    fn any_change_of_a_catalogue_is_judged(changes in changes()) {
        let catalogue = build_catalogue(1, Vec::new(), &Ministry::new().signer()).unwrap();
        let _ = crate::pack::catalogue::OpenCatalogue::read(&changed(&catalogue, &changes));
    }

    #[test]
    fn any_change_of_a_file_inside_is_judged(changes in changes(), which in any::<prop::sample::Index>()) {
        let mut files = course().files();
        let path = files.keys().nth(which.index(files.len())).unwrap().clone();
        let altered = changed(&files[&path], &changes);
        files.insert(path, altered);
        if let Ok(pack) = build(&files, &course().pack_info(), None) {
            let device = TestDevice::new();
            device.open().packs().install_starter(&pack).unwrap();
        }
    }
}
