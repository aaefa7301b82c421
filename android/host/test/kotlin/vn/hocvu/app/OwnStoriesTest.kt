package vn.hocvu.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.LESSON_TITLE

/** Stories of what a learner sees and decides about herself, and of somebody without a name. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class OwnStoriesTest {
    private val core = FakeCore()

    private fun open() = Shell { core }

    private fun atHome(pin: String? = null): Shell = core.addLan(pin).let {
        open().apply {
            press("Bà Lan")
            if (pin != null) {
                type(pin)
                press("Vào học")
            }
        }
    }

    @Test
    fun `my progress says what is next, what she can do and how far each course is`() {
        val shell = atHome()
        shell.press("Tôi đã học")
        assertTrue(shell.reads("Bà Lan đã học đến đâu") && shell.reads("Giữ máy và mật khẩu an toàn"))
        assertTrue(shell.reads("Khá vững") && shell.reads("chưa đủ để nói") && shell.reads("Làm thêm 2 câu nữa"))
        assertTrue("the dots are said too", shell.views().any { shell.said(it) == "3 trên 4 chấm" })
        shell.press(COURSE_TITLE)
        assertTrue(shell.reads("Các bài trong khóa"))
        shell.back()
        shell.press("Bắt đầu: $LESSON_TITLE")
        assertTrue(shell.reads("Trang 1 trên 2"))
    }

    @Test
    fun `a self-assessment tells nothing until its end, goes on where it stopped and is seen again`() {
        val shell = atHome()
        shell.press("Tự đánh giá")
        assertTrue(shell.reads("2 câu, khoảng 2 phút"))
        shell.press("Bắt đầu tự đánh giá")
        shell.press("Nhắn mã lại")
        shell.press("Trả lời")
        assertTrue(shell.reads("Câu 2 trên 2") && !shell.reads("Chưa đúng"))
        shell.kill()
        assertTrue(shell.reads("Câu 2 trên 2"))
        shell.press("Nghỉ ở đây")
        shell.press("Làm tiếp từ câu 2")
        shell.press("Giục làm ngay")
        shell.press("Trả lời")
        assertTrue(shell.reads("Bà đang ở đâu?") && shell.reads("Trước: Biết một ít. Tiến bộ nhiều."))
        assertTrue(shell.reads("Lần này chưa bằng lần trước") && shell.reads("chưa xác nhận"))
        shell.press(LESSON_TITLE)
        shell.back()
        shell.press("Bài học")
        shell.press("Tôi đã học")
        shell.press("Các lần tự đánh giá")
        assertTrue(shell.reads("Bà đang ở đâu?"))
    }

    @Test
    fun `a full disk keeps the answer of a self-assessment on the screen`() {
        val shell = atHome()
        shell.press("Tự đánh giá")
        shell.press("Bắt đầu tự đánh giá")
        shell.press("Tắt máy")
        core.writesFail = core.diskFull()
        shell.press("Trả lời")
        assertTrue(shell.reads("Câu vừa rồi chưa ghi được") && shell.reads("Câu 1 trên 2"))
        core.writesFail = null
        shell.press("Trả lời")
        assertTrue(shell.reads("Câu 2 trên 2"))
    }

    @Test
    fun `somebody without a name reads a lesson and nothing of it is kept`() {
        val shell = open()
        shell.press("Xem thử, chưa cần tên")
        assertTrue(shell.reads("Đang xem thử") && shell.reads("1 bài, khoảng 4 phút"))
        shell.press("Bắt đầu: $COURSE_TITLE")
        assertFalse("a guest has no practice", shell.reads("Luyện tập"))
        shell.press("Bắt đầu: $LESSON_TITLE")
        shell.press("Xem tiếp")
        shell.press("Nhắn mã lại")
        shell.press("Trả lời")
        assertTrue(shell.reads("Chưa đúng"))
        shell.press("Xong bài này")
        assertTrue(shell.reads("máy không ghi lại bài làm"))
        assertTrue(core.seen.isEmpty() && !core.isLessonDone)
    }

    private fun asGuest(): Shell = open().apply {
        press("Xem thử, chưa cần tên")
        press("Tự đánh giá")
        assertTrue(reads("Chưa cần có tên"))
        press("Bắt đầu tự đánh giá")
        press("Tắt máy")
        press("Trả lời")
        kill()
        press("Giục làm ngay")
        press("Trả lời")
        assertTrue("${texts()}", reads("Lưu kết quả này?"))
    }

    @Test
    fun `what a guest did is kept under a new name`() {
        val shell = asGuest()
        shell.press("Thêm người mới rồi lưu")
        shell.type("Mai")
        shell.press("Tiếp")
        shell.press("Chị")
        shell.press("Tiếp")
        shell.press("con thuyền")
        shell.press("Tiếp")
        shell.press("Người dân")
        shell.press("Tiếp")
        shell.press("Tôi đồng ý để máy này giữ")
        core.writesFail = core.diskFull()
        shell.press("Xong, vào học")
        assertTrue(shell.reads("Máy hết chỗ chứa") || shell.reads("chưa ghi được"))
        core.writesFail = null
        shell.press("Xong, vào học")
        assertTrue(shell.reads("Chị đang ở đâu?") && shell.reads("Chị Mai"))
        assertEquals(core.learners.single().id, core.kept)
        shell.back()
        assertTrue(shell.title.startsWith("Chào chị Mai"))
    }

    @Test
    fun `what a guest did is kept under a name that is there, at the word of who bears it`() {
        core.addLan(pin = "2580")
        val shell = asGuest()
        shell.press("Tôi đã có tên trên máy")
        shell.press("Bà Lan")
        shell.type("1111")
        shell.press("Lưu cho bà Lan")
        assertTrue(shell.reads("Chưa đúng. Mình thử lại nhé.") && core.kept == null)
        shell.type("2580")
        shell.press("Lưu cho bà Lan")
        assertTrue(shell.reads("Bà đang ở đâu?") && core.kept == core.learners.single().id)
    }

    @Test
    fun `what a guest did is forgotten when she says so`() {
        val shell = asGuest()
        shell.press("Không lưu")
        assertTrue(shell.reads("Hôm nay ai học?") && core.assessment.answered == 0)
    }
}
