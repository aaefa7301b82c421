package vn.hocvu.app.core

/**
 * A learner as screens show her. [name] is null when the key store forgot it; [you] is how texts
 * address her.
 */
data class Learner(
    val id: String,
    val name: String?,
    val you: String,
    val pictogram: Int,
    val hasPin: Boolean,
    val counts: Boolean,
    val isGuest: Boolean = false,
)

/** How she wants to be addressed; the key of its words ends in [key]. */
enum class Address(val key: String) {
    BA("ba"), ONG("ong"), CO("co"), CHU("chu"), ANH("anh"), CHI("chi"), EM("em"), BAN("ban"),
}

/** The groups that the movement counts; the key of its words ends in [key]. */
enum class Group(val key: String) { CITIZEN("adult"), STUDENT("student"), WORKER("worker"), PUBLIC_SECTOR("public") }

/** A new learner, as the form has her. */
data class NewLearner(
    val name: String,
    val address: Address,
    val pictogram: Int,
    val group: Group,
    val isChild: Boolean,
    val guardian: String?,
    val consentRecord: Boolean,
    val consentCount: Boolean,
)
