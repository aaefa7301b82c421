import Foundation
import Testing
import TheShell

@testable import Screens

/// Stories of what somebody decides about herself and about the phone, and of a visit without a name.
@MainActor
@Suite struct OwnStoriesTests {
    let core = FakeCore()

    private func open() async -> Shell { await Shell { [core] in core } }

    private func atHome(pin: String? = nil) async throws -> Shell {
        core.addLan(pin: pin)
        let shell = await open()
        try await shell.press("Bà Lan")
        if let pin {
            try await shell.type(pin)
            try await shell.press("Vào học")
        }
        return shell
    }

    private func answerAll(_ shell: Shell) async throws {
        let choices = [
            ["Tắt máy, không đọc mã"], ["Giục làm ngay"], ["Đúng"],
            ["Đi cùng “Mất điện thoại”", "Gọi nhà mạng", "Đi cùng “Có tin nhắn lạ”", "Không bấm"], [],
            ["Chỗ trống 1", "một lần", "Chỗ trống 2", "cả nhà"],
        ]
        for choice in choices {
            for words in choice { try await shell.press(words) }
            try await shell.press("Trả lời")
        }
        try await shell.type("OTP")
        try await shell.press("Trả lời")
        try await shell.type("156")
        try await shell.press("Trả lời")
    }

    @Test func a_guest_reads_a_lesson_and_nothing_of_it_is_said_to_be_kept() async throws {
        let shell = await open()
        try await shell.press("Xem thử")
        #expect(shell.reads("Đang xem thử") && shell.reads("máy không ghi lại bài làm"))
        try await shell.press(courseTitle)
        #expect(!shell.reads("Chưa học") && !shell.reads("Bài tiếp theo"))
        try await shell.press("Bắt đầu: \(lessonTitle)")
        await shell.kill()
        try await shell.press("Xem tiếp")
        try await shell.press("Xong bài này")
        #expect(shell.reads("máy không ghi lại bài làm"))
        try await shell.press("Đổi người")
        #expect(shell.reads("Hôm nay ai học?"))
    }

    @Test func a_guest_assesses_herself_and_keeps_it_under_a_new_name() async throws {
        let shell = await open()
        try await shell.press("Xem thử")
        try await shell.press("Tự đánh giá")
        #expect(shell.reads("Chưa cần có tên"))
        try await shell.press("Bắt đầu tự đánh giá")
        try await answerAll(shell)
        #expect(shell.reads("Bạn đang ở đâu?") && shell.reads("Khá vững") && shell.reads("chưa đủ để nói"))
        #expect(shell.reads("Trước: Biết một ít. Tiến bộ nhiều."))
        try await shell.press("Thêm người mới rồi lưu")
        try await shell.type("Lan")
        for choice in ["Tiếp", "Bà", "Tiếp", "hoa sen", "Tiếp", "Người dân", "Tiếp"] {
            try await shell.press(choice)
        }
        try await shell.press("Tôi đồng ý để máy này giữ")
        try await shell.press("Xong, vào học")
        #expect(core.now.kept == ["g1 as 0"])
        #expect(shell.reads("Bà đang ở đâu?"))
        await shell.back()
        #expect(shell.title.hasPrefix("Chào bà Lan"))
    }

    @Test func a_guests_result_is_kept_only_at_the_word_of_who_bears_the_name() async throws {
        core.addLan(pin: "2580")
        let shell = await open()
        try await shell.press("Xem thử")
        try await shell.press("Tự đánh giá")
        try await shell.press("Bắt đầu tự đánh giá")
        try await answerAll(shell)
        try await shell.press("Tôi đã có tên trên máy")
        try await shell.press("Bà Lan")
        try await shell.type("1111")
        try await shell.press("Lưu cho bà Lan")
        #expect(shell.reads("Chưa đúng. Mình thử lại nhé.") && core.now.kept.isEmpty)
        await shell.back()
        #expect(shell.reads("Lưu kết quả này?"))
        try await shell.press("Bà Lan")
        try await shell.type("2580")
        try await shell.press("Lưu cho bà Lan")
        #expect(core.now.kept == ["g1 as 0"])
    }

    @Test func a_guest_who_keeps_nothing_is_forgotten() async throws {
        let shell = await open()
        try await shell.press("Xem thử")
        try await shell.press("Tự đánh giá")
        try await shell.press("Bắt đầu tự đánh giá")
        try await answerAll(shell)
        try await shell.press("Không lưu")
        #expect(core.now.forgotten == ["g1"] && shell.reads("Hôm nay ai học?"))
    }

    @Test func a_self_assessment_says_nothing_until_its_end_and_goes_on_in_another_process() async throws {
        let shell = try await atHome()
        try await shell.press("Tự đánh giá")
        #expect(shell.reads("8 câu, khoảng 5 phút"))
        try await shell.press("Bắt đầu tự đánh giá")
        try await shell.press("Nhắn mã lại")
        try await shell.press("Trả lời")
        #expect(shell.reads("Tự đánh giá. Câu 2 trên 8") && !shell.reads("Chưa đúng"))
        await shell.kill()
        #expect(shell.reads("Câu 2 trên 8"))
        try await shell.press("Nghỉ ở đây")
        try await shell.press("Làm tiếp từ câu 2")
        #expect(shell.reads("Câu 2 trên 8"))
    }

    @Test func progress_is_told_in_words_and_leads_on() async throws {
        let shell = try await atHome()
        try await shell.press("Tôi đã học")
        #expect(shell.reads("Giữ máy và mật khẩu an toàn") && shell.reads("3 trên 4 chấm"))
        #expect(shell.reads("Không có xếp hạng"))
        try await shell.press("Bắt đầu: \(lessonTitle)")
        #expect(shell.reads("Trang 1 trên 2"))
    }

    @Test func a_PIN_is_set_typed_twice_and_taken_away_again() async throws {
        let shell = try await atHome()
        try await shell.press("Thông tin của tôi")
        try await shell.press("Đặt mã PIN 4 số")
        #expect(shell.way.screen.isSecret)
        try await shell.type("2580", into: "Mã PIN mới, 4 số")
        try await shell.type("2581", into: "Gõ lại mã PIN mới")
        try await shell.press("Lưu")
        #expect(shell.reads("Hai lần gõ chưa giống nhau"))
        try await shell.type("2580", into: "Gõ lại mã PIN mới")
        try await shell.press("Lưu")
        #expect(shell.reads("Đã đặt mã PIN") && core.now.pins["0"] == "2580")
        try await shell.press("Quay lại")
        try await shell.press("Đổi mã PIN")
        try await shell.press("Bỏ mã PIN")
        #expect(shell.reads("Chưa đúng. Mình thử lại nhé."))
        try await shell.type("2580", into: "Gõ 4 số của bà")
        try await shell.press("Bỏ mã PIN")
        #expect(shell.reads("Đã bỏ mã PIN") && core.now.pins["0"] == nil)
    }

    @Test func a_learner_changes_her_name_and_a_lost_one_is_given_again() async throws {
        core.now.learners = [
            Learner(id: "0", name: nil, you: "bà", pictogram: 0, hasPin: false, counts: true)
        ]
        let shell = await open()
        try await shell.press("Người học chưa có tên")
        try await shell.press("Xin cho biết lại tên")
        try await shell.type("Lan")
        try await shell.press("Tiếp")
        try await shell.press("Tiếp")
        try await shell.press("hoa sen")
        #expect(try !shell.kept().contains("Lan"))
        await shell.kill()
        try await shell.press("Tiếp")
        #expect(shell.reads("Xin cho biết tên"), "what was typed is asked for again")
        try await shell.type("Lan")
        try await shell.press("Tiếp")
        try await shell.press("Tiếp")
        try await shell.press("Lưu")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
        #expect(core.now.learners.first?.pictogram == 1, "what was chosen is there")
    }

    @Test func a_killed_process_reads_a_name_and_a_guardian_again_and_keeps_neither() async throws {
        let shell = try await atHome()
        core.now.guardian = "Mai"
        try await shell.press("Thông tin của tôi")
        try await shell.press("Sửa tên, hình")
        try await shell.type("Lan Anh")
        for _ in 0..<3 { try await shell.press("Tiếp") }
        #expect(shell.reads("Mai"))
        try await shell.type("Hoa")
        let kept = try shell.kept()
        #expect(!["Lan", "Mai", "Hoa"].contains { kept.contains($0) }, "\(kept)")
        await shell.kill()
        #expect(shell.reads("Lan") && !shell.reads("Lan Anh"))
        for _ in 0..<3 { try await shell.press("Tiếp") }
        #expect(shell.reads("Mai"))
    }

    @Test func consent_to_be_counted_is_taken_back_and_given() async throws {
        let shell = try await atHome()
        try await shell.press("Thông tin của tôi")
        try await shell.press("Những điều đã đồng ý")
        try await shell.press("Rút lại đồng ý")
        #expect(shell.reads("Đã rút lại") && core.now.learners.first?.counts == false)
        try await shell.press("Đồng ý")
        #expect(core.now.learners.first?.counts == true)
    }

    @Test func the_card_is_shown_after_the_PIN_alone_and_another_process_asks_again() async throws {
        let shell = try await atHome(pin: "2580")
        try await shell.press("Thông tin của tôi")
        try await shell.press("Thẻ của tôi")
        #expect(shell.way.screen.isSecret)
        try await shell.type("0000")
        try await shell.press("Hiện thẻ")
        #expect(shell.reads("Chưa đúng") && !shell.reads("HOCVUC"))
        try await shell.press("Ghi tên lên thẻ")
        try await shell.type("2580")
        try await shell.press("Hiện thẻ")
        #expect(shell.reads("HOCVUC LAN0") && shell.reads("Hình mã trên thẻ"))
        await shell.kill()
        #expect(!shell.reads("HOCVUC") && shell.reads("Hiện thẻ"))
    }

    @Test func a_card_that_is_scanned_brings_its_bearer_to_this_phone() async throws {
        let shell = await open()
        try await shell.press("Tôi học ở máy khác rồi")
        try await shell.press("Quét mã bằng máy ảnh")
        #expect(shell.errand == .scan)
        await shell.bring("https://example.org/\u{202e}")
        #expect(shell.reads("Mã này không phải thẻ"))
        try await shell.press("Quét mã bằng máy ảnh")
        await shell.bring("HOCVUC LAN0")
        #expect(shell.reads("Lan"))
        #expect(try !shell.kept().contains("Lan"))
        for choice in ["Tiếp", "Bà", "Tiếp", "hoa sen", "Tiếp"] { try await shell.press(choice) }
        #expect(shell.reads("Bấm nút dưới đây là đồng ý"))
        try await shell.press("Xong, mang sang")
        #expect(shell.reads("Chào bà Lan!"))
        try await shell.press("Tiếp")
        #expect(shell.title.hasPrefix("Chào bà Lan"))
    }

    @Test func a_card_is_kept_for_no_other_process_and_who_is_here_is_let_in_at_her_own_door() async throws {
        core.addLan(pin: "2580")
        let shell = await open()
        try await shell.press("Tôi học ở máy khác rồi")
        try await shell.type("HOCVUC HERE")
        #expect(try !shell.kept().contains("HOCVUC"))
        try await shell.press("Dùng mã này")
        #expect(shell.reads("đã có trên máy rồi"))
        try await shell.press("Tiếp")
        #expect(shell.reads("Gõ 4 số của bà"))
    }

    @Test func a_courier_carries_the_record_and_brings_the_reply() async throws {
        let shell = try await atHome()
        try await shell.press("Hồ sơ của bà ở đâu")
        #expect(shell.reads("Máy khác, mã 3f2a-91c0"))
        try await shell.press("Nối máy này với trạm")
        try await shell.press("Quét mã bằng máy ảnh")
        await shell.bring("HOCVU1 ABCD")
        try await shell.press("Hồ sơ của bà ở đâu")
        try await shell.press("Gửi bằng tệp")
        core.now.writesFail = core.diskFull
        try await shell.press("Lấy tệp mang đi")
        #expect(shell.reads("Câu vừa rồi chưa ghi được") && shell.errand == .scan)
        core.now.writesFail = nil
        try await shell.press("Lấy tệp mang đi")
        guard case .share(_, let bytes) = shell.errand else {
            Issue.record("nothing is shared")
            return
        }
        #expect(bytes == Data("1".utf8))
        #expect(!shell.reads("Chưa ghi được tệp"))
        await shell.bring("unwritten")
        #expect(shell.reads("Chưa ghi được tệp mang đi"))
        try await shell.press("Chọn tệp vừa mang tới")
        await shell.bring("/tmp/broken")
        #expect(shell.reads("không phải tệp gửi nhận"))
        try await shell.press("Chọn tệp vừa mang tới")
        await shell.bring("/tmp/reply")
        #expect(shell.reads("đã trả lời. Không còn việc nào chờ"))
    }

    @Test func a_course_is_installed_from_a_file_once_its_publisher_was_compared() async throws {
        let shell = await open()
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        try await shell.press("Cài khóa học từ tệp")
        #expect(shell.errand == .chooseFile)
        await shell.bring("/tmp/broken.hocvu")
        #expect(shell.reads("chép chưa đủ"))
        try await shell.press("Cài khóa học từ tệp")
        await shell.bring("/tmp/signed.hocvu")
        #expect(shell.reads("1a2b 3c4d"))
        try await shell.press("Không tin")
        #expect(!core.now.isTrusted && shell.reads("Khóa học trên máy"))
        try await shell.press("Cài khóa học từ tệp")
        await shell.bring("/tmp/signed.hocvu")
        try await shell.press("Giống rồi, tin và cài")
        #expect(core.now.isTrusted && shell.reads("Đã cài “Khóa mới”, bản 1."))
    }

    @Test func how_much_room_is_left_is_told_more_loudly_where_it_is_little_and_not_at_all_where_nobody_knows()
        async throws
    {
        let shell = await open()
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        #expect(shell.reads("Còn trống: 2 GB"))
        await shell.back()
        (core.now.free, core.now.isNearlyFull) = ("40 MB", true)
        try await shell.press("Khóa học và chỗ chứa")
        #expect(shell.reads("Máy sắp hết chỗ, chỉ còn 40 MB") && !shell.reads("Còn trống"))
        await shell.back()
        (core.now.free, core.now.isNearlyFull) = (nil, false)
        try await shell.press("Khóa học và chỗ chứa")
        #expect(!shell.reads("Còn trống") && !shell.reads("hết chỗ"))
    }

    @Test func a_course_is_removed_after_a_question_and_brought_back() async throws {
        let shell = await open()
        try await shell.press("Cài đặt")
        try await shell.press("Khóa học và chỗ chứa")
        try await shell.press("Gỡ khóa này: \(courseTitle)")
        await shell.back()
        #expect(shell.reads("Khóa học trên máy") && core.now.packs.count == 1)
        try await shell.press("Gỡ khóa này: \(courseTitle)")
        try await shell.press("Gỡ khóa này")
        #expect(core.now.packs.isEmpty && shell.reads("Trên máy chưa có khóa học nào."))
        try await shell.press("Cài lại “\(courseTitle)”")
        #expect(core.now.packs.count == 1)
    }

    @Test func a_reply_that_another_app_brings_is_taken_in_and_a_course_is_asked_about() async throws {
        let shell = await open()
        shell.way.go(.brought(file: "/tmp/tra-loi.hvb"))
        await shell.way.settled()
        #expect(shell.reads("đã trả lời. Không còn việc nào chờ"))
        await shell.kill()
        #expect(shell.reads("đã trả lời. Không còn việc nào chờ"))
        shell.way.go(.brought(file: "/tmp/broken.hvb"))
        await shell.way.settled()
        #expect(shell.reads("không phải tệp gửi nhận"))
        shell.way.go(.brought(file: "/tmp/khoa.hocvu"))
        await shell.way.settled()
        #expect(shell.reads("Cài khóa học từ tệp vừa mở?") && core.now.packs.count == 1)
        try await shell.press("Cài khóa này")
        #expect(shell.reads("Đã cài “Khóa mới”, bản 1."))
    }

    @Test func settings_hold_at_once_and_a_failure_leaves_them() async throws {
        let shell = await open()
        try await shell.press("Cài đặt")
        try await shell.press("Chữ rất to")
        #expect(core.now.settings.textPercent == 160 && shell.way.textPercent == 160)
        try await shell.press("Chỉ tự gửi nhận khi có Wi-Fi")
        #expect(core.now.settings.wifiOnly)
        try await shell.press("20 MB")
        #expect(core.now.settings.bytesMax == 20_000_000)
        core.now.writesFail = core.diskFull
        try await shell.press("English")
        #expect(shell.reads("Câu vừa rồi chưa ghi được") && core.now.settings.language == "vi")
        core.now.writesFail = nil
        await shell.kill()
        #expect(shell.way.textPercent == 160)
    }
}
