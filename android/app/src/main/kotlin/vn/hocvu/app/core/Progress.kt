package vn.hocvu.app.core

/**
 * What is known of one thing that she can do. [dots] is 0 to 4, null where [missing] more answers are
 * needed to say anything; [before] is what the self-assessment before this one said.
 */
class Skill(val name: String, val dots: Int?, val missing: Int, val before: Int? = null)

/** How far she is: what is next, what she can do, every course. [assessed] is her last self-assessment. */
class MyProgress(
    val who: Learner,
    val next: Next,
    val courses: List<Course>,
    val recorded: Long,
    val skills: List<Skill>,
    val assessed: String?,
)

/** The self-assessment of this phone; [questions] is 0 where no course brings any. [unfinished] waits at question [next]. */
class Assessment(
    val who: Learner,
    val questions: Int,
    val minutes: Int,
    val unfinished: String?,
    val next: Int,
    val last: String?,
)
