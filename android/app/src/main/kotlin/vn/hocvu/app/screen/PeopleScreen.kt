package vn.hocvu.app.screen

import android.os.Bundle
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.LinearLayout
import android.widget.Space
import vn.hocvu.app.core.Learner
import vn.hocvu.app.draw.PICTOGRAMS
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.Picture
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.part
import vn.hocvu.app.draw.pictogram

/** Who learns today? Everybody has a card with her picture and name. */
class PeopleScreen(way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.people() }) { people ->
        val title = words.say("people-title")
        show(title) {
            title(title)
            words(words.say(if (people.isEmpty()) "people-nobody" else "people-hint"))
            if (people.isEmpty()) {
                go(words.say("people-new")) { way.go(Place.Add) }
            } else {
                cards(people.map(::card) + card("new", words.say("people-new")) { way.go(Place.Add) })
            }
            quiet(words.say("settings-title")) { way.go(Place.Settings) }
        }
    }

    private fun Page.cards(cards: List<View>) {
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

    private fun card(who: Learner): View {
        val name = PICTOGRAMS[who.pictogram]
        val picture = words.say("pictogram-$name")
        val said = who.name?.let { words.say("people-card", "you" to who.you, "name" to it, "picture" to picture) }
        val go = { way.go(if (who.hasPin) Place.Pin(who.id) else Place.Home(who.id)) }
        return card(name, words.name(who), said ?: "${words.name(who)}, $picture", go)
    }

    private fun card(picture: String, name: String, said: String = name, act: () -> Unit): View {
        val column = parts.column()
        column.gravity = Gravity.CENTER_HORIZONTAL
        val drawn: Picture = pictogram(look.context, picture)
        column.addView(PictureView(look, drawn, null, look.colours.go, 3f), LinearLayout.LayoutParams(look.dp(64), look.dp(64)))
        val label = parts.text(name, bold = true)
        label.gravity = Gravity.CENTER
        column.part(look, label)
        return parts.card(column, said, act)
    }
}
