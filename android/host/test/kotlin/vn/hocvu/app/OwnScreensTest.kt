package vn.hocvu.app

import org.robolectric.RuntimeEnvironment
import vn.hocvu.app.core.CARD_TYPED
import vn.hocvu.app.core.COURSE_TITLE

/** What a learner sees of herself and what a guest sees. */
class OwnScreensTest : Walk("own-") {
    override fun walk() {
        core.addLan()
        val shell = Shell { core }
        val see = { name: String -> see(shell, name) }
        guest(shell, see)
        progress(shell, see)
        own(shell, see)
    }

    private fun guest(shell: Shell, see: (String) -> Unit) {
        see("people")
        shell.press("Xem thử, chưa cần tên")
        see("guest")
        shell.press(COURSE_TITLE)
        see("guest-course")
        shell.back()
        shell.press("Tự đánh giá")
        see("guest-assess")
        shell.press("Bắt đầu tự đánh giá")
        see("assess-question")
        shell.press("Tắt máy")
        shell.press("Trả lời")
        shell.press("Giục làm ngay")
        shell.press("Trả lời")
        see("guest-result")
        shell.press("Tôi đã có tên trên máy")
        see("keep")
        shell.press("Bà Lan")
        see("assessed")
    }

    private fun progress(shell: Shell, see: (String) -> Unit) {
        shell.back()
        see("home")
        shell.press("Tôi đã học")
        see("progress")
        shell.back()
        shell.press("Tự đánh giá")
        see("assess-again")
    }

    private fun own(shell: Shell, see: (String) -> Unit) {
        shell.back()
        shell.press("Thông tin của tôi")
        see("me")
        shell.press("Sửa tên")
        see("edit-name")
        shell.back()
        shell.press("Đặt mã PIN")
        shell.press("Lưu")
        see("pin-new")
        shell.back()
        shell.press("Những điều đã đồng ý")
        see("consent")
        shell.back()
        shell.press("Lấy bản sao thông tin")
        see("export")
        shell.back()
        shell.press("Xóa tên và bài làm")
        shell.press("Xóa ở mọi nơi")
        shell.press("Xóa")
        see("erase")
        shell.back()
        shell.press("Thẻ của tôi")
        see("card-ask")
        shell.press("Hiện thẻ")
        see("card")
        core.change("0") { it.copy(name = null) }
        shell.press("Cất thẻ")
        see("me-nameless")
        shell.back()
        see("home-nameless")
        core.others.add("3f2a-91c0")
        shell.press("Hồ sơ của bà ở đâu")
        see("record")
        core.join("HOCVU1")
        shell.rotate()
        RuntimeEnvironment.setQualifiers("+port")
        shell.kill()
        shell.press("Gửi bằng tệp")
        see("courier")
        shell.press("Đổi người")
        core.learners.clear()
        shell.press("Tôi học ở máy khác rồi")
        shell.type("HOCVU1")
        shell.press("Dùng mã này")
        see("take-in")
        shell.type(CARD_TYPED)
        shell.press("Dùng mã này")
        shell.press("Tiếp")
        shell.press("Bà")
        shell.press("Tiếp")
        shell.press("hoa sen")
        shell.press("Tiếp")
        see("take-in-agree")
        shell.press("Xong, mang sang")
        see("take-in-done")
    }
}
