import Foundation

@testable import Screens

/// A core in memory, with one course, one lesson and one quiz that has every kind of question. A test
/// says what the calls of the next screen fail with.
final class FakeCore: Core, @unchecked Sendable {
    /// What it holds; each look at it is alone.
    struct Held {
        var learners: [Learner] = []
        var pins: [String: String] = [:]
        var added: [NewLearner] = []
        var seen: [Int] = []
        var answers: [Int: Response] = [:]
        var stations: [Station] = []
        var isLessonDone = false
        var isAssessed = false
        var kept: [String] = []
        var forgotten: [String] = []
        var persons: [String: Person] = [:]
        var guardian: String?
        var settings = Settings(
            textPercent: 100, language: "vi", wifiOnly: false, bytesMax: nil, mediaMax: nil,
            languages: [Language(code: "vi", name: "Tiếng Việt"), Language(code: "en", name: "English")],
            used: "3 MB")
        var packs = [Pack(course: courseId, title: courseTitle, version: 2, size: "1 MB", publisher: "")]
        var removed: [Removed] = []
        var sounds: [String: Data] = [:]
        var free: String? = "2 GB"
        var isNearlyFull = false
        var isTrusted = false
        var syncs = 0
        var fetches = Fetches()

        /// Awaited by each sync that nobody asked for, until a test takes it away.
        var onSync: (@Sendable () async -> Void)?
        var attempts = 0

        /// Thrown by whatever writes, until a test takes it away.
        var writesFail: Failure?

        /// Thrown by whatever reads, until a test takes it away.
        var readsFail: Failure?
    }

    private let lock = NSLock()
    private var held = Held()
    let words: any Words = FakeWords()

    var now: Held {
        get { lock.withLock { held } }
        set { lock.withLock { held = newValue } }
    }

    private func write<T>(_ change: (inout Held) throws -> T) throws -> T {
        try lock.withLock {
            if let failure = held.writesFail { throw failure }
            return try change(&held)
        }
    }

    private func read<T>(_ look: (Held) throws -> T) throws -> T {
        try lock.withLock {
            if let failure = held.readsFail { throw failure }
            return try look(held)
        }
    }

    func addLan(pin: String? = nil) {
        let id = "\(now.learners.count)"
        let lan = Learner(
            id: id, name: "Lan", you: "bà", pictogram: now.learners.count, hasPin: pin != nil, counts: true)
        now.learners.append(lan)
        now.pins[id] = pin
    }

    var diskFull: Failure {
        Failure(.diskFull, title: words.say("disk-full-title"), words: words.say("disk-full"))
    }

    func people() throws -> [Learner] { try read { $0.learners } }

    func learner(_ learner: String) throws -> Learner {
        try read { held in
            guard let found = held.learners.first(where: { $0.id == learner }) else {
                throw Failure(.notFound, title: words.say("not-found-title"), words: words.say("not-found"))
            }
            return found
        }
    }

    func add(_ request: NewLearner) throws -> String {
        try write { held in
            held.added.append(request)
            let id = "\(held.learners.count)"
            let you = words.say("address-\(request.address.rawValue)")
            held.learners.append(
                Learner(
                    id: id, name: request.name, you: you, pictogram: request.pictogram, hasPin: false,
                    counts: request.consentCount))
            return id
        }
    }

    func checkPin(_ learner: String, _ pin: String) throws {
        guard let own = now.pins[learner], own != pin else { return }
        throw Failure(.codeRefused, title: "", words: words.say("pin-wrong"))
    }

    func home(_ learner: String) throws -> Home {
        let next: Next =
            now.isLessonDone
            ? .quiz(course: courseId, quiz: quizId, title: quizTitle)
            : .lesson(course: courseId, lesson: lessonId, title: lessonTitle)
        return Home(who: try self.learner(learner), next: next, courses: [course], recorded: now.answers.count)
    }

    func course(_ visitor: Visitor, _ course: String) throws -> CoursePage {
        CoursePage(who: try who(visitor), course: self.course)
    }

    private var course: Course {
        let held = now
        let stage: Stage = held.isLessonDone ? .finished : held.seen.isEmpty ? .new : .begun
        let last = held.answers.count == questions.count ? "a\(held.attempts)" : nil
        return Course(
            id: courseId, title: courseTitle, summary: "Giữ mật khẩu và mã OTP cho riêng mình.",
            picture: lockPicture,
            done: held.isLessonDone ? 1 : 0, of: 1,
            lessons: [LessonLine(id: lessonId, title: lessonTitle, minutes: 4, stage: stage)],
            quizzes: [
                QuizLine(id: quizId, title: quizTitle, questions: questions.count, unfinished: nil, last: last)
            ], minutes: 4)
    }

    func lesson(_ visitor: Visitor, _ course: String, _ lesson: String) throws -> LessonPage {
        LessonPage(
            who: try who(visitor), title: lessonTitle, screen: now.seen.last ?? 0, screens: screens,
            facts: [fact.id: fact], pictures: ["man-hinh.svg": lockPicture],
            checks: [questions[0].id: questions[0]])
    }

    func seeScreen(_ visitor: Visitor, _ course: String, _ lesson: String, _ screen: Int) throws {
        try write { $0.seen.append(screen) }
    }

    func finishLesson(_ visitor: Visitor, _ course: String, _ lesson: String) throws {
        try write { $0.isLessonDone = true }
    }

    func answerCheck(
        _ visitor: Visitor, _ course: String, _ question: String, _ response: Response, _ tenths: Int
    ) throws -> Said {
        try write { _ in }
        return try judgeCheck(course, question, response)
    }

    func judgeCheck(_ course: String, _ question: String, _ response: Response) throws -> Said {
        try read { _ in said(questions.first { $0.id == question }!, response) }
    }

    func startQuiz(_ visitor: Visitor, _ course: String, _ quiz: String) throws -> Attempt {
        let no = try write { held in
            held.attempts += 1
            held.answers = [:]
            return held.attempts
        }
        return try attempt(visitor, "a\(no)")
    }

    func attempt(_ visitor: Visitor, _ attempt: String) throws -> Attempt {
        let at = now.answers.count
        let isAssessment = attempt.hasPrefix("s")
        let asked =
            at < questions.count
            ? Asked(number: at + 1, of: questions.count, index: at, question: questions[at]) : nil
        return Attempt(
            who: try who(visitor), id: attempt, title: isAssessment ? "" : quizTitle, asked: asked,
            isAssessment: isAssessment)
    }

    func answer(
        _ visitor: Visitor, _ attempt: String, _ index: Int, _ response: Response, _ tenths: Int
    ) throws -> Said {
        let first = try write { held in
            held.answers[index] = held.answers[index] ?? response
            return held.answers[index]!
        }
        return said(questions[index], first)
    }

    func answered(_ visitor: Visitor, _ attempt: String, _ index: Int) throws -> Said? {
        now.answers[index].map { said(questions[index], $0) }
    }

    func result(_ visitor: Visitor, _ attempt: String) throws -> QuizResult {
        let all = now.answers.sorted { $0.key < $1.key }.map { said(questions[$0.key], $0.value) }
        return QuizResult(
            who: try who(visitor), title: quizTitle, course: courseId,
            correct: all.filter(\.correct).count, answered: all.count,
            lookAgain: [hint], answers: all,
            assessed: attempt.hasPrefix("s") ? Assessed(skills: skills, help: [hint], policy: 3) : nil)
    }

    func record(_ learner: String) throws -> Record {
        let held = now
        let events = held.answers.count + 4
        let here = held.stations.isEmpty ? events : 2
        return Record(
            who: try self.learner(learner), events: events, here: here, received: events - here, counted: 0,
            copies: 0, others: ["3f2a-91c0"], stations: held.stations)
    }

    func join(_ code: String) throws -> Station {
        if !code.hasPrefix("HOCVU1") { throw Failure(.invalid, title: "", words: words.say("sync-code-mistyped")) }
        let station = Station(no: 1, name: "Nhà văn hóa thôn Đông", counts: false, waiting: 2, told: "")
        now.stations.append(station)
        return station
    }

    func sync() async throws -> [SyncReport] {
        now.stations.map {
            SyncReport(
                station: $0.name, inStep: false, received: 0, copies: 0, told: words.say("trouble-unreachable"))
        }
    }

    func who(_ visitor: Visitor) throws -> Learner {
        switch visitor {
        case .known(let learner): try self.learner(learner)
        case .guest(let guest):
            Learner(id: guest, name: nil, you: "bạn", pictogram: 0, hasPin: false, counts: false, isGuest: true)
        }
    }

    private func said(_ question: Question, _ response: Response) -> Said {
        let correct = response == right[question.id]
        var parts: [Int: Bool] = [:]
        switch response {
        case .multiple(let indices): for index in indices { parts[index] = index < 2 }
        case .match(let indices): for (i, index) in indices.enumerated() { parts[i] = index == i }
        case .gap(let indices): for (i, index) in indices.enumerated() { parts[i] = index == 0 }
        default: break
        }
        return Said(
            question: question, response: response, correct: correct, points: correct ? 1 : 0, possible: 1,
            parts: parts, feedback: [], reason: reason,
            rightAnswer: correct ? [] : [Line("Tắt máy, không đọc mã cho ai")], fact: fact)
    }
}
