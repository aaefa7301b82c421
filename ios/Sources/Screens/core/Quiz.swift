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

/// An attempt at a quiz; `asked` is nil when all is answered.
public struct Attempt: Equatable, Sendable {
    public let who: Learner
    public let id: String
    public let title: String
    public let asked: Asked?

    public init(who: Learner, id: String, title: String, asked: Asked?) {
        self.who = who
        self.id = id
        self.title = title
        self.asked = asked
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

    public init(
        who: Learner, title: String, course: String?, correct: Int, answered: Int, lookAgain: [LessonHint],
        answers: [Said]
    ) {
        self.who = who
        self.title = title
        self.course = course
        self.correct = correct
        self.answered = answered
        self.lookAgain = lookAgain
        self.answers = answers
    }
}
