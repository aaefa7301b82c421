import Foundation

/// The way that somebody went and the screen that she is at. It holds nothing else.
@MainActor
public final class Way {
    public let work: Work

    /// Called when another screen is there.
    public var onChange: (@MainActor () -> Void)?

    /// Does what only the platform can, and gives what that brings: the text of a code, a file's path.
    public var onErrand: (@MainActor (Errand, @escaping @MainActor (String) -> Void) -> Void)?

    /// Plays the sounds of lessons; nil where the platform has none.
    public var player: (any SoundPlayer)?

    /// The screen that somebody is at.
    public var screen: Screen {
        guard let shown else { preconditionFailure("a way begins with a screen") }
        return shown
    }

    private var shown: Screen?
    /// The language of words, such as `vi`.
    public private(set) var language = "vi"

    /// How large letters are, in percent of the phone's own size.
    public private(set) var textPercent = 100

    private var visits: [Visit] = []
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var begun = 0

    /// A sync that nobody waits for; `settled` does not wait for it either.
    private(set) var syncing: Task<Void, Never>?

    /// Begins at the list of people, or where `kept` says that somebody was.
    public init(work: Work, kept: Data? = nil) {
        self.work = work
        visits = kept.flatMap { try? JSONDecoder().decode([Visit].self, from: $0) } ?? []
        if visits.isEmpty { visits = [Visit(place: .people)] }
        arrive()
        run { [self] in
            // Without them letters have the phone's own size; the screen tells of what failed.
            guard let settings = try? await work.ask({ try $0.settings() }) else { return }
            take(settings)
            onChange?()
        }
    }

    /// The way as bytes, for another process to go on.
    public func kept() -> Data {
        keep()
        return (try? JSONEncoder().encode(visits)) ?? Data()
    }

    /// Whether back leads anywhere.
    public var hasBack: Bool { visits.count > 1 || screen.hasOwnBack }

    /// Goes to a place from which back leads here.
    public func go(_ place: Place) {
        keep()
        visits.append(Visit(place: place))
        arrive()
    }

    /// Goes to a place from which back leads where back led from here.
    public func replace(_ place: Place) {
        visits.removeLast()
        visits.append(Visit(place: place))
        arrive()
    }

    /// Begins a new way: the last of the places is shown, and back leads through those before it.
    public func restart(_ places: Place...) { restart(places) }

    func restart(_ places: [Place]) {
        visits = places.map { Visit(place: $0) }
        arrive()
    }

    public func back() {
        if screen.back() || visits.count == 1 { return }
        visits.removeLast()
        arrive()
    }

    private func take(_ settings: Settings) {
        textPercent = settings.textPercent
        language = settings.language
    }

    /// Shows the screen anew, in the language and size that were chosen.
    func chose(_ settings: Settings) {
        work.wordsChanged()
        take(settings)
        arrive()
    }

    func isAt(_ screen: Screen) -> Bool { shown === screen }

    /// Does something that waits, and knows of it until it is done.
    @discardableResult
    func run(_ work: @escaping @MainActor () async -> Void) -> Task<Void, Never> {
        let no = begun
        begun += 1
        let task = Task {
            await work()
            tasks[no] = nil
        }
        tasks[no] = task
        return task
    }

    /// Nobody sees the app for now, and its process may be ended.
    public func hide() { screen.hide() }

    /// Syncs what is due although nobody asks: when the app was opened, after a quiz. What is in the way of
    /// it stands on the page of her record. Platforms wake an app in the background when they like, or never.
    public func syncDue() {
        if syncing != nil { return }
        syncing = Task {
            defer { syncing = nil }
            _ = try? await work.askNetwork { try await $0.syncDue() }
        }
    }

    /// Waits until nothing is under way: what somebody answered is on the disk then.
    public func settled() async {
        while let task = tasks.first?.value { await task.value }
    }

    private func keep() { visits[visits.count - 1].kept = screen.keep() }

    private func arrive() {
        shown?.leave()
        let visit = visits[visits.count - 1]
        shown = Screen.of(visit.place, self, visit.kept)
        screen.open()
        onChange?()
    }
}

/// A place that was visited, and what its screen keeps of itself.
private struct Visit: Codable {
    let place: Place
    var kept: Data?
}
