/// Courses that come over the network; see `Core`.
public protocol FetchCalls: Sendable {
    /// What can be fetched, by what stations told last; asks nobody.
    func offers() throws -> [Offer]

    /// Asks the stations for new courses; waits for the network.
    func look() async throws -> Looked

    /// Fetches a course, texts first, and says how far it has come, from any thread. Waits for the network.
    /// Cancelled, it pauses where it is: what came is kept, and the next call goes on there.
    func fetch(
        _ course: String, withMedia: Bool, _ moved: @escaping @Sendable (Fetching) -> Void
    ) async throws -> Fetching

    /// Gives up a fetch: what came of it goes.
    func giveUp(_ course: String) throws

    /// Lets pictures and sounds of a course go; gives how much room that made.
    func evictMedia(_ course: String) throws -> String

    /// Fetches new editions of courses that are held, if the network costs nothing and the battery and the
    /// settings allow it. Waits for the network; cancelled, it pauses and throws.
    func updateDue() async throws
}

public enum OfferKind: Equatable, Sendable { case new, newer, media }

/// A course that can be fetched: what it costs in words, and that there is no room for it, which is empty
/// where there is. `hasMedia` says whether pictures and sounds would come after texts.
public struct Offer: Equatable, Sendable {
    public let course: String
    public let title: String
    public let publisher: String
    public let kind: OfferKind
    public let cost: String
    public let noRoom: String
    public let hasMedia: Bool
    public let isAvailable: Bool
    public let isBegun: Bool

    public init(
        course: String, title: String, publisher: String, kind: OfferKind, cost: String, noRoom: String,
        hasMedia: Bool, isAvailable: Bool, isBegun: Bool
    ) {
        self.course = course
        self.title = title
        self.publisher = publisher
        self.kind = kind
        self.cost = cost
        self.noRoom = noRoom
        self.hasMedia = hasMedia
        self.isAvailable = isAvailable
        self.isBegun = isBegun
    }
}

/// What came of asking the stations; `told` is what was in the way, empty where one answered.
public struct Looked: Equatable, Sendable {
    public let unknown: [UnknownPublisher]
    public let told: String

    public init(unknown: [UnknownPublisher], told: String) {
        self.unknown = unknown
        self.told = told
    }
}

/// How far a fetch is, in thousandths and in words; the words also say what ended it early.
public struct Fetching: Equatable, Sendable {
    public let thousandths: Int
    public let isDone: Bool
    public let told: String

    public init(thousandths: Int, isDone: Bool, told: String) {
        self.thousandths = thousandths
        self.isDone = isDone
        self.told = told
    }
}
