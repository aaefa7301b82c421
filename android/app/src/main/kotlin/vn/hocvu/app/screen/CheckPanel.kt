package vn.hocvu.app.screen

import android.os.Bundle
import android.os.SystemClock
import android.view.View
import android.widget.LinearLayout
import vn.hocvu.app.core.Question
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Said
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.part
import vn.hocvu.app.question.QuestionPanel
import vn.hocvu.app.question.Reading
import vn.hocvu.app.question.SaidPanel

private const val RESPONSE = "response"
private const val SOLUTION = "solution"

/** The longest time that is taken for a question, in tenths of a second: an hour. */
private const val TENTHS_MAX = 36_000L

fun Bundle.keep(response: Response) = putSerializable(RESPONSE, response)

@Suppress("DEPRECATION")
fun Bundle.response(): Response? = getSerializable(RESPONSE) as? Response

/** Tenths of a second since the question was first shown; 0 where the phone was started since. */
fun Bundle.tenths(): Int {
    val began = getLong("began", Long.MAX_VALUE)
    val passed = (SystemClock.elapsedRealtime() - began) / 100
    return if (began == Long.MAX_VALUE || passed !in 0..TENTHS_MAX) 0 else passed.toInt()
}

fun Bundle.begin() {
    if (!containsKey("began")) putLong("began", SystemClock.elapsedRealtime())
}

/** A question inside a lesson: tried as often as she likes, the solution when she asks for it. */
class CheckPanel(
    question: Question,
    said: Said?,
    private val kept: Bundle,
    you: String,
    private val isFirst: Boolean,
    private val parts: Parts,
    private val words: Words,
    private val asker: Asker,
) {
    /** What a check wants of its lesson. */
    interface Asker {
        fun answer(response: Response, panel: CheckPanel)
        fun again()
        fun redraw()
    }

    private val look = parts.look
    val isRight = said?.correct == true
    val view: LinearLayout = parts.panel(look.colours.paper, look.colours.line)

    init {
        if (said == null) ask(question, you) else tell(said, you)
    }

    fun tenths(): Int = kept.tenths()

    private fun ask(question: Question, you: String) {
        kept.begin()
        val panel = QuestionPanel(question, parts, words, you, kept, 20)
        view.part(look, panel.view)
        val text = words.say("quiz-answer")
        val fault = parts.fault("")
        val act = {
            when (val reading = panel.read()) {
                is Reading.Answer -> asker.answer(reading.response, this)
                is Reading.Missing -> {
                    fault.text = words.say(reading.key)
                    if (fault.parent == null) view.addView(fault, view.childCount - 1, Page.params(look, 12))
                    fault.announceForAccessibility(fault.text)
                }
            }
        }
        view.part(look, if (isFirst) parts.go(text, act) else parts.plain(text, act), 16)
    }

    private fun tell(said: Said, you: String) {
        val tellsAll = said.correct || kept.getBoolean(SOLUTION)
        view.part(look, SaidPanel(said, you, parts, words, 20, tellsAll).view)
        view.accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        if (said.correct) return
        val again = words.say("quiz-again")
        view.part(look, if (isFirst) parts.go(again) { asker.again() } else parts.plain(again) { asker.again() }, 16)
        if (tellsAll) return
        view.part(look, parts.quiet(words.say("quiz-show-solution")) {
            kept.putBoolean(SOLUTION, true)
            asker.redraw()
        })
    }
}
