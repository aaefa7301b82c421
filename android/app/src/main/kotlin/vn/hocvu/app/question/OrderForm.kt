package vn.hocvu.app.question

import android.os.Bundle
import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Option
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part

/** Put in order: each thing has a button up and one down, which need no steady finger. */
class OrderForm(kind: Kind.Order, parts: Parts, words: Words, draft: Bundle) : AnswerForm(parts, words, draft) {
    override val how = words.say("quiz-do-order")
    private val order = ordered(kind.items, draft).toMutableList()
    private val column = parts.column()
    override val view: View get() = column

    init {
        show()
    }

    private fun show() {
        column.removeAllViews()
        order.forEachIndexed { i, item -> column.part(look, row(i, item)) }
    }

    private fun row(i: Int, item: Option): View {
        val panel = parts.panel(look.colours.card, look.colours.line)
        val buttons = parts.row()
        val place = LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f)
        buttons.addView(arrow("▲", "quiz-order-up", item, i > 0) { swap(i, i - 1) }, place)
        val apart = LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f).apply { leftMargin = look.dp(8) }
        buttons.addView(arrow("▼", "quiz-order-down", item, i < order.lastIndex) { swap(i, i + 1) }, apart)
        panel.part(look, parts.text("${i + 1}. ${item.text.plain}"))
        panel.part(look, buttons)
        return panel
    }

    private fun arrow(mark: String, key: String, item: Option, isUseful: Boolean, act: () -> Unit): View =
        parts.plain(mark, act).apply {
            contentDescription = words.say(key, "words" to item.text.plain)
            isEnabled = isUseful
            alpha = if (isUseful) 1f else 0.3f
        }

    private fun swap(from: Int, to: Int) {
        val item = order.removeAt(from)
        order.add(to, item)
        draft.choose(order.map { it.index }.toIntArray())
        show()
        column.announceForAccessibility(words.say("quiz-order-place", "n" to to + 1))
    }

    override fun read() = Reading.Answer(Response.Order(order.map { it.index }))
}

/** The items as the draft has them; as they were drawn where it has none or another question's. */
private fun ordered(items: List<Option>, draft: Bundle): List<Option> {
    val kept = draft.getIntArray("chosen") ?: return items
    val found = kept.toList().mapNotNull { index -> items.find { it.index == index } }
    return if (found.size == items.size) found else items
}
