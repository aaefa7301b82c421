package vn.hocvu.app

import android.Manifest
import android.content.Intent
import android.content.pm.PackageManager
import android.hardware.Camera
import android.net.Uri
import android.speech.tts.TextToSpeech
import org.junit.Test
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowCamera
import org.robolectric.shadows.ShadowTextToSpeech
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.LESSON_TITLE
import java.util.Locale

/** The phone's own screens. */
@Config(shadows = [StoryCamera::class, LongVoice::class])
class PhoneScreensTest : Walk("phone-") {
    private val app = RuntimeEnvironment.getApplication()

    @Test
    fun `with the largest letters that can be chosen here`() {
        core.phone.settings = core.phone.settings.copy(textPercent = 160)
        walk("chosen")
    }

    override fun walk() {
        core.addLan()
        settings()
        install()
        scan()
        aloud()
    }

    private fun settings() {
        val shell = Shell { core }
        shell.press("Cài đặt")
        see(shell, "settings")
        shell.press("Khóa học và chỗ chứa")
        see(shell, "packs")
        shell.press("Gỡ khóa này: $COURSE_TITLE")
        see(shell, "packs-remove")
        shell.press("Gỡ khóa này")
        see(shell, "packs-removed")
        core.phone.free = "40 MB"
        core.phone.isNearlyFull = true
        shell.back()
        shell.press("Khóa học và chỗ chứa")
        see(shell, "packs-nearly-full")
    }

    private fun install() {
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

    private fun scan() {
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

    private fun aloud() {
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
