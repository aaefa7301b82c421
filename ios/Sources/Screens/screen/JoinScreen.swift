import Foundation

/// More letters than any join code has.
private let codeCharsMax = 2_000

/// How the text of a learner's card begins.
private let card = "HOCVUC"

/// Joins a station by the code that it shows, in letters or as a picture.
///
/// What was typed of the code outlives a killed process: it has over 200 letters, and it is no secret, since
/// it hangs on the station's wall. It is forgotten once the station is joined. A learner's card that somebody
/// types here is her key, and a picture is soon scanned again, so neither is kept for another process.
final class JoinScreen: KeepingScreen<JoinScreen.Typed> {
    struct Typed: Codable {
        var code = ""
    }

    private let learner: String
    private var code: String

    init(_ learner: String, _ way: Way, _ kept: Data?) {
        self.learner = learner
        code = ""
        super.init(way: way, kept: kept, fresh: Typed())
        code = self.kept.code
    }

    private func typed(_ text: String) {
        code = text
        let letters = text.uppercased().filter { $0.isLetter || $0.isNumber }
        kept.code = letters.hasPrefix(card) ? "" : text
    }

    private func forget() {
        code = ""
        kept.code = ""
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
            page.field(words.say("phone-join-code"), .code, charsMax: codeCharsMax, typed: code) { [self] in typed($0) }
            let go = page.go(title) {}
            page.act(go) { [self] in join(who, go) }
        }
    }

    private func scan(_ who: Learner) {
        send(.scan) { [self] text in
            forget()
            code = String(text.prefix(codeCharsMax))
            draw(who)
            join(who, nil)
        }
    }

    private func join(_ who: Learner, _ go: String?) {
        let code = code.trimmed
        if code.isEmpty { return fault(words.say("phone-join-missing"), before: go) }
        act({ try $0.join(code) }) { [self] in
            fault($0.words, before: go)
        } _: { [self] station in
            forget()
            toTop()
            let said = words.say("phone-join-done", ["name": station.name])
            show(said) { page in
                page.title(said)
                page.go(words.say("where-title", ["you": who.you])) { [way] in way.back() }
            }
        }
    }
}
