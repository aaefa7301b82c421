package vn.hocvu.app.border

import vn.hocvu.app.core.Assessment
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.LessonLine
import vn.hocvu.app.core.Stage
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.core.Words
import vn.hocvu.core.AssessmentView
import vn.hocvu.core.CourseLessonsView
import vn.hocvu.core.CourseView
import vn.hocvu.core.TakerRequest

fun Visitor.toBorder(): TakerRequest = when (this) {
    is Visitor.Known -> TakerRequest.Learner(learner)
    is Visitor.Guest -> TakerRequest.Guest(guest)
}

/** A guest as screens show her: no name, and addressed as anybody is. */
fun guest(id: String, words: Words) =
    Learner(id, null, words.say("address-ban"), pictogram = 0, hasPin = false, counts = false, isGuest = true)

/** A course in a list; its lessons are counted, not named. */
fun CourseView.toScreen(picture: ByteArray?) =
    Course(id, title, summary, picture, 0, lessons.toInt(), emptyList(), emptyList(), minutes.toInt())

/** A course for somebody of whom nothing is kept: nothing is begun, and there is no practice. */
fun CourseLessonsView.toScreen(picture: ByteArray?): Course {
    val lines = lessons.map { LessonLine(it.id, it.title, it.minutes.toInt(), Stage.NEW) }
    return Course(course.id, course.title, course.summary, picture, 0, lines.size, lines, emptyList(), course.minutes.toInt())
}

fun AssessmentView.toScreen(who: Learner) =
    Assessment(who, questions.toInt(), minutes.toInt(), unfinished, next?.toInt() ?: 1, last)
