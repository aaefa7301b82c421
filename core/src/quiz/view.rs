//! What a shell gets to show of quizzes: never the right answer before it was answered.

use super::draw::drawn_order;
use super::grade::{Grade, PartVerdict};
use super::question::{GapPiece, Kind, PictureRef, Question, QuizUse, Response};
use crate::course::{Fact, InLang, LineText};
use crate::ids::{AttemptId, CompetenceCode, CourseId, Lang, LessonId, QuestionId};

/// A question in the order drawn for this attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionView {
    /// The course.
    pub course: CourseId,
    /// The question in it.
    pub id: QuestionId,
    /// The language of its words.
    pub lang: Lang,
    /// What is asked.
    pub prompt: LineText,
    /// A picture above the prompt.
    pub picture: Option<PictureRef>,
    /// How it is answered.
    pub kind: KindView,
    /// A nudge; none in the self-assessment.
    pub hint: Option<LineText>,
    /// What it tells about.
    pub competence: CompetenceCode,
}

/// An option, and the index that goes into the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionView {
    /// Index in the author's order.
    pub index: u8,
    /// Its words.
    pub text: LineText,
}

/// How a question is answered; options stand in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindView {
    /// Choose one.
    Single(Vec<OptionView>),
    /// Choose all that fit.
    Multiple(Vec<OptionView>),
    /// True or false.
    TrueFalse,
    /// Give each left side a right side.
    Match {
        /// In the author's order.
        lefts: Vec<LineText>,
        /// To choose from.
        rights: Vec<OptionView>,
    },
    /// Put in order.
    Order(Vec<OptionView>),
    /// Fill gaps.
    Gap {
        /// Words and gaps in turn.
        text: Vec<GapPiece>,
        /// What each gap may be filled with.
        gaps: Vec<Vec<OptionView>>,
    },
    /// Type a few words.
    Text {
        /// Whether an answer without diacritics counts too.
        marks_optional: bool,
    },
    /// Type a number.
    Number {
        /// Shown behind the field.
        unit: String,
    },
}

/// What is said to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The question as it was shown.
    pub question: QuestionView,
    /// What was answered.
    pub response: Response,
    /// Whether all points were earned.
    pub correct: bool,
    /// Points earned.
    pub points: u32,
    /// Points possible.
    pub possible: u32,
    /// Which parts are right.
    pub parts: Vec<PartVerdict>,
    /// What to say to this answer.
    pub feedback: Vec<LineText>,
    /// Why the right answer is right.
    pub reason: LineText,
    /// The right answer in words, a line each; empty when it was given.
    pub right_answer: Vec<LineText>,
    /// The fact that the reason rests on.
    pub fact: Option<Fact>,
}

/// Where an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptPage {
    /// The next question.
    Question {
        /// From 1.
        number: u32,
        /// How many there are.
        of: u32,
        /// Index to answer it with.
        index: u32,
        /// The question.
        question: Box<QuestionView>,
    },
    /// All is answered or it was stopped.
    Finished,
}

/// An attempt at a quiz or self-assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptView {
    /// Its id.
    pub id: AttemptId,
    /// Practice or self-assessment.
    pub purpose: QuizUse,
    /// The quiz's name; empty for the self-assessment.
    pub title: String,
    /// The course of a practice quiz.
    pub course: Option<CourseId>,
    /// Questions answered.
    pub answered: u32,
    /// Questions drawn.
    pub of: u32,
    /// Where it stands.
    pub page: AttemptPage,
}

/// The self-assessment of a device, and how far somebody is with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentView {
    /// How many questions it has; 0 where no course brings any.
    pub questions: u32,
    /// How long an unhurried reader takes, in minutes.
    pub minutes: u32,
    /// The attempt that waits to be gone on with, and the number of its next question, from 1.
    pub unfinished: Option<(AttemptId, u32)>,
    /// The last finished one.
    pub last: Option<AttemptId>,
}

/// A lesson that would help with a competence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpfulLesson {
    /// The course.
    pub course: CourseId,
    /// The lesson in it.
    pub lesson: LessonId,
    /// The lesson's name.
    pub title: String,
}

/// What an attempt says of one competence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompetenceResult {
    /// The competence.
    pub competence: CompetenceCode,
    /// Questions answered.
    pub answered: u32,
    /// Points earned.
    pub points: u32,
    /// Points possible in what was answered.
    pub possible: u32,
    /// 0 to 4, or `None`: too few answers to say anything.
    pub dots: Option<u8>,
    /// Answers still needed until something can be said.
    pub missing: u32,
    /// Dots of the last finished self-assessment before this one.
    pub before: Option<u8>,
    /// Lessons that would help most, at most three; after a practice those of its course first.
    /// None where there is nothing to help with.
    pub lessons: Vec<HelpfulLesson>,
}

/// The result of a finished attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultView {
    /// The attempt.
    pub id: AttemptId,
    /// Practice or self-assessment.
    pub purpose: QuizUse,
    /// The quiz's name; empty for the self-assessment.
    pub title: String,
    /// The course of a practice quiz.
    pub course: Option<CourseId>,
    /// Points earned.
    pub points: u32,
    /// Points possible in what was answered.
    pub possible: u32,
    /// Questions answered with all points.
    pub correct: u32,
    /// Questions answered.
    pub answered: u32,
    /// By competence, in the order of the codes.
    pub competences: Vec<CompetenceResult>,
    /// The answers for review; practice only.
    pub answers: Vec<AnswerView>,
    /// Version of the policy data; self-assessment only.
    pub policy: Option<u32>,
}

/// A question as it is shown, its options in an order drawn from the seed.
pub(super) fn question_view(
    course: &CourseId,
    question: &InLang<Question>,
    seed: u64,
) -> QuestionView {
    let InLang { lang, value: question } = question;
    let in_order = |texts: Vec<&LineText>, part: &str| -> Vec<OptionView> {
        let purpose = format!("{course}/{}/{part}", question.id);
        let order = drawn_order(texts.len(), seed, &purpose);
        let option = |index: u8| OptionView { index, text: texts[usize::from(index)].clone() };
        order.into_iter().map(option).collect()
    };
    let kind = match &question.kind {
        Kind::Single { options } => {
            KindView::Single(in_order(options.iter().map(|o| &o.text).collect(), ""))
        }
        Kind::Multiple { options } => {
            KindView::Multiple(in_order(options.iter().map(|o| &o.text).collect(), ""))
        }
        Kind::TrueFalse { .. } => KindView::TrueFalse,
        Kind::Match { pairs, extra } => KindView::Match {
            lefts: pairs.iter().map(|pair| pair.left.clone()).collect(),
            rights: in_order(pairs.iter().map(|pair| &pair.right).chain(extra).collect(), ""),
        },
        Kind::Order { items, .. } => KindView::Order(mixed(in_order(items.iter().collect(), ""))),
        Kind::Gap { text, gaps } => {
            let options = |(i, gap): (usize, &super::Gap)| {
                in_order(gap.options.iter().collect(), &i.to_string())
            };
            KindView::Gap {
                text: text.clone(),
                gaps: gaps.iter().enumerate().map(options).collect(),
            }
        }
        Kind::Text { marks_optional, .. } => KindView::Text { marks_optional: *marks_optional },
        Kind::Number { unit, .. } => KindView::Number { unit: unit.clone() },
    };
    QuestionView {
        course: course.clone(),
        id: question.id.clone(),
        lang: lang.clone(),
        prompt: question.prompt.clone(),
        picture: question.picture.clone(),
        kind,
        hint: question.hint.clone(),
        competence: question.competence.clone(),
    }
}

/// Things to be put in order are never shown in the right order already.
fn mixed(mut options: Vec<OptionView>) -> Vec<OptionView> {
    if options.is_sorted_by_key(|option| option.index) {
        options.rotate_left(1);
    }
    options
}

/// What is said to a graded answer.
pub(super) fn answer_view(
    question: QuestionView,
    full: &Question,
    response: Response,
    grade: Grade,
    fact: Option<Fact>,
) -> AnswerView {
    let correct = grade.is_correct();
    let right_answer = if correct { Vec::new() } else { right_answer(&full.kind, &question.lang) };
    AnswerView {
        question,
        response,
        correct,
        points: grade.points,
        possible: grade.possible,
        parts: grade.parts,
        feedback: grade.feedback,
        reason: full.reason.clone(),
        right_answer,
        fact,
    }
}

/// The right answer in words; none for true or false, where the other one is meant.
fn right_answer(kind: &Kind, lang: &Lang) -> Vec<LineText> {
    let joined = |left: &LineText, between: &str, right: &LineText| {
        let mut spans = left.0.clone();
        spans.extend(LineText::plain(between).0);
        spans.extend(right.0.iter().cloned());
        LineText(spans)
    };
    match kind {
        Kind::Single { options } | Kind::Multiple { options } => {
            options.iter().filter(|o| o.correct).map(|o| o.text.clone()).collect()
        }
        Kind::TrueFalse { .. } => Vec::new(),
        Kind::Match { pairs, .. } => {
            pairs.iter().map(|pair| joined(&pair.left, " – ", &pair.right)).collect()
        }
        Kind::Order { items, .. } => items.clone(),
        Kind::Gap { text, gaps } => {
            let mut gaps = gaps.iter();
            let mut spans = Vec::new();
            for piece in text {
                match piece {
                    GapPiece::Words(words) => spans.extend(words.0.iter().cloned()),
                    GapPiece::Gap => {
                        let filled = gaps.next().and_then(|g| g.options.get(usize::from(g.answer)));
                        spans.extend(filled.into_iter().flat_map(|words| words.0.iter().cloned()));
                    }
                }
            }
            vec![LineText(spans)]
        }
        Kind::Text { answers, .. } => answers.iter().take(1).map(|a| LineText::plain(a)).collect(),
        Kind::Number { answer_milli, unit, .. } => {
            let number = crate::text::decimal(*answer_milli, lang.as_str());
            vec![LineText::plain(format!("{number} {unit}").trim_end())]
        }
    }
}
