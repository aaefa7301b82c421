/// Where somebody is: all that is needed to show a screen again in another process. It names people by
/// id alone, since the system keeps it outside of the sealed table of people.
public enum Place: Codable, Equatable, Sendable {
    case people

    /// Adds somebody; a guest's self-assessment is kept under the new name.
    case add(guest: String?)
    case takeIn
    case pin(learner: String)
    case home(learner: String)
    case me(learner: String)
    case edit(learner: String)
    case newPin(learner: String)
    case consent(learner: String)
    case card(learner: String)
    case progress(learner: String)

    /// Of somebody who looks without a name; nil of one who has just come.
    case guest(String?)
    case course(Visitor, course: String)
    case lesson(Visitor, course: String, lesson: String)
    case lessonDone(Visitor, course: String, lesson: String)

    /// Begins the quiz, or goes on with the unfinished attempt.
    case quiz(Visitor, course: String, quiz: String)
    case assess(Visitor)

    /// Begins a self-assessment, or goes on with the unfinished one.
    case assessment(Visitor)
    case attempt(Visitor, attempt: String)
    case result(Visitor, attempt: String)

    /// Under which name a guest's self-assessment is kept.
    case keep(guest: String)
    case record(learner: String)
    case join(learner: String)
    case courier(learner: String)
    case settings

    /// The courses; a file that another app opened with this one is asked about first.
    case packs(file: String?)

    /// Courses that can be fetched over the network.
    case offers

    /// A file that another app opened with this one, by its path.
    case brought(file: String)

    /// Where somebody begins.
    static func home(_ visitor: Visitor) -> Place {
        switch visitor {
        case .known(let learner): .home(learner: learner)
        case .guest(let guest): .guest(guest)
        }
    }
}
