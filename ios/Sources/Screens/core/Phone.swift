import Foundation

/// What concerns the phone and nobody on it; see `Core`.
public protocol PhoneCalls: Sendable {
    func settings() throws -> Settings

    /// Keeps settings; words are in the chosen language from now on.
    func choose(_ settings: Settings) throws

    func storage() throws -> Storage

    /// Installs a course from a file; gives what is held now. Fails with an `unknown` publisher where
    /// somebody has to compare.
    func installPack(_ path: String) throws -> Pack

    /// Trusts a publisher from now on, because somebody compared what she holds.
    func trust(_ publisher: UnknownPublisher) throws

    func removePack(_ course: String) throws

    /// Brings back a course of the program that somebody removed.
    func bringBack(_ course: String) throws

    /// A saved sound (Opus in Ogg); nil where it is not held.
    func sound(_ course: String, _ file: String) throws -> Data?

    func stations() throws -> [Station]

    /// Everything that a station lacks, as a file for a courier.
    func exportBundle(_ station: Int64) throws -> CourierFile

    /// Whether a file is one that couriers carry, by how it begins.
    func isBundle(_ path: String) -> Bool

    /// Takes in a station's reply that a courier brought; gives what came of it, for the person.
    func importReply(_ path: String) throws -> String

    /// Brings this phone into step with the stations that are due, if the network, the battery and the
    /// settings allow it. Waits for the network. Cancelled, it begins with no further station and throws once
    /// the one that is under way is done; nothing is lost.
    func syncDue() async throws -> [SyncReport]
}

public struct Language: Equatable, Sendable {
    public let code: String
    public let name: String

    public init(code: String, name: String) {
        self.code = code
        self.name = name
    }
}

/// What was chosen on this phone. `used` says how much of a month's `bytesMax` has travelled; `mediaMax` is how
/// many bytes pictures and sounds may take.
public struct Settings: Equatable, Sendable {
    public var textPercent: Int
    public var language: String
    public var wifiOnly: Bool
    public var bytesMax: UInt64?
    public var mediaMax: UInt64?
    public let languages: [Language]
    public let used: String

    public init(
        textPercent: Int, language: String, wifiOnly: Bool, bytesMax: UInt64?, mediaMax: UInt64?,
        languages: [Language], used: String
    ) {
        self.textPercent = textPercent
        self.language = language
        self.wifiOnly = wifiOnly
        self.bytesMax = bytesMax
        self.mediaMax = mediaMax
        self.languages = languages
        self.used = used
    }
}

/// A course on this phone; `publisher` is empty for the program's own.
public struct Pack: Equatable, Sendable {
    public let course: String
    public let title: String
    public let version: Int
    public let size: String
    public let publisher: String

    public init(course: String, title: String, version: Int, size: String, publisher: String) {
        self.course = course
        self.title = title
        self.version = version
        self.size = size
        self.publisher = publisher
    }
}

/// A course of the program that was removed.
public struct Removed: Equatable, Sendable {
    public let course: String
    public let title: String

    public init(course: String, title: String) {
        self.course = course
        self.title = title
    }
}

/// The courses, what takes room, and how much is left; nil where the phone does not say.
public struct Storage: Equatable, Sendable {
    public let packs: [Pack]
    public let removed: [Removed]
    public let texts: String
    public let media: String
    public let free: String?
    public let isNearlyFull: Bool

    public init(
        packs: [Pack], removed: [Removed], texts: String, media: String, free: String?, isNearlyFull: Bool
    ) {
        self.packs = packs
        self.removed = removed
        self.texts = texts
        self.media = media
        self.free = free
        self.isNearlyFull = isNearlyFull
    }
}

/// Somebody who signed a course and whom nobody here has confirmed yet.
public struct UnknownPublisher: Equatable, Sendable {
    public let publisher: String
    public let fingerprint: String
    public let roots: Data

    public init(publisher: String, fingerprint: String, roots: Data) {
        self.publisher = publisher
        self.fingerprint = fingerprint
        self.roots = roots
    }
}

/// What a courier carries.
public struct CourierFile: Equatable, Sendable {
    public let bytes: Data
    public let events: Int

    public init(bytes: Data, events: Int) {
        self.bytes = bytes
        self.events = events
    }
}
