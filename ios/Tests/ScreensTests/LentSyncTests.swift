import Foundation
import Testing

@testable import Screens

/// A sync in the background, whose time the platform lends.
@MainActor
@Suite struct LentSyncTests {
    let core = FakeCore()
    private let told = Told()

    private final class Told: @unchecked Sendable {
        private let lock = NSLock()
        private var held: [Bool] = []

        var all: [Bool] { lock.withLock { held } }

        func add(_ isWhole: Bool) { lock.withLock { held.append(isWhole) } }
    }

    private func lent() -> LentSync { LentSync(Work { [core] in core }) { [told] in told.add($0) } }

    @Test func the_platform_is_told_once_that_all_was_done() async {
        let sync = lent()
        await sync.round.value
        #expect(told.all == [true] && core.now.syncs == 1 && core.now.fetches.unasked == 1)
        sync.expire()
        #expect(told.all == [true])
    }

    @Test func a_fetch_of_new_editions_ends_where_time_is_wanted_back() async {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (held, release) = AsyncStream<Void>.makeStream()
        core.now.fetches.meanwhile = {
            begin.finish()
            for await _ in held {}
        }
        let sync = lent()
        for await _ in begun {}
        sync.expire()
        await sync.round.value
        #expect(told.all == [false] && core.now.syncs == 1)
        release.finish()
    }

    @Test func a_core_that_does_not_open_is_told_as_not_done() async {
        let sync = LentSync(Work { [core] in throw core.diskFull }) { [told] in told.add($0) }
        await sync.round.value
        #expect(told.all == [false])
    }

    @Test func time_that_is_wanted_back_is_given_back_at_once_and_the_round_goes_on() async {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (held, release) = AsyncStream<Void>.makeStream()
        // The round that waits for this is not ended by being cancelled, as in Rust.
        let gate = Task { for await _ in held {} }
        core.now.onSync = {
            begin.finish()
            await gate.value
        }
        let sync = lent()
        for await _ in begun {}
        sync.expire()
        #expect(told.all == [false], "told before the round has ended")
        release.finish()
        await sync.round.value
        #expect(told.all == [false], "and not a second time")
    }
}
