/// A learner as screens show her. `name` is nil when the key store forgot it; `you` is how texts
/// address her.
public struct Learner: Equatable, Sendable {
    public let id: String
    public let name: String?
    public let you: String
    public let pictogram: Int
    public let hasPin: Bool
    public let counts: Bool
    public let isGuest: Bool

    public init(
        id: String, name: String?, you: String, pictogram: Int, hasPin: Bool, counts: Bool, isGuest: Bool = false
    ) {
        self.id = id
        self.name = name
        self.you = you
        self.pictogram = pictogram
        self.hasPin = hasPin
        self.counts = counts
        self.isGuest = isGuest
    }
}

/// How she wants to be addressed; the key of its words ends in its raw value.
public enum Address: String, CaseIterable, Codable, Sendable { case ba, ong, co, chu, anh, chi, em, ban }

/// The groups that the movement counts; the key of its words ends in its raw value.
public enum Group: String, CaseIterable, Codable, Sendable {
    case citizen = "adult"
    case student
    case worker
    case publicSector = "public"
}

/// A new learner, as the form has her.
public struct NewLearner: Equatable, Sendable {
    public let name: String
    public let address: Address
    public let pictogram: Int
    public let group: Group
    public let isChild: Bool
    public let guardian: String?
    public let consentRecord: Bool
    public let consentCount: Bool

    public init(
        name: String, address: Address, pictogram: Int, group: Group, isChild: Bool, guardian: String?,
        consentRecord: Bool, consentCount: Bool
    ) {
        self.name = name
        self.address = address
        self.pictogram = pictogram
        self.group = group
        self.isChild = isChild
        self.guardian = guardian
        self.consentRecord = consentRecord
        self.consentCount = consentCount
    }
}
