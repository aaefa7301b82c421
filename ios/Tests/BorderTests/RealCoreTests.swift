import Foundation
import Testing
import TheShell

@testable import Border
@testable import Screens

/// The same screens with the real core behind them: its library, its database, its courses, and a
/// station that is the program itself.
@MainActor
@Suite(.serialized) struct RealCoreTests {
    @Test func from_the_first_start_to_a_finished_lesson_a_finished_quiz_and_a_station_that_has_it_all() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await addTu(shell)
        #expect(shell.title.hasPrefix("Chào chú Tư"))
        let learner = try #require(try core.people().first).id
        try await shell.press("Bắt đầu: ")
        while !shell.reads("Xong bài này") { try await shell.press("Xem tiếp") }
        try await shell.press("Xong bài này")
        #expect(shell.reads("đã học xong bài này"))
        #expect(try core.home(learner).courses.map(\.done).reduce(0, +) == 1)
        try await shell.press("Về danh sách bài")
        try await shell.press("Bắt đầu: Luyện tập")
        let answered = try await takeQuiz(shell, core, learner)
        #expect(shell.reads("Đúng ") && shell.reads(" trên \(answered) câu"))
        try await shell.press("Học tiếp")

        let station = try Station()
        defer { station.stop() }
        try await shell.press("Hồ sơ của chú ở đâu")
        #expect(shell.reads("Mới chỉ có ở máy này"))
        try await shell.press("Nối máy này với trạm")
        try await shell.type(try await station.joinCode())
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Hồ sơ của chú ở đâu")
        try await shell.press("Gửi nhận ngay")
        #expect(shell.reads("đã nhận đủ") && shell.reads("Nơi tính kết quả đã nhận"), "\(shell.texts)")
        #expect(!shell.reads("Mới chỉ có ở máy này"))
        core.shut()
    }

    @Test func her_card_brings_her_record_to_a_second_phone_over_a_station() async throws {
        let station = try Station()
        defer { station.stop() }
        let code = try await station.joinCode()
        let first = try Phone().open()
        let shell = await Shell { first }
        try await addTu(shell)
        try await shell.press("Tự đánh giá")
        try await shell.press("Bắt đầu tự đánh giá")
        let learner = try #require(try first.people().first).id
        let attempt = try #require(try first.assessment(.known(learner)).unfinished)
        for _ in 0..<3 {
            let asked = try #require(try first.attempt(.known(learner), attempt).asked)
            try await someAnswer(shell, asked.question.kind)
            try await shell.press("Trả lời")
        }
        #expect(shell.reads("Câu 4 trên"))
        await shell.back()
        await shell.back()
        try await joinAndSend(shell, code)
        #expect(shell.reads("đã nhận đủ"), "\(shell.texts)")
        await shell.back()
        try await shell.press("Thông tin của tôi")
        try await shell.press("Thẻ của tôi")
        try await shell.press("Hiện thẻ")
        let card = try #require(shell.texts.first { $0.hasPrefix("HOCVUC") })

        let second = try Phone().open()
        let other = await Shell { second }
        try await other.press("Tôi học ở máy khác rồi")
        try await other.type(card)
        try await other.press("Dùng mã này")
        try await other.type("Tư")
        for choice in ["Tiếp", "Chú", "Tiếp", "con thuyền", "Tiếp", "Xong, mang sang", "Tiếp"] {
            try await other.press(choice)
        }
        #expect(try second.home(learner).recorded == 0)
        try await joinAndSend(other, code)
        #expect(try second.home(learner).recorded == 3)
        #expect(other.reads("Máy khác, mã "), "\(other.texts)")
        first.shut()
        second.shut()
    }

    private func joinAndSend(_ shell: Shell, _ code: String) async throws {
        try await shell.press("Hồ sơ của chú ở đâu")
        try await shell.press("Nối máy này với trạm")
        try await shell.type(code)
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Hồ sơ của chú ở đâu")
        try await shell.press("Gửi nhận ngay")
    }

    @Test func a_guest_looks_around_and_a_course_goes_and_comes_back() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await shell.press("Xem thử")
        let title = try #require(try core.guestHome("00000000000000000000000000000001").courses.first).title
        try await shell.press("\(title). ")
        try await shell.press("Bắt đầu: ")
        while !shell.reads("Xong bài này") { try await shell.press("Xem tiếp") }
        try await shell.press("Xong bài này")
        #expect(try shell.reads("máy không ghi lại bài làm") && core.people().isEmpty)
        try await shell.press("Đổi người")
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        try await shell.press("Gỡ khóa này: \(title)")
        try await shell.press("Gỡ khóa này")
        #expect(try core.storage().packs.count == 3)
        try await shell.press("Cài lại “\(title)”")
        #expect(try core.storage().packs.count == 4)
        await shell.back()
        try await shell.press("English")
        #expect(shell.reads("Settings") || !shell.reads("Cài đặt"), "\(shell.texts)")
        core.shut()
    }

    @Test func a_file_that_is_no_file_of_hocvu_installs_nothing_and_says_so() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        for path in ["/nowhere/x.hocvu", "\(repository)/README.md", "\(repository)/assets/packs"] {
            try await shell.press("Cài khóa học từ tệp")
            await shell.bring(path)
            #expect(shell.parts.contains { if case .fault = $0.what { true } else { false } }, "\(path)")
        }
        #expect(try core.storage().packs.count == 4)
        #expect(throws: Failure.self) { try core.importReply("\(repository)/README.md") }
        core.shut()
    }

    @Test func a_file_for_a_station_is_known_as_one_and_is_no_reply() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await addTu(shell)
        let station = try Station()
        let code = try await station.joinCode()
        station.stop()
        try await shell.press("Hồ sơ của chú ở đâu")
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Quét mã bằng máy ảnh")
        await shell.bring(code)
        try await shell.press("Hồ sơ của chú ở đâu")
        try await shell.press("Gửi bằng tệp")
        try await shell.press("Lấy tệp mang đi")
        guard case .share(let name, let bytes) = shell.errand else {
            Issue.record("nothing is shared")
            return
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(core.isBundle(file.path) && !core.isBundle("\(repository)/assets/packs/lua-dao.hocvu"))
        shell.way.go(.brought(file: file.path))
        await shell.way.settled()
        #expect(shell.reads("không phải tệp trả lời"), "\(shell.texts)")
        core.shut()
    }

    @Test func without_a_network_nothing_is_lost_and_the_screen_says_what_to_do() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await addTu(shell)
        let station = try Station()
        let code = try await station.joinCode()
        station.stop()
        try await shell.press("Hồ sơ của chú ở đâu")
        try await shell.press("Nối máy này với trạm")
        try await shell.type(code)
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Hồ sơ của chú ở đâu")
        let before = try core.record(try #require(try core.people().first).id)
        try await shell.press("Gửi nhận ngay")
        #expect(shell.reads("Chưa gặp được trạm kia"), "\(shell.texts)")
        #expect(try core.record(before.who.id).here == before.events)
        core.shut()
    }

    @Test func a_cancelled_sync_begins_no_round_and_a_round_that_was_begun_goes_on_to_its_end() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await addTu(shell)
        let learner = try #require(try core.people().first).id
        let station = try Station()
        defer { station.stop() }
        let joined = try core.join(try await station.joinCode()).no
        let before = try core.record(learner)
        #expect(before.events > 0 && before.here == before.events)

        let none = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await core.sync()
        }
        await #expect(throws: CancellationError.self) { try await none.value }
        #expect(try core.record(learner).here == before.events, "nothing went")

        // Generated Swift has no way to tell Rust; where it gets one, this and the words about it change.
        let whole = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await core.hocvu.sync().round(relay: joined, listener: nil).inStep
        }
        #expect(try await whole.value)
        #expect(try core.record(learner).here == 0)
        core.shut()
    }

    @Test func hostile_codes_are_refused_in_words_and_join_nothing() async throws {
        let core = try Phone().open()
        let shell = await Shell { core }
        try await addTu(shell)
        try await shell.press("Hồ sơ của chú ở đâu")
        let hostile = ["xin chào", "HOCVU1", "HOCVU1 ABCD EFGH", "HOCVUC ABCD", "\u{0}\u{202e}"]
        for code in hostile + [String(repeating: "🐃", count: 5_000)] {
            try await shell.press("Nối máy này với trạm")
            try await shell.type(code)
            try await shell.press("Nối máy này với trạm")
            #expect(shell.reads("So lại từng nhóm bốn chữ") || shell.reads("Xin gõ mã"), "\(code.prefix(40))")
            await shell.back()
        }
        #expect(try core.record(try #require(try core.people().first).id).stations.isEmpty)
        core.shut()
    }

    @Test func a_name_is_known_again_by_the_next_process() throws {
        let phone = try Phone()
        let first = try phone.open()
        _ = try first.add(
            NewLearner(
                name: "Tư", address: .chu, pictogram: 2, group: .citizen, isChild: false, guardian: nil,
                consentRecord: true, consentCount: true))
        first.shut()
        let second = try phone.open()
        #expect(try second.people().map(\.name) == ["Tư"])
        second.shut()
    }

    @Test func every_picture_of_every_lesson_is_drawn() throws {
        let core = try Phone().open()
        let learner = try core.add(
            NewLearner(
                name: "Tư", address: .chu, pictogram: 2, group: .citizen, isChild: false, guardian: nil,
                consentRecord: true, consentCount: true))
        var drawn = 0
        for course in try core.home(learner).courses {
            #expect(course.picture.flatMap { Picture.read($0) } != nil, "\(course.id)")
            for lesson in course.lessons {
                let page = try core.lesson(.known(learner), course.id, lesson.id)
                for (file, svg) in page.pictures {
                    #expect(Picture.read(svg)?.drawn.isEmpty == false, "\(file) of \(course.id)")
                    drawn += 1
                }
            }
        }
        #expect(drawn > 40)
        core.shut()
    }

    private func addTu(_ shell: Shell) async throws {
        try await shell.press("Người mới")
        try await shell.type("Tư")
        for choice in ["Tiếp", "Chú", "Tiếp", "con thuyền", "Tiếp", "Người dân", "Tiếp"] {
            try await shell.press(choice)
        }
        try await shell.press("Tôi đồng ý để máy này giữ")
        try await shell.press("Tôi đồng ý gửi kết quả học")
        try await shell.press("Xong, vào học")
    }

    /// Answers the first of everything, with the process killed in the middle.
    private func takeQuiz(_ shell: Shell, _ core: RustCore, _ learner: String) async throws -> Int {
        let course = try #require(try core.home(learner).courses.first { $0.lessons.contains { $0.stage != .new } })
        let quiz = try #require(course.quizzes.first).id
        var answered = 0
        while !shell.reads("làm xong rồi") {
            let asked = try #require(try core.startQuiz(.known(learner), course.id, quiz).asked, "\(shell.texts)")
            try await someAnswer(shell, asked.question.kind)
            if answered == 1 { await shell.kill() }
            try await shell.press("Trả lời")
            answered += 1
            #expect(shell.reads("Vì sao"), "\(shell.texts)")
            if answered == 2 { await shell.kill() }
            try await shell.press(asked.number == asked.of ? "Xem kết quả" : "Câu tiếp theo")
        }
        return answered
    }

    private func someAnswer(_ shell: Shell, _ kind: Kind) async throws {
        switch kind {
        case .single(let options), .multiple(let options): try await shell.press(first(options))
        case .trueFalse: try await shell.press("Đúng")
        case .match(let lefts, let rights):
            for left in lefts {
                try await shell.press("Đi cùng “\(left.plain)”")
                try await shell.press(first(rights))
            }
        case .order: break
        case .gap(_, let gaps):
            for (i, options) in gaps.enumerated() {
                try await shell.press("Chỗ trống \(i + 1)")
                try await shell.press(first(options))
            }
        case .text: try await shell.type("không biết")
        case .number: try await shell.type("156")
        }
    }

    private func first(_ options: [Screens.Option]) -> String { options.first?.text.plain ?? "" }
}
