package vn.hocvu.app.core

/** A text as a square of points, [side] each way, row by row. */
class Qr(val side: Int, private val points: ByteArray) {
    fun isDark(x: Int, y: Int): Boolean = points[y * side + x].toInt() != 0
}

/** Her card: [typed] is to be read off in groups of letters. */
class Card(val who: Learner, val typed: String, val qr: Qr)

/** A card that was read; [here] is whose it is where this phone holds her already. */
class ReadCard(val name: String?, val here: Learner?)
