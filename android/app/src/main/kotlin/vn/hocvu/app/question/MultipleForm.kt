package vn.hocvu.app.question

import android.os.Bundle
import android.view.View
import android.widget.CheckBox
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part

/** Choose all that fit. */
class MultipleForm(kind: Kind.Multiple, parts: Parts, words: Words, draft: Bundle) : AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-multiple")
    private val column = parts.column()
    override val view: View get() = column

    init {
        for (option in kind.options) {
            val box = parts.option(CheckBox(look.context), parts.styled(option.text))
            box.isChecked = option.index in chosen()
            box.setOnCheckedChangeListener { _, isChecked ->
                val others = chosen() - option.index
                draft.choose((if (isChecked) others + option.index else others).sorted().toIntArray())
            }
            column.part(look, box)
        }
    }

    private fun chosen(): List<Int> = draft.getIntArray("chosen")?.toList().orEmpty()

    override fun read() = answer(chosen().takeIf { it.isNotEmpty() }?.let { Response.Multiple(it) }, "quiz-choose-first")
}
