import Foundation
import HocvuCore
import Screens

extension LearnerView {
    func toScreen() -> Learner {
        Learner(id: id, name: name, you: you, pictogram: Int(pictogram), hasPin: hasPin, counts: counts)
    }
}

extension CourseProgressView {
    func toScreen(picture: Data?) -> Course {
        Course(
            id: course.id,
            title: course.title,
            summary: course.summary,
            picture: picture,
            done: Int(done),
            of: Int(of),
            lessons: lessons.map { $0.toScreen() },
            quizzes: quizzes.map { $0.toScreen() })
    }
}

extension LessonProgressView {
    fileprivate func toScreen() -> LessonLine {
        LessonLine(id: lesson.id, title: lesson.title, minutes: Int(lesson.minutes), stage: stage.toScreen())
    }
}

extension StageView {
    fileprivate func toScreen() -> Stage {
        switch self {
        case .new: .new
        case .begun: .begun
        case .finished: .finished
        }
    }
}

extension QuizProgressView {
    fileprivate func toScreen() -> QuizLine {
        QuizLine(
            id: quiz.id, title: quiz.title, questions: Int(quiz.questions), unfinished: unfinished, last: last)
    }
}

extension NextView {
    /// The self-assessment has no screen here yet, so nothing leads to it.
    func toScreen() -> Next {
        switch self {
        case .attempt(let id, let purpose, let title):
            purpose == .practice ? .attempt(attempt: id, title: title) : .allDone
        case .lesson(let course, let lesson, let title, _): .lesson(course: course, lesson: lesson, title: title)
        case .quiz(let course, let quiz, let title): .quiz(course: course, quiz: quiz, title: title)
        case .assessment, .allDone: .allDone
        }
    }
}

extension ResultView {
    func toScreen(who: Learner, _ media: Media) throws -> QuizResult {
        QuizResult(
            who: who,
            title: title,
            course: course,
            correct: Int(correct),
            answered: Int(answered),
            lookAgain: correct == answered ? [] : lookAgain,
            answers: try answers.map { try $0.toScreen(media) })
    }

    /// The lessons of what was not all right, each once.
    private var lookAgain: [LessonHint] {
        var hints: [LessonHint] = []
        for found in competences where found.points < found.possible {
            for lesson in found.lessons {
                let hint = LessonHint(course: lesson.course, lesson: lesson.lesson, title: lesson.title)
                if !hints.contains(hint) { hints.append(hint) }
            }
        }
        return hints
    }
}

extension RecordView {
    func toScreen(who: Learner) -> Record {
        Record(
            who: who,
            events: Int(events),
            here: Int(here),
            received: Int(received),
            counted: Int(counted),
            copies: Int(copies),
            stations: relays.map { $0.toScreen() })
    }
}

extension RelayView {
    func toScreen() -> Station {
        Station(no: no, name: name, counts: counts, waiting: Int(waiting), told: told)
    }
}

extension RoundView {
    func toScreen(station: String) -> SyncReport {
        SyncReport(station: station, inStep: inStep, received: Int(received), copies: Int(copies), told: told)
    }
}
