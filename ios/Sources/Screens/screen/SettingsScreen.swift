/// Sizes of letters, in percent of the phone's own: ordinary, large, largest.
private let sizes = [(100, "text-size-normal"), (130, "text-size-large"), (160, "text-size-largest")]

/// Bytes a month to choose from; nil is without a limit.
private let budgets: [UInt64?] = [nil, 5_000_000, 20_000_000, 100_000_000, 500_000_000]

/// Bytes that pictures and sounds may take.
private let mediaBudgets: [UInt64?] = [nil, 50_000_000, 200_000_000, 1_000_000_000]

/// What is chosen for the whole phone; each choice holds at once.
final class SettingsScreen: Screen {
    override func open() {
        load({ try $0.settings() }) { [self] in draw($0) }
    }

    private func draw(_ settings: Settings) {
        let title = words.say("settings-title")
        show(title) { page in
            page.title(title)
            page.subtitle(words.say("text-size"))
            for (percent, key) in sizes {
                choice(page, words.say(key), settings, settings.textPercent == percent) { $0.textPercent = percent }
            }
            page.note(words.say("settings-size-note"))
            page.subtitle(words.say("language"))
            for language in settings.languages {
                choice(page, language.name, settings, settings.language == language.code) {
                    $0.language = language.code
                }
            }
            network(settings, page)
            room(settings, page)
            page.quiet(words.say("settings-packs")) { [way] in way.go(.packs(file: nil)) }
        }
    }

    private func network(_ settings: Settings, _ page: Builder) {
        page.subtitle(words.say("settings-network-title"))
        page.option(Line(words.say("settings-wifi-only")), isChosen: settings.wifiOnly, isRadio: false) { [self] in
            keep(settings) { $0.wifiOnly.toggle() }
        }
        page.note(words.say("settings-wifi-only-note"))
        page.words(words.say("settings-bytes"), isBold: true)
        page.note(words.say("sync-traffic", ["size": settings.used]))
        limits(page, budgets, "settings-bytes-any", settings, \.bytesMax)
        page.note(words.say("settings-bytes-note"))
    }

    private func room(_ settings: Settings, _ page: Builder) {
        page.subtitle(words.say("quota-title"))
        limits(page, mediaBudgets, "quota-any", settings, \.mediaMax)
        page.note(words.say("quota-note"))
    }

    /// What was chosen elsewhere stays one of the choices.
    private func limits(
        _ page: Builder, _ offered: [UInt64?], _ any: String, _ settings: Settings,
        _ limit: WritableKeyPath<Settings, UInt64?> & Sendable
    ) {
        let chosen = settings[keyPath: limit]
        for bytes in offered.contains(chosen) ? offered : offered + [chosen] {
            let text = bytes.map { words.say("size-mb", ["amount": Int($0 / 1_000_000)]) } ?? words.say(any)
            choice(page, text, settings, chosen == bytes) { $0[keyPath: limit] = bytes }
        }
    }

    private func choice(
        _ page: Builder, _ text: String, _ settings: Settings, _ isChosen: Bool,
        _ choose: @escaping @MainActor (inout Settings) -> Void
    ) {
        page.option(Line(text), isChosen: isChosen, isRadio: true) { [self] in
            if !isChosen { keep(settings, choose) }
        }
    }

    /// A failure leaves the page as the core has it.
    private func keep(_ settings: Settings, _ change: (inout Settings) -> Void) {
        var fresh = settings
        change(&fresh)
        act({ [fresh] in try $0.choose(fresh) }) { [self] failure in
            draw(settings)
            fault(failure.words)
        } _: { [way, fresh] in
            way.chose(fresh)
        }
    }
}
