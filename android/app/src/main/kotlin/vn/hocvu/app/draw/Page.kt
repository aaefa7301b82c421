package vn.hocvu.app.draw

import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.LinearLayout
import android.widget.ScrollView
import vn.hocvu.app.platform.ReadingAloud
import vn.hocvu.app.platform.readable

private const val WIDTH_MAX_DP = 640

/** A page: parts from top to bottom, scrolled when they are more than the screen shows. */
class Page(val parts: Parts) {
    val look = parts.look
    val scroll = ScrollView(look.context)
    private val column = parts.column()
    private var fault: View? = null
    private var reading: View? = null

    init {
        val margin = look.dp(16)
        // On a wide screen lines stay short enough to be read.
        val spare = look.context.resources.displayMetrics.widthPixels - look.dp(WIDTH_MAX_DP)
        val side = margin + maxOf(0, spare / 2)
        column.setPadding(side, margin, side, 2 * margin)
        scroll.setBackgroundColor(look.colours.paper)
        scroll.isFillViewport = true
        scroll.isSaveEnabled = false
        scroll.addView(column)
    }

    fun <V : View> add(view: V, aboveDp: Int = 12): V {
        column.addView(view, params(look, aboveDp))
        return view
    }

    fun title(words: CharSequence) = add(parts.heading(words, 24), 8)

    fun subtitle(words: CharSequence) = add(parts.heading(words, 20), 24)

    fun words(words: CharSequence) = add(parts.text(words))

    fun note(words: CharSequence) = add(parts.text(words, SMALL_SP, look.colours.inkSoft), 8)

    fun go(words: CharSequence, act: () -> Unit) = add(parts.go(words, act), 20)

    fun plain(words: CharSequence, act: () -> Unit) = add(parts.plain(words, act))

    fun quiet(words: CharSequence, act: () -> Unit) = add(parts.quiet(words, act), 4)

    /** Says above [before] what is missing, in place of what was said there, and scrolls to it. */
    fun fault(words: CharSequence, before: View) = fault(words, column.indexOfChild(before))

    /** Says under everything else what went wrong. */
    fun faultAtEnd(words: CharSequence) = fault(words, -1)

    private fun fault(words: CharSequence, at: Int) {
        val old = fault
        val below = old != null && column.indexOfChild(old) in 0 until at
        old?.let { column.removeView(it) }
        val view = parts.fault(words)
        column.addView(view, if (below) at - 1 else at, params(look, 12))
        fault = view
        view.announceForAccessibility(words)
        scroll.post { scroll.requestChildFocus(column, view) }
    }

    /** Puts a button on top that reads the page aloud, and stops that. */
    fun offer(aloud: ReadingAloud) {
        if (reading != null) return
        var isReading = false
        lateinit var button: Button
        button = parts.quiet(aloud.read) {
            if (isReading) {
                aloud.stop()
            } else {
                isReading = true
                button.text = aloud.stop
                val texts = (0 until column.childCount).map(column::getChildAt).filter { it !== button }.flatMap(::readable)
                aloud.read(texts) {
                    isReading = false
                    button.text = aloud.read
                }
            }
        }
        reading = button
        column.addView(button, 0, params(look, 0))
    }

    /** Moves to a part as soon as it has its place. */
    fun scrollTo(part: View) = scroll.post { scroll.scrollTo(0, part.top) }

    companion object {
        fun params(look: Look, aboveDp: Int) =
            LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { topMargin = look.dp(aboveDp) }
    }
}

/** Adds a part under the others of a panel. */
fun <V : View> LinearLayout.part(look: Look, view: V, aboveDp: Int = 8): V {
    addView(view, Page.params(look, if (childCount == 0) 0 else aboveDp))
    return view
}
