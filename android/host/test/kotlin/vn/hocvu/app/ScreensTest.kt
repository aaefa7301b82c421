package vn.hocvu.app

import org.junit.Assert.assertTrue
import org.robolectric.RuntimeEnvironment
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.LESSON_TITLE

/** The main path. */
class ScreensTest : Walk("") {
    override fun walk() {
        val shell = Shell { core }
        val see = { name: String -> see(shell, name) }
        people(shell, see)
        lesson(shell, see)
        quiz(shell, see)
        record(shell, see)
        failure(shell, see)
    }

    private fun people(shell: Shell, see: (String) -> Unit) {
        see("nobody-yet")
        shell.press("Người mới")
        shell.press("Tiếp")
        see("add-name")
        shell.type("Mai")
        shell.press("Tiếp")
        shell.press("Chị")
        see("add-address")
        shell.press("Tiếp")
        shell.press("con thuyền")
        see("add-picture")
        shell.press("Tiếp")
        shell.press("Người dân")
        see("add-group")
        shell.press("Tiếp")
        shell.press("Người học là trẻ em?")
        see("add-consent")
        core.addLan(pin = "2580")
        core.addLan()
        repeat(6) { shell.back() }
        shell.rotate()
        RuntimeEnvironment.setQualifiers("+port")
        shell.kill()
        see("people")
        shell.press("Bà Lan, hình con trâu")
        shell.type("1111")
        shell.press("Vào học")
        see("pin-wrong")
        shell.back()
        shell.press("Bà Lan, hình hoa sen")
        see("home-first")
    }

    private fun lesson(shell: Shell, see: (String) -> Unit) {
        shell.press(COURSE_TITLE)
        see("course")
        shell.press("Bắt đầu: $LESSON_TITLE")
        see("lesson")
        shell.press("Xem tiếp")
        see("lesson-check")
        shell.press("Nhắn mã lại")
        shell.press("Trả lời")
        see("lesson-check-wrong")
        assertTrue("what is said to the check is in sight", shell.page().scrollY > 0)
        shell.press("Xem lời giải")
        see("lesson-check-solution")
        shell.press("Xong bài này")
        see("lesson-done")
    }

    private fun quiz(shell: Shell, see: (String) -> Unit) {
        shell.press("Giờ mình luyện tập nhé")
        shell.press("Gợi ý")
        see("quiz-single")
        val say = { choose: () -> Unit ->
            choose()
            shell.press("Trả lời")
        }
        say { shell.press("Nhắn mã lại") }
        see("said-wrong")
        val next = { name: String ->
            shell.press("Câu tiếp theo")
            see(name)
        }
        next("quiz-multiple")
        say { shell.press("Giục làm ngay"); shell.press("Gọi đúng tên bà") }
        see("said-multiple")
        next("quiz-true-false")
        say { shell.press("Đúng") }
        see("said-right")
        next("quiz-match")
        shell.press("Đi cùng “Mất điện thoại”")
        see("quiz-match-open")
        say { shell.press("Gọi nhà mạng"); shell.press("Đi cùng “Có tin nhắn lạ”"); shell.press("Không bấm") }
        see("said-match")
        next("quiz-order")
        say {}
        see("said-order")
        next("quiz-gap")
        say { shell.press("Chỗ trống 1"); shell.press("nhiều lần"); shell.press("Chỗ trống 2"); shell.press("cả nhà") }
        see("said-gap")
        next("quiz-text")
        say { shell.type("mật khẩu dùng một lần") }
        see("said-text")
        next("quiz-number")
        shell.type("một trăm")
        shell.press("Trả lời")
        see("quiz-number-unreadable")
        say { shell.type("156") }
        shell.press("Xem kết quả")
        shell.press("Chưa đúng, mình xem lại nhé. Người gọi")
        see("result")
        shell.press("Học tiếp")
        see("home")
    }

    private fun record(shell: Shell, see: (String) -> Unit) {
        shell.press("Hồ sơ của bà ở đâu")
        see("record-here")
        shell.press("Nối máy này với trạm")
        shell.type("HOCVU2 ABCD EFGH")
        shell.press("Nối máy này với trạm")
        see("join-mistyped")
        shell.type("HOCVU1 ABCD EFGH")
        shell.press("Nối máy này với trạm")
        see("join-done")
        shell.press("Hồ sơ của bà ở đâu")
        shell.press("Gửi nhận ngay")
        see("record-joined")
        shell.back()
    }

    private fun failure(shell: Shell, see: (String) -> Unit) {
        core.readsFail = core.diskFull()
        shell.press(COURSE_TITLE)
        see("failure")
    }
}
