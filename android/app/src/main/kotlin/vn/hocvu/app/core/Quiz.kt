package vn.hocvu.app.core

/** A question of an attempt; [number] is from 1, [index] is what it is answered with. */
class Asked(val number: Int, val of: Int, val index: Int, val question: Question)

/** An attempt at a quiz; [asked] is null when all is answered. */
class Attempt(val who: Learner, val id: String, val title: String, val asked: Asked?)

class LessonHint(val course: String, val lesson: String, val title: String)

class QuizResult(
    val who: Learner,
    val title: String,
    val course: String?,
    val correct: Int,
    val answered: Int,
    val lookAgain: List<LessonHint>,
    val answers: List<Said>,
)
