package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.Visitor

private const val GUEST = "guest"

/** The courses for somebody who looks without a name: nothing that she does in a lesson is kept. */
class GuestScreen(private val guest: String?, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.guestHome(guest ?: state.getString(GUEST)) }) { found ->
        state.putString(GUEST, found.who.id)
        val visitor = Visitor.Guest(found.who.id)
        val title = words.say("courses-title")
        show(title) {
            turn(found.who, words, way)
            title(title)
            note(words.say(if (found.courses.isEmpty()) "courses-none" else "people-guest-note"))
            found.courses.firstOrNull()?.let { first ->
                go(words.say("courses-first", "title" to first.title)) { way.go(Place.Course(visitor, first.id)) }
            }
            for (course in found.courses) add(card(course, visitor))
            plain(words.say("assess-title")) { way.go(Place.Assess(visitor)) }
            quiet(words.say("people-new")) { way.go(Place.Add()) }
        }
    }

    private fun card(course: Course, visitor: Visitor): View {
        val state = length(course, words)
        return parts.card(courseHead(course, parts, words, state), "${course.title}. $state") {
            way.go(Place.Course(visitor, course.id))
        }
    }
}
