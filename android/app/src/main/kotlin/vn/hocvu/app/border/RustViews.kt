package vn.hocvu.app.border

import vn.hocvu.app.core.Assessed
import vn.hocvu.app.core.Course
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.LessonHint
import vn.hocvu.app.core.LessonLine
import vn.hocvu.app.core.Next
import vn.hocvu.app.core.QuizLine
import vn.hocvu.app.core.QuizResult
import vn.hocvu.app.core.Record
import vn.hocvu.app.core.Skill
import vn.hocvu.app.core.Stage
import vn.hocvu.app.core.Station
import vn.hocvu.app.core.SyncReport
import vn.hocvu.core.CompetenceResultView
import vn.hocvu.core.CourseProgressView
import vn.hocvu.core.LearnerView
import vn.hocvu.core.LessonProgressView
import vn.hocvu.core.NextView
import vn.hocvu.core.QuizProgressView
import vn.hocvu.core.QuizUseView
import vn.hocvu.core.RecordView
import vn.hocvu.core.RelayView
import vn.hocvu.core.ResultView
import vn.hocvu.core.RoundView
import vn.hocvu.core.StageView

fun LearnerView.toScreen() = Learner(id, name, you, pictogram.toInt(), hasPin, counts)

fun CourseProgressView.toScreen(picture: ByteArray?) = Course(
    id = course.id,
    title = course.title,
    summary = course.summary,
    picture = picture,
    done = done.toInt(),
    of = of.toInt(),
    lessons = lessons.map { it.toScreen() },
    quizzes = quizzes.map { it.toScreen() },
    minutes = course.minutes.toInt(),
)

private fun LessonProgressView.toScreen() =
    LessonLine(lesson.id, lesson.title, lesson.minutes.toInt(), stage.toScreen())

private fun StageView.toScreen() = when (this) {
    StageView.NEW -> Stage.NEW
    StageView.BEGUN -> Stage.BEGUN
    StageView.FINISHED -> Stage.FINISHED
}

private fun QuizProgressView.toScreen() = QuizLine(quiz.id, quiz.title, quiz.questions.toInt(), unfinished, last)

fun NextView.toScreen(): Next = when (this) {
    is NextView.Attempt -> Next.Attempt(id, title)
    is NextView.Lesson -> Next.Lesson(course, lesson, title)
    is NextView.Quiz -> Next.Quiz(course, quiz, title)
    NextView.Assessment -> Next.Assessment
    NextView.AllDone -> Next.AllDone
}

fun ResultView.toScreen(who: Learner, media: Media, skill: (String) -> String) = QuizResult(
    who = who,
    title = title,
    course = course,
    correct = correct.toInt(),
    answered = answered.toInt(),
    lookAgain = if (correct == answered) emptyList() else lookAgain(),
    answers = answers.map { it.toScreen(media) },
    assessed = if (purpose == QuizUseView.ASSESSMENT) assessed(skill) else null,
)

/** The most dots of a competence; of one that has them all, no lesson is suggested. */
private const val DOTS = 4

/** How many lessons are suggested. */
private const val HELP_MAX = 3

/** Those that are known least come first: their lessons help most. */
private fun ResultView.assessed(skill: (String) -> String): Assessed {
    val skills = competences.map {
        Skill(skill(it.competence), it.dots?.toInt(), it.missing.toInt(), it.before?.toInt())
    }
    val weakest = competences.filter { (it.dots?.toInt() ?: DOTS) < DOTS }.sortedBy { it.dots?.toInt() }
    return Assessed(skills, hints(weakest).take(HELP_MAX), policy?.toInt() ?: 0)
}

/** The lessons of what was not all right, each once. */
private fun ResultView.lookAgain(): List<LessonHint> = hints(competences.filter { it.points < it.possible })

private fun hints(competences: List<CompetenceResultView>): List<LessonHint> = competences.flatMap { it.lessons }
    .map { LessonHint(it.course, it.lesson, it.title) }
    .distinctBy { it.course to it.lesson }

fun RecordView.toScreen(who: Learner) = Record(
    who = who,
    events = events.toLong(),
    here = here.toLong(),
    received = received.toLong(),
    counted = counted.toLong(),
    copies = copies.toLong(),
    stations = relays.map { it.toScreen() },
    others = others,
)

fun RelayView.toScreen() = Station(name, counts, waiting.toLong(), told)

fun RoundView.toScreen(station: String) = SyncReport(station, inStep, received.toLong(), copies.toLong(), told)
