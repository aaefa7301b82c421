package vn.hocvu.app.screen

import vn.hocvu.app.core.Assessed
import vn.hocvu.app.core.QuizResult
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Page

/** What came of a self-assessment: each thing in a word and a picture, the lessons that would help most. */
class AssessedPage(
    private val visitor: Visitor,
    private val result: QuizResult,
    private val assessed: Assessed,
    private val words: Words,
    private val way: Way,
) {
    val title = words.say("assess-result-title", "you" to result.who.you)

    /** [discard] forgets what a guest did. */
    fun fill(page: Page, discard: () -> Unit) = with(page) {
        turn(result.who, words, way)
        title(title)
        for (known in assessed.skills) add(skill(known, parts, words), 8)
        if (assessed.skills.all { it.before == null }) words(words.say("assess-first-time"))
        help()
        when (visitor) {
            is Visitor.Guest -> keep(visitor.guest, discard)
            is Visitor.Known -> plain(words.say("nav-courses")) { way.restart(Place.People, home(visitor)) }
        }
        note(words.say("assess-policy", "version" to assessed.policy))
    }

    private fun Page.help() {
        if (assessed.help.isEmpty()) {
            words(words.say("assess-help-none", "you" to result.who.you))
            return
        }
        subtitle(words.say("assess-help", "you" to result.who.you))
        assessed.help.forEachIndexed { i, hint ->
            val learn = { way.go(Place.Lesson(visitor, hint.course, hint.lesson)) }
            // A guest's green button is the one that keeps what she did.
            if (i == 0 && visitor is Visitor.Known) go(hint.title, learn) else quiet(hint.title, learn)
        }
    }

    private fun Page.keep(guest: String, discard: () -> Unit) {
        subtitle(words.say("assess-attach-title"))
        words(words.say("assess-attach-note"))
        go(words.say("assess-attach-new")) { way.go(Place.Add(guest)) }
        plain(words.say("assess-attach-known")) { way.go(Place.Keep(guest)) }
        plain(words.say("assess-attach-no"), discard)
    }
}
