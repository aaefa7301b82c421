package vn.hocvu.app.core

import android.os.Looper
import org.junit.Assert.assertEquals
import org.junit.Assert.assertSame
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import java.io.IOException

/** What comes back from the threads that ask the core, and what a fault there does. */
@RunWith(RobolectricTestRunner::class)
class WorkTest {
    private val core = FakeCore()
    private val work = Work { core }

    /** Lets the calls that were asked for come back, in their order. */
    private fun settle() {
        var isDone = false
        work.ask({}) { isDone = true }
        while (!isDone) {
            shadowOf(Looper.getMainLooper()).idle()
            Thread.yield()
        }
    }

    @Test
    fun `a fault of any kind ends the app where it is seen, and leaves no page waiting`() {
        for (fault in listOf(IllegalStateException(), IOException("disk full"), StackOverflowError())) {
            work.ask({ throw fault }) {}
            assertSame(fault, runCatching { settle() }.exceptionOrNull())
            settle()
        }
    }

    @Test
    fun `what the core refuses is told to who asked`() {
        val told = ArrayList<Throwable?>()
        work.ask({ throw core.diskFull() }) { told.add(it.exceptionOrNull()) }
        settle()
        assertEquals(FailureKind.DISK_FULL, (told.single() as Failure).kind)
    }
}
