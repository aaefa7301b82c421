package vn.hocvu.app.draw

import android.graphics.Matrix
import android.graphics.Path
import android.graphics.RectF
import android.util.Xml
import org.xmlpull.v1.XmlPullParser
import org.xmlpull.v1.XmlPullParserException
import java.io.ByteArrayInputStream
import java.io.IOException

private const val ELEMENTS_MAX = 2_000

/** What is stroked, filled and written how; inherited from a group by what is inside it. */
data class Style(
    val classes: List<String> = emptyList(),
    val strokeWidth: Float? = null,
    val dashes: List<Float> = emptyList(),
    val opacity: Float = 1f,
    val matrix: Matrix = Matrix(),
    val fontSize: Float = 16f,
    val isBold: Boolean = false,
    val anchor: String = "start",
    val isUnderlined: Boolean = false,
)

/** A piece of writing: from a place of its own, or on from the piece before it. */
class Writing(val text: String, val style: Style, val x: Float?, val y: Float?, val dx: Float, val dy: Float)

/** Something drawn. */
sealed class Shape {
    class Outline(val path: Path, val style: Style) : Shape()
    class Text(val pieces: List<Writing>) : Shape()
}

/** A picture: the part of SVG that `docs/formats.md` allows. */
class Picture(val box: RectF, val shapes: List<Shape>) {
    companion object {
        /** Reads a picture; null for what is none, so that its words stand in its place. */
        fun read(svg: ByteArray): Picture? = try {
            PictureReader(svg).read()
        } catch (broken: XmlPullParserException) {
            null
        } catch (broken: IOException) {
            null
        } catch (broken: NumberFormatException) {
            null
        }
    }
}

private class PictureReader(svg: ByteArray) {
    private val xml = Xml.newPullParser().apply {
        setFeature(XmlPullParser.FEATURE_PROCESS_NAMESPACES, false)
        setInput(ByteArrayInputStream(svg), "UTF-8")
    }
    private val styles = ArrayList<Style>()
    private val shapes = ArrayList<Shape>()
    private var writing: ArrayList<Writing>? = null
    private var place: FloatArray? = null
    private var box: RectF? = null

    fun read(): Picture? {
        while (true) {
            when (xml.next()) {
                XmlPullParser.START_TAG -> open()
                XmlPullParser.TEXT -> write()
                XmlPullParser.END_TAG -> close()
                XmlPullParser.END_DOCUMENT -> return box?.let { Picture(it, shapes) }
            }
            if (shapes.size > ELEMENTS_MAX) return null
        }
    }

    private fun open() {
        val style = style()
        styles.add(style)
        when (xml.name) {
            "svg" -> box = viewBox()
            "text" -> writing = ArrayList()
            else -> outline(xml.name, ::number)?.let { shapes.add(Shape.Outline(it, style)) }
        }
    }

    private fun close() {
        styles.removeAt(styles.size - 1)
        if (xml.name == "text") {
            writing?.let { shapes.add(Shape.Text(trimmed(it))) }
            writing = null
        }
    }

    private fun write() {
        val pieces = writing ?: return
        val text = xml.text.replace(Regex("\\s+"), " ")
        if (text.isEmpty()) return
        // The place that an element names holds for its first letters only.
        val at = place ?: floatArrayOf(Float.NaN, Float.NaN, 0f, 0f)
        place = null
        pieces.add(Writing(text, styles.last(), at[0].orNull(), at[1].orNull(), at[2], at[3]))
    }

    private fun style(): Style {
        val outer = styles.lastOrNull() ?: Style()
        val isWriting = xml.name == "text" || xml.name == "tspan"
        val style = outer.copy(
            classes = outer.classes + (value("class")?.split(' ').orEmpty()),
            strokeWidth = value("stroke-width")?.toFloat() ?: outer.strokeWidth,
            dashes = value("stroke-dasharray")?.let(::numbers) ?: outer.dashes,
            opacity = outer.opacity * (value("opacity")?.toFloat() ?: 1f),
            matrix = value("transform")?.let { Matrix(outer.matrix).apply { preConcat(transform(it)) } } ?: outer.matrix,
            fontSize = value("font-size")?.toFloat() ?: outer.fontSize,
            isBold = value("font-weight")?.let { it == "bold" || (it.toIntOrNull() ?: 400) >= 600 } ?: outer.isBold,
            anchor = value("text-anchor") ?: outer.anchor,
            isUnderlined = value("text-decoration")?.let { it == "underline" } ?: outer.isUnderlined,
        )
        if (isWriting) place = placeOf(xml.name == "text")
        return style
    }

    private fun placeOf(isStart: Boolean): FloatArray {
        val none = if (isStart) 0f else Float.NaN
        val x = value("x")?.toFloat() ?: none
        val y = value("y")?.toFloat() ?: none
        return floatArrayOf(x, y, number("dx") ?: 0f, number("dy") ?: 0f)
    }

    /** The path of an element; null for one that draws nothing itself. */
    private fun outline(name: String, number: (String) -> Float?): Path? {
        val at = { key: String -> number(key) ?: 0f }
        val path = Path()
        when (name) {
            "path" -> return PathReader(value("d").orEmpty()).read()
            "rect" -> {
                val rect = RectF(at("x"), at("y"), at("x") + at("width"), at("y") + at("height"))
                val rx = number("rx") ?: number("ry") ?: 0f
                path.addRoundRect(rect, rx, number("ry") ?: rx, Path.Direction.CW)
            }
            "circle" -> path.addCircle(at("cx"), at("cy"), at("r"), Path.Direction.CW)
            "ellipse" -> {
                val (cx, cy) = at("cx") to at("cy")
                path.addOval(RectF(cx - at("rx"), cy - at("ry"), cx + at("rx"), cy + at("ry")), Path.Direction.CW)
            }
            "line" -> {
                path.moveTo(at("x1"), at("y1"))
                path.lineTo(at("x2"), at("y2"))
            }
            "polyline", "polygon" -> corners(path, numbers(value("points").orEmpty()), name == "polygon")
            else -> return null
        }
        return path
    }

    private fun corners(path: Path, points: List<Float>, closed: Boolean) {
        points.chunked(2).filter { it.size == 2 }.forEachIndexed { i, (x, y) ->
            if (i == 0) path.moveTo(x, y) else path.lineTo(x, y)
        }
        if (closed) path.close()
    }

    private fun viewBox(): RectF? {
        val (x, y, width, height) = numbers(value("viewBox").orEmpty()).takeIf { it.size == 4 } ?: return null
        return RectF(x, y, x + width, y + height).takeIf { width > 0 && height > 0 }
    }

    private fun value(name: String): String? = xml.getAttributeValue(null, name)

    private fun number(name: String): Float? = value(name)?.toFloat()
}

private fun Float.orNull(): Float? = takeUnless { it.isNaN() }

private fun numbers(text: String): List<Float> =
    text.split(' ', ',', '\n', '\t', '\r').filter { it.isNotEmpty() }.map { it.toFloat() }

/** Spaces at the ends of a text are the author's layout, not words. */
private fun trimmed(pieces: List<Writing>): List<Writing> = pieces.mapIndexed { i, piece ->
    var text = piece.text
    if (i == 0 || piece.x != null) text = text.trimStart()
    if (i == pieces.lastIndex) text = text.trimEnd()
    Writing(text, piece.style, piece.x, piece.y, piece.dx, piece.dy)
}

private fun transform(text: String): Matrix {
    val matrix = Matrix()
    for (found in Regex("([a-zA-Z]+)\\s*\\(([^)]*)\\)").findAll(text)) {
        val n = numbers(found.groupValues[2])
        if (n.isEmpty()) continue
        when (found.groupValues[1]) {
            "translate" -> matrix.preTranslate(n[0], n.getOrElse(1) { 0f })
            "scale" -> matrix.preScale(n[0], n.getOrElse(1) { n[0] })
            "rotate" -> matrix.preRotate(n[0], n.getOrElse(1) { 0f }, n.getOrElse(2) { 0f })
            "matrix" -> if (n.size == 6) {
                matrix.preConcat(Matrix().apply { setValues(floatArrayOf(n[0], n[2], n[4], n[1], n[3], n[5], 0f, 0f, 1f)) })
            }
        }
    }
    return matrix
}
