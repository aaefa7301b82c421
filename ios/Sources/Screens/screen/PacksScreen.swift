/// The courses on this phone, what takes room and how much is left; a course is installed from a file, removed, brought back.
final class PacksScreen: Screen {
    /// A file that another app opened with this one, until it is dealt with.
    private var file: String?

    /// What somebody is being asked, which back takes away.
    private var isAsking = false

    init(_ file: String?, _ way: Way) {
        self.file = file
        super.init(way: way)
    }

    override func open() {
        guard let file else { return open(told: nil) }
        load({ _ in }) { [self] in askToInstall(file) }
    }

    private func askToInstall(_ path: String) {
        isAsking = true
        file = nil
        let question = words.say("packs-install-ask")
        show(question) { page in
            page.title(question)
            page.go(words.say("pack-install-action")) { [self] in install(path) }
            page.plain(words.say("action-cancel")) { [way] in way.back() }
        }
    }

    private func open(told: String?, fault words: String? = nil) {
        load({ try $0.storage() }) { [self] storage in
            isAsking = false
            list(storage, told)
            if let words { fault(words) }
        }
    }

    override var hasOwnBack: Bool { isAsking }

    override func back() -> Bool {
        if !isAsking { return false }
        toTop()
        open(told: nil)
        return true
    }

    private func list(_ storage: Storage, _ told: String?) {
        let title = words.say("packs-title")
        show(told ?? title) { page in
            page.title(title)
            if let told { page.panel(.goSoft) { $0.words(told, isBold: true) } }
            page.go(words.say("offers-look")) { [way] in way.go(.offers) }
            page.plain(words.say("packs-install")) { [self] in
                send(.chooseFile) { [self] path in install(path) }
            }
            page.note(words.say("pack-install-note"))
            page.subtitle(words.say("packs-held"))
            if storage.packs.isEmpty { page.note(words.say("packs-none")) }
            for pack in storage.packs { self.pack(pack, page) }
            if !storage.removed.isEmpty { page.subtitle(words.say("pack-removed-title")) }
            for removed in storage.removed {
                let text = words.say("pack-bring-back", ["title": removed.title])
                page.plain(text) { [self] in
                    let back = words.say("packs-back", ["title": removed.title])
                    change(told: back) { try $0.bringBack(removed.course) }
                }
            }
            page.subtitle(words.say("storage-title"))
            page.words(words.say("packs-texts", ["size": storage.texts]))
            page.words(words.say("storage-media", ["size": storage.media]))
            room(storage, page)
        }
    }

    private func room(_ storage: Storage, _ page: Builder) {
        guard let free = storage.free else { return }
        if !storage.isNearlyFull { return page.words(words.say("storage-free", ["size": free])) }
        page.panel(.lookSoft, edge: .look) { panel in
            panel.words(words.say("storage-low", ["size": free]), isBold: true)
        }
    }

    private func pack(_ pack: Pack, _ page: Builder) {
        page.panel(.card, edge: .line) { panel in
            panel.words(pack.title, isBold: true)
            let signed =
                pack.publisher.isEmpty
                ? words.say("pack-embedded") : words.say("pack-signed-by", ["publisher": pack.publisher])
            panel.words(signed, tone: .inkSoft)
            let version = words.say("pack-version", ["version": pack.version])
            panel.words("\(version). \(words.say("pack-size", ["size": pack.size]))", tone: .inkSoft)
            if !pack.publisher.isEmpty { evict(pack, panel) }
            let remove = words.say("pack-remove")
            panel.button(remove, .quiet, said: "\(remove): \(pack.title)") { [self] in askToRemove(pack) }
        }
    }

    /// Only of what can be fetched again.
    private func evict(_ pack: Pack, _ panel: Builder) {
        let evict = words.say("media-evict")
        panel.button(evict, .quiet, said: "\(evict): \(pack.title)") { [self] in
            act({ try $0.evictMedia(pack.course) }) { [self] in
                toTop()
                open(told: nil, fault: $0.words)
            } _: { [self] size in
                toTop()
                open(told: words.say("media-evicted", ["size": size]))
            }
        }
    }

    private func askToRemove(_ pack: Pack) {
        isAsking = true
        toTop()
        let question = words.say("pack-remove-ask", ["title": pack.title])
        show(question) { page in
            page.title(question)
            page.go(words.say("pack-remove")) { [self] in
                let told = words.say("pack-removed", ["title": pack.title])
                change(told: told) { try $0.removePack(pack.course) }
            }
            page.plain(words.say("action-cancel")) { [way] in way.back() }
        }
    }

    private func change(told: String, _ call: @escaping @Sendable (any Core) throws -> Void) {
        act(call) { [self] in
            toTop()
            open(told: nil, fault: $0.words)
        } _: { [self] in
            toTop()
            open(told: told)
        }
    }

    private func install(_ path: String) {
        act({ try $0.installPack(path) }) { [self] failure in
            if let unknown = failure.unknown { return compare(unknown, path) }
            toTop()
            open(told: nil, fault: failure.words)
        } _: { [self] pack in
            toTop()
            open(told: words.say("pack-installed", ["title": pack.title, "version": pack.version]))
        }
    }

    /// Only somebody who holds the publisher's paper can say whether this is the publisher.
    private func compare(_ unknown: UnknownPublisher, _ path: String) {
        isAsking = true
        toTop()
        let title = words.say("trust-title")
        show(title) { page in
            page.title(title)
            page.words(words.say("trust-ask", ["publisher": unknown.publisher]))
            page.words(words.say("trust-fingerprint", ["fingerprint": unknown.fingerprint]), isBold: true)
            page.words(words.say("trust-compare"))
            page.plain(words.say("trust-yes")) { [self] in
                act({ try $0.trust(unknown) }) { [self] in
                    fault($0.words)
                } _: { [self] in
                    install(path)
                }
            }
            page.go(words.say("trust-no")) { [way] in way.back() }
        }
    }
}
