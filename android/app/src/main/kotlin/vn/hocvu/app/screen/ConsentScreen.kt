package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Learner

/** What she agreed to, and the way to agree or to take it back. */
class ConsentScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.learner(learner) }) { draw(it, said = null) }

    private fun draw(who: Learner, said: String?) {
        val title = words.say("consent-mine")
        show(said ?: title) {
            turn(who, words, way)
            title(title)
            if (said != null) add(parts.text(said, bold = true))
            words(words.say("consent-record"))
            note(words.say("consent-given"))
            words(words.say("consent-count"))
            note(words.say("consent-count-what"))
            note(words.say(if (who.counts) "consent-given" else "consent-not-given"))
            val act = plain(words.say(if (who.counts) "consent-withdraw" else "consent-give")) {}
            act.setOnClickListener {
                act({ core -> core.setCounts(learner, !who.counts).let { core.learner(learner) } }, { fault(it.words, act) }) {
                    draw(it, if (it.counts) words.say("saved") else words.say("consent-withdrawn", "you" to it.you))
                }
            }
        }
    }
}
