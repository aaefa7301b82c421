package vn.hocvu.app.screen

import vn.hocvu.app.core.Visitor
import java.io.Serializable

/**
 * Where somebody is: all that is needed to show a screen again in another process. It names people by
 * id alone, since the system keeps it outside of the sealed table of people.
 */
sealed class Place : Serializable {
    data object People : Place()

    /** Adds somebody; a guest's self-assessment is kept under the new name. */
    data class Add(val guest: String? = null) : Place()
    data class Pin(val learner: String) : Place()
    data object TakeIn : Place()
    data class Home(val learner: String) : Place()
    data class Me(val learner: String) : Place()
    data class Edit(val learner: String) : Place()
    data class NewPin(val learner: String) : Place()
    data class Consent(val learner: String) : Place()
    data class Card(val learner: String) : Place()
    data class Export(val learner: String) : Place()
    data class Erase(val learner: String) : Place()
    data class Progress(val learner: String) : Place()

    /** Of somebody who looks without a name; null of one who has just come. */
    data class Guest(val guest: String?) : Place()
    data class Course(val visitor: Visitor, val course: String) : Place()
    data class Lesson(val visitor: Visitor, val course: String, val lesson: String) : Place()
    data class LessonDone(val visitor: Visitor, val course: String, val lesson: String) : Place()
    data class Assess(val visitor: Visitor) : Place()

    /** Begins a self-assessment, or goes on with the unfinished one. */
    data class Assessment(val visitor: Visitor) : Place()

    /** Under which name a guest's self-assessment is kept. */
    data class Keep(val guest: String) : Place()

    /** Begins the quiz, or goes on with the unfinished attempt. */
    data class Quiz(val visitor: Visitor, val course: String, val quiz: String) : Place()
    data class Attempt(val visitor: Visitor, val attempt: String) : Place()
    data class Result(val visitor: Visitor, val attempt: String) : Place()
    data class Record(val learner: String) : Place()
    data object Settings : Place()

    /** [file] is one that another app opened with this one. */
    data class Packs(val file: String? = null) : Place()

    data object Offers : Place()

    /** Hands the text of a code to the place before, under [SCANNED]. */
    data object Scan : Place()
    data class Join(val learner: String) : Place()
    data class Courier(val learner: String) : Place()

    /** A file that another app opened with this one or shared to it. */
    data class Brought(val file: String) : Place()
}

/** Where somebody begins. */
fun home(visitor: Visitor): Place = when (visitor) {
    is Visitor.Known -> Place.Home(visitor.learner)
    is Visitor.Guest -> Place.Guest(visitor.guest)
}
