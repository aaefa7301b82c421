package vn.hocvu.app.core

/** A station that files can be carried to, and how much waits for it. */
class CourierStation(val no: Long, val name: String, val waiting: Long)

class CourierPage(val who: Learner, val stations: List<CourierStation>)
