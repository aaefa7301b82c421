//! A lesson as a screen shows it: already parsed, with everything that it names beside it.

use hocvu_core::course::{
    Block, Day, Fact, FactStatus, InLang, LessonPage, LessonPicture, LineText, Screen, Span,
    SpanStyle,
};
use hocvu_core::ids::{FactId, Lang, LessonId, QuestionId};

use crate::question::QuestionView;

/// How words are stressed.
#[uniffi::remote(Enum)]
#[uniffi(name = "SpanStyleView")]
pub enum SpanStyle {
    /// Not at all.
    Plain,
    /// Important: bold.
    Strong,
    /// Stressed: italic.
    Emphasis,
}

/// Words of one style.
#[uniffi::remote(Record)]
#[uniffi(name = "SpanView")]
pub struct Span {
    /// The words.
    pub text: String,
    /// How they are stressed.
    pub style: SpanStyle,
}

uniffi::custom_type!(LineText, Vec<Span>, {
    remote,
    lower: |line| line.0,
    try_lift: |spans| Ok(LineText(spans)),
});

/// A day of the calendar.
#[uniffi::remote(Record)]
#[uniffi(name = "DayView")]
pub struct Day {
    /// Year, such as 2026.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

/// How well a fact is known.
#[uniffi::remote(Enum)]
#[uniffi(name = "FactStatusView")]
pub enum FactStatus {
    /// Read in a published source.
    Read,
    /// From a single secondary source.
    OneSource,
    /// Not confirmed; its text says so.
    Unverified,
}

/// A law, date, number or service that a lesson states, with where it was read and when.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FactView {
    /// Its id within the course.
    pub id: FactId,
    /// The language of its words.
    pub lang: Option<Lang>,
    /// The fact in a reader's words.
    pub text: LineText,
    /// Where it was read.
    pub source: String,
    /// When somebody last read it there.
    pub checked_on: Day,
    /// From this day on it is shown as "to be checked again".
    pub review_after: Day,
    /// How well it is known.
    pub status: FactStatus,
}

impl From<Fact> for FactView {
    fn from(fact: Fact) -> Self {
        let Fact { id, text, source, checked_on, review_after, status } = fact;
        Self { id, lang: None, text, source, checked_on, review_after, status }
    }
}

impl From<InLang<Fact>> for FactView {
    fn from(fact: InLang<Fact>) -> Self {
        Self { lang: Some(fact.lang), ..fact.value.into() }
    }
}

/// A picture of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PictureView {
    /// The name that blocks and questions name it by.
    pub file: String,
    /// SVG of the small part that `docs/formats.md` lists; verified when its pack was installed.
    pub svg: Vec<u8>,
}

impl From<LessonPicture> for PictureView {
    fn from(picture: LessonPicture) -> Self {
        let LessonPicture { file, svg } = picture;
        Self { file, svg }
    }
}

/// One piece of a screen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum BlockView {
    /// A paragraph.
    Text {
        /// Its words.
        words: LineText,
    },
    /// A heading within the lesson.
    Heading {
        /// Its words.
        words: LineText,
    },
    /// Things to do, in this order.
    Steps {
        /// Each thing.
        steps: Vec<LineText>,
    },
    /// Things without order.
    Points {
        /// Each thing.
        points: Vec<LineText>,
    },
    /// A picture, which is among the lesson's pictures unless it is not held (any more).
    Picture {
        /// Its name.
        file: String,
        /// What is seen, for somebody who cannot see it.
        alt: String,
    },
    /// Good advice.
    Tip {
        /// From top to bottom.
        blocks: Vec<BlockView>,
    },
    /// A danger.
    Warning {
        /// From top to bottom.
        blocks: Vec<BlockView>,
    },
    /// The lesson's summary.
    Remember {
        /// From top to bottom.
        blocks: Vec<BlockView>,
    },
    /// A fact, which is among the lesson's facts.
    Fact {
        /// Which.
        id: FactId,
        /// Words in place of the fact's own.
        words: Option<LineText>,
    },
    /// Something to hear; `CourseRoom.media` has its bytes.
    Audio {
        /// Its name.
        file: String,
        /// What is said.
        words: LineText,
    },
    /// A question to try at once, which is among the lesson's checks.
    Check {
        /// Which.
        question: QuestionId,
    },
}

impl From<Block> for BlockView {
    fn from(block: Block) -> Self {
        let all = |blocks: Vec<Block>| blocks.into_iter().map(Self::from).collect();
        match block {
            Block::Text(words) => Self::Text { words },
            Block::Heading(words) => Self::Heading { words },
            Block::Steps(steps) => Self::Steps { steps },
            Block::List(points) => Self::Points { points },
            Block::Picture { file, alt } => Self::Picture { file, alt },
            Block::Tip(blocks) => Self::Tip { blocks: all(blocks) },
            Block::Warning(blocks) => Self::Warning { blocks: all(blocks) },
            Block::Remember(blocks) => Self::Remember { blocks: all(blocks) },
            Block::Fact { id, words } => Self::Fact { id, words },
            Block::Audio { file, words } => Self::Audio { file, words },
            Block::Check(question) => Self::Check { question },
        }
    }
}

/// What is seen at once: one idea.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ScreenView {
    /// From top to bottom.
    pub blocks: Vec<BlockView>,
}

impl From<Screen> for ScreenView {
    fn from(screen: Screen) -> Self {
        Self { blocks: screen.blocks.into_iter().map(BlockView::from).collect() }
    }
}

/// A lesson and all that it shows: swiping asks nothing more.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LessonView {
    /// Its id within the course.
    pub id: LessonId,
    /// The language of its words, which may be another than was chosen.
    pub lang: Lang,
    /// The name of its course.
    pub course_title: String,
    /// Its name.
    pub title: String,
    /// How long an unhurried reader takes, in minutes.
    pub minutes: u8,
    /// Its screens in order.
    pub screens: Vec<ScreenView>,
    /// The screen to go on at, from 0.
    pub screen: u32,
    /// The facts that it names.
    pub facts: Vec<FactView>,
    /// The pictures of its screens and checks.
    pub pictures: Vec<PictureView>,
    /// Its checks, each in the order drawn for this try.
    pub checks: Vec<QuestionView>,
}

impl From<LessonPage> for LessonView {
    fn from(page: LessonPage) -> Self {
        let InLang { lang, value } = page.lesson;
        Self {
            id: value.id,
            lang,
            course_title: page.course_title,
            title: value.title,
            minutes: value.minutes,
            screens: value.screens.into_iter().map(ScreenView::from).collect(),
            screen: page.screen,
            facts: page.facts.into_iter().map(FactView::from).collect(),
            pictures: page.pictures.into_iter().map(PictureView::from).collect(),
            checks: page.checks.into_iter().map(QuestionView::from).collect(),
        }
    }
}
