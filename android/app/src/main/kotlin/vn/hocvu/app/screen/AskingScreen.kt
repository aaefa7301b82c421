package vn.hocvu.app.screen

import android.os.Bundle
import android.text.InputFilter
import android.text.InputType
import android.view.View
import android.widget.CompoundButton
import android.widget.EditText
import android.widget.RadioButton
import vn.hocvu.app.core.Address
import vn.hocvu.app.draw.PICTOGRAMS
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.onTyped

const val NAME_CHARS_MAX = 60

/** A form, one question after the other; back goes to the question before. Shared: who somebody is. */
abstract class AskingScreen(way: Way, state: Bundle) : Screen(way, state) {
    /** The pages, in their order. */
    protected abstract val questions: List<() -> Unit>

    private val step: Int get() = state.getInt("step").coerceIn(questions.indices)
    protected val name: String get() = state.getString("name").orEmpty().trim()
    protected val address: Address? get() = Address.entries.getOrNull(state.getInt("address", -1))
    protected val pictogram: Int get() = state.getInt("pictogram", -1)
    protected val you: String get() = words.say("address-${(address ?: Address.BAN).key}")

    override fun back(): Boolean {
        if (step == 0) return false
        turnTo(step - 1)
        return true
    }

    protected fun turnTo(to: Int) {
        state.putInt("step", to)
        toTop()
        ask()
    }

    /** Goes back to before the form, not to the question before. */
    protected fun backOut() {
        state.putInt("step", 0)
        way.back()
    }

    protected fun ask() = questions[step]()

    /** What the button of the last question does. */
    protected open fun finish(page: Page, button: View) = Unit

    protected fun askName() = question("add-name") {
        note(words.say("add-name-note"))
        val field = add(nameField("name", words.say("add-name")))
        field.inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_WORDS
        next { "add-name-missing".takeIf { name.isEmpty() } }
    }

    protected fun askAddress() = question("address-question") {
        note(words.say("address-note"))
        choices("address", Address.entries.map { words.say("address-choice-${it.key}") })
        next { "address-missing".takeIf { address == null } }
    }

    protected fun askPicture() = question("add-picture") {
        add(PictureGrid(parts, words, pictogram) { state.putInt("pictogram", it) }.view)
        next { "add-picture-missing".takeIf { pictogram !in PICTOGRAMS.indices } }
    }

    /** A line for a name, which is kept under [key] while it is typed. */
    protected fun nameField(key: String, said: String): EditText = parts.field(said).apply {
        filters = arrayOf(InputFilter.LengthFilter(NAME_CHARS_MAX))
        setText(state.getString(key).orEmpty())
        onTyped { state.putString(key, it) }
    }

    protected fun question(key: String, build: Page.() -> Unit) = show(words.say(key)) {
        note(words.say("count-of", "n" to step + 1, "of" to questions.size))
        title(words.say(key))
        build()
    }

    /** The green button: [missing] gives the key of what is still to be said, or null to go on. */
    protected fun Page.next(missing: () -> String?) {
        val isLast = step == questions.lastIndex
        val go = go(words.say(if (isLast) "action-save" else "action-next")) {}
        go.setOnClickListener {
            val key = missing()
            when {
                key != null -> fault(words.say(key), go)
                isLast -> finish(this, go)
                else -> turnTo(step + 1)
            }
        }
    }

    protected fun Page.choices(key: String, texts: List<String>) {
        val buttons = ArrayList<CompoundButton>()
        texts.forEachIndexed { i, text ->
            val button = parts.option(RadioButton(look.context), text)
            button.isChecked = state.getInt(key, -1) == i
            button.setOnClickListener {
                state.putInt(key, i)
                buttons.forEach { it.isChecked = it === button }
            }
            buttons.add(add(button, 8))
        }
    }
}
