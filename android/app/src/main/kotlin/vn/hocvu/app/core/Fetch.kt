package vn.hocvu.app.core

/** Courses that come over the network: a part of [Core], with the same rules. */
interface FetchCalls {
    /** What can be fetched, by what stations told last; asks nobody. */
    fun offers(): List<Offer>

    /** Asks the stations for new courses; waits for the network. */
    fun look(): Looked

    /**
     * Fetches a course, texts first, and says how far it has come, from another thread. Waits for the
     * network; interrupting the thread pauses it: what came is kept, and the next call goes on there.
     */
    fun fetch(course: String, withMedia: Boolean, moved: (Fetching) -> Unit): Fetching

    /** Gives up a fetch: what came of it goes. */
    fun giveUp(course: String)

    /** Lets pictures and sounds of a course go; gives how much room that made. */
    fun evictMedia(course: String): String

    /**
     * Fetches new editions of courses that are held, if the network costs nothing and the battery and
     * the settings allow it. Waits for the network; interrupting the thread pauses it.
     */
    fun updateDue()
}

enum class OfferKind { NEW, NEWER, MEDIA }

/**
 * A course that can be fetched: what it costs in words, and that there is no room for it, which is
 * empty where there is. [hasMedia] says whether pictures and sounds would come after texts.
 */
class Offer(
    val course: String,
    val title: String,
    val publisher: String,
    val kind: OfferKind,
    val cost: String,
    val noRoom: String,
    val hasMedia: Boolean,
    val isAvailable: Boolean,
    val isBegun: Boolean,
)

/** What came of asking the stations; [told] is what was in the way, empty where one answered. */
class Looked(val unknown: List<UnknownPublisher>, val told: String)

/** How far a fetch is, in thousandths and in words; the words also say what ended it early. */
class Fetching(val thousandths: Int, val isReadable: Boolean, val isDone: Boolean, val told: String)
