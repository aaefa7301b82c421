import Foundation

/// A new learner, one question after the other. A guest took a self-assessment, which becomes hers.
final class AddScreen: AskingScreen {
    private let guest: String?

    /// Who was added, where keeping what she did failed afterwards.
    private var added: String?

    init(_ guest: String?, _ way: Way, _ kept: Data?) {
        self.guest = guest
        super.init(way, kept)
    }

    override var questions: [@MainActor () -> Void] { [askName, askAddress, askPicture, group, consent] }

    /// Asks for nobody, only so that there are words.
    override func open() { load({ _ in }) { [self] in ask() } }

    private func group() {
        question("add-group") { page in
            page.note(words.say("add-group-note"))
            for group in Group.allCases {
                let key = "group-\(group.rawValue)"
                let text = Line([Run(words.say(key), .strong), Run("\n\(words.say("\(key)-note"))")])
                choice(page, text, isChosen: kept.group == group) { $0.group = group }
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
        guardianField(page)
        box(page, words.say("guardian-agree"), \.guardianAgrees)
        box(page, words.say("guardian-child-agree"), \.childAgrees)
    }

    private func submit(_ go: String) {
        if let missing { return fault(words.say(missing), before: go) }
        guard let request else { return turn(to: 0) }
        act({ [added] in try added ?? $0.add(request) }) { [self] in
            fault($0.words, before: go)
        } _: { [self] learner in
            added = learner
            keep(learner, go)
        }
    }

    /// What she did as a guest is hers from now on.
    private func keep(_ learner: String, _ go: String) {
        guard let guest else { return way.kept(learner, nil) }
        act({ try $0.keep(guest, learner, "") }) { [self] in
            fault($0.words, before: go)
        } _: { [way] attempt in
            way.kept(learner, attempt)
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
            name: name, address: address, pictogram: picture, group: group, isChild: kept.isChild,
            guardian: kept.isChild ? kept.guardian.trimmed : nil, consentRecord: kept.consentRecord,
            consentCount: kept.consentCount)
    }

    private func box(_ page: Builder, _ text: String, _ field: WritableKeyPath<Form, Bool> & Sendable) {
        page.option(Line(text), isChosen: kept[keyPath: field], isRadio: false) { [self] in
            kept[keyPath: field].toggle()
            ask()
        }
    }
}
