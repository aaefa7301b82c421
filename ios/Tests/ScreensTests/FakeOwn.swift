import Foundation

@testable import Screens

let hint = LessonHint(course: courseId, lesson: lessonId, title: lessonTitle)

let skills = [
    Skill(name: "Giữ máy và mật khẩu an toàn", dots: 3, missing: 0, before: 1),
    Skill(name: "Nhận ra tin giả, tin lừa đảo", dots: nil, missing: 2),
]

/// What a learner decides about herself, what a guest does, and how far somebody is.
extension FakeCore {
    func progress(_ learner: String) throws -> MyProgress {
        MyProgress(home: try home(learner), skills: skills, assessed: now.isAssessed ? "s1" : nil)
    }

    func guestHome(_ guest: String?) throws -> GuestHome {
        let who = try who(.guest(guest ?? "g1"))
        return GuestHome(who: who, courses: [try course(.guest(who.id), courseId).course])
    }

    func assessment(_ visitor: Visitor) throws -> Assessment {
        let held = now
        let isBegun = !held.answers.isEmpty && held.answers.count < questions.count
        return Assessment(
            who: try who(visitor), questions: questions.count, minutes: 5, unfinished: isBegun ? "s1" : nil,
            next: held.answers.count + 1, last: held.isAssessed ? "s1" : nil)
    }

    func startAssessment(_ visitor: Visitor) throws -> Attempt {
        now.isAssessed = true
        return try attempt(visitor, "s1")
    }

    func keep(_ guest: String, _ learner: String, _ pin: String) throws -> String? {
        try checkPin(learner, pin)
        now.kept.append("\(guest) as \(learner)")
        return "s1"
    }

    func forget(_ guest: String) throws { now.forgotten.append(guest) }

    func person(_ learner: String) throws -> Person {
        let who = try self.learner(learner)
        return Person(name: who.name, address: .ba, pictogram: who.pictogram, guardian: now.guardian)
    }

    func setPerson(_ learner: String, _ person: Person) throws {
        try change(learner) { who in
            Learner(
                id: who.id, name: person.name, you: words.say("address-\(person.address.rawValue)"),
                pictogram: person.pictogram, hasPin: who.hasPin, counts: who.counts)
        }
    }

    func changePin(_ learner: String, _ old: String, _ new: String?) throws {
        try checkPin(learner, old)
        if let new, new.count != 4 { throw Failure(.invalid, title: "", words: words.say("pin-form")) }
        now.pins[learner] = new
        try change(learner) { who in
            Learner(
                id: who.id, name: who.name, you: who.you, pictogram: who.pictogram, hasPin: new != nil,
                counts: who.counts)
        }
    }

    func forgetPin(_ learner: String) throws { try changePin(learner, now.pins[learner] ?? "", nil) }

    func setCounts(_ learner: String, _ counts: Bool) throws {
        try change(learner) { who in
            Learner(
                id: who.id, name: who.name, you: who.you, pictogram: who.pictogram, hasPin: who.hasPin,
                counts: counts)
        }
    }

    func card(_ learner: String, _ pin: String, withName: Bool) throws -> Card {
        try checkPin(learner, pin)
        let points = [true, false, false, true]
        return Card(
            who: try self.learner(learner), typed: withName ? "HOCVUC LAN0" : "HOCVUC AAAA",
            qr: Qr(side: 2, points: points))
    }

    func readCard(_ typed: String) throws -> ReadCard {
        if !typed.hasPrefix("HOCVUC") {
            throw Failure(.invalid, title: "", words: words.say("takein-not-a-card"))
        }
        return ReadCard(
            name: typed.hasSuffix("LAN0") ? "Lan" : nil,
            here: typed.contains("HERE") ? now.learners.first : nil)
    }

    func takeIn(_ card: String, _ person: Person) throws -> String {
        try add(
            NewLearner(
                name: person.name ?? "", address: person.address, pictogram: person.pictogram, group: .citizen,
                isChild: false, guardian: nil, consentRecord: true, consentCount: false))
    }

    private func change(_ learner: String, _ change: (Learner) -> Learner) throws {
        if let failure = now.writesFail { throw failure }
        now.learners = now.learners.map { $0.id == learner ? change($0) : $0 }
    }
}
