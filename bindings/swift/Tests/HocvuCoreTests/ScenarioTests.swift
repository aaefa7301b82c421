import Foundation
import XCTest

@testable import HocvuCore

/// A learner's way over two phones and a station, which is the program itself; the same as the Kotlin
/// module's.
final class ScenarioTests: XCTestCase {
    func test_a_learner_is_added_answers_survives_a_kill_is_counted_moves_on_and_is_erased() async throws {
        let phone = try Phone()
        let acknowledged = try answerUntilKilled(phone)
        let station = try Station()
        defer { station.stop() }
        let hocvu = try phone.open()
        let learner = try XCTUnwrap(hocvu.learners().list().first).id
        XCTAssertTrue(try hocvu.device().endedUncleanly())
        XCTAssertTrue(try hocvu.device().check())
        let recorded = try hocvu.progress().home(learner: learner).recorded
        XCTAssertTrue(recorded == acknowledged || recorded == acknowledged + 1, "\(recorded) of \(acknowledged)")

        let code = try await station.joinCode()
        let relay = try hocvu.sync().join(code: code)
        let before = try hocvu.sync().whereIs(learner: learner)
        XCTAssertEqual(before.events, before.here)
        XCTAssertEqual(try hocvu.sync().due().relays, [relay.no])
        let listener = Counting()
        let round = try await hocvu.sync().round(relay: relay.no, listener: listener)
        XCTAssertTrue(round.inStep && round.trouble == nil)
        XCTAssertEqual(listener.last(), round)
        let after = try hocvu.sync().whereIs(learner: learner)
        XCTAssertEqual(after.counted, before.events)

        let other = try Phone().open()
        let card = try hocvu.learners().card(learner: learner, name: "Lan")
        let takeIn = TakeInRequest(card: card.text, person: person("Lan"))
        XCTAssertEqual(try other.learners().takeIn(request: takeIn), learner)
        let otherRelay = try other.sync().join(code: code).no
        let brought = try await other.sync().round(relay: otherRelay, listener: nil)
        XCTAssertGreaterThan(brought.copies, 0)
        XCTAssertEqual(try other.progress().home(learner: learner).recorded, recorded)

        try hocvu.learners().erase(learner: learner)
        XCTAssertNil(try hocvu.learners().get(learner: learner))
        _ = try await hocvu.sync().round(relay: relay.no, listener: nil)
        let told = try await other.sync().round(relay: otherRelay, listener: nil)
        XCTAssertEqual(told.erased, [learner])
        XCTAssertNil(try other.learners().get(learner: learner))
        hocvu.shut()
        other.shut()
    }

    func test_cancelling_a_sync_loses_nothing() async throws {
        let station = try Station()
        defer { station.stop() }
        let hocvu = try Phone().open()
        let learner = try hocvu.learners().add(request: adult("Lan"))
        let code = try await station.joinCode()
        let relay = try hocvu.sync().join(code: code).no
        for milliseconds in 0..<20 {
            try hocvu.learners().setGroup(
                learner: learner, group: milliseconds.isMultiple(of: 2) ? .student : .worker)
            let events = try hocvu.sync().whereIs(learner: learner).events
            let sync = hocvu.sync()
            let round = Task { try await sync.round(relay: relay, listener: nil) }
            try await Task.sleep(nanoseconds: UInt64(milliseconds) * 3_000_000)
            round.cancel()
            _ = await round.result
            XCTAssertEqual(try hocvu.sync().whereIs(learner: learner).events, events)
        }
        let whole = try await hocvu.sync().round(relay: relay, listener: nil)
        XCTAssertTrue(whole.inStep)
        let record = try hocvu.sync().whereIs(learner: learner)
        XCTAssertEqual(record.counted, record.events)
        hocvu.shut()
    }

    func test_what_the_platform_throws_and_a_panic_are_failures_and_poison_nothing() throws {
        let phone = try Phone()
        guard case .Platform(let why, let told) = failure({ _ = try phone.open(keys: LockedKeys()) }) else {
            return XCTFail("another failure")
        }
        XCTAssertTrue(why.contains("locked") && !told.words.isEmpty)
        let hocvu = try phone.open(surroundings: BrokenSurroundings())
        guard case .Platform = failure({ _ = try hocvu.sync().due() }) else { return XCTFail("another failure") }
        guard case .Internal(let panic, _) = failure({ try hocvu.vectorPanic() }) else {
            return XCTFail("another failure")
        }
        XCTAssertTrue(panic.contains("on purpose"))
        _ = try hocvu.learners().add(request: adult("Lan"))
        guard case .Invalid(let what, _) = failure({ _ = try hocvu.learners().get(learner: "../x") }) else {
            return XCTFail("another failure")
        }
        XCTAssertEqual(what, "learner")
        hocvu.shut()
        guard case .Shut = failure({ _ = try hocvu.learners().list() }) else { return XCTFail("another failure") }
    }

    /// Lets another process add her and answer, and kills it in the midst. Gives the answers that it
    /// said were kept.
    private func answerUntilKilled(_ phone: Phone) throws -> UInt64 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("Answering")
        process.arguments = [phone.folder.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var said = ""
        var isKilled = false
        while true {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
            if !isKilled && said.contains("kept 5\n") {
                isKilled = true
                kill(process.processIdentifier, SIGKILL)
            }
        }
        process.waitUntilExit()
        XCTAssertEqual(process.terminationReason, .uncaughtSignal)
        let kept = said.split(separator: "\n").compactMap { UInt64($0.dropFirst("kept ".count)) }
        return try XCTUnwrap(kept.last)
    }
}

/// Keeps what it is told.
final class Counting: SyncListener, @unchecked Sendable {
    private let lock = NSLock()
    private var rounds: [RoundView] = []

    func moved(round: RoundView) throws {
        lock.lock()
        defer { lock.unlock() }
        rounds.append(round)
    }

    func last() -> RoundView? {
        lock.lock()
        defer { lock.unlock() }
        return rounds.last
    }
}

final class LockedKeys: DeviceKeys {
    func get(name: String) throws -> Data? { throw PlatformFailure.Failed(why: "locked") }
    func put(name: String, secret: Data) throws { throw PlatformFailure.Failed(why: "locked") }
}

final class BrokenSurroundings: PlatformSurroundings {
    struct Unforeseen: Error {}

    func now() throws -> SurroundingsView { throw Unforeseen() }
}
