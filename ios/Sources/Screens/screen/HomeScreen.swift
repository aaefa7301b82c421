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
            if home.who.name == nil {
                page.plain(words.say("me-name-again-title")) { [way, learner] in way.go(.edit(learner: learner)) }
            }
            if home.courses.isEmpty {
                page.note(words.say("courses-none"))
            } else {
                page.next(home, learner, words, way)
            }
            for course in home.courses {
                page.card(course, words) { [way, learner] in way.go(.course(.known(learner), course: course.id)) }
            }
            if home.recorded > 0 {
                page.note(words.say("me-record-here", ["count": home.recorded, "you": home.who.you]))
            }
            page.quiet(words.say("nav-progress")) { [way, learner] in way.go(.progress(learner: learner)) }
            page.quiet(words.say("nav-assess")) { [way, learner] in way.go(.assess(.known(learner))) }
            page.quiet(words.say("nav-me")) { [way, learner] in way.go(.me(learner: learner)) }
            page.quiet(words.say("where-title", ["you": home.who.you])) { [way, learner] in
                way.go(.record(learner: learner))
            }
        }
    }

    private func title(_ home: Home) -> String {
        guard let name = home.who.name else { return words.say("people-nameless") }
        return words.say(home.isFirst ? "people-hello-first" : "people-hello", ["you": home.who.you, "name": name])
    }
}
