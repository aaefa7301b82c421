import Border
import Foundation
import HocvuCore
import Screens

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The folder of the repository.
let repository: String = {
    let components = URL(fileURLWithPath: #filePath).pathComponents
    return "/" + components.dropFirst().dropLast(4).joined(separator: "/")
}()

/// Keys as files of a folder, for a machine that has no Keychain.
final class FolderKeys: DeviceKeys {
    private let folder: URL

    init(_ folder: URL) { self.folder = folder }

    func get(name: String) throws -> Data? { try? Data(contentsOf: folder.appendingPathComponent(name)) }

    func put(name: String, secret: Data) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try secret.write(to: folder.appendingPathComponent(name))
    }
}

/// A phone's networks, as a test sets them.
final class SetNetwork: PlatformSurroundings, @unchecked Sendable {
    private let lock = NSLock()
    private var networks = Networks(isThere: true, isMetered: false, isWifiBeside: false)

    func set(_ fresh: Networks) { lock.withLock { networks = fresh } }

    func now() throws -> SurroundingsView {
        lock.withLock {
            SurroundingsView(
                network: networks.view, batteryPercent: 80, isCharging: false,
                isLocalToo: networks.isThere && networks.isWifiBeside)
        }
    }
}

/// One phone with the real core: a data folder, a marker outside of it, keys.
final class Phone: Sendable {
    let network = SetNetwork()
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hocvu-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open() throws -> RustCore {
        try openPhone(
            data: folder.appendingPathComponent("data"), marker: folder.appendingPathComponent("state/marker"),
            keys: FolderKeys(folder.appendingPathComponent("keys")), surroundings: network)
    }
}

/// A real `hocvu serve` in a process of its own, on a folder of its own.
final class Station {
    let address: String
    private let process: Process
    private let folder: URL

    /// Starts it on a data folder that `prepare` may put something into.
    init(prepare: @Sendable (_ data: URL) throws -> Void = { _ in }) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hocvu-station-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try prepare(folder.appendingPathComponent("data"))
        // One port may be taken: the address of the code has to be the one that is served.
        while true {
            let port = Int.random(in: 20_000..<60_000)
            let (process, said) = try Self.serve(port, folder)
            if said.contains("hocvu: http://127.0.0.1:\(port)\n") {
                address = "http://127.0.0.1:\(port)"
                self.process = process
                return
            }
            Self.end(process)
        }
    }

    struct Ended: Error {}

    /// The code that phones join with, as its page shows it.
    func joinCode() async throws -> String {
        guard let url = URL(string: "\(address)/join") else { throw Ended() }
        let (body, _) = try await URLSession.shared.data(from: url)
        let page = String(decoding: body, as: UTF8.self)
        let pattern = try NSRegularExpression(pattern: "HOCVU1-[A-Z2-7 ]+")
        let all = pattern.matches(in: page, range: NSRange(page.startIndex..., in: page))
        let codes = all.compactMap { Range($0.range, in: page).map { String(page[$0]) } }
        guard let longest = codes.max(by: { $0.count < $1.count }) else { throw Ended() }
        return longest
    }

    func stop() {
        Self.end(process)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func serve(_ port: Int, _ folder: URL) throws -> (Process, String) {
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: repository + "/target/debug/hocvu")
        process.arguments = [
            "serve", "--listen", "127.0.0.1:\(port)", "--address", "http://127.0.0.1:\(port)",
            "--data", folder.appendingPathComponent("data").path,
        ]
        process.environment = ["HOME": folder.path, "XDG_STATE_HOME": folder.path]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        while !said.contains("hocvu: http://127.0.0.1:") || !said.hasSuffix("\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Ended() }
            said += String(decoding: more, as: UTF8.self)
        }
        return (process, said)
    }

    /// A process that is started from Swift's own threads has other signals blocked, so it is killed.
    private static func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
