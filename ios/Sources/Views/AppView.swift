import Screens
import SwiftUI

/// The whole app: the page of the screen that somebody is at, and the way back.
public struct AppView: View {
    @ObservedObject private var model: WayModel
    @Environment(\.colorScheme) private var scheme

    public init(model: WayModel) { self.model = model }

    public var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 0) {
                if model.hasBack { back }
                if model.canSpeak { aloud }
            }
            PageView(page: model.page, hand: hand)
                .id(model.visit)
        }
        .background(Look(scheme).colour(.paper).ignoresSafeArea())
        .environment(\.textPercent, model.textPercent)
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

    private var aloud: some View {
        Button(action: { model.turnAloud() }) {
            Text(verbatim: model.aloudSaid).underline().font(.body).foregroundColor(Look(scheme).colour(.go))
                .padding(Sizes.margin)
                .frame(minHeight: Sizes.target)
        }
        .buttonStyle(.plain)
        .fixedSize()
    }

    private var hand: Hand {
        let screen = model.way.screen
        return Hand(press: { screen.press($0) }, type: { screen.type($0, into: $1) })
    }
}

/// The platform's voice.
@MainActor
public protocol Speaker: AnyObject {
    /// Called when all was read.
    var onEnd: (@MainActor () -> Void)? { get set }

    /// Whether it has a voice for a language, such as `vi`.
    func speaks(_ language: String) -> Bool

    func speak(_ sentences: [String], _ language: String)

    func stop()
}

/// Republishes what a way's screens show.
@MainActor
public final class WayModel: ObservableObject {
    public let way: Way
    @Published private(set) var page: Page {
        didSet { if page.isUnderWay != oldValue.isUnderWay { stayAwake?(page.isUnderWay) } }
    }
    @Published private(set) var visit = 0
    @Published private(set) var textPercent: Int
    @Published private(set) var isSpeaking = false
    private var screen: Screen

    /// Reads pages aloud; nil where the platform has no voice.
    public var speaker: (any Speaker)? {
        didSet { speaker?.onEnd = { [weak self] in self?.isSpeaking = false } }
    }

    /// Called with what a screen reader is to say: a page's title when another is there, a fault.
    public var announce: (@MainActor (String) -> Void)?

    /// Called with whether the screen is to stay on although nobody touches it.
    public var stayAwake: (@MainActor (Bool) -> Void)?

    public init(way: Way) {
        self.way = way
        screen = way.screen
        page = way.screen.page
        textPercent = way.textPercent
        way.onChange = { [weak self] in self?.arrived() }
        listen()
    }

    var hasBack: Bool { way.hasBack }

    var backSaid: String { way.work.words?.say("action-back") ?? "" }

    /// A card is not spelt aloud to whoever is near.
    var canSpeak: Bool { speaker?.speaks(way.language) == true && !screen.isSecret && way.work.words != nil }

    var aloudSaid: String { way.work.words?.say(isSpeaking ? "aloud-stop" : "aloud-read") ?? "" }

    func turnAloud() {
        if isSpeaking { return hush() }
        isSpeaking = true
        speaker?.speak(page.aloud, way.language)
    }

    private func hush() {
        if !isSpeaking { return }
        isSpeaking = false
        speaker?.stop()
    }

    private func arrived() {
        textPercent = way.textPercent
        if screen === way.screen { return }
        hush()
        screen = way.screen
        visit += 1
        page = screen.page
        listen()
    }

    private func listen() {
        way.screen.onChange = { [weak self] page in self?.show(page) }
    }

    private func show(_ fresh: Page) {
        if fresh.turn != page.turn { hush() }
        if fresh.title != page.title || fresh.turn != page.turn { announce?(fresh.title) }
        if let fault = fresh.newFault(since: page) { announce?(fault) }
        page = fresh
    }
}
