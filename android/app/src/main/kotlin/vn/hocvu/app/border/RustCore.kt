package vn.hocvu.app.border

import vn.hocvu.app.core.Assessment
import vn.hocvu.app.core.Attempt
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.CourierCalls
import vn.hocvu.app.core.CoursePage
import vn.hocvu.app.core.FetchCalls
import vn.hocvu.app.core.GuestHome
import vn.hocvu.app.core.Home
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.LessonPage
import vn.hocvu.app.core.MyProgress
import vn.hocvu.app.core.NewLearner
import vn.hocvu.app.core.OwnCalls
import vn.hocvu.app.core.PhoneCalls
import vn.hocvu.app.core.QuizResult
import vn.hocvu.app.core.Record
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Said
import vn.hocvu.app.core.Skill
import vn.hocvu.app.core.Station
import vn.hocvu.app.core.SyncReport
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.core.Words
import vn.hocvu.core.CourseView
import vn.hocvu.core.Hocvu
import vn.hocvu.core.TakerRequest

/**
 * The core behind the screens. This folder alone sees generated code: each function asks the rooms of
 * the border and turns what they give into what screens know.
 */
class RustCore(private val hocvu: Hocvu, private val phone: RustPhone = RustPhone(hocvu)) :
    Core, PhoneCalls by phone, OwnCalls by RustOwn(hocvu, phone.words),
    CourierCalls by RustCourier(hocvu, phone.words), FetchCalls by RustFetch(hocvu, phone.words, phone.over) {
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

    override fun progress(learner: String): MyProgress = asking {
        val home = progress.home(learner)
        val skills = progress.mastery(learner).map { Skill(words.skill(it.competence), it.dots?.toInt(), it.missing.toInt()) }
        val courses = home.courses.map { it.toScreen(picture(it.course)) }
        val last = quizzes.lastAssessment(learner)
        MyProgress(who(learner), home.next.toScreen(), courses, home.recorded.toLong(), skills, last)
    }

    override fun guestHome(guest: String?): GuestHome = asking {
        val who = who(Visitor.Guest(guest ?: quizzes.newGuest()))
        GuestHome(who, courses.list().map { it.toScreen(picture(it)) })
    }

    override fun course(visitor: Visitor, course: String): CoursePage = asking {
        val found = when (visitor) {
            is Visitor.Known -> progress.course(visitor.learner, course)?.let { it.toScreen(picture(it.course)) }
            is Visitor.Guest -> courses.lessons(course)?.let { it.toScreen(picture(it.course)) }
        }
        CoursePage(who(visitor), found ?: throw words.notFound())
    }

    override fun lesson(visitor: Visitor, course: String, lesson: String): LessonPage = asking {
        val page = courses.lesson((visitor as? Visitor.Known)?.learner, course, lesson) ?: throw words.notFound()
        page.toScreen(who(visitor))
    }

    override fun seeScreen(visitor: Visitor, course: String, lesson: String, screen: Int) = asking {
        if (visitor is Visitor.Known) progress.seeScreen(visitor.learner, course, lesson, screen.toUInt())
    }

    override fun finishLesson(visitor: Visitor, course: String, lesson: String) = asking {
        if (visitor is Visitor.Known) progress.finishLesson(visitor.learner, course, lesson)
    }

    override fun answerCheck(visitor: Visitor, course: String, question: String, response: Response, tenths: Int): Said =
        asking {
            val given = response.toBorder()
            val said = when (visitor) {
                is Visitor.Known -> quizzes.answerCheck(visitor.learner, course, question, given, tenths.toUInt())
                is Visitor.Guest -> quizzes.judgeCheck(course, question, given)
            }
            said.toScreen(::media)
        }

    override fun judgeCheck(course: String, question: String, response: Response): Said =
        asking { quizzes.judgeCheck(course, question, response.toBorder()).toScreen(::media) }

    override fun startQuiz(visitor: Visitor, course: String, quiz: String): Attempt = asking {
        val learner = (visitor as? Visitor.Known)?.learner ?: throw words.notFound()
        quizzes.startPractice(learner, course, quiz).toScreen(who(learner), ::media)
    }

    override fun assessment(visitor: Visitor): Assessment =
        asking { quizzes.assessment(visitor.toBorder()).toScreen(who(visitor)) }

    override fun startAssessment(visitor: Visitor): Attempt =
        asking { quizzes.startAssessment(visitor.toBorder()).toScreen(who(visitor), ::media) }

    override fun attempt(visitor: Visitor, attempt: String): Attempt =
        asking { quizzes.attempt(visitor.toBorder(), attempt).toScreen(who(visitor), ::media) }

    override fun answer(visitor: Visitor, attempt: String, index: Int, response: Response, tenths: Int): Said = asking {
        val given = response.toBorder()
        quizzes.answer(visitor.toBorder(), attempt, index.toUInt(), given, tenths.toUInt()).toScreen(::media)
    }

    override fun answered(visitor: Visitor, attempt: String, index: Int): Said? =
        asking { quizzes.answered(visitor.toBorder(), attempt, index.toUInt())?.toScreen(::media) }

    override fun result(visitor: Visitor, attempt: String): QuizResult =
        asking { quizzes.result(visitor.toBorder(), attempt).toScreen(who(visitor), ::media, words::skill) }

    override fun keep(guest: String, learner: String, pin: String): String? = asking {
        learners.checkPin(learner, pin)
        quizzes.attach(guest, learner)
    }

    override fun forget(guest: String) = asking { quizzes.discardGuest(guest) }

    override fun record(learner: String): Record = asking { sync.whereIs(learner).toScreen(who(learner)) }

    override fun join(code: String): Station = asking { sync.join(code).toScreen() }

    override fun sync(): List<SyncReport> = asking { phone.rounds(sync.relays()) }

    /** Closes the data folder. The phone never does: it ends the process. */
    fun shut() = hocvu.shut()

    private fun who(learner: String): Learner = learners.get(learner)?.toScreen() ?: throw words.notFound()

    private fun who(visitor: Visitor): Learner = when (visitor) {
        is Visitor.Known -> who(visitor.learner)
        is Visitor.Guest -> guest(visitor.guest, words)
    }

    private fun picture(course: CourseView): ByteArray? = media(course.id, course.picture)

    private fun media(course: String, file: String): ByteArray? = courses.media(course, file)
}
