import AVFoundation
import Border
import Screens

/// Plays the sounds of lessons. Somebody asks for each, so it is heard although the phone is silenced.
@MainActor
final class PhonePlayer: NSObject, SoundPlayer, AVAudioPlayerDelegate {
    private var player: AVAudioPlayer?
    private var ended: (@MainActor (Bool) -> Void)?

    func play(_ sound: Data, ended: @escaping @MainActor (Bool) -> Void) {
        stop()
        self.ended = ended
        do {
            guard let caf = cafSound(ofOgg: sound) else { return end(false) }
            try AVAudioSession.sharedInstance().setCategory(.playback, mode: .spokenAudio)
            let fresh = try AVAudioPlayer(data: caf, fileTypeHint: AVFileType.caf.rawValue)
            fresh.delegate = self
            player = fresh
            if !fresh.play() { end(false) }
        } catch {
            end(false)
        }
    }

    func stop() {
        if player != nil { end(true) }
    }

    private func end(_ isPlayed: Bool) {
        let told = ended
        player?.stop()
        player = nil
        ended = nil
        told?(isPlayed)
    }

    nonisolated func audioPlayerDidFinishPlaying(_ over: AVAudioPlayer, successfully isPlayed: Bool) {
        let over = ObjectIdentifier(over)
        Task { @MainActor in isOver(over, isPlayed) }
    }

    nonisolated func audioPlayerDecodeErrorDidOccur(_ over: AVAudioPlayer, error: (any Error)?) {
        let over = ObjectIdentifier(over)
        Task { @MainActor in isOver(over, false) }
    }

    /// Nothing where another sound is played by now.
    private func isOver(_ over: ObjectIdentifier, _ isPlayed: Bool) {
        if player.map(ObjectIdentifier.init) == over { end(isPlayed) }
    }
}
