package vn.hocvu.app.border

import vn.hocvu.app.core.Attempt
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.CoursePage
import vn.hocvu.app.core.Home
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.LessonPage
import vn.hocvu.app.core.NewLearner
import vn.hocvu.app.core.PhoneCalls
import vn.hocvu.app.core.QuizResult
import vn.hocvu.app.core.Record
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Said
import vn.hocvu.app.core.Station
import vn.hocvu.app.core.SyncReport
import vn.hocvu.app.core.Words
import vn.hocvu.core.CourseView
import vn.hocvu.core.Hocvu
import vn.hocvu.core.TakerRequest

/**
 * The core behind the screens. This folder alone sees generated code: each function asks the rooms of
 * the border and turns what they give into what screens know.
 */
class RustCore(private val hocvu: Hocvu, private val phone: RustPhone = RustPhone(hocvu)) :
    Core, PhoneCalls by phone {
    private val learners = hocvu.learners()
    private val courses = hocvu.courses()
    private val progress = hocvu.progress()
    private val quizzes = hocvu.quizzes()
    private val sync = hocvu.sync()
    private val words = phone.words

    override fun words(): Words = words

    override fun people(): List<Learner> = asking { learners.list().map { it.toScreen() } }

    override fun learner(learner: String): Learner = asking { who(learner) }

    override fun add(request: NewLearner): String = asking { learners.add(request.toBorder()) }

    override fun checkPin(learner: String, pin: String) = asking { learners.checkPin(learner, pin) }

    override fun home(learner: String): Home = asking {
        val home = progress.home(learner)
        val next = home.next.toScreen()
        Home(who(learner), next, home.courses.map { it.toScreen(picture(it.course)) }, home.recorded.toLong())
    }

    override fun course(learner: String, course: String): CoursePage = asking {
        val found = progress.course(learner, course) ?: throw words.notFound()
        CoursePage(who(learner), found.toScreen(picture(found.course)))
    }

    override fun lesson(learner: String, course: String, lesson: String): LessonPage = asking {
        val page = courses.lesson(learner, course, lesson) ?: throw words.notFound()
        page.toScreen(who(learner))
    }

    override fun seeScreen(learner: String, course: String, lesson: String, screen: Int) =
        asking { progress.seeScreen(learner, course, lesson, screen.toUInt()) }

    override fun finishLesson(learner: String, course: String, lesson: String) =
        asking { progress.finishLesson(learner, course, lesson) }

    override fun answerCheck(learner: String, course: String, question: String, response: Response, tenths: Int): Said =
        asking { quizzes.answerCheck(learner, course, question, response.toBorder(), tenths.toUInt()).toScreen(::media) }

    override fun judgeCheck(course: String, question: String, response: Response): Said =
        asking { quizzes.judgeCheck(course, question, response.toBorder()).toScreen(::media) }

    override fun startQuiz(learner: String, course: String, quiz: String): Attempt =
        asking { quizzes.startPractice(learner, course, quiz).toScreen(who(learner), ::media) }

    override fun attempt(learner: String, attempt: String): Attempt =
        asking { quizzes.attempt(TakerRequest.Learner(learner), attempt).toScreen(who(learner), ::media) }

    override fun answer(learner: String, attempt: String, index: Int, response: Response, tenths: Int): Said = asking {
        val taker = TakerRequest.Learner(learner)
        quizzes.answer(taker, attempt, index.toUInt(), response.toBorder(), tenths.toUInt()).toScreen(::media)
    }

    override fun answered(learner: String, attempt: String, index: Int): Said? =
        asking { quizzes.answered(TakerRequest.Learner(learner), attempt, index.toUInt())?.toScreen(::media) }

    override fun result(learner: String, attempt: String): QuizResult =
        asking { quizzes.result(TakerRequest.Learner(learner), attempt).toScreen(who(learner), ::media) }

    override fun record(learner: String): Record = asking { sync.whereIs(learner).toScreen(who(learner)) }

    override fun join(code: String): Station = asking { sync.join(code).toScreen() }

    override fun sync(): List<SyncReport> = asking { phone.rounds(sync.relays()) }

    /** Closes the data folder. The phone never does: it ends the process. */
    fun shut() = hocvu.shut()

    private fun who(learner: String): Learner = learners.get(learner)?.toScreen() ?: throw words.notFound()

    private fun picture(course: CourseView): ByteArray? = media(course.id, course.picture)

    private fun media(course: String, file: String): ByteArray? = courses.media(course, file)
}
