package vn.hocvu.app.screen

import android.Manifest
import android.content.Context
import android.content.pm.PackageManager
import android.os.Bundle
import android.view.Gravity
import vn.hocvu.app.draw.Page
import vn.hocvu.app.platform.CameraView
import vn.hocvu.app.platform.Seen

/** Under this key the screen before finds the text of the code. */
const val SCANNED = "scanned"
private const val REFUSED = "refused"
private const val HEIGHT_DP = 300

/** Every code of hocvu begins so: a station's, a learner's card. */
private const val OURS = "HOCVU"

/** Whether this phone has a camera at all. */
fun hasCamera(context: Context) = context.packageManager.hasSystemFeature(PackageManager.FEATURE_CAMERA_ANY)

/**
 * Reads a QR code with the camera and hands its text to the screen before, which asks the core what it
 * is. Typing is always one touch away.
 */
class ScanScreen(way: Way, state: Bundle) : Screen(way, state) {
    private var camera: CameraView? = null
    private var isReading = false

    /** What is before the camera may be a learner's card. */
    override val isSecret get() = true

    override fun open() = load({ it.words() }) {
        when {
            isAllowed() -> look(null)
            state.getBoolean(REFUSED) -> refused("scan-refused")
            else -> ask()
        }
    }

    private fun isAllowed() =
        way.context.checkPermission(Manifest.permission.CAMERA, android.os.Process.myPid(), android.os.Process.myUid()) ==
            PackageManager.PERMISSION_GRANTED

    /** Says what for, before the platform asks. */
    private fun ask() {
        val title = words.say("scan-allow-title")
        show(title) {
            title(title)
            words(words.say("scan-allow-why"))
            go(words.say("scan-allow")) { way.askFor(Manifest.permission.CAMERA) }
            type()
        }
    }

    override fun permitted(isGranted: Boolean) {
        state.putBoolean(REFUSED, !isGranted)
        open()
    }

    private fun look(fault: String?) {
        leave()
        val title = words.say("scan-title")
        show(fault ?: title) {
            title(title)
            words(words.say("scan-how"))
            val view = CameraView(look.context, ::read) { refused("scan-broken") }
            view.contentDescription = words.say("scan-view")
            camera = view
            add(view).layoutParams.height = look.dp(HEIGHT_DP)
            fault?.let { add(parts.fault(it)) }
            type()
        }
    }

    private fun refused(key: String) {
        leave()
        val said = words.say(key)
        show(said) {
            title(words.say("scan-title"))
            add(parts.fault(said)).gravity = Gravity.START
            go(words.say("scan-type")) { way.back() }
            quiet(words.say("phone-retry")) {
                state.remove(REFUSED)
                open()
            }
        }
    }

    private fun Page.type() = plain(words.say("scan-type")) { way.back() }

    private fun read(seen: Seen) {
        if (isReading) return
        isReading = true
        way.work.askPicture({ it.readQr(seen.luma, seen.width, seen.height) }) { outcome ->
            isReading = false
            if (!way.isAt(this)) return@askPicture
            val text = outcome.getOrNull()
            when {
                text == null -> camera?.look()
                text.trim().startsWith(OURS, ignoreCase = true) -> way.backWith(SCANNED, text)
                else -> other()
            }
        }
    }

    /** A code of something else: said once, and the camera goes on looking. */
    private fun other() {
        if (state.getBoolean("other")) {
            camera?.look()
        } else {
            state.putBoolean("other", true)
            look(words.say("scan-other"))
        }
    }

    /** The view stays: when the app is seen again, the platform gives it a surface and it opens the camera anew. */
    override fun leave() {
        camera?.close()
    }
}
