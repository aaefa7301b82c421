package vn.hocvu.app.question

import android.os.Bundle
import android.view.View
import android.widget.LinearLayout
import vn.hocvu.app.core.Question
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.Picture
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.SMALL_SP
import vn.hocvu.app.draw.part

/** A question: picture, what is asked, what to do, the fields, a hint for who wants one. */
class QuestionPanel(
    private val question: Question,
    private val parts: Parts,
    private val words: Words,
    you: String,
    private val draft: Bundle,
    headingSp: Int,
) {
    private val look = parts.look
    private val form = AnswerForm.of(question.kind, parts, words, you, draft)
    val view: LinearLayout = parts.column()

    init {
        question.picture?.let { Picture.read(it) }?.let { view.part(look, PictureView(look, it, question.pictureAlt)) }
        view.part(look, parts.heading(parts.styled(question.prompt), headingSp), 12)
        view.part(look, parts.text(form.how, SMALL_SP, look.colours.inkSoft))
        view.part(look, form.view, 12)
        if (question.hint != null && !question.hint.isBlank()) hint(question.hint.let(parts::styled))
    }

    fun read(): Reading = form.read()

    private fun hint(text: CharSequence) {
        val tip = parts.panel(look.colours.goSoft)
        tip.part(look, parts.text(words.say("quiz-hint-label"), bold = true))
        tip.part(look, parts.text(text))
        tip.accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        val button = parts.quiet(words.say("quiz-hint")) {}
        val show = { isShown: Boolean ->
            tip.visibility = if (isShown) View.VISIBLE else View.GONE
            button.visibility = if (isShown) View.GONE else View.VISIBLE
            draft.putBoolean("hint", isShown)
        }
        button.setOnClickListener { show(true) }
        view.part(look, button)
        view.part(look, tip)
        show(draft.getBoolean("hint"))
    }
}
