/// Where her record is: on this phone alone, received by a station, counted. Only a receipt moves it.
final class RecordScreen: Screen {
    private let learner: String

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] in try $0.record(learner) }) { [self] in draw($0, []) }
    }

    private func draw(_ record: Record, _ reports: [SyncReport], isSending: Bool = false) {
        let you = record.who.you
        let title = words.say("where-title", ["you": you])
        show(title) { page in
            page.turn(record.who, words, way)
            page.title(title)
            let events = record.events == 0 ? "where-none" : "where-events"
            page.words(words.say(events, ["count": record.events, "you": you]))
            if record.copies > 0 { page.words(words.say("where-brought", ["count": record.copies, "you": you])) }
            let shares = shares(record)
            if !shares.isEmpty { page.add(.shares(shares)) }
            if !record.who.counts { page.words(words.say("where-no-consent", ["you": you])) }
            page.subtitle(words.say("phone-sync-title"))
            stations(record, reports, isSending, page)
            devices(record, page)
        }
    }

    private func shares(_ record: Record) -> [Share] {
        let names = record.stations.filter { !$0.counts }.map(\.name).joined(separator: ", ")
        let (here, received, counted) = (record.here, record.received, record.counted)
        return [
            Share(tone: .look, count: here, words: words.say("where-here", ["count": here])),
            Share(
                tone: .inkSoft, count: received,
                words: words.say("where-received", ["name": names, "count": received])),
            Share(tone: .go, count: counted, words: words.say("where-counted", ["count": counted])),
        ].filter { $0.count > 0 }
    }

    private func stations(_ record: Record, _ reports: [SyncReport], _ isSending: Bool, _ page: Builder) {
        if record.stations.isEmpty {
            page.words(words.say("phone-sync-none", ["you": record.who.you]))
            page.go(words.say("phone-join-title")) { [self] in join() }
            return
        }
        for station in record.stations {
            let key = station.waiting == 0 ? "phone-sync-in-step" : "phone-sync-waiting"
            page.words(words.say(key, ["name": station.name, "count": station.waiting]))
            let told = reports.first { $0.station == station.name }?.told ?? station.told
            if !told.isEmpty { page.fault(told) }
        }
        page.go(words.say(isSending ? "phone-sync-running" : "sync-now")) { [self] in send(record) }
        page.plain(words.say("phone-join-title")) { [self] in join() }
        page.quiet(words.say("courier-title")) { [way, learner] in way.go(.courier(learner: learner)) }
    }

    /// Which devices hold her: one that she does not know may have used her card.
    private func devices(_ record: Record, _ page: Builder) {
        page.subtitle(words.say("where-devices"))
        let others = record.others.map { words.say("where-other-device", ["code": $0]) }
        page.add(.points(([words.say("where-this-device")] + others).map { Line($0) }))
        page.note(words.say("where-devices-note", ["you": record.who.you]))
    }

    private func join() { way.go(.join(learner: learner)) }

    private func send(_ record: Record) {
        draw(record, [], isSending: true)
        actNetwork({ [learner] core in (try await core.sync(), try core.record(learner)) }) { [self] failure in
            draw(record, [])
            fault(failure.words)
        } _: { [self] reports, now in
            draw(now, reports)
        }
    }
}
