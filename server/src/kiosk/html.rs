//! Pieces of pages: the layout's context, and the parts of a course as HTML.
//!
//! What authors wrote becomes HTML only here: words are escaped, pictures were validated when their
//! pack was installed and stand in the page as they are, so that they take its colours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use hocvu_core::course::{
    Block, Day, Fact, FactStatus, InLang, LineText, SpanStyle, clock_in_vietnam,
};
use hocvu_core::ids::{FactId, Lang};
use hocvu_core::learner::LearnerView;
pub use hocvu_core::text::you;
use hocvu_core::text::{Messages, capitalised};

use super::assets;
use super::errors::PageError;
use super::session::{TextSize, Visitor};

/// What every page needs of its layout (`templates/base.html`).
pub struct Page {
    /// The texts in the reader's language.
    pub t: &'static Messages,
    /// The page's language.
    pub lang: String,
    /// The page's name, as in the browser's title.
    pub title: String,
    /// How the reader is addressed in a sentence.
    pub you: String,
    /// The token that every form carries.
    pub csrf: String,
    /// Number of the text size.
    pub size: u8,
    /// Whose turn it is.
    pub turn: Turn,
    /// Said once, above everything else.
    pub flash: Option<String>,
    /// Where the switches of language and size come back to.
    pub path: String,
}

/// The bar that says whose turn it is.
pub enum Turn {
    /// Nobody's: the first page and those of the volunteer.
    Nobody,
    /// Somebody who looks without a name.
    Guest,
    /// A learner's.
    Learner {
        /// Such as "Bà Lan".
        name: String,
        /// Her pictogram, as SVG.
        picture: &'static str,
    },
}

impl Page {
    /// Address of the style sheet.
    pub fn style(&self) -> &'static str {
        assets::style_path()
    }

    /// A language's own name.
    pub fn language_name(lang: &str) -> String {
        Lang::parse(lang)
            .map_or_else(|_| lang.to_owned(), |lang| Messages::get(&lang).language_name())
    }

    /// The languages that a reader can choose: code and own name.
    pub fn languages(&self) -> Vec<(&'static str, String)> {
        Messages::langs().iter().map(|lang| (*lang, Self::language_name(lang))).collect()
    }

    /// The text sizes that a reader can choose: number and name.
    pub fn sizes(&self) -> Vec<(u8, String)> {
        let t = self.t;
        let names = [t.text_size_normal(), t.text_size_large(), t.text_size_largest()];
        TextSize::ALL.iter().map(|size| size.number()).zip(names).collect()
    }

    /// The same page without the turn bar.
    pub fn for_nobody(mut self) -> Self {
        self.turn = Turn::Nobody;
        self
    }
}

impl Visitor {
    /// The layout's context for a page of this name.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let turn = match &self.learner {
            Some(learner) => Turn::Learner {
                name: full_name(self.t, learner),
                picture: pictogram(learner.pictogram),
            },
            None => Turn::Guest,
        };
        Page {
            t: self.t,
            lang: self.t.lang().to_owned(),
            title: title.into(),
            you: self.you(),
            csrf: self.csrf(),
            size: self.size.number(),
            turn,
            flash: self.flash.clone(),
            path: self.back.clone(),
        }
    }
}

/// How somebody is called where her name stands alone: "Bà Lan"; something to say when the key of
/// her name is lost.
pub fn full_name(t: &Messages, learner: &LearnerView) -> String {
    match &learner.name {
        Some(name) => capitalised(t.people_name(name, &you(t, learner.address)).trim()),
        None => t.people_nameless(),
    }
}

/// A learner's pictogram as SVG; the first for a number that there is no drawing of.
pub fn pictogram(number: u8) -> &'static str {
    assets::PICTOGRAMS.get(usize::from(number)).unwrap_or(&assets::PICTOGRAMS[0]).1
}

/// What a pictogram shows: "con trâu".
pub fn pictogram_name(t: &Messages, number: u8) -> String {
    (assets::PICTOGRAMS.get(usize::from(number)).unwrap_or(&assets::PICTOGRAMS[0]).0)(t)
}

/// A moment by clocks in Vietnam, as this computer's clock claims it.
pub fn moment(t: &Messages, time_s: i64) -> String {
    t.sync_moment(&t.day(Day::in_vietnam(time_s)), &clock_in_vietnam(time_s))
}

/// Renders a template.
pub fn show(template: &impl Template) -> Result<Response, PageError> {
    match template.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            Err(PageError::Internal)
        }
    }
}

/// Sends the reader to another page of this kiosk, so that loading it again posts nothing twice.
pub fn redirect(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, local_path(to).to_owned())]).into_response()
}

/// A path of this kiosk, or the first page where it is something else: a form's field must not send
/// a reader to another site.
pub fn local_path(path: &str) -> &str {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if plain && path.starts_with('/') && !path.starts_with("//") { path } else { "/" }
}

/// Words safe between tags and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A paragraph's words with their stress.
pub fn line(words: &LineText) -> String {
    let mut html = String::new();
    for span in &words.0 {
        let text = escape(&span.text);
        match span.style {
            SpanStyle::Plain => html.push_str(&text),
            SpanStyle::Strong => put(&mut html, format_args!("<strong>{text}</strong>")),
            SpanStyle::Emphasis => put(&mut html, format_args!("<em>{text}</em>")),
        }
    }
    html
}

/// ` lang="…"` where words are in another language than their page, else nothing.
pub fn lang_attribute(page: &Messages, words: &Lang) -> String {
    if page.lang() == words.as_str() { String::new() } else { format!(" lang=\"{words}\"") }
}

/// A picture in the page; its words where its file is not held.
pub fn picture(t: &Messages, svg: Option<&[u8]>, alt: &str) -> String {
    match svg.and_then(|svg| std::str::from_utf8(svg).ok()) {
        Some(svg) => {
            let alt = escape(alt);
            format!("<div class=\"pic\" role=\"img\" aria-label=\"{alt}\">{}</div>", hide(svg))
        }
        None => format!("<p class=\"note\">{}</p>", escape(&t.picture_missing(alt))),
    }
}

/// A pictogram of a course, which says nothing that the title beside it does not.
pub fn ornament(svg: Option<&[u8]>) -> String {
    svg.and_then(|svg| std::str::from_utf8(svg).ok()).map(hide).unwrap_or_default()
}

/// A drawing without a voice of its own: what is around it speaks.
fn hide(svg: &str) -> String {
    svg.replacen("<svg", "<svg aria-hidden=\"true\" focusable=\"false\"", 1)
}

/// What blocks of a lesson are rendered with.
pub struct Blocks<'a> {
    /// The texts of the page.
    pub t: &'static Messages,
    /// The language of the lesson.
    pub lang: &'a Lang,
    /// The course's facts.
    pub facts: &'a BTreeMap<FactId, InLang<Fact>>,
    /// The pictures that the blocks name, by file.
    pub pictures: &'a BTreeMap<String, Vec<u8>>,
    /// Address of the course's media, such as `/course/otp/media/`.
    pub media: &'a str,
    /// The day, which facts to be checked again are told by.
    pub today: Day,
}

impl Blocks<'_> {
    /// The blocks as HTML, without checks.
    pub fn html(&self, blocks: &[Block]) -> String {
        let mut html = String::new();
        blocks.iter().for_each(|block| self.block(&mut html, block));
        html
    }

    fn block(&self, html: &mut String, block: &Block) {
        match block {
            Block::Text(words) => put(html, format_args!("<p>{}</p>", line(words))),
            Block::Heading(words) => put(html, format_args!("<h2>{}</h2>", line(words))),
            Block::Steps(items) => list(html, "<ol class=\"steps\">", items, "</ol>"),
            Block::List(items) => list(html, "<ul class=\"list\">", items, "</ul>"),
            Block::Picture { file, alt } => {
                let svg = self.pictures.get(file).map(Vec::as_slice);
                html.push_str(&picture(self.t, svg, alt));
            }
            Block::Tip(inner) => self.framed(html, "tip", &self.t.block_tip(), inner),
            Block::Warning(inner) => self.framed(html, "warn", &self.t.block_warning(), inner),
            Block::Remember(inner) => {
                self.framed(html, "remember", &self.t.block_remember(), inner);
            }
            Block::Fact { id, words } => {
                if let Some(fact) = self.facts.get(id) {
                    html.push_str(&self.fact(fact, words.as_ref()));
                }
            }
            Block::Audio { file, words } => self.audio(html, file, words),
            Block::Check(_) => {}
        }
    }

    fn framed(&self, html: &mut String, class: &str, title: &str, inner: &[Block]) {
        let (title, lang) = (escape(title), self.t.lang());
        put(
            html,
            format_args!("<div class=\"{class}\"><p class=\"say\" lang=\"{lang}\">{title}</p>"),
        );
        inner.iter().for_each(|block| self.block(html, block));
        html.push_str("</div>");
    }

    fn fact(&self, fact: &InLang<Fact>, words: Option<&LineText>) -> String {
        let (words, lang) = match words {
            Some(words) => (words, self.lang),
            None => (&fact.value.text, &fact.lang),
        };
        fact_html(self.t, words, lang, &fact.value, self.today)
    }

    fn audio(&self, html: &mut String, file: &str, words: &LineText) {
        let (src, t) = (escape(&format!("{}{file}", self.media)), self.t);
        let (label, none) = (escape(&t.audio_listen()), escape(&t.audio_unavailable()));
        put(
            html,
            format_args!(
                "<audio controls preload=\"none\" aria-label=\"{label}\" src=\"{src}\">{none}</audio>"
            ),
        );
        let said = escape(&t.audio_words());
        put(html, format_args!("<p class=\"note\">{said}</p><p>{}</p>", line(words)));
    }
}

/// A fact with its source and the day it was checked.
pub fn fact_html(t: &Messages, words: &LineText, lang: &Lang, fact: &Fact, today: Day) -> String {
    let said = lang_attribute(t, lang);
    let mut html = format!("<div class=\"fact\"><p{said}>{}</p>", line(words));
    let page_lang = t.lang();
    put(&mut html, format_args!("<div class=\"source\" lang=\"{page_lang}\"><p>"));
    let mut notes = vec![t.fact_checked(&t.day(fact.checked_on))];
    match fact.status {
        FactStatus::Read => {}
        FactStatus::OneSource => notes.push(t.fact_one_source()),
        FactStatus::Unverified => notes.push(t.fact_unverified()),
    }
    if fact.review_after < today {
        notes.push(t.fact_review_due(&t.day(fact.review_after)));
    }
    html.push_str(&escape(&notes.join(" ")));
    let show = escape(&t.fact_source_show());
    let source = escape(&t.fact_source(&fact.source));
    put(
        &mut html,
        format_args!("</p><details><summary>{show}</summary><p>{source}</p></details></div></div>"),
    );
    html
}

fn list(html: &mut String, open: &str, items: &[LineText], close: &str) {
    html.push_str(open);
    for item in items {
        put(html, format_args!("<li>{}</li>", line(item)));
    }
    html.push_str(close);
}

fn put(html: &mut String, words: std::fmt::Arguments<'_>) {
    html.write_fmt(words).expect("writing to memory does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use hocvu_core::course::Span;

    #[test]
    fn words_of_authors_are_never_markup() {
        let strong = Span { text: "<b>&\"'".into(), style: SpanStyle::Strong };
        assert_eq!(line(&LineText(vec![strong])), "<strong>&lt;b&gt;&amp;&quot;&#39;</strong>");
    }

    #[test]
    fn a_moment_is_told_as_clocks_in_vietnam_show_it() {
        let t = Messages::get(&Lang::parse("vi").unwrap());
        assert_eq!(moment(t, 1_795_400_000), "09:13 ngày 23/11/2026");
        assert_eq!(moment(t, 0), "07:00 ngày 01/01/1970");
        let _ = (moment(t, i64::MAX), moment(t, i64::MIN));
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(local_path("/course/a?b=1"), "/course/a?b=1");
        for bad in ["//evil", "https://evil", "/\\evil", "", "a", "/a\r\nx: y", "/a b"] {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }
}
