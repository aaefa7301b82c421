/// Whose turn it is: somebody with a name here, or somebody who looks without one, of whom nothing is
/// kept.
public enum Visitor: Codable, Hashable, Sendable {
    case known(String)
    case guest(String)
}

/// What a guest sees first.
public struct GuestHome: Equatable, Sendable {
    public let who: Learner
    public let courses: [Course]

    public init(who: Learner, courses: [Course]) {
        self.who = who
        self.courses = courses
    }
}
