package vn.hocvu.app.screen

import android.net.Uri
import android.os.Bundle
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Failure
import vn.hocvu.app.platform.read

private const val TOLD = "told"
private const val TITLE = "title"

/**
 * A file that another app opened with this one or shared to it: a station's reply is taken in, anything
 * else is for the screen of courses. Taking the same reply in twice does no harm.
 */
class BroughtScreen(private val file: String, way: Way, state: Bundle) : Screen(way, state) {
    private class Told(val title: String, val words: String)

    override fun open() = load(::take) { told ->
        if (told == null) return@load way.replace(Place.Packs(file))
        state.putString(TITLE, told.title)
        state.putString(TOLD, told.words)
        show(told.words) {
            title(told.title)
            words(told.words)
            go(words.say("action-home")) { way.restart(Place.People) }
        }
    }

    /** What came of the file, once; null where it is none that a courier carries. */
    private fun take(core: Core): Told? {
        val title = state.getString(TITLE)
        if (title != null) return Told(title, state.getString(TOLD).orEmpty())
        return try {
            val bytes = read(way.context, Uri.parse(file), core)
            if (core.isBundle(bytes)) Told(core.words().say("courier-in-title"), core.takeReply(bytes)) else null
        } catch (refused: Failure) {
            Told(core.words().say("courier-refused-title"), refused.words)
        }
    }
}
