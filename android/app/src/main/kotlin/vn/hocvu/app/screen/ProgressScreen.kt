package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.MyProgress
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page

/** How far she is: what is next, what she can do, course by course. Nobody is ranked. */
class ProgressScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.progress(learner) }) { mine ->
        val you = mine.who.you
        val title = words.say("progress-title", "you" to you, "name" to mine.who.name.orEmpty())
        show(title) {
            turn(mine.who, words, way)
            title(title)
            val isFirst = mine.recorded == 0L && mine.courses.all { it.done == 0 }
            if (isFirst) words(words.say("progress-none", "you" to you))
            else if (mine.recorded > 0) words(words.say("progress-answers", "count" to mine.recorded))
            next(mine.next, learner, you, isFirst, words, way)
            skills(mine)
            if (mine.courses.isNotEmpty()) subtitle(words.say("progress-courses"))
            for (course in mine.courses) add(card(course))
            mine.assessed?.let { last ->
                plain(words.say("progress-assessments")) { way.go(Place.Result(Visitor.Known(learner), last)) }
            }
            note(words.say("progress-private", "you" to you))
        }
    }

    private fun Page.skills(mine: MyProgress) {
        if (mine.skills.isEmpty()) return
        subtitle(words.say("progress-skills", "you" to mine.who.you))
        for (known in mine.skills) add(skill(known, parts, words), 8)
        note(words.say("progress-rule-text", "you" to mine.who.you))
    }

    private fun card(course: Course) =
        parts.card(courseHead(course, parts, words), "${course.title}. ${done(course, words)}") {
            way.go(Place.Course(Visitor.Known(learner), course.id))
        }
}
