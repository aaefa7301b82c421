/// What is known of one thing that she can do. `dots` is 0 to 4, nil where `missing` more answers are
/// needed to say anything; `before` is what the self-assessment before this one said.
public struct Skill: Equatable, Sendable {
    public let name: String
    public let dots: Int?
    public let missing: Int
    public let before: Int?

    public init(name: String, dots: Int?, missing: Int, before: Int? = nil) {
        self.name = name
        self.dots = dots
        self.missing = missing
        self.before = before
    }
}

/// How far she is: what is next, what she can do, every course. `assessed` is her last self-assessment.
public struct MyProgress: Equatable, Sendable {
    public let home: Home
    public let skills: [Skill]
    public let assessed: String?

    public init(home: Home, skills: [Skill], assessed: String?) {
        self.home = home
        self.skills = skills
        self.assessed = assessed
    }
}

/// The self-assessment of this phone; `questions` is 0 where no course brings any. `unfinished` waits at
/// question `next`.
public struct Assessment: Equatable, Sendable {
    public let who: Learner
    public let questions: Int
    public let minutes: Int
    public let unfinished: String?
    public let next: Int
    public let last: String?

    public init(who: Learner, questions: Int, minutes: Int, unfinished: String?, next: Int, last: String?) {
        self.who = who
        self.questions = questions
        self.minutes = minutes
        self.unfinished = unfinished
        self.next = next
        self.last = last
    }
}
