/// Sets, changes or takes away a PIN. What was typed is not kept for another process: it is a secret.
final class NewPinScreen: Screen {
    private let learner: String
    private var (old, new, again) = ("", "", "")

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override var isSecret: Bool { true }

    override func open() {
        load({ [learner] in try $0.learner(learner) }) { [self] in draw($0) }
    }

    private func draw(_ who: Learner) {
        let title = words.say(who.hasPin ? "pin-change" : "pin-offer")
        show(title) { page in
            page.turn(who, words, way)
            page.title(title)
            page.words(words.say("pin-offer-note", ["you": who.you]))
            page.words(words.say("phone-pin-keep", ["you": who.you]), isBold: true)
            if who.hasPin { digits(words.say("pin-enter", ["you": who.you]), old, page) { [self] in old = $0 } }
            digits(words.say("pin-new"), new, page) { [self] in new = $0 }
            digits(words.say("pin-again"), again, page) { [self] in again = $0 }
            let go = page.go(words.say("action-save")) {}
            page.act(go) { [self] in
                if new != again { fault(words.say("pin-differs"), before: go) } else { change(who, new, go) }
            }
            if who.hasPin {
                let away = page.plain(words.say("pin-remove")) {}
                page.act(away) { [self] in change(who, nil, away) }
            }
        }
    }

    private func digits(
        _ said: String, _ typed: String, _ page: Builder, _ act: @escaping @MainActor (String) -> Void
    ) {
        page.words(said, isBold: true)
        page.field(said, .pin, charsMax: pinDigits, typed: typed, act)
    }

    private func change(_ who: Learner, _ pin: String?, _ button: String) {
        act({ [learner, old] in try $0.changePin(learner, old, pin) }) { [self] failure in
            old = ""
            draw(who)
            fault(failure.words, before: button)
        } _: { [self] in
            done(who, pin == nil ? words.say("pin-removed") : words.say("pin-set", ["you": who.you]))
        }
    }

    private func done(_ who: Learner, _ said: String) {
        (old, new, again) = ("", "", "")
        toTop()
        show(said) { page in
            page.turn(who, words, way)
            page.title(said)
            page.go(words.say("action-back")) { [way] in way.back() }
        }
    }
}
