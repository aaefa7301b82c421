package vn.hocvu.app.question

import android.os.Bundle
import android.view.View
import android.widget.RadioButton
import android.widget.RadioGroup
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.Parts

/** Choose one. */
class SingleForm(options: List<Pair<Int, Line>>, parts: Parts, words: Words, draft: Bundle) :
    AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-single")
    private val choice = Choice(parts, options.map { it.first to parts.styled(it.second) }, draft)
    override val view: View get() = choice.view

    override fun read() = answer(choice.chosen?.let { Response.Single(it) }, "quiz-choose-first")
}

/** True or false. */
class TrueFalseForm(parts: Parts, words: Words, draft: Bundle) : AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-true-false")
    private val choice = Choice(parts, listOf(1 to words.say("quiz-true"), 0 to words.say("quiz-false")), draft)
    override val view: View get() = choice.view

    override fun read() = answer(choice.chosen?.let { Response.TrueFalse(it == 1) }, "quiz-choose-first")
}

/** Radio buttons as wide as the page. */
private class Choice(parts: Parts, options: List<Pair<Int, CharSequence>>, private val draft: Bundle) {
    val view = RadioGroup(parts.look.context)
    val chosen: Int? get() = draft.chosen(1)[0].takeIf { it >= 0 }

    init {
        for ((index, text) in options) {
            val button = parts.option(RadioButton(parts.look.context), text)
            button.id = View.generateViewId()
            view.addView(button, Page.params(parts.look, 8))
            if (index == chosen) view.check(button.id)
            button.setOnCheckedChangeListener { _, isChecked -> if (isChecked) draft.choose(intArrayOf(index)) }
        }
    }
}
