package vn.hocvu.core

import java.io.File
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/**
 * A learner's way over two phones and a station, which is the program itself.
 *
 * 1. A phone adds her and she answers; the process is killed in the midst of it, and everything that
 *    it acknowledged is there.
 * 2. The phone syncs with the station over HTTP: every event is counted.
 * 3. A second phone takes her in by her card and gets what she did.
 * 4. She is erased on the first phone, and with the next sync on the second.
 */
class ScenarioTest {
    @Test
    fun aLearnerIsAddedAnswersSurvivesAKillIsCountedMovesOnAndIsErased() = runBlocking {
        val phone = Phone.new()
        val acknowledged = answerUntilKilled(phone)
        Station.start().use { station ->
            val hocvu = phone.open()
            val learner = hocvu.learners().list().single().id
            assertTrue(hocvu.device().endedUncleanly() && hocvu.device().check())
            val recorded = hocvu.progress().home(learner).recorded.toLong()
            assertTrue("$recorded of $acknowledged", recorded == acknowledged || recorded == acknowledged + 1)

            val relay = hocvu.sync().join(station.joinCode())
            assertTrue(relay.counts && relay.waiting > 0u)
            val before = hocvu.sync().whereIs(learner)
            assertEquals(before.events, before.here)
            assertEquals(listOf(relay.no), hocvu.sync().due().relays)
            val told = mutableListOf<RoundView>()
            val round = hocvu.sync().round(relay.no, object : SyncListener {
                override fun moved(round: RoundView) {
                    told += round
                }
            })
            assertTrue(round.inStep && round.trouble == null && round.told.isEmpty())
            assertTrue(told.isNotEmpty())
            assertEquals(round, told.last())
            val after = hocvu.sync().whereIs(learner)
            assertEquals(before.events to before.events, after.events to after.counted)
            assertTrue(hocvu.sync().traffic().bytesThisMonth > 0u)
            assertTrue(hocvu.sync().due().relays.isEmpty())

            val second = Phone.new()
            val other = second.open()
            val card = hocvu.learners().card(learner, "Lan")
            assertEquals("Lan", other.learners().readCard(card.text).name)
            assertEquals(learner, other.learners().takeIn(TakeInRequest(card.text, person("Lan"))))
            val otherRelay = other.sync().join(station.joinCode())
            assertTrue(other.sync().round(otherRelay.no, null).copies > 0u)
            assertEquals(recorded, other.progress().home(learner).recorded.toLong())
            assertEquals(2, other.sync().whereIs(learner).devices.size)

            failure<HocvuFailure.Invalid> { other.learners().erase(learner) }
            hocvu.learners().erase(learner)
            assertNull(hocvu.learners().get(learner))
            assertTrue(hocvu.sync().round(relay.no, null).inStep)
            assertEquals(listOf(learner), other.sync().round(otherRelay.no, null).erased)
            assertNull(other.learners().get(learner))
            assertEquals("card of somebody erased", failure<HocvuFailure.Invalid> {
                other.learners().takeIn(TakeInRequest(card.text, person("Lan")))
            }.what)
            hocvu.shut()
            other.shut()
        }
    }

    @Test
    fun cancellingASyncAtAnyMomentLosesNothing() = runBlocking {
        val seed = System.nanoTime()
        val random = Random(seed)
        Station.start().use { station ->
            val phone = Phone.new()
            val hocvu = phone.open()
            hocvu.packs().installStarters()
            val learner = hocvu.learners().add(adult("Lan"))
            val relay = hocvu.sync().join(station.joinCode()).no
            var cancelled = 0
            repeat(60) {
                practise(hocvu, learner, answersMax = 2u)
                val events = hocvu.sync().whereIs(learner).events
                val round = async(Dispatchers.IO) { hocvu.sync().round(relay, null) }
                delay(random.nextLong(0, 120))
                round.cancelAndJoin()
                if (round.isCancelled) cancelled += 1
                val now = hocvu.sync().whereIs(learner)
                assertEquals("seed $seed", events, now.events)
                assertEquals("seed $seed", events, now.here + now.received + now.counted)
            }
            println("$cancelled of 60 rounds were cancelled, seed $seed")
            assertTrue("none was cancelled in time", cancelled > 0)
            assertTrue(hocvu.sync().round(relay, null).inStep)
            val whole = hocvu.sync().whereIs(learner)
            assertEquals(whole.events, whole.counted)

            val other = Phone.new().open()
            val card = hocvu.learners().card(learner, null).text
            other.learners().takeIn(TakeInRequest(card, person("Lan")))
            val otherRelay = other.sync().join(station.joinCode()).no
            other.sync().round(otherRelay, null)
            val recorded = hocvu.progress().home(learner).recorded
            assertEquals("seed $seed", recorded, other.progress().home(learner).recorded)
            hocvu.shut()
            other.shut()
        }
    }

    @Test
    fun aListenerThatThrowsStopsNothing() = runBlocking {
        Station.start().use { station ->
            val hocvu = Phone.new().open()
            hocvu.learners().add(adult("Lan"))
            val relay = hocvu.sync().join(station.joinCode()).no
            val calls = AtomicInteger()
            val round = hocvu.sync().round(relay, object : SyncListener {
                override fun moved(round: RoundView) {
                    calls.incrementAndGet()
                    throw IllegalStateException("the screen is gone")
                }
            })
            assertTrue(round.inStep && calls.get() > 0)
            hocvu.shut()
        }
    }

    @Test
    fun whatIsInTheWayIsToldAndIsNoFailure() = runBlocking {
        val hocvu = Phone.new().open()
        val learner = hocvu.learners().add(adult("Lan"))
        val relay = Station.start().use { hocvu.sync().join(it.joinCode()).no }
        hocvu.sync().setBudget(1u)
        hocvu.sync().setBudget(null)
        val cut = async(Dispatchers.IO) { hocvu.sync().round(relay, null) }.await()
        assertEquals(TroubleView.UNREACHABLE, cut.trouble)
        assertTrue(cut.told.isNotBlank())
        assertEquals(cut.told, hocvu.sync().relays().single().told)
        assertTrue(hocvu.sync().whereIs(learner).here > 0u)
        hocvu.shut()
    }

    @Test
    fun shuttingEndsASyncAndLeavesTheFolderFree() = runBlocking {
        val phone = Phone.new()
        val hocvu = phone.open()
        val relay = Station.start().use { hocvu.sync().join(it.joinCode()).no }
        // Nobody answers any more: it listens for a beacon for seconds.
        val round = async(Dispatchers.IO) { runCatching { hocvu.sync().round(relay, null) } }
        delay(300)
        assertFalse(round.isCompleted)
        hocvu.shut()
        assertTrue(round.await().exceptionOrNull() is HocvuFailure.Shut)
        phone.open().shut()
    }

    /** Lets another process add her and answer, and kills it in the midst. Gives the answers that it said were kept. */
    private fun answerUntilKilled(phone: Phone): Long {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val command = listOf(
            java, "-cp", System.getProperty("java.class.path"),
            "-Djna.library.path=${System.getProperty("jna.library.path")}",
            "vn.hocvu.core.AnsweringKt", phone.folder.path,
        )
        val process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        var acknowledged = 0L
        for (line in process.inputStream.bufferedReader().lineSequence()) {
            if (line.startsWith("kept ")) acknowledged = line.removePrefix("kept ").toLong()
            // Through its handle: what it said before its end can be read still.
            if (acknowledged >= 5) process.toHandle().destroyForcibly()
        }
        assertTrue(process.waitFor(20, TimeUnit.SECONDS))
        assertTrue("it was killed, not done", process.exitValue() != 0 && acknowledged >= 5)
        return acknowledged
    }
}
