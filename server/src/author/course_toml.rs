//! Reads `course.toml`: what the course is called, what it teaches, in which languages.

use hocvu_core::ids::{CompetenceCode, CourseId, Lang};

use super::fault::{At, Faults, Placed};
use super::fields::{Fields, Place, parse_toml, short};
use super::folder::{Source, is_file_name};

/// The competences of the framework in use (DigComp's numbering, 0.x and 6.x added).
const COMPETENCES: [&str; 26] = [
    "0.1", "0.2", "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2",
    "3.3", "3.4", "4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "5.3", "5.4", "6.1", "6.2", "6.3",
];

/// A course without `order` comes after all that have one.
const ORDER_LAST: u32 = 1_000;

/// What the other files are checked against; `None` is unknown, not empty.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) id: Option<CourseId>,
    pub(super) version: Option<u32>,
    pub(super) order: u32,
    pub(super) language: Option<Lang>,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) picture: Option<Placed<String>>,
    pub(super) competences: Option<Vec<Placed<CompetenceCode>>>,
    pub(super) licence: String,
    /// Languages besides the course's own; `None` where they could not be read.
    pub(super) translations: Option<Vec<Translation>>,
}

/// The course's name in another language.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) lang: Placed<Lang>,
    pub(super) title: String,
    pub(super) summary: String,
}

/// Reads `course.toml`.
pub(super) fn read_head(source: &Source, faults: &Faults) -> Head {
    let place = Place { source, base: 0 };
    let Some(table) = parse_toml(&source.text, place, faults) else { return Head::default() };
    let mut fields = Fields::root(&table, place, "the course", faults);
    let id = fields.need_id("id", "\"mat-khau-otp\"", |t| CourseId::parse(t).ok());
    let version = fields.need_whole("version", 1..=u32::MAX);
    let order = fields.whole("order", 0..=ORDER_LAST - 1);
    let language = fields.need_id("language", "\"vi\"", |t| Lang::parse(t).ok()).map(|l| l.value);
    let title = fields.need_plain("title", "\"…\"");
    let summary = fields.need_plain("summary", "\"…\"");
    let is_picture = |t: &str| is_file_name(t, &[".svg"]).then(|| t.to_owned());
    let picture = fields.need_id("picture", "\"khoa.svg\"", is_picture);
    let competences = list_of_competences(&mut fields, |code| {
        COMPETENCES.contains(&code.as_str()).then_some(()).ok_or_else(|| {
            ("is not in the table of competences", format!("Known are {}.", COMPETENCES.join(" ")))
        })
    });
    let licence = fields.need_id("licence", "\"CC-BY-4.0\"", licence_name);
    let translations = translations(&mut fields, language.as_ref());
    fields.finish();
    Head {
        id: id.map(|i| i.value),
        version: version.map(|v| v.value),
        order: order.map_or(ORDER_LAST, |o| o.value),
        language,
        title: title.map(|t| t.value).unwrap_or_default(),
        summary: summary.map(|t| t.value).unwrap_or_default(),
        picture,
        competences,
        licence: licence.map(|l| l.value).unwrap_or_default(),
        translations: Some(translations),
    }
}

fn licence_name(text: &str) -> Option<String> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b".+-".contains(&b);
    (text.len() <= 40 && text.bytes().all(fits)).then(|| text.to_owned())
}

fn translations(fields: &mut Fields<'_>, own: Option<&Lang>) -> Vec<Translation> {
    let mut translations = Vec::new();
    for (name, mut table) in fields.named_tables("translations") {
        let lang = translated_lang(&name, own, table.faults);
        let title = table.need_plain("title", "\"…\"");
        let summary = table.need_plain("summary", "\"…\"");
        table.finish();
        if let Some(value) = lang {
            translations.push(Translation {
                lang: Placed { value, at: name.at },
                title: title.map(|t| t.value).unwrap_or_default(),
                summary: summary.map(|t| t.value).unwrap_or_default(),
            });
        }
    }
    translations
}

/// The language that a table of a translation is named by.
fn translated_lang(name: &Placed<String>, own: Option<&Lang>, faults: &Faults) -> Option<Lang> {
    let Ok(lang) = Lang::parse(&name.value) else {
        let what = format!("{:?} is no language", short(&name.value));
        faults.add(&name.at, what, "Write its code in lower case, such as `en`.");
        return None;
    };
    if own == Some(&lang) {
        let what = format!("`{lang}` is the course's own language");
        faults.add(&name.at, what, "Remove this translation.");
        return None;
    }
    Some(lang)
}

impl Head {
    /// The language of a translation table, which must be one of the course's.
    pub(super) fn translation(&self, name: &Placed<String>, faults: &Faults) -> Option<Lang> {
        let lang = translated_lang(name, self.language.as_ref(), faults)?;
        if !self.knows(&lang) {
            let what = format!("the course has no language `{lang}`");
            let remedy =
                format!("Add `[translations.{lang}]` with title and summary to course.toml.");
            faults.add(&name.at, what, remedy);
        }
        Some(lang)
    }

    /// Whether the course is translated into a language, as far as is known.
    pub(super) fn knows(&self, lang: &Lang) -> bool {
        self.translations.as_ref().is_none_or(|all| all.iter().any(|t| t.lang.value == *lang))
    }

    /// Reports a competence that is not one of the course's.
    pub(super) fn check_competence(&self, code: &CompetenceCode, at: &At, faults: &Faults) {
        if let Err((why, remedy)) = self.teaches(code) {
            faults.add(at, format!("competence {code} {why}"), remedy);
        }
    }

    fn teaches(&self, code: &CompetenceCode) -> Result<(), (&'static str, String)> {
        match &self.competences {
            Some(all) if all.iter().all(|c| c.value != *code) => {
                let all: Vec<_> = all.iter().map(|c| c.value.as_str()).collect();
                let remedy = format!("Use one of {}, or add it in course.toml.", all.join(", "));
                Err(("is not one of the course's", remedy))
            }
            _ => Ok(()),
        }
    }
}

/// The competences of a lesson: some of the course's.
pub(super) fn competences(fields: &mut Fields<'_>, head: &Head) -> Vec<Placed<CompetenceCode>> {
    list_of_competences(fields, |code| head.teaches(code)).unwrap_or_default()
}

fn list_of_competences(
    fields: &mut Fields<'_>,
    fits: impl Fn(&CompetenceCode) -> Result<(), (&'static str, String)>,
) -> Option<Vec<Placed<CompetenceCode>>> {
    let list = fields.list("competences", 1..=COMPETENCES.len(), |text, faults| {
        let Ok(code) = CompetenceCode::parse(&text.value) else {
            let what = format!("{:?} is no competence", short(&text.value));
            faults.add(&text.at, what, "Write a code such as \"4.2\".");
            return None;
        };
        if let Err((why, remedy)) = fits(&code) {
            faults.add(&text.at, format!("competence {code} {why}"), remedy);
        }
        Some(code)
    })?;
    for (i, code) in list.value.iter().enumerate() {
        if list.value[..i].iter().any(|c| c.value == code.value) {
            let what = format!("competence {} stands here twice", code.value);
            fields.faults.add(&code.at, what, "Remove one.");
        }
    }
    Some(list.value)
}
