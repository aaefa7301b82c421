/// Who learns today? Everybody has a card with her picture and name.
final class PeopleScreen: Screen {
    override func open() {
        load({ try $0.people() }) { [self] people in
            let title = words.say("people-title")
            show(title) { page in
                page.title(title)
                page.words(words.say(people.isEmpty ? "people-nobody" : "people-hint"))
                if people.isEmpty {
                    page.go(words.say("people-new")) { [way] in way.go(.add(guest: nil)) }
                } else {
                    page.cards { cards in
                        for who in people {
                            cards.card(who, words) { [way] in
                                way.go(who.hasPin ? .pin(learner: who.id) : .home(learner: who.id))
                            }
                        }
                        let new = words.say("people-new")
                        cards.card(.pictogram("new"), new, said: new) { [way] in way.go(.add(guest: nil)) }
                    }
                }
                page.plain(words.say("people-guest")) { [way] in way.go(.guest(nil)) }
                page.note(words.say("people-guest-note"))
                page.quiet(words.say("takein-link")) { [way] in way.go(.takeIn) }
                page.quiet(words.say("settings-title")) { [way] in way.go(.settings) }
            }
        }
    }
}

extension Builder {
    /// Somebody's picture and name, to be pressed.
    func card(_ who: Learner, _ words: any Words, _ act: @escaping @MainActor () -> Void) {
        let name = pictogram(who.pictogram)
        let picture = words.say("pictogram-\(name)")
        let said =
            who.name.map { words.say("people-card", ["you": who.you, "name": $0, "picture": picture]) }
            ?? "\(words.name(who)), \(picture)"
        card(.pictogram(name), words.name(who), said: said, act)
    }
}
