/// A joined station. `told` is what is in the way, empty when nothing is.
public struct Station: Equatable, Sendable {
    public let no: Int64
    public let name: String
    public let counts: Bool
    public let waiting: Int
    public let told: String

    public init(no: Int64, name: String, counts: Bool, waiting: Int, told: String) {
        self.no = no
        self.name = name
        self.counts = counts
        self.waiting = waiting
        self.told = told
    }
}

/// What came of a sync with a station.
public struct SyncReport: Equatable, Sendable {
    public let station: String
    public let inStep: Bool
    public let received: Int
    public let copies: Int
    public let told: String

    public init(station: String, inStep: Bool, received: Int, copies: Int, told: String) {
        self.station = station
        self.inStep = inStep
        self.received = received
        self.copies = copies
        self.told = told
    }
}

/// Where a learner's record is: each event is in exactly one of `here`, `received` and `counted`.
/// `others` are the devices beside this one that hold her, as people compare them.
public struct Record: Equatable, Sendable {
    public let who: Learner
    public let events: Int
    public let here: Int
    public let received: Int
    public let counted: Int
    public let copies: Int
    public let others: [String]
    public let stations: [Station]

    public init(
        who: Learner, events: Int, here: Int, received: Int, counted: Int, copies: Int, others: [String],
        stations: [Station]
    ) {
        self.who = who
        self.events = events
        self.here = here
        self.received = received
        self.counted = counted
        self.copies = copies
        self.others = others
        self.stations = stations
    }
}
