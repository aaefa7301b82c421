/// What came of a self-assessment: each thing in a word and a picture, the lessons that would help most.
@MainActor
struct AssessedPage {
    let visitor: Visitor
    let result: QuizResult
    let assessed: Assessed
    let words: any Words
    let way: Way

    var title: String { words.say("assess-result-title", ["you": result.who.you]) }

    /// `discard` forgets what a guest did.
    func build(_ page: Builder, _ discard: @escaping @MainActor () -> Void) {
        page.turn(result.who, words, way)
        page.title(title)
        for skill in assessed.skills { page.skill(skill, words) }
        if assessed.skills.allSatisfy({ $0.before == nil }) { page.words(words.say("assess-first-time")) }
        help(page)
        switch visitor {
        case .guest(let guest): keep(guest, page, discard)
        case .known: page.plain(words.say("nav-courses")) { [way, visitor] in way.restart(.people, .home(visitor)) }
        }
        page.note(words.say("assess-policy", ["version": assessed.policy]))
    }

    private func help(_ page: Builder) {
        if assessed.help.isEmpty { return page.words(words.say("assess-help-none", ["you": result.who.you])) }
        page.subtitle(words.say("assess-help", ["you": result.who.you]))
        for (i, hint) in assessed.help.enumerated() {
            // A guest's green button is the one that keeps what she did.
            let isGreen = i == 0 && !result.who.isGuest
            page.button(hint.title, isGreen ? .go : .quiet) { [way, visitor] in
                way.go(.lesson(visitor, course: hint.course, lesson: hint.lesson))
            }
        }
    }

    private func keep(_ guest: String, _ page: Builder, _ discard: @escaping @MainActor () -> Void) {
        page.subtitle(words.say("assess-attach-title"))
        page.words(words.say("assess-attach-note"))
        page.go(words.say("assess-attach-new")) { [way] in way.go(.add(guest: guest)) }
        page.plain(words.say("assess-attach-known")) { [way] in way.go(.keep(guest: guest)) }
        page.plain(words.say("assess-attach-no"), discard)
    }
}
