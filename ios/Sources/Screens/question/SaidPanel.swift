extension Words {
    /// The words for how an answer went.
    func verdict(_ said: Said) -> String {
        if said.correct { return say("quiz-right") }
        if said.points == 0 { return say("quiz-wrong") }
        return say("quiz-partly", ["points": said.points, "of": said.possible])
    }
}

/// What is said to an answer: how it went, what was chosen, the right answer, why. Unless it
/// `tellsAll`, only what helps to try again: the right answer is kept back and the hint is given.
@MainActor
struct SaidPanel {
    let said: Said
    let you: String
    let words: any Words
    let points: Int
    var tellsAll = true

    var heading: String { mark(said.correct) + words.verdict(said) }

    func build(_ page: Builder) {
        page.heading(Line(heading), points: points)
        page.words(words.say("quiz-yours", ["you": you]), tone: .inkSoft)
        for (text, isRight) in givenRows { row(text, isRight, page) }
        for line in said.feedback { page.line(line) }
        if tellsAll {
            rightAnswer(page)
            tip("\(words.say("quiz-reason")):", said.reason, page)
            if let fact = said.fact { page.fact(fact, nil, words) }
        } else if let hint = said.question.hint {
            tip(words.say("quiz-hint-label"), hint, page)
        }
    }

    private func mark(_ isRight: Bool) -> String { isRight ? "✓ " : "✗ " }

    /// Colour is never alone: a mark and a word say the same.
    private func row(_ text: String, _ isRight: Bool?, _ page: Builder) {
        guard let isRight else {
            page.panel(.card, edge: .line) { $0.words(text) }
            return
        }
        page.panel(isRight ? .goSoft : .stopSoft, edge: isRight ? .go : .stop) { panel in
            panel.words(mark(isRight) + text)
            let key = isRight ? "quiz-mark-right" : "quiz-mark-wrong"
            panel.words(words.say(key), tone: isRight ? .go : .stop, isBold: true)
        }
    }

    private func rightAnswer(_ page: Builder) {
        let lines = said.rightAnswer
        guard let first = lines.first else { return }
        if lines.count == 1 {
            page.words(words.say("quiz-right-answer", ["answer": first.plain]), isBold: true)
        } else if case .order = said.response {
            page.words(words.say("quiz-right-order"), isBold: true)
            page.add(.steps(lines))
        } else {
            page.words(words.say("quiz-right-answer", ["answer": ""]).trimmed, isBold: true)
            page.add(.points(lines))
        }
    }

    private func tip(_ title: String, _ line: Line, _ page: Builder) {
        if line.isBlank { return }
        page.panel(.goSoft) { tip in
            tip.words(title, isBold: true)
            tip.line(line)
        }
    }

    private var givenRows: [(String, Bool?)] {
        let kind = said.question.kind
        switch said.response {
        case .single(let index):
            guard case .single(let options) = kind else { return [] }
            return whole(options.words(index))
        case .trueFalse(let isTrue): return whole(words.say(isTrue ? "quiz-true" : "quiz-false"))
        case .text(let typed): return whole(typed)
        case .number(let milli):
            guard case .number(let unit) = kind else { return [] }
            return whole("\(words.showNumber(milli)) \(unit)".trimmed)
        case .multiple(let indices):
            guard case .multiple(let options) = kind else { return [] }
            return indices.map { (options.words($0), said.parts[$0]) }
        case .order(let indices):
            guard case .order(let items) = kind else { return [] }
            return indices.enumerated().map { ("\($0 + 1). \(items.words($1))", nil) }
        case .match(let indices):
            guard case .match(let lefts, let rights) = kind else { return [] }
            return zip(lefts, indices).enumerated().map { i, pair in
                ("\(pair.0.plain): \(rights.words(pair.1))", said.parts[i])
            }
        case .gap(let indices):
            guard case .gap(_, let gaps) = kind else { return [] }
            return zip(gaps, indices).enumerated().map { i, pair in (pair.0.words(pair.1), said.parts[i]) }
        }
    }

    private func whole(_ text: String) -> [(String, Bool?)] { [(text, said.correct)] }
}

extension [Option] {
    fileprivate func words(_ index: Int?) -> String { first { $0.index == index }?.text.plain ?? "" }
}
