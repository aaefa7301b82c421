/// Where somebody is: all that is needed to show a screen again in another process. It names people by
/// id alone, since the system keeps it outside of the sealed table of people.
public enum Place: Codable, Equatable, Sendable {
    case people
    case add
    case pin(learner: String)
    case home(learner: String)
    case course(learner: String, course: String)
    case lesson(learner: String, course: String, lesson: String)
    case lessonDone(learner: String, course: String, lesson: String)

    /// Begins the quiz, or goes on with the unfinished attempt.
    case quiz(learner: String, course: String, quiz: String)
    case attempt(learner: String, attempt: String)
    case result(learner: String, attempt: String)
    case record(learner: String)
    case join(learner: String)
}
