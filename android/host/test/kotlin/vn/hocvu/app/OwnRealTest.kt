package vn.hocvu.app

import android.content.ContextWrapper
import android.widget.EditText
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
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
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.Visitor
import java.io.File
import javax.crypto.spec.SecretKeySpec

/** What a learner sees and decides about herself, with the real core behind it. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class OwnRealTest {
    /** The core of this phone, or of another that lies beside it. */
    private fun openCore(folder: String = ""): RustCore {
        val app = RuntimeEnvironment.getApplication()
        val lock = AesLock(SecretKeySpec(ByteArray(16) { 7 }, "AES"))
        val phone = object : ContextWrapper(app) {
            override fun getFilesDir() = File(app.filesDir, folder).apply { mkdirs() }
            override fun getNoBackupFilesDir() = File(app.noBackupFilesDir, folder).apply { mkdirs() }
        }
        return openPhone(phone, PhoneKeys(File(phone.noBackupFilesDir, "keys")) { lock }) as RustCore
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
            views().any { it is EditText } -> type("156")
            else -> choose()
        }
        settle()
    }

    @Test
    fun `a card of one phone is read by another, which holds her from then on`() {
        val first = openCore()
        val shell = Shell { first }
        shell.press("Người mới")
        shell.addTu()
        val learner = first.people().single().id
        shell.press("Thông tin của tôi")
        shell.press("Đặt mã PIN")
        val (new, again) = shell.views().filterIsInstance<EditText>()
        for (pin in listOf("1990", "2580")) {
            new.setText(pin)
            again.setText(pin)
            shell.press("Lưu")
            assertEquals(pin == "1990", shell.reads("Mã này dễ đoán quá"))
        }
        shell.press("Quay lại")
        shell.press("Thẻ của tôi")
        shell.press("Ghi tên lên thẻ")
        shell.type("2580")
        shell.press("Hiện thẻ")
        val typed = shell.texts().single { it.startsWith("HOCVUC-") }
        assertEquals(typed, first.card(learner, "2580", withName = true).typed)
        val here = first.readCard(typed.lowercase())
        assertEquals("Tư" to learner, here.name to here.here?.id)
        first.shut()

        // The other phone is another process.
        (RuntimeEnvironment.getApplication() as StoryApp).killed()
        val second = openCore("other")
        val other = Shell { second }
        other.press("Tôi học ở máy khác rồi")
        for ((hostile, words) in listOf(
            "HOCVU1-ABCD" to "không phải thẻ của người học",
            typed.replaceFirst("A", "B") to "So lại từng nhóm bốn chữ",
            "\u202e\u0000🐃".repeat(300) to "không phải thẻ của người học",
        )) {
            other.type(hostile)
            other.press("Dùng mã này")
            assertTrue("$hostile: ${other.texts()}", other.reads(words))
        }
        other.type(typed)
        other.press("Dùng mã này")
        assertTrue(other.reads("Tư"))
        other.press("Tiếp")
        other.press("Chú")
        other.press("Tiếp")
        other.press("con thuyền")
        other.press("Tiếp")
        other.press("Xong, mang sang")
        assertEquals(learner, second.people().single().id)
        assertTrue(second.record(learner).others.isEmpty())
        second.shut()
    }

    /** A station's join code, from the vectors. */
    private fun joinCode() = Regex("\"text\": \"(HOCVU1-[A-Z0-9-]+)\"")
        .find(File("../tests/vectors/join_codes.json").readText())!!.groupValues[1]

    @Test
    fun `a courier's file is sealed, and what is no reply to it says what it is`() {
        val core = openCore()
        val shell = Shell { core }
        shell.press("Người mới")
        shell.addTu()
        // Only who agreed to be counted has anything to send.
        core.setCounts(core.people().single().id, true)
        shell.press("Hồ sơ của chú ở đâu")
        shell.press("Nối máy này với trạm")
        shell.type(joinCode())
        shell.press("Nối máy này với trạm")
        shell.press("Hồ sơ của chú ở đâu")
        shell.press("Gửi bằng tệp")
        val station = core.courier(core.people().single().id).stations.single()
        assertTrue(station.waiting > 0 && shell.reads(station.name))
        val bundle = core.bundle(station.no)
        assertTrue(core.isBundle(bundle) && bundle.size < core.bundleBytesMax)
        val stranger = byteArrayOf('h'.code.toByte(), 'v'.code.toByte(), 'b'.code.toByte(), 1, 2) + ByteArray(60)
        for ((hostile, words) in listOf(
            bundle to "không phải tệp trả lời",
            bundle.copyOf(bundle.size - 1) to "không phải tệp trả lời",
            stranger to "không phải cho máy này",
            stranger.copyOf(9) to "bị hỏng hoặc bị sửa",
            "hvb\u0007".toByteArray() to "bản hocvu mới hơn",
            "hvb".toByteArray() to "bị hỏng hoặc bị sửa",
            "<html>".toByteArray() to "không phải tệp gửi nhận",
            ByteArray(core.bundleBytesMax + 1) to "Tệp lớn quá, nhiều nhất",
        )) {
            val refused = assertThrows(Failure::class.java) { core.takeReply(hostile) }
            assertTrue("${refused.words} instead of $words", words in refused.words)
        }
        core.shut()
    }
}
