package vn.hocvu.core

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import java.util.Collections

/**
 * A course on its way from an office over a station, which is the program itself, to a phone.
 *
 * 1. The office publishes; the phone asks, compares the publisher's fingerprint and is told what it costs.
 * 2. The fetch is cancelled in the middle, and goes on there.
 * 3. The learner begins a quiz, and the office publishes the next version: its few bytes are fetched while
 *    she reads on, and her quiz ends on the version that it was begun on.
 */
class FetchTest {
    private val asked = FetchWayRequest(isAsked = true, nearOnly = false)

    @Test
    fun aCourseIsPublishedComparedFetchedCancelledGoneOnWithAndFollowedByItsNextVersion() = runBlocking {
        val office = Office()
        office.station().use { station ->
            office.publish(2, station.address)
            val hocvu = Phone.new().open()
            val learner = hocvu.learners().add(adult("Lan"))
            hocvu.sync().join(station.joinCode())

            val stranger = look(hocvu) { it.unknown.firstOrNull() }
            assertEquals(office.fingerprint, stranger.fingerprint)
            assertTrue(hocvu.packs().offers().isEmpty())
            hocvu.packs().trustRoot(stranger.roots, office.fingerprint)
            val offer = offer(hocvu, "1.2")
            assertEquals(OfferKindView.NEW to "NXB Xã", offer.kind to offer.publisher)
            assertTrue(offer.held == null && "về trước" in offer.cost && offer.noRoom.isEmpty())

            val far = cancelInTheMiddle(hocvu)
            assertTrue("$far", far.bytesDone in 1uL until far.bytes)
            assertTrue(hocvu.packs().offers().single().isBegun)
            assertNull(hocvu.courses().lessons(PUBLISHED_COURSE))
            val following = Following()
            val fetched = goOn(hocvu, following)
            assertTrue("$fetched", fetched.isDone && following.views.last() == fetched)
            assertTrue("$fetched", fetched.bytesMoved < offer.textBytes + offer.mediaBytes)
            assertTrue(reads(hocvu, "bản số 2") && hocvu.packs().offers().isEmpty())

            val begun = answer(hocvu, learner, start(hocvu, learner))
            office.publish(3, station.address)
            val newer = offer(hocvu, "1.3")
            assertEquals(OfferKindView.NEWER to "1.2", newer.kind to newer.held)
            assertTrue("$newer", newer.textBytes + newer.mediaBytes < 5_000u)
            val read = Collections.synchronizedList(mutableListOf<Pair<Boolean, Boolean>>())
            val updated = fetch(hocvu, Following { read += it.isSwitched to reads(hocvu, "bản số 3") })
            assertTrue("$updated", updated.isDone && updated.bytesMoved < 5_000u)
            assertTrue("she reads on meanwhile: $read", read.isNotEmpty() && read.all { it.first == it.second })
            assertTrue(reads(hocvu, "bản số 3"))

            var attempt = begun
            while (attempt.page is AttemptPageView.Question) {
                assertTrue("${attempt.page}", "Bản 2: " in "${attempt.page}")
                attempt = answer(hocvu, learner, attempt)
            }
            assertEquals(attempt.of, attempt.answered)
            assertTrue("Bản 3: " in "${start(hocvu, learner).page}")
            hocvu.shut()
        }
    }

    @Test
    fun aFetchIsPausedByItsHandleTooAndOneGivenUpLeavesNothing() = runBlocking {
        val office = Office()
        office.station().use { station ->
            office.publish(2, station.address)
            val phone = Phone.new()
            val hocvu = phone.open()
            hocvu.sync().join(station.joinCode())
            val stranger = look(hocvu) { it.unknown.firstOrNull() }
            hocvu.packs().trustRoot(stranger.roots, office.fingerprint)
            offer(hocvu, "1.2")
            val before = FetchHandle().apply { pause() }
            val none = hocvu.packs().fetch(PUBLISHED_COURSE, true, asked, null, before)
            assertEquals(0uL to false, none.bytesMoved to none.isDone)
            val handle = FetchHandle()
            val paused = hocvu.packs().fetch(PUBLISHED_COURSE, true, asked, Following { handle.pause() }, handle)
            assertTrue("$paused", !paused.isDone && paused.trouble == null && paused.hold == null)
            assertTrue(offer(hocvu, "1.2").isBegun)
            hocvu.packs().giveUpFetch(PUBLISHED_COURSE)
            assertFalse(offer(hocvu, "1.2").isBegun)
            assertNull(hocvu.courses().lessons(PUBLISHED_COURSE))

            phone.surroundings.view = SurroundingsView(NetworkView.NOTHING, 80u.toUByte(), false)
            val held = fetch(hocvu, null)
            assertEquals(HoldView.NO_NETWORK, held.hold)
            assertTrue(held.told, "vẫn học được" in held.told)
            phone.surroundings.view = SurroundingsView(NetworkView.FREE, 80u.toUByte(), false)
            failure<HocvuFailure.NotFound> { hocvu.packs().fetch("khong-co", true, asked, null) }
            hocvu.shut()
        }
    }

    private suspend fun fetch(hocvu: Hocvu, listener: FetchListener?) =
        hocvu.packs().fetch(PUBLISHED_COURSE, withMedia = true, way = asked, listener = listener)

    /** Cancels a fetch when something of it is here, and gives how far it was. */
    private suspend fun cancelInTheMiddle(hocvu: Hocvu): FetchView = coroutineScope {
        val begun = CompletableDeferred<Deferred<FetchView>>()
        val far = CompletableDeferred<FetchView>()
        val cancelling = Following {
            // The library goes on once this returns, and finds that nobody waits for it any more.
            if (it.bytesDone > 0u && far.complete(it)) runBlocking { begun.await().cancelAndJoin() }
        }
        begun.complete(async(Dispatchers.IO) { fetch(hocvu, cancelling) })
        begun.await().join()
        assertTrue("it came to its end", begun.await().isCancelled)
        far.await()
    }

    /** Fetches as soon as what was cancelled has let go of the course. */
    private suspend fun goOn(hocvu: Hocvu, listener: FetchListener): FetchView {
        repeat(400) {
            try {
                return fetch(hocvu, listener)
            } catch (busy: HocvuFailure.Invalid) {
                assertEquals("fetch", busy.what)
                delay(5)
            }
        }
        throw AssertionError("a cancelled fetch never ends")
    }

    /** What is on offer in a version that the station has. */
    private suspend fun offer(hocvu: Hocvu, order: String): OfferView =
        look(hocvu) { hocvu.packs().offers().find { it.order == order && it.isAvailable } }

    /** Asks until the station has what is looked for: it puts updates together in its own time. */
    private suspend fun <T : Any> look(hocvu: Hocvu, find: (LookedView) -> T?): T {
        repeat(400) {
            find(hocvu.packs().lookForCourses(asked))?.let { return it }
            delay(50)
        }
        throw AssertionError("the station never had it")
    }

    private fun reads(hocvu: Hocvu, words: String): Boolean =
        words in "${hocvu.courses().lesson(null, PUBLISHED_COURSE, PUBLISHED_LESSON)}"

    private fun start(hocvu: Hocvu, learner: LearnerId): AttemptView =
        hocvu.quizzes().startPractice(learner, PUBLISHED_COURSE, "luyen-tap")

    /** Answers the next question with the first of everything. */
    private fun answer(hocvu: Hocvu, learner: LearnerId, attempt: AttemptView): AttemptView {
        val page = attempt.page as? AttemptPageView.Question ?: return attempt
        val taker = TakerRequest.Learner(learner)
        hocvu.quizzes().answer(taker, attempt.id, page.index, someResponse(page.question.kind), 34u)
        return hocvu.quizzes().attempt(taker, attempt.id)
    }
}

/** Keeps what it is told, and does something with it. */
private class Following(private val act: (FetchView) -> Unit = {}) : FetchListener {
    val views: MutableList<FetchView> = Collections.synchronizedList(mutableListOf())

    override fun moved(fetch: FetchView) {
        views += fetch
        act(fetch)
    }
}
