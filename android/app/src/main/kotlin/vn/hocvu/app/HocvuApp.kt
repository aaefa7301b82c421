package vn.hocvu.app

import android.app.Application
import vn.hocvu.app.border.openPhone
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Work

/** The process: one core, opened by the first screen that asks. */
open class HocvuApp : Application() {
    open val work: Work by lazy { Work(::open) }

    /** Opens the core; tests put another in its place. */
    protected open fun open(): Core = openPhone(this)
}
