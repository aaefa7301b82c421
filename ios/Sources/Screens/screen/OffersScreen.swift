import Foundation

/// What can be fetched over the network. A fetch runs while this screen is seen: whoever goes away pauses it,
/// and what came is kept.
final class OffersScreen: KeepingScreen<OffersScreen.Chosen> {
    struct Chosen: Codable {
        /// The course that somebody is asked about.
        var givingUp: String?

        /// Courses that are to come without pictures and sounds.
        var textsOnly: Set<String> = []
    }

    private var running: Running?
    private var looked: Looked?
    private var comparing: UnknownPublisher?

    /// Something that waits for the network.
    @MainActor
    private final class Running {
        var task: Task<Void, Never>?
    }

    /// What was paused takes a moment to end, and the same course is fetched once at a time.
    private var ending: Task<Void, Never>?

    init(_ way: Way, _ kept: Data?) { super.init(way: way, kept: kept, fresh: Chosen()) }

    override func open() { open(told: nil) }

    private func open(told: String?, fault: String? = nil) {
        load({ try $0.offers() }) { [self] offers in
            if let offer = offers.first(where: { $0.course == kept.givingUp }) { return askToGiveUp(offer) }
            list(offers, told, fault)
        }
    }

    private func list(_ offers: [Offer], _ told: String?, _ fault: String?, isLooking: Bool = false) {
        let title = words.say("offers-title")
        let unknown = looked?.unknown ?? []
        show(told ?? title) { page in
            page.title(title)
            if let told { page.panel(.goSoft) { $0.words(told, isBold: true) } }
            if let fault { page.fault(fault) }
            for publisher in unknown { self.unknown(publisher, page) }
            if offers.isEmpty && unknown.isEmpty && told == nil && fault == nil {
                page.words(words.say(looked == nil ? "offers-not-asked" : "offers-none"))
            }
            let first = offers.first(where: \.isAvailable)
            for offer in offers { self.offer(offer, offer == first ? .go : .plain, page) }
            let look = words.say(isLooking ? "offers-looking" : "offers-look")
            page.button(look, first == nil ? .go : .plain) { [self] in
                if running != nil { return }
                list(offers, told, fault, isLooking: true)
                self.look()
            }
        }
    }

    private func look() {
        begin(Running(), { try await $0.look() }) { [self] outcome in
            toTop()
            switch outcome {
            case .success(let fresh):
                looked = fresh.told.isEmpty ? fresh : nil
                open(told: nil, fault: fresh.told.isEmpty ? nil : fresh.told)
            case .failure(let failure): open(told: nil, fault: failure.words)
            }
        }
    }

    private func offer(_ offer: Offer, _ style: ButtonPart.Style, _ page: Builder) {
        page.panel(.card, edge: .line) { panel in
            panel.words(words.say(offer.kind.key), tone: .inkSoft)
            panel.words(offer.title, isBold: true)
            panel.words(words.say("offer-from", ["publisher": offer.publisher]), tone: .inkSoft)
            panel.words(offer.cost)
            if !offer.noRoom.isEmpty {
                panel.panel(.lookSoft, edge: .look) { $0.words(offer.noRoom, isBold: true) }
            }
            if offer.isBegun { panel.words(words.say("fetch-begun"), tone: .inkSoft) }
            if offer.isAvailable { ways(offer, style, panel) }
            if !offer.isBegun { return }
            let giveUp = words.say("fetch-give-up")
            panel.button(giveUp, .quiet, said: "\(giveUp): \(offer.title)") { [self] in
                toTop()
                kept.givingUp = offer.course
                open()
            }
        }
    }

    private func ways(_ offer: Offer, _ style: ButtonPart.Style, _ panel: Builder) {
        if offer.hasMedia {
            let isChosen = kept.textsOnly.contains(offer.course)
            panel.option(Line(words.say("fetch-texts-only")), isChosen: isChosen, isRadio: false) { [self] in
                kept.textsOnly.formSymmetricDifference([offer.course])
                open()
            }
        }
        let words = words.say(offer.isBegun ? "fetch-go-on" : offer.kind.action)
        panel.button(words, style, said: "\(words): \(offer.title)") { [self] in fetch(offer) }
    }

    private func fetch(_ offer: Offer) {
        if running != nil { return }
        toTop()
        show(offer, thousandths: 0, words.say("fetch-beginning"))
        let withMedia = !(offer.hasMedia && kept.textsOnly.contains(offer.course))
        let mine = Running()
        let moved: @Sendable (Fetching) -> Void = { step in
            Task { @MainActor [self] in
                if running === mine { show(offer, thousandths: step.thousandths, step.told) }
            }
        }
        begin(mine, { try await $0.fetch(offer.course, withMedia: withMedia, moved) }) { [self] outcome in
            toTop()
            switch outcome {
            case .success(let end) where end.isDone:
                open(told: words.say("fetch-done-course", ["title": offer.title]))
            case .success(let end): open(told: nil, fault: end.told)
            case .failure(let failure): open(told: nil, fault: failure.words)
            }
        }
    }

    private func show(_ offer: Offer, thousandths: Int, _ told: String) {
        show(offer.title) { page in
            page.title(offer.title)
            page.add(.far(done: thousandths, of: 1_000, words: told))
            page.plain(words.say("fetch-pause")) { [self] in pause() }
        }
    }

    /// Whoever comes back finds the list, and goes on from there.
    override func hide() { pause() }

    override func leave() {
        stop()
        super.leave()
    }

    private func pause() {
        if running == nil { return }
        stop()
        toTop()
        open()
    }

    private func stop() {
        running?.task?.cancel()
        ending = running?.task ?? ending
        running = nil
    }

    /// Begins with what waits for the network; what comes of it is told unless it was stopped.
    private func begin<T: Sendable>(
        _ mine: Running, _ call: @escaping @Sendable (any Core) async throws -> T,
        _ done: @escaping @MainActor (Result<T, Failure>) -> Void
    ) {
        running = mine
        let before = ending
        mine.task = way.run { [self] in
            await before?.value
            let outcome: Result<T, Failure>
            do {
                try Task.checkCancellation()
                outcome = .success(try await way.work.askNetwork(call))
            } catch {
                outcome = .failure(Failure(error))
            }
            guard running === mine else { return }
            running = nil
            done(outcome)
        }
    }

    private func askToGiveUp(_ offer: Offer) {
        let question = words.say("fetch-give-up-ask", ["title": offer.title])
        show(question) { page in
            page.title(question)
            page.go(words.say("fetch-give-up")) { [self] in
                act({ try $0.giveUp(offer.course) }) { [self] in
                    fault($0.words)
                } _: { [self] in
                    kept.givingUp = nil
                    toTop()
                    open(told: words.say("fetch-given-up", ["title": offer.title]))
                }
            }
            page.plain(words.say("action-cancel")) { [way] in way.back() }
        }
    }

    private func unknown(_ unknown: UnknownPublisher, _ page: Builder) {
        page.panel(.lookSoft, edge: .look) { panel in
            panel.words(words.say("offers-unknown", ["publisher": unknown.publisher]))
            panel.plain(words.say("offers-compare", ["publisher": unknown.publisher])) { [self] in compare(unknown) }
        }
    }

    /// Only somebody who holds the publisher's paper can say whether this is the publisher.
    private func compare(_ unknown: UnknownPublisher) {
        if running != nil { return }
        comparing = unknown
        toTop()
        let title = words.say("trust-title")
        show(title) { page in
            page.title(title)
            page.words(words.say("offers-unknown", ["publisher": unknown.publisher]))
            page.words(words.say("trust-fingerprint", ["fingerprint": unknown.fingerprint]), isBold: true)
            page.words(words.say("trust-compare"))
            page.plain(words.say("offers-trust-yes")) { [self] in
                act({ try $0.trust(unknown) }) { [self] in
                    fault($0.words)
                } _: { [self] in
                    comparing = nil
                    look()
                }
            }
            page.go(words.say("trust-no")) { [way] in way.back() }
        }
    }

    override var hasOwnBack: Bool { comparing != nil || kept.givingUp != nil }

    override func back() -> Bool {
        if !hasOwnBack { return false }
        comparing = nil
        kept.givingUp = nil
        toTop()
        open()
        return true
    }
}

extension OfferKind {
    /// What it is called.
    fileprivate var key: String {
        switch self {
        case .new: "offer-new"
        case .newer: "offer-newer"
        case .media: "offer-media"
        }
    }

    /// What the button says that begins with it.
    fileprivate var action: String {
        switch self {
        case .new: "fetch-start"
        case .newer: "fetch-newer"
        case .media: "fetch-media"
        }
    }
}
