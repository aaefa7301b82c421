import Foundation
import XCTest

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@testable import HocvuCore

/// The folder of the repository.
let repository: String = {
    let components = URL(fileURLWithPath: #filePath).pathComponents
    return "/" + components.dropFirst().dropLast(5).joined(separator: "/")
}()

/// Keys as files of a folder: what a phone's key store is to the core.
final class FolderKeys: DeviceKeys {
    let folder: URL

    init(_ folder: URL) { self.folder = folder }

    func get(name: String) throws -> Data? {
        try? Data(contentsOf: folder.appendingPathComponent(name))
    }

    func put(name: String, secret: Data) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try secret.write(to: folder.appendingPathComponent(name))
    }
}

/// A phone with a network that costs nothing.
final class FreeNetwork: PlatformSurroundings {
    func now() throws -> SurroundingsView {
        SurroundingsView(network: .free, batteryPercent: 80, isCharging: false)
    }
}

/// One phone: a data folder, a marker outside of it, keys. Opening it again is the same phone.
struct Phone {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hocvu-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func open(
        keys: (any DeviceKeys)? = nil, surroundings: any PlatformSurroundings = FreeNetwork()
    ) throws -> Hocvu {
        let request = OpenRequest(
            data: folder.appendingPathComponent("data").path,
            marker: folder.appendingPathComponent("state/marker").path)
        let own = FolderKeys(folder.appendingPathComponent("keys"))
        return try Hocvu.open(request: request, keys: keys ?? own, surroundings: surroundings)
    }
}

func person(_ name: String) -> PersonRequest {
    PersonRequest(name: name, address: .ba, pictogram: 1, guardian: nil)
}

/// An adult who agreed to everything.
func adult(_ name: String) -> AddLearnerRequest {
    AddLearnerRequest(
        person: person(name), group: .citizen, isChild: false, consentRecord: true, consentCount: true)
}

/// The failure that a call ends with.
func failure(_ call: () throws -> Void, line: UInt = #line) -> HocvuFailure? {
    do {
        try call()
        XCTFail("it did not fail", line: line)
        return nil
    } catch {
        XCTAssert(error is HocvuFailure, "another failure: \(error)", line: line)
        return error as? HocvuFailure
    }
}

/// A real `hocvu serve` in a process of its own, on a folder of its own.
final class Station {
    let address: String
    private let process: Process

    /// Starts it on a data folder that `prepare` may put something into.
    init(prepare: @Sendable (_ data: URL) throws -> Void = { _ in }) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("hocvu-station-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try prepare(folder.appendingPathComponent("data"))
        // One port may be taken: the address of the code has to be the one that is served.
        while true {
            let port = Int.random(in: 20_000..<60_000)
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
            if said.contains("hocvu: http://127.0.0.1:\(port)\n") {
                address = "http://127.0.0.1:\(port)"
                self.process = process
                return
            }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    struct Ended: Error {}

    /// The code that phones join with, as its page shows it.
    func joinCode() async throws -> String {
        let (body, _) = try await URLSession.shared.data(from: URL(string: "\(address)/join")!)
        let page = String(decoding: body, as: UTF8.self)
        let pattern = try NSRegularExpression(pattern: "HOCVU1-[A-Z2-7 ]+")
        let all = pattern.matches(in: page, range: NSRange(page.startIndex..., in: page))
        let codes = all.map { String(page[Range($0.range, in: page)!]).filter { !$0.isWhitespace } }
        return try XCTUnwrap(codes.max { $0.count < $1.count })
    }

    /// Kills it: a process that is started from Swift's own threads has other signals blocked.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
