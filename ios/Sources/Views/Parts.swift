import Foundation
import Screens
import SwiftUI

/// A button: the one green one, a second choice, or words alone, each as tall as a thumb.
struct PressView: View {
    let button: ButtonPart
    let press: @MainActor () -> Void

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        Button(action: press) {
            switch button.style {
            case .go:
                words(isBold: true).foregroundColor(look.colour(.onGo)).padding(14)
                    .ground(look.colour(.go), edge: look.colour(.go))
            case .plain:
                words(isBold: true).foregroundColor(look.colour(.go)).padding(14)
                    .ground(look.colour(.paper), edge: look.colour(.go))
            case .quiet:
                Text(verbatim: button.words).underline().letters().foregroundColor(look.colour(.go))
                    .frame(minHeight: Sizes.target)
            }
        }
        .buttonStyle(.plain)
        .disabled(!button.isUseful)
        .opacity(button.isUseful ? 1 : 0.3)
        .accessibilityLabel(Text(verbatim: button.said))
    }

    private func words(isBold: Bool) -> some View {
        Text(verbatim: button.words).letters(isBold: isBold).frame(minHeight: Sizes.target - 28)
    }
}

/// Whose turn it is, and the way to the next person.
struct TurnView: View {
    let head: TurnHead
    let press: @MainActor () -> Void

    @Environment(\.colorScheme) private var scheme
    @Environment(\.dynamicTypeSize) private var size

    var body: some View {
        let look = Look(scheme)
        VStack(alignment: .leading, spacing: 4) {
            HStack(spacing: 8) {
                PictogramView(name: head.pictogram, points: 40)
                Text(verbatim: head.name).letters(isBold: true).foregroundColor(look.colour(.ink))
                    .accessibilityLabel(Text(verbatim: head.said))
                if !size.isAccessibilitySize { change(look).fixedSize() }
            }
            if size.isAccessibilitySize { change(look) }
            Rectangle().fill(look.colour(.line)).frame(height: 1)
        }
    }

    private func change(_ look: Look) -> some View {
        Button(action: press) {
            Text(verbatim: head.change).underline().foregroundColor(look.colour(.go)).frame(minHeight: Sizes.target)
        }
        .buttonStyle(.plain)
    }
}

/// A card that is one target.
struct CardView: View {
    let card: CardPart
    let press: @MainActor () -> Void

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        Button(action: press) {
            inside(look)
                .padding(10)
                .frame(maxWidth: .infinity, minHeight: Sizes.target)
                .ground(
                    look.colour(card.isChosen ? .goSoft : .card), edge: look.colour(card.isChosen ? .go : .line),
                    edgePoints: card.isChosen ? 3 : 2)
        }
        .buttonStyle(.plain)
        .accessibilityElement()
        .accessibilityLabel(Text(verbatim: card.said))
        .accessibilityAddTraits(card.isChosen ? [.isButton, .isSelected] : .isButton)
    }

    @ViewBuilder private func inside(_ look: Look) -> some View {
        switch card.picture {
        case .pictogram(let name):
            VStack(spacing: 8) {
                PictogramView(name: name, points: card.words.isEmpty ? 48 : 64)
                if !card.words.isEmpty { words(look) }
            }
        case .svg(let svg):
            HStack(spacing: 12) {
                if let picture = Picture.read(svg) {
                    PictureView(picture: picture, said: nil, ink: .go, strokeWidth: 3).frame(width: 52, height: 52)
                }
                words(look)
            }
        case .none: words(look)
        }
    }

    private func words(_ look: Look) -> some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(verbatim: card.words).letters(isBold: true).foregroundColor(look.colour(.ink))
            if !card.note.isEmpty {
                Text(verbatim: card.note).letters(Sizes.small).foregroundColor(look.colour(.inkSoft))
            }
            if card.done > 0 { BarView(done: card.done, of: card.of) }
        }
    }
}

/// Cards beside each other; under each other where letters are so large that words would be cut.
struct GridView: View {
    let parts: [Part]
    let columns: Int
    let hand: Hand

    @Environment(\.dynamicTypeSize) private var size

    var body: some View {
        let fits = size.isAccessibilitySize ? max(1, columns / 2) : columns
        LazyVGrid(columns: Array(repeating: GridItem(.flexible(), spacing: 8), count: fits), spacing: 8) {
            ForEach(parts) { part in
                PartView(part: part, hand: hand).id(part.id)
            }
        }
    }
}

/// A radio button or a box as wide as the page, one target with its words.
struct OptionView: View {
    let option: OptionPart
    let press: @MainActor () -> Void

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        Button(action: press) {
            HStack(spacing: 12) {
                Image(systemName: mark).foregroundColor(look.colour(.go)).imageScale(.large).accessibilityHidden(true)
                option.words.text.letters().foregroundColor(look.colour(.ink))
            }
            .padding(12)
            .frame(minHeight: Sizes.target)
            .ground(
                look.colour(option.isChosen ? .goSoft : .card), edge: look.colour(option.isChosen ? .go : .line))
        }
        .buttonStyle(.plain)
        .accessibilityLabel(Text(verbatim: option.words.plain))
        .accessibilityAddTraits(option.isChosen ? [.isButton, .isSelected] : .isButton)
    }

    private var mark: String {
        if option.isRadio { return option.isChosen ? "largecircle.fill.circle" : "circle" }
        return option.isChosen ? "checkmark.square.fill" : "square"
    }
}

/// A line to type in.
struct FieldView: View {
    let field: FieldPart
    let type: @MainActor (String) -> Void

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        let typed = Binding(get: { field.typed }, set: { type($0) })
        entry(typed)
            .letters(field.keys == .pin ? 28 : Sizes.body)
            .foregroundColor(look.colour(.ink))
            .padding(12)
            .frame(minHeight: Sizes.target)
            .ground(look.colour(.card), edge: look.colour(.inkSoft))
            .accessibilityLabel(Text(verbatim: field.label))
    }

    @ViewBuilder private func entry(_ typed: Binding<String>) -> some View {
        switch field.keys {
        case .pin: SecureField(field.label, text: typed).keyboardType(.numberPad)
        // A number pad would lack the full stop or the comma of one language or the other.
        case .number: TextField(field.label, text: typed).keyboardType(.numbersAndPunctuation)
        case .name: TextField(field.label, text: typed).textInputAutocapitalization(.words)
        case .words: TextField(field.label, text: typed).disableAutocorrection(true)
        case .code:
            TextField(field.label, text: typed).disableAutocorrection(true).textInputAutocapitalization(.characters)
        }
    }
}

/// How much of a whole is done, beside words that say the same.
struct BarView: View {
    let done: Int
    let of: Int

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        GeometryReader { room in
            ZStack(alignment: .leading) {
                Capsule().fill(look.colour(.line))
                Capsule().fill(look.colour(.go)).frame(width: room.size.width * Double(done) / Double(max(1, of)))
            }
        }
        .frame(height: 10)
        .accessibilityHidden(true)
    }
}

/// How far something is that goes on by itself, in a bar and in words.
struct FarView: View {
    let done: Int
    let of: Int
    let words: String

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            BarView(done: done, of: of)
            Text(verbatim: words).letters().foregroundColor(Look(scheme).colour(.ink))
        }
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.updatesFrequently)
    }
}

/// Full and empty dots.
struct DotsView: View {
    let full: Int
    let of: Int
    let said: String

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        HStack(spacing: 8) {
            ForEach(Array(0..<of), id: \.self) { i in
                Capsule().fill(look.colour(i < full ? .go : .card))
                    .overlay(Capsule().stroke(look.colour(.go), lineWidth: 2))
                    .frame(width: 22, height: 22)
            }
        }
        .accessibilityElement()
        .accessibilityLabel(Text(verbatim: said))
    }
}

/// A bar in as many parts, each as long as its share, and the words for each colour.
struct SharesView: View {
    let shares: [Share]

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        let all = Double(max(1, shares.map(\.count).reduce(0, +)))
        VStack(alignment: .leading, spacing: 8) {
            GeometryReader { room in
                HStack(spacing: 0) {
                    ForEach(shares, id: \.words) { share in
                        Rectangle().fill(look.colour(share.tone))
                            .frame(width: room.size.width * Double(share.count) / all)
                    }
                }
            }
            .frame(height: 28)
            .accessibilityHidden(true)
            ForEach(shares, id: \.words) { share in
                HStack(spacing: 10) {
                    Rectangle().fill(look.colour(share.tone)).frame(width: 18, height: 18).accessibilityHidden(true)
                    Text(verbatim: share.words).letters().foregroundColor(look.colour(.ink))
                }
            }
        }
    }
}

/// Things to do in their order, or things without one.
struct LinesView: View {
    let lines: [Line]
    let isNumbered: Bool

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        let look = Look(scheme)
        VStack(alignment: .leading, spacing: 10) {
            ForEach(Array(lines.enumerated()), id: \.offset) { i, line in
                HStack(alignment: .top, spacing: 12) {
                    Text(verbatim: isNumbered ? "\(i + 1)" : "•").font(.body.bold()).foregroundColor(look.colour(.go))
                        .frame(minWidth: isNumbered ? 36 : 12, minHeight: isNumbered ? 36 : 12)
                        .background(
                            RoundedRectangle(cornerRadius: Sizes.round)
                                .fill(look.colour(isNumbered ? .goSoft : .paper)))
                    line.text.letters().foregroundColor(look.colour(.ink))
                }
                .accessibilityElement(children: .combine)
            }
        }
    }
}

/// A picture of a lesson; what is no picture leaves its words.
struct DrawnView: View {
    let svg: Data
    let said: String

    var body: some View {
        if let picture = Picture.read(svg) {
            PictureView(picture: picture, said: said).frame(maxHeight: 360)
        } else {
            Text(verbatim: said).letters()
        }
    }
}

/// A QR code: always dark on light, with the free border that cameras need.
struct CodeView: View {
    let code: CodePart

    var body: some View {
        Canvas { context, size in
            let point = min(size.width, size.height) / Double(code.side + 8)
            context.fill(Path(CGRect(origin: .zero, size: size)), with: .color(.white))
            for (i, isDark) in code.points.enumerated() where isDark {
                let (row, column) = (i / code.side, i % code.side)
                let square = CGRect(
                    x: Double(column + 4) * point, y: Double(row + 4) * point, width: point, height: point)
                context.fill(Path(square), with: .color(.black))
            }
        }
        .aspectRatio(1, contentMode: .fit)
        .frame(maxWidth: 360)
        .accessibilityElement()
        .accessibilityLabel(Text(verbatim: code.said))
    }
}
