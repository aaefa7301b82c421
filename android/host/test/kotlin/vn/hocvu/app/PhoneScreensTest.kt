package vn.hocvu.app

import android.Manifest
import android.content.Intent
import android.content.pm.PackageManager
import android.hardware.Camera
import android.net.Uri
import android.speech.tts.TextToSpeech
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowCamera
import org.robolectric.shadows.ShadowTextToSpeech
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.LESSON_TITLE
import java.util.Locale

/** The phone's own screens, checked and kept as pictures like those of [ScreensTest]. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, sdk = [34], shadows = [StoryCamera::class, LongVoice::class])
class PhoneScreensTest {
    private val core = FakeCore().apply { addLan() }
    private val app = RuntimeEnvironment.getApplication()
    private val faults = ArrayList<String>()

    @Test
    fun `by day`() = walk("day")

    @Test
    @Config(qualifiers = "+night")
    fun `by night`() = walk("night")

    @Test
    fun `with letters twice as large`() {
        RuntimeEnvironment.setFontScale(2f)
        walk("large")
    }

    @Test
    fun `with the largest letters that can be chosen here`() {
        core.phone.settings = core.phone.settings.copy(textPercent = 160)
        walk("chosen")
    }

    private fun walk(variant: String) {
        var number = 0
        val see = { shell: Shell, name: String ->
            shell.shoot("phone-${(++number).toString().padStart(2, '0')}-$name-$variant")
            shell.faults().mapTo(faults) { "$name: $it" }
            Unit
        }
        settings(see)
        install(see)
        scan(see)
        aloud(see)
        assertEquals("", faults.joinToString("\n"))
    }

    private fun settings(see: (Shell, String) -> Unit) {
        val shell = Shell { core }
        shell.press("Cài đặt")
        see(shell, "settings")
        shell.press("Khóa học và chỗ chứa")
        see(shell, "packs")
        shell.press("Gỡ khóa này: $COURSE_TITLE")
        see(shell, "packs-remove")
        shell.press("Gỡ khóa này")
        see(shell, "packs-removed")
    }

    private fun install(see: (Shell, String) -> Unit) {
        val uri = Uri.parse("content://mail/khoa.hocvu")
        shadowOf(app.contentResolver).registerInputStream(uri, "no course".byteInputStream())
        val opened = Intent(Intent.ACTION_VIEW).setDataAndType(uri, "application/octet-stream")
        val refused = Shell(opened) { core }
        see(refused, "packs-opened")
        refused.press("Cài khóa này")
        see(refused, "packs-refused")
        core.phone.isTrusted = false
        shadowOf(app.contentResolver).registerInputStream(uri, "HOCVUPACK".byteInputStream())
        val unknown = Shell(opened) { core }
        unknown.press("Cài khóa này")
        see(unknown, "packs-unknown-publisher")
    }

    private fun scan(see: (Shell, String) -> Unit) {
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_CAMERA_ANY, true)
        ShadowCamera.addCameraInfo(0, Camera.CameraInfo())
        val shell = Shell { core }
        shell.press("Bà Lan")
        shell.press("Hồ sơ của bà ở đâu")
        shell.press("Nối máy này với trạm")
        see(shell, "join")
        shell.press("Quét mã bằng máy ảnh")
        see(shell, "scan-allow")
        shell.activity.onRequestPermissionsResult(1, arrayOf(Manifest.permission.CAMERA), intArrayOf(PackageManager.PERMISSION_DENIED))
        shell.settle()
        see(shell, "scan-refused")
        shadowOf(app).grantPermissions(Manifest.permission.CAMERA)
        shell.press("Thử lại")
        see(shell, "scan")
    }

    private fun aloud(see: (Shell, String) -> Unit) {
        ShadowTextToSpeech.addLanguageAvailability(Locale("vi"))
        val shell = Shell { core }
        shadowOf(ShadowTextToSpeech.getLastTextToSpeechInstance()).onInitListener.onInit(TextToSpeech.SUCCESS)
        shell.settle()
        see(shell, "aloud")
        shell.press("Bà Lan")
        shell.press(COURSE_TITLE)
        shell.press(LESSON_TITLE)
        shell.press("Đọc to")
        see(shell, "lesson-aloud")
        shell.press("Nghe")
        see(shell, "sound-failed")
        ShadowTextToSpeech.reset()
    }
}
