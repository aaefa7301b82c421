import Foundation

let nameCharsMax = 60

/// A form, one question after the other; back goes to the question before. Shared: who somebody is.
///
/// The system keeps what outlives the process outside of the sealed table of people, so no name goes
/// there: another process begins at the first question, with what was chosen. Nor does any consent, since
/// whoever says her name anew may be somebody else.
class AskingScreen: KeepingScreen<AskingScreen.Form> {
    struct Form: Codable {
        var step = 0
        var name = ""
        var address: Address?
        var picture: Int?
        var group: Group?
        var consentRecord = false
        var consentCount = false
        var isChild = false
        var guardian = ""
        var guardianAgrees = false
        var childAgrees = false

        /// Whether it holds what the core knew of her.
        var isRead = false

        private enum CodingKeys: CodingKey { case address, picture, group, isChild, isRead }
    }

    init(_ way: Way, _ kept: Data?) { super.init(way: way, kept: kept, fresh: Form()) }

    /// The pages, in their order.
    var questions: [@MainActor () -> Void] { [] }

    /// What the button of the last question does.
    func finish(_ button: String) {}

    var name: String { kept.name.trimmed }

    var you: String { words.say("address-\((kept.address ?? .ban).rawValue)") }

    override var hasOwnBack: Bool { kept.step > 0 }

    override func back() -> Bool {
        if kept.step == 0 { return false }
        turn(to: kept.step - 1)
        return true
    }

    func turn(to step: Int) {
        kept.step = step
        toTop()
        ask()
    }

    /// Goes back to before the form, not to the question before.
    func leaveForm() {
        kept.step = 0
        way.back()
    }

    func ask() { questions[min(kept.step, questions.count - 1)]() }

    func askName() {
        question("add-name") { page in
            page.note(words.say("add-name-note"))
            page.field(words.say("add-name"), .name, charsMax: nameCharsMax, typed: kept.name) { [self] in
                kept.name = $0
            }
            next(page) { [self] in name.isEmpty ? "add-name-missing" : nil }
        }
    }

    func askAddress() {
        question("address-question") { page in
            page.note(words.say("address-note"))
            for address in Address.allCases {
                let text = Line(words.say("address-choice-\(address.rawValue)"))
                choice(page, text, isChosen: kept.address == address) { $0.address = address }
            }
            next(page) { [self] in kept.address == nil ? "address-missing" : nil }
        }
    }

    func askPicture() {
        question("add-picture") { page in
            page.tiles { tiles in
                for (i, name) in pictograms.enumerated() {
                    let said = words.say("pictogram-\(name)")
                    tiles.card(.pictogram(name), "", said: said, isChosen: kept.picture == i) { [self] in
                        kept.picture = i
                        ask()
                    }
                }
            }
            next(page) { [self] in kept.picture == nil ? "add-picture-missing" : nil }
        }
    }

    func guardianField(_ page: Builder) {
        page.field(words.say("guardian-name"), .name, charsMax: nameCharsMax, typed: kept.guardian) { [self] in
            kept.guardian = $0
        }
    }

    func question(_ key: String, _ build: (Builder) -> Void) {
        show(words.say(key)) { page in
            page.note(words.say("count-of", ["n": kept.step + 1, "of": questions.count]))
            page.title(words.say(key))
            build(page)
        }
    }

    /// The green button: `missing` gives the key of what is still to be said, or nil to go on.
    func next(_ page: Builder, _ missing: @escaping @MainActor () -> String?) {
        let isLast = kept.step == questions.count - 1
        let go = page.go(words.say(isLast ? "action-save" : "action-next")) {}
        page.act(go) { [self] in
            if let key = missing() {
                fault(words.say(key), before: go)
            } else if isLast {
                finish(go)
            } else {
                turn(to: kept.step + 1)
            }
        }
    }

    func choice(
        _ page: Builder, _ words: Line, isChosen: Bool, _ choose: @escaping @MainActor (inout Form) -> Void
    ) {
        page.option(words, isChosen: isChosen, isRadio: true) { [self] in
            choose(&kept)
            ask()
        }
    }
}
