import Foundation

/// The courses for somebody who looks without a name: nothing that she does in a lesson is kept.
final class GuestScreen: KeepingScreen<GuestScreen.Known> {
    struct Known: Codable {
        var guest: String?
    }

    init(_ guest: String?, _ way: Way, _ kept: Data?) {
        super.init(way: way, kept: kept, fresh: Known(guest: guest))
    }

    override func open() {
        load({ [guest = kept.guest] in try $0.guestHome(guest) }) { [self] in draw($0) }
    }

    private func draw(_ found: GuestHome) {
        kept.guest = found.who.id
        let visitor = Visitor.guest(found.who.id)
        let title = words.say("courses-title")
        show(title) { page in
            page.turn(found.who, words, way)
            page.title(title)
            page.note(words.say(found.courses.isEmpty ? "courses-none" : "people-guest-note"))
            if let first = found.courses.first {
                page.go(words.say("courses-first", ["title": first.title])) { [way] in
                    way.go(.course(visitor, course: first.id))
                }
            }
            for course in found.courses {
                page.card(course, words, note: words.length(course)) { [way] in
                    way.go(.course(visitor, course: course.id))
                }
            }
            page.plain(words.say("assess-title")) { [way] in way.go(.assess(visitor)) }
            page.quiet(words.say("people-new")) { [way] in way.go(.add(guest: nil)) }
        }
    }
}
