import Foundation
import HocvuCore

/// What the platform says of the networks that the phone is in.
public struct Networks: Equatable, Sendable {
    /// Whether anything can be reached.
    public let isThere: Bool

    /// Whether its owner pays by the byte or asked to save data.
    public let isMetered: Bool

    /// Whether a Wi-Fi is there beside the network that is used.
    public let isWifiBeside: Bool

    public init(isThere: Bool, isMetered: Bool, isWifiBeside: Bool) {
        self.isThere = isThere
        self.isMetered = isMetered
        self.isWifiBeside = isWifiBeside
    }

    /// iOS does not say whether a Wi-Fi has the internet; one that it does not use has none.
    public var view: NetworkView {
        if !isThere { return isWifiBeside ? .local : .nothing }
        return isMetered ? .metered : .free
    }
}

/// How many bytes an app can still write where a folder lies; nil where the platform does not say.
public func freeBytes(at folder: URL) -> UInt64? {
    #if canImport(Darwin)
        // Counts in what the platform clears away for something that a person asked for.
        let key = URLResourceKey.volumeAvailableCapacityForImportantUsageKey
        let room = try? folder.resourceValues(forKeys: [key]).volumeAvailableCapacityForImportantUsage
        return room.flatMap { UInt64(exactly: $0) }
    #else
        let disk = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        return (disk?[.systemFreeSize] as? NSNumber)?.uint64Value
    #endif
}

#if os(iOS)
    import Network
    import UIKit

    /// What the phone tells of its networks, its battery and its room.
    @MainActor
    public final class PhoneSurroundings: NSObject {
        /// What was told last; asked from the library's threads.
        private final class Told: PlatformSurroundings, @unchecked Sendable {
            private let lock = NSLock()
            private var networks = Networks(isThere: false, isMetered: false, isWifiBeside: false)
            private var battery: (percent: UInt8?, isCharging: Bool) = (nil, false)

            func tell(_ fresh: Networks) { lock.withLock { networks = fresh } }

            func tell(_ percent: UInt8?, _ isCharging: Bool) { lock.withLock { battery = (percent, isCharging) } }

            func now() throws -> SurroundingsView {
                let free = freeBytes(at: URL(fileURLWithPath: NSHomeDirectory(), isDirectory: true))
                return lock.withLock {
                    SurroundingsView(
                        network: networks.view, batteryPercent: battery.percent, isCharging: battery.isCharging,
                        isLocalToo: networks.isThere && networks.isWifiBeside, freeBytes: free)
                }
            }
        }

        private let told = Told()
        private let monitor = NWPathMonitor()

        public var forCore: any PlatformSurroundings { told }

        override public init() {
            super.init()
            let told = told
            monitor.pathUpdateHandler = { path in
                let wifi = path.availableInterfaces.contains { $0.type == .wifi }
                told.tell(
                    Networks(
                        isThere: path.status == .satisfied, isMetered: path.isExpensive || path.isConstrained,
                        isWifiBeside: wifi && !path.usesInterfaceType(.wifi)))
            }
            monitor.start(queue: DispatchQueue(label: "vn.hocvu.networks"))
            UIDevice.current.isBatteryMonitoringEnabled = true
            tellBattery()
            for name in [UIDevice.batteryLevelDidChangeNotification, UIDevice.batteryStateDidChangeNotification] {
                NotificationCenter.default.addObserver(
                    self, selector: #selector(tellBattery), name: name, object: nil)
            }
        }

        @objc private func tellBattery() {
            let device = UIDevice.current
            // Below 0 where the phone does not say.
            let percent = device.batteryLevel < 0 ? nil : UInt8(min(100, device.batteryLevel * 100))
            told.tell(percent, device.batteryState == .charging || device.batteryState == .full)
        }
    }
#endif
