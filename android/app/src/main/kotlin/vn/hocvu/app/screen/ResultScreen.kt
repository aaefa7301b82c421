package vn.hocvu.app.screen

import android.os.Bundle
import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import vn.hocvu.app.core.Assessed
import vn.hocvu.app.core.QuizResult
import vn.hocvu.app.core.Said
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.part
import vn.hocvu.app.question.SaidPanel
import vn.hocvu.app.question.verdict

/** What came of a quiz: how much was right, what to look at again, every answer for review. */
class ResultScreen(private val place: Place.Result, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.result(place.visitor, place.attempt) }) { result ->
        result.assessed?.let { assessed(result, it) } ?: practised(result)
    }

    private fun assessed(result: QuizResult, assessed: Assessed) {
        val page = AssessedPage(place.visitor, result, assessed, words, way)
        show(page.title) { page.fill(this) { discard(this) } }
    }

    private fun discard(page: Page) {
        val guest = (place.visitor as? Visitor.Guest)?.guest ?: return
        act({ it.forget(guest) }, { page.faultAtEnd(it.words) }) { way.restart(Place.People) }
    }

    private fun practised(result: QuizResult) {
        val title = words.say("result-title", "you" to result.who.you)
        show(title) {
            turn(result.who, words, way)
            title(title)
            note(result.title)
            add(parts.text(words.say("result-correct-of", "correct" to result.correct, "of" to result.answered), 22, bold = true))
            add(bar(result.correct, maxOf(1, result.answered), parts), 4)
            words(word(result))
            lookAgain(result)
            go(words.say("action-continue")) { way.restart(Place.People, home(place.visitor)) }
            result.course?.let { course -> plain(words.say("lesson-to-course")) { toCourse(course) } }
            if (result.answers.isNotEmpty()) subtitle(words.say("result-review"))
            result.answers.forEachIndexed { i, said -> add(review(i, said, result.who.you), 8) }
            note(words.say("result-saved"))
        }
    }

    /** A kind word for how much was right; the thresholds are half and four fifths, as at the kiosk. */
    private fun word(result: QuizResult): String {
        val key = when {
            result.correct == result.answered -> "result-all-right"
            5 * result.correct >= 4 * result.answered -> "result-most-right"
            2 * result.correct >= result.answered -> "result-some-right"
            else -> "result-few-right"
        }
        return words.say(key, "you" to result.who.you)
    }

    private fun Page.lookAgain(result: QuizResult) {
        if (result.lookAgain.isEmpty()) return
        subtitle(words.say("result-look-again"))
        for (hint in result.lookAgain) {
            quiet(hint.title) { way.go(Place.Lesson(place.visitor, hint.course, hint.lesson)) }
        }
    }

    /** An answer that opens in its place. */
    private fun review(i: Int, said: Said, you: String): View {
        val mark = if (said.correct) "✓" else "✗"
        val column = parts.column()
        val head = parts.plain("$mark ${i + 1}. ${said.question.prompt.plain}") { turn(column, i, said, you) }
        head.gravity = Gravity.CENTER_VERTICAL or Gravity.START
        head.contentDescription = "${verdict(said, words)} ${said.question.prompt.plain}"
        column.part(look, head)
        if (i in opened()) turn(column, i, said, you)
        return column
    }

    private fun turn(column: LinearLayout, i: Int, said: Said, you: String) {
        val isOpen = column.childCount > 1
        if (isOpen) column.removeViewAt(1) else column.part(look, SaidPanel(said, you, parts, words, 20).view)
        val others = opened() - i
        state.putIntArray("opened", (if (isOpen) others else others + i).toIntArray())
    }

    private fun opened(): List<Int> = state.getIntArray("opened")?.toList().orEmpty()

    private fun toCourse(course: String) =
        way.restart(Place.People, home(place.visitor), Place.Course(place.visitor, course))
}
