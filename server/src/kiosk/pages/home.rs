//! The page that a learner comes home to: what is next, and all courses.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use hocvu_core::course::CourseView;
use hocvu_core::ids::{CourseId, Lang, LessonId};
use hocvu_core::progress::{CourseProgressView, HomeView, Next};
use hocvu_core::quiz::QuizUse;
use hocvu_core::{HocvuCore, Result as CoreResult};

use crate::kiosk::html::{self, Page, lang_attribute};
use crate::kiosk::{App, PageError, Visitor, on_core};

/// What this module answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/home", get(home))
}

/// The green button: words, and where it leads.
pub(super) struct Go {
    pub(super) words: String,
    pub(super) href: String,
    /// Whether pressing it changes something, so that it has to be a form.
    pub(super) is_post: bool,
}

impl Go {
    pub(super) fn link(words: String, href: String) -> Self {
        Self { words, href, is_post: false }
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    title: String,
    go: Option<Go>,
    /// Said above the courses.
    note: Option<String>,
    courses: Vec<CourseCard>,
    record: Option<String>,
}

struct CourseCard {
    href: String,
    lang: String,
    title: String,
    /// SVG.
    picture: String,
    state: String,
    /// Lessons done and all of them; the bar is drawn of them.
    done: u32,
    of: u32,
}

async fn home(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, PageError> {
    match &visitor.learner {
        Some(learner) => {
            let (id, lang) = (learner.id, visitor.lang.clone());
            let (home, pictures) = on_core(&app, move |core| {
                let home = core.progress().home(id, &lang)?;
                let courses = home.courses.iter().map(|course| &course.course);
                let pictures = pictures(core, courses)?;
                Ok((home, pictures))
            })
            .await?;
            html::show(&of_learner(&visitor, &home, &pictures))
        }
        None => {
            let lang = visitor.lang.clone();
            let (courses, pictures, first) = on_core(&app, move |core| {
                let courses = core.courses().list(&lang)?;
                let pictures = pictures(core, courses.iter())?;
                let first = courses.first().map(|course| first_lesson(core, &course.id, &lang));
                Ok((courses, pictures, first.transpose()?.flatten()))
            })
            .await?;
            html::show(&of_guest(&visitor, &courses, &pictures, first))
        }
    }
}

/// The drawings of courses as SVG, in the same order.
fn pictures<'a>(
    core: &HocvuCore,
    courses: impl Iterator<Item = &'a CourseView>,
) -> CoreResult<Vec<String>> {
    courses
        .map(|course| {
            let svg = core.courses().picture(&course.id, &course.picture)?;
            Ok(html::ornament(svg.as_deref()))
        })
        .collect()
}

fn first_lesson(
    core: &HocvuCore,
    course: &CourseId,
    lang: &Lang,
) -> CoreResult<Option<(CourseId, LessonId, String)>> {
    let lessons = core.courses().lessons(course, lang)?;
    Ok(lessons.into_iter().next().map(|lesson| (course.clone(), lesson.id, lesson.title)))
}

fn of_learner(visitor: &Visitor, home: &HomeView, pictures: &[String]) -> Home {
    let (t, you) = (visitor.t, visitor.you());
    let name = visitor.learner.as_ref().and_then(|l| l.name.clone()).unwrap_or_default();
    let is_first = home.courses.iter().all(|course| course.done == 0) && home.recorded == 0;
    let title = match is_first {
        true => t.people_hello_first(&name, &you),
        false => t.people_hello(&name, &you),
    };
    let go = next(visitor, &home.next, is_first);
    let note = match home.next {
        _ if home.courses.is_empty() => Some(t.courses_none()),
        Next::AllDone => Some(t.courses_all_done(&you)),
        _ => None,
    };
    let recorded = i64::try_from(home.recorded).unwrap_or(i64::MAX);
    let cards = home.courses.iter().zip(pictures);
    Home {
        page: visitor.page(t.courses_title()),
        title,
        go,
        note,
        courses: cards.map(|(course, picture)| card(visitor, course, picture)).collect(),
        record: (recorded > 0).then(|| t.me_record_here(recorded, &you)),
    }
}

/// The green button for what is next.
pub(super) fn next(visitor: &Visitor, next: &Next, is_first: bool) -> Option<Go> {
    let t = visitor.t;
    Some(match next {
        Next::Attempt { id, purpose: QuizUse::Assessment, .. } => {
            Go::link(t.courses_resume_quiz(&t.nav_assess()), format!("/attempt/{id}"))
        }
        Next::Attempt { id, title, .. } => {
            Go::link(t.courses_resume_quiz(title), format!("/attempt/{id}"))
        }
        Next::Lesson { course, lesson, title, screen } => {
            let words = if is_first { t.courses_first(title) } else { t.courses_next(title) };
            Go::link(words, format!("/course/{course}/lesson/{lesson}/{}", screen + 1))
        }
        Next::Quiz { course, quiz, title } => Go {
            words: t.courses_next_quiz(title),
            href: format!("/course/{course}/quiz/{quiz}"),
            is_post: true,
        },
        Next::Assessment => Go::link(t.nav_assess(), "/assess".into()),
        Next::AllDone => return None,
    })
}

fn card(visitor: &Visitor, course: &CourseProgressView, picture: &str) -> CourseCard {
    let t = visitor.t;
    let begun = course.lessons.iter().any(|l| l.stage != hocvu_core::progress::Stage::New);
    let state = match (course.done, course.of) {
        (done, of) if done >= of && of > 0 => t.course_done(),
        (0, _) if !begun => t.course_not_begun(),
        (done, of) => t.course_done_of(i64::from(done), i64::from(of)),
    };
    CourseCard {
        href: format!("/course/{}", course.course.id),
        lang: lang_attribute(t, &course.course.lang),
        title: course.course.title.clone(),
        picture: picture.to_owned(),
        state,
        done: course.done,
        of: course.of,
    }
}

fn of_guest(
    visitor: &Visitor,
    courses: &[CourseView],
    pictures: &[String],
    first: Option<(CourseId, LessonId, String)>,
) -> Home {
    let t = visitor.t;
    let card = |(course, picture): (&CourseView, &String)| {
        let lessons = i64::try_from(course.lessons.len()).unwrap_or(i64::MAX);
        let minutes = i64::from(course.minutes);
        CourseCard {
            href: format!("/course/{}", course.id),
            lang: lang_attribute(t, &course.lang),
            title: course.title.clone(),
            picture: picture.clone(),
            state: format!("{}, {}", t.count_lessons(lessons), t.lesson_minutes(minutes)),
            done: 0,
            of: 0,
        }
    };
    let go = first.map(|(course, lesson, title)| {
        Go::link(t.courses_first(&title), format!("/course/{course}/lesson/{lesson}/1"))
    });
    Home {
        page: visitor.page(t.courses_title()),
        title: t.courses_title(),
        go,
        note: Some(if courses.is_empty() { t.courses_none() } else { t.people_guest_note() }),
        courses: courses.iter().zip(pictures).map(card).collect(),
        record: None,
    }
}
