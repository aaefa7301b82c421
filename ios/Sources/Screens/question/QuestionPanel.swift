/// A question: picture, what is asked, what to do, the fields, a hint for who wants one.
@MainActor
struct QuestionPanel {
    let question: Question
    let points: Int
    let form: AnswerForm

    func build(_ page: Builder) {
        if let picture = question.picture { page.add(.picture(picture, said: question.pictureAlt)) }
        page.heading(question.prompt, points: points)
        page.note(form.how)
        form.build(page)
        if let hint = question.hint, !hint.isBlank { self.hint(hint, page) }
    }

    private func hint(_ hint: Line, _ page: Builder) {
        if form.draft.hintIsShown {
            page.panel(.goSoft) { tip in
                tip.words(form.words.say("quiz-hint-label"), isBold: true)
                tip.line(hint)
            }
        } else {
            page.quiet(form.words.say("quiz-hint")) { form.keeper.change { $0.hintIsShown = true } }
        }
    }
}
