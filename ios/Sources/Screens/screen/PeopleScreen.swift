/// Who learns today? Everybody has a card with her picture and name.
final class PeopleScreen: Screen {
    override func open() {
        load({ try $0.people() }) { [self] people in
            let title = words.say("people-title")
            show(title) { page in
                page.title(title)
                page.words(words.say(people.isEmpty ? "people-nobody" : "people-hint"))
                if people.isEmpty {
                    page.go(words.say("people-new")) { [way] in way.go(.add) }
                } else {
                    page.cards { cards in
                        for who in people { card(who, cards) }
                        let new = words.say("people-new")
                        cards.card(.pictogram("new"), new, said: new) { [way] in way.go(.add) }
                    }
                }
            }
        }
    }

    private func card(_ who: Learner, _ cards: Builder) {
        let name = pictogram(who.pictogram)
        let picture = words.say("pictogram-\(name)")
        let said =
            who.name.map { words.say("people-card", ["you": who.you, "name": $0, "picture": picture]) }
            ?? "\(words.name(who)), \(picture)"
        cards.card(.pictogram(name), words.name(who), said: said) { [way] in
            way.go(who.hasPin ? .pin(learner: who.id) : .home(learner: who.id))
        }
    }
}
