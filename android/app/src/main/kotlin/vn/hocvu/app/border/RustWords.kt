package vn.hocvu.app.border

import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import vn.hocvu.app.core.Words
import vn.hocvu.core.QuizRoom
import vn.hocvu.core.TextRoom
import vn.hocvu.core.WordRequest
import kotlin.math.abs

/** The core's texts. Those without arguments were fetched in one piece; none of this asks the disk. */
class RustWords(private val texts: TextRoom, private val quizzes: QuizRoom) : Words {
    @Volatile
    private var all = texts.all()

    /** After another language was chosen. */
    fun readAgain() {
        all = texts.all()
    }

    override fun say(key: String, vararg words: Pair<String, Any>): String {
        if (words.isEmpty()) all[key]?.let { return it }
        return texts.say(key, words.associate { (name, word) -> name to word.toWord() })
    }

    override fun readNumber(typed: String): Long? = quizzes.readNumber(typed)

    override fun showNumber(milli: Long): String {
        val part = (abs(milli) % 1_000).toString().padStart(3, '0').trimEnd('0')
        val sign = if (milli < 0) "-" else ""
        val comma = if (part.isEmpty()) "" else if (all["language-name"] == "English") "." else ","
        return "$sign${abs(milli) / 1_000}$comma$part"
    }

    /** A competence in everyday words, or at least its code. */
    fun skill(competence: String): String = texts.skill(competence) ?: competence

    /** What was named is not on this phone (any more). */
    fun notFound() = Failure(FailureKind.NOT_FOUND, say("not-found-title"), say("not-found"))

    private fun Any.toWord(): WordRequest = when (this) {
        is Int -> WordRequest.Number(toLong())
        is Long -> WordRequest.Number(this)
        else -> WordRequest.Text(toString())
    }
}
