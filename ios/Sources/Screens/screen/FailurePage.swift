/// What a screen shows in place of itself when the core could not say what is on it.
@MainActor
struct FailurePage {
    let screen: Screen
    let failure: Failure

    func build(_ page: Builder) {
        let way = screen.way
        page.title(failure.title)
        page.words(failure.words)
        guard let words = way.work.words else {
            // Not even the words could be opened: a circle of an arrow says "once more".
            page.card(.pictogram("again"), "", said: failure.title) { [screen] in screen.open() }
            return
        }
        page.go(words.say("phone-retry")) { [screen] in screen.open() }
        if failure.kind == .notFound { page.plain(words.say("action-back")) { way.back() } }
    }
}
