//! A practice quiz or self-assessment under way: one question a page, then what is said to the
//! answer.
//!
//! An answer is posted and leads to another page, so that loading a page again answers nothing
//! twice. The core draws and keeps everything: these pages can be left and found again at any time.

use std::str::FromStr;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answer};
use axum::routing::{get, post};
use hocvu_core::HocvuCore;
use hocvu_core::course::Day;
use hocvu_core::ids::{AttemptId, CourseId, QuizId};
use hocvu_core::quiz::{AnswerView, AttemptPage, AttemptView, QuestionView, QuizUse, Taker};

use crate::kiosk::app::{App, on_core};
use crate::kiosk::errors::PageError;
use crate::kiosk::html::{self, Page};
use crate::kiosk::question::{
    AnswerFault, Fields, FormRequest, Telling, answer_said, field, question_form, read_response,
    tenths,
};
use crate::kiosk::session::Visitor;

/// The routes of quizzes under way.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/course/{course}/quiz/{quiz}", post(start))
        .route("/attempt/{id}", get(ask).post(answer))
        .route("/attempt/{id}/finish", post(finish))
        .route("/attempt/{id}/{index}", get(said))
}

/// Reads an id out of an address; what is no id is no page.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// Who takes an attempt: a guest's own, else the learner whose turn it is.
pub(super) fn taker(visitor: &Visitor, attempt: AttemptId) -> Result<Taker, PageError> {
    match attempt {
        AttemptId::Guest(_) => {
            visitor.session().guest.map(Taker::Guest).ok_or_else(|| PageError::Go("/assess".into()))
        }
        AttemptId::Recorded { .. } => Ok(Taker::Learner(visitor.require_learner()?.id)),
    }
}

async fn start(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((course, quiz)): Path<(String, String)>,
) -> Result<Answer, PageError> {
    let learner = visitor.require_learner()?.id;
    let (course, quiz): (CourseId, QuizId) = (id(&course)?, id(&quiz)?);
    let started =
        on_core(&app, move |core| core.quizzes().start_practice(learner, &course, &quiz)).await?;
    Ok(html::redirect(&format!("/attempt/{started}")))
}

#[derive(Template)]
#[template(path = "attempt.html")]
struct AttemptTemplate {
    page: Page,
    title: String,
    number: u32,
    of: u32,
    form: String,
    finish: Option<String>,
}

async fn ask(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(attempt): Path<String>,
) -> Result<Answer, PageError> {
    let attempt: AttemptId = id(&attempt)?;
    let (taker, lang) = (taker(&visitor, attempt)?, visitor.lang.clone());
    let found = on_core(&app, move |core| {
        let view = core.quizzes().attempt(taker, attempt, &lang)?;
        let picture = picture_of(core, view.question())?;
        Ok((view, picture))
    });
    let (view, picture) = found.await?;
    ask_page(&visitor, &view, picture.as_deref(), &[], None)
}

/// The question that an attempt is at.
trait AtQuestion {
    fn question(&self) -> Option<&QuestionView>;
}

impl AtQuestion for AttemptView {
    fn question(&self) -> Option<&QuestionView> {
        match &self.page {
            AttemptPage::Question { question, .. } => Some(question),
            AttemptPage::Finished => None,
        }
    }
}

/// A question's picture as it lies on the disk.
pub(super) fn picture_of(
    core: &HocvuCore,
    question: Option<&QuestionView>,
) -> hocvu_core::Result<Option<Vec<u8>>> {
    let named = question.and_then(|q| Some((&q.course, q.picture.as_ref()?)));
    named.map_or(Ok(None), |(course, picture)| core.courses().picture(course, &picture.file))
}

fn ask_page(
    visitor: &Visitor,
    view: &AttemptView,
    picture: Option<&[u8]>,
    given: &[(String, String)],
    fault: Option<AnswerFault>,
) -> Result<Answer, PageError> {
    let AttemptPage::Question { number, of, question, index } = &view.page else {
        return Ok(html::redirect(&format!("/attempt/{}/result", view.id)));
    };
    let t = visitor.t;
    let drawn = question.picture.as_ref();
    let drawn = drawn.map(|of| html::picture(t, picture, &of.alt));
    let request = FormRequest {
        messages: t,
        you: &visitor.you(),
        action: &format!("/attempt/{}", view.id),
        csrf: &visitor.csrf(),
        hidden: vec![("index".into(), index.to_string())],
        now_s: visitor.now_s,
        picture: drawn,
        given,
        fault,
        is_heading: true,
    };
    let is_assessment = view.purpose == QuizUse::Assessment;
    let title = if is_assessment { t.assess_title() } else { view.title.clone() };
    let page = visitor
        .page(format!("{title}: {}", t.quiz_question_of(number_of(*number), number_of(*of))));
    let finish = (is_assessment && view.answered > 0).then(|| view.id.to_string());
    let form = question_form(request, question);
    let shown =
        html::show(&AttemptTemplate { page, title, number: *number, of: *of, form, finish })?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, shown).into_response())
}

/// A small count as texts take it.
pub(super) fn number_of(count: u32) -> i64 {
    i64::from(count)
}

async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(attempt): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Answer, PageError> {
    let attempt: AttemptId = id(&attempt)?;
    let (taker, lang) = (taker(&visitor, attempt)?, visitor.lang.clone());
    let sent: u32 =
        field(&fields, "index").and_then(|i| i.parse().ok()).ok_or(PageError::BadRequest)?;
    let spent = tenths(&fields, visitor.now_s);
    let sent_fields = fields.clone();
    let outcome = on_core(&app, move |core| {
        let view = core.quizzes().attempt(taker, attempt, &lang)?;
        let AttemptPage::Question { question, index, .. } = &view.page else {
            return Ok(Outcome::Answered(view.purpose));
        };
        if *index != sent {
            // Sent twice, or from an old page: the first answer stands and is shown again.
            return Ok(Outcome::Answered(view.purpose));
        }
        match read_response(&question.kind, &sent_fields) {
            Ok(response) => {
                core.quizzes().answer(taker, attempt, sent, response, spent, &lang)?;
                Ok(Outcome::Answered(view.purpose))
            }
            Err(fault) => {
                let picture = picture_of(core, view.question())?;
                Ok(Outcome::Missing(Box::new(view), picture, fault))
            }
        }
    });
    match outcome.await? {
        Outcome::Answered(QuizUse::Assessment) => {
            Ok(html::redirect(&format!("/attempt/{attempt}")))
        }
        Outcome::Answered(_) => Ok(html::redirect(&format!("/attempt/{attempt}/{sent}"))),
        Outcome::Missing(view, picture, fault) => {
            ask_page(&visitor, &view, picture.as_deref(), &fields, Some(fault))
        }
    }
}

enum Outcome {
    Answered(QuizUse),
    Missing(Box<AttemptView>, Option<Vec<u8>>, AnswerFault),
}

#[derive(Template)]
#[template(path = "answered.html")]
struct AnsweredTemplate {
    page: Page,
    title: String,
    place: String,
    said: String,
    next: String,
    is_last: bool,
}

async fn said(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((attempt, index)): Path<(String, String)>,
) -> Result<Answer, PageError> {
    let attempt: AttemptId = id(&attempt)?;
    let index: u32 = id(&index)?;
    let (taker, lang) = (taker(&visitor, attempt)?, visitor.lang.clone());
    let found = on_core(&app, move |core| {
        let view = core.quizzes().attempt(taker, attempt, &lang)?;
        let answered = match view.purpose {
            // Nothing is said before the end: it would change the answers to come.
            QuizUse::Assessment => None,
            _ => core.quizzes().answered(taker, attempt, index, &lang)?,
        };
        Ok((view, answered))
    });
    let (view, answered) = found.await?;
    let Some(answer) = answered else {
        return Ok(html::redirect(&format!("/attempt/{attempt}")));
    };
    let t = visitor.t;
    let is_last = matches!(view.page, AttemptPage::Finished);
    let next =
        if is_last { format!("/attempt/{attempt}/result") } else { format!("/attempt/{attempt}") };
    let place = t.quiz_question_of(i64::from(index) + 1, number_of(view.of));
    let page = visitor.page(format!("{}: {place}", view.title));
    let said = said_to(&visitor, &answer, true, Telling::Everything);
    html::show(&AnsweredTemplate { page, title: view.title, place, said, next, is_last })
}

/// What is said to an answer, with the fact behind it.
pub(super) fn said_to(
    visitor: &Visitor,
    answer: &AnswerView,
    is_heading: bool,
    telling: Telling,
) -> String {
    let today = Day::in_vietnam(visitor.now_s);
    let fact = answer
        .fact
        .as_ref()
        .map(|fact| html::fact_html(visitor.t, &fact.text, &answer.question.lang, fact, today));
    answer_said(visitor.t, &visitor.you(), answer, fact, is_heading, telling)
}

async fn finish(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(attempt): Path<String>,
) -> Result<Answer, PageError> {
    let attempt: AttemptId = id(&attempt)?;
    let taker = taker(&visitor, attempt)?;
    on_core(&app, move |core| core.quizzes().finish(taker, attempt)).await?;
    Ok(html::redirect(&format!("/attempt/{attempt}/result")))
}
