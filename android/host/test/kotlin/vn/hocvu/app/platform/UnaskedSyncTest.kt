package vn.hocvu.app.platform

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.Context
import android.os.Looper
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadow.api.Shadow
import vn.hocvu.app.Shell
import vn.hocvu.app.StoryApp
import vn.hocvu.app.core.COURSE_TITLE
import vn.hocvu.app.core.FakeCore
import vn.hocvu.app.core.QUESTIONS
import vn.hocvu.app.core.Response
import vn.hocvu.app.waitFor
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** Sync that nobody asks for: when it happens and how it is stopped. */
@RunWith(RobolectricTestRunner::class)
@Config(application = StoryApp::class)
class UnaskedSyncTest {
    private val core = FakeCore()
    private val phone = core.phone
    private val app = RuntimeEnvironment.getApplication()
    private val scheduler = app.getSystemService(Context.JOB_SCHEDULER_SERVICE) as JobScheduler

    @Test
    fun `opening the app syncs after the first page is shown, and plans the job once`() {
        val shell = Shell { core }
        assertEquals(1, phone.unasked)
        val job = scheduler.allPendingJobs.single()
        assertTrue(job.isPeriodic && job.isPersisted)
        assertEquals(JobInfo.NETWORK_TYPE_NONE, job.networkType)
        shell.rotate()
        shell.kill()
        assertTrue(phone.unasked > 1)
        assertEquals(1, scheduler.allPendingJobs.size)
    }

    @Test
    fun `the end of a quiz syncs once more`() {
        core.addLan()
        val shell = Shell { core }
        shell.press("Bà Lan")
        shell.press(COURSE_TITLE)
        shell.press("Bắt đầu: Luyện tập")
        core.answers.putAll(QUESTIONS.indices.associateWith { Response.Single(0) })
        val before = phone.unasked
        shell.rotate()
        shell.settle()
        assertTrue("${phone.unasked} after $before", phone.unasked > before)
    }

    @Test
    fun `a sync that hangs keeps nobody waiting`() {
        val hangs = CountDownLatch(1)
        phone.whileSyncing = { hangs.await() }
        core.addLan()
        val shell = Shell(settles = false) { core }
        shell.settleDisk()
        shell.pressNow("Bà Lan")
        assertTrue(shell.title, "bà Lan" in shell.title)
        hangs.countDown()
        shell.settle()
    }

    @Test
    fun `the job runs what is due, and one that is stopped ends at once and comes again`() {
        StoryApp.core = { core }
        val job = Robolectric.setupService(SyncJob::class.java)
        val started = CountDownLatch(1)
        val ended = CountDownLatch(1)
        phone.whileSyncing = {
            started.countDown()
            try {
                Thread.sleep(60_000)
            } catch (stopped: InterruptedException) {
                ended.countDown()
                throw stopped
            }
        }
        SyncJob.plan(app)
        val parameters = parameters()
        assertTrue(job.onStartJob(parameters))
        assertTrue(started.await(20, TimeUnit.SECONDS))
        assertTrue("is planned again", job.onStopJob(parameters))
        assertTrue("ends at once", ended.await(20, TimeUnit.SECONDS))
        phone.whileSyncing = {}
        assertTrue(job.onStartJob(parameters()))
        waitFor { (app as StoryApp).work.askNetwork({}) { _ -> it() } }
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals(2, phone.unasked)
        assertEquals("courses come after the record", 1, core.fetches.unasked)
        assertTrue(shadowOf(job).isJobFinished)
        assertFalse(shadowOf(job).isRescheduleNeeded)
    }

    private fun parameters(): JobParameters =
        Shadow.newInstanceOf(JobParameters::class.java)
}
