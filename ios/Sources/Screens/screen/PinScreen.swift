let pinDigits = 4

/// Her PIN. What was typed is not kept for another process: it is a secret.
final class PinScreen: Screen {
    private let learner: String
    private var typed = ""

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] in try $0.learner(learner) }) { [self] in draw($0) }
    }

    private func draw(_ who: Learner) {
        let title = words.say("pin-title", ["you": who.you, "name": who.name ?? ""]).trimmed
        show(title) { page in
            page.title(title)
            let said = words.say("pin-enter", ["you": who.you])
            page.words(said)
            page.field(said, .pin, charsMax: pinDigits, typed: typed) { [self] in typed = $0 }
            let go = page.go(words.say("pin-submit")) {}
            page.act(go) { [self] in enter(who, go) }
            page.quiet(words.say("pin-forgot")) { [self] in forgot(who, go) }
            page.plain(words.say("turn-change")) { [way] in way.restart(.people) }
        }
    }

    /// Whoever opens the phone's own lock may take the PIN away: she is who looks after this phone.
    private func forgot(_ who: Learner, _ go: String) {
        send(.unlock(why: words.say("phone-pin-unlock", ["you": who.you]))) { [self] brought in
            if brought != "open" { return fault(words.say("phone-pin-no-lock", ["you": who.you]), before: go) }
            act({ [learner] in try $0.forgetPin(learner) }) { [self] in
                fault($0.words, before: go)
            } _: { [self] in
                gone(who)
            }
        }
    }

    private func gone(_ who: Learner) {
        let said = words.say("phone-pin-gone", ["you": who.you])
        toTop()
        show(said) { page in
            page.title(said)
            page.go(words.say("pin-submit")) { [way, learner] in way.replace(.home(learner: learner)) }
        }
    }

    private func enter(_ who: Learner, _ go: String) {
        if typed.count < pinDigits { return fault(words.say("pin-form"), before: go) }
        act({ [learner, typed] in try $0.checkPin(learner, typed) }) { [self] failure in
            typed = ""
            draw(who)
            fault(failure.words, before: go)
        } _: { [way, learner] in
            way.replace(.home(learner: learner))
        }
    }
}

extension String {
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
