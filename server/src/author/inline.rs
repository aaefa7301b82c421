//! Line texts: one paragraph of words, some of them stressed with `**strong**` or `*emphasis*`.
//!
//! Markdown has much more than that; whatever more is found is a fault, since it would be lost.

use std::ops::Range;

use hocvu_core::course::{LineText, Span, SpanStyle};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_normalization::UnicodeNormalization;

use super::fault::{At, Faults};
use super::folder::is_hidden;

/// An event of the Markdown parser and the bytes that it comes from.
pub(super) type Placed<'a> = (Event<'a>, Range<usize>);

/// Stands before a text so that nothing in it begins a list, heading or quotation.
const GUARD: &str = "x ";

/// Reads a line text of a TOML file.
pub(super) fn line_text(text: &str, at: &At, faults: &Faults) -> Option<LineText> {
    let before = faults.count();
    if text.lines().any(|line| line.trim().is_empty()) {
        faults.add(at, "the text has more than one paragraph", "Write one paragraph.");
        return None;
    }
    let joined = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let source = format!("{GUARD}{joined}");
    let mut events: Vec<Placed<'_>> =
        Parser::new_ext(&source, Options::empty()).into_offset_iter().collect();
    // The guard makes the whole text one paragraph; its two events say nothing.
    events.retain(|(e, _)| {
        !matches!(e, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
    });
    let mut words = inline(&events, &source, &mut |_, what, remedy| faults.add(at, what, remedy));
    if let Some(first) = words.0.first_mut() {
        first.text.replace_range(..first.text.len().min(GUARD.len()), "");
    }
    words.0.retain(|span| !span.text.is_empty());
    if faults.count() > before {
        return None;
    }
    if words.is_empty() {
        faults.add(at, "the text has no words", "Write the words.");
        return None;
    }
    Some(words)
}

/// Makes spans of the events inside one paragraph.
///
/// `fault` is called with a byte of `source`, what is wrong there, and a remedy.
pub(super) fn inline(
    events: &[Placed<'_>],
    source: &str,
    fault: &mut dyn FnMut(usize, &str, &str),
) -> LineText {
    let mut words = Words::default();
    let mut told_stars = false;
    for (event, range) in events {
        match event {
            Event::Text(text) => {
                if text.chars().any(is_hidden) {
                    fault(range.start, "an invisible character stands here", "Remove it.");
                }
                if !told_stars && is_stray_star(source, range) {
                    told_stars = true;
                    fault(range.start, UNCLOSED.0, UNCLOSED.1);
                }
                words.push(text);
            }
            Event::SoftBreak | Event::HardBreak => words.push(" "),
            Event::Start(Tag::Strong) => words.begin(SpanStyle::Strong, source, range, fault),
            Event::Start(Tag::Emphasis) => words.begin(SpanStyle::Emphasis, source, range, fault),
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => words.depth -= 1,
            Event::End(_) => {}
            other => {
                let (what, remedy) = refused(other);
                fault(range.start, what, remedy);
            }
        }
    }
    words.finish()
}

const UNCLOSED: (&str, &str) = (
    "`**` is not closed, or not closed where a word ends",
    "Write `**words**` with no space inside; a star that is meant is written `\\*`.",
);

/// What is no line text, and what to do about it.
fn refused(event: &Event<'_>) -> (&'static str, &'static str) {
    match event {
        Event::Start(Tag::Link { .. }) => {
            ("a link stands here, and a course has no links", "Write the address as plain words.")
        }
        Event::Start(Tag::Image { .. }) => (
            "a picture stands between words",
            "Give it a paragraph of its own, with an empty line before and after it.",
        ),
        Event::Code(_) => ("code marks (`) stand here", "Write **words** to stress them."),
        Event::Html(_) | Event::InlineHtml(_) => {
            ("raw HTML stands here", "Remove it; for a plain < write `\\<`.")
        }
        _ => ("this Markdown is not used in courses", "Write plain words."),
    }
}

/// Whether a star that stresses nothing stands beside another: a `**` that was never closed.
fn is_stray_star(source: &str, range: &Range<usize>) -> bool {
    let bytes = source.as_bytes();
    let byte = |i: Option<usize>| i.and_then(|i| bytes.get(i)).copied();
    let before = byte(range.start.checked_sub(1));
    byte(Some(range.start)) == Some(b'*')
        && range.len() == 1
        && before != Some(b'\\')
        && (before == Some(b'*') || byte(Some(range.end)) == Some(b'*'))
}

#[derive(Default)]
struct Words {
    spans: Vec<Span>,
    style: SpanStyle,
    depth: usize,
}

impl Words {
    fn begin(
        &mut self,
        style: SpanStyle,
        source: &str,
        range: &Range<usize>,
        fault: &mut dyn FnMut(usize, &str, &str),
    ) {
        if source.as_bytes().get(range.start) == Some(&b'_') {
            fault(range.start, "words are stressed with `_`", "Write `**words**` or `*words*`.");
        } else if self.depth > 0 {
            let remedy = "Use either `**words**` or `*words*`.";
            fault(range.start, "words are stressed twice over", remedy);
        }
        self.depth += 1;
        self.style = style;
    }

    fn push(&mut self, text: &str) {
        let style = if self.depth > 0 { self.style } else { SpanStyle::Plain };
        match self.spans.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), style }),
        }
    }

    /// Single spaces, none at the ends, no empty span, NFC.
    fn finish(self) -> LineText {
        let mut spans: Vec<Span> = Vec::new();
        let mut after_space = true;
        for span in self.spans {
            let mut text = String::new();
            for c in span.text.nfc() {
                let is_space = matches!(c, ' ' | '\t' | '\n' | '\r');
                if !(is_space && after_space) {
                    text.push(if is_space { ' ' } else { c });
                }
                after_space = is_space;
            }
            if !text.is_empty() {
                spans.push(Span { text, style: span.style });
            }
        }
        while let Some(last) = spans.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if !last.text.is_empty() {
                break;
            }
            spans.pop();
        }
        LineText(spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<LineText, String> {
        let faults = Faults::default();
        let line = line_text(text, &At::file("f"), &faults);
        line.ok_or_else(|| faults.into_sorted().0[0].what.clone())
    }

    #[test]
    fn words_keep_their_stress_and_lose_surplus_spaces() {
        let line = read("gọi  **156**, *không* mất\ntiền").unwrap();
        let spans: Vec<_> = line.0.iter().map(|s| (s.text.as_str(), s.style)).collect();
        assert_eq!(
            spans,
            [
                ("gọi ", SpanStyle::Plain),
                ("156", SpanStyle::Strong),
                (", ", SpanStyle::Plain),
                ("không", SpanStyle::Emphasis),
                (" mất tiền", SpanStyle::Plain),
            ]
        );
    }

    #[test]
    fn a_text_may_begin_like_a_list_or_heading() {
        for text in ["1. Mở máy", "- 5 độ", "# 5", "> 3", "*101# để xem tiền", "3 * 4 = 12"]
        {
            assert_eq!(read(text).unwrap().text(), text);
        }
        assert_eq!(read("**a** b").unwrap().0[0].text, "a");
        assert_eq!(read("bấm \\*\\*21\\*").unwrap().text(), "bấm **21*");
    }

    #[test]
    fn whatever_would_be_lost_is_a_fault() {
        for (text, what) in [
            ("a **b", "not closed"),
            ("**a*", "not closed"),
            ("_a_ b", "stressed with `_`"),
            ("***a***", "twice over"),
            ("[a](b)", "link"),
            ("<http://a.b>", "link"),
            ("![a](b.svg)", "picture"),
            ("`a`", "code"),
            ("a <b>c</b>", "HTML"),
            ("a\n\nb", "more than one paragraph"),
            ("&#8238;", "invisible"),
        ] {
            let fault = read(text).expect_err(text);
            assert!(fault.contains(what), "{text}: {fault}");
        }
    }
}
