package vn.hocvu.app.screen

import android.graphics.Typeface
import android.os.Bundle
import android.widget.CheckBox
import android.widget.CompoundButton
import android.widget.EditText
import vn.hocvu.app.core.Card
import vn.hocvu.app.core.Learner
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.QrView
import vn.hocvu.app.draw.part

/**
 * Her card, shown to her alone and only after she asked: it is a key. It is kept nowhere here, so that
 * a page that is made again asks again.
 */
class CardScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    /** No other app sees it, and no list of what was open last. */
    override val isSecret get() = true

    override fun open() = load({ it.learner(learner) }) { ask(it) }

    private fun title(who: Learner) =
        words.say("card-title", "you" to who.you, "name" to who.name.orEmpty()).trim()

    private fun ask(who: Learner) = show(title(who)) {
        turn(who, words, way)
        title(title(who))
        words(words.say("card-what", "you" to who.you))
        warning(who)
        words(words.say("phone-card-lost", "you" to who.you))
        val box = if (who.name == null) null else named()
        val pin = if (who.hasPin) pin(who) else null
        val go = go(words.say("card-show")) {}
        go.setOnClickListener {
            val typed = pin?.text?.toString().orEmpty()
            val failed = { said: String -> pin?.setText(""); fault(said, go) }
            act({ it.card(learner, typed, box?.isChecked == true) }, { failed(it.words) }) { tell(it) }
        }
    }

    /** She is asked whether her name goes along; unless she says so, it does not. */
    private fun Page.named(): CompoundButton {
        val words = "${words.say("card-with-name")} (${words.say("optional")})"
        val box = add(parts.option(CheckBox(look.context), words))
        note(this@CardScreen.words.say("card-with-name-what"))
        return box
    }

    private fun Page.pin(who: Learner): EditText {
        val said = words.say("pin-enter", "you" to who.you)
        add(parts.text(said, bold = true))
        return add(parts.pin(said), 4)
    }

    private fun Page.warning(who: Learner) {
        val panel = parts.panel(look.colours.stopSoft, look.colours.stop)
        panel.part(look, parts.text(words.say("card-warning", "you" to who.you)))
        add(panel)
    }

    private fun tell(card: Card) {
        toTop()
        show(title(card.who)) {
            turn(card.who, words, way)
            title(title(card.who))
            add(QrView(look, card.qr, words.say("card-qr")))
            subtitle(words.say("card-code"))
            add(parts.text(card.typed, bold = true).apply { typeface = Typeface.create(Typeface.MONOSPACE, Typeface.BOLD) })
            words(words.say("card-how"))
            warning(card.who)
            go(words.say("card-hide")) { way.back() }
        }
    }
}
