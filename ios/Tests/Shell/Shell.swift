import Foundation

@testable import Screens

/// The app as a person uses it: what can be read on the screen, pressed and typed.
@MainActor
public final class Shell {
    private let open: @Sendable () throws -> any Core
    public private(set) var way: Way

    public init(_ open: @escaping @Sendable () throws -> any Core) async {
        self.open = open
        way = Way(work: Work(open))
        listen()
        await way.settled()
    }

    public var title: String { way.screen.page.title }

    /// Every part of the page, from top to bottom, those of panels among them.
    public var parts: [Part] { way.screen.page.parts.flatMap(Self.all) }

    public var texts: [String] { parts.flatMap(\.texts) }

    public func reads(_ words: String) -> Bool { texts.contains { $0.contains(words) } }

    /// Presses what bears these words or is described by them, and waits until nothing is under way.
    public func press(_ words: String) async throws {
        try pressNow(words)
        await way.settled()
    }

    /// The same for what goes on after it.
    public func pressNow(_ words: String) throws {
        let found = parts.filter { $0.pressed?.contains(words) == true }
        guard let part = found.first(where: { $0.pressed == words }) ?? found.first else {
            throw Missing(what: words, texts: texts)
        }
        way.screen.press(part.id)
    }

    /// Whether something is read as soon as what is under way has come so far.
    public func comesToRead(_ words: String) async -> Bool {
        for _ in 0..<100_000 {
            if reads(words) { return true }
            await Task.yield()
        }
        return false
    }

    /// Types into the field with this label, or into the first.
    public func type(_ words: String, into label: String? = nil) async throws {
        let fields = parts.filter(\.isField)
        let named = fields.first { label == nil || $0.texts.first == label }
        guard let field = named else { throw Missing(what: label ?? "a field", texts: texts) }
        way.screen.type(words, into: field.id)
        await way.settled()
    }

    /// The errand that the platform was sent on last.
    public private(set) var errand: Errand?
    private var then: (@MainActor (String) -> Void)?

    /// Lets the errand bring something: a code's text, or a file's path.
    public func bring(_ what: String) async {
        then?(what)
        await way.settled()
    }

    private func listen() {
        way.onErrand = { [weak self] errand, then in
            self?.errand = errand
            self?.then = then
        }
    }

    public func back() async {
        way.back()
        await way.settled()
    }

    /// What the system keeps of the way, with all that screens put into it, as text.
    public func kept() throws -> String {
        guard let visits = try JSONSerialization.jsonObject(with: way.kept()) as? [[String: Any]] else { return "" }
        return try visits.map { visit in
            let screen = (visit["kept"] as? String).flatMap { Data(base64Encoded: $0) } ?? Data()
            let place = try JSONSerialization.data(withJSONObject: visit["place"] ?? [:])
            return String(decoding: place, as: UTF8.self) + String(decoding: screen, as: UTF8.self)
        }.joined(separator: "\n")
    }

    /// Ends the process and begins another with nothing but what the system kept.
    public func kill() async {
        way = Way(work: Work(open), kept: way.kept())
        listen()
        await way.settled()
    }

    public struct Missing: Error {
        public let what: String
        public let texts: [String]
    }

    /// A part and those inside it.
    public nonisolated static func all(_ part: Part) -> [Part] {
        switch part.what {
        case .panel(_, _, let inner), .cards(let inner), .tiles(let inner): [part] + inner.flatMap(all)
        default: [part]
        }
    }
}

extension Part {
    /// What is read on it.
    public var texts: [String] {
        switch what {
        case .heading(let line, _): [line.plain]
        case .text(let line, _, _, _): [line.plain]
        case .turn(let head): [head.name, head.change]
        case .button(let button): [button.words]
        case .card(let card): [card.words, card.note]
        case .option(let option): [option.words.plain]
        case .field(let field): [field.label, field.typed]
        case .shares(let shares): shares.map(\.words)
        case .steps(let lines), .points(let lines): lines.map(\.plain)
        case .picture(_, let said): [said]
        case .code(let code): [code.said]
        case .fault(let words), .far(_, _, let words): [words]
        case .dots(_, _, let said): [said]
        case .bar, .cards, .tiles, .panel: []
        }
    }

    /// What a screen reader says of something that can be pressed.
    public var pressed: String? {
        switch what {
        case .turn(let head): head.change
        case .button(let button): button.isUseful ? button.said : nil
        case .card(let card): card.said
        case .option(let option): option.words.plain
        default: nil
        }
    }

    public var isField: Bool {
        if case .field = what { true } else { false }
    }
}
