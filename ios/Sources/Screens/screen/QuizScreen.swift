import Foundation

/// A quiz, one question after the other, each with what is said to its answer. The attempt lies in the
/// core; here is kept which one it is, what was chosen so far, and whether the answer was shown.
final class QuizScreen: KeepingScreen<QuizScreen.Standing> {
    struct Standing: Codable {
        var attempt: String?

        /// The index of the question that the draft belongs to.
        var index: Int?
        var draft = Draft()

        /// The answer that is being shown, and which question of how many it was.
        var said: Int?
        var number = 0
        var of = 0
    }

    private let visitor: Visitor
    private let begin: @Sendable (any Core) throws -> Attempt

    init(_ visitor: Visitor, _ begin: @escaping @Sendable (any Core) throws -> Attempt, _ way: Way, _ kept: Data?) {
        self.visitor = visitor
        self.begin = begin
        super.init(way: way, kept: kept, fresh: Standing())
    }

    override func open() {
        let (known, index) = (kept.attempt, kept.said)
        load({ [visitor, begin] core in
            let attempt = try known.map { try core.attempt(visitor, $0) } ?? begin(core)
            return (attempt, try index.flatMap { try core.answered(visitor, attempt.id, $0) })
        }) { [self] attempt, said in
            kept.attempt = attempt.id
            if let said {
                tell(attempt, said)
            } else if let asked = attempt.asked {
                ask(attempt, asked)
            } else {
                way.replace(.result(visitor, attempt: attempt.id))
            }
        }
    }

    private func ask(_ attempt: Attempt, _ asked: Asked) {
        // What was chosen so far belongs to one question of the attempt, and to no other.
        if kept.index != asked.index {
            kept.index = asked.index
            kept.draft = Draft()
        }
        kept.draft.begin()
        let keeper = Keeper(
            get: { [self] in kept.draft }, set: { [self] in kept.draft = $0 },
            redraw: { [self] in ask(attempt, asked) })
        let place = words.say("quiz-question-of", ["n": asked.number, "of": asked.of])
        show(place) { page in
            page.turn(attempt.who, words, way)
            page.note("\(title(attempt)). \(place)")
            page.bar(asked.number - 1, of: asked.of)
            let form = AnswerForm(kind: asked.question.kind, words: words, you: attempt.who.you, keeper: keeper)
            QuestionPanel(question: asked.question, points: 22, form: form).build(page)
            let go = page.go(words.say("quiz-answer")) {}
            page.act(go) { [self] in
                switch form.read() {
                case .missing(let key): fault(words.say(key), before: go)
                case .answer(let response): answer(attempt, asked, response, go)
                }
            }
            page.quiet(words.say("quiz-stop")) { [way] in way.back() }
            page.note(words.say("quiz-stop-note"))
        }
    }

    private func title(_ attempt: Attempt) -> String {
        attempt.isAssessment ? words.say("assess-title") : attempt.title
    }

    private func answer(_ attempt: Attempt, _ asked: Asked, _ response: Response, _ go: String) {
        let tenths = kept.draft.tenths
        act({ [visitor] in try $0.answer(visitor, attempt.id, asked.index, response, tenths) }) { [self] in
            fault($0.words, before: go)
        } _: { [self] said in
            // In a self-assessment the next question comes at once: what was right is said at its end.
            if attempt.isAssessment { return next() }
            kept.said = asked.index
            kept.number = asked.number
            kept.of = asked.of
            tell(attempt, said)
        }
    }

    private func tell(_ attempt: Attempt, _ said: Said) {
        let place = words.say("quiz-question-of", ["n": kept.number, "of": kept.of])
        let panel = SaidPanel(said: said, you: attempt.who.you, words: words, points: 24)
        toTop()
        show("\(place). \(panel.heading)") { page in
            page.turn(attempt.who, words, way)
            page.note("\(title(attempt)). \(place)")
            page.bar(kept.number, of: kept.of)
            panel.build(page)
            page.go(words.say(kept.number == kept.of ? "quiz-to-result" : "quiz-next")) { [self] in next() }
        }
    }

    private func next() {
        kept.said = nil
        kept.index = nil
        toTop()
        open()
    }
}
