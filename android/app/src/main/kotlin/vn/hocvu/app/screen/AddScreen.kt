package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import android.widget.CheckBox
import android.widget.CompoundButton
import vn.hocvu.app.core.Address
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Group
import vn.hocvu.app.core.NewLearner
import vn.hocvu.app.draw.Page

/** A new learner, one question after the other. [guest] took a self-assessment, which becomes hers. */
class AddScreen(private val guest: String?, way: Way, state: Bundle) : AskingScreen(way, state) {
    override val questions = listOf(::askName, ::askAddress, ::askPicture, ::group, ::consent)

    /** Who was added, where keeping what she did failed afterwards. */
    @Volatile
    private var added: String? = null

    /** Asks for nobody, only so that there are words. */
    override fun open() = load({ it.words() }) { ask() }

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
        fields.addView(nameField("guardian", words.say("guardian-name")), Page.params(look, 8))
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
        name = name,
        address = address ?: Address.BAN,
        pictogram = pictogram,
        group = Group.entries[state.getInt("group")],
        isChild = state.getBoolean("child"),
        guardian = guardian.takeIf { state.getBoolean("child") },
        consentRecord = state.getBoolean("record"),
        consentCount = state.getBoolean("count"),
    )

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
