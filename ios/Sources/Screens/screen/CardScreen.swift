/// Her card, shown to her alone and only after she asked: it is a key. It is kept nowhere here, so that
/// a page that is made again asks again.
final class CardScreen: Screen {
    private let learner: String
    private var pin = ""
    private var withName = false

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override var isSecret: Bool { true }

    override func open() {
        load({ [learner] in try $0.learner(learner) }) { [self] in ask($0) }
    }

    private func title(_ who: Learner) -> String {
        words.say("card-title", ["you": who.you, "name": who.name ?? ""]).trimmed
    }

    private func ask(_ who: Learner) {
        show(title(who)) { page in
            page.turn(who, words, way)
            page.title(title(who))
            page.words(words.say("card-what", ["you": who.you]))
            warning(who, page)
            page.words(words.say("phone-card-lost", ["you": who.you]))
            if who.name != nil { named(who, page) }
            if who.hasPin {
                let said = words.say("pin-enter", ["you": who.you])
                page.words(said, isBold: true)
                page.field(said, .pin, charsMax: pinDigits, typed: pin) { [self] in pin = $0 }
            }
            let go = page.go(words.say("card-show")) {}
            page.act(go) { [self] in show(who, go) }
        }
    }

    /// She is asked whether her name goes along; unless she says so, it does not.
    private func named(_ who: Learner, _ page: Builder) {
        let text = "\(words.say("card-with-name")) (\(words.say("optional")))"
        page.option(Line(text), isChosen: withName, isRadio: false) { [self] in
            withName.toggle()
            ask(who)
        }
        page.note(words.say("card-with-name-what"))
    }

    private func warning(_ who: Learner, _ page: Builder) {
        page.panel(.stopSoft, edge: .stop) { $0.words(words.say("card-warning", ["you": who.you])) }
    }

    private func show(_ who: Learner, _ go: String) {
        act({ [learner, pin, withName] in try $0.card(learner, pin, withName: withName) }) { [self] failure in
            pin = ""
            ask(who)
            fault(failure.words, before: go)
        } _: { [self] in
            tell($0)
        }
    }

    private func tell(_ card: Card) {
        pin = ""
        toTop()
        show(title(card.who)) { page in
            page.turn(card.who, words, way)
            page.title(title(card.who))
            page.add(.code(CodePart(side: card.qr.side, points: card.qr.points, said: words.say("card-qr"))))
            page.subtitle(words.say("card-code"))
            page.words(card.typed, isBold: true)
            page.words(words.say("card-how"))
            warning(card.who, page)
            page.go(words.say("card-hide")) { [way] in way.back() }
        }
    }
}
