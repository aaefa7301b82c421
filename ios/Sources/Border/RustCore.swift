import Foundation
import HocvuCore
import Screens

/// The core behind the screens. This folder alone sees generated code: each function asks the rooms of
/// the border and turns what they give into what screens know.
public final class RustCore: Core {
    let hocvu: Hocvu
    let rust: RustWords
    let surroundings: any PlatformSurroundings

    init(_ hocvu: Hocvu, _ surroundings: any PlatformSurroundings) {
        self.hocvu = hocvu
        self.surroundings = surroundings
        rust = RustWords(texts: hocvu.texts(), quizzes: hocvu.quizzes())
    }

    public var words: any Words { rust }

    public func people() throws -> [Learner] {
        try asking { try hocvu.learners().list().map { $0.toScreen() } }
    }

    public func learner(_ learner: String) throws -> Learner { try asking { try who(learner) } }

    public func add(_ request: NewLearner) throws -> String {
        try asking { try hocvu.learners().add(request: request.toBorder()) }
    }

    public func checkPin(_ learner: String, _ pin: String) throws {
        try asking { try hocvu.learners().checkPin(learner: learner, pin: pin) }
    }

    public func home(_ learner: String) throws -> Home { try asking { try first(learner) } }

    public func progress(_ learner: String) throws -> MyProgress {
        try asking {
            let known = try hocvu.progress().mastery(learner: learner)
            let skills = known.map {
                Skill(name: rust.skill($0.competence), dots: $0.dots.map { Int($0) }, missing: Int($0.missing))
            }
            let last = try hocvu.quizzes().lastAssessment(learner: learner)
            return MyProgress(home: try first(learner), skills: skills, assessed: last)
        }
    }

    public func guestHome(_ guest: String?) throws -> GuestHome {
        try asking {
            let who = try who(.guest(guest ?? hocvu.quizzes().newGuest()))
            let courses = try hocvu.courses().list().map { $0.toScreen(picture: try picture($0)) }
            return GuestHome(who: who, courses: courses)
        }
    }

    public func course(_ visitor: Visitor, _ course: String) throws -> CoursePage {
        try asking {
            let found: Course? =
                switch visitor {
                case .known(let learner):
                    try hocvu.progress().course(learner: learner, course: course)
                        .map { $0.toScreen(picture: try picture($0.course)) }
                case .guest:
                    try hocvu.courses().lessons(course: course).map { $0.toScreen(picture: try picture($0.course)) }
                }
            guard let found else { throw rust.notFound }
            return CoursePage(who: try who(visitor), course: found)
        }
    }

    public func lesson(_ visitor: Visitor, _ course: String, _ lesson: String) throws -> LessonPage {
        try asking {
            let page = try hocvu.courses().lesson(learner: visitor.learner, course: course, lesson: lesson)
            guard let page else { throw rust.notFound }
            return page.toScreen(who: try who(visitor))
        }
    }

    public func seeScreen(_ visitor: Visitor, _ course: String, _ lesson: String, _ screen: Int) throws {
        guard let learner = visitor.learner else { return }
        try asking {
            try hocvu.progress().seeScreen(learner: learner, course: course, lesson: lesson, screen: UInt32(screen))
        }
    }

    public func finishLesson(_ visitor: Visitor, _ course: String, _ lesson: String) throws {
        guard let learner = visitor.learner else { return }
        try asking { try hocvu.progress().finishLesson(learner: learner, course: course, lesson: lesson) }
    }

    public func answerCheck(
        _ visitor: Visitor, _ course: String, _ question: String, _ response: Response, _ tenths: Int
    ) throws -> Said {
        guard let learner = visitor.learner else { return try judgeCheck(course, question, response) }
        return try asking {
            try hocvu.quizzes().answerCheck(
                learner: learner, course: course, question: question, response: response.toBorder(),
                tenths: UInt32(tenths)
            ).toScreen(media)
        }
    }

    public func judgeCheck(_ course: String, _ question: String, _ response: Response) throws -> Said {
        try asking {
            try hocvu.quizzes().judgeCheck(course: course, question: question, response: response.toBorder())
                .toScreen(media)
        }
    }

    public func startQuiz(_ visitor: Visitor, _ course: String, _ quiz: String) throws -> Attempt {
        try asking {
            guard let learner = visitor.learner else { throw rust.notFound }
            return try hocvu.quizzes().startPractice(learner: learner, course: course, quiz: quiz)
                .toScreen(who: try who(visitor), media)
        }
    }

    public func assessment(_ visitor: Visitor) throws -> Assessment {
        try asking { try hocvu.quizzes().assessment(taker: visitor.toBorder()).toScreen(who: try who(visitor)) }
    }

    public func startAssessment(_ visitor: Visitor) throws -> Attempt {
        try asking {
            try hocvu.quizzes().startAssessment(taker: visitor.toBorder()).toScreen(who: try who(visitor), media)
        }
    }

    public func attempt(_ visitor: Visitor, _ attempt: String) throws -> Attempt {
        try asking {
            try hocvu.quizzes().attempt(taker: visitor.toBorder(), attempt: attempt)
                .toScreen(who: try who(visitor), media)
        }
    }

    public func answer(
        _ visitor: Visitor, _ attempt: String, _ index: Int, _ response: Response, _ tenths: Int
    ) throws -> Said {
        try asking {
            try hocvu.quizzes().answer(
                taker: visitor.toBorder(), attempt: attempt, index: UInt32(index), response: response.toBorder(),
                tenths: UInt32(tenths)
            ).toScreen(media)
        }
    }

    public func answered(_ visitor: Visitor, _ attempt: String, _ index: Int) throws -> Said? {
        try asking {
            try hocvu.quizzes().answered(taker: visitor.toBorder(), attempt: attempt, index: UInt32(index))?
                .toScreen(media)
        }
    }

    public func result(_ visitor: Visitor, _ attempt: String) throws -> QuizResult {
        try asking {
            try hocvu.quizzes().result(taker: visitor.toBorder(), attempt: attempt)
                .toScreen(who: try who(visitor), media, rust.skill)
        }
    }

    public func keep(_ guest: String, _ learner: String, _ pin: String) throws -> String? {
        try asking {
            try hocvu.learners().checkPin(learner: learner, pin: pin)
            return try hocvu.quizzes().attach(guest: guest, learner: learner)
        }
    }

    public func forget(_ guest: String) throws { try asking { try hocvu.quizzes().discardGuest(guest: guest) } }

    public func record(_ learner: String) throws -> Record {
        try asking { try hocvu.sync().whereIs(learner: learner).toScreen(who: try who(learner)) }
    }

    public func join(_ code: String) throws -> Station {
        try asking { try hocvu.sync().join(code: code).toScreen() }
    }

    public func sync() async throws -> [SyncReport] {
        try await rounds(try asking { try hocvu.sync().relays() })
    }

    /// One station after the other: two at once would share a slow line. Generated Swift does not tell
    /// Rust of a cancelled task, so a round that was begun goes on to its end; none is begun after that.
    func rounds(_ relays: [RelayView]) async throws -> [SyncReport] {
        try await askingNetwork {
            var reports: [SyncReport] = []
            for relay in relays {
                try Task.checkCancellation()
                let round = try await hocvu.sync().round(relay: relay.no, listener: nil)
                reports.append(round.toScreen(station: relay.name))
            }
            return reports
        }
    }

    /// Closes the data folder. The phone never does: it ends the process.
    public func shut() { hocvu.shut() }

    private func who(_ learner: String) throws -> Learner {
        guard let found = try hocvu.learners().get(learner: learner) else { throw rust.notFound }
        return found.toScreen()
    }

    private func who(_ visitor: Visitor) throws -> Learner {
        switch visitor {
        case .known(let learner): try who(learner)
        case .guest(let guest): guestLearner(guest, rust)
        }
    }

    private func first(_ learner: String) throws -> Home {
        let home = try hocvu.progress().home(learner: learner)
        let courses = try home.courses.map { $0.toScreen(picture: try picture($0.course)) }
        return Home(who: try who(learner), next: home.next.toScreen(), courses: courses, recorded: Int(home.recorded))
    }

    private func picture(_ course: CourseView) throws -> Data? { try media(course.id, course.picture) }

    private func media(_ course: String, _ file: String) throws -> Data? {
        try hocvu.courses().media(course: course, file: file)
    }
}

/// Gives the bytes of a course's file, nil where it is not held.
typealias Media = (_ course: String, _ file: String) throws -> Data?

func askingNetwork<T>(_ call: () async throws -> T) async throws -> T {
    do {
        return try await call()
    } catch let failure as HocvuFailure {
        throw failure.toScreen()
    }
}

func asking<T>(_ call: () throws -> T) throws -> T {
    do {
        return try call()
    } catch let failure as HocvuFailure {
        throw failure.toScreen()
    }
}
