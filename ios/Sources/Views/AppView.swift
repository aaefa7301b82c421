import Screens
import SwiftUI

/// The whole app: the page of the screen that somebody is at, and the way back.
public struct AppView: View {
    @ObservedObject private var model: WayModel
    private let run: @MainActor (Errand, @escaping @MainActor (String) -> Void) -> Void

    @Environment(\.colorScheme) private var scheme

    /// `run` does what only the platform can and gives what it brought.
    public init(
        model: WayModel, run: @escaping @MainActor (Errand, @escaping @MainActor (String) -> Void) -> Void
    ) {
        self.model = model
        self.run = run
    }

    public var body: some View {
        VStack(spacing: 0) {
            if model.hasBack { back }
            PageView(page: model.page, hand: hand)
                .id(model.visit)
        }
        .background(Look(scheme).colour(.paper).ignoresSafeArea())
    }

    private var back: some View {
        Button(action: { model.way.back() }) {
            Image(systemName: "chevron.backward").imageScale(.large)
                .foregroundColor(Look(scheme).colour(.go))
                .frame(minWidth: Sizes.target, minHeight: Sizes.target)
        }
        .buttonStyle(.plain)
        .accessibilityLabel(Text(verbatim: model.backSaid))
        .frame(maxWidth: .infinity, alignment: .leading)
    }

    private var hand: Hand {
        let screen = model.way.screen
        return Hand(
            press: { screen.press($0) }, type: { screen.type($0, into: $1) },
            run: { errand, part in run(errand) { screen.brought($0, for: part) } })
    }
}

/// Republishes what a way's screens show.
@MainActor
public final class WayModel: ObservableObject {
    public let way: Way
    @Published private(set) var page: Page
    @Published private(set) var visit = 0

    /// Called with what a screen reader is to say: a page's title when another is there, a fault.
    public var announce: (@MainActor (String) -> Void)?

    public init(way: Way) {
        self.way = way
        page = way.screen.page
        way.onChange = { [weak self] in self?.arrived() }
        listen()
    }

    var hasBack: Bool { way.hasBack }

    var backSaid: String { way.work.words?.say("action-back") ?? "" }

    private func arrived() {
        visit += 1
        page = way.screen.page
        listen()
    }

    private func listen() {
        way.screen.onChange = { [weak self] page in self?.show(page) }
    }

    private func show(_ fresh: Page) {
        if fresh.title != page.title || fresh.turn != page.turn { announce?(fresh.title) }
        if let fault = fresh.newFault(since: page) { announce?(fault) }
        page = fresh
    }
}
