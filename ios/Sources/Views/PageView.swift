import Screens
import SwiftUI

/// A page: parts from top to bottom, scrolled when they are more than the screen shows.
struct PageView: View {
    let page: Page
    let hand: Hand

    @Environment(\.colorScheme) private var scheme

    var body: some View {
        ScrollViewReader { reader in
            ScrollView {
                PartsView(parts: page.parts, hand: hand)
                    .padding(Sizes.margin)
                    .frame(maxWidth: Sizes.widthMax)
                    .frame(maxWidth: .infinity)
            }
            // A page of another number begins at its top.
            .id(page.turn)
            .onChange(of: page.shows) { part in
                if let part { reader.scrollTo(part, anchor: .center) }
            }
        }
        .background(Look(scheme).colour(.paper).ignoresSafeArea())
    }
}

/// Parts under each other.
struct PartsView: View {
    let parts: [Part]
    let hand: Hand

    var body: some View {
        VStack(alignment: .leading, spacing: 12) {
            ForEach(parts) { part in
                PartView(part: part, hand: hand).id(part.id)
            }
        }
    }
}

/// What views hand on to the screen.
@MainActor
struct Hand {
    let press: @MainActor (String) -> Void
    let type: @MainActor (String, String) -> Void
}

/// One part.
struct PartView: View {
    let part: Part
    let hand: Hand

    @Environment(\.colorScheme) private var scheme

    private var look: Look { Look(scheme) }

    var body: some View {
        switch part.what {
        case .heading(let line, let points):
            line.text.letters(Double(points), isBold: true).foregroundColor(look.colour(.ink))
                .accessibilityAddTraits(.isHeader).padding(.top, 8)
        case .text(let line, let tone, let isSmall, let isBold):
            line.text.letters(isSmall ? Sizes.small : Sizes.body, isBold: isBold).foregroundColor(look.colour(tone))
        case .turn(let head): TurnView(head: head) { hand.press(part.id) }
        case .button(let button): PressView(button: button) { hand.press(part.id) }
        case .card(let card): CardView(card: card) { hand.press(part.id) }
        case .cards(let parts): GridView(parts: parts, columns: 2, hand: hand)
        case .tiles(let parts): GridView(parts: parts, columns: 4, hand: hand)
        case .option(let option): OptionView(option: option) { hand.press(part.id) }
        case .field(let field): FieldView(field: field) { hand.type($0, part.id) }
        case .bar(let done, let of): BarView(done: done, of: of)
        case .far(let done, let of, let words): FarView(done: done, of: of, words: words)
        case .dots(let full, let of, let said): DotsView(full: full, of: of, said: said)
        case .shares(let shares): SharesView(shares: shares)
        case .steps(let lines): LinesView(lines: lines, isNumbered: true)
        case .points(let lines): LinesView(lines: lines, isNumbered: false)
        case .picture(let svg, let said): DrawnView(svg: svg, said: said)
        case .code(let code): CodeView(code: code)
        case .panel(let fill, let edge, let parts):
            PartsView(parts: parts, hand: hand).padding(14).ground(look.colour(fill), edge: look.colour(edge))
        case .fault(let words):
            Text(verbatim: words).letters(isBold: true).foregroundColor(look.colour(.stop)).padding(12)
                .ground(look.colour(.stopSoft), edge: look.colour(.stop))
        }
    }
}
