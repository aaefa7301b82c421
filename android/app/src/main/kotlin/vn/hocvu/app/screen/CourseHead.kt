package vn.hocvu.app.screen

import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Look
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.Picture
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.SMALL_SP
import vn.hocvu.app.draw.part

/** How far she is with a course, in words. */
fun done(course: Course, words: Words): String = when (course.done) {
    0 -> words.say("course-not-begun")
    course.of -> words.say("course-done")
    else -> words.say("course-done-of", "done" to course.done, "of" to course.of)
}

/** How long a course is, for somebody of whom it is not known how far she is. */
fun length(course: Course, words: Words): String {
    val lessons = words.say("count-lessons", "count" to course.of)
    return "$lessons, ${words.say("lesson-minutes", "minutes" to course.minutes)}"
}

/** A course's picture, its name, and how far she is. */
fun courseHead(course: Course, parts: Parts, words: Words, state: String = done(course, words)): LinearLayout {
    val look = parts.look
    val row = parts.row()
    course.picture?.let { Picture.read(it) }?.let {
        val size = LinearLayout.LayoutParams(look.dp(52), look.dp(52)).apply { rightMargin = look.dp(12) }
        row.addView(PictureView(look, it, null, look.colours.go, 3f), size)
    }
    val column = parts.column()
    column.part(look, parts.text(course.title, bold = true))
    column.part(look, parts.text(state, SMALL_SP, look.colours.inkSoft), 2)
    if (course.done > 0) column.part(look, bar(course.done, course.of, parts), 6)
    row.addView(column, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
    return row
}

/** How much of a whole is done, beside words that say the same. */
fun bar(done: Int, of: Int, parts: Parts): View {
    val look: Look = parts.look
    val row = LinearLayout(look.context)
    row.background = parts.shape(look.colours.line, look.colours.line, 0)
    row.weightSum = of.toFloat()
    row.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
    val full = View(look.context).apply { background = parts.shape(look.colours.go, look.colours.go, 0) }
    row.addView(full, LinearLayout.LayoutParams(0, look.dp(10), done.toFloat()))
    // An empty bar is as high as a full one.
    row.addView(View(look.context), LinearLayout.LayoutParams(0, look.dp(10), (of - done).toFloat()))
    row.layoutParams = LinearLayout.LayoutParams(MATCH_PARENT, look.dp(10))
    return row
}
