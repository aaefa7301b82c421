import Foundation

@testable import Screens

/// The folder of the repository.
let repository: String = {
    let components = URL(fileURLWithPath: #filePath).pathComponents
    return "/" + components.dropFirst().dropLast(4).joined(separator: "/")
}()

/// The core's own Vietnamese texts, read without the core: arguments are put in, and of a text with
/// cases the last one is taken.
struct FakeWords: Words {
    private static let all: [String: String] = {
        let folder = URL(fileURLWithPath: repository + "/assets/locales/vi")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        var all: [String: String] = [:]
        for file in files {
            let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
            for line in lines where line.first?.isLowercase == true {
                guard let sign = line.range(of: " = ") else { continue }
                all[String(line[..<sign.lowerBound])] = String(line[sign.upperBound...])
            }
        }
        return all
    }()

    func say(_ key: String, _ words: KeyValuePairs<String, any Sayable>) -> String {
        let said = words.map { ($0.key, "\($0.value.word.shown)") }
        if key == "date" { return said.map { $0.1.count == 1 ? "0" + $0.1 : $0.1 }.joined(separator: "/") }
        guard var text = Self.all[key] else { preconditionFailure("there is no text \(key)") }
        for (name, word) in said {
            text = text.replacingOccurrences(of: "{ NUMBER($\(name)) }", with: word)
            text = text.replacingOccurrences(of: "{ $\(name) }", with: word)
            text = text.replacingOccurrences(of: "{ $\(capital(name)) }", with: capital(word))
        }
        precondition(!text.contains("{"), "\(key) lacks an argument: \(text)")
        return text
    }

    private func capital(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    func readNumber(_ typed: String) -> Int64? {
        let plain = typed.replacingOccurrences(of: ".", with: "").replacingOccurrences(of: ",", with: ".")
        return Double(plain).map { Int64($0 * 1_000) }
    }

    func showNumber(_ milli: Int64) -> String {
        milli % 1_000 == 0 ? "\(milli / 1_000)" : "\(Double(milli) / 1_000)"
    }
}

extension Word {
    fileprivate var shown: String {
        switch self {
        case .number(let number): "\(number)"
        case .text(let text): text
        }
    }
}
