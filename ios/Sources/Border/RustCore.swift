import Foundation
import HocvuCore
import Screens

/// The core behind the screens. This folder alone sees generated code: each function asks the rooms of
/// the border and turns what they give into what screens know.
public final class RustCore: Core {
    private let hocvu: Hocvu
    private let rust: RustWords

    init(_ hocvu: Hocvu) {
        self.hocvu = hocvu
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

    public func home(_ learner: String) throws -> Home {
        try asking {
            let home = try hocvu.progress().home(learner: learner)
            let courses = try home.courses.map { $0.toScreen(picture: try picture($0.course)) }
            return Home(
                who: try who(learner), next: home.next.toScreen(), courses: courses, recorded: Int(home.recorded))
        }
    }

    public func course(_ learner: String, _ course: String) throws -> CoursePage {
        try asking {
            guard let found = try hocvu.progress().course(learner: learner, course: course) else {
                throw rust.notFound
            }
            return CoursePage(who: try who(learner), course: found.toScreen(picture: try picture(found.course)))
        }
    }

    public func lesson(_ learner: String, _ course: String, _ lesson: String) throws -> LessonPage {
        try asking {
            guard let page = try hocvu.courses().lesson(learner: learner, course: course, lesson: lesson) else {
                throw rust.notFound
            }
            return page.toScreen(who: try who(learner))
        }
    }

    public func seeScreen(_ learner: String, _ course: String, _ lesson: String, _ screen: Int) throws {
        try asking {
            try hocvu.progress().seeScreen(learner: learner, course: course, lesson: lesson, screen: UInt32(screen))
        }
    }

    public func finishLesson(_ learner: String, _ course: String, _ lesson: String) throws {
        try asking { try hocvu.progress().finishLesson(learner: learner, course: course, lesson: lesson) }
    }

    public func answerCheck(
        _ learner: String, _ course: String, _ question: String, _ response: Response, _ tenths: Int
    ) throws -> Said {
        try asking {
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

    public func startQuiz(_ learner: String, _ course: String, _ quiz: String) throws -> Attempt {
        try asking {
            try hocvu.quizzes().startPractice(learner: learner, course: course, quiz: quiz)
                .toScreen(who: try who(learner), media)
        }
    }

    public func attempt(_ learner: String, _ attempt: String) throws -> Attempt {
        try asking {
            try hocvu.quizzes().attempt(taker: .learner(id: learner), attempt: attempt)
                .toScreen(who: try who(learner), media)
        }
    }

    public func answer(
        _ learner: String, _ attempt: String, _ index: Int, _ response: Response, _ tenths: Int
    ) throws -> Said {
        try asking {
            try hocvu.quizzes().answer(
                taker: .learner(id: learner), attempt: attempt, index: UInt32(index), response: response.toBorder(),
                tenths: UInt32(tenths)
            ).toScreen(media)
        }
    }

    public func answered(_ learner: String, _ attempt: String, _ index: Int) throws -> Said? {
        try asking {
            try hocvu.quizzes().answered(taker: .learner(id: learner), attempt: attempt, index: UInt32(index))?
                .toScreen(media)
        }
    }

    public func result(_ learner: String, _ attempt: String) throws -> QuizResult {
        try asking {
            try hocvu.quizzes().result(taker: .learner(id: learner), attempt: attempt)
                .toScreen(who: try who(learner), media)
        }
    }

    public func record(_ learner: String) throws -> Record {
        try asking { try hocvu.sync().whereIs(learner: learner).toScreen(who: try who(learner)) }
    }

    public func join(_ code: String) throws -> Station {
        try asking { try hocvu.sync().join(code: code).toScreen() }
    }

    public func sync() async throws -> [SyncReport] {
        try await rounds(try asking { try hocvu.sync().relays() })
    }

    public func syncDue() async throws -> [SyncReport] {
        try await rounds(
            try asking {
                let due = try hocvu.sync().due().relays
                return try hocvu.sync().relays().filter { due.contains($0.no) }
            })
    }

    /// One station after the other: two at once would share a slow line.
    private func rounds(_ relays: [RelayView]) async throws -> [SyncReport] {
        do {
            var reports: [SyncReport] = []
            for relay in relays {
                let round = try await hocvu.sync().round(relay: relay.no, listener: nil)
                reports.append(round.toScreen(station: relay.name))
            }
            return reports
        } catch let failure as HocvuFailure {
            throw failure.toScreen()
        }
    }

    /// Closes the data folder. The phone never does: it ends the process.
    public func shut() { hocvu.shut() }

    private func who(_ learner: String) throws -> Learner {
        guard let found = try hocvu.learners().get(learner: learner) else { throw rust.notFound }
        return found.toScreen()
    }

    private func picture(_ course: CourseView) throws -> Data? { try media(course.id, course.picture) }

    private func media(_ course: String, _ file: String) throws -> Data? {
        try hocvu.courses().media(course: course, file: file)
    }
}

/// Gives the bytes of a course's file, nil where it is not held.
typealias Media = (_ course: String, _ file: String) throws -> Data?

func asking<T>(_ call: () throws -> T) throws -> T {
    do {
        return try call()
    } catch let failure as HocvuFailure {
        throw failure.toScreen()
    }
}
