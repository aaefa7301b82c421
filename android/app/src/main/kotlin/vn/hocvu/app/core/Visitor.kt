package vn.hocvu.app.core

import java.io.Serializable

/** Whose turn it is: somebody with a name here, or somebody who looks without one, of whom nothing is kept. */
sealed class Visitor : Serializable {
    data class Known(val learner: String) : Visitor()
    data class Guest(val guest: String) : Visitor()
}

/** What a guest sees first. */
class GuestHome(val who: Learner, val courses: List<Course>)
