//! The parts of a course as a reader gets them: already parsed, nothing of the author's files left.
//!
//! The forms here are those inside a pack (`docs/formats.md`, section 2): CBOR maps with small
//! integer keys. A key is never reused; a reader skips keys that it does not know.

use std::fmt;

use minicbor::decode::{self, Decoder};
use minicbor::{Decode, Encode};

use crate::ids::{CompetenceCode, CourseId, FactId, Lang, LessonId, QuestionId};

/// One paragraph of words, some of them stressed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct LineText(#[cbor(n(0), decode_with = "decode_spans")] pub Vec<Span>);

/// Nearly every line has one span, where a `Vec` that grows by itself takes room for four: for the
/// questions of a large course that is three quarters of their memory.
fn decode_spans<Ctx>(d: &mut Decoder<'_>, ctx: &mut Ctx) -> Result<Vec<Span>, decode::Error> {
    let mut spans = Vec::with_capacity(1);
    for span in d.array_iter_with(ctx)? {
        spans.push(span?);
    }
    Ok(spans)
}

impl LineText {
    /// Words without any stress.
    pub fn plain(text: &str) -> Self {
        Self(vec![Span { text: text.to_owned(), style: SpanStyle::Plain }])
    }

    /// The words alone.
    pub fn text(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.trim().is_empty())
    }
}

/// Words of one style.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Span {
    /// The words, NFC.
    #[n(0)]
    pub text: String,
    /// How they are stressed.
    #[n(1)]
    pub style: SpanStyle,
}

/// How words are stressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum SpanStyle {
    /// Not at all.
    #[default]
    #[n(0)]
    Plain,
    /// Important: bold.
    #[n(1)]
    Strong,
    /// Stressed: italic.
    #[n(2)]
    Emphasis,
}

/// One piece of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Block {
    /// A paragraph.
    #[n(0)]
    Text(#[n(0)] LineText),
    /// A heading within the lesson.
    #[n(1)]
    Heading(#[n(0)] LineText),
    /// Things to do, in this order.
    #[n(2)]
    Steps(#[n(0)] Vec<LineText>),
    /// Things without order.
    #[n(3)]
    List(#[n(0)] Vec<LineText>),
    /// A picture of the course's media and what it shows.
    #[n(4)]
    Picture {
        /// File name in the pack's `media/`.
        #[n(0)]
        file: String,
        /// What is seen, for somebody who cannot see it.
        #[n(1)]
        alt: String,
    },
    /// Good advice.
    #[n(5)]
    Tip(#[n(0)] Vec<Block>),
    /// A danger.
    #[n(6)]
    Warning(#[n(0)] Vec<Block>),
    /// The lesson's summary.
    #[n(7)]
    Remember(#[n(0)] Vec<Block>),
    /// A fact with source and date.
    #[n(8)]
    Fact {
        /// Which fact.
        #[n(0)]
        id: FactId,
        /// Words in place of the fact's own.
        #[n(1)]
        words: Option<LineText>,
    },
    /// Something to hear, and its words.
    #[n(9)]
    Audio {
        /// File name in the pack's `media/`.
        #[n(0)]
        file: String,
        /// What is said.
        #[n(1)]
        words: LineText,
    },
    /// A question to try at once.
    #[n(10)]
    Check(#[n(0)] QuestionId),
}

/// What is seen at once: one idea.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct Screen {
    /// From top to bottom.
    #[n(0)]
    pub blocks: Vec<Block>,
}

/// A lesson in one language.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Lesson {
    /// Its id within the course.
    #[n(0)]
    pub id: LessonId,
    /// Its name for readers.
    #[n(1)]
    pub title: String,
    /// How long an unhurried reader takes, in minutes.
    #[n(2)]
    pub minutes: u8,
    /// What it teaches.
    #[n(3)]
    pub competences: Vec<CompetenceCode>,
    /// Its screens in order.
    #[n(4)]
    pub screens: Vec<Screen>,
}

/// A course's name and summary in one language, and what all languages share.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CourseInfo {
    /// The course's id, which is its pack's.
    #[n(0)]
    pub id: CourseId,
    /// The language that everything exists in.
    #[n(1)]
    pub language: Lang,
    /// Its name for readers.
    #[n(2)]
    pub title: String,
    /// What it is about, in one sentence.
    #[n(3)]
    pub summary: String,
    /// File name of its pictogram in the pack's `media/`.
    #[n(4)]
    pub picture: String,
    /// What it teaches.
    #[n(5)]
    pub competences: Vec<CompetenceCode>,
    /// Place in the list of courses; lower is earlier.
    #[n(6)]
    pub order: u32,
    /// SPDX name of the licence.
    #[n(7)]
    pub licence: String,
    /// Lesson ids in order.
    #[n(8)]
    pub lessons: Vec<LessonId>,
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(array)]
pub struct Day {
    /// Year, such as 2026.
    #[n(0)]
    pub year: u16,
    /// Month, 1 to 12.
    #[n(1)]
    pub month: u8,
    /// Day of the month, 1 to 31.
    #[n(2)]
    pub day: u8,
}

impl Day {
    /// The day in UTC+7 that a device time in seconds since 1970 falls on (algorithm: Howard
    /// Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
    pub fn in_vietnam(now_s: i64) -> Self {
        let days = now_s.saturating_add(7 * 3600).div_euclid(86_400).clamp(-700_000, 2_900_000);
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        let small = |n: i64| u8::try_from(n).expect("a month or day is below 32");
        Self {
            year: u16::try_from(year.max(0)).unwrap_or(u16::MAX),
            month: small(month),
            day: small(doy - (153 * mp + 2) / 5 + 1),
        }
    }

    /// As machines of every country read it, and as names of files sort: 2026-11-22.
    pub fn iso(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What clocks in UTC+7 show at a device time in seconds since 1970, such as 09:13.
pub fn clock_in_vietnam(now_s: i64) -> String {
    let of_day = now_s.saturating_add(7 * 3_600).rem_euclid(86_400);
    format!("{:02}:{:02}", of_day / 3_600, of_day / 60 % 60)
}

impl fmt::Display for Day {
    /// As Vietnamese readers write it: 22/11/2026.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}/{}", self.day, self.month, self.year)
    }
}

/// How well a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum FactStatus {
    /// Read in a published source.
    #[n(0)]
    Read,
    /// From a single secondary source.
    #[n(1)]
    OneSource,
    /// Not confirmed; its text says so.
    #[n(2)]
    Unverified,
}

/// A law, date, number or service that a lesson states, with where it was read and when.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fact {
    /// Its id within the course.
    #[n(0)]
    pub id: FactId,
    /// The fact in a reader's words.
    #[n(1)]
    pub text: LineText,
    /// Where it was read.
    #[n(2)]
    pub source: String,
    /// When somebody last read it there.
    #[n(3)]
    pub checked_on: Day,
    /// From this day on it is shown as "to be checked again".
    #[n(4)]
    pub review_after: Day,
    /// How well it is known.
    #[n(5)]
    pub status: FactStatus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_in_vietnam() {
        let day = |year, month, day| Day { year, month, day };
        assert_eq!(Day::in_vietnam(0), day(1970, 1, 1));
        assert_eq!(Day::in_vietnam(1_795_391_999), day(2026, 11, 23));
        assert_eq!(Day::in_vietnam(951_782_400), day(2000, 2, 29));
        assert_eq!(Day::in_vietnam(i64::MAX).year, 9909);
        Day::in_vietnam(i64::MIN);
    }
}
