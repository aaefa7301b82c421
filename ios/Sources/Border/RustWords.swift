import Foundation
import HocvuCore
import Screens

/// The core's texts. Those without arguments were fetched in one piece; none of this asks the disk.
final class RustWords: Words, @unchecked Sendable {
    private let texts: TextRoom
    private let quizzes: QuizRoom
    private let lock = NSLock()
    private var fetched: [String: String]

    init(texts: TextRoom, quizzes: QuizRoom) {
        self.texts = texts
        self.quizzes = quizzes
        fetched = texts.all()
    }

    private var all: [String: String] { lock.withLock { fetched } }

    /// Another language was chosen.
    func readAgain() {
        let fresh = texts.all()
        lock.withLock { fetched = fresh }
    }

    /// A text that lacks an argument is a mistake of the screen: its key is shown, and a test sees it.
    func say(_ key: String, _ words: KeyValuePairs<String, any Sayable>) -> String {
        if words.isEmpty, let text = all[key] { return text }
        let asked = Dictionary(words.map { ($0.key, $0.value.word.toBorder()) }) { first, _ in first }
        return (try? texts.say(key: key, words: asked)) ?? key
    }

    func readNumber(_ typed: String) -> Int64? { quizzes.readNumber(typed: typed) }

    func showNumber(_ milli: Int64) -> String {
        var part = "\(1_000 + milli.magnitude % 1_000)".dropFirst()
        while part.last == "0" { part.removeLast() }
        let comma = part.isEmpty ? "" : all["language-name"] == "English" ? "." : ","
        return "\(milli < 0 ? "-" : "")\(milli.magnitude / 1_000)\(comma)\(part)"
    }

    /// What a competence is in everyday words.
    func skill(_ competence: String) -> String { texts.skill(competence: competence) ?? competence }

    var fileGone: Failure { Failure(.invalid, title: say("courier-refused-title"), words: say("packs-file-gone")) }

    /// What was named is not on this phone (any more).
    var notFound: Failure { Failure(.notFound, title: say("not-found-title"), words: say("not-found")) }
}

extension Word {
    fileprivate func toBorder() -> WordRequest {
        switch self {
        case .number(let number): .number(number: number)
        case .text(let text): .text(text: text)
        }
    }
}
