package vn.hocvu.app.screen

import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.LinearLayout
import android.widget.Space
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.PICTOGRAMS
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.part
import vn.hocvu.app.draw.pictogram

/** Cards in two columns, or in one where letters are large. */
fun Page.cards(cards: List<View>) {
    val columns = if (look.isLarge) 1 else 2
    for (row in cards.chunked(columns)) {
        val line = parts.row()
        // The last card is no wider than the others. A plain view would take all the height there is.
        val filled = if (row.size < columns) row + Space(look.context) else row
        filled.forEachIndexed { i, card ->
            val place = LinearLayout.LayoutParams(0, MATCH_PARENT, 1f)
            if (i > 0) place.leftMargin = look.dp(12)
            line.addView(card, place)
        }
        add(line)
    }
}

/** Somebody's picture and name, to be pressed. */
fun learnerCard(who: Learner, parts: Parts, words: Words, act: () -> Unit): View {
    val name = PICTOGRAMS[who.pictogram]
    val picture = words.say("pictogram-$name")
    val said = who.name?.let { words.say("people-card", "you" to who.you, "name" to it, "picture" to picture) }
    return card(name, words.name(who), said ?: "${words.name(who)}, $picture", parts, act)
}

/** A pictogram over a name. */
fun card(picture: String, name: String, said: String, parts: Parts, act: () -> Unit): View {
    val look = parts.look
    val column = parts.column()
    column.gravity = Gravity.CENTER_HORIZONTAL
    val drawn = PictureView(look, pictogram(look.context, picture), null, look.colours.go, 3f)
    column.addView(drawn, LinearLayout.LayoutParams(look.dp(64), look.dp(64)))
    val label = parts.text(name, bold = true)
    label.gravity = Gravity.CENTER
    column.part(look, label)
    return parts.card(column, said, act)
}
