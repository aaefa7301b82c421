import Foundation

/// More letters than any card has, with the spaces between its groups.
private let codeCharsMax = 1_000

/// Takes in a learner by the code of her card, then asks what this phone should call her. The card is a
/// key, so it is not kept for another process: that one asks for it again.
final class TakeInScreen: AskingScreen {
    private var code = ""

    override var isSecret: Bool { true }

    override var questions: [@MainActor () -> Void] { [card, askName, askAddress, askPicture, agree] }

    override func open() {
        load({ _ in }) { [self] in ask() }
    }

    private func card() {
        question("takein-title") { page in
            page.words(words.say("takein-intro"))
            page.plain(words.say("scan-action")) { [self] in scan() }
            let said = words.say("takein-code")
            page.words(said, isBold: true)
            page.field(said, .code, charsMax: codeCharsMax, typed: code) { [self] in code = $0 }
            let go = page.go(words.say("takein-code-action")) {}
            page.act(go) { [self] in read(go) }
        }
    }

    private func scan() {
        send(.scan) { [self] text in
            code = String(text.prefix(codeCharsMax))
            ask()
            read(nil)
        }
    }

    private func read(_ go: String?) {
        if code.trimmed.isEmpty { return fault(words.say("takein-code-missing"), before: go) }
        act({ [code] in try $0.readCard(code) }) { [self] in
            fault($0.words, before: go)
        } _: { [self] card in
            if let here = card.here { return known(here) }
            if name.isEmpty, let name = card.name { kept.name = name }
            turn(to: 1)
        }
    }

    /// Whoever is here already is let in at her own door.
    private func known(_ who: Learner) {
        toTop()
        show(words.say("takein-here")) { page in
            page.title(words.say("takein-here"))
            page.go(words.say("action-next")) { [way] in
                way.restart(.people, who.hasPin ? .pin(learner: who.id) : .home(learner: who.id))
            }
        }
    }

    private func agree() {
        question("consent-title") { page in
            page.words(words.say("takein-honest"))
            page.words(words.say("takein-keep"))
            let go = page.go(words.say("takein-action")) {}
            page.act(go) { [self] in takeIn(go) }
        }
    }

    private func takeIn(_ go: String) {
        let person = Person(
            name: name, address: kept.address ?? .ban, pictogram: kept.picture ?? 0, guardian: nil)
        act({ [code] in try $0.takeIn(code, person) }) { [self] in
            fault($0.words, before: go)
        } _: { [self] learner in
            code = ""
            let said = words.say("takein-done", ["you": you, "name": name])
            toTop()
            show(said) { page in
                page.title(said)
                page.go(words.say("action-next")) { [way] in way.restart(.people, .home(learner: learner)) }
                page.note(words.say("phone-takein-sync"))
            }
        }
    }
}
