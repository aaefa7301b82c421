package vn.hocvu.app.core

/**
 * Everything that the screens ask for: one call for a screen or an action.
 *
 * A call may wait for the disk, so it is made through [Work], never from the thread that draws;
 * [Words] alone may be asked from anywhere. What goes wrong is thrown as a [Failure].
 */
interface Core : PhoneCalls {
    /** All words for people. */
    fun words(): Words

    /** Everybody on this phone, in the order in which they were added. */
    fun people(): List<Learner>

    fun learner(learner: String): Learner

    /** Adds a learner; gives her id. */
    fun add(request: NewLearner): String

    /** Fails where the PIN is wrong or is not looked at because of wrong ones before. */
    fun checkPin(learner: String, pin: String)

    fun home(learner: String): Home

    fun course(learner: String, course: String): CoursePage

    fun lesson(learner: String, course: String, lesson: String): LessonPage

    /** Notes the screen of a lesson that she sees, from 0. */
    fun seeScreen(learner: String, course: String, lesson: String, screen: Int)

    fun finishLesson(learner: String, course: String, lesson: String)

    /** Grades and keeps the answer to a check inside a lesson. */
    fun answerCheck(learner: String, course: String, question: String, response: Response, tenths: Int): Said

    /** What is said to an answer to a check, once more: nothing is kept. */
    fun judgeCheck(course: String, question: String, response: Response): Said

    /** Begins a practice quiz, or goes on with the unfinished one. */
    fun startQuiz(learner: String, course: String, quiz: String): Attempt

    fun attempt(learner: String, attempt: String): Attempt

    /** Grades an answer; once this returns, it is on the disk. */
    fun answer(learner: String, attempt: String, index: Int, response: Response, tenths: Int): Said

    /** What was said to an answer, for a screen that is made again. */
    fun answered(learner: String, attempt: String, index: Int): Said?

    fun result(learner: String, attempt: String): QuizResult

    /** Where her record is. */
    fun record(learner: String): Record

    /** Joins the station that a code names. */
    fun join(code: String): Station

    /** Brings this phone into step with all stations, one after the other; waits for the network. */
    fun sync(): List<SyncReport>
}

/** Words for people, in the language that is chosen. Waits for nothing. */
interface Words {
    /** A text with its arguments by name, each a number or words. `You` comes from `you`. */
    fun say(key: String, vararg words: Pair<String, Any>): String

    /** Reads a number as people type it, × 1,000; none where it is no number. */
    fun readNumber(typed: String): Long?

    /** A number × 1,000 as people write it. */
    fun showNumber(milli: Long): String
}

/** What screens do differently after a failure. */
enum class FailureKind { OTHER, NOT_FOUND, INVALID, CODE_REFUSED, DISK_FULL }

/** Why a call did not do what was asked, with the words for the person. Nothing kept before is lost. */
open class Failure(val kind: FailureKind, val title: String, val words: String, cause: Throwable? = null) :
    Exception(title, cause)
