package vn.hocvu.app.core

/** What a learner decides about herself; see [Core]. */
interface OwnCalls {
    fun person(learner: String): Person

    /** Changes who she is; also how her name is given once more after the key was lost. */
    fun setPerson(learner: String, person: Person)

    /** Sets her PIN, or takes it away with null, at the word of whoever knows the one so far. */
    fun changePin(learner: String, old: String, new: String?)

    /** Takes a forgotten PIN away; whoever calls this has made sure that the phone's owner is there. */
    fun forgetPin(learner: String)

    /** Everything that is kept about her, as readable JSON. */
    fun export(learner: String): String

    /** Lets her go, from this phone or from everywhere, at the word of whoever knows her PIN. Cannot be undone. */
    fun letGo(learner: String, pin: String, everywhere: Boolean)

    /** Notes whether she agrees to be counted. */
    fun setCounts(learner: String, counts: Boolean)

    /** Her card, for whoever knows her PIN. */
    fun card(learner: String, pin: String, withName: Boolean): Card

    /** Reads a card as somebody scanned or typed it; takes nobody in. */
    fun readCard(typed: String): ReadCard

    /** Takes in the learner of a card; gives her id. */
    fun takeIn(card: String, person: Person): String
}
