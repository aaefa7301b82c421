package vn.hocvu.app.screen

import android.os.Bundle
import android.text.InputFilter
import android.text.InputType
import vn.hocvu.app.core.Learner
import vn.hocvu.app.draw.onTyped

/** More letters than any join code has. */
private const val CODE_CHARS_MAX = 2_000

private const val CODE = "code"

/** How the text of a learner's card begins. */
private const val CARD = "HOCVUC"

/**
 * Joins a station by the code that it shows in letters.
 *
 * What was typed of the code is part of the state, which the platform keeps: it has over 200 letters, and it is
 * no secret, since it hangs on the station's wall. It is forgotten once the station is joined. A learner's card
 * that somebody types or scans here is her key and never kept.
 */
class JoinScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    private var code = state.getString(CODE).orEmpty()

    private fun typed(text: String) {
        code = text
        val isCard = text.filter { it.isLetterOrDigit() }.startsWith(CARD, ignoreCase = true)
        if (isCard) state.remove(CODE) else state.putString(CODE, text)
    }

    override fun open() = load({ it.learner(learner) }) { who ->
        val scanned = state.getString(SCANNED)
        scanned?.let { typed(it) }
        state.remove(SCANNED)
        val title = words.say("phone-join-title")
        show(title) {
            turn(who, words, way)
            title(title)
            if (hasCamera(look.context)) plain(words.say("scan-action")) { way.go(Place.Scan) }
            words(words.say("phone-join-how"))
            add(parts.text(words.say("phone-join-code"), bold = true))
            val field = add(parts.field(words.say("phone-join-code")), 4)
            field.inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_CHARACTERS or
                InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
            field.filters = arrayOf(InputFilter.LengthFilter(CODE_CHARS_MAX))
            field.minLines = 3
            field.setText(code)
            field.onTyped(::typed)
            val go = go(title) {}
            go.setOnClickListener {
                val code = field.text.toString().trim()
                if (code.isEmpty()) fault(words.say("phone-join-missing"), go)
                else act({ it.join(code) }, { fault(it.words, go) }) { done(it.name, who) }
            }
            if (scanned != null) go.performClick()
        }
    }

    private fun done(station: String, who: Learner) {
        typed("")
        toTop()
        val said = words.say("phone-join-done", "name" to station)
        show(said) {
            title(said)
            go(words.say("where-title", "you" to who.you)) { way.back() }
        }
    }
}
