package vn.hocvu.app

import android.app.Activity
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Intent
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.platform.BundleFiles
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.FileNotFoundException
import java.io.InputStream

/** A card of memory whose app, as some do, keeps what is there already unless it is asked not to. */
class MemoryCard : ContentProvider() {
    val file by lazy { File(context!!.cacheDir, "card.hvb") }
    var fault: RuntimeException? = null

    override fun onCreate() = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        fault?.let { throw it }
        if ('t' in mode) file.writeText("")
        return ParcelFileDescriptor.open(file, ParcelFileDescriptor.MODE_READ_WRITE)
    }

    override fun getType(uri: Uri) = null
    override fun query(uri: Uri, columns: Array<String>?, which: String?, arguments: Array<String>?, order: String?) = null
    override fun insert(uri: Uri, values: ContentValues?) = null
    override fun update(uri: Uri, values: ContentValues?, which: String?, arguments: Array<String>?) = 0
    override fun delete(uri: Uri, which: String?, arguments: Array<String>?) = 0
}

/** Stories of the record in files: carried to a station by the phone's own ways, and the reply back. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class CourierTest {
    private val core = FakeCore()
    private val files get() = RuntimeEnvironment.getApplication().contentResolver

    @Before
    fun lend() {
        Robolectric.buildContentProvider(BundleFiles::class.java).create("vn.hocvu.app.bundles")
        core.addLan()
    }

    private fun atCourier(): Shell {
        core.join("HOCVU1")
        return Shell { core }.apply {
            press("Bà Lan")
            press("Hồ sơ của bà ở đâu")
            press("Gửi bằng tệp")
        }
    }

    @Suppress("DEPRECATION")
    private fun sent(shell: Shell): Intent {
        val chooser = shadowOf(shell.activity).nextStartedActivityForResult.intent
        assertEquals(Intent.ACTION_CHOOSER, chooser.action)
        return checkNotNull(chooser.getParcelableExtra(Intent.EXTRA_INTENT))
    }

    @Suppress("DEPRECATION")
    @Test
    fun `a file is lent to the app that is to carry it, and only that file, and only to be read`() {
        val shell = atCourier()
        assertTrue(shell.reads("Người mang không đọc được") && shell.reads("đang chờ 2 việc"))
        shell.press("Lấy tệp mang đi")
        val send = sent(shell)
        val uri: Uri = checkNotNull(send.getParcelableExtra(Intent.EXTRA_STREAM))
        assertEquals(Intent.ACTION_SEND to uri, send.action to send.clipData?.getItemAt(0)?.uri)
        assertTrue(send.flags and Intent.FLAG_GRANT_READ_URI_PERMISSION != 0)
        assertEquals("hvb for 1", files.openInputStream(uri)!!.use { String(it.readBytes()) })
        files.query(uri, arrayOf(OpenableColumns.SIZE, "other", OpenableColumns.DISPLAY_NAME), null, null, null)!!.use {
            assertTrue(it.moveToFirst())
            assertEquals(9L to "hocvu-gui-di-1.hvb", it.getLong(0) to it.getString(1))
        }
        for (path in listOf("", "none.hvb", "..%2Fsecret.hvb", "../secret.hvb", "hocvu-gui-di-1.hvb/x", "HOCVU.hvb")) {
            val other = Uri.parse("content://vn.hocvu.app.bundles/$path")
            assertThrows(path, FileNotFoundException::class.java) { files.openFileDescriptor(other, "r") }
            assertNull(files.query(other, null, null, null, null))
        }
        assertThrows(FileNotFoundException::class.java) { files.openFileDescriptor(uri, "rw") }
        assertEquals(0, files.delete(uri, null, null))
    }

    @Test
    fun `a file is saved where somebody chose, or it is said that it was not`() {
        val shell = atCourier()
        val place = Uri.parse("content://card/hocvu-gui-di-1.hvb")
        val written = ByteArrayOutputStream()
        shell.press("Lưu vào thẻ nhớ")
        shell.answer(place)
        assertTrue("${shell.texts()}", shell.reads("Chưa lưu được tệp vào đó"))
        shadowOf(files).registerOutputStream(place, written)
        shell.press("Lưu vào thẻ nhớ")
        shell.answer(place)
        assertTrue(shell.reads("Đã lưu tệp") && String(written.toByteArray()) == "hvb for 1")
    }

    @Test
    fun `a file that was longer before is written anew`() {
        val card = Robolectric.buildContentProvider(MemoryCard::class.java).create("memory.card").get()
        card.file.writeText("hvb for 1, as it was a month ago")
        val shell = atCourier()
        shell.press("Lưu vào thẻ nhớ")
        shell.answer(Uri.parse("content://memory.card/hocvu-gui-di-1.hvb"))
        assertTrue("${shell.texts()}", shell.reads("Đã lưu tệp"))
        assertEquals("hvb for 1", card.file.readText())
    }

    @Test
    fun `another app that fails in its own way is told and ends nothing`() {
        val card = Robolectric.buildContentProvider(MemoryCard::class.java).create("memory.card").get()
        card.fault = UnsupportedOperationException("no room on the card")
        val shell = atCourier()
        shell.press("Lưu vào thẻ nhớ")
        shell.answer(Uri.parse("content://memory.card/hocvu-gui-di-1.hvb"))
        assertTrue("${shell.texts()}", shell.reads("Chưa lưu được tệp vào đó"))
        shadowOf(files).registerInputStreamSupplier(Uri.parse("content://other/file")) { throw IllegalStateException("its own") }
        assertTrue(open(null).reads("Chưa đọc được tệp"))
    }

    @Test
    fun `a phone without room for the file says so, and makes it once there is some`() {
        val folder = File(RuntimeEnvironment.getApplication().cacheDir, "bundles")
        folder.writeText("no folder")
        val shell = atCourier()
        shell.press("Lấy tệp mang đi")
        assertTrue("${shell.texts()}", shell.reads("Chưa làm được tệp"))
        folder.delete()
        shell.press("Lấy tệp mang đi")
        assertEquals(Intent.ACTION_SEND, sent(shell).action)
    }

    @Suppress("DEPRECATION")
    private fun Shell.answer(uri: Uri) {
        val asked = shadowOf(activity).nextStartedActivityForResult
        shadowOf(activity).receiveResult(asked.intent, Activity.RESULT_OK, Intent().setData(uri))
        settle()
    }

    private fun open(bytes: ByteArray?, action: String = Intent.ACTION_VIEW): Shell {
        val uri = Uri.parse("content://other/file")
        if (bytes != null) shadowOf(files).registerInputStream(uri, ByteArrayInputStream(bytes))
        val intent = Intent(action)
        if (action == Intent.ACTION_VIEW) intent.data = uri else intent.putExtra(Intent.EXTRA_STREAM, uri)
        return Shell(intent) { core }
    }

    @Test
    fun `a reply is taken in, opened or shared, and a rotation takes it in no second time`() {
        core.join("HOCVU1")
        for (action in listOf(Intent.ACTION_VIEW, Intent.ACTION_SEND)) {
            val shell = open("hvb reply".toByteArray(), action)
            assertTrue("${shell.texts()}", shell.reads("Nhà văn hóa thôn Đông đã trả lời. Không còn việc nào chờ."))
            shell.shoot("own-brought")
            assertEquals(emptyList<String>(), shell.faults())
            core.stations.clear()
            shell.kill()
            assertTrue(shell.reads("đã trả lời"))
            shell.press("Về trang đầu")
            assertTrue(shell.reads("Hôm nay ai học?"))
            core.join("HOCVU1")
        }
    }

    @Test
    fun `a reply is chosen from here`() {
        val shell = atCourier()
        val uri = Uri.parse("content://card/tra-loi.hvb")
        shadowOf(files).registerInputStream(uri, ByteArrayInputStream("hvb reply".toByteArray()))
        shell.press("Chọn tệp vừa mang tới")
        shell.answer(uri)
        assertTrue(shell.reads("đã trả lời"))
    }

    @Test
    fun `a file that is no reply, has no end or is gone says so in words`() {
        assertTrue(open("hvb for 1".toByteArray()).reads("không phải tệp trả lời"))
        val endless = object : InputStream() {
            override fun read() = 'h'.code
            override fun read(into: ByteArray, from: Int, count: Int): Int {
                into.fill('h'.code.toByte(), from, from + count)
                "hvb".toByteArray().copyInto(into, from)
                return count
            }
        }
        shadowOf(files).registerInputStream(Uri.parse("content://other/file"), endless)
        assertTrue(open(null).reads("bị hỏng hoặc bị sửa"))
        shadowOf(files).registerInputStreamSupplier(Uri.parse("content://other/file")) { throw SecurityException("no longer lent") }
        assertTrue(open(null).reads("Chưa đọc được tệp"))
    }

    @Test
    fun `any other file is for the screen of courses`() {
        val shell = open("hcv1".toByteArray())
        assertTrue("${shell.texts()}", shell.reads("Cài khóa học từ tệp vừa mở?"))
    }

    @Test
    fun `pressing the sign of the app brings it back as it was left`() {
        val shell = atCourier()
        shell.newIntent(Intent(Intent.ACTION_MAIN))
        assertTrue(shell.reads("Tệp mang đi"))
    }
}
