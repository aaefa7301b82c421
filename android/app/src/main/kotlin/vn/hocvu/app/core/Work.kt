package vn.hocvu.app.core

import android.os.Handler
import android.os.Looper
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.FutureTask

/**
 * Carries calls to the core to a thread that draws nothing, and what they bring back to the one that
 * draws. The first call opens the core; where that fails, the next call tries again.
 *
 * What waits for the network has a thread of its own, so that nobody's answer waits behind it.
 */
class Work(private val open: () -> Core) {
    private val disk = Executors.newSingleThreadExecutor()
    private val network = Executors.newSingleThreadExecutor()
    private val pictures = Executors.newSingleThreadExecutor()
    private val main = Handler(Looper.getMainLooper())
    private var core: Core? = null

    /** How large letters are, in percent of the phone's own; known when there are words. */
    @Volatile
    var textPercent: Int = 100
        private set

    /** The language of the words. */
    @Volatile
    var language: String = "vi"
        private set

    /** The words of the core; none until it was opened. */
    @Volatile
    var words: Words? = null
        private set

    fun <T> ask(call: (Core) -> T, then: (Result<T>) -> Unit) = run(disk, call, then)

    /** The same for what waits for the network; what is stopped brings nothing back. */
    fun <T> askNetwork(call: (Core) -> T, then: (Result<T>) -> Unit): Running = run(network, call, then)

    /** The same for a picture: a hostile one may take long, and keeps nobody's answer waiting. */
    fun <T> askPicture(call: (Core) -> T, then: (Result<T>) -> Unit) = run(pictures, call, then)

    /** Does something on the thread that draws, as soon as it has time. */
    fun later(act: () -> Unit) {
        main.post(act)
    }

    /** Notes what somebody has chosen. */
    fun chosen(settings: Settings) {
        textPercent = settings.textPercent
        language = settings.language
    }

    private fun <T> run(thread: ExecutorService, call: (Core) -> T, then: (Result<T>) -> Unit): Running {
        val task = FutureTask({
            try {
                val outcome = try {
                    Result.success(call(opened()))
                } catch (failure: Failure) {
                    Result.failure(failure)
                }
                main.post { then(outcome) }
            } catch (stopped: InterruptedException) {
                // Whoever stopped it waits for nothing.
            } catch (fault: Throwable) {
                // Nobody is told by the task, which keeps it: the page would wait for ever.
                main.post { throw fault }
            }
        }, Unit)
        thread.execute(task)
        return Running(task)
    }

    @Synchronized
    private fun opened(): Core = core ?: open().also {
        chosen(it.settings())
        words = it.words()
        core = it
    }
}

/** A call that is under way. */
class Running(private val task: FutureTask<*>) {
    /** Ends it as soon as it waits for something. */
    fun stop() {
        task.cancel(true)
    }
}
