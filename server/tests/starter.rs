//! The courses that the program embeds are those of `assets/courses`.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hocvu::author;
use hocvu::commands::course::pack_of;
use hocvu::kiosk::assets::STARTER_PACKS;

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets")
}

fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(assets().join(folder)).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().into_string().unwrap()
    };
    entries.map(name).filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

#[test]
fn embedded_packs_are_a_fresh_build_of_the_courses() {
    let courses = names("courses", "");
    assert_eq!(names("packs", ".hocvu"), courses);
    assert_eq!(STARTER_PACKS.len(), courses.len());
    for id in courses {
        let course = author::read_course(&assets().join("courses").join(&id)).unwrap();
        let fresh = pack_of(&course, None).unwrap();
        let held = std::fs::read(assets().join(format!("packs/{id}.hocvu"))).unwrap();
        assert!(
            held == fresh,
            "assets/packs/{id}.hocvu is out of date: run `cargo run -- course build \
             assets/courses/{id} -o assets/packs/{id}.hocvu`, and raise `version` in course.toml \
             if the course was published"
        );
        assert!(STARTER_PACKS.contains(&fresh.as_slice()), "{id} is not embedded");
    }
}
