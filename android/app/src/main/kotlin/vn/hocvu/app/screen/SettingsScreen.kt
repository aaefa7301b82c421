package vn.hocvu.app.screen

import android.os.Bundle
import android.widget.CheckBox
import android.widget.RadioButton
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.Settings
import vn.hocvu.app.draw.Page

/** Sizes of letters, in percent of the phone's own: ordinary, large, largest. */
private val SIZES = listOf(100 to "text-size-normal", 130 to "text-size-large", 160 to "text-size-largest")

/** Megabytes a month to choose from; null is without a limit. */
private val MEGABYTES = listOf(null, 5L, 20L, 100L, 500L)

/** Megabytes that pictures and sounds may take. */
private val MEDIA_MEGABYTES = listOf(null, 50L, 200L, 1_000L)
private const val MEGABYTE = 1_000_000L

/** What is chosen for the whole phone; each choice holds at once. */
class SettingsScreen(way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.settings() }) { draw(it, null) }

    private fun draw(settings: Settings, fault: String?) {
        val title = words.say("settings-title")
        show(title) {
            title(title)
            subtitle(words.say("text-size"))
            for ((percent, key) in SIZES) {
                choice(words.say(key), settings.textPercent == percent) { keep(settings.copy(textPercent = percent)) }
            }
            note(words.say("settings-size-note"))
            subtitle(words.say("language"))
            for (language in settings.languages) {
                choice(language.name, settings.language == language.code) { keep(settings.copy(language = language.code)) }
            }
            network(settings)
            room(settings)
            quiet(words.say("settings-packs")) { way.go(Place.Packs()) }
            fault?.let { faultAtEnd(it) }
        }
    }

    private fun Page.network(settings: Settings) {
        subtitle(words.say("settings-network-title"))
        val box = parts.option(CheckBox(look.context), words.say("settings-wifi-only"))
        box.isChecked = settings.wifiOnly
        box.setOnClickListener { keep(settings.copy(wifiOnly = box.isChecked)) }
        add(box)
        note(words.say("settings-wifi-only-note"))
        add(parts.text(words.say("settings-bytes"), bold = true), 20)
        note(words.say("sync-traffic", "size" to settings.used))
        for (bytes in choices(MEGABYTES, settings.bytesMax)) {
            val text = bytes?.let { words.say("size-mb", "amount" to it / MEGABYTE) } ?: words.say("settings-bytes-any")
            choice(text, settings.bytesMax == bytes) { keep(settings.copy(bytesMax = bytes)) }
        }
        note(words.say("settings-bytes-note"))
    }

    private fun Page.room(settings: Settings) {
        subtitle(words.say("quota-title"))
        for (bytes in choices(MEDIA_MEGABYTES, settings.mediaMax)) {
            val text = bytes?.let { words.say("size-mb", "amount" to it / MEGABYTE) } ?: words.say("quota-any")
            choice(text, settings.mediaMax == bytes) { keep(settings.copy(mediaMax = bytes)) }
        }
        note(words.say("quota-note"))
    }

    /** What was chosen elsewhere stays one of the choices. */
    private fun choices(megabytes: List<Long?>, chosen: Long?): List<Long?> {
        val offered = megabytes.map { it?.times(MEGABYTE) }
        return if (chosen in offered) offered else offered + chosen
    }

    private fun Page.choice(text: String, isChosen: Boolean, choose: () -> Unit) {
        val button = parts.option(RadioButton(look.context), text)
        button.isChecked = isChosen
        button.setOnClickListener { if (!isChosen) choose() }
        add(button, 8)
    }

    /** A failure leaves the page as the core has it. */
    private fun keep(settings: Settings) = act({ it.choose(settings) }, ::failed) {
        way.work.chosen(settings)
        way.again()
    }

    private fun failed(failure: Failure) = load({ it.settings() }) { draw(it, failure.words) }
}
