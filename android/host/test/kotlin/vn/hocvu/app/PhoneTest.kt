package vn.hocvu.app

import android.app.Activity
import android.content.Intent
import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import vn.hocvu.app.core.COURSE
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import vn.hocvu.app.core.FakeCore
import java.io.ByteArrayInputStream
import java.io.File
import java.io.InputStream

/** Stories about the phone itself: settings, courses and what takes room. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class PhoneTest {
    private val core = FakeCore()
    private val phone = core.phone

    private fun atSettings(): Shell = Shell { core }.apply { press("Cài đặt") }

    private fun atPacks(): Shell = atSettings().apply { press("Khóa học và chỗ chứa") }

    private fun Shell.choose(bytes: InputStream) {
        val uri = Uri.parse("content://files/khoa.hocvu")
        shadowOf(activity.contentResolver).registerInputStream(uri, bytes)
        press("Cài khóa học từ tệp")
        val asked = shadowOf(activity).nextStartedActivityForResult
        assertEquals(Intent.ACTION_OPEN_DOCUMENT, asked.intent.action)
        shadowOf(activity).receiveResult(asked.intent, Activity.RESULT_OK, Intent().setData(uri))
        settle()
    }

    private fun leftovers() = RuntimeEnvironment.getApplication().cacheDir.listFiles().orEmpty().map(File::getName)

    @Test
    fun `letters grow at once, on every page, and stay large in the next process`() {
        val shell = atSettings()
        val before = shell.letters("Cài đặt")
        shell.press("Chữ rất to")
        assertTrue(shell.letters("Cài đặt") > 1.2f * before)
        shell.back()
        assertEquals(160, phone.settings.textPercent)
        shell.kill()
        assertTrue(shell.letters("Hôm nay ai học?") > 1.2f * before)
    }

    private fun Shell.letters(words: String): Float =
        views().filterIsInstance<android.widget.TextView>().first { it.text.toString() == words }.textSize

    @Test
    fun `language, network and bytes are kept, and a month's limit set elsewhere can stay`() {
        phone.settings = phone.settings.copy(bytesMax = 7_000_000)
        val shell = atSettings()
        assertTrue(shell.reads("7 MB"))
        shell.press("English")
        shell.press("Chỉ tự gửi nhận khi có Wi-Fi")
        shell.press("20 MB")
        with(phone.settings) {
            assertEquals(Triple("en", true, 20_000_000L), Triple(language, wifiOnly, bytesMax))
        }
        shell.press("Không giới hạn")
        assertEquals(null, phone.settings.bytesMax)
    }

    @Test
    fun `a choice that cannot be kept is told and the page shows what holds`() {
        val shell = atSettings()
        phone.writesFail = core.diskFull()
        shell.press("Chữ to")
        assertTrue(shell.reads("Xóa bớt ảnh"))
        phone.writesFail = null
        shell.press("Chữ to")
        assertEquals(130, phone.settings.textPercent)
    }

    @Test
    fun `how much room is left is told, more loudly where it is little, and not at all where nobody knows`() {
        assertTrue(atPacks().reads("Còn trống: 2 GB"))
        phone.free = "40 MB"
        phone.isNearlyFull = true
        val little = atPacks()
        assertTrue("${little.texts()}", little.reads("Máy sắp hết chỗ, chỉ còn 40 MB"))
        assertFalse(little.reads("Còn trống"))
        phone.free = null
        phone.isNearlyFull = false
        val unknown = atPacks()
        assertFalse(unknown.reads("Còn trống") || unknown.reads("hết chỗ"))
    }

    @Test
    fun `a course is installed from a file, and no copy of it stays`() {
        val shell = atPacks()
        shell.choose("HOCVUPACK".byteInputStream())
        assertTrue("${shell.texts()}", shell.reads("Đã cài “Khóa mới”, bản 1"))
        assertEquals(listOf("HOCVUPACK"), phone.installed)
        assertEquals(emptyList<String>(), leftovers())
        shell.back()
        assertTrue(shell.reads("Cỡ chữ"))
    }

    @Test
    fun `a file that is no course, one without end and one that is gone are refused in words`() {
        val shell = atPacks()
        shell.choose("xin chào".byteInputStream())
        assertTrue("${shell.texts()}", shell.reads("Tệp khoa.hocvu không phải khóa học của hocvu"))
        shell.choose(object : InputStream() {
            override fun read() = 0
            override fun read(buffer: ByteArray, offset: Int, length: Int) = length
        })
        assertTrue(shell.reads("Tệp lớn quá"))
        shell.choose(object : InputStream() {
            override fun read() = throw java.io.IOException("the card was taken out")
        })
        assertTrue(shell.reads("Xin chọn lại tệp"))
        shell.choose("xin chào".byteInputStream())
        shell.choose(object : InputStream() {
            override fun read() = throw IllegalStateException("the other app has a fault")
        })
        assertTrue(shell.reads("Xin chọn lại tệp"))
        assertEquals(emptyList<String>(), phone.installed + leftovers())
        shell.press("Cài khóa học từ tệp")
        val asked = shadowOf(shell.activity).nextStartedActivityForResult
        shadowOf(shell.activity).receiveResult(asked.intent, Activity.RESULT_CANCELED, null)
        shell.settle()
        assertFalse(shell.reads("Xin chọn lại tệp"))
    }

    @Test
    fun `a publisher whom nobody knows is compared before she is trusted`() {
        phone.isTrusted = false
        val shell = atPacks()
        shell.choose("HOCVUPACK một".byteInputStream())
        assertTrue(shell.reads("1a2b 3c4d"))
        shell.press("Không tin")
        assertEquals(emptyList<String>(), phone.installed)
        val bytes = "HOCVUPACK hai".toByteArray()
        // Read twice: once refused, once after she was trusted.
        shell.choose(object : ByteArrayInputStream(bytes) {
            override fun close() = reset()
        })
        shell.press("Giống rồi, tin và cài")
        assertEquals(listOf("HOCVUPACK hai"), phone.installed)
    }

    @Test
    fun `a course is removed only after a question, and comes back`() {
        val shell = atPacks()
        shell.press("Gỡ khóa này: $COURSE_TITLE")
        shell.press("Thôi, để sau")
        shell.press("Gỡ khóa này: $COURSE_TITLE")
        shell.kill()
        assertTrue(shell.reads("Kết quả của người học vẫn còn"))
        shell.press("Gỡ khóa này")
        assertFalse(phone.packs.any { it.course == COURSE })
        shell.press("Cài lại “$COURSE_TITLE”")
        assertTrue(shell.reads("Đã cài lại"))
        assertTrue(phone.packs.any { it.course == COURSE })
    }

    @Test
    fun `a file that another app opens is installed when somebody says so`() {
        val uri = Uri.parse("content://mail/khoa.hocvu")
        val app = RuntimeEnvironment.getApplication()
        shadowOf(app.contentResolver).registerInputStreamSupplier(uri) { "HOCVUPACK".byteInputStream() }
        val shell = Shell(Intent(Intent.ACTION_VIEW).setDataAndType(uri, "application/octet-stream")) { core }
        assertTrue(shell.reads("từ tệp vừa mở?"))
        assertEquals(emptyList<String>(), phone.installed)
        shell.press("Cài khóa này")
        assertEquals(listOf("HOCVUPACK"), phone.installed)
        shell.rotate()
        assertFalse(shell.reads("từ tệp vừa mở?"))
        shell.back()
        assertTrue(shell.reads("Hôm nay ai học?"))
    }

    @Test
    fun `a full disk keeps a course out and the page says what to do`() {
        val shell = atPacks()
        phone.writesFail = Failure(FailureKind.DISK_FULL, "", core.words().say("disk-full"))
        shell.choose("HOCVUPACK".byteInputStream())
        assertTrue(shell.reads("Xóa bớt ảnh"))
        assertEquals(emptyList<String>(), leftovers())
    }
}
