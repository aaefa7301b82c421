import Foundation
import Testing

@testable import Screens
@testable import Views

/// What stands between screens and views; on Linux with a stand-in for SwiftUI.
@MainActor
@Suite struct WayModelTests {
    /// With a core that never opens: its failure is a page too.
    private func model() async -> WayModel {
        let full = Failure(.diskFull, title: "Máy hết chỗ chứa", words: "Xóa bớt ảnh")
        let model = WayModel(way: Way(work: Work { throw full }))
        await model.way.settled()
        return model
    }

    @Test func the_page_of_the_screen_is_republished() async {
        let model = await model()
        #expect(model.page.title == "Máy hết chỗ chứa")
        #expect(model.page == model.way.screen.page && !model.hasBack)
    }

    @Test func another_screen_is_another_visit_and_its_title_is_announced() async {
        let model = await model()
        var said: [String] = []
        model.announce = { said.append($0) }
        model.way.go(.settings)
        await model.way.settled()
        #expect(model.visit == 1 && model.hasBack)
        #expect(said == ["Máy hết chỗ chứa"])
        model.way.back()
        await model.way.settled()
        #expect(model.visit == 2 && !model.hasBack)
    }

    @Test func what_is_pressed_goes_to_the_screen_that_is_shown() async throws {
        let model = await model()
        let again = try #require(model.page.parts.last)
        let before = model.page.turn
        model.way.screen.press(again.id)
        await model.way.settled()
        #expect(model.page.turn > before, "it was tried once more")
    }

    @Test func the_screen_stays_on_while_something_is_under_way_on_it() async {
        let model = await model()
        var awake: [Bool] = []
        model.stayAwake = { awake.append($0) }
        for done in [100, 200] {
            model.way.screen.show("Vui học") { $0.add(.far(done: done, of: 1_000, words: "")) }
        }
        #expect(awake == [true])
        model.way.screen.show("Vui học") { $0.title("Vui học") }
        #expect(awake == [true, false])
        model.way.screen.show("Vui học") { $0.add(.far(done: 0, of: 1_000, words: "")) }
        model.way.go(.settings)
        #expect(awake == [true, false, true, false])
        await model.way.settled()
    }

    @Test func without_words_or_a_voice_nothing_is_read_aloud() async {
        let model = await model()
        model.speaker = FakeSpeaker()
        #expect(!model.canSpeak, "there are no words yet")
    }

    @Test func a_page_is_read_from_top_to_bottom_until_it_is_turned() async {
        let model = await model()
        let speaker = FakeSpeaker()
        model.speaker = speaker
        model.turnAloud()
        #expect(model.isSpeaking && speaker.spoken == ["Máy hết chỗ chứa", "Xóa bớt ảnh", "Máy hết chỗ chứa"])
        model.way.go(.settings)
        await model.way.settled()
        #expect(!model.isSpeaking && speaker.stops == 1)
        model.turnAloud()
        speaker.onEnd?()
        #expect(!model.isSpeaking)
    }
}

@MainActor
private final class FakeSpeaker: Speaker {
    var onEnd: (@MainActor () -> Void)?
    var spoken: [String] = []
    var stops = 0

    func speaks(_ language: String) -> Bool { language == "vi" }

    func speak(_ sentences: [String], _ language: String) { spoken = sentences }

    func stop() { stops += 1 }
}
