package vn.hocvu.app.screen

import android.content.Context
import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Work

/** What a screen asks of the activity that holds it: to be shown, and to go elsewhere. */
interface Way {
    val context: Context
    val work: Work

    /** Shows a view of [screen], unless somebody has gone on to another meanwhile. */
    fun show(screen: Screen, title: CharSequence, view: View)

    fun isAt(screen: Screen): Boolean

    /** Goes to a place from which back leads here. */
    fun go(place: Place)

    /** Goes to a place from which back leads where back led from here. */
    fun replace(place: Place)

    /** Begins a new way: the last of the places is shown, and back leads through those before it. */
    fun restart(vararg places: Place)

    fun back()
}

/** A place that was visited, and what its screen keeps of itself. */
class Visit(val place: Place, val state: Bundle)
