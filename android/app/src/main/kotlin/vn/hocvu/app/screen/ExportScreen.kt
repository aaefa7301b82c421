package vn.hocvu.app.screen

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import vn.hocvu.app.core.Core
import vn.hocvu.app.platform.choosePlaceForCopy
import vn.hocvu.app.platform.save

/** A copy of everything that this phone keeps about her, as a file that she keeps where she likes. */
class ExportScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = draw(isSaved = false, fault = null)

    private fun draw(isSaved: Boolean, fault: String?) = load({ it.learner(learner) }) { who ->
        val title = words.say("export-title")
        val said = if (isSaved) words.say("phone-export-saved", "you" to who.you) else null
        show(said ?: fault ?: title) {
            turn(who, words, way)
            title(title)
            said?.let { add(parts.text(it, bold = true)) }
            words(words.say("export-note", "you" to who.you))
            words(words.say("export-private", "you" to who.you))
            fault?.let { add(parts.fault(it)) }
            go(words.say("export-action")) {
                if (!way.ask(choosePlaceForCopy())) faultAtEnd(words.say("phone-courier-unsaved"))
            }
        }
    }

    override fun answered(result: Int, data: Intent?) {
        val uri = data?.data
        if (result != Activity.RESULT_OK || uri == null) return
        act({ it.copyTo(uri) }, { draw(isSaved = false, it.words) }) { draw(isSaved = true, null) }
    }

    private fun Core.copyTo(uri: Uri) = save(way.context, uri, export(learner).toByteArray(), this)
}
