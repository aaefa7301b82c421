package vn.hocvu.app.screen

import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Person
import vn.hocvu.app.core.Address
import vn.hocvu.app.draw.Page

/** Changes a learner's name, form of address and picture; also gives a name once more that the phone has lost. */
class EditScreen(private val learner: String, way: Way, state: Bundle) : AskingScreen(way, state) {
    override val questions get() = listOf(::askName, ::askAddress, ::askPicture) + if (hasGuardian) listOf(::guardian) else emptyList()

    private val hasGuardian: Boolean get() = state.containsKey("guardian")

    override fun open() {
        if (state.containsKey("address")) load({ it.words() }) { ask() }
        else load({ it.person(learner) }) { begin(it) }
    }

    private fun begin(person: Person) {
        state.putString("name", person.name.orEmpty())
        state.putInt("address", person.address.ordinal)
        state.putInt("pictogram", person.pictogram)
        person.guardian?.let { state.putString("guardian", it) }
        ask()
    }

    private fun guardian() = question("guardian-name") {
        add(nameField("guardian", words.say("guardian-name")))
        next { "guardian-missing".takeIf { state.getString("guardian").isNullOrBlank() } }
    }

    override fun finish(page: Page, button: View) {
        val person = Person(name, address ?: Address.BAN, pictogram, state.getString("guardian")?.trim())
        act({ it.setPerson(learner, person) }, { page.fault(it.words, button) }) { backOut() }
    }
}
