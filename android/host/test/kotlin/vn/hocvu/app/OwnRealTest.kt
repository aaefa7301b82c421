package vn.hocvu.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import vn.hocvu.app.border.AesLock
import vn.hocvu.app.border.PhoneKeys
import vn.hocvu.app.border.RustCore
import vn.hocvu.app.border.openPhone
import vn.hocvu.app.core.Visitor
import java.io.File
import javax.crypto.spec.SecretKeySpec

/** What a learner sees and decides about herself, with the real core behind it. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class OwnRealTest {
    private fun openCore(): RustCore {
        val app = RuntimeEnvironment.getApplication()
        val lock = AesLock(SecretKeySpec(ByteArray(16) { 7 }, "AES"))
        return openPhone(app, PhoneKeys(File(app.noBackupFilesDir, "keys")) { lock }) as RustCore
    }

    private fun Shell.addTu() {
        type("Tư")
        press("Tiếp")
        press("Chú")
        press("Tiếp")
        press("con thuyền")
        press("Tiếp")
        press("Người dân")
        press("Tiếp")
        press("Tôi đồng ý để máy này giữ")
        press("Xong, vào học")
    }

    @Test
    fun `a guest assesses herself, keeps it under a name and sees it in her progress`() {
        val core = openCore()
        val shell = Shell { core }
        shell.press("Xem thử, chưa cần tên")
        shell.press("Tự đánh giá")
        shell.press("Bắt đầu tự đánh giá")
        var answered = 0
        while (!shell.reads("Lưu kết quả này?")) {
            shell.someAnswer()
            shell.press("Trả lời")
            if (++answered == 3) shell.kill()
            check(answered < 200) { "the self-assessment has no end" }
        }
        shell.press("Thêm người mới rồi lưu")
        shell.addTu()
        assertTrue("${shell.texts()}", shell.reads("Chú đang ở đâu?"))
        val learner = Visitor.Known(core.people().single().id)
        val last = checkNotNull(core.assessment(learner).last)
        val result = core.result(learner, last)
        assertEquals(answered, result.answered)
        assertTrue(result.assessed!!.skills.isNotEmpty() && result.assessed!!.skills.none { it.name.contains('.') })
        shell.press("Bài học")
        shell.press("Tôi đã học")
        assertTrue(shell.reads("Đã trả lời $answered câu"))
        core.shut()
    }

    /** Answers whatever is asked with the first that there is. */
    private fun Shell.someAnswer() {
        fun choose() = views().filterIsInstance<android.widget.CompoundButton>().first().performClick()
        when {
            reads("Đi cùng “") || reads("Chọn…") -> views().filter { it.isClickable && ("Đi cùng" in said(it) || "Chỗ trống" in said(it)) }
                .map { said(it).substringBefore(':') }.forEach {
                    press(it)
                    choose()
                    settle()
                }
            reads("Xếp theo thứ tự") -> Unit
            views().any { it is android.widget.EditText } -> type("156")
            else -> choose()
        }
        settle()
    }
}
