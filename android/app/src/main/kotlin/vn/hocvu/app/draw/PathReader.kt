package vn.hocvu.app.draw

import android.graphics.Path
import kotlin.math.PI
import kotlin.math.abs
import kotlin.math.acos
import kotlin.math.ceil
import kotlin.math.cos
import kotlin.math.sin
import kotlin.math.sqrt
import kotlin.math.tan

/** Reads the `d` of an SVG path. What is no path any more ends it; what was read until there is drawn. */
class PathReader(private val text: String) {
    private val path = Path()
    private var at = 0
    private var x = 0f
    private var y = 0f
    private var startX = 0f
    private var startY = 0f

    /** The last control point, which smooth curves mirror, and what drew it. */
    private var controlX = 0f
    private var controlY = 0f
    private var before = ' '

    fun read(): Path {
        var command = ' '
        while (skip()) {
            val c = text[at]
            if (c.isLetter()) {
                command = c
                at++
            } else if (command == ' ') {
                break
            }
            val done = draw(command)
            if (!done) break
            before = command.uppercaseChar()
            // More pairs after a move are lines.
            if (command == 'M') command = 'L'
            if (command == 'm') command = 'l'
            if (before == 'Z') command = ' '
        }
        return path
    }

    private fun draw(command: Char): Boolean {
        val baseX = if (command.isLowerCase()) x else 0f
        val baseY = if (command.isLowerCase()) y else 0f
        when (command.uppercaseChar()) {
            'M' -> with(take(2) ?: return false) { move(baseX + this[0], baseY + this[1]) }
            'L' -> with(take(2) ?: return false) { line(baseX + this[0], baseY + this[1]) }
            'H' -> with(take(1) ?: return false) { line(baseX + this[0], y) }
            'V' -> with(take(1) ?: return false) { line(x, baseY + this[0]) }
            'C' -> with(take(6) ?: return false) {
                cubic(baseX + this[0], baseY + this[1], baseX + this[2], baseY + this[3], baseX + this[4], baseY + this[5])
            }
            'S' -> with(take(4) ?: return false) {
                val (mx, my) = mirrored("CS")
                cubic(mx, my, baseX + this[0], baseY + this[1], baseX + this[2], baseY + this[3])
            }
            'Q' -> with(take(4) ?: return false) {
                quad(baseX + this[0], baseY + this[1], baseX + this[2], baseY + this[3])
            }
            'T' -> with(take(2) ?: return false) {
                val (mx, my) = mirrored("QT")
                quad(mx, my, baseX + this[0], baseY + this[1])
            }
            'A' -> return arc(baseX, baseY)
            'Z' -> {
                path.close()
                x = startX
                y = startY
            }
            else -> return false
        }
        return true
    }

    private fun move(toX: Float, toY: Float) {
        path.moveTo(toX, toY)
        startX = toX
        startY = toY
        x = toX
        y = toY
    }

    private fun line(toX: Float, toY: Float) {
        path.lineTo(toX, toY)
        x = toX
        y = toY
    }

    private fun cubic(x1: Float, y1: Float, x2: Float, y2: Float, toX: Float, toY: Float) {
        path.cubicTo(x1, y1, x2, y2, toX, toY)
        controlX = x2
        controlY = y2
        x = toX
        y = toY
    }

    private fun quad(x1: Float, y1: Float, toX: Float, toY: Float) {
        path.quadTo(x1, y1, toX, toY)
        controlX = x1
        controlY = y1
        x = toX
        y = toY
    }

    private fun mirrored(after: String): Pair<Float, Float> =
        if (before in after) 2 * x - controlX to 2 * y - controlY else x to y

    private fun arc(baseX: Float, baseY: Float): Boolean {
        val (rx, ry, turn) = take(3) ?: return false
        val isLarge = flag() ?: return false
        val isSweep = flag() ?: return false
        val (dx, dy) = take(2) ?: return false
        arcTo(abs(rx).toDouble(), abs(ry).toDouble(), Math.toRadians(turn.toDouble()), isLarge, isSweep, baseX + dx, baseY + dy)
        return true
    }

    /** An arc as curves of at most a quarter: SVG 1.1, appendix F.6.5. */
    private fun arcTo(rx0: Double, ry0: Double, turn: Double, isLarge: Boolean, isSweep: Boolean, toX: Float, toY: Float) {
        if (rx0 == 0.0 || ry0 == 0.0 || (x == toX && y == toY)) return line(toX, toY)
        val (c, s) = cos(turn) to sin(turn)
        val (hx, hy) = (x - toX) / 2.0 to (y - toY) / 2.0
        val (px, py) = c * hx + s * hy to -s * hx + c * hy
        val grow = sqrt(maxOf(1.0, px * px / (rx0 * rx0) + py * py / (ry0 * ry0)))
        val (rx, ry) = rx0 * grow to ry0 * grow
        val below = rx * rx * py * py + ry * ry * px * px
        val root = sqrt(maxOf(0.0, (rx * rx * ry * ry - below) / below)) * if (isLarge == isSweep) -1 else 1
        val (qx, qy) = root * rx * py / ry to -root * ry * px / rx
        val (cx, cy) = c * qx - s * qy + (x + toX) / 2.0 to s * qx + c * qy + (y + toY) / 2.0
        val from = angle(1.0, 0.0, (px - qx) / rx, (py - qy) / ry)
        var sweep = angle((px - qx) / rx, (py - qy) / ry, (-px - qx) / rx, (-py - qy) / ry)
        if (isSweep && sweep < 0) sweep += 2 * PI
        if (!isSweep && sweep > 0) sweep -= 2 * PI
        val pieces = maxOf(1, ceil(abs(sweep) / (PI / 2) - 1e-6).toInt())
        for (i in 0 until pieces) {
            val (a, b) = from + sweep * i / pieces to from + sweep * (i + 1) / pieces
            quarter(a, b) { u, v -> (cx + c * rx * u - s * ry * v).toFloat() to (cy + s * rx * u + c * ry * v).toFloat() }
        }
        x = toX
        y = toY
    }

    private fun quarter(a: Double, b: Double, place: (Double, Double) -> Pair<Float, Float>) {
        val k = 4.0 / 3.0 * tan((b - a) / 4)
        val (x1, y1) = place(cos(a) - k * sin(a), sin(a) + k * cos(a))
        val (x2, y2) = place(cos(b) + k * sin(b), sin(b) - k * cos(b))
        val (x3, y3) = place(cos(b), sin(b))
        path.cubicTo(x1, y1, x2, y2, x3, y3)
    }

    private fun angle(ux: Double, uy: Double, vx: Double, vy: Double): Double {
        val cosine = (ux * vx + uy * vy) / sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy))
        return acos(cosine.coerceIn(-1.0, 1.0)) * if (ux * vy - uy * vx < 0) -1 else 1
    }

    private fun skip(): Boolean {
        while (at < text.length && (text[at].isWhitespace() || text[at] == ',')) at++
        return at < text.length
    }

    private fun take(count: Int): FloatArray? {
        val taken = FloatArray(count)
        for (i in 0 until count) taken[i] = number() ?: return null
        return taken
    }

    private fun flag(): Boolean? {
        if (!skip()) return null
        return when (text[at++]) {
            '0' -> false
            '1' -> true
            else -> null
        }
    }

    private fun number(): Float? {
        if (!skip()) return null
        val start = at
        if (text[at] == '-' || text[at] == '+') at++
        var hasDot = false
        while (at < text.length && (text[at].isDigit() || (text[at] == '.' && !hasDot))) {
            if (text[at] == '.') hasDot = true
            at++
        }
        return text.substring(start, at).toFloatOrNull()
    }
}
