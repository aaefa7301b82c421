package vn.hocvu.app

import android.annotation.TargetApi
import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.content.res.Configuration
import android.os.Build
import android.os.Bundle
import android.view.ContextThemeWrapper
import android.view.View
import android.view.WindowManager.LayoutParams.FLAG_SECURE
import android.view.inputmethod.InputMethodManager
import vn.hocvu.app.core.Work
import vn.hocvu.app.platform.Aloud
import vn.hocvu.app.platform.ReadingAloud
import vn.hocvu.app.platform.brought
import vn.hocvu.app.screen.Place
import vn.hocvu.app.screen.Screen
import vn.hocvu.app.screen.Visit
import vn.hocvu.app.screen.Way

private const val PLACES = "places"
private const val STATES = "states"
private const val ASKED = 1
private const val ORDINARY_PERCENT = 100

/** The one activity. It knows the way that somebody went and which screen she is at, nothing else. */
class MainActivity : Activity(), Way {
    private val visits = ArrayList<Visit>()
    private lateinit var screen: Screen

    /** The app has come into sight, and has not synced since. */
    private var isFresh = true
    private var lettered: Pair<Int, Context>? = null

    /** With letters as large as they were chosen, whatever the phone's own size. */
    override val context: Context
        get() {
            val percent = work.textPercent
            lettered?.let { (known, context) -> if (known == percent) return context }
            return lettered(percent).also { lettered = percent to it }
        }

    private val voice by lazy { Aloud(this) }

    override val aloud: ReadingAloud?
        get() {
            val words = work.words?.takeIf { voice.speaks(work.language) } ?: return null
            return ReadingAloud(voice, work.language, words.say("aloud-read"), words.say("aloud-stop"))
        }

    override val work: Work get() = (application as HocvuApp).work

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        visits.addAll(kept(savedInstanceState))
        if (visits.isEmpty()) begin(intent)
        arrive()
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        // Pressing the app's sign brings it back as it was left.
        if (brought(intent) == null) return
        visits.clear()
        begin(intent)
        arrive()
    }

    override fun onStart() {
        super.onStart()
        isFresh = true
    }

    override fun onStop() {
        super.onStop()
        screen.leave()
        voice.stop()
    }

    override fun onDestroy() {
        super.onDestroy()
        voice.shut()
    }

    /** The list of people, and before it what another app has opened with this one. */
    private fun begin(intent: Intent?) {
        visits.add(Visit(Place.People, Bundle()))
        brought(intent)?.let { visits.add(Visit(Place.Brought(it.toString()), Bundle())) }
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        screen.pause()
        outState.putSerializable(PLACES, ArrayList(visits.map { it.place }))
        outState.putParcelableArrayList(STATES, ArrayList(visits.map { it.state }))
    }

    @Deprecated("The platform calls it up to API 33, and above unless the manifest says otherwise.")
    override fun onBackPressed() = back()

    override fun show(screen: Screen, title: CharSequence, view: View) {
        if (!isAt(screen)) return
        voice.stop()
        this.title = title
        window.setFlags(if (screen.isSecret) FLAG_SECURE else 0, FLAG_SECURE)
        setContentView(view)
        // The window stays the same, so a screen reader has to be told that the page is another.
        view.announceForAccessibility(title)
        // After the first page, so that nothing keeps it waiting.
        if (isFresh && work.words != null) {
            isFresh = false
            syncUnasked()
            voice.wake { aloud?.let { this.screen.hear(it) } }
        }
    }

    override fun isAt(screen: Screen): Boolean = this.screen === screen && !isDestroyed

    override fun go(place: Place) {
        screen.pause()
        visits.add(Visit(place, Bundle()))
        arrive()
    }

    override fun replace(place: Place) {
        visits.removeAt(visits.lastIndex)
        visits.add(Visit(place, Bundle()))
        arrive()
    }

    override fun restart(vararg places: Place) {
        visits.clear()
        places.mapTo(visits) { Visit(it, Bundle()) }
        arrive()
    }

    override fun back() {
        if (screen.back()) return
        if (visits.size == 1) return finish()
        visits.removeAt(visits.lastIndex)
        arrive()
    }

    override fun backWith(key: String, text: String) {
        if (visits.size > 1) visits[visits.lastIndex - 1].state.putString(key, text)
        back()
    }

    override fun again() {
        screen.pause()
        arrive()
    }

    override fun ask(page: Intent): Boolean = try {
        @Suppress("DEPRECATION")
        startActivityForResult(page, ASKED)
        true
    } catch (none: ActivityNotFoundException) {
        false
    }

    @Deprecated("The newer way needs a library.")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        if (request == ASKED) screen.answered(result, data)
    }

    override fun askFor(permission: String) = if (Build.VERSION.SDK_INT >= 23) askNew(permission) else screen.permitted(true)

    @TargetApi(23)
    @ChecksApiItself
    private fun askNew(permission: String) = requestPermissions(arrayOf(permission), ASKED)

    override fun onRequestPermissionsResult(request: Int, permissions: Array<String>, results: IntArray) {
        if (request == ASKED) screen.permitted(results.firstOrNull() == PackageManager.PERMISSION_GRANTED)
    }

    override fun syncUnasked() = (application as HocvuApp).syncUnasked()

    private fun lettered(percent: Int): Context {
        if (percent == ORDINARY_PERCENT) return this
        val larger = Configuration(resources.configuration)
        larger.fontScale = larger.fontScale * percent / ORDINARY_PERCENT
        return ContextThemeWrapper(this, R.style.Hocvu).apply { applyOverrideConfiguration(larger) }
    }

    private fun arrive() {
        if (::screen.isInitialized) screen.leave()
        voice.stop()
        val keyboard = getSystemService(INPUT_METHOD_SERVICE) as InputMethodManager
        currentFocus?.let { keyboard.hideSoftInputFromWindow(it.windowToken, 0) }
        val visit = visits.last()
        screen = Screen.of(visit.place, this, visit.state)
        screen.open()
    }

    @Suppress("DEPRECATION", "UNCHECKED_CAST")
    private fun kept(state: Bundle?): List<Visit> {
        val places = state?.getSerializable(PLACES) as? ArrayList<Place> ?: return emptyList()
        val states = state.getParcelableArrayList<Bundle>(STATES) ?: return emptyList()
        return places.zip(states) { place, kept -> Visit(place, kept) }
    }
}
