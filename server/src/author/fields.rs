//! Reads tables of TOML key by key, so that what is missing, of the wrong type or unknown is named
//! with its line.
//!
//! Every read marks its key as known; [`Fields::finish`] makes a fault of each key that is left.

use std::ops::RangeInclusive;

use hocvu_core::course::{Day, LineText};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization;

use super::fault::{At, Faults, Placed, nearest};
use super::folder::{Source, is_hidden};
use super::inline::line_text;

/// One table that is being read.
pub(super) struct Fields<'a> {
    pub(super) faults: &'a Faults,
    /// How faults name the table, such as "question `x`".
    pub(super) name: String,
    /// The line of the table's header.
    pub(super) at: At,
    place: Place<'a>,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

/// Where the TOML text lies: a lesson's head begins after the file's first line.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) source: &'a Source,
    pub(super) base: usize,
}

impl Place<'_> {
    fn at(&self, offset: usize) -> At {
        self.source.at(self.base + offset)
    }
}

/// Parses a whole TOML text, or says where it is no TOML.
pub(super) fn parse_toml<'a>(
    text: &'a str,
    place: Place<'_>,
    faults: &Faults,
) -> Option<Spanned<DeTable<'a>>> {
    match DeTable::parse(text) {
        Ok(table) => Some(table),
        Err(error) => {
            // An error at the end of a line is reported at its newline or behind it.
            let start = error.span().map_or(0, |span| span.start).min(text.len());
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            faults.add(
                &place.at(start),
                format!("this is no TOML: {message}"),
                "Compare the line with docs/formats.md; the rest of the file was not checked.",
            );
            None
        }
    }
}

impl<'a> Fields<'a> {
    /// The keys at the top of a file.
    pub(super) fn root(
        table: &'a Spanned<DeTable<'a>>,
        place: Place<'a>,
        name: &str,
        faults: &'a Faults,
    ) -> Self {
        let (table, at) = (table.get_ref(), place.at(0));
        Self { faults, name: name.to_owned(), at, place, table, known: Vec::new() }
    }

    fn inner(&self, table: &'a DeTable<'a>, at: At, name: &str) -> Self {
        let (faults, place) = (self.faults, self.place);
        Self { faults, name: name.to_owned(), at, place, table, known: Vec::new() }
    }

    fn get(&mut self, key: &'static str) -> Option<(&'a DeValue<'a>, At)> {
        self.known.push(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), self.place.at(value.span().start)))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Reports a fault at the table's header.
    pub(super) fn fault(&self, what: impl AsRef<str>, remedy: impl Into<String>) {
        self.faults.add(&self.at, format!("{} {}", self.name, what.as_ref()), remedy);
    }

    fn wrong_type(&self, key: &str, at: &At, value: &DeValue<'_>, example: &str) {
        let what = format!("`{key}` of {} is {}", self.name, type_name(value));
        self.faults.add(at, what, format!("Write it as `{key} = {example}`."));
    }

    fn missing(&self, key: &str, example: &str) {
        self.fault(format!("has no `{key}`"), format!("Add `{key} = {example}`."));
    }

    /// Words that may be missing, NFC, trimmed.
    fn text(&mut self, key: &'static str, example: &str) -> Option<Placed<String>> {
        let (value, at) = self.get(key)?;
        let Some(text) = value.as_str() else {
            self.wrong_type(key, &at, value, example);
            return None;
        };
        self.tidy(key, text, at)
    }

    fn tidy(&self, key: &str, text: &str, at: At) -> Option<Placed<String>> {
        let value: String = text.trim().nfc().collect();
        if value.is_empty() {
            let what = format!("`{key}` of {} is empty", self.name);
            self.faults.add(&at, what, "Write the words, or remove the key if it is optional.");
            return None;
        }
        Some(Placed { value, at })
    }

    /// Words on one line, shown without any stress; may be missing.
    pub(super) fn plain(&mut self, key: &'static str, example: &str) -> Option<Placed<String>> {
        let text = self.text(key, example)?;
        let what = if text.value.chars().any(is_hidden) {
            format!("`{key}` of {} is more than one line", self.name)
        } else if text.value.contains("**") {
            format!("`{key}` of {} has stressed words", self.name)
        } else {
            return Some(text);
        };
        self.faults.add(&text.at, what, "Write plain words on one line.");
        None
    }

    pub(super) fn need_plain(
        &mut self,
        key: &'static str,
        example: &str,
    ) -> Option<Placed<String>> {
        self.require(key, example);
        self.plain(key, example)
    }

    fn require(&self, key: &str, example: &str) {
        if !self.has(key) {
            self.missing(key, example);
        }
    }

    /// A line text; may be missing.
    pub(super) fn line(&mut self, key: &'static str) -> Option<Placed<LineText>> {
        let text = self.text(key, "\"…\"")?;
        let value = line_text(&text.value, &text.at, self.faults)?;
        Some(Placed { value, at: text.at })
    }

    pub(super) fn need_line(&mut self, key: &'static str) -> Option<Placed<LineText>> {
        self.require(key, "\"…\"");
        self.line(key)
    }

    /// A line text that must be there if `required`, else empty words.
    pub(super) fn line_if(&mut self, required: bool, key: &'static str) -> LineText {
        let line = if required { self.need_line(key) } else { self.line(key) };
        line.map(|l| l.value).unwrap_or_default()
    }

    /// A name of something: parsed, or a fault with the parser's reason.
    pub(super) fn need_id<T>(
        &mut self,
        key: &'static str,
        example: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Placed<T>> {
        self.require(key, example);
        self.id(key, example, parse)
    }

    pub(super) fn id<T>(
        &mut self,
        key: &'static str,
        example: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Placed<T>> {
        let text = self.text(key, example)?;
        let parsed = parse(&text.value);
        if parsed.is_none() {
            let what = format!("`{key}` of {} cannot be {:?}", self.name, short(&text.value));
            self.faults.add(&text.at, what, format!("Write it like `{key} = {example}`."));
        }
        Some(Placed { value: parsed?, at: text.at })
    }

    /// A whole number within bounds; may be missing.
    pub(super) fn whole(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<u32>,
    ) -> Option<Placed<u32>> {
        let (value, at) = self.get(key)?;
        let example = bounds.start().to_string();
        let Some(number) = value.as_integer() else {
            self.wrong_type(key, &at, value, &example);
            return None;
        };
        let parsed = u32::from_str_radix(number.as_str(), number.radix()).ok();
        let Some(value) = parsed.filter(|n| bounds.contains(n)) else {
            let (min, max) = (bounds.start(), bounds.end());
            let what = format!("`{key}` of {} is not a number from {min} to {max}", self.name);
            self.faults.add(&at, what, format!("Write it like `{key} = {example}`."));
            return None;
        };
        Some(Placed { value, at })
    }

    pub(super) fn need_whole(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<u32>,
    ) -> Option<Placed<u32>> {
        self.require(key, &bounds.start().to_string());
        self.whole(key, bounds)
    }

    /// `true` or `false`; may be missing.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<Placed<bool>> {
        let (value, at) = self.get(key)?;
        match value.as_bool() {
            Some(value) => Some(Placed { value, at }),
            None => {
                self.wrong_type(key, &at, value, "true");
                None
            }
        }
    }

    pub(super) fn need_flag(&mut self, key: &'static str) -> Option<Placed<bool>> {
        self.require(key, "true");
        self.flag(key)
    }

    /// A number × 1,000; may be missing.
    pub(super) fn milli(&mut self, key: &'static str) -> Option<Placed<i64>> {
        let (value, at) = self.get(key)?;
        let parsed = match value {
            DeValue::Integer(n) if n.radix() == 10 => parse_milli(n.as_str()),
            DeValue::Float(n) => parse_milli(n.as_str()),
            _ => {
                self.wrong_type(key, &at, value, "156");
                return None;
            }
        };
        if parsed.is_none() {
            let what = format!("`{key}` of {} is no plain number", self.name);
            let remedy = "Write at most 12 digits and at most 3 decimals, such as 1.5.";
            self.faults.add(&at, what, remedy);
        }
        Some(Placed { value: parsed?, at })
    }

    pub(super) fn need_milli(&mut self, key: &'static str) -> Option<Placed<i64>> {
        self.require(key, "156");
        self.milli(key)
    }

    pub(super) fn need_day(&mut self, key: &'static str) -> Option<Placed<Day>> {
        const EXAMPLE: &str = "2026-11-22";
        self.require(key, EXAMPLE);
        let (value, at) = self.get(key)?;
        let date = value.as_datetime().filter(|d| d.time.is_none() && d.offset.is_none());
        let Some(date) = date.and_then(|d| d.date) else {
            self.wrong_type(key, &at, value, EXAMPLE);
            return None;
        };
        let value = Day { year: date.year, month: date.month, day: date.day };
        Some(Placed { value, at })
    }

    /// A list of words; may be missing.
    fn texts(&mut self, key: &'static str) -> Option<Placed<Vec<Placed<String>>>> {
        let (value, at) = self.get(key)?;
        let Some(array) = value.as_array() else {
            self.wrong_type(key, &at, value, "[\"…\", \"…\"]");
            return None;
        };
        let mut texts = Vec::new();
        for item in array {
            let at = self.place.at(item.span().start);
            match item.get_ref().as_str() {
                Some(text) => texts.extend(self.tidy(key, text, at)),
                None => self.wrong_type(key, &at, item.get_ref(), "[\"…\", \"…\"]"),
            }
        }
        Some(Placed { value: texts, at })
    }

    /// A list of plain words, `count` of them, each parsed.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        count: RangeInclusive<usize>,
        parse: impl Fn(&Placed<String>, &Faults) -> Option<T>,
    ) -> Option<Placed<Vec<Placed<T>>>> {
        if *count.start() > 0 {
            self.require(key, "[\"…\", \"…\"]");
        }
        let before = self.faults.count();
        let mut texts = self.texts(key)?;
        if self.faults.count() == before {
            self.count(key, texts.value.len(), &count, &texts.at);
        }
        // What is compared with each other later must be few.
        texts.value.truncate(*count.end());
        let parsed = texts.value.into_iter().filter_map(|text| {
            let value = parse(&text, self.faults)?;
            Some(Placed { value, at: text.at })
        });
        Some(Placed { value: parsed.collect(), at: texts.at })
    }

    fn count(&self, key: &str, found: usize, count: &RangeInclusive<usize>, at: &At) {
        if !count.contains(&found) {
            let (min, max) = (count.start(), count.end());
            let what = format!("{} has {found} × `{key}`", self.name);
            self.faults.add(at, what, format!("Write {min} to {max}."));
        }
    }

    /// Tables `[[… .key]]`, as many as `count` says; a wrong number is a fault at this table.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        count: RangeInclusive<usize>,
        name: &str,
    ) -> Vec<Fields<'a>> {
        let mut tables = Vec::new();
        if let Some((value, at)) = self.get(key) {
            let Some(array) = value.as_array() else {
                let what = format!("`{key}` of {} is {}", self.name, type_name(value));
                self.faults.add(&at, what, format!("Write `[[{name}]]` before each."));
                return tables;
            };
            for item in array {
                let at = self.place.at(item.span().start);
                match item.get_ref().as_table() {
                    Some(table) => tables.push(self.inner(table, at, name)),
                    None => {
                        let what = format!("an entry of `{key}` is {}", type_name(item.get_ref()));
                        self.faults.add(&at, what, format!("Write `[[{name}]]` before each."));
                    }
                }
            }
        }
        let at = self.at.clone();
        self.count(key, tables.len(), &count, &at);
        // What is compared with each other later must be few.
        tables.truncate(*count.end());
        tables
    }

    /// Tables `[key.NAME]`, with their names.
    pub(super) fn named_tables(&mut self, key: &'static str) -> Vec<(Placed<String>, Fields<'a>)> {
        let Some((value, at)) = self.get(key) else { return Vec::new() };
        let Some(named) = value.as_table() else {
            self.wrong_type(key, &at, value, "{ … }");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (name, value) in named {
            let at = self.place.at(name.span().start);
            let path = format!("{key}.{}", short(name.get_ref()));
            match value.get_ref().as_table() {
                Some(table) => {
                    let name = Placed { value: name.get_ref().to_string(), at: at.clone() };
                    tables.push((name, self.inner(table, at, &path)));
                }
                None => {
                    let what = format!("`{path}` is {}", type_name(value.get_ref()));
                    self.faults.add(&at, what, format!("Write `[{path}]`, then its keys."));
                }
            }
        }
        tables
    }

    /// Says of a key that it has no place here, if it is there.
    pub(super) fn forbid(&mut self, key: &'static str, why: &str) {
        if let Some((_, at)) = self.get(key) {
            let what = format!("`{key}` of {} {why}", self.name);
            self.faults.add(&at, what, "Remove the key.");
        }
    }

    /// Makes a fault of every key that nobody asked for.
    pub(super) fn finish(self) {
        for (key, _) in
            self.table.iter().filter(|(k, _)| !self.known.contains(&k.get_ref().as_ref()))
        {
            let word = short(key.get_ref());
            let what = format!("{} has an unknown key `{word}`", self.name);
            let remedy = match nearest(&word, &self.known) {
                Some(meant) => format!("Write `{meant}`, or remove the key."),
                None => format!("Remove it; known keys here: {}.", self.known.join(", ")),
            };
            self.faults.add(&self.place.at(key.span().start), what, remedy);
        }
    }

    /// Leaves unknown keys alone: what belongs here could not be found out.
    pub(super) fn abandon(self) {}
}

/// A text of the author's, short enough for a message.
pub(super) fn short(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).take(60).collect()
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// `-1.5` → -1500; at most 12 digits before and 3 behind the point, no exponent.
fn parse_milli(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = decimals.trim_end_matches('0');
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let fits = (1..=12).contains(&whole.len()) && decimals.len() <= 3;
    if !fits || !all_digits(whole) || !all_digits(decimals) {
        return None;
    }
    format!("{whole}{decimals:0<3}").parse::<i64>().ok().map(|milli| sign * milli)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_thousandths() {
        for (text, milli) in [("156", 156_000), ("-1.5", -1_500), ("0.125", 125), ("2.5000", 2_500)]
        {
            assert_eq!(parse_milli(text), Some(milli), "{text}");
        }
        for bad in ["1e3", "inf", "nan", "0.1234", "1234567890123", ""] {
            assert_eq!(parse_milli(bad), None, "{bad}");
        }
    }
}
