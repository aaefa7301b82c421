package vn.hocvu.app.platform

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import vn.hocvu.app.HocvuApp
import vn.hocvu.app.core.Running

private const val JOB = 1
private const val HOUR_MS = 60 * 60 * 1_000L

/**
 * Syncs in the background about once an hour, then fetches new editions of the courses that are held. What is due, over which network, with how many bytes and
 * how full a battery, the core says; this only wakes it. Some makers' phones never run such jobs, so
 * the app also syncs when it is opened and after a quiz.
 */
class SyncJob : JobService() {
    private var running: Running? = null

    override fun onStartJob(params: JobParameters): Boolean {
        val work = (application as HocvuApp).work
        running = work.askNetwork({ core -> core.syncDue().also { core.updateDue() } }) { jobFinished(params, false) }
        return true
    }

    /** The platform wants its time back: the round or fetch ends here, what came is kept. */
    override fun onStopJob(params: JobParameters): Boolean {
        running?.stop()
        return true
    }

    companion object {
        /** Plans the job, unless it is planned already: planning it again would put it off. */
        fun plan(context: Context) {
            val scheduler = context.getSystemService(Context.JOB_SCHEDULER_SERVICE) as JobScheduler
            if (scheduler.allPendingJobs.any { it.id == JOB }) return
            val job = JobInfo.Builder(JOB, ComponentName(context, SyncJob::class.java))
                // No network is asked for: the platform would not count a station's Wi-Fi as one.
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_NONE)
                .setPeriodic(HOUR_MS)
                .setPersisted(true)
            scheduler.schedule(job.build())
        }
    }
}
