package vn.hocvu.app.question

import android.os.Bundle
import android.text.SpannableStringBuilder
import android.view.View
import android.widget.TextView
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part

/** Fill gaps: the text with what was chosen in its gaps, and a list for each gap under it. */
class GapForm(private val kind: Kind.Gap, parts: Parts, words: Words, draft: Bundle) : AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-gap")
    private val chosen = draft.chosen(kind.gaps.size)
    private val text: TextView = parts.text(filled())
    private val column = parts.column()
    override val view: View get() = column

    init {
        column.part(look, text)
        kind.gaps.forEachIndexed { i, options ->
            val said = words.say("quiz-gap-n", "n" to i + 1)
            val chooser = Chooser(parts, words, said, options, chosen[i]) { index ->
                chosen[i] = index
                draft.choose(chosen)
                text.text = filled()
            }
            column.part(look, parts.text(said, bold = true), 16)
            column.part(look, chooser.view)
        }
    }

    private fun filled(): CharSequence = SpannableStringBuilder().apply {
        var gap = 0
        for (piece in kind.text) {
            append(parts.styled(piece ?: inGap(gap++)))
        }
    }

    private fun inGap(i: Int): Line {
        val option = kind.gaps.getOrNull(i)?.find { it.index == chosen[i] }
        return option?.text ?: Line.of("(${i + 1}) ……")
    }

    override fun read() = answer(Response.Gap(chosen.toList()).takeIf { chosen.all { it >= 0 } }, "quiz-fill-all")
}
