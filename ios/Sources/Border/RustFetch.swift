import HocvuCore
import Screens

/// Courses that come over the network, by the border's room of packs.
extension RustCore {
    public func offers() throws -> [Offer] { try asking { try hocvu.packs().offers().map { $0.toScreen() } } }

    public func look() async throws -> Looked { try await askingNetwork { try await look(isAsked: true).toScreen() } }

    private func look(isAsked: Bool) async throws -> LookedView {
        try await eachWay(isAsked, isEnough: { _ in false }) { way in try await hocvu.packs().lookForCourses(way: way) }
    }

    public func fetch(
        _ course: String, withMedia: Bool, _ moved: @escaping @Sendable (Fetching) -> Void
    ) async throws -> Fetching {
        try await askingNetwork {
            try await fetch(course, withMedia, isAsked: true, Moving(moved)).toScreen()
        }
    }

    /// Generated Swift does not tell Rust of a cancelled task, so the fetch is paused by its handle.
    private func fetch(
        _ course: String, _ withMedia: Bool, isAsked: Bool, _ listener: Moving?
    ) async throws -> FetchView {
        try await eachWay(isAsked, isEnough: \.isDone) { way in
            let handle = FetchHandle()
            return try await withTaskCancellationHandler {
                try await hocvu.packs().fetch(
                    course: course, withMedia: withMedia, way: way, listener: listener, handle: handle)
            } onCancel: {
                handle.pause()
            }
        }
    }

    public func giveUp(_ course: String) throws { try asking { try hocvu.packs().giveUpFetch(course: course) } }

    public func evictMedia(_ course: String) throws -> String {
        try asking { hocvu.texts().size(bytes: try hocvu.packs().evictMedia(course: course)) }
    }

    public func updateDue() async throws {
        try await askingNetwork {
            if try hocvu.sync().relays().isEmpty { return }
            _ = try await look(isAsked: false)
            for offer in try hocvu.packs().offers() where offer.kind == .newer && offer.isAvailable {
                try Task.checkCancellation()
                _ = try await fetch(offer.course, true, isAsked: false, nil)
            }
            try Task.checkCancellation()
        }
    }

    /// Where a Wi-Fi is there beside the network that is used, the station in it is asked first: its bytes cost
    /// nothing. Then the others are, unless it was enough.
    private func eachWay<T>(
        _ isAsked: Bool, isEnough: (T) -> Bool, _ call: (FetchWayRequest) async throws -> T
    ) async throws -> T {
        let relays = try hocvu.sync().relays()
        let isLocalToo = (try? surroundings.now().isLocalToo) ?? false
        if isLocalToo && relays.contains(where: \.isNear) {
            let near = try await call(FetchWayRequest(isAsked: isAsked, nearOnly: true))
            if isEnough(near) || Task.isCancelled || relays.allSatisfy(\.isNear) { return near }
        }
        return try await call(FetchWayRequest(isAsked: isAsked, nearOnly: false))
    }
}

/// Hands on how far a fetch is.
private final class Moving: FetchListener {
    private let tell: @Sendable (Fetching) -> Void

    init(_ tell: @escaping @Sendable (Fetching) -> Void) { self.tell = tell }

    func moved(fetch: FetchView) throws { tell(fetch.toScreen()) }
}

extension OfferView {
    fileprivate func toScreen() -> Offer {
        let kind: OfferKind =
            switch self.kind {
            case .new: .new
            case .newer: .newer
            case .media: .media
            }
        return Offer(
            course: course, title: title, publisher: publisher, kind: kind, cost: cost, noRoom: noRoom,
            hasMedia: kind != .media && mediaBytes > 0, isAvailable: isAvailable, isBegun: isBegun)
    }
}

extension LookedView {
    fileprivate func toScreen() -> Looked { Looked(unknown: unknown.map { $0.toScreen() }, told: told) }
}

extension UnknownPublisherView {
    fileprivate func toScreen() -> UnknownPublisher {
        UnknownPublisher(publisher: publisher, fingerprint: fingerprint, roots: roots)
    }
}

extension FetchView {
    fileprivate func toScreen() -> Fetching {
        let thousandths = bytes == 0 ? 0 : Int(bytesDone * 1_000 / bytes)
        return Fetching(thousandths: thousandths, isDone: isDone, told: told)
    }
}
