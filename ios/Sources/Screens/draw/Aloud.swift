extension Page {
    /// What is read aloud of a page, from top to bottom. What is said of a part to who does not see it is
    /// said here too; whose turn it is and what is typed is not.
    public var aloud: [String] { parts.flatMap(\.aloud).filter { !$0.allSatisfy(\.isWhitespace) } }
}

extension Part {
    fileprivate var aloud: [String] {
        switch what {
        case .heading(let line, _): [line.plain]
        case .text(let line, _, _, _): [line.plain]
        case .button(let button): button.isUseful ? [button.said] : []
        case .card(let card): [card.said]
        case .option(let option): [option.words.plain]
        case .field(let field): [field.label]
        case .dots(_, _, let said): [said]
        case .shares(let shares): shares.map(\.words)
        case .steps(let lines): lines.enumerated().map { "\($0 + 1). \($1.plain)" }
        case .points(let lines): lines.map(\.plain)
        case .picture(_, let said): [said]
        case .code(let code): [code.said]
        case .fault(let words), .far(_, _, let words): [words]
        case .cards(let parts), .tiles(let parts), .panel(_, _, let parts): parts.flatMap(\.aloud)
        case .turn, .bar: []
        }
    }
}
