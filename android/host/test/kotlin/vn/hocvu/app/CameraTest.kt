@file:Suppress("DEPRECATION")

package vn.hocvu.app

import android.Manifest
import android.content.pm.PackageManager
import android.hardware.Camera
import android.os.Build
import android.view.SurfaceHolder
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject
import org.robolectric.shadows.ShadowCamera
import vn.hocvu.app.core.CARD_TYPED
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.platform.CameraView
import java.io.IOException

/** A camera whose every picture a test sends, and that another app may have. */
@Implements(Camera::class)
class StoryCamera : ShadowCamera() {
    init {
        opened = this
    }

    @RealObject
    private lateinit var real: Camera
    private var once: Camera.PreviewCallback? = null

    /** Who asked for one picture gets one: the library's own would give her any number. */
    @Implementation
    public override fun setOneShotPreviewCallback(callback: Camera.PreviewCallback?) {
        once = callback
    }

    /** The points of a picture: brightness, then colours. */
    fun see() {
        val asked = once
        once = null
        parameters.previewSize.let { asked?.onPreviewFrame(ByteArray(it.width * it.height * 3 / 2), real) }
    }

    @Implementation
    public override fun setPreviewDisplay(holder: SurfaceHolder?) {
        if (isTaken) throw IOException("the camera is in use")
        super.setPreviewDisplay(holder)
    }

    companion object {
        var isTaken = false
        var opened: StoryCamera? = null
    }
}

/** Scanning a code: the permission, the camera, what is read. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, shadows = [StoryCamera::class])
class CameraTest {
    private val core = FakeCore()
    private val app = RuntimeEnvironment.getApplication()

    @Before
    fun aPhoneWithACamera() {
        StoryCamera.isTaken = false
        StoryCamera.opened = null
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_CAMERA_ANY, true)
        ShadowCamera.addCameraInfo(0, Camera.CameraInfo().apply { orientation = 90 })
        core.addLan()
    }

    private fun allow() = shadowOf(app).grantPermissions(Manifest.permission.CAMERA)

    private fun atJoin() = Shell { core }.apply {
        press("Bà Lan")
        press("Hồ sơ của bà ở đâu")
        press("Nối máy này với trạm")
    }

    private fun Shell.scan() {
        press("Quét mã bằng máy ảnh")
        begin()
    }

    /** The platform gives the view its surface when it is laid out. */
    private fun Shell.begin() {
        val view = views().filterIsInstance<CameraView>().single()
        view.surfaceCreated(view.holder)
        settle()
    }

    private fun Shell.see() {
        checkNotNull(StoryCamera.opened).see()
        settle()
    }

    private fun isReleased() = checkNotNull(StoryCamera.opened).isReleased

    @Test
    fun `a station's code before the camera joins it, and the camera is let go`() {
        allow()
        val shell = atJoin()
        shell.scan()
        shell.see()
        assertTrue(shell.reads("Đưa hình mã vào giữa khung"))
        core.phone.code = "HOCVU1-ABCD"
        shell.see()
        assertTrue("${shell.texts()}", shell.reads("Đã nối với Nhà văn hóa thôn Đông"))
        assertEquals(1, core.stations.size)
        assertTrue(isReleased())
    }

    @Test
    fun `a learner's card before the camera is read like one that was typed`() {
        allow()
        val shell = Shell { core }
        shell.press("Tôi học ở máy khác rồi")
        shell.scan()
        core.phone.code = CARD_TYPED
        shell.see()
        assertTrue("${shell.texts()}", shell.reads("đã có trên máy rồi"))
        assertTrue(isReleased())
    }

    @Test
    fun `a code that is typed outlives the process until the station is joined, and a card does not`() {
        val shell = atJoin()
        shell.type("HOCVU1 AB")
        shell.kill()
        assertTrue("${shell.texts()}", shell.reads("HOCVU1 AB"))
        for (card in listOf("HOCVUC LAN0", "hocvuc-lan", " H O C V U C")) {
            shell.type(card)
            shell.kill()
            assertFalse("${shell.texts()}", shell.reads(card.trim()))
        }
        shell.type("HOCVU1 ABCD")
        shell.press("Nối máy này với trạm")
        shell.kill()
        assertFalse("${shell.texts()}", shell.reads("HOCVU1 ABCD"))
    }

    @Test
    fun `a hostile code is told apart in words and joins nothing`() {
        allow()
        val shell = atJoin()
        shell.scan()
        core.phone.code = "https://lua-dao.example/?otp"
        shell.see()
        assertTrue(shell.reads("không phải mã của hocvu"))
        assertTrue("both kinds of code are named", shell.reads("HOCVU1") && shell.reads("HOCVUC"))
        shell.begin()
        shell.see()
        core.phone.code = "HOCVUX-" + "A".repeat(7_000)
        shell.see()
        assertTrue("${shell.texts()}", shell.reads("gõ sai hoặc còn thiếu"))
        assertEquals(0, core.stations.size)
    }

    @Test
    fun `who does not allow the camera types the code`() {
        if (Build.VERSION.SDK_INT < 23) return
        val shell = atJoin()
        shell.press("Quét mã bằng máy ảnh")
        assertTrue(shell.reads("Hình không được lưu"))
        shell.press("Cho phép")
        val asked = shadowOf(shell.activity).lastRequestedPermission
        assertEquals(listOf(Manifest.permission.CAMERA), asked.requestedPermissions.toList())
        shell.permitted(asked.requestCode, PackageManager.PERMISSION_DENIED)
        assertTrue(shell.reads("Chưa được phép dùng máy ảnh"))
        shell.rotate()
        assertTrue(shell.reads("Chưa được phép dùng máy ảnh"))
        shell.press("Gõ mã bằng chữ")
        assertTrue(shell.reads("Mã của trạm"))
    }

    @Test
    fun `who allows the camera goes on to scan at once`() {
        if (Build.VERSION.SDK_INT < 23) return
        val shell = atJoin()
        shell.press("Quét mã bằng máy ảnh")
        shell.press("Cho phép")
        allow()
        shell.permitted(shadowOf(shell.activity).lastRequestedPermission.requestCode, PackageManager.PERMISSION_GRANTED)
        shell.begin()
        assertFalse(isReleased())
        shell.back()
        assertTrue("back lets the camera go", isReleased())
    }

    private fun Shell.permitted(request: Int, result: Int) {
        activity.onRequestPermissionsResult(request, arrayOf(Manifest.permission.CAMERA), intArrayOf(result))
        settle()
    }

    @Test
    fun `a camera that another app has is told, and tried again`() {
        allow()
        StoryCamera.isTaken = true
        val shell = atJoin()
        shell.scan()
        assertTrue("${shell.texts()}", shell.reads("Máy ảnh đang bận"))
        StoryCamera.isTaken = false
        shell.press("Thử lại")
        shell.begin()
        core.phone.code = "HOCVU1-ABCD"
        shell.see()
        assertTrue(shell.reads("Đã nối với"))
    }

    @Test
    fun `a phone without a camera does not speak of one`() {
        shadowOf(app.packageManager).setSystemFeature(PackageManager.FEATURE_CAMERA_ANY, false)
        assertFalse(atJoin().reads("Quét mã"))
    }

    @Test
    fun `scanning goes on after the app was away`() {
        allow()
        val shell = atJoin()
        shell.scan()
        shell.away()
        assertTrue(isReleased())
        shell.begin()
        shell.see()
        core.phone.code = "HOCVU1-ABCD"
        shell.see()
        assertTrue("${shell.texts()}", shell.reads("Đã nối với"))
    }

    @Test
    fun `the app that is no longer seen lets the camera go`() {
        allow()
        val shell = atJoin()
        shell.scan()
        shell.kill()
        assertTrue(isReleased())
        shell.begin()
        assertFalse(isReleased())
    }
}
