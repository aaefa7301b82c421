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
            quizzes: quizzes.map { $0.toScreen() },
            minutes: Int(course.minutes))
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
    func toScreen() -> Next {
        switch self {
        case .attempt(let id, _, let title): .attempt(attempt: id, title: title)
        case .lesson(let course, let lesson, let title, _): .lesson(course: course, lesson: lesson, title: title)
        case .quiz(let course, let quiz, let title): .quiz(course: course, quiz: quiz, title: title)
        case .assessment: .assessment
        case .allDone: .allDone
        }
    }
}

/// The most dots of a competence; of one that has them all, no lesson is suggested.
private let dotsMax: UInt8 = 4

/// How many lessons are suggested.
private let helpMax = 3

extension ResultView {
    func toScreen(who: Learner, _ media: Media, _ skill: (String) -> String) throws -> QuizResult {
        QuizResult(
            who: who,
            title: title,
            course: course,
            correct: Int(correct),
            answered: Int(answered),
            // The lessons of what was not all right, each once.
            lookAgain: correct == answered ? [] : hints(competences.filter { $0.points < $0.possible }),
            answers: try answers.map { try $0.toScreen(media) },
            assessed: purpose == .assessment ? assessed(skill) : nil)
    }

    /// Those that are known least come first: their lessons help most.
    private func assessed(_ skill: (String) -> String) -> Assessed {
        let skills = competences.map {
            Skill(
                name: skill($0.competence), dots: $0.dots.map { Int($0) }, missing: Int($0.missing),
                before: $0.before.map { Int($0) })
        }
        let weakest = competences.filter { ($0.dots ?? dotsMax) < dotsMax }.enumerated()
            .sorted { ($0.element.dots ?? 0, $0.offset) < ($1.element.dots ?? 0, $1.offset) }.map(\.element)
        return Assessed(
            skills: skills, help: Array(hints(weakest).prefix(helpMax)), policy: policy.map { Int($0) } ?? 0)
    }

    private func hints(_ competences: [CompetenceResultView]) -> [LessonHint] {
        var hints: [LessonHint] = []
        for lesson in competences.flatMap(\.lessons) {
            let hint = LessonHint(course: lesson.course, lesson: lesson.lesson, title: lesson.title)
            if !hints.contains(hint) { hints.append(hint) }
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
            others: others,
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
