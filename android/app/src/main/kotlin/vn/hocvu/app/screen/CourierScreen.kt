package vn.hocvu.app.screen

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.CourierStation
import vn.hocvu.app.draw.Page
import vn.hocvu.app.platform.choosePlace
import vn.hocvu.app.platform.chooseFile
import vn.hocvu.app.platform.save
import vn.hocvu.app.platform.share

/** The station whose file is to be kept where somebody chose. */
private const val SAVING = "saving"

/** The record in files: what somebody carries to a station, and the reply that she brings back. */
class CourierScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = draw(said = null, fault = null)

    private fun draw(said: String?, fault: String?) = load({ it.courier(learner) }) { found ->
        val title = words.say("courier-title")
        show(said ?: fault ?: title) {
            turn(found.who, words, way)
            title(title)
            said?.let { add(parts.text(it, bold = true)) }
            fault?.let { add(parts.fault(it)) }
            words(words.say("phone-courier-what"))
            subtitle(words.say("courier-out-title"))
            if (found.stations.isEmpty()) none()
            found.stations.forEachIndexed { i, station -> station(station, isFirst = i == 0) }
            subtitle(words.say("phone-courier-in-title"))
            words(words.say("phone-courier-in"))
            plain(words.say("courier-in-file")) {
                state.remove(SAVING)
                if (!way.ask(chooseFile())) faultAtEnd(words.say("packs-no-chooser"))
            }
        }
    }

    private fun Page.none() {
        words(words.say("phone-courier-none"))
        go(words.say("phone-join-title")) { way.go(Place.Join(learner)) }
    }

    private fun Page.station(station: CourierStation, isFirst: Boolean) {
        words(words.say("courier-out-to", "name" to station.name, "count" to station.waiting))
        val send = words.say("courier-out-action")
        val out: View = if (isFirst) go(send) {} else plain(send) {}
        out.contentDescription = "$send: ${station.name}"
        out.setOnClickListener {
            act({ share(way.context, station.no, it.bundle(station.no), it) }, { fault(it.words, out) }) { way.ask(it) }
        }
        val keep = quiet(words.say("phone-courier-save")) {
            state.putLong(SAVING, station.no)
            if (!way.ask(choosePlace(station.no))) fault(words.say("phone-courier-unsaved"), out)
        }
        keep.contentDescription = "${keep.text}: ${station.name}"
    }

    override fun answered(result: Int, data: Intent?) {
        val uri = data?.data
        if (result != Activity.RESULT_OK || uri == null) return
        if (!state.containsKey(SAVING)) return way.go(Place.Brought(uri.toString()))
        keep(state.getLong(SAVING), uri)
    }

    private fun keep(station: Long, uri: Uri) {
        state.remove(SAVING)
        act({ save(way.context, uri, it.bundle(station), it) }, { draw(null, it.words) }) {
            draw(words.say("phone-courier-saved"), null)
        }
    }
}
