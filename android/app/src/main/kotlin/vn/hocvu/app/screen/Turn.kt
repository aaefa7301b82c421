package vn.hocvu.app.screen

import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.PICTOGRAMS
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.pictogram

/** How a learner is named on her own pages. */
fun Words.name(who: Learner): String = when {
    who.isGuest -> say("turn-guest")
    who.name == null -> say("people-nameless")
    else -> say("people-name", "you" to who.you, "name" to who.name)
}

/** The head of a learner's pages: whose turn it is, and the way to the next person. */
fun Page.turn(who: Learner, words: Words, way: Way) {
    val row = parts.row()
    val sign = PictureView(look, pictogram(look.context, if (who.isGuest) "guest" else PICTOGRAMS[who.pictogram]), null, look.colours.go, 3f)
    val name = parts.text(words.name(who), bold = true)
    if (!who.isGuest) name.contentDescription = "${words.say("turn-label")}: ${words.name(who)}"
    val change = parts.quiet(words.say("turn-change")) { way.restart(Place.People) }
    change.gravity = Gravity.CENTER_VERTICAL or if (look.isLarge) Gravity.START else Gravity.END
    row.addView(sign, LinearLayout.LayoutParams(look.dp(40), look.dp(40)).apply { rightMargin = look.dp(8) })
    row.addView(name, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
    if (look.isLarge) {
        add(row, 0)
        add(change, 0)
    } else {
        row.addView(change, LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { leftMargin = look.dp(8) })
        add(row, 0)
    }
    val line = View(look.context).apply { setBackgroundColor(look.colours.line) }
    add(line, 4).layoutParams.height = look.dp(1)
}
