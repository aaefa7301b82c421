import Foundation
import Testing
import TheShell

@testable import Screens

/// A player that a test looks at.
@MainActor
private final class FakePlayer: SoundPlayer {
    private(set) var played: [Data] = []
    private var ended: (@MainActor (Bool) -> Void)?
    var isPlaying: Bool { ended != nil }

    func play(_ sound: Data, ended: @escaping @MainActor (Bool) -> Void) {
        stop()
        played.append(sound)
        if !sound.starts(with: "OggS".utf8) { return ended(false) }
        self.ended = ended
    }

    func stop() { end(true) }

    func end(_ isPlayed: Bool) {
        let told = ended
        ended = nil
        told?(isPlayed)
    }
}

/// The sounds of lessons, as on Android.
@MainActor
@Suite struct SoundTests {
    private let core = FakeCore()
    private let player = FakePlayer()

    private func atLesson() async throws -> Shell {
        core.addLan()
        let shell = await Shell { [core] in core }
        shell.way.player = player
        for step in ["Bà Lan", courseTitle, lessonTitle] { try await shell.press(step) }
        return shell
    }

    @Test func a_saved_sound_is_played_and_stopped_and_is_silent_on_the_next_page() async throws {
        core.now.sounds["loi-dan.opus"] = Data("OggS one".utf8)
        let shell = try await atLesson()
        #expect(!player.isPlaying && shell.reads("Bà nhớ nhé"))
        try await shell.press("Nghe")
        #expect(player.isPlaying && shell.reads("Dừng"))
        try await shell.press("Dừng")
        #expect(!player.isPlaying && shell.reads("Nghe") && !shell.reads("Dừng"))
        try await shell.press("Nghe")
        player.end(true)
        #expect(shell.reads("Nghe") && !shell.reads("Dừng"))
        try await shell.press("Nghe")
        try await shell.press("Xem tiếp")
        #expect(!player.isPlaying)
        await shell.back()
        #expect(shell.reads("Nghe") && !shell.reads("chưa mở được tiếng"))
        try await shell.press("Nghe")
        await shell.back()
        #expect(!player.isPlaying && player.played.count == 4)
    }

    @Test func a_sound_that_is_not_held_or_that_the_phone_cannot_play_is_told_once() async throws {
        let shell = try await atLesson()
        try await shell.press("Nghe")
        #expect(shell.reads("chưa mở được tiếng") && player.played.isEmpty)
        core.now.sounds["loi-dan.opus"] = Data("no sound".utf8)
        try await shell.press("Nghe")
        #expect(shell.texts.filter { $0.contains("chưa mở được tiếng") }.count == 1 && player.played.count == 1)
        core.now.sounds["loi-dan.opus"] = Data("OggS".utf8)
        try await shell.press("Nghe")
        #expect(player.isPlaying && !shell.reads("chưa mở được tiếng"))
        player.end(false)
        #expect(shell.reads("chưa mở được tiếng"))
    }

    @Test func without_a_player_the_words_of_a_sound_stand_alone() async throws {
        core.addLan()
        let shell = await Shell { [core] in core }
        for step in ["Bà Lan", courseTitle, lessonTitle] { try await shell.press(step) }
        #expect(shell.reads("Bà nhớ nhé") && !shell.reads("Nghe"))
    }
}
