import Foundation

/// More letters than any join code has.
private let codeCharsMax = 2_000

/// Joins a station by the code that it shows, in letters or as a picture.
final class JoinScreen: KeepingScreen<JoinScreen.Typed> {
    struct Typed: Codable {
        var code = ""
    }

    private let learner: String

    init(_ learner: String, _ way: Way, _ kept: Data?) {
        self.learner = learner
        super.init(way: way, kept: kept, fresh: Typed())
    }

    override func open() {
        load({ [learner] in try $0.learner(learner) }) { [self] in draw($0) }
    }

    private func draw(_ who: Learner) {
        let title = words.say("phone-join-title")
        show(title) { page in
            page.turn(who, words, way)
            page.title(title)
            page.plain(words.say("scan-action")) { [self] in scan(who) }
            page.words(words.say("phone-join-how"))
            page.words(words.say("phone-join-code"), isBold: true)
            page.field(words.say("phone-join-code"), .code, charsMax: codeCharsMax, typed: kept.code) { [self] in
                kept.code = $0
            }
            let go = page.go(title) {}
            page.act(go) { [self] in join(who, go) }
        }
    }

    private func scan(_ who: Learner) {
        send(.scan) { [self] text in
            kept.code = String(text.prefix(codeCharsMax))
            draw(who)
            join(who, nil)
        }
    }

    private func join(_ who: Learner, _ go: String?) {
        let code = kept.code.trimmed
        if code.isEmpty { return fault(words.say("phone-join-missing"), before: go) }
        act({ try $0.join(code) }) { [self] in
            fault($0.words, before: go)
        } _: { [self] station in
            toTop()
            let said = words.say("phone-join-done", ["name": station.name])
            show(said) { page in
                page.title(said)
                page.go(words.say("where-title", ["you": who.you])) { [way] in way.back() }
            }
        }
    }
}
