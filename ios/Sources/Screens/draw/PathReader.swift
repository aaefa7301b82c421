import Foundation

/// Reads the `d` of an SVG path. What is no path any more ends it; what was read until there is drawn.
struct PathReader {
    private let text: [UInt8]
    private var at = 0
    private var steps: [Step] = []
    private var (x, y) = (0.0, 0.0)
    private var (startX, startY) = (0.0, 0.0)

    /// The last control point, which smooth curves mirror, and what drew it.
    private var (controlX, controlY) = (0.0, 0.0)
    private var before: Character = " "

    static func read(_ text: String) -> [Step] {
        var reader = PathReader(text: Array(text.utf8))
        return reader.read()
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func read() -> [Step] {
        var command: Character = " "
        while skip() {
            let letter = Character(UnicodeScalar(text[at]))
            if letter.isLetter {
                command = letter
                at += 1
            } else if command == " " {
                break
            }
            if !draw(command) { break }
            before = Character(command.uppercased())
            // More pairs after a move are lines.
            if command == "M" { command = "L" }
            if command == "m" { command = "l" }
            if before == "Z" { command = " " }
        }
        return steps
    }

    private mutating func draw(_ command: Character) -> Bool {
        let (baseX, baseY) = command.isLowercase ? (x, y) : (0, 0)
        switch command.uppercased() {
        case "M":
            guard let n = take(2) else { return false }
            steps.append(.move(baseX + n[0], baseY + n[1]))
            (x, y) = (baseX + n[0], baseY + n[1])
            (startX, startY) = (x, y)
        case "L":
            guard let n = take(2) else { return false }
            line(baseX + n[0], baseY + n[1])
        case "H":
            guard let n = take(1) else { return false }
            line(baseX + n[0], y)
        case "V":
            guard let n = take(1) else { return false }
            line(x, baseY + n[0])
        case "C":
            guard let n = take(6) else { return false }
            cubic(baseX + n[0], baseY + n[1], baseX + n[2], baseY + n[3], baseX + n[4], baseY + n[5])
        case "S":
            guard let n = take(4) else { return false }
            let (mx, my) = mirrored("CS")
            cubic(mx, my, baseX + n[0], baseY + n[1], baseX + n[2], baseY + n[3])
        case "Q":
            guard let n = take(4) else { return false }
            quad(baseX + n[0], baseY + n[1], baseX + n[2], baseY + n[3])
        case "T":
            guard let n = take(2) else { return false }
            let (mx, my) = mirrored("QT")
            quad(mx, my, baseX + n[0], baseY + n[1])
        case "A": return arc(baseX, baseY)
        case "Z":
            steps.append(.close)
            (x, y) = (startX, startY)
        default: return false
        }
        return true
    }

    private mutating func line(_ toX: Double, _ toY: Double) {
        steps.append(.line(toX, toY))
        (x, y) = (toX, toY)
    }

    private mutating func cubic(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ toX: Double, _ toY: Double
    ) {
        steps.append(.cubic(x1, y1, x2, y2, toX, toY))
        (controlX, controlY) = (x2, y2)
        (x, y) = (toX, toY)
    }

    private mutating func quad(_ x1: Double, _ y1: Double, _ toX: Double, _ toY: Double) {
        steps.append(.quad(x1, y1, toX, toY))
        (controlX, controlY) = (x1, y1)
        (x, y) = (toX, toY)
    }

    private func mirrored(_ after: String) -> (Double, Double) {
        after.contains(before) ? (2 * x - controlX, 2 * y - controlY) : (x, y)
    }

    private mutating func arc(_ baseX: Double, _ baseY: Double) -> Bool {
        guard let n = take(3), let isLarge = flag(), let isSweep = flag(), let to = take(2) else { return false }
        arc(abs(n[0]), abs(n[1]), n[2] * .pi / 180, isLarge, isSweep, baseX + to[0], baseY + to[1])
        return true
    }

    /// An arc as curves of at most a quarter: SVG 1.1, appendix F.6.5.
    private mutating func arc(
        _ rx0: Double, _ ry0: Double, _ turn: Double, _ isLarge: Bool, _ isSweep: Bool, _ toX: Double,
        _ toY: Double
    ) {
        if rx0 == 0 || ry0 == 0 || (x == toX && y == toY) { return line(toX, toY) }
        let (c, s) = (cos(turn), sin(turn))
        let (hx, hy) = ((x - toX) / 2, (y - toY) / 2)
        let (px, py) = (c * hx + s * hy, -s * hx + c * hy)
        let grow = max(1, px * px / (rx0 * rx0) + py * py / (ry0 * ry0)).squareRoot()
        let (rx, ry) = (rx0 * grow, ry0 * grow)
        let below = rx * rx * py * py + ry * ry * px * px
        let root = max(0, (rx * rx * ry * ry - below) / below).squareRoot() * (isLarge == isSweep ? -1 : 1)
        let (qx, qy) = (root * rx * py / ry, -root * ry * px / rx)
        let (cx, cy) = (c * qx - s * qy + (x + toX) / 2, s * qx + c * qy + (y + toY) / 2)
        let from = Self.angle(1, 0, (px - qx) / rx, (py - qy) / ry)
        var sweep = Self.angle((px - qx) / rx, (py - qy) / ry, (-px - qx) / rx, (-py - qy) / ry)
        if isSweep && sweep < 0 { sweep += 2 * .pi }
        if !isSweep && sweep > 0 { sweep -= 2 * .pi }
        guard sweep.isFinite else { return line(toX, toY) }
        let pieces = max(1, Int((abs(sweep) / (.pi / 2) - 1e-6).rounded(.up)))
        for i in 0..<pieces {
            let (a, b) = (from + sweep * Double(i) / Double(pieces), from + sweep * Double(i + 1) / Double(pieces))
            quarter(a, b) { u, v in (cx + c * rx * u - s * ry * v, cy + s * rx * u + c * ry * v) }
        }
        (x, y) = (toX, toY)
    }

    private mutating func quarter(_ a: Double, _ b: Double, _ place: (Double, Double) -> (Double, Double)) {
        let k = 4 / 3 * tan((b - a) / 4)
        let (x1, y1) = place(cos(a) - k * sin(a), sin(a) + k * cos(a))
        let (x2, y2) = place(cos(b) + k * sin(b), sin(b) - k * cos(b))
        let (x3, y3) = place(cos(b), sin(b))
        steps.append(.cubic(x1, y1, x2, y2, x3, y3))
    }

    private static func angle(_ ux: Double, _ uy: Double, _ vx: Double, _ vy: Double) -> Double {
        let cosine = (ux * vx + uy * vy) / ((ux * ux + uy * uy) * (vx * vx + vy * vy)).squareRoot()
        return acos(min(1, max(-1, cosine))) * (ux * vy - uy * vx < 0 ? -1 : 1)
    }

    private mutating func skip() -> Bool {
        while at < text.count, " \t\r\n,".utf8.contains(text[at]) { at += 1 }
        return at < text.count
    }

    private mutating func take(_ count: Int) -> [Double]? {
        var taken: [Double] = []
        for _ in 0..<count {
            guard let number = number() else { return nil }
            taken.append(number)
        }
        return taken
    }

    private mutating func flag() -> Bool? {
        guard skip() else { return nil }
        defer { at += 1 }
        switch text[at] {
        case UInt8(ascii: "0"): return false
        case UInt8(ascii: "1"): return true
        default: return nil
        }
    }

    private mutating func number() -> Double? {
        guard skip() else { return nil }
        let start = at
        if "+-".utf8.contains(text[at]) { at += 1 }
        var hasDot = false
        while at < text.count {
            let isDot = text[at] == UInt8(ascii: ".")
            if !isDot && !"0123456789".utf8.contains(text[at]) || isDot && hasDot { break }
            hasDot = hasDot || isDot
            at += 1
        }
        return Double(String(decoding: text[start..<at], as: UTF8.self))
    }
}
