package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import android.widget.CheckBox
import android.widget.CompoundButton
import android.widget.EditText
import android.widget.RadioButton
import vn.hocvu.app.core.Home
import vn.hocvu.app.core.Record
import vn.hocvu.app.draw.Page

private const val WHERE = "where"
private const val UNDERSTOOD = "understood"

/** Erases a learner from this phone or from everywhere, after saying what goes. */
class EraseScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    private var isGone = false

    private class Form(val pin: EditText?, val understood: CompoundButton)

    override fun open() = load({ it.home(learner) to it.record(learner) }) { (home, record) ->
        val who = home.who
        val title = words.say("erase-title", "you" to who.you, "name" to who.name.orEmpty()).trim()
        show(title) {
            turn(who, words, way)
            title(title)
            what(home, record)
            quiet(words.say("erase-export-first")) { way.go(Place.Export(learner)) }
            subtitle(words.say("erase-where"))
            choices(who.you)
            note(words.say("erase-stays", "you" to who.you))
            val form = form(home)
            val erase = plain(words.say("erase-action")) {}
            erase.setOnClickListener {
                when {
                    !state.containsKey(WHERE) -> fault(words.say("erase-where-missing"), erase)
                    !form.understood.isChecked -> fault(words.say("erase-confirm-missing"), erase)
                    else -> erase(form, erase, this)
                }
            }
            go(words.say("action-cancel")) { way.back() }
        }
    }

    private fun Page.what(home: Home, record: Record) {
        words(words.say("erase-what"))
        add(parts.text("• ${words.say("erase-what-person")}"), 4)
        add(parts.text("• ${words.say("erase-what-answers", "count" to home.recorded)}"), 4)
        add(parts.text("• ${words.say("erase-what-unfinished")}"), 4)
        if (record.here > 0) add(parts.text("• ${words.say("phone-erase-unsent", "count" to record.here)}"), 4)
    }

    private fun Page.choices(you: String) {
        val keys = listOf("erase-here", "erase-everywhere")
        val buttons = ArrayList<CompoundButton>()
        keys.forEachIndexed { i, key ->
            val button = parts.option(RadioButton(look.context), "${words.say(key)}\n${words.say("$key-what", "you" to you)}")
            button.isChecked = state.getInt(WHERE, -1) == i
            button.setOnClickListener {
                state.putInt(WHERE, i)
                buttons.forEach { it.isChecked = it === button }
            }
            buttons.add(add(button, 8))
        }
    }

    private fun Page.form(home: Home): Form {
        val understood = add(parts.option(CheckBox(look.context), words.say("erase-confirm")))
        understood.isChecked = state.getBoolean(UNDERSTOOD)
        understood.setOnCheckedChangeListener { _, isChecked -> state.putBoolean(UNDERSTOOD, isChecked) }
        if (!home.who.hasPin) return Form(null, understood)
        val said = words.say("pin-enter", "you" to home.who.you)
        add(parts.text(said, bold = true))
        return Form(add(parts.pin(said), 4), understood)
    }

    private fun erase(form: Form, at: View, page: Page) {
        val everywhere = state.getInt(WHERE) == 1
        val pin = form.pin?.text?.toString().orEmpty()
        act({ it.letGo(learner, pin, everywhere) }, { form.pin?.setText(""); page.fault(it.words, at) }) {
            way.syncUnasked()
            done(words.say(if (everywhere) "erase-done" else "remove-done"))
        }
    }

    private fun done(said: String) {
        isGone = true
        toTop()
        show(said) {
            title(said)
            go(words.say("action-home")) { way.restart(Place.People) }
        }
    }

    /** There is no way back to somebody who is gone. */
    override fun back(): Boolean {
        if (isGone) way.restart(Place.People)
        return isGone
    }
}
