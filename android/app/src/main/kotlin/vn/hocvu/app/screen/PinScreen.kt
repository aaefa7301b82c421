package vn.hocvu.app.screen

import android.app.Activity
import android.app.KeyguardManager
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Learner
import vn.hocvu.app.draw.Page

/** Her PIN. What was typed is not kept over a rotation: it is a secret. */
class PinScreen(private val learner: String, way: Way, state: Bundle) : Screen(way, state) {
    override fun open() = load({ it.learner(learner) }) { who ->
        val title = words.say("pin-title", "you" to who.you, "name" to who.name.orEmpty()).trim()
        show(title) {
            title(title)
            val said = words.say("pin-enter", "you" to who.you)
            words(said)
            val field = add(parts.pin(said))
            val go = go(words.say("pin-submit")) {}
            go.setOnClickListener {
                val pin = field.text.toString()
                if (pin.length < PIN_DIGITS) fault(words.say("pin-form"), go)
                else act({ it.checkPin(learner, pin) }, { failure -> field.setText(""); fault(failure.words, go) }) {
                    way.replace(Place.Home(learner))
                }
            }
            quiet(words.say("pin-forgot")) { forgot(who, this, go) }
            plain(words.say("turn-change")) { way.restart(Place.People) }
        }
    }

    /** Whoever opens the phone's own lock may take the PIN away: she is who looks after this phone. */
    private fun forgot(who: Learner, page: Page, at: View) {
        val guard = way.context.getSystemService(Context.KEYGUARD_SERVICE) as KeyguardManager
        @Suppress("DEPRECATION")
        val lock = guard.createConfirmDeviceCredentialIntent(
            words.say("pin-forgot"),
            words.say("phone-pin-unlock", "you" to who.you),
        )
        // There is none where the phone has no lock that only its owner opens.
        if (lock == null || !way.ask(lock)) page.fault(words.say("phone-pin-no-lock", "you" to who.you), at)
    }

    override fun answered(result: Int, data: Intent?) {
        if (result != Activity.RESULT_OK) return
        load({ core -> core.forgetPin(learner).let { core.learner(learner) } }) { who ->
            val said = words.say("phone-pin-gone", "you" to who.you)
            show(said) {
                title(said)
                go(words.say("pin-submit")) { way.replace(Place.Home(learner)) }
            }
        }
    }
}
