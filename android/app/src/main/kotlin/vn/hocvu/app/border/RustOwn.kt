package vn.hocvu.app.border

import vn.hocvu.app.core.Card
import vn.hocvu.app.core.OwnCalls
import vn.hocvu.app.core.Person
import vn.hocvu.app.core.Qr
import vn.hocvu.app.core.ReadCard
import vn.hocvu.core.Hocvu
import vn.hocvu.core.PurposeRequest
import vn.hocvu.core.TakeInRequest

/** What a learner decides about herself, by the border's room of learners. */
class RustOwn(hocvu: Hocvu, private val words: RustWords) : OwnCalls {
    private val learners = hocvu.learners()

    override fun person(learner: String): Person = asking {
        val view = found(learner)
        Person(view.name, view.address.toScreen(), view.pictogram.toInt(), view.guardian)
    }

    override fun setPerson(learner: String, person: Person) = asking { learners.setPerson(learner, person.toBorder()) }

    override fun changePin(learner: String, old: String, new: String?) = asking { learners.changePin(learner, old, new) }

    override fun forgetPin(learner: String) = asking { learners.setPin(learner, null) }

    override fun export(learner: String): String = asking { learners.export(learner) }

    override fun letGo(learner: String, pin: String, everywhere: Boolean) = asking {
        learners.checkPin(learner, pin)
        if (everywhere) learners.erase(learner) else learners.remove(learner)
    }

    override fun setCounts(learner: String, counts: Boolean) =
        asking { learners.setConsent(learner, PurposeRequest.COUNT, counts) }

    override fun card(learner: String, pin: String, withName: Boolean): Card = asking {
        val shown = learners.showCard(learner, pin, withName)
        Card(found(learner).toScreen(), shown.typed, Qr(shown.qr.side.toInt(), shown.qr.points))
    }

    override fun readCard(typed: String): ReadCard = asking {
        val card = learners.readCard(typed)
        ReadCard(card.name, learners.get(card.learner)?.toScreen())
    }

    override fun takeIn(card: String, person: Person): String =
        asking { learners.takeIn(TakeInRequest(card, person.toBorder())) }

    private fun found(learner: String) = learners.get(learner) ?: throw words.notFound()
}
