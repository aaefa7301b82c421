//! Makes a new course folder: a small course that has every kind of question, to write over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hocvu_core::course::Day;

macro_rules! example {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!(concat!("example/", $path)))),*] };
}

const FILES: [(&str, &str); 12] = example![
    "course.toml",
    "facts.toml",
    "lessons/01-nhom-cua-xom.md",
    "lessons/02-gui-tin-cho-gon.md",
    "lessons/en/01-nhom-cua-xom.md",
    "quizzes/cau-hoi-trong-bai.toml",
    "quizzes/luyen-tap.toml",
    "quizzes/tu-danh-gia.toml",
    "quizzes/en/cau-hoi-trong-bai.toml",
    "quizzes/en/luyen-tap.toml",
    "media/nhom.svg",
    "media/tin-nhan.svg",
];

/// Why no folder was made.
#[derive(Debug, thiserror::Error)]
pub enum NewCourseError {
    /// Something is there already.
    #[error("{0} is there already and not empty: give the name of a new folder")]
    NotEmpty(PathBuf),
    /// The disk refused.
    #[error("cannot write {0}: {1}")]
    Io(PathBuf, #[source] io::Error),
}

/// Writes an example course in Vietnamese into a new or empty folder.
///
/// It has every kind of question and block but audio, reads without faults, and its one fact, which
/// says itself that it is an example, is dated `today`.
pub fn new_course(dir: &Path, today: Day) -> Result<(), NewCourseError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| NewCourseError::Io(path, error)
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    if fs::read_dir(dir).map_err(failed(dir))?.next().is_some() {
        return Err(NewCourseError::NotEmpty(dir.to_owned()));
    }
    let date = |year: u16| {
        // A year later, the 29th of February is the 28th.
        let day =
            if year != today.year && today.month == 2 { today.day.min(28) } else { today.day };
        format!("{year:04}-{:02}-{day:02}", today.month)
    };
    for (name, text) in FILES {
        let path = dir.join(name);
        let parent = path.parent().expect("every file of the example lies in a folder");
        fs::create_dir_all(parent).map_err(failed(parent))?;
        let text = text
            .replace("0001-01-01", &date(today.year))
            .replace("0002-01-01", &date(today.year.saturating_add(1)));
        fs::write(&path, text).map_err(failed(&path))?;
    }
    Ok(())
}
