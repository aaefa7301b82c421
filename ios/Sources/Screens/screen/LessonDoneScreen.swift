/// A lesson is finished: what comes next.
final class LessonDoneScreen: Screen {
    private let visitor: Visitor
    private let course: String
    private let lesson: String

    init(_ visitor: Visitor, _ course: String, _ lesson: String, _ way: Way) {
        self.visitor = visitor
        self.course = course
        self.lesson = lesson
        super.init(way: way)
    }

    override func open() {
        load({ [visitor, course] in try $0.course(visitor, course) }) { [self] in draw($0) }
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
            if found.who.isGuest { page.note(words.say("people-guest-note")) } else { progress(found, next, page) }
            go(found.course, next, page)
            page.plain(words.say("lesson-to-course")) { [way, visitor, course] in
                way.restart(.people, .home(visitor), .course(visitor, course: course))
            }
        }
    }

    private func progress(_ found: CoursePage, _ next: LessonLine?, _ page: Builder) {
        page.words(words.done(found.course))
        page.bar(found.course.done, of: max(1, found.course.of))
        if next == nil { page.words(words.say("lesson-done-course", ["you": found.who.you])) }
    }

    /// The next that is not done: those behind this one first, then those that were passed over.
    private func next(_ course: Course) -> LessonLine? {
        let at = course.lessons.firstIndex { $0.id == lesson } ?? -1
        let others = course.lessons[(at + 1)...] + course.lessons[..<max(0, at)]
        return others.first { $0.stage != .finished && $0.id != lesson }
    }

    private func go(_ found: Course, _ next: LessonLine?, _ page: Builder) {
        if let next {
            page.go(words.say("lesson-done-next", ["title": next.title])) { [way, visitor, course] in
                way.replace(.lesson(visitor, course: course, lesson: next.id))
            }
        } else if let quiz = found.quizzes.first {
            page.go(words.say("lesson-done-practice")) { [way, visitor, course] in
                way.replace(.quiz(visitor, course: course, quiz: quiz.id))
            }
        } else {
            page.go(words.say("courses-title")) { [way, visitor] in way.restart(.people, .home(visitor)) }
        }
    }
}
