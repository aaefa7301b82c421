//! The question inside a lesson: answered at once, tried again as often as somebody likes.
//!
//! The lesson's page shows its form; the answer is posted here and leads to a page that says how it
//! went. That page is made anew from the answer in its address, so that loading it again records
//! nothing. What would give the answer away is said only once it is right, or when she asks.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answer};
use axum::routing::get;
use hocvu_core::HocvuCore;
use hocvu_core::ids::{CourseId, Lang, LearnerId, LessonId, QuestionId};
use hocvu_core::quiz::{QuestionView, Response};

use super::quiz::{id, picture_of, said_to};
use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{
    AnswerFault, Fields, FormRequest, Telling, field, question_form, read_response, tenths,
};
use crate::kiosk::session::{Visitor, hex, unhex};

/// The routes of checks.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/course/{course}/check/{question}", get(said).post(answer))
}

/// The check as a learner sees it on this try, or as a guest sees it, of whom nothing is kept.
pub(super) fn check_of(
    core: &HocvuCore,
    learner: Option<LearnerId>,
    course: &CourseId,
    question: &QuestionId,
    lang: &Lang,
) -> hocvu_core::Result<QuestionView> {
    match learner {
        Some(learner) => core.quizzes().check(learner, course, question, lang),
        None => core.quizzes().guest_check(course, question, lang),
    }
}

/// The screen that a check stands on, as its form carries it.
struct Place {
    course: CourseId,
    lesson: LessonId,
    screen: usize,
}

impl Place {
    fn read(course: &CourseId, fields: &[(String, String)]) -> Result<Self, PageError> {
        let lesson = field(fields, "lesson").and_then(|lesson| lesson.parse().ok());
        let screen = field(fields, "screen").and_then(|screen| screen.parse().ok());
        let (lesson, screen) = lesson.zip(screen).ok_or(PageError::BadRequest)?;
        Ok(Self { course: course.clone(), lesson, screen })
    }

    fn hidden(&self) -> Fields {
        let screen = self.screen.to_string();
        vec![("lesson".into(), self.lesson.to_string()), ("screen".into(), screen)]
    }

    fn lesson_href(&self) -> String {
        format!("/course/{}/lesson/{}", self.course, self.lesson)
    }

    fn href(&self) -> String {
        format!("{}/{}", self.lesson_href(), self.screen)
    }
}

#[derive(Template)]
#[template(path = "check_again.html")]
struct AgainTemplate {
    page: Page,
    form: String,
    back: String,
}

async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, question)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let (course, question): (CourseId, QuestionId) = (id(&course)?, id(&question)?);
    let learner = visitor.learner.as_ref().map(|learner| learner.id);
    let place = Place::read(&course, &fields)?;
    let (lang, spent) = (visitor.lang.clone(), tenths(&fields, visitor.now_s));
    let (of, asked, sent) = (course.clone(), question.clone(), fields.clone());
    let outcome = on_core(&app, move |core| {
        let view = check_of(core, learner, &of, &asked, &lang)?;
        match read_response(&view.kind, &sent) {
            Ok(response) => {
                if let Some(learner) = learner {
                    let given = response.clone();
                    core.quizzes().answer_check(learner, &of, &asked, given, spent, &lang)?;
                }
                Ok(Ok(response))
            }
            Err(fault) => {
                let picture = picture_of(core, Some(&view))?;
                Ok(Err((view, picture, fault)))
            }
        }
    });
    match outcome.await? {
        Ok(response) => Ok(html::redirect(&said_href(&place, &question, &response)?)),
        Err((view, picture, fault)) => {
            again(&visitor, &place, &view, picture.as_deref(), &fields, fault)
        }
    }
}

/// Address of the page that says how an answer went.
fn said_href(place: &Place, question: &QuestionId, given: &Response) -> Result<String, PageError> {
    let given = hex(&minicbor::to_vec(given).map_err(|_| PageError::Internal)?);
    let Place { course, lesson, screen } = place;
    let query = format!("given={given}&lesson={lesson}&screen={screen}");
    Ok(format!("/course/{course}/check/{question}?{query}"))
}

fn again(
    visitor: &Visitor,
    place: &Place,
    view: &QuestionView,
    picture: Option<&[u8]>,
    given: &[(String, String)],
    fault: AnswerFault,
) -> Result<Answer, PageError> {
    let drawn = view.picture.as_ref();
    let request = FormRequest {
        messages: visitor.t,
        you: &visitor.you(),
        action: &format!("/course/{}/check/{}", view.course, view.id),
        csrf: &visitor.csrf(),
        hidden: place.hidden(),
        now_s: visitor.now_s,
        picture: drawn.map(|of| html::picture(visitor.t, picture, &of.alt)),
        given,
        fault: Some(fault),
        is_heading: true,
    };
    let form = question_form(request, view);
    let mut page = visitor.page(view.prompt.text());
    // This address answers only with an answer in it.
    page.path = place.href();
    let shown = html::show(&AgainTemplate { page, form, back: place.href() })?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

#[derive(Template)]
#[template(path = "check_said.html")]
struct SaidTemplate {
    page: Page,
    body: String,
    back: String,
    next: Option<String>,
    finish: String,
    /// Where the solution is shown, while it is not.
    solution: Option<String>,
    is_right: bool,
    is_guest: bool,
}

async fn said(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, question)): Path<(String, String)>,
    Query(query): Query<Fields>,
) -> Result<Answer, PageError> {
    let (course, question): (CourseId, QuestionId) = (id(&course)?, id(&question)?);
    let place = Place::read(&course, &query)?;
    let given: Response = field(&query, "given")
        .and_then(unhex)
        .and_then(|bytes| minicbor::decode(&bytes).ok())
        .ok_or(PageError::BadRequest)?;
    let solution = format!("{}&solution=yes", said_href(&place, &question, &given)?);
    let is_asked_for = field(&query, "solution") == Some("yes");
    let (lang, lesson) = (visitor.lang.clone(), place.lesson.clone());
    let (answer, screens) = on_core(&app, move |core| {
        let answer = core.quizzes().judge_check(&course, &question, given, &lang)?;
        let lesson = core.courses().lesson(&course, &lesson, &lang)?;
        Ok((answer, lesson.map_or(0, |lesson| lesson.value.screens.len())))
    })
    .await?;
    let next = place.screen.saturating_add(1);
    let is_told = answer.correct || is_asked_for;
    let telling = if is_told { Telling::Everything } else { Telling::ToTryAgain };
    html::show(&SaidTemplate {
        page: visitor.page(answer.question.prompt.text()),
        body: said_to(&visitor, &answer, true, telling),
        back: place.href(),
        next: (next <= screens).then(|| format!("{}/{next}", place.lesson_href())),
        finish: format!("{}/done", place.lesson_href()),
        solution: (!is_told).then_some(solution),
        is_right: answer.correct,
        is_guest: visitor.learner.is_none(),
    })
}
