import Foundation
import Testing

/// The project for Xcode, as far as it can be looked at without Xcode: it is read, everything that it
/// names exists, and what has to be the same in two places is.
@Suite struct ProjectTests {
    private let app = "\(repository)/ios/app"

    private func plist(_ path: String) throws -> [String: Any] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let read = try PropertyListSerialization.propertyList(from: bytes, format: nil)
        return try #require(read as? [String: Any])
    }

    private func objects() throws -> [String: [String: Any]] {
        let project = try plist("\(app)/Hocvu.xcodeproj/project.pbxproj")
        return try #require(project["objects"] as? [String: [String: Any]])
    }

    private func strings(_ value: Any) -> [String] {
        switch value {
        case let text as String: [text]
        case let list as [Any]: list.flatMap(strings)
        case let dictionary as [String: Any]: dictionary.values.flatMap(strings)
        default: []
        }
    }

    @Test func every_object_that_is_named_exists_and_every_object_is_named() throws {
        let objects = try objects()
        let project = try plist("\(app)/Hocvu.xcodeproj/project.pbxproj")
        let root = try #require(project["rootObject"] as? String)
        #expect(objects[root]?["isa"] as? String == "PBXProject")
        let named = Set(objects.values.flatMap(strings).filter { $0.count == 24 && $0.hasPrefix("C0DE") })
        #expect(named.union([root]) == Set(objects.keys))
    }

    @Test func every_file_that_is_named_exists() throws {
        for object in try objects().values {
            let path = (object["path"] ?? object["relativePath"]) as? String
            guard let path, object["sourceTree"] as? String != "BUILT_PRODUCTS_DIR" else { continue }
            #expect(FileManager.default.fileExists(atPath: "\(app)/\(path)"), "\(path)")
        }
    }

    @Test func its_icon_is_there_in_the_size_and_form_that_the_platform_takes() throws {
        let settings = try objects().values.compactMap { $0["buildSettings"] as? [String: Any] }
        let names = settings.compactMap { $0["ASSETCATALOG_COMPILER_APPICON_NAME"] as? String }
        #expect(names == ["AppIcon", "AppIcon"])
        let folder = "\(app)/Hocvu/Assets.xcassets/\(names[0]).appiconset"
        let said = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/Contents.json")))
        let images = try #require((said as? [String: Any])?["images"] as? [[String: String]])
        #expect(images.count == 1 && images[0]["size"] == "1024x1024" && images[0]["idiom"] == "universal")
        let file = try #require(images[0]["filename"])
        let png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
        #expect(png.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
        // Width, height, eight bits a colour, and colours without a fourth that could be seen through.
        #expect(Array(png[16..<26]) == [0, 0, 4, 0, 0, 0, 4, 0, 8, 2])
    }

    @Test func it_links_what_the_package_offers() throws {
        let package = try String(contentsOfFile: "\(repository)/ios/Package.swift", encoding: .utf8)
        let products = try objects().values.compactMap { $0["productName"] as? String }.filter { $0 != "Hocvu" }
        #expect(Set(products) == ["Screens", "Border", "Views"])
        for product in products { #expect(package.contains(".library(name: \"\(product)\"")) }
    }

    @Test func the_platform_is_told_what_the_app_uses() throws {
        let info = try plist("\(app)/Hocvu/Info.plist")
        let background = try String(contentsOfFile: "\(app)/Hocvu/BackgroundSync.swift", encoding: .utf8)
        let tasks = try #require(info["BGTaskSchedulerPermittedIdentifiers"] as? [String])
        #expect(tasks.count == 1 && background.contains("static let task = \"\(tasks[0])\""))
        #expect(info["UIBackgroundModes"] as? [String] == ["fetch"])
        let english = try plist("\(app)/Hocvu/en.lproj/InfoPlist.strings")
        for key in ["NSCameraUsageDescription", "NSFaceIDUsageDescription", "NSLocalNetworkUsageDescription"] {
            #expect((info[key] as? String)?.isEmpty == false && (english[key] as? String)?.isEmpty == false, "\(key)")
        }
        let settings = try objects().values.compactMap { $0["buildSettings"] as? [String: Any] }
        let plists = settings.compactMap { $0["INFOPLIST_FILE"] as? String }
        #expect(plists == ["Hocvu/Info.plist", "Hocvu/Info.plist"])
        #expect(settings.compactMap { $0["IPHONEOS_DEPLOYMENT_TARGET"] as? String } == ["15.0", "15.0"])
    }
}
