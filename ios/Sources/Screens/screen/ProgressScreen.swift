/// How far she is: what is next, what she can do, course by course. Nobody is ranked.
final class ProgressScreen: Screen {
    private let learner: String

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] in try $0.progress(learner) }) { [self] in draw($0) }
    }

    private func draw(_ mine: MyProgress) {
        let (home, you) = (mine.home, mine.home.who.you)
        let title = words.say("progress-title", ["you": you, "name": home.who.name ?? ""])
        show(title) { page in
            page.turn(home.who, words, way)
            page.title(title)
            if home.isFirst {
                page.words(words.say("progress-none", ["you": you]))
            } else if home.recorded > 0 {
                page.words(words.say("progress-answers", ["count": home.recorded]))
            }
            page.next(home, learner, words, way)
            skills(mine, page)
            if !home.courses.isEmpty { page.subtitle(words.say("progress-courses")) }
            for course in home.courses {
                page.card(course, words) { [way, learner] in way.go(.course(.known(learner), course: course.id)) }
            }
            if let last = mine.assessed {
                page.plain(words.say("progress-assessments")) { [way, learner] in
                    way.go(.result(.known(learner), attempt: last))
                }
            }
            page.note(words.say("progress-private", ["you": you]))
        }
    }

    private func skills(_ mine: MyProgress, _ page: Builder) {
        if mine.skills.isEmpty { return }
        page.subtitle(words.say("progress-skills", ["you": mine.home.who.you]))
        for skill in mine.skills { page.skill(skill, words) }
        page.note(words.say("progress-rule-text", ["you": mine.home.who.you]))
    }
}
