import Border
import Foundation
import HocvuCore
import Testing

@Suite struct NetworksTests {
    @Test(arguments: [
        (Networks(isThere: false, isMetered: false, isWifiBeside: false), NetworkView.nothing),
        (Networks(isThere: false, isMetered: false, isWifiBeside: true), .local),
        (Networks(isThere: true, isMetered: true, isWifiBeside: true), .metered),
        (Networks(isThere: true, isMetered: false, isWifiBeside: false), .free),
    ])
    func what_the_platform_says_of_networks_is_what_the_core_asks_for(networks: Networks, expected: NetworkView) {
        #expect(networks.view == expected)
    }

    @Test func the_platform_tells_how_much_room_is_left_where_there_is_a_folder() throws {
        let free = try #require(freeBytes(at: FileManager.default.temporaryDirectory))
        #expect(free > 0)
        #expect(freeBytes(at: URL(fileURLWithPath: "/not/there")) == nil)
    }
}
