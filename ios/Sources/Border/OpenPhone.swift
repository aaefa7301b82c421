import Foundation
import HocvuCore
import Screens

/// Opens a data folder and puts the program's own courses in. The marker lies in a folder of its own,
/// which no backup takes along.
public func openPhone(
    data: URL, marker: URL, keys: any DeviceKeys, surroundings: any PlatformSurroundings
) throws -> RustCore {
    try asking {
        let request = OpenRequest(data: data.path, marker: marker.path)
        let hocvu = try Hocvu.open(request: request, keys: keys, surroundings: surroundings)
        _ = try hocvu.packs().installStarters()
        return RustCore(hocvu)
    }
}
