package vn.hocvu.app.border

import kotlinx.coroutines.runBlocking
import vn.hocvu.app.core.Language
import vn.hocvu.app.core.Pack
import vn.hocvu.app.core.PhoneCalls
import vn.hocvu.app.core.Removed
import vn.hocvu.app.core.Settings
import vn.hocvu.app.core.Storage
import vn.hocvu.app.core.SyncReport
import vn.hocvu.app.core.UnknownPublisher
import vn.hocvu.app.platform.AnyNetwork
import vn.hocvu.app.platform.NearNetwork
import vn.hocvu.core.ChoicesView
import vn.hocvu.core.Hocvu
import vn.hocvu.core.PackView
import vn.hocvu.core.RelayView
import java.io.File
import java.nio.Buffer
import java.nio.ByteBuffer

/** The part of the core that is about the phone; a station that is near is asked [over] its own network. */
class RustPhone(private val hocvu: Hocvu, val over: NearNetwork = AnyNetwork) : PhoneCalls {
    private val device = hocvu.device()
    private val packs = hocvu.packs()
    private val sync = hocvu.sync()
    private val texts = hocvu.texts()
    val words = RustWords(texts, hocvu.quizzes())

    override fun settings(): Settings = asking {
        val choices = device.choices()
        val traffic = sync.traffic()
        Settings(
            textPercent = choices.textPercent.toInt(),
            language = choices.language,
            wifiOnly = choices.wifiOnly,
            bytesMax = traffic.bytesMax?.toLong(),
            mediaMax = packs.mediaQuota()?.toLong(),
            languages = texts.languageNames().map { Language(it.lang, it.name) },
            used = texts.size(traffic.bytesThisMonth),
        )
    }

    override fun choose(settings: Settings) = asking {
        device.setChoices(ChoicesView(settings.language, settings.textPercent.toUShort(), settings.wifiOnly))
        sync.setBudget(settings.bytesMax?.toULong())
        packs.setMediaQuota(settings.mediaMax?.toULong())
        words.readAgain()
    }

    override fun storage(): Storage = asking {
        val room = packs.storage()
        Storage(
            packs = packs.list().filter { it.isCurrent }.map { it.toScreen() },
            removed = packs.removedStarters().map { Removed(it.course, it.title) },
            texts = texts.size(room.databaseBytes),
            media = texts.size(room.mediaBytes),
            free = room.freeBytes?.let(texts::size),
            isNearlyFull = room.isNearlyFull,
        )
    }

    private fun PackView.toScreen() =
        Pack(course, title, order.substringAfterLast('.').toIntOrNull() ?: 1, texts.size(bytes), publisher)

    override fun installPack(file: File): Pack = asking {
        val installed = packs.installFile(file.path)
        packs.list().first { it.course == installed.course && it.isCurrent }.toScreen()
    }

    override fun trust(publisher: UnknownPublisher) = asking {
        packs.trustRoot(publisher.roots, publisher.fingerprint)
        Unit
    }

    override fun removePack(course: String) = asking { packs.remove(course) }

    override fun bringBack(course: String) = asking {
        packs.bringBack(course)
        Unit
    }

    override fun sound(course: String, file: String): ByteArray? = asking { hocvu.courses().media(course, file) }

    override fun readQr(luma: ByteArray, width: Int, height: Int): String? = asking {
        // The library reads the points where they lie, which it can in memory outside of the heap only.
        val points = ByteBuffer.allocateDirect(luma.size)
        // As `Buffer`: the `ByteBuffer` of older phones has no such method of its own.
        (points.put(luma) as Buffer).rewind()
        device.readQr(points, width.toUInt(), height.toUInt())
    }

    override fun syncDue(): List<SyncReport> = asking {
        val due = sync.due().relays
        rounds(sync.relays().filter { it.no in due })
    }

    /** One station after the other: two at once would share a slow line, and one network at a time is bound. */
    fun rounds(relays: List<RelayView>): List<SyncReport> = relays.map { relay ->
        val round = { runBlocking { sync.round(relay.no, null) } }
        (if (relay.isNear) over.near(round) else round()).toScreen(relay.name)
    }
}
