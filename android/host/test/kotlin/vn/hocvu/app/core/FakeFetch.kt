package vn.hocvu.app.core

/** The part of the fake core about courses that come over the network: what stations have, and what comes of asking. */
class FakeFetch : FetchCalls {
    private val words = FakeWords()

    /** What is known here, and what the stations would tell. */
    val known = ArrayList<Offer>()
    val atStations = ArrayList<Offer>()
    val unknown = ArrayList<UnknownPublisher>()

    /** What is in the way of asking, and what ends a fetch early; empty when nothing is. */
    var lookTold = ""
    var trouble = ""

    /** What happens in the middle of a fetch. */
    var meanwhile: () -> Unit = {}
    val fetched = ArrayList<Pair<String, Boolean>>()
    var unasked = 0

    fun offer(kind: OfferKind = OfferKind.NEW, isBegun: Boolean = false, noRoom: String = "", hasMedia: Boolean = kind != OfferKind.MEDIA) = Offer(
        course = "mua-ban",
        title = "Mua bán qua mạng",
        publisher = "Hội Khuyến học tỉnh",
        kind = kind,
        cost = if (kind == OfferKind.MEDIA) words.say("offer-media-only", "size" to "4 MB")
        else "${words.say("offer-texts-first", "size" to "120 KB")} ${words.say("offer-media-after", "size" to "4 MB")}",
        noRoom = noRoom,
        hasMedia = hasMedia,
        isAvailable = true,
        isBegun = isBegun,
    )

    override fun offers() = known.toList()

    override fun look(): Looked {
        if (lookTold.isEmpty() && unknown.isEmpty()) known.addAll(atStations.filter { new -> known.none { it.course == new.course } })
        return Looked(unknown.toList(), lookTold)
    }

    override fun fetch(course: String, withMedia: Boolean, moved: (Fetching) -> Unit): Fetching {
        val offer = known.first { it.course == course }
        known[known.indexOf(offer)] = offer(offer.kind, isBegun = true)
        moved(far(1_000, "1 MB", isReadable = true))
        meanwhile()
        if (trouble.isNotEmpty()) return Fetching(250, isReadable = false, isDone = false, told = trouble)
        known.removeAll { it.course == course }
        fetched.add(course to withMedia)
        return Fetching(1_000, isReadable = true, isDone = true, told = words.say("fetch-done"))
    }

    private fun far(of: Int, done: String, isReadable: Boolean): Fetching {
        val told = words.say("fetch-progress", "done" to done, "all" to "4 MB")
        return Fetching(of / 4, isReadable, false, "$told ${words.say("fetch-readable")}")
    }

    override fun giveUp(course: String) {
        val at = known.indexOfFirst { it.course == course }
        known[at] = offer(known[at].kind)
    }

    override fun evictMedia(course: String): String {
        known.add(offer(OfferKind.MEDIA))
        return "4 MB"
    }

    override fun updateDue() {
        unasked++
    }
}
