package vn.hocvu.app.core

import java.io.File

/** What concerns the phone and nobody on it: a part of [Core], with the same rules. */
interface PhoneCalls {
    fun settings(): Settings

    /** Keeps settings; words are in the chosen language from now on. */
    fun choose(settings: Settings)

    fun storage(): Storage

    /** Installs a course; gives what is held now. Fails with [UnknownPublisher] where somebody has to compare. */
    fun installPack(file: File): Pack

    /** Trusts a publisher from now on, because somebody compared what she holds. */
    fun trust(publisher: UnknownPublisher)

    fun removePack(course: String)

    /** Brings back a course of the program that somebody removed. */
    fun bringBack(course: String)

    /** A saved sound (Opus in Ogg); null where it is not held. */
    fun sound(course: String, file: String): ByteArray?

    /** The text of the QR code in a picture, given as the brightness of its points; null where there is none. */
    fun readQr(luma: ByteArray, width: Int, height: Int): String?

    /**
     * Brings this phone into step with the stations that are due, if the network, the battery and the
     * settings allow it. Waits for the network; interrupting the thread ends it, and nothing is lost.
     */
    fun syncDue(): List<SyncReport>
}

class Language(val code: String, val name: String)

/**
 * What was chosen on this phone. [used] says how much of a month's [bytesMax] has travelled; [mediaMax] is
 * how many bytes pictures and sounds may take.
 */
data class Settings(
    val textPercent: Int,
    val language: String,
    val wifiOnly: Boolean,
    val bytesMax: Long?,
    val mediaMax: Long?,
    val languages: List<Language>,
    val used: String,
)

/** A course on this phone; [publisher] is empty for the program's own. */
class Pack(val course: String, val title: String, val version: Int, val size: String, val publisher: String)

/** A course of the program that was removed. */
class Removed(val course: String, val title: String)

/** The courses, what takes room, and how much is left; null where the phone does not say. */
class Storage(
    val packs: List<Pack>,
    val removed: List<Removed>,
    val texts: String,
    val media: String,
    val free: String?,
    val isNearlyFull: Boolean,
)

/** A course is signed by somebody whom nobody here has confirmed yet. */
class UnknownPublisher(
    val publisher: String,
    val fingerprint: String,
    val roots: ByteArray,
    title: String,
    words: String,
    cause: Throwable? = null,
) : Failure(FailureKind.OTHER, title, words, cause)
