package vn.hocvu.app.core

/** A question of an attempt; [number] is from 1, [index] is what it is answered with. */
class Asked(val number: Int, val of: Int, val index: Int, val question: Question)

/**
 * An attempt at a quiz or, with [isAssessment], a self-assessment, which has no title and says nothing to
 * an answer; [asked] is null when all is answered.
 */
class Attempt(val who: Learner, val id: String, val title: String, val asked: Asked?, val isAssessment: Boolean = false)

class LessonHint(val course: String, val lesson: String, val title: String)

class QuizResult(
    val who: Learner,
    val title: String,
    val course: String?,
    val correct: Int,
    val answered: Int,
    val lookAgain: List<LessonHint>,
    val answers: List<Said>,
    val assessed: Assessed? = null,
)

/** What a self-assessment says: each competence, and lessons that would help most. [policy] is the version of its rule. */
class Assessed(val skills: List<Skill>, val help: List<LessonHint>, val policy: Int)
