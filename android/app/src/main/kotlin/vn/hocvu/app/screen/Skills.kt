package vn.hocvu.app.screen

import android.view.View
import android.widget.LinearLayout
import vn.hocvu.app.core.Skill
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.SMALL_SP
import vn.hocvu.app.draw.part

/** The most dots of a thing that she can do. */
private const val DOTS = 4

/** One thing that she can do: in a few dots, in a word, and how it was before. */
fun skill(skill: Skill, parts: Parts, words: Words): View {
    val look = parts.look
    val panel = parts.panel(look.colours.card, look.colours.line)
    panel.part(look, parts.text(skill.name, bold = true))
    if (skill.dots == null) {
        panel.part(look, parts.text(words.say("progress-too-few"), colour = look.colours.inkSoft))
        val more = words.say("assess-too-few-more", "count" to skill.missing)
        panel.part(look, parts.text(more, SMALL_SP, look.colours.inkSoft), 2)
        return panel
    }
    panel.part(look, dots(skill.dots, parts, words))
    panel.part(look, parts.text(words.say("assess-word-${skill.dots}"), colour = look.colours.go, bold = true), 4)
    skill.before?.let { before ->
        val was = words.say("assess-before", "word" to words.say("assess-word-$before"))
        val change = words.say("assess-change-${change(before, skill.dots)}")
        panel.part(look, parts.text("$was. $change", SMALL_SP, look.colours.inkSoft), 4)
    }
    return panel
}

/** How it changed since the last time: the end of a text's key. */
private fun change(before: Int, now: Int) = when {
    now >= before + 2 -> "much"
    now > before -> "some"
    now == before -> "same"
    else -> "less"
}

/** Full and empty dots, read out as a number; the word beside them says the same. */
private fun dots(full: Int, parts: Parts, words: Words): View {
    val look = parts.look
    val row = LinearLayout(look.context)
    for (i in 0 until DOTS) {
        val dot = View(look.context)
        val fill = if (i < full) look.colours.go else look.colours.card
        dot.background = parts.shape(fill, look.colours.go, 2)
        row.addView(dot, LinearLayout.LayoutParams(look.dp(22), look.dp(22)).apply { rightMargin = look.dp(8) })
    }
    row.contentDescription = words.say("assess-dots", "n" to full, "of" to DOTS)
    return row
}
