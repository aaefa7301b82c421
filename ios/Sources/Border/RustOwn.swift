import HocvuCore
import Screens

/// What a learner decides about herself, by the border's room of learners.
extension RustCore {
    public func person(_ learner: String) throws -> Person {
        try asking {
            let view = try found(learner)
            return Person(
                name: view.name, address: view.address.toScreen(), pictogram: Int(view.pictogram),
                guardian: view.guardian)
        }
    }

    public func setPerson(_ learner: String, _ person: Person) throws {
        try asking { try hocvu.learners().setPerson(learner: learner, request: person.toBorder()) }
    }

    public func changePin(_ learner: String, _ old: String, _ new: String?) throws {
        try asking { try hocvu.learners().changePin(learner: learner, old: old, new: new) }
    }

    public func forgetPin(_ learner: String) throws {
        try asking { try hocvu.learners().setPin(learner: learner, pin: nil) }
    }

    public func setCounts(_ learner: String, _ counts: Bool) throws {
        try asking { try hocvu.learners().setConsent(learner: learner, purpose: .count, given: counts) }
    }

    public func card(_ learner: String, _ pin: String, withName: Bool) throws -> Card {
        try asking {
            let shown = try hocvu.learners().showCard(learner: learner, pin: pin, withName: withName)
            let qr = Qr(side: Int(shown.qr.side), points: shown.qr.points.map { $0 != 0 })
            return Card(who: try found(learner).toScreen(), typed: shown.typed, qr: qr)
        }
    }

    public func readCard(_ typed: String) throws -> ReadCard {
        try asking {
            let card = try hocvu.learners().readCard(text: typed)
            return ReadCard(name: card.name, here: try hocvu.learners().get(learner: card.learner)?.toScreen())
        }
    }

    public func takeIn(_ card: String, _ person: Person) throws -> String {
        try asking { try hocvu.learners().takeIn(request: TakeInRequest(card: card, person: person.toBorder())) }
    }

    private func found(_ learner: String) throws -> LearnerView {
        guard let found = try hocvu.learners().get(learner: learner) else { throw rust.notFound }
        return found
    }
}
