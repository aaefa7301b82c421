/// What a learner decides about herself: who she is, her PIN, what she agreed to, her card.
final class MeScreen: Screen {
    private let learner: String

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] in try $0.learner(learner) }) { [self] in draw($0) }
    }

    private func draw(_ who: Learner) {
        let title = who.name.map { words.say("me-title", ["you": who.you, "name": $0]) } ?? words.name(who)
        show(title) { page in
            page.turn(who, words, way)
            page.title(title)
            if who.name == nil {
                page.words(words.say("me-name-again"))
                page.go(words.say("me-name-again-title")) { [way, learner] in way.go(.edit(learner: learner)) }
            } else {
                page.plain(words.say("me-edit")) { [way, learner] in way.go(.edit(learner: learner)) }
            }
            page.plain(words.say(who.hasPin ? "pin-change" : "pin-offer")) { [way, learner] in
                way.go(.newPin(learner: learner))
            }
            page.plain(words.say("consent-mine")) { [way, learner] in way.go(.consent(learner: learner)) }
            page.plain(words.say("card-link")) { [way, learner] in way.go(.card(learner: learner)) }
        }
    }
}
