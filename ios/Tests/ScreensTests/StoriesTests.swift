import Foundation
import Testing
import TheShell

@testable import Screens

/// Stories of a person with the phone; the core is a fake that holds one course. The same as
/// Android's.
@MainActor
@Suite struct StoriesTests {
    let core = FakeCore()

    private func open() async -> Shell { await Shell { [core] in core } }

    private func atHome() async throws -> Shell {
        core.addLan()
        let shell = await open()
        try await shell.press("Bà Lan")
        return shell
    }

    private func atQuiz() async throws -> Shell {
        let shell = try await atHome()
        try await shell.press(courseTitle)
        try await shell.press("Bắt đầu: Luyện tập")
        return shell
    }

    @Test func somebody_new_is_added_step_by_step_and_begins() async throws {
        let shell = await open()
        #expect(shell.reads("Chưa có ai trên máy này"))
        try await shell.press("Người mới")
        try await shell.press("Tiếp")
        #expect(shell.reads("Xin cho biết tên"))
        try await shell.type(" Lan ")
        try await shell.press("Tiếp")
        try await shell.press("Bà")
        try await shell.press("Tiếp")
        try await shell.press("hoa sen")
        try await shell.press("Tiếp")
        try await shell.press("Người dân")
        try await shell.press("Tiếp")
        try await shell.press("Xong, vào học")
        #expect(shell.reads("cần đồng ý mục này"))
        try await shell.press("Tôi đồng ý để máy này giữ")
        try await shell.press("Xong, vào học")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
        let added = try #require(core.now.added.first)
        #expect((added.name, added.address) == ("Lan", .ba))
        #expect((added.pictogram, added.group) == (1, .citizen))
        #expect((added.consentRecord, added.consentCount) == (true, false))
    }

    @Test func back_goes_from_question_to_question_of_the_form() async throws {
        let shell = await open()
        try await shell.press("Người mới")
        try await shell.type("Tư")
        try await shell.press("Tiếp")
        try await shell.press("Chú")
        try await shell.press("Tiếp")
        #expect(shell.reads("Chọn một hình"))
        await shell.back()
        await shell.back()
        #expect(shell.reads("Tư"))
        await shell.back()
        #expect(shell.reads("Hôm nay ai học?"))
    }

    @Test func a_killed_process_keeps_what_was_chosen_but_no_name_and_no_consent() async throws {
        let shell = await open()
        try await shell.press("Người mới")
        try await shell.type("Tí")
        for choice in ["Tiếp", "Em", "Tiếp", "con trâu", "Tiếp", "Đang đi học", "Tiếp"] {
            try await shell.press(choice)
        }
        try await shell.press("Tôi đồng ý để máy này giữ")
        try await shell.press("Người học là trẻ em?")
        try await shell.type("Mai")
        let kept = try shell.kept()
        #expect(kept.contains(#""group":"student""#), "\(kept)")
        #expect(!kept.contains("Tí") && !kept.contains("Mai"), "\(kept)")
        await shell.kill()
        #expect(!shell.reads("Tí"))
        try await shell.press("Tiếp")
        #expect(shell.reads("Xin cho biết tên"))
        try await shell.type("Tèo")
        for _ in 0..<4 { try await shell.press("Tiếp") }
        #expect(shell.reads("Tên cha mẹ") && !shell.reads("Mai"), "\(shell.texts)")
        try await shell.press("Xong, vào học")
        #expect(shell.reads("cần đồng ý mục này") && core.now.added.isEmpty)
    }

    @Test func a_child_is_added_with_her_guardian_alone() async throws {
        let shell = await open()
        try await shell.press("Người mới")
        try await shell.type("Tí")
        for choice in ["Tiếp", "Em", "Tiếp", "con trâu", "Tiếp", "Đang đi học", "Tiếp"] {
            try await shell.press(choice)
        }
        try await shell.press("Tôi đồng ý để máy này giữ")
        try await shell.press("Người học là trẻ em?")
        try await shell.press("Xong, vào học")
        #expect(shell.reads("Xin nhờ cha mẹ"))
        try await shell.type("Mai")
        try await shell.press("Tôi là cha mẹ")
        try await shell.press("Em cũng đồng ý")
        try await shell.press("Xong, vào học")
        let added = try #require(core.now.added.first)
        #expect((added.guardian, added.isChild) == ("Mai", true))
    }

    @Test func a_wrong_PIN_is_refused_and_the_right_one_opens() async throws {
        core.addLan(pin: "2580")
        let shell = await open()
        try await shell.press("Bà Lan")
        try await shell.press("Vào học")
        #expect(shell.reads("đúng 4 chữ số"))
        try await shell.type("1111")
        try await shell.press("Vào học")
        #expect(shell.reads("Chưa đúng. Mình thử lại nhé.") && !shell.reads("1111"))
        await shell.kill()
        try await shell.type("2580")
        try await shell.press("Vào học")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
        await shell.back()
        #expect(shell.reads("Hôm nay ai học?"))
    }

    @Test func a_forgotten_PIN_is_taken_away_by_who_opens_the_phones_own_lock() async throws {
        core.addLan(pin: "2580")
        let shell = await open()
        try await shell.press("Bà Lan")
        try await shell.press("Quên mã?")
        #expect(shell.errand == .unlock(why: "Mở khóa màn hình để bỏ mã PIN. Bài của bà vẫn còn nguyên."))
        await shell.bring("none")
        #expect(shell.reads("không có khóa màn hình") && core.now.pins["0"] == "2580")
        try await shell.press("Quên mã?")
        await shell.bring("open")
        #expect(shell.reads("Đã bỏ mã PIN") && core.now.pins["0"] == nil)
        try await shell.press("Vào học")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
    }

    @Test func a_lesson_is_read_page_by_page_and_finished() async throws {
        let shell = try await atHome()
        try await shell.press("Bắt đầu: \(lessonTitle)")
        #expect(shell.reads("Trang 1 trên 2") && shell.reads("Hình: một ổ khóa"))
        try await shell.press("Xem tiếp")
        #expect(shell.reads("Trang 2 trên 2") && shell.reads("Cẩn thận") && shell.reads("156"))
        await shell.back()
        #expect(shell.reads("Trang 1 trên 2"))
        try await shell.press("Xem tiếp")
        try await shell.press("Trả lời")
        #expect(shell.reads("Xin chọn một ý"))
        try await shell.press("Nhắn mã lại")
        try await shell.press("Trả lời")
        #expect(shell.title == "Chưa đúng, mình xem lại nhé.")
        #expect(!shell.reads("Ai có mã OTP thì"))
        await shell.kill()
        #expect(shell.reads("Chưa đúng"))
        try await shell.press("Thử lại")
        try await shell.press("Tắt máy")
        try await shell.press("Trả lời")
        #expect(shell.reads("Đúng rồi") && shell.reads("Ai có mã OTP thì"))
        try await shell.press("Xong bài này")
        #expect(shell.reads("Bà đã học xong bài này.") && core.now.isLessonDone)
        try await shell.press("Giờ mình luyện tập nhé")
        #expect(shell.reads("Câu 1 trên \(questions.count)"))
    }

    @Test func every_kind_of_question_is_answered_and_the_result_is_shown() async throws {
        let shell = try await atQuiz()
        try await answerAll(shell)
        let given = core.now.answers
        #expect(questions.indices.map { given[$0] } == questions.map { right[$0.id] })
        await shell.way.syncing?.value
        #expect(core.now.syncs == 1, "what was answered is sent without being asked for")
        #expect(shell.reads("Đúng 8 trên 8 câu") && shell.reads("Bà làm đúng hết"))
        try await shell.press("Đúng rồi. Việc nào đi cùng")
        #expect(shell.reads("Mất điện thoại: Gọi nhà mạng"))
        await shell.kill()
        #expect(shell.reads("Mất điện thoại: Gọi nhà mạng"))
        try await shell.press("Học tiếp")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
    }

    private func answerAll(_ shell: Shell) async throws {
        try await answer(shell, "Tắt máy, không đọc mã")
        try await answer(shell, "Giục làm ngay", "Có đường liên kết lạ")
        try await answer(shell, "Đúng")
        try await answer(shell, "Đi cùng “Mất điện thoại”", "Gọi nhà mạng", "Đi cùng “Có tin nhắn lạ”", "Không bấm")
        try await answer(shell, "Đưa “Tắt máy” lên", "Đưa “Tắt máy” xuống")
        try await answer(shell, "Chỗ trống 1", "một lần", "Chỗ trống 2", "một mình bà")
        try await shell.type("OTP")
        try await answer(shell)
        try await shell.press("Trả lời")
        #expect(shell.reads("Xin gõ câu trả lời"))
        try await shell.type("một năm sáu")
        try await shell.press("Trả lời")
        #expect(shell.reads("Mình chưa đọc được số này"))
        try await shell.type("156")
        try await answer(shell)
    }

    private func answer(_ shell: Shell, _ choices: String...) async throws {
        for choice in choices { try await shell.press(choice) }
        try await shell.press("Trả lời")
        #expect(shell.reads("Đúng rồi."), "\(shell.texts)")
        try await shell.press(shell.reads("Xem kết quả") ? "Xem kết quả" : "Câu tiếp theo")
    }

    @Test func what_is_chosen_and_not_yet_answered_outlives_a_killed_process() async throws {
        let shell = try await atQuiz()
        try await shell.press("Tắt máy")
        await shell.kill()
        try await shell.press("Trả lời")
        #expect(core.now.answers[0] == .single(1))
        #expect(core.now.attempts == 1, "the attempt that was begun is gone on with")
    }

    @Test func a_process_that_is_killed_after_an_answer_shows_what_was_said_to_it() async throws {
        let shell = try await atQuiz()
        try await shell.press("Nhắn mã lại")
        try await shell.press("Trả lời")
        await shell.kill()
        #expect(shell.reads("Chưa đúng, mình xem lại nhé.") && shell.reads("Câu 1 trên 8"))
        try await shell.press("Câu tiếp theo")
        #expect(shell.reads("Câu 2 trên 8"))
        await shell.back()
        #expect(shell.reads("Các bài trong khóa"), "back leads where the quiz was begun")
    }

    @Test func a_full_disk_keeps_the_answer_on_the_screen_until_there_is_room() async throws {
        let shell = try await atQuiz()
        try await shell.press("Tắt máy")
        core.now.writesFail = core.diskFull
        try await shell.press("Trả lời")
        #expect(shell.reads("Câu vừa rồi chưa ghi được") && core.now.answers.isEmpty)
        core.now.writesFail = nil
        try await shell.press("Trả lời")
        #expect(shell.reads("Đúng rồi.") && core.now.answers.count == 1)
    }

    @Test func a_screen_that_cannot_be_read_says_so_and_is_tried_again() async throws {
        let shell = try await atHome()
        core.now.readsFail = Failure(.other, title: "Máy đang bận", words: "Chờ một chút rồi thử lại.")
        try await shell.press(courseTitle)
        #expect(shell.reads("Máy đang bận"))
        core.now.readsFail = nil
        try await shell.press("Thử lại")
        #expect(shell.reads("Các bài trong khóa"))
    }

    @Test func a_learner_who_is_not_on_this_phone_any_more_leads_back() async throws {
        let shell = try await atHome()
        core.now.learners = []
        try await shell.press(courseTitle)
        #expect(shell.reads("Không có trang này"))
        core.addLan()
        try await shell.press("Quay lại")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
    }

    @Test func a_core_that_does_not_open_says_why_and_opens_at_the_next_try() async throws {
        let full = FakeCore()
        full.now.writesFail = full.diskFull
        let shell = await Shell { [core] in
            if full.now.writesFail != nil { throw full.diskFull }
            return core
        }
        #expect(shell.reads("Máy hết chỗ chứa"))
        full.now.writesFail = nil
        try await shell.press("Máy hết chỗ chứa")
        #expect(shell.reads("Hôm nay ai học?"))
    }

    @Test func the_record_is_on_this_phone_until_a_station_is_joined_and_says_what_it_has() async throws {
        let shell = try await atHome()
        try await shell.press("Hồ sơ của bà ở đâu")
        #expect(shell.reads("Mới chỉ có ở máy này: 4"))
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Nối máy này với trạm")
        #expect(shell.reads("Xin gõ mã của trạm trước."))
        try await shell.type("xin chào")
        try await shell.press("Nối máy này với trạm")
        #expect(shell.reads("Có chữ gõ sai"))
        try await shell.type("HOCVU1 ABCD")
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Hồ sơ của bà ở đâu")
        #expect(shell.reads("đã nhận: 2") && shell.reads("còn 2 việc chờ gửi"))
        try await shell.press("Gửi nhận ngay")
        #expect(shell.reads("Chưa gặp được trạm kia"))
    }

    @Test func a_stations_code_that_is_typed_outlives_the_process_until_the_station_is_joined() async throws {
        let shell = try await atJoin()
        try await shell.type("HOCVU1 AB")
        await shell.kill()
        #expect(shell.reads("HOCVU1 AB"), "\(shell.texts)")
        try await shell.type("HOCVU1 ABCD")
        try await shell.press("Nối máy này với trạm")
        #expect(core.now.stations.count == 1)
        #expect(try !shell.kept().contains("HOCVU1"))
    }

    @Test func a_card_that_is_typed_where_a_stations_code_belongs_and_a_code_that_was_scanned_are_not_kept()
        async throws
    {
        let shell = try await atJoin()
        for card in ["HOCVUC LAN0", "hocvuc-lan", " H O C V U C"] {
            try await shell.type(card)
            #expect(shell.reads(card))
            let kept = try shell.kept()
            #expect(kept.contains(#"{"code":""}"#), "\(kept)")
        }
        try await shell.press("Quét mã bằng máy ảnh")
        await shell.bring("HOCVUC LAN0")
        #expect(shell.reads("Có chữ gõ sai"))
        #expect(try !shell.kept().contains("LAN0"))
        await shell.kill()
        #expect(!shell.reads("LAN0"))
    }

    private func atJoin() async throws -> Shell {
        let shell = try await atHome()
        try await shell.press("Hồ sơ của bà ở đâu")
        try await shell.press("Nối máy này với trạm")
        return shell
    }

    @Test func the_next_person_begins_at_the_list_of_people_and_back_does_not_lead_into_anothers_pages() async throws {
        let shell = try await atHome()
        try await shell.press("Đổi người")
        #expect(shell.reads("Hôm nay ai học?") && !shell.way.hasBack)
        await shell.back()
        #expect(shell.reads("Hôm nay ai học?"))
    }

    @Test func a_way_that_was_kept_by_another_version_or_is_damaged_begins_anew() async throws {
        let way = Way(work: Work { [core] in core }, kept: Data(#"[{"place":{"gone":{}}}]"#.utf8))
        await way.settled()
        #expect(way.screen.page.title == "Hôm nay ai học?")
    }
}
