package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Assessment
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page

/** What the self-assessment is, and where somebody stands with it. */
class AssessScreen(private val visitor: Visitor, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.assessment(visitor) }) { found ->
        val you = found.who.you
        val title = words.say("assess-title")
        show(title) {
            turn(found.who, words, way)
            title(title)
            if (found.questions == 0) {
                words(words.say("assess-none"))
                go(words.say("nav-courses")) { way.restart(Place.People, home(visitor)) }
            } else {
                words(words.say("assess-intro", "you" to you))
                words(words.say("assess-length", "count" to found.questions, "minutes" to found.minutes))
                words(words.say("assess-no-feedback", "you" to you))
                if (found.who.isGuest) note(words.say("assess-guest-note", "you" to you))
                begin(found)
            }
        }
    }

    private fun Page.begin(found: Assessment) {
        val begin = { way.go(Place.Assessment(visitor)) }
        val last = found.last
        when {
            found.unfinished != null -> go(words.say("assess-resume", "n" to found.next), begin)
            last == null -> go(words.say("assess-start"), begin)
            else -> {
                go(words.say("quiz-to-result")) { way.go(Place.Result(visitor, last)) }
                plain(words.say("assess-again"), begin)
            }
        }
    }
}
