//! A lesson with everything that its screens show, so that a shell asks once and swipes freely.

use std::collections::BTreeSet;

use super::{Block, Courses, Fact, InLang, Lesson};
use crate::error::Result;
use crate::ids::{CourseId, FactId, Lang, LearnerId, LessonId, QuestionId};
use crate::progress::Stage;
use crate::quiz::QuestionView;

/// A picture of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonPicture {
    /// The file name that blocks and questions name it by.
    pub file: String,
    /// SVG of the allowed part; see [`super::check_picture`].
    pub svg: Vec<u8>,
}

/// A lesson and all that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonPage {
    /// The name of its course.
    pub course_title: String,
    /// The lesson.
    pub lesson: InLang<Lesson>,
    /// The screen to go on at, from 0: where she was, if she is in the middle of it.
    pub screen: u32,
    /// The facts that it names.
    pub facts: Vec<InLang<Fact>>,
    /// The pictures of its screens and checks; one that is not held (any more) is left out.
    pub pictures: Vec<LessonPicture>,
    /// Its checks, each in the order drawn for this try.
    pub checks: Vec<QuestionView>,
}

/// What the blocks of a lesson name.
#[derive(Default)]
struct Named<'a> {
    facts: BTreeSet<&'a FactId>,
    files: BTreeSet<&'a str>,
    checks: Vec<&'a QuestionId>,
}

impl<'a> Named<'a> {
    fn add(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match block {
                Block::Picture { file, .. } => {
                    self.files.insert(file);
                }
                Block::Fact { id, .. } => {
                    self.facts.insert(id);
                }
                Block::Check(question) => self.checks.push(question),
                // Inside of a box are words alone.
                _ => {}
            }
        }
    }
}

impl Courses<'_> {
    /// Opens a lesson for a learner, or for somebody without a profile. Records nothing: what she
    /// sees is noted by `Progress::see_screen`. `None` when there is no such lesson.
    pub fn page(
        &self,
        learner: Option<LearnerId>,
        course: &CourseId,
        lesson: &LessonId,
        lang: &Lang,
    ) -> Result<Option<LessonPage>> {
        let Some(opened) = self.lesson(course, lesson, lang)? else { return Ok(None) };
        let mut named = Named::default();
        for screen in &opened.value.screens {
            named.add(&screen.blocks);
        }
        let check = |question: &&QuestionId| match learner {
            Some(learner) => self.core.quizzes().check(learner, course, question, lang),
            None => self.core.quizzes().guest_check(course, question, lang),
        };
        let checks = named.checks.iter().map(check).collect::<Result<Vec<_>>>()?;
        named.files.extend(checks.iter().filter_map(|c| Some(c.picture.as_ref()?.file.as_str())));
        let mut pictures = Vec::new();
        for file in &named.files {
            let svg = self.picture(course, file)?;
            pictures.extend(svg.map(|svg| LessonPicture { file: (*file).to_owned(), svg }));
        }
        let mut facts = match named.facts.is_empty() {
            true => Default::default(),
            false => self.facts(course, lang)?,
        };
        facts.retain(|id, _| named.facts.contains(id));
        let course_title = self.get(course, lang)?.map(|course| course.title).unwrap_or_default();
        Ok(Some(LessonPage {
            course_title,
            screen: self.screen_of(learner, course, lesson, lang)?,
            facts: facts.into_values().collect(),
            pictures,
            checks,
            lesson: opened,
        }))
    }

    fn screen_of(
        &self,
        learner: Option<LearnerId>,
        course: &CourseId,
        lesson: &LessonId,
        lang: &Lang,
    ) -> Result<u32> {
        let Some(learner) = learner else { return Ok(0) };
        let seen = self.core.progress().course(learner, course, lang)?;
        let lessons = seen.map(|seen| seen.lessons).unwrap_or_default();
        let at = lessons.iter().find(|at| at.lesson.id == *lesson && at.stage == Stage::Begun);
        Ok(at.map_or(0, |at| at.screen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::LineText;
    use crate::pack::fixture::{CourseFixture, PICTURE, course_id, lang, lesson_id};
    use crate::testing::{TestDevice, add_learner};

    #[test]
    fn a_lesson_comes_with_all_that_its_screens_name_once_and_opens_where_she_was() {
        let device = TestDevice::new();
        let core = device.open();
        let mut course = CourseFixture::new("otp");
        course.lesson("vi", "hai", "Hai màn", &["Một."]);
        let lesson = course.lessons.get_mut(&(lang("vi"), lesson_id("hai"))).unwrap();
        let picture = Block::Picture { file: "khoa.svg".into(), alt: "Chìa khóa".into() };
        let blocks = vec![Block::Tip(vec![Block::Text(LineText::plain("Hai."))]), picture];
        lesson.screens.push(crate::course::Screen { blocks });
        core.packs().install_starter(&course.starter()).unwrap();
        let (id, two) = (course_id("otp"), lesson_id("hai"));
        let open = |learner| core.courses().page(learner, &id, &two, &lang("vi")).unwrap().unwrap();
        let shown = open(None);
        assert_eq!(shown.lesson.value.screens.len(), 2);
        assert_eq!(shown.course_title, "Khóa otp");
        let svg = PICTURE.to_vec();
        assert_eq!(shown.pictures, [LessonPicture { file: "khoa.svg".into(), svg }]);
        assert_eq!((shown.facts.len(), shown.checks.len(), shown.screen), (1, 1, 0));
        let learner = add_learner(&core, "Lan");
        core.progress().see_screen(learner, &id, &two, 1).unwrap();
        assert_eq!(open(Some(learner)).screen, 1);
        core.progress().finish_lesson(learner, &id, &two).unwrap();
        assert_eq!(open(Some(learner)).screen, 0);
        let none = core.courses().page(None, &id, &lesson_id("ba"), &lang("vi")).unwrap();
        assert_eq!(none, None);
    }
}
