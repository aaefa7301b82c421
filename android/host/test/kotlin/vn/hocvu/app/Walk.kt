package vn.hocvu.app

import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import vn.hocvu.app.core.FakeCore

/**
 * A walk over screens on the smallest phone, by day, by night and with letters twice as large: nothing is cut
 * off, every target fits a thumb and says what it is. Each screen is kept as a picture.
 */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class, sdk = [34])
abstract class Walk(private val pictures: String) {
    protected val core = FakeCore()
    private val faults = ArrayList<String>()
    private var seen = 0
    private var variant = ""

    @Test
    fun `by day`() = walk("day")

    @Test
    @Config(qualifiers = "+night")
    fun `by night`() = walk("night")

    @Test
    fun `with letters twice as large`() {
        RuntimeEnvironment.setFontScale(2f)
        walk("large")
    }

    protected fun walk(variant: String) {
        this.variant = variant
        walk()
        assertEquals("", faults.joinToString("\n"))
    }

    /** From one screen to the next, each of them seen. */
    protected abstract fun walk()

    protected fun see(shell: Shell, name: String) {
        shell.shoot("$pictures${(++seen).toString().padStart(2, '0')}-$name-$variant")
        shell.faults().mapTo(faults) { "$name: $it" }
    }
}
