import Foundation

/// Changes a learner's name, form of address and picture; also gives a name once more that the phone has
/// lost.
final class EditScreen: AskingScreen {
    private let learner: String

    init(_ learner: String, _ way: Way, _ kept: Data?) {
        self.learner = learner
        super.init(way, kept)
    }

    override var questions: [@MainActor () -> Void] {
        [askName, askAddress, askPicture] + (kept.isChild ? [guardian] : [])
    }

    override func open() {
        load({ [learner] in try $0.person(learner) }) { [self] person in
            kept.name = person.name ?? ""
            kept.guardian = person.guardian ?? ""
            if !kept.isRead { begin(person) }
            ask()
        }
    }

    private func begin(_ person: Person) {
        kept.isRead = true
        kept.address = person.address
        kept.picture = person.pictogram
        kept.isChild = person.guardian != nil
    }

    private func guardian() {
        question("guardian-name") { page in
            guardianField(page)
            next(page) { [self] in kept.guardian.trimmed.isEmpty ? "guardian-missing" : nil }
        }
    }

    override func finish(_ button: String) {
        let person = Person(
            name: name, address: kept.address ?? .ban, pictogram: kept.picture ?? 0,
            guardian: kept.isChild ? kept.guardian.trimmed : nil)
        act({ [learner] in try $0.setPerson(learner, person) }) { [self] in
            fault($0.words, before: button)
        } _: { [self] in
            leaveForm()
        }
    }
}
