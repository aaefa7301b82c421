import Border
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
}
