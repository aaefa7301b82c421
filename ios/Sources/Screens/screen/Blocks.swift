/// The pieces of a lesson's screen as parts. `sound` builds the button of one, `check` a question.
@MainActor
struct Blocks {
    let page: LessonPage
    let words: any Words
    let sound: (String, Builder) -> Void
    let check: (String, Builder) -> Void

    func build(_ block: Block, _ page: Builder) {
        switch block {
        case .text(let line): page.line(line)
        case .heading(let line): page.heading(line, points: 20)
        case .steps(let lines): page.add(.steps(lines))
        case .points(let lines): page.add(.points(lines))
        case .picture(let file, let alt): picture(file, alt, page)
        case .tip(let blocks): panel(.goSoft, .goSoft, "block-tip", .go, blocks, page)
        case .warning(let blocks): panel(.stopSoft, .stop, "block-warning", .stop, blocks, page)
        case .remember(let blocks): panel(.goSoft, .go, "block-remember", .go, blocks, page)
        case .fact(let id, let own):
            if let fact = self.page.facts[id] { page.fact(fact, own, words) }
        case .audio(let file, let words): audio(file, words, page)
        case .check(let question): check(question, page)
        }
    }

    /// Without the picture its words stand there.
    private func picture(_ file: String, _ alt: String, _ page: Builder) {
        if let svg = self.page.pictures[file] {
            page.add(.picture(svg, said: alt))
        } else {
            page.words(words.say("picture-missing", ["words": alt]), tone: .inkSoft)
        }
    }

    private func panel(_ fill: Tone, _ edge: Tone, _ key: String, _ ink: Tone, _ blocks: [Block], _ page: Builder) {
        page.panel(fill, edge: edge) { panel in
            panel.words(words.say(key), tone: ink, isBold: true)
            for block in blocks { build(block, panel) }
        }
    }

    /// The words of a sound say the same as the sound.
    private func audio(_ file: String, _ line: Line, _ page: Builder) {
        page.panel(.card, edge: .line) { panel in
            panel.words(words.say("audio-words"), isBold: true)
            panel.line(line)
            sound(file, panel)
        }
    }
}
