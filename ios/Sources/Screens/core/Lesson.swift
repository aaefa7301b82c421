import Foundation

public struct Day: Equatable, Sendable {
    public let year: Int
    public let month: Int
    public let day: Int

    public init(_ year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }
}

public enum FactStatus: Equatable, Sendable { case read, oneSource, unverified }

public struct Fact: Equatable, Sendable {
    public let id: String
    public let text: Line
    public let source: String
    public let checkedOn: Day
    public let reviewAfter: Day
    public let status: FactStatus

    public init(id: String, text: Line, source: String, checkedOn: Day, reviewAfter: Day, status: FactStatus) {
        self.id = id
        self.text = text
        self.source = source
        self.checkedOn = checkedOn
        self.reviewAfter = reviewAfter
        self.status = status
    }
}

/// A piece of a lesson's screen.
public indirect enum Block: Equatable, Sendable {
    case text(Line)
    case heading(Line)
    case steps([Line])
    case points([Line])
    case picture(file: String, alt: String)
    case tip([Block])
    case warning([Block])
    case remember([Block])

    /// `words` stand in place of the fact's own.
    case fact(String, words: Line?)

    /// A sound, and what is said in it.
    case audio(file: String, words: Line)
    case check(String)
}

/// A lesson and all that it shows; `screen` is where to go on, from 0.
public struct LessonPage: Equatable, Sendable {
    public let who: Learner
    public let title: String
    public let screen: Int
    public let screens: [[Block]]
    public let facts: [String: Fact]
    public let pictures: [String: Data]
    public let checks: [String: Question]

    public init(
        who: Learner, title: String, screen: Int, screens: [[Block]], facts: [String: Fact],
        pictures: [String: Data], checks: [String: Question]
    ) {
        self.who = who
        self.title = title
        self.screen = screen
        self.screens = screens
        self.facts = facts
        self.pictures = pictures
        self.checks = checks
    }
}
