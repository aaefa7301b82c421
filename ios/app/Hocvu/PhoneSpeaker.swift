import AVFoundation
import Views

/// The phone's own voice; no network is asked.
final class PhoneSpeaker: NSObject, Speaker, AVSpeechSynthesizerDelegate {
    var onEnd: (@MainActor () -> Void)?
    private let synthesizer = AVSpeechSynthesizer()
    private var left = 0

    override init() {
        super.init()
        synthesizer.delegate = self
    }

    func speaks(_ language: String) -> Bool { voice(language) != nil }

    func speak(_ sentences: [String], _ language: String) {
        left = sentences.count
        for sentence in sentences {
            let utterance = AVSpeechUtterance(string: sentence)
            utterance.voice = voice(language)
            synthesizer.speak(utterance)
        }
    }

    func stop() { synthesizer.stopSpeaking(at: .immediate) }

    nonisolated func speechSynthesizer(_ synthesizer: AVSpeechSynthesizer, didFinish utterance: AVSpeechUtterance) {
        Task { @MainActor in
            left -= 1
            if left == 0 { onEnd?() }
        }
    }

    private func voice(_ language: String) -> AVSpeechSynthesisVoice? {
        AVSpeechSynthesisVoice.speechVoices().first { $0.language.hasPrefix(language) }
    }
}
