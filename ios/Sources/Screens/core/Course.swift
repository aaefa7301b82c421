import Foundation

public enum Stage: Equatable, Sendable { case new, begun, finished }

public struct LessonLine: Equatable, Sendable {
    public let id: String
    public let title: String
    public let minutes: Int
    public let stage: Stage

    public init(id: String, title: String, minutes: Int, stage: Stage) {
        self.id = id
        self.title = title
        self.minutes = minutes
        self.stage = stage
    }
}

/// A practice quiz; `unfinished` and `last` are attempts.
public struct QuizLine: Equatable, Sendable {
    public let id: String
    public let title: String
    public let questions: Int
    public let unfinished: String?
    public let last: String?

    public init(id: String, title: String, questions: Int, unfinished: String?, last: String?) {
        self.id = id
        self.title = title
        self.questions = questions
        self.unfinished = unfinished
        self.last = last
    }
}

/// A course and how far a learner is with it. `picture` is SVG, nil where it is not held.
public struct Course: Equatable, Sendable {
    public let id: String
    public let title: String
    public let summary: String
    public let picture: Data?
    public let done: Int
    public let of: Int
    public let lessons: [LessonLine]
    public let quizzes: [QuizLine]
    public let minutes: Int

    public init(
        id: String, title: String, summary: String, picture: Data?, done: Int, of: Int, lessons: [LessonLine],
        quizzes: [QuizLine], minutes: Int
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.picture = picture
        self.done = done
        self.of = of
        self.lessons = lessons
        self.quizzes = quizzes
        self.minutes = minutes
    }
}

/// The one thing that she could do next. An attempt without a title is at the self-assessment.
public enum Next: Equatable, Sendable {
    case attempt(attempt: String, title: String)
    case lesson(course: String, lesson: String, title: String)
    case quiz(course: String, quiz: String, title: String)
    case assessment
    case allDone
}

public struct Home: Equatable, Sendable {
    public let who: Learner
    public let next: Next
    public let courses: [Course]
    public let recorded: Int

    public init(who: Learner, next: Next, courses: [Course], recorded: Int) {
        self.who = who
        self.next = next
        self.courses = courses
        self.recorded = recorded
    }
}

public struct CoursePage: Equatable, Sendable {
    public let who: Learner
    public let course: Course

    public init(who: Learner, course: Course) {
        self.who = who
        self.course = course
    }
}
