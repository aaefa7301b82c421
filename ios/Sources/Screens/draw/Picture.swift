import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A step of an outline, in the picture's units.
public enum Step: Equatable, Sendable {
    case move(Double, Double)
    case line(Double, Double)
    case cubic(Double, Double, Double, Double, Double, Double)
    case quad(Double, Double, Double, Double)
    case close
}

/// Where points come to lie: x' = a·x + c·y + e, y' = b·x + d·y + f.
public struct Matrix: Equatable, Sendable {
    public var (a, b, c, d, e, f) = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    static func move(_ x: Double, _ y: Double) -> Matrix { with(1, 0, 0, 1, x, y) }

    static func scale(_ x: Double, _ y: Double) -> Matrix { with(x, 0, 0, y, 0, 0) }

    static func turn(degrees: Double) -> Matrix {
        let (s, c) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
        return with(c, s, -s, c, 0, 0)
    }

    static func with(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) -> Matrix {
        var matrix = Matrix()
        (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f) = (a, b, c, d, e, f)
        return matrix
    }

    /// First the other, then this one.
    func after(_ m: Matrix) -> Matrix {
        .with(
            a * m.a + c * m.b, b * m.a + d * m.b, a * m.c + c * m.d, b * m.c + d * m.d, a * m.e + c * m.f + e,
            b * m.e + d * m.f + f)
    }
}

/// What is stroked, filled and written how; inherited from a group by what is inside it.
public struct Style: Equatable, Sendable {
    public var classes: [String] = []
    public var strokeWidth: Double?
    public var dashes: [Double] = []
    public var opacity = 1.0
    public var matrix = Matrix()
    public var fontSize = 16.0
    public var isBold = false
    public var anchor = "start"
    public var isUnderlined = false

    /// What it is filled with; nil for nothing.
    public var fill: Tone? { classes.compactMap { $0 == "solid" ? .ink : Self.tone($0, "f-") }.last }

    /// What it is stroked with; nil for nothing.
    public var stroke: Tone? {
        if classes.contains("no-stroke") || classes.contains("solid") { return nil }
        return classes.compactMap { Self.tone($0, "s-") }.last ?? .ink
    }

    /// What it is written in.
    public var writing: Tone { classes.compactMap { Self.tone($0, "t-") ?? Self.tone($0, "f-") }.last ?? .ink }

    private static func tone(_ name: String, _ prefix: String) -> Tone? {
        guard name.hasPrefix(prefix) else { return nil }
        switch name.dropFirst(prefix.count) {
        case "paper": return .paper
        case "card": return .card
        case "line": return .line
        case "go": return .go
        case "on-go": return .onGo
        case "go-soft": return .goSoft
        case "look": return .look
        case "look-soft": return .lookSoft
        case "stop": return .stop
        case "stop-soft": return .stopSoft
        case "soft": return .inkSoft
        default: return nil
        }
    }
}

/// A piece of writing: from a place of its own, or on from the piece before it.
public struct Writing: Equatable, Sendable {
    public let text: String
    public let style: Style
    public let x: Double?
    public let y: Double?
    public let dx: Double
    public let dy: Double
}

/// Something drawn.
public enum Drawn: Equatable, Sendable {
    case outline([Step], Style)
    case writing([Writing])
}

/// A picture: the part of SVG that `docs/formats.md` allows.
public struct Picture: Equatable, Sendable {
    public let x: Double
    public let y: Double
    public let width: Double
    public let height: Double
    public let drawn: [Drawn]

    /// Reads a picture; nil for what is none, so that its words stand in its place.
    public static func read(_ svg: Data) -> Picture? {
        // No picture of a pack is larger, and none names anything outside of itself.
        guard svg.count <= 64 * 1024 else { return nil }
        let reader = PictureReader()
        let parser = XMLParser(data: svg)
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse(), !reader.isBroken, let box = reader.box else { return nil }
        return Picture(x: box[0], y: box[1], width: box[2], height: box[3], drawn: reader.drawn)
    }
}

/// Drawn pictures have far fewer parts; more would only slow the phone down.
private let drawnMax = 2_000

private final class PictureReader: NSObject, XMLParserDelegate {
    private(set) var drawn: [Drawn] = []
    private(set) var box: [Double]?
    private(set) var isBroken = false
    private var styles: [Style] = []
    private var writing: [Writing]?
    private var place: (x: Double?, y: Double?, dx: Double, dy: Double)?
    private var letters = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        write()
        let element = Element(name: name, attributes: attributes)
        let style = element.style(in: styles.last ?? Style())
        styles.append(style)
        if name == "text" || name == "tspan" { place = element.place }
        switch name {
        case "svg": box = element.box
        case "text": writing = []
        default: if let outline = element.outline { drawn.append(.outline(outline, style)) }
        }
        if element.isBroken || drawn.count > drawnMax || styles.count > 100 {
            isBroken = true
            parser.abortParsing()
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if writing != nil { letters += string }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        write()
        _ = styles.popLast()
        if name == "text", let pieces = writing {
            drawn.append(.writing(trimmed(pieces)))
            writing = nil
        }
    }

    private func write() {
        defer { letters = "" }
        guard writing != nil, let style = styles.last else { return }
        let text = letters.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace)
        var words = text.filter { !$0.isEmpty }.joined(separator: " ")
        if letters.first?.isWhitespace == true { words = " " + words }
        if letters.last?.isWhitespace == true, !words.hasSuffix(" ") { words += " " }
        if words.isEmpty { return }
        // The place that an element names holds for its first letters only.
        let at = place ?? (nil, nil, 0, 0)
        place = nil
        writing?.append(Writing(text: words, style: style, x: at.x, y: at.y, dx: at.dx, dy: at.dy))
    }

    /// Space at the ends of a line is not written.
    private func trimmed(_ pieces: [Writing]) -> [Writing] {
        pieces.enumerated().map { i, piece in
            var text = piece.text[...]
            if i == 0 || piece.x != nil { text = text.drop(while: \.isWhitespace) }
            while i == pieces.count - 1, text.last?.isWhitespace == true { text.removeLast() }
            return piece.with(String(text))
        }
    }
}

extension Writing {
    fileprivate func with(_ text: String) -> Writing {
        Writing(text: text, style: style, x: x, y: y, dx: dx, dy: dy)
    }
}

/// An element with its attributes; a number that is none makes the whole picture none.
private final class Element {
    private let name: String
    private let attributes: [String: String]
    private(set) var isBroken = false

    init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    func style(in outer: Style) -> Style {
        var style = outer
        style.classes += words("class")
        style.strokeWidth = number("stroke-width") ?? outer.strokeWidth
        if let dashes = attributes["stroke-dasharray"] { style.dashes = numbers(dashes) }
        style.opacity *= number("opacity") ?? 1
        if let transform = attributes["transform"] { style.matrix = outer.matrix.after(matrix(transform)) }
        style.fontSize = number("font-size") ?? outer.fontSize
        if let weight = attributes["font-weight"] { style.isBold = weight == "bold" || (Int(weight) ?? 400) >= 600 }
        style.anchor = attributes["text-anchor"] ?? outer.anchor
        if let line = attributes["text-decoration"] { style.isUnderlined = line == "underline" }
        return style
    }

    var place: (x: Double?, y: Double?, dx: Double, dy: Double) {
        let none: Double? = name == "text" ? 0 : nil
        return (number("x") ?? none, number("y") ?? none, at("dx"), at("dy"))
    }

    /// x, y, width, height.
    var box: [Double]? {
        let numbers = numbers(attributes["viewBox"] ?? "")
        return numbers.count == 4 && numbers[2] > 0 && numbers[3] > 0 ? numbers : nil
    }

    /// The outline of an element; nil for one that draws nothing itself.
    var outline: [Step]? {
        switch name {
        case "path": return PathReader.read(attributes["d"] ?? "")
        case "rect": return rect
        case "circle": return oval(at("cx"), at("cy"), at("r"), at("r"))
        case "ellipse": return oval(at("cx"), at("cy"), at("rx"), at("ry"))
        case "line": return [.move(at("x1"), at("y1")), .line(at("x2"), at("y2"))]
        case "polyline": return corners
        case "polygon": return corners + [.close]
        default: return nil
        }
    }

    private var corners: [Step] {
        let n = numbers(attributes["points"] ?? "")
        return stride(from: 0, to: n.count - n.count % 2, by: 2).map { i in
            i == 0 ? .move(n[0], n[1]) : .line(n[i], n[i + 1])
        }
    }

    private var rect: [Step] {
        let (x, y, width, height) = (at("x"), at("y"), at("width"), at("height"))
        let rx = min(number("rx") ?? number("ry") ?? 0, width / 2)
        let ry = min(number("ry") ?? rx, height / 2)
        let (right, below) = (x + width, y + height)
        if rx <= 0 || ry <= 0 {
            return [.move(x, y), .line(right, y), .line(right, below), .line(x, below), .close]
        }
        return [
            .move(x + rx, y), .line(right - rx, y), .quarter(right - rx, y, right, y, right, y + ry),
            .line(right, below - ry), .quarter(right, below - ry, right, below, right - rx, below),
            .line(x + rx, below), .quarter(x + rx, below, x, below, x, below - ry),
            .line(x, y + ry), .quarter(x, y + ry, x, y, x + rx, y), .close,
        ]
    }

    private func oval(_ x: Double, _ y: Double, _ rx: Double, _ ry: Double) -> [Step] {
        [
            .move(x + rx, y), .quarter(x + rx, y, x + rx, y + ry, x, y + ry),
            .quarter(x, y + ry, x - rx, y + ry, x - rx, y), .quarter(x - rx, y, x - rx, y - ry, x, y - ry),
            .quarter(x, y - ry, x + rx, y - ry, x + rx, y), .close,
        ]
    }

    private func matrix(_ text: String) -> Matrix {
        var matrix = Matrix()
        for call in text.split(separator: ")") {
            let parts = call.split(separator: "(", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let n = numbers(String(parts[1]))
            guard let first = n.first else { continue }
            switch parts[0].filter(\.isLetter) {
            case "translate": matrix = matrix.after(.move(first, n.count > 1 ? n[1] : 0))
            case "scale": matrix = matrix.after(.scale(first, n.count > 1 ? n[1] : first))
            case "rotate":
                let (x, y) = n.count > 2 ? (n[1], n[2]) : (0, 0)
                matrix = matrix.after(.move(x, y)).after(.turn(degrees: first)).after(.move(-x, -y))
            case "matrix" where n.count == 6: matrix = matrix.after(.with(n[0], n[1], n[2], n[3], n[4], n[5]))
            default: continue
            }
        }
        return matrix
    }

    private func at(_ key: String) -> Double { number(key) ?? 0 }

    private func number(_ key: String) -> Double? {
        guard let text = attributes[key] else { return nil }
        guard let number = Double(text), number.isFinite else {
            isBroken = true
            return nil
        }
        return number
    }

    private func numbers(_ text: String) -> [Double] {
        text.split { $0.isWhitespace || $0 == "," }.compactMap { Double($0) }.filter(\.isFinite)
    }

    private func words(_ key: String) -> [String] { (attributes[key] ?? "").split(separator: " ").map(String.init) }
}

extension Step {
    /// A quarter of an ellipse from a place to another, around the corner between them.
    fileprivate static func quarter(
        _ x: Double, _ y: Double, _ cornerX: Double, _ cornerY: Double, _ toX: Double, _ toY: Double
    ) -> Step {
        // How far along its tangent a curve's control point lies, for a quarter of a circle.
        let k = 0.5522847498
        return .cubic(
            x + k * (cornerX - x), y + k * (cornerY - y), toX + k * (cornerX - toX), toY + k * (cornerY - toY), toX,
            toY)
    }
}
