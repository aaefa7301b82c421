/// Everything that the screens ask for: one call for a screen or an action.
///
/// A call may wait for the disk, so it is made through `Work`, never from the thread that draws;
/// `Words` alone may be asked from anywhere. What goes wrong is thrown as a `Failure`.
public protocol Core: OwnCalls, PhoneCalls, FetchCalls {
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

    /// How far she is with everything, and what she can do.
    func progress(_ learner: String) throws -> MyProgress

    /// A guest's first screen; with nil, of somebody who has just come.
    func guestHome(_ guest: String?) throws -> GuestHome

    func course(_ visitor: Visitor, _ course: String) throws -> CoursePage

    func lesson(_ visitor: Visitor, _ course: String, _ lesson: String) throws -> LessonPage

    /// Notes the screen of a lesson that she sees, from 0; nothing for a guest.
    func seeScreen(_ visitor: Visitor, _ course: String, _ lesson: String, _ screen: Int) throws

    func finishLesson(_ visitor: Visitor, _ course: String, _ lesson: String) throws

    /// Grades the answer to a check inside a lesson; a guest's is not kept. `tenths` of a second were
    /// taken for it.
    func answerCheck(
        _ visitor: Visitor, _ course: String, _ question: String, _ response: Response, _ tenths: Int
    ) throws -> Said

    /// What is said to an answer to a check, once more: nothing is kept.
    func judgeCheck(_ course: String, _ question: String, _ response: Response) throws -> Said

    /// Begins a practice quiz, or goes on with the unfinished one; a guest has none.
    func startQuiz(_ visitor: Visitor, _ course: String, _ quiz: String) throws -> Attempt

    func assessment(_ visitor: Visitor) throws -> Assessment

    /// Begins a self-assessment, or goes on with the unfinished one.
    func startAssessment(_ visitor: Visitor) throws -> Attempt

    func attempt(_ visitor: Visitor, _ attempt: String) throws -> Attempt

    /// Grades an answer; once this returns, it is on the disk. `tenths` of a second were taken for it.
    func answer(
        _ visitor: Visitor, _ attempt: String, _ index: Int, _ response: Response, _ tenths: Int
    ) throws -> Said

    /// What was said to an answer, for a screen that is made again.
    func answered(_ visitor: Visitor, _ attempt: String, _ index: Int) throws -> Said?

    func result(_ visitor: Visitor, _ attempt: String) throws -> QuizResult

    /// Records a guest's self-assessment as a learner's who knows her PIN; gives the attempt, nil where
    /// there is none.
    func keep(_ guest: String, _ learner: String, _ pin: String) throws -> String?

    /// Forgets a guest's self-assessment.
    func forget(_ guest: String) throws

    /// Where her record is.
    func record(_ learner: String) throws -> Record

    /// Joins the station that a code names.
    func join(_ code: String) throws -> Station

    /// Brings this phone into step with all stations, one after the other; waits for the network. Cancelling is as in
    /// `syncDue`.
    func sync() async throws -> [SyncReport]
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

    /// Whom somebody has to compare first, where a course is signed by nobody who is known here.
    public let unknown: UnknownPublisher?

    public init(_ kind: FailureKind, title: String, words: String, unknown: UnknownPublisher? = nil) {
        self.kind = kind
        self.title = title
        self.words = words
        self.unknown = unknown
    }
}
