import Foundation

/// The longest time that is taken for a question, in tenths of a second: an hour.
private let tenthsMax = 36_000.0

/// What was given to a question so far, and what was said to it. It outlives a killed process.
struct Draft: Codable, Equatable {
    /// Numbers chosen, in the meaning of the form; nil where nothing is chosen yet.
    var chosen: [Int?] = []
    var typed = ""
    var hintIsShown = false
    var solutionIsShown = false

    /// Which list to choose from is open.
    var open: Int?

    /// What was answered to a check, to be judged once more in another process.
    var response: Response?

    /// When the question was first shown, in seconds since the phone was started.
    var began: Double?

    mutating func begin() {
        if began == nil { began = ProcessInfo.processInfo.systemUptime }
    }

    /// Tenths of a second since the question was first shown; 0 where the phone was started since.
    var tenths: Int {
        guard let began else { return 0 }
        let passed = (ProcessInfo.processInfo.systemUptime - began) * 10
        return (0...tenthsMax).contains(passed) ? Int(passed) : 0
    }

    /// As many numbers as there are places to choose for.
    func chosen(_ count: Int) -> [Int?] { chosen.count == count ? chosen : Array(repeating: nil, count: count) }
}

/// Where a form keeps what it was given.
@MainActor
struct Keeper {
    let get: @MainActor () -> Draft
    let set: @MainActor (Draft) -> Void
    let redraw: @MainActor () -> Void

    func change(_ change: (inout Draft) -> Void) {
        typing(change)
        redraw()
    }

    /// The page shows already what is being typed.
    func typing(_ change: (inout Draft) -> Void) {
        var draft = get()
        change(&draft)
        set(draft)
    }
}

/// What a form holds: an answer, or the key of the text that says what is missing.
enum Reading: Equatable {
    case answer(Response)
    case missing(String)

    init(_ response: Response?, missing: String) {
        self = response.map { .answer($0) } ?? .missing(missing)
    }
}
