package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.LinearLayout
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.Record
import vn.hocvu.app.core.SyncReport
import vn.hocvu.app.draw.Page

/** Where her record is: on this phone alone, received by a station, counted. Only a receipt moves it. */
class RecordScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    private class Part(val colour: Int, val count: Long, val words: String)

    private var isSending = false

    override fun open() = load({ it.record(learner) }) { draw(it, emptyList()) }

    private fun draw(record: Record, reports: List<SyncReport>, fault: String? = null) {
        val you = record.who.you
        val title = words.say("where-title", "you" to you)
        show(fault ?: title) {
            turn(record.who, words, way)
            title(title)
            fault?.let { add(parts.fault(it)) }
            val key = if (record.events == 0L) "where-none" else "where-events"
            words(words.say(key, "count" to record.events, "you" to you))
            if (record.copies > 0) words(words.say("where-brought", "count" to record.copies, "you" to you))
            whole(parts(record))
            if (!record.who.counts) words(words.say("where-no-consent", "you" to you))
            stations(record, reports)
            devices(record)
        }
    }

    private fun parts(record: Record): List<Part> {
        val names = record.stations.filter { !it.counts }.joinToString(", ") { it.name }
        return listOf(
            Part(look.colours.look, record.here, words.say("where-here", "count" to record.here)),
            Part(look.colours.inkSoft, record.received, words.say("where-received", "name" to names, "count" to record.received)),
            Part(look.colours.go, record.counted, words.say("where-counted", "count" to record.counted)),
        ).filter { it.count > 0 }
    }

    /** A bar in as many parts, each as long as its share, and the words for each colour. */
    private fun Page.whole(shares: List<Part>) {
        if (shares.isEmpty()) return
        val bar = LinearLayout(look.context)
        bar.contentDescription = shares.joinToString(". ") { it.words }
        for (share in shares) {
            val piece = View(look.context).apply { setBackgroundColor(share.colour) }
            bar.addView(piece, LinearLayout.LayoutParams(0, MATCH_PARENT, share.count.toFloat()))
        }
        add(bar).layoutParams.height = look.dp(28)
        for (share in shares) add(key(share), 8)
    }

    private fun key(share: Part): View {
        val row = parts.row()
        val mark = View(look.context).apply { setBackgroundColor(share.colour) }
        row.addView(mark, LinearLayout.LayoutParams(look.dp(18), look.dp(18)).apply { rightMargin = look.dp(10) })
        row.addView(parts.text(share.words), LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
        return row
    }

    private fun Page.stations(record: Record, reports: List<SyncReport>) {
        subtitle(words.say("phone-sync-title"))
        if (record.stations.isEmpty()) {
            words(words.say("phone-sync-none", "you" to record.who.you))
            go(words.say("phone-join-title")) { way.go(Place.Join(learner)) }
            return
        }
        for (station in record.stations) {
            val key = if (station.waiting == 0L) "phone-sync-in-step" else "phone-sync-waiting"
            words(words.say(key, "name" to station.name, "count" to station.waiting))
            val told = reports.find { it.station == station.name }?.told ?: station.told
            if (told.isNotEmpty()) add(parts.fault(told), 6)
        }
        val go = go(words.say("sync-now")) {}
        go.setOnClickListener { if (!isSending) send(record, go) }
        plain(words.say("phone-join-title")) { way.go(Place.Join(learner)) }
        quiet(words.say("courier-title")) { way.go(Place.Courier(learner)) }
    }

    /** Which devices hold her: one that she does not know may have used her card. */
    private fun Page.devices(record: Record) {
        subtitle(words.say("where-devices"))
        add(parts.text("• ${words.say("where-this-device")}"), 6)
        for (code in record.others) add(parts.text("• ${words.say("where-other-device", "code" to code)}"), 6)
        note(words.say("where-devices-note", "you" to record.who.you))
    }

    private fun send(record: Record, go: Button) {
        isSending = true
        go.text = words.say("phone-sync-running")
        go.announceForAccessibility(go.text)
        way.work.askNetwork({ core -> core.sync() to core.record(learner) }) { outcome ->
            isSending = false
            if (!way.isAt(this)) return@askNetwork
            outcome.fold({ (reports, now) -> draw(now, reports) }) { draw(record, emptyList(), (it as Failure).words) }
        }
    }
}
