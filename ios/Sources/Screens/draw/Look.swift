/// Colours by what they are for, as 24 bits; the same as the kiosk's and Android's.
public struct Palette: Equatable, Sendable {
    let paper: UInt32
    let card: UInt32
    let line: UInt32
    let ink: UInt32
    let inkSoft: UInt32
    let go: UInt32
    let onGo: UInt32
    let goSoft: UInt32
    let look: UInt32
    let lookSoft: UInt32
    let stop: UInt32
    let stopSoft: UInt32

    public func colour(_ tone: Tone) -> UInt32 {
        switch tone {
        case .paper: paper
        case .card: card
        case .line: line
        case .ink: ink
        case .inkSoft: inkSoft
        case .go: go
        case .onGo: onGo
        case .goSoft: goSoft
        case .look: look
        case .lookSoft: lookSoft
        case .stop: stop
        case .stopSoft: stopSoft
        }
    }

    public static let day = Palette(
        paper: 0xfbf8f1, card: 0xffffff, line: 0xd9d2c3, ink: 0x1f2a26, inkSoft: 0x4a5752, go: 0x0b5d43,
        onGo: 0xffffff, goSoft: 0xe3f0ea, look: 0x7a4a00, lookSoft: 0xfdf0d5, stop: 0x8f1d1d, stopSoft: 0xfbe9e7)

    public static let night = Palette(
        paper: 0x14201b, card: 0x1d2c26, line: 0x3b4b44, ink: 0xf2efe6, inkSoft: 0xc3cdc8, go: 0x8fd9b6,
        onGo: 0x0c2a1f, goSoft: 0x1f4235, look: 0xffd58a, lookSoft: 0x43330f, stop: 0xffb4ab, stopSoft: 0x4a1f1b)
}

/// Sizes in points, before the phone's own text size enlarges them.
public enum Sizes {
    public static let body = 18.0
    public static let small = 16.0
    public static let target = 56.0
    public static let round = 12.0
    public static let margin = 16.0

    /// On a wide screen lines stay short enough to be read.
    public static let widthMax = 640.0
}
