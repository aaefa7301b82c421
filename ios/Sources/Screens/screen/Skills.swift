/// The most dots of a thing that she can do.
private let dotsMax = 4

extension Builder {
    /// One thing that she can do: in a few dots, in a word, and how it was before.
    func skill(_ skill: Skill, _ words: any Words) {
        panel(.card, edge: .line) { panel in
            panel.words(skill.name, isBold: true)
            guard let dots = skill.dots else {
                panel.words(words.say("progress-too-few"), tone: .inkSoft)
                panel.note(words.say("assess-too-few-more", ["count": skill.missing]))
                return
            }
            panel.add(.dots(dots, of: dotsMax, said: words.say("assess-dots", ["n": dots, "of": dotsMax])))
            panel.words(words.say("assess-word-\(dots)"), tone: .go, isBold: true)
            guard let before = skill.before else { return }
            let was = words.say("assess-before", ["word": words.say("assess-word-\(before)")])
            panel.note("\(was). \(words.say("assess-change-\(change(before, dots))"))")
        }
    }
}

/// How it changed since the last time: the end of a text's key.
private func change(_ before: Int, _ now: Int) -> String {
    if now >= before + 2 { return "much" }
    return now > before ? "some" : now == before ? "same" : "less"
}
