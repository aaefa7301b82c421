package vn.hocvu.app.screen

import android.os.Bundle
import android.text.InputFilter
import android.text.InputType
import android.view.Gravity
import android.widget.EditText

private const val DIGITS = 4

/** Her PIN. What was typed is not kept over a rotation: it is a secret. */
class PinScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.learner(learner) }) { who ->
        val title = words.say("pin-title", "you" to who.you, "name" to who.name.orEmpty()).trim()
        show(title) {
            title(title)
            val said = words.say("pin-enter", "you" to who.you)
            words(said)
            val field = add(field(said))
            val go = go(words.say("pin-submit")) {}
            go.setOnClickListener {
                val pin = field.text.toString()
                if (pin.length < DIGITS) fault(words.say("pin-form"), go)
                else act({ it.checkPin(learner, pin) }, { failure -> field.setText(""); fault(failure.words, go) }) {
                    way.replace(Place.Home(learner))
                }
            }
            plain(words.say("turn-change")) { way.restart(Place.People) }
        }
    }

    private fun field(said: String): EditText = parts.field(said).apply {
        inputType = InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_VARIATION_PASSWORD
        filters = arrayOf(InputFilter.LengthFilter(DIGITS))
        gravity = Gravity.CENTER
        textSize = 28f
    }
}
