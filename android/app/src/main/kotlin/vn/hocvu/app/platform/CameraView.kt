@file:Suppress("DEPRECATION")

package vn.hocvu.app.platform

import android.annotation.SuppressLint
import android.content.Context
import android.hardware.Camera
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import android.view.WindowManager
import java.io.IOException
import kotlin.math.abs

/** Points that a picture should have: enough for the densest join code, and quick to search. */
private const val POINTS_WANTED = 1_280 * 720

/** A picture of the camera, as the brightness of its points. */
class Seen(val luma: ByteArray, val width: Int, val height: Int)

/**
 * What the camera behind the phone sees, and its pictures one at a time.
 *
 * By the older of the platform's two ways to a camera: it works on every phone from API 21 on, gives
 * brightness as it is wanted, and the newer one is on many cheap phones this one in disguise.
 */
@SuppressLint("ViewConstructor")
class CameraView(
    context: Context,
    private val seen: (Seen) -> Unit,
    private val broken: () -> Unit,
) : SurfaceView(context), SurfaceHolder.Callback {
    private var camera: Camera? = null

    init {
        holder.addCallback(this)
    }

    /** Asks for one more picture. */
    fun look() {
        camera?.setOneShotPreviewCallback { bytes, from -> show(bytes, from) }
    }

    private fun show(bytes: ByteArray, from: Camera) {
        if (from !== camera) return
        val size = from.parameters.previewSize ?: return
        val points = size.width * size.height
        // After the brightness come the colours, which no code has.
        if (bytes.size >= points) seen(Seen(bytes.copyOf(points), size.width, size.height))
    }

    override fun surfaceCreated(holder: SurfaceHolder) {
        val back = (0 until Camera.getNumberOfCameras()).firstOrNull { facing(it) == Camera.CameraInfo.CAMERA_FACING_BACK } ?: 0
        try {
            val fresh = Camera.open(back) ?: return broken()
            camera = fresh
            prepare(fresh)
            fresh.setDisplayOrientation(turned(back))
            fresh.setPreviewDisplay(holder)
            fresh.startPreview()
            look()
        } catch (taken: RuntimeException) {
            // Another app has it, or its driver fails: the platform says no more than that.
            fail()
        } catch (gone: IOException) {
            fail()
        }
    }

    override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

    override fun surfaceDestroyed(holder: SurfaceHolder) = close()

    fun close() {
        camera?.setOneShotPreviewCallback(null)
        camera?.release()
        camera = null
    }

    private fun fail() {
        close()
        broken()
    }

    private fun prepare(camera: Camera) {
        val parameters = camera.parameters
        val fits = parameters.supportedPreviewSizes.orEmpty().minByOrNull { abs(it.width * it.height - POINTS_WANTED) }
        fits?.let { parameters.setPreviewSize(it.width, it.height) }
        val modes = parameters.supportedFocusModes.orEmpty()
        val wanted = listOf(Camera.Parameters.FOCUS_MODE_CONTINUOUS_PICTURE, Camera.Parameters.FOCUS_MODE_AUTO)
        wanted.firstOrNull { it in modes }?.let { parameters.focusMode = it }
        camera.parameters = parameters
    }

    private fun info(id: Int) = Camera.CameraInfo().also { Camera.getCameraInfo(id, it) }

    private fun facing(id: Int) = info(id).facing

    /** So that what is up is shown up, however the phone is held and its camera built in. */
    private fun turned(id: Int): Int {
        val info = info(id)
        val display = (context.getSystemService(Context.WINDOW_SERVICE) as WindowManager).defaultDisplay
        val held = when (display.rotation) {
            Surface.ROTATION_90 -> 90
            Surface.ROTATION_180 -> 180
            Surface.ROTATION_270 -> 270
            else -> 0
        }
        val isFront = info.facing == Camera.CameraInfo.CAMERA_FACING_FRONT
        return if (isFront) (360 - (info.orientation + held) % 360) % 360 else (info.orientation - held + 360) % 360
    }
}
