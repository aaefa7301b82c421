package vn.hocvu.app

import android.app.Activity
import android.app.KeyguardManager
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.view.WindowManager.LayoutParams.FLAG_SECURE
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import vn.hocvu.app.core.Address
import vn.hocvu.app.core.CARD_TYPED
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.LESSON_TITLE
import vn.hocvu.app.core.Person
import java.io.ByteArrayOutputStream

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

    @Test
    fun `a PIN is set, changed and taken away only by whoever knows it`() {
        val shell = atHome()
        shell.press("Thông tin của tôi")
        shell.press("Đặt mã PIN")
        assertTrue(shell.reads("Quên mã thì mở bằng khóa màn hình"))
        shell.fill("1234", "1235")
        shell.press("Lưu")
        assertTrue(shell.reads("Hai lần gõ chưa giống nhau"))
        shell.fill("1234", "1234")
        shell.press("Lưu")
        assertTrue(shell.reads("Mã này dễ đoán quá"))
        shell.fill("25", "25")
        shell.press("Lưu")
        assertTrue(shell.reads("đúng 4 chữ số"))
        shell.fill("2580", "2580")
        shell.press("Lưu")
        assertTrue(shell.reads("Đã đặt mã PIN") && core.pins.values.single() == "2580")
        shell.press("Quay lại")
        shell.press("Đổi mã PIN")
        shell.fill("1111", "9021", "9021")
        shell.press("Lưu")
        assertTrue(shell.reads("Chưa đúng. Mình thử lại nhé.") && core.pins.values.single() == "2580")
        shell.fill("2580", "", "")
        shell.press("Bỏ mã PIN")
        assertTrue(shell.reads("Đã bỏ mã PIN.") && core.pins.isEmpty())
    }

    private fun Shell.fill(vararg words: String) {
        val fields = views().filterIsInstance<android.widget.EditText>()
        assertEquals(words.size, fields.size)
        fields.zip(words) { field, text -> field.setText(text) }
    }

    @Test
    fun `a lost name is given once more and nothing else is lost`() {
        core.addLan()
        core.change("0") { it.copy(name = null) }
        val shell = open()
        shell.press("Người học chưa có tên")
        assertTrue(shell.reads("Xin cho biết lại tên"))
        shell.press("Thông tin của tôi")
        assertTrue(shell.reads("Bài làm vẫn còn đủ"))
        shell.press("Xin cho biết lại tên")
        shell.press("Tiếp")
        assertTrue(shell.reads("Xin cho biết tên để"))
        shell.type("Lan")
        shell.press("Tiếp")
        shell.rotate()
        shell.press("Tiếp")
        shell.press("Lưu")
        assertTrue("${shell.texts()}", shell.reads("Thông tin của bà Lan"))
        assertEquals(Person("Lan", Address.BA, 0, null), core.own.people["0"])
    }

    @Test
    fun `a child's guardian stays with her when her name is changed`() {
        core.addLan()
        core.own.people["0"] = Person("Tí", Address.EM, 3, "Mai")
        val shell = open()
        shell.press("Bà Lan")
        shell.press("Thông tin của tôi")
        shell.press("Sửa tên")
        shell.type("Tèo")
        repeat(3) { shell.press("Tiếp") }
        assertTrue(shell.reads("Mai"))
        shell.press("Lưu")
        assertTrue(shell.reads("Thông tin của em Tèo"))
        assertEquals(Person("Tèo", Address.EM, 3, "Mai"), core.own.people["0"])
    }

    @Test
    fun `she takes her consent back and gives it again`() {
        val shell = atHome()
        shell.press("Thông tin của tôi")
        shell.press("Những điều đã đồng ý")
        shell.press("Rút lại đồng ý")
        assertTrue(shell.reads("Từ giờ không gửi kết quả của bà nữa") && !core.learners.single().counts)
        shell.press("Đồng ý")
        assertTrue(shell.reads("Đã lưu.") && core.learners.single().counts)
    }

    @Test
    fun `a card is shown only to whoever knows the PIN, names her only if she says so, and is forgotten at once`() {
        val shell = atHome(pin = "2580")
        shell.press("Thông tin của tôi")
        shell.press("Thẻ của tôi")
        assertTrue(shell.reads("giữ thẻ kỹ như giữ chìa khóa nhà") && shell.isSecret())
        shell.press("Hiện thẻ")
        assertTrue(shell.reads("Chưa đúng") && core.own.shown.isEmpty())
        shell.type("2580")
        shell.press("Hiện thẻ")
        assertTrue(shell.reads(CARD_TYPED) && core.own.shown == listOf(false))
        assertTrue("the picture is said", shell.views().any { shell.said(it).startsWith("Hình mã trên thẻ") })
        shell.kill()
        assertFalse("a page made again asks again", shell.reads("HOCVUC"))
        shell.press("Ghi tên lên thẻ")
        shell.type("2580")
        shell.press("Hiện thẻ")
        assertEquals(listOf(false, true), core.own.shown)
        shell.press("Cất thẻ")
        assertTrue(shell.reads("Thông tin của bà Lan") && !shell.isSecret())
    }

    private fun Shell.isSecret() = activity.window.attributes.flags and FLAG_SECURE != 0

    @Test
    fun `a card is taken in by its code`() {
        val shell = open()
        shell.press("Tôi học ở máy khác rồi")
        shell.press("Dùng mã này")
        assertTrue(shell.reads("Xin gõ mã trên thẻ."))
        shell.type("HOCVU1 ABCD")
        shell.press("Dùng mã này")
        assertTrue(shell.reads("không phải thẻ của người học"))
        shell.type("HOCVUC UQAX")
        shell.press("Dùng mã này")
        assertTrue(shell.reads("So lại từng nhóm bốn chữ"))
        shell.type(CARD_TYPED)
        shell.press("Dùng mã này")
        assertTrue("the name on the card", shell.reads("Lan"))
        shell.press("Tiếp")
        shell.press("Bà")
        shell.press("Tiếp")
        shell.press("hoa sen")
        shell.press("Tiếp")
        assertTrue(shell.reads("Bấm nút dưới đây là đồng ý"))
        shell.press("Xong, mang sang")
        assertTrue(shell.reads("Chào bà Lan! Bài ở máy kia sẽ về đây"))
        shell.press("Tiếp")
        assertTrue(shell.title.startsWith("Chào bà Lan"))
        shell.press("Đổi người")
        shell.press("Tôi học ở máy khác rồi")
        shell.type(CARD_TYPED)
        shell.press("Dùng mã này")
        assertTrue("nobody is taken in twice", shell.reads("đã có trên máy rồi") && core.learners.size == 1)
    }

    @Test
    fun `a card that is being taken in is kept for no page that is made again`() {
        for (makeAgain in listOf(Shell::rotate, Shell::kill)) {
            val shell = open()
            shell.press("Tôi học ở máy khác rồi")
            shell.type(CARD_TYPED)
            makeAgain(shell)
            assertFalse("${shell.texts()}", shell.reads(CARD_TYPED))
            shell.type(CARD_TYPED)
            shell.press("Dùng mã này")
            shell.press("Tiếp")
            shell.press("Bà")
            makeAgain(shell)
            assertTrue("the card is asked for again", shell.reads("Dùng mã này") && !shell.reads(CARD_TYPED))
            shell.type(CARD_TYPED)
            shell.press("Dùng mã này")
            shell.press("Tiếp")
            assertTrue("what is no secret is still chosen", shell.isChosen("Bà"))
        }
    }

    private fun Shell.isChosen(words: String) =
        views().filterIsInstance<android.widget.RadioButton>().single { it.text.toString() == words }.isChecked

    @Test
    fun `the record says which devices hold her`() {
        core.others.add("3f2a-91c0")
        val shell = atHome()
        shell.press("Hồ sơ của bà ở đâu")
        assertTrue(shell.reads("Máy này") && shell.reads("Máy khác, mã 3f2a-91c0"))
    }

    @Suppress("DEPRECATION")
    private fun Shell.answer(data: Intent?) {
        val asked = shadowOf(activity).nextStartedActivityForResult
        shadowOf(activity).receiveResult(asked.intent, Activity.RESULT_OK, data)
        settle()
    }

    @Test
    fun `a forgotten PIN is taken away by whoever opens the phone's own lock, and by nobody else`() {
        core.addLan(pin = "2580")
        val guard = RuntimeEnvironment.getApplication().getSystemService(Context.KEYGUARD_SERVICE) as KeyguardManager
        val shell = open()
        shell.press("Bà Lan")
        shell.press("Quên mã?")
        assertTrue(shell.reads("không có khóa màn hình") && core.pins.isNotEmpty())
        shadowOf(guard).setIsDeviceSecure(true)
        shadowOf(guard).setIsKeyguardSecure(true)
        shell.press("Quên mã?")
        shell.answer(null)
        assertTrue("${shell.texts()}", shell.reads("Đã bỏ mã PIN.") && core.pins.isEmpty())
        shell.press("Vào học")
        assertTrue(shell.title.startsWith("Chào bà Lan"))
    }

    @Test
    fun `a copy of everything is saved where she chose`() {
        val shell = atHome()
        shell.press("Thông tin của tôi")
        shell.press("Lấy bản sao thông tin")
        shell.press("Tải bản sao về")
        val (uri, written) = Uri.parse("content://card/hocvu.json") to ByteArrayOutputStream()
        shadowOf(RuntimeEnvironment.getApplication().contentResolver).registerOutputStream(uri, written)
        shell.answer(Intent().setData(uri))
        assertTrue(shell.reads("Đã lưu bản sao") && "Lan" in String(written.toByteArray()))
    }

    @Test
    fun `she is erased only after saying from where, that she understands, and with her PIN`() {
        val shell = atHome(pin = "2580")
        core.others.add("3f2a-91c0")
        shell.press("Thông tin của tôi")
        shell.press("Xóa tên và bài làm")
        assertTrue(shell.reads("4 việc mới chỉ có ở máy này"))
        shell.press("Xóa")
        assertTrue(shell.reads("Xin chọn xóa ở đâu."))
        shell.press("Xóa ở mọi nơi")
        shell.press("Xóa")
        assertTrue(shell.reads("Xin đánh dấu vào ô"))
        shell.rotate()
        shell.press("Tôi hiểu là không lấy lại được")
        shell.type("1111")
        shell.press("Xóa")
        assertTrue(shell.reads("Chưa đúng. Mình thử lại nhé."))
        shell.type("2580")
        shell.press("Xóa")
        assertTrue(shell.reads("được thêm ở máy khác") && core.learners.size == 1)
        shell.press("Chỉ xóa khỏi máy này")
        shell.type("2580")
        shell.press("Xóa")
        assertTrue(shell.reads("Đã xóa khỏi máy này.") && core.learners.isEmpty())
        shell.back()
        assertTrue(shell.reads("Hôm nay ai học?"))
    }
}
