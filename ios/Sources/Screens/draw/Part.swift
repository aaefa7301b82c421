import Foundation

/// What a colour is for; the palette of `Look` has one for day and one for night.
public enum Tone: Equatable, Sendable {
    case paper, card, line, ink, inkSoft, go, onGo, goSoft, look, lookSoft, stop, stopSoft
}

/// A part of a page. Its id stays the same as long as the page is built in the same order.
public struct Part: Equatable, Sendable, Identifiable {
    public let id: String
    public var what: What

    public indirect enum What: Equatable, Sendable {
        case heading(Line, points: Int)
        case text(Line, tone: Tone, isSmall: Bool, isBold: Bool)
        case turn(TurnHead)
        case button(ButtonPart)
        case card(CardPart)

        /// Cards beside each other, two in a row where there is room.
        case cards([Part])

        /// Small cards, four in a row: pictograms to choose from.
        case tiles([Part])
        case option(OptionPart)
        case field(FieldPart)
        case bar(done: Int, of: Int)

        /// How far something is that goes on by itself; read out anew while somebody listens.
        case far(done: Int, of: Int, words: String)

        /// Full and empty dots, read out as a number; the word beside them says the same.
        case dots(Int, of: Int, said: String)
        case shares([Share])
        case steps([Line])
        case points([Line])
        case picture(Data, said: String)

        case code(CodePart)
        case panel(fill: Tone, edge: Tone, parts: [Part])

        /// What is missing or went wrong; read out when it appears.
        case fault(String)
    }
}

/// Whose turn it is, and the way to the next person.
public struct TurnHead: Equatable, Sendable {
    public let pictogram: String
    public let name: String
    public let said: String
    public let change: String
}

public struct ButtonPart: Equatable, Sendable {
    /// `go` is the one green button of a page, `plain` a second choice, `quiet` a way that few take.
    public enum Style: Equatable, Sendable { case go, plain, quiet }

    public let words: String
    public let style: Style

    /// What a screen reader says, where it is not the words.
    public let said: String
    public let isUseful: Bool
}

/// Something that only the platform can do.
public enum Errand: Equatable, Sendable {
    /// Reads a code with the camera, and brings its text.
    case scan

    /// Has the phone's own lock opened, and brings `open`; `none` where the phone has no lock. `why` is shown.
    case unlock(why: String)

    /// Lets a file be chosen, and brings its path.
    case chooseFile

    /// Hands a file on: by nearby transfer, mail, a memory stick. Brings `unwritten` where
    /// there is no room for it, and nothing else.
    case share(name: String, bytes: Data)
}

/// A card that is one target.
public struct CardPart: Equatable, Sendable {
    public enum Picture: Equatable, Sendable {
        case none
        case pictogram(String)
        case svg(Data)
    }

    public let picture: Picture
    public let words: String
    public let note: String
    public let done: Int
    public let of: Int
    public let said: String
    public let isChosen: Bool
}

/// A radio button or a box, as wide as the page.
public struct OptionPart: Equatable, Sendable {
    public let words: Line
    public let isChosen: Bool
    public let isRadio: Bool
}

/// A line to type in.
public struct FieldPart: Equatable, Sendable {
    public enum Keys: Equatable, Sendable { case name, words, code, number, pin }

    public let label: String
    public let keys: Keys
    public let charsMax: Int
    public var typed: String
}

/// A code as a picture that another phone's camera reads: a square of points, row by row.
public struct CodePart: Equatable, Sendable {
    public let side: Int
    public let points: [Bool]
    public let said: String
}

/// A part of a whole, as long as its share, and the words for its colour.
public struct Share: Equatable, Sendable {
    public let tone: Tone
    public let count: Int
    public let words: String
}

/// What is on the screen, from top to bottom; a value, so that it is compared whole.
public struct Page: Equatable, Sendable {
    /// What a screen reader says when the page is there.
    public var title: String
    public var parts: [Part]

    /// What is to be seen first; the top where there is none.
    public var shows: String?

    /// Counts the pages that begin at their top: the same number is the same place.
    public var turn: Int

    public static let empty = Page(title: "", parts: [], shows: nil, turn: 0)

    /// Whether something on it goes on by itself: a phone that turned its screen off would pause it.
    public var isUnderWay: Bool {
        parts.contains { if case .far = $0.what { true } else { false } }
    }

    /// The fault that this page has and the one before had not.
    public func newFault(since before: Page) -> String? {
        let faults = Page.faults(parts)
        return faults == Page.faults(before.parts) ? nil : faults.last
    }

    private static func faults(_ parts: [Part]) -> [String] {
        parts.flatMap { part -> [String] in
            switch part.what {
            case .fault(let words): [words]
            case .panel(_, _, let inner): faults(inner)
            default: []
            }
        }
    }

    /// Puts a fault above a part, or under everything else, in place of the one before.
    mutating func fault(_ words: String, before id: String?) {
        parts = Page.without("fault", parts)
        let fault = Part(id: "fault", what: .fault(words))
        if id == nil || !Page.insert(fault, before: id ?? "", &parts) { parts.append(fault) }
        shows = fault.id
    }

    mutating func type(_ words: String, into id: String) {
        shows = nil
        Page.change(id, &parts) { part in
            if case .field(var field) = part.what {
                field.typed = words
                part.what = .field(field)
            }
        }
    }

    private static func without(_ id: String, _ parts: [Part]) -> [Part] {
        parts.filter { $0.id != id }.map { part in
            guard case .panel(let fill, let edge, let inner) = part.what else { return part }
            return Part(id: part.id, what: .panel(fill: fill, edge: edge, parts: without(id, inner)))
        }
    }

    private static func insert(_ fresh: Part, before id: String, _ parts: inout [Part]) -> Bool {
        if let at = parts.firstIndex(where: { $0.id == id }) {
            parts.insert(fresh, at: at)
            return true
        }
        for at in parts.indices {
            guard case .panel(let fill, let edge, var inner) = parts[at].what else { continue }
            if insert(fresh, before: id, &inner) {
                parts[at].what = .panel(fill: fill, edge: edge, parts: inner)
                return true
            }
        }
        return false
    }

    private static func change(_ id: String, _ parts: inout [Part], _ change: (inout Part) -> Void) {
        for at in parts.indices {
            if parts[at].id == id { change(&parts[at]) }
            guard case .panel(let fill, let edge, var inner) = parts[at].what else { continue }
            Page.change(id, &inner, change)
            parts[at].what = .panel(fill: fill, edge: edge, parts: inner)
        }
    }
}
