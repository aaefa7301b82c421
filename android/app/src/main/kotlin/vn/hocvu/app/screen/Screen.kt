package vn.hocvu.app.screen

import android.content.Intent
import android.os.Bundle
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Look
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.Picture
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.platform.ReadingAloud

private const val SCROLL = "scroll"

/**
 * One screen. It asks the core, shows a page, and keeps in [state] at every moment what must outlive
 * a rotation and a killed process.
 */
abstract class Screen(protected val way: Way, protected val state: Bundle) {
    // Not before the core was opened, which knows how large letters are.
    protected val look by lazy { Look(way.context) }
    protected val parts by lazy { Parts(look) }
    private var page: Page? = null
    private var isBusy = false

    /** The core's words; there are some as soon as the first call has come back. */
    protected val words: Words get() = checkNotNull(way.work.words) { "no call has come back yet" }

    /** Whether no other app may have it: no picture of it, not even in the list of what was open last, no voice. */
    open val isSecret: Boolean get() = false

    /** Asks the core for what is to be shown, and shows it. */
    abstract fun open()

    /** Whether the screen itself took the back key. */
    open fun back(): Boolean = false

    /** Told what came of a page of another app that was asked for by [Way.ask]. */
    open fun answered(result: Int, data: Intent?) = Unit

    /** Told what came of [Way.askFor]. */
    open fun permitted(isGranted: Boolean) = Unit

    /** Told when somebody goes on to another screen, or the app is no longer seen. */
    open fun leave() = Unit

    /** Called before the state is kept. */
    fun pause() {
        page?.let { state.putInt(SCROLL, it.scroll.scrollY) }
    }

    /** Asks for what this screen shows; a failure takes the whole page and can be tried again. */
    protected fun <T> load(call: (Core) -> T, done: (T) -> Unit) {
        way.work.ask(call) { outcome ->
            if (way.isAt(this)) outcome.fold(done) { FailurePage(this, way, it as Failure).show() }
        }
    }

    /** Does something that a person asked for; while it is under way, nothing else is begun. */
    protected fun <T> act(call: (Core) -> T, failed: (Failure) -> Unit, done: (T) -> Unit) {
        if (isBusy) return
        isBusy = true
        way.work.ask(call) { outcome ->
            isBusy = false
            if (way.isAt(this)) outcome.fold(done) { failed(it as Failure) }
        }
    }

    /** Has something noted while the person goes on; only a failure is told. */
    protected fun note(call: (Core) -> Unit, failed: (Failure) -> Unit) {
        way.work.ask(call) { outcome ->
            if (way.isAt(this)) outcome.onFailure { failed(it as Failure) }
        }
    }

    /** Shows a page; [build] fills it. Where it was scrolled to before, it is again. */
    protected fun show(title: CharSequence, build: Page.() -> Unit) {
        val fresh = Page(parts)
        fresh.build()
        page = fresh
        way.aloud?.let { hear(it) }
        way.show(this, title, fresh.scroll)
        val scrolled = state.getInt(SCROLL)
        if (scrolled > 0) fresh.scroll.post { fresh.scroll.scrollTo(0, scrolled) }
    }

    /**
     * Told when the phone's voice has answered: the page that is shown can be read from now on. A secret
     * one is not: the voice is another app, some send what they read over the network.
     */
    fun hear(voice: ReadingAloud) {
        if (!isSecret) page?.offer(voice)
    }

    /** A new page of the same screen begins at its top. */
    protected fun toTop() {
        page = null
        state.remove(SCROLL)
    }

    protected fun picture(svg: ByteArray?, said: CharSequence?, heightMaxDp: Int): PictureView? =
        svg?.let { Picture.read(it) }?.let { PictureView(look, it, said, heightMaxDp = heightMaxDp) }

    companion object {
        fun of(place: Place, way: Way, state: Bundle): Screen = when (place) {
            is Place.People -> PeopleScreen(way, state)
            is Place.Add -> AddScreen(place.guest, way, state)
            is Place.Pin -> PinScreen(place.learner, way, state)
            is Place.Home -> HomeScreen(place.learner, way, state)
            is Place.TakeIn -> TakeInScreen(way, state)
            is Place.Me -> MeScreen(place.learner, way, state)
            is Place.Edit -> EditScreen(place.learner, way, state)
            is Place.NewPin -> NewPinScreen(place.learner, way, state)
            is Place.Consent -> ConsentScreen(place.learner, way, state)
            is Place.Card -> CardScreen(place.learner, way, state)
            is Place.Export -> ExportScreen(place.learner, way, state)
            is Place.Erase -> EraseScreen(place.learner, way, state)
            is Place.Progress -> ProgressScreen(place.learner, way, state)
            is Place.Guest -> GuestScreen(place.guest, way, state)
            is Place.Course -> CourseScreen(place, way, state)
            is Place.Lesson -> LessonScreen(place, way, state)
            is Place.LessonDone -> LessonDoneScreen(place, way, state)
            is Place.Quiz -> QuizScreen(place.visitor, { it.startQuiz(place.visitor, place.course, place.quiz) }, way, state)
            is Place.Attempt -> QuizScreen(place.visitor, { it.attempt(place.visitor, place.attempt) }, way, state)
            is Place.Assess -> AssessScreen(place.visitor, way, state)
            is Place.Assessment -> QuizScreen(place.visitor, { it.startAssessment(place.visitor) }, way, state)
            is Place.Keep -> KeepScreen(place.guest, way, state)
            is Place.Result -> ResultScreen(place, way, state)
            is Place.Record -> RecordScreen(place.learner, way, state)
            is Place.Scan -> ScanScreen(way, state)
            is Place.Settings -> SettingsScreen(way, state)
            is Place.Packs -> PacksScreen(place, way, state)
            is Place.Offers -> OffersScreen(way, state)
            is Place.Courier -> CourierScreen(place.learner, way, state)
            is Place.Brought -> BroughtScreen(place.file, way, state)
            is Place.Join -> JoinScreen(place.learner, way, state)
        }
    }
}
