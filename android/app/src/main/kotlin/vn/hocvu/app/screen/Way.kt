package vn.hocvu.app.screen

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Work
import vn.hocvu.app.platform.ReadingAloud

/** What a screen asks of the activity that holds it: to be shown, and to go elsewhere. */
interface Way {
    val context: Context
    val work: Work

    /** Reads pages aloud; null where the phone has no voice for the language, or has not said so yet. */
    val aloud: ReadingAloud?

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

    /** Goes back, and hands [text] to the screen there: its state has it under [key] when it opens. */
    fun backWith(key: String, text: String)

    /** Makes the screen that is here once more. */
    fun again()

    /** Shows a page of another app; the screen is told by [Screen.answered]. False where there is none. */
    fun ask(page: Intent): Boolean

    /** Asks for a permission; the screen is told by [Screen.permitted]. */
    fun askFor(permission: String)

    /** Brings this phone into step in the background, if something is due and nothing keeps from it. */
    fun syncUnasked()
}

/** A place that was visited, and what its screen keeps of itself. */
class Visit(val place: Place, val state: Bundle)
