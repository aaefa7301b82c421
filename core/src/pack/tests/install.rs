//! Installing: what is held keeps working, whatever comes.

use super::*;
use crate::pack::fixture::{PICTURE, lang, lesson_id};

fn blobs(core: &HocvuCore) -> usize {
    let folder = core.store.folder().join("blobs");
    if folder.exists() { std::fs::read_dir(folder).unwrap().count() } else { 0 }
}

fn changed(version: u32, sound: &[u8]) -> CourseFixture {
    let mut course = course().version(version);
    course.media.insert("moi.opus".into(), sound.to_vec());
    course
}

const SOUND: &[u8] = b"OggS and a voice";

#[test]
fn the_same_pack_again_changes_nothing() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let pack = ministry.pack(&course());
    assert!(core.packs().install_bytes("p", &pack).unwrap().changed);
    assert!(!core.packs().install_bytes("p", &pack).unwrap().changed);
    assert!(core.packs().install_starter(&CourseFixture::new("b").starter()).unwrap().changed);
    assert!(!core.packs().install_starter(&CourseFixture::new("b").starter()).unwrap().changed);
    assert_eq!(core.packs().list().unwrap().len(), 2);
}

#[test]
fn the_same_version_with_other_contents_is_refused() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    let refused = refusal(core.packs().install_bytes("p", &ministry.pack(&changed(1, SOUND))));
    assert!(matches!(refused, PackError::SameVersion { .. }), "{refused}");
}

#[test]
fn a_course_being_written_is_shown_anew_under_its_version() {
    let device = TestDevice::new();
    let core = device.open();
    core.packs().install_starter(&course().starter()).unwrap();
    let mut edited = course();
    let key = (lang("vi"), lesson_id("ma-otp"));
    edited.lessons.get_mut(&key).unwrap().title = "Tên mới".into();
    assert!(core.packs().install_starter(&edited.starter()).unwrap().changed);
    let lessons = core.courses().lessons(&edited.info.id, &lang("vi")).unwrap();
    assert_eq!(lessons[0].title, "Tên mới");
    assert_eq!(core.packs().list().unwrap().len(), 1);
    assert_eq!(core.courses().search("tên mới", &lang("vi")).unwrap().len(), 1);
}

#[test]
fn one_file_and_folder_install_alike() {
    let ministry = Ministry::new();
    let course = course();
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in ministry.folder(&course) {
        let path = folder.path().join("pack").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let file = folder.path().join("p.hocvu");
    std::fs::write(&file, ministry.pack(&course)).unwrap();
    let (_a, by_file) = device_of(&ministry);
    let (_b, by_folder) = device_of(&ministry);
    by_file.packs().install_file(&file).unwrap();
    by_folder.packs().install_folder(&folder.path().join("pack")).unwrap();
    let lesson = |core: &HocvuCore| {
        core.courses().lesson(&course.info.id, &lesson_id("ma-otp"), &lang("vi")).unwrap().unwrap()
    };
    assert_eq!(lesson(&by_file), lesson(&by_folder));
    assert_eq!(by_file.packs().list().unwrap(), by_folder.packs().list().unwrap());
    assert_eq!(by_file.packs().storage(None).unwrap().media_files, 1);
    assert_eq!(by_file.packs().storage(None).unwrap().media_bytes, PICTURE.len() as u64);
}

#[test]
fn room_on_the_disk_is_as_the_platform_says_and_little_of_it_is_told() {
    let device = TestDevice::new();
    let core = device.open();
    let of = |free| core.packs().storage(free).unwrap();
    assert_eq!(of(Some(3_000_000_000)).free_bytes, Some(3_000_000_000));
    let is_nearly_full = |free| of(free).is_nearly_full;
    assert!(is_nearly_full(Some(0)) && is_nearly_full(Some(99_999_999)));
    assert!(!is_nearly_full(Some(100_000_000)) && !is_nearly_full(None));
}

#[test]
fn a_failed_install_leaves_the_held_version_readable() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    let mut broken = ministry.pack(&changed(2, SOUND));
    broken.truncate(broken.len() - 1);
    refusal(core.packs().install_bytes("p", &broken));
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
    let rooms = core.courses();
    assert!(rooms.lesson(&course().info.id, &lesson_id("ma-otp"), &lang("vi")).unwrap().is_some());
    assert_eq!(rooms.picture(&course().info.id, "khoa.svg").unwrap().unwrap(), PICTURE);
    assert_eq!(blobs(&core), 0, "what the broken pack brought is gone");
}

#[test]
fn an_install_cut_off_between_media_and_commit_does_no_harm() {
    let ministry = Ministry::new();
    let (device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&course())).unwrap();
    let next = ministry.pack(&changed(2, SOUND));
    let mut open = crate::pack::archive::OpenPack::read("p", &next[..]).unwrap();
    crate::pack::stage::stage(core.store.folder(), &mut open).unwrap();
    assert_eq!(blobs(&core), 1);
    drop(core);
    let core = device.open();
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
    core.packs().sweep(&|_| true).unwrap();
    assert_eq!(blobs(&core), 0);
    core.packs().install_bytes("p", &next).unwrap();
    assert_eq!(core.courses().picture(&course().info.id, "moi.opus").unwrap().unwrap(), SOUND);
}

#[test]
fn a_torn_medium_is_written_anew() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    let name = blake3::hash(SOUND).to_hex();
    let folder = core.store.folder().join("blobs");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name.as_str()), &SOUND[..9]).unwrap();
    core.packs().install_bytes("p", &ministry.pack(&changed(1, SOUND))).unwrap();
    assert_eq!(core.courses().picture(&course().info.id, "moi.opus").unwrap().unwrap(), SOUND);
    std::fs::write(folder.join(name.as_str()), b"damaged later").unwrap();
    assert_eq!(core.courses().picture(&course().info.id, "moi.opus").unwrap(), None);
}

#[test]
fn an_older_edition_stays_until_nobody_needs_it() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&changed(1, SOUND))).unwrap();
    let old = core.courses().edition(&course().info.id).unwrap().unwrap();
    core.packs().install_bytes("p", &ministry.pack(&course().version(2))).unwrap();
    let question = crate::ids::QuestionId::parse("gui-ma").unwrap();
    let asked = |edition| core.courses().question(edition, &question, &lang("vi")).unwrap();
    assert!(asked(&old).is_some());
    assert_eq!(core.courses().search("Bà Lan", &lang("vi")).unwrap().len(), 1);
    core.packs().sweep(&|_| true).unwrap();
    assert!(asked(&old).is_some());
    assert_eq!(blobs(&core), 1);
    let told: Vec<_> = core.packs().list().unwrap().iter().map(|p| p.is_current).collect();
    assert_eq!(told, [true, false]);
    core.packs().sweep(&|_| false).unwrap();
    assert!(asked(&old).is_none());
    assert_eq!(blobs(&core), 0);
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.2"));
}

#[test]
fn all_packs_of_the_program_come_in_one_commit_or_none() {
    let device = TestDevice::new();
    let core = device.open();
    let (a, b) = (CourseFixture::new("khoa-a").starter(), CourseFixture::new("khoa-b").starter());
    let cut = &b[..b.len() - 1];
    refusal(core.packs().install_starters(&[&a, cut]));
    assert!(core.packs().list().unwrap().is_empty());
    let both = core.packs().install_starters(&[&a, &b]).unwrap();
    assert!(both.len() == 2 && both.iter().all(|one| one.changed));
    let again = core.packs().install_starters(&[&a, &b]).unwrap();
    assert!(again.len() == 2 && again.iter().all(|one| !one.changed));
    assert_eq!(blobs(&core), 0, "pictures lie in the database");
}

#[test]
fn a_removed_course_stays_away_until_it_is_brought_back() {
    let device = TestDevice::new();
    let core = device.open();
    let (a, b) = (CourseFixture::new("khoa-a"), CourseFixture::new("khoa-b"));
    let (first, second) = (a.starter(), b.starter());
    let packs: [&[u8]; 2] = [&first, &second];
    core.packs().install_starters(&packs).unwrap();
    core.packs().remove(&a.info.id).unwrap();
    let gone = |core: &HocvuCore| {
        let courses = core.courses();
        assert_eq!(courses.list(&lang("vi")).unwrap().len(), 1);
        assert!(courses.lesson(&a.info.id, &lesson_id("ma-otp"), &lang("vi")).unwrap().is_none());
        assert_eq!(courses.search("Bà Lan", &lang("vi")).unwrap().len(), 1);
        assert_eq!(courses.picture(&a.info.id, "khoa.svg").unwrap(), None);
        let removed = core.packs().removed_starters(&packs).unwrap();
        assert_eq!(removed, [(a.info.id.clone(), a.info.title.clone())]);
    };
    gone(&core);
    let again = core.packs().remove(&a.info.id);
    assert!(matches!(again, Err(Error::NotFound { what: "course" })), "{again:?}");
    drop(core);
    let core = device.open();
    let newer = a.clone().version(2).starter();
    assert_eq!(core.packs().install_starters(&packs).unwrap().len(), 1);
    assert_eq!(core.packs().install_starters(&[&newer]).unwrap().len(), 0);
    gone(&core);
    assert!(core.packs().bring_back(&packs, &a.info.id).unwrap().changed);
    assert_eq!(core.courses().list(&lang("vi")).unwrap().len(), 2);
    assert!(core.packs().removed_starters(&packs).unwrap().is_empty());
    assert!(core.packs().bring_back(&packs, &course().info.id).is_err());
    assert!(core.doctor().unwrap().is_clean());
}

#[test]
fn a_removed_course_that_is_uploaded_again_is_there_again() {
    let ministry = Ministry::new();
    let (_device, core) = device_of(&ministry);
    core.packs().install_bytes("p", &ministry.pack(&changed(1, SOUND))).unwrap();
    core.packs().remove(&course().info.id).unwrap();
    assert_eq!((held(&core, &course().info.id), blobs(&core)), (None, 0));
    core.packs().install_bytes("p", &ministry.pack(&changed(1, SOUND))).unwrap();
    assert_eq!(held(&core, &course().info.id).as_deref(), Some("1.1"));
    assert_eq!(blobs(&core), 1);
}

#[test]
fn the_same_course_makes_the_same_bytes() {
    let (a, b) = (Ministry::new(), Ministry::new());
    assert_eq!(a.pack(&course()), b.pack(&course()));
    assert_eq!(course().starter(), course().starter());
    assert_ne!(course().starter(), course().version(2).starter());
}

#[test]
fn ten_thousand_questions_of_32_words_fit_into_1_3_mb() {
    const SYLLABLES: [&str; 32] = [
        "mật", "khẩu", "điện", "thoại", "ngân", "hàng", "lừa", "đảo", "công", "an", "chuyển",
        "tiền", "bà", "ông", "không", "người", "gọi", "đọc", "mã", "gửi", "tin", "nhắn", "cài",
        "ứng", "dụng", "lạ", "tài", "khoản", "chính", "chủ", "bấm", "nút",
    ];
    // Words without any grammar: harder to compress than a language is.
    let mut words = blake3::Hasher::new().update(b"words").finalize_xof();
    let mut word = || {
        let mut drawn = [0; 2];
        words.fill(&mut drawn);
        let syllable = SYLLABLES[usize::from(drawn[0] % 32)];
        if drawn[1] < 128 { syllable.to_owned() } else { syllable.to_uppercase() }
    };
    let mut course = course();
    course.quizzes.retain(|(_, id), _| id.as_str() == "checks");
    for quiz in 0..10 {
        // One of the 10,000 is the lesson's check.
        let ids: Vec<String> = (0..1_000 - quiz / 9).map(|n| format!("q{quiz}-{n}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let name = format!("quiz-{quiz}");
        course.quiz("vi", &name, crate::quiz::QuizUse::Practice, &ids);
        let key = (lang("vi"), crate::ids::QuizId::parse(&name).unwrap());
        for question in &mut course.quizzes.get_mut(&key).unwrap().questions {
            let prompt: Vec<String> = (0..32).map(|_| word()).collect();
            question.prompt = crate::course::LineText::plain(&prompt.join(" "));
        }
    }
    let questions: usize = course.quizzes.values().map(|quiz| quiz.questions.len()).sum();
    assert_eq!(questions, 10_000);
    let bytes = course.starter().len();
    assert!(bytes <= 1_300_000, "{bytes}");
}
