package vn.hocvu.app.question

import android.view.View
import android.widget.LinearLayout
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Option
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Said
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part

/** The words for how an answer went. */
fun verdict(said: Said, words: Words): String = when {
    said.correct -> words.say("quiz-right")
    said.points == 0 -> words.say("quiz-wrong")
    else -> words.say("quiz-partly", "points" to said.points, "of" to said.possible)
}

/**
 * What is said to an answer: how it went, what was chosen, the right answer, why. Unless it
 * [tellsAll], only what helps to try again: the right answer is kept back and the hint is given.
 */
class SaidPanel(
    private val said: Said,
    private val you: String,
    private val parts: Parts,
    private val words: Words,
    headingSp: Int,
    tellsAll: Boolean = true,
) {
    private val look = parts.look
    private val colours = look.colours
    val heading = parts.heading(mark(said.correct) + verdict(said, words), headingSp)
    val view: LinearLayout = parts.column()

    init {
        view.part(look, heading)
        view.part(look, parts.text(words.say("quiz-yours", "you" to you), colour = colours.inkSoft))
        for ((text, isRight) in givenRows()) view.part(look, row(text, isRight), 6)
        for (line in said.feedback) view.part(look, parts.text(parts.styled(line)), 12)
        if (tellsAll) {
            rightAnswer()
            tip(words.say("quiz-reason") + ":", said.reason)
            said.fact?.let { view.part(look, factPanel(it, null, parts, words), 12) }
        } else {
            said.question.hint?.let { tip(words.say("quiz-hint-label"), it) }
        }
    }

    /** Colour is never alone: a mark and a word say the same. */
    private fun row(text: String, isRight: Boolean?): View {
        val panel = when (isRight) {
            true -> parts.panel(colours.goSoft, colours.go)
            false -> parts.panel(colours.stopSoft, colours.stop)
            null -> parts.panel(colours.card, colours.line)
        }
        panel.part(look, parts.text(if (isRight == null) text else mark(isRight) + text))
        if (isRight != null) {
            val key = if (isRight) "quiz-mark-right" else "quiz-mark-wrong"
            panel.part(look, parts.text(words.say(key), colour = if (isRight) colours.go else colours.stop, bold = true), 2)
        }
        return panel
    }

    private fun mark(isRight: Boolean) = if (isRight) "✓ " else "✗ "

    private fun rightAnswer() {
        val lines = said.rightAnswer
        if (lines.isEmpty()) return
        val isOrder = said.response is Response.Order
        val title = when {
            lines.size == 1 -> words.say("quiz-right-answer", "answer" to lines[0].plain)
            isOrder -> words.say("quiz-right-order")
            else -> words.say("quiz-right-answer", "answer" to "").trim()
        }
        view.part(look, parts.text(title, bold = true), 16)
        if (lines.size == 1) return
        lines.forEachIndexed { i, line ->
            val mark = if (isOrder) "${i + 1}. " else "• "
            view.part(look, parts.text(mark + line.plain), 4)
        }
    }

    private fun tip(title: String, line: Line) {
        if (line.isBlank()) return
        val tip = parts.panel(colours.goSoft)
        tip.part(look, parts.text(title, bold = true))
        tip.part(look, parts.text(parts.styled(line)), 4)
        view.part(look, tip, 12)
    }

    private fun givenRows(): List<Pair<String, Boolean?>> {
        val kind = said.question.kind
        return when (val given = said.response) {
            is Response.Single -> whole((kind as? Kind.Single)?.options.words(given.index))
            is Response.TrueFalse -> whole(words.say(if (given.said) "quiz-true" else "quiz-false"))
            is Response.Text -> whole(given.typed)
            is Response.Number -> whole("${words.showNumber(given.milli)} ${(kind as? Kind.Number)?.unit.orEmpty()}".trim())
            is Response.Multiple -> given.indices.map { (kind as? Kind.Multiple)?.options.words(it) to said.parts[it] }
            is Response.Order -> given.indices.mapIndexed { i, index ->
                "${i + 1}. ${(kind as? Kind.Order)?.items.words(index)}" to null
            }
            is Response.Match -> matched(kind as? Kind.Match, given)
            is Response.Gap -> given.indices.mapIndexed { i, index ->
                (kind as? Kind.Gap)?.gaps?.getOrNull(i).words(index) to said.parts[i]
            }
        }
    }

    private fun matched(kind: Kind.Match?, given: Response.Match) = given.indices.mapIndexed { i, index ->
        val left: Line? = kind?.lefts?.getOrNull(i)
        "${left?.plain.orEmpty()}: ${kind?.rights.words(index)}" to said.parts[i]
    }

    private fun whole(text: String): List<Pair<String, Boolean?>> = listOf(text to said.correct)

    private fun List<Option>?.words(index: Int?): String = this?.find { it.index == index }?.text?.plain.orEmpty()
}
