package vn.hocvu.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import vn.hocvu.app.core.Address
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.Group
import vn.hocvu.app.core.LESSON_TITLE
import vn.hocvu.app.core.QUESTIONS
import vn.hocvu.app.core.RIGHT
import vn.hocvu.app.core.Response

/** Stories of a person with the phone; the core is a fake that holds one course. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class StoriesTest {
    private val core = FakeCore()

    private fun open() = Shell { core }

    private fun atHome(): Shell = core.addLan().let { open().apply { press("Bà Lan") } }

    private fun atQuiz(): Shell = atHome().apply {
        press(COURSE_TITLE)
        press("Bắt đầu: Luyện tập")
    }

    @Test
    fun `somebody new is added step by step and begins`() {
        val shell = open()
        assertTrue(shell.reads("Chưa có ai trên máy này"))
        shell.press("Người mới")
        shell.press("Tiếp")
        assertTrue(shell.reads("Xin cho biết tên"))
        shell.type(" Lan ")
        shell.press("Tiếp")
        shell.press("Bà")
        shell.press("Tiếp")
        shell.press("hoa sen")
        shell.press("Tiếp")
        shell.press("Người dân")
        shell.press("Tiếp")
        shell.press("Xong, vào học")
        assertTrue(shell.reads("cần đồng ý mục này"))
        shell.press("Tôi đồng ý để máy này giữ")
        shell.press("Xong, vào học")
        assertTrue(shell.title, shell.title.startsWith("Chào bà Lan"))
        with(core.added.single()) {
            assertEquals("Lan" to Address.BA, name to address)
            assertEquals(1 to Group.CITIZEN, pictogram to group)
            assertEquals(true to false, consentRecord to consentCount)
        }
    }

    @Test
    fun `back goes from question to question of the form and rotation keeps what was said`() {
        val shell = open()
        shell.press("Người mới")
        shell.type("Tư")
        shell.press("Tiếp")
        shell.press("Chú")
        shell.rotate()
        shell.press("Tiếp")
        assertTrue(shell.reads("Chọn một hình"))
        shell.back()
        shell.back()
        assertTrue(shell.reads("Tư"))
        shell.back()
        assertTrue(shell.reads("Hôm nay ai học?"))
    }

    @Test
    fun `a child is added with her guardian alone`() {
        val shell = open()
        shell.press("Người mới")
        shell.type("Tí")
        shell.press("Tiếp")
        shell.press("Em")
        shell.press("Tiếp")
        shell.press("con trâu")
        shell.press("Tiếp")
        shell.press("Đang đi học")
        shell.press("Tiếp")
        shell.press("Tôi đồng ý để máy này giữ")
        shell.press("Người học là trẻ em?")
        shell.press("Xong, vào học")
        assertTrue(shell.reads("Xin nhờ cha mẹ"))
        shell.type("Mai")
        shell.press("Tôi là cha mẹ")
        shell.press("Em cũng đồng ý")
        shell.press("Xong, vào học")
        assertEquals("Mai" to true, core.added.single().let { it.guardian to it.isChild })
    }

    @Test
    fun `a wrong PIN is refused and the right one opens`() {
        core.addLan(pin = "2580")
        val shell = open()
        shell.press("Bà Lan")
        shell.press("Vào học")
        assertTrue(shell.reads("đúng 4 chữ số"))
        shell.type("1111")
        shell.press("Vào học")
        assertTrue(shell.reads("Chưa đúng. Mình thử lại nhé."))
        shell.type("2580")
        shell.press("Vào học")
        assertTrue(shell.title.startsWith("Chào bà Lan"))
        shell.back()
        assertTrue(shell.reads("Hôm nay ai học?"))
    }

    @Test
    fun `a lesson is read page by page and finished`() {
        val shell = atHome()
        shell.press("Bắt đầu: $LESSON_TITLE")
        assertTrue(shell.reads("Trang 1 trên 2"))
        shell.press("Xem tiếp")
        assertTrue(shell.reads("Trang 2 trên 2") && shell.reads("Cẩn thận") && shell.reads("156"))
        shell.back()
        assertTrue(shell.reads("Trang 1 trên 2"))
        shell.press("Xem tiếp")
        shell.press("Trả lời")
        assertTrue(shell.reads("Xin chọn một ý"))
        shell.press("Nhắn mã lại")
        shell.press("Trả lời")
        assertTrue(shell.reads("Chưa đúng") && !shell.reads("Ai có mã OTP thì"))
        shell.rotate()
        assertTrue(shell.reads("Chưa đúng"))
        shell.press("Thử lại")
        shell.press("Tắt máy")
        shell.press("Trả lời")
        assertTrue(shell.reads("Đúng rồi") && shell.reads("Ai có mã OTP thì"))
        shell.press("Xong bài này")
        assertTrue(shell.reads("Bà đã học xong bài này.") && core.isLessonDone)
        shell.press("Giờ mình luyện tập nhé")
        assertTrue(shell.reads("Câu 1 trên ${QUESTIONS.size}"))
    }

    @Test
    fun `every kind of question is answered and the result is shown`() {
        val shell = atQuiz()
        answerAll(shell)
        assertEquals(QUESTIONS.map { RIGHT.getValue(it.id) }, core.answers.values.toList())
        assertTrue(shell.reads("Đúng 8 trên 8 câu") && shell.reads("Bà làm đúng hết"))
        shell.press("Đúng rồi. Việc nào đi cùng")
        assertTrue(shell.reads("Mất điện thoại: Gọi nhà mạng"))
        shell.rotate()
        assertTrue(shell.reads("Mất điện thoại: Gọi nhà mạng"))
        shell.press("Học tiếp")
        assertTrue(shell.title.startsWith("Chào bà Lan"))
    }

    private fun answerAll(shell: Shell) {
        shell.answer { press("Tắt máy, không đọc mã") }
        shell.answer { press("Giục làm ngay"); press("Có đường liên kết lạ") }
        shell.answer { press("Đúng") }
        shell.answer {
            press("Đi cùng “Mất điện thoại”"); press("Gọi nhà mạng")
            press("Đi cùng “Có tin nhắn lạ”"); press("Không bấm")
        }
        shell.answer { press("Đưa “Tắt máy” lên"); press("Đưa “Tắt máy” xuống") }
        shell.answer { press("Chỗ trống 1"); press("một lần"); press("Chỗ trống 2"); press("một mình bà") }
        shell.answer { type("OTP") }
        shell.press("Trả lời")
        assertTrue(shell.reads("Xin gõ câu trả lời"))
        shell.type("một năm sáu")
        shell.press("Trả lời")
        assertTrue(shell.reads("Mình chưa đọc được số này"))
        shell.answer { type("156") }
    }

    private fun Shell.answer(choose: Shell.() -> Unit) {
        choose()
        press("Trả lời")
        assertTrue("${texts()}", reads("Đúng rồi."))
        val next = if (reads("Xem kết quả")) "Xem kết quả" else "Câu tiếp theo"
        press(next)
    }

    @Test
    fun `what is chosen and not yet answered outlives a rotation and a killed process`() {
        val shell = atQuiz()
        shell.press("Tắt máy")
        shell.rotate()
        shell.kill()
        shell.press("Trả lời")
        assertEquals(Response.Single(1), core.answers[0])
        assertEquals("the attempt that was begun is gone on with", 1, core.attempts)
    }

    @Test
    fun `a process that is killed after an answer shows what was said to it`() {
        val shell = atQuiz()
        shell.press("Nhắn mã lại")
        shell.press("Trả lời")
        shell.kill()
        assertTrue(shell.reads("Chưa đúng, mình xem lại nhé.") && shell.reads("Câu 1 trên 8"))
        shell.press("Câu tiếp theo")
        assertTrue(shell.reads("Câu 2 trên 8"))
        shell.back()
        assertTrue("back leads where the quiz was begun", shell.reads("Các bài trong khóa"))
    }

    @Test
    fun `a full disk keeps the answer on the screen until there is room`() {
        val shell = atQuiz()
        shell.press("Tắt máy")
        core.writesFail = core.diskFull()
        shell.press("Trả lời")
        assertTrue(shell.reads("Câu vừa rồi chưa ghi được") && core.answers.isEmpty())
        core.writesFail = null
        shell.press("Trả lời")
        assertTrue(shell.reads("Đúng rồi.") && core.answers.size == 1)
    }

    @Test
    fun `a screen that cannot be read says so and is tried again`() {
        val shell = atHome()
        core.readsFail = Failure(FailureKind.OTHER, "Máy đang bận", "Chờ một chút rồi thử lại.")
        shell.press(COURSE_TITLE)
        assertTrue(shell.reads("Máy đang bận"))
        core.readsFail = null
        shell.press("Thử lại")
        assertTrue(shell.reads("Các bài trong khóa"))
    }

    @Test
    fun `a core that does not open says why and opens at the next try`() {
        var isFull = true
        val shell = Shell { if (isFull) throw core.diskFull() else core }
        assertTrue(shell.reads("Máy hết chỗ chứa"))
        isFull = false
        shell.press("Máy hết chỗ chứa")
        assertTrue(shell.reads("Hôm nay ai học?"))
    }

    @Test
    fun `the record is on this phone until a station is joined and says what it has`() {
        val shell = atHome()
        shell.press("Hồ sơ của bà ở đâu")
        assertTrue(shell.reads("Mới chỉ có ở máy này: 4"))
        shell.press("Nối máy này với trạm")
        shell.press("Nối máy này với trạm")
        assertTrue(shell.reads("Xin gõ mã của trạm trước."))
        shell.type("xin chào")
        shell.press("Nối máy này với trạm")
        assertTrue(shell.reads("Có chữ gõ sai"))
        shell.type("HOCVU1 ABCD")
        shell.press("Nối máy này với trạm")
        shell.press("Hồ sơ của bà ở đâu")
        assertTrue(shell.reads("đã nhận: 2") && shell.reads("còn 2 việc chờ gửi"))
        shell.press("Gửi nhận ngay")
        assertTrue(shell.reads("Chưa gặp được trạm kia"))
    }

    @Test
    fun `a sync that fails altogether is told on the page, and tried again`() {
        core.join("HOCVU1")
        val shell = atHome()
        shell.press("Hồ sơ của bà ở đâu")
        core.syncFails = Failure(FailureKind.OTHER, "Mình gặp trục trặc", "Thử lại nhé.")
        shell.press("Gửi nhận ngay")
        assertTrue("${shell.texts()}", shell.reads("Thử lại nhé."))
        core.syncFails = null
        shell.press("Gửi nhận ngay")
        assertTrue(shell.reads("Chưa gặp được trạm kia") && !shell.reads("Thử lại nhé."))
    }

    @Test
    fun `the next person begins at the list of people and back does not lead into another's pages`() {
        val shell = atHome()
        shell.press("Đổi người")
        assertTrue(shell.reads("Hôm nay ai học?"))
        assertFalse(shell.activity.isFinishing)
        shell.back()
        assertTrue(shell.activity.isFinishing)
    }
}
