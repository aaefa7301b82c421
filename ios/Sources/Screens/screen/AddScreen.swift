import Foundation

private let nameCharsMax = 60

/// A new learner, one question after the other; back goes to the question before.
final class AddScreen: KeepingScreen<AddScreen.Form> {
    enum Step: Int, Codable, CaseIterable { case name, address, picture, group, consent }

    struct Form: Codable {
        var step = Step.name
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
    }

    private var you: String { words.say("address-\((kept.address ?? .ban).rawValue)") }

    init(_ way: Way, _ kept: Data?) { super.init(way: way, kept: kept, fresh: Form()) }

    /// Asks for nobody, only so that there are words.
    override func open() { load({ _ in }) { [self] in ask() } }

    override var hasOwnBack: Bool { kept.step != .name }

    override func back() -> Bool {
        guard let before = Step(rawValue: kept.step.rawValue - 1) else { return false }
        turn(to: before)
        return true
    }

    private func turn(to step: Step) {
        kept.step = step
        toTop()
        ask()
    }

    private func ask() {
        switch kept.step {
        case .name: name()
        case .address: address()
        case .picture: picture()
        case .group: group()
        case .consent: consent()
        }
    }

    private func name() {
        question("add-name") { page in
            page.note(words.say("add-name-note"))
            page.field(words.say("add-name"), .name, charsMax: nameCharsMax, typed: kept.name) { [self] in
                kept.name = $0
            }
            next(page) { [self] in kept.name.trimmed.isEmpty ? "add-name-missing" : nil }
        }
    }

    private func address() {
        question("address-question") { page in
            page.note(words.say("address-note"))
            for address in Address.allCases {
                let words = Line(words.say("address-choice-\(address.rawValue)"))
                choice(page, words, isChosen: kept.address == address) { $0.address = address }
            }
            next(page) { [self] in kept.address == nil ? "address-missing" : nil }
        }
    }

    private func picture() {
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

    private func group() {
        question("add-group") { page in
            page.note(words.say("add-group-note"))
            for group in Group.allCases {
                let key = "group-\(group.rawValue)"
                let words = Line([Run(words.say(key), .strong), Run("\n\(words.say("\(key)-note"))")])
                choice(page, words, isChosen: kept.group == group) { $0.group = group }
            }
            next(page) { [self] in kept.group == nil ? "add-group-missing" : nil }
        }
    }

    private func consent() {
        question("consent-title") { page in
            page.words(words.say("consent-intro", ["you": you]))
            box(page, words.say("consent-record"), \.consentRecord)
            page.note(words.say("consent-record-what", ["you": you]))
            box(page, "\(words.say("consent-count")) (\(words.say("optional")))", \.consentCount)
            page.note(words.say("consent-count-what"))
            child(page)
            let go = page.go(words.say("add-submit")) {}
            page.act(go) { [self] in submit(go) }
        }
    }

    /// A child's guardian agrees too, and so does the child.
    private func child(_ page: Builder) {
        box(page, words.say("add-child"), \.isChild)
        if !kept.isChild { return }
        page.words(words.say("guardian-why"))
        page.field(words.say("guardian-name"), .name, charsMax: nameCharsMax, typed: kept.guardian) { [self] in
            kept.guardian = $0
        }
        box(page, words.say("guardian-agree"), \.guardianAgrees)
        box(page, words.say("guardian-child-agree"), \.childAgrees)
    }

    private func submit(_ go: String) {
        if let missing { return fault(words.say(missing), before: go) }
        guard let request else { return turn(to: .name) }
        act({ try $0.add(request) }) { [self] in
            fault($0.words, before: go)
        } _: { [way] learner in
            way.restart(.people, .home(learner: learner))
        }
    }

    private var missing: String? {
        if !kept.consentRecord { return "consent-record-missing" }
        if !kept.isChild { return nil }
        if kept.guardian.trimmed.isEmpty || !kept.guardianAgrees { return "guardian-missing" }
        return kept.childAgrees ? nil : "guardian-child-missing"
    }

    private var request: NewLearner? {
        guard let address = kept.address, let picture = kept.picture, let group = kept.group else { return nil }
        return NewLearner(
            name: kept.name.trimmed, address: address, pictogram: picture, group: group, isChild: kept.isChild,
            guardian: kept.isChild ? kept.guardian.trimmed : nil, consentRecord: kept.consentRecord,
            consentCount: kept.consentCount)
    }

    private func question(_ key: String, _ build: (Builder) -> Void) {
        show(words.say(key)) { page in
            page.note(words.say("count-of", ["n": kept.step.rawValue + 1, "of": Step.allCases.count]))
            page.title(words.say(key))
            build(page)
        }
    }

    /// The green button: `missing` gives the key of what is still to be said, or nil to go on.
    private func next(_ page: Builder, _ missing: @escaping @MainActor () -> String?) {
        let go = page.go(words.say("action-next")) {}
        page.act(go) { [self] in
            if let key = missing() {
                fault(words.say(key), before: go)
            } else if let next = Step(rawValue: kept.step.rawValue + 1) {
                turn(to: next)
            }
        }
    }

    private func choice(
        _ page: Builder, _ words: Line, isChosen: Bool, _ choose: @escaping @MainActor (inout Form) -> Void
    ) {
        page.option(words, isChosen: isChosen, isRadio: true) { [self] in
            choose(&kept)
            ask()
        }
    }

    private func box(_ page: Builder, _ text: String, _ field: WritableKeyPath<Form, Bool> & Sendable) {
        page.option(Line(text), isChosen: kept[keyPath: field], isRadio: false) { [self] in
            kept[keyPath: field].toggle()
            ask()
        }
    }
}
