/// A question of an attempt; `number` is from 1, `index` is what it is answered with.
public struct Asked: Equatable, Sendable {
    public let number: Int
    public let of: Int
    public let index: Int
    public let question: Question

    public init(number: Int, of: Int, index: Int, question: Question) {
        self.number = number
        self.of = of
        self.index = index
        self.question = question
    }
}

/// An attempt at a quiz or, with `isAssessment`, a self-assessment, which has no title and says nothing
/// to an answer; `asked` is nil when all is answered.
public struct Attempt: Equatable, Sendable {
    public let who: Learner
    public let id: String
    public let title: String
    public let asked: Asked?
    public let isAssessment: Bool

    public init(who: Learner, id: String, title: String, asked: Asked?, isAssessment: Bool = false) {
        self.who = who
        self.id = id
        self.title = title
        self.asked = asked
        self.isAssessment = isAssessment
    }
}

public struct LessonHint: Hashable, Sendable {
    public let course: String
    public let lesson: String
    public let title: String

    public init(course: String, lesson: String, title: String) {
        self.course = course
        self.lesson = lesson
        self.title = title
    }
}

public struct QuizResult: Equatable, Sendable {
    public let who: Learner
    public let title: String
    public let course: String?
    public let correct: Int
    public let answered: Int
    public let lookAgain: [LessonHint]
    public let answers: [Said]
    public let assessed: Assessed?

    public init(
        who: Learner, title: String, course: String?, correct: Int, answered: Int, lookAgain: [LessonHint],
        answers: [Said], assessed: Assessed? = nil
    ) {
        self.who = who
        self.title = title
        self.course = course
        self.correct = correct
        self.answered = answered
        self.lookAgain = lookAgain
        self.answers = answers
        self.assessed = assessed
    }
}

/// What a self-assessment says: each competence, and lessons that would help most. `policy` is the
/// version of its rule.
public struct Assessed: Equatable, Sendable {
    public let skills: [Skill]
    public let help: [LessonHint]
    public let policy: Int

    public init(skills: [Skill], help: [LessonHint], policy: Int) {
        self.skills = skills
        self.help = help
        self.policy = policy
    }
}
