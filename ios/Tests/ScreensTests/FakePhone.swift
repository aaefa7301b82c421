import Foundation

@testable import Screens

/// What concerns the phone and nobody on it.
extension FakeCore {
    func settings() throws -> Settings { now.settings }

    func choose(_ settings: Settings) throws {
        if let failure = now.writesFail { throw failure }
        now.settings = settings
    }

    func storage() throws -> Storage {
        Storage(
            packs: now.packs, removed: now.removed, texts: "400 KB", media: "2 MB", free: now.free,
            isNearlyFull: now.isNearlyFull)
    }

    func sound(_ course: String, _ file: String) throws -> Data? { now.sounds[file] }

    func installPack(_ path: String) throws -> Pack {
        if path.contains("broken") {
            let file = "tep.hocvu"
            throw Failure(
                .other, title: words.say("pack-refused-title"), words: words.say("pack-refused-broken", ["file": file]))
        }
        if path.contains("signed") && !now.isTrusted {
            let unknown = UnknownPublisher(publisher: "NXB Xã", fingerprint: "1a2b 3c4d", roots: Data([1]))
            throw Failure(.other, title: "", words: "", unknown: unknown)
        }
        let pack = Pack(course: "moi", title: "Khóa mới", version: 1, size: "2 MB", publisher: "NXB Xã")
        now.packs.append(pack)
        return pack
    }

    func trust(_ publisher: UnknownPublisher) throws { now.isTrusted = true }

    func removePack(_ course: String) throws {
        now.removed += now.packs.filter { $0.course == course }.map { Removed(course: $0.course, title: $0.title) }
        now.packs.removeAll { $0.course == course }
    }

    func bringBack(_ course: String) throws {
        now.packs += now.removed.filter { $0.course == course }.map {
            Pack(course: $0.course, title: $0.title, version: 2, size: "1 MB", publisher: "")
        }
        now.removed.removeAll { $0.course == course }
    }

    func stations() throws -> [Station] { now.stations }

    func exportBundle(_ station: Int64) throws -> CourierFile {
        if let failure = now.writesFail { throw failure }
        return CourierFile(bytes: Data("\(station)".utf8), events: 2)
    }

    func isBundle(_ path: String) -> Bool { path.hasSuffix(".hvb") }

    func importReply(_ path: String) throws -> String {
        if path.contains("broken") {
            throw Failure(
                .invalid, title: words.say("courier-refused-title"), words: words.say("courier-in-not-one"))
        }
        return words.say("courier-came-back", ["name": "Nhà văn hóa thôn Đông"])
    }

    func syncDue() async throws -> [SyncReport] {
        now.syncs += 1
        await now.onSync?()
        return try await sync()
    }
}
