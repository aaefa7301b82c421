package vn.hocvu.app.core

/**
 * Everything that the screens ask for: one call for a screen or an action.
 *
 * A call may wait for the disk, so it is made through [Work], never from the thread that draws;
 * [Words] alone may be asked from anywhere. What goes wrong is thrown as a [Failure].
 */
interface Core : PhoneCalls, OwnCalls, CourierCalls, FetchCalls {
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

    /** How far she is with everything, and what she can do. */
    fun progress(learner: String): MyProgress

    /** A guest's first screen; with null, of somebody who has just come. */
    fun guestHome(guest: String?): GuestHome

    fun course(visitor: Visitor, course: String): CoursePage

    fun lesson(visitor: Visitor, course: String, lesson: String): LessonPage

    /** Notes the screen of a lesson that she sees, from 0; nothing for a guest. */
    fun seeScreen(visitor: Visitor, course: String, lesson: String, screen: Int)

    fun finishLesson(visitor: Visitor, course: String, lesson: String)

    /** Grades the answer to a check inside a lesson; a guest's is not kept. */
    fun answerCheck(visitor: Visitor, course: String, question: String, response: Response, tenths: Int): Said

    /** What is said to an answer to a check, once more: nothing is kept. */
    fun judgeCheck(course: String, question: String, response: Response): Said

    /** Begins a practice quiz, or goes on with the unfinished one; a guest has none. */
    fun startQuiz(visitor: Visitor, course: String, quiz: String): Attempt

    fun assessment(visitor: Visitor): Assessment

    /** Begins a self-assessment, or goes on with the unfinished one. */
    fun startAssessment(visitor: Visitor): Attempt

    fun attempt(visitor: Visitor, attempt: String): Attempt

    /** Grades an answer; once this returns, it is on the disk. */
    fun answer(visitor: Visitor, attempt: String, index: Int, response: Response, tenths: Int): Said

    /** What was said to an answer, for a screen that is made again. */
    fun answered(visitor: Visitor, attempt: String, index: Int): Said?

    fun result(visitor: Visitor, attempt: String): QuizResult

    /** Records a guest's self-assessment as a learner's who knows her PIN; gives the attempt, null where there is none. */
    fun keep(guest: String, learner: String, pin: String): String?

    /** Forgets a guest's self-assessment. */
    fun forget(guest: String)

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
