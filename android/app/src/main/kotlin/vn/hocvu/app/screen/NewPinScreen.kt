package vn.hocvu.app.screen

import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import vn.hocvu.app.core.Learner
import vn.hocvu.app.draw.Page

/** Sets, changes or takes away a PIN. What was typed is not kept over a rotation: it is a secret. */
class NewPinScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.learner(learner) }) { who ->
        val title = words.say(if (who.hasPin) "pin-change" else "pin-offer")
        show(title) {
            turn(who, words, way)
            title(title)
            words(words.say("pin-offer-note", "you" to who.you))
            add(parts.text(words.say("phone-pin-keep", "you" to who.you), bold = true))
            val old = if (who.hasPin) digits(words.say("pin-enter", "you" to who.you)) else null
            val new = digits(words.say("pin-new"))
            val again = digits(words.say("pin-again"))
            val go = go(words.say("action-save")) {}
            go.setOnClickListener {
                if (new.text.toString() != again.text.toString()) fault(words.say("pin-differs"), go)
                else change(who, old, new.text.toString(), go)
            }
            if (who.hasPin) {
                val away = plain(words.say("pin-remove")) {}
                away.setOnClickListener { change(who, old, null, away) }
            }
        }
    }

    private fun Page.digits(said: String): EditText {
        add(parts.text(said, bold = true))
        return add(parts.pin(said), 4)
    }

    private fun Page.change(who: Learner, old: EditText?, new: String?, button: Button) = act(
        { it.changePin(learner, old?.text?.toString().orEmpty(), new) },
        { old?.setText(""); fault(it.words, button) },
    ) { done(who, if (new == null) words.say("pin-removed") else words.say("pin-set", "you" to who.you)) }

    private fun done(who: Learner, said: String) {
        toTop()
        show(said) {
            turn(who, words, way)
            title(said)
            go(words.say("action-back")) { way.back() }
        }
    }
}
