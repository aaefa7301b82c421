package vn.hocvu.app.draw

import org.junit.Assert.assertTrue
import org.junit.Test
import kotlin.math.pow

/** Contrast of words on what they stand on, as WCAG reckons it. */
class PaletteTest {
    private fun light(colour: Int): Double {
        fun part(shift: Int): Double {
            val c = (colour shr shift and 0xff) / 255.0
            return if (c <= 0.04045) c / 12.92 else ((c + 0.055) / 1.055).pow(2.4)
        }
        return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    private fun contrast(a: Int, b: Int): Double {
        val (dark, bright) = listOf(light(a), light(b)).sorted()
        return (bright + 0.05) / (dark + 0.05)
    }

    @Test
    fun `words stand out by day and by night`() {
        for (colours in listOf(DAY, NIGHT)) with(colours) {
            val pairs = listOf(ink, inkSoft, go).flatMap { word -> listOf(paper, card).map { word to it } } +
                listOf(onGo to go, ink to goSoft, go to goSoft, ink to stopSoft, stop to stopSoft, ink to lookSoft, look to lookSoft)
            for ((word, ground) in pairs) {
                val ratio = contrast(word, ground)
                assertTrue("%08x on %08x: %.1f".format(word, ground, ratio), ratio >= 5.5)
            }
        }
    }
}
