package vn.hocvu.app.question

import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts

/** What a form holds: an answer, or the key of the text that says what is missing. */
sealed class Reading {
    class Answer(val response: Response) : Reading()
    class Missing(val key: String) : Reading()
}

/**
 * The fields that a question is answered with. What was given so far lies in [draft] at every moment,
 * so that a form that is made again after a rotation or a killed process holds the same.
 */
abstract class AnswerForm(protected val parts: Parts, protected val words: Words, protected val draft: Bundle) {
    protected val look = parts.look

    /** What to do, in one sentence. */
    abstract val how: String

    abstract val view: View

    abstract fun read(): Reading

    protected fun answer(response: Response?, missing: String): Reading =
        if (response == null) Reading.Missing(missing) else Reading.Answer(response)

    companion object {
        fun of(kind: Kind, parts: Parts, words: Words, you: String, draft: Bundle): AnswerForm = when (kind) {
            is Kind.Single -> SingleForm(kind.options.map { it.index to it.text }, parts, words, draft)
            is Kind.Multiple -> MultipleForm(kind, parts, words, draft)
            is Kind.TrueFalse -> TrueFalseForm(parts, words, draft)
            is Kind.Match -> MatchForm(kind, parts, words, draft)
            is Kind.Order -> OrderForm(kind, parts, words, draft)
            is Kind.Gap -> GapForm(kind, parts, words, draft)
            is Kind.Text -> TextForm(kind, parts, words, you, draft)
            is Kind.Number -> NumberForm(kind, parts, words, you, draft)
        }
    }
}

/** The numbers kept in a draft; -1 where nothing is chosen yet. */
internal fun Bundle.chosen(count: Int): IntArray =
    getIntArray("chosen")?.takeIf { it.size == count } ?: IntArray(count) { -1 }

internal fun Bundle.choose(chosen: IntArray) = putIntArray("chosen", chosen)

internal fun Line.isBlank() = plain.isBlank()
