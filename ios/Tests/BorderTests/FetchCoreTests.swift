import Foundation
import Testing
import TheShell

@testable import Border
@testable import Screens

/// Courses that come over a real `hocvu serve` which an office publishes to, with the real core.
@MainActor
@Suite(.serialized) struct FetchCoreTests {
    private static let known = Place.lesson(.guest("g"), course: publishedCourse, lesson: publishedLesson)

    @Test func a_course_is_looked_for_its_publisher_compared_and_its_new_version_fetched_and_read() async throws {
        let office = try Office()
        let station = try Station { try office.isTrusted(in: $0) }
        defer { station.stop() }
        try office.publish(2, to: station.address)
        let core = try Phone().open()
        _ = try core.join(try await station.joinCode())
        let shell = await Shell { core }
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        try await shell.press("Tìm khóa học mới")
        try await look(shell, "So dấu khóa của")
        try await shell.press("So dấu khóa của “NXB Xã”")
        #expect(shell.reads(office.fingerprint))
        try await shell.press("Giống rồi, tin nhà phát hành này")
        try await look(shell, "Tải bản mới")
        #expect(shell.reads("Có bản mới") && shell.reads("NXB Xã") && shell.reads("về trước"), "\(shell.texts)")
        try await shell.press("Tải bản mới")
        #expect(shell.reads("Đã tải xong “Mật khẩu và mã OTP”"), "\(shell.texts)")
        shell.way.go(Self.known)
        await shell.way.settled()
        #expect(shell.reads("Đây là bản số 2."))
        await shell.back()
        await shell.back()
        let before = try core.storage().media
        try await shell.press("Bỏ tranh và tiếng cho rộng máy: Mật khẩu và mã OTP")
        #expect(try shell.reads("Đã lấy lại") && core.storage().media != before, "\(shell.texts)")
        try await shell.press("Tìm khóa học mới")
        try await shell.press("Tải tranh và tiếng")
        #expect(try core.storage().media == before)
        core.shut()
    }

    @Test func a_cancelled_fetch_pauses_in_the_middle_and_goes_on_there() async throws {
        let (station, core) = try await joined(Phone())
        defer { station.stop() }
        try core.removePack(publishedCourse)
        try await offered(core)
        let pausing = Pausing()
        // On the actor of the test, so that it does not begin before it can be cancelled.
        let fetch = Task { @MainActor in
            try await core.fetch(publishedCourse, withMedia: true) { step in
                if step.thousandths > 0 { pausing.cancel() }
            }
        }
        pausing.task = fetch
        let paused = try await fetch.value
        #expect(!paused.isDone && 0 < paused.thousandths && paused.thousandths < 1_000, "\(paused)")
        #expect(try core.offers().first { $0.course == publishedCourse }?.isBegun == true)
        #expect(throws: Failure.self) { try core.lesson(.guest("g"), publishedCourse, publishedLesson) }
        let whole = try await core.fetch(publishedCourse, withMedia: true) { _ in }
        #expect(whole.isDone && whole.thousandths == 1_000, "\(whole)")
        #expect(try reads(core, "bản số 2"))
        core.shut()
    }

    @Test func unasked_a_new_version_comes_over_networks_that_cost_nothing_and_a_new_course_does_not() async throws {
        let phone = try Phone()
        let (station, core) = try await joined(phone)
        defer { station.stop() }
        try await offered(core)
        phone.network.set(Networks(isThere: true, isMetered: true, isWifiBeside: false))
        try await core.updateDue()
        #expect(try !reads(core, "bản số 2"))
        phone.network.set(Networks(isThere: true, isMetered: false, isWifiBeside: false))
        let none = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await core.updateDue()
        }
        await #expect(throws: CancellationError.self) { try await none.value }
        #expect(try !reads(core, "bản số 2"))
        try await core.updateDue()
        #expect(try reads(core, "bản số 2"))
        try core.removePack(publishedCourse)
        #expect(try core.offers().contains { $0.course == publishedCourse && $0.isAvailable })
        try await core.updateDue()
        #expect(try !core.storage().packs.contains { $0.course == publishedCourse })
        core.shut()
    }

    @Test func what_the_settings_do_not_allow_is_not_fetched_and_the_station_in_the_same_house_costs_nothing()
        async throws
    {
        let phone = try Phone()
        let (station, core) = try await joined(phone)
        defer { station.stop() }
        try await offered(core)
        var settings = try core.settings()
        settings.wifiOnly = true
        try core.choose(settings)
        phone.network.set(Networks(isThere: true, isMetered: true, isWifiBeside: false))
        let held = [try await core.look().told, try await core.fetch(publishedCourse, withMedia: true) { _ in }.told]
        #expect(held.allSatisfy { $0.contains("Wi-Fi") && $0.contains("vẫn học được") }, "\(held)")
        #expect(try !reads(core, "bản số 2"))
        phone.network.set(Networks(isThere: false, isMetered: false, isWifiBeside: false))
        #expect(try await core.look().told.hasPrefix("Máy chưa có mạng"))
        phone.network.set(Networks(isThere: true, isMetered: true, isWifiBeside: true))
        #expect(try await core.fetch(publishedCourse, withMedia: true) { _ in }.isDone)
        #expect(try reads(core, "bản số 2"))
        core.shut()
    }

    @Test func room_for_pictures_and_sounds_is_kept_and_those_of_the_programs_own_courses_stay() throws {
        let core = try Phone().open()
        let before = try core.storage().media
        var settings = try core.settings()
        #expect(settings.mediaMax == nil)
        settings.mediaMax = 1_000
        try core.choose(settings)
        #expect(try core.settings().mediaMax == 1_000 && core.storage().media == before)
        settings.mediaMax = nil
        try core.choose(settings)
        #expect(try core.settings().mediaMax == nil)
        core.shut()
    }

    /// A phone that has joined a station to which an office has published the second version of a course.
    private func joined(_ phone: Phone) async throws -> (Station, RustCore) {
        let office = try Office()
        let station = try Station { try office.isTrusted(in: $0) }
        try office.publish(2, to: station.address)
        let core = try phone.open()
        _ = try core.join(try await station.joinCode())
        return (station, core)
    }

    /// Asks, trusting whoever signed, until the course is on offer: the station puts updates together in its own
    /// time.
    private func offered(_ core: RustCore) async throws {
        for _ in 0..<400 {
            for stranger in try await core.look().unknown { try core.trust(stranger) }
            if try core.offers().contains(where: { $0.course == publishedCourse && $0.isAvailable }) { return }
            try await Task.sleep(nanoseconds: 50_000_000)
        }
        throw Station.Ended()
    }

    /// Asks by the screen until it reads so.
    private func look(_ shell: Shell, _ words: String) async throws {
        for _ in 0..<400 {
            try await shell.press("Tìm khóa học mới")
            if shell.parts.contains(where: { $0.pressed?.contains(words) == true }) { return }
            try await Task.sleep(nanoseconds: 50_000_000)
        }
        Issue.record("never read \(words): \(shell.texts)")
    }

    private func reads(_ core: RustCore, _ words: String) throws -> Bool {
        "\(try core.lesson(.guest("g"), publishedCourse, publishedLesson).screens)".contains(words)
    }
}

/// Cancels a fetch from whatever thread tells how far it is.
private final class Pausing: @unchecked Sendable {
    private let lock = NSLock()
    private var held: Task<Fetching, any Error>?

    var task: Task<Fetching, any Error>? {
        get { lock.withLock { held } }
        set { lock.withLock { held = newValue } }
    }

    func cancel() { task?.cancel() }
}
