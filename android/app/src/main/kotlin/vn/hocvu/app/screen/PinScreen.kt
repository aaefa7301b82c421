package vn.hocvu.app.screen

import android.os.Bundle

/** Her PIN. What was typed is not kept over a rotation: it is a secret. */
class PinScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.learner(learner) }) { who ->
        val title = words.say("pin-title", "you" to who.you, "name" to who.name.orEmpty()).trim()
        show(title) {
            title(title)
            val said = words.say("pin-enter", "you" to who.you)
            words(said)
            val field = add(parts.pin(said))
            val go = go(words.say("pin-submit")) {}
            go.setOnClickListener {
                val pin = field.text.toString()
                if (pin.length < PIN_DIGITS) fault(words.say("pin-form"), go)
                else act({ it.checkPin(learner, pin) }, { failure -> field.setText(""); fault(failure.words, go) }) {
                    way.replace(Place.Home(learner))
                }
            }
            plain(words.say("turn-change")) { way.restart(Place.People) }
        }
    }
}
