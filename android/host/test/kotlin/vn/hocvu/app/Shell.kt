package vn.hocvu.app

import android.content.Intent
import android.content.res.Configuration
import android.os.Bundle
import android.os.Looper
import android.os.Parcel
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Work

/** The app with a core that a test chose. A killed process begins again with another [Work]. */
class StoryApp : HocvuApp() {
    override var work = Work { core() }
        private set

    fun killed() {
        work = Work { core() }
    }

    companion object {
        lateinit var core: () -> Core
    }
}

/** Waits until something that was asked for is told on the main thread. */
fun waitFor(ask: (() -> Unit) -> Unit) {
    var isDone = false
    ask { isDone = true }
    while (!isDone) {
        shadowOf(Looper.getMainLooper()).idle()
        Thread.yield()
    }
}

/** The app as a person uses it: what can be read on the screen, pressed and typed. */
class Shell(intent: Intent? = null, settles: Boolean = true, open: () -> Core) {
    private val app: StoryApp
    private var controller: ActivityController<MainActivity>

    init {
        StoryApp.core = open
        app = RuntimeEnvironment.getApplication() as StoryApp
        controller = Robolectric.buildActivity(MainActivity::class.java, intent).setup()
        if (settles) settle()
    }

    /** What the system brings to the app that is there. */
    fun newIntent(intent: Intent) {
        controller.newIntent(intent)
        settle()
    }

    val activity: MainActivity get() = controller.get()
    val title: String get() = activity.title.toString()

    /** Everything below the window's frame, from top to bottom. */
    fun views(): List<View> = below(activity.findViewById(android.R.id.content))

    fun texts(): List<String> = views().filterIsInstance<TextView>().map { it.text.toString() }

    fun reads(words: String) = texts().any { words in it }

    /** Presses what bears these words or is described by them. */
    fun press(words: String) {
        val found = views().filter { it.isClickable && it.isEnabled }.filter { words in said(it) }
        check(found.isNotEmpty()) { "nothing to press says '$words': ${texts()}" }
        (found.firstOrNull { said(it) == words } ?: found.first()).performClick()
        settle()
    }

    /** Presses the same while the network is in use, for which nobody waits. */
    fun pressNow(words: String) {
        views().first { it.isClickable && words in said(it) }.performClick()
        settleDisk()
    }

    fun said(view: View): String =
        view.contentDescription?.toString() ?: (view as? TextView)?.text?.toString().orEmpty()

    fun type(words: String) {
        views().filterIsInstance<EditText>().first().setText(words)
        settle()
    }

    fun back() {
        @Suppress("DEPRECATION")
        activity.onBackPressed()
        settle()
    }

    fun rotate() {
        // Once more turns it back: what stays as it was makes no page again.
        val lies = controller.get().resources.configuration.orientation == Configuration.ORIENTATION_LANDSCAPE
        RuntimeEnvironment.setQualifiers(if (lies) "+port" else "+land")
        controller.configurationChange()
        settle()
    }

    /** Somebody looks at another app and comes back. */
    fun away() {
        controller.pause().stop().restart().resume()
        settle()
    }

    /** The system ends the process in the background; the person comes back later. */
    fun kill() {
        val state = Bundle()
        controller.pause().stop().saveInstanceState(state).destroy()
        app.killed()
        controller = Robolectric.buildActivity(MainActivity::class.java).setup(parcelled(state))
        settle()
    }

    /** As the system keeps it: as bytes, which hold no object of this process. */
    private fun parcelled(state: Bundle): Bundle {
        val parcel = Parcel.obtain()
        parcel.writeBundle(state)
        val bytes = parcel.marshall()
        parcel.recycle()
        val copy = Parcel.obtain()
        copy.unmarshall(bytes, 0, bytes.size)
        copy.setDataPosition(0)
        return checkNotNull(copy.readBundle(MainActivity::class.java.classLoader)).also { copy.recycle() }
    }

    /** Waits until no call is under way: a call's end may begin the next. */
    fun settle() = repeat(4) {
        waitFor { app.work.ask({}) { _ -> it() } }
        waitFor { app.work.askNetwork({}) { _ -> it() } }
        waitFor { app.work.askPicture({}) { _ -> it() } }
    }

    /** Waits until nothing is asked of the disk, whatever the network does. */
    fun settleDisk() = repeat(4) { waitFor { app.work.ask({}) { _ -> it() } } }

    private fun below(view: View): List<View> {
        if (view.visibility != View.VISIBLE) return emptyList()
        val group = view as? ViewGroup ?: return listOf(view)
        return listOf(view) + (0 until group.childCount).flatMap { below(group.getChildAt(it)) }
    }
}
