package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Learner

/** What a learner decides about herself: who she is, her PIN, what she agreed to, her card, a copy, erasing. */
class MeScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.learner(learner) }) { who ->
        val title = who.name?.let { words.say("me-title", "you" to who.you, "name" to it) } ?: words.name(who)
        show(title) {
            turn(who, words, way)
            title(title)
            if (who.name == null) {
                words(words.say("me-name-again"))
                go(words.say("me-name-again-title")) { way.go(Place.Edit(learner)) }
            } else {
                plain(words.say("me-edit")) { way.go(Place.Edit(learner)) }
            }
            plain(words.say(if (who.hasPin) "pin-change" else "pin-offer")) { way.go(Place.NewPin(learner)) }
            plain(words.say("consent-mine")) { way.go(Place.Consent(learner)) }
            plain(words.say("card-link")) { way.go(Place.Card(learner)) }
            plain(words.say("export-title")) { way.go(Place.Export(learner)) }
            quiet(words.say("erase-link")) { way.go(Place.Erase(learner)) }
        }
    }
}
