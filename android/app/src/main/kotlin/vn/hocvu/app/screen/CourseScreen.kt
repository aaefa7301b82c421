package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.LessonLine
import vn.hocvu.app.core.QuizLine
import vn.hocvu.app.core.Stage
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.SMALL_SP
import vn.hocvu.app.draw.part

/** One course: what it is about, its lessons, its practice quizzes. */
class CourseScreen(private val place: Place.Course, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.course(place.visitor, place.course) }) { page ->
        val course = page.course
        val next = course.lessons.firstOrNull { it.stage != Stage.FINISHED }
        show(course.title) {
            turn(page.who, words, way)
            val state = if (page.who.isGuest) length(course, words) else done(course, words)
            add(courseHead(course, parts, words, state))
            words(course.summary)
            go(course, next)
            subtitle(words.say("course-lessons"))
            course.lessons.forEachIndexed { i, lesson -> add(card(i, lesson, lesson === next && !page.who.isGuest)) }
            if (course.quizzes.isNotEmpty()) subtitle(words.say("course-practice"))
            for (quiz in course.quizzes) quiz(quiz)
        }
    }

    private fun Page.go(course: Course, next: LessonLine?) {
        val quiz = course.quizzes.firstOrNull()
        if (next != null) {
            val key = if (course.done == 0 && next.stage == Stage.NEW) "courses-first" else "courses-next"
            go(words.say(key, "title" to next.title)) { lesson(next) }
        } else if (quiz != null) {
            go(words.say("courses-next-quiz", "title" to quiz.title)) { start(quiz) }
        }
    }

    private fun card(i: Int, lesson: LessonLine, isNext: Boolean): View {
        val key = when (lesson.stage) {
            Stage.FINISHED -> "lesson-state-done"
            Stage.BEGUN -> "lesson-state-open"
            Stage.NEW -> if (isNext) "lesson-state-next" else "lesson-state-new"
        }
        val mark = if (lesson.stage == Stage.FINISHED) "✓ " else ""
        val minutes = words.say("lesson-minutes", "minutes" to lesson.minutes)
        // Of a guest nothing is known, so nothing is said.
        val isKnown = place.visitor is Visitor.Known
        val line = if (isKnown) "$mark${words.say(key)}, $minutes" else minutes
        val column = parts.column()
        column.part(look, parts.text("${i + 1}. ${lesson.title}", bold = true))
        column.part(look, parts.text(line, SMALL_SP, look.colours.inkSoft), 2)
        return parts.card(column, "${i + 1}. ${lesson.title}. $line") { lesson(lesson) }
    }

    private fun Page.quiz(quiz: QuizLine) {
        add(parts.text(quiz.title, bold = true))
        note(words.say("course-practice-note", "count" to quiz.questions))
        val resume = words.say("courses-resume-quiz", "title" to quiz.title)
        val begin = plain(if (quiz.unfinished != null) resume else words.say("action-start")) { start(quiz) }
        if (quiz.unfinished == null) begin.contentDescription = "${words.say("action-start")}: ${quiz.title}"
        quiz.last?.let { last ->
            quiet(words.say("course-last-result")) { way.go(Place.Result(place.visitor, last)) }
        }
    }

    private fun lesson(lesson: LessonLine) = way.go(Place.Lesson(place.visitor, place.course, lesson.id))

    private fun start(quiz: QuizLine) = way.go(Place.Quiz(place.visitor, place.course, quiz.id))
}
