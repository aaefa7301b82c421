//! Reads `facts.toml`: what lessons state as true, with source and date.

use std::collections::BTreeMap;

use hocvu_core::course::{Fact, FactStatus};
use hocvu_core::ids::{FactId, Lang};

use super::course_toml::Head;
use super::fault::{Faults, Placed};
use super::fields::{Fields, Place, parse_toml};
use super::folder::Source;

const FACTS_MAX: usize = 200;
/// An unverified fact says so itself, since its text may be quoted alone.
const UNVERIFIED_WORDS: &str = "chưa xác nhận";

/// A fact, its translations and where its parts stand.
#[derive(Debug)]
pub(super) struct FactEntry {
    pub(super) id: Placed<FactId>,
    pub(super) fact: Fact,
    pub(super) review_after: Placed<()>,
    pub(super) translations: BTreeMap<Lang, Fact>,
}

/// All facts, and whether they are all: a fault may hide some.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) entries: Vec<FactEntry>,
    /// Every id that could be read, also of facts with faults.
    pub(super) ids: Vec<Placed<FactId>>,
    pub(super) complete: bool,
}

/// Reads `facts.toml`.
pub(super) fn read_facts(source: &Source, head: &Head, faults: &Faults) -> Facts {
    let place = Place { source, base: 0 };
    let Some(table) = parse_toml(&source.text, place, faults) else { return Facts::default() };
    let mut fields = Fields::root(&table, place, "facts.toml", faults);
    let tables = fields.tables("fact", 0..=FACTS_MAX, "fact");
    fields.finish();
    let mut facts = Facts { complete: true, ..Facts::default() };
    for table in tables {
        match read_fact(table, head, &mut facts.ids) {
            Some(entry) => facts.entries.push(entry),
            None => facts.complete = false,
        }
    }
    for (i, id) in facts.ids.iter().enumerate() {
        if let Some(first) = facts.ids[..i].iter().find(|f| f.value == id.value) {
            let what = format!("fact `{}` stands in line {} too", id.value, first.at.line);
            faults.add(&id.at, what, "Give each fact an id of its own.");
        }
    }
    facts
}

fn read_fact(
    mut fields: Fields<'_>,
    head: &Head,
    ids: &mut Vec<Placed<FactId>>,
) -> Option<FactEntry> {
    let faults = fields.faults;
    let id = fields.need_id("id", "\"156\"", |t| FactId::parse(t).ok());
    if let Some(id) = &id {
        fields.name = format!("fact `{}`", id.value);
        ids.push(id.clone());
    }
    let text = fields.need_line("text");
    let source = fields.need_plain("source", "\"…\"");
    let checked_on = fields.need_day("checked_on");
    let review_after = fields.need_day("review_after");
    let status = fields.need_id("status", "\"read\"", status);
    let translated = translations(&mut fields, head);
    fields.finish();
    let (id, text, source) = (id?, text?, source?);
    let (checked_on, review_after, status) = (checked_on?, review_after?, status?);
    if review_after.value <= checked_on.value {
        let what = format!("fact `{}` is to be reviewed before it was checked", id.value);
        faults.add(&review_after.at, what, "Write a day after `checked_on`, usually a year later.");
    }
    let in_vietnamese = head.language.as_ref().is_none_or(|l| l.as_str() == "vi");
    let says_so = || text.value.text().to_lowercase().contains(UNVERIFIED_WORDS);
    if status.value == FactStatus::Unverified && in_vietnamese && !says_so() {
        let what = format!("fact `{}` is unverified and does not say so", id.value);
        faults.add(&text.at, what, format!("Write \"{UNVERIFIED_WORDS}\" into its text."));
    }
    let fact = Fact {
        id: id.value.clone(),
        text: text.value,
        source: source.value,
        checked_on: checked_on.value,
        review_after: review_after.value,
        status: status.value,
    };
    let translations = translated
        .into_iter()
        .map(|(lang, text, source)| (lang, Fact { text, source, ..fact.clone() }))
        .collect();
    let review_after = Placed { value: (), at: review_after.at };
    Some(FactEntry { id, fact, review_after, translations })
}

fn status(text: &str) -> Option<FactStatus> {
    match text {
        "read" => Some(FactStatus::Read),
        "one-source" => Some(FactStatus::OneSource),
        "unverified" => Some(FactStatus::Unverified),
        _ => None,
    }
}

fn translations(
    fields: &mut Fields<'_>,
    head: &Head,
) -> Vec<(Lang, hocvu_core::course::LineText, String)> {
    let mut translations = Vec::new();
    for (name, mut table) in fields.named_tables("translations") {
        let lang = head.translation(&name, table.faults);
        table.name = format!("the translation of {}", fields.name);
        let text = table.need_line("text");
        let source = table.need_plain("source", "\"…\"");
        table.finish();
        if let (Some(lang), Some(text), Some(source)) = (lang, text, source) {
            translations.push((lang, text.value, source.value));
        }
    }
    translations
}
