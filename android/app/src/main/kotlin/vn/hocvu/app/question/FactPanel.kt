package vn.hocvu.app.question

import android.view.View
import vn.hocvu.app.core.Day
import vn.hocvu.app.core.Fact
import vn.hocvu.app.core.FactStatus
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.SMALL_SP
import vn.hocvu.app.draw.part
import java.util.Calendar

/** A fact with where it was read, when, and whether that was too long ago. */
fun factPanel(fact: Fact, words: Line?, parts: Parts, texts: Words): View {
    val (look, colours) = parts.look to parts.look.colours
    val panel = parts.panel(colours.lookSoft)
    val small = { said: String -> panel.part(look, parts.text(said, SMALL_SP, colours.look), 6) }
    panel.part(look, parts.text(parts.styled(words ?: fact.text)))
    small(texts.say("fact-checked", "day" to texts.day(fact.checkedOn)))
    small(texts.say("fact-source", "source" to fact.source))
    when (fact.status) {
        FactStatus.READ -> Unit
        FactStatus.ONE_SOURCE -> small(texts.say("fact-one-source"))
        FactStatus.UNVERIFIED -> small(texts.say("fact-unverified"))
    }
    if (fact.reviewAfter.isOver()) small(texts.say("fact-review-due", "day" to texts.day(fact.reviewAfter)))
    return panel
}

private fun Words.day(day: Day) = say("date", "day" to day.day, "month" to day.month, "year" to day.year.toString())

/** Whether a day has come, by this phone's clock: a notice, on which nothing else depends. */
private fun Day.isOver(): Boolean {
    val today = Calendar.getInstance()
    val now = today[Calendar.YEAR] * 10_000 + (today[Calendar.MONTH] + 1) * 100 + today[Calendar.DAY_OF_MONTH]
    return now >= year * 10_000 + month * 100 + day
}
