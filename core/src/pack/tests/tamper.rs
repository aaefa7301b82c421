//! Kinds of tampering, each refused with the file named, while the version held keeps working.
//!
//! 1. the one-file form: cut, altered, stretched  2. what a manifest lists  3. signatures
//! 4. the folder form  5. contents that do not fit each other, though somebody signed them

use std::path::PathBuf;

use super::*;
use crate::course::{Block, LineText};
use crate::ids::QuizId;
use crate::pack::archive;
use crate::pack::canonical;
use crate::pack::cover::Cover;
use crate::pack::fixture::{lang, lesson_id};
use crate::pack::keys::Context;
use crate::pack::manifest::{FileEntry, Manifest};
use crate::quiz::{Kind, QuizUse};

/// Signs whatever it is given, as a publisher gone astray could.
fn craft(change: impl FnOnce(&mut Manifest, &mut Vec<Vec<u8>>)) -> Vec<u8> {
    let ministry = Ministry::new();
    let course = course().version(2);
    let files = course.files();
    let pack = ministry.pack(&course);
    let mut manifest = archive::OpenPack::read("p", &pack[..]).unwrap().manifest;
    let mut files: Vec<Vec<u8>> = files.into_values().collect();
    change(&mut manifest, &mut files);
    let cover = ministry.signer().cover(Context::Pack, manifest.encode());
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    archive::write(&cover, &archive::compress(&files))
}

/// Adds a file where its path belongs, with the right size and hash.
fn add(manifest: &mut Manifest, files: &mut Vec<Vec<u8>>, path: &str, bytes: &[u8]) {
    let at = manifest.files.partition_point(|file| file.path.as_str() < path);
    let hash = *blake3::hash(bytes).as_bytes();
    let entry = FileEntry { path: path.to_owned(), size: bytes.len() as u64, hash };
    manifest.files.insert(at, entry);
    files.insert(at, bytes.to_vec());
}

fn place(manifest: &Manifest, path: &str) -> usize {
    manifest.files.iter().position(|file| file.path == path).unwrap()
}

/// Replaces a file's bytes and signs for them.
fn craft_file(path: &str, bytes: &[u8]) -> Vec<u8> {
    craft(|manifest, files| {
        let at = place(manifest, path);
        manifest.files[at].size = bytes.len() as u64;
        manifest.files[at].hash = *blake3::hash(bytes).as_bytes();
        files[at] = bytes.to_vec();
    })
}

/// A course that no author's tool would make, signed nevertheless.
fn craft_course(change: impl FnOnce(&mut CourseFixture)) -> Vec<u8> {
    let mut changed = course().version(2);
    change(&mut changed);
    let wanted = changed.files();
    craft(|manifest, files| {
        let languages: std::collections::BTreeSet<_> = wanted
            .keys()
            .filter_map(|path| crate::pack::PackPath::parse(path).unwrap().lang().cloned())
            .collect();
        manifest.languages = languages.into_iter().collect();
        manifest.files.clear();
        files.clear();
        for (path, bytes) in &wanted {
            add(manifest, files, path, bytes);
        }
    })
}

/// Offers a pack to a device that holds version 1; it must be refused and version 1 work on. Gives
/// what the refusal says.
fn refused(pack: &[u8]) -> String {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("held", &ministry.pack(&course())).unwrap();
    let refusal = refusal(core.packs().install_bytes("goi.hocvu", pack));
    still_works(&core);
    refusal.to_string()
}

fn still_works(core: &HocvuCore) {
    assert_eq!(held(core, &course().info.id).as_deref(), Some("1.1"));
    let lesson = core.courses().lesson(&course().info.id, &lesson_id("ma-otp"), &lang("vi"));
    assert!(lesson.unwrap().is_some());
    let blobs = std::fs::read_dir(core.store.folder().join("blobs"));
    assert_eq!(blobs.map_or(0, Iterator::count), 0);
}

fn assert_names(told: &str, file: &str, why: &str) {
    assert!(told.contains(file) && told.contains(why), "{told}");
}

fn good() -> Vec<u8> {
    Ministry::new().pack(&course().version(2))
}

#[test]
fn the_pack_that_the_tampering_starts_from_is_accepted() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &craft(|_, _| {})).unwrap();
    core.packs().install_bytes("p", &craft_course(|course| course.version = 2)).unwrap();
    assert_eq!(craft(|_, _| {}), good());
}

#[test]
fn of_several_faults_the_one_of_the_first_file_is_told() {
    let paths = ["facts/vi.cbor", "lessons/vi/ma-otp.cbor"];
    let crafted = |[nonsense, altered]: [&str; 2]| {
        craft(|manifest, files| {
            let at = place(manifest, nonsense);
            files[at] = vec![0xff; files[at].len()];
            manifest.files[at].hash = *blake3::hash(&files[at]).as_bytes();
            let at = place(manifest, altered);
            manifest.files[at].hash = [0; 32];
        })
    };
    assert_names(&refused(&crafted(paths)), paths[0], "left open");
    assert_names(&refused(&crafted([paths[1], paths[0]])), paths[0], "altered");
}

// 1. The one-file form.

#[test]
fn a_file_that_is_no_pack_is_refused() {
    assert_names(&refused(b"PK\x03\x04 something else"), "goi.hocvu", "is no pack");
    assert_names(&refused(b""), "goi.hocvu", "is no pack");
}

#[test]
fn a_half_copied_pack_is_refused_wherever_it_ends() {
    let pack = good();
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("held", &ministry.pack(&course())).unwrap();
    for end in (0..pack.len()).step_by(17).chain([8, 11, 12, pack.len() - 1]) {
        let told = refusal(core.packs().install_bytes("goi.hocvu", &pack[..end])).to_string();
        assert!(told.contains("cut short") || told.contains("is no pack"), "{end}: {told}");
    }
    still_works(&core);
}

#[test]
fn bytes_behind_the_end_are_refused() {
    let pack = [good(), vec![0]].concat();
    assert_names(&refused(&pack), "goi.hocvu", "behind its end");
}

#[test]
fn a_second_stream_behind_the_first_is_refused() {
    let more = zstd::bulk::compress(b"more", 3).unwrap();
    assert_names(&refused(&[good(), more].concat()), "goi.hocvu", "behind its end");
}

#[test]
fn a_stream_that_holds_more_than_is_listed_is_refused() {
    let pack = craft(|_, files| files.last_mut().unwrap().push(0));
    assert_names(&refused(&pack), "goi.hocvu", "more than its manifest lists");
}

#[test]
fn a_decompression_bomb_is_refused_without_being_unpacked() {
    let pack = craft(|_, files| files[0] = vec![0; 100 << 20]);
    assert!(pack.len() < 100_000);
    assert_names(&refused(&pack), "course/vi.cbor", "altered or damaged");
}

#[test]
fn a_stream_that_asks_for_a_huge_window_is_refused() {
    let ministry = Ministry::new();
    let pack = good();
    let length = u32::from_le_bytes(pack[8..12].try_into().unwrap()) as usize;
    let mut bytes = pack[..12 + length].to_vec();
    let mut encoder = zstd::stream::write::Encoder::new(&mut bytes, 3).unwrap();
    encoder.window_log(27).unwrap();
    let files: Vec<u8> = course().version(2).files().into_values().flatten().collect();
    std::io::Write::write_all(&mut encoder, &files).unwrap();
    encoder.finish().unwrap();
    drop(ministry);
    assert_names(&refused(&bytes), "course/vi.cbor", "damaged");
}

#[test]
fn a_cover_that_claims_to_be_huge_is_refused() {
    let mut pack = good();
    pack[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_names(&refused(&pack), "goi.hocvu", "too large");
}

#[test]
fn an_altered_lesson_is_refused() {
    let at = |manifest: &Manifest| place(manifest, "lessons/vi/ma-otp.cbor");
    let pack = craft(|manifest, files| {
        let last = files[at(manifest)].last_mut().unwrap();
        *last ^= 1;
    });
    assert_names(&refused(&pack), "lessons/vi/ma-otp.cbor", "altered");
}

#[test]
fn two_files_that_changed_places_are_refused() {
    let pack = craft(|_, files| files.swap(0, 1));
    assert_names(&refused(&pack), "course/vi.cbor", "altered");
}

// 2. What a manifest lists.

#[test]
fn a_path_that_leads_out_of_the_pack_is_refused() {
    for path in ["media/../../hocvu.db", "../x.svg", "media/./x.svg"] {
        let pack = craft(|manifest, files| add(manifest, files, path, b"x"));
        assert_names(&refused(&pack), path, "leads out of the pack");
    }
}

#[test]
fn an_absolute_path_is_refused() {
    for path in ["/etc/passwd", "C:/x.svg", "\\\\host\\x.svg"] {
        let pack = craft(|manifest, files| add(manifest, files, path, b"x"));
        assert_names(&refused(&pack), path, "no path within the pack");
    }
}

#[test]
fn a_path_of_an_unknown_kind_is_refused() {
    let pack = craft(|manifest, files| add(manifest, files, "media/x.html", b"<script>"));
    assert_names(&refused(&pack), "media/x.html", "no file that a pack holds");
}

#[test]
fn a_path_listed_twice_is_refused() {
    let pack = craft(|manifest, files| {
        manifest.files.insert(1, manifest.files[0].clone());
        files.insert(1, files[0].clone());
    });
    assert_names(&refused(&pack), "course/vi.cbor", "listed twice");
}

#[test]
fn paths_out_of_order_are_refused() {
    let pack = craft(|manifest, files| {
        manifest.files.swap(0, 1);
        files.swap(0, 1);
    });
    assert_names(&refused(&pack), "course/vi.cbor", "out of order");
}

#[test]
fn a_file_that_is_missing_from_the_stream_is_refused() {
    let pack = craft(|_, files| drop(files.pop()));
    assert_names(&refused(&pack), "quizzes/vi/tu-danh-gia.cbor", "missing or cut short");
}

#[test]
fn an_oversized_file_is_refused() {
    let pack = craft(|manifest, _| manifest.files[0].size = 2 << 20);
    assert_names(&refused(&pack), "course/vi.cbor", "at most");
}

#[test]
fn an_oversized_pack_is_refused() {
    let pack = craft(|manifest, files| {
        for n in 0..20 {
            let path = format!("media/a{n:02}.opus");
            add(manifest, files, &path, b"OggS");
            let at = place(manifest, &path);
            manifest.files[at].size = 4 << 20;
        }
    });
    assert_names(&refused(&pack), "manifest.cbor", "at most");
}

#[test]
fn too_many_files_are_refused() {
    let pack = craft(|manifest, files| {
        for n in 0..2_000 {
            add(manifest, files, &format!("media/a{n:04}.opus"), b"");
        }
    });
    assert_names(&refused(&pack), "manifest.cbor", "more than 2000 files");
}

#[test]
fn a_pack_of_a_newer_format_is_refused_and_says_so() {
    let told = refused(&craft(|manifest, _| manifest.format = 2));
    assert!(told.contains("needs a newer hocvu"), "{told}");
}

#[test]
fn keys_that_a_newer_program_added_are_skipped_and_kept() {
    let ministry = Ministry::new();
    let course = course();
    let pack = ministry.pack(&course);
    let mut body = archive::OpenPack::read("p", &pack[..]).unwrap().manifest.encode();
    assert_eq!(body[0], 0xaa, "a map of ten");
    body[0] = 0xab;
    body.extend([0x18, 99, 0x61, b'x']);
    let cover = ministry.signer().cover(Context::Pack, body);
    let files = course.files();
    let files: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &archive::write(&cover, &archive::compress(&files))).unwrap();
    assert_eq!(core.packs().list().unwrap()[0].title, course.info.title);
}

#[test]
fn a_manifest_that_is_not_canonical_is_refused() {
    let ministry = Ministry::new();
    let pack = good();
    let mut body = archive::OpenPack::read("p", &pack[..]).unwrap().manifest.encode();
    assert_eq!(body[..3], [0xaa, 0, 1]);
    body.splice(2..3, [0x18, 1]);
    let cover = ministry.signer().cover(Context::Pack, body);
    assert_names(
        &refused(&archive::write(&cover, &archive::compress(&[]))),
        "manifest.cbor",
        "longer form",
    );
}

// 3. Signatures.

#[test]
fn an_altered_manifest_is_refused() {
    let pack = good();
    let open = archive::OpenPack::read("p", &pack[..]).unwrap();
    let (mut cover, mut manifest) = (open.cover, open.manifest);
    manifest.title = "Bài khác".into();
    cover.body = manifest.encode().into();
    let files = course().files();
    let files: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    assert_names(
        &refused(&archive::write(&cover, &archive::compress(&files))),
        "nxb",
        "did not sign this",
    );
}

#[test]
fn a_pack_signed_by_a_strangers_key_is_refused() {
    let ministry = Ministry::new();
    let pack = good();
    let open = archive::OpenPack::read("p", &pack[..]).unwrap();
    let mut cover = open.cover;
    cover.signature = Some(ministry.new_key().sign(Context::Pack, &cover.body));
    assert_names(
        &refused(&archive::write(&cover, &archive::compress(&[]))),
        "nxb",
        "a key that is not valid",
    );
}

#[test]
fn a_signature_of_another_kind_is_refused() {
    let ministry = Ministry::new();
    let pack = good();
    let open = archive::OpenPack::read("p", &pack[..]).unwrap();
    let mut cover = open.cover;
    cover.signature = Some(ministry.key.sign(Context::Catalogue, &cover.body));
    assert_names(
        &refused(&archive::write(&cover, &archive::compress(&[]))),
        "nxb",
        "did not sign this",
    );
}

#[test]
fn a_pack_without_its_signature_is_refused() {
    let pack = good();
    let open = archive::OpenPack::read("p", &pack[..]).unwrap();
    let cover = Cover { signature: None, ..open.cover };
    assert_names(
        &refused(&archive::write(&cover, &archive::compress(&[]))),
        "mat-khau-otp",
        "not signed",
    );
}

#[test]
fn a_pack_without_its_roots_is_refused() {
    let pack = good();
    let open = archive::OpenPack::read("p", &pack[..]).unwrap();
    let cover = Cover { roots: Vec::new(), ..open.cover };
    assert_names(&refused(&archive::write(&cover, &archive::compress(&[]))), "root", "is missing");
}

#[test]
fn a_pack_with_a_root_left_out_of_the_chain_is_refused() {
    let mut ministry = Ministry::new();
    ministry.replace_key();
    ministry.replace_key();
    let pack = ministry.pack(&course());
    let mut cover = archive::OpenPack::read("p", &pack[..]).unwrap().cover;
    cover.roots.remove(1);
    assert_names(
        &refused(&archive::write(&cover, &archive::compress(&[]))),
        "root",
        "goes from version 1 to 3",
    );
}

#[test]
fn a_pack_of_another_generation_than_its_key_is_refused() {
    let pack = craft(|manifest, _| manifest.generation = 9);
    assert_names(&refused(&pack), "nxb", "generation 9");
}

// 4. The folder form.

/// Lays a good pack out as a folder, changes it, and offers it to a device that holds version 1.
fn refused_folder(change: impl FnOnce(&PathBuf)) -> String {
    let ministry = Ministry::new();
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("goi");
    for (path, bytes) in ministry.folder(&course().version(2)) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("held", &ministry.pack(&course())).unwrap();
    change(&folder);
    let refusal = refusal(core.packs().install_folder(&folder));
    still_works(&core);
    refusal.to_string()
}

#[test]
fn a_file_missing_from_the_folder_is_refused() {
    let told =
        refused_folder(|folder| std::fs::remove_file(folder.join("media/khoa.svg")).unwrap());
    assert_names(&told, "media/khoa.svg", "is missing");
}

#[test]
fn a_folder_without_a_manifest_is_refused() {
    let told = refused_folder(|folder| std::fs::remove_file(folder.join("manifest.cbor")).unwrap());
    assert_names(&told, "manifest.cbor", "is missing");
}

#[test]
fn a_half_copied_file_in_the_folder_is_refused() {
    let told = refused_folder(|folder| {
        let path = folder.join("course/vi.cbor");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    });
    assert_names(&told, "course/vi.cbor", "cut short");
}

#[test]
fn a_stretched_file_in_the_folder_is_refused() {
    let told = refused_folder(|folder| {
        let path = folder.join("course/vi.cbor");
        let bytes = [std::fs::read(&path).unwrap(), vec![0]].concat();
        std::fs::write(path, bytes).unwrap();
    });
    assert_names(&told, "course/vi.cbor", "larger");
}

#[test]
fn an_unlisted_file_in_the_folder_is_refused() {
    let told = refused_folder(|folder| std::fs::write(folder.join("media/b.svg"), b"x").unwrap());
    assert_names(&told, "media/b.svg", "not listed");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_refused() {
    let told = refused_folder(|folder| {
        let path = folder.join("media/khoa.svg");
        let elsewhere = folder.parent().unwrap().join("elsewhere.svg");
        std::fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(elsewhere, path).unwrap();
    });
    assert_names(&told, "media/khoa.svg", "is a link");
}

#[cfg(unix)]
#[test]
fn a_linked_folder_in_the_folder_is_refused() {
    let told = refused_folder(|folder| {
        let elsewhere = folder.parent().unwrap().join("elsewhere");
        std::fs::rename(folder.join("media"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(elsewhere, folder.join("media")).unwrap();
    });
    assert_names(&told, "media", "is a link");
}

// 5. Contents that do not fit each other.

#[test]
fn a_lesson_under_another_name_is_refused() {
    let other = canonical::encode(&course().lessons[&(lang("vi"), lesson_id("ma-otp"))]);
    let pack = craft(|manifest, files| add(manifest, files, "lessons/vi/khac.cbor", &other));
    assert_names(&refused(&pack), "lessons/vi/khac.cbor", "another id");
}

#[test]
fn a_lesson_that_the_course_does_not_list_is_refused() {
    let pack = craft_course(|course| {
        course.lesson("vi", "khac", "Khác", &["…"]);
        course.info.lessons.pop();
    });
    assert_names(&refused(&pack), "lessons/vi/khac.cbor", "does not list");
}

#[test]
fn a_listed_lesson_that_is_missing_is_refused() {
    let pack = craft_course(|course| course.info.lessons.push(lesson_id("khac")));
    assert_names(&refused(&pack), "course/vi.cbor", "khac, which is missing");
}

#[test]
fn a_course_under_another_id_is_refused() {
    let pack = craft_course(|course| course.info.id = CourseId::parse("khac").unwrap());
    assert_names(&refused(&pack), "course/vi.cbor", "another course");
}

#[test]
fn a_picture_that_could_act_is_refused() {
    let script = b"<svg viewBox=\"0 0 1 1\"><script>x()</script></svg>";
    assert_names(&refused(&craft_file("media/khoa.svg", script)), "media/khoa.svg", "script");
}

#[test]
fn a_named_picture_that_is_missing_is_refused() {
    let pack = craft_course(|course| course.media.clear());
    assert_names(&refused(&pack), "course/vi.cbor", "picture");
}

#[test]
fn a_named_check_that_is_missing_is_refused() {
    let pack =
        craft_course(|course| course.quiz("vi", "checks", QuizUse::Practice, &["otp-la-gi"]));
    assert_names(&refused(&pack), "lessons/vi/ma-otp.cbor", "check that is missing");
}

#[test]
fn a_named_fact_that_is_missing_is_refused() {
    let pack = craft_course(|course| course.facts.clear());
    assert_names(&refused(&pack), "lessons/vi/ma-otp.cbor", "fact 156");
}

#[test]
fn a_question_that_stands_in_two_quizzes_is_refused() {
    let pack = craft_course(|course| course.quiz("vi", "b", QuizUse::Practice, &["otp-la-gi"]));
    assert_names(&refused(&pack), "quizzes/vi/checks.cbor", "otp-la-gi stands twice");
}

#[test]
fn a_right_answer_that_does_not_exist_is_refused() {
    let pack = craft_course(|course| {
        let key = (lang("vi"), QuizId::parse("luyen-tap").unwrap());
        let question = &mut course.quizzes.get_mut(&key).unwrap().questions[0];
        let Kind::Single { options } = &mut question.kind else { unreachable!() };
        options[0].correct = false;
    });
    assert_names(&refused(&pack), "quizzes/vi/luyen-tap.cbor", "ai-hoi-otp: has parts out of");
}

#[test]
fn a_translation_with_another_right_answer_is_refused() {
    let pack = craft_course(|course| {
        course.quiz("en", "luyen-tap", QuizUse::Practice, &["ai-hoi-otp"]);
        let key = (lang("en"), QuizId::parse("luyen-tap").unwrap());
        let question = &mut course.quizzes.get_mut(&key).unwrap().questions[0];
        let Kind::Single { options } = &mut question.kind else { unreachable!() };
        options.reverse();
    });
    assert_names(&refused(&pack), "quizzes/en/luyen-tap.cbor", "differs from the course's");
}

#[test]
fn a_translated_lesson_with_other_checks_is_refused() {
    let pack = craft_course(|course| {
        course.lesson("en", "ma-otp", "OTP", &["…"]);
        let lesson = course.lessons.get_mut(&(lang("en"), lesson_id("ma-otp"))).unwrap();
        lesson.screens[0].blocks.pop();
    });
    assert_names(&refused(&pack), "lessons/en/ma-otp.cbor", "other screens, checks");
}

#[test]
fn blocks_nested_without_end_are_refused() {
    let nested = |depth: usize| {
        craft_course(|course| {
            let mut block = Block::Text(LineText::plain("x"));
            (0..depth).for_each(|_| block = Block::Tip(vec![block.clone()]));
            let lesson = course.lessons.get_mut(&(lang("vi"), lesson_id("ma-otp"))).unwrap();
            lesson.screens[0].blocks.insert(0, block);
        })
    };
    assert_names(&refused(&nested(2)), "lessons/vi/ma-otp.cbor", "blocks inside of blocks");
    assert_names(&refused(&nested(60)), "lessons/vi/ma-otp.cbor", "nested too deep");
}

#[test]
fn a_file_of_words_that_is_no_cbor_is_refused() {
    assert_names(&refused(&craft_file("facts/vi.cbor", b"xin")), "facts/vi.cbor", "too early");
    assert_names(&refused(&craft_file("facts/vi.cbor", &[0xa0])), "facts/vi.cbor", "not what");
}
