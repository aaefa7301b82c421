import Foundation

/// A file that another app opened with this one: a station's reply is taken in, anything else is for the
/// screen of courses. Taking the same reply in twice does no harm.
final class BroughtScreen: KeepingScreen<BroughtScreen.Told> {
    /// What came of the file, once.
    struct Told: Codable {
        var title = ""
        var words = ""
    }

    private let file: String

    init(_ file: String, _ way: Way, _ kept: Data?) {
        self.file = file
        super.init(way: way, kept: kept, fresh: Told())
    }

    override func open() {
        load({ [file, told = kept] core -> Told? in
            if !told.title.isEmpty { return told }
            if !core.isBundle(file) { return nil }
            do {
                return Told(title: core.words.say("courier-in-title"), words: try core.importReply(file))
            } catch let refused as Failure {
                return Told(title: refused.title, words: refused.words)
            }
        }) { [self] told in
            guard let told else { return way.replace(.packs(file: file)) }
            kept = told
            show(told.words) { page in
                page.title(told.title)
                page.words(told.words)
                page.go(words.say("action-home")) { [way] in way.restart(.people) }
            }
        }
    }
}
