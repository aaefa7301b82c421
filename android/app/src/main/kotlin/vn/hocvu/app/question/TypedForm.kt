package vn.hocvu.app.question

import android.os.Bundle
import android.text.InputFilter
import android.text.InputType
import android.view.View
import android.widget.EditText
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.onTyped
import vn.hocvu.app.draw.part

/** The core keeps no more characters of an answer. */
private const val TYPED_CHARS_MAX = 200

/** Type a few words. */
class TextForm(kind: Kind.Text, parts: Parts, words: Words, you: String, draft: Bundle) :
    AnswerForm(parts, words, draft) {
    override val how = words.say(if (kind.marksOptional) "quiz-do-text-bare" else "quiz-do-text")
    override val view: View =
        typed(parts, words.say("quiz-your-answer", "you" to you), draft).apply {
            inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
        }

    override fun read() = answer(draft.typed()?.let { Response.Text(it) }, "quiz-type-first")
}

/** Type a number, with what is counted behind it. */
class NumberForm(kind: Kind.Number, parts: Parts, words: Words, you: String, draft: Bundle) :
    AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-number")
    private val column = parts.column()
    override val view: View get() = column

    init {
        val said = words.say("quiz-your-answer", "you" to you)
        val field = typed(parts, if (kind.unit.isEmpty()) said else "$said, ${kind.unit}", draft)
        // A phone's number pad would refuse the full stop or the comma of one language or the other.
        field.inputType = InputType.TYPE_CLASS_PHONE
        column.part(look, field)
        if (kind.unit.isNotEmpty()) column.part(look, parts.text(kind.unit))
    }

    override fun read(): Reading {
        val typed = draft.typed() ?: return Reading.Missing("quiz-type-first")
        return answer(words.readNumber(typed)?.let { Response.Number(it) }, "quiz-number-unreadable")
    }
}

private fun Bundle.typed(): String? = getString("typed")?.trim()?.takeIf { it.isNotEmpty() }

private fun typed(parts: Parts, said: String, draft: Bundle): EditText = parts.field(said).apply {
    hint = said
    setHintTextColor(parts.look.colours.inkSoft)
    filters = arrayOf(InputFilter.LengthFilter(TYPED_CHARS_MAX))
    setText(draft.getString("typed").orEmpty())
    onTyped { draft.putString("typed", it) }
}
