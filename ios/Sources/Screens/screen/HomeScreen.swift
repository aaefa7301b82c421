/// Her first screen: one thing to do next, then all courses.
final class HomeScreen: Screen {
    private let learner: String

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] in try $0.home(learner) }) { [self] in draw($0) }
    }

    private func draw(_ home: Home) {
        let title = title(home)
        show(title) { page in
            page.turn(home.who, words, way)
            page.title(title)
            next(home, page)
            for course in home.courses {
                page.card(course, words) { [way, learner] in way.go(.course(learner: learner, course: course.id)) }
            }
            if home.recorded > 0 {
                page.note(words.say("me-record-here", ["count": home.recorded, "you": home.who.you]))
            }
            page.quiet(words.say("where-title", ["you": home.who.you])) { [way, learner] in
                way.go(.record(learner: learner))
            }
        }
    }

    private func isFirst(_ home: Home) -> Bool { home.recorded == 0 && home.courses.allSatisfy { $0.done == 0 } }

    private func title(_ home: Home) -> String {
        guard let name = home.who.name else { return words.say("people-nameless") }
        return words.say(isFirst(home) ? "people-hello-first" : "people-hello", ["you": home.who.you, "name": name])
    }

    private func next(_ home: Home, _ page: Builder) {
        switch home.next {
        case .attempt(let attempt, let title):
            page.go(words.say("courses-resume-quiz", ["title": title])) { [way, learner] in
                way.go(.attempt(learner: learner, attempt: attempt))
            }
        case .lesson(let course, let lesson, let title):
            page.go(words.say(isFirst(home) ? "courses-first" : "courses-next", ["title": title])) { [way, learner] in
                way.go(.lesson(learner: learner, course: course, lesson: lesson))
            }
        case .quiz(let course, let quiz, let title):
            page.go(words.say("courses-next-quiz", ["title": title])) { [way, learner] in
                way.go(.quiz(learner: learner, course: course, quiz: quiz))
            }
        case .allDone:
            page.note(words.say(home.courses.isEmpty ? "courses-none" : "courses-all-done", ["you": home.who.you]))
        }
    }
}
