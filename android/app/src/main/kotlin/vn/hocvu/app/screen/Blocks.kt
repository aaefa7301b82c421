package vn.hocvu.app.screen

import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.Gravity
import android.widget.LinearLayout
import vn.hocvu.app.core.Block
import vn.hocvu.app.core.LessonPage
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.Picture
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.part
import vn.hocvu.app.question.factPanel

/** The pieces of a lesson's screen as views. [check] draws a question. */
class Blocks(
    private val page: LessonPage,
    private val parts: Parts,
    private val words: Words,
    private val sound: Sound,
    private val check: (String) -> View?,
) {
    private val look = parts.look
    private val colours = look.colours

    fun view(block: Block): View? = when (block) {
        is Block.Text -> parts.text(parts.styled(block.words))
        is Block.Heading -> parts.heading(parts.styled(block.words), 20)
        is Block.Steps -> steps(block.steps)
        is Block.Points -> points(block.points)
        is Block.Picture -> picture(block)
        is Block.Tip -> panel(colours.goSoft, colours.goSoft, "block-tip", colours.go, block.blocks)
        is Block.Warning -> panel(colours.stopSoft, colours.stop, "block-warning", colours.stop, block.blocks)
        is Block.Remember -> panel(colours.goSoft, colours.go, "block-remember", colours.go, block.blocks)
        is Block.OfFact -> page.facts[block.fact]?.let { factPanel(it, block.words, parts, words) }
        is Block.Audio -> audio(block)
        is Block.Check -> check(block.question)
    }

    private fun steps(steps: List<Line>): View = parts.column().apply {
        steps.forEachIndexed { i, step ->
            val number = parts.text("${i + 1}", colour = colours.go, bold = true)
            number.gravity = Gravity.CENTER
            number.background = parts.shape(colours.goSoft, colours.goSoft, 0)
            number.minWidth = look.dp(36)
            number.minHeight = look.dp(36)
            part(look, beside(number, step), 10)
        }
    }

    private fun points(points: List<Line>): View = parts.column().apply {
        for (point in points) part(look, beside(parts.text("•", colour = colours.go, bold = true), point), 6)
    }

    private fun beside(mark: View, line: Line): View {
        val row = LinearLayout(look.context)
        // Moving the words down to the mark's line would cut their last line off.
        row.isBaselineAligned = false
        row.addView(mark, LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT).apply { rightMargin = look.dp(12) })
        row.addView(parts.text(parts.styled(line)), LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
        return row
    }

    /** Without the picture its words stand there. */
    private fun picture(block: Block.Picture): View {
        val drawn = page.pictures[block.file]?.let { Picture.read(it) }
        if (drawn != null) return PictureView(look, drawn, block.alt)
        return parts.text(words.say("picture-missing", "words" to block.alt), colour = colours.inkSoft)
    }

    private fun panel(fill: Int, edge: Int, key: String, ink: Int, blocks: List<Block>): View =
        parts.panel(fill, edge).apply {
            part(look, parts.text(words.say(key), colour = ink, bold = true))
            for (block in blocks) view(block)?.let { part(look, it) }
        }

    /** The words of a sound say the same as the sound. */
    private fun audio(block: Block.Audio): View = parts.panel(colours.card, colours.line).apply {
        part(look, parts.text(words.say("audio-words"), bold = true))
        part(look, parts.text(parts.styled(block.words)))
        part(look, soundButton(block.file, sound, parts, words))
    }
}
