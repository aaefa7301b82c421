package vn.hocvu.app.screen

import android.content.res.ColorStateList
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.CheckBox
import android.widget.LinearLayout
import android.widget.ProgressBar
import android.widget.TextView
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.Fetching
import vn.hocvu.app.core.Looked
import vn.hocvu.app.core.Offer
import vn.hocvu.app.core.OfferKind
import vn.hocvu.app.core.Running
import vn.hocvu.app.core.UnknownPublisher
import vn.hocvu.app.draw.part

private const val GIVING_UP = "giving-up"
private const val TEXTS_ONLY = "texts-only"

/**
 * What can be fetched over the network. A fetch runs while this screen is seen: whoever goes away pauses
 * it, what came is kept, and nobody's sync waits behind it.
 */
class OffersScreen(way: Way, state: Bundle) : Screen(way, state) {
    private var running: Running? = null
    private var looked: Looked? = null
    private var comparing: UnknownPublisher? = null

    override fun open(): Unit = open(null)

    private fun open(told: String?, fault: String? = null): Unit = load({ it.offers() }) { offers ->
        val givingUp = offers.find { it.course == state.getString(GIVING_UP) }
        if (givingUp != null) askToGiveUp(givingUp) else list(offers, told, fault)
    }

    private fun list(offers: List<Offer>, told: String?, fault: String?) {
        val title = words.say("offers-title")
        val unknown = looked?.unknown.orEmpty()
        show(told ?: fault ?: title) {
            title(title)
            told?.let { add(said(it)) }
            fault?.let { add(parts.fault(it)) }
            for (publisher in unknown) add(panel(publisher))
            if (offers.isEmpty() && unknown.isEmpty() && told == null && fault == null) {
                words(words.say(if (looked == null) "offers-not-asked" else "offers-none"))
            }
            for (offer in offers) add(panel(offer))
            val look = words.say("offers-look")
            if (offers.isEmpty()) go(look, {}).apply { setOnClickListener { look(this) } }
            else plain(look, {}).apply { setOnClickListener { look(this) } }
        }
    }

    private fun said(words: String): View = parts.panel(look.colours.goSoft).apply {
        accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        part(look, parts.text(words, bold = true))
    }

    private fun look(button: Button) {
        if (running != null) return
        button.text = words.say("offers-looking")
        button.announceForAccessibility(button.text)
        running = way.work.askNetwork({ it.look() }) { outcome ->
            running = null
            if (!way.isAt(this)) return@askNetwork
            toTop()
            outcome.fold({
                looked = it.takeIf { it.told.isEmpty() }
                open(null, it.told.ifEmpty { null })
            }) { open(null, (it as Failure).words) }
        }
    }

    private fun panel(offer: Offer): View = parts.panel(look.colours.card, look.colours.line).apply {
        val kind = when (offer.kind) {
            OfferKind.NEW -> "offer-new"
            OfferKind.NEWER -> "offer-newer"
            OfferKind.MEDIA -> "offer-media"
        }
        part(look, parts.text(words.say(kind), colour = look.colours.inkSoft))
        part(look, parts.text(offer.title, bold = true), 2)
        part(look, parts.text(words.say("offer-from", "publisher" to offer.publisher), colour = look.colours.inkSoft), 4)
        part(look, parts.text(offer.cost), 4)
        if (offer.noRoom.isNotEmpty()) part(look, noRoom(offer.noRoom))
        if (offer.isBegun) part(look, parts.text(words.say("fetch-begun"), colour = look.colours.inkSoft))
        if (offer.isAvailable) ways(offer)
        if (offer.isBegun) {
            val quiet = part(look, parts.quiet(words.say("fetch-give-up")) { giveUp(offer) }, 4)
            quiet.contentDescription = "${words.say("fetch-give-up")}: ${offer.title}"
        }
    }

    private fun noRoom(words: String): View = parts.panel(look.colours.lookSoft, look.colours.look).apply {
        part(look, parts.text(words, bold = true))
    }

    private fun LinearLayout.ways(offer: Offer) {
        val textsOnly = "$TEXTS_ONLY ${offer.course}"
        if (offer.hasMedia) {
            val box = parts.option(CheckBox(look.context), words.say("fetch-texts-only"))
            box.isChecked = state.getBoolean(textsOnly)
            box.setOnClickListener { state.putBoolean(textsOnly, box.isChecked) }
            part(look, box, 10)
        }
        val key = when {
            offer.isBegun -> "fetch-go-on"
            offer.kind == OfferKind.NEW -> "fetch-start"
            offer.kind == OfferKind.NEWER -> "fetch-newer"
            else -> "fetch-media"
        }
        val go = part(look, parts.go(words.say(key)) { fetch(offer, withMedia = !(offer.hasMedia && state.getBoolean(textsOnly))) }, 10)
        go.contentDescription = "${words.say(key)}: ${offer.title}"
    }

    private fun fetch(offer: Offer, withMedia: Boolean) {
        if (running != null) return
        toTop()
        val bar = bar()
        val far = parts.text(words.say("fetch-beginning"))
        far.accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        show(offer.title) {
            title(offer.title)
            add(bar).layoutParams.height = look.dp(28)
            add(far)
            plain(words.say("fetch-pause")) { pauseFetch() }
        }
        var mine: Running? = null
        val moved = { step: Fetching ->
            way.work.later { if (running != null && running === mine) move(step, bar, far) }
        }
        mine = way.work.askNetwork({ it.fetch(offer.course, withMedia, moved) }) { outcome ->
            if (running !== mine) return@askNetwork
            running = null
            if (way.isAt(this)) outcome.fold({ ended(offer, it) }) { open(null, (it as Failure).words) }
        }
        running = mine
    }

    private fun bar() = ProgressBar(look.context, null, android.R.attr.progressBarStyleHorizontal).apply {
        max = 1_000
        progressTintList = ColorStateList.valueOf(look.colours.go)
        progressBackgroundTintList = ColorStateList.valueOf(look.colours.inkSoft)
        importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
        // A phone that turned its screen off would pause what is under way.
        keepScreenOn = true
    }

    private fun move(step: Fetching, bar: ProgressBar, far: TextView) {
        bar.progress = step.thousandths
        far.text = step.told
    }

    private fun ended(offer: Offer, end: Fetching) {
        toTop()
        if (end.isDone) open(words.say("fetch-done-course", "title" to offer.title)) else open(null, end.told)
    }

    private fun pauseFetch() {
        toTop()
        leave()
    }

    /** Going away pauses the fetch; whoever comes back finds the list, and goes on from there. */
    override fun leave() {
        val was = running ?: return
        running = null
        was.stop()
        open()
    }

    private fun giveUp(offer: Offer) {
        toTop()
        state.putString(GIVING_UP, offer.course)
        open()
    }

    private fun askToGiveUp(offer: Offer) {
        val question = words.say("fetch-give-up-ask", "title" to offer.title)
        show(question) {
            title(question)
            go(words.say("fetch-give-up")) {
                act({ it.giveUp(offer.course) }, { faultAtEnd(it.words) }) {
                    state.remove(GIVING_UP)
                    toTop()
                    open(words.say("fetch-given-up", "title" to offer.title))
                }
            }
            plain(words.say("action-cancel")) { back() }
        }
    }

    private fun panel(unknown: UnknownPublisher): View = parts.panel(look.colours.lookSoft, look.colours.look).apply {
        part(look, parts.text(words.say("offers-unknown", "publisher" to unknown.publisher)))
        part(look, parts.plain(words.say("offers-compare", "publisher" to unknown.publisher)) { compare(unknown) }, 10)
    }

    /** Only somebody who holds the publisher's paper can say whether this is the publisher. */
    private fun compare(unknown: UnknownPublisher) {
        comparing = unknown
        toTop()
        val title = words.say("trust-title")
        show(title) {
            title(title)
            words(words.say("offers-unknown", "publisher" to unknown.publisher))
            add(parts.text(words.say("trust-fingerprint", "fingerprint" to unknown.fingerprint), bold = true))
            words(words.say("trust-compare"))
            val yes = plain(words.say("offers-trust-yes")) {}
            yes.setOnClickListener {
                act({ it.trust(unknown) }, { faultAtEnd(it.words) }) {
                    comparing = null
                    look(yes)
                }
            }
            go(words.say("trust-no")) { back() }
        }
    }

    override fun back(): Boolean {
        if (comparing == null && state.getString(GIVING_UP) == null) return false
        comparing = null
        state.remove(GIVING_UP)
        toTop()
        open()
        return true
    }
}
