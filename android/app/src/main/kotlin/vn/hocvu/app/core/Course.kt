package vn.hocvu.app.core

enum class Stage { NEW, BEGUN, FINISHED }

class LessonLine(val id: String, val title: String, val minutes: Int, val stage: Stage)

/** A practice quiz; [unfinished] and [last] are attempts. */
class QuizLine(val id: String, val title: String, val questions: Int, val unfinished: String?, val last: String?)

/** A course and how far a learner is with it. [picture] is SVG, null where it is not held. */
class Course(
    val id: String,
    val title: String,
    val summary: String,
    val picture: ByteArray?,
    val done: Int,
    val of: Int,
    val lessons: List<LessonLine>,
    val quizzes: List<QuizLine>,
    val minutes: Int,
)

/** The one thing that she could do next. */
sealed class Next {

    /** [title] is empty for the self-assessment. */
    data class Attempt(val attempt: String, val title: String) : Next()
    data class Lesson(val course: String, val lesson: String, val title: String) : Next()
    data class Quiz(val course: String, val quiz: String, val title: String) : Next()
    object Assessment : Next()
    object AllDone : Next()
}

class Home(val who: Learner, val next: Next, val courses: List<Course>, val recorded: Long)

class CoursePage(val who: Learner, val course: Course)
