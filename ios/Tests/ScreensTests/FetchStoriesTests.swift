import Foundation
import Testing
import TheShell

@testable import Screens

/// Stories of courses that come over the network: looked for, fetched, paused, given up.
@MainActor
@Suite struct FetchStoriesTests {
    let core = FakeCore()

    private func atOffers() async throws -> Shell {
        let shell = await Shell { [core] in core }
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        try await shell.press("Tìm khóa học mới")
        return shell
    }

    /// Something under way that takes until it is let go, cancelled or not.
    private final class Held: Sendable {
        private let (begun, begin) = AsyncStream<Void>.makeStream()
        private let (ended, end) = AsyncStream<Bool>.makeStream()
        private let open: AsyncStream<Void>.Continuation
        private let gate: Task<Void, Never>

        init() {
            let (opened, open) = AsyncStream<Void>.makeStream()
            self.open = open
            gate = Task { for await _ in opened {} }
        }

        func wait() async {
            begin.finish()
            await gate.value
            end.yield(Task.isCancelled)
            end.finish()
        }

        func hasBegun() async { for await _ in begun {} }

        func letGo() { open.finish() }

        /// Waits for its end, and says whether it was cancelled.
        func wasCancelled() async -> Bool {
            var last = false
            for await isCancelled in ended { last = isCancelled }
            return last
        }
    }

    private func hold() -> Held {
        let held = Held()
        core.now.fetches.meanwhile = { await held.wait() }
        return held
    }

    @Test func what_is_new_is_looked_for_told_with_what_it_costs_and_fetched_with_all_that_belongs_to_it()
        async throws
    {
        core.now.fetches.atStations = [core.offer()]
        let shell = try await atOffers()
        #expect(!shell.reads(tradeTitle))
        try await shell.press("Tìm khóa học mới")
        #expect(shell.reads("Khóa mới") && shell.reads("Hội Khuyến học tỉnh"))
        #expect(shell.reads("Chữ của bài: 120 KB, về trước. Tranh và tiếng: 4 MB, về sau."))
        try await shell.press("Tải khóa này")
        #expect(shell.reads("Đã tải xong “\(tradeTitle)”"), "\(shell.texts)")
        #expect(core.now.fetches.fetched == ["mua-ban with pictures"])
        try await shell.press("Tìm khóa học mới")
        await shell.back()
        #expect(shell.reads("Khóa học trên máy"))
    }

    @Test func where_nothing_is_new_that_is_said_and_where_nobody_answers_what_to_do_about_it() async throws {
        let shell = try await atOffers()
        #expect(shell.reads("Bấm nút dưới đây"))
        try await shell.press("Tìm khóa học mới")
        #expect(shell.reads("Không có gì mới"))
        core.now.fetches.lookTold = core.words.say("fetch-hold-no-network")
        try await shell.press("Tìm khóa học mới")
        #expect(shell.reads("Máy chưa có mạng") && !shell.reads("Không có gì mới"))
    }

    @Test func while_the_stations_are_asked_the_button_says_so_and_is_of_no_more_use() async throws {
        let held = hold()
        core.now.fetches.known = [core.offer()]
        let shell = try await atOffers()
        try shell.pressNow("Tìm khóa học mới")
        await held.hasBegun()
        #expect(shell.reads("Đang hỏi các trạm…"))
        try shell.pressNow("Đang hỏi các trạm…")
        try shell.pressNow("Tải khóa này")
        held.letGo()
        await shell.way.settled()
        #expect(core.now.fetches.fetched.isEmpty && shell.reads("Tải khóa này"))
    }

    @Test func a_fetch_shows_how_far_it_is_is_paused_by_a_button_and_goes_on() async throws {
        core.now.fetches.known = [core.offer()]
        let held = hold()
        let shell = try await atOffers()
        try shell.pressNow("Tải khóa này")
        #expect(shell.title == tradeTitle && shell.reads("Đang hỏi trạm"))
        await held.hasBegun()
        #expect(await shell.comesToRead("Đã tải 1 MB trên 4 MB"), "\(shell.texts)")
        #expect(shell.reads("học được rồi"))
        let bars = shell.parts.compactMap { if case .far(let done, let of, _) = $0.what { [done, of] } else { nil } }
        #expect(bars == [[250, 1_000]])
        try shell.pressNow("Tạm dừng")
        #expect(await shell.comesToRead("không phải tải lại phần đó"))
        held.letGo()
        #expect(await held.wasCancelled())
        core.now.fetches.meanwhile = nil
        try await shell.press("Tải tiếp")
        #expect(shell.reads("Đã tải xong"))
    }

    @Test func what_was_paused_ends_before_the_same_course_goes_on() async throws {
        core.now.fetches.known = [core.offer()]
        let held = hold()
        let shell = try await atOffers()
        try shell.pressNow("Tải khóa này")
        await held.hasBegun()
        try shell.pressNow("Tạm dừng")
        #expect(await shell.comesToRead("Tải tiếp"))
        core.now.fetches.meanwhile = nil
        try shell.pressNow("Tải tiếp")
        for _ in 0..<100 { await Task.yield() }
        #expect(core.now.fetches.fetched.isEmpty, "two at once would undo each other's work")
        held.letGo()
        await shell.way.settled()
        #expect(core.now.fetches.fetched.count == 1 && shell.reads("Đã tải xong"))
    }

    private enum Away: CaseIterable, Sendable { case back, hide, kill }

    @Test(arguments: Away.allCases)
    private func going_away_pauses_a_fetch_and_whoever_comes_back_finds_it_begun(how: Away) async throws {
        core.now.fetches.known = [core.offer()]
        let held = hold()
        let shell = try await atOffers()
        try shell.pressNow("Tải khóa này")
        await held.hasBegun()
        if how == .back { shell.way.back() } else { shell.way.hide() }
        held.letGo()
        #expect(await held.wasCancelled())
        await shell.way.settled()
        if how == .kill { await shell.kill() }
        if how == .back { try await shell.press("Tìm khóa học mới") }
        #expect(shell.reads("Tải tiếp") && shell.reads("Đã tải một phần"), "\(shell.texts)")
        #expect(core.now.fetches.fetched.isEmpty)
    }

    @Test func a_fetch_is_given_up_only_after_a_question() async throws {
        core.now.fetches.known = [core.offer(isBegun: true)]
        let shell = try await atOffers()
        try await shell.press("Thôi, không tải nữa: \(tradeTitle)")
        await shell.kill()
        #expect(shell.reads("Phần tải dở sẽ bỏ đi"))
        try await shell.press("Thôi, để sau")
        #expect(core.now.fetches.known.map(\.isBegun) == [true])
        try await shell.press("Thôi, không tải nữa: \(tradeTitle)")
        core.now.writesFail = core.diskFull
        try await shell.press("Thôi, không tải nữa")
        #expect(shell.reads("Câu vừa rồi chưa ghi được") && core.now.fetches.known.map(\.isBegun) == [true])
        core.now.writesFail = nil
        try await shell.press("Thôi, không tải nữa")
        #expect(shell.reads("Đã thôi tải") && core.now.fetches.known.map(\.isBegun) == [false])
    }

    @Test(arguments: [
        "trouble-unreachable", "trouble-disk-full", "trouble-budget-spent", "hold-metered",
    ])
    func what_keeps_a_fetch_from_going_on_is_told_and_what_is_there_can_be_gone_on_with(key: String) async throws {
        core.now.fetches.known = [core.offer()]
        let shell = try await atOffers()
        let trouble = "\(core.words.say("fetch-\(key)")) \(core.words.say("fetch-held-works"))"
        core.now.fetches.trouble = trouble
        try await shell.press("Tải khóa này")
        #expect(shell.parts.contains { $0.what == .fault(trouble) }, "\(shell.texts)")
        core.now.fetches.trouble = ""
        try await shell.press("Tải tiếp")
        #expect(shell.reads("Đã tải xong"))
    }

    @Test func that_there_is_no_room_is_told_before_the_start() async throws {
        let words = core.words.say("offer-no-room", ["needed": "9 MB", "free": "2 MB"])
        core.now.fetches.known = [core.offer(noRoom: words)]
        #expect(try await atOffers().reads("Cần 9 MB mà máy chỉ còn 2 MB"))
    }

    @Test func texts_alone_are_fetched_where_somebody_says_so_and_the_rest_when_she_asks() async throws {
        core.now.fetches.known = [core.offer()]
        let shell = try await atOffers()
        try await shell.press("Chỉ tải chữ")
        await shell.kill()
        try await shell.press("Tải khóa này")
        core.now.fetches.known = [core.offer(.media)]
        try await shell.press("Tìm khóa học mới")
        #expect(shell.reads("Còn thiếu tranh và tiếng") && !shell.reads("Chỉ tải chữ"))
        try await shell.press("Tải tranh và tiếng")
        #expect(core.now.fetches.fetched == ["mua-ban without pictures", "mua-ban with pictures"])
    }

    @Test func a_publisher_whom_nobody_knows_is_compared_before_her_courses_are_shown() async throws {
        let stranger = UnknownPublisher(
            publisher: "Hội Khuyến học tỉnh", fingerprint: "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d",
            roots: Data([1]))
        core.now.fetches.atStations = [core.offer()]
        core.now.fetches.unknown = [stranger]
        let shell = try await atOffers()
        try await shell.press("Tìm khóa học mới")
        #expect(!shell.reads(tradeTitle))
        try await shell.press("So dấu khóa của")
        #expect(shell.reads("1a2b 3c4d"))
        try await shell.press("Không tin")
        #expect(!core.now.isTrusted && shell.reads("Khóa học mới"))
        try await shell.press("So dấu khóa của")
        core.now.fetches.unknown = []
        try await shell.press("Giống rồi, tin nhà phát hành này")
        #expect(core.now.isTrusted && shell.reads(tradeTitle), "\(shell.texts)")
    }

    @Test func pictures_and_sounds_make_room_and_can_be_fetched_again() async throws {
        core.now.packs.append(
            Pack(course: "mua-ban", title: tradeTitle, version: 1, size: "4 MB", publisher: "NXB Xã"))
        let shell = await Shell { [core] in core }
        try await shell.press("Cài đặt")
        try await shell.press("200 MB")
        #expect(core.now.settings.mediaMax == 200_000_000)
        try await shell.press("Khóa học và chỗ chứa")
        #expect(!shell.parts.contains { $0.pressed == "Bỏ tranh và tiếng cho rộng máy: \(courseTitle)" })
        core.now.writesFail = core.diskFull
        try await shell.press("Bỏ tranh và tiếng cho rộng máy: \(tradeTitle)")
        #expect(shell.reads("Câu vừa rồi chưa ghi được"))
        core.now.writesFail = nil
        try await shell.press("Bỏ tranh và tiếng cho rộng máy: \(tradeTitle)")
        #expect(shell.reads("Đã lấy lại 4 MB"))
        try await shell.press("Tìm khóa học mới")
        #expect(shell.reads("Tải tranh và tiếng"))
    }
}
