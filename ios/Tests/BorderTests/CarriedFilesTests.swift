import Border
import Foundation
import Testing

/// Files that come from other apps and go to them, in folders as the platform makes them.
@Suite final class CarriedFilesTests {
    private let files = FileManager.default
    private let home: URL
    private let inbox: URL
    private let temporary: URL
    private let carried: CarriedFiles

    init() throws {
        home = files.temporaryDirectory.appendingPathComponent("hocvu-home-\(UUID().uuidString)")
        inbox = home.appendingPathComponent("Documents/Inbox")
        temporary = home.appendingPathComponent("tmp")
        for folder in [inbox, temporary] { try files.createDirectory(at: folder, withIntermediateDirectories: true) }
        carried = CarriedFiles(documents: home.appendingPathComponent("Documents"), temporary: temporary)
    }

    deinit { try? files.removeItem(at: home) }

    private func file(_ folder: URL, _ name: String, _ words: String) throws -> URL {
        let file = folder.appendingPathComponent(name)
        try Data(words.utf8).write(to: file)
        return file
    }

    @Test func what_the_platform_put_into_the_inbox_does_not_stay_there() throws {
        let brought = try file(inbox, "tra-loi.hvb", "reply")
        let taken = carried.takeIn(brought)
        #expect(taken.hasSuffix(".hvb") && files.contents(atPath: taken) == Data("reply".utf8))
        #expect(try files.contentsOfDirectory(atPath: inbox.path).isEmpty)
    }

    @Test func the_inbox_is_known_by_the_platforms_other_name_for_it() throws {
        let other = files.temporaryDirectory.appendingPathComponent("hocvu-link-\(UUID().uuidString)")
        try files.createSymbolicLink(at: other, withDestinationURL: home)
        defer { try? files.removeItem(at: other) }
        _ = try file(inbox, "tra-loi.hvb", "reply")
        let taken = carried.takeIn(other.appendingPathComponent("Documents/Inbox/tra-loi.hvb"))
        #expect(files.contents(atPath: taken) == Data("reply".utf8))
        #expect(try files.contentsOfDirectory(atPath: inbox.path).isEmpty)
    }

    @Test func a_file_that_is_only_lent_stays_where_it_is_and_the_next_takes_the_place_of_its_copy() throws {
        let lent = try file(home.appendingPathComponent("Documents"), "khoa.hocvu", "course")
        let first = carried.takeIn(lent)
        #expect(files.contents(atPath: first) == Data("course".utf8) && files.fileExists(atPath: lent.path))
        let second = carried.takeIn(try file(inbox, "tra-loi.hvb", "reply"))
        #expect(!files.fileExists(atPath: first) && files.fileExists(atPath: second))
    }

    @Test func a_file_that_is_not_there_brings_a_path_to_nothing() throws {
        _ = carried.takeIn(try file(inbox, "tra-loi.hvb", "reply"))
        #expect(!files.fileExists(atPath: carried.takeIn(inbox.appendingPathComponent("gone.hvb"))))
    }

    @Test func a_file_to_be_carried_is_written_or_said_not_to_be() throws {
        let written = try #require(carried.write("hocvu-gui-di-1.hvb", Data("record".utf8)))
        #expect(files.contents(atPath: written.path) == Data("record".utf8))
        let none = CarriedFiles(documents: home, temporary: home.appendingPathComponent("nowhere"))
        #expect(none.write("hocvu-gui-di-1.hvb", Data("record".utf8)) == nil)
    }
}
