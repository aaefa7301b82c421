package vn.hocvu.app.draw

import android.graphics.PathMeasure
import android.graphics.RectF
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import kotlin.math.PI

/** The small part of SVG that pictures use; hostile ones are none. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class PictureTest {
    private fun read(inside: String, box: String = "0 0 64 64") =
        Picture.read("<svg viewBox=\"$box\">$inside</svg>".toByteArray())

    private fun outline(inside: String) = read(inside)!!.shapes.single() as Shape.Outline

    private fun length(path: String) =
        PathMeasure(PathReader(path).read(), false).length.toDouble()

    @Test
    fun `lines, curves and arcs are as long as they should be`() {
        assertEquals(12.0, length("M0 0h3v4H0V2"), 0.01)
        assertEquals(5.0, length("m1 1l3 4"), 0.01)
        assertEquals(10.0, length("M0 0 3 4 6 8"), 0.01)
        assertEquals(PI * 10, length("M0 0a10 10 0 0 1 20 0"), 0.5)
        assertEquals(PI * 15, length("M10 0A10 10 0 1 1 0-10"), 0.5)
        assertEquals(PI * 15, length("M10 0A10 10 0 110-10"), 0.5)
        assertEquals(4.0, length("M0 0c1 0 3 0 4 0"), 0.01)
        assertEquals(8.0, length("M0 0q2 0 4 0t4 0"), 0.01)
    }

    @Test
    fun `a path that breaks off draws what it has`() {
        assertEquals(5.0, length("M0 0L3 4L"), 0.01)
        assertEquals(5.0, length("M0 0L3 4 nonsense"), 0.01)
        val broken = listOf("", "z", "L", "1 2 3", "M", "MM", "A1", "M0 0A1 1 0 2 0 1 1", "-", "M..", "M1e9 0")
        for (path in broken) PathReader(path).read()
    }

    @Test
    fun `groups hand their looks on and move what is inside them`() {
        val drawn = outline("""<g class="s-go" transform="translate(10 20) scale(2)"><g opacity="0.5"><circle cx="5" cy="5" r="1"/></g></g>""")
        val bounds = RectF().also { drawn.path.computeBounds(it, true) }
        drawn.style.matrix.mapRect(bounds)
        assertEquals(RectF(18f, 28f, 22f, 32f), bounds)
        assertEquals(listOf("s-go") to 0.5f, drawn.style.classes to drawn.style.opacity)
    }

    @Test
    fun `writing goes on from piece to piece and only a new place begins a new line`() {
        val text = read("""<text x="4" y="9" font-size="12">một <tspan class="t-stop">hai</tspan> ba<tspan x="4" dy="14">bốn</tspan></text>""")!!
        val pieces = (text.shapes.single() as Shape.Text).pieces
        assertEquals(listOf("một ", "hai", " ba", "bốn"), pieces.map { it.text })
        assertEquals(listOf(4f, null, null, 4f), pieces.map { it.x })
        assertEquals(listOf(9f, null, null, null), pieces.map { it.y })
        assertEquals(14f, pieces[3].dy)
    }

    @Test
    fun `what is no picture is none`() {
        val boxes = listOf("<svg viewBox='0 0'/>", "<svg viewBox='0 0 0 9'/>", "<svg/>")
        val inside = "<svg viewBox='0 0 9 9'><rect width='x'/></svg>"
        for (hostile in boxes + listOf("", "<svg", "\u0000", "<a><b></a>", inside)) {
            assertNull(hostile, Picture.read(hostile.toByteArray()))
        }
        assertNull(read("<path d='M0 0h1'/>".repeat(2_500)))
        assertTrue(read("")!!.shapes.isEmpty())
        for (odd in listOf("translate()", "scale(", "matrix(1 2)", "rotate(a", ")(", "skewX(9)")) {
            assertTrue(odd, read("<g transform='$odd'><path d='M0 0h1'/></g>")?.shapes?.size in listOf(null, 1))
        }
    }
}
