import Foundation
import HocvuCore

final class Keys: DeviceKeys {  // A phone asks its Keychain.
    func get(name: String) throws -> Data? { nil }
    func put(name: String, secret: Data) throws {}
}
final class Surroundings: PlatformSurroundings {
    func now() throws -> SurroundingsView { .init(network: .nothing, batteryPercent: nil, isCharging: false) }
}

let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
let request = OpenRequest(data: folder.path + "/data", marker: folder.path + "/marker")
let hocvu = try Hocvu.open(request: request, keys: Keys(), surroundings: Surroundings())
_ = try hocvu.packs().installStarters()
for course in try hocvu.courses().list() { print(course.title, course.minutes) }
let found = try hocvu.courses().search(typed: "lua dao")
print(found.map(\.title))
hocvu.shut()
try FileManager.default.removeItem(at: folder)
