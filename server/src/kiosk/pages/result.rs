//! How a practice quiz or a self-assessment went: in words and a simple picture, and what helps
//! next. Nobody is ranked and nothing is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response as Answer;
use axum::routing::get;
use hocvu_core::ids::{AttemptId, CompetenceCode};
use hocvu_core::quiz::{CompetenceResult, HelpfulLesson, QuizUse, ResultView, Taker};
use hocvu_core::text::Messages;

use super::quiz::{id, number_of, said_to, taker};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{Telling, verdict};
use crate::kiosk::session::Visitor;

/// How many dots a competence has at most.
pub(super) const DOTS: u8 = 4;
/// How many lessons are named as helpful.
const LESSONS_MAX: usize = 3;

/// The routes of results.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/attempt/{id}/result", get(show))
}

async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(attempt): Path<String>,
) -> Result<Answer, PageError> {
    let attempt: AttemptId = id(&attempt)?;
    let (taker, lang) = (taker(&visitor, attempt)?, visitor.lang.clone());
    let result = on_core(&app, move |core| core.quizzes().result(taker, attempt, &lang)).await?;
    match result.purpose {
        QuizUse::Assessment => show_assessment(&visitor, taker, &result),
        _ => show_practice(&visitor, &result),
    }
}

#[derive(Template)]
#[template(path = "result_practice.html")]
struct PracticeTemplate {
    page: Page,
    title: String,
    count: String,
    word: String,
    lessons: Vec<LessonRow>,
    answers: Vec<AnswerRow>,
    go_on: String,
}

struct LessonRow {
    href: String,
    title: String,
}

struct AnswerRow {
    mood: &'static str,
    verdict: String,
    prompt: String,
    lang: String,
    said: String,
}

fn show_practice(visitor: &Visitor, result: &ResultView) -> Result<Answer, PageError> {
    let (t, you) = (visitor.t, visitor.you());
    let helpful = result.competences.iter().flat_map(|c| &c.lessons);
    let mut seen = BTreeSet::new();
    let lessons = helpful.filter(|l| seen.insert((l.course.clone(), l.lesson.clone())));
    let lessons = lessons.take(LESSONS_MAX).map(lesson_row);
    let all_right = result.correct == result.answered;
    let answers = result.answers.iter().map(|answer| {
        let (mood, verdict) = verdict(t, answer);
        AnswerRow {
            mood,
            verdict,
            prompt: html::line(&answer.question.prompt),
            lang: answer.question.lang.to_string(),
            said: said_to(visitor, answer, false, Telling::Everything),
        }
    });
    html::show(&PracticeTemplate {
        page: visitor.page(t.result_title(&you)),
        title: result.title.clone(),
        count: t.result_correct_of(number_of(result.correct), number_of(result.answered)),
        word: practice_word(t, &you, result.correct, result.answered),
        lessons: if all_right { Vec::new() } else { lessons.collect() },
        answers: answers.collect(),
        go_on: result.course.as_ref().map_or("/home".into(), |course| format!("/course/{course}")),
    })
}

/// A kind word for how much was right; thresholds are half and four fifths.
fn practice_word(t: &Messages, you: &str, correct: u32, of: u32) -> String {
    match (u64::from(correct), u64::from(of)) {
        (correct, of) if correct == of => t.result_all_right(you),
        (correct, of) if 5 * correct >= 4 * of => t.result_most_right(you),
        (correct, of) if 2 * correct >= of => t.result_some_right(you),
        _ => t.result_few_right(),
    }
}

fn lesson_row(lesson: &HelpfulLesson) -> LessonRow {
    LessonRow {
        href: format!("/course/{}/lesson/{}", lesson.course, lesson.lesson),
        title: lesson.title.clone(),
    }
}

#[derive(Template)]
#[template(path = "result_assessment.html")]
struct AssessmentTemplate {
    page: Page,
    title: String,
    you: String,
    is_first: bool,
    skills: Vec<SkillRow>,
    lessons: Vec<LessonRow>,
    policy: Option<String>,
    is_guest: bool,
}

/// A competence in everyday words, with dots and words for it.
pub(super) struct SkillRow {
    pub(super) name: String,
    pub(super) dots: Option<Dots>,
    pub(super) note: String,
}

/// The simple picture, and what it says.
pub(super) struct Dots {
    pub(super) picture: String,
    pub(super) said: String,
    pub(super) word: String,
}

/// What somebody can do, in everyday words; the official name, or at least the code, where there
/// are none.
pub(super) fn skill_name(t: &Messages, code: &CompetenceCode) -> String {
    t.skill(code).or_else(|| t.competence(code)).unwrap_or_else(|| code.to_string())
}

/// Dots for a level of 0 to 4.
pub(super) fn dots(t: &Messages, level: u8) -> Dots {
    let level = level.min(DOTS);
    let full = usize::from(level);
    let picture = "●".repeat(full) + &"○".repeat(usize::from(DOTS) - full);
    Dots { picture, said: t.assess_dots(i64::from(level), i64::from(DOTS)), word: word(t, level) }
}

fn word(t: &Messages, level: u8) -> String {
    match level {
        0 => t.assess_word_0(),
        1 => t.assess_word_1(),
        2 => t.assess_word_2(),
        3 => t.assess_word_3(),
        _ => t.assess_word_4(),
    }
}

fn skill_row(t: &Messages, result: &CompetenceResult) -> SkillRow {
    let note = match (result.before, result.dots) {
        (_, None) => t.assess_too_few_more(number_of(result.missing)),
        (None, Some(_)) => String::new(),
        (Some(before), Some(now)) => {
            let change = match (before, now) {
                (before, now) if now >= before.saturating_add(2) => t.assess_change_much(),
                (before, now) if now > before => t.assess_change_some(),
                (before, now) if now == before => t.assess_change_same(),
                _ => t.assess_change_less(),
            };
            format!("{}. {change}", t.assess_before(&word(t, before)))
        }
    };
    let name = skill_name(t, &result.competence);
    SkillRow { name, dots: result.dots.map(|level| dots(t, level)), note }
}

fn show_assessment(
    visitor: &Visitor,
    taker: Taker,
    result: &ResultView,
) -> Result<Answer, PageError> {
    let (t, you) = (visitor.t, visitor.you());
    let title = t.assess_result_title(&you);
    // Those that are known least come first: their lessons help most.
    let mut weakest: Vec<_> = result.competences.iter().filter(|c| c.dots.is_some()).collect();
    weakest.sort_by_key(|c| c.dots);
    let mut seen = BTreeSet::new();
    let lessons = weakest.iter().filter(|c| c.dots < Some(DOTS)).flat_map(|c| &c.lessons);
    let lessons = lessons.filter(|l| seen.insert((l.course.clone(), l.lesson.clone())));
    html::show(&AssessmentTemplate {
        page: visitor.page(title.clone()),
        title,
        you,
        is_first: result.competences.iter().all(|c| c.before.is_none()),
        skills: result.competences.iter().map(|c| skill_row(t, c)).collect(),
        lessons: lessons.take(LESSONS_MAX).map(lesson_row).collect(),
        policy: result.policy.map(|version| t.assess_policy(&version.to_string())),
        is_guest: matches!(taker, Taker::Guest(_)),
    })
}
