//! Reads a lesson: a head of TOML, then Markdown with typed blocks.
//!
//! Two steps. A scanner of our own cuts the text at its marker lines (`---`, `:::name`, `:::`), so
//! that a marker means the same wherever it stands; what lies between them goes through a Markdown
//! parser, which keeps byte offsets, so that each fault has its line.

use std::ops::Range;

use hocvu_core::course::{Block, Lesson, LineText, Screen};
use hocvu_core::ids::{CompetenceCode, FactId, ID_CHARS_MAX, LessonId, QuestionId};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::course_toml::{Head, competences};
use super::fault::{At, Faults, Placed, nearest};
use super::fields::{Fields, Place, parse_toml, short};
use super::folder::{Source, is_file_name};
use super::inline::{self, inline};

const SCREENS_MAX: usize = 40;
const BLOCKS_MAX: usize = 40;
const CONTAINERS: [&str; 6] = ["tip", "warning", "remember", "fact", "audio", "check"];
/// A reader who does not hurry reads at least so many words a minute.
const WORDS_PER_MINUTE: usize = 150;

/// A lesson and what it names elsewhere.
#[derive(Debug)]
pub(super) struct LessonFile {
    pub(super) lesson: Lesson,
    pub(super) at: At,
    pub(super) competences: Vec<Placed<CompetenceCode>>,
    /// The checks with the index of their screen.
    pub(super) checks: Vec<(usize, Placed<QuestionId>)>,
    pub(super) facts: Vec<Placed<FactId>>,
    pub(super) media: Vec<Placed<String>>,
}

/// A lesson's id: its file name without ending and leading number.
pub(super) fn lesson_id(name: &str) -> Option<LessonId> {
    let stem = name.strip_suffix(".md")?;
    let numbered = stem.split_once('-').filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()));
    LessonId::parse(numbered.map_or(stem, |(_, rest)| rest)).ok()
}

/// Reads one lesson file; `None` when nothing sure can be said of it.
pub(super) fn read_lesson(source: &Source, head: &Head, faults: &Faults) -> Option<LessonFile> {
    let at = At::file(&source.file);
    let name = source.file.rsplit('/').next().unwrap_or_default();
    let id = lesson_id(name);
    if id.is_none() {
        let what = format!("the file name gives no lesson id of 1 to {ID_CHARS_MAX} characters");
        faults.add(&at, what, "Name it like 02-ma-otp.md.");
    }
    let Some((toml, body)) = split_head(&source.text) else {
        let remedy = "Begin the file with a line `+++`, then title, minutes and competences, then \
                      another line `+++`.";
        faults.add(&at, "the lesson has no head between two lines `+++`", remedy);
        return None;
    };
    let place = Place { source, base: toml.start };
    let table = parse_toml(&source.text[toml], place, faults);
    let mut reader = Reader::new(source, faults);
    reader.scan(body);
    let screens = reader.finish();
    let table = table?;
    let mut fields = Fields::root(&table, place, "the lesson's head", faults);
    let title = fields.need_plain("title", "\"…\"");
    let minutes = fields.need_whole("minutes", 1..=15);
    let competences = competences(&mut fields, head);
    fields.finish();
    if let Some(minutes) = &minutes {
        warn_of_length(&screens, minutes, faults);
    }
    let lesson = Lesson {
        id: id?,
        title: title.map(|t| t.value).unwrap_or_default(),
        minutes: minutes.map_or(1, |m| u8::try_from(m.value).expect("at most 15")),
        competences: competences.iter().map(|c| c.value.clone()).collect(),
        screens,
    };
    let Reader { checks, facts, media, .. } = reader;
    Some(LessonFile { lesson, at, competences, checks, facts, media })
}

/// The head's text and the body after it.
fn split_head(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let mut offset = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let next = offset + line.len();
        match (line.trim_end() == "+++", start) {
            (true, None) => start = Some(next),
            (true, Some(start)) => return Some((start..offset, next..text.len())),
            (false, None) => return None,
            (false, Some(_)) => {}
        }
        offset = next;
    }
    None
}

fn warn_of_length(screens: &[Screen], minutes: &Placed<u32>, faults: &Faults) {
    let words: usize = screens.iter().flat_map(|s| &s.blocks).map(words_in).sum();
    let words_max = minutes.value as usize * WORDS_PER_MINUTE;
    if words > words_max {
        let what = format!("{words} words are much for {} minutes", minutes.value);
        faults.warn(&minutes.at, what, "Say more minutes, or fewer words.");
    }
}

fn words_in(block: &Block) -> usize {
    let count = |line: &LineText| line.text().split_whitespace().count();
    match block {
        Block::Text(line) | Block::Heading(line) | Block::Audio { words: line, .. } => count(line),
        Block::Steps(lines) | Block::List(lines) => lines.iter().map(count).sum(),
        Block::Tip(blocks) | Block::Warning(blocks) | Block::Remember(blocks) => {
            // Containers hold no containers, so this goes one level down only.
            blocks.iter().map(words_in).sum()
        }
        Block::Fact { words, .. } => words.as_ref().map_or(0, count),
        Block::Picture { .. } | Block::Check(_) => 0,
    }
}

/// A container whose closing line has not come yet.
struct Open<'a> {
    name: &'a str,
    argument: &'a str,
    offset: usize,
    body_start: usize,
}

struct Reader<'a> {
    source: &'a Source,
    faults: &'a Faults,
    screens: Vec<Screen>,
    /// Where the last screen begins.
    screen_start: usize,
    remember_at: Option<At>,
    after_remember_told: bool,
    checks: Vec<(usize, Placed<QuestionId>)>,
    facts: Vec<Placed<FactId>>,
    media: Vec<Placed<String>>,
    /// Where the last block that is no check begins, and the last check: for the lesson's end.
    last_other: usize,
    last_check: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, faults: &'a Faults) -> Self {
        Self {
            source,
            faults,
            screens: vec![Screen::default()],
            screen_start: 0,
            remember_at: None,
            after_remember_told: false,
            checks: Vec::new(),
            facts: Vec::new(),
            media: Vec::new(),
            last_other: 0,
            last_check: None,
        }
    }

    fn fault(&self, offset: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.faults.add(&self.source.at(offset), what, remedy);
    }

    fn scan(&mut self, body: Range<usize>) {
        self.screen_start = body.start;
        let text: &'a str = &self.source.text;
        let mut open: Option<Open<'a>> = None;
        let mut plain_start = body.start;
        let mut offset = body.start;
        // One closing line too many follows from a block inside a block: told once is enough.
        let mut forgiven = false;
        for line in text[body.clone()].split_inclusive('\n') {
            let (start, next) = (offset, offset + line.len());
            offset = next;
            let marker = line.trim_end();
            if marker == "---" {
                self.plain_or_unclosed(open.take(), plain_start..start);
                self.end_screen(start, next);
                (plain_start, forgiven) = (next, false);
            } else if let Some(rest) = marker.trim_start().strip_prefix(":::") {
                if marker.starts_with([' ', '\t']) || rest.starts_with([' ', '\t']) {
                    let remedy = "Write `:::` at the line's beginning and the name without space.";
                    self.fault(start, "a space stands before or after `:::`", remedy);
                }
                let rest = rest.trim();
                if rest.is_empty() {
                    match open.take() {
                        Some(container) => self.container(&container, start),
                        None if forgiven => forgiven = false,
                        None => {
                            self.markdown_blocks(plain_start..start);
                            let remedy = "Remove it, or open a block such as `:::tip` before.";
                            self.fault(start, "`:::` closes nothing", remedy);
                        }
                    }
                } else {
                    if let Some(outer) = &open {
                        let line = self.source.at(outer.offset).line;
                        let what = format!("a block begins inside `:::{}`", short(outer.name));
                        let remedy = format!(
                            "Close the block of line {line} with `:::` before; blocks are not \
                             nested."
                        );
                        self.fault(start, what, remedy);
                        self.recover(outer);
                        forgiven = true;
                    } else {
                        self.markdown_blocks(plain_start..start);
                    }
                    let (name, argument) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
                    let argument = argument.trim();
                    open = Some(Open { name, argument, offset: start, body_start: next });
                }
                plain_start = next;
            }
        }
        self.plain_or_unclosed(open, plain_start..body.end);
    }

    fn plain_or_unclosed(&mut self, open: Option<Open<'a>>, plain: Range<usize>) {
        match open {
            Some(open) => {
                let what = format!("`:::{}` is not closed", short(open.name));
                let remedy = "Write a line `:::` where it ends, on the same screen.";
                self.fault(open.offset, what, remedy);
                self.recover(&open);
            }
            None => self.markdown_blocks(plain),
        }
    }

    /// Takes from a block that was not closed what is sure, so that it is not missed elsewhere.
    fn recover(&mut self, open: &Open<'a>) {
        match open.name {
            "check" | "fact" => self.container(open, open.body_start),
            "remember" => {
                self.remember_at = Some(self.source.at(open.offset));
                self.after_remember_told = true;
            }
            _ => {}
        }
    }

    fn end_screen(&mut self, marker: usize, next: usize) {
        self.check_screen(marker, marker);
        self.screens.push(Screen::default());
        self.screen_start = next;
        if self.screens.len() == SCREENS_MAX + 1 {
            let what = format!("the lesson has more than {SCREENS_MAX} screens");
            self.fault(marker, what, "Make two lessons of it.");
        }
    }

    /// Checks the screen that ends at `end`; `marker` is the line to blame if it is empty.
    fn check_screen(&self, end: usize, marker: usize) {
        let text = &self.source.text[self.screen_start..end];
        if text.trim().is_empty() {
            let remedy = "Write something on it, or remove one `---`.";
            self.fault(marker, "a screen is empty", remedy);
        }
        if self.screens.last().is_some_and(|s| s.blocks.len() > BLOCKS_MAX) {
            let what = format!("the screen has more than {BLOCKS_MAX} blocks");
            let first = self.screen_start + leading_space(text);
            self.fault(first, what, "Begin a new screen with `---`.");
        }
    }

    /// Checks what can be said of the whole lesson only, and gives its screens.
    fn finish(&mut self) -> Vec<Screen> {
        self.check_screen(self.source.text.len(), self.screen_start.saturating_sub(1));
        let end = self.source.text.trim_end().len().saturating_sub(1);
        if self.remember_at.is_none() {
            let remedy = "Add `:::remember` with what to keep in mind, before the last check.";
            self.fault(end, "the lesson has no `:::remember`", remedy);
        }
        if self.last_check.is_none_or(|check| check < self.last_other) {
            let remedy = "End it with `:::check ID` and `:::`, ID being a question for checks.";
            self.fault(end, "the lesson does not end with a check", remedy);
        }
        let screens = self.screens.len();
        if !(3..=9).contains(&screens) {
            let at = At::file(&self.source.file);
            let what = format!("the lesson has {screens} screens; 3 to 9 are usual");
            self.faults.warn(&at, what, "Put one idea on a screen, one subject in a lesson.");
        }
        std::mem::take(&mut self.screens)
    }

    /// Puts a block on the screen after checking what may follow what.
    fn push(&mut self, block: Block, offset: usize) {
        let is_check = matches!(block, Block::Check(_));
        let screen = self.screens.last_mut().expect("there is always a screen");
        let after_check = matches!(screen.blocks.last(), Some(Block::Check(_)));
        screen.blocks.push(block);
        if after_check {
            let (what, remedy) = if is_check {
                ("the screen has two checks", "Put a line `---` between them.")
            } else {
                ("something follows the check", "Move it before the check, or to a new screen.")
            };
            self.fault(offset, what, remedy);
        } else if !is_check && self.remember_at.is_some() && !self.after_remember_told {
            self.after_remember_told = true;
            let remedy = "Move it before `:::remember`; only checks may follow.";
            self.fault(offset, "something follows the lesson's summary", remedy);
        }
        if is_check {
            self.last_check = Some(offset);
        } else {
            self.last_other = offset;
        }
    }

    fn container(&mut self, open: &Open<'a>, end: usize) {
        let body = open.body_start..end;
        let simple = matches!(open.name, "tip" | "warning" | "remember");
        if simple && !open.argument.is_empty() {
            let what = format!("words stand behind `:::{}`", open.name);
            self.fault(open.offset, what, "Write them on the next line.");
        }
        match open.name {
            "tip" | "warning" | "remember" => self.box_of_blocks(open, body),
            "fact" => self.fact(open, body),
            "audio" => self.audio(open, body),
            "check" => self.check(open, body),
            other => self.unknown(other, open, end),
        }
    }

    /// Says that there is no such block, and goes on as with the one that was meant.
    fn unknown(&mut self, name: &str, open: &Open<'a>, end: usize) {
        let what = format!("there is no block `:::{}`", short(name));
        let Some(meant) = nearest(name, &CONTAINERS) else {
            return self.fault(open.offset, what, format!("Known are {}.", CONTAINERS.join(", ")));
        };
        self.fault(open.offset, what, format!("Write `:::{meant}`."));
        self.container(&Open { name: meant, ..*open }, end);
    }

    fn box_of_blocks(&mut self, open: &Open<'a>, body: Range<usize>) {
        let mut blocks = Vec::new();
        let is_empty = self.source.text[body.clone()].trim().is_empty();
        for (block, offset) in self.markdown(body) {
            if matches!(block, Block::Text(_) | Block::Steps(_) | Block::List(_)) {
                blocks.push(block);
            } else {
                let what = format!("`:::{}` holds a heading or picture", open.name);
                self.fault(offset, what, "Only words, steps and lists: move it out of the block.");
            }
        }
        if is_empty {
            self.fault(open.offset, format!("`:::{}` is empty", open.name), "Write its words.");
        }
        if blocks.len() > BLOCKS_MAX {
            let what = format!("`:::{}` holds more than {BLOCKS_MAX} blocks", open.name);
            self.fault(open.offset, what, "Shorten it.");
        }
        match open.name {
            "tip" => self.push(Block::Tip(blocks), open.offset),
            "warning" => self.push(Block::Warning(blocks), open.offset),
            _ => {
                if let Some(first) = &self.remember_at {
                    let what = format!("the lesson has a `:::remember` in line {} too", first.line);
                    self.fault(open.offset, what, "Make one of them.");
                    return;
                }
                self.push(Block::Remember(blocks), open.offset);
                self.remember_at = Some(self.source.at(open.offset));
            }
        }
    }

    /// The one paragraph that a block holds, `None` where there is none or a fault.
    fn one_paragraph(&mut self, open: &Open<'a>, body: Range<usize>) -> Option<LineText> {
        let mut words = None;
        for (block, offset) in self.markdown(body) {
            match block {
                Block::Text(line) if words.is_none() => words = Some(line),
                _ => {
                    let what = format!("`:::{}` holds more than one paragraph of words", open.name);
                    self.fault(offset, what, "Move it out of the block.");
                }
            }
        }
        words
    }

    fn fact(&mut self, open: &Open<'a>, body: Range<usize>) {
        let words = self.one_paragraph(open, body);
        let Ok(id) = FactId::parse(open.argument) else {
            let remedy = "Write `:::fact ID`, ID being that of a fact in facts.toml.";
            return self.fault(open.offset, "`:::fact` names no fact", remedy);
        };
        self.facts.push(Placed { value: id.clone(), at: self.source.at(open.offset) });
        self.push(Block::Fact { id, words }, open.offset);
    }

    fn audio(&mut self, open: &Open<'a>, body: Range<usize>) {
        let is_empty = self.source.text[body.clone()].trim().is_empty();
        let words = self.one_paragraph(open, body).unwrap_or_default();
        if is_empty {
            let remedy = "Write what is said, for those who cannot hear it.";
            self.fault(open.offset, "`:::audio` has no words", remedy);
        }
        if !is_file_name(open.argument, &[".opus"]) {
            let remedy = "Write `:::audio loi-chao.opus`, a file in media/.";
            return self.fault(open.offset, "`:::audio` names no Opus file", remedy);
        }
        let file = open.argument.to_owned();
        self.media.push(Placed { value: file.clone(), at: self.source.at(open.offset) });
        self.push(Block::Audio { file, words }, open.offset);
    }

    fn check(&mut self, open: &Open<'a>, body: Range<usize>) {
        if !self.source.text[body.clone()].trim().is_empty() {
            let inside = body.start + leading_space(&self.source.text[body]);
            let remedy = "Remove it; the question stands in a quiz file with use = \"check\".";
            self.fault(inside, "`:::check` holds something", remedy);
        }
        let Ok(id) = QuestionId::parse(open.argument) else {
            let remedy = "Write `:::check ID`, ID being that of a question for checks.";
            self.last_check = Some(open.offset);
            return self.fault(open.offset, "`:::check` names no question", remedy);
        };
        let placed = Placed { value: id.clone(), at: self.source.at(open.offset) };
        self.checks.push((self.screens.len() - 1, placed));
        self.push(Block::Check(id), open.offset);
    }

    fn markdown_blocks(&mut self, range: Range<usize>) {
        for (block, offset) in self.markdown(range) {
            self.push(block, offset);
        }
    }

    /// Parses Markdown between markers into blocks with the byte where each begins.
    fn markdown(&mut self, range: Range<usize>) -> Vec<(Block, usize)> {
        let base = range.start;
        let text: &'a str = &self.source.text[range];
        let events = Parser::new_ext(text, Options::empty()).into_offset_iter();
        for (_, definition) in events.reference_definitions().iter() {
            let remedy = "A course has no links: write the address as plain words.";
            let at = base + definition.span.start;
            self.fault(at, "a link is defined here", remedy);
        }
        let mut events = events;
        let mut blocks = Vec::new();
        while let Some((event, at)) = events.next() {
            let Event::Start(tag) = event else {
                self.refuse_block(&event, base + at.start);
                continue;
            };
            let end = tag.to_end();
            let inner = take_until(&mut events, end);
            let part = Part { text, base, at };
            match tag {
                Tag::Paragraph => blocks.extend(self.paragraph(&inner, &part)),
                Tag::Heading { level, .. } => blocks.extend(self.heading(level, &inner, &part)),
                Tag::List(first) => blocks.extend(self.list(first, &inner, &part)),
                other => self.refuse_block(&Event::Start(other), base + part.at.start),
            }
        }
        blocks
    }

    fn refuse_block(&self, event: &Event<'_>, offset: usize) {
        let (what, remedy) = match event {
            Event::Rule => {
                ("a line is drawn here", "Write exactly `---` to begin a new screen, or remove it.")
            }
            Event::Html(_) | Event::Start(Tag::HtmlBlock) => {
                ("raw HTML stands here", "Remove it; for a plain < write `\\<`.")
            }
            Event::Start(Tag::CodeBlock(_)) => {
                ("a block of code stands here", "Write plain words, not indented by four spaces.")
            }
            Event::Start(Tag::BlockQuote(_)) => {
                ("a quotation stands here", "Write `:::tip` or plain words.")
            }
            _ => ("this Markdown is not used in courses", "Write plain words."),
        };
        self.fault(offset, what, remedy);
    }

    fn line(&self, events: &[inline::Placed<'a>], part: &Part<'a>) -> LineText {
        inline(events, part.text, &mut |at, what, remedy| self.fault(part.base + at, what, remedy))
    }

    fn paragraph(
        &mut self,
        inner: &[inline::Placed<'a>],
        part: &Part<'a>,
    ) -> Option<(Block, usize)> {
        let offset = part.base + part.at.start;
        if let [(Event::Start(Tag::Image { dest_url, title, .. }), _), alt @ .., (last, _)] = inner
            && *last == Event::End(TagEnd::Image)
            && !alt.iter().any(|(e, _)| *e == Event::End(TagEnd::Image))
        {
            if !title.is_empty() {
                let remedy = "Write `![words](file.svg)`.";
                self.fault(offset, "the picture has a title that nobody would see", remedy);
            }
            return self.picture(dest_url, alt, part, offset);
        }
        let words = self.line(inner, part);
        (!words.is_empty()).then_some((Block::Text(words), offset))
    }

    fn picture(
        &mut self,
        file: &str,
        alt: &[inline::Placed<'a>],
        part: &Part<'a>,
        offset: usize,
    ) -> Option<(Block, usize)> {
        let alt = self.line(alt, part);
        if alt.is_empty() {
            let remedy = "Write what is seen: `![words](file.svg)`.";
            self.fault(offset, "the picture has no words for those who cannot see it", remedy);
        }
        if alt.0.len() > 1 {
            self.fault(offset, "the picture's words are stressed", "Write them without stars.");
        }
        if !is_file_name(file, &[".svg"]) {
            let what = format!("{:?} is no picture of this course", short(file));
            self.fault(offset, what, "Write the name of an SVG file in media/, such as khoa.svg.");
            return None;
        }
        let file = file.to_owned();
        self.media.push(Placed { value: file.clone(), at: self.source.at(offset) });
        Some((Block::Picture { file, alt: alt.text() }, offset))
    }

    fn heading(
        &self,
        level: HeadingLevel,
        inner: &[inline::Placed<'a>],
        part: &Part<'a>,
    ) -> Option<(Block, usize)> {
        let offset = part.base + part.at.start;
        if level != HeadingLevel::H2 || !part.text[part.at.clone()].trim_start().starts_with("##") {
            let remedy = "Write `## words`; the lesson's title stands in its head.";
            self.fault(offset, "this kind of heading is not used", remedy);
        }
        let words = self.line(inner, part);
        if words.is_empty() {
            self.fault(offset, "the heading has no words", "Write `## words`, or remove it.");
            return None;
        }
        Some((Block::Heading(words), offset))
    }

    fn list(
        &self,
        first: Option<u64>,
        inner: &[inline::Placed<'a>],
        part: &Part<'a>,
    ) -> Option<(Block, usize)> {
        let offset = part.base + part.at.start;
        if first.is_some_and(|n| n != 1) {
            let what = "the numbered list does not begin with 1";
            self.fault(offset, what, "Begin with `1.`; steps are always counted from 1.");
        }
        let mut items = Vec::new();
        let mut rest = inner.iter();
        while let Some((event, at)) = rest.next() {
            if !matches!(event, Event::Start(Tag::Item)) {
                continue;
            }
            // A nested list is refused inside the item, so its items never end this one early.
            let mut depth = 0usize;
            let mut item = Vec::new();
            for (event, range) in rest.by_ref() {
                match event {
                    Event::Start(Tag::Item) => depth += 1,
                    Event::End(TagEnd::Item) if depth == 0 => break,
                    Event::End(TagEnd::Item) => depth -= 1,
                    _ => {}
                }
                item.push((event.clone(), range.clone()));
            }
            items.extend(self.item(&item, part, part.base + at.start));
        }
        let block = if first.is_some() { Block::Steps(items) } else { Block::List(items) };
        Some((block, offset))
    }

    /// One paragraph of a list; the parser gives it with or without paragraph marks around it.
    fn item(
        &self,
        events: &[inline::Placed<'a>],
        part: &Part<'a>,
        offset: usize,
    ) -> Option<LineText> {
        let is_paragraph = |e: &Event<'_>| {
            matches!(e, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
        };
        let starts = events.iter().filter(|(e, _)| matches!(e, Event::Start(Tag::Paragraph)));
        if let Some((_, second)) = starts.clone().nth(1) {
            let remedy = "Write one paragraph, or end the list before it.";
            self.fault(part.base + second.start, "the item has two paragraphs", remedy);
            return None;
        }
        let nested = |e: &Event<'_>| match e {
            Event::Start(Tag::List(_)) => Some("a list stands inside a list"),
            Event::Start(Tag::CodeBlock(_)) => Some("code stands in a list"),
            Event::Start(Tag::Heading { .. }) => Some("a heading stands in a list"),
            Event::Start(Tag::BlockQuote(_)) => Some("a quotation stands in a list"),
            Event::Start(Tag::HtmlBlock) => Some("raw HTML stands in a list"),
            Event::Rule => Some("a line is drawn in a list"),
            _ => None,
        };
        if let Some((what, at)) = events.iter().find_map(|(e, at)| Some((nested(e)?, at))) {
            let remedy = "Write one paragraph an item, and nothing else.";
            self.fault(part.base + at.start, what, remedy);
            return None;
        }
        let words: Vec<_> = events.iter().filter(|(e, _)| !is_paragraph(e)).cloned().collect();
        let words = self.line(&words, part);
        if words.is_empty() {
            self.fault(offset, "the item has no words", "Write its words, or remove it.");
            return None;
        }
        Some(words)
    }
}

/// A piece of Markdown within its text, and where that text begins in the file.
struct Part<'a> {
    text: &'a str,
    base: usize,
    at: Range<usize>,
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// All events up to the end of the block that has just begun, without that end.
fn take_until<'a>(
    events: &mut impl Iterator<Item = inline::Placed<'a>>,
    end: TagEnd,
) -> Vec<inline::Placed<'a>> {
    let mut depth = 0usize;
    let mut taken = Vec::new();
    for (event, at) in events {
        match &event {
            Event::Start(tag) if tag.to_end() == end => depth += 1,
            Event::End(e) if *e == end && depth == 0 => break,
            Event::End(e) if *e == end => depth -= 1,
            _ => {}
        }
        taken.push((event, at));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        let source = Source::new("lessons/a.md", text.to_owned());
        let faults = Faults::default();
        let mut reader = Reader::new(&source, &faults);
        reader.scan(0..text.len());
        let screens = std::mem::take(&mut reader.screens);
        assert_eq!(faults.into_sorted().0, []);
        screens.into_iter().flat_map(|s| s.blocks).collect()
    }

    #[test]
    fn each_kind_of_markdown_becomes_its_block() {
        let plain = LineText::plain;
        let text = "## Đầu\r\n\r\nmột\nhai\n\n1. a\n2. b\n\n- c\n\n- d\n\n![e](f.svg)\n:::fact g\n:::\n\
                    :::tip\nh\n\n- i\n:::\n:::audio k.opus\nl\n:::\n:::check m\n:::\n";
        let expected = [
            Block::Heading(plain("Đầu")),
            Block::Text(plain("một hai")),
            Block::Steps(vec![plain("a"), plain("b")]),
            Block::List(vec![plain("c"), plain("d")]),
            Block::Picture { file: "f.svg".into(), alt: "e".into() },
            Block::Fact { id: FactId::parse("g").unwrap(), words: None },
            Block::Tip(vec![Block::Text(plain("h")), Block::List(vec![plain("i")])]),
            Block::Audio { file: "k.opus".into(), words: plain("l") },
            Block::Check(QuestionId::parse("m").unwrap()),
        ];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn a_line_of_three_dashes_is_a_new_screen_even_below_words() {
        let source = Source::new("lessons/a.md", "một\n---\nhai\n".to_owned());
        let faults = Faults::default();
        let mut reader = Reader::new(&source, &faults);
        reader.scan(0..source.text.len());
        assert_eq!(reader.screens.len(), 2);
    }

    #[test]
    fn a_lesson_is_named_by_its_file() {
        let id = |name| lesson_id(name).map(|id| id.to_string());
        assert_eq!(id("02-ma-otp.md").as_deref(), Some("ma-otp"));
        assert_eq!(id("156.md").as_deref(), Some("156"));
        assert_eq!(id("otp.md").as_deref(), Some("otp"));
        assert_eq!(id("02-.md"), None);
        assert_eq!(id("02-otp.txt"), None);
    }
}
