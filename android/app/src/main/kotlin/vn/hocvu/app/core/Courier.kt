package vn.hocvu.app.core

/** A station that files can be carried to, and how much waits for it. */
class CourierStation(val no: Long, val name: String, val waiting: Long)

class CourierPage(val who: Learner, val stations: List<CourierStation>)

/** The record in files that somebody carries; see [Core]. */
interface CourierCalls {
    fun courier(learner: String): CourierPage

    /** Everything that a station lacks, sealed to it. */
    fun bundle(station: Long): ByteArray

    /** The most bytes of such a file. Of one that was brought, a byte more is enough to be refused. */
    val bundleBytesMax: Int

    /** Whether a file begins as those of couriers do. */
    fun isBundle(bytes: ByteArray): Boolean

    /** Takes in a station's reply; gives the words for what came of it. */
    fun takeReply(bytes: ByteArray): String
}
