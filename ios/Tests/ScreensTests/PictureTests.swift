import Foundation
import Testing

@testable import Screens

/// The small part of SVG that pictures use; hostile ones are none.
@Suite struct PictureTests {
    private func read(_ inside: String, box: String = "0 0 64 64") -> Picture? {
        Picture.read(Data("<svg viewBox=\"\(box)\">\(inside)</svg>".utf8))
    }

    /// How long a path is, its curves as 200 lines each.
    private func length(_ path: String) -> Double {
        var (x, y, sum) = (0.0, 0.0, 0.0)
        func go(_ toX: Double, _ toY: Double) {
            sum += hypot(toX - x, toY - y)
            (x, y) = (toX, toY)
        }
        for step in PathReader.read(path) {
            let (fromX, fromY) = (x, y)
            switch step {
            case .move(let toX, let toY): (x, y) = (toX, toY)
            case .line(let toX, let toY): go(toX, toY)
            case .cubic(let x1, let y1, let x2, let y2, let x3, let y3):
                for i in 1...200 {
                    let (t, u) = (Double(i) / 200, 1 - Double(i) / 200)
                    let (a, b, c, d) = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
                    go(a * fromX + b * x1 + c * x2 + d * x3, a * fromY + b * y1 + c * y2 + d * y3)
                }
            case .quad(let x1, let y1, let x2, let y2):
                for i in 1...200 {
                    let (t, u) = (Double(i) / 200, 1 - Double(i) / 200)
                    go(
                        u * u * fromX + 2 * u * t * x1 + t * t * x2, u * u * fromY + 2 * u * t * y1 + t * t * y2)
                }
            case .close: break
            }
        }
        return sum
    }

    @Test(arguments: [
        ("M0 0h3v4H0V2", 12), ("m1 1l3 4", 5), ("M0 0 3 4 6 8", 10), ("M0 0a10 10 0 0 1 20 0", 10 * Double.pi),
        ("M10 0A10 10 0 1 1 0-10", 15 * Double.pi), ("M10 0A10 10 0 110-10", 15 * Double.pi), ("M0 0c1 0 3 0 4 0", 4),
        ("M0 0q2 0 4 0t4 0", 8), ("M0 0L3 4L", 5), ("M0 0L3 4 nonsense", 5),
    ])
    func lines_curves_and_arcs_are_as_long_as_they_should_be(path: String, expected: Double) {
        #expect(abs(length(path) - expected) < 0.02, "\(path): \(length(path))")
    }

    @Test(arguments: ["", "z", "L", "1 2 3", "M", "MM", "A1", "M0 0A1 1 0 2 0 1 1", "-", "M..", "M1e9 0", "\u{0}ế"])
    func a_path_that_breaks_off_ends(path: String) {
        #expect(PathReader.read(path).count < 3)
    }

    @Test func groups_hand_their_looks_on_and_move_what_is_inside_them() throws {
        let svg =
            #"<g class="s-go" transform="translate(10 20) scale(2)"><g opacity="0.5"><circle cx="5" cy="5" r="1"/></g></g>"#
        guard case .outline(let steps, let style) = try #require(read(svg)?.drawn.first) else {
            Issue.record("no outline")
            return
        }
        #expect(steps.first == .move(6, 5))
        let m = style.matrix
        #expect((m.a * 6 + m.c * 5 + m.e, m.b * 6 + m.d * 5 + m.f) == (22, 30))
        #expect((style.stroke, style.fill, style.opacity) == (.go, nil, 0.5))
    }

    @Test func writing_goes_on_from_piece_to_piece_and_only_a_new_place_begins_a_new_line() throws {
        let svg =
            #"<text x="4" y="9" font-size="12">một <tspan class="t-stop">hai</tspan> ba<tspan x="4" dy="14">bốn</tspan></text>"#
        guard case .writing(let pieces) = try #require(read(svg)?.drawn.first) else {
            Issue.record("no writing")
            return
        }
        #expect(pieces.map(\.text) == ["một ", "hai", " ba", "bốn"])
        #expect(pieces.map(\.x) == [4, nil, nil, 4])
        #expect(pieces.map(\.y) == [9, nil, nil, nil])
        #expect(pieces.map(\.style.writing) == [.ink, .stop, .ink, .ink])
        #expect(pieces[3].dy == 14)
    }

    @Test(arguments: [
        "", "<svg", "\u{0}", "<a><b></a>", "<svg/>", "<svg viewBox='0 0'/>", "<svg viewBox='0 0 0 9'/>",
        "<svg viewBox='0 0 9 9'><rect width='x'/></svg>", "<svg viewBox='0 0 9 9'><rect width='1e999'/></svg>",
    ])
    func what_is_no_picture_is_none(svg: String) { #expect(Picture.read(Data(svg.utf8)) == nil) }

    @Test func a_picture_with_too_many_parts_or_too_deep_is_none() {
        #expect(read(String(repeating: "<path d='M0 0h1'/>", count: 2_500)) == nil)
        #expect(read(String(repeating: "<g>", count: 200) + String(repeating: "</g>", count: 200)) == nil)
        #expect(read("")?.drawn.isEmpty == true)
    }

    @Test(arguments: ["translate()", "scale(", "matrix(1 2)", "rotate(a", ")(", "skewX(9)"])
    func odd_transforms_move_nothing(transform: String) throws {
        let found = try #require(read("<g transform='\(transform)'><path d='M0 0h1'/></g>"))
        guard case .outline(_, let style) = try #require(found.drawn.first) else {
            Issue.record("no outline")
            return
        }
        #expect(style.matrix == Matrix())
    }

    @Test func every_pictogram_that_a_page_names_is_a_picture() throws {
        for name in pictograms + ["new", "guest"] {
            let svg = try Data(contentsOf: URL(fileURLWithPath: "\(repository)/assets/pictograms/\(name).svg"))
            #expect(Picture.read(svg)?.drawn.isEmpty == false, "\(name)")
        }
    }
}
