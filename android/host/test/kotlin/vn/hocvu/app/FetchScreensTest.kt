package vn.hocvu.app

import vn.hocvu.app.core.FakeFetch
import vn.hocvu.app.core.OfferKind
import vn.hocvu.app.core.UnknownPublisher
import java.util.concurrent.CountDownLatch

/** The screens of courses that come over the network. */
class FetchScreensTest : Walk("fetch-") {
    private val fetches: FakeFetch get() = core.fetches

    override fun walk() {
        val words = core.words()
        val shell = Shell { core }
        shell.press("Cài đặt")
        see(shell, "settings")
        shell.press("Khóa học và chỗ chứa")
        see(shell, "packs")
        shell.press("Tìm khóa học mới")
        see(shell, "not-asked")
        fetches.unknown.add(UnknownPublisher("Hội Khuyến học tỉnh", "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d", ByteArray(1), "", ""))
        shell.press("Tìm khóa học mới")
        see(shell, "unknown")
        shell.press("So dấu khóa của")
        see(shell, "compare")
        fetches.unknown.clear()
        fetches.atStations.add(fetches.offer(noRoom = words.say("offer-no-room", "needed" to "9 MB", "free" to "2 MB")))
        shell.press("Giống rồi, tin nhà phát hành này")
        see(shell, "offers")
        running(shell)
        fetches.trouble = "${words.say("fetch-trouble-altered")} ${words.say("fetch-held-works")}"
        shell.press("Tải tiếp")
        see(shell, "trouble")
        shell.press("Thôi, không tải nữa")
        see(shell, "give-up")
        shell.press("Thôi, để sau")
        fetches.trouble = ""
        shell.press("Tải tiếp")
        fetches.known.add(fetches.offer(OfferKind.MEDIA))
        see(shell, "done")
        shell.press("Tìm khóa học mới")
        see(shell, "media")
    }

    private fun running(shell: Shell) {
        val (begun, goOn) = CountDownLatch(1) to CountDownLatch(1)
        fetches.meanwhile = {
            begun.countDown()
            goOn.await()
        }
        shell.pressNow("Tải khóa này")
        begun.await()
        shell.settleDisk()
        see(shell, "running")
        shell.press("Tạm dừng")
        fetches.meanwhile = {}
        see(shell, "paused")
    }
}
