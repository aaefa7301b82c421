package vn.hocvu.app.draw

import android.annotation.SuppressLint
import android.graphics.Canvas
import android.graphics.DashPathEffect
import android.graphics.Paint
import android.graphics.Typeface
import android.view.View
import kotlin.math.min

private const val STROKE = 2.5f

/** Draws a picture in the colours of the theme, as wide as there is room, at most [heightMaxDp] high. */
@SuppressLint("ViewConstructor")
class PictureView(
    private val look: Look,
    private val picture: Picture,
    said: CharSequence?,
    private val ink: Int = look.colours.ink,
    private val strokeWidth: Float = STROKE,
    private val heightMaxDp: Int = 360,
) : View(look.context) {
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        strokeCap = Paint.Cap.ROUND
        strokeJoin = Paint.Join.ROUND
    }
    private val regular = Typeface.create("sans-serif", Typeface.NORMAL)
    private val bold = Typeface.create("sans-serif", Typeface.BOLD)

    init {
        contentDescription = said
        importantForAccessibility = if (said == null) IMPORTANT_FOR_ACCESSIBILITY_NO else IMPORTANT_FOR_ACCESSIBILITY_YES
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val width = MeasureSpec.getSize(widthMeasureSpec)
        val height = (width * picture.box.height() / picture.box.width()).toInt()
        setMeasuredDimension(width, min(height, look.dp(heightMaxDp)))
    }

    override fun onDraw(canvas: Canvas) {
        val scale = min(width / picture.box.width(), height / picture.box.height())
        canvas.translate((width - scale * picture.box.width()) / 2, (height - scale * picture.box.height()) / 2)
        canvas.scale(scale, scale)
        canvas.translate(-picture.box.left, -picture.box.top)
        for (shape in picture.shapes) {
            when (shape) {
                is Shape.Outline -> drawOutline(canvas, shape)
                is Shape.Text -> drawText(canvas, shape)
            }
        }
    }

    private fun drawOutline(canvas: Canvas, shape: Shape.Outline) {
        val style = shape.style
        canvas.save()
        canvas.concat(style.matrix)
        fill(style)?.let { colour ->
            paint.style = Paint.Style.FILL
            paint.pathEffect = null
            paint.colour(colour, style)
            canvas.drawPath(shape.path, paint)
        }
        stroke(style)?.let { colour ->
            paint.style = Paint.Style.STROKE
            paint.strokeWidth = style.strokeWidth ?: strokeWidth
            val dashes = style.dashes.takeIf { it.size >= 2 && it.size % 2 == 0 }
            paint.pathEffect = dashes?.let { DashPathEffect(it.toFloatArray(), 0f) }
            paint.colour(colour, style)
            canvas.drawPath(shape.path, paint)
        }
        canvas.restore()
    }

    private fun drawText(canvas: Canvas, shape: Shape.Text) {
        var x = 0f
        var y = 0f
        shape.pieces.forEachIndexed { i, piece ->
            if (piece.x != null) x = piece.x - shift(shape.pieces, i)
            if (piece.y != null) y = piece.y
            x += piece.dx
            y += piece.dy
            canvas.save()
            canvas.concat(piece.style.matrix)
            prepare(piece)
            canvas.drawText(piece.text, x, y, paint)
            x += paint.measureText(piece.text)
            canvas.restore()
        }
    }

    /** How far to the left of its place a line begins: it may end there or have its middle there. */
    private fun shift(pieces: List<Writing>, from: Int): Float {
        val share = when (pieces[from].style.anchor) {
            "middle" -> 0.5f
            "end" -> 1f
            else -> return 0f
        }
        var width = 0f
        for (i in from until pieces.size) {
            if (i > from && pieces[i].x != null) break
            prepare(pieces[i])
            width += paint.measureText(pieces[i].text) + if (i > from) pieces[i].dx else 0f
        }
        return share * width
    }

    private fun prepare(piece: Writing) {
        paint.style = Paint.Style.FILL
        paint.pathEffect = null
        paint.textSize = piece.style.fontSize
        paint.typeface = if (piece.style.isBold) bold else regular
        paint.isUnderlineText = piece.style.isUnderlined
        val colours = piece.style.classes.mapNotNull { named(it, "t-") ?: named(it, "f-") }
        paint.colour(colours.lastOrNull() ?: ink, piece.style)
    }

    private fun fill(style: Style): Int? =
        style.classes.mapNotNull { if (it == "solid") ink else named(it, "f-") }.lastOrNull()

    private fun stroke(style: Style): Int? {
        if ("no-stroke" in style.classes || "solid" in style.classes) return null
        return style.classes.mapNotNull { named(it, "s-") }.lastOrNull() ?: ink
    }

    private fun named(name: String, prefix: String): Int? = with(look.colours) {
        when (name) {
            "${prefix}paper" -> paper
            "${prefix}card" -> card
            "${prefix}line" -> line
            "${prefix}go" -> go
            "${prefix}on-go" -> onGo
            "${prefix}go-soft" -> goSoft
            "${prefix}look" -> this.look
            "${prefix}look-soft" -> lookSoft
            "${prefix}stop" -> stop
            "${prefix}stop-soft" -> stopSoft
            "${prefix}soft" -> inkSoft
            else -> null
        }
    }

    private fun Paint.colour(colour: Int, style: Style) {
        color = colour
        alpha = (255 * style.opacity).toInt().coerceIn(0, 255)
    }
}
