/// One course: what it is about, its lessons, its practice quizzes.
final class CourseScreen: Screen {
    private let visitor: Visitor
    private let course: String

    init(_ visitor: Visitor, _ course: String, _ way: Way) {
        self.visitor = visitor
        self.course = course
        super.init(way: way)
    }

    override func open() {
        load({ [visitor, course] in try $0.course(visitor, course) }) { [self] in draw($0) }
    }

    private func draw(_ found: CoursePage) {
        let course = found.course
        let next = course.lessons.first { $0.stage != .finished }
        show(course.title) { page in
            page.turn(found.who, words, way)
            page.title(course.title)
            page.note(found.who.isGuest ? words.length(course) : words.done(course))
            if course.done > 0 { page.bar(course.done, of: course.of) }
            page.words(course.summary)
            go(course, next, page)
            page.subtitle(words.say("course-lessons"))
            for (i, line) in course.lessons.enumerated() { card(i, line, isNext: line == next && isKnown, page) }
            if !course.quizzes.isEmpty { page.subtitle(words.say("course-practice")) }
            for quiz in course.quizzes { self.quiz(quiz, page) }
        }
    }

    private func go(_ course: Course, _ next: LessonLine?, _ page: Builder) {
        if let next {
            let key = course.done == 0 && next.stage == .new ? "courses-first" : "courses-next"
            page.go(words.say(key, ["title": next.title])) { [self] in lesson(next) }
        } else if let quiz = course.quizzes.first {
            page.go(words.say("courses-next-quiz", ["title": quiz.title])) { [self] in start(quiz) }
        }
    }

    private func card(_ i: Int, _ lesson: LessonLine, isNext: Bool, _ page: Builder) {
        let key =
            switch lesson.stage {
            case .finished: "lesson-state-done"
            case .begun: "lesson-state-open"
            case .new: isNext ? "lesson-state-next" : "lesson-state-new"
            }
        let mark = lesson.stage == .finished ? "✓ " : ""
        let minutes = words.say("lesson-minutes", ["minutes": lesson.minutes])
        // Of a guest nothing is known, so nothing is said.
        let line = isKnown ? "\(mark)\(words.say(key)), \(minutes)" : minutes
        let title = "\(i + 1). \(lesson.title)"
        page.card(.none, title, note: line, said: "\(title). \(line)") { [self] in self.lesson(lesson) }
    }

    private var isKnown: Bool {
        if case .known = visitor { true } else { false }
    }

    private func quiz(_ quiz: QuizLine, _ page: Builder) {
        page.words(quiz.title, isBold: true)
        page.note(words.say("course-practice-note", ["count": quiz.questions]))
        if quiz.unfinished == nil {
            let start = words.say("action-start")
            page.plain(start, said: "\(start): \(quiz.title)") { [self] in self.start(quiz) }
        } else {
            page.plain(words.say("courses-resume-quiz", ["title": quiz.title])) { [self] in start(quiz) }
        }
        if let last = quiz.last {
            page.quiet(words.say("course-last-result")) { [way, visitor] in
                way.go(.result(visitor, attempt: last))
            }
        }
    }

    private func lesson(_ lesson: LessonLine) { way.go(.lesson(visitor, course: course, lesson: lesson.id)) }

    private func start(_ quiz: QuizLine) { way.go(.quiz(visitor, course: course, quiz: quiz.id)) }
}
