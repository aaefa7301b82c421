package vn.hocvu.app.question

import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part

/** Give each left side a right side. */
class MatchForm(kind: Kind.Match, parts: Parts, words: Words, draft: Bundle) : AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-match")
    private val chosen = draft.chosen(kind.lefts.size)
    private val column = parts.column()
    override val view: View get() = column

    init {
        kind.lefts.forEachIndexed { i, left ->
            val said = words.say("quiz-match-for", "words" to left.plain)
            val chooser = Chooser(parts, words, said, kind.rights, chosen[i]) { index ->
                chosen[i] = index
                draft.choose(chosen)
            }
            column.part(look, parts.text(parts.styled(left), bold = true), 16)
            column.part(look, chooser.view)
        }
    }

    override fun read() = answer(Response.Match(chosen.toList()).takeIf { chosen.all { it >= 0 } }, "quiz-fill-all")
}
