package vn.hocvu.app.border

import vn.hocvu.app.core.CourierCalls
import vn.hocvu.app.core.CourierPage
import vn.hocvu.app.core.CourierStation
import vn.hocvu.core.Hocvu

/** What every bundle begins with; docs/formats.md, section 5. */
private val MAGIC = "hvb".toByteArray()

/** The record in files, by the border's room of sync. */
class RustCourier(hocvu: Hocvu, private val words: RustWords) : CourierCalls {
    private val learners = hocvu.learners()
    private val sync = hocvu.sync()

    override val bundleBytesMax: Int get() = sync.bundleBytesMax().toInt()

    override fun courier(learner: String): CourierPage = asking {
        val who = learners.get(learner) ?: throw words.notFound()
        CourierPage(who.toScreen(), sync.relays().map { CourierStation(it.no, it.name, it.waiting.toLong()) })
    }

    override fun bundle(station: Long): ByteArray = asking { sync.exportBundle(station).bytes }

    override fun isBundle(bytes: ByteArray): Boolean = bytes.take(MAGIC.size) == MAGIC.asList()

    override fun takeReply(bytes: ByteArray): String = asking { sync.importReply(bytes).told }
}
