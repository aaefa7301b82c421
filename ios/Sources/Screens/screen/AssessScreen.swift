/// What the self-assessment is, and where somebody stands with it.
final class AssessScreen: Screen {
    private let visitor: Visitor

    init(_ visitor: Visitor, _ way: Way) {
        self.visitor = visitor
        super.init(way: way)
    }

    override func open() {
        load({ [visitor] in try $0.assessment(visitor) }) { [self] in draw($0) }
    }

    private func draw(_ found: Assessment) {
        let you = found.who.you
        let title = words.say("assess-title")
        show(title) { page in
            page.turn(found.who, words, way)
            page.title(title)
            if found.questions == 0 {
                page.words(words.say("assess-none"))
                page.go(words.say("nav-courses")) { [way, visitor] in way.restart(.people, .home(visitor)) }
                return
            }
            page.words(words.say("assess-intro", ["you": you]))
            page.words(words.say("assess-length", ["count": found.questions, "minutes": found.minutes]))
            page.words(words.say("assess-no-feedback", ["you": you]))
            if found.who.isGuest { page.note(words.say("assess-guest-note", ["you": you])) }
            begin(found, page)
        }
    }

    private func begin(_ found: Assessment, _ page: Builder) {
        let begin: @MainActor () -> Void = { [way, visitor] in way.go(.assessment(visitor)) }
        if found.unfinished != nil {
            page.go(words.say("assess-resume", ["n": found.next]), begin)
        } else if let last = found.last {
            page.go(words.say("quiz-to-result")) { [way, visitor] in way.go(.result(visitor, attempt: last)) }
            page.plain(words.say("assess-again"), begin)
        } else {
            page.go(words.say("assess-start"), begin)
        }
    }
}
