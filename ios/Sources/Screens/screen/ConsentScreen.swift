/// What she agreed to, and the way to agree or to take it back.
final class ConsentScreen: Screen {
    private let learner: String

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] in try $0.learner(learner) }) { [self] in draw($0, said: nil) }
    }

    private func draw(_ who: Learner, said: String?) {
        let title = words.say("consent-mine")
        show(said ?? title) { page in
            page.turn(who, words, way)
            page.title(title)
            if let said { page.words(said, isBold: true) }
            page.words(words.say("consent-record"))
            page.note(words.say("consent-given"))
            page.words(words.say("consent-count"))
            page.note(words.say("consent-count-what"))
            page.note(words.say(who.counts ? "consent-given" : "consent-not-given"))
            let button = page.plain(words.say(who.counts ? "consent-withdraw" : "consent-give")) {}
            page.act(button) { [self] in change(!who.counts, button) }
        }
    }

    private func change(_ counts: Bool, _ button: String) {
        act({ [learner] core in
            try core.setCounts(learner, counts)
            return try core.learner(learner)
        }) { [self] in
            fault($0.words, before: button)
        } _: { [self] who in
            draw(who, said: who.counts ? words.say("saved") : words.say("consent-withdrawn", ["you": who.you]))
        }
    }
}
