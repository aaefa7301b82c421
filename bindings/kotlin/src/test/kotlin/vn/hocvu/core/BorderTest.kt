package vn.hocvu.core

import java.io.File
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/** What must hold at the border whatever a shell does: threads, memory, thrown errors, panics. */
class BorderTest {
    @Test
    fun aLearnersFirstDayIsThereAfterShuttingAndOpening() {
        val phone = Phone.new()
        val (learner, practised) = phone.open().use { hocvu ->
            assertEquals(4, hocvu.packs().installStarters().count { it.changed })
            val learner = hocvu.learners().add(adult("Lan"))
            val course = hocvu.courses().list().first()
            val lessonId = hocvu.progress().course(learner, course.id)!!.lessons.first().lesson.id
            val lesson = hocvu.courses().lesson(learner, course.id, lessonId)!!
            assertTrue(lesson.screens.size > 1 && lesson.pictures.isNotEmpty() && lesson.checks.isNotEmpty())
            hocvu.progress().seeScreen(learner, course.id, lessonId, 1u)
            val practised = practise(hocvu, learner)
            assertEquals(AttemptPageView.Finished, practised.attempt.page)
            hocvu.shut()
            assertTrue(failure<HocvuFailure.Shut> { hocvu.courses().list() }.told.words.isNotBlank())
            learner to practised
        }
        phone.open().use { hocvu ->
            val known = hocvu.learners().get(learner)!!
            assertEquals("Lan" to "bà", known.name to known.you)
            val result = hocvu.quizzes().result(TakerRequest.Learner(learner), practised.attempt.id)
            assertTrue(practised.answers > 0u)
            assertEquals(practised.answers, result.answered)
            assertEquals(practised.answers.toInt(), result.answers.size)
            val next = hocvu.progress().home(learner).next as NextView.Lesson
            assertEquals(1u, next.screen)
            assertEquals(false, hocvu.packs().installStarters().any { it.changed })
            hocvu.shut()
        }
    }

    @Test
    fun aFolderThatIsOpenIsRefusedAndFreeAfterShutting() {
        val phone = Phone.new()
        val first = phone.open()
        val refused = failure<HocvuFailure.CannotOpen> { phone.open() }
        assertTrue(refused.told.title.isNotBlank())
        first.shut()
        phone.open().shut()
    }

    @Test
    fun whatIsRefusedIsToldInTheChosenLanguage() {
        Phone.new().open().use { hocvu ->
            val pinOf = { failure<HocvuFailure.Invalid> { hocvu.learners().setPin(hocvu.learners().add(adult("Tư")), "12") } }
            val vietnamese = pinOf()
            assertEquals("pin", vietnamese.what)
            assertEquals(hocvu.texts().all()["pin-form"], vietnamese.told.words)
            hocvu.device().setChoices(hocvu.device().choices().copy(language = "en"))
            val english = pinOf()
            assertNotEquals(vietnamese.told.words, english.told.words)
            assertEquals(hocvu.texts().all()["pin-form"], english.told.words)
            val said = hocvu.texts().say("course-done-of", mapOf("done" to WordRequest.Number(2), "of" to WordRequest.Number(7)))
            assertTrue(said, said.contains("2") && said.contains("7"))
            failure<HocvuFailure.NotFound> { hocvu.texts().say("course-done-of", emptyMap()) }
            hocvu.shut()
        }
    }

    @Test
    fun whatIsNoIdIsRefusedBeforeTheCoreIsAsked() {
        Phone.new().open().use { hocvu ->
            assertEquals("learner", failure<HocvuFailure.Invalid> { hocvu.learners().get("../x") }.what)
            assertEquals("course", failure<HocvuFailure.Invalid> { hocvu.packs().remove("Không phải") }.what)
            val nobody = "0".repeat(32)
            failure<HocvuFailure.NotFound> { hocvu.progress().home(nobody) }
            assertNull(hocvu.learners().get(nobody))
            hocvu.shut()
        }
    }

    @Test
    fun aWrongPinIsRefusedAndSaysWhenToTryAgain() {
        Phone.new().open().use { hocvu ->
            val learner = hocvu.learners().add(adult("Lan"))
            hocvu.learners().setPin(learner, "2468")
            hocvu.learners().checkPin(learner, "2468")
            val waits = (1..5).map { failure<HocvuFailure.CodeRefused> { hocvu.learners().checkPin(learner, "1111") }.waitS }
            assertEquals(listOf(0u, 0u, 0u, 0u), waits.take(4))
            assertTrue("$waits", waits.last() > 0u)
            hocvu.shut()
        }
    }

    @Test
    fun aKeyStoreThatThrowsIsAFailureOfThatOpeningAlone() {
        val phone = Phone.new()
        val learner = phone.open().run { learners().add(adult("Lan")).also { shut() } }
        val locked = object : DeviceKeys {
            override fun get(name: String): ByteArray? = throw PlatformFailure.Failed("locked")
            override fun put(name: String, secret: ByteArray) = throw PlatformFailure.Failed("locked")
        }
        val broken = object : DeviceKeys {
            override fun get(name: String): ByteArray? = throw IllegalStateException("a bug of the shell")
            override fun put(name: String, secret: ByteArray) = throw OutOfMemoryError("worse")
        }
        assertTrue(failure<HocvuFailure.Platform> { phone.open(locked) }.why.contains("locked"))
        assertTrue(failure<HocvuFailure.Platform> { phone.open(broken) }.why.contains("a bug of the shell"))
        phone.open().run {
            assertEquals("Lan", learners().get(learner)!!.name)
            assertEquals(emptyList<NoticeView>(), device().notices())
            shut()
        }
        val forgetful = FolderKeys(File(phone.folder, "other-keys"))
        phone.open(forgetful).run {
            assertNull(learners().get(learner)!!.name)
            assertEquals(listOf<NoticeView>(NoticeView.NamesLost), device().notices())
            learners().setPerson(learner, person("Lan"))
            assertEquals("Lan", learners().get(learner)!!.name)
            shut()
        }
    }

    @Test
    fun surroundingsThatThrowKeepNothingElseFromWorking() {
        val phone = Phone.new()
        val broken = object : PlatformSurroundings {
            override fun now(): SurroundingsView = throw RuntimeException("no permission")
        }
        val hocvu = Hocvu.open(phone.request(), FolderKeys(File(phone.folder, "keys")), broken)
        repeat(3) { failure<HocvuFailure.Platform> { hocvu.sync().due() } }
        assertNull(hocvu.packs().storage().freeBytes)
        assertEquals(0, hocvu.sync().relays().size)
        hocvu.learners().add(adult("Lan"))
        hocvu.shut()
    }

    @Test
    fun roomOnTheDiskIsWhatThePlatformTells() {
        val phone = Phone.new()
        val hocvu = phone.open()
        assertNull(hocvu.packs().storage().freeBytes)
        for ((free, isNearlyFull) in mapOf(5_000_000_000uL to false, 99_999_999uL to true, 0uL to true)) {
            phone.surroundings.view = SurroundingsView(NetworkView.FREE, 80u.toUByte(), false, freeBytes = free)
            assertEquals(free, hocvu.packs().storage().freeBytes)
            assertEquals(isNearlyFull, hocvu.packs().storage().isNearlyFull)
        }
        hocvu.shut()
    }

    @Test
    fun surroundingsDecideWhatTravelsUnasked() {
        val phone = Phone.new()
        phone.open().run {
            fun hold(network: NetworkView, percent: Int) = run {
                phone.surroundings.view = SurroundingsView(network, percent.toUByte(), false)
                sync().due().hold
            }
            assertNull(hold(NetworkView.METERED, 80))
            assertEquals(HoldView.NO_NETWORK, hold(NetworkView.NOTHING, 80))
            assertEquals(HoldView.BATTERY_LOW, hold(NetworkView.FREE, 5))
            device().setChoices(device().choices().copy(wifiOnly = true))
            assertEquals(HoldView.METERED, hold(NetworkView.METERED, 80))
            shut()
        }
    }

    @Test
    fun aPanicIsAFailureAndNothingIsPoisoned() {
        Phone.new().open().use { hocvu ->
            repeat(3) {
                val failed = failure<HocvuFailure.Internal> { hocvu.vectorPanic() }
                assertTrue(failed.why, failed.why.contains("on purpose"))
                assertTrue(failed.told.words.isNotBlank())
            }
            hocvu.learners().add(adult("Lan"))
            assertEquals(1, hocvu.learners().list().size)
            hocvu.shut()
        }
    }

    @Test
    fun manyThreadsAnswerAtOnceAndNothingIsLostOrDoubled() {
        val hocvu = Phone.new().open()
        hocvu.packs().installStarters()
        val learners = (1..8).map { hocvu.learners().add(adult("Người $it")) }
        val threads = Executors.newFixedThreadPool(12)
        val answering = learners.map { learner -> Callable { practise(hocvu, learner).answers.toLong() } }
        val reading = learners.map { learner ->
            Callable {
                repeat(40) { hocvu.progress().home(learner); hocvu.courses().search("mật khẩu") }
                0L
            }
        }
        val answered = threads.invokeAll(answering + reading).map { it.get() }.take(learners.size)
        threads.shutdown()
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS))
        val recorded = learners.map { hocvu.progress().home(it).recorded.toLong() }
        assertEquals(answered, recorded)
        assertTrue(answered.all { it > 0 })
        hocvu.shut()
    }

    @Test
    fun openingAndClosingTenThousandTimesKeepsMemoryFlat() {
        val opens = System.getProperty("hocvu.opens").toInt()
        val phone = Phone.new()
        phone.open().use { it.learners().add(adult("Lan")); it.shut() }
        fun openSome(times: Int) = repeat(times) {
            phone.open().use { hocvu ->
                hocvu.learners().use { assertEquals(1, it.list().size) }
                hocvu.shut()
            }
        }
        val resident = (1..10).map {
            openSome(opens / 10)
            residentKiB()
        }
        println("$opens opens and closes, KiB resident after each tenth: $resident")
        // The first half fills caches and lets the virtual machine grow to its size.
        val grown = resident.last() - resident[4]
        assertTrue("grew by $grown KiB", grown < 8 * 1024)
    }

    /** Memory of this process that is in RAM, after the virtual machine has let go of its own. */
    private fun residentKiB(): Long {
        repeat(3) { System.gc(); System.runFinalization() }
        val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
        return line.filter { it.isDigit() }.toLong()
    }
}
