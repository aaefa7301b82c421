package vn.hocvu.app.question

import android.view.Gravity
import android.view.View
import android.widget.RadioButton
import vn.hocvu.app.core.Option
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part

/**
 * A list to choose from that opens in its place: a long option is read whole, and nothing covers the
 * question meanwhile. [said] names it for a screen reader.
 */
class Chooser(
    private val parts: Parts,
    private val words: Words,
    private val said: String,
    private val options: List<Option>,
    private var chosen: Int,
    private val choose: (Int) -> Unit,
) {
    private val look = parts.look
    private val list = parts.column()
    private val button = parts.plain("") { open(list.visibility != View.VISIBLE) }
    val view = parts.column().apply {
        part(look, button)
        part(look, list)
    }

    init {
        button.gravity = Gravity.CENTER_VERTICAL or Gravity.START
        open(false)
        show()
    }

    private fun open(isOpen: Boolean) {
        list.removeAllViews()
        list.visibility = if (isOpen) View.VISIBLE else View.GONE
        if (!isOpen) return
        for (option in options) {
            val row = parts.option(RadioButton(look.context), parts.styled(option.text))
            row.isChecked = option.index == chosen
            row.setOnClickListener { take(option.index) }
            list.part(look, row)
        }
    }

    private fun take(index: Int) {
        chosen = index
        choose(index)
        open(false)
        show()
        button.requestFocus()
    }

    private fun show() {
        val text = options.find { it.index == chosen }?.let { parts.styled(it.text) } ?: words.say("quiz-choose")
        button.text = text
        button.contentDescription = "$said: $text"
    }
}
