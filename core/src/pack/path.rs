//! The paths that a pack may hold. There is no other: so none can lead out of the pack.

use super::manifest::{AUDIO_BYTES_MAX, TEXT_BYTES_MAX};
use crate::course::PICTURE_BYTES_MAX;
use crate::ids::{ID_CHARS_MAX, Lang, LessonId, QuizId};

/// What lies at a path of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PackPath {
    /// `course/<lang>.cbor`: the course's name and summary.
    Course(Lang),
    /// `facts/<lang>.cbor`: its facts.
    Facts(Lang),
    /// `lessons/<lang>/<id>.cbor`: a lesson.
    Lesson(Lang, LessonId),
    /// `quizzes/<lang>/<id>.cbor`: a quiz and its questions.
    Quiz(Lang, QuizId),
    /// `media/<name>.svg`: a picture.
    Picture(String),
    /// `media/<name>.opus`: a sound.
    Audio(String),
}

impl PackPath {
    /// Reads a path, or says why a pack may not hold it.
    pub(super) fn parse(path: &str) -> Result<Self, &'static str> {
        if path.starts_with('/') || path.contains(['\\', ':', '\0']) {
            return Err("is no path within the pack");
        }
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err("leads out of the pack");
        }
        let unknown = "is no file that a pack holds";
        let lang = |text| Lang::parse(text).map_err(|_| unknown);
        let parts: Vec<&str> = path.split('/').collect();
        let bare = |name: &'_ str| name.strip_suffix(".cbor").map(str::to_owned).ok_or(unknown);
        match parts[..] {
            ["course", name] => Ok(Self::Course(lang(&bare(name)?)?)),
            ["facts", name] => Ok(Self::Facts(lang(&bare(name)?)?)),
            ["lessons", of, name] => {
                let id = LessonId::parse(&bare(name)?).map_err(|_| unknown)?;
                Ok(Self::Lesson(lang(of)?, id))
            }
            ["quizzes", of, name] => {
                let id = QuizId::parse(&bare(name)?).map_err(|_| unknown)?;
                Ok(Self::Quiz(lang(of)?, id))
            }
            ["media", name] if is_media_name(name, ".svg") => Ok(Self::Picture(name.to_owned())),
            ["media", name] if is_media_name(name, ".opus") => Ok(Self::Audio(name.to_owned())),
            _ => Err(unknown),
        }
    }

    /// The language of the words in it; media have none.
    pub(super) fn lang(&self) -> Option<&Lang> {
        match self {
            Self::Course(lang) | Self::Facts(lang) => Some(lang),
            Self::Lesson(lang, _) | Self::Quiz(lang, _) => Some(lang),
            Self::Picture(_) | Self::Audio(_) => None,
        }
    }

    /// The most bytes that a file there may have.
    pub(super) fn bytes_max(&self) -> u64 {
        match self {
            Self::Picture(_) => PICTURE_BYTES_MAX as u64,
            Self::Audio(_) => AUDIO_BYTES_MAX,
            _ => TEXT_BYTES_MAX,
        }
    }
}

fn is_media_name(name: &str, ending: &str) -> bool {
    let Some(stem) = name.strip_suffix(ending) else { return false };
    (1..=ID_CHARS_MAX + 5).contains(&stem.len())
        && !stem.starts_with('-')
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_paths_of_a_pack_pass() {
        for good in [
            "course/vi.cbor",
            "facts/en.cbor",
            "lessons/vi/ma-otp.cbor",
            "quizzes/vi/checks.cbor",
            "media/khoa-2.svg",
            "media/loi-chao.opus",
        ] {
            assert!(PackPath::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "../x.svg",
            "media/../../x.svg",
            "media/./x.svg",
            "media//x.svg",
            "media\\x.svg",
            "C:/x.svg",
            "media/x.html",
            "media/X.svg",
            "media/.svg",
            "media/-x.svg",
            "lessons/ma-otp.cbor",
            "lessons/vi/ma-otp",
            "lessons/vi/Mã.cbor",
            "manifest.cbor",
            "other/vi.cbor",
        ] {
            assert!(PackPath::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_path_is_judged_without_a_panic(path in "\\PC{0,40}|[a-z./]{0,20}") {
            let _ = PackPath::parse(&path);
        }
    }
}
