import Foundation

/// Builds a page, part after part, and keeps what each part does.
@MainActor
public final class Builder {
    /// What parts do; a screen keeps it as long as it shows the page.
    final class Acts {
        var pressed: [String: @MainActor () -> Void] = [:]
        var typed: [String: @MainActor (String) -> Void] = [:]
    }

    let acts: Acts
    private let prefix: String
    private(set) var parts: [Part] = []

    init(acts: Acts = Acts(), prefix: String = "") {
        self.acts = acts
        self.prefix = prefix
    }

    /// The id of the part that is added next.
    var nextId: String { "\(prefix)\(parts.count)" }

    @discardableResult
    func add(_ what: Part.What) -> String {
        let id = nextId
        parts.append(Part(id: id, what: what))
        return id
    }

    func title(_ words: String) { add(.heading(Line(words), points: 24)) }

    func subtitle(_ words: String) { add(.heading(Line(words), points: 20)) }

    func heading(_ line: Line, points: Int) { add(.heading(line, points: points)) }

    func words(_ words: String, tone: Tone = .ink, isBold: Bool = false) {
        line(Line(words), tone: tone, isBold: isBold)
    }

    func line(_ line: Line, tone: Tone = .ink, isBold: Bool = false) {
        add(.text(line, tone: tone, isSmall: false, isBold: isBold))
    }

    func note(_ words: String, tone: Tone = .inkSoft) {
        add(.text(Line(words), tone: tone, isSmall: true, isBold: false))
    }

    func bar(_ done: Int, of: Int) { add(.bar(done: done, of: of)) }

    func fault(_ words: String) { add(.fault(words)) }

    @discardableResult
    func go(_ words: String, _ act: @escaping @MainActor () -> Void) -> String { button(words, .go, act) }

    @discardableResult
    func plain(_ words: String, said: String? = nil, _ act: @escaping @MainActor () -> Void) -> String {
        button(words, .plain, said: said, act)
    }

    func quiet(_ words: String, _ act: @escaping @MainActor () -> Void) { button(words, .quiet, act) }

    @discardableResult
    func button(
        _ words: String, _ style: ButtonPart.Style, said: String? = nil, isUseful: Bool = true,
        _ act: @escaping @MainActor () -> Void
    ) -> String {
        let part = ButtonPart(words: words, style: style, said: said ?? words, isUseful: isUseful)
        let id = add(.button(part))
        if isUseful { acts.pressed[id] = act }
        return id
    }

    func card(
        _ picture: CardPart.Picture, _ words: String, note: String = "", done: Int = 0, of: Int = 0, said: String,
        isChosen: Bool = false, _ act: @escaping @MainActor () -> Void
    ) {
        let part = CardPart(
            picture: picture, words: words, note: note, done: done, of: of, said: said, isChosen: isChosen)
        acts.pressed[add(.card(part))] = act
    }

    /// Cards that stand beside each other.
    func cards(_ build: (Builder) -> Void) { add(.cards(inner(build))) }

    func tiles(_ build: (Builder) -> Void) { add(.tiles(inner(build))) }

    func panel(_ fill: Tone, edge: Tone? = nil, _ build: (Builder) -> Void) {
        let parts = inner(build)
        add(.panel(fill: fill, edge: edge ?? fill, parts: parts))
    }

    func option(_ words: Line, isChosen: Bool, isRadio: Bool, _ act: @escaping @MainActor () -> Void) {
        let id = add(.option(OptionPart(words: words, isChosen: isChosen, isRadio: isRadio)))
        acts.pressed[id] = act
    }

    func field(
        _ label: String, _ keys: FieldPart.Keys, charsMax: Int, typed: String,
        _ act: @escaping @MainActor (String) -> Void
    ) {
        let id = add(.field(FieldPart(label: label, keys: keys, charsMax: charsMax, typed: typed)))
        acts.typed[id] = { act(String($0.prefix(charsMax))) }
    }

    func act(_ id: String, _ act: @escaping @MainActor () -> Void) { acts.pressed[id] = act }

    private func inner(_ build: (Builder) -> Void) -> [Part] {
        let inner = Builder(acts: acts, prefix: "\(nextId).")
        build(inner)
        return inner.parts
    }
}
