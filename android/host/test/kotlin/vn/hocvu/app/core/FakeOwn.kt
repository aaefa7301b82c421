package vn.hocvu.app.core

/** A card as learners see it, and what the fake takes for one. */
const val CARD_TYPED = "HOCVUC- UQAF QIAD AMBQ GAYD AMBQ GAYD AMBQ GAYD AMBQ GAYD AMBQ GAYD AMBQ GAYD AMBQ GAYD AMAV ABAE AQCA IBAE AQCA IBAE AQCA IBAE AQCA IBAC AMBW GTDB NZNJ TBG7"

/** What a learner decides about herself, in memory. */
class FakeOwn(private val core: FakeCore) : OwnCalls {
    private val words = core.words()

    /** What each card of this phone was asked to carry. */
    val shown = ArrayList<Boolean>()
    val people = HashMap<String, Person>()

    override fun person(learner: String): Person {
        val who = core.learner(learner)
        val address = Address.entries.first { words.say("address-${it.key}") == who.you }
        return people[learner] ?: Person(who.name, address, who.pictogram, null)
    }

    override fun setPerson(learner: String, person: Person) {
        core.writing()
        people[learner] = person
        val you = words.say("address-${person.address.key}")
        core.change(learner) { it.copy(name = person.name, you = you, pictogram = person.pictogram) }
    }

    override fun changePin(learner: String, old: String, new: String?) {
        if (new != null && new.length != 4) throw core.refused("pin-form")
        if (new == "1234") throw core.refused("pin-easy")
        if (core.learner(learner).hasPin) core.checkPin(learner, old)
        core.writing()
        if (new == null) core.pins.remove(learner) else core.pins[learner] = new
        core.change(learner) { it.copy(hasPin = new != null) }
    }

    override fun forgetPin(learner: String) {
        core.writing()
        core.pins.remove(learner)
        core.change(learner) { it.copy(hasPin = false) }
    }

    override fun export(learner: String) = "{ \"name\": \"${core.learner(learner).name}\" }"

    override fun letGo(learner: String, pin: String, everywhere: Boolean) {
        if (core.learner(learner).hasPin) core.checkPin(learner, pin)
        if (everywhere && core.others.isNotEmpty()) throw core.refused("erase-elsewhere-first")
        core.writing()
        core.learners.removeAll { it.id == learner }
    }

    override fun setCounts(learner: String, counts: Boolean) {
        core.writing()
        core.change(learner) { it.copy(counts = counts) }
    }

    override fun card(learner: String, pin: String, withName: Boolean): Card {
        if (core.learner(learner).hasPin) core.checkPin(learner, pin)
        shown.add(withName)
        val side = 45
        val points = ByteArray(side * side) { if ((it % side * 7 + it / side * 3) % 5 < 2) 1 else 0 }
        return Card(core.learner(learner), CARD_TYPED, Qr(side, points))
    }

    override fun readCard(typed: String): ReadCard {
        if (!typed.startsWith("HOCVUC")) throw core.refused("takein-not-a-card")
        if ("UQAF" !in typed) throw core.refused("takein-mistyped")
        return ReadCard("Lan", core.learners.firstOrNull())
    }

    override fun takeIn(card: String, person: Person): String {
        core.writing()
        core.learners.add(Learner("t", person.name, words.say("address-${person.address.key}"), person.pictogram, false, true))
        return "t"
    }
}
