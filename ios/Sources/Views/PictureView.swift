import Foundation
import Screens
import SwiftUI

private let strokePoints = 2.5

/// Draws a picture in the colours of the theme, as wide as there is room. `said` stands for it where it
/// is not seen; without it the picture adds nothing to the words beside it.
struct PictureView: View {
    let picture: Picture
    let said: String?
    var ink = Tone.ink
    var strokeWidth = strokePoints

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        Canvas { context, size in
            let scale = min(size.width / picture.width, size.height / picture.height)
            context.translateBy(
                x: (size.width - scale * picture.width) / 2, y: (size.height - scale * picture.height) / 2)
            context.scaleBy(x: scale, y: scale)
            context.translateBy(x: -picture.x, y: -picture.y)
            for drawn in picture.drawn { draw(drawn, context) }
        }
        .aspectRatio(picture.width / picture.height, contentMode: .fit)
        .accessibilityElement()
        .accessibilityLabel(Text(verbatim: said ?? ""))
        .accessibilityHidden(said == nil)
    }

    private func draw(_ drawn: Drawn, _ context: GraphicsContext) {
        switch drawn {
        case .outline(let steps, let style): outline(steps, style, context)
        case .writing(let pieces): write(pieces, context)
        }
    }

    private func outline(_ steps: [Step], _ style: Style, _ outer: GraphicsContext) {
        var context = outer
        context.concatenate(style.matrix.transform)
        context.opacity = style.opacity
        let path = path(steps)
        if let fill = style.fill { context.fill(path, with: .color(colour(fill))) }
        guard let stroke = style.stroke else { return }
        let dashes = style.dashes.count >= 2 && style.dashes.count.isMultiple(of: 2) ? style.dashes : []
        let line = StrokeStyle(
            lineWidth: style.strokeWidth ?? strokeWidth, lineCap: .round, lineJoin: .round,
            dash: dashes.map { CGFloat($0) })
        context.stroke(path, with: .color(colour(stroke)), style: line)
    }

    private func path(_ steps: [Step]) -> Path {
        var path = Path()
        for step in steps {
            switch step {
            case .move(let x, let y): path.move(to: CGPoint(x: x, y: y))
            case .line(let x, let y): path.addLine(to: CGPoint(x: x, y: y))
            case .cubic(let x1, let y1, let x2, let y2, let x, let y):
                path.addCurve(
                    to: CGPoint(x: x, y: y), control1: CGPoint(x: x1, y: y1), control2: CGPoint(x: x2, y: y2))
            case .quad(let x1, let y1, let x, let y):
                path.addQuadCurve(to: CGPoint(x: x, y: y), control: CGPoint(x: x1, y: y1))
            case .close: path.closeSubpath()
            }
        }
        return path
    }

    /// Writes piece after piece; a piece with a place of its own begins there, and may have its middle or
    /// its end there.
    private func write(_ pieces: [Writing], _ outer: GraphicsContext) {
        let written = pieces.map { outer.resolve(text($0)) }
        let widths = written.map { $0.measure(in: CGSize(width: 10_000, height: 10_000)).width }
        var (x, y) = (0.0, 0.0)
        for (i, piece) in pieces.enumerated() {
            if let own = piece.x { x = own - shift(pieces, widths, from: i) }
            if let own = piece.y { y = own }
            x += piece.dx
            y += piece.dy
            var context = outer
            context.concatenate(piece.style.matrix.transform)
            context.opacity = piece.style.opacity
            let below = written[i].firstBaseline(in: CGSize(width: 10_000, height: 10_000))
            context.draw(written[i], at: CGPoint(x: x, y: y - below), anchor: .topLeading)
            x += widths[i]
        }
    }

    private func shift(_ pieces: [Writing], _ widths: [CGFloat], from: Int) -> Double {
        let share: Double
        switch pieces[from].style.anchor {
        case "middle": share = 0.5
        case "end": share = 1
        default: return 0
        }
        var width = 0.0
        for i in from..<pieces.count {
            if i > from && pieces[i].x != nil { break }
            width += widths[i] + (i > from ? pieces[i].dx : 0)
        }
        return share * width
    }

    private func text(_ piece: Writing) -> Text {
        let text = Text(verbatim: piece.text)
            .font(.system(size: piece.style.fontSize, weight: piece.style.isBold ? .bold : .regular))
            .foregroundColor(colour(piece.style.writing))
        return piece.style.isUnderlined ? text.underline() : text
    }

    private func colour(_ tone: Tone) -> Color { Look(scheme).colour(tone == .ink ? ink : tone) }
}

extension Matrix {
    fileprivate var transform: CGAffineTransform { CGAffineTransform(a: a, b: b, c: c, d: d, tx: e, ty: f) }
}

/// A pictogram of the program, drawn beside words that say the same.
struct PictogramView: View {
    let name: String
    let points: Double

    var body: some View {
        if let picture = Pictograms.named(name) {
            PictureView(picture: picture, said: nil, ink: .go, strokeWidth: 3)
                .frame(width: points, height: points)
        }
    }
}

/// The pictograms that the program carries, from the folder `assets/pictograms`.
@MainActor
enum Pictograms {
    private static var read: [String: Picture] = [:]

    /// A circle of an arrow. Where not even the words could be opened, it says "once more".
    private static let again = Data(
        #"<svg viewBox="0 0 64 64"><path d="M50 20A22 22 0 1 0 54 36M52 8v14H38"/></svg>"#.utf8)

    static func named(_ name: String) -> Picture? {
        if let known = read[name] { return known }
        let file = Bundle.main.url(forResource: name, withExtension: "svg", subdirectory: "pictograms")
        let svg = name == "again" ? again : file.flatMap { try? Data(contentsOf: $0) }
        let picture = svg.flatMap { Picture.read($0) }
        read[name] = picture
        return picture
    }
}
