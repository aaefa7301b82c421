/// What a learner decides about herself; see `Core`.
public protocol OwnCalls: Sendable {
    func person(_ learner: String) throws -> Person

    /// Changes who she is; also how her name is given once more after the key was lost.
    func setPerson(_ learner: String, _ person: Person) throws

    /// Sets her PIN, or takes it away with nil, at the word of whoever knows the one so far.
    func changePin(_ learner: String, _ old: String, _ new: String?) throws

    /// Takes her PIN away at the word of whoever opened the phone's own lock.
    func forgetPin(_ learner: String) throws

    /// Notes whether she agrees to be counted.
    func setCounts(_ learner: String, _ counts: Bool) throws

    /// Her card, for whoever knows her PIN.
    func card(_ learner: String, _ pin: String, withName: Bool) throws -> Card

    /// Reads a card as somebody scanned or typed it; takes nobody in.
    func readCard(_ typed: String) throws -> ReadCard

    /// Takes in the learner of a card; gives her id.
    func takeIn(_ card: String, _ person: Person) throws -> String
}

/// Who somebody is on this phone. `name` is nil when the key store forgot it; only a child has a
/// `guardian`.
public struct Person: Equatable, Sendable {
    public let name: String?
    public let address: Address
    public let pictogram: Int
    public let guardian: String?

    public init(name: String?, address: Address, pictogram: Int, guardian: String?) {
        self.name = name
        self.address = address
        self.pictogram = pictogram
        self.guardian = guardian
    }
}

/// A text as a square of points, row by row.
public struct Qr: Equatable, Sendable {
    public let side: Int
    public let points: [Bool]

    public init(side: Int, points: [Bool]) {
        self.side = side
        self.points = points
    }
}

/// Her card: `typed` is to be read off in groups of letters.
public struct Card: Equatable, Sendable {
    public let who: Learner
    public let typed: String
    public let qr: Qr

    public init(who: Learner, typed: String, qr: Qr) {
        self.who = who
        self.typed = typed
        self.qr = qr
    }
}

/// A card that was read; `here` is whose it is where this phone holds her already.
public struct ReadCard: Equatable, Sendable {
    public let name: String?
    public let here: Learner?

    public init(name: String?, here: Learner?) {
        self.name = name
        self.here = here
    }
}
