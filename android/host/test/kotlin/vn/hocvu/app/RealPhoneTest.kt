package vn.hocvu.app

import android.content.Context
import android.net.ConnectivityManager
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import vn.hocvu.app.border.AesLock
import vn.hocvu.app.border.PhoneKeys
import vn.hocvu.app.border.RustCore
import vn.hocvu.app.border.openPhone
import vn.hocvu.app.core.Failure
import java.io.File
import javax.crypto.spec.SecretKeySpec

/** Settings, courses and codes with the real core behind them. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class RealPhoneTest {
    private val app = RuntimeEnvironment.getApplication()
    private val core = openPhone(
        app,
        PhoneKeys(File(app.noBackupFilesDir, "keys")) { AesLock(SecretKeySpec(ByteArray(16) { 7 }, "AES")) },
    )

    @After
    fun shut() = (core as RustCore).shut()

    /** A join code, and the code of dots that shows it, as a station draws it. */
    private val drawn = checkNotNull(javaClass.getResource("/join-code.txt")).readText().trim().lines()

    /** What a camera would see of it: each dot [scale] points wide, on a light ground. */
    private fun seen(scale: Int): Triple<ByteArray, Int, Int> {
        val dots = drawn.drop(1)
        val side = (dots.size + 12) * scale
        val luma = ByteArray(side * side) { at ->
            val (x, y) = (at % side / scale - 6) to (at / side / scale - 6)
            (if (dots.getOrNull(y)?.getOrNull(x) == '#') 30 else 190).toByte()
        }
        return Triple(luma, side, side)
    }

    @Test
    fun `a station's drawn code is read from a picture and joins the station`() {
        val (luma, width, height) = seen(5)
        val text = checkNotNull(core.readQr(luma, width, height))
        assertEquals(drawn.first(), text)
        assertEquals("Nhà văn hóa xã", core.join(text).name)
        assertNull(core.readQr(ByteArray(640 * 480), 640, 480))
        try {
            core.readQr(ByteArray(10), 640, 480)
            throw AssertionError("points that do not fill the picture were taken")
        } catch (refused: Failure) {
            assertTrue(refused.words.isNotBlank())
        }
    }

    @Test
    fun `another language and larger letters hold at once and after a restart`() {
        val shell = Shell { core }
        shell.press("Cài đặt")
        shell.press("English")
        assertTrue("${shell.texts()}", shell.reads("Text size"))
        shell.press("Largest")
        shell.press("20 MB")
        shell.kill()
        assertTrue(shell.reads("Text size"))
        with(core.settings()) {
            assertEquals(Triple("en", 160, 20_000_000L), Triple(language, textPercent, bytesMax))
        }
    }

    @Test
    fun `a course of the program is removed and comes back, and a file that is none changes nothing`() {
        val before = core.storage()
        assertNotNull("the platform tells how much room is left", before.free)
        val gone = before.packs.first()
        core.removePack(gone.course)
        val without = core.storage()
        assertEquals(listOf(gone.course), without.removed.map { it.course })
        val file = File(app.cacheDir, "thu.hocvu").apply { writeText("no course") }
        try {
            core.installPack(file)
            throw AssertionError("a text was installed")
        } catch (refused: Failure) {
            assertTrue(refused.words, "thu.hocvu" in refused.words)
        }
        core.bringBack(gone.course)
        assertEquals(before.packs.map { it.course }.toSet(), core.storage().packs.map { it.course }.toSet())
    }

    @Test
    fun `without a network nothing is tried unasked`() {
        val networks = app.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
        shadowOf(networks).clearAllNetworks()
        core.join(drawn.first())
        assertEquals(emptyList<Any>(), core.syncDue())
    }

    @Test
    fun `without a network no course is fetched, and that is told`() {
        val networks = app.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
        shadowOf(networks).clearAllNetworks()
        assertEquals(emptyList<Any>(), core.offers())
        core.join(drawn.first())
        val told = listOf(core.look().told, core.fetch("mua-ban", withMedia = true) {}.told)
        assertTrue("$told", told.all { it.startsWith("Máy chưa có mạng") && "vẫn học được" in it })
        core.updateDue()
    }

    @Test
    fun `room for pictures and sounds is kept, and those of the program's own courses stay`() {
        core.choose(core.settings().copy(mediaMax = 1_000))
        assertEquals(1_000L, core.settings().mediaMax)
        val pack = core.storage().packs.first()
        val media = core.storage().media
        core.evictMedia(pack.course)
        assertEquals(media, core.storage().media)
        core.choose(core.settings().copy(mediaMax = null))
        assertNull(core.settings().mediaMax)
    }
}
