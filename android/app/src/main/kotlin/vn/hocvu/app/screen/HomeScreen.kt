package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.Home
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page

/** Her first screen: one thing to do next, then all courses. */
class HomeScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.home(learner) }) { home ->
        val title = title(home)
        show(title) {
            turn(home.who, words, way)
            title(title)
            if (home.who.name == null) plain(words.say("me-name-again-title")) { way.go(Place.Edit(learner)) }
            if (home.courses.isEmpty()) note(words.say("courses-none"))
            else next(home.next, learner, home.who.you, isFirst(home), words, way)
            for (course in home.courses) add(card(course))
            if (home.recorded > 0) note(words.say("me-record-here", "count" to home.recorded, "you" to home.who.you))
            quiet(words.say("nav-progress")) { way.go(Place.Progress(learner)) }
            quiet(words.say("nav-assess")) { way.go(Place.Assess(Visitor.Known(learner))) }
            quiet(words.say("nav-me")) { way.go(Place.Me(learner)) }
            quiet(words.say("where-title", "you" to home.who.you)) { way.go(Place.Record(learner)) }
            quiet(words.say("settings-title")) { way.go(Place.Settings) }
        }
    }

    private fun isFirst(home: Home) = home.recorded == 0L && home.courses.all { it.done == 0 }

    private fun title(home: Home): String {
        val name = home.who.name ?: return words.say("people-nameless")
        val key = if (isFirst(home)) "people-hello-first" else "people-hello"
        return words.say(key, "you" to home.who.you, "name" to name)
    }

    private fun card(course: Course) =
        parts.card(courseHead(course, parts, words), "${course.title}. ${done(course, words)}") {
            way.go(Place.Course(Visitor.Known(learner), course.id))
        }
}
