package vn.hocvu.app.screen

import android.os.Bundle
import android.text.InputFilter
import android.text.InputType
import vn.hocvu.app.core.Address
import vn.hocvu.app.core.Person
import vn.hocvu.app.core.ReadCard
import vn.hocvu.app.draw.onTyped

/** More letters than any card has, with the spaces between its groups. */
private const val CODE_CHARS_MAX = 1_000

/**
 * Takes in a learner by the code of her card, then asks what this phone should call her. The card is a key,
 * so it is no part of the state, which the platform keeps: a page that is made again asks for it again.
 */
class TakeInScreen(way: Way, state: Bundle) : AskingScreen(way, state) {
    private var code = ""
    private var isScanned = false

    /** A card lies here while it is typed, and until she is taken in. */
    override val isSecret get() = true

    override val questions = listOf(::card, ::askName, ::askAddress, ::askPicture, ::agree)

    override fun open() {
        state.getString(SCANNED)?.let {
            code = it
            isScanned = true
        }
        state.remove(SCANNED)
        load({ it.words() }) { turnTo(0) }
    }

    private fun card() = question("takein-title") {
        words(words.say("takein-intro"))
        if (hasCamera(look.context)) plain(words.say("scan-action")) { way.go(Place.Scan) }
        val said = words.say("takein-code")
        add(parts.text(said, bold = true))
        val field = add(parts.field(said), 4)
        field.inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_CHARACTERS or
            InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
        field.filters = arrayOf(InputFilter.LengthFilter(CODE_CHARS_MAX))
        field.minLines = 4
        field.setText(code)
        field.onTyped { code = it }
        val go = go(words.say("takein-code-action")) {}
        go.setOnClickListener {
            if (code.isBlank()) fault(words.say("takein-code-missing"), go)
            else act({ it.readCard(code) }, { fault(it.words, go) }) { read(it) }
        }
        if (isScanned) {
            isScanned = false
            go.performClick()
        }
    }

    private fun read(card: ReadCard) {
        val here = card.here
        if (here != null) return known(if (here.hasPin) Place.Pin(here.id) else Place.Home(here.id))
        if (name.isEmpty()) card.name?.let { state.putString("name", it) }
        turnTo(1)
    }

    /** Whoever is here already is let in at her own door. */
    private fun known(door: Place) = show(words.say("takein-here")) {
        title(words.say("takein-here"))
        go(words.say("action-next")) { way.restart(Place.People, door) }
    }

    private fun agree() = question("consent-title") {
        words(words.say("takein-honest"))
        words(words.say("takein-keep"))
        val go = go(words.say("takein-action")) {}
        go.setOnClickListener {
            val person = Person(name, address ?: Address.BAN, pictogram, guardian = null)
            act({ it.takeIn(code, person) }, { fault(it.words, go) }) { done(it, person) }
        }
    }

    private fun done(learner: String, person: Person) {
        code = ""
        val said = words.say("takein-done", "you" to you, "name" to person.name.orEmpty())
        toTop()
        show(said) {
            title(said)
            go(words.say("action-next")) { way.restart(Place.People, Place.Home(learner)) }
            note(words.say("phone-takein-sync"))
        }
    }
}
