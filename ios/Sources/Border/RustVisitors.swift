import Foundation
import HocvuCore
import Screens

extension Visitor {
    /// Her id; nil of a guest.
    var learner: String? {
        if case .known(let learner) = self { learner } else { nil }
    }

    func toBorder() -> TakerRequest {
        switch self {
        case .known(let learner): .learner(id: learner)
        case .guest(let guest): .guest(id: guest)
        }
    }
}

/// A guest as screens show her: no name, and addressed as anybody is.
func guestLearner(_ id: String, _ words: any Words) -> Learner {
    Learner(
        id: id, name: nil, you: words.say("address-ban"), pictogram: 0, hasPin: false, counts: false, isGuest: true)
}

extension CourseView {
    /// A course in a list; its lessons are counted, not named.
    func toScreen(picture: Data?) -> Course {
        Course(
            id: id, title: title, summary: summary, picture: picture, done: 0, of: Int(lessons), lessons: [],
            quizzes: [], minutes: Int(minutes))
    }
}

extension CourseLessonsView {
    /// A course for somebody of whom nothing is kept: nothing is begun, and there is no practice.
    func toScreen(picture: Data?) -> Course {
        let lines = lessons.map {
            LessonLine(id: $0.id, title: $0.title, minutes: Int($0.minutes), stage: .new)
        }
        return Course(
            id: course.id, title: course.title, summary: course.summary, picture: picture, done: 0, of: lines.count,
            lessons: lines, quizzes: [], minutes: Int(course.minutes))
    }
}

extension AssessmentView {
    func toScreen(who: Learner) -> Assessment {
        Assessment(
            who: who, questions: Int(questions), minutes: Int(minutes), unfinished: unfinished,
            next: next.map { Int($0) } ?? 1, last: last)
    }
}
