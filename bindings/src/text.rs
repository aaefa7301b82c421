//! All words for people: a shell holds none of its own.

use std::collections::HashMap;
use std::sync::Arc;

use hocvu_core::Error;
use hocvu_core::ids::{CompetenceCode, Lang};
use hocvu_core::text::{Messages, Qr, Word};

use crate::failure::HocvuFailure;
use crate::hocvu::House;

/// The room of texts, in the language chosen on this device.
#[derive(uniffi::Object)]
pub struct TextRoom {
    pub(crate) house: Arc<House>,
}

/// An argument of a text.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum WordRequest {
    /// It is counted.
    Number {
        /// How many.
        number: i64,
    },
    /// It is words.
    Text {
        /// Which.
        text: String,
    },
}

/// A language that there are texts in.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LanguageView {
    /// Its code, such as `vi`.
    pub lang: Lang,
    /// What it calls itself.
    pub name: String,
}

impl<'a> From<&'a WordRequest> for Word<'a> {
    fn from(request: &'a WordRequest) -> Self {
        match request {
            WordRequest::Number { number } => Self::Number(*number),
            WordRequest::Text { text } => Self::Text(text),
        }
    }
}

/// A text as a QR code: a square of points. Whoever draws it leaves four points free around it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QrView {
    /// Points of a side.
    pub side: u32,
    /// Row by row, from the upper left corner: 1 where a point is dark, else 0.
    pub points: Vec<u8>,
}

impl From<Qr> for QrView {
    fn from(qr: Qr) -> Self {
        Self { side: qr.side, points: qr.dark.into_iter().map(u8::from).collect() }
    }
}

#[uniffi::export]
impl TextRoom {
    /// Every text that needs no argument, by its key (those of `assets/locales/vi`, such as
    /// `quiz-next`): fetch them once at the start and after another language was chosen.
    pub fn all(&self) -> HashMap<String, String> {
        Messages::get(&self.house.lang()).all().into_iter().collect()
    }

    /// A text with its arguments, by name. Fails with `NotFound` for an unknown key or a missing
    /// argument.
    pub fn say(
        &self,
        key: &str,
        words: &HashMap<String, WordRequest>,
    ) -> Result<String, HocvuFailure> {
        let lang = self.house.lang();
        let words = words.iter().map(|(name, word)| (name.as_str(), word.into()));
        let said = Messages::get(&lang).say(key, words);
        said.ok_or_else(|| HocvuFailure::of(Error::NotFound { what: "text" }, &lang))
    }

    /// The languages that there are texts in, Vietnamese first, such as `vi`.
    pub fn languages(&self) -> Vec<String> {
        Messages::langs().iter().map(|lang| (*lang).to_owned()).collect()
    }

    /// The same, each with the name that it gives itself, for a list to choose from.
    pub fn language_names(&self) -> Vec<LanguageView> {
        let named = |lang: &Lang| Messages::get(lang).language_name();
        let langs = Messages::langs().iter().filter_map(|code| Lang::parse(code).ok());
        langs.map(|lang| LanguageView { name: named(&lang), lang }).collect()
    }

    /// A competence in everyday words; none for a code that the framework does not have.
    pub fn skill(&self, competence: &CompetenceCode) -> Option<String> {
        Messages::get(&self.house.lang()).skill(competence)
    }

    /// How much room something takes, such as `12 MB`.
    pub fn size(&self, bytes: u64) -> String {
        Messages::get(&self.house.lang()).size(bytes)
    }
}
