import Screens
import SwiftUI

/// How everything looks on this phone, by day or by night.
@MainActor
struct Look {
    private let palette: Palette

    init(_ scheme: ColorScheme) { palette = scheme == .dark ? .night : .day }

    func colour(_ tone: Tone) -> Color {
        let bits = palette.colour(tone)
        func part(_ shift: UInt32) -> Double { Double(bits >> shift & 0xff) / 255 }
        return Color(red: part(16), green: part(8), blue: part(0))
    }
}

/// How large letters are, in percent of the phone's own size.
private struct TextPercent: EnvironmentKey {
    static let defaultValue = 100
}

extension EnvironmentValues {
    var textPercent: Int {
        get { self[TextPercent.self] }
        set { self[TextPercent.self] = newValue }
    }
}

/// Letters of a size in points, enlarged as the phone's owner wishes (Dynamic Type) and as was chosen
/// here.
struct Letters: ViewModifier {
    @ScaledMetric private var scaled: Double
    private let isBold: Bool

    @Environment(\.textPercent) private var percent

    private var points: Double { scaled * Double(percent) / 100 }

    init(_ points: Double, isBold: Bool) {
        _scaled = ScaledMetric(wrappedValue: points, relativeTo: .body)
        self.isBold = isBold
    }

    func body(content: Content) -> some View {
        content
            .font(.system(size: points, weight: isBold ? .bold : .regular))
            .lineSpacing(points * 0.2)
            .fixedSize(horizontal: false, vertical: true)
            .frame(maxWidth: .infinity, alignment: .leading)
            .multilineTextAlignment(.leading)
    }
}

/// A ground with round corners.
struct Ground: ViewModifier {
    let fill: Color
    let edge: Color
    var edgePoints = 2.0

    func body(content: Content) -> some View {
        let shape = RoundedRectangle(cornerRadius: Sizes.round)
        content
            .background(shape.fill(fill))
            .overlay(shape.stroke(edge, lineWidth: edgePoints))
    }
}

extension View {
    func letters(_ points: Double = Sizes.body, isBold: Bool = false) -> some View {
        modifier(Letters(points, isBold: isBold))
    }

    func ground(_ fill: Color, edge: Color, edgePoints: Double = 2) -> some View {
        modifier(Ground(fill: fill, edge: edge, edgePoints: edgePoints))
    }
}

extension Line {
    /// The words with what is stressed in them.
    @MainActor var text: Text {
        runs.reduce(Text(verbatim: "")) { text, run in
            let piece = Text(verbatim: run.text)
            switch run.stress {
            case .plain: return text + piece
            case .strong: return text + piece.bold()
            case .emphasis: return text + piece.italic()
            }
        }
    }
}
