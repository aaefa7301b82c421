import Foundation

/// An option, and the index that goes into the response.
public struct Option: Equatable, Sendable {
    public let index: Int
    public let text: Line

    public init(_ index: Int, _ text: Line) {
        self.index = index
        self.text = text
    }
}

/// How a question is answered; options stand in the order in which they are shown.
public enum Kind: Equatable, Sendable {
    case single([Option])
    case multiple([Option])
    case trueFalse
    case match(lefts: [Line], rights: [Option])
    case order([Option])

    /// A nil in `text` is the next gap.
    case gap(text: [Line?], gaps: [[Option]])
    case text(marksOptional: Bool)
    case number(unit: String)
}

public struct Question: Equatable, Sendable {
    public let id: String
    public let prompt: Line
    public let picture: Data?
    public let pictureAlt: String
    public let kind: Kind
    public let hint: Line?

    public init(id: String, prompt: Line, picture: Data?, pictureAlt: String, kind: Kind, hint: Line?) {
        self.id = id
        self.prompt = prompt
        self.picture = picture
        self.pictureAlt = pictureAlt
        self.kind = kind
        self.hint = hint
    }
}

/// What a learner answered, in indices of the options.
public enum Response: Equatable, Codable, Sendable {
    case single(Int)
    case multiple([Int])
    case trueFalse(Bool)
    case match([Int?])
    case order([Int])
    case gap([Int?])
    case text(String)
    case number(Int64)
}

/// What is said to an answer. `parts` tells of each option, pair or gap whether it is right.
public struct Said: Equatable, Sendable {
    public let question: Question
    public let response: Response
    public let correct: Bool
    public let points: Int
    public let possible: Int
    public let parts: [Int: Bool]
    public let feedback: [Line]
    public let reason: Line
    public let rightAnswer: [Line]
    public let fact: Fact?

    public init(
        question: Question, response: Response, correct: Bool, points: Int, possible: Int, parts: [Int: Bool],
        feedback: [Line], reason: Line, rightAnswer: [Line], fact: Fact?
    ) {
        self.question = question
        self.response = response
        self.correct = correct
        self.points = points
        self.possible = possible
        self.parts = parts
        self.feedback = feedback
        self.reason = reason
        self.rightAnswer = rightAnswer
        self.fact = fact
    }
}
