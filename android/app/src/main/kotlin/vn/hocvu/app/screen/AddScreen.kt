package vn.hocvu.app.screen

import android.os.Bundle
import android.text.InputFilter
import android.text.InputType
import android.view.View
import android.widget.CheckBox
import android.widget.CompoundButton
import android.widget.RadioButton
import vn.hocvu.app.core.Address
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Group
import vn.hocvu.app.core.NewLearner
import vn.hocvu.app.draw.PICTOGRAMS
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.onTyped

private const val NAME_CHARS_MAX = 60

/** A new learner, one question after the other; back goes to the question before. [guest] took a self-assessment. */
class AddScreen(private val guest: String?, way: Way, state: Bundle) : Screen(way, state) {
    private enum class Step { NAME, ADDRESS, PICTURE, GROUP, CONSENT }

    /** Who was added, where keeping what she did failed afterwards. */
    @Volatile
    private var added: String? = null

    private val step: Step get() = Step.entries[state.getInt("step")]
    private val address: Address? get() = Address.entries.getOrNull(state.getInt("address", -1))
    private val you: String get() = words.say("address-${(address ?: Address.BAN).key}")

    /** Asks for nobody, only so that there are words. */
    override fun open() = load({ it.words() }) { ask() }

    override fun back(): Boolean {
        if (step == Step.NAME) return false
        turnTo(step.ordinal - 1)
        return true
    }

    private fun turnTo(ordinal: Int) {
        state.putInt("step", ordinal)
        toTop()
        ask()
    }

    private fun ask() {
        when (step) {
            Step.NAME -> name()
            Step.ADDRESS -> address()
            Step.PICTURE -> picture()
            Step.GROUP -> group()
            Step.CONSENT -> consent()
        }
    }

    private fun name() = question("add-name") {
        note(words.say("add-name-note"))
        val field = add(parts.field(words.say("add-name")))
        field.inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_WORDS
        field.filters = arrayOf(InputFilter.LengthFilter(NAME_CHARS_MAX))
        field.setText(state.getString("name").orEmpty())
        field.onTyped { state.putString("name", it) }
        next { "add-name-missing".takeIf { state.getString("name").isNullOrBlank() } }
    }

    private fun address() = question("address-question") {
        note(words.say("address-note"))
        choices("address", Address.entries.map { words.say("address-choice-${it.key}") })
        next { "address-missing".takeIf { address == null } }
    }

    private fun picture() = question("add-picture") {
        add(PictureGrid(parts, words, state.getInt("pictogram", -1)) { state.putInt("pictogram", it) }.view)
        next { "add-picture-missing".takeIf { state.getInt("pictogram", -1) !in PICTOGRAMS.indices } }
    }

    private fun group() = question("add-group") {
        note(words.say("add-group-note"))
        choices("group", Group.entries.map { "${words.say("group-${it.key}")}\n${words.say("group-${it.key}-note")}" })
        next { "add-group-missing".takeIf { state.getInt("group", -1) < 0 } }
    }

    private fun consent() = question("consent-title") {
        words(words.say("consent-intro", "you" to you))
        box("record", words.say("consent-record"))
        note(words.say("consent-record-what", "you" to you))
        box("count", "${words.say("consent-count")} (${words.say("optional")})")
        note(words.say("consent-count-what"))
        child()
        val go = go(words.say("add-submit")) {}
        go.setOnClickListener {
            val missing = missing()
            if (missing != null) fault(words.say(missing), go)
            else act(::add, { fault(it.words, go) }) { (learner, attempt) -> kept(way, learner, attempt) }
        }
    }

    /** Adds her; what she did as a guest is hers from now on. */
    private fun add(core: Core): Pair<String, String?> {
        val learner = added ?: core.add(request()).also { added = it }
        return learner to guest?.let { core.keep(it, learner, "") }
    }

    /** A child's guardian agrees too, and so does the child. */
    private fun Page.child() {
        val fields = parts.column()
        val isChild = box("child", words.say("add-child")) { fields.visibility = if (it) View.VISIBLE else View.GONE }
        fields.visibility = if (isChild.isChecked) View.VISIBLE else View.GONE
        fields.addView(parts.text(words.say("guardian-why")), Page.params(look, 8))
        fields.addView(parts.text(words.say("guardian-name"), bold = true), Page.params(look, 8))
        val field = parts.field(words.say("guardian-name"))
        field.setText(state.getString("guardian").orEmpty())
        field.filters = arrayOf(InputFilter.LengthFilter(NAME_CHARS_MAX))
        field.onTyped { state.putString("guardian", it) }
        fields.addView(field, Page.params(look, 8))
        fields.addView(tick("guardian_agrees", words.say("guardian-agree")), Page.params(look, 8))
        fields.addView(tick("child_agrees", words.say("guardian-child-agree")), Page.params(look, 8))
        add(fields)
    }

    private val guardian: String get() = state.getString("guardian").orEmpty().trim()

    private fun missing(): String? = when {
        !state.getBoolean("record") -> "consent-record-missing"
        !state.getBoolean("child") -> null
        guardian.isEmpty() || !state.getBoolean("guardian_agrees") -> "guardian-missing"
        !state.getBoolean("child_agrees") -> "guardian-child-missing"
        else -> null
    }

    private fun request() = NewLearner(
        name = state.getString("name").orEmpty().trim(),
        address = address ?: Address.BAN,
        pictogram = state.getInt("pictogram"),
        group = Group.entries[state.getInt("group")],
        isChild = state.getBoolean("child"),
        guardian = guardian.takeIf { state.getBoolean("child") },
        consentRecord = state.getBoolean("record"),
        consentCount = state.getBoolean("count"),
    )

    private fun question(key: String, build: Page.() -> Unit) = show(words.say(key)) {
        note(words.say("count-of", "n" to step.ordinal + 1, "of" to Step.entries.size))
        title(words.say(key))
        build()
    }

    /** The green button: [missing] gives the key of what is still to be said, or null to go on. */
    private fun Page.next(missing: () -> String?) {
        val go = go(words.say("action-next")) {}
        go.setOnClickListener {
            val key = missing()
            if (key == null) turnTo(step.ordinal + 1) else fault(words.say(key), go)
        }
    }

    private fun Page.choices(key: String, texts: List<String>) {
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

    private fun Page.box(key: String, text: String, changed: (Boolean) -> Unit = {}): CompoundButton =
        add(tick(key, text, changed))

    private fun tick(key: String, text: String, changed: (Boolean) -> Unit = {}): CompoundButton =
        parts.option(CheckBox(look.context), text).apply {
            isChecked = state.getBoolean(key)
            setOnCheckedChangeListener { _, isChecked ->
                state.putBoolean(key, isChecked)
                changed(isChecked)
            }
        }
}
