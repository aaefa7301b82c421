public enum Stress: Equatable, Sendable { case plain, strong, emphasis }

public struct Run: Equatable, Sendable {
    public let text: String
    public let stress: Stress

    public init(_ text: String, _ stress: Stress = .plain) {
        self.text = text
        self.stress = stress
    }
}

/// A line of an author's words, some of them stressed.
public struct Line: Equatable, Sendable {
    public let runs: [Run]

    public init(_ runs: [Run]) { self.runs = runs }

    public init(_ text: String) { runs = [Run(text)] }

    public var plain: String { runs.map(\.text).joined() }

    public var isBlank: Bool { plain.allSatisfy(\.isWhitespace) }
}
