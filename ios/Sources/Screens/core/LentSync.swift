import Foundation

/// A sync in time that the platform lends, and wants back when it likes; after it, new editions of courses that
/// are held are fetched. The platform is told once, with
/// true where the sync came to its end: whoever is not told in time is given less of it, or ended.
public final class LentSync: Sendable {
    private let end: End
    let round: Task<Void, Never>

    /// Begins; `told` may be called from any thread.
    public init(_ work: Work, _ told: @escaping @Sendable (Bool) -> Void) {
        let end = End(told)
        self.end = end
        round = Task { @MainActor in
            let done: Void? = try? await work.askNetwork { core in
                _ = try await core.syncDue()
                try await core.updateDue()
            }
            end.tell(done != nil)
        }
    }

    /// The platform wants its time back. A fetch pauses. No further station is begun with. The one that is under
    /// way goes on while the process may, in this time or in the next that it is given; if it is ended, the next sync
    /// does the rest.
    public func expire() {
        round.cancel()
        end.tell(false)
    }

    /// Both the sync and its time may end first.
    private final class End: @unchecked Sendable {
        private let lock = NSLock()
        private var told: (@Sendable (Bool) -> Void)?

        init(_ told: @escaping @Sendable (Bool) -> Void) { self.told = told }

        func tell(_ isWhole: Bool) {
            let told = lock.withLock {
                defer { self.told = nil }
                return self.told
            }
            told?(isWhole)
        }
    }
}
