package vn.hocvu.app.screen

import java.io.Serializable

/**
 * Where somebody is: all that is needed to show a screen again in another process. It names people by
 * id alone, since the system keeps it outside of the sealed table of people.
 */
sealed class Place : Serializable {
    data object People : Place()
    data object Add : Place()
    data class Pin(val learner: String) : Place()
    data class Home(val learner: String) : Place()
    data class Course(val learner: String, val course: String) : Place()
    data class Lesson(val learner: String, val course: String, val lesson: String) : Place()
    data class LessonDone(val learner: String, val course: String, val lesson: String) : Place()

    /** Begins the quiz, or goes on with the unfinished attempt. */
    data class Quiz(val learner: String, val course: String, val quiz: String) : Place()
    data class Attempt(val learner: String, val attempt: String) : Place()
    data class Result(val learner: String, val attempt: String) : Place()
    data class Record(val learner: String) : Place()
    data object Settings : Place()

    /** [file] is one that another app opened with this one. */
    data class Packs(val file: String? = null) : Place()
    data class Join(val learner: String) : Place()
}
