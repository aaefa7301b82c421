package vn.hocvu.app

import android.app.Activity
import android.content.Context
import android.os.Bundle
import android.view.View
import android.view.inputmethod.InputMethodManager
import vn.hocvu.app.core.Work
import vn.hocvu.app.screen.Place
import vn.hocvu.app.screen.Screen
import vn.hocvu.app.screen.Visit
import vn.hocvu.app.screen.Way

private const val PLACES = "places"
private const val STATES = "states"

/** The one activity. It knows the way that somebody went and which screen she is at, nothing else. */
class MainActivity : Activity(), Way {
    private val visits = ArrayList<Visit>()
    private lateinit var screen: Screen

    override val context: Context get() = this
    override val work: Work get() = (application as HocvuApp).work

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        visits.addAll(kept(savedInstanceState))
        if (visits.isEmpty()) visits.add(Visit(Place.People, Bundle()))
        arrive()
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
        this.title = title
        setContentView(view)
        // The window stays the same, so a screen reader has to be told that the page is another.
        view.announceForAccessibility(title)
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

    private fun arrive() {
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
