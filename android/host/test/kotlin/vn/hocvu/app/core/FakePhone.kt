package vn.hocvu.app.core

import java.io.File

/** The phone's part of the fake core: settings, courses, sounds, codes, what is due. */
class FakePhone : PhoneCalls {
    private val words = FakeWords()
    private val languages = listOf(Language("vi", "Tiếng Việt"), Language("en", "English"))
    var settings = Settings(100, "vi", wifiOnly = false, bytesMax = null, mediaMax = null, languages = languages, used = "3 MB")
    val packs = arrayListOf(
        Pack(COURSE, COURSE_TITLE, 4, "312 KB", ""),
        Pack("vui-hoc", "Vui học ở xã Hòa Bình", 2, "5 MB", "Hội Khuyến học xã Hòa Bình"),
    )
    val removed = ArrayList<Removed>()

    /** What was installed, by its bytes. */
    val installed = ArrayList<String>()
    var isTrusted = true

    /** Thrown by whatever writes, until a test takes it away. */
    var writesFail: Failure? = null

    /** Syncs that nobody asked for, and what each does. */
    var unasked = 0
    var whileSyncing: () -> Unit = {}
    var code: String? = null
    var sound: ByteArray? = null

    private fun writing() = writesFail?.let { throw it }

    override fun settings(): Settings = settings

    override fun choose(settings: Settings) {
        writing()
        this.settings = settings
    }

    var free: String? = "2 GB"
    var isNearlyFull = false

    override fun storage() = Storage(packs.toList(), removed.toList(), "1 MB", "5 MB", free, isNearlyFull)

    override fun installPack(file: File): Pack {
        writing()
        val said = file.readText()
        if (!said.startsWith("HOCVUPACK")) {
            throw Failure(FailureKind.OTHER, words.say("pack-refused-title"), words.say("pack-refused-not-a-pack", "file" to file.name))
        }
        if (!isTrusted) throw UnknownPublisher("Hội Khuyến học", "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d", ByteArray(1), "", "")
        installed.add(said)
        return Pack("moi", "Khóa mới", 1, "1 KB", "Hội Khuyến học").also { packs.add(it) }
    }

    override fun trust(publisher: UnknownPublisher) {
        writing()
        isTrusted = true
    }

    override fun removePack(course: String) {
        writing()
        val gone = packs.first { it.course == course }
        packs.remove(gone)
        removed.add(Removed(gone.course, gone.title))
    }

    override fun bringBack(course: String) {
        writing()
        val back = removed.first { it.course == course }
        removed.remove(back)
        packs.add(Pack(back.course, back.title, 4, "312 KB", ""))
    }

    override fun sound(course: String, file: String): ByteArray? = sound

    override fun readQr(luma: ByteArray, width: Int, height: Int): String? = code

    override fun syncDue(): List<SyncReport> {
        unasked++
        whileSyncing()
        return emptyList()
    }
}
