package vn.hocvu.app

import android.app.Application
import vn.hocvu.app.border.openPhone
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Work
import vn.hocvu.app.platform.SyncJob

/** The process: one core, opened by the first screen that asks. */
open class HocvuApp : Application() {
    open val work: Work by lazy { Work(::open) }

    /** Syncs what is due, and sees to it that the job that does so in the background is planned. */
    fun syncUnasked() {
        // What is in the way of a sync that nobody asked for is shown where the record is, not here.
        work.askNetwork({ core -> SyncJob.plan(this).also { core.syncDue() } }) {}
    }

    /** Opens the core; tests put another in its place. */
    protected open fun open(): Core = openPhone(this)
}
