package vn.hocvu.app.border

import kotlinx.coroutines.runBlocking
import vn.hocvu.app.core.FetchCalls
import vn.hocvu.app.core.Fetching
import vn.hocvu.app.core.Looked
import vn.hocvu.app.core.Offer
import vn.hocvu.app.core.OfferKind
import vn.hocvu.app.core.UnknownPublisher
import vn.hocvu.app.platform.NearNetwork
import vn.hocvu.core.FetchListener
import vn.hocvu.core.FetchView
import vn.hocvu.core.FetchWayRequest
import vn.hocvu.core.Hocvu
import vn.hocvu.core.LookedView
import vn.hocvu.core.OfferKindView
import vn.hocvu.core.OfferView
import vn.hocvu.core.UnknownPublisherView

/** Courses that come over the network, by the border's room of packs. */
class RustFetch(hocvu: Hocvu, private val words: RustWords, private val over: NearNetwork) : FetchCalls {
    private val packs = hocvu.packs()
    private val sync = hocvu.sync()
    private val texts = hocvu.texts()

    override fun offers(): List<Offer> = asking { packs.offers().map { it.toScreen() } }

    override fun look(): Looked = asking { look(isAsked = true).toScreen() }

    private fun look(isAsked: Boolean): LookedView =
        eachWay(isAsked, { false }) { way -> runBlocking { packs.lookForCourses(way) } }

    override fun fetch(course: String, withMedia: Boolean, moved: (Fetching) -> Unit): Fetching =
        asking { fetch(course, withMedia, isAsked = true, moved) }

    private fun fetch(course: String, withMedia: Boolean, isAsked: Boolean, moved: (Fetching) -> Unit): Fetching {
        val listener = object : FetchListener {
            override fun moved(fetch: FetchView) = moved(fetch.toScreen())
        }
        val done = eachWay(isAsked, FetchView::isDone) { way ->
            runBlocking { packs.fetch(course, withMedia, way, listener) }
        }
        return done.toScreen()
    }

    override fun giveUp(course: String) = asking { packs.giveUpFetch(course) }

    override fun evictMedia(course: String): String = asking { texts.size(packs.evictMedia(course)) }

    override fun updateDue() = asking {
        if (sync.relays().isEmpty()) return@asking
        look(isAsked = false)
        val newer = packs.offers().filter { it.kind == OfferKindView.NEWER && it.isAvailable }
        for (offer in newer) fetch(offer.course, withMedia = true, isAsked = false) {}
    }

    /**
     * Where a Wi-Fi without the internet is there, the station in it is asked first, over that Wi-Fi: its
     * bytes cost nothing. Then the others are, unless it was enough.
     */
    private fun <T> eachWay(isAsked: Boolean, isEnough: (T) -> Boolean, call: (FetchWayRequest) -> T): T {
        val relays = sync.relays()
        if (!over.isLocal || relays.none { it.isNear }) return call(FetchWayRequest(isAsked, nearOnly = false))
        val near = over.near { call(FetchWayRequest(isAsked, nearOnly = true)) }
        return if (isEnough(near) || relays.all { it.isNear }) near else call(FetchWayRequest(isAsked, nearOnly = false))
    }

    private fun OfferView.toScreen() = Offer(
        course = course,
        title = title,
        publisher = publisher,
        kind = when (kind) {
            OfferKindView.NEW -> OfferKind.NEW
            OfferKindView.NEWER -> OfferKind.NEWER
            OfferKindView.MEDIA -> OfferKind.MEDIA
        },
        cost = cost,
        noRoom = noRoom,
        hasMedia = kind != OfferKindView.MEDIA && mediaBytes > 0u,
        isAvailable = isAvailable,
        isBegun = isBegun,
    )

    private fun LookedView.toScreen() = Looked(unknown.map { it.toScreen() }, told)

    private fun UnknownPublisherView.toScreen() = UnknownPublisher(
        publisher = publisher,
        fingerprint = fingerprint,
        roots = roots,
        title = words.say("trust-title"),
        words = words.say("offers-unknown", "publisher" to publisher),
    )

    private fun FetchView.toScreen(): Fetching {
        val thousandths = if (bytes == 0uL) 0 else (bytesDone * 1_000u / bytes).toInt()
        return Fetching(thousandths, isSwitched, isDone, told)
    }
}
