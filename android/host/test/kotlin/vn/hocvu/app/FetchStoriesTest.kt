package vn.hocvu.app

import android.widget.ProgressBar
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.OfferKind
import vn.hocvu.app.core.UnknownPublisher
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** Courses that come over the network: looked for, fetched, paused, given up. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class FetchStoriesTest {
    private val core = FakeCore()
    private val fetches = core.fetches
    private val words = core.words()

    private fun atOffers(): Shell = Shell { core }.apply {
        press("Cài đặt")
        press("Khóa học và chỗ chứa")
        press("Tìm khóa học mới")
    }

    /** A fetch that goes on until it is stopped; the latch says that it was. */
    private fun hang(): Pair<CountDownLatch, CountDownLatch> {
        val (begun, stopped) = CountDownLatch(1) to CountDownLatch(1)
        fetches.meanwhile = {
            begun.countDown()
            try {
                Thread.sleep(60_000)
            } catch (interrupted: InterruptedException) {
                stopped.countDown()
                throw interrupted
            }
        }
        return begun to stopped
    }

    @Test
    fun `what is new is looked for, told with what it costs, and fetched with all that belongs to it`() {
        fetches.atStations.add(fetches.offer())
        val shell = atOffers()
        assertFalse(shell.reads("Mua bán"))
        shell.press("Tìm khóa học mới")
        assertTrue(shell.reads("Khóa mới") && shell.reads("Hội Khuyến học tỉnh"))
        assertTrue(shell.reads("Chữ của bài: 120 KB, về trước. Tranh và tiếng: 4 MB, về sau."))
        shell.press("Tải khóa này")
        assertTrue("${shell.texts()}", shell.reads("Đã tải xong “Mua bán qua mạng”"))
        assertEquals(listOf("mua-ban" to true), fetches.fetched)
        shell.press("Tìm khóa học mới")
        shell.back()
        assertTrue(shell.reads("Khóa học trên máy"))
    }

    @Test
    fun `where nothing is new that is said, and where nobody answers what to do about it`() {
        val shell = atOffers()
        assertTrue(shell.reads("Bấm nút dưới đây"))
        shell.press("Tìm khóa học mới")
        assertTrue(shell.reads("Không có gì mới"))
        fetches.lookTold = words.say("fetch-hold-no-network")
        shell.press("Tìm khóa học mới")
        assertTrue(shell.reads("Máy chưa có mạng"))
        assertFalse(shell.reads("Không có gì mới"))
    }

    @Test
    fun `a fetch shows how far it is, is paused by a button and goes on`() {
        fetches.known.add(fetches.offer())
        val (begun, stopped) = hang()
        val shell = atOffers()
        shell.pressNow("Tải khóa này")
        assertTrue(begun.await(20, TimeUnit.SECONDS))
        shell.settleDisk()
        assertTrue("${shell.texts()}", shell.reads("Đã tải 1 MB trên 4 MB") && shell.reads("học được rồi"))
        val bar = shell.views().filterIsInstance<ProgressBar>().single()
        assertEquals(250 to true, bar.progress to bar.keepScreenOn)
        shell.press("Tạm dừng")
        assertTrue(stopped.await(20, TimeUnit.SECONDS))
        assertTrue(shell.reads("không phải tải lại phần đó"))
        fetches.meanwhile = {}
        shell.press("Tải tiếp")
        assertTrue(shell.reads("Đã tải xong"))
    }

    @Test
    fun `going away pauses a fetch, and whoever comes back finds it begun`() {
        fetches.known.add(fetches.offer())
        for (goAway in listOf(Shell::away, Shell::rotate, Shell::kill)) {
            val (begun, stopped) = hang()
            val shell = atOffers()
            shell.pressNow("Tải")
            assertTrue(begun.await(20, TimeUnit.SECONDS))
            goAway(shell)
            assertTrue(stopped.await(20, TimeUnit.SECONDS))
            assertTrue("${shell.texts()}", shell.reads("Tải tiếp") && shell.reads("Đã tải một phần"))
        }
        assertEquals(emptyList<Any>(), fetches.fetched)
    }

    @Test
    fun `a sync does not wait behind a fetch that somebody left`() {
        core.addLan()
        fetches.known.add(fetches.offer())
        val (begun, stopped) = hang()
        val shell = atOffers()
        shell.pressNow("Tải khóa này")
        assertTrue(begun.await(20, TimeUnit.SECONDS))
        shell.back()
        assertTrue(stopped.await(20, TimeUnit.SECONDS))
        assertTrue(shell.reads("Khóa học trên máy"))
    }

    @Test
    fun `a fetch is given up only after a question`() {
        fetches.known.add(fetches.offer(isBegun = true))
        val shell = atOffers()
        shell.press("Thôi, không tải nữa: Mua bán qua mạng")
        shell.kill()
        assertTrue(shell.reads("Phần tải dở sẽ bỏ đi"))
        shell.press("Thôi, để sau")
        assertTrue(fetches.known.single().isBegun)
        shell.press("Thôi, không tải nữa: Mua bán qua mạng")
        shell.press("Thôi, không tải nữa")
        assertTrue(shell.reads("Đã thôi tải"))
        assertFalse(fetches.known.single().isBegun)
    }

    @Test
    fun `what keeps a fetch from going on is told, and what is there can be gone on with`() {
        fetches.known.add(fetches.offer())
        val shell = atOffers()
        val kept = words.say("fetch-held-works")
        for (key in listOf("trouble-unreachable", "trouble-disk-full", "trouble-budget-spent", "hold-metered")) {
            fetches.trouble = "${words.say("fetch-$key")} $kept"
            shell.press("Tải")
            assertTrue(key, shell.reads(fetches.trouble))
        }
        fetches.trouble = ""
        shell.press("Tải tiếp")
        assertTrue(shell.reads("Đã tải xong"))
    }

    @Test
    fun `that there is no room is told before the start`() {
        fetches.known.add(fetches.offer(noRoom = words.say("offer-no-room", "needed" to "9 MB", "free" to "2 MB")))
        assertTrue(atOffers().reads("Cần 9 MB mà máy chỉ còn 2 MB"))
    }

    @Test
    fun `texts alone are fetched where somebody says so, and what was left out is fetched when she asks`() {
        fetches.known.add(fetches.offer())
        val shell = atOffers()
        shell.press("Chỉ tải chữ")
        shell.press("Tải khóa này")
        fetches.known.add(fetches.offer(OfferKind.MEDIA))
        shell.press("Tìm khóa học mới")
        assertTrue(shell.reads("Còn thiếu tranh và tiếng"))
        assertFalse(shell.reads("Chỉ tải chữ"))
        shell.press("Tải tranh và tiếng")
        assertEquals(listOf("mua-ban" to false, "mua-ban" to true), fetches.fetched)
    }

    @Test
    fun `a publisher whom nobody knows is compared before her courses are shown`() {
        fetches.atStations.add(fetches.offer())
        fetches.unknown.add(UnknownPublisher("Hội Khuyến học tỉnh", "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d", ByteArray(1), "", ""))
        core.phone.isTrusted = false
        val shell = atOffers()
        shell.press("Tìm khóa học mới")
        assertFalse(shell.reads("Mua bán"))
        shell.press("So dấu khóa của")
        assertTrue(shell.reads("1a2b 3c4d"))
        shell.press("Không tin")
        assertFalse(core.phone.isTrusted)
        shell.press("So dấu khóa của")
        fetches.unknown.clear()
        shell.press("Giống rồi, tin nhà phát hành này")
        assertTrue(core.phone.isTrusted)
        assertTrue("${shell.texts()}", shell.reads("Mua bán qua mạng"))
    }

    @Test
    fun `pictures and sounds make room, and can be fetched again`() {
        val shell = Shell { core }
        shell.press("Cài đặt")
        shell.press("200 MB")
        assertEquals(200_000_000L, core.phone.settings.mediaMax)
        shell.press("Khóa học và chỗ chứa")
        shell.press("Bỏ tranh và tiếng cho rộng máy: Vui học")
        assertTrue(shell.reads("Đã lấy lại 4 MB"))
        shell.press("Tìm khóa học mới")
        assertTrue(shell.reads("Tải tranh và tiếng"))
    }
}
