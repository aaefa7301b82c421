import Foundation
import Screens
import Testing

@testable import Border

/// What the platform's own backup must not take along.
@Suite struct OpenPhoneTests {
    @Test func everything_that_is_kept_lies_where_no_backup_takes_it_along() throws {
        let files = FileManager.default
        let support = files.temporaryDirectory.appendingPathComponent("hocvu-support-\(UUID().uuidString)")
        let keys = files.temporaryDirectory.appendingPathComponent("hocvu-keys-\(UUID().uuidString)")
        defer { for folder in [support, keys] { try? files.removeItem(at: folder) } }
        var unsaved: [String] = []
        let core = try openPhone(under: support, keys: FolderKeys(keys), surroundings: SetNetwork()) { folder in
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            unsaved.append(folder.path + "/")
        }
        defer { core.shut() }
        _ = try core.add(
            NewLearner(
                name: "Tư", address: .chu, pictogram: 2, group: .citizen, isChild: false, guardian: nil,
                consentRecord: true, consentCount: true))
        var kept = 0
        for case let file as URL in try #require(files.enumerator(at: support, includingPropertiesForKeys: nil)) {
            var isFolder: ObjCBool = false
            _ = files.fileExists(atPath: file.path, isDirectory: &isFolder)
            if isFolder.boolValue { continue }
            kept += 1
            #expect(unsaved.contains { file.path.hasPrefix($0) }, "\(file.path)")
        }
        #expect(kept >= 2, "a database and a marker")
    }
}
