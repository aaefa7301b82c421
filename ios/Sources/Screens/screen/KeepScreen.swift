import Foundation

/// Keeps a guest's self-assessment under one of the names on this phone, at the word of who bears it.
final class KeepScreen: KeepingScreen<KeepScreen.Chosen> {
    struct Chosen: Codable {
        var learner: String?
    }

    private let guest: String
    private var pin = ""

    init(_ guest: String, _ way: Way, _ kept: Data?) {
        self.guest = guest
        super.init(way: way, kept: kept, fresh: Chosen())
    }

    override func open() {
        load({ try $0.people() }) { [self] people in
            if let chosen = people.first(where: { $0.id == kept.learner }) { ask(chosen) } else { choose(people) }
        }
    }

    override var hasOwnBack: Bool { kept.learner != nil }

    override func back() -> Bool {
        if kept.learner == nil { return false }
        kept.learner = nil
        pin = ""
        toTop()
        open()
        return true
    }

    private func choose(_ people: [Learner]) {
        let title = words.say("assess-attach-title")
        show(title) { page in
            page.title(title)
            page.words(words.say(people.isEmpty ? "people-nobody" : "people-hint"))
            page.cards { cards in
                for who in people { cards.card(who, words) { [self] in take(who) } }
            }
            page.plain(words.say("assess-attach-new")) { [way, guest] in way.go(.add(guest: guest)) }
        }
    }

    private func take(_ who: Learner) {
        if !who.hasPin { return keep(who) { [self] in fault($0) } }
        kept.learner = who.id
        toTop()
        ask(who)
    }

    private func ask(_ who: Learner) {
        let title = words.say("pin-title", ["you": who.you, "name": who.name ?? ""]).trimmed
        show(title) { page in
            page.title(title)
            let said = words.say("pin-enter", ["you": who.you])
            page.words(said)
            page.field(said, .pin, charsMax: pinDigits, typed: pin) { [self] in pin = $0 }
            let go = page.go(words.say("assess-attach-to", ["you": who.you, "name": who.name ?? ""]).trimmed) {}
            page.act(go) { [self] in
                keep(who) { [self] words in
                    pin = ""
                    ask(who)
                    fault(words, before: go)
                }
            }
        }
    }

    private func keep(_ who: Learner, failed: @escaping @MainActor (String) -> Void) {
        act({ [guest, pin] in try $0.keep(guest, who.id, pin) }) {
            failed($0.words)
        } _: { [way] attempt in
            way.kept(who.id, attempt)
        }
    }
}

extension Way {
    /// What was a guest's is a learner's: she sees her result, and back leads to her own first screen.
    func kept(_ learner: String, _ attempt: String?) {
        let start: [Place] = [.people, .home(learner: learner)]
        restart(start + (attempt.map { [.attempt(.known(learner), attempt: $0)] } ?? []))
    }
}
