package vn.hocvu.core

import org.junit.Assert.assertTrue
import org.junit.Test

/** What a call over the border costs here, against the same call in Rust in the same run. */
class MeasureTest {
    @Test
    fun aScreensCallCostsLittleMoreThanInRust() {
        Phone.new().open().use { hocvu ->
            hocvu.packs().installStarters()
            val learner = hocvu.learners().add(adult("Lan"))
            practise(hocvu, learner)
            val (quizzes, progress, courses) = Triple(hocvu.quizzes(), hocvu.progress(), hocvu.courses())
            val course = courses.list().first().id
            val lesson = progress.course(learner, course)!!.lessons.first().lesson.id
            val smallest = microseconds(20_000) { quizzes.readNumber("156") }
            val lessonOpened = microseconds(300) { courses.lesson(learner, course, lesson) }
            val home = microseconds(300) { progress.home(learner) }
            val homeInRust = hocvu.vectorTimeHome(learner, 300u).toDouble() / 1_000
            println("a call with a short text: %.1f µs; a lesson with its pictures: %.0f µs".format(smallest, lessonOpened))
            println("first screen: %.0f µs from Kotlin, %.0f µs in Rust: %.2f times".format(home, homeInRust, home / homeInRust))
            // The library of this test is not optimised, so the ratio is what counts: what the border adds
            // stays below what the call itself costs.
            assertTrue("$home µs against $homeInRust µs", home < 2 * homeInRust + 1_000)
            hocvu.shut()
        }
    }

    /** The least time of some tries, after the virtual machine has compiled the way. */
    private fun microseconds(tries: Int, call: () -> Any?): Double {
        var least = Long.MAX_VALUE
        repeat(tries) {
            val before = System.nanoTime()
            call()
            least = minOf(least, System.nanoTime() - before)
        }
        return least / 1_000.0
    }
}
