/// A question inside a lesson: tried as often as she likes, the solution when she asks for it.
@MainActor
struct CheckPanel {
    /// What a check wants of its lesson. A fault is said above the button that comes along.
    struct Asker {
        let keeper: Keeper
        let answer: @MainActor (Response, _ button: String) -> Void
        let missing: @MainActor (_ key: String, _ button: String) -> Void
        let again: @MainActor () -> Void
    }

    let question: Question
    let said: Said?
    let you: String
    let isFirst: Bool
    let words: any Words
    let asker: Asker

    var isRight: Bool { said?.correct == true }

    func build(_ page: Builder) {
        page.panel(.paper, edge: .line) { panel in
            if let said { tell(said, panel) } else { ask(panel) }
        }
    }

    private var style: ButtonPart.Style { isFirst ? .go : .plain }

    private func ask(_ panel: Builder) {
        let form = AnswerForm(kind: question.kind, words: words, you: you, keeper: asker.keeper)
        QuestionPanel(question: question, points: 20, form: form).build(panel)
        let button = panel.button(words.say("quiz-answer"), style) {}
        panel.act(button) { [asker] in
            switch form.read() {
            case .answer(let response): asker.answer(response, button)
            case .missing(let key): asker.missing(key, button)
            }
        }
    }

    private func tell(_ said: Said, _ panel: Builder) {
        let tellsAll = said.correct || asker.keeper.get().solutionIsShown
        SaidPanel(said: said, you: you, words: words, points: 20, tellsAll: tellsAll).build(panel)
        if said.correct { return }
        panel.button(words.say("quiz-again"), style) { asker.again() }
        if tellsAll { return }
        panel.quiet(words.say("quiz-show-solution")) { asker.keeper.change { $0.solutionIsShown = true } }
    }
}
