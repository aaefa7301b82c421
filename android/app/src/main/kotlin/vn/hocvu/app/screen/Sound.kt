package vn.hocvu.app.screen

import android.content.Context
import android.view.View
import android.widget.Button
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part
import vn.hocvu.app.platform.SoundPlayer

/** The sounds of a lesson: fetched when somebody wants to hear one, one at a time. */
abstract class Sound(context: Context) {
    private val player = SoundPlayer(context)
    private var heard: Button? = null

    /** Fetches a sound; null where it is not held. */
    protected abstract fun fetch(file: String, then: (ByteArray?) -> Unit)

    /** Plays a sound, or stops the one that is played by this button. [failed] is told if it cannot be. */
    fun press(file: String, button: Button, words: Words, failed: () -> Unit) {
        if (heard === button) return stop()
        fetch(file) { bytes ->
            if (bytes == null) return@fetch failed()
            stop()
            // First, since a sound that cannot be played ends before the call does.
            heard = button
            button.text = words.say("sound-stop")
            player.play(bytes) { isPlayed ->
                heard = null
                button.text = words.say("sound-play")
                if (!isPlayed) failed()
            }
        }
    }

    fun stop() = player.stop()
}

/** The button of a sound; where it cannot be played, that is said under it, once. */
fun soundButton(file: String, sound: Sound, parts: Parts, words: Words): View {
    val column = parts.column()
    lateinit var button: Button
    button = parts.plain(words.say("sound-play")) {
        sound.press(file, button, words) {
            if (column.childCount == 1) column.part(parts.look, parts.fault(words.say("sound-failed")))
        }
    }
    column.part(parts.look, button)
    return column
}
