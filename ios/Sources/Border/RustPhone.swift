import Foundation
import HocvuCore
import Screens

/// How every bundle begins: `docs/formats.md`.
private let bundleMagic = Data("hvb".utf8)

/// What concerns the phone and nobody on it.
extension RustCore {
    public func settings() throws -> Settings {
        try asking {
            let choices = try hocvu.device().choices()
            let traffic = try hocvu.sync().traffic()
            let texts = hocvu.texts()
            return Settings(
                textPercent: Int(choices.textPercent), language: choices.language, wifiOnly: choices.wifiOnly,
                bytesMax: traffic.bytesMax, mediaMax: try hocvu.packs().mediaQuota(),
                languages: texts.languageNames().map { Language(code: $0.lang, name: $0.name) },
                used: texts.size(bytes: traffic.bytesThisMonth))
        }
    }

    public func choose(_ settings: Settings) throws {
        try asking {
            let choices = ChoicesView(
                language: settings.language, textPercent: UInt16(settings.textPercent), wifiOnly: settings.wifiOnly)
            try hocvu.device().setChoices(choices: choices)
            try hocvu.sync().setBudget(bytesMax: settings.bytesMax)
            try hocvu.packs().setMediaQuota(bytes: settings.mediaMax)
            rust.readAgain()
        }
    }

    public func storage() throws -> Storage {
        try asking {
            let room = try hocvu.packs().storage()
            return Storage(
                packs: try hocvu.packs().list().filter(\.isCurrent).map { $0.toScreen(hocvu.texts()) },
                removed: try hocvu.packs().removedStarters().map { Removed(course: $0.course, title: $0.title) },
                texts: hocvu.texts().size(bytes: room.databaseBytes),
                media: hocvu.texts().size(bytes: room.mediaBytes),
                free: room.freeBytes.map { hocvu.texts().size(bytes: $0) }, isNearlyFull: room.isNearlyFull)
        }
    }

    public func installPack(_ path: String) throws -> Pack {
        try asking {
            let installed = try hocvu.packs().installFile(path: path)
            let held = try hocvu.packs().list().first { $0.course == installed.course && $0.isCurrent }
            guard let held else { throw rust.notFound }
            return held.toScreen(hocvu.texts())
        }
    }

    public func trust(_ publisher: UnknownPublisher) throws {
        try asking { _ = try hocvu.packs().trustRoot(roots: publisher.roots, fingerprint: publisher.fingerprint) }
    }

    public func removePack(_ course: String) throws { try asking { try hocvu.packs().remove(course: course) } }

    public func bringBack(_ course: String) throws { try asking { _ = try hocvu.packs().bringBack(course: course) } }

    public func sound(_ course: String, _ file: String) throws -> Data? {
        try asking { try hocvu.courses().media(course: course, file: file) }
    }

    public func stations() throws -> [Station] { try asking { try hocvu.sync().relays().map { $0.toScreen() } } }

    public func exportBundle(_ station: Int64) throws -> CourierFile {
        try asking {
            let bundle = try hocvu.sync().exportBundle(relay: station)
            return CourierFile(bytes: bundle.bytes, events: Int(bundle.events))
        }
    }

    public func isBundle(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: bundleMagic.count)) == bundleMagic
    }

    public func importReply(_ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw rust.fileGone }
        defer { try? file.close() }
        // One byte more than any bundle has is enough for the core to refuse it.
        let most = Int(hocvu.sync().bundleBytesMax()) + 1
        guard let bytes = try? file.read(upToCount: most) else { throw rust.fileGone }
        return try asking { try hocvu.sync().importReply(bytes: bytes).told }
    }

    public func syncDue() async throws -> [SyncReport] {
        try await rounds(
            try asking {
                let due = try hocvu.sync().due().relays
                return try hocvu.sync().relays().filter { due.contains($0.no) }
            })
    }
}

extension PackView {
    fileprivate func toScreen(_ texts: TextRoom) -> Pack {
        let version = order.split(separator: ".").last.flatMap { Int($0) } ?? 1
        return Pack(
            course: course, title: title, version: version, size: texts.size(bytes: bytes), publisher: publisher)
    }
}
