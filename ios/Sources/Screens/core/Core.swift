/// Everything that the screens ask for: one call for a screen or an action.
///
/// A call may wait for the disk, so it is made through `Work`, never from the thread that draws;
/// `Words` alone may be asked from anywhere. What goes wrong is thrown as a `Failure`.
public protocol Core: Sendable {
    /// All words for people.
    var words: any Words { get }

    /// Everybody on this phone, in the order in which they were added.
    func people() throws -> [Learner]

    func learner(_ learner: String) throws -> Learner

    /// Adds a learner; gives her id.
    func add(_ request: NewLearner) throws -> String

    /// Fails where the PIN is wrong or is not looked at because of wrong ones before.
    func checkPin(_ learner: String, _ pin: String) throws

    func home(_ learner: String) throws -> Home

    func course(_ learner: String, _ course: String) throws -> CoursePage

    func lesson(_ learner: String, _ course: String, _ lesson: String) throws -> LessonPage

    /// Notes the screen of a lesson that she sees, from 0.
    func seeScreen(_ learner: String, _ course: String, _ lesson: String, _ screen: Int) throws

    func finishLesson(_ learner: String, _ course: String, _ lesson: String) throws

    /// Grades and keeps the answer to a check inside a lesson. `tenths` of a second were taken for it.
    func answerCheck(
        _ learner: String, _ course: String, _ question: String, _ response: Response, _ tenths: Int
    ) throws -> Said

    /// What is said to an answer to a check, once more: nothing is kept.
    func judgeCheck(_ course: String, _ question: String, _ response: Response) throws -> Said

    /// Begins a practice quiz, or goes on with the unfinished one.
    func startQuiz(_ learner: String, _ course: String, _ quiz: String) throws -> Attempt

    func attempt(_ learner: String, _ attempt: String) throws -> Attempt

    /// Grades an answer; once this returns, it is on the disk. `tenths` of a second were taken for it.
    func answer(
        _ learner: String, _ attempt: String, _ index: Int, _ response: Response, _ tenths: Int
    ) throws -> Said

    /// What was said to an answer, for a screen that is made again.
    func answered(_ learner: String, _ attempt: String, _ index: Int) throws -> Said?

    func result(_ learner: String, _ attempt: String) throws -> QuizResult

    /// Where her record is.
    func record(_ learner: String) throws -> Record

    /// Joins the station that a code names.
    func join(_ code: String) throws -> Station

    /// Brings this phone into step with all stations, one after the other; waits for the network.
    func sync() async throws -> [SyncReport]

    /// Brings this phone into step with the stations that are due, if the network, the battery and the
    /// settings allow it. Waits for the network; cancelling it loses nothing.
    func syncDue() async throws -> [SyncReport]
}

/// Words for people, in the language that is chosen. Waits for nothing.
public protocol Words: Sendable {
    /// A text with its arguments by name. `You` comes from `you`.
    func say(_ key: String, _ words: KeyValuePairs<String, any Sayable>) -> String

    /// Reads a number as people type it, × 1,000; none where it is no number.
    func readNumber(_ typed: String) -> Int64?

    /// A number × 1,000 as people write it.
    func showNumber(_ milli: Int64) -> String
}

extension Words {
    public func say(_ key: String) -> String { say(key, [:]) }
}

/// What stands in a text: a number, which is counted, or words.
public enum Word: Equatable, Sendable {
    case number(Int64)
    case text(String)
}

public protocol Sayable {
    var word: Word { get }
}

extension Int: Sayable {
    public var word: Word { .number(Int64(self)) }
}

extension String: Sayable {
    public var word: Word { .text(self) }
}

/// What screens do differently after a failure.
public enum FailureKind: Equatable, Sendable { case other, notFound, invalid, codeRefused, diskFull }

/// Why a call did not do what was asked, with the words for the person. Nothing kept before is lost.
public struct Failure: Error, Equatable {
    public let kind: FailureKind
    public let title: String
    public let words: String

    public init(_ kind: FailureKind, title: String, words: String) {
        self.kind = kind
        self.title = title
        self.words = words
    }
}
