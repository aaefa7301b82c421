package vn.hocvu.app.screen

import android.os.Bundle
import vn.hocvu.app.core.Learner

/** Who learns today? Everybody has a card with her picture and name. */
class PeopleScreen(way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.people() }) { people ->
        val title = words.say("people-title")
        show(title) {
            title(title)
            words(words.say(if (people.isEmpty()) "people-nobody" else "people-hint"))
            if (people.isEmpty()) {
                go(words.say("people-new")) { way.go(Place.Add()) }
            } else {
                val new = card("new", words.say("people-new"), words.say("people-new"), parts) { way.go(Place.Add()) }
                cards(people.map { who -> learnerCard(who, parts, words) { enter(who) } } + new)
            }
            plain(words.say("people-guest")) { way.go(Place.Guest(null)) }
            note(words.say("people-guest-note"))
            quiet(words.say("takein-link")) { way.go(Place.TakeIn) }
            quiet(words.say("settings-title")) { way.go(Place.Settings) }
        }
    }

    private fun enter(who: Learner) = way.go(if (who.hasPin) Place.Pin(who.id) else Place.Home(who.id))
}
