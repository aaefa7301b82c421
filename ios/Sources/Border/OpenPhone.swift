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
        return RustCore(hocvu, surroundings)
    }
}

/// Opens what lies under a folder of the phone's. `makeUnsaved` makes a folder that no backup of the platform
/// takes along: not the marker, or two phones would be one, and not the data, where learners' keys are and
/// what their PINs are checked by. The record travels by sync and with couriers.
func openPhone(
    under support: URL, keys: any DeviceKeys, surroundings: any PlatformSurroundings,
    makeUnsaved: (URL) throws -> Void
) throws -> RustCore {
    let data = support.appendingPathComponent("hocvu", isDirectory: true)
    let device = support.appendingPathComponent("device", isDirectory: true)
    for folder in [data, device] { try makeUnsaved(folder) }
    return try openPhone(
        data: data, marker: device.appendingPathComponent("marker"), keys: keys, surroundings: surroundings)
}

#if os(iOS)
    /// Opens this phone's data folder. A sync in the background reads it while the phone is locked, so its
    /// files are protected until the phone was unlocked once.
    public func openPhone(surroundings: any PlatformSurroundings) throws -> RustCore {
        let files = FileManager.default
        let support = try files.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        return try openPhone(under: support, keys: PhoneKeys(), surroundings: surroundings) { folder in
            try files.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
            var unsaved = URLResourceValues()
            unsaved.isExcludedFromBackup = true
            var made = folder
            try made.setResourceValues(unsaved)
        }
    }
#endif
