package vn.hocvu.app.core

import android.os.Handler
import android.os.Looper
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/**
 * Carries calls to the core to a thread that draws nothing, and what they bring back to the one that
 * draws. The first call opens the core; where that fails, the next call tries again.
 *
 * What waits for the network has a thread of its own, so that nobody's answer waits behind it.
 */
class Work(private val open: () -> Core) {
    private val disk = Executors.newSingleThreadExecutor()
    private val network = Executors.newSingleThreadExecutor()
    private val main = Handler(Looper.getMainLooper())
    private var core: Core? = null

    /** The words of the core; none until it was opened. */
    @Volatile
    var words: Words? = null
        private set

    fun <T> ask(call: (Core) -> T, then: (Result<T>) -> Unit) = run(disk, call, then)

    fun <T> askNetwork(call: (Core) -> T, then: (Result<T>) -> Unit) = run(network, call, then)

    private fun <T> run(thread: ExecutorService, call: (Core) -> T, then: (Result<T>) -> Unit) {
        thread.execute {
            val outcome = try {
                Result.success(call(opened()))
            } catch (failure: Failure) {
                Result.failure(failure)
            }
            main.post { then(outcome) }
        }
    }

    @Synchronized
    private fun opened(): Core = core ?: open().also {
        words = it.words()
        core = it
    }
}
