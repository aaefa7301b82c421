import Foundation

@testable import Screens

/// What stations have, and what comes of asking them.
struct Fetches {
    /// What is known here, and what the stations would tell.
    var known: [Offer] = []
    var atStations: [Offer] = []
    var unknown: [UnknownPublisher] = []

    /// What is in the way of asking, and what ends a fetch early; empty when nothing is.
    var lookTold = ""
    var trouble = ""

    /// What was fetched, with pictures and sounds or without.
    var fetched: [String] = []

    /// Awaited in the middle of a fetch and of asking.
    var meanwhile: (@Sendable () async -> Void)?
    var unasked = 0
}

let tradeTitle = "Mua bán qua mạng"

/// Courses that come over the network.
extension FakeCore {
    func offer(_ kind: OfferKind = .new, isBegun: Bool = false, noRoom: String = "") -> Offer {
        let media = ["size": "4 MB"] as KeyValuePairs<String, any Sayable>
        let cost =
            kind == .media
            ? words.say("offer-media-only", media)
            : "\(words.say("offer-texts-first", ["size": "120 KB"])) \(words.say("offer-media-after", media))"
        return Offer(
            course: "mua-ban", title: tradeTitle, publisher: "Hội Khuyến học tỉnh", kind: kind, cost: cost,
            noRoom: noRoom, hasMedia: kind != .media, isAvailable: true, isBegun: isBegun)
    }

    func offers() throws -> [Offer] { now.fetches.known }

    func look() async throws -> Looked {
        await now.fetches.meanwhile?()
        let fetches = now.fetches
        if fetches.lookTold.isEmpty && fetches.unknown.isEmpty {
            let here = Set(fetches.known.map(\.course))
            now.fetches.known += fetches.atStations.filter { !here.contains($0.course) }
        }
        return Looked(unknown: fetches.unknown, told: fetches.lookTold)
    }

    func fetch(
        _ course: String, withMedia: Bool, _ moved: @escaping @Sendable (Fetching) -> Void
    ) async throws -> Fetching {
        guard let found = now.fetches.known.first(where: { $0.course == course }) else {
            throw Failure(.notFound, title: words.say("not-found-title"), words: words.say("not-found"))
        }
        now.fetches.known = now.fetches.known.map { $0.course == course ? offer(found.kind, isBegun: true) : $0 }
        let far = words.say("fetch-progress", ["done": "1 MB", "all": "4 MB"])
        let here = Fetching(thousandths: 250, isDone: false, told: "\(far) \(words.say("fetch-readable"))")
        moved(here)
        await now.fetches.meanwhile?()
        if Task.isCancelled { return here }
        let trouble = now.fetches.trouble
        if !trouble.isEmpty { return Fetching(thousandths: 250, isDone: false, told: trouble) }
        now.fetches.known.removeAll { $0.course == course }
        now.fetches.fetched.append("\(course) \(withMedia ? "with" : "without") pictures")
        return Fetching(thousandths: 1_000, isDone: true, told: words.say("fetch-done"))
    }

    func giveUp(_ course: String) throws {
        if let failure = now.writesFail { throw failure }
        now.fetches.known = now.fetches.known.map { $0.course == course ? offer($0.kind) : $0 }
    }

    func evictMedia(_ course: String) throws -> String {
        if let failure = now.writesFail { throw failure }
        now.fetches.known.append(offer(.media))
        return "4 MB"
    }

    func updateDue() async throws {
        now.fetches.unasked += 1
        await now.fetches.meanwhile?()
        try Task.checkCancellation()
    }
}
