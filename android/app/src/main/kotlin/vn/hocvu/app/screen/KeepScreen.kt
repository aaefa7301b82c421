package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.draw.Page

private const val LEARNER = "learner"

/** Keeps a guest's self-assessment under one of the names on this phone, at the word of who bears it. */
class KeepScreen(private val guest: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.people() }) { people ->
        val chosen = people.find { it.id == state.getString(LEARNER) }
        if (chosen == null) choose(people) else ask(chosen)
    }

    override fun back(): Boolean {
        if (!state.containsKey(LEARNER)) return false
        state.remove(LEARNER)
        open()
        return true
    }

    private fun choose(people: List<Learner>) {
        val title = words.say("assess-attach-title")
        show(title) {
            title(title)
            words(words.say("people-hint"))
            cards(people.map { who -> learnerCard(who, parts, words) { take(who, this) } })
            if (people.isEmpty()) words(words.say("people-nobody"))
            plain(words.say("assess-attach-new")) { way.go(Place.Add(guest)) }
        }
    }

    private fun take(who: Learner, page: Page) {
        if (!who.hasPin) return keep(who, "") { page.faultAtEnd(it) }
        state.putString(LEARNER, who.id)
        toTop()
        ask(who)
    }

    private fun ask(who: Learner) {
        val title = words.say("pin-title", "you" to who.you, "name" to who.name.orEmpty()).trim()
        show(title) {
            title(title)
            val said = words.say("pin-enter", "you" to who.you)
            words(said)
            val field = add(parts.pin(said))
            val go = go(words.say("assess-attach-to", "you" to who.you, "name" to who.name.orEmpty()).trim()) {}
            go.setOnClickListener { keep(who, field.text.toString()) { field.setText(""); fault(it, go) } }
        }
    }

    private fun keep(who: Learner, pin: String, failed: (String) -> Unit) =
        act({ it.keep(guest, who.id, pin) }, { failed(it.words) }) { attempt -> kept(way, who.id, attempt) }
}

/** What was a guest's is a learner's: she sees her result, and back leads to her own first screen. */
fun kept(way: Way, learner: String, attempt: String?) {
    val start = arrayOf(Place.People, Place.Home(learner))
    if (attempt == null) way.restart(*start) else way.restart(*start, Place.Attempt(Visitor.Known(learner), attempt))
}
