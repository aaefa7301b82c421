import Border
import Foundation
import Testing

/// Sounds of courses in the container that Apple's players open.
@Suite struct CafSoundTests {
    private let skipped = 312

    /// A page of an Ogg stream; its sum is not looked at.
    private func page(_ pieces: [[UInt8]], end: Int64, stream: UInt8 = 7) -> [UInt8] {
        let position = (0..<8).map { UInt8(truncatingIfNeeded: end >> (8 * $0)) }
        let head = Array("OggS".utf8) + [0, 0] + position + [stream, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        return head + [UInt8(pieces.count)] + pieces.map { UInt8($0.count) } + pieces.flatMap { $0 }
    }

    private func head(channels: UInt8 = 1) -> [UInt8] {
        let low = UInt8(skipped & 0xff)
        let rest: [UInt8] = [1, channels, low, UInt8(skipped >> 8), 0x80, 0xbb, 0, 0, 0, 0, 0]
        return page([Array("OpusHead".utf8) + rest], end: 0)
    }

    private let tags = Array("OpusTags".utf8) + [0, 0, 0, 0, 0, 0, 0, 0]

    /// A packet of 20 ms: a first byte that says so, then anything.
    private func packet(_ count: Int, first: UInt8 = 0x48) -> [UInt8] {
        [first] + (1..<count).map { UInt8(truncatingIfNeeded: $0 * 31) }
    }

    /// Three packets, one of which goes on on another page, and a page of another stream between.
    private func sound() -> (ogg: [UInt8], packets: [UInt8]) {
        let (one, two, three) = (packet(200), packet(700), packet(10))
        let pages = [
            head(), page([tags], end: 0), page([one, Array(two[0..<255])], end: 960),
            page([[1, 2, 3]], end: 99_999, stream: 8),
            page([Array(two[255..<510]), Array(two[510...]), three], end: 2_700),
        ]
        return (pages.flatMap { $0 }, one + two + three)
    }

    /// The chunks of a file, by their names.
    private func chunks(_ caf: Data) throws -> [String: [UInt8]] {
        let bytes = [UInt8](caf)
        #expect(bytes.starts(with: Array("caff".utf8) + [0, 1, 0, 0]))
        var (at, found) = (8, [String: [UInt8]]())
        while at < bytes.count {
            let size = Int(number(bytes[(at + 4)..<(at + 12)]))
            found[String(decoding: bytes[at..<(at + 4)], as: UTF8.self)] = Array(bytes[(at + 12)..<(at + 12 + size)])
            at += 12 + size
        }
        return found
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    @Test func the_packets_stay_as_they_are_and_are_told_of_in_apples_words() throws {
        let (ogg, packets) = sound()
        let caf = try chunks(try #require(cafSound(ofOgg: Data(ogg))))
        let desc = try #require(caf["desc"])
        #expect(Double(bitPattern: number(desc[0..<8])) == 48_000)
        #expect(String(decoding: desc[8..<12], as: UTF8.self) == "opus")
        // Frames a packet, channels.
        #expect(number(desc[20..<24]) == 960 && number(desc[24..<28]) == 1 && desc.count == 32)
        let table = try #require(caf["pakt"])
        #expect(number(table[0..<8]) == 3)
        #expect(number(table[8..<16]) == 2_700 - 312 && number(table[16..<20]) == 312)
        #expect(number(table[20..<24]) == 3 * 960 - 2_700)
        #expect(Array(table[24...]) == [0x81, 0x48, 0x85, 0x3c, 10])
        #expect(caf["data"] == [0, 0, 0, 0] + packets)
    }

    @Test func packets_of_different_lengths_say_each_how_long_they_are() throws {
        // 20 ms; two of 20 ms; three of 2.5 ms.
        let packets = [packet(9), packet(9, first: 0x49), [0xe3, 3, 1, 1, 1]]
        let ogg = head() + page([tags], end: 0) + page(packets, end: 3_240)
        let caf = try chunks(try #require(cafSound(ofOgg: Data(ogg))))
        let (desc, table) = (try #require(caf["desc"]), try #require(caf["pakt"]))
        #expect(number(desc[20..<24]) == 0)
        #expect(Array(table[24...]) == [9, 0x87, 0x40, 9, 0x8f, 0, 5, 0x82, 0x68])
    }

    @Test func what_is_no_sound_or_is_cut_off_is_none() throws {
        let (ogg, _) = sound()
        for count in 0..<ogg.count { #expect(whole(ogg, count) == nil, "\(count) bytes") }
        #expect(cafSound(ofOgg: Data("RIFF".utf8)) == nil)
        let others = [
            head(channels: 0) + page([tags], end: 0) + page([packet(9)], end: 960),
            head(channels: 6) + page([tags], end: 0) + page([packet(9)], end: 960),
            head() + page([packet(9)], end: 0) + page([packet(9)], end: 960),
            head() + page([tags], end: 0) + page([[]], end: 960),
            head() + page([tags], end: 0) + page([[0x4b]], end: 960),
            head() + page([tags], end: 0) + page([[0x4b, 0]], end: 960),
            head() + page([tags], end: 0) + page([packet(9)], end: 312),
            head() + page([tags], end: 0),
        ]
        for other in others { #expect(cafSound(ofOgg: Data(other)) == nil) }
    }

    /// The beginning of a sound as a file; nil too where it ends between two pages, which makes a shorter sound.
    private func whole(_ ogg: [UInt8], _ count: Int) -> Data? {
        let made = cafSound(ofOgg: Data(ogg[0..<count]))
        let next = ogg[count...]
        return next.starts(with: "OggS".utf8) ? nil : made
    }

    @Test func no_bytes_end_the_process() {
        let (ogg, _) = sound()
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var other = ogg
            for _ in 0..<3 {
                other[Int.random(in: 0..<ogg.count, using: &numbers)] = .random(in: 0...255, using: &numbers)
            }
            _ = cafSound(ofOgg: Data(other))
        }
    }
}
