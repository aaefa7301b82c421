package vn.hocvu.app.screen

import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.FailureKind
import vn.hocvu.app.draw.Look
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.Parts
import vn.hocvu.app.draw.Picture
import vn.hocvu.app.draw.PictureView
import vn.hocvu.app.draw.part

/** A circle of an arrow. Where not even the words could be opened, it says "once more". */
private const val AGAIN =
    """<svg viewBox="0 0 64 64"><path d="M50 20A22 22 0 1 0 54 36M52 8v14H38"/></svg>"""

/** What a screen shows in place of itself when the core could not say what is on it. */
class FailurePage(private val screen: Screen, private val way: Way, private val failure: Failure) {
    fun show() {
        val look = Look(way.context)
        val page = Page(Parts(look))
        page.title(failure.title)
        page.words(failure.words)
        val words = way.work.words
        if (words == null) sign(page, look) else page.go(words.say("phone-retry")) { screen.open() }
        if (words != null && failure.kind == FailureKind.NOT_FOUND) page.plain(words.say("action-back")) { way.back() }
        way.show(screen, failure.title, page.scroll)
    }

    private fun sign(page: Page, look: Look) {
        val drawn = checkNotNull(Picture.read(AGAIN.toByteArray())) { "a picture of this program" }
        val column = page.parts.column()
        column.part(look, PictureView(look, drawn, null, look.colours.go, heightMaxDp = 72))
        page.add(page.parts.card(column, failure.title) { screen.open() }, 24)
    }
}
