extension Words {
    /// How a learner is named on her own pages.
    func name(_ who: Learner) -> String {
        if who.isGuest { return say("turn-guest") }
        guard let name = who.name else { return say("people-nameless") }
        return say("people-name", ["you": who.you, "name": name])
    }
}

extension Builder {
    /// The head of a learner's pages: whose turn it is, and the way to the next person.
    func turn(_ who: Learner, _ words: any Words, _ way: Way) {
        let name = words.name(who)
        let head = TurnHead(
            pictogram: who.isGuest ? "guest" : pictogram(who.pictogram), name: name,
            said: who.isGuest ? name : "\(words.say("turn-label")): \(name)", change: words.say("turn-change"))
        act(add(.turn(head))) { way.restart(.people) }
    }
}
