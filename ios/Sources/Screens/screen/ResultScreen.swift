import Foundation

/// What came of a quiz: how much was right, what to look at again, every answer for review.
final class ResultScreen: KeepingScreen<ResultScreen.Opened> {
    struct Opened: Codable {
        var answers: Set<Int> = []
    }

    private let visitor: Visitor
    private let attempt: String

    init(_ visitor: Visitor, _ attempt: String, _ way: Way, _ kept: Data?) {
        self.visitor = visitor
        self.attempt = attempt
        super.init(way: way, kept: kept, fresh: Opened())
    }

    override func open() {
        load({ [visitor, attempt] in try $0.result(visitor, attempt) }) { [self] result in
            way.syncDue()
            if let assessed = result.assessed { show(result, assessed) } else { draw(result) }
        }
    }

    private func show(_ result: QuizResult, _ assessed: Assessed) {
        let all = AssessedPage(visitor: visitor, result: result, assessed: assessed, words: words, way: way)
        show(all.title) { page in
            all.build(page) { [self] in discard() }
        }
    }

    private func discard() {
        guard case .guest(let guest) = visitor else { return }
        act({ try $0.forget(guest) }) { [self] in
            fault($0.words)
        } _: { [way] in
            way.restart(.people)
        }
    }

    private func draw(_ result: QuizResult) {
        let you = result.who.you
        let title = words.say("result-title", ["you": you])
        show(title) { page in
            page.turn(result.who, words, way)
            page.title(title)
            page.note(result.title)
            let correct = words.say("result-correct-of", ["correct": result.correct, "of": result.answered])
            page.heading(Line(correct), points: 22)
            page.bar(result.correct, of: max(1, result.answered))
            page.words(word(result))
            lookAgain(result, page)
            page.go(words.say("action-continue")) { [way, visitor] in way.restart(.people, .home(visitor)) }
            if let course = result.course {
                page.plain(words.say("lesson-to-course")) { [way, visitor] in
                    way.restart(.people, .home(visitor), .course(visitor, course: course))
                }
            }
            if !result.answers.isEmpty { page.subtitle(words.say("result-review")) }
            for (i, said) in result.answers.enumerated() { review(i, said, result, page) }
            page.note(words.say("result-saved"))
        }
    }

    /// A kind word for how much was right; the thresholds are half and four fifths, as at the kiosk.
    private func word(_ result: QuizResult) -> String {
        let key =
            if result.correct == result.answered {
                "result-all-right"
            } else if 5 * result.correct >= 4 * result.answered {
                "result-most-right"
            } else if 2 * result.correct >= result.answered {
                "result-some-right"
            } else {
                "result-few-right"
            }
        return words.say(key, ["you": result.who.you])
    }

    private func lookAgain(_ result: QuizResult, _ page: Builder) {
        if result.lookAgain.isEmpty { return }
        page.subtitle(words.say("result-look-again"))
        for hint in result.lookAgain {
            page.quiet(hint.title) { [way, visitor] in
                way.go(.lesson(visitor, course: hint.course, lesson: hint.lesson))
            }
        }
    }

    /// An answer that opens in its place.
    private func review(_ i: Int, _ said: Said, _ result: QuizResult, _ page: Builder) {
        let prompt = said.question.prompt.plain
        let mark = said.correct ? "✓" : "✗"
        page.plain("\(mark) \(i + 1). \(prompt)", said: "\(words.verdict(said)) \(prompt)") { [self] in
            kept.answers.formSymmetricDifference([i])
            draw(result)
        }
        if kept.answers.contains(i) {
            SaidPanel(said: said, you: result.who.you, words: words, points: 20).build(page)
        }
    }
}
