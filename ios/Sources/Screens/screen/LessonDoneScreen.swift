/// A lesson is finished: what comes next.
final class LessonDoneScreen: Screen {
    private let learner: String
    private let course: String
    private let lesson: String

    init(_ learner: String, _ course: String, _ lesson: String, _ way: Way) {
        self.learner = learner
        self.course = course
        self.lesson = lesson
        super.init(way: way)
    }

    override func open() {
        load({ [learner, course] in try $0.course(learner, course) }) { [self] in draw($0) }
    }

    private func draw(_ found: CoursePage) {
        let title = words.say("lesson-done-title", ["you": found.who.you])
        let next = next(found.course)
        show(title) { page in
            page.turn(found.who, words, way)
            page.title(title)
            if let line = found.course.lessons.first(where: { $0.id == lesson }) {
                page.words(line.title, isBold: true)
            }
            page.words(words.done(found.course))
            page.bar(found.course.done, of: max(1, found.course.of))
            if next == nil { page.words(words.say("lesson-done-course", ["you": found.who.you])) }
            go(found.course, next, page)
            page.plain(words.say("lesson-to-course")) { [way, learner, course] in
                way.restart(.people, .home(learner: learner), .course(learner: learner, course: course))
            }
        }
    }

    /// The next that is not done: those behind this one first, then those that were passed over.
    private func next(_ course: Course) -> LessonLine? {
        let at = course.lessons.firstIndex { $0.id == lesson } ?? -1
        let others = course.lessons[(at + 1)...] + course.lessons[..<max(0, at)]
        return others.first { $0.stage != .finished }
    }

    private func go(_ found: Course, _ next: LessonLine?, _ page: Builder) {
        if let next {
            page.go(words.say("lesson-done-next", ["title": next.title])) { [way, learner, course] in
                way.replace(.lesson(learner: learner, course: course, lesson: next.id))
            }
        } else if let quiz = found.quizzes.first {
            page.go(words.say("lesson-done-practice")) { [way, learner, course] in
                way.replace(.quiz(learner: learner, course: course, quiz: quiz.id))
            }
        } else {
            page.go(words.say("courses-title")) { [way, learner] in way.restart(.people, .home(learner: learner)) }
        }
    }
}
