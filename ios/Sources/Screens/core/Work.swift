import Dispatch

/// Carries calls to the core to a thread that draws nothing, and what they bring back to the one that
/// draws. The first call opens the core; where that fails, the next call tries again.
///
/// What waits for the network does not pass through that thread, so that nobody's answer waits behind
/// it.
@MainActor
public final class Work {
    /// The words of the core; none until it was opened.
    public private(set) var words: (any Words)?

    private let open: @Sendable () throws -> any Core
    private let disk = DispatchQueue(label: "vn.hocvu.disk", qos: .userInitiated)
    private var core: (any Core)?
    private var opening: Task<any Core, any Error>?

    public init(_ open: @escaping @Sendable () throws -> any Core) { self.open = open }

    public func ask<T: Sendable>(_ call: @escaping @Sendable (any Core) throws -> T) async throws -> T {
        let core = try await opened()
        return try await Self.on(disk) { try call(core) }
    }

    /// The core as it is now, for words in a language that was chosen just now.
    func wordsChanged() { words = core?.words }

    public func askNetwork<T: Sendable>(_ call: @escaping @Sendable (any Core) async throws -> T) async throws -> T {
        try await call(opened())
    }

    /// Whoever asks while the core is being opened waits for the same opening.
    private func opened() async throws -> any Core {
        if let core { return core }
        if let opening { return try await opening.value }
        let fresh = Task {
            defer { opening = nil }
            let core = try await Self.on(disk, open)
            words = core.words
            self.core = core
            return core
        }
        opening = fresh
        return try await fresh.value
    }

    private nonisolated static func on<T: Sendable>(
        _ queue: DispatchQueue, _ call: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { waiting in
            queue.async { waiting.resume(with: Result(catching: call)) }
        }
    }
}
