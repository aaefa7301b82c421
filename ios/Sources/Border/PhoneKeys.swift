#if canImport(Security)
    import Foundation
    import HocvuCore
    import Security

    /// The core's secrets in the Keychain. They are there after the phone was unlocked once, so that a sync
    /// in the background finds them, and they never go to another phone or into a backup.
    public final class PhoneKeys: DeviceKeys {
        public init() {}

        /// A secret that the Keychain does not hold is forgotten: the core asks for names again.
        public func get(name: String) throws -> Data? {
            var query = item(name)
            query[kSecReturnData] = true
            query[kSecMatchLimit] = kSecMatchLimitOne
            var found: CFTypeRef?
            let status = SecItemCopyMatching(query as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            try check(status)
            return found as? Data
        }

        public func put(name: String, secret: Data) throws {
            let kept: [CFString: Any] = [
                kSecValueData: secret,
                kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
            ]
            let status = SecItemUpdate(item(name) as CFDictionary, kept as CFDictionary)
            if status != errSecItemNotFound { return try check(status) }
            try check(SecItemAdd(item(name).merging(kept) { _, new in new } as CFDictionary, nil))
        }

        private func item(_ name: String) -> [CFString: Any] {
            [
                kSecClass: kSecClassGenericPassword,
                kSecAttrService: "vn.hocvu.keys",
                kSecAttrAccount: name,
                kSecAttrSynchronizable: false,
            ]
        }

        /// A phone that was not unlocked since it was started refuses; the next try may be better.
        private func check(_ status: OSStatus) throws {
            if status != errSecSuccess { throw PlatformFailure.Failed(why: "the Keychain says \(status)") }
        }
    }
#endif
