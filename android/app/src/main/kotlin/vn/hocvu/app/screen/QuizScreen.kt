package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Asked
import vn.hocvu.app.core.Attempt
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Said
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page
import vn.hocvu.app.question.QuestionPanel
import vn.hocvu.app.question.Reading
import vn.hocvu.app.question.SaidPanel

private const val ATTEMPT = "attempt"
private const val DRAFT = "draft"
private const val SAID = "said"
private const val NUMBER = "number"
private const val OF = "of"

/**
 * A quiz, one question after the other, each with what is said to its answer. The attempt lies in the
 * core; here is kept which one it is, what was chosen so far, and whether the answer was shown.
 */
class QuizScreen(
    private val visitor: Visitor,
    private val begin: (Core) -> Attempt,
    way: Way,
    state: Bundle,
) : Screen(way, state) {
    override fun open() = load(::find) { (attempt, said) ->
        state.putString(ATTEMPT, attempt.id)
        when {
            said != null -> tell(attempt, said)
            attempt.asked != null -> ask(attempt, attempt.asked)
            else -> {
                way.syncUnasked()
                way.replace(Place.Result(visitor, attempt.id))
            }
        }
    }

    private fun find(core: Core): Pair<Attempt, Said?> {
        val known = state.getString(ATTEMPT)
        val attempt = if (known == null) begin(core) else core.attempt(visitor, known)
        val index = state.getInt(SAID, -1)
        return attempt to if (index < 0) null else core.answered(visitor, attempt.id, index)
    }

    private fun ask(attempt: Attempt, asked: Asked) {
        val draft = draftOf(asked)
        val place = words.say("quiz-question-of", "n" to asked.number, "of" to asked.of)
        show(place) {
            turn(attempt.who, words, way)
            note("${title(attempt)}. $place")
            add(bar(asked.number - 1, asked.of, parts), 4)
            val question = QuestionPanel(asked.question, parts, words, attempt.who.you, draft, 22)
            add(question.view)
            val go = go(words.say("quiz-answer")) {}
            go.setOnClickListener {
                when (val reading = question.read()) {
                    is Reading.Missing -> fault(words.say(reading.key), go)
                    is Reading.Answer -> act(
                        { it.answer(visitor, attempt.id, asked.index, reading.response, draft.tenths()) },
                        { fault(it.words, go) },
                    ) { said -> said(attempt, asked, said) }
                }
            }
            stop()
        }
    }

    private fun title(attempt: Attempt) = if (attempt.isAssessment) words.say("assess-title") else attempt.title

    /** In a self-assessment the next question comes at once: what was right is said at its end. */
    private fun said(attempt: Attempt, asked: Asked, said: Said) {
        if (attempt.isAssessment) return next()
        keep(asked)
        tell(attempt, said)
    }

    /** What was chosen so far belongs to one question of the attempt, and to no other. */
    private fun draftOf(asked: Asked): Bundle {
        val kept = state.getBundle(DRAFT)?.takeIf { it.getInt("index", -1) == asked.index }
        val draft = kept ?: Bundle().apply { putInt("index", asked.index) }
        draft.begin()
        state.putBundle(DRAFT, draft)
        return draft
    }

    private fun keep(asked: Asked) {
        toTop()
        state.putInt(SAID, asked.index)
        state.putInt(NUMBER, asked.number)
        state.putInt(OF, asked.of)
    }

    private fun tell(attempt: Attempt, said: Said) {
        val (number, of) = state.getInt(NUMBER) to state.getInt(OF)
        val place = words.say("quiz-question-of", "n" to number, "of" to of)
        val panel = SaidPanel(said, attempt.who.you, parts, words, 24)
        show("$place. ${panel.heading.text}") {
            turn(attempt.who, words, way)
            note("${title(attempt)}. $place")
            add(bar(number, of, parts), 4)
            add(panel.view)
            go(words.say(if (number == of) "quiz-to-result" else "quiz-next")) { next() }
        }
    }

    private fun next() {
        toTop()
        state.remove(SAID)
        state.remove(DRAFT)
        open()
    }

    private fun Page.stop() {
        quiet(words.say("quiz-stop")) { way.back() }
        note(words.say("quiz-stop-note"))
    }
}
