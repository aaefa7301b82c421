package vn.hocvu.app

import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.view.ViewGroup
import android.widget.ScrollView
import android.widget.TextView
import java.io.File

/** Draws the whole page, as far as it can be scrolled, to a file of the folder for pictures. */
fun Shell.shoot(name: String) {
    val scroll = page()
    val column = scroll.getChildAt(0)
    // A mark that is still being drawn in would be missing from the picture.
    column.jumpDrawablesToCurrentState()
    val bitmap = Bitmap.createBitmap(column.width, maxOf(column.height, scroll.height), Bitmap.Config.ARGB_8888)
    val canvas = Canvas(bitmap)
    scroll.background.setBounds(0, 0, bitmap.width, bitmap.height)
    scroll.background.draw(canvas)
    column.draw(canvas)
    val file = File(checkNotNull(System.getProperty("hocvu.pictures")), "android-$name.png")
    file.parentFile?.mkdirs()
    file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
}

fun Shell.page(): ScrollView =
    activity.findViewById<ViewGroup>(android.R.id.content).getChildAt(0) as ScrollView

/** What a thumb, a reader with large letters or a screen reader would stumble over on this page. */
fun Shell.faults(): List<String> {
    val density = activity.resources.displayMetrics.density
    val views = views()
    val targets = views.filter { it.isClickable }
    val small = targets.filter { it.height < 48 * density || it.width < 48 * density }
    val mute = targets.filter { said(it).isBlank() }
    val cut = views.filterIsInstance<TextView>().flatMap(::cutLines)
    val outside = views.filter { it.parent !is ScrollView }.filter {
        val place = it.parent as? View ?: it
        it.right > place.width + 1 || it.bottom > place.height + 1
    }
    val mutePictures = views.filterIsInstance<vn.hocvu.app.draw.PictureView>()
        .filter { it.contentDescription.isNullOrBlank() && it.importantForAccessibility != View.IMPORTANT_FOR_ACCESSIBILITY_NO }
    return small.map { "smaller than 48 dp: ${said(it)} (${it.width / density} x ${it.height / density})" } +
        mute.map { "says nothing: $it" } +
        cut +
        outside.map { "reaches out of its place: ${said(it)}" } +
        mutePictures.map { "a picture without words: $it" }
}

/** Lines that are wider than their view, cut off with dots, or broken inside a word. */
private fun cutLines(view: TextView): List<String> {
    val layout = view.layout ?: return emptyList()
    val text = layout.text
    return (0 until layout.lineCount).mapNotNull { i ->
        val end = layout.getLineEnd(i)
        val line = text.substring(layout.getLineStart(i), end)
        when {
            layout.getEllipsisCount(i) > 0 -> "ends in dots: $line"
            layout.getLineMax(i) > layout.width + 1 -> "wider than its view: $line"
            isWordBroken(text, end) -> "broken inside a word: $line|"
            else -> null
        }
    } + if (layout.height > view.height - view.compoundPaddingTop - view.compoundPaddingBottom + 2 && view !is android.widget.EditText) {
        listOf("higher than its view: $text")
    } else {
        emptyList()
    }
}

/** A web address is longer than any line may be; it is the one thing that is broken anywhere. */
private fun isWordBroken(text: CharSequence, end: Int): Boolean {
    if (end >= text.length || !text[end - 1].isLetter() || !text[end].isLetter()) return false
    val from = text.lastIndexOf(' ', end) + 1
    val to = text.indexOf(' ', end).let { if (it < 0) text.length else it }
    return '.' !in text.substring(from, to).trimEnd('.', ',', '”')
}
