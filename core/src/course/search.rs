//! Search in lessons: as typed first, then without diacritics.
//!
//! Texts and queries are cut into words by one function and brought to one form each (NFC, lower
//! case, one placement of tone marks), so that "Hoà" finds "Hòa" while "an" ranks below "án" for who
//! typed "án". People who type without marks find the marked words through the folded form.

use std::collections::BTreeSet;
use std::ops::Range;

use rusqlite::{CachedStatement, Connection, named_params};

use super::{Block, Courses, Fact, Lesson, LineText, courses};
use crate::error::{Doing, Error, Result};
use crate::ids::{CourseId, Lang, LessonId};
use crate::text::{fold_marks, nfc, nfd, normalise};

/// The most characters of a query that are looked at.
pub const QUERY_CHARS_MAX: usize = 200;

/// The most words of a query that are looked for.
pub const QUERY_WORDS_MAX: usize = 12;

/// The most lessons that a search finds.
pub const HITS_MAX: usize = 20;

/// The most hits of an expression that are weighed against each other.
const RANKED_MAX: u32 = 100;

const DOING: &str = "searching";

/// The fewest letters that are taken for the beginning of a word at once.
const BEGINNING_LETTERS_MIN: usize = 3;

/// The characters of a snippet before the first word that was found, and in all.
const SNIPPET_BEFORE_CHARS: usize = 40;
const SNIPPET_CHARS: usize = 160;

/// A lesson that holds what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its course.
    pub course: CourseId,
    /// Which lesson.
    pub lesson: LessonId,
    /// The language of the title and the snippet.
    pub lang: Lang,
    /// Its name.
    pub title: String,
    /// Some words of the lesson around the first that was found.
    pub snippet: Snippet,
}

/// Some words of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// The words; `…` stands where something was cut off.
    pub text: String,
    /// Where in `text` a word that was searched for stands, in bytes, ascending.
    pub matches: Vec<Range<usize>>,
}

impl Snippet {
    /// The text in pieces, each with whether it was searched for.
    pub fn pieces(&self) -> Vec<(&str, bool)> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for range in &self.matches {
            pieces.push((&self.text[at..range.start], false));
            pieces.push((&self.text[range.clone()], true));
            at = range.end;
        }
        pieces.push((&self.text[at..], false));
        pieces.retain(|(piece, _)| !piece.is_empty());
        pieces
    }
}

/// A text as the index holds it: its words in both forms.
pub(crate) struct SearchForm {
    pub(crate) exact: String,
    pub(crate) folded: String,
}

/// Brings a text to the two forms that are indexed.
pub(crate) fn search_form(text: &str) -> SearchForm {
    let exact: Vec<String> = words(text).map(|word| normalise(&text[word])).collect();
    let folded: Vec<String> = exact.iter().map(|word| fold_marks(word)).collect();
    SearchForm { exact: exact.join(" "), folded: folded.join(" ") }
}

/// All that a lesson says, a line a block; a fact speaks with its own words where the lesson has
/// none for it. Of two facts of one id the first counts.
pub(crate) fn searchable_text(lesson: &Lesson, facts: &[Fact]) -> String {
    let mut lines = Vec::new();
    for block in lesson.screens.iter().flat_map(|screen| &screen.blocks) {
        add_lines(block, facts, &mut lines);
    }
    lines.join("\n")
}

fn add_lines(block: &Block, facts: &[Fact], lines: &mut Vec<String>) {
    match block {
        Block::Text(line) | Block::Heading(line) => lines.push(line.text()),
        Block::Steps(items) | Block::List(items) => lines.extend(items.iter().map(LineText::text)),
        Block::Tip(inner) | Block::Warning(inner) | Block::Remember(inner) => {
            inner.iter().for_each(|block| add_lines(block, facts, lines));
        }
        Block::Fact { id, words } => {
            let own = || facts.iter().find(|fact| fact.id == *id).map(|fact| &fact.text);
            lines.extend(words.as_ref().or_else(own).map(LineText::text));
        }
        Block::Audio { words, .. } => lines.push(words.text()),
        Block::Picture { .. } | Block::Check(_) => {}
    }
}

/// The words of a text: where they stand.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let belongs = |c: char| is_letter(c) || c.is_alphanumeric() || is_mark(c);
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(belongs)?;
        let end = text[start..].find(|c| !belongs(c)).map_or(text.len(), |found| start + found);
        rest = end;
        Some(start..end)
    })
}

/// What is searched for, bounded.
struct Query {
    exact: Vec<String>,
    folded: Vec<String>,
}

impl Query {
    fn read(typed: &str) -> Option<Self> {
        let typed: String = nfc(typed.chars().take(QUERY_CHARS_MAX)).collect();
        let exact: Vec<String> = words(&typed)
            .map(|word| normalise(&typed[word]))
            .filter(|word| !word.is_empty())
            .take(QUERY_WORDS_MAX)
            .collect();
        let folded = exact.iter().map(|word| fold_marks(word)).collect();
        if exact.is_empty() { None } else { Some(Self { exact, folded }) }
    }

    /// All words, wherever they stand in a lesson. `half_typed` says whether the last may be the
    /// beginning of one.
    fn all_words(&self, folded: bool, half_typed: bool) -> Expression {
        let words = if folded { &self.folded } else { &self.exact };
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let star = if half_typed { " *" } else { "" };
        Expression { words: format!("({}{star})", quoted.join(" AND ")), folded }
    }

    /// The same words as neighbours; none of a single word.
    fn neighbours(&self, folded: bool, half_typed: bool) -> Option<Expression> {
        let words = if folded { &self.folded } else { &self.exact };
        let star = if half_typed { " *" } else { "" };
        let words = (words.len() > 1).then(|| format!("\"{}\"{star}", words.join(" ")));
        words.map(|words| Expression { words, folded })
    }

    /// For when no lesson has all words: any of them, without diacritics.
    fn loosest(&self) -> Expression {
        let quoted: Vec<String> = self.folded.iter().map(|word| format!("\"{word}\"")).collect();
        Expression { words: format!("({})", quoted.join(" OR ")), folded: true }
    }

    /// How many letters the last word has.
    fn last_letters(&self) -> usize {
        self.folded.last().map_or(0, |word| word.chars().count())
    }

    /// Whether a word of a text is one that is searched for: as typed, or without diacritics.
    fn finds(&self, word: &str, folded: bool) -> bool {
        // Nearly every word of a lesson begins otherwise; the rest of it need not be taken apart.
        let first = first_letter(word);
        let begins_alike = |wanted: &String| wanted.chars().next() == first;
        if !self.folded.iter().any(begins_alike) {
            return false;
        }
        let (last, others) = self.folded.split_last().expect("a query has a word");
        // What differs without diacritics differs with them: most words need no closer look.
        let alike = others.iter().any(|wanted| letters(word).eq(wanted.chars()));
        if folded || !(alike || starts_with(letters(word), last)) {
            return alike || starts_with(letters(word), last);
        }
        let word = normalise(word);
        let (last, others) = self.exact.split_last().expect("a query has a word");
        others.contains(&word) || word.starts_with(last.as_str())
    }
}

/// A part of an FTS5 expression. Words hold letters and digits only and stand in quotes, so nothing
/// typed can become syntax.
struct Expression {
    words: String,
    /// Whether it looks at words without diacritics.
    folded: bool,
}

impl Expression {
    fn in_titles(&self) -> String {
        format!("{{{}}} : {}", if self.folded { "folded_title" } else { "exact_title" }, self.words)
    }

    fn anywhere(&self) -> String {
        let columns = if self.folded { "folded_title folded" } else { "exact_title exact" };
        format!("{{{columns}}} : {}", self.words)
    }
}

/// The first of the letters that [`letters`] gives.
fn first_letter(word: &str) -> Option<char> {
    let first = word.chars().next()?;
    if first.is_ascii() {
        return Some(first.to_ascii_lowercase());
    }
    letters(word.get(..first.len_utf8()).unwrap_or_default()).next()
}

/// The letters of a word without diacritics, in lower case, as `fold_marks` has them.
fn letters(word: &str) -> impl Iterator<Item = char> {
    let bare = nfd(word.chars()).filter(|c| !is_mark(*c)).flat_map(char::to_lowercase);
    bare.map(|c| if c == 'đ' { 'd' } else { c })
}

fn starts_with(mut letters: impl Iterator<Item = char>, beginning: &str) -> bool {
    beginning.chars().all(|c| letters.next() == Some(c))
}

/// Letters that Vietnamese is written in, and some more; a quick answer for most of a text.
fn is_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | 'à'..='ö' | '\u{1e00}'..='\u{1eff}' | 'đ' | 'ơ' | 'ư')
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

impl Courses<'_> {
    /// Finds lessons that hold what was typed, best first: words as typed before words without
    /// diacritics, neighbours before single words, titles before texts. The last word may be half
    /// typed; one or two letters are taken for a beginning only where no lesson has them as a word.
    /// Any input is safe.
    pub fn search(&self, typed: &str, lang: &Lang) -> Result<Vec<SearchHit>> {
        let Some(query) = Query::read(typed) else { return Ok(Vec::new()) };
        self.core.store.read(|conn| {
            let mut found = Found::new(conn, &query, lang)?;
            let is_short = query.last_letters() < BEGINNING_LETTERS_MIN;
            found.add_tiers(!is_short)?;
            // So many words begin with the same two letters that they are looked for last.
            if found.hits.is_empty() && is_short && query.last_letters() > 1 {
                found.add_tiers(true)?;
            }
            if found.hits.is_empty() {
                let loosest = best_first(conn, &query.loosest())?;
                found.add(&loosest, true)?;
            }
            Ok(found.hits)
        })
    }
}

/// What was found so far, best first.
struct Found<'a> {
    conn: &'a Connection,
    query: &'a Query,
    lang: &'a Lang,
    lookup: CachedStatement<'a>,
    seen: BTreeSet<i64>,
    hits: Vec<SearchHit>,
}

impl<'a> Found<'a> {
    fn new(conn: &'a Connection, query: &'a Query, lang: &'a Lang) -> Result<Self> {
        // A lesson that exists in the reader's language too is found in that language only.
        let sql = "SELECT course_id, lesson_id, lang, lesson.title AS title, text
                   FROM lesson JOIN course USING (course_no) JOIN lesson_text USING (lesson_no)
                   WHERE lesson_no = :lesson_no AND current = 1
                       AND (lang = :lang OR (lang = language AND NOT EXISTS (
                           SELECT 1 FROM lesson AS wanted
                           WHERE wanted.course_no = course.course_no AND wanted.lang = :lang
                               AND wanted.lesson_id = lesson.lesson_id)))";
        let lookup = conn.prepare_cached(sql).doing(DOING)?;
        Ok(Self { conn, query, lang, lookup, seen: BTreeSet::new(), hits: Vec::new() })
    }

    /// Adds what has all words, from the strictest way of having them to the loosest: words as
    /// typed before words without diacritics, neighbours before words that stand anywhere.
    fn add_tiers(&mut self, half_typed: bool) -> Result<()> {
        for folded in [false, true] {
            if self.hits.len() >= HITS_MAX {
                return Ok(());
            }
            let anywhere = best_first(self.conn, &self.query.all_words(folded, half_typed))?;
            // Neighbours are among them: where nothing is new, nobody need look for neighbours.
            let is_new = anywhere.iter().any(|lesson_no| !self.seen.contains(lesson_no));
            let neighbours = self.query.neighbours(folded, half_typed).filter(|_| is_new);
            if let Some(neighbours) = neighbours {
                self.add(&best_first(self.conn, &neighbours)?, folded)?;
            }
            self.add(&anywhere, folded)?;
        }
        Ok(())
    }

    /// Adds lessons behind those that are there, as many as fit.
    fn add(&mut self, lessons: &[i64], folded: bool) -> Result<()> {
        for lesson_no in lessons {
            if self.hits.len() >= HITS_MAX {
                break;
            }
            if self.seen.insert(*lesson_no) {
                self.look_up(*lesson_no, folded)?;
            }
        }
        Ok(())
    }

    fn look_up(&mut self, lesson_no: i64, folded: bool) -> Result<()> {
        let params = named_params! { ":lesson_no": lesson_no, ":lang": self.lang.as_str() };
        let mut rows = self.lookup.query(params).doing(DOING)?;
        let Some(row) = rows.next().doing(DOING)? else { return Ok(()) };
        let text = row.get_ref("text").doing(DOING)?;
        let text = text.as_str().map_err(|_| Error::Damaged {
            detail: format!("the text of lesson {lesson_no} is none"),
        })?;
        self.hits.push(SearchHit {
            course: courses::id(row, "course_id", CourseId::parse)?,
            lesson: courses::id(row, "lesson_id", LessonId::parse)?,
            lang: courses::id(row, "lang", Lang::parse)?,
            title: row.get("title").doing(DOING)?,
            snippet: snippet(text, self.query, folded),
        });
        Ok(())
    }
}

/// The lessons that an expression finds, best first. Of a word that is almost everywhere not every
/// place is weighed: lessons that name it in their title come first, then the best of the first
/// [`RANKED_MAX`] others.
fn best_first(conn: &Connection, expression: &Expression) -> Result<Vec<i64>> {
    let best = weighed(conn, &expression.anywhere())?;
    if best.len() < RANKED_MAX as usize {
        return Ok(best);
    }
    let mut lessons = weighed(conn, &expression.in_titles())?;
    lessons.extend(best);
    Ok(lessons)
}

/// The first lessons with an expression, weighed against each other. To weigh a hit costs ten times
/// as much as to find it. FTS5's own `ORDER BY rank` would weigh all, and plan a query each time.
fn weighed(conn: &Connection, expression: &str) -> Result<Vec<i64>> {
    let sql = "SELECT lesson_no
               FROM (SELECT rowid AS lesson_no, bm25(search, 8.0, 1.0, 8.0, 1.0) AS weight
                   FROM search
                   WHERE search MATCH :expression
                   ORDER BY rowid
                   LIMIT :most)
               ORDER BY weight";
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let params = named_params! { ":expression": expression, ":most": RANKED_MAX };
    let rows = statement.query_map(params, |row| row.get("lesson_no")).doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

/// Cuts a text around the first word that is searched for; begins at its start where that word is
/// in the title alone.
fn snippet(text: &str, query: &Query, folded: bool) -> Snippet {
    let found = |word: &Range<usize>| query.finds(&text[word.clone()], folded);
    let at = words(text).find(found).map_or(0, |word| word.start);
    let start = back(text, at);
    let end = forth(text, start);
    let mut out = Snippet::default();
    if start > 0 {
        out.text.push_str("… ");
    }
    let before = out.text.len();
    out.text.extend(text[start..end].chars().map(|c| if c == '\n' { ' ' } else { c }));
    let shown = &text[start..end];
    for word in words(shown).filter(|word| query.finds(&shown[word.clone()], folded)) {
        out.matches.push(before + word.start..before + word.end);
    }
    if end < text.len() {
        out.text.push_str(" …");
    }
    out
}

/// The start of a line or word some characters before a place.
fn back(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let far = text[..at].char_indices().rev().nth(SNIPPET_BEFORE_CHARS - 1).map_or(0, |(i, _)| i);
    if far <= line {
        return line;
    }
    text[far..at].find(' ').map_or(at, |space| far + space + 1)
}

/// The end of a word some characters behind a place.
fn forth(text: &str, from: usize) -> usize {
    let Some((far, _)) = text[from..].char_indices().nth(SNIPPET_CHARS) else { return text.len() };
    let space = text[from..from + far].rfind([' ', '\n']);
    from + space.filter(|space| *space > 0).unwrap_or(far)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hocvu::HocvuCore;
    use crate::pack::fixture::{CourseFixture, lang};
    use crate::testing::TestDevice;

    const LESSONS: [(&str, &str, &str); 9] = [
        ("phong-trao", "Phong trào", "Bình dân học vụ số là của mọi người."),
        ("lua-dao", "Kẻ gian", "Lừa đảo qua mạng: không đọc mã cho ai."),
        ("dien-thoai", "Máy của bà", "ĐIỆN THOẠI có nút nguồn ở bên."),
        ("da-nang", "Miền Trung", "Bà Lan ở Đà Nẵng gọi về."),
        ("ban-an", "Tòa", "Bản án có hiệu lực; thủy lợi, Hòa Bình."),
        ("an-com", "Bữa cơm", "Ông An ăn cơm, be nước đầy."),
        ("em-be", "Trẻ nhỏ", "Em bé chơi với máy của mẹ."),
        ("dao", "Biển", "Con đường lừa người ra đảo."),
        ("tin-nhan", "Lừa đảo", "Tin nhắn có đường dẫn lạ."),
    ];

    fn course() -> CourseFixture {
        let mut course = CourseFixture::new("thu");
        course.lessons.clear();
        course.info.lessons.clear();
        course.facts[0].text = LineText::plain("Gọi 156.");
        for (id, title, text) in LESSONS {
            course.lesson("vi", id, title, &[text]);
        }
        course
    }

    fn device() -> (TestDevice, HocvuCore) {
        let device = TestDevice::new();
        let core = device.open();
        core.packs().install_starter(&course().starter()).unwrap();
        (device, core)
    }

    fn found(core: &HocvuCore, typed: &str) -> Vec<String> {
        let hits = core.courses().search(typed, &lang("vi")).unwrap();
        hits.into_iter().map(|hit| hit.lesson.to_string()).collect()
    }

    #[test]
    fn words_typed_without_marks_find_the_marked_ones() {
        let (_device, core) = device();
        for (typed, lesson) in [
            ("binh dan hoc vu so", "phong-trao"),
            ("dien thoai", "dien-thoai"),
            ("da nang", "da-nang"),
            ("DA NANG", "da-nang"),
        ] {
            assert_eq!(found(&core, typed), [lesson], "{typed}");
        }
        assert_eq!(found(&core, "lua dao"), found(&core, "lừa đảo"));
    }

    #[test]
    fn titles_come_before_texts_and_neighbours_before_single_words() {
        let (_device, core) = device();
        assert_eq!(found(&core, "lừa đảo"), ["tin-nhan", "lua-dao", "dao"]);
    }

    #[test]
    fn both_placements_of_the_tone_find_each_other() {
        let (_device, core) = device();
        for typed in ["Hoà", "hòa", "HOÀ bình", "thuỷ", "thủy", "toà"] {
            assert_eq!(found(&core, typed), ["ban-an"], "{typed}");
        }
    }

    #[test]
    fn decomposed_input_finds_composed_text() {
        let (_device, core) = device();
        for typed in ["Đà Nẵng", "điện thoại", "Bình dân", "Hoà"] {
            let decomposed: String = nfd(typed.chars()).collect();
            assert_ne!(decomposed, typed);
            assert_eq!(found(&core, &decomposed), found(&core, typed), "{typed}");
            assert_eq!(found(&core, &decomposed).len(), 1, "{typed}");
        }
    }

    #[test]
    fn an_exact_match_ranks_above_a_folded_one() {
        let (_device, core) = device();
        assert_eq!(found(&core, "án")[..2], ["ban-an", "an-com"]);
        assert_eq!(found(&core, "an")[0], "an-com");
        assert_eq!(found(&core, "bé")[0], "em-be");
        assert_eq!(found(&core, "be")[0], "an-com");
    }

    #[test]
    fn the_last_word_may_be_half_typed() {
        let (_device, core) = device();
        assert_eq!(found(&core, "điện th"), ["dien-thoai"]);
        assert_eq!(found(&core, "binh dan ho"), ["phong-trao"]);
    }

    #[test]
    fn a_last_word_of_one_letter_is_a_whole_word() {
        let (_device, core) = device();
        assert_eq!(found(&core, "lừa đ").len(), 3, "the other words count");
        assert!(found(&core, "x").is_empty());
    }

    #[test]
    fn a_word_that_is_everywhere_is_found_in_titles_first_wherever_they_stand() {
        let device = TestDevice::new();
        let core = device.open();
        for n in 0..4 {
            let mut course = CourseFixture::new(&format!("khoa-{n}"));
            for m in 0..99 {
                let last = n == 3 && m == 98;
                let title = if last { "Máy nào" } else { "Bài học" };
                course.lesson("vi", &format!("bai-{m}"), title, &["Bật máy lên, máy của bà."]);
            }
            core.packs().install_starter(&course.starter()).unwrap();
        }
        for typed in ["máy", "may", "bật máy"] {
            let hits = core.courses().search(typed, &lang("vi")).unwrap();
            assert_eq!(hits.len(), HITS_MAX, "{typed}");
            let is_first = hits[0].title == "Máy nào";
            assert_eq!(is_first, typed != "bật máy", "{typed}");
        }
    }

    #[test]
    fn a_question_in_whole_words_finds_what_has_some_of_them() {
        let (_device, core) = device();
        assert_eq!(found(&core, "đà nẵng xa xôi quá")[0], "da-nang");
        assert!(found(&core, "zzz yyy").is_empty());
    }

    #[test]
    fn a_fact_is_found_in_the_lesson_that_states_it() {
        let (_device, core) = device();
        let hits = core.courses().search("156", &lang("vi")).unwrap();
        assert_eq!(hits.len(), LESSONS.len());
        assert!(hits[0].snippet.pieces().contains(&("156", true)), "{:?}", hits[0].snippet);
    }

    #[test]
    fn a_snippet_shows_the_words_that_were_found() {
        let (_device, core) = device();
        let hit = core.courses().search("nut nguon", &lang("vi")).unwrap().remove(0);
        let marked: Vec<_> = hit.snippet.pieces().into_iter().filter(|(_, found)| *found).collect();
        assert_eq!(marked, [("nút", true), ("nguồn", true)]);
        assert!(hit.snippet.text.starts_with("ĐIỆN THOẠI có nút"), "{}", hit.snippet.text);
    }

    #[test]
    fn a_snippet_of_a_long_text_is_cut_at_words() {
        let text = format!("{} kho báu {}", "từ xa ".repeat(50), "rồi sau ".repeat(50));
        let snippet = snippet(&text, &Query::read("báu").unwrap(), false);
        assert!(snippet.text.starts_with("… ") && snippet.text.ends_with(" …"));
        assert!(snippet.text.chars().count() <= SNIPPET_CHARS + 4);
        let shown = &snippet.text["… ".len()..snippet.text.len() - " …".len()];
        assert!(text.split_whitespace().any(|word| shown.starts_with(word)), "{shown}");
        assert_eq!(snippet.pieces()[1], ("báu", true));
    }

    #[test]
    fn a_lesson_is_found_in_the_readers_language_where_it_exists_in_it() {
        let device = TestDevice::new();
        let core = device.open();
        let mut course = course();
        course.lesson("en", "lua-dao", "Scams", &["Nobody needs your code, at mạng."]);
        core.packs().install_starter(&course.starter()).unwrap();
        let hits = |typed, of| core.courses().search(typed, &lang(of)).unwrap();
        assert_eq!(hits("scams", "en")[0].lang, lang("en"));
        assert!(hits("scams", "vi").is_empty());
        let langs: Vec<_> = hits("mạng", "en").into_iter().map(|h| h.lang).collect();
        assert_eq!(langs, [lang("en")]);
    }

    #[test]
    fn input_beyond_the_bounds_is_cut() {
        let (_device, core) = device();
        assert!(!found(&core, &"đà nẵng ".repeat(10_000)).is_empty());
        assert!(found(&core, "").is_empty());
        assert!(found(&core, "  ?!… ").is_empty());
    }

    #[test]
    fn the_syntax_of_the_index_means_nothing_here() {
        let (_device, core) = device();
        for typed in [
            "\"",
            "a\"b",
            "NOT",
            "OR AND",
            "NEAR(a b)",
            "exact:x",
            "^da",
            "da*",
            "{a}",
            "-x",
            "(",
            "'",
        ] {
            core.courses().search(typed, &lang("vi")).unwrap();
        }
        assert_eq!(found(&core, "\"đà\" + nẵng*)"), ["da-nang"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_input_is_safe(
            typed in prop::collection::vec("\\PC{0,40}|[\"*():^{}+ a-z]{0,20}|.{0,30}", 30)
        ) {
            let (_device, core) = device();
            for typed in typed {
                core.courses().search(&typed, &lang("vi")).unwrap();
            }
        }

        #[test]
        fn any_text_gives_a_snippet(text in "\\PC{0,400}|[a-c \n]{0,400}", typed in "[a-c ]{0,9}", folded in any::<bool>()) {
            if let Some(query) = Query::read(&typed) {
                let snippet = snippet(&text, &query, folded);
                let pieces = snippet.pieces();
                let whole: String = pieces.into_iter().map(|(piece, _)| piece).collect();
                prop_assert_eq!(whole, snippet.text);
            }
        }
    }

    #[test]
    fn a_search_in_a_thousand_lessons_gives_no_more_than_its_bound() {
        let device = TestDevice::new();
        let core = device.open();
        for n in 0..10 {
            let mut course = CourseFixture::new(&format!("khoa-{n}"));
            for m in 0..99 {
                let texts: Vec<String> =
                    (0..12).map(|i| format!("{} {i}", LESSONS[(m * i + m / 9) % 9].2)).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                course.lesson("vi", &format!("bai-{m}"), LESSONS[m % 9].1, &texts);
            }
            core.packs().install_starter(&course.starter()).unwrap();
        }
        assert_eq!(core.courses().list(&lang("vi")).unwrap().len(), 10);
        let hits = core.courses().search("lua dao", &lang("vi")).unwrap();
        assert_eq!(hits.len(), HITS_MAX);
    }
}
