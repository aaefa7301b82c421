package vn.hocvu.app.screen

import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.LinearLayout
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.PICTOGRAMS
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.part
import vn.hocvu.app.draw.pictogram

private const val COLUMNS = 4

/** The pictograms to choose one from. */
class PictureGrid(private val parts: Parts, words: Words, chosen: Int, choose: (Int) -> Unit) {
    private val look = parts.look
    private val colours = look.colours
    private val tiles = ArrayList<View>()
    val view = parts.column()

    init {
        for (row in PICTOGRAMS.indices.chunked(COLUMNS)) {
            val line = parts.row()
            for (i in row) {
                val tile = tile(i, words.say("pictogram-${PICTOGRAMS[i]}")) {
                    choose(i)
                    mark(i)
                }
                tiles.add(tile)
                val place = LinearLayout.LayoutParams(0, MATCH_PARENT, 1f)
                if (i % COLUMNS > 0) place.leftMargin = look.dp(8)
                line.addView(tile, place)
            }
            view.part(look, line)
        }
        mark(chosen)
    }

    private fun tile(i: Int, said: String, act: () -> Unit): View {
        val column = parts.column()
        val picture = PictureView(look, pictogram(look.context, PICTOGRAMS[i]), null, colours.go, 3f)
        column.part(look, picture)
        return parts.card(column, said, act).apply { setPadding(look.dp(6), look.dp(6), look.dp(6), look.dp(6)) }
    }

    private fun mark(chosen: Int) = tiles.forEachIndexed { i, tile ->
        tile.isSelected = i == chosen
        val fill = if (i == chosen) colours.goSoft else colours.card
        tile.background = parts.shape(fill, if (i == chosen) colours.go else colours.line, if (i == chosen) 3 else 1)
    }
}
