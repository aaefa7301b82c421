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

#if os(iOS)
    /// Opens this phone's data folder. A sync in the background reads it while the phone is locked, so its
    /// files are protected until the phone was unlocked once.
    public func openPhone(surroundings: any PlatformSurroundings) throws -> RustCore {
        let files = FileManager.default
        let support = try files.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        let data = support.appendingPathComponent("hocvu", isDirectory: true)
        var device = support.appendingPathComponent("device", isDirectory: true)
        for folder in [data, device] {
            try files.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        }
        var unsaved = URLResourceValues()
        unsaved.isExcludedFromBackup = true
        try device.setResourceValues(unsaved)
        return try openPhone(
            data: data, marker: device.appendingPathComponent("marker"), keys: PhoneKeys(), surroundings: surroundings)
    }
#endif
