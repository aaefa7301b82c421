package vn.hocvu.app.core

/** A joined station. [told] is what is in the way, empty when nothing is. */
class Station(val name: String, val counts: Boolean, val waiting: Long, val told: String)

/** What came of a sync with a station. */
class SyncReport(val station: String, val inStep: Boolean, val received: Long, val copies: Long, val told: String)

/**
 * Where a learner's record is: each event is in exactly one of [here], [received] and [counted].
 * [others] are the devices beside this one that hold her, as people compare them.
 */
class Record(
    val who: Learner,
    val events: Long,
    val here: Long,
    val received: Long,
    val counted: Long,
    val copies: Long,
    val stations: List<Station>,
    val others: List<String>,
)
