package vn.hocvu.app.draw

import android.annotation.SuppressLint
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.view.View
import vn.hocvu.app.core.Qr

/** Points that are left free around a code; readers want four. */
private const val QUIET = 4

/** The widest that a code is drawn. */
private const val SIDE_MAX_DP = 360

/** A QR code, black on white by day and by night, since some readers take no other. */
@SuppressLint("ViewConstructor")
class QrView(private val look: Look, private val qr: Qr, said: CharSequence) : View(look.context) {
    private val dark = Paint().apply { color = Color.BLACK }

    init {
        contentDescription = said
    }

    /** As wide as there is room, in whole points of the screen for each point of the code. */
    override fun onMeasure(widthSpec: Int, heightSpec: Int) {
        val points = qr.side + 2 * QUIET
        val room = minOf(MeasureSpec.getSize(widthSpec), look.dp(SIDE_MAX_DP))
        setMeasuredDimension(MeasureSpec.getSize(widthSpec), maxOf(1, room / points) * points)
    }

    override fun onDraw(canvas: Canvas) {
        val point = height / (qr.side + 2 * QUIET)
        val left = (width - height) / 2
        canvas.save()
        canvas.translate(left.toFloat(), 0f)
        canvas.clipRect(0, 0, height, height)
        canvas.drawColor(Color.WHITE)
        for (y in 0 until qr.side) {
            for (x in 0 until qr.side) {
                if (!qr.isDark(x, y)) continue
                val (at, below) = (x + QUIET) * point to (y + QUIET) * point
                canvas.drawRect(at.toFloat(), below.toFloat(), (at + point).toFloat(), (below + point).toFloat(), dark)
            }
        }
        canvas.restore()
    }
}
