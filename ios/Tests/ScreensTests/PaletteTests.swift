import Foundation
import Testing

@testable import Screens

@Suite struct PaletteTests {
    /// Contrast of words on what they stand on, as WCAG reckons it.
    private func contrast(_ a: UInt32, _ b: UInt32) -> Double {
        let (bright, dark) = (max(light(a), light(b)), min(light(a), light(b)))
        return (bright + 0.05) / (dark + 0.05)
    }

    private func light(_ colour: UInt32) -> Double {
        func part(_ shift: UInt32) -> Double {
            let c = Double(colour >> shift & 0xff) / 255
            return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    @Test(arguments: [Palette.day, .night])
    func words_stand_out_by_day_and_by_night(colours: Palette) {
        let pairs: [(Tone, Tone)] = [
            (.ink, .paper), (.ink, .card), (.inkSoft, .paper), (.inkSoft, .card), (.go, .paper), (.go, .card),
            (.onGo, .go), (.ink, .goSoft), (.go, .goSoft), (.ink, .stopSoft), (.stop, .stopSoft), (.ink, .lookSoft),
            (.look, .lookSoft),
        ]
        for (word, ground) in pairs {
            let ratio = contrast(colours.colour(word), colours.colour(ground))
            #expect(ratio >= 5.5, "\(word) on \(ground): \(ratio)")
        }
    }

    @Test func the_palette_is_the_same_as_androids() throws {
        let file = "\(repository)/android/app/src/main/kotlin/vn/hocvu/app/draw/Look.kt"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let found = text.split(separator: "\n").compactMap { line -> UInt32? in
            guard let at = line.range(of: "= 0xff"), !line.contains("Configuration") else { return nil }
            return UInt32(line[at.upperBound...].prefix(6), radix: 16)
        }
        let tones: [Tone] = [
            .paper, .card, .line, .ink, .inkSoft, .go, .onGo, .goSoft, .look, .lookSoft, .stop, .stopSoft,
        ]
        let own = [Palette.day, .night].flatMap { palette in tones.map { palette.colour($0) } }
        #expect(found == own)
    }
}
