import Foundation

/// A course's sound in the container that every iOS plays: Core Audio Format in place of Ogg. The Opus inside
/// stays as it is. Nil for what is no whole sound of one or two channels.
///
/// RFC 7845 is Opus in Ogg, RFC 6716 section 3.1 what the first byte of a packet tells, Apple's "Core Audio
/// Format Specification 1.0" what is written here.
public func cafSound(ofOgg sound: Data) -> Data? {
    guard let ogg = OggStream([UInt8](sound)), ogg.packets.count > 2 else { return nil }
    let (head, tags) = (ogg.packets[0], ogg.packets[1])
    guard head.count >= 19, head.starts(with: "OpusHead".utf8), head[8] & 0xf0 == 0, (1...2).contains(head[9]),
        head[18] == 0, tags.starts(with: "OpusTags".utf8)
    else { return nil }
    let packets = ogg.packets.dropFirst(2)
    let frames = packets.compactMap(frames(of:))
    guard frames.count == packets.count else { return nil }
    let skipped = Int64(head[10]) | Int64(head[11]) << 8
    let all = frames.reduce(0, +)
    let heard = min(ogg.end, all) - skipped
    if heard <= 0 { return nil }
    let isEven = Set(frames).count == 1

    var file = Data("caff".utf8)
    file.big(UInt16(1))
    file.big(UInt16(0))
    file.chunk("desc") { desc in
        desc.big(Double(48_000).bitPattern)
        desc.append(contentsOf: "opus".utf8)
        // No flags; packets differ in bytes.
        desc.big(UInt32(0))
        desc.big(UInt32(0))
        desc.big(isEven ? UInt32(frames[0]) : 0)
        desc.big(UInt32(head[9]))
        desc.big(UInt32(0))
    }
    file.chunk("pakt") { table in
        table.big(Int64(packets.count))
        table.big(heard)
        table.big(Int32(skipped))
        table.big(Int32(clamping: all - skipped - heard))
        for (packet, frames) in zip(packets, frames) {
            table.short(UInt32(packet.count))
            if !isEven { table.short(UInt32(frames)) }
        }
    }
    file.chunk("data") { data in
        // How often it was edited.
        data.big(UInt32(0))
        for packet in packets { data.append(contentsOf: packet) }
    }
    return file
}

/// How many frames of 48,000 a second a packet has, as its first bytes tell; nil for what is no packet.
private func frames(of packet: [UInt8]) -> Int64? {
    guard let first = packet.first else { return nil }
    let (mode, size) = (first >> 3, Int(first >> 3 & 3))
    let each: Int64 =
        switch mode {
        case 0..<12: [480, 960, 1_920, 2_880][size]
        case 12..<16: [480, 960][size & 1]
        default: [120, 240, 480, 960][size]
        }
    let count: Int64
    switch first & 3 {
    case 0: count = 1
    case 1, 2: count = 2
    default:
        guard packet.count > 1 else { return nil }
        count = Int64(packet[1] & 0x3f)
    }
    // No packet is longer than 120 ms.
    return (1...5_760).contains(each * count) ? each * count : nil
}

/// The first stream in an Ogg file.
private struct OggStream {
    private(set) var packets: [[UInt8]] = []

    /// How many frames there are up to its end, with those that are skipped at its beginning.
    private(set) var end: Int64 = 0

    /// Nil where a page is cut off or none.
    init?(_ bytes: [UInt8]) {
        var at = 0
        var stream: ArraySlice<UInt8>?
        var open: [UInt8] = []
        while at < bytes.count {
            guard bytes.count - at >= 27, bytes[at...].starts(with: "OggS".utf8), bytes[at + 4] == 0 else { return nil }
            let body = at + 27 + Int(bytes[at + 26])
            guard body <= bytes.count else { return nil }
            let sizes = bytes[(at + 27)..<body].map(Int.init)
            let next = body + sizes.reduce(0, +)
            guard next <= bytes.count else { return nil }
            let own = bytes[(at + 14)..<(at + 18)]
            let page = at
            at = next
            if !(stream ?? own).elementsEqual(own) { continue }
            stream = own
            var from = body
            for size in sizes {
                open += bytes[from..<(from + size)]
                from += size
                // A packet goes on as long as its pieces are full.
                if size < 255 {
                    packets.append(open)
                    open = []
                }
            }
            let end = bytes[(page + 6)..<(page + 14)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            // All ones where no packet ends on the page.
            if end < 1 << 40 { self.end = Int64(end) }
        }
        if !open.isEmpty { return nil }
    }
}

extension Data {
    fileprivate mutating func big<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// Seven bits a byte, the highest first; all bytes but the last have their upper bit set.
    fileprivate mutating func short(_ number: UInt32) {
        var bytes = [UInt8(number & 0x7f)]
        var left = number >> 7
        while left > 0 {
            bytes.append(UInt8(left & 0x7f) | 0x80)
            left >>= 7
        }
        append(contentsOf: bytes.reversed())
    }

    fileprivate mutating func chunk(_ name: String, _ build: (inout Data) -> Void) {
        var body = Data()
        build(&body)
        append(contentsOf: name.utf8)
        big(Int64(body.count))
        append(body)
    }
}
