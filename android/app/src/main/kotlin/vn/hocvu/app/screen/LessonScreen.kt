package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Block
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.LessonPage
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Said
import vn.hocvu.app.draw.Page
import vn.hocvu.app.question.verdict

private const val SCREEN = "screen"

/** A lesson, one idea a page; back turns to the page before. */
class LessonScreen(private val place: Place.Lesson, way: Way, state: Bundle) : Screen(way, state) {
    private lateinit var page: LessonPage
    private val said = HashMap<String, Said>()
    private val screen: Int get() = state.getInt(SCREEN).coerceIn(page.screens.indices)

    private val sound = object : Sound(way.context) {
        override fun fetch(file: String, then: (ByteArray?) -> Unit) =
            act({ it.sound(place.course, file) }, { then(null) }, then)
    }

    override fun leave() = sound.stop()

    override fun open() = load({ core -> core.lesson(place.visitor, place.course, place.lesson) to judged(core) }) { (found, judged) ->
        page = found
        said.putAll(judged)
        if (page.screens.isEmpty()) way.back() else turnTo(state.getInt(SCREEN, page.screen), isFresh = false)
    }

    /** What was said to answers before this screen was made again: judged once more, kept once. */
    private fun judged(core: Core): Map<String, Said> = state.keySet().filter { it.startsWith(CHECK) }.mapNotNull { key ->
        val response = state.getBundle(key)?.response() ?: return@mapNotNull null
        val question = key.removePrefix(CHECK)
        question to core.judgeCheck(place.course, question, response)
    }.toMap()

    override fun back(): Boolean {
        if (!::page.isInitialized || screen == 0) return false
        turnTo(screen - 1)
        return true
    }

    private fun turnTo(to: Int, isFresh: Boolean = true) {
        state.putInt(SCREEN, to.coerceIn(page.screens.indices))
        if (isFresh) toTop()
        draw()
    }

    /** Draws the page; where something was just said to a check, that is what is seen and heard first. */
    private fun draw(told: String? = null) {
        sound.stop()
        val blocks = page.screens[screen]
        val place = words.say("lesson-screen-of", "n" to screen + 1, "of" to page.screens.size)
        if (told != null) toTop()
        val heard = told?.let(said::get)?.let { verdict(it, words) }
        show(heard ?: "${page.title}, $place") {
            turn(page.who, words, way)
            if (screen == 0) title(page.title) else note(page.title)
            note(place)
            val checks = LinkedHashMap<String, CheckPanel>()
            val drawn = Blocks(page, parts, words, sound) { id ->
                check(id, this, isFirst = checks.values.all { it.isRight })?.also { checks[id] = it }?.view
            }
            for (block in blocks) drawn.view(block)?.let { add(it, if (block is Block.Heading) 20 else 12) }
            onward(isGreen = checks.values.all { it.isRight })
            if (told == null) seen(this) else checks[told]?.let { scrollTo(it.view) }
        }
    }

    private fun check(id: String, page: Page, isFirst: Boolean): CheckPanel? {
        val question = this.page.checks[id] ?: return null
        val kept = state.getBundle(CHECK + id) ?: Bundle().also { state.putBundle(CHECK + id, it) }
        return CheckPanel(question, said[id], kept, this.page.who.you, isFirst, parts, words, object : CheckPanel.Asker {
            override fun answer(response: Response, panel: CheckPanel) = act(
                { it.answerCheck(place.visitor, place.course, id, response, panel.tenths()) },
                { page.fault(it.words, panel.view) },
            ) { answer ->
                kept.keep(response)
                said[id] = answer
                draw(id)
            }

            override fun again() {
                kept.clear()
                said.remove(id)
                draw(id)
            }

            override fun redraw() = draw(id)
        })
    }

    private fun Page.onward(isGreen: Boolean) {
        val isLast = screen == page.screens.lastIndex
        val text = words.say(if (isLast) "lesson-finish" else "lesson-next")
        val act = { if (isLast) finish(this) else turnTo(screen + 1) }
        if (isGreen) go(text, act) else plain(text, act)
        if (screen > 0) quiet(words.say("lesson-back")) { turnTo(screen - 1) }
    }

    private fun seen(page: Page) {
        val at = screen
        note({ it.seeScreen(place.visitor, place.course, place.lesson, at) }) { page.faultAtEnd(it.words) }
    }

    private fun finish(page: Page) = act(
        { it.finishLesson(place.visitor, place.course, place.lesson) },
        { page.faultAtEnd(it.words) },
    ) { way.replace(Place.LessonDone(place.visitor, place.course, place.lesson)) }

    companion object {
        private const val CHECK = "check:"
    }
}
