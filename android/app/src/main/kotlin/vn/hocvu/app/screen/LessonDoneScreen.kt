package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.LessonLine
import vn.hocvu.app.core.Stage
import vn.hocvu.app.draw.Page

/** A lesson is finished: what comes next. */
class LessonDoneScreen(private val place: Place.LessonDone, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.course(place.visitor, place.course) }) { page ->
        val title = words.say("lesson-done-title", "you" to page.who.you)
        val next = next(page.course)
        show(title) {
            turn(page.who, words, way)
            title(title)
            page.course.lessons.find { it.id == place.lesson }?.let { add(parts.text(it.title, bold = true)) }
            if (page.who.isGuest) note(words.say("people-guest-note"))
            else progress(page.course, next == null, page.who.you)
            go(page.course, next)
            plain(words.say("lesson-to-course")) { toCourse() }
        }
    }

    private fun Page.progress(course: Course, isLast: Boolean, you: String) {
        words(done(course, words))
        add(bar(course.done, maxOf(1, course.of), parts), 4)
        if (isLast) words(words.say("lesson-done-course", "you" to you))
    }

    /** The next that is not done: those behind this one first, then those that were passed over. */
    private fun next(course: Course): LessonLine? {
        val at = course.lessons.indexOfFirst { it.id == place.lesson }
        return (course.lessons.drop(at + 1) + course.lessons.take(maxOf(0, at))).find { it.stage != Stage.FINISHED }
    }

    private fun Page.go(course: Course, next: LessonLine?) {
        val quiz = course.quizzes.firstOrNull()
        when {
            next != null -> go(words.say("lesson-done-next", "title" to next.title)) {
                way.replace(Place.Lesson(place.visitor, place.course, next.id))
            }
            quiz != null -> go(words.say("lesson-done-practice")) {
                way.replace(Place.Quiz(place.visitor, place.course, quiz.id))
            }
            else -> go(words.say("courses-title")) { way.restart(Place.People, home(place.visitor)) }
        }
    }

    private fun toCourse() =
        way.restart(Place.People, home(place.visitor), Place.Course(place.visitor, place.course))
}
