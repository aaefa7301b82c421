/// Without a network somebody carries the record as a file, and brings the station's reply.
final class CourierScreen: Screen {
    private let learner: String

    init(_ learner: String, _ way: Way) {
        self.learner = learner
        super.init(way: way)
    }

    override func open() {
        load({ [learner] core in (try core.learner(learner), try core.stations()) }) { [self] who, stations in
            draw(who, stations, said: nil)
        }
    }

    private func draw(_ who: Learner, _ stations: [Station], said: String?) {
        let title = words.say("courier-title")
        show(said ?? title) { page in
            page.turn(who, words, way)
            page.title(title)
            if let said { page.panel(.goSoft) { $0.words(said, isBold: true) } }
            page.words(words.say("phone-courier-what"))
            page.subtitle(words.say("courier-out-title"))
            if stations.isEmpty {
                page.words(words.say("phone-courier-none"))
                page.go(words.say("phone-join-title")) { [way, learner] in way.go(.join(learner: learner)) }
            }
            for (i, station) in stations.enumerated() {
                page.words(words.say("courier-out-to", ["name": station.name, "count": station.waiting]))
                let action = words.say("courier-out-action")
                let button = page.button(action, i == 0 ? .go : .plain, said: "\(action): \(station.name)") {}
                page.act(button) { [self] in export(station, button) }
            }
            page.subtitle(words.say("phone-courier-in-title"))
            page.words(words.say("phone-courier-in"))
            page.plain(words.say("courier-in-file")) { [self] in
                send(.chooseFile) { [self] path in take(who, path) }
            }
        }
    }

    private func export(_ station: Station, _ button: String) {
        act({ try $0.exportBundle(station.no) }) { [self] in
            fault($0.words, before: button)
        } _: { [self] file in
            send(.share(name: "hocvu-gui-di-\(station.no).hvb", bytes: file.bytes)) { [self] brought in
                if brought == "unwritten" { fault(words.say("phone-courier-unwritten"), before: button) }
            }
        }
    }

    private func take(_ who: Learner, _ path: String) {
        act({ core in (try core.importReply(path), try core.stations()) }) { [self] in
            fault($0.words)
        } _: { [self] said, stations in
            toTop()
            draw(who, stations, said: said)
        }
    }
}
